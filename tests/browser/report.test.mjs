// A real browser, without any script on the pages: what the tablets brought is read, becomes findings with evidence,
// and leaves as a report with the date by which an answer is due.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WAYS, pages, wrongWith } from './axe.mjs';
import { Office, picture, press, unfold, weighs } from './office.mjs';

const office = new Office();
let month, visit, report, link;

before(async () => {
  month = office.play();
  await office.open();
});

after(() => office.end());

/** The day on which the example month takes a step. */
const day = (step) => month.office.steps.find((s) => s.do === step).on;

test('Priya reads what came in, and settles what two people wrote apart', async () => {
  const priya = await office.signIn('Priya Nair');
  await picture(priya, 'desk');
  const foot = await priya.locator('.foot').innerText();
  assert.match(foot, /tablet 1: .*nothing waits on it/);
  assert.doesNotMatch(foot, /only there/);
  await priya.goto(`${office.base}/office/visits`);
  await priya.getByRole('link', { name: 'Hazel Court' }).first().click();
  visit = new URL(priya.url()).pathname;
  await picture(priya, 'visit');

  await priya.getByRole('link', { name: 'Read it' }).click();
  const notes = await priya.locator('main').innerText();
  assert.match(notes, /14\sseen or heard, 7\sremarks, 4\sphotos/);
  assert.match(notes, /in confidence/);
  assert.equal(await priya.locator('figure img').count(), 4);
  await picture(priya, 'reading');
  await priya.selectOption('#what', { label: 'Photos' });
  await press(priya, 'Show these');
  assert.equal(await priya.locator('li.note').count(), 4);
  assert.equal(await priya.locator('li.note figure img').count(), 4);

  await priya.goto(`${office.base}${visit}`);
  await priya.getByRole('link', { name: 'See both and settle it' }).click();
  const texts = await priya.locator('.both form').allInnerTexts();
  assert.equal(texts.length, 2, 'both texts stand side by side');
  assert.ok(texts.some((t) => t.includes('Asha Patel')) && texts.some((t) => t.includes('Tom Okafor')));
  await picture(priya, 'differences');
  await priya.locator('textarea[name=words]').fill(month.office.resolve[0].words);
  await press(priya, 'Join them in these words');
  await priya.goto(`${office.base}${visit}/differences`);
  assert.match(await priya.locator('main').innerText(), /Settled before/);
  await priya.context().close();
});

test('a finding rests on evidence, and a recommendation on a finding', async () => {
  const priya = await office.signIn('Priya Nair');
  await priya.goto(`${office.base}/office/reading?visit=${visit.split('/').pop()}`);
  await priya.fill('#words', 'Evenings are short of people.');
  await press(priya, 'Keep this finding');
  assert.match(await priya.locator('.problem').innerText(), /rests on something seen, heard or told/);
  assert.equal(await priya.inputValue('#words'), 'Evenings are short of people.', 'what was typed stays');

  await priya.goto(`${office.base}/office/reading?visit=${visit.split('/').pop()}`);
  const lendable = priya.locator('li.note', { has: priya.locator('input[name=evidence]') });
  const quoted = lendable.filter({ hasText: 'may be quoted' }).first();
  await quoted.locator('input[name=evidence]').check();
  await lendable.filter({ has: priya.locator('figure') }).first().locator('input[name=evidence]').check();
  assert.equal(await priya.locator('li.note', { hasText: 'in confidence' }).locator('input[name=evidence]').count(), 0);
  await priya.selectOption('#theme', { label: 'staffing and staff manner' });
  await priya.fill('#words', 'Evenings are short of people.');
  await press(priya, 'Keep this finding');
  await priya.goto(`${office.base}${visit}/findings`);
  assert.match(await priya.locator('main').innerText(), /Rests on 2 notes/);
  await picture(priya, 'findings');

  await priya.goto(`${office.base}${visit}/recommendations`);
  await priya.selectOption('#body', { label: 'Beechway Care Ltd (provider)' });
  await priya.fill('#words', 'Say by when a second carer works each evening.');
  await priya.locator('input[name=finding]').first().check();
  await press(priya, 'Keep this recommendation');
  assert.match(await priya.locator('.ask').first().innerText(), /second carer/);
  await priya.context().close();
});

