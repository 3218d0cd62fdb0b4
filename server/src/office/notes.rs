//! What came in, as the office reads it: the projections of notebooks, entry by entry, with names in place of ids.
//! What was said in confidence is marked here and shown on the reading page alone.

use super::words::{self, counted};
use crate::store::OrgStore;
use crate::store::office::Book;
use crate::store::visits::Visit;
use anyhow::Result;
use domain::entry::{ADDITION, Consent, Entry, How, Interpreter, Observation, Photo, Refusal, Tone, View};
use domain::notebook::{Field, ProjectedEntry, Projection, Stated};
use domain::scheme::Scheme;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One notebook as it reads now.
#[derive(Clone, Debug)]
pub struct Notes {
    /// The notebook's id.
    pub notebook: String,
    /// `visit`, `event` or `day`.
    pub kind: String,
    /// The visit it belongs to, if any.
    pub visit: Option<String>,
    /// The event it belongs to, if any.
    pub event: Option<String>,
    /// Its entries and fields.
    pub read: Projection,
}

/// Every notebook, or those of one visit; what is not published yet is not in them.
///
/// # Errors
/// The store's, or a projection that cannot be read.
pub async fn all(org: &OrgStore, visit: Option<&str>) -> Result<Vec<Notes>> {
    let books: Vec<Book> = org.books(visit).await?;
    let read = |book: Book| {
        let read = serde_json::from_str(&book.projection)?;
        Ok(Notes { notebook: book.id, kind: book.kind, visit: book.visit, event: book.event, read })
    };
    books.into_iter().map(read).collect()
}

/// People's names by id.
///
/// # Errors
/// The store's.
pub async fn names(org: &OrgStore) -> Result<BTreeMap<String, String>> {
    Ok(org.people().await?.into_iter().map(|p| (p.id, p.name)).collect())
}

/// How many of each kind came in; in confidence counts as nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Seen, heard, smelt.
    pub observations: usize,
    /// Remarks.
    pub views: usize,
    /// Pictures.
    pub photos: usize,
}

impl Tally {
    /// Counts entries that stand.
    pub fn of<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> Self {
        let mut tally = Self::default();
        for entry in entries.into_iter().filter(|entry| Self::counts(entry)) {
            match entry {
                Entry::Observation(_) => tally.observations += 1,
                Entry::View(_) => tally.views += 1,
                _ => tally.photos += 1,
            }
        }
        tally
    }

    /// Whether an entry that stands is in any number: what is in none is in no list that such a number opens either.
    #[must_use]
    pub fn counts(entry: &Entry) -> bool {
        match entry {
            Entry::Observation(_) | Entry::Photo(_) => true,
            Entry::View(view) => view.consent != Consent::InConfidence,
            Entry::Arrival(_) | Entry::Departure(_) | Entry::Refusal(_) | Entry::Count(_) => false,
        }
    }

    /// *26 notes: 14 seen or heard, 8 remarks, 4 photos.* What there is none of is left out. Where `query` says which part
    /// of the reading page they are on, each number leads to exactly the notes that it counts.
    #[must_use]
    pub fn told(self, query: Option<&str>) -> Value {
        let all = self.observations + self.views + self.photos;
        let kinds = [
            (self.observations, "seen", format!("{}\u{a0}seen or heard", self.observations)),
            (self.views, "said", counted(self.views, "remark", "remarks")),
            (self.photos, "photos", counted(self.photos, "photo", "photos")),
        ];
        let href = |more: &str| query.map(|query| format!("/office/reading?{query}{more}&counted=yes"));
        let kind =
            |(_, kind, words): (usize, &str, String)| json!({"words": words, "href": href(&format!("&what={kind}"))});
        let kinds: Vec<Value> = kinds.into_iter().filter(|(n, ..)| *n > 0).map(kind).collect();
        json!({"n": all, "words": counted(all, "note", "notes"), "href": href(""), "kinds": kinds})
    }
}

/// The entry, when it stands and this version can read it.
#[must_use]
pub fn standing(entry: &ProjectedEntry) -> Option<Entry> {
    if entry.withdrawn.is_empty() { entry.entry() } else { None }
}

