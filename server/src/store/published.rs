//! The second step of a push: what the projector made of the taken changes becomes the notebook that everybody reads, if
//! nobody published in between; what it could not apply is held with its reason, and can be tried again.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::grants::regrant_visit;
use super::notebooks::Entry;
use super::taken::ChangeState;
use super::waits::{let_dependants_wait, set_state, wake_waiting};
use super::{OrgStore, Tx};

/// What the projector made.
#[derive(Debug, Clone, Default)]
pub struct Publication {
    /// The notebook.
    pub notebook: String,
    /// The version it began from.
    pub seen_version: i64,
    /// The new compact form.
    pub chunk: Vec<u8>,
    /// The new heads, hashes.
    pub heads: Vec<String>,
    /// The new projection, the domain's JSON.
    pub projection: String,
    /// Every entry of the notebook, projected.
    pub entries: Vec<Entry>,
    /// The hashes that are in it now and were not before, each after what it depends on.
    pub hashes: Vec<String>,
}

/// What came of a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Published {
    /// Done; this is the revision of its last change.
    At(i64),
    /// Somebody published in between; nothing was written. Read again and start anew.
    Missed,
}

/// How many changes are kept and not yet shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NotPublished {
    /// The projector has still to read them.
    pub taken: i64,
    /// They stand on changes that have not come or are held.
    pub waits: i64,
}

/// Whether the database refused what was to be written, rather than being unable to write: another try ends the same.
#[must_use]
pub fn is_refused(error: &anyhow::Error) -> bool {
    let refused = error.downcast_ref::<sqlx::Error>().and_then(|error| error.as_database_error());
    // PostgreSQL's class 22: data that cannot be kept, such as a NUL in a text.
    refused.is_some_and(|why| {
        why.is_unique_violation() || why.code().is_some_and(|code| code.len() == 5 && code.starts_with("22"))
    })
}

/// What tablets are told with a published change (feed kind `change`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct ChangeItem {
    /// The notebook.
    pub notebook: String,
    /// The tablet that sent it, or the office's actor.
    pub device: String,
    /// Something to be shown with it.
    pub mark: Option<String>,
}

impl OrgStore {
    /// Publishes what the projector made: chunk, projection and entries, and each change with a revision of its own.
    pub async fn publish(&self, publication: Publication) -> Result<Published> {
        self.write(publication, |tx, publication| Box::pin(publish(tx, publication))).await
    }

    /// Holds a change that could not be applied; what depends on it waits, and its tablet is told why.
    pub async fn hold(&self, hash: &str, reason: &str) -> Result<()> {
        // A reason may name what a hostile tablet wrote, and PostgreSQL keeps no NUL.
        self.write((hash.to_owned(), reason.replace('\0', " ")), |tx, (hash, reason)| {
            Box::pin(async move {
                tx.next_rev().await?;
                let notebook: Option<String> = tx
                    .scalar(values!("SELECT notebook FROM change WHERE org = $1 AND hash = $2", tx.org(), hash))
                    .await?;
                let notebook = notebook.context("This change is not in the record.")?;
                set_state(tx, &notebook, hash, ChangeState::Held, Some(reason)).await?;
                let_dependants_wait(tx, &notebook).await
            })
        })
        .await
    }

    /// How many changes are kept and neither published nor held.
    pub async fn not_published(&self) -> Result<NotPublished> {
        let rows: Vec<(String, i64)> = self
            .all(rows!(
                "SELECT state, CAST(count(*) AS BIGINT) FROM change
                 WHERE org = $1 AND state IN ('taken', 'waits') GROUP BY state",
                self.id()
            ))
            .await?;
        let of = |state: ChangeState| rows.iter().find(|(word, _)| word == state.word()).map_or(0, |(_, n)| *n);
        Ok(NotPublished { taken: of(ChangeState::Taken), waits: of(ChangeState::Waits) })
    }
}

