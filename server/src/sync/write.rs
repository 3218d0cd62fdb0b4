//! The office writes in a notebook as an actor of its own, through the same two steps as a tablet: when a difference is
//! settled or a letter typed in. What it writes is published before it answers, or not written at all.

use crate::projector::publish_here;
use crate::store::OrgStore;
use crate::store::notebooks::Notebook as Kept;
use crate::store::taken::{About, TakenChange, Took};
use anyhow::{Context as _, bail};
use domain::ids::{DeviceId, NotebookId, PersonId};
use domain::notebook::{Actor, NewChange, Notebook, NotebookError, Stamp};
use std::collections::BTreeSet;

/// How often a write is begun again when a tablet's changes were published in between.
const TRIES: usize = 5;

/// Writes in a notebook at its present heads, as `by`; `edit` may be called again when others wrote meanwhile, and
/// says with each change what it writes over. Answers when it is published.
///
/// # Errors
/// `edit`'s own, or a notebook in which nothing can be published; then nothing was written.
pub async fn office_write<F>(
    org: &OrgStore,
    notebook: NotebookId,
    by: PersonId,
    now: i64,
    pack: &str,
    edit: F,
) -> anyhow::Result<()>
where
    F: Fn(&mut Notebook, &Stamp) -> Result<NewChange, NotebookError> + Send + Sync,
{
    let id = notebook.to_string();
    let office = office();
    let stamp = Stamp { by, at: now, tablet: office, number: now, skew: 0, pack: pack.to_owned() };
    for _ in 0..TRIES {
        let actor = new_actor()?;
        let kept = org.notebook(&id).await?;
        let mut founding = None;
        let (mut book, about) = match &kept {
            Some(kept) => {
                let about = about(kept);
                match &kept.chunk {
                    Some(chunk) => (Notebook::load(notebook, chunk, &actor)?, about),
                    None => (Notebook::found(notebook, &actor)?, about),
                }
            }
            None => {
                let visit = org.visit(&id).await?.context("This visit is not in the record.")?;
                let about = About { kind: "visit".into(), visit: Some(visit.id), event: None };
                founding = Some(taken(notebook, &about, Notebook::genesis(notebook)?, true)?);
                (Notebook::found(notebook, &actor)?, about)
            }
        };
        let change = edit(&mut book, &stamp)?;
        let hash = change.hash.to_string();
        let mut changes: Vec<TakenChange> = founding.into_iter().collect();
        changes.push(taken(notebook, &about, change, false)?);
        let own: BTreeSet<String> = changes.iter().map(|change| change.hash.clone()).collect();
        let took = org.take_changes(&office.to_string(), changes, now).await?;
        // It was founded again meanwhile.
        if took.last() == Some(&Took::Gone) {
            continue;
        }
        if !matches!(took.last(), Some(Took::Taken | Took::Known(_))) {
            bail!("This could not be written into the notebook. Nothing was changed; load the page again.");
        }
        publish_here(&org.in_its_wake(), notebook, &own, now).await?;
        match org.change(&hash).await? {
            Some(change) if change.reason.is_none() => return Ok(()),
            Some(change) => bail!("This could not be published: {}", change.reason.unwrap_or_default()),
            None => {}
        }
    }
    bail!("Others were writing at the same time. Nothing was changed; load the page again.")
}

/// The office is nobody's tablet: the nil id says so wherever a tablet is named.
pub(crate) const fn office() -> DeviceId {
    DeviceId::new(uuid::Uuid::nil())
}

/// An actor that has written nothing yet.
pub(crate) fn new_actor() -> anyhow::Result<Actor> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("no randomness from the system: {error}"))?;
    Ok(Actor::new(random))
}

/// What a notebook is about, as the record has it.
pub(crate) fn about(kept: &Kept) -> About {
    About { kind: kept.kind.clone(), visit: kept.visit.clone(), event: kept.event.clone() }
}

/// A change as the record takes it, from the office itself.
pub(crate) fn taken(
    notebook: NotebookId,
    about: &About,
    change: NewChange,
    founding: bool,
) -> anyhow::Result<TakenChange> {
    Ok(TakenChange {
        hash: change.hash.to_string(),
        notebook: notebook.to_string(),
        about: about.clone(),
        actor: change.actor.base().as_str().to_owned(),
        seq: i64::try_from(change.seq)?,
        deps: change.deps.iter().map(ToString::to_string).collect(),
        founding,
        relayed: false,
        replaces: Vec::new(),
        bytes: change.bytes,
    })
}
