// A visit that three people recorded on two tablets, read on a third: one timeline in order, both texts side by side,
// the card, a refusal by its ground, a worry behind its own door, and what is only on this tablet.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin } from "./story.mjs";

let story;
before(async () => (story = await begin({ played: true })));
after(() => story?.end());

test("asha_reads_hazel_court_as_one_visit_and_goes_through_every_door", { timeout: 200_000 }, async () => {
  const window = await story.window();
  const back = async () => {
    await window.click("button.back");
    await window.until("the visit's own page", async () => (await window.run("return document.querySelector('h1').innerText")) === "Hazel Court");
  };
  const more = async (words) => {
    await window.press("More");
    await window.press(words);
  };
  await story.setUp(window);
  await window.press("Hazel Court");
  await window.shows("all at the office", 60);
  const page = await window.text();
  const order = ["Level threshold", "Raised beds", "Wednesday 11 November", "One care worker", "Four call bells", "Overall impression"];
  const places = order.map((words) => page.indexOf(words));
  assert.ok(places.every((place, n) => place > (places[n - 1] ?? -1)), `in order: ${order.join(", ")}: ${places.join(", ")}`);
  window.picture("visit");
  await window.resize(1280, 800);
  window.picture("visit-wide");
  await window.resize(800, 1280);

  await window.press("You differ in 1 place");
  await window.shows("wrote this while apart. Both are kept.");
  const both = await window.text();
  assert.ok(both.includes("Warm staff in a building") && both.includes("Kind people, stretched thin"), both);
  window.picture("we-differ");
  await back();

  await more("Authority card");
  await window.shows("may enter and view");
  const card = await window.text();
  assert.match(card, /Check seen by Samuel Adeyemi/, card);
  window.picture("authority-card");
  await window.press("Put away");

  await more("At the door: we have come");
  await window.shows("Where we do not go");
  window.picture("at-the-door");
  await back();

  await window.press("They said");
  await window.shows("May we use what you said?");
  window.picture("they-said");
  await window.press("Done");

  await more("They will not let us in");
  await window.press("privacy");
  await window.shows("SI 2008/915");
  await window.type("#by", "the night manager");
  window.picture("they-will-not-let-us-in");
  await window.press("Done");
  await window.shows("They did not let us in: the night manager.");

  await window.press("Worried");
  await window.shows("This has not reached anybody yet.");
  window.picture("worried");
  await back();

  await window.press("Is it safe to remove?");
  await window.shows("How to read it", 60);
  window.picture("is-it-safe-to-remove");
  await back();

  await window.press("Leaving");
  await window.shows("Say goodbye");
  window.picture("leaving");
  await window.close();
});
