// After how long without a touch the tablet locks itself. It is kept with the size of the words, and says nothing of anybody.
const KEY = "lock-after";
export const AFTER = ["2", "5", "15"] as const;
export type After = (typeof AFTER)[number];

export function lockAfter(): After {
  const kept = localStorage.getItem(KEY);
  return AFTER.find((one) => one === kept) ?? "5";
}
export const useLockAfter = (after: After) => localStorage.setItem(KEY, after);

/** What a hand or a key does. */
const TOUCHES = ["pointerdown", "pointermove", "keydown", "wheel", "click", "input"] as const;
/** How often it is looked whether the time is over: a tablet that slept finds out soon after it wakes. */
const LOOK = 10_000;

/** Calls `over` once nobody has touched the tablet for so long; a touch that comes after that changes nothing. */
export function whenIdle(over: () => void) {
  let last = Date.now();
  const isOver = () => Date.now() - last > Number(lockAfter()) * 60_000;
  const look = () => {
    if (!isOver()) return;
    last = Date.now();
    over();
  };
  for (const touch of TOUCHES) addEventListener(touch, () => (isOver() ? look() : (last = Date.now())), { capture: true, passive: true });
  setInterval(look, LOOK);
}
