// One tablet of a story in which there are several: its own folder, its web view's own profile, its own road, and its window.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open, until } from "./driver.mjs";
import { programs } from "../example.mjs";
import { Hand } from "./hand.mjs";
import { road } from "./road.mjs";

const PIN = "20261110";

export class Tablet {
  /** Everything that the tablet and its web view write lies under here. */
  home = mkdtempSync(join(tmpdir(), "tablet-"));

  constructor(story, holders) {
    this.story = story;
    this.holders = holders;
    this.env = { ...story.screen.env };
    for (const [name, folder] of Object.entries({ XDG_DATA_HOME: "data", XDG_CACHE_HOME: "cache", XDG_CONFIG_HOME: "config", TMPDIR: "tmp" })) {
      this.env[name] = join(this.home, folder);
      mkdirSync(this.env[name]);
    }
  }

  /** Sets it up with the office's code for its holders, through its own page; the first of them writes. */
  async setUp() {
    this.road = await road(this.story.office.base);
    await this.open();
    const { window } = this;
    await window.shows("Set up this tablet");
    await window.type("#code", this.story.office.codeBy(this.road.address, ...this.holders));
    await window.type("#name", "tablet 1");
    await window.type("#pin", PIN);
    await window.type("#again", PIN);
    await window.press("Set up");
    await window.shows("is writing", 60);
    // Of several nobody writes before it was said who.
    await this.hand.writer(this.holders[0]);
  }

  async open() {
    this.window = await open(programs.tablet, join(this.home, "tablet"), this.env);
    this.hand ??= new Hand(this.window);
    this.hand.window = this.window;
    return this.hand;
  }

  /** The program ends as with a dead battery, and is opened again with the PIN. */
  async dies() {
    await this.window.kill();
    await this.open();
    await this.unlock();
  }

  async unlock(pin = PIN) {
    await this.window.shows("This tablet is locked");
    await this.window.type("#pin", pin);
    await this.window.press("Open");
  }

  noSignal() {
    this.road.signal(false);
  }

  /** There is signal: somebody presses *Send now* and looks until the office has it all. */
  async sends() {
    this.road.signal(true);
    await this.window.until("all of it at the office", async () => {
      await this.window.device("send_now");
      return (await this.window.device("waiting")).safe;
    }, 60);
  }

  /** The page of a visit or an event, as the screen gets it. */
  async page(name) {
    const mine = await this.window.device("my_visits");
    const all = [...mine.today, ...mine.this_week, ...mine.later, ...mine.before, ...mine.events];
    const { notebook } = all.find((one) => (one.place ?? one.name) === name);
    return this.window.device("visit", { notebook });
  }

  /** All that somebody could read here: the page with its fields, and what the screen was given for it. */
  async readable(name) {
    const shown = await this.window.run("return [document.documentElement.outerHTML, ...[...document.querySelectorAll('input, textarea')].map((one) => one.value)].join('\\n')");
    return `${shown} ${JSON.stringify([await this.page(name), await this.window.device("unfinished")])}`;
  }

  /** Why a command is not done; nothing where it is. */
  refusal(command, args) {
    return this.window.run("return window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]).then(() => '', (reason) => reason.code)", command, args);
  }

  async end() {
    await this.window?.kill().catch(() => this.window.driver.kill()); // It has ended by itself, or was never there.
    this.road?.end();
    // The web view's own processes end a moment later than the program, and may write until then.
    await until("the tablet's folder to be taken away", () => {
      rmSync(this.home, { recursive: true, force: true });
      return true;
    });
  }
}
