// A photo through the real window: chosen as a file, covered by keyboard, confirmed, used, and shown from the tablet.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { begin } from "./story.mjs";

const PHOTO = join(import.meta.dirname, "../examples/hazel-court/photos/corridor.jpg");
let story;
before(async () => (story = await begin()));
after(() => story?.end());

test("asha_covers_a_name_by_keyboard_before_the_photo_counts", { timeout: 180_000 }, async () => {
  const window = await story.window();
  await story.setUp(window);
  await story.event(window, "Open day at Hazel Court");
  await window.press("Photo");
  await window.shows("No photos here is a full answer");
  assert.equal(await window.run("return document.querySelector('input[type=file]').disabled"), true, "no camera before somebody has said yes");
  await window.type("#yes", "deputy manager");
  await window.press("Nobody is in view");
  await window.type('input[type="file"]', PHOTO);
  await window.shows("no cover yet", 60);
  const use = () => window.run("return [...document.querySelectorAll('button')].find((b) => b.innerText.includes('Use this photo')).disabled");
  await window.shows("faces from the side");
  await window.shows("faces from the side", 60);
  await window.type("#shows", "A corridor with a hoist against the handrail");
  assert.equal(await use(), true, "it cannot be used before somebody has confirmed that nobody can be recognised");
  const shown = () => window.run("return document.querySelector('.frame img').naturalWidth");
  await window.until("the photo under its covers", async () => (await shown()) > 0);
  await window.run("document.querySelector('.canvas').focus()");
  await window.type(".canvas", "\uE014\uE014\uE007"); // Right, right, Enter
  await window.shows("1 cover, solid");
  window.picture("cover");
  await window.press("No one in this picture can be recognised");
  assert.equal(await use(), false);
  await window.press("Use this photo");
  await window.shows("deputy manager said yes", 60);
  const drawn = () => window.run("const i = document.querySelector('img.thumb'); return i && i.complete ? i.naturalWidth : 0");
  await window.until("the picture from the tablet", async () => (await drawn()) > 0);
  window.picture("photo-in-the-timeline");
  await window.close();
});
