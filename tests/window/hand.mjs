// A hand at the tablet. It presses and types as a person does, writes each kind of note by its own page, and counts its
// presses: every button, word and picture that is touched. Keys are not counted; to touch a further field in which words
// are to be typed is, apart from the presses (`reaches`).
import assert from "node:assert/strict";
import { join } from "node:path";
import { example } from "../example.mjs";

const STRUCK = { good: "good", mixed: "mixed", poor: "poor", neutral: "just a fact" };
const KNOWN = { seen: "saw it", heard: "heard it", smelt: "smelt it", told: "was told", read: "read it" };
const ANSWERS = { quote: "Quote me", "not my words": "Use it, not my words", "in confidence": "In confidence", no: "No", "could not say": "They could not say" };
const first = (name) => name.split(" ")[0];
const ENTER = "\uE007";

export class Hand {
  presses = 0;
  reaches = 0;

  constructor(window) {
    this.window = window;
  }

  /** How many presses something took, and how many fields were reached for besides. */
  async counting(work) {
    const [presses, reaches] = [this.presses, this.reaches];
    await work();
    return { presses: this.presses - presses, reaches: this.reaches - reaches };
  }

  async press(words, where) {
    await this.window.touch(words, where);
    this.presses += 1;
  }

  /** Types where the focus is; a field that has it not is touched first. */
  async type(field, words) {
    await this.window.until(`the field ${field}`, () => this.window.run("return document.querySelector(arguments[0]) !== null", field));
    if (!(await this.window.run("return document.activeElement === document.querySelector(arguments[0])", field))) this.reaches += 1;
    await this.window.type(field, words);
  }

  /** Types over what stands in a field. */
  async typeOver(field, words) {
    await this.window.until(`the field ${field}`, () => this.window.run("return document.querySelector(arguments[0]) !== null", field));
    await this.window.run("const at = document.querySelector(arguments[0]); at.value = ''; at.dispatchEvent(new Event('input', { bubbles: true }))", field);
    await this.type(field, words);
  }

  /** Waits until the page says that it is kept. */
  async kept() {
    await this.window.until("what was typed to be kept", () => this.window.run("return [...document.querySelectorAll('[role=status]')].some((one) => /kept on this tablet|not asked yet, stays on this tablet/.test(one.innerText))"));
  }

  /** The page with this title is uppermost. */
  async at(title) {
    await this.window.until(`the page ${title}`, async () => (await this.window.run("return [...document.querySelectorAll('h1')].at(-1)?.innerText ?? ''")) === title);
  }

  /** Opens a visit or an event from the first page. */
  async open(place) {
    await this.at("My visits");
    const today = (await this.window.device("my_visits")).today.some((visit) => visit.place === place);
    await this.press(today ? "Open the visit" : place);
    await this.at(place);
  }

  /** The system's own way back, which is also the arrow's. */
  async back() {
    await this.window.click("button.back");
    this.presses += 1;
  }

  /** Whoever writes from now on; nothing is pressed where they write already. */
  async writer(name) {
    const layer = (await this.window.run("return document.querySelector('.sheet') !== null")) ? ".sheet .who-writes" : ".who-writes";
    const writes = () => this.window.run("return document.querySelector(arguments[0])?.querySelector('.pick span')?.innerText ?? ''", layer);
    const beside = `${layer} + .near`;
    const offered = () => this.window.run("return document.querySelector(arguments[0])?.innerText.includes(arguments[1]) ?? false", beside, first(name));
    // A page that has just been told who may write may change once more.
    await this.window.until(`${name} to be offered`, async () => (await writes()) === first(name) || (await offered()));
    if ((await writes()) === first(name)) return;
    await this.press(first(name), beside);
    await this.window.until(`${name} to write`, async () => (await writes()) === first(name));
  }

  /** Where one is, on the sheet that is open: a word beside it where it stands there, the list, or words of one's own. */
  async area(area) {
    const here = () => this.window.run("return document.querySelector('.sheet .place .pick span')?.innerText ?? ''");
    if (!area || (await here()) === area) return;
    const near = await this.window.run("return [...document.querySelectorAll('.sheet .near button')].map((one) => one.innerText)");
    if (near.includes(area)) await this.press(area, ".sheet .near");
    else {
      await this.window.click(".sheet .place .pick");
      this.presses += 1;
      const listed = await this.window.run("return [...document.querySelectorAll('dialog[open] li button')].map((one) => one.innerText.trim())");
      if (listed.includes(area)) await this.press(area);
      else await this.type("dialog[open] #own", area + ENTER);
    }
    await this.window.until(`to be in the ${area}`, async () => (await here()) === area);
  }

