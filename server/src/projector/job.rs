//! What is done with bytes that came from outside: pure, and meant to run in the child (`projector::child`), where a
//! panic, a hang or a gigabyte harms nobody. `check` and tests call it in their own process.

use super::follows::History;
use crate::sync::chunk::{self, Header};
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

/// Letters of a reason that a person reads.
const LONGEST_REASON: usize = 240;

struct Candidate<'a> {
    page: Header,
    bytes: &'a [u8],
}

/// A notebook on its way from what it was to what it becomes.
struct Work {
    book: Notebook,
    read: Projection,
    history: History,
    published: Vec<Hash>,
    held: Vec<(Hash, String)>,
    waits: Vec<Hash>,
}

/// Brings changes into a notebook; what does not fit is held, each by itself, and the rest goes on.
///
/// # Errors
/// The compact form so far cannot be read: then it must be made again from the changes.
pub fn publish(job: &Publish) -> Result<Published, NotebookError> {
    let reader = Actor::new([0xee; 16]);
    let book = match &job.chunk {
        Some(chunk) => Notebook::load(job.notebook, &chunk.0, &reader)?,
        None => Notebook::found(job.notebook, &reader)?,
    };
    let (read, history) = (project(&book)?, History::of(&book));
    let mut candidates = Vec::new();
    let mut work = Work { book, read, history, published: vec![], held: vec![], waits: vec![] };
    for bytes in &job.changes {
        match chunk::read(&bytes.0) {
            Ok(page) if work.history.has(&page.hash) => work.published.push(page.hash),
            Ok(page) => candidates.push(Candidate { page, bytes: &bytes.0 }),
            // The door has read this page before; whoever comes past it is not worth a name.
            Err(error) => tracing::warn!(%error, "a stored change cannot be read"),
        }
    }
    let (ready, waits) = in_order(&work.history, candidates);
    work.waits = waits;
    let fit = work.sift(ready);
    // One that replaces something is looked at alone, so that what it replaces is known.
    for run in fit.chunk_by(|one, next| !one.page.replaces && !next.page.replaces) {
        work.bring(run);
    }
    let Work { book, read, published, held, waits, .. } = work;
    Ok(Published { chunk: Bytes(book.save()), heads: book.heads(), projection: read, published, held, waits })
}

impl Work {
    /// Those that can follow what is here and each other; the others are held, and what stands on them waits.
    fn sift<'a>(&mut self, ready: Vec<Candidate<'a>>) -> Vec<Candidate<'a>> {
        let mut history = self.history.clone();
        let mut fit = Vec::new();
        for candidate in ready {
            if self.stands_on_absent(&candidate) {
                self.waits.push(candidate.page.hash);
                continue;
            }
            match history.follow(&candidate.page) {
                Ok(()) => fit.push(candidate),
                Err(why) => self.held.push((candidate.page.hash, why.to_string())),
            }
        }
        fit
    }

    /// Brings all in at once, or finds those that cannot be by halves.
    fn bring(&mut self, all: &[Candidate<'_>]) {
        let (now, later): (Vec<&Candidate<'_>>, Vec<&Candidate<'_>>) =
            all.iter().partition(|candidate| !self.stands_on_absent(candidate));
        let waiting = self.waits.len();
        self.waits.extend(later.iter().map(|candidate| candidate.page.hash));
        if now.is_empty() {
            return;
        }
        match self.attempt(&now) {
            Ok((book, read, history)) => {
                (self.book, self.read, self.history) = (book, read, history);
                self.published.extend(now.iter().map(|candidate| candidate.page.hash));
            }
            Err(reason) => match (now.as_slice(), all.split_at(all.len() / 2)) {
                ([alone], _) => self.held.push((alone.page.hash, reason)),
                (_, (first, rest)) => {
                    self.waits.truncate(waiting);
                    self.bring(first);
                    self.bring(rest);
                }
            },
        }
    }

    fn stands_on_absent(&self, candidate: &Candidate<'_>) -> bool {
        let absent = |dep: &Hash| self.waits.contains(dep) || self.held.iter().any(|(hash, _)| hash == dep);
        candidate.page.deps.iter().any(absent)
    }

    /// Applies, saves, loads again, checks the shape, reads it and looks whether all that stood there still does; a
    /// panic on the way is a reason like another.
    fn attempt(&self, changes: &[&Candidate<'_>]) -> Result<(Notebook, Projection, History), String> {
        let tried = catch_unwind(AssertUnwindSafe(|| {
            let mut history = self.history.clone();
            for candidate in changes {
                history.follow(&candidate.page).map_err(|why| why.to_string())?;
            }
            self.with(changes).map(|(book, read)| (book, read, history)).map_err(|error| error.to_string())
        }));
        let tried = tried.unwrap_or_else(|_| Err("reading it failed in a way that must not happen".to_owned()));
        // A reason may repeat what the change says, which may be megabytes of somebody's choosing.
        tried.map_err(|reason| reason.chars().take(LONGEST_REASON).collect())
    }

    fn with(&self, changes: &[&Candidate<'_>]) -> Result<(Notebook, Projection), NotebookError> {
        let mut with = self.book.clone();
        with.apply(changes.iter().map(|candidate| candidate.bytes))?;
        let saved = with.save();
        with.check_size(saved.len())?;
        let again = Notebook::load(with.id(), &saved, &Actor::new([0xee; 16]))?;
        let read = again.check()?;
        read.keeps(&self.read)?;
        Ok((again, read))
    }
}

/// Those whose every ground is here, each after what it stands on; and those that must wait.
fn in_order<'a>(known: &History, mut rest: Vec<Candidate<'a>>) -> (Vec<Candidate<'a>>, Vec<Hash>) {
    let mut here = BTreeSet::new();
    let mut ready = Vec::new();
    loop {
        let (now, later): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|c| c.page.deps.iter().all(|dep| known.has(dep) || here.contains(dep)));
        if now.is_empty() {
            return (ready, later.into_iter().map(|c| c.page.hash).collect());
        }
        here.extend(now.iter().map(|c| c.page.hash));
        ready.extend(now);
        rest = later;
    }
}

#[cfg(test)]
mod tests;
