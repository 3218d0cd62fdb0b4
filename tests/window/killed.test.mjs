// The real window, the real store, a real office: what was shown as kept survives a dead battery.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin } from "./story.mjs";

const SEEN = "Raised beds at wheelchair height, path firm and dry; door to it unlocked.";
let story;
before(async () => (story = await begin()));
after(() => story?.end());

test("asha_types_an_observation_the_battery_dies_and_her_words_are_there", { timeout: 180_000 }, async () => {
  let window = await story.window();
  await story.setUp(window);
  window.picture("my-visits");
  await story.event(window, "Open day at Hazel Court");
  await window.press("I saw");
  await window.type("#w", SEEN);
  await window.shows("kept on this tablet");
  window.picture("i-saw");
  // The sheet is still open: nobody has pressed Done.
  await window.kill();

  window = await story.window();
  await window.shows("This tablet is locked");
  await window.shows("Without the PIN, what has not been sent cannot be read by anybody.");
  assert.ok(!(await window.text()).includes("Hazel Court"), "nothing shows before the PIN");
  window.picture("locked");
  await story.unlock(window);
  await window.press("Open day at Hazel Court");
  await window.shows(SEEN);
  window.picture("found-again");
  await window.close();
});

test("a_stranger_without_the_pin_reads_nothing_and_is_told_that_nothing_is_lost", { timeout: 60_000 }, async () => {
  const window = await story.window();
  await story.unlock(window, "99999999");
  await window.shows("Nothing is lost");
  assert.ok(!(await window.text()).includes("Hazel Court"));
  await window.close();
});
