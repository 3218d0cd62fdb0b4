//! A mark: how far the office's record had come when it answered, by which a copy that was put back is known.

use super::feed::{Cursor, NotACursor};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// How far the record had come, and since which start of a server. As text `STORE.REVISION.START`.
///
/// Each server process writes down the revision at which it began to write. A copy of the record that was put back and
/// began to write again has another start where the mark's own went on, however far it has come since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The record's life and its newest revision.
    pub at: Cursor,
    /// The start that was the newest then.
    pub start: Uuid,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at, self.start)
    }
}

impl FromStr for Mark {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (at, start) = text.rsplit_once('.').ok_or(NotACursor)?;
        Ok(Self { at: at.parse()?, start: start.parse().map_err(|_| NotACursor)? })
    }
}

impl Serialize for Mark {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Mark {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ids::StoreId;

    #[test]
    fn a_mark_reads_back_and_half_of_one_is_refused() {
        let at = Cursor { store: StoreId::new(Uuid::from_u128(7)), revision: 42 };
        let mark = Mark { at, start: Uuid::from_u128(8) };
        assert_eq!(mark.to_string().parse::<Mark>().unwrap(), mark);
        assert_eq!(at.to_string().parse::<Mark>(), Err(NotACursor));
    }
}
