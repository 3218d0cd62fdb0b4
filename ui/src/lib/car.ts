// What a team noted, by area: the areas in the order in which somebody first wrote there, and what has no area last.
import type { Row } from "./bridge";

export interface Part {
  area: string;
  rows: Row[];
}

/** Kinds of notes that say something about the place. */
const SAYS = ["observation", "view", "photo", "refusal"];

export function byArea(rows: Row[]): Part[] {
  const parts = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.withdrawn || !SAYS.includes(row.kind)) continue;
    const area = row.area ?? "";
    parts.set(area, [...(parts.get(area) ?? []), row]);
  }
  const all = [...parts].map(([area, of]) => ({ area, rows: of }));
  return [...all.filter((part) => part.area), ...all.filter((part) => !part.area)];
}
