// *They asked me not to keep it*, in the real window: before anything was sent it is gone at once; afterwards the office is
// asked, and the page says how long it is still there; and words that belong behind the other door move there.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin } from "./story.mjs";

const KEPT = "Raised beds at wheelchair height.";
const EARLY = "My daughter must not hear that I said this.";
const LATER = "Please forget I said that about the night staff.";
const WORRIES = ["He was pulled up by one arm.", "She says the big one hurts her at bedtime."];
let story, tablet, hand, window;
before(async () => {
  story = await begin({ planned: true });
  tablet = await story.tablet("Asha Patel");
  ({ hand, window } = tablet);
  await hand.open("Hazel Court");
});
after(() => story?.end());

const page = () => tablet.page("Hazel Court");
const words = async () => (await page()).rows.map((row) => row.words);
const atTheOffice = () => story.office.reads("Priya Nair", "Visits", "Hazel Court", "Read it");
async function nowhere(...all) {
  const seen = await tablet.readable("Hazel Court");
  for (const one of all) assert.ok(!seen.includes(one), `it is still on the tablet: ${one}`);
}
async function forget(note) {
  await hand.note(note);
  await hand.press("They asked me not to keep it");
  await window.shows("It cannot be brought back. Remove it?");
  await hand.press("Remove it");
  await hand.at("Hazel Court");
}

test("a_note_that_was_not_sent_is_gone_at_once_and_the_office_never_hears_of_it", { timeout: 180_000 }, async () => {
  tablet.noSignal();
  await hand.saw({ words: KEPT, tone: "good" });
  await hand.said({ speaker: "resident", consent: "quote", words: EARLY });
  await hand.note(EARLY);
  await window.shows("It has not left this tablet.");
  window.picture("take-back-before");
  await hand.press("Done");
  await forget(EARLY);
  await window.until("the note to be gone", async () => !(await window.text()).includes(EARLY));
  assert.deepEqual(await words(), [KEPT]);
  assert.deepEqual((await page()).taken_back, [], "there is nothing to ask the office for");
  await nowhere(EARLY);
  await tablet.sends();
  const read = await atTheOffice();
  assert.ok(read.includes(KEPT) && !read.includes(EARLY), read);
});

test("a_note_that_was_sent_is_read_by_nobody_here_and_goes_at_the_office_as_soon_as_it_hears", { timeout: 180_000 }, async () => {
  await hand.said({ speaker: "resident", consent: "quote", words: LATER });
  await tablet.sends();
  assert.ok((await atTheOffice()).includes(LATER));
  tablet.noSignal();
  await hand.note(LATER);
  await window.shows("the office is asked to take it out");
  await hand.press("Done");
  await forget(LATER);
  await window.shows("The office does not know yet.");
  window.picture("taken-back-asked");
  await nowhere(LATER);
  assert.ok((await atTheOffice()).includes(LATER), "the office cannot know yet");
  assert.equal((await window.device("waiting")).safe, false, "the tablet says that it may be taken away");
  // Each line that stands there meanwhile, in the order in which it did.
  await window.run(`
    window.stood = [];
    const look = () => {
      const line = document.body.innerText.match(/Taken back,[^\\n]*/)?.[0] ?? "";
      if (line && window.stood.at(-1) !== line) window.stood.push(line);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    look();`);
  await tablet.sends();
  await window.shows("Now it is gone.", 60);
  window.picture("taken-back-gone");
  const stood = await window.run("return window.stood");
  assert.match(stood.at(-1), /It was at the office until \S.*\. Now it is gone\./);
  const which = (line) => ["does not know yet", "still at the office", "Now it is gone"].findIndex((part) => line.includes(part));
  assert.deepEqual(stood.map(which), stood.map(which).toSorted(), `it was said to be gone and then not: ${stood.join(" | ")}`);
  const read = await atTheOffice();
  assert.ok(read.includes(KEPT) && !read.includes(LATER), read);
});

test("what_belongs_behind_the_other_door_moves_there_before_it_was_sent_and_after", { timeout: 240_000 }, async () => {
  for (const [n, worry] of WORRIES.entries()) {
    const sent = n === 1;
    if (!sent) tablet.noSignal();
    await hand.saw({ words: worry });
    if (sent) await tablet.sends();
    await hand.note(worry);
    await hand.press("This belongs behind the other door");
    await hand.at("Something worries me");
    assert.equal(await window.until("the words", () => window.run("return document.querySelector('#w')?.value")), worry);
    await window.shows("Once it is sealed, the note that it came from is gone.");
    if (!sent) window.picture("behind-the-other-door");
    await hand.press("Seal it");
    await window.shows("Sealed. The words are on no page of this tablet any more.");
    await hand.back();
    await hand.at("Hazel Court");
    await nowhere(worry);
    assert.equal((await page()).sealed.length, n + 1);
    await tablet.sends();
  }
  await window.shows("2 sealed");
  await window.until("both to be gone", async () => (await page()).taken_back.every((one) => one.gone));
  const read = await atTheOffice();
  assert.deepEqual(await words(), [KEPT]);
  for (const worry of WORRIES) assert.ok(!read.includes(worry), read);
  // Priya, who plans and writes, finds them on none of her pages; Femi, whose door it is, is told of two.
  const femi = await story.office.reads("Femi Adewale");
  for (const worry of WORRIES) assert.ok(!femi.includes(worry), "they lie open on a desk");
  window.picture("two-sealed");
});
