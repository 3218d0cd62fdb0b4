// The example month, typed by hand in the real window from the door to the last word: two tablets at Hazel Court without
// signal, the surgery that was cut short, the stall; the photos covered, the worry sealed, the difference settled, the
// tablet handed to somebody, a note taken back. Every press is counted, and at the end a canary reads every file.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { example, told } from "../example.mjs";
import { canaries, look } from "./canary.mjs";
import { begin } from "./story.mjs";

const MONTH = told();
const [HAZEL, SURGERY] = MONTH.visits;
const [STALL] = MONTH.outreach;
const JOINED = MONTH.office.resolve[0].words;
const FORGOTTEN = "Please do not write that I said this about my son.";
const THEIRS = { words: "The new door is heavy for me.", name: "Mrs Edith Marlow", how: "07700 900456" };
const EVENING = HAZEL.entries.findIndex((entry) => entry.at.startsWith("2026-11-11"));
const costs = { observation: [], view: [], "stall view": [], photo: [], concern: [] };
let story, grounds;
const tablets = {};
before(async () => {
  story = await begin({ planned: true });
  tablets[1] = await story.tablet("Asha Patel");
  tablets[2] = await story.tablet("Tom Okafor", "Grace Lindqvist");
  grounds = (await tablets[2].window.device("pack")).grounds;
});
after(() => story?.end());

const first = (name) => name.split(" ")[0];
const rows = async (tablet, place) => (await tablet.page(place)).rows.map(({ entry, kind, words, by, area, tone, how, speaker, consent }) => ({ entry, kind, words, by, area, tone, how, speaker, consent }));

/** Writes one line of the file on its tablet; `next` is what that tablet writes after it. */
async function write(entry, next, before) {
  const { hand } = tablets[entry.tablet];
  const cost = await hand.counting(async () => {
    switch (entry.kind) {
      case "arrival": return hand.arrive(entry);
      case "observation": return hand.saw(entry, { follows: before?.kind === "observation", on: next?.kind === "observation" });
      case "view": return hand.said(entry);
      case "photo": return hand.photo(entry);
      case "summary edit": return hand.impression(entry);
      case "concern": return hand.worry(entry);
      case "refusal": return hand.notLetIn(entry, grounds);
      case "departure": return hand.leave(entry);
      default: throw new Error(`nobody knows how to write a ${entry.kind}`);
    }
  });
  costs[entry.kind]?.push(cost);
}

async function writeAll(entries) {
  for (const [place, entry] of entries.entries()) {
    if (entry.kind === "sync") continue;
    const same = (one) => one.tablet === entry.tablet && one.kind !== "sync";
    await write(entry, entries.slice(place + 1).find(same), entries.slice(0, place).findLast(same));
  }
}

test("the_morning_at_hazel_court_is_typed_on_two_tablets_without_signal", { timeout: 900_000 }, async () => {
  for (const tablet of [tablets[1], tablets[2]]) {
    await tablet.hand.open(HAZEL.place);
    tablet.noSignal();
  }
  await writeAll(HAZEL.entries.slice(0, EVENING));
  tablets[1].window.picture("month-morning");
  for (const tablet of [tablets[1], tablets[2]]) await tablet.sends();
});

test("what_they_wrote_apart_stands_side_by_side_and_is_settled_twice", { timeout: 600_000 }, async () => {
  const [asha, tom] = HAZEL.entries.filter((entry) => entry.kind === "summary edit");
  for (const { window, hand } of [tablets[1], tablets[2]]) {
    await window.shows("You differ in 1 place", 60);
    await hand.press("You differ in 1 place");
    await window.shows(asha.words);
    await window.shows(tom.words);
  }
  tablets[1].window.picture("month-differ");
  // Both settle it, and neither knows of the other: one joins the words, one takes Asha's.
  for (const tablet of [tablets[1], tablets[2]]) tablet.noSignal();
  const { hand, window } = tablets[1];
  await hand.press("Join them");
  assert.equal(await window.run("return document.querySelector('#joined').value"), `${asha.words}\n${tom.words}`);
  await hand.typeOver("#joined", JOINED);
  await hand.press("Use the joined words");
  await window.shows("You agree about everything.");
  await tablets[2].hand.press("Use Asha’s");
  await tablets[2].window.shows("You agree about everything.");
  for (const tablet of [tablets[1], tablets[2]]) await tablet.sends();
  // That they differ again is no loss: both texts stand there until somebody chooses.
  await window.shows("wrote this", 60);
  for (const words of [JOINED, asha.words]) await window.shows(words);
  const which = (await window.device("differences", { notebook: (await tablets[1].page(HAZEL.place)).notebook }))[0].values.find((one) => one.value === JOINED);
  assert.equal(first(which.name), "Asha");
  const place = await window.run("return [...document.querySelectorAll('.spread section')].findIndex((one) => one.innerText.includes(arguments[0]))", JOINED);
  await hand.press("Use", `.spread section:nth-child(${place + 1})`);
  await window.shows("You agree about everything.");
  await tablets[1].sends();
  for (const tablet of [tablets[1], tablets[2]]) {
    await tablet.hand.back();
    await tablet.window.until("the joined words on both tablets", async () => JSON.stringify((await tablet.page(HAZEL.place)).summary[0].values.map((one) => one.value)) === JSON.stringify([JOINED]));
  }
});

