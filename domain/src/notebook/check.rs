//! Whether a document that came from outside has a notebook's shape. Unknown keys are kept; a known key of a
//! wrong type, or a nesting deeper than any version writes, is held (`docs/protocol.md`, *Held*).

use super::{ABOUT, ENTRIES, Notebook, NotebookError, SUMMARY, container};
use automerge::{ObjId as ExId, ObjType, ROOT, ReadDoc, ScalarValue};

/// Deeper than any value that a version has written: root, entries, entry, field, was, value leaves two to spare.
const DEEPEST: usize = 8;

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
}

impl Notebook {
    /// Checks the shape, as the server does before anything of it is shown.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), NotebookError> {
        let genesis = Self::genesis(self.id)?.hash;
        if self.doc.get_change_by_hash(&genesis.0).is_none() {
            return Err(Unsound::OtherGenesis.into());
        }
        for name in [SUMMARY, ABOUT] {
            container(&self.doc, name)?;
        }
        let (kind, entries) = container(&self.doc, ENTRIES)?;
        if kind != ObjType::Map {
            return Err(Unsound::Missing(ENTRIES).into());
        }
        for key in self.doc.keys(&entries) {
            for (value, id) in self.doc.get_all(&entries, key.as_str())? {
                if !matches!(value, automerge::Value::Object(ObjType::Map)) {
                    return Err(Unsound::WrongType { entry: key, key: "entry" }.into());
                }
                self.check_entry(&key, &id)?;
            }
        }
        self.check_depth(&ROOT, 0)
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
        match self.doc.get(map, key)? {
            Some((automerge::Value::Scalar(scalar), _)) if fits(&scalar) => Ok(()),
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
                below.extend(self.doc.get_all(object, place)?);
            }
        } else {
            for key in self.doc.keys(object) {
                if nul(&key) {
                    return Err(Unsound::NoWriting.into());
                }
                below.extend(self.doc.get_all(object, key)?);
            }
        }
        for (value, id) in below {
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
