//! Whether a change can follow what a notebook holds: as automerge writes them, each actor's changes are one chain, and
//! each operation's number is higher than any that its writer knew. Automerge believes what it reads of this; a change
//! that lies gives two operations one number, or uses all numbers up, so that nobody can write after it.

use crate::sync::chunk::Header;
use domain::notebook::{Actor, Hash, Notebook};
use std::collections::{BTreeMap, BTreeSet};

/// How far beyond the highest number a change may begin: its writer may have numbered what the office holds. So many
/// steps of it, one for each change that a notebook takes, stay within the 32 bits in which automerge counts.
const FARTHEST: u64 = 100_000;

/// What a notebook holds, as far as another change can follow it.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    changes: BTreeMap<Hash, Ground>,
    actors: BTreeMap<Actor, (u64, Hash)>,
    highest: u64,
}

#[derive(Clone, Debug)]
struct Ground {
    deps: Vec<Hash>,
    last: u64,
}

/// Why a change cannot follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Astray {
    /// It does what no version of ours does.
    #[error("it takes something away, or does what no note of ours does")]
    Foreign,
    /// It stands on what is not here.
    #[error("an earlier change has not come yet")]
    Groundless,
    /// Its actor's next change has another number.
    #[error("its number is not the next one of its writer")]
    OutOfTurn,
    /// It does not stand on its actor's last change.
    #[error("it does not stand on what its writer wrote before")]
    Unchained,
    /// Its operations have numbers that its writer had used or seen.
    #[error("its operations are numbered as if it had been written earlier")]
    Early,
    /// Its operations begin so high that others could soon write no more.
    #[error("its operations are numbered so high that nobody could write after it")]
    TooHigh,
}

impl History {
    pub(super) fn of(book: &Notebook) -> Self {
        let mut history = Self::default();
        for written in book.history() {
            history.add(written.hash, written.actor, written.seq, Ground { deps: written.deps, last: written.last });
        }
        history
    }

    pub(super) fn has(&self, hash: &Hash) -> bool {
        self.changes.contains_key(hash)
    }

    /// Takes a change in, where it can follow.
    pub(super) fn follow(&mut self, page: &Header) -> Result<(), Astray> {
        if page.foreign {
            return Err(Astray::Foreign);
        }
        let grounds =
            page.deps.iter().map(|dep| self.changes.get(dep).map(|ground| ground.last).ok_or(Astray::Groundless));
        let known = grounds.collect::<Result<Vec<_>, _>>()?.into_iter().max().unwrap_or_default();
        match self.actors.get(&page.actor) {
            None if page.seq == 1 => {}
            Some((seq, last)) if page.seq == seq + 1 => {
                if !self.is_below(last, &page.deps) {
                    return Err(Astray::Unchained);
                }
            }
            _ => return Err(Astray::OutOfTurn),
        }
        if page.start <= known {
            return Err(Astray::Early);
        }
        if page.start > self.highest + FARTHEST {
            return Err(Astray::TooHigh);
        }
        let last = page.start.saturating_add(page.ops).saturating_sub(1);
        self.add(page.hash, page.actor.clone(), page.seq, Ground { deps: page.deps.clone(), last });
        Ok(())
    }

    fn add(&mut self, hash: Hash, actor: Actor, seq: u64, ground: Ground) {
        self.highest = self.highest.max(ground.last);
        self.changes.insert(hash, ground);
        self.actors.insert(actor, (seq, hash));
    }

    /// Whether a change is among these or below one of them.
    fn is_below(&self, sought: &Hash, heads: &[Hash]) -> bool {
        let mut seen = BTreeSet::new();
        let mut rest: Vec<Hash> = heads.to_vec();
        while let Some(hash) = rest.pop() {
            if hash == *sought {
                return true;
            }
            // What ends before it began cannot stand on it.
            let older = |ground: &Ground| self.changes.get(sought).is_some_and(|s| ground.last < s.last);
            if let Some(ground) = self.changes.get(&hash).filter(|ground| !older(ground))
                && seen.insert(hash)
            {
                rest.extend(&ground.deps);
            }
        }
        false
    }
}
