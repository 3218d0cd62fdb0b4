//! Sending, fetching, and coming back with nothing new, beside others who do the same.

use super::peers::{self, Ours};
use super::{pull, push};
use anyhow::Result;

pub async fn run() -> Result<()> {
    let mut ours = Ours::new();
    let docs = tempfile::tempdir()?;
    push::run(&mut ours).await?;
    pull::run(&mut ours, docs.path()).await?;
    peers::run(&ours, docs.path())
}
