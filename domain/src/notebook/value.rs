//! A field's whole value: words, a number, yes or no, or a list of words; and how an entry becomes fields and back.

use super::NotebookError;
use automerge::transaction::{Transactable, Transaction};
use automerge::{ObjId as ExId, ObjType, ReadDoc, ScalarValue};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

use crate::entry::Entry;

/// One whole value of a field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Whole(#[ts(type = "number")] i64),
    /// Words.
    Text(String),
    /// Several words, such as areas.
    List(Vec<String>),
}

impl Value {
    /// The words, where it is words.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn put(&self, tx: &mut Transaction<'_>, map: &ExId, key: &str) -> Result<(), NotebookError> {
        match self {
            Self::Text(text) => tx.put(map, key, text.as_str())?,
            Self::Whole(number) => tx.put(map, key, *number)?,
            Self::Flag(flag) => tx.put(map, key, *flag)?,
            Self::List(words) => {
                let list = tx.put_object(map, key, ObjType::List)?;
                for (place, word) in words.iter().enumerate() {
                    tx.insert(&list, place, word.as_str())?;
                }
            }
        }
        Ok(())
    }

    /// Reads a bare value; `None` for a map or a scalar that this version does not know.
    pub(super) fn read(
        doc: &impl ReadDoc,
        value: &automerge::Value<'_>,
        id: &ExId,
    ) -> Result<Option<Self>, NotebookError> {
        Ok(match value {
            automerge::Value::Scalar(scalar) => match scalar.as_ref() {
                ScalarValue::Str(text) => Some(Self::Text(text.to_string())),
                ScalarValue::Int(number) => Some(Self::Whole(*number)),
                ScalarValue::Uint(number) => i64::try_from(*number).ok().map(Self::Whole),
                ScalarValue::Boolean(flag) => Some(Self::Flag(*flag)),
                _ => None,
            },
            automerge::Value::Object(ObjType::List) => {
                let mut words = Vec::new();
                for item in 0..doc.length(id) {
                    if let Some(word) = doc.get(id, item)?.and_then(|(value, _)| super::text_of(&value)) {
                        words.push(word);
                    }
                }
                Some(Self::List(words))
            }
            automerge::Value::Object(_) => None,
        })
    }
}

/// The fields of an entry as the notebook keeps them: its JSON form without the kind.
pub(super) fn fields_of(entry: &Entry) -> Result<BTreeMap<String, Value>, NotebookError> {
    let unfit = |what: &dyn std::fmt::Display| NotebookError::Unreadable(format!("a field that is no value: {what}"));
    let map: BTreeMap<String, serde_json::Value> =
        serde_json::to_value(entry).and_then(serde_json::from_value).map_err(|e| unfit(&e))?;
    let fields = map.into_iter().filter(|(key, _)| key != "kind");
    fields.map(|(key, json)| Ok((key, serde_json::from_value(json).map_err(|e| unfit(&e))?))).collect()
}

/// The entry that `kind` and `fields` make, or `None` where a newer version wrote something that this one cannot read.
pub(super) fn entry_of(kind: &str, fields: &BTreeMap<String, Value>) -> Option<Entry> {
    let mut map = serde_json::Map::new();
    for (key, value) in fields {
        map.insert(key.clone(), serde_json::to_value(value).ok()?);
    }
    map.insert("kind".into(), kind.into());
    serde_json::from_value(serde_json::Value::Object(map)).ok()
}
