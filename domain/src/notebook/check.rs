//! Whether a document that came from outside has a notebook's shape. Unknown keys are kept; a known key of a
//! wrong type, or a nesting deeper than any version writes, is held (`docs/protocol.md`, *Held*).

use super::{ABOUT, Actor, ENTRIES, Notebook, NotebookError, Projection, SUMMARY, Stated, container, project};
use automerge::{ObjId as ExId, ObjType, ROOT, ReadDoc, ScalarValue};
use std::ops::RangeInclusive;

/// Deeper than any value that a version has written: root, entries, entry, field, was, value leaves two to spare.
const DEEPEST: usize = 8;
/// More values at one place than an organisation has tablets that could have written apart.
const MOST_APART: usize = 64;
/// More operations than ten years of one day's writing: a visit of sixty entries has a thousand.
const MOST_OPERATIONS: u64 = 250_000;
/// More changes than these operations are ever written in.
const MOST_CHANGES: u64 = 20_000;
/// Bytes of a notebook whose columns are not compressed. Every reader, a tablet too, makes them again in memory.
const MOST_BYTES: usize = 32 * 1024 * 1024;
/// A compact form of no more than this cannot become more than [`MOST_BYTES`]: deflating saves a thousandfold at best.
const SURELY_SMALL: usize = MOST_BYTES / 1_100;
/// Times that a calendar can show: to the end of the year 9999.
const TIMES: RangeInclusive<i64> = 0..=253_402_300_799_999;
/// Whole numbers that a screen reads without rounding them.
const NUMBERS: RangeInclusive<i64> = 0..=(1 << 53);

