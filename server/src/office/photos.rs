//! Photos for who is signed in: by hash, never kept by the browser, and only where their visit may be seen. And the page on
//! which a photo is described for those who cannot see it, and seen by a second pair of eyes before it is printed.

use super::form::{Form, Problems};
use super::notes::{self, Notes, standing};
use super::page::{Answer, Failure, Page, go_and_say};
use super::reports::{still_open, words_changed};
use super::visits::{HERE as VISITS, seen, when_of};
use super::words::{self, counted, in_full};
use super::{Office, Shared};
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::collate::photo_bytes;
use crate::store::looks::Look;
use crate::store::visits::Visit;
use crate::sync::office_write;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use domain::entry::{Entry, Photo};
use domain::notebook::{ProjectedEntry, Spot, Value as Told};
use serde_json::json;

/// The photos' routes.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/office/photos/{hash}", get(photo))
        .route("/office/visits/{id}/photos", get(page))
        .route("/office/visits/{id}/photos/shows", post(describe))
        .route("/office/visits/{id}/photos/look", post(look))
}

async fn photo(signed: Signed, Path(hash): Path<String>) -> Answer {
    if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Failure::NotFound);
    }
    let progress = signed.org.photo_progress(&hash).await?.ok_or(Failure::NotFound)?;
    if let (false, Some(notebook)) = (signed.is(Role::Officer), &progress.notebook) {
        let visit = signed.org.notebook(notebook).await?.and_then(|n| n.visit).ok_or(Failure::NotFound)?;
        seen(&signed, &visit).await?;
    }
    let bytes = photo_bytes(&signed.org, signed.org.store().objects(), &hash).await?.ok_or(Failure::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "no-store")], bytes).into_response())
}

/// A photo that stands in a notebook.
struct Taken<'b> {
    book: &'b Notes,
    entry: &'b ProjectedEntry,
    photo: Photo,
}

impl Taken<'_> {
    /// Whether somebody took a photo of these bytes: their own eyes are the first pair.
    fn is_by(&self, person: &str, all: &[Taken<'_>]) -> bool {
        let same = |other: &&Taken<'_>| other.photo.hash == self.photo.hash;
        all.iter()
            .filter(same)
            .any(|other| [other.entry.by, other.entry.writer()].iter().any(|who| who.to_string() == person))
    }
}

fn taken(books: &[Notes]) -> Vec<Taken<'_>> {
    let mut all = Vec::new();
    for book in books {
        for entry in &book.read.entries {
            if let Some(Entry::Photo(photo)) = standing(entry) {
                all.push(Taken { book, entry, photo });
            }
        }
    }
    all.sort_by_key(|taken| taken.entry.at);
    all
}

/// What the visit's page says of its photos; none where there is none.
pub(super) async fn summary(signed: &Signed, visit: &str) -> anyhow::Result<Option<String>> {
    let books = notes::all(&signed.org, Some(visit)).await?;
    let all = taken(&books);
    let (mut undescribed, mut unseen) = (0, 0);
    for one in &all {
        undescribed += usize::from(one.photo.shows.trim().is_empty());
        let looks = signed.org.looks(&one.photo.hash).await?;
        unseen += usize::from(!looks.iter().any(|look| !one.is_by(&look.person, &all)));
    }
    let mut said = vec![counted(all.len(), "photo", "photos")];
    if undescribed > 0 {
        said.push(format!("{undescribed} without words for those who cannot see it"));
    }
    if unseen > 0 {
        said.push(format!("{unseen} to be looked at by a second person"));
    }
    Ok((!all.is_empty()).then(|| format!("{}.", said.join(", "))))
}

async fn page(State(office): State<Shared>, signed: Signed, Path(id): Path<String>) -> Answer {
    let visit = seen(&signed, &id).await?;
    photos_page(&office, &signed, &visit).await?.show(&signed, VISITS)
}

