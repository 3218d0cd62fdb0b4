//! `enterview scheme list` and `enterview scheme check`.

use super::say;
use anyhow::Context as _;
use clap::{Args, Subcommand};
use domain::scheme::{Confidence, Scheme as Pack};
use std::path::PathBuf;
use std::process::ExitCode;

/// Schemes.
#[derive(Debug, Subcommand)]
pub(super) enum Scheme {
    /// Lists the schemes of this program: which one to name when an organisation is added
    ///
    /// Example: enterview scheme list
    #[command(verbatim_doc_comment)]
    List,
    /// Reads a pack from a file and says whether it can be used; if not, on which line it is wrong, and why
    ///
    /// Nothing is changed by it. It also lists what the pack itself says was never read in the law.
    ///
    /// Example: enterview scheme check our-pack.json
    #[command(verbatim_doc_comment)]
    Check(Check),
}

/// A pack to be read.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Scheme {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        match self {
            Self::List => {
                for pack in Pack::embedded_ids().filter_map(Pack::embedded) {
                    say(&format!("{}\n    {}", pack.id, pack.about));
                }
            }
            Self::Check(check) => {
                let json = std::fs::read_to_string(&check.file)
                    .with_context(|| format!("{} cannot be read", check.file.display()))?;
                let pack = Pack::parse(&json)?;
                say(&format!("{} can be used. {}", pack.stamp(), pack.about));
                for line in not_read(&pack) {
                    say(&line);
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What an administrator should look up before it is leaned on.
fn not_read(pack: &Pack) -> Vec<String> {
    let unsure = |confidence: Confidence| confidence == Confidence::Unverified;
    let clocks = pack.clocks.iter().filter(|c| unsure(c.confidence));
    let clocks = clocks.map(|c| format!("clock {}: {} ({})", c.rule, c.says, c.citation));
    let grounds = pack.grounds.iter().filter(|g| unsure(g.confidence));
    let grounds = grounds.map(|g| format!("ground ({}): {} ({})", g.letter, g.plain, g.citation));
    let no_right = pack.no_right.iter().filter(|n| unsure(n.confidence));
    let no_right = no_right.map(|n| format!("no right, {}: {} ({})", n.code, n.plain, n.citation));
    clocks.chain(grounds).chain(no_right).map(|line| format!("not read in the law: {line}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;
    use crate::auth::may::Role;

    #[test]
    fn what_was_not_read_is_said_of_each_scheme() {
        for (id, least) in [("link-2008", 2), ("healthwatch-2013", 5), ("lay-visiting", 8)] {
            let said = not_read(Pack::embedded(id).unwrap());
            assert!(said.len() >= least, "{id}: {said:?}");
        }
    }

    #[test]
    fn every_scheme_gives_each_door_of_the_office_to_somebody() {
        for pack in Pack::embedded_ids().filter_map(Pack::embedded) {
            for role in Role::ALL {
                assert!(pack.role(role.word()).is_some(), "{} has nobody who is {}", pack.id, role.word());
            }
        }
    }

    #[test]
    fn a_file_with_a_mistake_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let (sound, wrong) = (folder.path().join("sound.json"), folder.path().join("wrong.json"));
        let text = serde_json::to_string_pretty(Pack::embedded("lay-visiting").unwrap()).unwrap();
        std::fs::write(&sound, &text).unwrap();
        std::fs::write(&wrong, text.replace("\"theme\": \"safety\"", "\"theme\": \"moon\"")).unwrap();
        let check = |file: &PathBuf| Scheme::Check(Check { file: file.clone() }).run();
        check(&sound).unwrap();
        let said = check(&wrong).unwrap_err().to_string();
        assert!(
            said.contains("lay-visiting") && said.contains("line ") && said.contains("“moon” is no theme"),
            "{said}"
        );
        assert!(check(&folder.path().join("none.json")).unwrap_err().to_string().contains("cannot be read"));
    }
}
