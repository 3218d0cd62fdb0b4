//! Plain data that crosses to the screen: what each page shows, and what it hands back. No behaviour lives here.

mod day;
mod own;

pub use day::{Another, Day, Led, MayJoin, NoPhotos, NotSeen, Outside, Question, There, Travel};
pub use own::{Chosen, OwnPin};

use domain::entry::{Consent, How, Interpreter, Millis, Tone};
use domain::ids::{EntryId, NotebookId, PersonId, SealedId};
use domain::notebook::{Kind, Spot, Value};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

/// One draft, from its sheet's opening to its closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "string")]
pub struct DraftId(pub Uuid);

/// One photo that is being covered and has not been used yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
#[ts(type = "string")]
pub struct PendingId(pub Uuid);

/// Where something is; the one honest state that the screen shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Whereabouts {
    /// On this tablet and nowhere else.
    OnlyHere,
    /// The office has it on its disk and has not shown it yet.
    OnItsWay,
    /// At the office.
    AtTheOffice {
        /// Since when, by this tablet's clock.
        #[ts(type = "number")]
        since: Millis,
    },
    /// The office has it but cannot show it.
    Held {
        /// Why, for a person to read.
        reason: String,
    },
}

/// Somebody who may write on this tablet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Writer {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Their role's code in the pack.
    pub role: String,
    /// Whether they lead the visit that was asked about.
    pub leads: bool,
}

/// What still waits on this tablet, in one line for the top of every page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WaitingLine {
    /// Entries, photos, sealed records and drafts that are only here.
    pub only_here: u32,
    /// Entries and photos that the office has taken and not shown yet.
    pub on_their_way: u32,
    /// Entries that the office holds with a reason.
    pub held: u32,
    /// Since when the oldest of *only here* waits.
    #[ts(type = "number | null")]
    pub since: Option<Millis>,
}

/// How the sending stands, in a sentence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Standing {
    /// For a person to read; empty while all is well.
    pub sentence: String,
    /// When the office was last heard.
    #[ts(type = "number | null")]
    pub heard: Option<Millis>,
    /// When the next try is due, after a failed one.
    #[ts(type = "number | null")]
    pub next_try: Option<Millis>,
    /// Nothing more is tried until a person acts: revoked, or one of the two is too old.
    pub stopped: bool,
    /// The office does not know this tablet any more: a new code of the same office sets it up again.
    #[serde(default)]
    pub not_known: bool,
}

/// The first page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MyVisits {
    /// `Sutton LINk`; empty before the first feed.
    pub organisation: String,
    /// Who writes.
    pub writing_as: Option<Writer>,
    /// Visits with a session today.
    pub today: Vec<VisitCard>,
    /// Visits in the next seven days.
    pub this_week: Vec<VisitCard>,
    /// Visits after that.
    pub later: Vec<VisitCard>,
    /// Visits whose last session is past, the newest first.
    pub before: Vec<VisitCard>,
    /// Outreach events on this tablet, the newest first.
    pub events: Vec<EventCard>,
    /// What waits.
    pub waiting: WaitingLine,
    /// How the sending stands.
    pub standing: Standing,
    /// The own PIN of whoever writes, where they have one.
    pub own_pin: Option<OwnPin>,
}

/// One visit in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VisitCard {
    /// The visit's notebook.
    pub notebook: NotebookId,
    /// The place's name.
    pub place: String,
    /// `care home`.
    pub kind: String,
    /// Its address in one line.
    pub address: String,
    /// `announced`, `unannounced`, `within a window`.
    pub announcement: String,
    /// Why.
    pub purpose: String,
    /// Its sessions, each `YYYY-MM-DD` or `YYYY-MM-DD HH:MM`.
    pub sessions: Vec<String>,
    /// The team, the lead first.
    pub team: Vec<Writer>,
    /// Whether the current writer leads.
    pub you_lead: bool,
    /// Cancelled by the office.
    pub cancelled: bool,
    /// The office has taken it from this tablet; it is listed for what was written here.
    pub withdrawn: bool,
    /// Entries in it.
    pub entries: u32,
    /// Of these, and of its photos and sealed records, how many are only here.
    pub only_here: u32,
    /// The furthest back of all that is in it.
    pub whereabouts: Whereabouts,
}

