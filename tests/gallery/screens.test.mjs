// Every page and every sheet of the tablet, in the states in which people meet them.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { plain } from "./checks.mjs";
import { gallery, show } from "./gallery.mjs";
import { lookOver } from "./look.mjs";

const all = await gallery();
after(() => all.end());
const shown = all.all.filter((one) => one.screen);

// As many pages as a small machine has cores, each with one thing at a time.
const pages = [];
describe("every page of the tablet", { concurrency: 2 }, () => {
  for (const one of shown) {
    test(one.name, { timeout: 120_000 }, async () => {
      const page = pages.pop() ?? (await all.open());
      await lookOver(page, one);
      pages.push(page);
    });
  }
});

test("a sentence that is not in the messages is found", { timeout: 60_000 }, async () => {
  const page = await all.open();
  await show(page, shown.find((one) => one.name === "locked"), { locale: "pseudo" });
  assert.deepEqual(await page.evaluate(plain), []);
  await page.evaluate(() => document.querySelector("main").append("Welcome back"));
  assert.deepEqual(await page.evaluate(plain), ["words: Welcome back"]);
});

test("words that asha made twice as large are so when she opens the tablet again", { timeout: 60_000 }, async () => {
  const page = await all.open();
  const visits = shown.find((one) => one.name === "my visits");
  const size = () => page.evaluate(() => getComputedStyle(document.querySelector("h2")).fontSize);
  await show(page, visits);
  const before = parseFloat(await size());
  await page.getByRole("button", { name: "Size of the words" }).click();
  await page.getByRole("button", { name: "twice as large" }).click();
  assert.equal(parseFloat(await size()), before * 2);
  await show(page, visits);
  assert.equal(parseFloat(await size()), before * 2);
  await page.context().close();
});

test("a tablet that nobody touched for a while is locked, and not while somebody else writes on it", { timeout: 60_000 }, async () => {
  const page = await all.open();
  const later = (clock) => page.clock.setFixedTime(new Date(`2026-11-10T${clock}:00Z`));
  const title = () => page.locator("h1").first().innerText();
  await show(page, shown.find((one) => one.name === "i saw"));
  await later("10:50");
  await page.mouse.move(40, 40);
  assert.notEqual(await title(), "This tablet is locked", "four minutes are not five");
  await later("10:56");
  await page.mouse.move(60, 60);
  await page.getByRole("heading", { name: "This tablet is locked" }).waitFor();
  await later("10:46");
  await show(page, shown.find((one) => one.name === "handed over, the first question"));
  await later("11:46");
  await page.mouse.move(40, 40);
  await page.locator(".theirs").waitFor();
  await page.context().close();
});
