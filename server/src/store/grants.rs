//! Which tablet may see which visit and notebook, and since when: those of a visit whose team somebody holding the tablet
//! is in, and the events and days that the tablet made itself. Worked out anew whenever a team, a holder or a notebook changes.

use std::collections::BTreeSet;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::Tx;
use super::feed::Audience;

/// What a tablet is told with a notebook that it comes to see (feed kind `granted`); the chunk comes beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct GrantedItem {
    /// The notebook.
    pub notebook: String,
    /// visit, event or day.
    pub kind: String,
    /// The visit it belongs to.
    pub visit: Option<String>,
    /// The event it belongs to.
    pub event: Option<String>,
    /// The generation: grows when something is erased.
    pub generation: i64,
}

/// What a tablet is told of something it may not see any more (feed kind `withdrawn`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawnItem {
    /// visit or notebook.
    pub kind: String,
    /// Its id.
    pub id: String,
}

/// Brings what tablets may see of a visit and its notebooks into line with its team. The caller holds the organisation's
/// row, so that a team and a notebook that come at the same moment do not miss each other.
pub(super) async fn regrant_visit(tx: &mut Tx, visit: &str) -> Result<()> {
    let entitled: BTreeSet<String> = tx
        .scalars(values!(
            "SELECT DISTINCT h.device FROM assignment a JOIN device_holder h ON h.org = $1 AND h.person = a.person
             JOIN device d ON d.org = $1 AND d.id = h.device WHERE a.org = $1 AND a.visit = $2 AND d.revoked_at IS NULL",
            tx.org(),
            visit
        ))
        .await?
        .into_iter()
        .collect();
    bring_into_line(tx, "visit", visit, &entitled).await?;
    // Whoever made a visit's notebook sees it no longer than the team does.
    let notebooks: Vec<String> = tx
        .scalars(values!(
            "SELECT id FROM notebook WHERE org = $1 AND visit = $2 AND version > 0 ORDER BY id",
            tx.org(),
            visit
        ))
        .await?;
    for notebook in notebooks {
        bring_into_line(tx, "notebook", &notebook, &entitled).await?;
    }
    Ok(())
}

/// The same for every visit that somebody holding the tablet is or was entitled to.
pub(super) async fn regrant_device(tx: &mut Tx, device: &str) -> Result<Vec<String>> {
    let visits: Vec<String> = tx
        .scalars(values!(
            "SELECT a.visit FROM assignment a JOIN device_holder h ON h.org = $1 AND h.person = a.person
             WHERE a.org = $1 AND h.device = $2
             UNION SELECT g.ref FROM grants g WHERE g.org = $1 AND g.device = $2 AND g.kind = 'visit' AND g.until IS NULL",
            tx.org(),
            device
        ))
        .await?;
    for visit in &visits {
        regrant_visit(tx, visit).await?;
    }
    Ok(visits)
}

async fn bring_into_line(tx: &mut Tx, kind: &str, id: &str, entitled: &BTreeSet<String>) -> Result<()> {
    let seeing = seeing_of(tx, kind, id).await?;
    for device in entitled.difference(&seeing) {
        grant(tx, device, kind, id).await?;
    }
    for device in seeing.difference(entitled) {
        withdraw(tx, device, kind, id).await?;
    }
    Ok(())
}

/// Lets a tablet see something, and tells it; a notebook comes with its compact form.
pub(super) async fn grant(tx: &mut Tx, device: &str, kind: &str, id: &str) -> Result<()> {
    let item: Option<GrantedItem> = match kind {
        "notebook" => {
            tx.optional(rows!(
                "SELECT id AS notebook, kind, visit, event, generation FROM notebook WHERE org = $1 AND id = $2",
                tx.org(),
                id
            ))
            .await?
        }
        _ => None,
    };
    let since = match item {
        Some(item) => tx.put_feed("granted", id, Audience::Device(device), &item).await?,
        // A visit itself is put into the feed again by whoever asked for this.
        None => tx.next_rev().await?,
    };
    open_grant(tx, device, kind, id, since).await
}

/// The tablets that may see a notebook.
pub(super) async fn seeing(tx: &mut Tx, notebook: &str) -> Result<BTreeSet<String>> {
    seeing_of(tx, "notebook", notebook).await
}

async fn seeing_of(tx: &mut Tx, kind: &str, id: &str) -> Result<BTreeSet<String>> {
    let seeing: Vec<String> = tx
        .scalars(values!(
            "SELECT device FROM grants WHERE org = $1 AND kind = $2 AND ref = $3 AND until IS NULL",
            tx.org(),
            kind,
            id
        ))
        .await?;
    Ok(seeing.into_iter().collect())
}

/// Lets a tablet see something from a revision on, without telling it: it made the thing itself.
pub(super) async fn open_grant(tx: &mut Tx, device: &str, kind: &str, id: &str, since: i64) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO grants (org, device, kind, ref, since) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org, device, kind, ref) DO UPDATE SET since = excluded.since, until = NULL",
        tx.org(),
        device,
        kind,
        id,
        since
    ))
    .await?;
    Ok(())
}

async fn withdraw(tx: &mut Tx, device: &str, kind: &str, id: &str) -> Result<()> {
    // Or the chunk would still be offered to a tablet that begins again from the start.
    tx.run(sql!(
        "DELETE FROM feed WHERE org = $1 AND kind = 'granted' AND ref = $2 AND audience = 'device' AND audience_ref = $3",
        tx.org(),
        id,
        device
    ))
    .await?;
    let item = WithdrawnItem { kind: kind.to_owned(), id: id.to_owned() };
    let until = tx.put_feed("withdrawn", id, Audience::Device(device), &item).await?;
    tx.run(sql!(
        "UPDATE grants SET until = $5 WHERE org = $1 AND device = $2 AND kind = $3 AND ref = $4",
        tx.org(),
        device,
        kind,
        id,
        until
    ))
    .await?;
    Ok(())
}
