//! Outreach: stalls, presentations, groups; how many people, and what they said. What is counted here never holds what
//! was said in confidence.

use super::Shared;
use super::form::{Form, Problems};
use super::notes::{self, Notes, Shown, Tally, standing};
use super::page::{Answer, Failure, Page, go_and_say};
use super::words::{self, counted, plain};
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::store::events::Event;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use domain::entry::Entry;
use domain::notebook::{Kind, Projection, Value as Stated};
use jiff::civil::Date;
use serde_json::{Value, json};

/// The pages of outreach.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route(HERE, get(list))
        .route("/office/outreach/new", get(new).post(add))
        .route("/office/outreach/{id}", get(one))
}

const HERE: &str = "/office/outreach";

/// A fact about an event, as its notebook has it.
fn about(read: &Projection, key: &str) -> Option<String> {
    let value = &read.about.get(key)?.values.first()?.value;
    Some(match value {
        Stated::Text(text) => text.clone(),
        Stated::Whole(n) => n.to_string(),
        Stated::Flag(flag) => flag.to_string(),
        Stated::List(words) => words::list(words),
    })
}

/// What an event recorded on a tablet is called.
pub(super) fn name_of(read: &Projection) -> String {
    ["name", "event", "group", "title"]
        .iter()
        .find_map(|key| about(read, key))
        .unwrap_or_else(|| "Views without a visit".to_owned())
}

/// How many people an event on a tablet reached: as stated, else the sum of the taps.
fn present(read: &Projection) -> i64 {
    let stated = ["present", "people"].iter().find_map(|key| about(read, key)).and_then(|n| n.parse().ok());
    let taps = || {
        read.entries
            .iter()
            .filter_map(standing)
            .map(|e| if let Entry::Count(c) = e { i64::from(c.people) } else { 0 })
            .sum()
    };
    stated.unwrap_or_else(taps)
}

fn views(book: &Notes) -> usize {
    Tally::of(&book.read.entries.iter().filter_map(standing).collect::<Vec<_>>()).views
}

fn own_event(book: &Notes) -> bool {
    book.visit.is_none() && (book.kind == "event" || book.read.kind() == Kind::Event || book.kind == "day")
}

async fn list(State(office): State<Shared>, signed: Signed) -> Answer {
    let books = notes::all(&signed.org, None).await?;
    let mut rows: Vec<(String, Value)> = Vec::new();
    let (mut people, mut said) = (0, 0);
    for event in signed.org.events().await? {
        let views: usize = books.iter().filter(|b| b.event.as_deref() == Some(event.id.as_str())).map(views).sum();
        people += event.present;
        said += views;
        let day = event.held_on.parse::<Date>().map(plain).unwrap_or_default();
        rows.push((event.held_on.clone(), json!({"id": event.id, "part": "event", "day": day, "name": event.people_group, "kind": event.kind, "method": event.method, "present": event.present, "views": views})));
    }
    for book in books.iter().filter(|b| own_event(b) && b.event.is_none()) {
        let stated = about(&book.read, "date").and_then(|d| d.get(..10).and_then(|d| d.parse::<Date>().ok()));
        let day = stated
            .unwrap_or_else(|| words::local(book.read.entries.iter().map(|e| e.at).min().unwrap_or(0), &office.zone).0);
        let (n, v) = (present(&book.read), views(book));
        people += n;
        said += v;
        rows.push((day.to_string(), json!({"id": book.notebook, "part": "book", "day": plain(day), "name": name_of(&book.read), "kind": "on a tablet", "method": about(&book.read, "method").unwrap_or_default(), "present": n, "views": v})));
    }
    rows.sort_by(|a, b| b.0.cmp(&a.0));
    let total = format!(
        "{}, {}, {}.",
        counted(rows.len(), "event", "events"),
        counted(usize::try_from(people).unwrap_or(0), "person", "people"),
        counted(said, "view", "views")
    );
    let rows: Vec<Value> = rows.into_iter().map(|(_, row)| row).collect();
    let may_add = [Role::Officer, Role::Administrator, Role::Outreach].iter().any(|r| signed.is(*r));
    let note = signed.pack()?.report.experts_by_experience.clone();
    Page::new(
        "office/outreach.html",
        "Outreach",
        json!({"events": rows, "total": total, "note": note, "may_add": may_add, "reads": signed.is(Role::Officer)}),
    )
    .show(&signed, HERE)
}

