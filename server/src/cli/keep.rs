//! `enterview check`: reading the record as a whole.

use super::{Data, say};
use crate::check::Again;
use clap::Args;
use std::process::ExitCode;

/// Reads everything.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    data: Data,
}

impl Check {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let store = self.data.open().await?;
        let found = store.check(&Again).await?;
        let (mut held, mut taken, mut waits) = (Vec::new(), 0, 0);
        for org in store.orgs().await? {
            let org = store.org(&org.id);
            held.extend(org.held().await?);
            let not_yet = org.not_published().await?;
            taken += not_yet.taken;
            waits += not_yet.waits;
        }
        store.close().await;
        if found.problems.is_empty() {
            say("All is well.");
        }
        found.problems.iter().for_each(|line| say(line));
        let (changes, notebooks, objects) = (found.changes, found.notebooks, found.objects);
        say(&format!("Read {changes} changes in {notebooks} notebooks, and {objects} photos."));
        if taken > 0 {
            say(&format!("{taken} changes are kept and not shown yet: a running server reads them within seconds."));
        }
        if waits > 0 {
            say(&format!(
                "{waits} changes are kept and wait: they stand on others that have not come, or that are held."
            ));
        }
        for (notebook, hash, _, reason) in held {
            say(&format!("Held, and kept: change {hash} of notebook {notebook}: {reason}"));
        }
        Ok(if found.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
