//! One push being taken. What the record knows of all of it is asked at once and what is new is written at once, for a
//! push may hold hundreds of changes; only where something of a notebook waits or is held is each looked at by itself.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::Tx;
use super::changes::ChangeState;
use super::gone::is_gone;
use super::many::many;
use super::relayed::{FOR_ITS_WRITER, is_for_writer, writer_came};
use super::taken::{About, TakenChange, Took};
use super::waits::{let_dependants_wait, set_state, state_in, wake_waiting};

/// Takes changes in their order and answers for each what became of it.
pub(super) async fn take_all(tx: &mut Tx, device: &str, changes: &[TakenChange], at: i64) -> Result<Vec<Took>> {
    // The organisation's row first: what is read from here on is not founded again by another server meanwhile. With it
    // come the places of all of them in the order of arrival.
    let count = i64::try_from(changes.len())?;
    let first = tx.next_revs(count + 1).await? - count + 1;
    let record = Record::read(tx, device, changes, at).await?;
    let (states, came, gone) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    let mut taking = Taking { tx, device, at, record, states, came, gone, new: Vec::new() };
    let mut took = Vec::with_capacity(changes.len());
    for (arrival, change) in (first..).zip(changes) {
        took.push(taking.take(change, arrival).await?);
    }
    taking.write().await?;
    let Taking { tx, record, states, came, .. } = taking;
    // One that waited for its writer, who came, waits no longer.
    let again = changes.iter().map(|change| change.hash.clone()).collect();
    let stuck = changes.iter().filter(|change| states.get(&change.hash).is_some_and(|s| *s != ChangeState::Taken));
    let stuck: BTreeSet<&str> = stuck.map(|change| change.notebook.as_str()).collect();
    let touched = record.notebooks.keys().filter(|id| record.unshown.contains(*id) || stuck.contains(id.as_str()));
    for notebook in touched {
        wake_waiting(tx, notebook, &again, &came).await?;
        let_dependants_wait(tx, notebook).await?;
    }
    Ok(took)
}

/// What the record knew of a push before anything of it was written, and what it knows of its notebooks since.
struct Record {
    notebooks: BTreeMap<String, Founded>,
    /// Notebooks of which something is kept and not shown.
    unshown: BTreeSet<String>,
    /// (notebook, actor) → its tablet.
    actors: BTreeMap<(String, String), String>,
    /// Hashes that are kept, of the changes and of what they stand on → notebook and state.
    kept: BTreeMap<String, (String, ChangeState)>,
}

/// What is known of a notebook.
struct Founded {
    about: About,
    /// Something was taken back in it.
    refounded: bool,
    mark: Option<&'static str>,
}

impl Record {
    /// Reads it, having claimed the actors for this tablet and made the rows of new notebooks.
    async fn read(tx: &mut Tx, device: &str, changes: &[TakenChange], at: i64) -> Result<Record> {
        let actors = claim_actors(tx, device, changes).await?;
        let notebooks = found_notebooks(tx, device, changes, at).await?;
        let ids: Vec<&String> = notebooks.keys().collect();
        let unshown: Vec<(String,)> = many!(
            tx,
            "SELECT DISTINCT notebook FROM change WHERE org = $1 AND state <> 'published' AND notebook IN (VALUES ($2))";
            &ids, |id| id.as_str()
        )
        .await?;
        let hashes: BTreeSet<&String> =
            changes.iter().flat_map(|change| change.deps.iter().chain([&change.hash])).collect();
        let hashes: Vec<&String> = hashes.into_iter().collect();
        let rows: Vec<(String, String, String)> = many!(
            tx,
            "SELECT hash, notebook, state FROM change WHERE org = $1 AND hash IN (VALUES ($2))";
            &hashes, |hash| hash.as_str()
        )
        .await?;
        let mut kept = BTreeMap::new();
        for (hash, notebook, state) in rows {
            kept.insert(hash, (notebook, ChangeState::parse(&state)?));
        }
        Ok(Record { notebooks, unshown: unshown.into_iter().map(|(id,)| id).collect(), actors, kept })
    }
}

struct Taking<'t> {
    tx: &'t mut Tx,
    device: &'t str,
    at: i64,
    record: Record,
    /// What became of this push's own changes that are new.
    states: BTreeMap<String, ChangeState>,
    /// What is new in this push, and may be what others wait for.
    came: BTreeSet<String>,
    /// Answered *gone* in this push: so is what stands on it.
    gone: BTreeSet<String>,
    /// Still to be written.
    new: Vec<NewRow<'t>>,
}

struct NewRow<'t> {
    change: &'t TakenChange,
    deps: String,
    state: ChangeState,
    reason: Option<&'static str>,
    mark: Option<&'static str>,
    arrival: i64,
}

