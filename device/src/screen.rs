//! The page of one visit, event or day: its timeline in the order that tablet and office share.

use crate::device::{Device, Result};
use crate::own;
use crate::pack;
use crate::store::own as store_own;
use crate::store::{books, people, photos, sealed, sheets, taken_back};
use crate::views::{Day, PhotoRow, Row, SealedRow, SummaryField, TakenBack, VisitScreen};
use crate::visits::about;
use crate::whereabouts::{self, Places};
use domain::entry::{ADDITION, Entry, Photo};
use domain::ids::{EntryId, NotebookId, PersonId};
use domain::notebook::{Field, Kind, ProjectedEntry, Projection};
use domain::wire::Visit;
use std::collections::{BTreeMap, BTreeSet};

/// The field of an observation that names the question it answers.
const QUESTION: &str = "question";
/// Kind of place by which the pack speaks of events and days.
const ELSEWHERE: &str = "";

/// What a row is read with.
struct Reading<'a> {
    places: &'a Places,
    tried: &'a BTreeSet<EntryId>,
    photos: &'a BTreeMap<String, photos::Kept>,
    writer: Option<PersonId>,
    signed: &'a BTreeSet<EntryId>,
    names: &'a BTreeMap<PersonId, String>,
    /// The questions that notes answer, in the words of the pack that each was written under.
    asked: &'a BTreeMap<EntryId, String>,
}

impl Reading<'_> {
    /// People's names, in one line; of somebody who is not known here yet, nothing.
    fn named(&self, who: &[PersonId]) -> String {
        let names: Vec<&str> = who.iter().filter_map(|id| self.names.get(id)).map(String::as_str).collect();
        names.join(", ")
    }
}

impl Device {
    /// The page of one visit, event or day.
    ///
    /// # Errors
    /// [`crate::Error::NoNotebook`].
    pub fn visit(&mut self, notebook: NotebookId) -> Result<VisitScreen> {
        let mut read = self.projection(notebook)?;
        let planned = people::visit(self.store.read(), notebook)?;
        let place_kind = planned.as_ref().map_or(ELSEWHERE, |visit| &visit.kind).to_owned();
        let rules = pack::rules(self.store.read(), &place_kind)?;
        let withdrawn = books::ids(self.store.read())?.get(&notebook).copied().unwrap_or(false);
        if withdrawn {
            // What others wrote is no longer for this tablet; what was written here stays to be read.
            read.summary.clear();
            read.about.clear();
            read.entries.retain(|entry| entry.tablet == self.id);
        }
        let mut not_to_enter = rules.not_to_enter.clone();
        not_to_enter.extend(planned.iter().flat_map(|visit| visit.not_to_enter.clone()));
        let one = self.one(notebook)?;
        let taken_back = taken_back::of(self.store.read(), notebook)?;
        // The words of what somebody asked not to be kept are read by nobody, wherever they still are.
        read.entries.retain(|entry| !taken_back.contains_key(&entry.id));
        let rows = self.rows(&read)?;
        let writers = self.writers(Some(notebook))?;
        let day = self.day_of(&read, &rules, &writers)?;
        let mut screen = VisitScreen {
            notebook,
            kind: read.kind(),
            place: self.notebook_name(notebook)?,
            place_kind,
            address: String::new(),
            provider: None,
            purpose: String::new(),
            announcement: String::new(),
            sessions: Vec::new(),
            writers,
            writing_as: self.writing_as()?,
            not_yet_seen: not_yet_seen(&read, &rules.areas, &day),
            rows,
            areas: rules.areas,
            not_to_enter,
            excluded_premises: rules.excluded,
            speakers: rules.speakers,
            summary: self.fields(&read.summary)?,
            about: self.fields(&read.about)?.into_iter().filter(|f| is_about_the_event(&f.field)).collect(),
            differences: u32::try_from(read.differences().len()).unwrap_or(u32::MAX),
            sealed: self.sealed_rows(notebook)?,
            taken_back: taken_back.iter().map(|(entry, request)| taken(*entry, *request)).collect(),
            sheets: sheets::waiting(self.store.read())?.get(&notebook).copied().unwrap_or_default(),
            uncovered: photos::pending_in(self.store.read(), notebook)?,
            unfinished: self.unfinished()?.into_iter().filter(|draft| draft.notebook == notebook).collect(),
            counts: counts(&read),
            only_here: one.only_here(),
            whereabouts: one.whereabouts(),
            withdrawn,
            day,
        };
        match planned {
            Some(visit) => planned_into(&mut screen, visit),
            None if screen.kind != Kind::Visit => screen.sessions = vec![about(&read, "date")],
            None => {}
        }
        Ok(screen)
    }

