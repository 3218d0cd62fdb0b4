// What stands on the gallery's pages: Hazel Court, from the example month that the rehearsal plays, as Asha's tablet
// would show it at 10:46 on the first day. Nothing here is a real person's.
import month from "../../tests/examples/hazel-court/scenario.json";
import pack from "../../schemes/link-2008.json";
import type { Asked, Difference, EventCard, MyVisits, Organisation, OwnPin, PackWords, PendingPhoto, Place, Question, Row, SafeToRemove, Standing, UnfinishedDraft, VisitCard, VisitScreen, Whereabouts, Writer } from "../src/lib/bridge/generated";
import * as asked from "./asked";
import { inGreek } from "./pseudo";

/** What a person or the office wrote; Greek where the messages are strange. */
export const d = (text: string) => (asked.pseudo ? inGreek(text) : text);
const words = <V>(value: V, codes: string[]): V => {
  if (typeof value === "string") return d(value) as V;
  if (Array.isArray(value)) return value.map((one) => words(one, codes)) as V;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, codes.includes(name) ? one : words(one, codes)])) as V;
};

export const at = (clock: string, day = "2026-11-10") => Date.parse(`${day}T${clock}:00Z`);
export const here: Whereabouts = { state: "only_here" };
export const there = (clock: string): Whereabouts => ({ state: "at_the_office", since: at(clock) });

export const packWords: PackWords = { ...words(pack as unknown as PackWords, ["code", "letter", "name"]), stamp: "link-2008/2", before: [] };
export const whatIsAsked: Asked = { organisation: d("Sutton LINk"), speakers: ["member of the public", "patient", "carer", "relative"], at_a_stall: true, words: packWords };
const writer = (id: string, name: string, leads = false): Writer => ({ id, name: d(name), role: "authorised representative", leads });
export const [asha, tom, grace, dilys] = [writer("asha", "Asha Patel", true), writer("tom", "Tom Okafor"), writer("grace", "Grace Lindqvist"), writer("dilys", "Dilys Morgan")];
const team = [asha, tom, grace];
const named = (name: string) => team.find((one) => one.name === d(name)) ?? dilys;

export const organisation: Organisation = {
  id: "org", name: d("Sutton LINk"), host: d("Sutton Centre for the Voluntary Sector"), desk_key: "desk",
  leads: [{ person: "femi", name: d("Femi Adewale"), phone: "020 7946 0123", key: "age" }],
};

const nothing: Omit<Row, "entry" | "kind" | "at" | "by"> = {
  pack: "link-2008/2", writer: null, heading: null, words: "", area: null, theme: null, tone: null, how: [], speaker: null, consent: null, others_could_hear: false, interpreter: null,
  photo: null, facts: [], whereabouts: here, withdrawn: null, differs: false, corrected: false, newer: false, forgettable: true, here: true, by_themselves: false, additions: [], signed: false, noted_as: null,
};
type Told = { at: string; by: string; kind: string } & Record<string, unknown>;
const text = (entry: Told, field: string) => d(String(entry[field] ?? ""));
let above = "";
export function row(entry: Told, where?: Whereabouts): Row {
  const clock = entry.at.slice(11);
  const by = named(entry.by);
  const area = typeof entry.area === "string" ? entry.area : null;
  const heading = area && area !== above ? d(area) : null;
  above = area ?? above;
  const photo = entry.kind === "photo" && { hash: String(entry.file), width: 1600, height: 1200, size: 412_000, shows: text(entry, "shows"), here: true, whereabouts: here };
  const facts = ["told", "shown", "permission", "said_by", "of", "people"].filter((name) => entry[name]).map((name): [string, string] => [name.replace("_", " "), name === "of" ? String(entry[name]) : text(entry, name)]);
  return {
    ...nothing, entry: `${entry.kind} ${entry.at}`, kind: entry.kind, at: at(clock, entry.at.slice(0, 10)), by: by.id, writer: by === asha ? null : by.name, heading, area: area && d(area),
    words: entry.kind === "photo" ? text(entry, "caption") : entry.kind === "departure" ? text(entry, "feedback") : text(entry, "words"),
    tone: (entry.tone as Row["tone"]) ?? null, how: (entry.how as Row["how"]) ?? [], speaker: (entry.speaker as string) ?? null, consent: (entry.consent as Row["consent"]) ?? null,
    photo: photo || null, facts, whereabouts: where ?? (clock <= "10:24" ? there("10:40") : clock <= "10:34" ? { state: "on_its_way" } : here), forgettable: !where && clock > "10:34",
  };
}
const hazel = month.visits[0]?.entries as unknown as Told[];
const firstDay = hazel.filter((e) => e.at < "2026-11-10T10:46" && e.kind !== "sync");
export const rows = firstDay.map((entry) => row(entry));
export const rowOf = (kind: string) => rows.find((one) => one.kind === kind) ?? rows[0]!;
const [ashas, toms] = hazel.filter((e) => e.kind === "summary edit").map((e) => ({ by: named(e.by).id, name: named(e.by).name, at: at(e.at.slice(11)), value: text(e, "words") }));
export const impression = { field: "overall impression", values: [ashas!, toms!] };

