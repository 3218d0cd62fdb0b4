//! The first step of a push: changes are taken as they are, into the log that is the truth. What depends on something
//! unknown waits for it; what is there already is simply said to be there; nothing is merged here.

use anyhow::Result;
use serde::{Deserialize, Serialize};

pub use super::changes::{Change, ChangeState, StateItem};
use super::relayed::FOR_ITS_WRITER;
use super::taking::take_all;
use super::{OrgStore, Tx};

/// A change from a tablet (or from the office's own actor), with what its header says.
#[derive(Debug, Clone, Default)]
pub struct TakenChange {
    /// SHA-256 of the change, hexadecimal, recomputed by the caller.
    pub hash: String,
    /// The notebook's id.
    pub notebook: String,
    /// What the notebook is, for when this is its first change.
    pub about: About,
    /// The actor's id.
    pub actor: String,
    /// Its number with this actor.
    pub seq: i64,
    /// Hashes it depends on.
    pub deps: Vec<String>,
    /// A founding change made by the fixed actor: bound to no tablet. The caller has compared its hash.
    pub founding: bool,
    /// Another tablet wrote it, and this one only brings it: bound to no tablet either.
    pub relayed: bool,
    /// Held or waiting changes of the same tablet's that this one says again.
    pub replaces: Vec<String>,
    /// The change as it came.
    pub bytes: Vec<u8>,
}

/// What a notebook is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// visit, event or day.
    pub kind: String,
    /// The visit's id.
    pub visit: Option<String>,
    /// The event's id.
    pub event: Option<String>,
}

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Took {
    /// Stored; the projector will look at it.
    Taken,
    /// Stored; it waits for a change that has not come or is held, or for the tablet that wrote it.
    Waits,
    /// Stored before, in this state.
    Known(ChangeState),
    /// Not stored: another tablet has this actor.
    AnothersActor,
    /// Not stored: it is, or stands on, a history that was founded again without what somebody took back.
    Gone,
    /// Not stored: it speaks of a visit or event that the notebook does not belong to.
    OtherNotebook,
}

/// How many changes of one tablet may be kept that are not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Most {
    /// Those that the projector has still to read.
    pub unread: i64,
    /// Those that wait for others or are held. What only its writer can set free is not counted: it comes by itself.
    pub stuck: i64,
}

/// Nothing of a push was taken: its tablet has too much that is not shown yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooMuch {
    /// The projector has to read first.
    #[error("too many changes of this tablet are not read yet")]
    Unread,
    /// What is in the way must be mended first. A push of which nothing would wait is taken all the same.
    #[error("too many changes of this tablet wait for others or are held")]
    Stuck,
}

impl OrgStore {
    /// Takes changes from a tablet, in the order given; answers for each what became of it. Repeats are harmless.
    /// When this returns they are on disk.
    pub async fn take_changes(&self, device: &str, changes: Vec<TakenChange>, at: i64) -> Result<Vec<Took>> {
        self.take_changes_within(device, changes, at, Most { unread: i64::MAX, stuck: i64::MAX }).await
    }

    /// As [`OrgStore::take_changes`], all or nothing: an error that is [`TooMuch`] says that the tablet comes again later.
    pub async fn take_changes_within(
        &self,
        device: &str,
        changes: Vec<TakenChange>,
        at: i64,
        most: Most,
    ) -> Result<Vec<Took>> {
        self.write((device.to_owned(), changes, at, most), |tx, (device, changes, at, most)| {
            Box::pin(async move {
                let took = take_all(tx, device, changes, *at).await?;
                is_within(tx, device, &took, *most).await?;
                Ok(took)
            })
        })
        .await
    }
}

async fn is_within(tx: &mut Tx, device: &str, took: &[Took], most: Most) -> Result<()> {
    if !took.iter().any(|took| matches!(took, Took::Taken | Took::Waits)) {
        return Ok(());
    }
    let kept = rows!(
        "SELECT CAST(coalesce(sum(CASE WHEN state = 'taken' THEN 1 ELSE 0 END), 0) AS BIGINT),
                CAST(coalesce(sum(CASE WHEN state <> 'taken' AND coalesce(reason, '') <> $3 THEN 1 ELSE 0 END), 0) AS BIGINT)
         FROM change WHERE org = $1 AND device = $2 AND state IN ('taken', 'waits', 'held')",
        tx.org(),
        device,
        FOR_ITS_WRITER
    );
    let (unread, stuck): (i64, i64) = tx.optional(kept).await?.unwrap_or_default();
    if stuck > most.stuck && took.contains(&Took::Waits) {
        return Err(TooMuch::Stuck.into());
    }
    if unread > most.unread && took.contains(&Took::Taken) {
        return Err(TooMuch::Unread.into());
    }
    Ok(())
}
