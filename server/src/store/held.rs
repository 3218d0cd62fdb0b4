//! Quarantine: what the office keeps and does not show, what waits for it, and the two ways out. It is looked at again,
//! or its tablet is asked to write its values again; both on an administrator's word, the first at each start as well.

use std::collections::BTreeSet;

use anyhow::Result;
use sqlx::FromRow;

use super::changes::{ChangeState, StateItem};
use super::feed::Audience;
use super::gone::ON_OLD_GROUND;
use super::relayed::{FOR_ITS_WRITER, NOT_ITS_WRITERS, is_for_writer};
use super::waits::{set_state, wake_waiting};
use super::{OrgStore, Tx};

// Of a hundred thousand changes almost none is kept and not shown, and those have an index of their own. SQLite uses it where a
// statement says the words of the index and asks for no other order: hence `state <> 'published'`, and then which.

/// What the office should know of one tablet's changes.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromRow)]
pub struct Trouble {
    /// The tablet.
    pub device: String,
    /// Changes that are held.
    pub held: i64,
    /// Changes that wait for others.
    pub waits: i64,
    /// Changes that were recorded after a holder left the team.
    pub marked: i64,
    /// Why one of those that are held is held.
    pub reason: Option<String>,
}

/// A change that is held, or that waits for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its hash.
    pub hash: String,
    /// The notebook.
    pub notebook: String,
    /// The place that the notebook's visit goes to, where it is a visit's.
    pub place: Option<String>,
    /// The tablet that sent it.
    pub device: String,
    /// Held, or waits.
    pub state: ChangeState,
    /// Why.
    pub reason: String,
    /// Milliseconds since 1970, by the server's clock.
    pub received_at: i64,
    /// Its tablet has been asked to write it again, and has not yet.
    pub asked: bool,
}

type KeptRow = (String, String, Option<String>, String, String, String, i64, Option<String>);

impl OrgStore {
    /// Lets everything that is held be looked at again: at a new version of the server.
    pub async fn retry_held(&self) -> Result<()> {
        self.write((), |tx, ()| Box::pin(retry(tx, None))).await
    }

    /// Lets what is held of one tablet be looked at again, on an administrator's word.
    pub async fn retry_held_of(&self, device: &str) -> Result<()> {
        self.write(device.to_owned(), |tx, device| Box::pin(retry(tx, Some(device)))).await
    }

    /// Asks a tablet to write again what of it is held and what waits for that. It hears so with its next request, and
    /// names what it has replaced (`TakenChange::replaces`).
    pub async fn ask_again(&self, device: &str) -> Result<()> {
        self.write(device.to_owned(), |tx, device| Box::pin(ask_again(tx, device))).await
    }

    /// What is held, and why, the oldest of a notebook first: (notebook, hash, device, reason).
    pub async fn held(&self) -> Result<Vec<(String, String, String, String)>> {
        self.all(rows!(
            "SELECT notebook, hash, device, coalesce(reason, '') FROM change
             WHERE org = $1 AND state <> 'published' AND state = 'held' ORDER BY notebook, arrival",
            self.id()
        ))
        .await
    }

    /// What is held or waits, of every tablet, oldest first.
    pub async fn kept(&self) -> Result<Vec<Kept>> {
        let rows: Vec<KeptRow> = self
            .all(rows!(
                "SELECT c.hash, c.notebook, p.name, c.device, c.state, coalesce(c.reason, ''), c.received_at, f.payload
                 FROM change c JOIN notebook n ON n.org = $1 AND n.id = c.notebook
                 LEFT JOIN visit v ON v.org = $1 AND v.id = n.visit
                 LEFT JOIN place p ON p.org = $1 AND p.id = v.place
                 LEFT JOIN feed f ON f.org = $1 AND f.kind = 'state' AND f.ref = c.hash
                 WHERE c.org = $1 AND c.state <> 'published' AND c.state IN ('held', 'waits')
                 ORDER BY c.notebook, c.arrival",
                self.id()
            ))
            .await?;
        let kept: Result<Vec<Kept>> = rows
            .into_iter()
            .map(|(hash, notebook, place, device, state, reason, received_at, said)| {
                let said = said.map(|said| serde_json::from_str::<StateItem>(&said)).transpose()?;
                let (state, asked) = (ChangeState::parse(&state)?, said.is_some_and(|said| said.again));
                Ok(Kept { hash, notebook, place, device, state, reason, received_at, asked })
            })
            .collect();
        let mut kept = kept?;
        kept.sort_by_key(|kept| kept.received_at);
        Ok(kept)
    }

    /// What the office should know of each tablet's changes: how many are held, wait, or came after leaving a team.
    pub async fn troubles(&self) -> Result<Vec<Trouble>> {
        self.all(rows!(
            "SELECT device,
                    CAST(sum(CASE WHEN state = 'held' THEN 1 ELSE 0 END) AS BIGINT) AS held,
                    CAST(sum(CASE WHEN state = 'waits' THEN 1 ELSE 0 END) AS BIGINT) AS waits,
                    CAST(sum(CASE WHEN mark IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS marked,
                    min(CASE WHEN state = 'held' THEN reason END) AS reason
             FROM (SELECT device, state, mark, reason FROM change
                   WHERE org = $1 AND state <> 'published' AND state IN ('held', 'waits')
                   UNION ALL SELECT device, state, mark, NULL FROM change
                   WHERE org = $1 AND mark IS NOT NULL AND state NOT IN ('held', 'waits')) trouble
             GROUP BY device",
            self.id()
        ))
        .await
    }
}

async fn retry(tx: &mut Tx, of: Option<&String>) -> Result<()> {
    tx.next_rev().await?;
    let held: Vec<(String, String, String, String, String)> = tx
        .all(rows!(
            "SELECT notebook, hash, actor, device, coalesce(reason, '') FROM change
             WHERE org = $1 AND state <> 'published' AND state = 'held'
               AND coalesce(reason, '') NOT IN ($2, $3) ORDER BY notebook, arrival",
            tx.org(),
            NOT_ITS_WRITERS,
            ON_OLD_GROUND
        ))
        .await?;
    for (notebook, hash, actor, device, reason) in held {
        if of.is_some_and(|of| *of != device) {
            continue;
        }
        // No other program makes it known who wrote what another tablet brought.
        if reason == FOR_ITS_WRITER && is_for_writer(tx, &notebook, &actor, &device).await? {
            continue;
        }
        set_state(tx, &notebook, &hash, ChangeState::Waits, None).await?;
        wake_waiting(tx, &notebook, &BTreeSet::from([hash]), &BTreeSet::new()).await?;
    }
    Ok(())
}

async fn ask_again(tx: &mut Tx, device: &str) -> Result<()> {
    let kept: Vec<(String, String, String, Option<String>)> = tx
        .all(rows!(
            "SELECT notebook, hash, state, reason FROM change
             WHERE org = $1 AND device = $2 AND state IN ('taken', 'waits', 'held')
               AND (state = 'held' OR (state = 'waits' AND reason IS NOT NULL)) ORDER BY arrival",
            tx.org(),
            device
        ))
        .await?;
    for (notebook, hash, state, reason) in kept {
        let item = StateItem { notebook, state: ChangeState::parse(&state)?, reason, again: true };
        tx.put_feed("state", &hash, Audience::Device(device), &item).await?;
    }
    Ok(())
}
