//! After a copy of the record was put back: whom of the tablets it has not heard since, and what nobody has brought again.

use anyhow::Result;
use std::collections::BTreeSet;

use super::OrgStore;
use super::notebooks::EntrySearch;
use super::relayed::began;

/// How the record stands since it began another life.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SincePutBack {
    /// Milliseconds since 1970.
    pub at: i64,
    /// Names of tablets that have not been heard since; what only they have is not here yet.
    pub not_heard: Vec<String>,
    /// Changes that stand on some that nobody has brought.
    pub waits: i64,
    /// Photos that a note shows and that nobody has brought.
    pub photos: i64,
}

impl OrgStore {
    /// How it stands since a copy was put back, or it was moved; nothing in its first life.
    pub async fn since_put_back(&self) -> Result<Option<SincePutBack>> {
        let (life, made_at): (String, i64) =
            self.one(rows!("SELECT store_id, made_at FROM org WHERE org = $1", self.id())).await?;
        let at = began(&life);
        // The first life's id is made a moment before the organisation, or says no time.
        if at <= made_at {
            return Ok(None);
        }
        let not_heard = self
            .scalars(values!(
                "SELECT name FROM device WHERE org = $1 AND revoked_at IS NULL AND coalesce(last_seen, 0) < $2 ORDER BY name",
                self.id(),
                at
            ))
            .await?;
        let waits = values!(
            "SELECT count(*) FROM change WHERE org = $1 AND state <> 'published' AND state = 'waits' AND reason IS NULL",
            self.id()
        );
        let waits = self.scalars::<i64>(waits).await?.into_iter().sum();
        Ok(Some(SincePutBack { at, not_heard, waits, photos: self.photos_missing().await? }))
    }

    async fn photos_missing(&self) -> Result<i64> {
        let stored: BTreeSet<String> =
            self.photos().await?.into_iter().filter(|photo| photo.state == "stored").map(|photo| photo.hash).collect();
        let shown = self.entries(EntrySearch { kind: Some("photo".into()), ..EntrySearch::default() }).await?;
        let missing = shown.iter().filter(|entry| !stored.iter().any(|hash| entry.json.contains(hash.as_str())));
        Ok(i64::try_from(missing.count())?)
    }
}
