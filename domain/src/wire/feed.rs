//! The feed: all that comes back from the office, in the order in which it became known there.

use super::Bytes;
use crate::ids::{EntryId, NotebookId, OrgId, PersonId, StoreId};
use crate::notebook::Hash;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use ts_rs::TS;

/// Where a tablet has read up to: the store's life and a revision in it. As text `STORE.REVISION`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The store's life.
    pub store: StoreId,
    /// Everything up to this has been read.
    pub revision: i64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.store, self.revision)
    }
}

/// Text that is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a cursor")]
pub struct NotACursor;

impl FromStr for Cursor {
    type Err = NotACursor;
    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (store, revision) = text.split_once('.').ok_or(NotACursor)?;
        Ok(Self { store: store.parse().map_err(|_| NotACursor)?, revision: revision.parse().map_err(|_| NotACursor)? })
    }
}

impl Serialize for Cursor {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// `GET /sync/v1/feed?after=CURSOR&wait=SECONDS`: what a tablet may know, in order of revision.
/// A cursor of another life of the store is answered from the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Feed {
    /// Up to where this reply goes.
    pub cursor: Cursor,
    /// What happened, in order.
    #[serde(deserialize_with = "each_by_itself")]
    pub items: Vec<FeedItem>,
    /// Ask again at once.
    #[serde(default)]
    pub more: bool,
}

/// One item that cannot be read spoils no other: it is of a newer office, and is [`FeedItem::Newer`] here.
fn each_by_itself<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<FeedItem>, D::Error> {
    let items = Vec::<Box<serde_json::value::RawValue>>::deserialize(from)?;
    Ok(items.iter().map(|item| serde_json::from_str(item.get()).unwrap_or(FeedItem::Newer)).collect())
}

/// One line of the feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "item", rename_all = "lowercase")]
pub enum FeedItem {
    /// The organisation as it is now.
    Organisation(Organisation),
    /// The scheme pack: its id, version, and JSON text.
    Pack {
        /// `link-2008`.
        id: String,
        /// The pack's version.
        version: u32,
        /// The pack itself; parsed at the tablet's door.
        json: String,
    },
    /// Somebody as they are now.
    Person(Person),
    /// A visit to which a holder of this tablet belongs, as it is planned now.
    Visit(Visit),
    /// This tablet may see a notebook from now on; everything published in it, as one compact chunk.
    Granted {
        /// Which.
        notebook: NotebookId,
        /// Its generation.
        generation: u32,
        /// Its compact form; empty where nothing is published yet.
        chunk: Bytes,
    },
    /// A change that was published.
    Change {
        /// In which notebook.
        notebook: NotebookId,
        /// Its hash.
        hash: Hash,
        /// One change chunk.
        bytes: Bytes,
    },
    /// What became of a change that this tablet sent.
    Fate {
        /// In which notebook.
        notebook: NotebookId,
        /// Which change.
        hash: Hash,
        /// Published, when there is no reason; else held, and why.
        held: Option<String>,
        /// The office asks that what it says be written again, on what is published and naming what that replaces
        /// (`replaces` of a pushed change).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        again: bool,
    },
    /// This tablet may no longer see a notebook; what it wrote there is still taken.
    Withdrawn {
        /// Which.
        notebook: NotebookId,
    },
    /// A notebook was founded again without some entries.
    Gone {
        /// Which.
        notebook: NotebookId,
        /// The generation from now on.
        generation: u32,
        /// The entries that must not be written again.
        entries: Vec<EntryId>,
        /// The notebook as it is now follows as [`FeedItem::Granted`]; to a tablet that may not see it, it does not.
        #[serde(default)]
        follows: bool,
    },
    /// Something that this build cannot read. It is passed over, and asked for again by an app that is updated.
    #[serde(skip)]
    Newer,
}

/// An organisation, as tablets know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Organisation {
    /// Its id.
    pub id: OrgId,
    /// `Sutton LINk`.
    pub name: String,
    /// The body that supports it.
    pub host: String,
    /// The desk's public key (age X25519 recipient), for contact details and equality sheets.
    pub desk_key: String,
    /// Who takes concerns.
    pub leads: Vec<Lead>,
}

