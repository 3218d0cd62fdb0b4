//! A notebook is founded again without what somebody asked us not to keep: every other value under its id, with its name,
//! time and what it replaced, and nothing of the history in which the words stood (`docs/protocol.md`, *Gone*).

use super::drain::entries;
use crate::sealed;
use crate::store::OrgStore;
use crate::store::gone::Refounded;
use crate::sync::write;
use age::secrecy::SecretString;
use anyhow::Context as _;
use domain::entry::ADDITION;
use domain::ids::{EntryId, NotebookId};
use domain::notebook::{Actor, Notebook, ProjectedEntry, Projection, Value, project};
use std::collections::BTreeSet;

/// Fields in which somebody's own words stand; what else a note has is chosen from a list, and stands in many.
const WORDS: [&str; 11] = [
    "words",
    "caption",
    "shows",
    "told",
    "shown",
    "feedback",
    "said_by",
    "permission",
    "person_said",
    "covered",
    ADDITION,
];
/// Bytes of such a text by which it is known again in what nobody could read: *Warm rooms* stands in many a note.
const TELLING: usize = 12;

/// A notebook as it was read, with something in it that was taken back.
pub(super) struct Found {
    /// Its version in the record.
    pub(super) seen: i64,
    /// Its compact form.
    pub(super) chunk: Vec<u8>,
    /// How it reads.
    pub(super) read: Projection,
}

/// Founds it again without these entries. `false`: somebody wrote in between; it is to be read again.
///
/// # Errors
/// The store's, or a compact form that cannot be read.
pub(super) async fn refound(
    org: &OrgStore,
    found: Found,
    without: &BTreeSet<EntryId>,
    now: i64,
) -> anyhow::Result<bool> {
    if without.is_empty() {
        return Ok(true);
    }
    let notebook = found.read.id;
    let (going, staying): (Vec<_>, Vec<_>) = found.read.entries.iter().partition(|entry| without.contains(&entry.id));
    let needed: BTreeSet<&str> = staying.into_iter().filter_map(photo_of).collect();
    let photos = going.iter().filter_map(|entry| photo_of(entry)).filter(|hash| !needed.contains(hash));
    let photos = photos.map(str::to_owned).collect();
    let mut said: Vec<String> = without.iter().map(ToString::to_string).collect();
    said.extend(going.iter().flat_map(|entry| words_of(entry)).filter(|words| words.len() >= TELLING));
    let (again, read) = amended(notebook, found.chunk, without.clone()).await?;
    let genesis = Notebook::genesis(notebook)?;
    let kept = org.notebook(&notebook.to_string()).await?.context("a notebook that was here a moment ago")?;
    let about = write::about(&kept);
    let changes = again.changes().into_iter().filter(|change| change.hash != genesis.hash);
    let refounded = Refounded {
        notebook: notebook.to_string(),
        seen_version: found.seen,
        gone: without.iter().map(ToString::to_string).collect(),
        said,
        photos,
        contacts: contacts(org, notebook, without).await?,
        chunk: again.save(),
        heads: again.heads().iter().map(ToString::to_string).collect(),
        projection: serde_json::to_string(&read)?,
        entries: entries(&read)?,
        changes: changes.map(|change| write::taken(notebook, &about, change, false)).collect::<Result<_, _>>()?,
        genesis: genesis.hash.to_string(),
    };
    org.refound(refounded, &write::office().to_string(), now).await
}

/// Off the threads that serve: a large notebook takes a while.
async fn amended(
    notebook: NotebookId,
    chunk: Vec<u8>,
    without: BTreeSet<EntryId>,
) -> anyhow::Result<(Notebook, Projection)> {
    let actor = write::new_actor()?;
    let made = tokio::task::spawn_blocking(move || {
        let again = Notebook::load(notebook, &chunk, &Actor::genesis())?.amend(&without, &actor)?;
        let read = project(&again)?;
        anyhow::Ok((again, read))
    });
    made.await?
}

fn photo_of(entry: &ProjectedEntry) -> Option<&str> {
    let hash = entry.fields.get("hash").filter(|_| entry.kind == "photo")?;
    hash.values.first()?.value.text()
}

/// Every text that ever stood in it, and why it was withdrawn, if it was.
fn words_of(entry: &ProjectedEntry) -> Vec<String> {
    let own = entry.fields.iter().filter(|(name, _)| WORDS.contains(&name.as_str()));
    let values = own.flat_map(|(_, field)| &field.values);
    let whys = entry.withdrawn.iter().map(|mark| mark.why.clone());
    let all = values.flat_map(|stated| stated.was.iter().chain(std::iter::once(stated)));
    all.flat_map(|stated| match &stated.value {
        Value::Text(text) => vec![text.clone()],
        Value::List(words) => words.clone(),
        Value::Whole(_) | Value::Flag(_) => Vec::new(),
    })
    .chain(whys)
    .collect()
}

/// Whether a contact that comes now belongs to an entry that was taken back in its notebook.
///
/// # Errors
/// The store's.
pub(crate) async fn belongs_to_what_was_taken_back(
    org: &OrgStore,
    notebook: NotebookId,
    wrapped: &[u8],
    sealed: &[u8],
) -> anyhow::Result<bool> {
    let gone = org.taken_back(&notebook.to_string()).await?;
    if gone.is_empty() {
        return Ok(false);
    }
    let desk = desk(org).await?;
    let view = sealed::open_contact(&desk, wrapped, sealed).ok().and_then(|contact| contact.view);
    Ok(view.is_some_and(|view| gone.contains(&view.to_string())))
}

async fn desk(org: &OrgStore) -> anyhow::Result<SecretString> {
    let desk = org.desk_private().await?;
    Ok(SecretString::from(std::str::from_utf8(&desk).context("the desk's key")?.to_owned()))
}

/// How to reach whoever gave one of these: sealed to the desk, so that the desk can say which they are.
async fn contacts(org: &OrgStore, notebook: NotebookId, of: &BTreeSet<EntryId>) -> anyhow::Result<Vec<String>> {
    let sealed = org.contacts_of(&notebook.to_string()).await?;
    if sealed.is_empty() {
        return Ok(Vec::new());
    }
    let desk = desk(org).await?;
    let mut theirs = Vec::new();
    for record in sealed {
        match sealed::open_contact(&desk, &record.wrapped, &record.ciphertext) {
            Ok(contact) if contact.view.is_some_and(|view| of.contains(&view)) => theirs.push(record.id),
            Ok(_) => {}
            // Whose it is cannot be said; it stays for somebody who can open it.
            Err(error) => tracing::warn!(id = record.id, cause = %format!("{error:#}"), "a contact does not open"),
        }
    }
    Ok(theirs)
}

/// Takes photos that were taken back out of the objects' store; what cannot be removed now is tried again later.
///
/// # Errors
/// The store's.
pub(super) async fn remove_objects(store: &crate::store::Store) -> anyhow::Result<()> {
    for (org, hash) in store.objects_gone().await? {
        match store.objects().remove(&org, &hash).await {
            Ok(()) => store.org(&org).object_removed(&hash).await?,
            Err(error) => {
                tracing::error!(%org, photo = hash, cause = %format!("{error:#}"), "a photo that was taken back is still there");
            }
        }
    }
    Ok(())
}
