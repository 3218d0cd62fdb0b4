// What several people wrote about Hazel Court, and what one tablet may not do with it: settle words that nobody was
// shown, write them into another field, quote what staff interpreted, or be silent about a worry that reached nobody.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin } from "./story.mjs";

const SAID = "They are kind, and there are too few of them.";
let story, window, notebook;
before(async () => {
  story = await begin({ played: true });
  window = await story.window();
  await story.setUp(window);
  await window.press("Hazel Court");
  await window.shows("all at the office", 60);
  const mine = await window.device("my_visits");
  notebook = [...mine.today, ...mine.this_week, ...mine.later, ...mine.before].find((v) => v.place === "Hazel Court").notebook;
});
after(() => story?.end());

test("what_staff_interpreted_reaches_the_office_as_words_that_may_not_be_quoted", { timeout: 120_000 }, async () => {
  await window.press("They said");
  await window.shows("May we use what you said?");
  await window.type("#w", SAID);
  await window.press("resident");
  await window.press("In another language");
  await window.type("#language", "Gujarati");
  await window.press("staff of the place");
  await window.shows("What staff of the place interpreted is never quoted.");
  await window.press("Quote me");
  window.picture("they-said-in-another-language");
  await window.resize(1280, 800);
  window.picture("they-said-in-another-language-wide");
  await window.resize(800, 1280);
  await window.press("Done");
  await window.shows("through staff of the place");
  await window.until("her words at the office", async () => (await window.device("waiting")).safe, 60);
  const page = await story.office.reads("Priya Nair", "Visits", "Hazel Court", "Read it");
  const at = page.indexOf(SAID);
  assert.ok(at > 0, page);
  assert.match(page.slice(at, at + 300), /not as their words: staff interpreted.*Gujarati.*through staff of the place/, page.slice(at, at + 300));
});

test("asha_who_opens_the_impression_where_two_wrote_apart_is_shown_both", { timeout: 120_000 }, async () => {
  await window.press("More");
  await window.press("Overall impression");
  await window.shows("wrote this while apart. Both are kept.");
  await window.shows("Kind people, stretched thin");
  assert.equal((await window.device("differences", { notebook })).length, 1, "opening it settled it");
});

test("words_that_are_being_joined_go_nowhere_when_somebody_else_settles_the_difference", { timeout: 120_000 }, async () => {
  await window.press("Join them");
  await window.type("#joined", " And more.");
  window.picture("joining");
  const [one] = await window.device("differences", { notebook });
  await window.device("settle", { notebook, spot: one.spot, value: "Warm, and short of people.", seen: one.seen });
  await window.shows("Somebody has settled this meanwhile.");
  await window.shows("You agree about everything.");
  assert.doesNotMatch(await window.text(), /Use the joined words/);
  await window.click("button.back");
  await window.shows("Warm, and short of people.");
});

test("with_one_text_standing_the_impression_says_that_it_is_the_teams", { timeout: 120_000 }, async () => {
  await window.press("More");
  await window.press("Overall impression");
  await window.shows("One text for the whole team; you will see both if you wrote apart.");
  assert.equal(await window.run("return document.querySelector('#w').value"), "Warm, and short of people.");
  window.picture("overall-impression");
  await window.press("Done");
});

test("tom_who_is_picked_over_an_open_sheet_is_whose_note_it_becomes", { timeout: 120_000 }, async () => {
  await window.press("I saw");
  await window.type("#w", "Raised beds by the window.");
  const before = (await window.device("writing_as")).id;
  await window.click(".sheet .who-writes button.pick");
  await window.click("dialog[open] li button[aria-pressed='false']");
  await window.until("another writer", async () => (await window.device("writing_as")).id !== before);
  window.picture("another-writer-in-an-open-sheet");
  const now = (await window.device("writing_as")).id;
  await window.press("Done");
  await window.shows("Raised beds by the window.");
  const { rows } = await window.device("visit", { notebook });
  assert.equal(rows.find((row) => row.words === "Raised beds by the window.").by, now);
});

test("a_worry_that_the_office_did_not_take_says_whom_to_ring", { timeout: 120_000 }, async () => {
  await window.press("Worried");
  await window.shows("This has not reached anybody yet. Ring Femi Adewale on");
  window.picture("worried-whom-to-ring");
  // More than the office takes: one way in which a worry stays here.
  await window.run(
    "const field = document.querySelector('#w'); field.value = arguments[0]; field.dispatchEvent(new Event('input', { bubbles: true }))",
    "Bruise on her forearm. ".repeat(4_000),
  );
  await window.press("Seal it");
  await window.shows("Sealed. The words are on no page");
  await window.click("button.back");
  await window.shows("A worry that you sealed here: the office did not take it.", 60);
  await window.shows("This has not reached anybody yet. Ring Femi Adewale on");
  assert.doesNotMatch(await window.text(), /1 sealed/);
  window.picture("a-worry-not-taken");
  await window.close();
});
