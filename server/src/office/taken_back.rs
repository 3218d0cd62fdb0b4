//! *They asked us not to keep it*: a note goes for good, from the office and from every tablet. What it says is shown once
//! more, with what rests on it; then its id is written down, and the projector founds its notebook again without it.

use super::Shared;
use super::form::Form;
use super::notes::{self, Shown};
use super::page::{Answer, Failure, Page, go_and_say};
use super::reports::{sent_on, words_changed};
use crate::auth::Signed;
use crate::store::OrgStore;
use crate::store::findings::numbered;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use domain::notebook::Projection;
use serde_json::{Value, json};
use std::time::Duration;

/// How long the page waits until a note is out: the projector takes a moment, and longer when much came in.
const PATIENCE: Duration = Duration::from_secs(3);

/// The route of taking back.
pub fn routes() -> Router<Shared> {
    Router::new().route("/office/notes/{id}/take-back", get(page).post(take_back))
}

/// Where a note stands.
pub(super) struct Found {
    pub(super) notebook: String,
    pub(super) visit: Option<String>,
    pub(super) read: Projection,
}

pub(super) async fn found(org: &OrgStore, id: &str) -> Result<Found, Failure> {
    let entry = org.entry(id).await?.ok_or(Failure::NotFound)?;
    let book = org.notebook(&entry.notebook).await?.ok_or(Failure::NotFound)?;
    let read = serde_json::from_str(&book.projection.ok_or(Failure::NotFound)?)?;
    Ok(Found { notebook: book.id, visit: book.visit, read })
}

impl Found {
    fn back(&self) -> String {
        match &self.visit {
            Some(visit) => format!("/office/reading?visit={visit}"),
            None => "/office/reading".to_owned(),
        }
    }
}

async fn page(State(office): State<Shared>, signed: Signed, Path(id): Path<String>) -> Answer {
    let found = found(&signed.org, &id).await?;
    let names = notes::names(&signed.org).await?;
    let shown = Shown { pack: signed.pack()?, names: &names, zone: &office.zone };
    let entry = found.read.entries.iter().find(|entry| entry.id.to_string() == id).ok_or(Failure::NotFound)?;
    let note = shown.note(entry).ok_or(Failure::NotFound)?;
    let (mut rests, mut sent) = (Vec::new(), false);
    if let Some(visit) = &found.visit {
        let findings = signed.org.findings(visit).await?;
        rests = numbered(&findings)
            .filter(|(_, finding)| finding.evidence.contains(&id))
            .map(|(n, finding)| json!({"n": n, "id": finding.id, "alone": finding.evidence.len() == 1}))
            .collect::<Vec<Value>>();
        sent = sent_on(&signed, visit).await?.is_some();
    }
    let facts = json!({"note": note, "id": id, "rests": rests, "sent": sent, "back": found.back()});
    Page::new("office/take-back.html", "Take a note out for good", facts).show(&signed, "/office/reading")
}

async fn take_back(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, _: Form) -> Answer {
    let found = found(&signed.org, &id).await?;
    let deed = signed.does("take out a note that somebody took back", &id);
    deed.take_back(&found.notebook, vec![id.clone()], &signed.person, signed.now).await?;
    let out = is_out(&signed.org, &found.notebook).await?;
    if let Some(visit) = &found.visit
        && sent_on(&signed, visit).await?.is_none()
    {
        words_changed(&signed, visit).await?;
    }
    let said = match out {
        true => "The note is out of the record, and goes from each tablet the next time it is heard.",
        false => "The note is being taken out. Load this page again in a moment to see that it is gone.",
    };
    Ok(go_and_say(&found.back(), said, office.secure))
}

/// Waits a moment until the projector has been there.
async fn is_out(org: &OrgStore, notebook: &str) -> anyhow::Result<bool> {
    let until = tokio::time::Instant::now() + PATIENCE;
    loop {
        let rev = org.this().await?.rev;
        if !org.is_being_taken_back(notebook).await? {
            return Ok(true);
        }
        let left = until.saturating_duration_since(tokio::time::Instant::now());
        if left.is_zero() || !org.store().wait_beyond(org.id(), rev, left).await {
            return Ok(!org.is_being_taken_back(notebook).await?);
        }
    }
}