  /** Which answers of a row are chosen now, by their values. */
  chosen(legend) {
    return this.window.run(
      `const row = [...document.querySelectorAll(".sheet .choosing")].find((one) => one.querySelector(".legend").textContent.trim() === arguments[0]);
       return [...row.querySelectorAll("input:checked")].map((one) => one.value)`,
      legend,
    );
  }

  /** *I saw*; `on` says that the next note follows on the same page. */
  async saw({ by, area, tone, how = ["seen"], words }, { follows = false, on = false } = {}) {
    if (!follows) await this.press("I saw");
    await this.at("I saw");
    await this.window.until("an empty page", async () => (await this.window.run("return document.querySelector('#w').value")) === "");
    await this.type("#w", words);
    await this.area(area);
    if (by) await this.writer(by);
    if (tone) await this.press(STRUCK[tone]);
    // The proposed answer gives way to the first that is pressed, and may be pressed after it.
    for (const way of [...how].reverse()) if (!(await this.chosen("How I know")).includes(way)) await this.press(KNOWN[way]);
    for (const way of how) if (!(await this.chosen("How I know")).includes(way)) await this.press(KNOWN[way]);
    assert.deepEqual((await this.chosen("How I know")).toSorted(), how.toSorted());
    await this.kept();
    if (on) await this.press("Next note");
    else await this.putAway(words);
  }

  /** Puts a sheet away, and looks that what it became stands there. */
  async putAway(words) {
    await this.press("Done");
    await this.window.until("the sheet to be gone", () => this.window.run("return document.querySelector('.sheet') === null"));
    if (words) await this.window.shows(words);
  }

  /** What a view's sheet asks, in the order in which it is asked. */
  async hears({ speaker, consent, others_could_hear: overheard, language, service, words }) {
    await this.type("#w", words);
    if (service) await this.type("#service", service);
    const who = await this.window.run("return document.querySelector('.speakers input[type=radio]:checked')?.value ?? ''");
    if (who !== speaker) await this.press(speaker, ".sheet .speakers");
    if (overheard) await this.press("others could hear");
    if (language) {
      await this.press("In another language");
      await this.type("#language", language);
    }
    if (consent) await this.press(ANSWERS[consent], ".sheet .answers");
    await this.kept();
  }

  /** How to reach whoever speaks: sealed beside their words. */
  async reach({ name, how, wants }) {
    await this.press("They want to hear what happened");
    for (const [field, words] of Object.entries({ name, how, wants })) await this.type(`dialog[open] [id$="-${field}"]`, words);
    await this.press("Seal it");
    await this.window.shows("Sealed. It is not on any page of this tablet.");
  }

  /** *They said*, on a visit. */
  async said(view) {
    if (view.by) await this.writer(view.by);
    await this.press("They said");
    await this.at("They said");
    await this.hears(view);
    if (view.contact) await this.reach(view.contact);
    await this.putAway();
  }

  /** A stall begins. */
  async stall({ event, method, present }) {
    await this.press("At a stall or a meeting");
    await this.type("#name", event);
    await this.type("#present", String(present));
    await this.press(method[0].toUpperCase() + method.slice(1));
    await this.press("Begin");
    await this.at(event);
  }

  /** Where a file of the example lies. */
  file(name) {
    return join(example, name);
  }

  /** Before the camera: who said yes for the place, and that nobody is in view. */
  async asked(permission) {
    await this.window.until("the question", () => this.window.run("return document.querySelector('#yes') !== null"));
    if ((await this.window.run("return document.querySelector('#yes').value")) !== permission) await this.type("#yes", permission);
    await this.press("Nobody is in view");
  }

