// One tablet for two: who writes is one press, what is only for its writer opens with their own PIN, and each signs off
// what is theirs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin } from "./story.mjs";

const PINS = { tom: "314159", grace: "271828" };
const TABLETS = "20261110";
const WORRY = "Bruise on her forearm; she would not say more.";
const NOTES = [
  { by: "Tom Okafor", words: "Handrails both sides." },
  { by: "Grace Lindqvist", words: "Toilet signs are words only." },
  { by: "Tom Okafor", words: "Call bell rang for nine minutes." },
  { by: "Grace Lindqvist", words: "Two hot choices, shown on plates." },
  { by: "Tom Okafor", words: "Everyone wore a blue tabard." },
  { by: "Grace Lindqvist", words: "Activities board shows last month." },
];
let story, tablet, hand, window;
before(async () => {
  story = await begin({ planned: true });
  tablet = await story.tablet("Tom Okafor", "Grace Lindqvist");
  ({ hand, window } = tablet);
  await hand.open("Hazel Court");
});
after(() => story?.end());

const page = () => tablet.page("Hazel Court");
const signed = async () => (await page()).rows.filter((row) => row.signed).map((row) => row.words);
const of = (name) => NOTES.filter((note) => note.by === name).map((note) => note.words);
/** Nobody who looks over a shoulder reads it: not on the page, not in what the screen was given. */
async function hidden(words) {
  assert.ok(!(await tablet.readable("Hazel Court")).includes(words), `it can be read: ${words}`);
}

test("tom_and_grace_share_one_tablet", { timeout: 240_000 }, async () => {
  let changes = 0;
  let writes = "Tom Okafor";
  for (const note of NOTES) {
    const { presses } = await hand.counting(() => hand.saw({ ...note, tone: "mixed" }));
    const changed = note.by !== writes;
    assert.equal(presses, changed ? 4 : 3, `${note.words}: to change who writes is one press`);
    if (changed) changes += 1;
    writes = note.by;
  }
  assert.equal(changes, 5);
  window.picture("two-share-a-tablet");
  const { rows, writers } = await page();
  const names = new Map(writers.map((writer) => [writer.id, writer.name]));
  assert.deepEqual(rows.map((row) => ({ by: names.get(row.by), words: row.words })), NOTES);
});

test("grace_signs_off_hers_with_a_pin_of_her_own_and_toms_notes_stay_open", { timeout: 120_000 }, async () => {
  await hand.press("More");
  await hand.press("Sign off my notes");
  await window.shows("3 notes of yours, not signed yet.");
  await window.shows("Choose a PIN of your own");
  window.picture("sign-off-first");
  await hand.back();
  await hand.signOff(PINS.grace, { chooses: true });
  await window.shows("3 notes are signed.");
  await hand.back();
  assert.deepEqual(await signed(), of("Grace Lindqvist"));
});

test("tom_opens_neither_graces_unfinished_worry_nor_her_sealed_one", { timeout: 240_000 }, async () => {
  await hand.worry({ by: "Grace Lindqvist", words: WORRY, about: "Elsie, upstairs" }, { seal: false });
  await window.shows("it has not been sealed yet and has reached nobody");
  await hidden(WORRY);
  const [draft] = (await page()).unfinished;
  assert.deepEqual([draft.withheld, draft.fields], [true, "{}"]);

  await hand.writer("Tom Okafor");
  await window.shows("Grace Lindqvist wrote it, and takes it up again.");
  window.picture("graces-worry-seen-by-tom");
  assert.ok(!(await window.text()).includes("Finish"), "Tom is offered to finish it");
  await hand.signOff(PINS.tom, { chooses: true });
  await window.shows("3 notes are signed.");
  await hand.back();
  assert.deepEqual((await signed()).toSorted(), NOTES.map((note) => note.words).toSorted());
  // Whose name stands there needs no PIN; what is hers does, and neither his nor the tablet's is it.
  await hand.writer("Grace Lindqvist");
  for (const pin of [PINS.tom, TABLETS]) {
    await hand.press("Finish");
    await window.shows("Grace Lindqvist’s own PIN");
    await hand.type("#own", pin);
    await hand.press("Open");
    await window.shows("Nothing is lost");
    await hidden(WORRY);
    await window.press("I have read this");
    await hand.back();
  }
  // The right one is known at once: two wrong ones make nobody wait.
  await hand.press("Finish");
  await hand.type("#own", PINS.grace);
  await hand.press("Open");
  await hand.at("Something worries me");
  assert.equal(await window.until("her words", () => window.run("return document.querySelector('#w')?.value")), WORRY);
  window.picture("grace-takes-her-worry-up");
  await hand.press("Seal it");
  await window.shows("Sealed. The words are on no page of this tablet any more.");
  await hidden(WORRY);
  await hand.back();

  await hand.writer("Tom Okafor");
  await window.shows("1 sealed");
  assert.ok(!(await window.text()).includes("Read back what you sealed"), "Tom is offered to read it back");
  const [{ id }] = (await page()).sealed;
  for (const pin of [PINS.tom, TABLETS]) assert.equal(await tablet.refusal("read_back", { sealed: id, pin }), "wrong-pin");
  await hand.writer("Grace Lindqvist");
  await hand.press("Read back what you sealed");
  await hand.type("#own", PINS.grace);
  await hand.press("Open");
  await window.shows(WORRY);
  window.picture("grace-reads-her-worry-back");
  await hand.back();
  await hidden(WORRY);
});

test("what_is_signed_is_added_to_and_a_note_under_the_wrong_name_is_given_before", { timeout: 120_000 }, async () => {
  const [late, beside] = ["The lift was out of order.", "It was mended by Wednesday."];
  await hand.saw({ by: "Grace Lindqvist", words: late });
  await hand.note(late);
  await hand.press("Somebody else wrote this");
  await hand.press("Tom Okafor");
  await window.shows("noted under Grace’s name");
  await hand.writer("Tom Okafor");
  await hand.signOff(PINS.tom);
  await window.shows("4 notes are signed.");
  await hand.back();
  await hand.note(late);
  await window.shows("This is signed, so its words stay as they are.");
  await hand.type("#words", beside);
  await hand.press("Add it");
  await window.shows(`Tom added: ${beside}`);
  const row = (await page()).rows.find((one) => one.words === late);
  assert.deepEqual([row.signed, row.additions.map((one) => one.value)], [true, [beside]]);

  await tablet.sends();
  const read = await story.office.reads("Priya Nair", "Visits", "Hazel Court", "Read it");
  for (const { words } of NOTES) assert.ok(read.includes(words), words);
  assert.ok(!read.includes(WORRY), "the worry stands among the notes");
});
