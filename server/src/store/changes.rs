//! The log of changes as it is read: every change of every notebook, as it came, and where it stands.
//! How they come in is in `taken`, how they become a notebook in `published`.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::OrgStore;

/// Where a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeState {
    /// Stored, not yet looked at.
    Taken,
    /// Depends on something that is not there or is held.
    Waits,
    /// In the notebook, the feed and the office.
    Published,
    /// Stored and not merged, for a reason.
    Held,
    /// Was held, or waited; its tablet has written its values again in another change.
    Replaced,
}

impl ChangeState {
    /// Its word in the table.
    pub fn word(self) -> &'static str {
        match self {
            ChangeState::Taken => "taken",
            ChangeState::Waits => "waits",
            ChangeState::Published => "published",
            ChangeState::Held => "held",
            ChangeState::Replaced => "replaced",
        }
    }

    pub(super) fn parse(word: &str) -> Result<ChangeState> {
        use ChangeState::{Held, Published, Replaced, Taken, Waits};
        [Taken, Waits, Published, Held, Replaced]
            .into_iter()
            .find(|state| state.word() == word)
            .with_context(|| format!("no such state of a change: {word}"))
    }
}

/// What the sending tablet is told of a change that is not published (feed kind `state`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateItem {
    /// The notebook.
    pub notebook: String,
    /// Where it stands now.
    pub state: ChangeState,
    /// Why it is held.
    pub reason: Option<String>,
    /// The office asks its tablet to write it again.
    #[serde(default)]
    pub again: bool,
}

/// A change as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its hash.
    pub hash: String,
    /// The notebook.
    pub notebook: String,
    /// The actor.
    pub actor: String,
    /// Its number with this actor.
    pub seq: i64,
    /// Hashes it depends on.
    pub deps: Vec<String>,
    /// Who sent it first.
    pub device: String,
    /// Where it stands.
    pub state: ChangeState,
    /// Why it is held.
    pub reason: Option<String>,
    /// Something to be shown with it: "after leaving the team".
    pub mark: Option<String>,
    /// As it came.
    pub bytes: Vec<u8>,
    /// Milliseconds since 1970, by the server's clock.
    pub received_at: i64,
    /// Its revision, once published.
    pub rev: Option<i64>,
}

#[derive(FromRow)]
struct Row {
    hash: String,
    notebook: String,
    actor: String,
    seq: i64,
    deps: String,
    device: String,
    state: String,
    reason: Option<String>,
    mark: Option<String>,
    bytes: Vec<u8>,
    received_at: i64,
    rev: Option<i64>,
}

impl TryFrom<Row> for Change {
    type Error = anyhow::Error;

    fn try_from(row: Row) -> Result<Change> {
        let Row { hash, notebook, actor, seq, deps, device, state, reason, mark, bytes, received_at, rev } = row;
        let deps = serde_json::from_str(&deps).context("a change's dependencies")?;
        let state = ChangeState::parse(&state)?;
        Ok(Change { hash, notebook, actor, seq, deps, device, state, reason, mark, bytes, received_at, rev })
    }
}

impl OrgStore {
    /// A notebook's changes in the order of arrival, of every state.
    pub async fn changes(&self, notebook: &str) -> Result<Vec<Change>> {
        let rows: Vec<Row> = self
            .all(rows!(
                "SELECT hash, notebook, actor, seq, deps, device, state, reason, mark, bytes, received_at, rev
                 FROM change WHERE org = $1 AND notebook = $2 ORDER BY arrival",
                self.id(),
                notebook
            ))
            .await?;
        rows.into_iter().map(Change::try_from).collect()
    }

    /// A notebook's changes that are published, each after what it stands on.
    pub async fn published_changes(&self, notebook: &str) -> Result<Vec<Change>> {
        let rows: Vec<Row> = self
            .all(rows!(
                "SELECT hash, notebook, actor, seq, deps, device, state, reason, mark, bytes, received_at, rev
                 FROM change WHERE org = $1 AND notebook = $2 AND state = 'published' ORDER BY rev",
                self.id(),
                notebook
            ))
            .await?;
        rows.into_iter().map(Change::try_from).collect()
    }

    /// The first of a notebook's changes that the projector has not looked at, in the order of arrival, in which each is
    /// after what it stands on: at most so many, and of so many bytes together unless the first alone has more. What is
    /// beyond is not read.
    pub async fn unpublished(&self, notebook: &str, most: i64, bytes: i64) -> Result<Vec<Change>> {
        let rows: Vec<Row> = self
            .all(rows!(
                "SELECT c.hash, c.notebook, c.actor, c.seq, c.deps, c.device, c.state, c.reason, c.mark, c.bytes,
                        c.received_at, c.rev
                 FROM (
                   SELECT s.hash, s.arrival, row_number() OVER (ORDER BY s.arrival) AS place,
                     CAST(sum(s.size) OVER (ORDER BY s.arrival) AS BIGINT) AS upto
                   FROM (
                     SELECT i.hash, i.arrival, length(i.bytes) AS size FROM change i
                     WHERE i.org = $1 AND i.notebook = $2 AND i.state <> 'published' AND i.state = 'taken'
                     ORDER BY i.arrival LIMIT $3
                   ) s
                 ) p JOIN change c ON c.org = $1 AND c.hash = p.hash
                 WHERE p.place = 1 OR p.upto <= $4 ORDER BY p.arrival",
                self.id(),
                notebook,
                most,
                bytes
            ))
            .await?;
        rows.into_iter().map(Change::try_from).collect()
    }

    /// One change, or none.
    pub async fn change(&self, hash: &str) -> Result<Option<Change>> {
        let row: Option<Row> = self
            .optional(rows!(
                "SELECT hash, notebook, actor, seq, deps, device, state, reason, mark, bytes, received_at, rev
                 FROM change WHERE org = $1 AND hash = $2",
                self.id(),
                hash
            ))
            .await?;
        row.map(Change::try_from).transpose()
    }
}
