// A real office and a real browser for the stories here: Debian's Chromium, and the program `enterview` on plain HTTP
// on this machine. Nothing waits by the clock: each step waits for its page.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { play, programs } from '../example.mjs';

/** A folder for an office's data, and what a person does to it. `end()` takes everything away. */
export class Office {
  data = mkdtempSync(join(tmpdir(), 'enterview-browser-'));
  password = 'tea without milk';

  /** Runs one of the program's commands and returns the first line that it prints. */
  run(...args) {
    return execFileSync(programs.office, [...args, '--data', this.data], { encoding: 'utf8' }).split('\n')[0].trim();
  }

  /** Plays the example month into the folder; returns what the file says. */
  play() {
    const { month, password } = play(this.data);
    this.password = password;
    return month;
  }

  /** Starts the server, with `more` of its options, and the browser. */
  async open(...more) {
    this.server = spawn(programs.office, ['serve', '--data', this.data, '--plain', '--port', '0', '--clock-ahead', join(this.data, 'ahead'), ...more], { env: { ...process.env, RUST_LOG: 'warn' }, stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: this.server.stdout })) {
      const found = line.match(/listening on (\S+)/);
      if (found) { this.base = found[1]; break; }
    }
    const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
    this.browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
  }

  /** Lets it be noon of that day at the office, unless it is later there; who was signed in may have to do so again. */
  waitFor(day) {
    writeFileSync(join(this.data, 'ahead'), String(Math.max(0, Date.parse(`${day}T12:00Z`) - Date.now())));
  }

  /** Today at the office. */
  today() {
    const ahead = existsSync(join(this.data, 'ahead')) ? Number(readFileSync(join(this.data, 'ahead'), 'utf8')) : 0;
    return new Date(Date.now() + ahead).toISOString().slice(0, 10);
  }

  /** Somebody's page, signed in, in a browser that runs no script of the pages unless it is to. */
  async signIn(name, viewport = { width: 1280, height: 900 }, script = false) {
    const context = await this.browser.newContext({ javaScriptEnabled: script, viewport });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(`${this.base}/sign-in`);
    await page.fill('#name', name);
    await page.fill('#password', this.password);
    await page.click('main button[type=submit]');
    if (new URL(page.url()).pathname !== '/office') throw new Error(`${name} is not let in: ${await page.innerText('main')}`);
    return page;
  }

  /** Somebody without an account who opens a link, on a telephone. */
  async comesBy(link, script = false) {
    const context = await this.browser.newContext({ javaScriptEnabled: script, viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const { pathname, search } = new URL(link);
    await page.goto(`${this.base}${pathname}${search}`);
    return page;
  }

  async end() {
    await this.browser?.close();
    if (this.server && this.server.exitCode === null) {
      const gone = once(this.server, 'exit');
      this.server.kill('SIGTERM');
      await gone;
    }
    rmSync(this.data, { recursive: true, force: true });
  }
}

/** Presses the button of exactly this name. */
export const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** Opens what is folded away under these words. */
export const unfold = (page, words) => page.locator('summary', { hasText: words }).first().click();

/** Says beside each remark how many in this building could have said it, until nothing is asked any more. */
export async function weighs(page) {
  const asked = page.locator('aside.stop input[name=people]');
  while (await asked.count()) {
    await asked.first().fill('12');
    await asked.first().locator('xpath=ancestor::form').getByRole('button').click();
    await page.waitForLoadState();
  }
}

/** A picture of the whole page, into the folder that SCREENSHOTS names; nothing where it names none. */
export async function picture(page, name) {
  const folder = process.env.SCREENSHOTS;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
