//! What stands in a notebook's history, without its words: enough to say whether another change can follow.

use super::{Actor, Hash, Heads, Notebook};

/// A change that is in a notebook, as others stand on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its hash.
    pub hash: Hash,
    /// Who wrote it.
    pub actor: Actor,
    /// Its number with that actor, from 1.
    pub seq: u64,
    /// The changes it stands on.
    pub deps: Heads,
    /// The number of its last operation.
    pub last: u64,
}

impl Notebook {
    /// Every change, the first one first.
    #[must_use]
    pub fn history(&self) -> Vec<Written> {
        let all = self.doc.get_changes_meta(&[]);
        all.into_iter()
            .map(|change| Written {
                hash: Hash(change.hash),
                actor: Actor::from(change.actor.as_ref()),
                seq: change.seq,
                deps: change.deps.into_iter().map(Hash).collect(),
                last: change.max_op,
            })
            .collect()
    }
}
