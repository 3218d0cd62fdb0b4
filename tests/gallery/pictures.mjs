// Pictures of every page and every part: by day, by night and at twice the text, side by side in one file each.
//   node pictures.mjs FOLDER
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gallery, settled, show, TABLET } from "./gallery.mjs";

const folder = process.argv[2];
if (!folder) throw new Error("pictures.mjs FOLDER");
const work = mkdtempSync(join(tmpdir(), "screens-"));
const ways = [{ colorScheme: "light" }, { colorScheme: "dark" }, { colorScheme: "light", text: "200%" }];
const named = (name) => name.replace(/[^\p{L}\d]+/gu, "-").toLowerCase();
const all = await gallery();
const page = await all.open();

/** Three pictures of one example beside each other. */
async function three(one) {
  const shots = [];
  for (const { colorScheme, text = "" } of ways) {
    await page.emulateMedia({ colorScheme });
    await show(page, one);
    await page.evaluate((size) => (document.documentElement.style.fontSize = size), text);
    await settled(page);
    const path = join(work, `${named(one.name)}-${shots.length}.png`);
    // A blinking caret is there in one picture and not in the next.
    await page.screenshot({ path, caret: "hide" });
    shots.push(path);
  }
  return shots;
}
function together(shots, across, width, name) {
  const path = join(folder, `${name}.webp`);
  execFileSync("montage", [...shots, "-tile", `${across}x`, "-geometry", `${width}x+6+6`, "-background", "#8a8a8a", "-quality", "62", "-define", "webp:method=6", path]);
  return path;
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const lines = [];
const line = (title, file) => lines.push(`### ${title}`, `![${title}, by day, by night and at twice the text](${file}.webp)`, "");
for (const one of all.all.filter((each) => each.screen)) {
  await page.setViewportSize(TABLET);
  together(await three(one), 3, 480, named(one.name));
  line(one.name, named(one.name));
}
lines.push("## The parts", "");
await page.setViewportSize({ width: 800, height: 420 });
for (const part of new Set(all.all.filter((each) => !each.screen).map((each) => each.query.part))) {
  const shots = [];
  for (const one of all.all.filter((each) => each.query.part === part)) shots.push(...(await three(one)));
  together(shots, 3, 400, `part-${named(part)}`);
  line(part, `part-${named(part)}`);
}
writeFileSync(
  join(folder, "README.md"),
  `# Every screen of the tablet

Made by \`script/screens\` from the gallery, never by hand: by day, by night, and with the text at twice its size, in Chromium at
800×1280. The tablet itself draws with WebKit, so a letter may stand a little elsewhere there. What stands on the pages comes from the example month; nobody in it is real.

## The pages

${lines.join("\n")}`,
);
await all.end();
rmSync(work, { recursive: true, force: true });
