// Words keep 7:1 on every ground they stand on, by day and by night, and nothing thins them afterwards.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const styles = join(import.meta.dirname, "../src/styles");
const read = (name) => readFileSync(join(styles, name), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
const colours = (text) => Object.fromEntries([...text.matchAll(/--([a-z-]+): (#[0-9a-f]{6})/g)].map((m) => [m[1], m[2]]));

/** Relative luminance as WCAG 2.2 has it. */
function light(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a, b) {
  const [more, less] = [light(a), light(b)].sort((x, y) => y - x);
  return (more + 0.05) / (less + 0.05);
}

const [day, night] = read("tokens.css").split("@media (prefers-color-scheme: dark)").map(colours);
for (const [when, set] of [["by day", day], ["by night", { ...day, ...night }]]) {
  test(`ink, small words and what can be pressed are readable ${when}`, () => {
    for (const word of ["ink", "ink-soft", "accent"]) {
      for (const ground of ["paper", "surface", "sunken"]) {
        const ratio = contrast(set[word], set[ground]);
        assert.ok(ratio >= 7, `${word} on ${ground}: ${ratio.toFixed(2)}`);
      }
    }
  });
}

test("no rule thins words: what may not be pressed and what a field expects are as readable as the rest", () => {
  for (const name of ["forms.css", "tablet.css"]) {
    for (const [, selector, rule] of read(name).matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
      // A control that lies unseen over its own drawing, and a sheet on its way up.
      if (/input$|input\b[^:]*$|\bfrom\b/.test(selector.trim())) continue;
      assert.doesNotMatch(rule, /opacity: (0|\.)/, `${name}: ${selector.trim()}`);
    }
  }
});

test("a field that has the focus keeps the ring that everything else has", () => {
  for (const name of ["forms.css", "tablet.css"]) {
    for (const [, selector, rule] of read(name).matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
      if (!/outline: 0/.test(rule)) continue;
      // The page that is written on has a mark of its own on the margin's rule; a title is nothing to press.
      assert.match(selector.trim(), /^(\.write:not\(\.box\)|h1):focus-visible$/, `${name} takes the ring from ${selector.trim()}`);
    }
  }
});
