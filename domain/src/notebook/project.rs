//! The one pure reading of a notebook, which tablet and office share: entries in their order, each field with
//! every value that stands in it, the words of both people where they differ.

use super::{ABOUT, ENTRIES, Notebook, NotebookError, SUMMARY, Spot, Value, container, text_of, value};
use crate::entry::{Consent, Entry, Millis, View};
use crate::ids::{DeviceId, EntryId, NotebookId, PersonId};
use automerge::{ObjId as ExId, ObjType, ROOT, ReadDoc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// The key under which a mark of withdrawal stands in an entry.
pub(super) const WITHDRAWN: &str = "withdrawn";
const OWN_KEYS: [&str; 7] = ["kind", "by", "at", "tablet", "n", "skew", "pack"];

/// What kind of notebook this is, as its own facts say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One enter and view visit; the notebook has the visit's id.
    Visit,
    /// One outreach event.
    Event,
    /// One tablet's views of one day, without visit or event.
    Day,
}

/// A value with who wrote it and when, and what it replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Stated {
    /// The whole value.
    pub value: Value,
    /// Who wrote it.
    pub by: PersonId,
    /// When, by that tablet's clock.
    #[ts(type = "number")]
    pub at: Millis,
    /// Everything that stood here before, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub was: Vec<Stated>,
}

impl Stated {
    /// Whether both are one statement, whatever each of them is known to have replaced.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.by == other.by && self.at == other.at && self.value == other.value
    }
}

/// A field: one value, or several that were written apart and wait for a person to settle them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Field {
    /// In order of time, then of name; never empty in a projection.
    pub values: Vec<Stated>,
}

impl Field {
    /// The value, where all agree.
    #[must_use]
    pub fn settled(&self) -> Option<&Value> {
        match self.values.as_slice() {
            [one] => Some(&one.value),
            _ => None,
        }
    }

    /// Whether a person must still choose or join.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.values.len() > 1
    }

    fn add(&mut self, stated: Stated) {
        if !self.values.iter().any(|known| known.same(&stated)) {
            self.values.push(stated);
            self.values.sort_by(|a, b| (a.at, a.by, &a.value).cmp(&(b.at, b.by, &b.value)));
        }
    }
}

/// A mark that an entry was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Withdrawal {
    /// By whom.
    pub by: PersonId,
    /// When.
    #[ts(type = "number")]
    pub at: Millis,
    /// Why, in their words.
    pub why: String,
}

/// One entry as it reads now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProjectedEntry {
    /// Its id.
    pub id: EntryId,
    /// Its kind's name, also where this version does not know the kind.
    pub kind: String,
    /// Its author.
    pub by: PersonId,
    /// When, by that tablet's clock.
    #[ts(type = "number")]
    pub at: Millis,
    /// On which tablet.
    pub tablet: DeviceId,
    /// Its number there.
    #[ts(type = "number")]
    pub number: i64,
    /// Server clock less tablet clock as known then.
    #[ts(type = "number")]
    pub skew: Millis,
    /// The scheme pack it was recorded under.
    pub pack: String,
    /// Its fields by name, unknown ones included.
    pub fields: BTreeMap<String, Field>,
    /// Marks of withdrawal.
    pub withdrawn: Vec<Withdrawal>,
}

/// The field of an entry that says whose it is, where it was written under another's name.
pub const WRITER: &str = "writer";

impl ProjectedEntry {
    /// Whose note it is: whoever it was given to, or its author.
    #[must_use]
    pub fn writer(&self) -> PersonId {
        let given = self.fields.get(WRITER).and_then(Field::settled).and_then(Value::text);
        given.and_then(|id| id.parse().ok()).unwrap_or(self.by)
    }

    /// The entry as a typed thing: the value of each field, the earliest where several stand; of several answers to
    /// whether it may be used, the strictest. `None` means *something newer* than this version.
    #[must_use]
    pub fn entry(&self) -> Option<Entry> {
        let current = self.fields.iter().filter_map(|(k, f)| f.values.first().map(|s| (k.clone(), s.value.clone())));
        match value::entry_of(&self.kind, &current.collect())? {
            Entry::View(mut view) => {
                let answers = self.fields.get("consent").into_iter().flat_map(|f| &f.values);
                let read =
                    |s: &Stated| serde_json::to_value(&s.value).ok().and_then(|v| serde_json::from_value(v).ok());
                // An answer that this version cannot read may allow less than any that it can.
                let answers: Option<Vec<Consent>> = answers.map(read).collect();
                view.consent = Consent::strictest(answers?).unwrap_or(view.consent);
                Some(Entry::View(if view.consent.keeps_words() { view } else { view.counted() }))
            }
            other => Some(other),
        }
    }