/// Whether a finding may rest on it: something seen, a photo, a refusal, or a remark that its speaker let us use.
#[must_use]
pub fn may_be_evidence(entry: &Entry) -> bool {
    match entry {
        Entry::Observation(_) | Entry::Photo(_) | Entry::Refusal(_) => true,
        Entry::View(view) => view.consent.may_be_evidence(),
        Entry::Arrival(_) | Entry::Departure(_) | Entry::Count(_) => false,
    }
}

/// How many fields of a notebook differ: of the summary, of the facts, and of entries.
#[must_use]
pub fn differing(read: &Projection) -> usize {
    let entries = read.entries.iter().flat_map(|e| e.fields.values());
    read.summary.values().chain(read.about.values()).chain(entries).filter(|field| field.differs()).count()
}

/// The refusal, where one was recorded and stands.
#[must_use]
pub fn refusal(read: &Projection) -> Option<Refusal> {
    read.entries.iter().filter_map(standing).find_map(|e| match e {
        Entry::Refusal(refusal) => Some(refusal),
        _ => None,
    })
}

/// The words of a settled field of the summary.
#[must_use]
pub fn settled<'p>(read: &'p Projection, field: &str) -> Option<&'p str> {
    read.summary.get(field).and_then(Field::settled).and_then(|value| value.text())
}

/// The field of the summary that everybody fills in.
pub const IMPRESSION: &str = "overall impression";

/// What the visit's page says of what came in.
///
/// # Errors
/// The store's.
pub async fn summary(org: &OrgStore, visit: &Visit, may_read: bool) -> Result<Value> {
    let notes = all(org, Some(&visit.id)).await?;
    let entries: Vec<Entry> = notes.iter().flat_map(|n| &n.read.entries).filter_map(standing).collect();
    let differs: usize = notes.iter().map(|n| differing(&n.read)).sum();
    let refusal = notes.iter().find_map(|n| refusal(&n.read));
    let impression = notes.iter().find_map(|n| settled(&n.read, IMPRESSION)).map(str::to_owned);
    let overheard =
        entries.iter().filter(|e| matches!(e, Entry::View(v) if v.others_could_hear && !v.released)).count();
    Ok(json!({
        "tally": Tally::of(&entries).told(may_read.then(|| format!("visit={}", visit.id)).as_deref()),
        "refusal": refusal.map(|r| format!("Cut short or refused on ground ({}), said by {}. {}", r.ground, r.said_by, r.words)),
        "differs": (differs > 0).then(|| format!("{} written apart and both are kept.", counted(differs, "text was", "texts were"))),
        "impression": impression,
        "waiting": (overheard > 0).then(|| format!("{} others could hear: you decide whether it may be quoted.", counted(overheard, "remark that", "remarks that"))),
    }))
}

const fn interpreter_words(who: Interpreter) -> &'static str {
    match who {
        Interpreter::Professional => "an interpreter",
        Interpreter::Relative => "a relative or friend",
        Interpreter::Staff => "staff of the place",
    }
}

/// *seen, heard*.
#[must_use]
pub fn how_words(how: &[How]) -> String {
    let word = |h: &How| match h {
        How::Seen => "seen",
        How::Heard => "heard",
        How::Smelt => "smelt",
        How::Told => "told",
        How::Read => "read",
    };
    how.iter().map(word).collect::<Vec<_>>().join(", ")
}

const fn tone_word(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "good",
        Tone::Mixed => "mixed",
        Tone::Poor => "poor",
        Tone::Neutral => "fact",
    }
}

/// The pack by whose words an entry is read: the one it was recorded under. Another word for a ground in a later version,
/// or another scheme, does not change what somebody was told; `now` is for what names a pack that is not here.
#[must_use]
pub fn pack_of<'s>(entry: &ProjectedEntry, now: &'s Scheme) -> &'s Scheme {
    Scheme::recorded_under(&entry.pack).unwrap_or(now)
}

