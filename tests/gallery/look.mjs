// Looks one example over in every way in which somebody may meet it: by day, by night, with more contrast, in the
// system's own colours, at twice the text, from right to left, in words that nobody speaks, narrow, by keyboard alone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { focus, plain, reachable, sideways, small, unreached } from "./checks.mjs";
import { settled, show, TABLET } from "./gallery.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const usual = { colorScheme: "light", contrast: "no-preference", forcedColors: "none" };
/** How else a page is looked at; words keep 7:1 wherever the colours are ours. */
const ways = {
  "by day": { media: {}, look: "whole" },
  "by night": { media: { colorScheme: "dark" }, look: "colours" },
  "with more contrast": { media: { contrast: "more" }, look: "colours" },
  "by night, with more contrast": { media: { contrast: "more", colorScheme: "dark" }, look: "colours" },
  // These are not ours to weigh, and what the browser says of them is not what it draws.
  "in the system's own colours": { media: { forcedColors: "active" }, look: "shapes" },
  "at twice the text": { media: {}, text: "200%", look: "whole" },
};

/** What axe finds, a line each. A part by itself has no title and no landmarks; its page has. */
async function found(page, screen, look) {
  return page.evaluate(
    async ([whole, what]) => {
      const off = { enabled: false };
      const colours = ["color-contrast", "color-contrast-enhanced"];
      const everything = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
      const rules = Object.fromEntries([
        ...(whole ? [] : ["region", "landmark-one-main", "page-has-heading-one", "heading-order"].map((rule) => [rule, off])),
        ...colours.map((rule) => [rule, { enabled: what !== "shapes" }]),
      ]);
      const { violations } = await window.axe.run(document, { ...(what === "colours" ? { runOnly: { type: "rule", values: colours } } : { runOnly: everything, rules }), resultTypes: ["violations"] });
      return violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(" ")} ${n.any[0]?.message ?? v.help}`));
    },
    [screen, look],
  );
}

/** Fails with everything that is wrong with it, a line each. */
export async function lookOver(page, shown) {
  const wrong = [];
  const look = (way, lines) => wrong.push(...lines.map((line) => `${way}: ${line}`));
  await page.setViewportSize(TABLET);
  await page.emulateMedia(usual);
  await show(page, shown);
  await page.evaluate(axe);
  for (const [way, { media, text = "", look: part }] of Object.entries(ways)) {
    await page.emulateMedia({ ...usual, ...media });
    await page.evaluate((size) => (document.documentElement.style.fontSize = size), text);
    await settled(page);
    look(way, await found(page, shown.screen, part));
    if (part !== "whole") continue;
    look(way, await page.evaluate(sideways, true));
    look(way, await page.evaluate(small));
  }
  await page.emulateMedia(usual);
  await page.evaluate(() => (document.documentElement.style.fontSize = ""));
  look("by keyboard", await byKeyboard(page));

  await page.setViewportSize({ width: TABLET.height, height: TABLET.width });
  await settled(page);
  look("long side up", await page.evaluate(sideways, true));
  look("long side up", await page.evaluate(small));

  await page.setViewportSize({ width: 360, height: 740 });
  await settled(page);
  look("on a narrow screen", await page.evaluate(sideways, true));
  look("on a narrow screen", await page.evaluate(small));

  await page.setViewportSize(TABLET);
  await show(page, shown, { dir: "rtl", locale: "pseudo" });
  await page.evaluate(axe);
  look("from right to left", await found(page, shown.screen, "whole"));
  look("from right to left", await page.evaluate(sideways, false));
  look("in words that nobody speaks", await page.evaluate(plain));
  await page.setViewportSize({ width: 360, height: 740 });
  await settled(page);
  look("narrow, from right to left, a third longer", await page.evaluate(sideways, false));
  assert.deepEqual(wrong, [], `\n${wrong.join("\n")}`);
}

/** Tab comes to everything, and it is to be seen where one is. */
async function byKeyboard(page) {
  const wrong = [];
  const many = await page.evaluate(reachable);
  const reached = new Set();
  await page.evaluate(() => document.activeElement?.blur?.());
  for (let turn = 0; turn < many + 6 && reached.size < many; turn += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(focus);
    if (at?.reach) reached.add(at.reach);
    if (at?.reach && !at.seen) wrong.push(`not to be seen where one is: ${at.name}`);
  }
  wrong.push(...(await page.evaluate(unreached, [...reached])).map((name) => `never reached: ${name}`));
  return wrong;
}
