//! The NHS directory of practices (epraccur): taken row by row in the background, with a page that says how far it is
//! and which rows were refused and why. A row that is refused holds up no other.

use super::Shared;
use super::form::{Form, Problems};
use super::page::{Answer, Failure, Page, go_and_say};
use super::places::HERE;
use crate::auth::Signed;
use crate::directory;
use crate::store::OrgStore;
use crate::store::places::{ImportRefusal, NewPlace};
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The pages of the import.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/office/places/import", get(form).post(begin))
        .route("/office/places/import/{id}", get(progress))
}

/// How far one import is.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    org: String,
    rows: usize,
    done: usize,
    taken: usize,
    refused: usize,
    over: bool,
    broken: bool,
}

/// Imports since this process started.
#[derive(Clone, Debug, Default)]
pub struct Imports {
    all: Arc<Mutex<BTreeMap<String, Progress>>>,
}

impl Imports {
    fn change(&self, id: &str, change: impl FnOnce(&mut Progress)) {
        change(self.all.lock().unwrap_or_else(PoisonError::into_inner).entry(id.to_owned()).or_default());
    }

    fn get(&self, id: &str) -> Option<Progress> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }
}

async fn form(signed: Signed) -> Answer {
    Page::new("office/import.html", "Take in the NHS directory", json!({})).show(&signed, HERE)
}

async fn begin(State(office): State<Shared>, signed: Signed, form: Form) -> Answer {
    let bytes = form.file("file").unwrap_or_default();
    if bytes.is_empty() {
        let problems = Problems::one("file", "Choose the file first: epraccur.csv.");
        return Page::new("office/import.html", "Take in the NHS directory", json!({}))
            .refused(&form, &problems)
            .show(&signed, HERE);
    }
    let id = super::new_id(signed.now);
    let (places, refused) = directory::read(bytes, signed.now);
    let rows = places.len() + refused.len();
    office.imports.change(&id, |p| {
        *p = Progress {
            org: signed.org.id().to_owned(),
            rows,
            done: refused.len(),
            refused: refused.len(),
            ..Progress::default()
        };
    });
    let org = signed.does("take in a directory", &id);
    org.begin_import(&id, i64::try_from(rows).unwrap_or(i64::MAX), signed.now).await?;
    tokio::spawn(take(office.imports.clone(), org, id.clone(), places, refused));
    Ok(go_and_say(
        &format!("{HERE}/import/{id}"),
        "The file has come. It is taken in row by row; you can go on with other things.",
        office.secure,
    ))
}

/// How many rows go to the store at once: large enough to be quick, small enough that the page moves.
const AT_ONCE: usize = 500;

async fn take(imports: Imports, org: OrgStore, id: String, places: Vec<NewPlace>, refused: Vec<ImportRefusal>) {
    let mut waiting = Some(refused);
    let mut rest = places.as_slice();
    let mut broken = false;
    while !rest.is_empty() || waiting.is_some() {
        let (now, later) = rest.split_at(rest.len().min(AT_ONCE));
        rest = later;
        match org.take_directory(&id, now.to_vec(), waiting.take().unwrap_or_default()).await {
            Ok(taken) => imports.change(&id, |p| {
                p.taken += taken;
                p.done += now.len();
            }),
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "a directory import broke off");
                broken = true;
                break;
            }
        }
    }
    // One that broke off has no end in the record either, and says so after a restart.
    if !broken && let Err(error) = org.in_its_wake().end_import(&id, imports.get(&id).map_or(0, |p| p.taken)).await {
        tracing::error!(error = format!("{error:#}"), "the end of a directory import could not be kept");
    }
    imports.change(&id, |p| {
        p.over = true;
        p.broken = broken;
    });
}

async fn progress(State(office): State<Shared>, signed: Signed, Path(id): Path<String>) -> Answer {
    let known = office.imports.get(&id).filter(|p| p.org == signed.org.id());
    let refusals = signed.org.import_refusals(&id).await?;
    let kept = signed.org.import(&id).await?;
    // What this process does not know was begun before it started: it came to its end, or broke off with that start.
    let before = kept.map(|kept| Progress {
        rows: usize::try_from(kept.rows).unwrap_or(0),
        taken: usize::try_from(kept.taken.unwrap_or(0)).unwrap_or(0),
        refused: refusals.len(),
        over: true,
        broken: kept.taken.is_none(),
        ..Progress::default()
    });
    let p = known.or(before).ok_or(Failure::NotFound)?;
    let rows: Vec<_> = refusals.iter().map(|r| json!({"line": r.line, "reason": r.reason, "raw": r.raw})).collect();
    let facts = json!({"rows": p.rows, "done": p.done, "taken": p.taken, "refused": p.refused, "over": p.over,
        "broken": p.broken, "refusals": rows});
    Page::new("office/import-progress.html", "Taking in the NHS directory", facts).show(&signed, HERE)
}