fn new_page(signed: &Signed) -> anyhow::Result<Page> {
    let methods: Vec<Value> = signed
        .pack()?
        .methods
        .iter()
        .map(|m| json!({"value": m.code, "label": m.label.clone().unwrap_or_else(|| words::capital(&m.code))}))
        .collect();
    let kinds: Vec<Value> = ["presentation", "stall", "group", "coffee morning", "other"]
        .iter()
        .map(|k| json!({"value": k, "label": words::capital(k)}))
        .collect();
    Ok(Page::new("office/outreach-new.html", "Enter an event", json!({"methods": methods, "kinds": kinds})))
}

async fn new(signed: Signed) -> Answer {
    new_page(&signed)?.show(&signed, HERE)
}

async fn add(State(office): State<Shared>, signed: Signed, form: Form) -> Answer {
    let mut problems = Problems::of(&form);
    let on = problems.day_needed(&form, "on", signed.today);
    let group = problems.needed(&form, "group", "Say with whom.");
    let method = problems.needed(&form, "method", "Say how they were involved.");
    if !method.is_empty() && !signed.pack()?.methods.iter().any(|m| m.code == method) {
        problems.add("method", "Choose one of the list.");
    }
    let present = form.text("present").parse::<i64>().ok().filter(|n| (0..=100_000).contains(n));
    if present.is_none() {
        problems.add("present", "Write how many were there, as a number.");
    }
    if !problems.is_empty() {
        return new_page(&signed)?.refused(&form, &problems).show(&signed, HERE);
    }
    let mut event = Event {
        id: form.once().unwrap_or_default(),
        held_on: on.to_string(),
        kind: form.some("kind").unwrap_or_else(|| "presentation".to_owned()),
        people_group: group.clone(),
        place: form.text("place"),
        present: present.unwrap_or(0),
        presented_by: form.some("presented_by"),
        method,
        notes: form.some("notes"),
    };
    let same = signed.org.event(&event.id).await?.map(|there| there == event);
    let said = format!("{group} is entered.");
    let Some(id) = super::made_once(&form, signed.now, same) else { return Ok(go_and_say(HERE, &said, office.secure)) };
    event.id = id;
    signed.does("write down an event", &event.id.clone()).write_event(event, signed.now).await?;
    Ok(go_and_say(HERE, &said, office.secure))
}

async fn one(State(office): State<Shared>, signed: Signed, Path(id): Path<String>) -> Answer {
    let event = signed.org.event(&id).await?;
    let books: Vec<Notes> = notes::all(&signed.org, None)
        .await?
        .into_iter()
        .filter(|b| own_event(b) && (b.notebook == id || b.event.as_deref() == Some(id.as_str())))
        .collect();
    let (name, day, present_there, method) = match (&event, books.first()) {
        (Some(e), _) => (
            e.people_group.clone(),
            e.held_on.parse::<Date>().map(words::in_full).unwrap_or_default(),
            e.present,
            e.method.clone(),
        ),
        (None, Some(b)) => {
            let at = b.read.entries.iter().map(|e| e.at).min().unwrap_or(0);
            (
                name_of(&b.read),
                words::in_full(words::local(at, &office.zone).0),
                present(&b.read),
                about(&b.read, "method").unwrap_or_default(),
            )
        }
        (None, None) => return Err(Failure::NotFound),
    };
    let names = notes::names(&signed.org).await?;
    let shown = Shown { pack: signed.pack()?, names: &names, zone: &office.zone };
    // In confidence is read on the reading page alone.
    let rows: Vec<Value> = books
        .iter()
        .flat_map(|b| &b.read.entries)
        .filter_map(|e| shown.note(e))
        .filter(|n| n["kept"] == false && n["spoken"] == true)
        .collect();
    let facts = json!({"name": name, "day": day, "present": present_there, "method": method, "notes": rows,
        "note": signed.pack()?.report.experts_by_experience, "words": event.and_then(|e| e.notes)});
    Page::new("office/event.html", name.clone(), facts).show(&signed, HERE)
}
