//! From one remark to what changed, and back: a note with all that came of it, and a recommendation with all that it came
//! from. Where somebody's own words stop the page says so; what was said in confidence goes no way at all.

use super::Shared;
use super::findings::{comes_from, lendable};
use super::form::{Form, Problems};
use super::notes::{self, Notes, Shown, may_be_evidence, standing};
use super::page::{Answer, Failure, Page, go_and_say};
use super::promises::{self, Known, STATES, Way, ways};
use super::reading;
use super::visits::{seen, when_of};
use super::words::{self, counted, local, short};
use super::{Office, reports};
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::store::findings::{Finding, numbered};
use crate::store::outcomes::Outcome;
use crate::store::visits::Visit;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use domain::entry::{Consent, Entry};
use domain::notebook::ProjectedEntry;
use jiff::civil::Date;
use serde_json::{Value, json};

/// The pages of a way, in both directions. That of a recommendation shares its address with the form that changes one.
pub fn routes() -> Router<Shared> {
    Router::new().route("/office/notes/{id}", get(note)).route("/office/recommendations/{id}/changed", post(changed))
}

/// What came of one note.
async fn note(State(office): State<Shared>, signed: Signed, Path(id): Path<String>) -> Answer {
    let found = super::taken_back::found(&signed.org, &id).await?;
    let visit = reading::may_read(&signed, found.visit.as_deref()).await?;
    let projected = found.read.entries.iter().find(|entry| entry.id.to_string() == id).ok_or(Failure::NotFound)?;
    let names = notes::names(&signed.org).await?;
    let shown = Shown { pack: signed.pack()?, names: &names, zone: &office.zone };
    let mut note = shown.note(projected).ok_or(Failure::NotFound)?;
    let entry = projected.entry().ok_or(Failure::NotFound)?;
    let stops = stops(projected, &entry);
    let remark = matches!(entry, Entry::View(_));
    if let Value::Object(map) = &mut note {
        let kept = matches!(&entry, Entry::View(view) if view.consent == Consent::InConfidence);
        if kept {
            // Its words are on the reading page and nowhere else.
            map.insert("words".into(), json!(""));
        }
        let (day, _) = local(projected.at, &office.zone);
        map.insert("on".into(), json!(short(day, signed.today)));
    }
    let back = format!("{}#n-{id}", reading::address(visit.as_ref(), &found.notebook));
    let (mut findings, mut asked, mut practice) = (Vec::new(), Vec::new(), false);
    // What was taken back, or is in confidence now, carries nothing any more, whatever it was lent to.
    let goes_on = standing(projected).is_some_and(|entry| may_be_evidence(&entry));
    if let Some(visit) = visit.as_ref().filter(|_| goes_on) {
        let books = notes::all(&signed.org, Some(&visit.id)).await?;
        let all = signed.org.findings(&visit.id).await?;
        let used: Vec<(u32, &Finding)> = numbered(&all).filter(|(_, f)| f.evidence.contains(&id)).collect();
        findings = used.iter().map(|(n, f)| told(*n, f, &books, visit)).collect();
        practice = signed.org.good_practice(&visit.id).await?.contains(&id);
        let known = Known::of(&signed, &visit.id).await?;
        for way in ways(&signed, &visit.id, &known).await? {
            let comes = comes_from(&way.asked.source);
            let from: Vec<String> =
                used.iter().filter(|(_, f)| comes.contains(&f.id)).map(|(n, _)| format!("finding {n}")).collect();
            if !from.is_empty() {
                let mut shown = way.shown(&office, &signed, &known);
                if let Value::Object(map) = &mut shown {
                    map.insert("from".into(), json!(words::list(&from)));
                }
                asked.push(shown);
            }
        }
    }
    let title = if remark { "What came of one remark" } else { "What came of one note" };
    let facts = json!({
        "note": note, "stops": stops, "findings": findings, "asked": asked, "practice": practice, "back": back,
        "visit": visit.as_ref().map(|v| json!({"id": v.id, "name": format!("{}, {}", v.place_name, when_of(v))})),
        "now": short(signed.today, signed.today), "may_find": signed.is(Role::Officer), "heading": title,
    });
    Page::new("office/trail.html", title, facts).show(&signed, reading::HERE)
}