async fn publish(tx: &mut Tx, publication: &Publication) -> Result<Published> {
    let rev = tx.next_rev().await?;
    let version: Option<i64> = tx
        .scalar(values!(
            "UPDATE notebook SET version = version + 1, chunk = $4, heads = $5, projection = $6
             WHERE org = $1 AND id = $2 AND version = $3 RETURNING version",
            tx.org(),
            &publication.notebook,
            publication.seen_version,
            &publication.chunk,
            serde_json::to_string(&publication.heads)?,
            &publication.projection
        ))
        .await?;
    let Some(version) = version else { return Ok(Published::Missed) };
    write_entries(tx, &publication.notebook, &publication.entries).await?;
    let mut last = rev;
    for hash in &publication.hashes {
        last = publish_change(tx, hash).await?.unwrap_or(last);
    }
    tx.run(sql!("UPDATE notebook SET last_rev = $3 WHERE org = $1 AND id = $2", tx.org(), &publication.notebook, last))
        .await?;
    let came = publication.hashes.iter().cloned().collect();
    wake_waiting(tx, &publication.notebook, &BTreeSet::new(), &came).await?;
    if version == 1 {
        first_published(tx, &publication.notebook).await?;
    }
    Ok(Published::At(last))
}

/// The first time there is something to see: the team's tablets come to see it.
async fn first_published(tx: &mut Tx, notebook: &str) -> Result<()> {
    let visit = values!(
        "SELECT n.visit FROM notebook n JOIN visit v ON v.org = $1 AND v.id = n.visit WHERE n.org = $1 AND n.id = $2",
        tx.org(),
        notebook
    );
    match tx.scalar::<String>(visit).await? {
        Some(visit) => regrant_visit(tx, &visit).await,
        None => Ok(()),
    }
}

async fn publish_change(tx: &mut Tx, hash: &str) -> Result<Option<i64>> {
    let rev = tx.next_rev().await?;
    let item: Option<ChangeItem> = tx
        .optional(rows!(
            "UPDATE change SET state = 'published', reason = NULL, rev = $3
             WHERE org = $1 AND hash = $2 AND state <> 'published' RETURNING notebook, device, mark",
            tx.org(),
            hash,
            rev
        ))
        .await?;
    let Some(item) = item else { return Ok(None) };
    // Not `put_feed`: a change is published once, so there is nothing to take the place of.
    tx.run(sql!(
        "INSERT INTO feed (org, rev, kind, ref, audience, audience_ref, origin, payload)
         VALUES ($1, $2, 'change', $3, 'notebook', $4, $5, $6)",
        tx.org(),
        rev,
        hash,
        &item.notebook,
        &item.device,
        serde_json::to_string(&item)?
    ))
    .await?;
    Ok(Some(rev))
}

/// Writes the entries that differ from what is there, and takes out those that are gone.
pub(super) async fn write_entries(tx: &mut Tx, notebook: &str, entries: &[Entry]) -> Result<()> {
    let kept: Vec<Entry> = tx
        .all(rows!(
            "SELECT notebook, id, kind, author, noted_at, ord, area, theme, tone, speaker, consent, folded, json
             FROM entry WHERE org = $1 AND notebook = $2",
            tx.org(),
            notebook
        ))
        .await?;
    for gone in kept.iter().filter(|kept| !entries.iter().any(|entry| entry.id == kept.id)) {
        tx.run(sql!("DELETE FROM entry WHERE org = $1 AND notebook = $2 AND id = $3", tx.org(), notebook, &gone.id))
            .await?;
    }
    for entry in entries.iter().filter(|entry| !kept.contains(entry)) {
        write_entry(tx, notebook, entry).await?;
    }
    Ok(())
}

async fn write_entry(tx: &mut Tx, notebook: &str, entry: &Entry) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO entry (org, notebook, id, kind, author, noted_at, ord, area, theme, tone, speaker, consent, folded, json)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (org, notebook, id) DO UPDATE SET kind = excluded.kind, author = excluded.author,
           noted_at = excluded.noted_at, ord = excluded.ord, area = excluded.area, theme = excluded.theme,
           tone = excluded.tone, speaker = excluded.speaker, consent = excluded.consent, folded = excluded.folded,
           json = excluded.json",
        tx.org(),
        notebook,
        &entry.id,
        &entry.kind,
        &entry.author,
        entry.noted_at,
        entry.ord,
        &entry.area,
        &entry.theme,
        &entry.tone,
        &entry.speaker,
        &entry.consent,
        &entry.folded,
        &entry.json
    ))
    .await?;
    Ok(())
}
