//! Sheets: words that are being typed are on disk within a moment, and become one change when the sheet closes.

use crate::device::{Device, Result};
use crate::error::Error;
use crate::own;
use crate::shelf::Writing;
use crate::store::drafts::{self, Draft};
use crate::store::meta;
use crate::store::sheets::Given;
use crate::views::{Closed, DraftId, DraftKind, UnfinishedDraft};
use domain::entry::{ADDITION, BY_THEMSELVES, Entry};
use domain::ids::{EntryId, NotebookId, PersonId};
use domain::notebook::{Hash, Notebook, Spot, Value};
use domain::sealed::Contact;
use serde_json::{Map, Value as Json};
use std::collections::BTreeSet;

/// What a draft would become.
enum Ripe {
    Entry(Box<Entry>),
    Stated(Spot, Value),
    Contact(Contact),
    Sheet(Given),
    Unfinished(String),
    Empty,
}

impl Device {
    /// Opens a sheet: keeps what the writer has before her, so that nothing that arrives meanwhile is overwritten.
    ///
    /// # Errors
    /// [`Error::NobodyWrites`], [`Error::NoNotebook`].
    pub fn open_draft(&mut self, notebook: NotebookId, kind: DraftKind) -> Result<DraftId> {
        let writing = self.writing_now(None)?;
        let draft = Draft {
            id: DraftId(self.around.uuid()),
            notebook,
            kind,
            entry: EntryId::new(self.around.uuid()),
            heads: self.book(notebook)?.notebook.heads(),
            fields: "{}".to_owned(),
            by: writing.by,
            began: writing.at,
            shut: false,
        };
        self.store.write(|tx| drafts::put(tx, &draft))?;
        Ok(draft.id)
    }

    /// Keeps the fields so far (JSON text of an object); they are on disk when this returns.
    ///
    /// # Errors
    /// [`Error::NoDraft`], [`Error::DiskFull`].
    pub fn save_draft(&mut self, draft: DraftId, fields: &str) -> Result<()> {
        match drafts::save(self.store.read(), draft, fields, self.around.now())? {
            true => Ok(()),
            false => Err(Error::NoDraft),
        }
    }

    /// This person writes the sheet that is open, and goes on writing: whose name stands over it is whose it becomes.
    ///
    /// # Errors
    /// [`Error::NobodyWrites`], [`Error::NoDraft`]; [`Error::Theirs`] for what is to be sealed and opens with somebody's own PIN.
    pub fn draft_by(&mut self, draft: DraftId, person: PersonId) -> Result<()> {
        self.may_write(person)?;
        let known = drafts::get(self.store.read(), draft)?.filter(|known| is_sealed(known) || is_to_self(known));
        if let Some(known) = known.filter(|known| known.by != person)
            && (known.shut || is_to_self(&known) || self.has_own_pin(known.by)?)
        {
            return Err(Error::Theirs);
        }
        self.store.write(|tx| match drafts::written_by(tx, draft, person)? {
            true => meta::set(tx, meta::name::WRITER, &person),
            false => Err(Error::NoDraft),
        })
    }

    /// Closes a sheet. Only a finished draft becomes an entry; an empty one leaves nothing.
    ///
    /// # Errors
    /// [`Error::NoDraft`], [`Error::DiskFull`]; the draft is then still there.
    pub fn close_draft(&mut self, draft: DraftId) -> Result<Closed> {
        let draft = drafts::get(self.store.read(), draft)?.ok_or(Error::NoDraft)?;
        let stating = match ripe(&draft) {
            Ripe::Empty => {
                self.drop_draft(draft.id)?;
                return Ok(Closed::Empty);
            }
            Ripe::Unfinished(reason) => return Ok(Closed::Unfinished { reason }),
            Ripe::Entry(entry) => return self.keep_entry(&draft, *entry),
            Ripe::Contact(contact) => return self.keep_reachable(&draft, &contact),
            Ripe::Sheet(given) => {
                self.close_sheet(&draft, &given)?;
                return Ok(Closed::Kept { entry: None });
            }
            Ripe::Stated(spot, value) => (spot, value),
        };
        if let Some(reason) = self.stays_as_it_is(draft.notebook, &stating.0)? {
            return Ok(Closed::Unfinished { reason });
        }
        self.keep_statement(&draft, &stating.0, &stating.1)
    }

