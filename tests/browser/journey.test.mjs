// One journey in a real browser, from plan to published: the office's part of the example month on its own days, with the
// reminder through a real mail server and the provider's answers on their page. Told once without JavaScript, once with it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { MailServer, words } from './mail.mjs';
import { Office, picture, press, unfold, weighs } from './office.mjs';

/** So many days after a day. */
const days = (day, n) => new Date(Date.parse(`${day}T12:00Z`) + n * 86_400_000).toISOString().slice(0, 10);
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '\\s');

for (const script of [false, true]) {
  const way = script ? 'with JavaScript' : 'without JavaScript';
  describe(`from plan to published, ${way}`, () => {
    const office = new Office();
    const mail = new MailServer(office.data);
    let month, desk, visit, report, due;

    before(async () => {
      month = office.play();
      desk = month.office;
      await mail.open();
      await office.open('--smtp', `smtp://127.0.0.1:${mail.port}`, '--mail-from', 'Sutton LINk <office@link.example>');
    });
    after(async () => {
      await office.end();
      await mail.end();
    });

    const signIn = (name) => office.signIn(name, undefined, script);
    const step = (name) => desk.steps.find((s) => s.do === name);
    /** Lets it be the day of a step, or leaves it later; the day that is then typed: no clock goes back. */
    const day = (name) => {
      office.waitFor(step(name).on);
      return [step(name).on, office.today()].sort().at(-1);
    };
    /** Ticks the boxes of the notes that the file names by day and time. */
    const lend = async (page, named) => {
      for (const [day, time] of named.map((n) => n.split(' '))) {
        const boxes = page.locator('.choice', { hasText: new RegExp(`\\b${day}\\sNovember, ${time}`) }).locator('input[name=evidence]');
        for (const box of await boxes.all()) await box.check();
      }
    };
    const takes = async (page, said) => assert.match(await page.locator('.said').first().innerText(), said);
    /** Opens the page of a letter's link, with the code that goes to the same address. */
    const comesBy = async (letter) => {
      const before = mail.letters().length;
      const page = await office.comesBy(words(letter).match(/https?:\S+\/a\?k=\S+/)[0], script);
      await press(page, 'Open it');
      const code = await mail.letter((l) => /Subject: Your code/.test(l) && mail.letters().indexOf(l) >= before);
      await page.getByLabel('The six digits').fill(words(code).match(/^\s*(\d{6})\s*$/m)[1]);
      await press(page, 'Open it');
      return page;
    };

    test('Priya plans the visit that will look after what is promised, and says where the recipients are reached', async () => {
      const priya = await signIn('Priya Nair');
      const place = month.places.find((p) => p.name === 'Hazel Court');
      await priya.goto(`${office.base}/office/visits/new`);
      await priya.selectOption('#place', await priya.locator('#place option', { hasText: place.name }).first().getAttribute('value'));
      await priya.fill('#date', '2027-02-10');
      await priya.selectOption('#part', 'morning');
      await priya.fill('#purpose', 'What became of what was promised');
      for (const name of ['Asha Patel', 'Tom Okafor']) await priya.getByLabel(name).check();
      await priya.selectOption('#lead', { label: 'Asha Patel' });
      await press(priya, 'Plan this visit');
      assert.match(await priya.locator('h1').innerText(), /Hazel Court, 10.February 2027/);
      for (const [name, email] of [['Beechway Care Ltd', 'manager@beechway.example'], ['London Borough of Sutton', 'contracts@sutton.example']]) {
        await priya.goto(`${office.base}/office/bodies`);
        await priya.getByRole('link', { name, exact: true }).click();
        await priya.fill('#email', email);
        await press(priya, 'Keep these changes');
        await takes(priya, /can be reached is changed/);
      }
      await priya.context().close();
    });

    test('what came in is settled and becomes findings, and no word is lost when the session ends', async () => {
      const asha = await signIn(desk.resolve[0].by);
      await asha.goto(`${office.base}/office/visits`);
      await asha.getByRole('link', { name: 'Hazel Court' }).last().click();
      visit = new URL(asha.url()).pathname;
      await asha.getByRole('link', { name: 'See both and settle it' }).click();
      await asha.locator('textarea[name=words]').fill(desk.resolve[0].words);
      await press(asha, 'Join them in these words');
      await asha.context().close();

      let priya = await signIn('Priya Nair');
      const typed = async (finding) => {
        await priya.goto(`${office.base}${visit}/findings`);
        await priya.selectOption('#theme', await priya.locator('#theme option', { hasText: new RegExp(`^${escaped(finding.theme)}$`, 'i') }).getAttribute('value'));
        await priya.fill('#words', finding.text);
        await lend(priya, finding.evidence);
      };
      const [first, ...others] = desk.findings;
      await typed(first);
      if (script) {
        // The page goes, and what was typed is back when it is opened again.
        await priya.waitForFunction((text) => Object.values(sessionStorage).some((kept) => kept.includes(text)), first.text);
        await priya.reload();
        assert.match(await priya.locator('.said').innerText(), /typed here and not sent is back/);
        assert.equal(await priya.inputValue('#words'), first.text);
        await picture(priya, 'typed-is-back');
      }
      // Longer than any session lasts.
      office.waitFor(days(office.today(), 2));
      await press(priya, 'Keep this finding');
      assert.match(await priya.locator('main').innerText(), /You were signed in too long ago/);
      await picture(priya, `sent-too-late-${script}`);
      await priya.fill('#name', 'Priya Nair');
      await priya.fill('#password', office.password);
      await press(priya, 'Sign in');
      assert.match(await priya.locator('main').innerText(), new RegExp(escaped(first.text)));
      await picture(priya, `sent-on-${script}`);
      await press(priya, 'Send it now');
      await takes(priya, /The finding is kept/);
      for (const finding of others) {
        await typed(finding);
        await press(priya, 'Keep this finding');
        await takes(priya, /The finding is kept/);
        if (script) assert.equal(await priya.evaluate(() => Object.keys(sessionStorage).length), 0, 'what is kept at the office is kept nowhere else');
      }
      for (const finding of desk.findings) assert.match(await priya.locator('main').innerText(), new RegExp(escaped(finding.text)));

      await priya.goto(`${office.base}${visit}/good-practice`);
      await lend(priya, desk.good_practice);
      await press(priya, 'Keep this choice');
      for (const asked of desk.recommendations) {
        await priya.goto(`${office.base}${visit}/recommendations`);
        await priya.selectOption('#body', await priya.locator('#body option', { hasText: asked.to }).first().getAttribute('value'));
        await priya.fill('#words', asked.text);
        for (const theme of asked.from) await priya.getByLabel(new RegExp(`^Finding ${desk.findings.findIndex((f) => f.theme === theme) + 1}, `)).check();
        await press(priya, 'Keep this recommendation');
        await takes(priya, /The recommendation is kept/);
      }
      await priya.goto(`${office.base}${visit}/photos`);
      const waits = priya.locator('form[action$="/photos/look"]:not(:has(input[name=do]))');
      for (let left = await waits.count(); left > 0; left -= 1) {
        await waits.first().locator('button').click();
        assert.equal(await waits.count(), left - 1);
      }
      await priya.context().close();
    });

    test('the report goes its steps, and the manager says on their own page which fact is wrong', async () => {
      let priya = await signIn('Priya Nair');
      await priya.goto(`${office.base}${visit}`);
      await press(priya, 'Begin the report');
      report = new URL(priya.url()).pathname;
      await weighs(priya);
      for (const radio of await priya.getByLabel('agreed', { exact: true }).all()) await radio.check();
      await priya.fill('#read-on', day('read by the team'));
      await press(priya, 'Keep what they said');
      await priya.fill('#checked-on', day('checked'));
      await press(priya, 'I have checked it');
      await priya.fill('#facts-on', day('sent for facts'));
      // A window that is open whatever day it is where this runs.
      await priya.fill('#until', '2036-12-31');
      await press(priya, 'Send for facts');
      await press(priya, 'Send the link to manager@beechway.example');
      await priya.context().close();

      const fact = step('fact answered');
      const manager = await comesBy(await mail.letter((l) => /^Subject: Our draft/m.test(l)));
      await manager.getByLabel('Anything else in the draft').fill(fact.says);
      await manager.getByLabel('Your name').fill('D. Whitlock');
      await manager.getByLabel('What you are there').fill('manager');
      await picture(manager, `journey-facts-${script}`);
      await press(manager, 'Send what is wrong');
      assert.match(await manager.locator('main').innerText(), new RegExp(escaped(fact.says)));
      await manager.context().close();

      priya = await signIn('Priya Nair');
      await priya.goto(`${office.base}${report}`);
      assert.match(await priya.locator('section[aria-labelledby=facts]').innerText(), /Nobody has decided yet/);
      const said = priya.locator('section[aria-labelledby=facts]');
      await said.getByLabel('not accepted; theirs is printed beside ours').check();
      await said.getByLabel('What was changed, or why nothing was').fill(fact.outcome);
      await press(priya, 'Keep what became of it');
      await takes(priya, /The pen stays with you/);
      await priya.context().close();

      const signed = day('signed off');
      const ruth = await signIn(step('signed off').by);
      await ruth.goto(`${office.base}${report}`);
      await ruth.fill('#sign-on', signed);
      await ruth.selectOption('#sign-by', { label: step('signed off').by });
      await ruth.fill('#under', step('signed off').under);
      await ruth.check('#declares');
      await press(ruth, 'Sign these words off');
      await takes(ruth, /signed off/);
      await ruth.context().close();

      const sent = day('sent');
      priya = await signIn('Priya Nair');
      await priya.goto(`${office.base}${report}`);
      await priya.fill('#sent-on', sent);
      await press(priya, 'It is sent');
      const until = await priya.locator('section[aria-labelledby=clocks] .when time').evaluateAll((all) => all.map((t) => t.getAttribute('datetime')));
      assert.equal(until.length, 2);
      if (sent === step('sent').on) assert.deepEqual(new Set(until), new Set([step('sent').expect_due.first_day_counts]));
      due = until.sort()[0];
      await press(priya, 'Send the link to manager@beechway.example');
      await priya.context().close();
    });

    test('the provider answers on their page; whoever does not is reminded by mail, and the report says so', async () => {
      const reply = step('reply');
      const letter = await mail.letter((l) => /^Subject: Our report/m.test(l) && /manager@beechway/.test(l));
      day('reply');
      const manager = await comesBy(letter);
      for (const { n, will, what, by } of reply.answers) {
        await manager.locator(`#will_${n}`).getByLabel({ yes: 'We will', 'in part': 'We will, in part', no: 'We will not' }[will], { exact: true }).check();
        await manager.fill(`#what_${n}`, what);
        await manager.fill(`#by_${n}`, by);
      }
      await press(manager, 'Read it through before sending');
      await manager.getByLabel('Your name').fill('D. Whitlock');
      await manager.getByLabel('What you are there').fill('manager');
      await press(manager, 'Send these answers');
      assert.match(await manager.locator('main').innerText(), /All of it is answered/);
      await manager.context().close();

      // A week before the day, which is five working days or fewer: the council is reminded, the provider is not.
      office.waitFor(days(due, -7));
      let priya = await signIn('Priya Nair');
      await priya.goto(`${office.base}${report}`);
      await press(priya, 'Send the link to contracts@sutton.example');
      const reminder = await mail.letter((l) => /^Subject: Your answer is due by /m.test(words(l)));
      assert.match(reminder, /contracts@sutton\.example/);
      for (const { text } of desk.recommendations) assert.ok(!words(reminder).includes(text), 'a mail holds no word of the report');
      assert.equal(mail.letters().filter((l) => /^Subject: Your answer is due by /m.test(words(l)) && /beechway/.test(l)).length, 0);
      await priya.goto(`${office.base}${report}`);
      assert.match(await priya.locator('#mail').innerText(), /London Borough of Sutton\. The reminder before the day went/);
      await priya.context().close();

      office.waitFor(days(due, 5));
      const noted = day('no reply');
      priya = await signIn('Priya Nair');
      await priya.goto(`${office.base}/office`);
      await picture(priya, `journey-desk-${script}`);
      await priya.goto(`${office.base}${report}`);
      await unfold(priya, 'No reply from London Borough of Sutton');
      await priya.locator('form[action$="/no-reply"]').getByLabel('Noted on').fill(noted);
      await press(priya, 'Note that none came');
      await takes(priya, /no reply came/);
      await unfold(priya, 'Publish it');
      await priya.fill('#published-on', noted);
      await press(priya, 'Publish it');
      assert.match(await priya.locator('.standing').innerText(), /This report is published/);
      await picture(priya, `journey-published-${script}`);
      await priya.getByRole('link', { name: 'See it as it prints' }).click();
      const printed = await priya.locator('body').innerText();
      for (const told of [...desk.findings.map((f) => f.text), ...desk.recommendations.map((r) => r.text), ...reply.answers.map((a) => a.what), step('fact answered').says]) {
        assert.match(printed, new RegExp(escaped(told)));
      }
      assert.match(printed, /No answer by /);
      await priya.goto(`${office.base}/office`);
      assert.match(await priya.locator('section[aria-labelledby=waits]').innerText(), /New leaflet printed.*Ask what became of it/s);
      await priya.context().close();
    });
  });
}
