//! The first step of a push: changes are taken as they are, into the log that is the truth. What depends on something
//! unknown waits for it; what is there already is simply said to be there; nothing is merged here.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

pub use super::changes::{Change, ChangeState, StateItem};
use super::gone::is_gone;
use super::grants::open_grant;
use super::relayed::{FOR_ITS_WRITER, is_for_writer, writer_came};
use super::waits::{let_dependants_wait, set_state, state_in, wake_waiting};
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

/// One push being taken: what was looked up once in it is not looked up again.
struct Taking<'t> {
    tx: &'t mut Tx,
    device: &'t str,
    at: i64,
    /// (notebook, actor) → whether it is this tablet's.
    actors: BTreeMap<(String, String), bool>,
    notebooks: BTreeMap<String, Founded>,
    states: BTreeMap<String, ChangeState>,
    /// What is new in this push, and may be what others wait for.
    came: BTreeSet<String>,
    /// Answered *gone* in this push: so is what stands on it.
    gone: BTreeSet<String>,
}

/// What is known of a notebook in this push.
struct Founded {
    about: About,
    /// Something was taken back in it.
    refounded: bool,
    mark: Option<&'static str>,
}

impl Taking<'_> {
    async fn take(&mut self, change: &TakenChange) -> Result<Took> {
        if !self.is_own_actor(change).await? {
            return Ok(self.known(&change.hash).await?.map_or(Took::AnothersActor, Took::Known));
        }
        let Some(mark) = self.notebook(change).await? else {
            return Ok(self.known(&change.hash).await?.map_or(Took::OtherNotebook, Took::Known));
        };
        if self.is_gone(change).await? {
            return Ok(Took::Gone);
        }
        // The first change is nobody's, so nobody recorded it after leaving.
        let mark = mark.filter(|_| !change.founding);
        if !change.founding && !change.relayed {
            writer_came(self.tx, change, self.device).await?;
        }
        let held = change.relayed && is_for_writer(self.tx, &change.notebook, &change.actor, self.device).await?;
        let state = match held {
            true => ChangeState::Held,
            false if self.is_ready(change).await? => ChangeState::Taken,
            false => ChangeState::Waits,
        };
        let arrival = self.tx.next_rev().await?;
        let kept = sql!(
            "INSERT INTO change (org, hash, notebook, actor, seq, deps, device, state, reason, mark, bytes, received_at, arrival)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (org, hash) DO NOTHING",
            self.tx.org(),
            &change.hash,
            &change.notebook,
            &change.actor,
            change.seq,
            serde_json::to_string(&change.deps)?,
            self.device,
            state.word(),
            held.then_some(FOR_ITS_WRITER),
            mark,
            &change.bytes,
            self.at,
            arrival
        );
        if self.tx.run(kept).await? == 0 {
            return Ok(self.known(&change.hash).await?.map_or(Took::OtherNotebook, Took::Known));
        }
        self.states.insert(change.hash.clone(), state);
        self.came.insert(change.hash.clone());
        for replaced in &change.replaces {
            replace(self.tx, &change.notebook, replaced, self.device).await?;
        }
        Ok(if state == ChangeState::Taken { Took::Taken } else { Took::Waits })
    }

    async fn known(&mut self, hash: &str) -> Result<Option<ChangeState>> {
        let state = values!("SELECT state FROM change WHERE org = $1 AND hash = $2", self.tx.org(), hash);
        self.tx.scalar::<String>(state).await?.map(|word| ChangeState::parse(&word)).transpose()
    }

    async fn is_own_actor(&mut self, change: &TakenChange) -> Result<bool> {
        if change.founding || change.relayed {
            return Ok(true);
        }
        let key = (change.notebook.clone(), change.actor.clone());
        if let Some(own) = self.actors.get(&key) {
            return Ok(*own);
        }
        let own = claim_actor(self.tx, &change.notebook, &change.actor, self.device).await?;
        self.actors.insert(key, own);
        Ok(own)
    }

    /// Makes the notebook's row with its first change. `None` when the notebook is known to be about something else;
    /// otherwise the mark that this tablet's changes get.
    async fn notebook(&mut self, change: &TakenChange) -> Result<Option<Option<&'static str>>> {
        if !self.notebooks.contains_key(&change.notebook) {
            let founded = found_notebook(self.tx, self.device, change, self.at).await?;
            self.notebooks.insert(change.notebook.clone(), founded);
        }
        let founded = self.notebooks.get(&change.notebook).filter(|founded| founded.about == change.about);
        Ok(founded.map(|founded| founded.mark))
    }

    async fn is_gone(&mut self, change: &TakenChange) -> Result<bool> {
        let refounded = self.notebooks.get(&change.notebook).is_some_and(|founded| founded.refounded);
        if !refounded || change.founding {
            return Ok(false);
        }
        let on_gone = change.deps.iter().any(|dep| self.gone.contains(dep));
        let gone = on_gone || is_gone(self.tx, change).await?;
        if gone {
            self.gone.insert(change.hash.clone());
        }
        Ok(gone)
    }

    /// Whether everything it depends on is there and neither waits nor is held.
    async fn is_ready(&mut self, change: &TakenChange) -> Result<bool> {
        for dep in &change.deps {
            let state = match self.states.get(dep) {
                Some(state) => Some(*state),
                None => state_in(self.tx, &change.notebook, dep).await?,
            };
            match state {
                Some(state @ (ChangeState::Taken | ChangeState::Published)) => {
                    self.states.insert(dep.clone(), state);
                }
                _ => return Ok(false),
            }
        }
        Ok(true)
    }
}