    /// Opens the sheet for how to reach whoever speaks, beside that on which their words are being written: it will name
    /// the note that those become.
    ///
    /// # Errors
    /// [`Error::NoDraft`], and as [`Device::open_draft`].
    pub fn open_contact(&mut self, beside: DraftId) -> Result<DraftId> {
        let view = drafts::get(self.store.read(), beside)?.ok_or(Error::NoDraft)?;
        let draft = self.open_draft(view.notebook, DraftKind::Contact { view: Some(view.entry) })?;
        self.store.write(|tx| drafts::written_by(tx, draft, view.by))?;
        Ok(draft)
    }

    /// Seals how to reach somebody; without a desk that could read it, it stays a draft.
    fn keep_reachable(&mut self, draft: &Draft, contact: &Contact) -> Result<Closed> {
        match self.seal_contact(contact, Some(draft.id)) {
            Ok(_) => Ok(Closed::Kept { entry: None }),
            Err(Error::NoDesk) => Ok(Closed::Unfinished { reason: NO_DESK.into() }),
            Err(error) => Err(error),
        }
    }

    fn keep_entry(&mut self, draft: &Draft, entry: Entry) -> Result<Closed> {
        let writing = writing_of(draft, vec![draft.entry]);
        self.write_in(draft.notebook, &writing, |book, stamp| {
            let seen = seen_of(draft, book);
            Ok(book.record(stamp, draft.entry, entry, &seen)?)
        })?;
        Ok(Closed::Kept { entry: Some(draft.entry) })
    }

    fn keep_statement(&mut self, draft: &Draft, spot: &Spot, value: &Value) -> Result<Closed> {
        if self.stands(draft.notebook, spot)?.as_ref() == Some(value) {
            self.drop_draft(draft.id)?;
            return Ok(Closed::Empty);
        }
        let entries = match spot {
            Spot::Entry(entry, _) => vec![*entry],
            _ => Vec::new(),
        };
        let at = self.around.now();
        let writing = Writing { at, ..writing_of(draft, entries.clone()) };
        self.write_in(draft.notebook, &writing, |book, stamp| {
            let seen = seen_of(draft, book);
            Ok(book.state(stamp, spot, value, &seen)?)
        })?;
        Ok(Closed::Kept { entry: entries.first().copied() })
    }

    /// Why a part of a note is not corrected any more, but only added to.
    fn stays_as_it_is(&mut self, notebook: NotebookId, spot: &Spot) -> Result<Option<String>> {
        let Spot::Entry(id, field) = spot else { return Ok(None) };
        if field == ADDITION {
            return Ok(None);
        }
        let read = self.projection(notebook)?;
        if own::signed(&read).contains(id) {
            return Ok(Some("it is signed; add what is to be said beside it".to_owned()));
        }
        let entry = read.entries.iter().find(|entry| entry.id == *id);
        let theirs = entry.and_then(|entry| entry.fields.get(BY_THEMSELVES));
        let theirs = theirs.is_some_and(|field| field.values.iter().any(|stated| stated.value == Value::Flag(true)));
        Ok(theirs.then(|| "they typed it themselves; add what is to be said beside it".to_owned()))
    }

    /// The value at a spot, where all agree.
    fn stands(&mut self, notebook: NotebookId, spot: &Spot) -> Result<Option<Value>> {
        let read = self.projection(notebook)?;
        let field = match spot {
            Spot::Summary(name) => read.summary.get(name),
            Spot::About(name) => read.about.get(name),
            Spot::Entry(id, name) => read.entries.iter().find(|e| e.id == *id).and_then(|e| e.fields.get(name)),
        };
        Ok(field.and_then(|f| f.settled().cloned()))
    }

    /// Throws a draft away, because its writer said so.
    ///
    /// # Errors
    /// What the store says.
    pub fn drop_draft(&mut self, draft: DraftId) -> Result<()> {
        self.store.write(|tx| drafts::end(tx, draft))
    }

