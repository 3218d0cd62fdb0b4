// How a part's examples are written down: beside the part, in its own words.
import { createRawSnippet, type Component, type Snippet } from "svelte";
import { d } from "./data";

/** What stands round a part where it is used, so that it looks as it will. */
export type Where = "page" | "bar" | "list" | "lines" | "sheet" | "over" | "tray" | "table" | "bare" | "own";

export interface Example {
  part: Component<Record<string, unknown>>;
  where: Where;
  props: Record<string, unknown>;
  /** What is pressed once it stands there. */
  press?: string;
}
/** A part's examples by name. */
export type Examples = Record<string, Example>;

// eslint-disable-next-line -- a part of any props; its examples are checked against them here.
export function examples<P extends Record<string, any>>(part: Component<P, any, any>, where: Where, of: Record<string, P & { press?: string }>): Examples {
  return Object.fromEntries(
    Object.entries(of).map(([name, { press, ...props }]) => [name, { part: part as unknown as Example["part"], where, props, ...(press ? { press } : {}) }]),
  );
}

/** A line of somebody's words, for a part that holds others. */
export const line = (text: string, kind = ""): Snippet => createRawSnippet(() => ({ render: () => `<p class="${kind}"><span>${d(text)}</span></p>` }));
export const quiet = () => {};
export const gone = async () => true;
