//! Who wrote a change, as automerge counts: sixteen random bytes, new at each process start.

use automerge::ActorId;
use serde::{Deserialize, Serialize};

/// Automerge's mark before an actor that it derives when one process writes at older heads (its level follows).
const DERIVED: [u8; 4] = [0x13, 0xb2, 0x23, 0x09];

/// Bytes of a process's own actor.
const LENGTH: usize = 16;

/// An actor's name: hexadecimal digits on the wire and in every table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Actor(String);

impl Actor {
    /// An actor for one process, from sixteen random bytes.
    #[must_use]
    pub fn new(random: [u8; 16]) -> Self {
        Self(ActorId::from(random).to_hex_string())
    }

    /// The actor of the first change of every notebook; accepted with exactly that change and no other.
    #[must_use]
    pub fn genesis() -> Self {
        Self(ActorId::from([0_u8; 16]).to_hex_string())
    }

    /// The actor that these bytes name: a process's own sixteen, or those that automerge derives from them. Others are
    /// nobody's: two spellings of one name would be two owners of it.
    #[must_use]
    pub fn named(bytes: &[u8]) -> Option<Self> {
        let ours = match bytes.strip_prefix(&DERIVED) {
            Some(rest) if bytes.len() > LENGTH => match rest.split_last_chunk::<LENGTH>() {
                // A level from 1 on, in groups of seven bits, none of them needless.
                Some((level, _)) => {
                    level.len() <= 5
                        && level.split_last().is_some_and(|(last, more)| {
                            *last != 0 && last & 0x80 == 0 && more.iter().all(|byte| byte & 0x80 != 0)
                        })
                }
                None => false,
            },
            _ => bytes.len() == LENGTH,
        };
        ours.then(|| Self::from(&ActorId::from(bytes)))
    }

    /// The process's own actor, where automerge derived this one from it to write at older heads.
    #[must_use]
    pub fn base(&self) -> Self {
        let mark: String = DERIVED.iter().map(|byte| format!("{byte:02x}")).collect();
        match (self.0.strip_prefix(&mark), self.0.len().checked_sub(32)) {
            (Some(_), Some(start)) => Self(self.0.get(start..).unwrap_or(&self.0).to_owned()),
            _ => self.clone(),
        }
    }

    /// The hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&Actor> for ActorId {
    fn from(actor: &Actor) -> Self {
        // An `Actor` is only ever made from bytes or from an `ActorId`; text that is neither names nobody.
        Self::try_from(actor.0.as_str()).unwrap_or_else(|_| Self::from([0xff_u8; 16]))
    }
}

impl From<Actor> for ActorId {
    fn from(actor: Actor) -> Self {
        Self::from(&actor)
    }
}

impl From<&ActorId> for Actor {
    fn from(id: &ActorId) -> Self {
        Self(id.to_hex_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_has_one_spelling_and_an_owner() {
        let own = [7_u8; LENGTH];
        let derived = |level: &[u8]| [DERIVED.as_slice(), level, &own].concat();
        assert_eq!(Actor::named(&own), Some(Actor::new(own)));
        assert_eq!(Actor::named(&derived(&[1])).map(|actor| actor.base()), Some(Actor::new(own)));
        assert_eq!(Actor::named(&derived(&[0x80, 1])).map(|actor| actor.base()), Some(Actor::new(own)));
        let forged =
            [vec![], vec![7; 15], vec![7; 17], derived(&[]), derived(&[0]), derived(&[0x80, 0]), derived(&[1, 1])];
        for bytes in forged {
            assert_eq!(Actor::named(&bytes), None, "{bytes:?}");
        }
    }
}