    /// Every draft that nobody has finished, the oldest first.
    ///
    /// # Errors
    /// What the store says.
    pub fn unfinished(&mut self) -> Result<Vec<UnfinishedDraft>> {
        let mut all = Vec::new();
        let writer = self.writing_as()?.map(|writer| writer.id);
        for draft in drafts::all(self.store.read())? {
            // What somebody says of themselves on such a sheet is for nobody here to read.
            if draft.kind == DraftKind::Equality {
                continue;
            }
            let reason = match ripe(&draft) {
                Ripe::Empty => continue,
                Ripe::Unfinished(reason) => reason,
                Ripe::Contact(_) => NO_DESK.to_owned(),
                Ripe::Entry(_) | Ripe::Stated(..) | Ripe::Sheet(_) => String::new(),
            };
            // What is to be sealed is shown to whoever wrote it, before it is sealed as after.
            let is_theirs = writer == Some(draft.by);
            let sealed = is_sealed(&draft) && (draft.shut || !is_theirs || self.has_own_pin(draft.by)?);
            let locked = is_to_self(&draft) && (!is_theirs || self.has_own_pin(draft.by)?);
            let withheld = sealed || locked;
            let fields = if withheld { "{}".to_owned() } else { draft.fields };
            all.push(UnfinishedDraft {
                id: draft.id,
                notebook: draft.notebook,
                kind: draft.kind,
                fields,
                by: draft.by,
                name: self.name_of(draft.by)?,
                since: draft.began,
                reason,
                withheld,
                shut: draft.shut,
            });
        }
        Ok(all)
    }

    /// At the start every finished draft that a kill left over becomes its entry, and empty ones go.
    pub(crate) fn recover_drafts(&mut self) -> Result<()> {
        for draft in drafts::all(self.store.read())? {
            if let Err(error) = self.close_draft(draft.id) {
                // It stays among the unfinished, where its writer sees it; the tablet must open all the same.
                tracing::warn!(draft = %draft.id.0, code = error.code(), "a draft could not become its entry");
            }
        }
        Ok(())
    }
}

const NO_DESK: &str = "the office cannot receive it yet; it stays on this tablet";

/// Whether what it holds goes behind a door of its own.
pub(crate) const fn is_sealed(draft: &Draft) -> bool {
    matches!(draft.kind, DraftKind::Concern { .. } | DraftKind::Contact { .. })
}

/// Whether somebody noted it for themselves.
pub(crate) fn is_to_self(draft: &Draft) -> bool {
    draft.kind == DraftKind::ToSelf
}

fn writing_of(draft: &Draft, entries: Vec<EntryId>) -> Writing {
    Writing { by: draft.by, at: draft.began, entries, draft: Some(draft.id) }
}

/// What the writer had before her; where that history is no more, what is there now.
fn seen_of(draft: &Draft, book: &Notebook) -> Vec<Hash> {
    let known: Vec<Hash> = book.changes().into_iter().map(|change| change.hash).collect();
    match draft.heads.iter().all(|head| known.contains(head)) {
        true => draft.heads.clone(),
        false => book.heads(),
    }
}

/// On which heads an open sheet stands in a notebook that was founded again; nothing where its own are still there.
/// What its writer had not seen in the old one she has not seen in the new one either.
pub(crate) fn on_new_ground(draft: &Draft, old: &Notebook, again: &Notebook) -> Result<Option<Vec<Hash>>> {
    let known: BTreeSet<Hash> = again.changes().into_iter().map(|change| change.hash).collect();
    if draft.heads.iter().all(|head| known.contains(head)) {
        return Ok(None);
    }
    let spot = match &draft.kind {
        DraftKind::Summary { field } => Spot::Summary(field.clone()),
        DraftKind::Correction { entry, field } => Spot::Entry(*entry, field.clone()),
        // A new note is written over nothing.
        _ => return Ok(Some(again.heads())),
    };
    let seen = old.at(&draft.heads)?.stated(&spot)?;
    Ok(Some(again.heads_before(&spot, |value| !seen.iter().any(|known| known.same(value)))?))
}

fn ripe(draft: &Draft) -> Ripe {
    let fields: Map<String, Json> = match serde_json::from_str(&draft.fields) {
        Ok(Json::Object(fields)) => fields,
        _ => return Ripe::Unfinished("these words cannot be read as a note".into()),
    };
    let tag = match &draft.kind {
        DraftKind::Summary { field } => return stated(&fields, Spot::Summary(field.clone())),
        DraftKind::Correction { field, .. } if !Entry::may_be_corrected(field) => {
            return Ripe::Unfinished("this part of a note cannot be corrected; take it back, and write it anew".into());
        }
        DraftKind::Correction { entry, field } => return stated(&fields, Spot::Entry(*entry, field.clone())),
        DraftKind::Concern { .. } => {
            return match blank(&fields, &["words", "about", "told"]) {
                true => Ripe::Empty,
                false => Ripe::Unfinished("it has not been sealed yet and has reached nobody".into()),
            };
        }
        DraftKind::Contact { view } => return reachable(draft, *view, &fields),
        DraftKind::ToSelf => {
            return match blank(&fields, &["words"]) {
                true => Ripe::Empty,
                false => Ripe::Unfinished("a note to yourself; it leaves this tablet once you make it a note".into()),
            };
        }
        DraftKind::Equality => return sheet(&fields),
        DraftKind::Arrival => "arrival",
        DraftKind::Observation => "observation",
        DraftKind::View => "view",
        DraftKind::Refusal => "refusal",
        DraftKind::Departure => "departure",
        DraftKind::Count => "count",
    };
    entry_of(fields, tag)
}

