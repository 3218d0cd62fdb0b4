// Drives a real browser through plan → read → finding → report, without any script on the pages: what a person does
// at the host's desk. ENTERVIEW names the program, CHROMIUM the browser. Nothing waits by the clock: each step waits
// for its page.
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const program = process.env.ENTERVIEW ?? 'target/debug/enterview';
const password = 'tea without milk';
const data = mkdtempSync(join(tmpdir(), 'enterview-browser-'));
let server, browser, base;

const run = (...args) => execFileSync(program, args, { encoding: 'utf8' }).split('\n')[0].trim();

before(async () => {
  run('org', 'add', '--data', data, '--name', 'Sutton LINk', '--scheme', 'link-2008', '--host', 'Sutton CVS');
  const person = (name, role, ...more) => run('person', 'add', '--data', data, '--name', name, '--role', role, ...more);
  person('Priya Nair', 'host officer', '--password', password);
  person('Samuel Adeyemi', 'host administrator', '--password', password);
  person('Ruth Castellan', 'steering group member', '--password', password);
  server = spawn(program, ['serve', '--data', data, '--plain', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: server.stdout })) {
    const found = line.match(/listening on (\S+)/);
    if (found) { base = found[1]; break; }
  }
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
});

after(async () => {
  await browser?.close();
  server?.kill('SIGTERM');
  rmSync(data, { recursive: true, force: true });
});

const signIn = async (name) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${base}/sign-in`);
  await page.fill('#name', name);
  await page.fill('#password', password);
  await page.click('main button[type=submit]');
  assert.equal(new URL(page.url()).pathname, '/office');
  return page;
};

const press = async (page, name) => { await page.getByRole('button', { name, exact: true }).click(); };
const open = async (page, summary) => { await page.locator('summary', { hasText: summary }).first().click(); };

test('Priya plans a visit, is stopped by an expired check, and a finding without evidence is refused', async () => {
  const priya = await signIn('Priya Nair');
  const addPerson = async (name, until) => {
    await priya.goto(`${base}/office/people/new`);
    await priya.fill('#name', name);
    await priya.getByLabel('Authorised representative').check();
    await press(priya, 'Add this person');
    await open(priya, 'what authorises them');
    await priya.fill('#check_seen', '2023-11-02');
    await priya.fill('#valid_until', until);
    await priya.selectOption('#check_seen_by', { label: 'Samuel Adeyemi' });
    for (const day of ['trained', 'code_signed', 'nolan_signed']) await priya.fill(`#${day}`, '2023-11-20');
    await press(priya, 'Write this down');
    assert.match(await priya.locator('.said').innerText(), /authorises/);
  };
  await addPerson('Asha Patel', '2029-03-01');
  await addPerson('Tom Okafor', '2028-11-19');
  await addPerson('Maureen Shaw', '2026-10-29');

  for (const [name, kind] of [['Beechway Care Ltd', 'provider'], ['London Borough of Sutton', 'commissioner']]) {
    await priya.goto(`${base}/office/bodies/new`);
    await priya.fill('#name', name);
    await priya.selectOption('#kind', kind);
    await press(priya, 'Add it');
  }
  await priya.goto(`${base}/office/places/new`);
  await priya.fill('#name', 'Hazel Court');
  await priya.selectOption('#kind', 'care home');
  await priya.selectOption('#provider', { label: 'Beechway Care Ltd (provider)' });
  await priya.fill('#postcode', 'SM2 0XX');
  await press(priya, 'Add this place');
  await priya.getByRole('link', { name: 'Plan a visit here' }).click();

  await priya.fill('#date', '2026-11-10');
  await priya.selectOption('#part', 'morning');
  await priya.fill('#purpose', 'Evenings and nights');
  for (const name of ['Asha Patel', 'Maureen Shaw']) await priya.getByLabel(name).check();
  await press(priya, 'Plan this visit');
  assert.match(await priya.title(), /^Error: /);
  assert.match(await priya.locator('.problem').innerText(), /Maureen Shaw cannot go on this visit.*2026-10-29/s);
  assert.equal(await priya.inputValue('#purpose'), 'Evenings and nights', 'what was typed stays');
  await priya.getByLabel('Maureen Shaw').uncheck();
  await priya.getByLabel('Tom Okafor').check();
  await priya.selectOption('#lead', { label: 'Asha Patel' });
  await press(priya, 'Plan this visit');
  assert.match(await priya.locator('h1').innerText(), /Hazel Court, 10.November 2026/);
  assert.match(await priya.locator('main').innerText(), /Who could not[\s\S]*Maureen Shaw/);
  const visit = new URL(priya.url()).pathname;

  await priya.goto(`${base}/office/reading?visit=${visit.split('/').pop()}`);
  assert.match(await priya.locator('main').innerText(), /Nothing has come in/);
  await priya.goto(`${base}${visit}/findings`);
  await priya.fill('#words', 'Evenings are short of people.');
  await press(priya, 'Keep this finding');
  assert.match(await priya.locator('.problem').innerText(), /rests on something seen, heard or told/);
  assert.equal(await priya.inputValue('#words'), 'Evenings are short of people.');

  await priya.goto(`${base}${visit}`);
  await press(priya, 'Begin the report');
  assert.match(await priya.locator('.steps li[aria-current=step]').innerText(), /Read by the team/);
  for (const radio of await priya.getByLabel('agreed', { exact: true }).all()) await radio.check();
  await press(priya, 'Keep what they said');
  await press(priya, 'I have checked it');
  assert.match(await priya.locator('.steps li[aria-current=step]').innerText(), /Facts/);
  await priya.context().close();
});

test('Ruth, of the steering group, reads the report and may write nothing in it', async () => {
  const ruth = await signIn('Ruth Castellan');
  await ruth.goto(`${base}/office/reports`);
  await ruth.locator('.folio h3 a').first().click();
  assert.equal(await ruth.getByRole('button', { name: 'Keep these words' }).count(), 0);
  const answer = await ruth.goto(`${base}/office/reading`);
  assert.equal(answer.status(), 403);
  await ruth.context().close();
});

test('no page is wider than a telephone', async () => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await page.goto(`${base}/sign-in`);
  await page.fill('#name', 'Priya Nair');
  await page.fill('#password', password);
  await page.click('main button[type=submit]');
  for (const path of ['', '/visits', '/visits/new', '/people', '/people/new', '/places', '/reading', '/reports', '/outreach', '/tablets']) {
    await page.goto(`${base}/office${path}`);
    const [wide, h1] = await page.evaluate(() => [document.documentElement.scrollWidth, document.querySelectorAll('h1').length]);
    assert.ok(wide <= 390, `${path || '/'} is ${wide} px wide`);
    assert.equal(h1, 1, `${path || '/'} has one heading of the first level`);
  }
  await context.close();
});
