// The battery dies over each sheet of a visit, and after each: what the page showed as kept is there when it is opened again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin } from "./story.mjs";

const PLACE = "Hazel Court";
let story, tablet, hand, window;
before(async () => {
  story = await begin({ planned: true });
  tablet = await story.tablet("Asha Patel", "Tom Okafor");
  ({ hand, window } = tablet);
  // Nothing of it is anywhere else.
  tablet.noSignal();
  await hand.open(PLACE);
});
after(() => story?.end());

const page = () => tablet.page(PLACE);
const row = async (words) => (await page()).rows.find((one) => one.words === words);
const value = (field) => window.until(`the field ${field}`, () => window.run("return document.querySelector(arguments[0])?.value", field));
/** Somebody does something, is shown that it is kept, and the battery dies; then it is looked for. */
const dies = (name, write, there) =>
  test(`the_battery_dies_${name}`, { timeout: 60_000 }, async () => {
    await write();
    await tablet.dies();
    ({ window } = tablet);
    await hand.open(PLACE);
    await there();
  });
const keptAs = (field, words) => async () => {
  await hand.type(field, words);
  await hand.kept();
};
const opens = (verb, then) => async () => {
  await hand.press(verb);
  await then();
};
/** Takes the one unfinished note up again, and looks at its words. */
async function takenUp(words) {
  await hand.press("Finish");
  assert.equal(await value("#w"), words);
}
async function thrownAway() {
  await hand.press("Throw it away");
  await window.shows("It is gone for good. Throw it away?");
  await hand.press("Throw it away");
  await window.until("it to be gone", async () => (await page()).unfinished.length === 0);
}

dies("at_the_door_with_whom_she_told", async () => {
  await hand.press("More");
  await hand.press("At the door: we have come");
  await hand.type("#told", "deputy manager");
  await hand.press("lounge");
  await hand.kept();
}, async () => {
  await window.shows("At the door. We told deputy manager.");
  const { facts } = (await page()).rows[0];
  assert.ok(facts.some(([name, what]) => name === "agreed areas" && what === "lounge"), JSON.stringify(facts));
});

dies("after_the_door", () => hand.arrive({ told: "nurse in charge", shown: "authority card", agreed_areas: ["entrance", "garden"] }), () => window.shows("At the door. We told nurse in charge."));

dies("over_i_saw_with_words_alone", opens("I saw", keptAs("#w", "The path is firm and dry.")), async () => {
  assert.deepEqual((await row("The path is firm and dry.")).how, ["seen"]);
});

dies("over_i_saw_with_all_that_it_asks", opens("I saw", async () => {
  await hand.type("#w", "Call bell rang for nine minutes.");
  await hand.area("lounge");
  await hand.press("poor");
  await hand.press("heard it");
  await hand.kept();
}), async () => {
  const { tone, how, area } = await row("Call bell rang for nine minutes.");
  assert.deepEqual([tone, how, area], ["poor", ["heard"], "lounge"]);
});

dies("after_i_saw", () => hand.saw({ words: "Level threshold.", tone: "good", area: "entrance" }), async () => {
  assert.equal((await row("Level threshold.")).tone, "good");
});

dies("over_the_next_note", async () => {
  await hand.saw({ words: "Television on.", tone: "poor" }, { on: true });
  await hand.at("I saw");
  await window.until("an empty page", async () => (await window.run("return document.querySelector('#w').value")) === "");
  await hand.type("#w", "Nobody watching.");
  await hand.kept();
}, async () => {
  assert.equal((await row("Television on.")).tone, "poor");
  assert.ok(await row("Nobody watching."));
});

dies("before_anybody_was_asked", opens("They said", keptAs("#w", "They know I take my tea without milk.")), async () => {
  await window.shows("nobody has asked yet");
  await takenUp("They know I take my tea without milk.");
  await hand.press("Done");
  await thrownAway();
});

dies("over_what_a_resident_said", opens("They said", () => hand.hears({ speaker: "resident", consent: "not my words", others_could_hear: true, language: "Polish", words: "It is a long week." })), async () => {
  const { consent, speaker, others_could_hear: heard, facts } = await row("It is a long week.");
  assert.deepEqual([consent, speaker, heard, facts], ["not my words", "resident", true, [["language", "Polish"]]]);
});

dies("over_how_to_reach_somebody", opens("They said", async () => {
  await hand.hears({ speaker: "relative", consent: "quote", words: "I have asked three times about her glasses." });
  await hand.press("They want to hear what happened");
  await hand.type('dialog[open] [id$="-name"]', "Mr Alan Brightwell");
  await window.until("it to be kept", async () => (await window.device("unfinished")).some((draft) => draft.kind.kind === "contact"));
}), async () => {
  assert.ok(await row("I have asked three times about her glasses."));
  await hand.press("Finish");
  assert.equal(await value('.sheet [id$="-name"]'), "Mr Alan Brightwell");
  await hand.type('.sheet [id$="-how"]', "07700 900123");
  await hand.press("Seal it");
  await window.until("it to be sealed", async () => (await page()).sealed.length === 1);
});

dies("after_how_to_reach_somebody_was_sealed", () => hand.said({ speaker: "relative", consent: "quote", words: "He eats here.", contact: { name: "Mrs J. Osei", how: "by post", wants: "to hear" } }), async () => {
  assert.equal((await page()).sealed.length, 2);
  assert.ok(await row("He eats here."));
});

