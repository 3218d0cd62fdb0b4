// The real window, driven by WebKitWebDriver and nothing in between; and a display of its own where there is none.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** Asks until the answer is true, for at most `seconds`; says what was waited for when it never is. */
export async function until(what, ask, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  let last;
  while (Date.now() < end) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited ${seconds} s for ${what}${last ? `; at last: ${last.message}` : ""}`, { cause: last });
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** A display: the one that is there, or a virtual one that ends with `end()`. */
export async function display() {
  if (process.env.DISPLAY) return { env: {}, end: () => {} };
  const xvfb = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "800x1280x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const number = await new Promise((resolve, reject) => {
    xvfb.once("error", reject);
    xvfb.once("exit", () => reject(new Error("Xvfb ended")));
    xvfb.stdio[3].once("data", (text) => resolve(String(text).trim()));
  });
  return { env: { DISPLAY: `:${number}` }, end: () => xvfb.kill() };
}

// What of a page can be pressed and says these words: on the layer that is uppermost, the exact words before others.
const PRESSED = `
  const [words, where] = arguments;
  const row = (legend) => [...document.querySelectorAll(".choosing")].find((one) => one.querySelector(".legend")?.textContent.trim() === legend);
  const layer = where?.row ? row(where.row) : where ? document.querySelector(where) : document.querySelector("dialog[open]") ?? document.querySelector(".sheet") ?? document.body;
  const said = (one) => (one.textContent ?? "").replace(/\\s+/g, " ").trim();
  const all = [...(layer?.querySelectorAll("button, a, label, summary") ?? [])].filter((one) => one.getClientRects().length > 0 && !one.disabled);
  const which = [(text) => text === words, (text) => text.startsWith(words + " "), (text) => text.includes(words)];
  for (const fits of which) for (const one of all) if (fits(said(one))) return one;
  return null;`;

/** Opens the tablet's window over a folder. Each window has a driver of its own, which ends with it, killed or closed. */
export async function open(binary, folder, env) {
  const port = await freePort();
  const driver = spawn("WebKitWebDriver", [`--port=${port}`], {
    env: { ...process.env, ...env, TAURI_WEBVIEW_AUTOMATION: "true", WEBKIT_DISABLE_DMABUF_RENDERER: "1" },
    stdio: "ignore",
  });
  const base = `http://127.0.0.1:${port}`;
  await until("the driver", () => fetch(`${base}/status`).then((reply) => reply.ok));
  const browser = { binary, args: ["--data", folder] };
  const window = new Window({ driver, binary, folder, env });
  try {
    const made = await window.ask(`${base}/session`, { capabilities: { alwaysMatch: { "webkitgtk:browserOptions": browser } } });
    window.at = `${base}/session/${made.sessionId}`;
    return window;
  } catch (error) {
    driver.kill();
    throw error;
  }
}

class Window {
  constructor(parts) {
    Object.assign(this, parts);
  }

