// Written from src-tauri/src/commands.rs; a test there fails when this is stale and says how to write it again.
import { ask } from "./ask";

export type Another = { 
/**
 * Who.
 */
person: PersonId, 
/**
 * Their name.
 */
name: string, 
/**
 * Whether they could be added.
 */
may: MayJoin, };
export type AnswerWords = { 
/**
 * As it stands in the notebook.
 */
code: string, 
/**
 * `Quote me`.
 */
label: string, 
/**
 * What it does, for the writer.
 */
does: string, 
/**
 * What it does, for the person; empty where it is not offered.
 */
aloud: string, };
export type Arrival = { 
/**
 * Whom they told that they had come.
 */
told: string, 
/**
 * What they showed: authority card, letter.
 */
shown: string, 
/**
 * Where it was agreed that they go.
 */
agreed_areas?: Array<string>, 
/**
 * Where it was agreed that they do not go.
 */
not_entered?: Array<string>, 
/**
 * Who came; nobody is named in notes from before.
 */
who?: Array<PersonId>, };
export type Asked = { 
/**
 * `Sutton LINk`.
 */
organisation: string, 
/**
 * Kinds of people who may speak here.
 */
speakers: Array<string>, 
/**
 * Whether it is at a stall, where most who stop are the public.
 */
at_a_stall: boolean, 
/**
 * The pack's words; nothing before they have come.
 */
words: PackWords | null, };
export type AuthorityCard = { 
/**
 * Who.
 */
person: PersonId, 
/**
 * Their name.
 */
name: string, 
/**
 * Their role's code in the pack.
 */
role: string, 
/**
 * `Sutton LINk`.
 */
organisation: string, 
/**
 * The body that supports it.
 */
host: string, 
/**
 * Last day of their authority, `YYYY-MM-DD`.
 */
valid_until: string | null, 
/**
 * Whether that day is past by this tablet's clock.
 */
lapsed: boolean, 
/**
 * Who saw the check.
 */
verified_by: string | null, 
/**
 * The number on the card.
 */
number: string | null, 
/**
 * When the office last confirmed all this.
 */
agreed: number | null, 
/**
 * What today's visit is for, and where, if there is one.
 */
today: Array<VisitCard>, };
export type Chosen = "first" | "changed" | "anew";
export type Closed = { "closed": "kept", 
/**
 * The entry; nothing for a field of the summary.
 */
entry: EntryId | null, } | { "closed": "unfinished", 
/**
 * What is missing, for a person to read.
 */
reason: string, } | { "closed": "empty" };
export type Concern = { 
/**
 * What was seen or heard, in exact words.
 */
words: string, 
/**
 * About whom.
 */
about: string, 
/**
 * Who was told and when.
 */
told: string, 
/**
 * Who writes.
 */
by: PersonId, 
/**
 * When, by the tablet's clock.
 */
at: number, 
/**
 * During which visit or event.
 */
notebook: NotebookId | null, };
export type Consent = "quote" | "not my words" | "in confidence" | "no" | "could not say";
export type ConsentWords = { 
/**
 * The words to read aloud.
 */
read_aloud: string, 
/**
 * The same in easy words, a line each.
 */
easy: Array<string>, 
/**
 * The answers, in the order in which they are asked.
 */
answers: Array<AnswerWords>, };
export type Count = { 
/**
 * Which kind of person, a speaker of the pack; empty for *stopped by*.
 */
of?: string, 
/**
 * How many; `-1` takes one back.
 */
people: number, };
export type Day = { 
/**
 * The pack's questions for this kind of place.
 */
questions: Array<Question>, 
/**
 * What is timed at this kind of place: `bell`, `queue`.
 */
stopwatch: string | null, 
/**
 * Where nobody went, and why.
 */
not_seen: Array<NotSeen>, 
/**
 * Who said that no photos are wanted.
 */
no_photos: NoPhotos | null, 
/**
 * The team, and who was added, each with when they came and left.
 */
there: Array<There>, 
/**
 * Each change of the lead.
 */
leads: Array<Led>, 
/**
 * Who waited outside.
 */
outside: Array<Outside>, 
/**
 * Mileage and hours that somebody wrote down.
 */
travel: Array<Travel>, };
export type Departure = { 
/**
 * Whom they told that they were leaving.
 */
told: string, 
/**
 * The feedback given on the day.
 */
feedback?: string, 
/**
 * Who left; nobody is named in notes from before, and then it is everybody.
 */
who?: Array<PersonId>, };
export type Difference = { 
/**
 * Which field.
 */
spot: { summary: string } | { about: string } | { entry: [string, string] }, 
/**
 * The field's name.
 */
field: string, 
/**
 * The words of the entry it belongs to, if it is an entry's.
 */
of: string | null, 
/**
 * What each wrote, in order of time.
 */
values: Array<Words>, 
/**
 * What was here when this was read: settling writes over it, and over nothing that came later.
 */
seen: string[], };
export type DraftId = string;
export type DraftKind = { "kind": "arrival" } | { "kind": "observation" } | { "kind": "view" } | { "kind": "refusal" } | { "kind": "departure" } | { "kind": "count" } | { "kind": "summary", 
/**
 * `overall impression`.
 */
field: string, } | { "kind": "correction", 
/**
 * The entry.
 */
entry: EntryId, 
/**
 * The field.
 */
field: string, } | { "kind": "concern", 
/**
 * The note whose words belong behind that door: once this is sealed it is gone from where it was.
 */
from?: EntryId, } | { "kind": "contact", 
/**
 * The view that it was given with.
 */
view: EntryId | null, } | { "kind": "to self" } | { "kind": "equality" };
export type Entry = { "kind": "arrival" } & Arrival | { "kind": "observation" } & Observation | { "kind": "view" } & View | { "kind": "photo" } & Photo | { "kind": "refusal" } & Refusal | { "kind": "departure" } & Departure | { "kind": "count" } & Count;
export type EntryId = string;
export type EqualityWords = { 
/**
 * The answer of who was asked and would rather not.
 */
prefer_not_to_say: string, 
/**
 * What is asked about.
 */
strands: Array<StrandWords>, };
export type EventCard = { 
/**
 * Its notebook.
 */
notebook: NotebookId, 
/**
 * An event or a day.
 */
kind: Kind, 
/**
 * `Wallington market stall`.
 */
name: string, 
/**
 * `YYYY-MM-DD`.
 */
date: string, 
/**
 * Entries in it.
 */
entries: number, 
/**
 * Of these, how many are only here.
 */
only_here: number, 
/**
 * The furthest back of all that is in it.
 */
whereabouts: Whereabouts, };
export type EventFacts = { 
/**
 * `Wallington market stall`.
 */
name: string, 
/**
 * `YYYY-MM-DD`.
 */
date: string, 
/**
 * The group that was met; empty where there was none.
 */
group: string, 
/**
 * `stall`, `presentation`, `coffee morning`.
 */
kind: string, 
/**
 * The method of involvement (GR 3.3).
 */
method: string, 
/**
 * How many were present, once known.
 */
present: number | null, };
export type Face = { 
/**
 * Left edge.
 */
x: number, 
/**
 * Upper edge.
 */
y: number, 
/**
 * Width.
 */
w: number, 
/**
 * Height.
 */
h: number, };
export type Failure = { 
/**
 * A short name that a screen may branch on.
 */
code: string, 
/**
 * What happened, what is safe, what to do; for a person to read.
 */
message: string, };
export type GroundWords = { 
/**
 * `a`.
 */
letter: string, 
/**
 * In plain words.
 */
plain: string, 
/**
 * In the law's words.
 */
law: string, 
/**
 * Where it stands.
 */
citation: string, };
export type How = "seen" | "heard" | "smelt" | "told" | "read";
export type HowFar = "new" | "locked" | "without_office" | "open" | "handed";
export type Interpreter = "professional" | "relative" | "staff";
export type Kind = "visit" | "event" | "day";
export type Lead = { 
/**
 * Who.
 */
person: PersonId, 
/**
 * Their name.
 */
name: string, 
/**
 * The number to ring.
 */
phone: string, 
/**
 * Their public key (age X25519 recipient); empty until they have set one up.
 */
key: string, };
export type Led = { 
/**
 * Who leads from then on.
 */
name: string, 
/**
 * Why.
 */
why: string, 
/**
 * Who wrote it down.
 */
by: string, 
/**
 * When.
 */
at: number, };
export type MayJoin = "yes" | "lapsed" | "not_cleared";
export type MethodWords = { 
/**
 * As it stands in the notebook.
 */
code: string, 
/**
 * What people call it.
 */
label: string, 
/**
 * What it means, in plain words.
 */
plain: string, };
export type MyVisits = { 
/**
 * `Sutton LINk`; empty before the first feed.
 */
organisation: string, 
/**
 * Who writes.
 */
writing_as: Writer | null, 
/**
 * Visits with a session today.
 */
today: Array<VisitCard>, 
/**
 * Visits in the next seven days.
 */
this_week: Array<VisitCard>, 
/**
 * Visits after that.
 */
later: Array<VisitCard>, 
/**
 * Visits whose last session is past, the newest first.
 */
before: Array<VisitCard>, 
/**
 * Outreach events on this tablet, the newest first.
 */
events: Array<EventCard>, 
/**
 * What waits.
 */
waiting: WaitingLine, 
/**
 * How the sending stands.
 */
standing: Standing, 
/**
 * The own PIN of whoever writes, where they have one.
 */
own_pin: OwnPin | null, };
export type NameWords = { 
/**
 * What somebody shows at the door: `authority card`; empty in packs that are older than the word.
 */
card: string, 
/**
 * What the card says, before the name of the place: `may enter and view`.
 */
may: string, };
export type Named = { 
/**
 * As it stands in the notebook.
 */
code: string, 
/**
 * What people call it.
 */
label: string, };
export type NoPhotos = { 
/**
 * Who said so.
 */
said_by: string, 
/**
 * Who wrote it down.
 */
name: string, 
/**
 * When.
 */
at: number, };
export type NotSeen = { 
/**
 * Where.
 */
area: string, 
/**
 * Why.
 */
why: string, 
/**
 * Who wrote it down.
 */
name: string, };
export type NotebookId = string;
export type Observation = { 
/**
 * What was noted; the one thing that must be there.
 */
words: string, 
/**
 * Where: a name from the pack or free words.
 */
area?: string | null, 
/**
 * What about: a name from the pack or free words; settled at the office.
 */
theme?: string | null, 
/**
 * How it struck the writer.
 */
tone?: Tone | null, 
/**
 * How the writer knows; starts at *seen*.
 */
how?: Array<How>, 
/**
 * The question of the pack's checklist that it answers, by its code.
 */
question?: string | null, 
/**
 * What was timed: a stopwatch of the pack, `bell`, `queue`.
 */
timed?: string | null, 
/**
 * When that began.
 */
from?: number | null, 
/**
 * When it ended.
 */
until?: number | null, };
export type OrgId = string;
export type Organisation = { 
/**
 * Its id.
 */
id: OrgId, 
/**
 * `Sutton LINk`.
 */
name: string, 
/**
 * The body that supports it.
 */
host: string, 
/**
 * The desk's public key (age X25519 recipient), for contact details and equality sheets.
 */
desk_key: string, 
/**
 * Who takes concerns.
 */
leads: Array<Lead>, };
export type Outside = { 
/**
 * Their name.
 */
name: string, 
/**
 * Why.
 */
why: string, 
/**
 * When it was written down.
 */
at: number, };
export type OwnPin = { 
/**
 * Since when; nought where that was not written down yet.
 */
since: number, 
/**
 * How it was chosen.
 */
chosen: Chosen, 
/**
 * What they sealed and can read back with it: lost once it is set anew.
 */
copies: number, 
/**
 * What they began and did not seal: nobody can read it once it is set anew.
 */
begun: number, };
export type PackWords = { 
/**
 * Id and version, as notes carry them: `link-2008/2`.
 */
stamp: string, 
/**
 * What things are called.
 */
names: NameWords, 
/**
 * How the pack asks for consent.
 */
consent: ConsentWords, 
/**
 * Why a visit may be refused.
 */
grounds: Array<GroundWords>, 
/**
 * Kinds of people.
 */
speakers: Array<Named>, 
/**
 * What to do about something that worries.
 */
safeguarding: WorryWords, 
/**
 * Ways in which people take part (GR 3.3).
 */
methods: Array<MethodWords>, 
/**
 * Roles.
 */
roles: Array<Role>, 
/**
 * What people are asked about themselves, on a sheet that is tied to nobody.
 */
equality: EqualityWords, 
/**
 * Of the packs that were in use before, what notes are read by: each in the words that it was written under.
 */
before: Array<WordsBefore>, };
export type PendingId = string;
export type PendingPhoto = { 
/**
 * Its id.
 */
id: PendingId, 
/**
 * Width of the upright picture at full size, in pixels; shapes are given in these.
 */
width: number, 
/**
 * Height of the upright picture at full size.
 */
height: number, 
/**
 * What is typed and covered so far, as JSON text of an object; the page's own.
 */
fields: string, };
export type PersonId = string;
export type Photo = { 
/**
 * SHA-256 of the JPEG's bytes, 64 lower-case hexadecimal digits.
 */
hash: string, 
/**
 * Size of the JPEG in bytes.
 */
size: number, 
/**
 * Width in pixels.
 */
width: number, 
/**
 * Height in pixels.
 */
height: number, 
/**
 * A short line for under the picture.
 */
caption?: string, 
/**
 * What the picture shows, for somebody who cannot see it; may wait until the office.
 */
shows?: string, 
/**
 * Who said yes for the place; in notes from before, for anybody in view as well.
 */
permission: string, 
/**
 * Who is in view and said yes themselves, or who said it for them; nothing where nobody is in view.
 */
person_said?: string | null, 
/**
 * What was covered, one line a cover.
 */
covered?: Array<string>, 
/**
 * A person looked and confirmed that nobody in it can be recognised.
 */
nobody_recognisable: boolean, 
/**
 * Where it was taken.
 */
area?: string | null, 
/**
 * What about.
 */
theme?: string | null, };
export type PhotoRow = { 
/**
 * Names picture and thumbnail in the photo protocol.
 */
hash: string, 
/**
 * Width in pixels.
 */
width: number, 
/**
 * Height in pixels.
 */
height: number, 
/**
 * Size in bytes.
 */
size: number, 
/**
 * What it shows, for somebody who cannot see it.
 */
shows: string, 
/**
 * Whether the picture itself is on this tablet.
 */
here: boolean, 
/**
 * Where the picture itself is.
 */
whereabouts: Whereabouts, };
export type PhotoUse = { 
/**
 * What is covered.
 */
shapes: Array<Shape>, 
/**
 * Who said yes for the place.
 */
permission: string, 
/**
 * Who is in view and said yes, or who said it for them; nothing where nobody is in view.
 */
person_said: string | null, 
/**
 * A short line for under the picture.
 */
caption: string, 
/**
 * What it shows, for somebody who cannot see it; may wait.
 */
shows: string, 
/**
 * A person looked and confirmed it.
 */
nobody_recognisable: boolean, 
/**
 * Where it was taken.
 */
area: string | null, 
/**
 * What about.
 */
theme: string | null, };
export type Place = { 
/**
 * Only here.
 */
only_here: number, 
/**
 * Taken and not shown yet.
 */
on_their_way: number, 
/**
 * At the office.
 */
at_the_office: number, 
/**
 * Held.
 */
held: number, 
/**
 * Since when the newest of them is at the office.
 */
since: number | null, 
/**
 * Why the first of them is held.
 */
reason: string | null, };
export type Question = { 
/**
 * Its code.
 */
code: string, 
/**
 * The question.
 */
ask: string, 
/**
 * What it is about.
 */
theme: string, 
/**
 * How many notes answer it.
 */
noted: number, };
export type Refusal = { 
/**
 * The ground's letter in the pack, `a` to `h` in `link-2008` (SI 2008/915 reg 3).
 */
ground: string, 
/**
 * Who said it.
 */
said_by: string, 
/**
 * What was said or happened.
 */
words?: string, };
export type Role = { 
/**
 * As the office has it.
 */
name: string, 
/**
 * What people call it.
 */
label: string, };
export type Row = { 
/**
 * The entry.
 */
entry: EntryId, 
/**
 * Its kind's name: `observation`, `view`, `photo`, `arrival`, `refusal`, `departure`, `count`, or something newer.
 */
kind: string, 
/**
 * When, by that tablet's clock.
 */
at: number, 
/**
 * The scheme's pack that it was recorded under, `link-2008/2`: speaker, answer and ground are read in its words.
 */
pack: string, 
/**
 * Its author.
 */
by: PersonId, 
/**
 * Their name, when it is not whoever writes now.
 */
writer: string | null, 
/**
 * A heading above this row: the area, where it is another than the row's before.
 */
heading: string | null, 
/**
 * What was noted, said, or is under the picture.
 */
words: string, 
/**
 * Where.
 */
area: string | null, 
/**
 * What about.
 */
theme: string | null, 
/**
 * How it struck the writer.
 */
tone: Tone | null, 
/**
 * How the writer knows.
 */
how: Array<How>, 
/**
 * Who spoke.
 */
speaker: string | null, 
/**
 * What they allowed.
 */
consent: Consent | null, 
/**
 * Others could hear.
 */
others_could_hear: boolean, 
/**
 * Who interpreted.
 */
interpreter: Interpreter | null, 
/**
 * The picture.
 */
photo: PhotoRow | null, 
/**
 * What else it holds, each with a name: `told`, `shown`, `ground`, `said by`, `people`.
 */
facts: Array<[string, string]>, 
/**
 * Where it is.
 */
whereabouts: Whereabouts, 
/**
 * Who withdrew it and why.
 */
withdrawn: string | null, 
/**
 * Two people differ about a part of it.
 */
differs: boolean, 
/**
 * It was corrected after it was first written.
 */
corrected: boolean, 
/**
 * Written by a newer version; shown as it is.
 */
newer: boolean, 
/**
 * *They asked me not to keep it* still removes it without trace.
 */
forgettable: boolean, 
/**
 * It was written on this tablet: where it was sent, the office can be asked to take it out.
 */
here: boolean, 
/**
 * They typed it themselves, while the tablet was handed to them: it is added to, and not corrected.
 */
by_themselves: boolean, 
/**
 * What was added beside it afterwards.
 */
additions: Array<Words>, 
/**
 * Its writer has signed it off: it is added to, and not corrected.
 */
signed: boolean, 
/**
 * Under whose name it was written, where it was given to somebody else.
 */
noted_as: string | null, };
export type SafeRow = { 
/**
 * Which; nothing for sealed records that name none.
 */
notebook: NotebookId | null, 
/**
 * The place's or event's name.
 */
name: string, 
/**
 * Its entries.
 */
entries: Place, 
/**
 * Its photos.
 */
photos: Place, 
/**
 * Bytes of its photos that are only here.
 */
photo_bytes: number, 
/**
 * Its sealed records.
 */
sealed: Place, 
/**
 * Its unfinished drafts.
 */
drafts: number, };
export type SafeToRemove = { 
/**
 * Everything is at the office.
 */
safe: boolean, 
/**
 * A group of facts for each notebook, the newest first.
 */
notebooks: Array<SafeRow>, 
/**
 * Entries that are only here.
 */
entries: number, 
/**
 * Entries and photos that the office has taken and not shown yet.
 */
on_their_way: number, 
/**
 * Entries that the office holds with a reason.
 */
held: number, 
/**
 * Photos that are only here.
 */
photos: number, 
/**
 * Their bytes that have not gone yet.
 */
photo_bytes: number, 
/**
 * Sealed records that are only here.
 */
sealed: number, 
/**
 * Drafts that nobody has finished.
 */
drafts: number, 
/**
 * Photos that are still being covered.
 */
pending_photos: number, 
/**
 * Notes of which the office has not been asked yet, or which it has not taken out yet.
 */
taken_back: number, 
/**
 * When the office was last heard.
 */
heard: number | null, 
/**
 * Bytes and requests so far.
 */
totals: SyncTotals, };
export type SealedId = string;
export type SealedRow = { 
/**
 * Its id.
 */
id: SealedId, 
/**
 * `concern`, `contact`, `equality`.
 */
kind: string, 
/**
 * When it was made; nothing for equality sheets.
 */
at: number | null, 
/**
 * Who can read it back here, with their own PIN.
 */
own: PersonId | null, 
/**
 * Where it is.
 */
whereabouts: Whereabouts, };
export type Seen = string[];
export type Shape = { "shape": "box", 
/**
 * Left edge.
 */
x: number, 
/**
 * Upper edge.
 */
y: number, 
/**
 * Width.
 */
w: number, 
/**
 * Height.
 */
h: number, 
/**
 * What is under it: *name on a door*.
 */
why: string, } | { "shape": "brush", 
/**
 * Points of the stroke.
 */
points: Array<[number, number]>, 
/**
 * Radius of the brush.
 */
radius: number, 
/**
 * What is under it.
 */
why: string, };
export type Standing = { 
/**
 * For a person to read; empty while all is well.
 */
sentence: string, 
/**
 * When the office was last heard.
 */
heard: number | null, 
/**
 * When the next try is due, after a failed one.
 */
next_try: number | null, 
/**
 * Nothing more is tried until a person acts: revoked, or one of the two is too old.
 */
stopped: boolean, 
/**
 * The office does not know this tablet any more: a new code of the same office sets it up again.
 */
not_known: boolean, };
export type StrandWords = { 
/**
 * As sheets have it.
 */
code: string, 
/**
 * What people call it.
 */
label: string, 
/**
 * Answers to offer; none where people use their own words.
 */
answers: Array<string>, };
export type SummaryField = { 
/**
 * `overall impression`.
 */
field: string, 
/**
 * Everything that stands in it; several where people differ.
 */
values: Array<Words>, };
export type SyncTotals = { 
/**
 * Bytes of requests: line, headers and body.
 */
bytes_up: number, 
/**
 * Bytes of replies: line, headers and body.
 */
bytes_down: number, 
/**
 * Requests.
 */
requests: number, };
export type TakenBack = { 
/**
 * Which it was.
 */
entry: EntryId, 
/**
 * When somebody asked.
 */
asked: number, 
/**
 * When the office said that it takes it out.
 */
heard: number | null, 
/**
 * Until when it was at the office.
 */
gone: number | null, };
export type Theirs = { "sheet": "view" } | { "sheet": "contact", 
/**
 * The sheet with what they tell, if they tell something.
 */
beside: DraftId | null, } | { "sheet": "equality" };
export type There = { 
/**
 * Who.
 */
person: PersonId, 
/**
 * Their name.
 */
name: string, 
/**
 * When they came last.
 */
from: number | null, 
/**
 * When they left after that.
 */
until: number | null, 
/**
 * They were added on the day.
 */
added: boolean, };
export type Tone = "good" | "mixed" | "poor" | "neutral";
export type Travel = { 
/**
 * Who.
 */
person: PersonId, 
/**
 * Their name.
 */
name: string, 
/**
 * As they wrote it.
 */
miles: string, 
/**
 * As they wrote it.
 */
hours: string, };
export type UnfinishedDraft = { 
/**
 * Its id.
 */
id: DraftId, 
/**
 * In which notebook.
 */
notebook: NotebookId, 
/**
 * What it writes.
 */
kind: DraftKind, 
/**
 * Its fields so far, as JSON text.
 */
fields: string, 
/**
 * Who began it.
 */
by: PersonId, 
/**
 * Their name.
 */
name: string, 
/**
 * When it was begun.
 */
since: number, 
/**
 * What is missing, for a person to read.
 */
reason: string, 
/**
 * Somebody else's, and to be sealed: its words are not among the fields, and only they take it up again.
 */
withheld: boolean, 
/**
 * It was begun under a PIN that is forgotten: nobody reads it here, and it can be sealed as it is.
 */
shut: boolean, };
export type Value = boolean | number | string | Array<string>;
export type View = { 
/**
 * Their words; empty where the answer was *no* or *could not say*.
 */
words?: string, 
/**
 * Which kind of person spoke: a speaker of the pack.
 */
speaker: string, 
/**
 * What they allowed.
 */
consent: Consent, 
/**
 * How they found it.
 */
tone?: Tone | null, 
/**
 * What about.
 */
theme?: string | null, 
/**
 * Where, when it was in a place.
 */
area?: string | null, 
/**
 * About which service, at a stall or a group.
 */
service?: string | null, 
/**
 * In which language, when not English.
 */
language?: string | null, 
/**
 * Who interpreted.
 */
interpreter?: Interpreter | null, 
/**
 * Others could hear: such a view waits for the officer.
 */
others_could_hear?: boolean, 
/**
 * The officer has weighed a view that others could hear and lets it be quoted.
 */
released?: boolean, 
/**
 * They typed it themselves, while the tablet was handed to them: nobody corrects their words, only adds beside them.
 */
by_themselves?: boolean, };
export type VisitCard = { 
/**
 * The visit's notebook.
 */
notebook: NotebookId, 
/**
 * The place's name.
 */
place: string, 
/**
 * `care home`.
 */
kind: string, 
/**
 * Its address in one line.
 */
address: string, 
/**
 * `announced`, `unannounced`, `within a window`.
 */
announcement: string, 
/**
 * Why.
 */
purpose: string, 
/**
 * Its sessions, each `YYYY-MM-DD` or `YYYY-MM-DD HH:MM`.
 */
sessions: Array<string>, 
/**
 * The team, the lead first.
 */
team: Array<Writer>, 
/**
 * Whether the current writer leads.
 */
you_lead: boolean, 
/**
 * Cancelled by the office.
 */
cancelled: boolean, 
/**
 * The office has taken it from this tablet; it is listed for what was written here.
 */
withdrawn: boolean, 
/**
 * Entries in it.
 */
entries: number, 
/**
 * Of these, and of its photos and sealed records, how many are only here.
 */
only_here: number, 
/**
 * The furthest back of all that is in it.
 */
whereabouts: Whereabouts, };
export type VisitScreen = { 
/**
 * Its notebook.
 */
notebook: NotebookId, 
/**
 * Visit, event or day.
 */
kind: Kind, 
/**
 * The place's or the event's name.
 */
place: string, 
/**
 * `care home`; empty for events and days.
 */
place_kind: string, 
/**
 * Its address in one line.
 */
address: string, 
/**
 * Who runs it.
 */
provider: string | null, 
/**
 * Why.
 */
purpose: string, 
/**
 * `announced`, `unannounced`, `within a window`.
 */
announcement: string, 
/**
 * Its sessions, each `YYYY-MM-DD` or `YYYY-MM-DD HH:MM`.
 */
sessions: Array<string>, 
/**
 * Who may write here, the lead first.
 */
writers: Array<Writer>, 
/**
 * Who writes now.
 */
writing_as: Writer | null, 
/**
 * Everything recorded, in order.
 */
rows: Array<Row>, 
/**
 * Areas that the pack names for this kind of place.
 */
areas: Array<string>, 
/**
 * Of the areas agreed at the door, or else of the pack's, those nobody has noted anything in, nor why not.
 */
not_yet_seen: Array<string>, 
/**
 * Where not to go: the pack's rules for this kind of place, and the visit's own.
 */
not_to_enter: Array<string>, 
/**
 * A warning where this kind of place may be an excluded premises.
 */
excluded_premises: string | null, 
/**
 * Kinds of people who may speak at this kind of place.
 */
speakers: Array<string>, 
/**
 * The summary's fields, for *overall impression* and the like.
 */
summary: Array<SummaryField>, 
/**
 * Facts about an event or day: present, method.
 */
about: Array<SummaryField>, 
/**
 * Fields in which two people differ.
 */
differences: number, 
/**
 * Sealed records made here, without their words.
 */
sealed: Array<SealedRow>, 
/**
 * Equality sheets that wait for the end of the event.
 */
sheets: number, 
/**
 * What was taken back after it was sent, the oldest first.
 */
taken_back: Array<TakenBack>, 
/**
 * Drafts that nobody has finished.
 */
unfinished: Array<UnfinishedDraft>, 
/**
 * Photos that wait for their covers.
 */
uncovered: number, 
/**
 * People counted, by kind of person; empty is *stopped by*.
 */
counts: Array<[string, number]>, 
/**
 * Entries and photos that are only here.
 */
only_here: number, 
/**
 * The furthest back of all that is in it.
 */
whereabouts: Whereabouts, 
/**
 * The office has taken this visit from this tablet; what was written is still sent.
 */
withdrawn: boolean, 
/**
 * The day itself.
 */
day: Day, };
export type WaitingLine = { 
/**
 * Entries, photos, sealed records and drafts that are only here.
 */
only_here: number, 
/**
 * Entries and photos that the office has taken and not shown yet.
 */
on_their_way: number, 
/**
 * Entries that the office holds with a reason.
 */
held: number, 
/**
 * Since when the oldest of *only here* waits.
 */
since: number | null, };
export type WhereItStands = { summary: string } | { about: string } | { entry: [string, string] };
export type Whereabouts = { "state": "only_here" } | { "state": "on_its_way" } | { "state": "at_the_office", 
/**
 * Since when, by this tablet's clock.
 */
since: number, } | { "state": "held", 
/**
 * Why, for a person to read.
 */
reason: string, };
export type Words = { 
/**
 * Who.
 */
by: PersonId, 
/**
 * Their name.
 */
name: string, 
/**
 * When, by their tablet's clock.
 */
at: number, 
/**
 * What stands there.
 */
value: Value, };
export type WordsBefore = { 
/**
 * Id and version, as notes carry them: `link-2008/1`.
 */
stamp: string, 
/**
 * How it asked for consent.
 */
consent: ConsentWords, 
/**
 * Why a visit could be refused.
 */
grounds: Array<GroundWords>, 
/**
 * Kinds of people.
 */
speakers: Array<Named>, };
export type WorryWords = { 
/**
 * That it has reached nobody, and whom to ring.
 */
not_reached: string, 
/**
 * The same where no lead is set up; `{phone}` is then the office's.
 */
no_lead: string, 
/**
 * Short steps.
 */
steps: Array<string>, 
/**
 * What sealing means.
 */
sealed: string, };
export type Writer = { 
/**
 * Who.
 */
id: PersonId, 
/**
 * Their name.
 */
name: string, 
/**
 * Their role's code in the pack.
 */
role: string, 
/**
 * Whether they lead the visit that was asked about.
 */
leads: boolean, };

