// The tablet in somebody's hands: one question at a time, nothing of the person before, and only the PIN leads back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin } from "./story.mjs";

const EARLIER = "Three buses to the blood test.";
const THEIRS = "Eight o'clock, engaged, engaged, all gone.";
let story, window;
before(async () => {
  story = await begin();
  window = await story.window();
  await story.setUp(window);
  await story.event(window, "Wallington market stall");
});
after(() => story?.end());

const stall = async () => {
  const [event] = (await window.device("my_visits")).events;
  return window.device("visit", { notebook: event.notebook });
};
const refused = async (command, args) => {
  const why = await window.run("return window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]).then(() => '', (reason) => reason.code)", command, args);
  assert.equal(why, "handed", command);
};
const is = (words) => window.until(`the question ${words}`, async () => (await window.run("return document.querySelector('h1')?.innerText ?? ''")).includes(words));
const next = () => window.click(".theirs .act");

test("a_stranger_writes_by_themselves_and_only_the_pin_leads_back_to_the_same_stall", { timeout: 240_000 }, async () => {
  await window.press("They said");
  await window.type("#w", EARLIER);
  await window.press("Quote me");
  await window.press("Done");
  await window.shows("1 told me something");
  const { notebook } = await stall();
  await window.press("Hand it over");

  await is("What would you like us to know");
  window.picture("handed-over");
  const page = await window.text();
  assert.ok(!page.includes(EARLIER) && !page.includes("Wallington"), page);
  for (const word of ["Polski", "தமிழ்"]) assert.ok(!page.includes(word), `${word} is offered before anybody has read it`);
  await refused("visit", { notebook });
  await refused("unfinished", {});
  await refused("my_visits", {});
  // Neither the window's own back nor a key leads out.
  await window.run("history.back()");
  await window.run("document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))");
  await is("What would you like us to know");
  await window.type("#tell", THEIRS);
  await next();
  await is("Who are you?");
  await window.press("Patient");
  await next();
  await is("May we use what you said?");
  assert.equal(await window.run("return document.querySelector('.theirs .act').disabled"), true, "the question of consent can be passed over");
  window.picture("handed-over-consent");
  await window.press("Quote me");
  await next();
  await is("Do you want to hear what happens?");
  await window.type("#r-name", "Mr Alan Brightwell");
  await window.type("#r-how", "07700 900123");
  await next();
  await is("May we ask a few things about you?");
  await window.press("Yes, ask me");
  await next();
  await is("Age");
  await window.press("65-79");
  await next();
  await is("Disability");
  await window.press("hearing");
  await window.press("physical");
  window.picture("handed-over-about");
  await next();
  for (let strand = 2; strand < 9; strand += 1) {
    if (strand === 3) await window.press("prefer not to say");
    await next();
  }
  await is("Thank you");
  window.picture("handed-over-thanks");
  assert.ok(!(await window.text()).includes(THEIRS), "their words stand there for the next person");

  await window.type("#pin", "99999999");
  await window.press("Back to our page");
  await window.shows("Nothing is lost");
  await refused("visit", { notebook });
  await window.press("I have read this");
  await window.type("#pin", "20261110");
  await window.press("Back to our page");
  await window.shows("Wallington market stall");
  await window.shows("2 told me something");
  const { rows, sheets, sealed, unfinished } = await stall();
  assert.deepEqual(rows.map((row) => [row.words, row.speaker, row.consent, row.by_themselves]), [[EARLIER, "member of the public", "quote", false], [THEIRS, "patient", "quote", true]]);
  assert.deepEqual([sheets, sealed.length, unfinished.length], [1, 1, 0]);
  await window.shows("1 sheet waits here until the event is over.");
});

test("what_they_typed_is_added_to_and_not_corrected_and_the_sheets_go_when_the_event_is_over", { timeout: 120_000 }, async () => {
  const { rows } = await stall();
  await window.press("Show what people said");
  const theirs = rows.at(-1);
  await window.run("document.querySelectorAll('.note .when')[arguments[0]].click()", rows.indexOf(theirs));
  await window.shows("They typed this themselves");
  await window.type("#words", "They meant the surgery's telephone.");
  await window.press("Add it");
  await window.until("the addition", async () => (await stall()).rows.at(-1).additions.length === 1);
  assert.equal((await stall()).rows.at(-1).words, THEIRS);
  await window.press("The event is over");
  await window.shows("Is it over?");
  await window.press("The event is over");
  await window.until("the sheets to be sealed", async () => (await stall()).sheets === 0);
  await window.close();
});

test("who_wants_to_stop_leaves_nothing_and_a_tablet_that_dies_in_their_hands_is_locked", { timeout: 180_000 }, async () => {
  window = await story.window();
  await story.unlock(window);
  await window.press("Wallington market stall");
  await window.press("Hand it over");
  await is("What would you like us to know");
  await window.type("#tell", "I would rather not, after all.");
  await window.press("I want to stop");
  await is("Shall we keep what you wrote?");
  await window.press("Throw it all away");
  await is("It is gone.");
  await window.type("#pin", "20261110");
  await window.press("Back to our page");
  await window.shows("2 told me something");
  assert.deepEqual((await stall()).unfinished, []);

  await window.press("Hand it over");
  await window.type("#tell", "Half a sentence");
  await window.kill();
  window = await story.window();
  await window.shows("This tablet is locked");
  await story.unlock(window);
  await window.press("Wallington market stall");
  await window.shows("2 told me something");
  await window.close();
});
