//! What stands on something that has not come or is held: it waits, says why, and comes free with its ground. Each that
//! comes free gets a new place in the order of arrival, so that in this order a change is never before its ground.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use anyhow::{Context, Result};

use super::Tx;
use super::changes::{ChangeState, StateItem};
use super::feed::Audience;

/// Why a change waits whose ground is there and is not shown.
const ON_HELD: &str = "It stands on an earlier note that the office holds; it is shown as soon as that one is.";

/// Changes with what they stand on.
struct Standing {
    changes: Vec<(String, Vec<String>)>,
    /// Ground → places of what stands on it.
    on: BTreeMap<String, Vec<usize>>,
}

impl Standing {
    fn of(rows: Vec<(String, String)>) -> Result<Self> {
        let (mut changes, mut on) = (Vec::with_capacity(rows.len()), BTreeMap::<String, Vec<usize>>::new());
        for (place, (hash, deps)) in rows.into_iter().enumerate() {
            let deps: Vec<String> = serde_json::from_str(&deps).context("a change's dependencies")?;
            for dep in &deps {
                on.entry(dep.clone()).or_default().push(place);
            }
            changes.push((hash, deps));
        }
        Ok(Self { changes, on })
    }

    fn standing_on(&self, ground: &str) -> &[usize] {
        self.on.get(ground).map_or(&[], Vec::as_slice)
    }
}

/// Looks again at these if they wait, and at what waits for what came, until nothing more comes free. Only what can have
/// come free is looked at: somebody may have let thousands wait.
pub(super) async fn wake_waiting(
    tx: &mut Tx,
    notebook: &str,
    again: &BTreeSet<String>,
    came: &BTreeSet<String>,
) -> Result<()> {
    let waiting = rows!(
        "SELECT hash, deps FROM change WHERE org = $1 AND notebook = $2 AND state <> 'published' AND state = 'waits'
         ORDER BY arrival",
        tx.org(),
        notebook
    );
    let waiting = Standing::of(tx.all(waiting).await?)?;
    let may = |(hash, deps): &(String, Vec<String>)| again.contains(hash) || deps.iter().any(|dep| came.contains(dep));
    let first = waiting.changes.iter().enumerate().filter(|(_, change)| may(change)).map(|(place, _)| place);
    let (mut look, mut woken): (VecDeque<usize>, _) = (first.collect(), BTreeSet::new());
    while let Some(place) = look.pop_front() {
        let Some((hash, deps)) = waiting.changes.get(place).filter(|_| !woken.contains(&place)) else { continue };
        if is_ready(tx, notebook, deps).await? {
            woken.insert(place);
            set_state(tx, notebook, hash, ChangeState::Taken, None).await?;
            let arrival = tx.next_rev().await?;
            tx.run(sql!("UPDATE change SET arrival = $3 WHERE org = $1 AND hash = $2", tx.org(), hash, arrival))
                .await?;
            look.extend(waiting.standing_on(hash));
        }
    }
    Ok(())
}

/// Where something is held: what stands on it, or on what stands on it, waits and says so.
pub(super) async fn let_dependants_wait(tx: &mut Tx, notebook: &str) -> Result<()> {
    let held: Vec<String> = tx
        .scalars(values!(
            "SELECT hash FROM change WHERE org = $1 AND notebook = $2 AND state <> 'published'
               AND (state IN ('held', 'replaced') OR (state = 'waits' AND reason IS NOT NULL))",
            tx.org(),
            notebook
        ))
        .await?;
    if held.is_empty() {
        return Ok(());
    }
    let rest = rows!(
        "SELECT hash, deps FROM change WHERE org = $1 AND notebook = $2 AND state <> 'published'
           AND (state = 'taken' OR (state = 'waits' AND reason IS NULL)) ORDER BY arrival",
        tx.org(),
        notebook
    );
    let rest = Standing::of(tx.all(rest).await?)?;
    let (mut grounds, mut told) = (VecDeque::from(held), BTreeSet::new());
    while let Some(ground) = grounds.pop_front() {
        for place in rest.standing_on(&ground) {
            let Some((hash, _)) = rest.changes.get(*place).filter(|_| told.insert(*place)) else { continue };
            set_state(tx, notebook, hash, ChangeState::Waits, Some(ON_HELD)).await?;
            grounds.push_back(hash.clone());
        }
    }
    Ok(())
}

/// Whether everything it depends on is there and neither waits nor is held.
async fn is_ready(tx: &mut Tx, notebook: &str, deps: &[String]) -> Result<bool> {
    for dep in deps {
        if !matches!(state_in(tx, notebook, dep).await?, Some(ChangeState::Taken | ChangeState::Published)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Where a change of this notebook stands; nothing where it is not there.
pub(super) async fn state_in(tx: &mut Tx, notebook: &str, hash: &str) -> Result<Option<ChangeState>> {
    let state =
        values!("SELECT state FROM change WHERE org = $1 AND hash = $2 AND notebook = $3", tx.org(), hash, notebook);
    tx.scalar::<String>(state).await?.map(|word| ChangeState::parse(&word)).transpose()
}

/// Writes where an unpublished change stands and tells the tablet that sent it.
pub(super) async fn set_state(
    tx: &mut Tx,
    notebook: &str,
    hash: &str,
    state: ChangeState,
    reason: Option<&str>,
) -> Result<()> {
    let device: Option<String> = tx
        .scalar(values!(
            "UPDATE change SET state = $3, reason = $4 WHERE org = $1 AND hash = $2 AND state <> 'published' RETURNING device",
            tx.org(),
            hash,
            state.word(),
            reason
        ))
        .await?;
    let Some(device) = device else { return Ok(()) };
    let item = StateItem { notebook: notebook.to_owned(), state, reason: reason.map(str::to_owned), again: false };
    tx.put_feed("state", hash, Audience::Device(&device), &item).await?;
    Ok(())
}
