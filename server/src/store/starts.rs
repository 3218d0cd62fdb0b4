//! Since when which server process has written: so that a tablet which was told more than this record knows can tell
//! that it is a copy which was put back, however much was written in it since.

use super::{OrgStore, Tx};
use anyhow::Result;
use sqlx::FromRow;

/// How far the record has come.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Mark {
    /// The store's life.
    pub store_id: String,
    /// The newest revision.
    pub rev: i64,
    /// The start that is the newest.
    pub start: String,
}

/// How far the record has come, seen from a revision.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Course {
    /// The organisation.
    pub org: String,
    /// The store's life.
    pub store_id: String,
    /// The newest revision.
    pub rev: i64,
    /// The start that was the newest at the revision that was asked for.
    pub at_that: Option<String>,
    /// The start that is the newest.
    pub at_last: Option<String>,
}

impl OrgStore {
    /// How far the record has come, and which start was the newest at that revision. One SELECT.
    pub async fn course(&self, rev: i64) -> Result<Course> {
        self.one(rows!(
            "SELECT o.org, o.store_id, o.rev,
                    (SELECT s.id FROM start s WHERE s.org = $1 AND s.rev <= $2 ORDER BY s.rev DESC LIMIT 1) AS at_that,
                    (SELECT s.id FROM start s WHERE s.org = $1 ORDER BY s.rev DESC LIMIT 1) AS at_last
             FROM org o WHERE o.org = $1",
            self.id(),
            rev
        ))
        .await
    }

    /// How far the record has come; nothing before any server has written in it.
    pub async fn mark(&self) -> Result<Option<Mark>> {
        self.optional(rows!(
            "SELECT o.store_id, o.rev, s.id AS start FROM org o JOIN start s ON s.org = $1
             WHERE o.org = $1 ORDER BY s.rev DESC LIMIT 1",
            self.id()
        ))
        .await
    }

    /// Whether this record was ever at that revision while that start was the newest.
    pub async fn has_been_at(&self, rev: i64, start: &str) -> Result<bool> {
        let been: Vec<i64> = self
            .scalars(values!(
                "SELECT CAST(count(*) AS BIGINT) FROM org o JOIN start s ON s.org = $1 AND s.id = $3
                 WHERE o.org = $1 AND o.rev >= $2 AND s.rev <= $2
                   AND NOT EXISTS (SELECT 1 FROM start n WHERE n.org = $1 AND n.rev > s.rev AND n.rev <= $2)",
                self.id(),
                rev,
                start
            ))
            .await?;
        Ok(been.iter().any(|count| *count > 0))
    }
}

impl Tx {
    /// Writes down, once, that this process writes from this revision on.
    pub(super) async fn begins(&mut self, start: &str, rev: i64) -> Result<()> {
        self.run(sql!(
            "INSERT INTO start (org, id, rev) VALUES ($1, $2, $3) ON CONFLICT (org, id) DO NOTHING",
            self.org(),
            start,
            rev
        ))
        .await?;
        Ok(())
    }
}
