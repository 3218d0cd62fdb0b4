//! `enterview check`: reading the record as a whole, and a look at the machine that it is on.

use super::{Data, say};
use crate::check::Again;
use crate::here::{advice, look};
use crate::serve::wall_clock;
use clap::Args;
use std::process::ExitCode;

/// Reads everything.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    data: Data,
    /// Only looks at this machine: how tablets reach it, clock, room, sleep, backups
    #[arg(long)]
    here: bool,
}

impl Check {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let store = self.data.open().await?;
        let machine = advice(&look(&self.data.folder()?, &store).await?, wall_clock()());
        if self.here {
            store.close().await;
            machine.iter().for_each(|line| say(&line.to_string()));
            return Ok(ExitCode::SUCCESS);
        }
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
        say("This machine:");
        machine.iter().for_each(|line| say(&format!("  {line}")));
        Ok(if found.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