export const visit: VisitScreen = {
  notebook: "hazel", kind: "visit", place: d("Hazel Court"), place_kind: d("care home"), address: d("14 Larch Grove, Sutton SM2 0XX"), provider: d("Beechway Care Ltd"),
  purpose: d("Evenings and nights, after four remarks at stalls in September"), announcement: "announced", sessions: ["2026-11-10 10:00", "2026-11-11 20:30"],
  writers: team, writing_as: asha, rows, areas: ["entrance", "lounge", "dining room", "garden", "corridors", "first floor corridor"].map(d),
  not_yet_seen: ["dining room", "garden"].map(d), not_to_enter: ["A person’s own room, unless they ask you in", "Rooms where somebody is being cared for"].map(d), excluded_premises: null,
  speakers: ["resident", "relative", "staff", "manager", "visitor"], summary: [], about: [], differences: 0, sealed: [], sheets: 0, taken_back: [], unfinished: [], uncovered: 0, counts: [], only_here: 5, whereabouts: here, withdrawn: false,
  day: {
    questions: [], stopwatch: "bell", travel: [], not_seen: [], no_photos: null, leads: [], outside: [],
    there: team.map((one) => ({ person: one.id, name: one.name, from: at(one === grace ? "10:40" : "10:00"), until: null, added: false })),
  },
};
export const questions: Question[] = (pack.checklist as { code: string; ask: string; theme: string }[]).map(({ code, ask, theme }, place) => ({ code, ask: d(ask), theme: d(theme), noted: place === 2 ? 1 : 0 }));
export const unfinished: UnfinishedDraft[] = [
  { id: "d1", notebook: "hazel", kind: { kind: "view" }, fields: JSON.stringify({ words: d("He eats here. He’d stopped eating at home."), speaker: "relative" }), by: "grace", name: grace.name, since: at("10:45"), reason: d("nobody has asked yet whether we may use it"), withheld: false, shut: false },
  { id: "d2", notebook: "hazel", kind: { kind: "refusal" }, fields: "{}", by: "asha", name: asha.name, since: at("10:44"), reason: d("why they said no is missing"), withheld: false, shut: false },
  { id: "d3", notebook: "hazel", kind: { kind: "concern" }, fields: "{}", by: "grace", name: grace.name, since: at("10:46"), reason: d("it has not been sealed yet and has reached nobody"), withheld: true, shut: false },
];
const stallViews = (month.outreach[0]?.views ?? []).map((view, place) => row({ at: `2026-11-10T10:${40 + place}`, by: "Dilys Morgan", kind: "view", ...view } as unknown as Told));
export const stall: VisitScreen = {
  ...visit, notebook: "stall", kind: "event", place: d("Wallington market stall"), sessions: ["2026-11-10"], writers: [dilys], writing_as: dilys, rows: stallViews.map((one) => ({ ...one, writer: null })), areas: [], not_yet_seen: [], not_to_enter: [],
  speakers: ["member of the public", "patient", "carer", "relative", "resident", "staff"], counts: [["", 64]], only_here: 6,
};
export const day: VisitScreen = { ...stall, notebook: "day", kind: "day", place: "", rows: [], counts: [] };

