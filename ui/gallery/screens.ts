// Every page of the tablet and every sheet, in the states in which people meet them.
import type { Page, Sheet } from "../src/lib/tablet.svelte";
import * as data from "./data";
import type { World } from "./told";

export interface Screen {
  page: Page;
  /** Answers of the device that are other than usual. */
  world?: World;
  areas?: Record<string, string>;
  /** What is pressed once the page stands, one after the other. */
  press?: string[];
}

const { d, visit } = data;
const draft = (fields: object) => ({ id: "d1", fields: JSON.stringify(fields) });
const hazel = (sheet?: Sheet): Page => ({ page: "visit", notebook: "hazel", ...(sheet ? { sheet } : {}) });
const lounge = { hazel: d("lounge") };
const stall = (sheet?: Sheet): Page => ({ page: "visit", notebook: "stall", ...(sheet ? { sheet } : {}) });
const full = { code: "disk-full", message: d("This tablet's memory is full. What is saved is safe. Remove something else from the tablet, then go on.") };
/** Typed, not pressed. */
const tells = `#tell := ${d("Three buses to the blood test.")}`;
const view = { words: d("Three buses to the blood test."), speaker: "member of the public", service: d("GP practice") };

export const screens: Record<string, Screen> = {
  "set up": { page: { page: "visits" }, world: { how_far: "new" } },
  "set up, without office": { page: { page: "visits" }, world: { how_far: "without_office" } },
  "a new code": { page: { page: "anew" } },
  locked: { page: { page: "visits" }, world: { how_far: "locked" } },
  "my visits": { page: { page: "visits" } },
  "my visits, none yet": { page: { page: "visits" }, world: { my_visits: { ...data.mine, today: [], later: [], before: [], events: [], waiting: { only_here: 0, on_their_way: 0, held: 0, since: null } } } },
  "my visits, the office does not know the tablet": {
    page: { page: "visits" },
    world: { my_visits: { ...data.mine, standing: { ...data.well, not_known: true, stopped: true, sentence: d("The office does not know this tablet any more. What is here stays here. Ask the office for a new code.") } } },
  },
  "my visits, who is writing": { page: { page: "visits" }, press: [".who-writes .pick"] },
  "my visits, how large the words are": { page: { page: "visits" }, press: [".visits .acts:last-child .pick"] },
  visit: { page: hazel(), areas: lounge },
  "visit, nothing written": { page: hazel(), world: { visit: { ...visit, rows: [], not_yet_seen: visit.areas } } },
  "visit, not finished": {
    page: hazel(), areas: lounge,
    world: {
      visit: {
        ...visit, rows: visit.rows.slice(0, 2), summary: [data.impression], differences: 1, uncovered: 1, unfinished: data.unfinished,
        sealed: [{ id: "s1", kind: "concern", at: data.at("10:30"), own: null, whereabouts: { state: "held", reason: d("These words are longer than the office takes.") } }, { id: "s2", kind: "contact", at: data.at("10:31"), own: null, whereabouts: data.here }],
      },
    },
  },
  "visit, taken back": {
    page: hazel(), areas: lounge,
    world: { visit: { ...visit, rows: visit.rows.slice(0, 2), taken_back: [{ entry: "1", asked: data.at("10:20"), heard: null, gone: null }, { entry: "2", asked: data.at("10:21"), heard: data.at("10:25"), gone: null }, { entry: "3", asked: data.at("10:02"), heard: data.at("10:05"), gone: data.at("10:10") }] } },
  },
  "sign off": { page: { page: "sign", notebook: "hazel" }, world: { own_pin: data.own } },
  "sign off, no own PIN yet": { page: { page: "sign", notebook: "hazel" } },
  "sign off, all signed": { page: { page: "sign", notebook: "hazel" }, world: { visit: { ...visit, rows: visit.rows.map((one) => ({ ...one, signed: true })) } } },
  "your own PIN": { page: { page: "own", notebook: "hazel", sealed: "s1" } },
  "your own PIN, what you sealed": { page: { page: "own", notebook: "hazel", sealed: "s1" }, press: ["#own := 246813", ".act"] },
  "your own PIN, to change it": { page: { page: "ownpin" }, world: { own_pin: data.own } },
  "your own PIN, the first": { page: { page: "ownpin" } },
  "your own PIN, forgotten": { page: { page: "ownpin" }, world: { own_pin: data.own }, press: [".form .link"] },
  "my visits, somebody chose my PIN": { page: { page: "visits" }, world: { my_visits: { ...data.mine, own_pin: { ...data.own, since: data.at("09:46"), chosen: "anew" } } } },
  "visit, begun under a forgotten PIN": { page: hazel(), world: { visit: { ...visit, rows: visit.rows.slice(0, 2), unfinished: [{ ...data.unfinished[2]!, by: "asha", shut: true }] } } },
  "this note, signed": { page: hazel({ sheet: "note", entry: data.rows.at(-1)?.entry ?? "" }), world: { visit: { ...visit, rows: visit.rows.map((one) => ({ ...one, signed: true, noted_as: data.tom.name })) } } },
  "this note, at the office": { page: hazel({ sheet: "note", entry: data.rows.at(-1)?.entry ?? "" }), world: { visit: { ...visit, rows: visit.rows.map((one) => ({ ...one, forgettable: false })) } } },
  "visit, where are you": { page: hazel(), areas: lounge, press: [".place .pick"] },
  "i saw": { page: hazel({ sheet: "saw", draft: draft({ words: d("Raised beds at wheelchair height, path firm and dry."), how: ["seen", "told"], tone: "good" }) }), areas: lounge },
  "i saw, empty": { page: hazel({ sheet: "saw" }), areas: lounge },
  "they said": { page: hazel({ sheet: "said" }), areas: lounge },
  "they said, answered": { page: hazel({ sheet: "said", draft: draft({ words: d("They are kind, and there are too few of them."), speaker: "resident", consent: "quote", language: d("Gujarati"), interpreter: "staff", others_could_hear: true }) }), areas: lounge },
  "they said, they could not say": { page: hazel({ sheet: "said", draft: draft({ words: "", speaker: "resident", consent: "could not say" }) }), areas: lounge },
  "they said, large words": { page: hazel({ sheet: "said" }), areas: lounge, press: [".aloud .link"] },
  "they said, how to reach them": { page: hazel({ sheet: "said" }), areas: lounge, press: [".asides .link"] },
  count: { page: hazel({ sheet: "count" }), world: { visit: { ...visit, counts: [["resident", 4], ["staff", 1]] } }, press: [".counts li:nth-child(1) button"] },
  "what to look for": { page: hazel({ sheet: "checklist" }), world: { visit: { ...visit, day: { ...visit.day, questions: data.questions } } } },
  "what to look for, none": { page: hazel({ sheet: "checklist" }) },
  "i saw, a question": { page: hazel({ sheet: "saw", question: "food-2" }), areas: lounge, world: { visit: { ...visit, day: { ...visit.day, questions: data.questions } } } },
  "time something": { page: hazel({ sheet: "stopwatch" }), areas: lounge },
  "time something, running": { page: hazel({ sheet: "stopwatch", draft: draft({ timed: "bell", from: data.at("10:40"), how: ["heard"] }) }), areas: lounge },
  "where we have not been": { page: hazel({ sheet: "areas" }), world: { visit: { ...visit, day: { ...visit.day, not_seen: [{ area: d("first floor corridor"), why: d("somebody was being cared for"), name: data.tom.name }] } } } },
  "where we have not been, nothing left": { page: hazel({ sheet: "areas" }), world: { visit: { ...visit, not_yet_seen: [] } } },
  "where we have not been, why": { page: hazel({ sheet: "areas" }), press: [".sheet .pick"] },
  "a note to myself": { page: hazel({ sheet: "toself", draft: draft({ words: d("Look at the rota on the way out.") }) }) },
  "who is here": { page: hazel({ sheet: "team" }), world: { visit: { ...visit, day: { ...visit.day, leads: [{ name: data.tom.name, why: d("Asha was called away"), by: data.asha.name, at: data.at("10:45") }], outside: [{ name: d("Femi Adewale"), why: d("no card"), at: data.at("10:41") }] } } } },
  "who is here, another leads": { page: hazel({ sheet: "team" }), press: [".sheet .pick", "dialog[open] li:nth-child(1) button"] },
  "who is here, somebody may join": { page: hazel({ sheet: "team" }), press: [".who-else .pick", "dialog[open] li:nth-child(1) button"] },
  "who is here, somebody waits outside": { page: hazel({ sheet: "team" }), press: [".who-else .pick", "dialog[open] li:nth-child(2) button"] },
  "in the car": { page: { page: "car", notebook: "hazel" }, world: { visit: { ...visit, differences: 1, unfinished: data.unfinished, day: { ...visit.day, travel: [{ person: "asha", name: data.asha.name, miles: "12", hours: "4" }] } } } },
  "in the car, nothing left": { page: { page: "car", notebook: "hazel" }, world: { visit: { ...visit, rows: [], not_yet_seen: [] } } },
  "our letter": { page: { page: "letter", notebook: "hazel" } },
  more: { page: hazel({ sheet: "more" }), world: { visit: { ...visit, differences: 1, excluded_premises: d("Flats 5 to 9 are rented homes") } } },
  "this note": { page: hazel({ sheet: "note", entry: data.rows.at(-1)?.entry ?? "" }) },
  "this note, a photo": { page: hazel({ sheet: "note", entry: data.rowOf("photo").entry }) },
  "this note, not to be kept": { page: hazel({ sheet: "note", entry: data.rows.at(-1)?.entry ?? "" }), press: [".forget .link"] },
  "overall impression": { page: hazel({ sheet: "impression", field: data.impression.field }), world: { visit: { ...visit, summary: [{ ...data.impression, values: data.impression.values.slice(0, 1) }] } } },
  "at the door": { page: { page: "arrive", notebook: "hazel", draft: draft({ told: d("deputy manager"), agreed_areas: ["entrance", "lounge"].map(d) }) }, world: { visit: { ...visit, excluded_premises: d("Flats 5 to 9 are rented homes") } } },
  "they will not let us in": { page: { page: "refused", notebook: "hazel", draft: draft({ ground: "a", said_by: "" }) } },
  leaving: { page: { page: "leaving", notebook: "hazel", draft: draft({ told: d("deputy manager") }) }, world: { visit: { ...visit, differences: 1, unfinished: data.unfinished, summary: [data.impression] } } },
  photo: { page: { page: "photo", notebook: "hazel" } },
  "photo, somebody in view": { page: { page: "photo", notebook: "hazel" }, press: [".choosing .choice:nth-child(2) input"] },
  "photo, they say no": { page: { page: "photo", notebook: "hazel" }, press: [".form > .ruled:last-child .link"] },
  "photo, not here": { page: { page: "photo", notebook: "hazel" }, world: { visit: { ...visit, day: { ...visit.day, no_photos: { said_by: d("deputy manager"), name: data.tom.name, at: data.at("10:41") } } } } },
  "visit, no photos here": { page: hazel(), areas: lounge, world: { visit: { ...visit, day: { ...visit.day, no_photos: { said_by: d("deputy manager"), name: data.tom.name, at: data.at("10:41") } } } } },
  "photo, cover": { page: { page: "photo", notebook: "hazel" }, world: { pending_photos: [data.pending] } },
  "photo, ready": { page: { page: "photo", notebook: "hazel" }, world: { pending_photos: [data.pending] }, press: [".check input"] },
  worried: { page: { page: "worried", notebook: "hazel" } },
  "worried, nobody to ring": { page: { page: "worried", notebook: "hazel" }, world: { organisation: { ...data.organisation, leads: [] } } },
  "worried, sealed": { page: { page: "worried", notebook: "hazel", draft: draft({ words: d("Bruise on a resident’s forearm."), about: d("resident, upstairs"), told: "" }) }, press: [".worriedact"] },
  "we differ": { page: { page: "differ", notebook: "hazel" } },
  "we differ, joining": { page: { page: "differ", notebook: "hazel" }, press: [".foot .act"] },
  "we differ, a choice": { page: { page: "differ", notebook: "hazel" }, world: { differences: [data.toneDiffers] } },
  "we differ no more": { page: { page: "differ", notebook: "hazel" }, world: { differences: [] } },
  "authority card": { page: { page: "card", person: "asha", notebook: "hazel" } },
  "authority card, out of date": {
    page: { page: "card", person: "asha" },
    world: { authority_card: { person: "asha", name: data.asha.name, role: "authorised representative", organisation: data.organisation.name, host: "", valid_until: "2026-10-29", lapsed: true, verified_by: null, number: null, agreed: null, today: [] } },
  },
  "a stall begins": { page: { page: "event" } },
  "a stall begins, another day": { page: { page: "event" }, press: ["main .choosing:nth-of-type(4) .choice:nth-child(3) input"] },
  stall: { page: stall() },
  "stall, sheets wait": { page: stall(), world: { visit: { ...data.stall, sheets: 3 } } },
  "stall, the event is over": { page: stall(), world: { visit: { ...data.stall, sheets: 3 } }, press: [".note:last-child .do"] },
  "stall, they typed it themselves": { page: stall({ sheet: "note", entry: "typed" }), world: { visit: { ...data.stall, rows: [{ ...data.stall.rows[0]!, entry: "typed", by_themselves: true, additions: [{ by: "dilys", name: data.dilys.name, at: data.at("10:50"), value: d("They meant the 407 bus.") }] }] } } },
  "a sheet about somebody": { page: { page: "equality", notebook: "stall" } },
  "how to reach them, taken up again": { page: hazel({ sheet: "contact", draft: draft({ name: d("Mr Alan Brightwell"), how: "" }) }) },
  "handed over, the first question": { page: stall(), world: { how_far: "handed" } },
  "handed over, who are you": { page: stall(), world: { how_far: "handed" }, press: [tells, ".theirs .act"] },
  "handed over, may we use it": { page: stall(), world: { how_far: "handed" }, press: [tells, ".theirs .act", ".theirs .act"] },
  "handed over, may we use it, in easy words": { page: stall(), world: { how_far: "handed" }, press: [tells, ".choices .choice:nth-child(2) input", ".theirs .act", ".theirs .act", ".theiranswer:nth-child(1) input"] },
  "handed over, how to reach you": { page: stall(), world: { how_far: "handed" }, press: [".theirs .act"] },
  "handed over, about you": { page: stall(), world: { how_far: "handed" }, press: [".theirs .act", ".theirs .act"] },
  "handed over, one thing about you": { page: stall(), world: { how_far: "handed" }, press: [".theirs .act", ".theirs .act", ".theirs .choice:nth-child(1) input", ".theirs .act", ".theirs .act"] },
  "handed over, they want to stop": { page: stall(), world: { how_far: "handed" }, press: [".theirs .acts .link"] },
  "handed over, thanks": { page: stall(), world: { how_far: "handed" }, press: [".theirs .act", ".theirs .act", ".theirs .act"] },
  "stall, they said": { page: stall({ sheet: "said", draft: draft(view) }) },
  "stall, next person": { page: stall({ sheet: "said", draft: draft({ ...view, consent: "quote" }) }) },
  "somebody tells something": { page: { page: "visit", notebook: "day", sheet: { sheet: "said" } } },
  "safe, not yet": { page: { page: "safe" } },
  "safe, yes": { page: { page: "safe" }, world: { waiting: data.safe } },
  "something went wrong": { page: hazel({ sheet: "saw", draft: draft({ words: d("Raised beds at wheelchair height.") }) }), world: { close_draft: full, save_draft: full }, press: [".sheet .choice:nth-child(2) input", ".sheet .do"] },
};
