// How hard the tablet's sentences are to read: twelve-year-olds can, by the Automated Readability Index (Smith and
// Senter, 1967): 4.71 letters a word + 0.5 words a sentence - 21.43, where 6 is what people of 11 and 12 read.
// It counts letters and words and knows nothing of meaning: a short hard word passes, a long plain one does not, and it
// says little of fewer than a hundred words. So whole groups are measured, each sentence is only kept short, and people read them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bundled } from "./bundled.mjs";

const { en } = await bundled("messages/en.ts");
const pack = JSON.parse(readFileSync(join(import.meta.dirname, "../../schemes/link-2008.json"), "utf8"));

/** All sentences of a group, with plain words where something is filled in. */
function sentences(group) {
  const texts = [];
  const walk = (value) => {
    if (typeof value === "string") texts.push(value);
    else if (typeof value === "function") texts.push(value(...Array.from({ length: value.length }, () => "word")));
    else for (const one of Object.values(value)) walk(one);
  };
  walk(group);
  return texts.flatMap((text) => text.split(/(?<=[.?!])\s+/)).map((text) => text.trim()).filter(Boolean);
}
const words = (text) => text.split(/\s+/).filter((word) => /[\p{L}\d]/u.test(word));

function index(lines) {
  const all = lines.flatMap(words);
  const letters = all.join("").replace(/[^\p{L}\d]/gu, "").length;
  return 4.71 * (letters / all.length) + 0.5 * (all.length / lines.length) - 21.43;
}
const whole = (lines) => lines.filter((line) => /[.?!]$/.test(line) && words(line).length > 2);

test("the sentences of the tablet are read by people of twelve", (t) => {
  const { and, locale, direction, ...groups } = en;
  const all = whole(sentences(groups));
  assert.ok(all.flatMap(words).length > 600, "the messages were not read");
  t.diagnostic(`index ${index(all).toFixed(1)} over ${all.flatMap(words).length} words`);
  assert.ok(index(all) <= 6, `index ${index(all).toFixed(1)}`);
  for (const [name, group] of Object.entries(groups)) {
    const lines = whole(sentences(group));
    if (lines.flatMap(words).length < 100) continue;
    t.diagnostic(`${name}: ${index(lines).toFixed(1)}`);
    assert.ok(index(lines) <= 6, `${name}: ${index(lines).toFixed(1)}`);
  }
});

test("no sentence of the tablet is longer than twenty words", () => {
  const { and, ...groups } = en;
  for (const line of sentences(groups)) assert.ok(words(line).length <= 20, `${words(line).length} words: ${line}`);
});

test("what is read aloud to people, or shown to them, is easier still", (t) => {
  const { read_aloud, easy, answers } = pack.consent;
  const lines = sentences([read_aloud, easy, answers.map((answer) => answer.aloud)]);
  t.diagnostic(`index ${index(lines).toFixed(1)}`);
  assert.ok(index(lines) <= 4, `index ${index(lines).toFixed(1)}`);
});

test("the law's own words would not pass, so the measure measures", () => {
  assert.ok(index(sentences(pack.grounds.map((ground) => `${ground.law}.`))) > 6);
});

test("no word on the tablet is longer than eleven letters, but for one that the field itself uses", () => {
  const { and, locale, direction, ...groups } = en;
  const long = new Set(sentences(groups).flatMap((line) => line.match(/\p{L}{12,}/gu) ?? []).map((word) => word.toLowerCase()));
  assert.deepEqual([...long], ["safeguarding"]);
});