/// What a note shows on a page of the office: never on any that leaves it.
pub struct Shown<'s> {
    /// The organisation's pack, for the words of what names none.
    pub pack: &'s Scheme,
    /// People's names by id.
    pub names: &'s BTreeMap<String, String>,
    /// The zone in which times are told.
    pub zone: &'s TimeZone,
}

impl Shown<'_> {
    /// One note for a template, without what depends on findings.
    #[must_use]
    pub fn note(&self, projected: &ProjectedEntry) -> Option<Value> {
        let entry = projected.entry()?;
        let (day, time) = words::local(projected.at, self.zone);
        let by = self
            .names
            .get(&projected.writer().to_string())
            .cloned()
            .unwrap_or_else(|| "somebody who is not here any more".into());
        let mut note = json!({
            "id": projected.id.to_string(), "kind": projected.kind, "time": time, "day": day.to_string(),
            "at": format!("{day}T{time}"), "by": by, "words": "", "tone": null, "how": "", "area": null, "theme": null,
            "photo": null, "speaker": null, "consent": null, "kept": false, "spoken": false, "others": false, "hint": "",
            "may_lend": projected.withdrawn.is_empty() && may_be_evidence(&entry),
            "withdrawn": projected.withdrawn.first().map(|w| w.why.clone()),
            "differs": projected.fields.values().any(Field::differs), "waits": false, "released": null,
            "themselves": matches!(&entry, Entry::View(view) if view.by_themselves),
            "added": projected.fields.get(ADDITION).map_or_else(Vec::new, |field| self.added(field)),
        });
        if let Value::Object(map) = &mut note {
            Self::fill(map, &entry, pack_of(projected, self.pack));
            if let (Entry::View(view), true) = (&entry, projected.withdrawn.is_empty()) {
                let waits = view.others_could_hear && !view.released && view.consent == Consent::Quote;
                map.insert("waits".into(), json!(waits));
                if view.others_could_hear && view.released {
                    map.insert("released".into(), json!(self.stated(projected, "released")));
                }
            }
        }
        Some(note)
    }

    /// What was added beside a note, with who and when.
    fn added(&self, field: &Field) -> Vec<Value> {
        let one = |stated: &Stated| {
            let by = self.names.get(&stated.by.to_string()).map_or("somebody who is not here any more", String::as_str);
            let on = words::in_full(words::local(stated.at, self.zone).0);
            json!({"words": stated.value.text().unwrap_or_default(), "by": by, "on": on})
        };
        field.values.iter().map(one).collect()
    }

    /// *Priya Nair, Tuesday 10 November 2026*: who wrote a field as it stands, and when.
    fn stated(&self, projected: &ProjectedEntry, field: &str) -> Option<String> {
        let stated = projected.fields.get(field)?.values.first()?;
        let by = self.names.get(&stated.by.to_string()).map_or("somebody who is not here any more", String::as_str);
        Some(format!("{by}, {}", words::in_full(words::local(stated.at, self.zone).0)))
    }

    fn fill(map: &mut serde_json::Map<String, Value>, entry: &Entry, pack: &Scheme) {
        let mut set = |key: &str, value: Value| {
            map.insert(key.to_owned(), value);
        };
        match entry {
            Entry::Observation(o) => {
                set("words", json!(o.words));
                set("tone", json!(o.tone.map(tone_word)));
                set("how", json!(how_words(&o.how)));
                set("area", json!(o.area));
                set("theme", json!(o.theme));
                set("hint", json!(asked_or_timed(o, pack)));
            }
            Entry::View(view) => Self::fill_view(&mut set, view, pack),
            Entry::Photo(photo) => {
                set("photo", photo_facts(photo));
                set("words", json!(photo.caption));
                set("area", json!(photo.area));
                set("theme", json!(photo.theme));
            }
            Entry::Arrival(a) => {
                set("words", json!(format!("Arrived. Told {}, showed {}.", a.told, a.shown)));
                set("hint", json!(agreed(&a.agreed_areas, &a.not_entered)));
            }
            Entry::Departure(d) => {
                set("words", json!(format!("Left. Told {}.", d.told)));
                set(
                    "hint",
                    json!(if d.feedback.is_empty() {
                        String::new()
                    } else {
                        format!("Said on the day: {}", d.feedback)
                    }),
                );
            }
            Entry::Refusal(r) => {
                let ground = pack.ground(&r.ground);
                set("words", json!(format!("Not let in, or asked to leave, by {}: {}", r.said_by, r.words)));
                set("hint", json!(ground.map(|g| format!("Ground ({}): {} {}", g.letter, g.plain, g.citation))));
            }
            Entry::Count(c) => set(
                "words",
                json!(format!("{} people {}", c.people, if c.of.is_empty() { "stopped by" } else { &c.of })),
            ),
        }
    }

    fn fill_view(set: &mut impl FnMut(&str, Value), view: &View, pack: &Scheme) {
        let label = pack.speaker(&view.speaker).map_or(view.speaker.as_str(), |s| s.label.as_str());
        set("spoken", json!(true));
        set("words", json!(view.words));
        set("speaker", json!(words::capital(label)));
        set("tone", json!(view.tone.map(tone_word)));
        set("theme", json!(view.theme));
        set("area", json!(view.area));
        set("kept", json!(view.consent == Consent::InConfidence));
        set("others", json!(view.others_could_hear && !view.released));
        let consent = match view.consent {
            Consent::Quote if view.quotable().is_some() => "may be quoted",
            Consent::Quote if view.interpreter == Some(Interpreter::Staff) => {
                "use it, not as their words: staff interpreted"
            }
            Consent::Quote => "may not be quoted yet",
            Consent::NotMyWords => "use it, not my words",
            Consent::InConfidence => "in confidence",
            Consent::No => "said no: nothing was kept",
            Consent::CouldNotSay => "could not say: nothing was kept",
        };
        set("consent", json!(consent));
        let mut hint: Vec<String> = Vec::new();
        hint.extend(view.service.as_ref().map(|s| format!("about {s}")));
        hint.extend(view.language.as_ref().map(|l| format!("in {l}")));
        hint.extend(view.interpreter.map(|who| format!("through {}", interpreter_words(who))));
        set("hint", json!(hint.join(", ")));
    }
}