/// One outreach event or day in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EventCard {
    /// Its notebook.
    pub notebook: NotebookId,
    /// An event or a day.
    pub kind: Kind,
    /// `Wallington market stall`.
    pub name: String,
    /// `YYYY-MM-DD`.
    pub date: String,
    /// Entries in it.
    pub entries: u32,
    /// Of these, how many are only here.
    pub only_here: u32,
    /// The furthest back of all that is in it.
    pub whereabouts: Whereabouts,
}

/// The card that is shown at the door, offline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuthorityCard {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their role's code in the pack.
    pub role: String,
    /// `Sutton LINk`.
    pub organisation: String,
    /// The body that supports it.
    pub host: String,
    /// Last day of their authority, `YYYY-MM-DD`.
    pub valid_until: Option<String>,
    /// Whether that day is past by this tablet's clock.
    pub lapsed: bool,
    /// Who saw the check.
    pub verified_by: Option<String>,
    /// The number on the card.
    pub number: Option<String>,
    /// When the office last confirmed all this.
    #[ts(type = "number | null")]
    pub agreed: Option<Millis>,
    /// What today's visit is for, and where, if there is one.
    pub today: Vec<VisitCard>,
}

/// One visit, event or day, as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VisitScreen {
    /// Its notebook.
    pub notebook: NotebookId,
    /// Visit, event or day.
    pub kind: Kind,
    /// The place's or the event's name.
    pub place: String,
    /// `care home`; empty for events and days.
    pub place_kind: String,
    /// Its address in one line.
    pub address: String,
    /// Who runs it.
    pub provider: Option<String>,
    /// Why.
    pub purpose: String,
    /// `announced`, `unannounced`, `within a window`.
    pub announcement: String,
    /// Its sessions, each `YYYY-MM-DD` or `YYYY-MM-DD HH:MM`.
    pub sessions: Vec<String>,
    /// Who may write here, the lead first.
    pub writers: Vec<Writer>,
    /// Who writes now.
    pub writing_as: Option<Writer>,
    /// Everything recorded, in order.
    pub rows: Vec<Row>,
    /// Areas that the pack names for this kind of place.
    pub areas: Vec<String>,
    /// Of the areas agreed at the door, or else of the pack's, those nobody has noted anything in, nor why not.
    pub not_yet_seen: Vec<String>,
    /// Where not to go: the pack's rules for this kind of place, and the visit's own.
    pub not_to_enter: Vec<String>,
    /// A warning where this kind of place may be an excluded premises.
    pub excluded_premises: Option<String>,
    /// Kinds of people who may speak at this kind of place.
    pub speakers: Vec<String>,
    /// The summary's fields, for *overall impression* and the like.
    pub summary: Vec<SummaryField>,
    /// Facts about an event or day: present, method.
    pub about: Vec<SummaryField>,
    /// Fields in which two people differ.
    pub differences: u32,
    /// Sealed records made here, without their words.
    pub sealed: Vec<SealedRow>,
    /// Equality sheets that wait for the end of the event.
    pub sheets: u32,
    /// What was taken back after it was sent, the oldest first.
    pub taken_back: Vec<TakenBack>,
    /// Drafts that nobody has finished.
    pub unfinished: Vec<UnfinishedDraft>,
    /// Photos that wait for their covers.
    pub uncovered: u32,
    /// People counted, by kind of person; empty is *stopped by*.
    pub counts: Vec<(String, i32)>,
    /// Entries and photos that are only here.
    pub only_here: u32,
    /// The furthest back of all that is in it.
    pub whereabouts: Whereabouts,
    /// The office has taken this visit from this tablet; what was written is still sent.
    pub withdrawn: bool,
    /// The day itself.
    pub day: Day,
}

/// A field of the summary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SummaryField {
    /// `overall impression`.
    pub field: String,
    /// Everything that stands in it; several where people differ.
    pub values: Vec<Words>,
}

/// A value with who wrote it and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Words {
    /// Who.
    pub by: PersonId,
    /// Their name.
    pub name: String,
    /// When, by their tablet's clock.
    #[ts(type = "number")]
    pub at: Millis,
    /// What stands there.
    pub value: Value,
}