impl<'t> Taking<'t> {
    async fn take(&mut self, change: &'t TakenChange, arrival: i64) -> Result<Took> {
        if !self.is_own_actor(change) {
            return Ok(self.known(change).await?.map_or(Took::AnothersActor, Took::Known));
        }
        let founded = self.record.notebooks.get(&change.notebook).filter(|founded| founded.about == change.about);
        let Some(Founded { refounded, mark, .. }) = founded else {
            return Ok(self.known(change).await?.map_or(Took::OtherNotebook, Took::Known));
        };
        // The first change is nobody's, so nobody recorded it after leaving.
        let (refounded, mark) = (*refounded && !change.founding, mark.filter(|_| !change.founding));
        if refounded && self.is_gone(change).await? {
            return Ok(Took::Gone);
        }
        // Where all is shown nothing can have been brought by another and wait for this one.
        if !change.founding && !change.relayed && self.record.unshown.contains(&change.notebook) {
            writer_came(self.tx, change, self.device).await?;
        }
        if let Some(state) = self.known(change).await? {
            return Ok(Took::Known(state));
        }
        let held = change.relayed && is_for_writer(self.tx, &change.notebook, &change.actor, self.device).await?;
        let state = match held {
            true => ChangeState::Held,
            false if self.is_ready(change).await? => ChangeState::Taken,
            false => ChangeState::Waits,
        };
        let (deps, reason) = (serde_json::to_string(&change.deps)?, held.then_some(FOR_ITS_WRITER));
        self.new.push(NewRow { change, deps, state, reason, mark, arrival });
        self.states.insert(change.hash.clone(), state);
        self.came.insert(change.hash.clone());
        if !change.replaces.is_empty() {
            self.write().await?;
        }
        for replaced in &change.replaces {
            replace(self.tx, &change.notebook, replaced, self.device).await?;
        }
        Ok(if state == ChangeState::Taken { Took::Taken } else { Took::Waits })
    }

    /// Writes what is new so far.
    async fn write(&mut self) -> Result<()> {
        let (device, at) = (self.device, self.at);
        let _: Vec<()> = many!(
            self.tx,
            "INSERT INTO change (org, hash, notebook, actor, seq, deps, device, state, reason, mark, bytes, received_at, arrival)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
            &self.new, |row|
            row.change.hash.as_str(),
            row.change.notebook.as_str(),
            row.change.actor.as_str(),
            row.change.seq,
            row.deps.as_str(),
            device,
            row.state.word(),
            row.reason,
            row.mark,
            row.change.bytes.as_slice(),
            at,
            row.arrival
        )
        .await?;
        self.new.clear();
        Ok(())
    }

    /// The state of a change that was kept before, or earlier in this push.
    async fn known(&mut self, change: &TakenChange) -> Result<Option<ChangeState>> {
        match self.record.kept.get(&change.hash) {
            // It may have been set free, or held, a moment ago.
            Some((notebook, _)) if self.record.unshown.contains(notebook) => {
                state_in(self.tx, notebook, &change.hash).await
            }
            Some((_, state)) => Ok(Some(*state)),
            None => Ok(self.states.get(&change.hash).copied()),
        }
    }

    fn is_own_actor(&self, change: &TakenChange) -> bool {
        let owner = |change: &TakenChange| self.record.actors.get(&(change.notebook.clone(), change.actor.clone()));
        change.founding || change.relayed || owner(change).is_some_and(|owner| owner == self.device)
    }

