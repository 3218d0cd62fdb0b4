//! What is done with bytes that came from outside: pure, and meant to run in the child (`projector::child`), where a
//! panic, a hang or a gigabyte harms nobody. `check` and tests call it in their own process.

use crate::sync::chunk;
use domain::ids::NotebookId;
use domain::notebook::{Actor, Hash, Notebook, NotebookError, Projection, project};
use domain::wire::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Changes to be brought into a notebook.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Publish {
    /// Which notebook.
    pub notebook: NotebookId,
    /// Its compact form so far; nothing before the first publication.
    pub chunk: Option<Bytes>,
    /// The changes, in order of arrival.
    pub changes: Vec<Bytes>,
}

/// What became of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Published {
    /// The compact form now.
    pub chunk: Bytes,
    /// Its newest changes.
    pub heads: Vec<Hash>,
    /// As it reads now.
    pub projection: Projection,
    /// What is in it now.
    pub published: Vec<Hash>,
    /// What is not, and why.
    pub held: Vec<(Hash, String)>,
    /// What stands on changes that are not here or are held.
    pub waits: Vec<Hash>,
}

struct Candidate<'a> {
    hash: Hash,
    deps: Vec<Hash>,
    bytes: &'a [u8],
}

/// Brings changes into a notebook; what does not fit is held one by one, and the rest goes on.
///
/// # Errors
/// The compact form so far cannot be read: then it must be made again from the changes.
pub fn publish(job: &Publish) -> Result<Published, NotebookError> {
    let reader = Actor::new([0xee; 16]);
    let mut book = match &job.chunk {
        Some(chunk) => Notebook::load(job.notebook, &chunk.0, &reader)?,
        None => Notebook::found(job.notebook, &reader)?,
    };
    let known: BTreeSet<Hash> = book.changes().into_iter().map(|c| c.hash).collect();
    let mut held = Vec::new();
    let mut candidates = Vec::new();
    let mut published = Vec::new();
    for bytes in &job.changes {
        match chunk::read(&bytes.0) {
            Ok(page) if known.contains(&page.hash) => published.push(page.hash),
            Ok(page) => candidates.push(Candidate { hash: page.hash, deps: page.deps, bytes: &bytes.0 }),
            // The door has read this page before; whoever comes past it is not worth a name.
            Err(error) => tracing::warn!(%error, "a stored change cannot be read"),
        }
    }
    let (ready, mut waits) = in_order(&known, candidates);
    let all: Vec<&[u8]> = ready.iter().map(|c| c.bytes).collect();
    match attempt(&book, &all) {
        Ok(whole) => {
            book = whole;
            published.extend(ready.iter().map(|c| c.hash));
        }
        Err(_) => one_by_one(&mut book, &ready, &mut published, &mut held, &mut waits),
    }
    let projection = project(&book)?;
    Ok(Published { chunk: Bytes(book.save()), heads: book.heads(), projection, published, held, waits })
}

fn one_by_one(
    book: &mut Notebook,
    ready: &[Candidate<'_>],
    published: &mut Vec<Hash>,
    held: &mut Vec<(Hash, String)>,
    waits: &mut Vec<Hash>,
) {
    let mut absent = BTreeSet::new();
    for candidate in ready {
        if candidate.deps.iter().any(|dep| absent.contains(dep)) {
            absent.insert(candidate.hash);
            waits.push(candidate.hash);
            continue;
        }
        match attempt(book, &[candidate.bytes]) {
            Ok(with) => {
                *book = with;
                published.push(candidate.hash);
            }
            Err(reason) => {
                absent.insert(candidate.hash);
                held.push((candidate.hash, reason));
            }
        }
    }
}

/// Those whose every ground is here, each after what it stands on; and those that must wait.
fn in_order<'a>(known: &BTreeSet<Hash>, mut rest: Vec<Candidate<'a>>) -> (Vec<Candidate<'a>>, Vec<Hash>) {
    let mut here = known.clone();
    let mut ready = Vec::new();
    loop {
        let (now, later): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|c| c.deps.iter().all(|dep| here.contains(dep)));
        if now.is_empty() {
            return (ready, later.into_iter().map(|c| c.hash).collect());
        }
        here.extend(now.iter().map(|c| c.hash));
        ready.extend(now);
        rest = later;
    }
}

/// Applies, saves, loads again, checks the shape and reads it; a panic on the way is a reason like another.
fn attempt(book: &Notebook, changes: &[&[u8]]) -> Result<Notebook, String> {
    let tried = catch_unwind(AssertUnwindSafe(|| {
        let mut with = book.clone();
        with.apply(changes.iter().copied())?;
        let again = Notebook::load(book.id(), &with.save(), &Actor::new([0xee; 16]))?;
        again.check()?;
        project(&again)?;
        Ok::<_, NotebookError>(again)
    }));
    match tried {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(_) => Err("reading it failed in a way that must not happen".to_owned()),
    }
}

#[cfg(test)]
mod tests;