export const howFar = () => ask<HowFar>("how_far");
export const setUp = (code: string, name: string, pin: string) => ask<HowFar>("set_up", { code, name, pin });
export const unlock = (pin: string) => ask<HowFar>("unlock", { pin });
export const lockAgain = () => ask<null>("lock_again");
export const pack = () => ask<PackWords | null>("pack");
export const packStamp = () => ask<string | null>("pack_stamp");
export const organisation = () => ask<Organisation | null>("organisation");
export const myVisits = () => ask<MyVisits>("my_visits");
export const visit = (notebook: NotebookId) => ask<VisitScreen>("visit", { notebook });
export const authorityCard = (person: PersonId) => ask<AuthorityCard>("authority_card", { person });
export const writers = (notebook: NotebookId | null) => ask<Array<Writer>>("writers", { notebook });
export const writingAs = () => ask<Writer | null>("writing_as");
export const writeAs = (person: PersonId) => ask<null>("write_as", { person });
export const openDraft = (notebook: NotebookId, kind: DraftKind) => ask<DraftId>("open_draft", { notebook, kind });
export const saveDraft = (draft: DraftId, fields: string) => ask<null>("save_draft", { draft, fields });
export const draftBy = (draft: DraftId, person: PersonId) => ask<null>("draft_by", { draft, person });
export const closeDraft = (draft: DraftId) => ask<Closed>("close_draft", { draft });
export const dropDraft = (draft: DraftId) => ask<null>("drop_draft", { draft });
export const unfinished = () => ask<Array<UnfinishedDraft>>("unfinished");
export const record = (notebook: NotebookId, entry: Entry) => ask<EntryId>("record", { notebook, entry });
export const withdraw = (notebook: NotebookId, entry: EntryId, why: string) => ask<null>("withdraw", { notebook, entry, why });
export const takeBack = (notebook: NotebookId, entry: EntryId) => ask<null>("take_back", { notebook, entry });
export const differences = (notebook: NotebookId) => ask<Array<Difference>>("differences", { notebook });
export const settle = (notebook: NotebookId, spot: WhereItStands, value: Value, seen: Seen) => ask<null>("settle", { notebook, spot, value, seen });
export const beginEvent = (facts: EventFacts) => ask<NotebookId>("begin_event", { facts });
export const day = () => ask<NotebookId>("day");
export const pendingPhotos = (notebook: NotebookId) => ask<Array<PendingPhoto>>("pending_photos", { notebook });
export const faces = (photo: PendingId) => ask<Array<Face>>("faces", { photo });
export const savePhoto = (photo: PendingId, fields: string) => ask<null>("save_photo", { photo, fields });
export const usePhoto = (photo: PendingId, used: PhotoUse) => ask<EntryId>("use_photo", { photo, used });
export const dropPhoto = (photo: PendingId) => ask<null>("drop_photo", { photo });
export const sealDraft = (draft: DraftId) => ask<SealedId>("seal_draft", { draft });
export const openContact = (beside: DraftId) => ask<DraftId>("open_contact", { beside });
export const ownPin = (person: PersonId) => ask<OwnPin | null>("own_pin", { person });
export const chooseOwnPin = (person: PersonId, pin: string, before: string | null) => ask<null>("choose_own_pin", { person, pin, before });
export const setOwnPinAnew = (person: PersonId, tablets: string, pin: string) => ask<null>("set_own_pin_anew", { person, tablets, pin });
export const readDraft = (draft: DraftId, pin: string) => ask<string>("read_draft", { draft, pin });
export const readBack = (sealed: SealedId, pin: string) => ask<Concern>("read_back", { sealed, pin });
export const signOff = (notebook: NotebookId, pin: string) => ask<number>("sign_off", { notebook, pin });
export const giveTo = (notebook: NotebookId, entry: EntryId, person: PersonId) => ask<null>("give_to", { notebook, entry, person });
export const leadFromNow = (notebook: NotebookId, person: PersonId, why: string) => ask<null>("lead_from_now", { notebook, person, why });
export const whoElse = (notebook: NotebookId) => ask<Array<Another>>("who_else", { notebook });
export const addToTeam = (notebook: NotebookId, person: PersonId) => ask<null>("add_to_team", { notebook, person });
export const waitedOutside = (notebook: NotebookId, person: PersonId, why: string) => ask<null>("waited_outside", { notebook, person, why });
export const notSeen = (notebook: NotebookId, area: string, why: string) => ask<null>("not_seen", { notebook, area, why });
export const noPhotos = (notebook: NotebookId, saidBy: string) => ask<null>("no_photos", { notebook, saidBy });
export const travelled = (notebook: NotebookId, person: PersonId, miles: string, hours: string) => ask<null>("travelled", { notebook, person, miles, hours });
export const makeObservation = (draft: DraftId) => ask<string>("make_observation", { draft });
export const eventOver = (notebook: NotebookId) => ask<null>("event_over", { notebook });
export const handOver = (notebook: NotebookId) => ask<null>("hand_over", { notebook });
export const asked = () => ask<Asked>("asked");
export const openTheirs = (sheet: Theirs) => ask<DraftId>("open_theirs", { sheet });
export const saveTheirs = (draft: DraftId, fields: string) => ask<null>("save_theirs", { draft, fields });
export const closeTheirs = (draft: DraftId) => ask<Closed>("close_theirs", { draft });
export const dropTheirs = (draft: DraftId) => ask<null>("drop_theirs", { draft });
export const haveItBack = (pin: string) => ask<HowFar>("have_it_back", { pin });
export const waiting = () => ask<SafeToRemove>("waiting");
export const sending = () => ask<Standing>("sending");
export const sendNow = () => ask<null>("send_now");
