//! Where two people wrote apart: both texts beside each other, and a third over both once somebody settles it.
//! It is written into the notebook as the office's own actor, by the person who is signed in or whose words it is.

use super::Shared;
use super::form::{Form, Problems};
use super::notes::{self, Notes};
use super::page::{Answer, Failure, Page, go_and_say};
use super::reports::words_changed;
use super::visits::{HERE, seen, when_of};
use super::words::{self, short};
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::collate::value_words;
use crate::store::looks::PrintedDifference;
use crate::store::visits::Visit;
use crate::sync::office_write;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use domain::entry::Consent;
use domain::ids::PersonId;
use domain::notebook::{Field, Spot, Stated, Value as Told};
use serde_json::{Value, json};

/// The page of differences.
pub fn routes() -> Router<Shared> {
    Router::new().route("/office/visits/{id}/differences", get(page).post(settle))
}

/// A mark of exactly these values: what somebody had before them when they settled.
pub(super) fn seen_mark(field: &Field) -> String {
    super::form::mark(field)
}

fn told(
    office: &super::Office,
    signed: &Signed,
    names: &std::collections::BTreeMap<String, String>,
    s: &Stated,
) -> Value {
    let (day, time) = words::local(s.at, &office.zone);
    let by = names.get(&s.by.to_string()).cloned().unwrap_or_default();
    json!({"by": by, "at": format!("{}, {time}", short(day, signed.today)), "words": value_words(&s.value)})
}

async fn page(State(office): State<Shared>, signed: Signed, Path(id): Path<String>) -> Answer {
    let visit = seen(&signed, &id).await?;
    differences_page(&office, &signed, &visit).await?.show(&signed, HERE)
}

async fn differences_page(office: &super::Office, signed: &Signed, visit: &Visit) -> anyhow::Result<Page> {
    let books = notes::all(&signed.org, Some(&visit.id)).await?;
    let names = notes::names(&signed.org).await?;
    let (mut open, mut settled) = (Vec::new(), Vec::new());
    let team = signed.org.team(&visit.id).await?;
    for book in &books {
        let printed = signed.org.printed_differences(&book.notebook).await?;
        for (spot, field) in book.read.differences() {
            let mut texts: Vec<Value> = field.values.iter().map(|s| told(office, signed, &names, s)).collect();
            let joined: Vec<String> = field.values.iter().map(|s| value_words(&s.value)).collect();
            let (joinable, strictest) = (is_words(&spot), strictest(&spot, field));
            for (n, text) in texts.iter_mut().enumerate() {
                if let Value::Object(map) = text {
                    map.insert("usable".into(), json!(strictest.is_none_or(|only| only == n)));
                }
            }
            let at = serde_json::to_string(&spot)?;
            let decided = printed.iter().find(|d| d.spot == at && d.seen == seen_mark(field));
            // Of an answer to *may we quote you* nothing is printed; of what the pack has a word for, one word stands.
            let printable = joinable && strictest.is_none();
            open.push(
                json!({"printable": printable, "printed": decided.map(|d| printed_words(d, &names)),"name": words::capital(&spot_name(&spot, &names)), "about": about(book, &spot), "notebook": book.notebook,
                "spot": at, "seen": seen_mark(field), "texts": texts,
                "joined": joined.join(" "), "joinable": joinable, "strict": strictest.is_some()}),
            );
        }
        for (key, field) in book.read.summary.iter().filter(|(_, f)| !f.differs()) {
            if let Some(now) = field.values.first().filter(|s| s.was.len() > 1) {
                let mut row = told(office, signed, &names, now);
                if let Value::Object(map) = &mut row {
                    map.insert("name".into(), json!(words::capital(key)));
                    map.insert(
                        "was".into(),
                        json!(now.was.iter().map(|s| told(office, signed, &names, s)).collect::<Vec<_>>()),
                    );
                }
                settled.push(row);
            }
        }
    }
    let authors: Vec<Value> = match signed.is(Role::Officer) {
        true => std::iter::once(json!({"value": signed.person, "label": signed.name}))
            .chain(
                team.iter().filter(|m| m.person != signed.person).map(|m| json!({"value": m.person, "label": m.name})),
            )
            .collect(),
        false => Vec::new(),
    };
    let facts = json!({"visit": {"id": visit.id, "name": format!("{}, {}", visit.place_name, when_of(visit))},
        "differences": open, "settled": settled, "authors": authors, "team": team});
    Ok(Page::new("office/differences.html", "Where they differ", facts))
}