/// The question that a note answers, and between which times something was timed.
fn asked_or_timed(o: &Observation, pack: &Scheme) -> String {
    let mut words = Vec::new();
    if let Some(code) = &o.question {
        let asked = pack.checklist.iter().find(|question| question.code == *code);
        words.push(format!("Asked: {}", asked.map_or(code.as_str(), |question| question.ask.as_str())));
    }
    if let (Some(from), Some(until)) = (o.from, o.until) {
        let zone = crate::collate::zone();
        words.push(format!("Timed from {} to {}.", words::local(from, &zone).1, words::local(until, &zone).1));
    }
    words.join(" ")
}

fn agreed(areas: &[String], not: &[String]) -> String {
    let mut words = Vec::new();
    if !areas.is_empty() {
        words.push(format!("Agreed: {}.", words::list(areas)));
    }
    if !not.is_empty() {
        words.push(format!("Not entered: {}.", words::list(not)));
    }
    words.join(" ")
}

/// Who said yes: for the place, and of whoever is in view.
pub(super) fn said_yes(photo: &Photo) -> String {
    match &photo.person_said {
        Some(who) => format!("{}, and {who}, who is in view or spoke for them,", photo.permission),
        None => photo.permission.clone(),
    }
}

fn photo_facts(photo: &Photo) -> Value {
    let covered = match photo.covered.len() {
        0 => "nothing had to be covered".to_owned(),
        n => format!("{} covered", counted(n, "thing", "things")),
    };
    json!({"hash": photo.hash, "width": photo.width, "height": photo.height, "shows": photo.shows,
        "permission": said_yes(photo), "covered": covered})
}

/// *Tuesday 10 November, morning*.
#[must_use]
pub fn heading(day: Date, time: &str, today: Date) -> String {
    let year = if day.year() == today.year() { String::new() } else { format!(" {}", day.year()) };
    let full = words::in_full(day);
    let without_year = full.rsplit_once(' ').map_or(full.as_str(), |(start, _)| start);
    format!("{without_year}{year}, {}", words::part_of_day(time))
}
