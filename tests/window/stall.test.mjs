// A stall in the cold: each person costs three taps and their words, and nothing of one is on the next one's page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin } from "./story.mjs";

const SAID = ["Three buses to the blood test.", "The nurse rang me back the same day.", "Nobody answers before ten.", "The new door is heavy."];
let story, window;
before(async () => {
  story = await begin();
  window = await story.window();
  await story.setUp(window);
  await story.event(window, "Wallington market stall");
});
after(() => story?.end());

test("dilys_writes_four_views_in_three_taps_each_and_none_of_their_words_is_carried", { timeout: 180_000 }, async () => {
  let taps = 0;
  const tap = async (words) => {
    await window.press(words);
    taps += 1;
  };
  const field = (id) => window.run("return document.querySelector(arguments[0]).value", id);
  const pressable = () => window.run("return !document.querySelector('.next .act').disabled");
  await tap("They said");
  for (const [place, words] of SAID.entries()) {
    const before = place === 0 ? 0 : taps;
    await window.until("an empty page for the next person", async () => (await field("#w")) === "" && (await window.focused()) === "#w");
    assert.equal(await field("#service"), "", "the service is carried");
    assert.equal(await window.run("return document.querySelectorAll('.answer input:checked').length"), 0, "an answer was chosen beforehand");
    assert.equal(await window.run("return document.querySelector('.speakers input[type=radio]:checked').value"), "member of the public");
    const page = await window.text();
    for (const earlier of SAID.slice(0, place)) assert.ok(!page.includes(earlier), `the next person can read: ${earlier}`);
    await window.type("#w", words);
    await window.type("#service", "GP practice");
    await window.shows("Ask first, and choose what they answered.");
    assert.equal(await pressable(), false, "nobody was asked, and the next page can be opened");
    await tap(place === 2 ? "Use it, not my words" : "Quote me");
    await window.until("the next person to be let in", pressable);
    window.picture("at-a-stall-next-person");
    await tap("Next person");
    assert.ok(taps - before <= 3, `${taps - before} taps for one person`);
  }
  // A press while the last words are on their way to the disk is passed over, so that none is pressed twice.
  await window.until("the next person's empty page", async () => (await window.run("return document.querySelector('#w')?.value")) === "");
  await window.press("Done");
  await window.shows("4 told me something");
  const page = await window.text();
  for (const words of SAID) assert.ok(!page.includes(words), `whoever stops by can read: ${words}`);
  window.picture("at-a-stall");
  const [event] = (await window.device("my_visits")).events;
  const { rows, unfinished } = await window.device("visit", { notebook: event.notebook });
  assert.deepEqual(rows.map((row) => [row.words, row.speaker, row.consent]), SAID.map((words, place) => [words, "member of the public", place === 2 ? "not my words" : "quote"]));
  assert.deepEqual(unfinished, []);
  await window.press("Show what people said");
  await window.shows(SAID[0]);
  await window.close();
});

test("while_the_disk_refuses_the_next_person_waits_and_the_words_stay", { timeout: 120_000 }, async () => {
  window = await story.window();
  await story.unlock(window);
  await window.press("Wallington market stall");
  await window.press("They said");
  await window.type("#w", "Kept waiting for an hour.");
  await window.press("Quote me");
  await window.diskRefuses("This tablet's memory is full.");
  await window.type("#w", " In a corridor.");
  await window.press("I have read this");
  await window.press("Next person");
  await window.shows("This tablet's memory is full.");
  assert.equal(await window.run("return document.querySelector('#w').value"), "Kept waiting for an hour. In a corridor.");
  await window.mended();
  await window.press("I have read this");
  await window.press("Next person");
  await window.until("the next person's empty page", async () => (await window.run("return document.querySelector('#w').value")) === "");
  await window.press("Done");
  await window.shows("5 told me something");
  await window.close();
});