    fn rows(&mut self, read: &Projection) -> Result<Vec<Row>> {
        let photos = photos::all(self.store.read())?.into_iter().map(|photo| (photo.hash.clone(), photo)).collect();
        let (places, tried) = (self.places(read.id)?, books::tried(self.store.read(), read.id)?);
        let writer = self.writing_as()?.map(|writer| writer.id);
        let signed = own::signed(read);
        let names = self.people()?.into_iter().map(|person| (person.id, person.name)).collect();
        let asked = self.asked(read)?;
        let with = Reading {
            places: &places,
            tried: &tried,
            photos: &photos,
            writer,
            signed: &signed,
            names: &names,
            asked: &asked,
        };
        let mut rows: Vec<Row> = Vec::new();
        let mut area = None;
        for entry in &read.entries {
            let mut row = self.row(entry, &with)?;
            if row.area.is_some() && row.area != area {
                row.heading.clone_from(&row.area);
                area.clone_from(&row.area);
            }
            rows.push(row);
        }
        Ok(rows)
    }

    /// What was asked where a note answers a question; the question's code where its pack does not know it.
    fn asked(&self, read: &Projection) -> Result<BTreeMap<EntryId, String>> {
        let (mut asked, mut packs) = (BTreeMap::new(), BTreeMap::new());
        for entry in &read.entries {
            let code = entry.fields.get(QUESTION).and_then(|field| field.values.first()).and_then(|s| s.value.text());
            let Some(code) = code else { continue };
            if !packs.contains_key(&entry.pack) {
                packs.insert(entry.pack.clone(), pack::scheme_of(self.store.read(), &entry.pack)?);
            }
            let known = packs.get(&entry.pack).and_then(Option::as_ref);
            let question = known.and_then(|pack| pack.checklist.iter().find(|question| question.code == code));
            asked.insert(entry.id, question.map_or_else(|| code.to_owned(), |question| question.ask.clone()));
        }
        Ok(asked)
    }

    fn row(&self, entry: &ProjectedEntry, with: &Reading<'_>) -> Result<Row> {
        let withdrawn = match entry.withdrawn.first() {
            Some(mark) => Some(format!("{}: {}", self.name_of(mark.by)?, mark.why)),
            None => None,
        };
        let mine = entry.tablet == self.id;
        let by = entry.writer();
        let mut row = Row {
            entry: entry.id,
            kind: entry.kind.clone(),
            at: entry.at,
            pack: entry.pack.clone(),
            by,
            writer: if with.writer == Some(by) { None } else { Some(self.name_of(by)?) },
            heading: None,
            words: String::new(),
            area: None,
            theme: None,
            tone: None,
            how: Vec::new(),
            speaker: None,
            consent: None,
            others_could_hear: false,
            interpreter: None,
            photo: None,
            facts: Vec::new(),
            whereabouts: with.places.of(entry.id, entry.at),
            withdrawn,
            differs: entry.fields.values().any(Field::differs),
            corrected: corrected(entry),
            newer: false,
            forgettable: mine && !with.tried.contains(&entry.id),
            signed: with.signed.contains(&entry.id),
            noted_as: if by == entry.by { None } else { Some(self.name_of(entry.by)?) },
            here: mine,
            by_themselves: false,
            additions: entry.fields.get(ADDITION).map_or_else(|| Ok(Vec::new()), |field| self.words_of(field))?,
        };
        match entry.entry() {
            Some(known) => fill(&mut row, known, with),
            None => newer(&mut row, entry),
        }
        Ok(row)
    }

    fn sealed_rows(&self, notebook: NotebookId) -> Result<Vec<SealedRow>> {
        let stubs = sealed::stubs(self.store.read())?;
        let own = store_own::copies(self.store.read())?;
        Ok(stubs
            .into_iter()
            .filter(|stub| stub.notebook == Some(notebook))
            .map(|stub| SealedRow {
                id: stub.id,
                kind: match stub.kind {
                    domain::sealed::SealedKind::Concern => "concern",
                    domain::sealed::SealedKind::Contact => "contact",
                    domain::sealed::SealedKind::Equality => "equality",
                }
                .to_owned(),
                at: Some(stub.made),
                own: own.get(&stub.id).copied(),
                whereabouts: whereabouts::of_state(&stub.state, stub.reason.as_deref(), stub.at),
            })
            .collect())
    }

    fn fields(&self, fields: &BTreeMap<String, Field>) -> Result<Vec<SummaryField>> {
        fields
            .iter()
            .map(|(name, field)| Ok(SummaryField { field: name.clone(), values: self.words_of(field)? }))
            .collect()
    }
}

const fn taken(entry: EntryId, request: taken_back::Request) -> TakenBack {
    TakenBack { entry, asked: request.asked, heard: request.heard, gone: request.gone }
}

/// Whether something of it was written anew after it was first written; what was added beside it is no correction.
fn corrected(entry: &ProjectedEntry) -> bool {
    let own = entry.fields.iter().filter(|(name, _)| ![ADDITION, domain::notebook::WRITER].contains(&name.as_str()));
    own.map(|(_, field)| field).flat_map(|field| &field.values).any(|stated| !stated.was.is_empty())
}

fn planned_into(screen: &mut VisitScreen, visit: Visit) {
    screen.address = visit.address;
    screen.provider = visit.provider;
    screen.purpose = visit.purpose;
    screen.announcement = visit.announcement;
    screen.sessions = visit.sessions;
}