test("the_evening_is_typed_and_somebody_asks_not_to_be_kept", { timeout: 600_000 }, async () => {
  const { hand, window } = tablets[1];
  await writeAll(HAZEL.entries.slice(EVENING));
  await hand.said({ speaker: "resident", consent: "quote", words: FORGOTTEN });
  for (const tablet of [tablets[1], tablets[2]]) await tablet.sends();
  await hand.note(FORGOTTEN);
  await hand.press("They asked me not to keep it");
  await hand.press("Remove it");
  await window.shows("Taken back,");
  await tablets[1].sends();
  await window.shows("Now it is gone.", 60);
  await tablets[2].window.until("it to be gone from the other tablet", async () => !JSON.stringify(await tablets[2].page(HAZEL.place)).includes(FORGOTTEN), 60);
});

test("the_surgery_is_typed_and_cut_short_on_a_ground", { timeout: 300_000 }, async () => {
  const { hand, window } = tablets[2];
  await hand.back();
  await hand.open(SURGERY.place);
  await writeAll(SURGERY.entries);
  await tablets[2].sends();
  window.picture("month-surgery");
  assert.deepEqual((await rows(tablets[2], SURGERY.place)).map((row) => row.kind), SURGERY.entries.map((entry) => entry.kind));
});

test("the_stall_is_typed_a_view_in_three_presses_and_handed_to_somebody", { timeout: 600_000 }, async () => {
  tablets[3] = await story.tablet("Dilys Morgan");
  const { hand, window } = tablets[3];
  await hand.stall(STALL);
  await hand.press("They said");
  for (const [place, view] of STALL.views.entries()) {
    await hand.at("They said");
    await window.until("an empty page", async () => (await window.run("return document.querySelector('#w').value")) === "" && (await window.focused()) === "#w");
    const cost = await hand.counting(async () => {
      await hand.hears(view);
      // What follows is the sheet of its own on which somebody leaves how to reach them.
      if (view.contact) view.apart = await hand.counting(() => hand.reach(view.contact));
      await hand.press(place < STALL.views.length - 1 ? "Next person" : "Done");
    });
    costs["stall view"].push({ presses: cost.presses - (view.apart?.presses ?? 0), reaches: cost.reaches - (view.apart?.reaches ?? 0) });
  }
  await window.shows(`${STALL.views.length} told me something`);
  for (const sheet of STALL.equality_sheets) {
    await hand.press("More");
    await hand.press("A sheet about somebody");
    const strands = (await window.device("pack")).equality.strands;
    for (const [code, answer] of Object.entries(sheet)) {
      const row = strands.find((strand) => strand.code === code).label;
      await hand.press(answer === "prefer not to say" ? "would rather not say" : answer, { row });
    }
    await hand.press("Put it with the others");
  }
  await window.shows(`${STALL.equality_sheets.length} sheets wait here until the event is over.`);

  await hand.press("Hand it over");
  const is = (words) => window.until(`the question ${words}`, async () => (await window.run("return document.querySelector('h1')?.innerText ?? ''")).includes(words));
  const next = () => window.click(".theirs .act");
  await is("What would you like us to know");
  await window.type("#tell", THEIRS.words);
  await next();
  await is("Who are you?");
  await next();
  await is("May we use what you said?");
  await window.touch("Quote me");
  await next();
  await is("Do you want to hear what happens?");
  await window.type("#r-name", THEIRS.name);
  await window.type("#r-how", THEIRS.how);
  await next();
  await is("May we ask a few things about you?");
  await next();
  await is("Thank you");
  await window.type("#pin", "20261110");
  await window.press("Back to our page");
  await window.shows(`${STALL.views.length + 1} told me something`);
  await hand.press("The event is over");
  await window.shows("Is it over?");
  await hand.press("The event is over");
  await window.until("the sheets to be sealed", async () => (await tablets[3].page(STALL.event)).sheets === 0);
  await tablets[3].sends();
  window.picture("month-stall");
  assert.deepEqual((await rows(tablets[3], STALL.event)).map((row) => [row.words, row.speaker, row.consent]),
    [...STALL.views, { ...THEIRS, speaker: "member of the public", consent: "quote" }].map((view) => [view.words, view.speaker, view.consent]));
});