test('somebody who did not take a photo looks at it before it is printed', async () => {
  const priya = await office.signIn('Priya Nair');
  await priya.goto(`${office.base}${visit}`);
  assert.match(await priya.locator('main').innerText(), /4\sphotos, .*4 to be looked at by a second person/);
  await priya.getByRole('link', { name: 'Describe and look' }).click();
  await picture(priya, 'photos');
  const waits = priya.locator('form[action$="/photos/look"]:not(:has(input[name=do]))');
  for (let left = await waits.count(); left > 0; left -= 1) {
    await waits.first().locator('button').click();
    assert.equal(await waits.count(), left - 1);
  }
  assert.match(await priya.locator('main').innerText(), /Nobody in it can be recognised, says Priya Nair/);
  await picture(priya, 'photos-looked-at');
  await priya.context().close();
});

test('the report walks its steps, and starts the clock of the one who must answer', async () => {
  office.waitFor('2026-12-01');
  const priya = await office.signIn('Priya Nair');
  const step = () => priya.locator('.steps li[aria-current=step]').innerText();
  await priya.goto(`${office.base}${visit}`);
  await press(priya, 'Begin the report');
  report = new URL(priya.url()).pathname;
  await picture(priya, 'report-draft');
  await weighs(priya);
  for (const radio of await priya.getByLabel('agreed', { exact: true }).all()) await radio.check();
  await priya.fill('#read-on', day('read by the team'));
  await press(priya, 'Keep what they said');
  await priya.fill('#checked-on', day('checked'));
  await press(priya, 'I have checked it');
  assert.match(await step(), /Facts/);
  await priya.fill('#facts-on', day('sent for facts'));
  // A window that is open whatever day it is where this runs: the manager ends it.
  await priya.fill('#until', '2036-12-31');
  await press(priya, 'Send for facts');
  await picture(priya, 'facts');

  await priya.getByRole('button', { name: 'Make a link' }).click();
  await picture(priya, 'facts-link');
  const manager = await office.comesBy(await priya.locator('#link').innerText());
  await picture(manager, 'provider-door');
  await press(manager, 'Open it');
  assert.match(await manager.locator('main').innerText(), /Finding 1: Evenings are short of people/);
  await picture(manager, 'provider-facts');
  await manager.getByRole('link', { name: 'Read the draft' }).click();
  assert.match(await manager.locator('body').innerText(), /for the provider to check facts/);
  await manager.goBack();
  await manager.getByLabel('Your name').fill('D. Whitlock');
  await manager.getByLabel('What you are there').fill('manager');
  await press(manager, 'The facts are right');
  assert.match(await manager.locator('main').innerText(), /it was kept that the facts are right/);
  await manager.context().close();

  const ruth = await office.signIn('Ruth Castellan');
  await ruth.goto(`${office.base}${report}`);
  assert.equal(await ruth.getByRole('button', { name: 'Keep these words' }).count(), 0, 'who signs writes nothing in it');
  await ruth.fill('#sign-on', day('signed off'));
  await ruth.selectOption('#sign-by', { label: 'Ruth Castellan' });
  await ruth.fill('#under', 'Delegated by the meeting of 3 November 2026');
  await ruth.check('#declares');
  await press(ruth, 'Sign these words off');
  await ruth.context().close();

  await priya.goto(`${office.base}${report}`);
  await priya.fill('#sent-on', '2026-12-01');
  await press(priya, 'It is sent');
  const due = priya.locator('section[aria-labelledby=clocks]');
  assert.equal(await due.locator('time').first().getAttribute('datetime'), '2026-12-30');
  await unfold(priya, 'The rule and its working');
  assert.match(await due.innerText(), /provider-report-reply/);
  assert.match(await due.innerText(), /Christmas Day/);
  await picture(priya, 'report-sent');

  await priya.getByRole('link', { name: 'See it as it prints' }).click();
  const printed = await priya.locator('body').innerText();
  assert.match(printed, /Evenings are short of people/);
  assert.match(printed, /second carer/);
  const quotes = await priya.locator('blockquote').allInnerTexts();
  const may = month.visits.flatMap((v) => v.entries).filter((e) => e.kind === 'view' && e.consent === 'quote').map((e) => e.words);
  assert.ok(quotes.length > 0);
  for (const quote of quotes) assert.ok(may.some((words) => quote.includes(words)), `nobody agreed to be quoted with: ${quote}`);
  await picture(priya, 'report-printed');
  for (const format of ['pdf', 'docx', 'html']) {
    const file = await priya.request.get(`${office.base}${report}/report.${format}`);
    assert.equal(file.status(), 200, format);
    assert.ok((await file.body()).length > 5_000, format);
  }
  await priya.context().close();
});