    /// The view, where this is one that stands, and nobody differs about any of it.
    #[must_use]
    pub fn view(&self) -> Option<View> {
        let stands = self.withdrawn.is_empty() && !self.fields.values().any(Field::differs);
        match self.entry() {
            Some(Entry::View(view)) if stands => Some(view),
            _ => None,
        }
    }
}

/// A notebook as it reads now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Projection {
    /// The notebook's id.
    pub id: NotebookId,
    /// The layout of its first changes.
    #[ts(type = "number")]
    pub layout: i64,
    /// In order: by number within a tablet, by time plus known skew across tablets, never by id.
    pub entries: Vec<ProjectedEntry>,
    /// The visit's summary by field.
    pub summary: BTreeMap<String, Field>,
    /// Facts about the event or day itself.
    pub about: BTreeMap<String, Field>,
}

impl Projection {
    /// Every spot where more than one value stands.
    #[must_use]
    pub fn differences(&self) -> Vec<(Spot, &Field)> {
        let summary = self.summary.iter().map(|(key, field)| (Spot::Summary(key.clone()), field));
        let about = self.about.iter().map(|(key, field)| (Spot::About(key.clone()), field));
        let entries = self
            .entries
            .iter()
            .flat_map(|e| e.fields.iter().map(|(key, field)| (Spot::Entry(e.id, key.clone()), field)));
        summary.chain(about).chain(entries).filter(|(_, field)| field.differs()).collect()
    }

    /// What kind of notebook it says it is; a visit's says nothing.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.about.get("kind").and_then(|f| f.values.first()).and_then(|s| s.value.text()) {
            Some("event") => Kind::Event,
            Some("day") => Kind::Day,
            _ => Kind::Visit,
        }
    }
}

/// Reads a notebook. Pure: the same changes give the same projection, in whatever order they came.
///
/// # Errors
/// A container or an entry's own key that is missing or of the wrong type.
pub fn project(book: &Notebook) -> Result<Projection, NotebookError> {
    let doc = &book.doc;
    let layout = match doc.get(ROOT, "layout")? {
        Some((automerge::Value::Scalar(scalar), _)) => scalar.as_i64().unwrap_or_default(),
        _ => 0,
    };
    let (_, entries_map) = container(doc, ENTRIES)?;
    let mut entries = Vec::new();
    for key in doc.keys(&entries_map) {
        let Ok(id) = key.parse() else { continue };
        entries.extend(entry_at(doc, &entries_map, id)?);
    }
    let nobody = (PersonId::new(uuid::Uuid::nil()), 0);
    Ok(Projection {
        id: book.id,
        layout,
        entries: in_order(entries),
        summary: fields_at(doc, &container(doc, SUMMARY)?.1, nobody, &[])?,
        about: fields_at(doc, &container(doc, ABOUT)?.1, nobody, &[])?,
    })
}

/// One entry; where a tablet wrote it again under the same id, both writings are read together.
fn entry_at(doc: &impl ReadDoc, entries: &ExId, id: EntryId) -> Result<Option<ProjectedEntry>, NotebookError> {
    let mut read: Option<ProjectedEntry> = None;
    for (value, map) in doc.get_all(entries, id.to_string())? {
        if !matches!(value, automerge::Value::Object(ObjType::Map)) {
            continue;
        }
        let Some((by, at)) = author_of(doc, &map)? else { continue };
        let (Some(tablet), Some(kind)) = (parsed(doc, &map, "tablet")?, words(doc, &map, "kind")?) else { continue };
        let mut fields = fields_at(doc, &map, (by, at), &OWN_KEYS)?;
        let withdrawn = fields.remove(WITHDRAWN).unwrap_or_default().values.into_iter().map(|s| Withdrawal {
            by: s.by,
            at: s.at,
            why: s.value.text().unwrap_or_default().to_owned(),
        });
        match &mut read {
            None => {
                read = Some(ProjectedEntry {
                    id,
                    kind,
                    by,
                    at,
                    tablet,
                    number: whole(doc, &map, "n")?,
                    skew: whole(doc, &map, "skew")?,
                    pack: words(doc, &map, "pack")?.unwrap_or_default(),
                    fields,
                    withdrawn: withdrawn.collect(),
                });
            }
            Some(first) => {
                for (key, field) in fields {
                    let into = first.fields.entry(key).or_default();
                    field.values.into_iter().for_each(|stated| into.add(stated));
                }
                first.withdrawn.extend(withdrawn);
            }
        }
    }
    Ok(read)
}