/// Where the words of a note stop, and why; nothing where they may go all the way.
fn stops(projected: &ProjectedEntry, entry: &Entry) -> Option<&'static str> {
    if !projected.withdrawn.is_empty() {
        return Some("It was taken back. Nothing rests on it.");
    }
    match entry {
        Entry::View(view) => match view.consent {
            Consent::InConfidence => Some("In confidence: it may make you look further. It stops here, words and all."),
            Consent::NotMyWords => {
                Some("Use it, not my words. So these words stop here: from the finding on, everybody reads ours.")
            }
            Consent::No | Consent::CouldNotSay => Some("They did not agree to be heard. Only a count was kept."),
            Consent::Quote if projected.view().is_none_or(|view| view.quotable().is_none()) => {
                Some("These words may not be quoted as it stands. They stop here; what we found goes on.")
            }
            Consent::Quote => None,
        },
        _ => None,
    }
}

/// A finding for a template, with the number of notes that carry it and where they stand.
fn told(n: u32, finding: &Finding, books: &[Notes], visit: &Visit) -> Value {
    let rests = carrying(finding, books).count();
    json!({"id": finding.id, "n": n, "theme": words::capital(&finding.theme), "words": finding.words,
        "rests": counted(rests, "note", "notes"), "href": format!("{}?visit={}&rests={}", reading::HERE, visit.id, finding.id)})
}

/// The notes that a finding rests on and still may.
fn carrying<'b>(finding: &'b Finding, books: &'b [Notes]) -> impl Iterator<Item = &'b ProjectedEntry> {
    let all = books.iter().flat_map(|b| &b.read.entries);
    all.filter(|e| finding.evidence.contains(&e.id.to_string()) && standing(e).is_some_and(|e| may_be_evidence(&e)))
}

/// A recommendation with its visit, or *not here*.
async fn found(signed: &Signed, id: &str) -> Result<(Visit, Known, Way), Failure> {
    let visit = signed.org.visit_of_recommendation(id).await?.ok_or(Failure::NotFound)?;
    let visit = seen(signed, &visit).await?;
    let known = Known::of(signed, &visit.id).await?;
    let way = ways(signed, &visit.id, &known).await?.into_iter().find(|way| way.asked.id == id);
    Ok((visit, known, way.ok_or(Failure::NotFound)?))
}

/// All that a recommendation came from, and what came of it.
pub(super) async fn recommendation(State(office): State<Shared>, signed: Signed, Path(id): Path<String>) -> Answer {
    let (visit, known, way) = found(&signed, &id).await?;
    let values = json!({"day": [signed.today.to_string()]});
    drawn(&office, &signed, &visit, &known, &way).await?.filled(values).show(&signed, reports::HERE)
}

async fn drawn(office: &Office, signed: &Signed, visit: &Visit, known: &Known, way: &Way) -> anyhow::Result<Page> {
    let books = notes::all(&signed.org, Some(&visit.id)).await?;
    let names = notes::names(&signed.org).await?;
    let shown = Shown { pack: signed.pack()?, names: &names, zone: &office.zone };
    let reads = reading::reads(signed, &visit.id).await?;
    let comes = comes_from(&way.asked.source);
    let mut findings = Vec::new();
    for (n, finding) in numbered(&signed.org.findings(&visit.id).await?).filter(|(_, f)| comes.contains(&f.id)) {
        let mut row = told(n, finding, &books, visit);
        if let Value::Object(map) = &mut row {
            let notes = carrying(finding, &books).filter(|_| reads);
            map.insert("notes".into(), notes.filter_map(|e| line(e, &shown, signed, office)).collect());
        }
        findings.push(row);
    }
    let may_write = promises::may_write(signed) && way.is_out();
    let since = if may_write { since(office, signed, visit, way, &shown).await? } else { Vec::new() };
    let facts = json!({
        "visit": {"id": visit.id, "name": format!("{}, {}", visit.place_name, when_of(visit))}, "way_of": way.shown(office, signed, known),
        "findings": findings, "reads": reads, "may_write": may_write, "may_find": signed.is(Role::Officer), "notes": since,
        "states": STATES.map(|(value, label)| json!({"value": value, "label": label})),
    });
    Ok(Page::new("office/recommendation.html", format!("Recommendation {}", way.n), facts))
}

/// A note in one line: when, who or how, and its words.
fn line(entry: &ProjectedEntry, shown: &Shown<'_>, signed: &Signed, office: &Office) -> Option<Value> {
    let note = shown.note(entry)?;
    let (day, time) = local(entry.at, &office.zone);
    let part = |name: &str| note.get(name).cloned().unwrap_or_default();
    let who = part("speaker").as_str().map_or_else(|| part("how"), |speaker| json!(speaker));
    let shows = note.get("photo").and_then(|photo| photo.get("shows")).cloned();
    Some(
        json!({"id": part("id"), "on": short(day, signed.today), "time": time, "spoken": part("spoken"), "words": part("words"),
        "who": who, "photo": shows}),
    )
}

