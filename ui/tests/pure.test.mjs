// The parts of the pages are pure: a part shows what it is given and says what was pressed. Only pages ask the tablet.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const parts = join(import.meta.dirname, "../src/lib/components");

test("no part of a page asks the tablet's device or reads what all pages share", () => {
  const names = readdirSync(parts, { recursive: true }).filter((name) => name.endsWith(".svelte"));
  assert.ok(names.length > 15, "the parts were not read");
  for (const name of names) {
    const text = readFileSync(join(parts, name), "utf8");
    assert.doesNotMatch(text, /tablet\.svelte/, name);
    // Types of the device's answers, and nothing that can be called.
    for (const [line] of text.matchAll(/import .*\/bridge"/g)) assert.match(line, /^import type /, `${name}: ${line}`);
  }
});