test("what_was_typed_is_the_file_on_both_tablets_and_at_the_office", { timeout: 300_000 }, async () => {
  const names = new Map((await tablets[1].page(HAZEL.place)).writers.map((writer) => [writer.id, writer.name]));
  const written = HAZEL.entries.filter((entry) => !["sync", "concern", "summary edit"].includes(entry.kind));
  const [one, other] = [await rows(tablets[1], HAZEL.place), await rows(tablets[2], HAZEL.place)];
  assert.deepEqual(one, other, "the two tablets do not read the same");
  const facts = (row) => [row.kind, row.by, row.words, row.tone ?? null, row.kind === "observation" ? row.area : null, row.kind === "observation" ? row.how.toSorted() : null, row.speaker ?? null, row.consent ?? null];
  const wanted = written.map((entry) => facts({ ...entry, words: entry.words ?? entry.caption ?? entry.feedback ?? "", tone: entry.kind === "observation" ? entry.tone : null }));
  const stands = one.map((row) => facts({ ...row, by: names.get(row.by) }));
  const sorted = (all) => all.map((line) => JSON.stringify(line)).toSorted();
  assert.deepEqual(sorted(stands), sorted(wanted));

  const expect = MONTH.expect.hazel_court;
  const many = (kind, fits = () => true) => one.filter((row) => row.kind === kind && fits(row)).length;
  assert.deepEqual(
    { observations: many("observation"), views: many("view"), quotable_views: many("view", (row) => row.consent === "quote"), photos: many("photo"), in_confidence: many("view", (row) => row.consent === "in confidence") },
    Object.fromEntries(Object.entries(expect).filter(([name]) => name !== "concerns")),
  );
  assert.equal((await tablets[2].page(HAZEL.place)).sealed.filter((row) => row.kind === "concern").length, expect.concerns);

  const read = await story.office.reads("Priya Nair", "Visits", HAZEL.place, "Read it");
  for (const entry of written.filter((entry) => entry.words && entry.consent !== "in confidence")) assert.ok(read.includes(entry.words), entry.words);
  const worry = HAZEL.entries.find((entry) => entry.kind === "concern");
  const contacts = [...HAZEL.entries, ...STALL.views].flatMap((entry) => (entry.contact ? [entry.contact.name] : []));
  for (const sealed of [worry.words, worry.about, ...contacts, FORGOTTEN]) assert.ok(!read.includes(sealed), `it stands among the notes: ${sealed}`);
});

test("an_observation_costs_four_presses_and_a_view_at_the_stall_three", () => {
  const of = (all, what) => ({ mean: all.reduce((sum, one) => sum + what(one), 0) / all.length, worst: Math.max(...all.map(what)) });
  const said = {};
  for (const [kind, all] of Object.entries(costs)) {
    const [presses, touched] = [of(all, (one) => one.presses), of(all, (one) => one.presses + one.reaches)];
    said[kind] = presses;
    console.log(`${kind}: ${all.length}; presses ${presses.mean.toFixed(2)} mean, ${presses.worst} worst; with each further field touched ${touched.mean.toFixed(2)}, ${touched.worst}`);
  }
  assert.ok(said.observation.mean <= 4 && said.observation.worst <= 6, JSON.stringify(costs.observation));
  assert.ok(said["stall view"].worst <= 3, JSON.stringify(costs["stall view"]));
});

test("in_no_file_of_any_tablet_is_a_worry_a_way_to_reach_somebody_a_bare_picture_or_where_it_was_taken", { timeout: 300_000 }, async () => {
  const worry = HAZEL.entries.find((entry) => entry.kind === "concern");
  const contacts = [...HAZEL.entries, ...STALL.views].flatMap((entry) => (entry.contact ? [entry.contact] : []));
  const pictures = HAZEL.entries.filter((entry) => entry.kind === "photo");
  const at = (file) => join(example, file);
  const all = canaries({
    words: {
      "a worry": [worry.words, worry.about, worry.told],
      "how to reach somebody": [...contacts.map((one) => one.name), contacts[0].how, THEIRS.name, THEIRS.how],
      "what somebody asked us not to keep": [FORGOTTEN],
      "a note": [THEIRS.words, HAZEL.entries[1].words],
    },
    photos: pictures.map((entry) => at(entry.file)),
    covered: pictures.flatMap((entry) => (entry.redact ?? []).map((part) => ({ file: at(entry.file), ...part }))),
  });
  // First where it is: in the month's own file and photos, and in what a careless program would have made of them.
  const careless = mkdtempSync(join(tmpdir(), "careless-"));
  try {
    cpSync(example, careless, { recursive: true });
    writeFileSync(join(careless, "theirs.txt"), `${THEIRS.words} ${THEIRS.name} ${THEIRS.how} ${FORGOTTEN}`, "utf16le");
    for (const { file, redact } of pictures) if (redact) execFileSync("convert", [at(file), "-auto-orient", "-depth", "8", `bgra:${join(careless, `${file}.raw`)}`]);
    const there = look(careless, all).found.map((line) => line.split(": ")[0]);
    assert.deepEqual(Object.keys(all).filter((name) => !there.includes(name)), [], "the canary is blind");
  } finally {
    rmSync(careless, { recursive: true });
  }
  for (const tablet of Object.values(tablets)) {
    await tablet.window.close();
    const { found, read } = look(tablet.home, all);
    assert.deepEqual(found, []);
    assert.ok(read > 5, `only ${read} files under ${tablet.home}`);
  }
});