/// What is wrong with a notebook's shape.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsound {
    /// A part that every notebook has is not there or is no map.
    #[error("the part `{0}` is missing")]
    Missing(&'static str),
    /// A known key of an entry has the wrong type.
    #[error("`{key}` of entry {entry} has the wrong type")]
    WrongType {
        /// The entry's key.
        entry: String,
        /// The field.
        key: &'static str,
    },
    /// Nested deeper than is ever written.
    #[error("something in it is nested deeper than {DEEPEST} levels")]
    TooDeep,
    /// A text holds the sign NUL, which no keyboard writes and not every record can keep.
    #[error("a text in it holds signs that are no writing")]
    NoWriting,
    /// The first change is not the one that this id makes.
    #[error("its first change is not this notebook's")]
    OtherGenesis,
    /// A part that every notebook has from its first change was put there anew, which hides what others write in it.
    #[error("the part `{0}` was put there anew")]
    Replaced(&'static str),
    /// More values stand at one place than could have been written apart.
    #[error("more than {MOST_APART} values stand at one place in it")]
    TooManyApart,
    /// It has become larger than anything that people write, and would be slow or impossible to read.
    #[error("the notebook would become too large to be read")]
    TooLarge,
    /// Two writings of one entry do not say the same of who made it, when and where.
    #[error("entry {0} would have two authors")]
    TwoAuthors(String),
    /// A time or a number that no calendar and no screen can show.
    #[error("a time or a number in it cannot be")]
    NoTime,
    /// Something that stood in it before is gone.
    #[error("{0} of somebody else would be gone")]
    Lost(String),
}

impl Notebook {
    /// Checks the shape and reads it, as the server does before anything of it is shown.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<Projection, NotebookError> {
        let founded = Self::found(self.id, &Actor::genesis())?;
        let first = founded.doc.get_heads();
        if !first.iter().all(|genesis| self.doc.get_change_meta_by_hash(genesis).is_some()) {
            return Err(Unsound::OtherGenesis.into());
        }
        for name in ["id", "layout", SUMMARY, ABOUT, ENTRIES] {
            // The very same objects, alone: a second map beside the first one hides it.
            if self.doc.get_all(ROOT, name)? != founded.doc.get_all(ROOT, name)? {
                return Err(Unsound::Replaced(name).into());
            }
        }
        let (_, entries) = container(&self.doc, ENTRIES)?;
        for key in self.doc.keys(&entries) {
            let mut making = None;
            for (value, id) in self.doc.get_all(&entries, key.as_str())? {
                if !matches!(value, automerge::Value::Object(ObjType::Map)) {
                    return Err(Unsound::WrongType { entry: key, key: "entry" }.into());
                }
                self.check_entry(&key, &id)?;
                let own = ["kind", "by", "at", "tablet", "n"].map(|name| self.doc.get(&id, name));
                let own = own.into_iter().map(|got| Ok(got?.map(|(value, _)| value.into_owned())));
                let own = own.collect::<Result<Vec<_>, NotebookError>>()?;
                if making.get_or_insert_with(|| own.clone()) != &own {
                    return Err(Unsound::TwoAuthors(key).into());
                }
            }
        }
        self.check_depth(&ROOT, 0)?;
        let read = project(self)?;
        check_times(&read)?;
        Ok(read)
    }

    /// Checks that it is not too large for the slowest of those who read it; `compact` is the length of its compact form.
    ///
    /// # Errors
    /// [`Unsound::TooLarge`].
    pub fn check_size(&self, compact: usize) -> Result<(), NotebookError> {
        let size = self.doc.stats();
        let many = size.num_ops > MOST_OPERATIONS || size.num_changes > MOST_CHANGES;
        if many || (compact > SURELY_SMALL && self.doc.save_nocompress().len() > MOST_BYTES) {
            return Err(Unsound::TooLarge.into());
        }
        Ok(())
    }

    fn check_entry(&self, entry: &str, map: &ExId) -> Result<(), NotebookError> {
        for key in ["kind", "pack"] {
            self.expect(entry, map, key, |s| matches!(s, ScalarValue::Str(_)))?;
        }
        // What is read as an id must be one: a reading passes over an entry whose author it cannot name.
        for key in ["by", "tablet"] {
            self.expect(entry, map, key, |s| matches!(s, ScalarValue::Str(id) if id.parse::<uuid::Uuid>().is_ok()))?;
        }
        for key in ["at", "n", "skew"] {
            self.expect(entry, map, key, |s| s.as_i64().is_some())?;
        }
        Ok(())
    }

    fn expect(
        &self,
        entry: &str,
        map: &ExId,
        key: &'static str,
        fits: impl Fn(&ScalarValue) -> bool,
    ) -> Result<(), NotebookError> {
        match self.doc.get_all(map, key)?.as_slice() {
            [(automerge::Value::Scalar(scalar), _)] if fits(scalar) => Ok(()),
            _ => Err(Unsound::WrongType { entry: entry.to_owned(), key }.into()),
        }
    }

    fn check_depth(&self, object: &ExId, depth: usize) -> Result<(), NotebookError> {
        if depth > DEEPEST {
            return Err(Unsound::TooDeep.into());
        }
        let nul = |text: &str| text.contains('\0');
        let is_list = matches!(self.doc.object_type(object)?, ObjType::List | ObjType::Text);
        let mut below = Vec::new();
        if is_list {
            for place in 0..self.doc.length(object) {
                below.push(self.doc.get_all(object, place)?);
            }
        } else {
            for key in self.doc.keys(object) {
                if nul(&key) {
                    return Err(Unsound::NoWriting.into());
                }
                below.push(self.doc.get_all(object, key)?);
            }
        }
        if below.iter().any(|values| values.len() > MOST_APART) {
            return Err(Unsound::TooManyApart.into());
        }
        for (value, id) in below.into_iter().flatten() {
            match &value {
                automerge::Value::Object(_) => self.check_depth(&id, depth + 1)?,
                automerge::Value::Scalar(scalar) => match scalar.as_ref() {
                    ScalarValue::Str(text) if nul(text) => return Err(Unsound::NoWriting.into()),
                    _ => {}
                },
            }
        }
        Ok(())
    }
}

/// Whether every time and number is one that can be shown; a wrong clock is no such thing.
fn check_times(read: &Projection) -> Result<(), Unsound> {
    let entries = read.entries.iter().all(|entry| {
        TIMES.contains(&entry.at)
            && TIMES.contains(&entry.skew.saturating_abs())
            && NUMBERS.contains(&entry.number)
            && entry.withdrawn.iter().all(|mark| TIMES.contains(&mark.at))
    });
    let fields = read.entries.iter().flat_map(|entry| entry.fields.values());
    let fields = fields.chain(read.summary.values()).chain(read.about.values());
    let stated = fields.flat_map(|field| &field.values).all(has_a_time);
    if entries && stated { Ok(()) } else { Err(Unsound::NoTime) }
}

fn has_a_time(stated: &Stated) -> bool {
    TIMES.contains(&stated.at) && stated.was.iter().all(has_a_time)
}
