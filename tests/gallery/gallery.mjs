// The gallery of the tablet's parts and pages, built and shown in Debian's Chromium. Nothing of it is on a network:
// each file is handed to the browser from its folder.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { chromium } from "playwright-core";

const ui = join(import.meta.dirname, "../../ui");
const HOME = "http://gallery.test/";
const kinds = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".ttf": "font/ttf", ".webp": "image/webp" };

/** Asha's tablet, upright. */
export const TABLET = { width: 800, height: 1280 };

/** Builds the gallery and starts a browser; `end()` ends it. */
export async function gallery() {
  execFileSync("npm", ["run", "--silent", "gallery"], { cwd: ui, stdio: ["ignore", "ignore", "inherit"] });
  const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args });
  const open = async (viewport = TABLET) => {
    const context = await browser.newContext({ viewport, locale: "en-GB", timezoneId: "Europe/London", reducedMotion: "reduce" });
    await context.route(`${HOME}**`, (route) => {
      const path = join(ui, "gallery/dist", new URL(route.request().url()).pathname.replace(/\/$/, "/index.html"));
      return route.fulfill({ contentType: kinds[extname(path)], body: readFileSync(path) });
    });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    // A quarter to eleven at Hazel Court, whatever the day is.
    await page.clock.setFixedTime(new Date("2026-11-10T10:46:00Z"));
    return page;
  };
  const list = await open();
  await list.goto(`${HOME}?part=Icon&example=one that points`);
  const { parts, screens } = await list.evaluate(() => window.gallery);
  await list.context().close();
  return {
    open,
    /** Everything there is to look at: `{ name, at, press }`. */
    all: [
      ...Object.entries(parts).flatMap(([part, of]) => of.map((example) => ({ name: `${part}: ${example}`, screen: false, query: { part, example }, press: [] }))),
      ...Object.entries(screens).map(([screen, press]) => ({ name: screen, screen: true, query: { screen }, press })),
    ],
    end: () => browser.close(),
  };
}

/** Shows one of them, with its fonts and its pictures, as it stands once everything that its example presses is pressed. */
export async function show(page, shown, how = {}) {
  const wrong = [];
  const hear = (error) => wrong.push(String(error));
  page.on("pageerror", hear);
  await page.goto(`${HOME}?${new URLSearchParams({ ...shown.query, ...how })}`);
  await page.waitForFunction(() => document.body.querySelector(".page, .theirs") !== null);
  for (const deed of shown.press) {
    // `FIELD := WORDS` is typed; everything else is pressed.
    const [selector, words] = deed.split(" := ");
    const at = page.locator(selector).first();
    await (words === undefined ? at.click({ force: true }) : at.fill(words));
  }
  await settled(page);
  page.off("pageerror", hear);
  if (wrong.length) throw new Error(`${shown.name}: ${wrong.join("; ")}`);
}

/** What was asked of the told device is answered and drawn. */
export async function settled(page) {
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (let turn = 0; turn < 3; turn += 1) await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  });
}
