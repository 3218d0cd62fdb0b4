//! What one tablet brings of another's, so that an office that was put back gets it again. Nobody can say of such a
//! change that its tablet wrote it but that tablet; so where it can still be heard, it is waited for.

use anyhow::Result;

use super::Tx;
use super::taken::{ChangeState, TakenChange};
use super::waits::set_state;

/// Why a change is held whose own tablet is about.
pub(super) const FOR_ITS_WRITER: &str =
    "Another tablet brought it. It is shown as soon as the tablet that wrote it sends it itself.";

/// Why a change is held whose number its supposed tablet gave to other words.
pub(super) const NOT_ITS_WRITERS: &str = "Another tablet brought it, and it is not what its tablet wrote.";

/// Whether the tablet that writes as this actor must send a change itself: it is another than `device`, it is not
/// revoked, and it has spoken in this life of the record, so that it will send whatever is missing.
pub(super) async fn is_for_writer(tx: &mut Tx, notebook: &str, actor: &str, device: &str) -> Result<bool> {
    let writer = rows!(
        "SELECT o.store_id, d.last_seen, d.revoked_at FROM actor a JOIN device d ON d.org = $1 AND d.id = a.device
         JOIN org o ON o.org = $1 WHERE a.org = $1 AND a.notebook = $2 AND a.actor = $3 AND a.device <> $4",
        tx.org(),
        notebook,
        actor,
        device
    );
    let writer: Option<(String, Option<i64>, Option<i64>)> = tx.optional(writer).await?;
    let Some((life, Some(heard), None)) = writer else { return Ok(false) };
    Ok(heard > began(&life))
}

/// When a life of the record began: its id says so. The first life may have an id without a time.
pub(super) fn began(life: &str) -> i64 {
    let time = life.parse::<uuid::Uuid>().ok().and_then(|id| id.get_timestamp());
    let milliseconds = time.map(|time| time.to_unix()).map(|(s, n)| s.saturating_mul(1000) + u64::from(n / 1_000_000));
    milliseconds.and_then(|at| i64::try_from(at).ok()).unwrap_or_default()
}

/// A tablet sends a change of its own: what others brought under the same number is this very change, and held for it
/// no longer, or it is not what this tablet wrote.
pub(super) async fn writer_came(tx: &mut Tx, change: &TakenChange, device: &str) -> Result<()> {
    let brought: Vec<String> = tx
        .scalars(values!(
            "SELECT hash FROM change WHERE org = $1 AND notebook = $2 AND actor = $3 AND seq = $4 AND device <> $5
               AND state <> 'published' ORDER BY arrival",
            tx.org(),
            &change.notebook,
            &change.actor,
            change.seq,
            device
        ))
        .await?;
    for hash in brought {
        if hash != change.hash {
            set_state(tx, &change.notebook, &hash, ChangeState::Held, Some(NOT_ITS_WRITERS)).await?;
            continue;
        }
        tx.run(sql!(
            "UPDATE change SET state = 'waits', reason = NULL, device = $3
             WHERE org = $1 AND hash = $2 AND state = 'held' AND reason = $4",
            tx.org(),
            &hash,
            device,
            FOR_ITS_WRITER
        ))
        .await?;
    }
    Ok(())
}