/// Whether people wrote these words freely, so that two texts can be joined into a third. Everything else is a word of
/// the pack's or an answer, of which one stands or the other.
fn is_words(spot: &Spot) -> bool {
    match spot {
        Spot::Summary(_) => true,
        Spot::About(key) => matches!(key.as_str(), "name" | "event" | "group" | "title" | "notes"),
        Spot::Entry(_, key) => {
            let free = ["words", "service", "caption", "shows", "told", "shown", "feedback", "said_by"];
            free.contains(&key.as_str())
        }
    }
}

/// Where two wrote apart what somebody allowed, or what stands against quoting them, the one value that may be settled
/// on: whoever allowed least is believed. None where any of the values may stand.
fn strictest(spot: &Spot, field: &Field) -> Option<usize> {
    let Spot::Entry(_, key) = spot else { return None };
    let binds = |told: &Told| -> Option<u8> {
        let read = serde_json::to_value(told).ok()?;
        Some(match key.as_str() {
            // An answer that this version cannot read may allow less than any that it can.
            "consent" => serde_json::from_value(read)
                .map_or(u8::MAX, |answer| Consent::ALL.iter().position(|c| *c == answer).map_or(u8::MAX, |n| n as u8)),
            "others_could_hear" => u8::from(*told == Told::Flag(true)),
            "released" => u8::from(*told == Told::Flag(false)),
            "interpreter" => u8::from(told.text() == Some("staff")),
            _ => return None,
        })
    };
    let weights: Option<Vec<u8>> = field.values.iter().map(|s| binds(&s.value)).collect();
    weights?.iter().enumerate().rev().max_by_key(|(_, weight)| **weight).map(|(n, _)| n)
}

fn spot_name(spot: &Spot, names: &std::collections::BTreeMap<String, String>) -> String {
    let (Spot::Summary(key) | Spot::About(key) | Spot::Entry(_, key)) = spot;
    let came = domain::on_the_day::who_came(key).and_then(|who| names.get(&who.to_string()));
    came.map_or_else(|| key.clone(), |who| format!("whether {who} came"))
}

/// Which note a difference is about.
fn about(book: &Notes, spot: &Spot) -> Option<String> {
    let Spot::Entry(id, _) = spot else { return None };
    let entry = book.read.entries.iter().find(|e| e.id == *id)?;
    let words = entry.fields.get("words").and_then(|f| f.values.first()).map(|s| value_words(&s.value));
    Some(format!("About the {}: {}", entry.kind, words.unwrap_or_default()))
}

async fn settle(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let visit = seen(&signed, &id).await?;
    super::reports::still_open(&signed, &id).await?;
    let books = notes::all(&signed.org, Some(&id)).await?;
    let spot: Spot = serde_json::from_str(&form.text("spot")).map_err(|_| Failure::NotOurForm)?;
    let book = books.iter().find(|b| b.notebook == form.text("notebook")).ok_or(Failure::NotFound)?;
    let differences = book.read.differences();
    let field = differences.iter().find(|(s, _)| *s == spot).map(|(_, field)| *field);
    if form.text("do") == "unprint" {
        signed.does("no longer print a difference", &id).unprint_difference(&book.notebook, &form.text("spot")).await?;
        words_changed(&signed, &id).await?;
        return Ok(go_and_say(&format!("{HERE}/{id}/differences"), "It is open again.", office.secure));
    }
    let mut problems = Problems::of(&form);
    if form.text("do") == "print" {
        let decided = decision(&signed, &visit, &form, (book, &spot, field), &mut problems).await?;
        let Some(decided) = decided.filter(|_| problems.is_empty()) else {
            return differences_page(&office, &signed, &visit).await?.refused(&form, &problems).show(&signed, HERE);
        };
        signed.does("print a difference as it is", &id).print_difference(decided).await?;
        words_changed(&signed, &id).await?;
        let said = "Both texts are printed beside each other. If one of them changes, it asks again.";
        return Ok(go_and_say(&format!("{HERE}/{id}/differences"), said, office.secure));
    }
    let value = match field {
        None => {
            problems.add("main", "This was settled meanwhile. Here is what stands now.");
            None
        }
        Some(field) if seen_mark(field) != form.text("seen") => {
            problems.add("main", "Somebody wrote more meanwhile. Read all of it, then choose again.");
            None
        }
        Some(field) => chosen(&form, &spot, field, &mut problems),
    };
    let by = author(&signed, &visit, &form).await?;
    let Some(value) = value.filter(|_| problems.is_empty()) else {
        return differences_page(&office, &signed, &visit).await?.refused(&form, &problems).show(&signed, HERE);
    };
    let pack = signed.pack()?.stamp();
    let at = book.read.id;
    office_write(&signed.does("settle a difference", &id), at, by, signed.now, &pack, move |book, stamp| {
        let heads = book.heads();
        book.state(stamp, &spot, &value, &heads)
    })
    .await?;
    words_changed(&signed, &id).await?;
    Ok(go_and_say(&format!("{HERE}/{id}"), "It is settled. Both earlier texts are kept beside it.", office.secure))
}

