// A visit's day: what is being timed, and what three people noted, by area.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bundled } from "./bundled.mjs";

const { isRunning, long, running } = await bundled("src/lib/stopwatch.ts");
const { byArea } = await bundled("src/lib/car.ts");

test("a bell is timed from when it begins until somebody stops it", () => {
  assert.equal(isRunning('{"timed":"bell","from":1000}'), true);
  assert.equal(isRunning('{"timed":"bell","from":1000,"until":2000}'), false);
  assert.equal(isRunning('{"words":"Tea was hot."}'), false);
  const draft = (id, fields) => ({ id, kind: { kind: "observation" }, fields });
  assert.deepEqual(running([draft("a", "{}"), draft("b", '{"from":1}')]), { id: "b", fields: '{"from":1}' });
  assert.equal(running([]), undefined);
});

for (const [ms, words] of [[0, "0 seconds"], [900, "1 second"], [59_400, "59 seconds"], [60_000, "1 minute"], [550_000, "9 minutes 10 seconds"], [7_200_000, "120 minutes"]]) {
  test(`${ms} ms are ${words}`, () => assert.equal(long(ms), words));
}

test("what the three noted is read by area, in the order in which somebody first wrote there", () => {
  const row = (words, area, more = {}) => ({ words, area, kind: "observation", withdrawn: null, ...more });
  const rows = [row("a", null), row("b", "lounge"), row("c", "garden"), row("d", "lounge"), row("e", "garden", { withdrawn: "wrong room" }), row("f", null, { kind: "count" })];
  assert.deepEqual(byArea(rows).map((part) => [part.area, part.rows.map((one) => one.words)]), [["lounge", ["b", "d"]], ["garden", ["c"]], ["", ["a"]]]);
});