async fn photos_page(office: &Office, signed: &Signed, visit: &Visit) -> anyhow::Result<Page> {
    let books = notes::all(&signed.org, Some(&visit.id)).await?;
    let names = notes::names(&signed.org).await?;
    let gone = "somebody who is not here any more";
    let name = |id: &str| names.get(id).map_or(gone, String::as_str).to_owned();
    let all = taken(&books);
    let mut photos = Vec::new();
    for one in &all {
        let (day, time) = words::local(one.entry.at, &office.zone);
        let looks = signed.org.looks(&one.photo.hash).await?;
        let others: Vec<&Look> = looks.iter().filter(|look| !one.is_by(&look.person, &all)).collect();
        let stored = signed.org.photo_progress(&one.photo.hash).await?.is_some_and(|p| p.state == "stored");
        let differs = one.entry.fields.get("shows").is_some_and(domain::notebook::Field::differs);
        let covered = match one.photo.covered.as_slice() {
            [] => "Nothing had to be covered".to_owned(),
            some => format!("Covered: {}", words::list(some)),
        };
        photos.push(json!({
            "id": one.entry.id.to_string(), "hash": one.photo.hash, "width": one.photo.width, "height": one.photo.height,
            "caption": one.photo.caption, "shows": one.photo.shows, "permission": notes::said_yes(&one.photo), "covered": covered,
            "by": name(&one.entry.by.to_string()), "on": words::short(day, signed.today), "time": time,
            "came": stored, "differs": differs, "seen": shows_mark(one.entry),
            "looked": others.iter().map(|l| format!("{}, {}", name(&l.person), in_full(words::local(l.looked_at, &office.zone).0))).collect::<Vec<_>>(),
            "own": one.is_by(&signed.person, &all), "mine": others.iter().any(|l| l.person == signed.person),
        }));
    }
    let sent = super::reports::sent_on(signed, &visit.id).await?.is_some();
    let facts = json!({"visit": {"id": visit.id, "name": format!("{}, {}", visit.place_name, when_of(visit))},
        "photos": photos, "open": !sent, "officer": signed.is(Role::Officer)});
    Ok(Page::new("office/photos.html", format!("Photos: {}", visit.place_name), facts))
}

/// A mark of what a photo is said to show: what somebody had before them when they wrote.
fn shows_mark(entry: &ProjectedEntry) -> String {
    super::form::mark(&entry.fields.get("shows"))
}

async fn describe(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let visit = seen(&signed, &id).await?;
    still_open(&signed, &id).await?;
    let books = notes::all(&signed.org, Some(&id)).await?;
    let all = taken(&books);
    let asked = form.text("entry");
    let one = all.iter().find(|one| one.entry.id.to_string() == asked).ok_or(Failure::NotFound)?;
    let field = format!("shows_{asked}");
    let mut problems = Problems::of(&form);
    let said = problems.needed(&form, &field, "Say in a sentence what the photo shows, for people who cannot see it.");
    let stale = problems.stale(&form, &shows_mark(one.entry));
    if !problems.is_empty() {
        let mut page = photos_page(&office, &signed, &visit).await?.refused(&form, &problems);
        if stale {
            page = page.beside(&[("What it shows", one.photo.shows.clone())]);
        }
        return page.show(&signed, VISITS);
    }
    let (at, spot) = (one.book.read.id, Spot::Entry(one.entry.id, "shows".to_owned()));
    let (by, pack) = (signed.person.parse().map_err(|_| Failure::NotFound)?, signed.pack()?.stamp());
    office_write(&signed.does("describe a photo", &asked), at, by, signed.now, &pack, move |book, stamp| {
        let heads = book.heads();
        book.state(stamp, &spot, &Told::Text(said.clone()), &heads)
    })
    .await?;
    words_changed(&signed, &id).await?;
    Ok(go_and_say(&format!("{VISITS}/{id}/photos#p-{asked}"), "What the photo shows is kept.", office.secure))
}

async fn look(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    seen(&signed, &id).await?;
    still_open(&signed, &id).await?;
    let books = notes::all(&signed.org, Some(&id)).await?;
    let all = taken(&books);
    let asked = form.text("entry");
    let one = all.iter().find(|one| one.entry.id.to_string() == asked).ok_or(Failure::NotFound)?;
    let hash = one.photo.hash.clone();
    let back = format!("{VISITS}/{id}/photos#p-{asked}");
    if form.text("do") == "undo" {
        signed.does("take back a look at a photo", &hash).drop_look(&hash, &signed.person).await?;
        return Ok(go_and_say(&back, "It waits for a second pair of eyes again.", office.secure));
    }
    if one.is_by(&signed.person, &all) {
        let why = "You took this photo, and looked when you did. Somebody else has to look at it before it is printed.";
        return Err(Failure::Stopped(why.to_owned()));
    }
    if signed.org.photo_progress(&hash).await?.is_none_or(|photo| photo.state != "stored") {
        return Err(Failure::Stopped("This photo has not come yet, so nobody can have looked at it.".to_owned()));
    }
    let look = Look { hash: hash.clone(), person: signed.person.clone(), looked_at: signed.now };
    signed.does("look at a photo", &hash).keep_look(look).await?;
    Ok(go_and_say(&back, "It is kept that you looked, and that nobody in it can be recognised.", office.secure))
}
