// What is said to whoever has the tablet in their hands: complete in each language, and offered only once a person has read it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bundled } from "./bundled.mjs";

const { all } = await bundled("messages/public/all.ts");
const { offered } = await bundled("messages/public/index.ts");
const pack = JSON.parse(readFileSync(join(import.meta.dirname, "../../schemes/link-2008.json"), "utf8"));
const [english] = all;

test("tamil is offered to nobody before it is reviewed, and polish neither", () => {
  assert.deepEqual(all.map((one) => one.code), ["en-GB", "en-GB-x-easy", "pl", "ta"]);
  assert.deepEqual(all.filter((one) => one.reviewed === null).map((one) => one.code), ["pl", "ta"]);
  assert.deepEqual(offered.map((one) => one.code), ["en-GB", "en-GB-x-easy"]);
  assert.deepEqual(offered.map((one) => one.code), all.filter((one) => one.reviewed !== null).map((one) => one.code), "each that was read is offered");
});

test("no page reaches a language but through those that are offered", () => {
  const index = readFileSync(join(import.meta.dirname, "../messages/index.ts"), "utf8");
  assert.doesNotMatch(index, /\ball\b/);
});

test("each language says all there is to say, in its own words", () => {
  const codes = pack.consent.answers.filter((answer) => answer.aloud).map((answer) => answer.code);
  for (const one of all) {
    assert.deepEqual(Object.keys(one).sort(), Object.keys(english).sort(), one.code);
    for (const [name, said] of Object.entries(one)) if (typeof said === "string") assert.notEqual(said.trim(), "", `${one.code}: ${name}`);
    if (one.consent) assert.deepEqual(Object.keys(one.consent.answers), codes, one.code);
    else assert.match(one.code, /^en/, "the pack’s words are English");
  }
  for (const one of all.filter((each) => !each.code.startsWith("en"))) {
    for (const name of ["tell", "thanks", "about", "reach", "stopAsk"]) assert.notEqual(one[name], english[name], `${one.code}: ${name} is English`);
  }
});

test("easy words are in short sentences", () => {
  const easy = all.find((one) => one.easy);
  const said = Object.entries(easy).filter(([name]) => !["code", "name", "reviewed"].includes(name)).flatMap(([, value]) => (typeof value === "string" ? [value] : Array.isArray(value) ? value : []));
  for (const sentence of said.flatMap((text) => text.split(/(?<=[.?!])\s+/))) {
    assert.ok(sentence.split(/\s+/).length <= 10, sentence);
    assert.doesNotMatch(sentence, /\p{L}{10,}/u, sentence);
  }
});
