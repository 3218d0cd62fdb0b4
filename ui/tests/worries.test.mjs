// Whom to ring: the pack's words with the lead's name and number, and no gap where one of them is missing.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bundled } from "./bundled.mjs";

const { stepsToTake, whomToRing } = await bundled("src/lib/worries.ts");
const pack = JSON.parse(readFileSync(join(import.meta.dirname, "../../schemes/link-2008.json"), "utf8")).safeguarding;
const none = { not_reached: "", no_lead: "", steps: [] };
const femi = { name: "Femi Adewale", phone: "020 7946 0123" };

test("somebody who worries is told that nobody knows yet, and Femi's number", () => {
  const words = "This has not reached anybody yet. Ring Femi Adewale on 020\u00a07946\u00a00123 now, from any telephone.";
  assert.equal(whomToRing(pack, femi), words);
  assert.equal(whomToRing(none, femi), words, "before the pack has come");
});

test("without a lead the words lead to the office, and name no number that the tablet does not have", () => {
  for (const words of [whomToRing(pack, undefined), whomToRing(none, undefined), ...stepsToTake(pack, undefined)]) {
    assert.doesNotMatch(words, /[{}]/, words);
  }
  assert.match(whomToRing(pack, undefined), /Ring your office on its own number, /);
  assert.ok(stepsToTake(pack, undefined).includes("Tell the safeguarding lead at once."));
  assert.ok(stepsToTake(none, femi).length > 0);
});
