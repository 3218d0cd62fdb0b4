// Sheets that are not finished: begun by mistake, refused by the disk, or left with words that nothing would lose.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin } from "./story.mjs";

const FULL = "This tablet's memory is full. What is saved is safe. Remove something else from the tablet, then go on.";
const WORDS = "The path is firm and dry.";
let story, window;
before(async () => {
  story = await begin();
  window = await story.window();
  await story.setUp(window);
});
after(() => story?.end());

const title = () => window.run("return [...document.querySelectorAll('h1')].at(-1).innerText");
const words = () => window.run("return document.querySelector('#w')?.value");

test("asha_begins_a_page_at_its_title_and_a_sheet_where_she_writes", { timeout: 120_000 }, async () => {
  await window.press("At a stall or a meeting");
  await window.until("the title to have the focus", async () => (await window.focused()) === "At a stall or a meeting");
  await window.press("Co-production");
  await window.shows("People design and deliver the service themselves");
  await window.type("#name", "Open day");
  const ring = await window.run("return getComputedStyle(document.querySelector('#name')).outlineWidth");
  assert.equal(ring, "4px", "a field with the focus has the ring");
  window.picture("at-a-stall-named");
  await window.press("Begin");
  await window.shows("Nothing is written here yet.");
  await window.press("More");
  await window.until("the sheet's title to have the focus", async () => (await window.focused()) === "More");
  await window.press("Done");
  await window.press("They said");
  await window.until("the words to have the focus", async () => (await window.focused()) === "#w");
  await window.press("Done");
  await window.shows("Nothing is written here yet.");
});

test("what_asha_began_by_mistake_she_throws_away_after_being_asked_once_more", { timeout: 120_000 }, async () => {
  await window.press("They said");
  await window.type("#w", "Nobody said this.");
  await window.shows("not asked yet");
  await window.press("Done");
  await window.shows("nobody has asked yet");
  window.picture("not-finished");
  await window.press("Throw it away");
  await window.shows("It is gone for good. Throw it away?");
  window.picture("throw-it-away");
  await window.press("Leave it");
  await window.press("Throw it away");
  await window.shows("It is gone for good. Throw it away?");
  await window.press("Throw it away");
  await window.shows("Nothing is written here yet.");
  assert.deepEqual(await window.device("unfinished"), []);
});

test("while_the_disk_refuses_a_sheet_stays_with_ashas_words_and_the_reason", { timeout: 120_000 }, async () => {
  await window.press("I saw");
  await window.until("the sheet", async () => (await title()) === "I saw");
  await window.diskRefuses(FULL);
  await window.type("#w", WORDS);
  const ways = {
    Done: () => window.press("Done"),
    Escape: () => window.type("#w", "\uE00C"),
    back: () => window.run("history.back()"),
  };
  for (const [name, leave] of Object.entries(ways)) {
    await window.press("I have read this");
    await leave();
    await window.shows(FULL);
    await window.shows("Leave this page");
    assert.equal(await title(), "I saw", `${name} left the sheet`);
    assert.equal(await words(), WORDS, `${name} took the words`);
  }
  window.picture("the-disk-refuses");
  await window.mended();
  await window.press("Done");
  await window.until("the sheet to be gone", async () => (await title()) === "Open day");
  await window.shows(WORDS);
});

test("asha_can_leave_a_sheet_that_cannot_be_kept_when_she_says_so", { timeout: 120_000 }, async () => {
  await window.press("I saw");
  await window.until("the sheet", async () => (await title()) === "I saw");
  await window.diskRefuses(FULL);
  await window.type("#w", "This will not be kept.");
  await window.press("Done");
  await window.press("Leave this page");
  await window.until("the sheet to be gone", async () => (await title()) === "Open day");
  await window.mended();
  assert.doesNotMatch(await window.text(), /will not be kept|memory is full/);
});

test("a_correction_that_could_not_be_kept_is_finished_on_its_own_note", { timeout: 120_000 }, async () => {
  const notebook = (await window.device("my_visits")).events[0].notebook;
  const [note] = (await window.device("visit", { notebook })).rows;
  const draft = await window.device("open_draft", { notebook, kind: { kind: "correction", entry: note.entry, field: "words" } });
  await window.device("save_draft", { draft, fields: JSON.stringify({ value: "The path is firm, and wet." }) });
  await window.press("More");
  await window.press("Done");
  await window.press("Finish");
  await window.until("the note's own sheet", async () => (await title()) === "This note");
  assert.equal(await window.run("return document.querySelector('#words').value"), "The path is firm, and wet.");
  await window.press("Use the new words");
  await window.shows("The path is firm, and wet.");
  await window.shows("corrected");
  await window.close();
});
