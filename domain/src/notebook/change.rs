//! A change as it is named, stored and sent.

use super::{Actor, Heads, NotebookError};
use automerge::{Change, ChangeHash};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The hash of a change: 64 lower-case hexadecimal digits on the wire and in every table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub(super) ChangeHash);

impl std::fmt::Display for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Hash {
    type Err = NotebookError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        ChangeHash::from_str(text).map(Self).map_err(|_| NotebookError::NotAHash)
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A change as it is stored and sent.
#[derive(Clone, PartialEq, Eq)]
pub struct NewChange {
    /// Its hash.
    pub hash: Hash,
    /// Who wrote it, as automerge counts.
    pub actor: Actor,
    /// Its number with that actor, from 1.
    pub seq: u64,
    /// The changes it stands on.
    pub deps: Heads,
    /// One change chunk.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for NewChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewChange({}, {} bytes)", self.hash, self.bytes.len())
    }
}

impl From<Change> for NewChange {
    fn from(change: Change) -> Self {
        Self {
            hash: Hash(change.hash()),
            actor: Actor::from(change.actor_id()),
            seq: change.seq(),
            deps: change.deps().iter().copied().map(Hash).collect(),
            bytes: change.raw_bytes().to_vec(),
        }
    }
}
