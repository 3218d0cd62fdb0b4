//! The task that publishes: takes the notebook that has waited longest, has the child bring its changes in, and writes
//! the result if nobody was quicker. A change that kills the child is found by trying one at a time, and held.

use super::refound::{Found, refound, remove_objects};
use super::{Answer, Ask, Ended, NotStarted, Projector, Publish, Published, publish};
use crate::serve::State;
use crate::store::OrgStore;
use crate::store::fold::fold;
use crate::store::notebooks::Entry;
use crate::store::published::{Publication, Published as Outcome, is_refused};
use crate::store::taken::{Change, ChangeState};
use anyhow::{Context as _, anyhow, bail};
use domain::ids::{EntryId, NotebookId};
use domain::notebook::{ProjectedEntry, Projection, Value};
use domain::wire::Bytes;
use std::collections::BTreeSet;
use std::time::Duration;

/// The most changes for one job of the child, and the most bytes unless one alone has more.
const MOST: i64 = 500;
const LARGEST: i64 = 8 * 1024 * 1024;

/// How often a notebook that is founded again is read anew because somebody wrote in it, before it is another one's turn.
const MISSES: usize = 5;

/// How the changes are read: by the child, or in this process where the bytes are our own.
enum Reader<'a> {
    Child(&'a Projector),
    /// Only the changes of these hashes.
    Here(&'a BTreeSet<String>),
}

/// The compact form so far cannot be read: a cache is spoilt, and no change is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the notebook's compact form cannot be read")]
struct SpoiltChunk;

/// Publishes whatever waits, for as long as the server runs. What was held before is looked at again first.
pub async fn drain(state: State) {
    match state.store.org_ids().await {
        Ok(orgs) => {
            for org in orgs {
                if let Err(error) = state.store.org(&org).retry_held().await {
                    tracing::error!(cause = %format!("{error:#}"), "held changes were not looked at again");
                }
            }
        }
        Err(error) => tracing::error!(cause = %format!("{error:#}"), "the organisations cannot be read"),
    }
    if let Err(error) = remove_objects(&state.store).await {
        tracing::error!(cause = %format!("{error:#}"), "photos that were taken back were not removed");
    }
    loop {
        match drained(&state).await {
            // Another process may take changes too: it is looked for once a second.
            Ok(()) => {
                let second = tokio::time::sleep(Duration::from_secs(1));
                tokio::select! { () = state.wake.notified() => (), () = second => () }
            }
            Err(error) => {
                tracing::error!(cause = %format!("{error:#}"), "publishing failed; it is tried again");
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
        }
    }
}

/// Publishes until nothing waits.
///
/// # Errors
/// The store's.
pub async fn drained(state: &State) -> anyhow::Result<()> {
    let mut failed = BTreeSet::new();
    let mut first = None;
    loop {
        let mut waiting = state.store.unpublished_notebooks().await?;
        waiting.retain(|notebook| !failed.contains(notebook));
        if waiting.is_empty() {
            return first.map_or(Ok(()), Err);
        }
        for (org, notebook) in waiting {
            let published = match notebook.parse().context("a notebook's id cannot be read") {
                Ok(id) => publish_one(&state.store.org(&org), id, &Reader::Child(&state.projector), state.now()).await,
                Err(error) => Err(error),
            };
            match published {
                Ok(()) => {}
                Err(error) if error.is::<NotStarted>() => return Err(error),
                // One notebook, whoever's it is, keeps no other waiting.
                Err(error) => {
                    tracing::error!(%org, %notebook, cause = %format!("{error:#}"), "a notebook was not published");
                    failed.insert((org, notebook));
                    first.get_or_insert(error);
                }
            }
        }
    }
}

/// Publishes changes of these hashes in this process, for what the office itself wrote; what tablets sent to the same
/// notebook is left for the child.
///
/// # Errors
/// The store's, or a notebook that cannot be read.
pub async fn publish_here(
    org: &OrgStore,
    notebook: NotebookId,
    own: &BTreeSet<String>,
    now: i64,
) -> anyhow::Result<()> {
    publish_one(org, notebook, &Reader::Here(own), now).await
}

async fn publish_one(org: &OrgStore, notebook: NotebookId, reader: &Reader<'_>, now: i64) -> anyhow::Result<()> {
    let mut batch = MOST;
    let (mut made_again, mut misses) = (false, 0);
    loop {
        let mut waiting = reader.waiting(org, notebook, batch).await?;
        if waiting.is_empty() {
            // All is read: what was taken back goes now. Whoever wrote in between is read first.
            if misses < MISSES && !reader.is_here() && !take_out(org, notebook, now).await? {
                misses += 1;
                continue;
            }
            return Ok(());
        }
        let kept = org.compact(&notebook.to_string()).await?.context("a change without its notebook")?;
        let job = Publish {
            notebook,
            chunk: kept.chunk.map(Bytes),
            changes: waiting.iter_mut().map(|change| Bytes(std::mem::take(&mut change.bytes))).collect(),
        };
        let done = match reader.read(job).await {
            Ok(done) => done,
            // Nothing was read, so nothing is held for it: it waits until the machine can.
            Err(error) if error.is::<NotStarted>() => return Err(error),
            // The cache is spoilt, and none of those that wait is to blame: the changes are the truth.
            Err(error) if error.is::<SpoiltChunk>() && !made_again => {
                tracing::error!(%notebook, cause = %format!("{error:#}"), "a notebook is made again from its changes");
                make_again(org, notebook, kept.version, reader).await?;
                made_again = true;
                continue;
            }
            Err(error) if error.is::<SpoiltChunk>() => return Err(error),
            // The child died of one of them: one at a time says of which.
            Err(_) if waiting.len() > 1 => {
                batch = 1;
                continue;
            }
            // It did not die of it, so it may be the machine's trouble; the others are not kept waiting for it.
            Err(error) if !error.is::<Ended>() && reader.is_given_another_try(&waiting) => return Err(error),
            Err(error) => {
                let reason = "It could not be read within the limits of memory and time that one change has.";
                tracing::warn!(%notebook, cause = %format!("{error:#}"), "a change is held");
                hold_all(org, &waiting, reason).await?;
                // It has cost the child its life and up to its patience; now it is everybody else's turn.
                return Ok(());
            }
        };
        match keep(org, kept.version, &waiting, done).await {
            Err(error) if !is_refused(&error) || matches!(reader, Reader::Here(_)) => return Err(error),
            // The record did not take what one of them says: one at a time says of which.
            Err(_) if waiting.len() > 1 => batch = 1,
            Err(error) => {
                let reason = "The office's record could not take it: it has the id of something in another notebook, or \
                              signs that are no writing.";
                tracing::warn!(%notebook, cause = %format!("{error:#}"), "a change is held");
                hold_all(org, &waiting, reason).await?;
            }
            Ok(()) => {}
        }
    }
}

/// Takes out of a notebook what was taken back and stands in it still. `false`: somebody wrote in between.
async fn take_out(org: &OrgStore, notebook: NotebookId, now: i64) -> anyhow::Result<bool> {
    let gone = org.taken_back(&notebook.to_string()).await?;
    if gone.is_empty() {
        return Ok(true);
    }
    let kept = org.notebook(&notebook.to_string()).await?.context("something taken back without its notebook")?;
    let (Some(chunk), Some(projection)) = (kept.chunk, kept.projection) else { return Ok(true) };
    let read: Projection = serde_json::from_str(&projection)?;
    let gone = gone.iter().map(|id| id.parse()).collect::<Result<BTreeSet<EntryId>, _>>()?;
    let without = read.entries.iter().map(|entry| entry.id).filter(|id| gone.contains(id)).collect();
    if !refound(org, Found { seen: kept.version, chunk, read }, &without, now).await? {
        return Ok(false);
    }
    remove_objects(org.store()).await?;
    Ok(true)
}

/// Makes a notebook's compact form again from all that was ever published in it, and nothing else.
async fn make_again(org: &OrgStore, notebook: NotebookId, seen: i64, reader: &Reader<'_>) -> anyhow::Result<()> {
    let changes = org.published_changes(&notebook.to_string()).await?;
    let all = changes.len();
    let job = Publish { notebook, chunk: None, changes: changes.into_iter().map(|c| Bytes(c.bytes)).collect() };
    let done = reader.read(job).await?;
    if done.published.len() < all {
        bail!("{} changes that were published cannot be read any more", all - done.published.len());
    }
    // Somebody who published meanwhile had a chunk that could be read; the next turn finds it.
    publish_all(org, seen, &done).await.map(|_| ())
}

impl Reader<'_> {
    const fn is_here(&self) -> bool {
        matches!(self, Self::Here(_))
    }

    /// What is to be read next.
    async fn waiting(&self, org: &OrgStore, notebook: NotebookId, most: i64) -> anyhow::Result<Vec<Change>> {
        let Self::Here(own) = self else { return org.unpublished(&notebook.to_string(), most, LARGEST).await };
        let mut waiting = Vec::new();
        for hash in *own {
            waiting.extend(org.change(hash).await?.filter(|change| change.state == ChangeState::Taken));
        }
        Ok(waiting)
    }

    /// Whether what failed without ending the child is tried again before it is held.
    fn is_given_another_try(&self, alone: &[Change]) -> bool {
        match self {
            Self::Here(_) => false,
            Self::Child(projector) => alone.iter().all(|change| projector.is_given_another_try(&change.hash)),
        }
    }

    async fn read(&self, job: Publish) -> anyhow::Result<Published> {
        match self {
            Self::Here(_) => tokio::task::spawn_blocking(move || publish(&job)).await?.context(SpoiltChunk),
            Self::Child(projector) => match projector.ask(&Ask::Publish(job)).await? {
                Answer::Published(Ok(done)) => Ok(*done),
                Answer::Published(Err(reason)) => Err(anyhow!(reason).context(SpoiltChunk)),
                Answer::Photo(_) => Err(anyhow!("the child answered something else")),
            },
        }
    }
}

async fn keep(org: &OrgStore, seen: i64, waiting: &[Change], done: Published) -> anyhow::Result<()> {
    if !done.published.is_empty() && publish_all(org, seen, &done).await? == Outcome::Missed {
        return Ok(());
    }
    for (hash, reason) in &done.held {
        org.hold(&hash.to_string(), reason).await?;
    }
    // Neither published nor held nor waiting for a held one: its page could not be read again. Nothing may turn for ever.
    let named = |change: &&Change| {
        let is = |hash: &domain::notebook::Hash| hash.to_string() == change.hash;
        !done.published.iter().any(is) && !done.held.iter().any(|(hash, _)| is(hash)) && !done.waits.iter().any(is)
    };
    for change in waiting.iter().filter(named) {
        org.hold(&change.hash, "Its first page cannot be read.").await?;
    }
    if done.published.is_empty() && done.held.is_empty() {
        let alone: Vec<Change> =
            waiting.iter().filter(|c| done.waits.iter().any(|hash| hash.to_string() == c.hash)).cloned().collect();
        hold_all(org, &alone, "It stands on a change that has not come.").await?;
    }
    Ok(())
}

async fn publish_all(org: &OrgStore, seen: i64, done: &Published) -> anyhow::Result<Outcome> {
    let publication = Publication {
        notebook: done.projection.id.to_string(),
        seen_version: seen,
        heads: done.heads.iter().map(ToString::to_string).collect(),
        projection: serde_json::to_string(&done.projection)?,
        entries: entries(&done.projection)?,
        hashes: done.published.iter().map(ToString::to_string).collect(),
        chunk: done.chunk.0.clone(),
    };
    org.publish(publication).await
}

async fn hold_all(org: &OrgStore, changes: &[Change], reason: &str) -> anyhow::Result<()> {
    for change in changes {
        org.hold(&change.hash, reason).await?;
    }
    Ok(())
}

/// A projection's entries as the office's rows; withdrawn ones stay, with their mark.
///
/// # Errors
/// None that a projection can bring about.
pub fn entries(projection: &Projection) -> anyhow::Result<Vec<Entry>> {
    let mut rows = Vec::new();
    for (place, entry) in projection.entries.iter().enumerate() {
        let field = |name: &str| current(entry, name);
        let words: Vec<String> =
            entry.fields.values().flat_map(|f| &f.values).filter_map(|s| words(&s.value)).collect();
        rows.push(Entry {
            notebook: projection.id.to_string(),
            id: entry.id.to_string(),
            kind: entry.kind.clone(),
            author: entry.by.to_string(),
            noted_at: entry.at,
            ord: i64::try_from(place)?,
            area: field("area"),
            theme: field("theme"),
            tone: field("tone"),
            speaker: field("speaker"),
            consent: field("consent"),
            folded: fold(&words.join(" ")),
            json: serde_json::to_string(entry)?,
        });
    }
    Ok(rows)
}

fn current(entry: &ProjectedEntry, name: &str) -> Option<String> {
    entry.fields.get(name)?.values.first()?.value.text().map(str::to_owned)
}

fn words(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::List(words) => Some(words.join(" ")),
        Value::Whole(_) | Value::Flag(_) => None,
    }
}
