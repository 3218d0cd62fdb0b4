// The battery dies over what two people wrote apart: both texts are there until one is chosen, and what was settled stays so.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin } from "./story.mjs";

const PLACE = "Hazel Court";
const TEXTS = { asha: "Warm staff in a hard building.", tom: "Kind people, stretched thin.", joined: "Warm, kind, and stretched thin." };
let story, asha, tom;
before(async () => {
  story = await begin({ planned: true });
  asha = await story.tablet("Asha Patel");
  tom = await story.tablet("Tom Okafor");
  for (const [tablet, words] of [[asha, TEXTS.asha], [tom, TEXTS.tom]]) {
    await tablet.hand.open(PLACE);
    tablet.noSignal();
    await tablet.hand.impression({ words });
  }
  for (const tablet of [asha, tom]) await tablet.sends();
  await asha.window.shows("You differ in 1 place", 60);
  asha.noSignal();
});
after(() => story?.end());

const stands = async () => (await asha.page(PLACE)).summary[0].values.map((one) => one.value).toSorted();
async function reopened() {
  await asha.dies();
  await asha.hand.open(PLACE);
}

test("the_battery_dies_while_asha_joins_the_words_and_both_texts_stand_as_they_were", { timeout: 120_000 }, async () => {
  await asha.hand.press("You differ in 1 place");
  await asha.hand.press("Join them");
  await asha.hand.typeOver("#joined", "Half of a");
  await reopened();
  await asha.window.shows("You differ in 1 place");
  assert.deepEqual(await stands(), [TEXTS.asha, TEXTS.tom].toSorted());
});

test("the_battery_dies_after_asha_settled_it_and_tom_reads_what_she_chose", { timeout: 120_000 }, async () => {
  await asha.hand.press("You differ in 1 place");
  await asha.hand.press("Join them");
  await asha.hand.typeOver("#joined", TEXTS.joined);
  await asha.hand.press("Use the joined words");
  await asha.window.shows("You agree about everything.");
  await reopened();
  assert.deepEqual(await stands(), [TEXTS.joined]);
  await asha.sends();
  await tom.window.shows(TEXTS.joined, 60);
});
