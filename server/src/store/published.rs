//! The second step of a push: what the projector made of the taken changes becomes the notebook that everybody reads, if
//! nobody published in between; what it could not apply is held with its reason, and can be tried again.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::grants::regrant_visit;
use super::many::many;
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
                 WHERE org = $1 AND state <> 'published' AND state IN ('taken', 'waits') GROUP BY state",
                self.id()
            ))
            .await?;
        let of = |state: ChangeState| rows.iter().find(|(word, _)| word == state.word()).map_or(0, |(_, n)| *n);
        Ok(NotPublished { taken: of(ChangeState::Taken), waits: of(ChangeState::Waits) })
    }
}

async fn publish(tx: &mut Tx, publication: &Publication) -> Result<Published> {
    // A revision for each change, whether or not it turns out to be published already, and one for a notebook of none.
    let count = i64::try_from(publication.hashes.len())?;
    let last = tx.next_revs(count.max(1)).await?;
    let version: Option<i64> = tx
        .scalar(values!(
            "UPDATE notebook SET version = version + 1, chunk = $4, heads = $5, projection = $6, last_rev = $7
             WHERE org = $1 AND id = $2 AND version = $3 RETURNING version",
            tx.org(),
            &publication.notebook,
            publication.seen_version,
            &publication.chunk,
            serde_json::to_string(&publication.heads)?,
            &publication.projection,
            last
        ))
        .await?;
    let Some(version) = version else { return Ok(Published::Missed) };
    write_entries(tx, &publication.notebook, &publication.entries).await?;
    publish_changes(tx, &publication.hashes, last - count + 1).await?;
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

/// Publishes those that are not yet, each with its revision, `first` and those after it, and puts them into the feed.
async fn publish_changes(tx: &mut Tx, hashes: &[String], first: i64) -> Result<()> {
    let revs: Vec<(&String, i64)> = hashes.iter().zip(first..).collect();
    let published: Vec<(String, i64, String, String, Option<String>)> = many!(
        tx,
        "WITH new (hash, rev) AS (VALUES ($2, CAST($3 AS BIGINT)))
         UPDATE change SET state = 'published', reason = NULL, rev = new.rev FROM new
         WHERE change.org = $1 AND change.hash = new.hash AND change.state <> 'published'
         RETURNING change.hash, change.rev, change.notebook, change.device, change.mark";
        &revs, |(hash, rev)| hash.as_str(), *rev
    )
    .await?;
    let mut told = Vec::with_capacity(published.len());
    for (hash, rev, notebook, device, mark) in published {
        let item = ChangeItem { notebook, device, mark };
        told.push((hash, rev, serde_json::to_string(&item)?, item));
    }
    // Not `put_feed`: a change is published once, so there is nothing to take the place of.
    let _: Vec<()> = many!(
        tx,
        "INSERT INTO feed (org, rev, kind, ref, audience, audience_ref, origin, payload)
         VALUES ($1, $2, 'change', $3, 'notebook', $4, $5, $6)";
        &told, |(hash, rev, payload, item)|
        *rev,
        hash.as_str(),
        item.notebook.as_str(),
        item.device.as_str(),
        payload.as_str()
    )
    .await?;
    Ok(())
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
    let differ: Vec<&Entry> = entries.iter().filter(|entry| !kept.contains(entry)).collect();
    let _: Vec<()> = many!(
        tx,
        "INSERT INTO entry (org, notebook, id, kind, author, noted_at, ord, area, theme, tone, speaker, consent, folded, json)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (org, notebook, id) DO UPDATE SET kind = excluded.kind, author = excluded.author,
           noted_at = excluded.noted_at, ord = excluded.ord, area = excluded.area, theme = excluded.theme,
           tone = excluded.tone, speaker = excluded.speaker, consent = excluded.consent, folded = excluded.folded,
           json = excluded.json",
        notebook;
        &differ, |entry|
        entry.id.as_str(),
        entry.kind.as_str(),
        entry.author.as_str(),
        entry.noted_at,
        entry.ord,
        entry.area.as_deref(),
        entry.theme.as_deref(),
        entry.tone.as_deref(),
        entry.speaker.as_deref(),
        entry.consent.as_deref(),
        entry.folded.as_str(),
        entry.json.as_str()
    )
    .await?;
    Ok(())
}
