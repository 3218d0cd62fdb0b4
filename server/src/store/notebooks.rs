//! Notebooks as the server keeps them: the compact chunk and the projection (both caches), the heads, the version that a
//! publication must have seen, and the entries that the office reads. The changes are in `taken`, publishing in `published`.

use anyhow::Result;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::OrgStore;
use super::fold::patterns;
use super::taken::About;

/// A notebook as kept.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Notebook {
    /// Its id.
    pub id: String,
    /// visit, event or day.
    pub kind: String,
    /// The visit it belongs to.
    pub visit: Option<String>,
    /// The event it belongs to.
    pub event: Option<String>,
    /// The tablet that sent its first change.
    pub made_by: String,
    /// Grows with every publication; 0 before the first.
    pub version: i64,
    /// Grows when something is erased.
    pub generation: i64,
    /// JSON list of hashes.
    pub heads: String,
    /// The compact form, absent before the first publication.
    pub chunk: Option<Vec<u8>>,
    /// The projection, the domain's JSON.
    pub projection: Option<String>,
    /// The revision of its last publication.
    pub last_rev: i64,
}

/// A notebook's compact form, for whoever brings changes into it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Compact {
    /// Grows with every publication; 0 before the first.
    pub version: i64,
    /// The compact form, absent before the first publication.
    pub chunk: Option<Vec<u8>>,
}

/// A notebook without its bytes, for lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct NotebookLine {
    /// Its id.
    pub id: String,
    /// visit, event or day.
    pub kind: String,
    /// The visit it belongs to.
    pub visit: Option<String>,
    /// The event it belongs to.
    pub event: Option<String>,
    /// Its version.
    pub version: i64,
    /// The revision of its last publication.
    pub last_rev: i64,
    /// How many entries the office can read in it.
    pub entries: i64,
}

/// An entry as projected for the office.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Entry {
    /// The notebook.
    pub notebook: String,
    /// The entry's id, UUIDv7.
    pub id: String,
    /// observation, view, photo …
    pub kind: String,
    /// Who wrote it, as the notebook has it.
    pub author: String,
    /// When, milliseconds since 1970 by the tablet's clock.
    pub noted_at: i64,
    /// Its place in the notebook's order.
    pub ord: i64,
    /// The area.
    pub area: Option<String>,
    /// The theme.
    pub theme: Option<String>,
    /// good, poor, mixed, neutral.
    pub tone: Option<String>,
    /// Who spoke.
    pub speaker: Option<String>,
    /// What they agreed to.
    pub consent: Option<String>,
    /// Its words, folded for searching (`fold::fold`).
    pub folded: String,
    /// The whole entry, the domain's JSON.
    pub json: String,
}

/// What to look for among entries; every field that is given must fit.
#[derive(Debug, Clone, Default)]
pub struct EntrySearch {
    /// A visit's entries only.
    pub visit: Option<String>,
    /// An event's entries only.
    pub event: Option<String>,
    /// One notebook's entries only.
    pub notebook: Option<String>,
    /// One theme.
    pub theme: Option<String>,
    /// One area.
    pub area: Option<String>,
    /// One kind of speaker.
    pub speaker: Option<String>,
    /// One kind of entry.
    pub kind: Option<String>,
    /// Up to four words, each found in the entry's.
    pub words: String,
}

impl OrgStore {
    /// A notebook with its bytes, or none.
    pub async fn notebook(&self, id: &str) -> Result<Option<Notebook>> {
        self.optional(rows!(
            "SELECT id, kind, visit, event, made_by, version, generation, heads, chunk, projection, last_rev
             FROM notebook WHERE org = $1 AND id = $2",
            self.id(),
            id
        ))
        .await
    }

    /// A notebook's compact form and nothing else of it, or none.
    pub async fn compact(&self, id: &str) -> Result<Option<Compact>> {
        self.optional(rows!("SELECT version, chunk FROM notebook WHERE org = $1 AND id = $2", self.id(), id)).await
    }

    /// What a notebook is about, or would be, were there one: the visit's whose id it has, or else a day's, which is what
    /// tablets make besides. And whether there is one.
    pub async fn about_notebook(&self, id: &str) -> Result<(About, bool)> {
        let known: Option<(String, Option<String>, Option<String>, i64)> = self
            .optional(rows!(
                "SELECT kind, visit, event, CAST(1 AS BIGINT) AS made FROM notebook WHERE org = $1 AND id = $2
                 UNION ALL SELECT 'visit', id, NULL, CAST(0 AS BIGINT) FROM visit WHERE org = $1 AND id = $2 ORDER BY made DESC LIMIT 1",
                self.id(),
                id
            ))
            .await?;
        let (kind, visit, event, made) = known.unwrap_or_else(|| ("day".into(), None, None, 0));
        Ok((About { kind, visit, event }, made == 1))
    }

    /// Every notebook without its bytes, the latest published first.
    pub async fn notebooks(&self) -> Result<Vec<NotebookLine>> {
        self.all(rows!(
            "SELECT n.id, n.kind, n.visit, n.event, n.version, n.last_rev,
               (SELECT count(*) FROM entry e WHERE e.org = $1 AND e.notebook = n.id) AS entries
             FROM notebook n WHERE n.org = $1 ORDER BY n.last_rev DESC, n.id",
            self.id()
        ))
        .await
    }

    /// A visit's notebooks with their bytes (one, unless tablets disagree about its id).
    pub async fn notebooks_of(&self, visit: &str) -> Result<Vec<Notebook>> {
        self.all(rows!(
            "SELECT id, kind, visit, event, made_by, version, generation, heads, chunk, projection, last_rev
             FROM notebook WHERE org = $1 AND visit = $2 ORDER BY id",
            self.id(),
            visit
        ))
        .await
    }

    /// Entries that fit, notebook by notebook in their order.
    pub async fn entries(&self, search: EntrySearch) -> Result<Vec<Entry>> {
        let [a, b, c, d] = patterns(&search.words);
        self.all(rows!(
            "SELECT e.notebook, e.id, e.kind, e.author, e.noted_at, e.ord, e.area, e.theme, e.tone, e.speaker, e.consent,
               e.folded, e.json
             FROM entry e JOIN notebook n ON n.org = $1 AND n.id = e.notebook
             WHERE e.org = $1 AND ($2 = '' OR n.visit = $2) AND ($3 = '' OR n.event = $3) AND ($4 = '' OR e.theme = $4)
               AND ($5 = '' OR e.area = $5) AND ($6 = '' OR e.speaker = $6) AND ($7 = '' OR e.kind = $7)
               AND e.folded LIKE $8 AND e.folded LIKE $9 AND e.folded LIKE $10 AND e.folded LIKE $11
               AND ($12 = '' OR e.notebook = $12)
             ORDER BY e.notebook, e.ord, e.id",
            self.id(),
            search.visit.unwrap_or_default(),
            search.event.unwrap_or_default(),
            search.theme.unwrap_or_default(),
            search.area.unwrap_or_default(),
            search.speaker.unwrap_or_default(),
            search.kind.unwrap_or_default(),
            a,
            b,
            c,
            d,
            search.notebook.unwrap_or_default()
        ))
        .await
    }

    /// One entry by its id, or none.
    pub async fn entry(&self, id: &str) -> Result<Option<Entry>> {
        self.optional(rows!(
            "SELECT notebook, id, kind, author, noted_at, ord, area, theme, tone, speaker, consent, folded, json
             FROM entry WHERE org = $1 AND id = $2",
            self.id(),
            id
        ))
        .await
    }
}
