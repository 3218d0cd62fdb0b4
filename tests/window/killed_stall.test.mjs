// The battery dies over each sheet of a stall: what the page showed as kept is there when it is opened again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin } from "./story.mjs";

const STALL = "Wallington market stall";
let story, tablet, hand, window;
before(async () => {
  story = await begin({ planned: true });
  tablet = await story.tablet("Dilys Morgan");
  ({ hand, window } = tablet);
  tablet.noSignal();
});
after(() => story?.end());

const page = () => tablet.page(STALL);
const said = async () => (await page()).rows.filter((row) => row.kind === "view").map((row) => row.words);
const dies = (name, write, there) =>
  test(`the_battery_dies_${name}`, { timeout: 60_000 }, async () => {
    await write();
    await tablet.dies();
    ({ window } = tablet);
    await hand.open(STALL);
    await there();
  });
const asks = (words) => window.until(`the question ${words}`, async () => (await window.run("return document.querySelector('h1')?.innerText ?? ''")).includes(words));
const next = () => window.click(".theirs .act");

dies("as_the_stall_begins", async () => {
  await hand.stall({ event: STALL, method: "information", present: 64 });
}, () => window.shows("Nothing is written here yet."));

dies("while_people_stop_by", async () => {
  for (let n = 0; n < 3; n += 1) await hand.press("+1 stopped by");
  await window.until("three", async () => (await window.run("return document.querySelector('.tally').innerText")) === "3");
}, async () => {
  assert.deepEqual((await page()).counts, [["", 3]]);
});

dies("before_anybody_was_asked", async () => {
  await hand.press("They said");
  await hand.hears({ speaker: "carer", service: "hospital discharge", words: "Nobody asked me about the stairs." });
}, async () => {
  await hand.press("Finish");
  await hand.at("They said");
  assert.equal(await window.run("return document.querySelector('#w').value"), "Nobody asked me about the stairs.");
  assert.equal(await window.run("return document.querySelector('#service').value"), "hospital discharge");
  await hand.press("Quote me", ".sheet .answers");
  await hand.kept();
  await hand.putAway();
});

dies("over_the_next_person", async () => {
  await hand.press("They said");
  await hand.hears({ speaker: "member of the public", consent: "quote", words: "All gone by eight." });
  await hand.press("Next person");
  await window.until("an empty page", async () => (await window.run("return document.querySelector('#w').value")) === "");
  await hand.hears({ speaker: "member of the public", consent: "quote", words: "It is two buses." });
}, async () => {
  assert.deepEqual(await said(), ["Nobody asked me about the stairs.", "All gone by eight.", "It is two buses."]);
});

dies("over_a_sheet_about_somebody", async () => {
  await hand.press("More");
  await hand.press("A sheet about somebody");
  await hand.press("65-79");
  await hand.press("hearing");
  await hand.press("Put it with the others");
  await window.shows("1 sheet waits here until the event is over.");
}, () => window.shows("1 sheet waits here until the event is over."));

dies("in_somebodys_hands_after_they_had_allowed_it", async () => {
  await hand.press("Hand it over");
  await asks("What would you like us to know");
  await window.type("#tell", "The new door is heavy.");
  await next();
  await asks("Who are you?");
  await next();
  await asks("May we use what you said?");
  await window.touch("Quote me");
  await next();
  await asks("Do you want to hear what happens?");
}, async () => {
  const own = (await page()).rows.find((row) => row.words === "The new door is heavy.");
  assert.deepEqual([own.consent, own.by_themselves], ["quote", true]);
});

dies("after_the_event", async () => {
  await hand.press("The event is over");
  await window.shows("Is it over?");
  await hand.press("The event is over");
  await window.until("the sheet to be sealed", async () => (await page()).sheets === 0);
}, async () => {
  assert.equal((await page()).sheets, 0);
  assert.equal((await said()).length, 4);
});

test("the_battery_dies_while_the_tablet_is_locked", { timeout: 60_000 }, async () => {
  await hand.back();
  await hand.at("My visits");
  await hand.press("Lock the tablet");
  await window.shows("This tablet is locked");
  await tablet.dies();
  ({ window } = tablet);
  await hand.open(STALL);
  assert.equal((await said()).length, 4);
});