async fn take_all(tx: &mut Tx, device: &str, changes: &[TakenChange], at: i64) -> Result<Vec<Took>> {
    // The organisation's row first: what is read from here on is not founded again by another server meanwhile.
    tx.next_rev().await?;
    let (actors, notebooks, states) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut taking = Taking { tx, device, at, actors, notebooks, states, came: BTreeSet::new(), gone: BTreeSet::new() };
    let mut took = Vec::with_capacity(changes.len());
    for change in changes {
        took.push(taking.take(change).await?);
    }
    // One that waited for its writer, who came, waits no longer.
    let again = changes.iter().map(|change| change.hash.clone()).collect();
    let (touched, came) = (taking.notebooks.into_keys(), taking.came);
    for notebook in touched {
        wake_waiting(tx, &notebook, &again, &came).await?;
        let_dependants_wait(tx, &notebook).await?;
    }
    Ok(took)
}

/// Binds an actor to the tablet that claims it first; `false` when another tablet has it.
pub(super) async fn claim_actor(tx: &mut Tx, notebook: &str, actor: &str, device: &str) -> Result<bool> {
    tx.run(sql!(
        "INSERT INTO actor (org, notebook, actor, device) VALUES ($1, $2, $3, $4) ON CONFLICT (org, notebook, actor) DO NOTHING",
        tx.org(),
        notebook,
        actor,
        device
    ))
    .await?;
    let owner =
        values!("SELECT device FROM actor WHERE org = $1 AND notebook = $2 AND actor = $3", tx.org(), notebook, actor);
    Ok(tx.scalar::<String>(owner).await?.as_deref() == Some(device))
}

/// Makes the notebook's row if there is none, and reads what it is about and how this tablet stands to it.
async fn found_notebook(tx: &mut Tx, device: &str, change: &TakenChange, at: i64) -> Result<Founded> {
    let about = &change.about;
    let founded = tx
        .run(sql!(
            "INSERT INTO notebook (org, id, kind, visit, event, made_by, version, generation, heads, last_rev, made_at)
             VALUES ($1, $2, $3, $4, $5, $6, 0, 0, '[]', 0, $7) ON CONFLICT (org, id) DO NOTHING",
            tx.org(),
            &change.notebook,
            &about.kind,
            &about.visit,
            &about.event,
            device,
            at
        ))
        .await?;
    if founded == 1 {
        // A visit's notebook is the team's: whoever made it sees it as one of them, or not at all.
        if about.visit.is_none() || sees_visit(tx, device, about).await? {
            let since = tx.next_rev().await?;
            open_grant(tx, device, "notebook", &change.notebook, since).await?;
        }
        return Ok(Founded { about: about.clone(), refounded: false, mark: mark(tx, device, change).await? });
    }
    let kept = rows!(
        "SELECT kind, visit, event, generation FROM notebook WHERE org = $1 AND id = $2",
        tx.org(),
        &change.notebook
    );
    let kept: Option<(String, Option<String>, Option<String>, i64)> = tx.optional(kept).await?;
    let (kind, visit, event, generation) = kept.context("a notebook that was there a moment ago")?;
    let (about, refounded) = (About { kind, visit, event }, generation > 0);
    Ok(Founded { about, refounded, mark: mark(tx, device, change).await? })
}

async fn sees_visit(tx: &mut Tx, device: &str, about: &About) -> Result<bool> {
    let since: Option<i64> = tx
        .scalar(values!(
            "SELECT since FROM grants WHERE org = $1 AND device = $2 AND kind = 'visit' AND ref = $3 AND until IS NULL",
            tx.org(),
            device,
            &about.visit
        ))
        .await?;
    Ok(since.is_some())
}

/// The right to send is wider than the right to see: what was recorded after leaving a team is kept and marked.
async fn mark(tx: &mut Tx, device: &str, change: &TakenChange) -> Result<Option<&'static str>> {
    let left: Option<i64> = tx
        .scalar(values!(
            "SELECT until FROM grants WHERE org = $1 AND device = $2 AND until IS NOT NULL
             AND ((kind = 'notebook' AND ref = $3) OR (kind = 'visit' AND ref = $4))",
            tx.org(),
            device,
            &change.notebook,
            change.about.visit.as_deref().unwrap_or_default()
        ))
        .await?;
    Ok(left.map(|_| "after leaving the team"))
}

/// What a tablet wrote again is kept and asks for nothing any more; only its own, and only what is not shown.
async fn replace(tx: &mut Tx, notebook: &str, hash: &str, device: &str) -> Result<()> {
    let own: Option<String> = tx
        .scalar(values!(
            "SELECT hash FROM change WHERE org = $1 AND hash = $2 AND notebook = $3 AND device = $4
               AND state IN ('held', 'waits')",
            tx.org(),
            hash,
            notebook,
            device
        ))
        .await?;
    match own {
        Some(hash) => {
            set_state(tx, notebook, &hash, ChangeState::Replaced, Some("Its tablet has written it again.")).await
        }
        None => Ok(()),
    }
}
