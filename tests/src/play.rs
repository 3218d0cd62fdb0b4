//! A scenario, played: a fresh server, the office's preparations, every tablet in the order of time, the office's part.

mod afterwards;
mod before;

use crate::office::{Entries, Office, RefusedAssignment};
use crate::scenario::{Recorded, Scenario, Visit, What};
use crate::server::Server;
use crate::tablet::Tablet;
use crate::times::{millis, on};
use anyhow::{Context, Result};
use device::views::EventFacts;
use domain::entry::Millis;
use domain::ids::NotebookId;
use std::collections::BTreeMap;
use std::path::Path;

/// Where everything stands while a scenario is played.
pub struct Played {
    /// The server.
    pub server: Server,
    /// The office.
    pub office: Office,
    /// The tablets by their number.
    pub tablets: BTreeMap<u32, Tablet>,
    /// Each visit's notebook, by the file's order.
    pub visits: Vec<NotebookId>,
    /// Each event's notebook, by the file's order.
    pub events: Vec<NotebookId>,
    /// Where each line of each visit went.
    pub entries: Vec<Entries>,
    /// Who was not let go.
    pub refused: Vec<RefusedAssignment>,
    /// Fields with more than one value, by visit, before anybody settled one.
    pub differed: Vec<usize>,
    /// The report's id, where the file has an office's part.
    pub report: Option<String>,
    /// Everybody's password at the office.
    pub password: String,
}

/// Something that happens at a time.
enum Moment<'a> {
    Line(usize, &'a Recorded),
    Event(usize),
    Over,
}

/// A tablet that was silent for longer than this is brought to the office before it goes out again, in milliseconds.
const A_WEEK: Millis = 7 * 24 * 3_600_000;

/// Plays `scenario` on the data folder `data`; the server's words and the tablets lie in `out` and `tablets`.
///
/// # Errors
/// Whatever a part says; the server is gone then.
pub async fn play(scenario: &Scenario, data: &Path, tablets: &Path, out: &Path) -> Result<Played> {
    let mut played = before::prepare(scenario, data, out).await?;
    played.set_up_tablets(scenario, tablets).await?;
    played.record(scenario).await?;
    played.at_the_desk(scenario, out).await?;
    Ok(played)
}

impl Played {
    async fn set_up_tablets(&mut self, scenario: &Scenario, folder: &Path) -> Result<()> {
        let first = moments(scenario)?.first().map_or(Ok(0), |(at, _)| Ok::<_, anyhow::Error>(*at))?;
        for number in scenario.tablets() {
            let holders = holders(scenario, number);
            let code = self.enrol(number, &holders).await?;
            let folder = folder.join(format!("tablet-{number}"));
            std::fs::create_dir_all(&folder)?;
            let mut tablet = Tablet::set_up(number, &folder, &code, first - 3_600_000).await?;
            tablet.sync().await?;
            self.tablets.insert(number, tablet);
        }
        Ok(())
    }

    async fn record(&mut self, scenario: &Scenario) -> Result<()> {
        self.entries = vec![Entries::new(); scenario.visits.len()];
        let mut last_heard: BTreeMap<u32, Millis> = BTreeMap::new();
        for (at, moment) in moments(scenario)? {
            match moment {
                Moment::Line(visit, line) => {
                    let notebook = *self.visits.get(visit).context("a visit that was planned")?;
                    let tablet = self.tablets.get_mut(&line.tablet).context("a tablet that was set up")?;
                    tablet.tell(at);
                    if at - last_heard.get(&line.tablet).copied().unwrap_or(at) > A_WEEK {
                        tablet.sync().await?;
                    }
                    last_heard.insert(line.tablet, at);
                    let place = scenario.visits.get(visit).map_or("", |v| v.place.as_str());
                    let context =
                        || format!("{place}: line {} ({}) on tablet {}", line.line, line.what.kind(), line.tablet);
                    let entry = tablet.record(notebook, line, at).with_context(context)?;
                    if let (Some(entry), Some(entries)) = (entry, self.entries.get_mut(visit)) {
                        entries.insert(line.line, entry);
                    }
                    if matches!(line.what, What::Sync) {
                        tablet.sync().await?;
                    }
                }
                Moment::Event(n) => self.hold_event(scenario, n, at).await?,
                Moment::Over => {
                    for (number, tablet) in &mut self.tablets {
                        tablet.tell(at);
                        tablet.sync().await?;
                        last_heard.insert(*number, at);
                    }
                }
            }
        }
        // What one tablet sent after another had last asked is brought to all, and fates come back.
        for tablet in self.tablets.values_mut() {
            tablet.sync_until_shown().await?;
        }
        for tablet in self.tablets.values_mut() {
            tablet.sync().await?;
        }
        Ok(())
    }

    async fn hold_event(&mut self, scenario: &Scenario, n: usize, at: Millis) -> Result<()> {
        let event = scenario.outreach.get(n).context("an event of the file")?;
        let tablet = self.tablets.get_mut(&event.tablet).context("a tablet that was set up")?;
        tablet.tell(at);
        tablet.sync().await?;
        let facts = EventFacts {
            name: event.event.clone(),
            date: event.date.to_string(),
            group: String::new(),
            kind: "stall".into(),
            method: event.method.clone(),
            present: Some(i64::from(event.present)),
        };
        let notebook = tablet.begin_event(&event.by, &facts, at)?;
        let mut minute = at;
        for (view, contact) in &event.views {
            minute += 120_000;
            tablet.told_at_event(notebook, view, contact.as_ref(), minute)?;
        }
        tablet.keep_sheets(notebook, &event.equality_sheets)?;
        self.events.push(notebook);
        Ok(())
    }
}

/// Everybody who writes on a tablet, in the order in which they first do.
fn holders(scenario: &Scenario, number: u32) -> Vec<String> {
    let on_visits = scenario.visits.iter().flat_map(|v| &v.entries).filter(|e| e.tablet == number).map(|e| &e.by);
    let at_events = scenario.outreach.iter().filter(|o| o.tablet == number).map(|o| &o.by);
    let mut names: Vec<String> = Vec::new();
    for name in on_visits.chain(at_events).filter(|name| !name.is_empty()) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// Everything that happens, in order of time; at the end of each visit and event every tablet has signal.
fn moments(scenario: &Scenario) -> Result<Vec<(Millis, Moment<'_>)>> {
    let mut all = Vec::new();
    for (n, visit) in scenario.visits.iter().enumerate() {
        for line in &visit.entries {
            all.push((millis(line.at)?, Moment::Line(n, line)));
        }
        if let Some(last) = last(visit) {
            all.push((millis(last)? + 1, Moment::Over));
        }
    }
    for (n, event) in scenario.outreach.iter().enumerate() {
        let at = millis(on(event.date, 10, 0))?;
        all.push((at, Moment::Event(n)));
        all.push((at + 6 * 3_600_000, Moment::Over));
    }
    all.sort_by_key(|(at, _)| *at);
    Ok(all)
}

fn last(visit: &Visit) -> Option<jiff::civil::DateTime> {
    visit.entries.iter().map(|e| e.at).max()
}
