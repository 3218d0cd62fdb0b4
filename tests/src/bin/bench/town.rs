//! A server process with one outreach worker, and tablets that are hers.

use anyhow::{Context, Result};
use device::views::EventFacts;
use domain::entry::Millis;
use domain::ids::NotebookId;
use journeys::server::{Server, command, command_told};
use journeys::tablet::Tablet;
use tempfile::TempDir;

/// Who writes.
const DILYS: &str = "Dilys Morgan";
/// Monday 2 November 2026, ten o'clock in London.
const MONDAY: Millis = 1_793_613_600_000;

/// The server, its folder, and the time.
pub struct Town {
    pub folder: TempDir,
    pub server: Server,
    tablets: u32,
    now: Millis,
}

impl Town {
    pub async fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        std::fs::create_dir_all(&data)?;
        let org = ["org", "add", "--name", "Sutton LINk", "--host", "Sutton CVS", "--scheme", "link-2008"];
        command(&data, &org).await?;
        let dilys = ["person", "add", "--name", DILYS, "--role", "outreach worker", "--password-stdin"];
        command_told(&data, &dilys, &journeys::password()?).await?;
        let server = Server::start(&data, &folder.path().join("server.log"), 0).await?;
        Ok(Self { folder, server, tablets: 0, now: MONDAY })
    }

    /// One more tablet of hers, set up and not yet synced.
    pub async fn tablet(&mut self) -> Result<Tablet> {
        self.tablets += 1;
        let name = format!("tablet {}", self.tablets);
        let said = command(self.server.data(), &["enrol", "--name", &name, "--for", DILYS]).await?;
        let code = said.split_whitespace().find(|word| word.starts_with("EV1~")).context("no code was printed")?;
        let folder = self.folder.path().join(&name);
        std::fs::create_dir_all(&folder)?;
        Tablet::set_up(self.tablets, &folder, code, self.now).await
    }

    /// An event with two remarks, written without signal.
    pub fn event(&mut self, tablet: &mut Tablet, n: usize) -> Result<NotebookId> {
        self.now += 60_000;
        let facts = EventFacts { name: format!("Stall {n}"), date: "2026-11-02".into(), ..empty() };
        let event = tablet.begin_event(DILYS, &facts, self.now)?;
        for words in ["The new desk at the surgery is easier to reach.", "Nobody told us that the clinic had moved."] {
            let view = serde_json::from_value(serde_json::json!({
                "speaker": "member of the public", "words": words, "consent": "quote"
            }))?;
            tablet.told_at_event(event, &view, None, self.now)?;
        }
        Ok(event)
    }
}

fn empty() -> EventFacts {
    EventFacts {
        name: String::new(),
        date: String::new(),
        group: String::new(),
        kind: "stall".into(),
        method: "information".into(),
        present: None,
    }
}
