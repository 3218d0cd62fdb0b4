// What a list says about where notes are: never *all at the office* while anything is not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bundled } from "./bundled.mjs";

const { allThere, whereItIs } = await bundled("src/lib/whereabouts.ts");
const there = { state: "at_the_office", since: 1 };
const cases = [
  ["nothing has been written", { entries: 0, only_here: 0, whereabouts: there }, ""],
  ["everything is there", { entries: 3, only_here: 0, whereabouts: there }, "all at the office"],
  ["two are only here", { entries: 3, only_here: 2, whereabouts: { state: "only_here" } }, "2 only here"],
  ["one is on its way", { entries: 3, only_here: 0, whereabouts: { state: "on_its_way" } }, "on its way"],
  ["one is held", { entries: 3, only_here: 0, whereabouts: { state: "held", reason: "the clock is wrong" } }, "something is held, open it to see why"],
  ["one is held and one only here", { entries: 3, only_here: 1, whereabouts: { state: "held", reason: "the clock is wrong" } }, "something is held, open it to see why"],
];

for (const [what, book, words] of cases) {
  test(`a list of visits or stalls says where they are when ${what}`, () => {
    assert.equal(whereItIs(book), words);
    assert.equal(allThere(book), words === "all at the office");
  });
}
