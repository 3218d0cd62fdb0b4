// A real browser, without any script on the pages: Priya plans a visit, and what may not be is stopped with its reason.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Office, press, unfold } from './office.mjs';

const office = new Office();

before(async () => {
  office.run('org', 'add', '--name', 'Sutton LINk', '--scheme', 'link-2008', '--host', 'Sutton CVS');
  const people = { 'Priya Nair': 'host officer', 'Samuel Adeyemi': 'host administrator', 'Ruth Castellan': 'steering group member' };
  for (const [name, role] of Object.entries(people)) office.run('person', 'add', '--name', name, '--role', role, '--password', office.password);
  await office.open();
});

after(() => office.end());

test('Priya plans a visit, is stopped by an expired check, and a finding without evidence is refused', async () => {
  const priya = await office.signIn('Priya Nair');
  const addPerson = async (name, until) => {
    await priya.goto(`${office.base}/office/people/new`);
    await priya.fill('#name', name);
    await priya.getByLabel('Authorised representative').check();
    await press(priya, 'Add this person');
    await unfold(priya, 'what authorises them');
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
    await priya.goto(`${office.base}/office/bodies/new`);
    await priya.fill('#name', name);
    await priya.selectOption('#kind', kind);
    await press(priya, 'Add it');
  }
  await priya.goto(`${office.base}/office/places/new`);
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

  await priya.goto(`${office.base}/office/reading?visit=${visit.split('/').pop()}`);
  assert.match(await priya.locator('main').innerText(), /Nothing has come in/);
  await priya.goto(`${office.base}${visit}/findings`);
  await priya.fill('#words', 'Evenings are short of people.');
  await press(priya, 'Keep this finding');
  assert.match(await priya.locator('.problem').innerText(), /rests on something seen, heard or told/);
  assert.equal(await priya.inputValue('#words'), 'Evenings are short of people.');

  await priya.goto(`${office.base}${visit}`);
  await press(priya, 'Begin the report');
  assert.match(await priya.locator('.steps li[aria-current=step]').innerText(), /Read by the team/);
  for (const radio of await priya.getByLabel('agreed', { exact: true }).all()) await radio.check();
  await press(priya, 'Keep what they said');
  await press(priya, 'I have checked it');
  assert.match(await priya.locator('.steps li[aria-current=step]').innerText(), /Facts/);
  await priya.context().close();
});

test('Ruth, of the steering group, reads the report and may write nothing in it', async () => {
  const ruth = await office.signIn('Ruth Castellan');
  await ruth.goto(`${office.base}/office/reports`);
  await ruth.locator('.folio h3 a').first().click();
  assert.equal(await ruth.getByRole('button', { name: 'Keep these words' }).count(), 0);
  const answer = await ruth.goto(`${office.base}/office/reading`);
  assert.equal(answer.status(), 403);
  await ruth.context().close();
});
