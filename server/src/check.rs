//! How `enterview check` makes again what was made: a change's hash from its bytes, a notebook from its published
//! changes. What is compared with what is in [`crate::store::whole`]; nothing is changed, mending is a person's decision.

use crate::projector::{Publish, entries, publish};
use crate::store::changes::Change;
use crate::store::notebooks::Notebook;
use crate::store::whole::{Remade, Remake};
use crate::sync::chunk;
use anyhow::{Context as _, ensure};
use domain::report::Report;
use domain::wire::Bytes;

/// Reads with the same code as the projector, in this process.
#[derive(Clone, Copy, Debug)]
pub struct Again;

impl Remake for Again {
    fn hash(&self, change: &[u8]) -> anyhow::Result<String> {
        Ok(chunk::read(change)?.hash.to_string())
    }

    fn is_out(&self, stage: &str) -> anyhow::Result<bool> {
        let report: Report = serde_json::from_str(stage).context("its stage cannot be read")?;
        Ok(report.stage().is_out())
    }

    async fn remake(&self, notebook: &Notebook, changes: Vec<Change>) -> anyhow::Result<Remade> {
        let id = notebook.id.parse()?;
        let changes = changes.into_iter().map(|change| Bytes(change.bytes)).collect();
        let from_changes = Publish { notebook: id, chunk: None, changes };
        let from_chunk = Publish { notebook: id, chunk: notebook.chunk.clone().map(Bytes), changes: Vec::new() };
        let (made, cached) =
            tokio::task::spawn_blocking(move || (publish(&from_changes), publish(&from_chunk))).await?;
        let made = made?;
        ensure!(made.held.is_empty() && made.waits.is_empty(), "its changes do not come together");
        let cached = cached.context("its compact form cannot be read")?;
        ensure!(cached.projection == made.projection, "its compact form reads otherwise than its changes");
        Ok(Remade {
            projection: serde_json::to_string(&made.projection)?,
            heads: made.heads.iter().map(ToString::to_string).collect(),
            entries: entries(&made.projection)?,
        })
    }
}