/// Puts what a known kind of entry holds into its row.
fn fill(row: &mut Row, entry: Entry, with: &Reading<'_>) {
    match entry {
        Entry::Observation(o) => {
            (row.words, row.area, row.theme, row.tone, row.how) = (o.words, o.area, o.theme, o.tone, o.how);
            row.facts = facts([
                ("question", with.asked.get(&row.entry).cloned()),
                ("timed", o.timed),
                ("from", o.from.map(|at| at.to_string())),
                ("until", o.until.map(|at| at.to_string())),
            ]);
        }
        Entry::View(v) => {
            (row.words, row.area, row.theme, row.tone) = (v.words, v.area, v.theme, v.tone);
            row.speaker = Some(v.speaker);
            row.consent = Some(v.consent);
            row.others_could_hear = v.others_could_hear;
            row.interpreter = v.interpreter;
            row.by_themselves = v.by_themselves;
            row.facts = facts([("service", v.service), ("language", v.language)]);
        }
        Entry::Photo(p) => {
            row.photo = Some(photo_row(&p, row, with));
            row.facts = facts([
                ("permission", Some(p.permission)),
                ("person said", p.person_said),
                ("covered", Some(p.covered.join(", "))),
            ]);
            (row.words, row.area, row.theme) = (p.caption, p.area, p.theme);
        }
        Entry::Arrival(a) => {
            row.facts = facts([
                ("who", Some(with.named(&a.who))),
                ("told", Some(a.told)),
                ("shown", Some(a.shown)),
                ("agreed areas", Some(a.agreed_areas.join(", "))),
                ("not entered", Some(a.not_entered.join(", "))),
            ]);
        }
        Entry::Departure(d) => {
            row.words = d.feedback;
            row.facts = facts([("who", Some(with.named(&d.who))), ("told", Some(d.told))]);
        }
        Entry::Refusal(r) => {
            row.words = r.words;
            row.facts = facts([("ground", Some(r.ground)), ("said by", Some(r.said_by))]);
        }
        Entry::Count(c) => {
            row.facts = facts([("of", Some(c.of)), ("people", Some(c.people.to_string()))]);
        }
    }
}

fn photo_row(photo: &Photo, row: &Row, with: &Reading<'_>) -> PhotoRow {
    let here = with.photos.get(&photo.hash);
    PhotoRow {
        hash: photo.hash.clone(),
        width: photo.width,
        height: photo.height,
        size: photo.size,
        shows: photo.shows.clone(),
        here: here.is_some(),
        whereabouts: here.map_or_else(|| row.whereabouts.clone(), whereabouts::of_photo),
    }
}

/// An entry that a newer version wrote is shown by its words and every other field that is words.
fn newer(row: &mut Row, entry: &ProjectedEntry) {
    row.newer = true;
    for (name, field) in &entry.fields {
        let text = field.values.first().and_then(|stated| stated.value.text()).unwrap_or_default();
        match name.as_str() {
            "words" => row.words = text.to_owned(),
            _ if !text.is_empty() => row.facts.push((name.clone(), text.to_owned())),
            _ => {}
        }
    }
}

fn facts<const N: usize>(pairs: [(&str, Option<String>); N]) -> Vec<(String, String)> {
    let known = pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    known.filter(|(_, value)| !value.is_empty()).collect()
}

/// People counted, by kind of person.
fn counts(read: &Projection) -> Vec<(String, i32)> {
    let mut counts: BTreeMap<String, i32> = BTreeMap::new();
    for entry in read.entries.iter().filter(|entry| entry.withdrawn.is_empty()) {
        if let Some(Entry::Count(count)) = entry.entry() {
            let so_far = counts.entry(count.of).or_default();
            *so_far = so_far.saturating_add(count.people);
        }
    }
    counts.into_iter().collect()
}

/// A fact that is for the list of facts: not who signed what, nor what the day's own part shows.
fn is_about_the_event(name: &str) -> bool {
    !own::is_signature(name) && !domain::on_the_day::is_one(name)
}

/// Of the areas agreed at the door, or else of the pack's, those nobody has noted anything in, nor why not.
fn not_yet_seen(read: &Projection, areas: &[String], day: &Day) -> Vec<String> {
    let mut seen = domain::on_the_day::seen(read);
    seen.extend(day.not_seen.iter().map(|one| one.area.clone()));
    let stand = read.entries.iter().filter(|entry| entry.withdrawn.is_empty()).filter_map(ProjectedEntry::entry);
    let agreed: Vec<String> = stand
        .filter_map(|entry| match entry {
            Entry::Arrival(arrival) => Some(arrival.agreed_areas),
            _ => None,
        })
        .flatten()
        .collect();
    let asked = if agreed.is_empty() { areas.to_vec() } else { agreed };
    let mut left: Vec<String> = Vec::new();
    for area in asked {
        if !seen.contains(&area) && !left.contains(&area) {
            left.push(area);
        }
    }
    left
}
