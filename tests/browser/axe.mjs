// What a page is looked over for inside the browser: what axe finds, what is wider than the window, its one heading.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A narrow telephone, and a usual screen at twice the size: a browser's own zoom leaves half the width. */
export const WAYS = {
  'at 320 px': { viewport: { width: 320, height: 800 } },
  'at 200 %': { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
};

/** Every page of the office's table of rights, as `/office/visits/{id}`. */
export const pages = () => {
  const table = readFileSync(join(import.meta.dirname, '../../server/src/auth/may.rs'), 'utf8');
  return [...table.matchAll(/^ {4}\("GET", "([^"]+)", /gm)].map(([, path]) => path);
};

/** Everything that is wrong with a page, a line each; empty is well. */
export async function wrongWith(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    // Words keep 7:1 in both schemes.
    const { violations } = await window.axe.run(document, { runOnly: tags, rules: { 'color-contrast-enhanced': { enabled: true } }, resultTypes: ['violations'] });
    const found = violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} ${n.any[0]?.message ?? v.help}`));
    const [wide, window_] = [document.documentElement.scrollWidth, document.documentElement.clientWidth];
    if (wide > window_) {
      const over = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > window_ + 1 && !e.closest('.scroll'));
      found.push(`${wide} px wide in ${window_}: ${over.slice(0, 4).map((e) => `${e.tagName.toLowerCase()}.${[...e.classList].join('.')} "${e.textContent.trim().slice(0, 30)}"`).join(', ')}`);
    }
    const headings = document.querySelectorAll('h1').length;
    if (headings !== 1) found.push(`${headings} headings of the first level`);
    return found;
  });
}