/// What the team decided about two texts, as typed: it holds for exactly those.
async fn decision(
    signed: &Signed,
    visit: &Visit,
    form: &Form,
    (book, spot, field): (&Notes, &Spot, Option<&Field>),
    problems: &mut Problems,
) -> anyhow::Result<Option<PrintedDifference>> {
    let on = problems.day_needed(form, "on", signed.today);
    if on > signed.today {
        problems.add("on", "This day has not come yet.");
    }
    let team = signed.org.team(&visit.id).await?;
    let decided: Vec<String> = form.all("decided");
    if decided.is_empty() {
        problems.add("decided", "Say who of the team decided it.");
    } else if decided.iter().any(|id| !team.iter().any(|member| member.person == *id)) {
        problems.add("decided", "Choose those who went.");
    }
    let seen = form.text("seen");
    match field {
        Some(field) if seen_mark(field) == seen && is_words(spot) && strictest(spot, field).is_none() => {}
        Some(field) if seen_mark(field) == seen => {
            problems.add("main", "Of these, one has to be chosen: print cannot show both.")
        }
        Some(_) => problems.add("main", "Somebody wrote more meanwhile. Read all of it, then decide again."),
        None => problems.add("main", "This was settled meanwhile. Here is what stands now."),
    }
    Ok(Some(PrintedDifference {
        notebook: book.notebook.clone(),
        spot: serde_json::to_string(spot)?,
        seen,
        decided_by: serde_json::to_string(&decided)?,
        decided_on: on.to_string(),
        who: signed.person.clone(),
        made_at: signed.now,
    }))
}

/// *Asha Patel and Tom Okafor, 12 November 2026*.
fn printed_words(decided: &PrintedDifference, names: &std::collections::BTreeMap<String, String>) -> String {
    let ids: Vec<String> = serde_json::from_str(&decided.decided_by).unwrap_or_default();
    let who: Vec<&str> = ids.iter().filter_map(|id| names.get(id)).map(String::as_str).collect();
    let on = decided.decided_on.parse().map(words::plain).unwrap_or_default();
    format!("{}, {on}", words::list(&who))
}

fn chosen(form: &Form, spot: &Spot, field: &Field, problems: &mut Problems) -> Option<Told> {
    if let Some(nth) = form.some("use").and_then(|nth| nth.parse::<usize>().ok()) {
        if strictest(spot, field).is_some_and(|only| only != nth) {
            problems.add("main", "Whoever allowed least is believed: only that answer can stand.");
            return None;
        }
        return field.values.get(nth).map(|s| s.value.clone());
    }
    if !is_words(spot) {
        problems.add("main", "Use one of the two as it is: this cannot be written anew.");
        return None;
    }
    let words = problems.needed(form, "words", "Write the words that shall stand.");
    Some(Told::Text(words))
}

/// Whose words these are: one's own, or for an officer those of somebody who went and said so.
async fn author(signed: &Signed, visit: &Visit, form: &Form) -> Result<PersonId, Failure> {
    let by = form.some("by").unwrap_or_else(|| signed.person.clone());
    let own = by == signed.person;
    let of_team = signed.is(Role::Officer) && signed.org.team(&visit.id).await?.iter().any(|m| m.person == by);
    if !own && !of_team {
        return Err(Failure::NotYours);
    }
    by.parse().map_err(|_| Failure::NotFound)
}
