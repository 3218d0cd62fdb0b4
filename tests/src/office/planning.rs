//! The officer plans a visit; somebody who may not go is stopped there, with the reason.

use super::{Office, id_of};
use crate::scenario::Visit;
use anyhow::{Context, Result, bail};
use domain::ids::NotebookId;
use std::collections::BTreeSet;

/// Somebody whom the office did not let go, and what it said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedAssignment {
    /// Their name.
    pub person: String,
    /// The place of the visit.
    pub visit: String,
    /// The office's reason.
    pub reason: String,
}

/// A visit as it was planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Its notebook, which is its id.
    pub notebook: NotebookId,
    /// Who was not let go.
    pub refused: Vec<RefusedAssignment>,
}

/// A sentence as it stands behind a colon: *check expired on 2026-10-29*.
fn as_a_clause(sentence: &str) -> String {
    let sentence = sentence.trim().trim_end_matches('.');
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A session's day and part: from the file's words, or else the days on which something was recorded.
fn sessions(visit: &Visit) -> Vec<(String, String)> {
    let said = visit.sessions.iter().map(|s| {
        let (day, part) = s.split_once(' ').unwrap_or((s, ""));
        (day.to_owned(), part.to_owned())
    });
    let mut all: Vec<_> = said.collect();
    if all.is_empty() {
        let days: BTreeSet<_> = visit.entries.iter().map(|e| e.at.date()).collect();
        all = days.into_iter().map(|d| (d.to_string(), String::new())).collect();
    }
    all
}

impl Office {
    /// Plans a visit with its team and lead, trying those in `put_forward` as well.
    ///
    /// # Errors
    /// What the page says, when it is not about somebody who may not go.
    pub async fn plan(&mut self, visit: &Visit, put_forward: &[&str]) -> Result<Planned> {
        let browser = self.officer().await?;
        let place = id_of(&self.places, &visit.place)?.to_owned();
        let mut form = browser.open(&format!("/office/visits/new?place={place}")).await?.form("/office/visits/new")?;
        form = form
            .choose("place", &place)?
            .choose("announcement", &visit.announcement)?
            .fill("purpose", &visit.purpose)?;
        let parts = ["", "_2", "_3"];
        for ((day, part), end) in sessions(visit).iter().zip(parts) {
            form = form.fill(&format!("date{end}"), day)?;
            let field = format!("part{end}");
            if form.choices(&field).iter().any(|(value, _)| value == part) {
                form = form.choose(&field, part)?;
            }
        }
        let mut going: Vec<&str> = visit.team.iter().map(String::as_str).chain(put_forward.iter().copied()).collect();
        let mut refused = Vec::new();
        for _ in 0..going.len() {
            let mut tried = form.clone().clear("team");
            for name in &going {
                tried = tried.choose("team", name)?;
            }
            if going.contains(&visit.lead.as_str()) {
                tried = tried.choose("lead", &visit.lead)?;
            }
            let answer = browser.send(tried).await?;
            if !answer.path.ends_with("/visits/new") && answer.status < 400 {
                let notebook = answer.id().parse().with_context(|| format!("{} names no visit", answer.path))?;
                return Ok(Planned { notebook, refused });
            }
            let said = answer.each(".error")?;
            let before = going.len();
            going.retain(|name| match said.iter().find(|s| s.contains(&format!("{name} cannot go on this visit"))) {
                None => true,
                Some(said) => {
                    let reason = said.split_once("cannot go on this visit: ").map_or(said.as_str(), |(_, why)| why);
                    let (person, reason) = ((*name).to_owned(), as_a_clause(reason));
                    refused.push(RefusedAssignment { person, visit: visit.place.clone(), reason });
                    false
                }
            });
            if going.len() == before {
                bail!("the visit to {} is not planned: {}", visit.place, answer.told());
            }
            form = answer.form("/office/visits/new")?;
        }
        bail!("nobody may go to {}", visit.place)
    }
}