test('the manager answers on a telephone, comes back, and has a receipt', async () => {
  const priya = await office.signIn('Priya Nair');
  await priya.goto(`${office.base}${report}`);
  await priya.getByRole('button', { name: 'Make a link for Beechway Care Ltd' }).click();
  link = await priya.locator('#link').innerText();
  const manager = await office.comesBy(link);
  await press(manager, 'Open it');
  await picture(manager, 'provider-asks');
  await manager.getByLabel('We will, in part', { exact: true }).check();
  await press(manager, 'Read it through before sending');
  assert.match(await manager.locator('.problem').innerText(), /Say what you will do about recommendation 1, or why not/);
  await picture(manager, 'provider-asks-wrong');
  await manager.getByLabel('What you will do, or why not').fill('A second carer from January, four evenings of seven.');
  await manager.fill('#by_1', '2027-01-15');
  await press(manager, 'Keep it for later');
  await manager.context().close();

  const again = await office.comesBy(link);
  await press(again, 'Open it');
  assert.match(await again.getByLabel('What you will do, or why not').inputValue(), /A second carer from January/);
  await press(again, 'Read it through before sending');
  await picture(again, 'provider-read');
  await again.getByLabel('Your name').fill('D. Whitlock');
  await again.getByLabel('What you are there').fill('manager');
  await press(again, 'Send these answers');
  assert.match(await again.locator('main').innerText(), /All of it is answered/);
  await picture(again, 'provider-receipt');
  await again.goto(`${office.base}/office`);
  assert.equal(new URL(again.url()).pathname, '/sign-in', 'a link opens nothing of the office');
  await again.context().close();

  await priya.goto(`${office.base}${report}`);
  assert.match(await priya.locator('section[aria-labelledby=clocks]').innerText(), /through D. Whitlock, manager/);
  await picture(priya, 'report-answered');
  await priya.getByRole('link', { name: 'See it as it prints' }).click();
  assert.match(await priya.locator('body').innerText(), /A second carer from January/);
  await priya.context().close();
});

