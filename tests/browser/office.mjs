// A real office and a real browser for the stories here: Debian's Chromium, and the program `enterview` on plain HTTP
// on this machine. Nothing waits by the clock: each step waits for its page.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const target = process.env.CARGO_TARGET_DIR ?? join(import.meta.dirname, '../../target');
const program = process.env.ENTERVIEW_PROGRAM ?? join(target, 'debug', 'enterview');
const example = join(import.meta.dirname, '../examples/hazel-court');

/** A folder for an office's data, and what a person does to it. `end()` takes everything away. */
export class Office {
  data = mkdtempSync(join(tmpdir(), 'enterview-browser-'));
  password = 'tea without milk';

  /** Runs one of the program's commands and returns the first line that it prints. */
  run(...args) {
    return execFileSync(program, [...args, '--data', this.data], { encoding: 'utf8' }).split('\n')[0].trim();
  }

  /**
   * Plays the example month into the folder as far as the tablets go: what three people recorded is at the office,
   * and nobody has read it yet.
   */
  play() {
    const { office, ...month } = JSON.parse(readFileSync(join(example, 'scenario.json'), 'utf8'));
    const files = (_, value) => (typeof value === 'string' && /\.(jpg|csv)$/.test(value) ? join(example, value) : value);
    const scenario = join(this.data, 'month.json');
    writeFileSync(scenario, JSON.stringify(month, files));
    const rehearse = join(program, '..', 'rehearse');
    execFileSync(rehearse, [scenario, join(this.data, 'out'), '--into', this.data], { stdio: ['ignore', 'ignore', 'inherit'] });
    this.password = readFileSync(join(this.data, 'ready'), 'utf8').split('\n')[1];
    return { ...month, office };
  }

  /** Starts the server and the browser. */
  async open() {
    this.server = spawn(program, ['serve', '--data', this.data, '--plain', '--port', '0'], { env: { ...process.env, RUST_LOG: 'warn' }, stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: this.server.stdout })) {
      const found = line.match(/listening on (\S+)/);
      if (found) { this.base = found[1]; break; }
    }
    const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
    this.browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
  }

  /** Somebody's page, signed in, in a browser that runs no script of the pages. */
  async signIn(name, viewport = { width: 1280, height: 900 }) {
    const context = await this.browser.newContext({ javaScriptEnabled: false, viewport });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(`${this.base}/sign-in`);
    await page.fill('#name', name);
    await page.fill('#password', this.password);
    await page.click('main button[type=submit]');
    if (new URL(page.url()).pathname !== '/office') throw new Error(`${name} is not let in: ${await page.innerText('main')}`);
    return page;
  }

  async end() {
    await this.browser?.close();
    this.server?.kill('SIGTERM');
    rmSync(this.data, { recursive: true, force: true });
  }
}

/** Presses the button of exactly this name. */
export const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** Opens what is folded away under these words. */
export const unfold = (page, words) => page.locator('summary', { hasText: words }).first().click();

/** A picture of the whole page, into the folder that SCREENSHOTS names; nothing where it names none. */
export async function picture(page, name) {
  const folder = process.env.SCREENSHOTS;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
