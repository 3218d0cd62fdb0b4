// Days as people type them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bundled } from "./bundled.mjs";

const { dayOf } = await bundled("src/lib/dates.ts");
const cases = [
  ["21/11/2026", "2026-11-21"],
  [" 3.4.26 ", "2026-04-03"],
  ["3 4 2026", "2026-04-03"],
  ["2026-11-21", "2026-11-21"],
  ["2026-1-2", "2026-01-02"],
  ["31/11/2026", undefined],
  ["29/02/2026", undefined],
  ["29/02/2028", "2028-02-29"],
  ["11/21/2026", undefined],
  ["yesterday", undefined],
  ["", undefined],
];
for (const [typed, day] of cases) test(`"${typed}" is ${day ?? "no day"}`, () => assert.equal(dayOf(typed), day));
