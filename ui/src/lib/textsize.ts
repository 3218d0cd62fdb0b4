// How large the words are, for whoever holds the tablet. The window keeps it: it is nobody's secret and no note.
const sizes = ["100", "125", "150", "200"] as const;
export type Size = (typeof sizes)[number];
export const SIZES: readonly Size[] = sizes;
const KEY = "text-size";

export function sizeNow(): Size {
  const kept = localStorage.getItem(KEY);
  return sizes.find((size) => size === kept) ?? "100";
}

/** All sizes of words hang on the root's. */
export function useSize(size: Size) {
  localStorage.setItem(KEY, size);
  document.documentElement.style.fontSize = size === "100" ? "" : `${size}%`;
}