    async fn is_gone(&mut self, change: &TakenChange) -> Result<bool> {
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
            let state = match (self.states.get(dep), self.record.kept.get(dep)) {
                (Some(state), _) => Some(*state),
                (None, Some((notebook, _))) if *notebook != change.notebook => None,
                (None, Some(_)) if self.record.unshown.contains(&change.notebook) => {
                    state_in(self.tx, &change.notebook, dep).await?
                }
                (None, Some((_, state))) => Some(*state),
                (None, None) => None,
            };
            if !matches!(state, Some(ChangeState::Taken | ChangeState::Published)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Binds each actor to the tablet that claims it first; answers whose they are.
pub(super) async fn claim_actors(
    tx: &mut Tx,
    device: &str,
    changes: &[TakenChange],
) -> Result<BTreeMap<(String, String), String>> {
    let own = changes.iter().filter(|change| !change.founding && !change.relayed);
    let own: BTreeSet<(&str, &str)> = own.map(|change| (change.notebook.as_str(), change.actor.as_str())).collect();
    let own: Vec<(&str, &str)> = own.into_iter().collect();
    let _: Vec<()> = many!(
        tx,
        "INSERT INTO actor (org, notebook, actor, device) VALUES ($1, $3, $4, $2) ON CONFLICT (org, notebook, actor) DO NOTHING",
        device;
        &own, |(notebook, actor)| *notebook, *actor
    )
    .await?;
    let owners: Vec<(String, String, String)> = many!(
        tx,
        "WITH asked (notebook, actor) AS (VALUES ($2, $3))
         SELECT a.notebook, a.actor, a.device FROM asked
         JOIN actor a ON a.org = $1 AND a.notebook = asked.notebook AND a.actor = asked.actor";
        &own, |(notebook, actor)| *notebook, *actor
    )
    .await?;
    Ok(owners.into_iter().map(|(notebook, actor, device)| ((notebook, actor), device)).collect())
}

/// A notebook's row: id, kind, visit, event, and how often it was founded again.
type Kept = (String, String, Option<String>, Option<String>, i64);

/// Makes the rows of the notebooks that have none, and reads what all are about and how this tablet stands to them.
async fn found_notebooks(
    tx: &mut Tx,
    device: &str,
    changes: &[TakenChange],
    at: i64,
) -> Result<BTreeMap<String, Founded>> {
    let firsts: BTreeMap<&str, &About> =
        changes.iter().rev().map(|change| (change.notebook.as_str(), &change.about)).collect();
    let ids: Vec<&str> = firsts.keys().copied().collect();
    let kept: Vec<Kept> = many!(
        tx,
        "SELECT id, kind, visit, event, generation FROM notebook WHERE org = $1 AND id IN (VALUES ($2))";
        &ids, |id| *id
    )
    .await?;
    let mut founded: BTreeMap<String, Founded> = kept
        .into_iter()
        .map(|(id, kind, visit, event, generation)| {
            (id, Founded { about: About { kind, visit, event }, refounded: generation > 0, mark: None })
        })
        .collect();
    let new: Vec<(&str, &About)> =
        firsts.iter().filter(|(id, _)| !founded.contains_key(**id)).map(|(id, about)| (*id, *about)).collect();
    let _: Vec<()> = many!(
        tx,
        "INSERT INTO notebook (org, made_by, made_at, id, kind, visit, event, version, generation, heads, last_rev)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, '[]', 0)",
        device, at;
        &new, |(id, about)| *id, about.kind.as_str(), about.visit.as_deref(), about.event.as_deref()
    )
    .await?;
    // A visit's notebook is the team's: whoever made it sees it as one of them, or not at all.
    let mut seen = Vec::new();
    for (id, about) in &new {
        if about.visit.is_none() || sees_visit(tx, device, about).await? {
            seen.push(*id);
        }
    }
    if !seen.is_empty() {
        open_own(tx, device, &seen).await?;
    }
    founded.extend(
        new.into_iter()
            .map(|(id, about)| (id.to_owned(), Founded { about: about.clone(), refounded: false, mark: None })),
    );
    let left = left(tx, device, &founded).await?;
    for (id, notebook) in &mut founded {
        let away = left.contains(id) || notebook.about.visit.as_ref().is_some_and(|visit| left.contains(visit));
        notebook.mark = away.then_some("after leaving the team");
    }
    Ok(founded)
}

/// Lets a tablet see the notebooks that it made.
async fn open_own(tx: &mut Tx, device: &str, notebooks: &[&str]) -> Result<()> {
    let since = tx.next_rev().await?;
    let _: Vec<()> = many!(
        tx,
        "INSERT INTO grants (org, device, kind, since, ref) VALUES ($1, $2, 'notebook', $3, $4)
         ON CONFLICT (org, device, kind, ref) DO UPDATE SET since = excluded.since, until = NULL",
        device, since;
        notebooks, |id| *id
    )
    .await?;
    Ok(())
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

/// The visits and notebooks that this tablet may see no longer. The right to send is wider than the right to see: what was
/// recorded after leaving a team is kept and marked.
async fn left(tx: &mut Tx, device: &str, founded: &BTreeMap<String, Founded>) -> Result<BTreeSet<String>> {
    let refs: BTreeSet<&String> =
        founded.iter().flat_map(|(id, notebook)| notebook.about.visit.iter().chain([id])).collect();
    let refs: Vec<&String> = refs.into_iter().collect();
    let left: Vec<(String,)> = many!(
        tx,
        "SELECT ref FROM grants WHERE org = $1 AND device = $2 AND kind IN ('visit', 'notebook') AND until IS NOT NULL
           AND ref IN (VALUES ($3))",
        device;
        &refs, |one| one.as_str()
    )
    .await?;
    Ok(left.into_iter().map(|(one,)| one).collect())
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
