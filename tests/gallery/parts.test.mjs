// Every part of the tablet's pages, with each of its examples.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { gallery } from "./gallery.mjs";
import { lookOver } from "./look.mjs";

const all = await gallery();
after(() => all.end());
const shown = all.all.filter((one) => !one.screen);

// As many pages as a small machine has cores, each with one thing at a time.
const pages = [];
describe("every part of a page", { concurrency: 2 }, () => {
  for (const one of shown) {
    test(one.name, { timeout: 120_000 }, async () => {
      const page = pages.pop() ?? (await all.open());
      await lookOver(page, one);
      pages.push(page);
    });
  }
});

test("every part has its examples, and the gallery's own page shows everything", { timeout: 60_000 }, async () => {
  const parts = readdirSync(join(import.meta.dirname, "../../ui/src/lib/components"));
  assert.deepEqual(parts.filter((part) => !shown.some((one) => one.query.part === part)), []);
  const page = await all.open();
  await page.goto("http://gallery.test/");
  assert.equal(await page.locator("iframe").count(), all.all.length);
});