  async ask(url, body) {
    const reply = await fetch(url, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
    const { value } = await reply.json();
    if (!reply.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }

  /** The element that a CSS selector finds, or that has exactly these words as its own. */
  async element(selector) {
    const found = await this.ask(`${this.at}/element`, { using: "css selector", value: selector });
    return `${this.at}/element/${found[ELEMENT]}`;
  }

  async type(selector, words) {
    const element = await until(selector, () => this.element(selector));
    await this.ask(`${element}/value`, { text: words });
  }

  async click(selector) {
    const element = await until(selector, () => this.element(selector));
    await this.ask(`${element}/click`, {});
  }

  /** Presses the button, link or label that says these words. */
  async press(words) {
    const path = `//*[self::button or self::a or self::label or self::summary][contains(normalize-space(.), ${JSON.stringify(words)})]`;
    await until(`something to press that says ${words}`, async () => {
      const found = await this.ask(`${this.at}/element`, { using: "xpath", value: path });
      await this.ask(`${this.at}/element/${found[ELEMENT]}/click`, {});
      return true;
    });
  }

  /** Presses what says these words on the uppermost layer of the page, or in the part of it that is named: `.sheet`, `{ row: "Age" }`. */
  async touch(words, where = null) {
    try {
      await until(`something to press that says ${words}`, async () => {
        const found = await this.run(PRESSED, words, where);
        if (!found) return false;
        await this.ask(`${this.at}/element/${found[ELEMENT]}/click`, {});
        return true;
      });
    } catch (error) {
      throw new Error(`${error.message}; the page says: ${await this.text().catch(() => "nothing")}`, { cause: error });
    }
  }

  /** Draws with one finger over an element, from here to there in parts of its width and height. */
  async draw(selector, from, to) {
    const box = await this.run("const at = document.querySelector(arguments[0]); at.scrollIntoView({ block: 'center' }); const b = at.getBoundingClientRect(); return [b.x, b.y, b.width, b.height]", selector);
    const at = ([x, y]) => ({ type: "pointerMove", duration: 0, origin: "viewport", x: Math.round(box[0] + x * box[2]), y: Math.round(box[1] + y * box[3]) });
    const half = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
    const actions = [at(from), { type: "pointerDown", button: 0 }, at(half), at(to), { type: "pointerUp", button: 0 }];
    await this.ask(`${this.at}/actions`, { actions: [{ type: "pointer", id: "finger", parameters: { pointerType: "mouse" }, actions }] });
  }

  run(script, ...args) {
    return this.ask(`${this.at}/execute/sync`, { script, args });
  }

  until(what, ask, seconds) {
    return until(what, ask, seconds);
  }

  /** Asks the tablet's device for something, as a screen does. */
  device(command, args = {}) {
    return this.run("return window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1])", command, args);
  }

  /** A disk that takes no more words, until `mended()`; the rest of the tablet is as it is. */
  async diskRefuses(message) {
    await this.run(
      `const real = window.fetch;
       const refusal = { code: "disk-full", message: arguments[0] };
       window.mended = () => (window.fetch = real);
       window.fetch = (to, how) => /(save|close)_draft$/.test(String(to))
         ? Promise.resolve(new Response(JSON.stringify(refusal), { headers: { "Content-Type": "application/json", "Tauri-Response": "error" } }))
         : real(to, how);`,
      message,
    );
  }

  mended() {
    return this.run("window.mended()");
  }

  /** What has the focus: its id, or its words where it has none. */
  focused() {
    return this.run("const at = document.activeElement; return at.id && at.id !== 'sheet-title' ? `#${at.id}` : at.innerText");
  }

  /** Turns the tablet: the window takes this size, where the display has room for it. */
  async resize(width, height) {
    await this.ask(`${this.at}/window/rect`, { x: 0, y: 0, width, height });
    await until(`a window ${width} wide and ${height} high`, async () => {
      const [wide, high, landscape] = await this.run("return [window.innerWidth, window.innerHeight, matchMedia('(orientation: landscape)').matches]");
      return wide === width && high === height && landscape === width > height;
    });
    // A picture shows it two frames later.
    await this.run("return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true))))");
  }

  /** All words on the page, each line break a space. */
  async text() {
    return (await this.run("return document.body.innerText")).replace(/\s+/g, " ");
  }

  async shows(words, seconds) {
    try {
      await until(`the words "${words}"`, async () => (await this.text()).includes(words), seconds);
    } catch (error) {
      throw new Error(`${error.message}; the page says: ${await this.text().catch(() => "nothing")}`, { cause: error });
    }
  }

  /** A picture of the display, into the folder that SCREENSHOTS names; nothing where it names none. */
  picture(name) {
    const folder = process.env.SCREENSHOTS;
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    execFileSync("import", ["-window", "root", join(folder, `${name}.png`)], { env: { ...process.env, ...this.env } });
  }

  /** The program's own process: the one that was started with this folder. */
  pid() {
    for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
      let words = [];
      try {
        words = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      } catch {
        continue; // It has ended meanwhile.
      }
      if (words[0] === this.binary && words.includes(this.folder)) return Number(name);
    }
    throw new Error("the tablet's program is not running");
  }

  /** Ends the program as a dead battery would. */
  async kill() {
    const pid = this.pid();
    process.kill(pid, "SIGKILL");
    await this.ended();
    this.driver.kill();
  }

  /** Ends the program and its driver. */
  async close() {
    process.kill(this.pid(), "SIGTERM");
    await this.ended();
    this.driver.kill();
  }

  ended() {
    return until("the program's end", () => {
      try {
        this.pid();
        return false;
      } catch {
        return true;
      }
    });
  }
}
