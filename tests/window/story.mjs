// What every story with a window begins with: a display, an office, a folder, and a tablet that the office knows.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { display, open } from "./driver.mjs";
import { programs } from "../example.mjs";
import { office } from "./office.mjs";
import { Tablet } from "./tablet.mjs";

const PIN = "20261110";

/** Everything a story needs; `end()` takes it all away again. */
export async function begin(how) {
  const screen = await display();
  const host = await office(how);
  const folder = mkdtempSync(join(tmpdir(), "tablet-"));
  const tablets = [];
  let last;
  return {
    office: host,
    screen,
    /** A further tablet for these people, with a folder and a road of its own. */
    async tablet(...holders) {
      const tablet = new Tablet(this, holders);
      tablets.push(tablet);
      await tablet.setUp();
      return tablet;
    },
    /** Opens the tablet's window; what a story leaves open, `end()` ends. */
    window: async () => (last = await open(programs.tablet, folder, screen.env)),
    /** Sets the tablet up with the office's code, through its own page. */
    async setUp(window) {
      await window.shows("Set up this tablet");
      window.picture("set-up");
      await window.type("#code", host.code("Asha Patel"));
      await window.type("#name", "tablet 1");
      await window.type("#pin", PIN);
      await window.type("#again", PIN);
      await window.press("Set up");
      await window.shows("Asha is writing", 60);
    },
    async unlock(window, pin = PIN) {
      await window.shows("This tablet is locked");
      await window.type("#pin", pin);
      await window.press("Open");
    },
    /** Begins an event of this name. */
    async event(window, name) {
      await window.press("At a stall or a meeting");
      await window.type("#name", name);
      await window.press("Begin");
      await window.shows("Nothing is written here yet.");
    },
    async end() {
      await last?.kill().catch(() => {}); // It has ended by itself, or was never there.
      for (const tablet of tablets) await tablet.end();
      screen.end();
      await host.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