/// A note that was taken back after it was sent. Its words are shown nowhere any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TakenBack {
    /// Which it was.
    pub entry: EntryId,
    /// When somebody asked.
    #[ts(type = "number")]
    pub asked: Millis,
    /// When the office said that it takes it out.
    #[ts(type = "number | null")]
    pub heard: Option<Millis>,
    /// Until when it was at the office.
    #[ts(type = "number | null")]
    pub gone: Option<Millis>,
}

/// One line of a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Row {
    /// The entry.
    pub entry: EntryId,
    /// Its kind's name: `observation`, `view`, `photo`, `arrival`, `refusal`, `departure`, `count`, or something newer.
    pub kind: String,
    /// When, by that tablet's clock.
    #[ts(type = "number")]
    pub at: Millis,
    /// The scheme's pack that it was recorded under, `link-2008/2`: speaker, answer and ground are read in its words.
    pub pack: String,
    /// Its author.
    pub by: PersonId,
    /// Their name, when it is not whoever writes now.
    pub writer: Option<String>,
    /// A heading above this row: the area, where it is another than the row's before.
    pub heading: Option<String>,
    /// What was noted, said, or is under the picture.
    pub words: String,
    /// Where.
    pub area: Option<String>,
    /// What about.
    pub theme: Option<String>,
    /// How it struck the writer.
    pub tone: Option<Tone>,
    /// How the writer knows.
    pub how: Vec<How>,
    /// Who spoke.
    pub speaker: Option<String>,
    /// What they allowed.
    pub consent: Option<Consent>,
    /// Others could hear.
    pub others_could_hear: bool,
    /// Who interpreted.
    pub interpreter: Option<Interpreter>,
    /// The picture.
    pub photo: Option<PhotoRow>,
    /// What else it holds, each with a name: `told`, `shown`, `ground`, `said by`, `people`.
    pub facts: Vec<(String, String)>,
    /// Where it is.
    pub whereabouts: Whereabouts,
    /// Who withdrew it and why.
    pub withdrawn: Option<String>,
    /// Two people differ about a part of it.
    pub differs: bool,
    /// It was corrected after it was first written.
    pub corrected: bool,
    /// Written by a newer version; shown as it is.
    pub newer: bool,
    /// *They asked me not to keep it* still removes it without trace.
    pub forgettable: bool,
    /// It was written on this tablet: where it was sent, the office can be asked to take it out.
    pub here: bool,
    /// They typed it themselves, while the tablet was handed to them: it is added to, and not corrected.
    pub by_themselves: bool,
    /// What was added beside it afterwards.
    pub additions: Vec<Words>,
    /// Its writer has signed it off: it is added to, and not corrected.
    pub signed: bool,
    /// Under whose name it was written, where it was given to somebody else.
    pub noted_as: Option<String>,
}

/// A picture in a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PhotoRow {
    /// Names picture and thumbnail in the photo protocol.
    pub hash: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Size in bytes.
    #[ts(type = "number")]
    pub size: u64,
    /// What it shows, for somebody who cannot see it.
    pub shows: String,
    /// Whether the picture itself is on this tablet.
    pub here: bool,
    /// Where the picture itself is.
    pub whereabouts: Whereabouts,
}

/// A sealed record, without its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SealedRow {
    /// Its id.
    pub id: SealedId,
    /// `concern`, `contact`, `equality`.
    pub kind: String,
    /// When it was made; nothing for equality sheets.
    #[ts(type = "number | null")]
    pub at: Option<Millis>,
    /// Who can read it back here, with their own PIN.
    pub own: Option<PersonId>,
    /// Where it is.
    pub whereabouts: Whereabouts,
}

