//! What an officer answers beside the very words of a report: how many people in that building could have said a quote, and
//! who is not to be named. What is asked, and what it stops, is `collate::weigh`'s.

use super::form::{Form, Problems, mark};
use super::page::{Answer, Failure, go_and_say};
use super::reports::{HERE, found, report_page, still_open, words_changed};
use super::{Shared, words};
use crate::auth::Signed;
use crate::collate::{Asked, FEW, Gathered, Withheld};
use crate::store::weighed::CouldHaveSaid;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use serde_json::{Value, json};

/// The routes of what is weighed.
pub fn routes() -> Router<Shared> {
    Router::new().route("/office/reports/{id}/could", post(could)).route("/office/reports/{id}/names", post(names))
}

/// More people than any building holds.
const MOST: i64 = 10_000;

async fn could(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let (row, _) = found(&signed, &id).await?;
    still_open(&signed, &row.visit).await?;
    let gathered = Gathered::of_report(&signed.org, &id, signed.today).await?;
    let entry = form.text("entry");
    let Asked { seen, .. } = gathered.asked_of(&entry).ok_or(Failure::NotFound)?;
    let people = form.text("people").parse::<i64>().ok().filter(|people| (0..=MOST).contains(people));
    let problem = match people {
        None => Some("Write a number: how many people in that building could have said it."),
        Some(_) if form.some("weighed").is_some_and(|weighed| weighed != seen) => {
            Some("The words, or how many spoke, have changed since. Read it once more, then say how many.")
        }
        Some(_) => None,
    };
    if let Some(why) = problem {
        return report_page(&office, &signed, &id, Some((&form, &Problems::one(format!("people-{entry}"), why)))).await;
    }
    let people = people.unwrap_or_default();
    let said = CouldHaveSaid { entry: entry.clone(), seen, people, person: signed.person.clone(), made_at: signed.now };
    signed.does("say how many could have said a quote", &entry).say_who_could(said).await?;
    words_changed(&signed, &row.visit).await?;
    let said = if people < FEW {
        "It is kept. So few could have said it that its words stay out; the note still counts."
    } else {
        "It is kept. The words may be printed."
    };
    Ok(go_and_say(&format!("{HERE}/{id}#quote-{entry}"), said, office.secure))
}

async fn names(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let (row, _) = found(&signed, &id).await?;
    still_open(&signed, &row.visit).await?;
    let mut problems = Problems::of(&form);
    let there = Gathered::of_report(&signed.org, &id, signed.today).await?.kept_names;
    if form.some("list").is_some_and(|list| list != mark(&there)) {
        let theirs = words::list(&there);
        let why = format!(
            "Somebody else changed the list while you wrote. It now holds: {}. Put in what you want of it, then send again.",
            if theirs.is_empty() { "no name".to_owned() } else { theirs }
        );
        problems.add("names", why);
    }
    if !problems.is_empty() {
        return report_page(&office, &signed, &id, Some((&form, &problems))).await;
    }
    let typed = form.text("names");
    let mut names: Vec<String> = typed.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    let deed = signed.does("say who is not to be named", &row.visit);
    deed.set_kept_names(&row.visit, names, &signed.person, signed.now).await?;
    Ok(go_and_say(
        &format!("{HERE}/{id}#names"),
        "The names are kept. No report goes while one of them stands in it.",
        office.secure,
    ))
}

/// What the margin says beside a finding and beside each of its quotes.
pub(super) fn margins(gathered: &Gathered) -> Value {
    let used = gathered.findings.iter().flat_map(|f| &f.evidence).chain(&gathered.practice);
    let quotes: serde_json::Map<String, Value> = used
        .filter_map(|id| {
            let asked = gathered.asked_of(id)?;
            Some((
                id.clone(),
                json!({"entry": id, "kind": asked.kind, "spoke": asked.spoke, "seen": asked.seen,
                "people": asked.people, "out": asked.stays_out()}),
            ))
        })
        .collect();
    let out: Vec<Value> = quotes.values().filter(|asked| asked["out"] == true).cloned().collect();
    json!({"quotes": quotes, "out": out, "names": gathered.kept_names, "list": mark(&gathered.kept_names)})
}

/// The notes below a finding whose words are not printed, each with why.
pub(super) fn withheld(gathered: &Gathered, ids: &[String]) -> Vec<Value> {
    let all = gathered.withheld(ids).into_iter();
    all.map(|Withheld { entry, why, waits }| {
        json!({"entry": entry, "why": why, "waits": waits, "path": format!("/office/reading?visit={}#n-{entry}", gathered.visit.id)})
    })
    .collect()
}