export const card = (over: Partial<VisitCard>): VisitCard => ({
  notebook: "hazel", place: visit.place, kind: d("care home"), address: visit.address, announcement: "announced", purpose: visit.purpose, sessions: visit.sessions, team, you_lead: true,
  cancelled: false, withdrawn: false, entries: 17, only_here: 5, whereabouts: here, ...over,
});
const surgery = card({ notebook: "surgery", place: d("The Chesser Surgery"), kind: d("GP practice"), sessions: ["2026-11-26 08:00"], team: [tom, asha], you_lead: false, entries: 0, only_here: 0 });
export const before = card({ notebook: "larch", place: d("Larch House"), sessions: ["2026-10-06"], entries: 31, only_here: 0, whereabouts: there("09:12") });
export const event: EventCard = { notebook: "stall", kind: "event", name: stall.place, date: "2026-11-10", entries: 70, only_here: 6, whereabouts: here };
export const well: Standing = { sentence: "", heard: at("10:40"), next_try: null, stopped: false, not_known: false };
export const mine: MyVisits = {
  organisation: organisation.name, writing_as: asha, today: [card({})], this_week: [], later: [surgery], before: [before], events: [event],
  waiting: { only_here: 5, on_their_way: 0, held: 0, since: at("10:36") }, standing: well, own_pin: null,
};

export const own: OwnPin = { since: at("10:42"), chosen: "first", copies: 1, begun: 1 };
export const place = (over: Partial<Place>): Place => ({ only_here: 0, on_their_way: 0, at_the_office: 0, held: 0, since: null, reason: null, ...over });
export const notYet: SafeToRemove = {
  safe: false, entries: 5, on_their_way: 2, held: 1, photos: 1, photo_bytes: 4_100_000, sealed: 1, drafts: 2, pending_photos: 0, taken_back: 0, heard: at("10:40"), totals: { bytes_up: 812_000, bytes_down: 64_000, requests: 41 },
  notebooks: [
    { notebook: "hazel", name: visit.place, entries: place({ only_here: 5, on_their_way: 2, at_the_office: 10, since: at("10:40") }), photos: place({ only_here: 1, at_the_office: 1, since: at("10:40") }), photo_bytes: 4_100_000, sealed: place({ only_here: 1 }), drafts: 2 },
    { notebook: "stall", name: stall.place, entries: place({ at_the_office: 70, since: at("09:12") }), photos: place({}), photo_bytes: 0, sealed: place({ held: 1, reason: d("the key of the office is not known here") }), drafts: 0 },
  ],
};
export const safe: SafeToRemove = {
  ...notYet, safe: true, entries: 0, on_their_way: 0, held: 0, photos: 0, photo_bytes: 0, sealed: 0, drafts: 0,
  notebooks: [{ notebook: "larch", name: before.place, entries: place({ at_the_office: 31, since: at("09:12") }), photos: place({ at_the_office: 3, since: at("09:12") }), photo_bytes: 0, sealed: place({}), drafts: 0 }],
};
export const difference: Difference = { spot: { summary: impression.field }, field: impression.field, of: null, values: impression.values, seen: ["1"] };
export const toneDiffers: Difference = {
  spot: { entry: ["e", "tone"] }, field: "tone", of: rowOf("observation").words, seen: ["2"],
  values: [{ by: "asha", name: asha.name, at: at("10:41"), value: "mixed" }, { by: "tom", name: tom.name, at: at("10:43"), value: "neutral" }],
};
export const pending: PendingPhoto = {
  id: "photos/raised-beds.jpg", width: 1600, height: 1200,
  fields: JSON.stringify({ shapes: [{ shape: "box", x: 560, y: 210, w: 300, h: 210, why: "" }], permission: d("deputy manager"), person_said: null, caption: "", shows: d("Timber raised beds on both sides of a firm path") }),
};