/// Order within a tablet is its own number; across tablets, the earliest next one by time plus known skew.
fn in_order(entries: Vec<ProjectedEntry>) -> Vec<ProjectedEntry> {
    let mut tablets: BTreeMap<DeviceId, Vec<ProjectedEntry>> = BTreeMap::new();
    for entry in entries {
        tablets.entry(entry.tablet).or_default().push(entry);
    }
    let mut queues: Vec<_> = tablets
        .into_values()
        .map(|mut queue| {
            queue.sort_by_key(|e| (e.number, e.at, e.id));
            queue.into_iter().peekable()
        })
        .collect();
    let mut ordered = Vec::new();
    loop {
        let next = queues
            .iter_mut()
            .enumerate()
            .filter_map(|(place, queue)| queue.peek().map(|e| (e.at.saturating_add(e.skew), e.tablet, place)))
            .min();
        let Some((_, _, place)) = next else { return ordered };
        ordered.extend(queues.get_mut(place).and_then(Iterator::next));
    }
}

/// Every field of a map but `except`; a bare value was written by `author`.
fn fields_at(
    doc: &impl ReadDoc,
    map: &ExId,
    author: (PersonId, Millis),
    except: &[&str],
) -> Result<BTreeMap<String, Field>, NotebookError> {
    let mut fields = BTreeMap::new();
    for key in doc.keys(map).filter(|key| !except.contains(&key.as_str())) {
        let mut field = Field::default();
        stated_at(doc, map, &key, author)?.into_iter().for_each(|stated| field.add(stated));
        if !field.values.is_empty() {
            fields.insert(key, field);
        }
    }
    Ok(fields)
}

/// Every value that stands at a key, bare ones as written by `author`.
pub(super) fn stated_at(
    doc: &impl ReadDoc,
    map: &ExId,
    key: &str,
    author: (PersonId, Millis),
) -> Result<Vec<Stated>, NotebookError> {
    let mut all = Vec::new();
    for (value, id) in doc.get_all(map, key)? {
        if let Some(bare) = Value::read(doc, &value, &id)? {
            all.push(Stated { value: bare, by: author.0, at: author.1, was: Vec::new() });
        } else if matches!(value, automerge::Value::Object(ObjType::Map)) {
            all.extend(stated_in(doc, &id, author)?);
        }
    }
    Ok(all)
}

fn stated_in(doc: &impl ReadDoc, map: &ExId, author: (PersonId, Millis)) -> Result<Option<Stated>, NotebookError> {
    let Some((value, id)) = doc.get(map, "v")? else { return Ok(None) };
    let Some(value) = Value::read(doc, &value, &id)? else { return Ok(None) };
    let (by, at) = author_of(doc, map)?.unwrap_or(author);
    let mut was = Vec::new();
    if let Some((automerge::Value::Object(ObjType::List), list)) = doc.get(map, "was")? {
        for place in 0..doc.length(&list) {
            if let Some((automerge::Value::Object(ObjType::Map), old)) = doc.get(&list, place)? {
                was.extend(stated_in(doc, &old, author)?);
            }
        }
    }
    Ok(Some(Stated { value, by, at, was }))
}

pub(super) fn author_of(doc: &impl ReadDoc, map: &ExId) -> Result<Option<(PersonId, Millis)>, NotebookError> {
    match parsed(doc, map, "by")? {
        Some(by) => Ok(Some((by, whole(doc, map, "at")?))),
        None => Ok(None),
    }
}

fn words(doc: &impl ReadDoc, map: &ExId, key: &str) -> Result<Option<String>, NotebookError> {
    Ok(doc.get(map, key)?.and_then(|(value, _)| text_of(&value)))
}

fn parsed<T: std::str::FromStr>(doc: &impl ReadDoc, map: &ExId, key: &str) -> Result<Option<T>, NotebookError> {
    Ok(words(doc, map, key)?.and_then(|text| text.parse().ok()))
}

fn whole(doc: &impl ReadDoc, map: &ExId, key: &str) -> Result<i64, NotebookError> {
    Ok(match doc.get(map, key)? {
        Some((automerge::Value::Scalar(scalar), _)) => scalar.as_i64().unwrap_or_default(),
        _ => 0,
    })
}