/// What a sheet writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum DraftKind {
    /// Fields of `domain::entry::Arrival`.
    Arrival,
    /// Fields of `domain::entry::Observation`.
    Observation,
    /// Fields of `domain::entry::View`, `consent` may still be absent.
    View,
    /// Fields of `domain::entry::Refusal`.
    Refusal,
    /// Fields of `domain::entry::Departure`.
    Departure,
    /// Fields of `domain::entry::Count`.
    Count,
    /// `{"value": …}` for a field of the visit's summary.
    Summary {
        /// `overall impression`.
        field: String,
    },
    /// `{"value": …}` for a field of an entry: a correction.
    Correction {
        /// The entry.
        entry: EntryId,
        /// The field.
        field: String,
    },
    /// Fields `words`, `about`, `told` of `domain::sealed::Concern`; never becomes an entry.
    Concern {
        /// The note whose words belong behind that door: once this is sealed it is gone from where it was.
        #[serde(default)]
        #[ts(optional)]
        from: Option<EntryId>,
    },
    /// Fields `name`, `how`, `wants` of `domain::sealed::Contact`; sealed when it is closed.
    Contact {
        /// The view that it was given with.
        view: Option<EntryId>,
    },
    /// `words` that somebody notes for themselves: in no push and no report until they make it an observation.
    #[serde(rename = "to self")]
    ToSelf,
    /// `answers` of `domain::sealed::EqualitySheet`; put with those of its event when it is closed, and tied to nobody.
    Equality,
}

/// A sheet of somebody to whom the tablet was handed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "sheet", rename_all = "lowercase")]
pub enum Theirs {
    /// What they want to tell.
    View,
    /// How to reach them.
    Contact {
        /// The sheet with what they tell, if they tell something.
        beside: Option<DraftId>,
    },
    /// About themselves, tied to nobody.
    Equality,
}

/// What became of a draft when its sheet was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "closed", rename_all = "snake_case")]
pub enum Closed {
    /// It is in the notebook.
    Kept {
        /// The entry; nothing for a field of the summary.
        entry: Option<EntryId>,
    },
    /// It stays a draft, only here.
    Unfinished {
        /// What is missing, for a person to read.
        reason: String,
    },
    /// There was nothing in it, and nothing is left.
    Empty,
}

/// A draft that nobody has finished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UnfinishedDraft {
    /// Its id.
    pub id: DraftId,
    /// In which notebook.
    pub notebook: NotebookId,
    /// What it writes.
    pub kind: DraftKind,
    /// Its fields so far, as JSON text.
    pub fields: String,
    /// Who began it.
    pub by: PersonId,
    /// Their name.
    pub name: String,
    /// When it was begun.
    #[ts(type = "number")]
    pub since: Millis,
    /// What is missing, for a person to read.
    pub reason: String,
    /// Somebody else's, and to be sealed: its words are not among the fields, and only they take it up again.
    pub withheld: bool,
    /// It was begun under a PIN that is forgotten: nobody reads it here, and it can be sealed as it is.
    pub shut: bool,
}

/// A field in which people differ, with everything that stands in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Difference {
    /// Which field.
    #[ts(type = "{ summary: string } | { about: string } | { entry: [string, string] }")]
    pub spot: Spot,
    /// The field's name.
    pub field: String,
    /// The words of the entry it belongs to, if it is an entry's.
    pub of: Option<String>,
    /// What each wrote, in order of time.
    pub values: Vec<Words>,
    /// What was here when this was read: settling writes over it, and over nothing that came later.
    #[ts(type = "string[]")]
    pub seen: Vec<domain::notebook::Hash>,
}

/// What is known about an event when it begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EventFacts {
    /// `Wallington market stall`.
    pub name: String,
    /// `YYYY-MM-DD`.
    pub date: String,
    /// The group that was met; empty where there was none.
    #[serde(default)]
    pub group: String,
    /// `stall`, `presentation`, `coffee morning`.
    #[serde(default)]
    pub kind: String,
    /// The method of involvement (GR 3.3).
    #[serde(default)]
    pub method: String,
    /// How many were present, once known.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub present: Option<i64>,
}

/// A photo that waits for its covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PendingPhoto {
    /// Its id.
    pub id: PendingId,
    /// Width of the upright picture at full size, in pixels; shapes are given in these.
    pub width: u32,
    /// Height of the upright picture at full size.
    pub height: u32,
    /// What is typed and covered so far, as JSON text of an object; the page's own.
    pub fields: String,
    /// The picture to draw covers on: a JPEG, upright, at most 2,048 px a side. Not for the bridge's JSON.
    #[serde(skip)]
    #[ts(skip)]
    pub preview: Vec<u8>,
}