fn entry_of(mut fields: Map<String, Json>, tag: &str) -> Ripe {
    let must: &[&str] = match tag {
        "arrival" => &["told", "shown", "agreed_areas", "not_entered"],
        "observation" => &["words"],
        "view" => &["words", "consent"],
        "refusal" => &["ground", "said_by", "words"],
        "departure" => &["told", "feedback"],
        _ => &["people"],
    };
    // Nobody has been counted yet; elsewhere nought is a value like any other.
    let given = |name: &str| fields.get(name).is_some_and(|value| !value.is_null());
    if tag == "observation" && given("from") && !given("until") {
        return Ripe::Unfinished("the stopwatch is running".into());
    }
    let nobody = tag == "count" && fields.get("people").and_then(Json::as_i64) == Some(0);
    if nobody || blank(&fields, must) {
        return Ripe::Empty;
    }
    fields.retain(|_, value| !value.is_null());
    if tag == "view" && is_blank(fields.get("consent")) {
        return Ripe::Unfinished("nobody has asked yet whether we may use it".into());
    }
    // What a sheet leaves out is empty, and the entry's own rules say which of these must not be.
    for key in ["words", "speaker", "told", "shown", "ground", "said_by"] {
        fields.entry(key).or_insert_with(|| Json::String(String::new()));
    }
    fields.insert("kind".into(), tag.into());
    match serde_json::from_value::<Entry>(Json::Object(fields)) {
        Ok(entry) => match entry.kept() {
            Ok(entry) => Ripe::Entry(Box::new(entry)),
            Err(missing) => Ripe::Unfinished(missing.to_string()),
        },
        Err(error) => Ripe::Unfinished(format!("a part of it cannot be read: {error}")),
    }
}

fn reachable(draft: &Draft, view: Option<EntryId>, fields: &Map<String, Json>) -> Ripe {
    if blank(fields, &["name", "how", "wants"]) {
        return Ripe::Empty;
    }
    if is_blank(fields.get("name")) || is_blank(fields.get("how")) {
        return Ripe::Unfinished("a name and a way to reach them are needed".into());
    }
    let text = |name: &str| fields.get(name).and_then(Json::as_str).unwrap_or_default().trim().to_owned();
    let (name, how, wants) = (text("name"), text("how"), text("wants"));
    Ripe::Contact(Contact { name, how, wants, view, notebook: Some(draft.notebook) })
}

/// What was answered; a strand without an answer was not asked.
fn sheet(fields: &Map<String, Json>) -> Ripe {
    let Some(answers) = fields.get("answers") else { return Ripe::Empty };
    let Ok(mut given) = serde_json::from_value::<Given>(answers.clone()) else {
        return Ripe::Unfinished("these answers cannot be read".into());
    };
    for answers in given.values_mut() {
        answers.0.retain(|answer| !answer.trim().is_empty());
    }
    given.retain(|_, answers| !answers.0.is_empty());
    if given.is_empty() { Ripe::Empty } else { Ripe::Sheet(given) }
}

fn stated(fields: &Map<String, Json>, spot: Spot) -> Ripe {
    match fields.get("value") {
        value if is_blank(value) => Ripe::Empty,
        Some(value) => match serde_json::from_value(value.clone()) {
            Ok(value) => Ripe::Stated(spot, value),
            Err(_) => Ripe::Unfinished("this value cannot be read".into()),
        },
        None => Ripe::Empty,
    }
}

fn blank(fields: &Map<String, Json>, keys: &[&str]) -> bool {
    keys.iter().all(|key| is_blank(fields.get(*key)))
}

fn is_blank(value: Option<&Json>) -> bool {
    match value {
        None | Some(Json::Null) => true,
        Some(Json::String(text)) => text.trim().is_empty(),
        Some(Json::Array(list)) => list.is_empty(),
        Some(_) => false,
    }
}
