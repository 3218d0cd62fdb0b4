// Where a page or a sheet begins for somebody who hears it or has no mouse: at its title, unless a field took the place.
import type { Attachment } from "svelte/attachments";

export const begins: Attachment<HTMLElement> = (title) => {
  // Fields take the focus in effects of their own, which come first.
  const frame = requestAnimationFrame(() => {
    const at = document.activeElement;
    if (at === null || at === document.body) title.focus();
  });
  return () => cancelAnimationFrame(frame);
};
