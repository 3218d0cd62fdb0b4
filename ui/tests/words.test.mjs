// The words on the tablet: none of the office's or the trade's, and none outside the messages.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const ui = join(import.meta.dirname, "..");
const files = (folder, ending) =>
  readdirSync(join(ui, folder), { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

const forbidden = /\b(sync|enrol|entry|entries|scheme|ground|receipt|redact|tone|theme|premises)\w*/gi;

test("no sentence on the tablet uses a word that only the office or the trade knows", () => {
  for (const file of files("messages", ".ts")) {
    // Comments and the names of sentences are for us; what stands between quotation marks is for people.
    const text = readFileSync(join(ui, file), "utf8").replace(/^\s*\/\/.*$/gm, "");
    const said = [...text.matchAll(/"([^"\n]*)"|`([^`]*)`/g)].map((m) => m[1] ?? m[2]);
    assert.ok(said.length > 100 || file !== join("messages", "en.ts"), `${file} has hardly a sentence`);
    for (const sentence of said) assert.deepEqual(sentence.match(forbidden), null, `${file}: ${sentence}`);
  }
});

test("no page has a sentence of its own outside the messages", () => {
  for (const file of files("src", ".svelte")) {
    const markup = readFileSync(join(ui, file), "utf8")
      .replace(/<script[\s\S]*?<\/script>|<!--[\s\S]*?-->/g, "")
      .replace(/\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}/g, "");
    const between = markup.replace(/<[^>]*>/g, "\n").split("\n").map((line) => line.trim());
    assert.deepEqual(between.filter((line) => /\p{L}{2,}/u.test(line)), [], `${file} says something itself`);
    const heard = [...markup.matchAll(/\b(?:aria-label|placeholder|title|alt)="([^"]+)"/g)].map((m) => m[1]);
    assert.deepEqual(heard, [], `${file} labels something itself`);
  }
});

test("no page carries a style of its own, which the content policy would not let through", () => {
  for (const file of files("src", ".svelte")) assert.doesNotMatch(readFileSync(join(ui, file), "utf8"), /\sstyle="/, file);
});