test('two clicks lead from one remark to what changed, and two lead back', async () => {
  office.waitFor('2027-01-18');
  const priya = await office.signIn('Priya Nair');
  await picture(priya, 'desk-promise');
  const promise = priya.locator('section[aria-labelledby=waits] li', { hasText: 'promised for' });
  assert.match(await promise.innerText(), /Fri.15.January, .*past/);
  await promise.getByRole('link').click();
  await picture(priya, 'recommendation-open');
  await priya.getByLabel('Done in part', { exact: true }).check();
  await priya.getByLabel('What changed, or what did not').fill('A second carer works on four evenings.');
  await press(priya, 'Keep what changed');
  assert.match(await priya.locator('.problem').innerText(), /Say how you know/);
  await priya.getByLabel('How we know').fill('The rota of January hangs in the office.');
  await press(priya, 'Keep what changed');
  assert.match(await priya.locator('.said').innerText(), /What changed is kept/);

  // From the remark: one click to its way, one to what changed.
  const path = () => { const { pathname, hash } = new URL(priya.url()); return pathname + hash; };
  await priya.goto(`${office.base}/office/reading?visit=${visit.split('/').pop()}`);
  const remark = priya.locator('li.note', { has: priya.locator('blockquote') }).filter({ hasText: 'What came of it' }).first();
  const words = await remark.locator('blockquote').innerText();
  await remark.getByRole('link', { name: /^What came of it/ }).click();
  assert.equal(await priya.locator('#note blockquote').innerText(), words);
  assert.match(await priya.locator('.trail').innerText(), /Finding 1[\s\S]*Recommendation 1[\s\S]*A second carer from January[\s\S]*A second carer works on four evenings/);
  await picture(priya, 'remark');
  await priya.locator('.jump').getByRole('link', { name: /^What changed/ }).click();
  assert.match(path(), /^\/office\/recommendations\/[^/]+#now$/);
  assert.match(await priya.locator('#now').innerText(), /A second carer works on four evenings/);
  await picture(priya, 'recommendation-changed');

  // And from what changed: one click to a remark that it came from, one to where it stands among the notes.
  const evidence = priya.locator('.rests li', { hasText: '“' }).first();
  const carried = (await evidence.innerText()).match(/“(.*)”/)[1];
  await evidence.getByRole('link').click();
  assert.match(await priya.locator('#note').innerText(), new RegExp(carried.slice(0, 20)));
  await priya.getByRole('link', { name: 'See it among the notes' }).click();
  const [, anchor] = path().match(/^\/office\/reading#(n-.*)$/);
  assert.match(await priya.locator(`[id="${anchor}"]`).innerText(), new RegExp(carried.slice(0, 20)));
  await priya.goto(`${office.base}/office/promises`);
  await picture(priya, 'promises');
  await priya.context().close();
});

/** Where each page of the table is looked at; what is no page for people, or a page of a file's own, says so. */
async function addresses(priya) {
  const first = async (list, start) => {
    await priya.goto(`${office.base}${list}`);
    const all = await priya.locator(`a[href^="${start}"]`).evaluateAll((links) => links.map((a) => new URL(a.href).pathname));
    return all.find((path) => /[0-9a-f]{8}-/.test(path));
  };
  await priya.goto(`${office.base}/office/places/import`);
  await priya.setInputFiles('input[type=file]', { name: 'epraccur.csv', mimeType: 'text/csv', buffer: Buffer.from('"H85021","THE CHESSER SURGERY","","","","","","","","SM5 2RT","","","A"\nno row\n') });
  await priya.locator('main button[type=submit]').click();
  const taken = new URL(priya.url()).pathname;
  const id = visit.split('/').pop();
  const note = await first(`/office/reading?visit=${id}`, '/office/notes/');
  return {
    '/': null, '/assets/{name}': null, '/office/export.json': null, '/office/photos/{hash}': null, // files, and the way to the desk
    '/office/reports/{id}/report.html': null, '/office/reports/{id}/report.pdf': null, '/office/reports/{id}/report.docx': null,
    '/sign-in': '/sign-in', '/a': new URL(link).pathname + new URL(link).search,
    '/answer': '/answer', '/answer/report': '/answer/report', '/answer/read': '/answer/read',
    '/office/people/{id}': await first('/office/people', '/office/people/'),
    '/office/places/{id}': await first('/office/places?q=hazel', '/office/places/'),
    '/office/places/import/{id}': taken,
    '/office/bodies/{id}': await first('/office/bodies', '/office/bodies/'),
    '/office/visits/{id}': visit, '/office/visits/{id}/differences': `${visit}/differences`, '/office/visits/{id}/photos': `${visit}/photos`,
    '/office/visits/{id}/findings': `${visit}/findings`, '/office/visits/{id}/good-practice': `${visit}/good-practice`,
    '/office/visits/{id}/recommendations': `${visit}/recommendations`,
    '/office/findings/{id}': await first(`${visit}/findings`, '/office/findings/'),
    '/office/recommendations/{id}': await first(`${visit}/recommendations`, '/office/recommendations/'),
    '/office/reading': `/office/reading?visit=${id}`,
    '/office/notes/{id}': note, '/office/notes/{id}/take-back': `${note}/take-back`,
    '/office/reports/{id}': report, '/office/reports/{id}/preview': `${report}/preview`, '/office/reports/{id}/changes': `${report}/changes`,
    '/office/reports/{id}/read': `${report}/read`, // leads on to what was sent
    '/office/outreach/{id}': await first('/office/outreach', '/office/outreach/'),
  };
}

for (const [way, looks] of Object.entries(WAYS)) {
  test(`axe finds nothing on any page ${way}, none is wider than its window, and each has one heading of the first level`, async () => {
    const priya = await office.signIn('Priya Nair');
    const where = await addresses(priya);
    const manager = await office.comesBy(link);
    await press(manager, 'Open it');
    const contexts = {};
    for (const [whose, page] of Object.entries({ office: priya, answer: manager })) {
      contexts[whose] = await office.browser.newContext({ ...looks, storageState: await page.context().storageState() });
      await page.context().close();
    }
    contexts.outside = await office.browser.newContext(looks);
    const wrong = [];
    for (const path of pages()) {
      const at = path in where ? where[path] : path;
      assert.notEqual(at, undefined, `nothing leads to ${path}`);
      if (at === null) continue;
      assert.ok(!at.includes('{'), `nobody has said where ${path} is looked at`);
      const whose = path.startsWith('/answer') ? 'answer' : path.startsWith('/office') ? 'office' : 'outside';
      const page = await contexts[whose].newPage();
      const answer = await page.goto(`${office.base}${at}`);
      assert.equal(answer.status(), 200, at);
      wrong.push(...(await wrongWith(page)).map((line) => `${path}: ${line}`));
      await picture(page, `${way.replaceAll(/[^0-9]+/g, '')}${path.replaceAll(/[^a-z]+/g, '-')}`);
      await page.close();
    }
    for (const context of Object.values(contexts)) await context.close();
    assert.equal(wrong.join('\n'), '');
  });
}
