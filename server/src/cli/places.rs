//! `enterview places import`: the NHS directory of practices from the command line.

use super::{OfOrg, by_operator, say};
use crate::directory;
use crate::serve::{new_id, wall_clock};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// The most refused rows that are printed; all of them are kept.
const PRINTED: usize = 20;

/// Places.
#[derive(Debug, Subcommand)]
pub(super) enum Places {
    /// Takes in the NHS directory of GP practices (epraccur.csv)
    ///
    /// New ones are added, known ones (by code) brought up to date. A row that cannot be taken is listed with its
    /// reason and holds up no other. The first line says how many were taken.
    ///
    /// Example: enterview places import epraccur.csv
    #[command(verbatim_doc_comment)]
    Import(Import),
}

/// A directory to be taken in.
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(flatten)]
    org: OfOrg,
    /// The file
    file: PathBuf,
}

impl Places {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Import(import) = self;
        import.run().await
    }
}

impl Import {
    async fn run(self) -> anyhow::Result<()> {
        let bytes = std::fs::read(&self.file).with_context(|| format!("reading {}", self.file.display()))?;
        let org = self.org.open().await?;
        let at = wall_clock()();
        let (places, refused) = directory::read(&bytes, at);
        let id = new_id(at)?.to_string();
        let does = org.doing(by_operator("take in a directory", &id, at));
        does.begin_import(&id, i64::try_from(places.len() + refused.len())?, at).await?;
        let taken = does.take_directory(&id, places, refused.clone()).await?;
        org.end_import(&id, taken).await?;
        org.store().close().await;
        say(&format!("{taken} places taken, {} rows refused", refused.len()));
        for row in refused.iter().take(PRINTED) {
            say(&format!("row {}: {}", row.line, row.reason));
        }
        if refused.len() > PRINTED {
            say(&format!("and {} more", refused.len() - PRINTED));
        }
        Ok(())
    }
}
