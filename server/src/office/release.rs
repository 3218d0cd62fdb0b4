//! A remark that others could hear waits until an officer has weighed it: then it may be quoted, or goes back to waiting.
//! It is written into the notebook beside the remark, with who decided and when.

use super::Shared;
use super::form::Form;
use super::notes::{self, standing};
use super::page::{Answer, Failure, go_and_say};
use super::reports::{still_open, words_changed};
use super::visits::seen;
use crate::auth::Signed;
use crate::sync::office_write;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use domain::entry::{Consent, Entry};
use domain::notebook::{Spot, Value};

/// The route of the decision.
pub fn routes() -> Router<Shared> {
    Router::new().route("/office/visits/{id}/release", post(release))
}

async fn release(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    seen(&signed, &id).await?;
    still_open(&signed, &id).await?;
    let (asked, lets_go) = match form.some("release") {
        Some(entry) => (entry, true),
        None => (form.text("keep_back"), false),
    };
    let books = notes::all(&signed.org, Some(&id)).await?;
    let mut found = None;
    for book in &books {
        found =
            found.or(book.read.entries.iter().find(|e| e.id.to_string() == asked).map(|entry| (book.read.id, entry)));
    }
    let (notebook, entry) = found.ok_or(Failure::NotFound)?;
    let said = match standing(entry) {
        Some(Entry::View(view)) if view.others_could_hear && view.consent == Consent::Quote => view,
        _ => {
            let why = "Only a remark that others could hear, and whose speaker let us quote it, waits for this. Nothing was changed.";
            return Err(Failure::Stopped(why.to_owned()));
        }
    };
    if said.released != lets_go {
        let what = if lets_go { "let a remark be quoted" } else { "keep a remark back" };
        let by = signed.person.parse().map_err(|_| Failure::NotFound)?;
        let (spot, pack) = (Spot::Entry(entry.id, "released".to_owned()), signed.pack()?.stamp());
        office_write(&signed.does(what, &asked), notebook, by, signed.now, &pack, move |book, stamp| {
            let heads = book.heads();
            book.state(stamp, &spot, &Value::Flag(lets_go), &heads)
        })
        .await?;
        words_changed(&signed, &id).await?;
    }
    let words = if lets_go { "The remark may be quoted now." } else { "The remark is not quoted." };
    Ok(go_and_say(&format!("/office/reading?visit={id}#n-{asked}"), words, office.secure))
}