dies("over_a_photo_that_nobody_has_covered", async () => {
  await hand.press("Photo");
  await hand.asked("deputy manager");
  await window.type('input[type="file"]', hand.file("photos/corridor.jpg"));
  await window.shows("no cover yet", 60);
}, async () => {
  await window.shows("1 photo waits to be covered");
});

dies("over_a_photo_half_covered", async () => {
  await hand.press("Cover it now");
  await window.until("the photo", () => window.run("return document.querySelector('.frame img')?.naturalWidth > 0"));
  await window.draw(".canvas", [0.6, 0.3], [0.8, 0.6]);
  await hand.kept();
}, async () => {
  await hand.press("Cover it now");
  await window.shows("1 cover, solid");
  assert.equal(await value("#yes"), "deputy manager");
  await hand.type("#shows", "A corridor with a hoist");
  await hand.press("No one in this picture can be recognised");
  await hand.press("Use this photo");
  await window.shows("deputy manager said yes", 60);
});

dies("after_a_photo_was_used", async () => {}, async () => {
  const { rows, uncovered } = await page();
  const { photo } = rows.find((one) => one.kind === "photo");
  assert.deepEqual([photo.shows, photo.here, uncovered], ["A corridor with a hoist", true, 0]);
  await window.until("its picture", () => window.run("return document.querySelector('img.thumb')?.naturalWidth > 0"));
});

dies("while_she_counts", async () => {
  await hand.press("Count");
  for (let n = 0; n < 3; n += 1) await hand.press("+1 resident");
  await window.until("three to be kept", async () => (await page()).counts.some(([, people]) => people === 3));
}, async () => {
  assert.deepEqual((await page()).counts, [["resident", 3]]);
});

dies("over_the_impression", async () => {
  await hand.press("More");
  await hand.press("Overall impression");
  await hand.at("Overall impression");
  await hand.type("#w", "Warm staff, stretched thin.");
  await hand.kept();
}, () => window.shows("Warm staff, stretched thin."));

dies("over_a_correction", async () => {
  await hand.note("Level threshold.");
  await hand.typeOver("#words", "Level threshold, automatic door.");
  await hand.kept();
}, async () => {
  assert.equal((await row("Level threshold, automatic door.")).corrected, true);
});

dies("after_a_note_was_taken_back_with_a_reason", async () => {
  await hand.note("Television on.");
  await hand.type("#why", "it was the radio");
  await hand.press("Take it back");
  await window.shows("Taken back: Asha Patel: it was the radio");
}, () => window.shows("Taken back: Asha Patel: it was the radio"));

dies("after_somebody_asked_not_to_be_kept", async () => {
  await hand.note("It is a long week.");
  await hand.press("They asked me not to keep it");
  await hand.press("Remove it");
  await window.until("it to be gone", async () => (await row("It is a long week.")) === undefined);
}, async () => {
  assert.equal(await row("It is a long week."), undefined, "it came back");
});

dies("after_a_note_was_given_to_tom", async () => {
  await hand.note("The path is firm and dry.");
  await hand.press("Somebody else wrote this");
  await hand.press("Tom Okafor");
  await window.shows("noted under Asha’s name");
}, () => window.shows("noted under Asha’s name"));

dies("over_something_that_worries", () => hand.worry({ words: "Bruise on her forearm.", about: "Elsie" }, { seal: false }), async () => {
  await window.shows("it has not been sealed yet and has reached nobody");
  await takenUp("Bruise on her forearm.");
  await hand.back();
});

dies("after_it_was_sealed", async () => {
  await hand.press("Finish");
  await hand.press("Seal it");
  await window.shows("Sealed. The words are on no page of this tablet any more.");
}, async () => {
  assert.equal((await page()).sealed.filter((one) => one.kind === "concern").length, 1);
  assert.deepEqual((await page()).unfinished, []);
});

dies("over_why_they_said_no", async () => {
  await hand.press("More");
  await hand.press("They will not let us in");
  await hand.press("They say we broke a rule of conduct");
  await hand.kept();
}, async () => {
  await hand.press("Finish");
  assert.equal(await window.until("the reason", () => window.run("return document.querySelector('input[name=why]:checked')?.value")), "b");
  await hand.type("#by", "the night manager");
  await hand.kept();
  await hand.press("Done");
  await window.shows("They did not let us in: the night manager.");
});

dies("after_a_no_and_with_tom_writing", () => hand.writer("Tom Okafor"), async () => {
  await window.shows("They did not let us in: the night manager.");
  await window.shows("Tom is writing");
});

dies("after_tom_signed_off", async () => {
  await hand.signOff("314159", { chooses: true });
  await window.shows("1 note is signed.");
}, async () => {
  assert.deepEqual((await page()).rows.filter((one) => one.signed).map((one) => one.words), ["The path is firm and dry."]);
});

dies("over_what_tom_adds_to_a_signed_note", async () => {
  await hand.note("The path is firm and dry.");
  await hand.type("#words", "Wet by the pond.");
  await hand.kept();
}, () => window.shows("Tom added: Wet by the pond."));

dies("while_they_leave", opens("Leaving", async () => {
  await hand.type("#told", "nurse in charge");
  await hand.type("#feedback", "bells; thanked the care worker");
  await hand.kept();
}), async () => {
  await window.shows("Left. We told nurse in charge.");
  await window.shows("bells; thanked the care worker");
});