  /** A photo: chosen, covered where its file says so, allowed, used. `seen` is told its id while nothing is covered yet. */
  async photo({ by, file, caption, permission, shows, redact = [] }, seen) {
    if (by) await this.writer(by);
    await this.press("Photo");
    await this.asked(permission);
    await this.window.type('input[type="file"]', this.file(file));
    this.presses += 1;
    await this.window.shows("no cover yet", 60);
    await this.window.until("the photo", () => this.window.run("return document.querySelector('.frame img').naturalWidth > 0"));
    await seen?.();
    for (const { x, y, w, h } of redact) {
      const [width, height] = await this.window.run("const box = document.querySelector('.canvas').viewBox.baseVal; return [box.width, box.height]");
      await this.window.draw(".canvas", [x / width, y / height], [(x + w) / width, (y + h) / height]);
      this.presses += 1;
    }
    await this.window.shows(redact.length === 0 ? "no cover yet" : redact.length === 1 ? "1 cover, solid" : `${redact.length} covers, solid`);
    for (const [field, words] of Object.entries({ yes: permission, shows, caption })) {
      if ((await this.window.run("return document.querySelector(arguments[0]).value", `#${field}`)) !== words) await this.type(`#${field}`, words);
    }
    await this.press("No one in this picture can be recognised");
    await this.kept();
    await this.press("Use this photo");
    await this.window.shows(caption, 60);
    await this.window.until("the page of the photo to be gone", () => this.window.run("return document.querySelector('.cover') === null"));
  }

  /** Something that worries: written behind its own door, and sealed where `seal` says so. */
  async worry({ by, words, about, told }, { seal = true } = {}) {
    if (by) await this.writer(by);
    await this.press("Worried");
    await this.type("#w", words);
    if (about) await this.type("#about", about);
    if (told) await this.type("#told", told);
    await this.window.until("the worry to be kept", () => this.window.run("return [...document.querySelectorAll('[role=status]')].some((one) => one.innerText.includes('only here'))"));
    if (seal) {
      await this.press("Seal it");
      await this.window.shows("Sealed. The words are on no page of this tablet any more.");
    }
    await this.back();
  }

  async arrive({ by, told, shown, agreed_areas: agreed = [], not_entered: not = [] }) {
    if (by) await this.writer(by);
    await this.press("More");
    await this.press("At the door: we have come");
    await this.type("#told", told);
    const proposed = await this.window.until("the page", () => this.window.run("return document.querySelector('#shown')?.value"));
    if (proposed !== shown) await this.typeOver("#shown", shown);
    for (const area of agreed) await this.press(area);
    if (not.length) await this.type("#not", not.join("; "));
    await this.kept();
    await this.press("Begin");
    await this.window.shows(`We told ${told}.`);
  }

  async leave({ by, told, feedback }) {
    if (by) await this.writer(by);
    await this.press("Leaving");
    await this.type("#told", told);
    await this.type("#feedback", feedback);
    await this.kept();
    await this.press("We have left");
    await this.window.shows(`Left. We told ${told}.`);
  }

  async notLetIn({ by, ground, said_by: who, words }, grounds) {
    if (by) await this.writer(by);
    await this.press("More");
    await this.press("They will not let us in");
    await this.press(grounds.find((one) => one.letter === ground).plain);
    await this.type("#by", who);
    await this.type("#words", words);
    await this.kept();
    await this.press("Done");
    await this.window.shows(`They did not let us in: ${who}.`);
  }

  async impression({ by, words }) {
    if (by) await this.writer(by);
    await this.press("More");
    await this.press("Overall impression");
    await this.at("Overall impression");
    await this.typeOver("#w", words);
    await this.kept();
    await this.putAway(words);
  }

  /** Opens the note with these words. */
  async note(words) {
    const find = "const note = [...document.querySelectorAll('.note')].find((one) => one.innerText.includes(arguments[0])); note?.querySelector('button.when').click(); return note !== undefined";
    await this.window.until(`the note ${words}`, () => this.window.run(find, words));
    this.presses += 1;
    await this.at("This note");
  }

  /** Signs off what is this person's, with their own PIN; chosen now where they have none. */
  async signOff(pin, { chooses = false } = {}) {
    await this.press("More");
    await this.press("Sign off my notes");
    await this.type("#own", pin);
    if (chooses) await this.type("#own-again", pin);
    await this.press("Sign off", "main");
  }
}