/// A cover, in pixels of the upright picture at full size; filled solid, edge pixels included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "shape", rename_all = "lowercase")]
pub enum Shape {
    /// A rectangle.
    Box {
        /// Left edge.
        x: f32,
        /// Upper edge.
        y: f32,
        /// Width.
        w: f32,
        /// Height.
        h: f32,
        /// What is under it: *name on a door*.
        #[serde(default)]
        why: String,
    },
    /// A stroke of a round brush.
    Brush {
        /// Points of the stroke.
        points: Vec<(f32, f32)>,
        /// Radius of the brush.
        radius: f32,
        /// What is under it.
        #[serde(default)]
        why: String,
    },
}

/// Where there may be a face, in pixels of the upright picture at full size: a suggestion, for a person to judge.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Face {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

/// What a person says about a photo when it is used.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct PhotoUse {
    /// What is covered.
    #[serde(default)]
    pub shapes: Vec<Shape>,
    /// Who said yes for the place.
    pub permission: String,
    /// Who is in view and said yes, or who said it for them; nothing where nobody is in view.
    #[serde(default)]
    pub person_said: Option<String>,
    /// A short line for under the picture.
    #[serde(default)]
    pub caption: String,
    /// What it shows, for somebody who cannot see it; may wait.
    #[serde(default)]
    pub shows: String,
    /// A person looked and confirmed it.
    pub nobody_recognisable: bool,
    /// Where it was taken.
    #[serde(default)]
    pub area: Option<String>,
    /// What about.
    #[serde(default)]
    pub theme: Option<String>,
}

/// *Is it safe to remove?*
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SafeToRemove {
    /// Everything is at the office.
    pub safe: bool,
    /// A group of facts for each notebook, the newest first.
    pub notebooks: Vec<SafeRow>,
    /// Entries that are only here.
    pub entries: u32,
    /// Entries and photos that the office has taken and not shown yet.
    pub on_their_way: u32,
    /// Entries that the office holds with a reason.
    pub held: u32,
    /// Photos that are only here.
    pub photos: u32,
    /// Their bytes that have not gone yet.
    #[ts(type = "number")]
    pub photo_bytes: u64,
    /// Sealed records that are only here.
    pub sealed: u32,
    /// Drafts that nobody has finished.
    pub drafts: u32,
    /// Photos that are still being covered.
    pub pending_photos: u32,
    /// Notes of which the office has not been asked yet, or which it has not taken out yet.
    pub taken_back: u32,
    /// When the office was last heard.
    #[ts(type = "number | null")]
    pub heard: Option<Millis>,
    /// Bytes and requests so far.
    pub totals: SyncTotals,
}

/// One notebook in [`SafeToRemove`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SafeRow {
    /// Which; nothing for sealed records that name none.
    pub notebook: Option<NotebookId>,
    /// The place's or event's name.
    pub name: String,
    /// Its entries.
    pub entries: Place,
    /// Its photos.
    pub photos: Place,
    /// Bytes of its photos that are only here.
    #[ts(type = "number")]
    pub photo_bytes: u64,
    /// Its sealed records.
    pub sealed: Place,
    /// Its unfinished drafts.
    pub drafts: u32,
}

/// How many of something are where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Place {
    /// Only here.
    pub only_here: u32,
    /// Taken and not shown yet.
    pub on_their_way: u32,
    /// At the office.
    pub at_the_office: u32,
    /// Held.
    pub held: u32,
    /// Since when the newest of them is at the office.
    #[ts(type = "number | null")]
    pub since: Option<Millis>,
    /// Why the first of them is held.
    pub reason: Option<String>,
}

/// What has gone over the wire since the tablet was set up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncTotals {
    /// Bytes of requests: line, headers and body.
    #[ts(type = "number")]
    pub bytes_up: u64,
    /// Bytes of replies: line, headers and body.
    #[ts(type = "number")]
    pub bytes_down: u64,
    /// Requests.
    #[ts(type = "number")]
    pub requests: u64,
}