/// A safeguarding lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Lead {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The number to ring.
    pub phone: String,
    /// Their public key (age X25519 recipient); empty until they have set one up.
    pub key: String,
}

/// Somebody who may write on tablets, with what their authority card says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// A role of the pack.
    pub role: String,
    /// Last day of their authority, `YYYY-MM-DD`.
    pub valid_until: Option<String>,
    /// Who saw the check.
    pub verified_by: Option<String>,
    /// The number on the card.
    pub card_number: Option<String>,
}

/// A planned visit, as the team's tablets know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
pub struct Visit {
    /// The visit's id, which is its notebook's.
    pub id: NotebookId,
    /// The place's name.
    pub place: String,
    /// `care home`, `GP practice`: chooses areas, speakers and warnings in the pack.
    pub kind: String,
    /// Its address in one line.
    pub address: String,
    /// Who runs it.
    pub provider: Option<String>,
    /// Why.
    pub purpose: String,
    /// `announced`, `unannounced`, `within a window`.
    pub announcement: String,
    /// When, each as `YYYY-MM-DD` or `YYYY-MM-DD HH:MM`.
    pub sessions: Vec<String>,
    /// Who goes.
    pub team: Vec<PersonId>,
    /// Who leads.
    pub lead: Option<PersonId>,
    /// Where they may not go, beyond what the pack says for this kind of place.
    #[serde(default)]
    pub not_to_enter: Vec<String>,
    /// `planned`, `cancelled`.
    pub state: String,
    /// Who could be added on the day, as the office judges now: authority for each of its days, and no interest declared.
    /// What somebody declared is not said; nor whom it keeps out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub may_join: Vec<PersonId>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn a_cursor_reads_back() {
        let cursor = Cursor { store: StoreId::new(uuid::Uuid::from_u128(7)), revision: 42 };
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        assert_eq!("42".parse::<Cursor>(), Err(NotACursor));
    }

    #[test]
    fn what_a_newer_office_says_beside_what_is_known_spoils_nothing() {
        let id = uuid::Uuid::from_u128(9);
        let page = format!(
            r#"{{"cursor":"{id}.7","items":[{{"item":"weather","rain":true}},
                {{"item":"withdrawn","notebook":"{id}","why":"a field of tomorrow"}},
                {{"item":"withdrawn","notebook":{{"id":"{id}"}}}}],"more":false,"also":[1]}}"#
        );
        let feed: Feed = serde_json::from_str(&page).unwrap();
        let known = FeedItem::Withdrawn { notebook: NotebookId::new(id) };
        assert_eq!(feed.items, [FeedItem::Newer, known, FeedItem::Newer]);
        let fates = r#"{"fates":[["0000000000000000000000000000000000000000000000000000000000000000",{"state":"framed","by":3}]]}"#;
        let pushed: crate::wire::Pushed = serde_json::from_str(fates).unwrap();
        assert_eq!(pushed.fates[0].1, crate::wire::Fate::Newer);
        let problem: crate::wire::Problem =
            serde_json::from_str(r#"{"code":"full-moon","title":"Come back later.","until":3}"#).unwrap();
        assert_eq!((problem.code, problem.title.as_str()), (crate::wire::ProblemCode::Newer, "Come back later."));
    }

    #[test]
    fn what_waits_on_a_tablet_reads_back_and_half_of_it_is_refused() {
        use crate::wire::Waiting;
        let waits = Waiting { changes: 3, photos: 2, photo_bytes: 1 << 40, sealed: 0, drafts: 1 };
        assert_eq!(waits.to_string().parse::<Waiting>().unwrap(), waits);
        for wrong in ["", "1.2.3.4", "1.2.3.4.5.6", "1.2.3.4.-5", "a.b.c.d.e"] {
            assert!(wrong.parse::<Waiting>().is_err(), "{wrong}");
        }
    }
}