/// What came in from the same place since the report went, and may show what changed.
async fn since(
    office: &Office,
    signed: &Signed,
    visit: &Visit,
    way: &Way,
    shown: &Shown<'_>,
) -> anyhow::Result<Vec<Value>> {
    let Some(sent) = way.sent() else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    for other in signed.org.visits().await?.into_iter().filter(|v| v.place == visit.place) {
        let mut books = notes::all(&signed.org, Some(&other.id)).await?;
        for book in &mut books {
            book.read.entries.retain(|entry| local(entry.at, &office.zone).0 >= sent);
        }
        rows.extend(lendable(office, signed, &books, shown));
    }
    Ok(rows)
}

/// Keeps what is known of a recommendation since, or that something which was kept was wrong.
async fn changed(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let (visit, known, way) = found(&signed, &id).await?;
    let Some(sent) = way.sent() else {
        return Err(Failure::Stopped(
            "The report has not been sent yet, so nobody has promised anything. Nothing was kept.".to_owned(),
        ));
    };
    let path = format!("/office/recommendations/{id}");
    let mut problems = Problems::of(&form);
    if form.text("do") == "wrong" {
        let why = problems.needed(&form, "why", "Say why it does not stand.");
        let outcome = way.standing().find(|o| o.id == form.text("outcome")).ok_or(Failure::NotFound)?.id.clone();
        if !problems.is_empty() {
            let page = drawn(&office, &signed, &visit, &known, &way).await?;
            return page.refused(&form, &problems).show(&signed, reports::HERE);
        }
        signed.does("say that what changed was wrong", &outcome).outcome_was_wrong(&outcome, &why).await?;
        return Ok(go_and_say(&path, "It is kept, and kept as wrong.", office.secure));
    }
    let outcome = typed(&office, &signed, &form, &mut problems, sent, (&visit, &way)).await?;
    if !problems.is_empty() {
        let page = drawn(&office, &signed, &visit, &known, &way).await?;
        return page.refused(&form, &problems).show(&signed, reports::HERE);
    }
    let same =
        |there: &Outcome| there.words == outcome.words && there.state == outcome.state && there.day == outcome.day;
    let once = form.once().unwrap_or_default();
    let same = signed.org.outcomes("").await?.iter().find(|there| there.id == once).map(same);
    if let Some(new) = super::made_once(&form, signed.now, same) {
        let deed = signed.does("write down what changed", &format!("{id} {new}"));
        deed.keep_outcome(Outcome { id: new, ..outcome }).await?;
    }
    Ok(go_and_say(&path, "What changed is kept, with what shows it.", office.secure))
}

async fn typed(
    office: &Office,
    signed: &Signed,
    form: &Form,
    problems: &mut Problems,
    sent: Date,
    (visit, way): (&Visit, &Way),
) -> anyhow::Result<Outcome> {
    let day = problems.day_needed(form, "day", signed.today);
    if day > signed.today {
        problems.add("day", "That day has not come yet.");
    } else if day < sent {
        problems
            .add("day", format!("The report was sent on {}. What was so before is in the report.", words::plain(sent)));
    }
    let state = form.text("state");
    if !STATES.iter().any(|(known, _)| *known == state) {
        problems.add("state", "Say whether they have done it.");
    }
    let again = problems.day(form, "again_on");
    if again.is_some_and(|again| again <= day) {
        problems.add("again_on", "Ask again on a later day.");
    }
    if again.is_some() && (state == "done" || state == "not done") {
        problems.add("again_on", "What is over is not asked after again. Leave the day out, or say “not yet”.");
    }
    let said = problems.needed(form, "words", "Write what changed, or what did not.");
    let evidence = form.all("evidence");
    let names = notes::names(&signed.org).await?;
    let shown = Shown { pack: signed.pack()?, names: &names, zone: &office.zone };
    let offered = since(office, signed, visit, way, &shown).await?;
    if !evidence.iter().all(|id| offered.iter().any(|note| note["id"] == id.as_str())) {
        problems.add("evidence", "One of the notes is not there any more. Choose again.");
    }
    let known = form.text("known");
    if evidence.is_empty() && known.is_empty() {
        problems.add("known", "Say how you know: who told you, what you saw, which paper.");
    }
    Ok(Outcome {
        id: String::new(),
        recommendation: way.asked.id.clone(),
        day: day.to_string(),
        state,
        words: said,
        known,
        again_on: again.map(|day| day.to_string()),
        who: signed.person.clone(),
        made_at: signed.now,
        wrong: None,
        evidence,
    })
}
