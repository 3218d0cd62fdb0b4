//! Findings, each resting on notes that somebody took; good practice; and what is asked of whom.
//! A finding without a note is refused here, in the store, and in the tables.

use super::Shared;
use super::form::{Form, Problems, mark};
use super::notes::{self, Notes, Shown, may_be_evidence, standing};
use super::page::{Answer, Failure, Page, go_and_say};
use super::reading::themes;
use super::reports::{still_open, words_changed};
use super::visits::{HERE, seen, when_of};
use super::words;
use crate::auth::Signed;
use crate::store::findings::{Finding, Recommendation, numbered};
use crate::store::visits::Visit;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use serde_json::{Value, json};

/// The pages of findings, good practice and recommendations.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/office/visits/{id}/findings", get(list).post(add))
        .route("/office/findings/{id}", get(one).post(change))
        .route("/office/findings/{id}/evidence", post(lend))
        .route("/office/visits/{id}/good-practice", get(practice).post(choose_practice))
        .route("/office/visits/{id}/recommendations", get(asks).post(ask))
        .route("/office/recommendations/{id}", get(super::trail::recommendation).post(change_ask))
}

/// The notes of these books that a finding may rest on, for a form's boxes.
pub(super) fn lendable(office: &super::Office, signed: &Signed, books: &[Notes], shown: &Shown<'_>) -> Vec<Value> {
    let mut rows: Vec<(i64, Value)> = Vec::new();
    for entry in books.iter().flat_map(|b| &b.read.entries) {
        if standing(entry).as_ref().is_some_and(may_be_evidence) {
            let (day, _) = words::local(entry.at, &office.zone);
            if let Some(Value::Object(mut note)) = shown.note(entry) {
                note.insert("on".into(), json!(words::short(day, signed.today)));
                rows.push((entry.at, Value::Object(note)));
            }
        }
    }
    rows.sort_by_key(|(at, _)| *at);
    rows.into_iter().map(|(_, note)| note).collect()
}

async fn facts(office: &super::Office, signed: &Signed, visit: &Visit) -> anyhow::Result<Value> {
    let books = notes::all(&signed.org, Some(&visit.id)).await?;
    let names = notes::names(&signed.org).await?;
    let shown = Shown { pack: signed.pack()?, names: &names, zone: &office.zone };
    let notes = lendable(office, signed, &books, &shown);
    let of = |id: &String| notes.iter().find(|n| n["id"] == id.as_str()).cloned();
    let findings: Vec<Value> = numbered(signed.org.findings(&visit.id).await?)
        .map(|(n, f)| json!({"id": f.id, "n": n, "theme": f.theme, "words": f.words, "rests": f.evidence.iter().filter_map(of).collect::<Vec<_>>()}))
        .collect();
    Ok(json!({"visit": {"id": visit.id, "name": format!("{}, {}", visit.place_name, when_of(visit))}, "notes": notes,
        "findings": findings, "themes": themes(signed)?}))
}

async fn list(State(office): State<Shared>, signed: Signed, Path(id): Path<String>) -> Answer {
    let visit = seen(&signed, &id).await?;
    let facts = facts(&office, &signed, &visit).await?;
    Page::new("office/findings.html", format!("Findings: {}", visit.place_name), facts).show(&signed, HERE)
}

/// The evidence as ticked: only notes of this visit that may be evidence; anything else is a problem.
async fn evidence(signed: &Signed, visit: &str, form: &Form, problems: &mut Problems) -> anyhow::Result<Vec<String>> {
    let books = notes::all(&signed.org, Some(visit)).await?;
    let mut chosen = Vec::new();
    for id in form.all("evidence") {
        let entry = books.iter().flat_map(|b| &b.read.entries).find(|e| e.id.to_string() == id);
        match entry.and_then(standing) {
            None => problems.add("evidence", "One of the notes is not there any more. Choose again."),
            Some(entry) if !may_be_evidence(&entry) => problems.add(
                "evidence",
                "What was said in confidence cannot be evidence. It may make you look further; rest the finding on what was seen.",
            ),
            Some(_) if chosen.contains(&id) => {}
            Some(_) => chosen.push(id),
        }
    }
    if chosen.is_empty() && problems.is_empty() {
        problems.add("evidence", "A finding rests on something seen, heard or told. Tick at least one note.");
    }
    Ok(chosen)
}

async fn add(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let visit = seen(&signed, &id).await?;
    still_open(&signed, &visit.id).await?;
    let mut problems = Problems::of(&form);
    let theme = problems.needed(&form, "theme", "Say what it is about.");
    let said = problems.needed(&form, "words", "Write what you found, in your own words.");
    let evidence = evidence(&signed, &id, &form, &mut problems).await?;
    if !problems.is_empty() {
        let facts = facts(&office, &signed, &visit).await?;
        return Page::new("office/findings.html", "Findings", facts).refused(&form, &problems).show(&signed, HERE);
    }
    let kept = || go_and_say(&format!("{HERE}/{id}/findings"), "The finding is kept.", office.secure);
    let there = signed.org.findings(&id).await?;
    let last = there.iter().map(|f| f.ord).max();
    let once = form.once().unwrap_or_default();
    let same = match there.iter().find(|f| f.id == once) {
        Some(f) => Some(f.theme == theme && f.words == said && f.evidence == evidence),
        None => signed.org.visit_of_finding(&once).await?.map(|_| false),
    };
    let Some(new) = super::made_once(&form, signed.now, same) else { return Ok(kept()) };
    let finding = Finding {
        id: new,
        visit: id.clone(),
        theme,
        words: said,
        ord: last.map_or(0, |n| n + 1),
        written_by: signed.person.clone(),
        evidence,
    };
    signed.does("write a finding", &finding.id.clone()).write_finding(finding, signed.now).await?;
    words_changed(&signed, &id).await?;
    Ok(kept())
}

/// A finding with its visit and its number, or *not here*.
async fn found(signed: &Signed, id: &str) -> Result<(Visit, u32, Finding), Failure> {
    let visit = signed.org.visit_of_finding(id).await?.ok_or(Failure::NotFound)?;
    let visit = seen(signed, &visit).await?;
    let found = numbered(signed.org.findings(&visit.id).await?).find(|(_, f)| f.id == id);
    found.map(|(n, finding)| (visit, n, finding)).ok_or(Failure::NotFound)
}

async fn one(State(office): State<Shared>, signed: Signed, Path(id): Path<String>) -> Answer {
    let (visit, n, finding) = found(&signed, &id).await?;
    let values = json!({"theme": [finding.theme], "words": [finding.words], "evidence": finding.evidence});
    finding_page(&office, &signed, &visit, n, &finding).await?.filled(values).show(&signed, HERE)
}

/// A mark of a finding as it stands.
fn finding_mark(finding: &Finding) -> String {
    mark(&(&finding.theme, &finding.words, &finding.evidence))
}

async fn finding_page(
    office: &super::Office,
    signed: &Signed,
    visit: &Visit,
    n: u32,
    finding: &Finding,
) -> anyhow::Result<Page> {
    let mut facts = facts(office, signed, visit).await?;
    if let Value::Object(map) = &mut facts {
        map.insert("finding".into(), json!({"id": finding.id, "n": n, "seen": finding_mark(finding)}));
    }
    Ok(Page::new("office/finding.html", format!("Finding {n}"), facts))
}

async fn change(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let (visit, n, mut finding) = found(&signed, &id).await?;
    still_open(&signed, &visit.id).await?;
    if form.text("do") == "drop" {
        let named: Vec<String> = numbered(signed.org.recommendations(&visit.id).await?)
            .filter(|(_, asked)| comes_from(&asked.source).contains(&id))
            .map(|(n, _)| n.to_string())
            .collect();
        if !named.is_empty() {
            let which = if named.len() == 1 { "Recommendation" } else { "Recommendations" };
            let comes = if named.len() == 1 { "comes" } else { "come" };
            let why = format!(
                "{which} {} {comes} from this finding. Take that out first, or write it anew from another finding.",
                words::list(&named)
            );
            let page = finding_page(&office, &signed, &visit, n, &finding).await?;
            return page.refused(&form, &Problems::one("words", why)).show(&signed, HERE);
        }
        signed.does("drop a finding", &id).drop_finding(&id).await?;
        words_changed(&signed, &visit.id).await?;
        return Ok(go_and_say(
            &format!("{HERE}/{}/findings", visit.id),
            "The finding is taken out. Its notes stay.",
            office.secure,
        ));
    }
    let mut problems = Problems::of(&form);
    let stale = problems.stale(&form, &finding_mark(&finding));
    let theme = problems.needed(&form, "theme", "Say what it is about.");
    let said = problems.needed(&form, "words", "Write what you found, in your own words.");
    let evidence = evidence(&signed, &visit.id, &form, &mut problems).await?;
    if !problems.is_empty() {
        let mut page = finding_page(&office, &signed, &visit, n, &finding).await?.refused(&form, &problems);
        if stale {
            let rests = words::counted(finding.evidence.len(), "note", "notes");
            page = page.beside(&[("About", finding.theme), ("What we found", finding.words), ("Rests on", rests)]);
        }
        return page.show(&signed, HERE);
    }
    finding.theme = theme;
    finding.words = said;
    finding.evidence = evidence;
    finding.written_by = signed.person.clone();
    signed.does("write a finding", &id).write_finding(finding, signed.now).await?;
    words_changed(&signed, &visit.id).await?;
    Ok(go_and_say(&format!("{HERE}/{}/findings", visit.id), "The finding is kept.", office.secure))
}

/// Lends more notes to a finding; what it rests on already stays.
async fn lend(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let (visit, n, mut finding) = found(&signed, &id).await?;
    still_open(&signed, &visit.id).await?;
    let mut problems = Problems::of(&form);
    let more = evidence(&signed, &visit.id, &form, &mut problems).await?;
    if !problems.is_empty() {
        return finding_page(&office, &signed, &visit, n, &finding)
            .await?
            .refused(&form, &problems)
            .show(&signed, HERE);
    }
    finding.evidence.extend(more);
    finding.evidence.dedup();
    signed.does("write a finding", &id).write_finding(finding, signed.now).await?;
    words_changed(&signed, &visit.id).await?;
    Ok(go_and_say(&format!("/office/findings/{id}"), "The note is lent to this finding.", office.secure))
}

async fn practice(State(office): State<Shared>, signed: Signed, Path(id): Path<String>) -> Answer {
    let visit = seen(&signed, &id).await?;
    let chosen = signed.org.good_practice(&id).await?;
    let facts = facts(&office, &signed, &visit).await?;
    Page::new("office/practice.html", "Good practice", facts).filled(json!({"evidence": chosen})).show(&signed, HERE)
}

async fn choose_practice(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let visit = seen(&signed, &id).await?;
    still_open(&signed, &visit.id).await?;
    let mut problems = Problems::of(&form);
    let chosen =
        if form.all("evidence").is_empty() { Vec::new() } else { evidence(&signed, &id, &form, &mut problems).await? };
    if !problems.is_empty() {
        let facts = facts(&office, &signed, &visit).await?;
        return Page::new("office/practice.html", "Good practice", facts).refused(&form, &problems).show(&signed, HERE);
    }
    signed.does("choose good practice", &id).set_good_practice(&id, chosen).await?;
    words_changed(&signed, &id).await?;
    Ok(go_and_say(&format!("{HERE}/{id}"), "Good practice is kept.", office.secure))
}

async fn asks(signed: Signed, Path(id): Path<String>) -> Answer {
    let visit = seen(&signed, &id).await?;
    asks_page(&signed, &visit, None).await?.show(&signed, HERE)
}

/// The page of recommendations; `changed` is the one whose form was refused, and shows what was typed into it.
async fn asks_page(signed: &Signed, visit: &Visit, changed: Option<&str>) -> anyhow::Result<Page> {
    let place = signed.org.place(&visit.place).await?;
    let own: Vec<String> = place.iter().flat_map(|p| [p.provider.clone(), p.commissioner.clone()]).flatten().collect();
    let mut bodies = signed.org.bodies().await?;
    bodies.sort_by_key(|b| (!own.contains(&b.id), b.kind != "provider", b.name.clone()));
    let name = |id: &str| bodies.iter().find(|b| b.id == id).map(|b| b.name.clone());
    let findings = signed.org.findings(&visit.id).await?;
    let rows: Vec<Value> = numbered(&signed.org.recommendations(&visit.id).await?)
        .map(|(n, r)| json!({"id": r.id, "n": n, "to": name(&r.body), "words": r.words, "body": r.body, "seen": ask_mark(r), "by": r.asked_by, "by_words": day_words(r.asked_by.as_ref()), "from": from_words(&r.source, &findings)}))
        .collect();
    let facts = json!({
        "visit": {"id": visit.id, "name": format!("{}, {}", visit.place_name, when_of(visit))}, "asks": rows, "changed": changed,
        "bodies": bodies.iter().map(|b| json!({"value": b.id, "label": format!("{} ({})", b.name, b.kind)})).collect::<Vec<_>>(),
        "findings": numbered(&findings).map(|(n, f)| json!({"value": f.id, "label": format!("Finding {n}, {}", f.theme), "hint": f.words})).collect::<Vec<_>>(),
    });
    Ok(Page::new("office/asks.html", "Recommendations", facts))
}

/// A mark of a recommendation as it stands.
fn ask_mark(asked: &Recommendation) -> String {
    mark(&(&asked.words, &asked.asked_by))
}

fn day_words(day: Option<&String>) -> Option<String> {
    day.and_then(|day| day.parse().ok()).map(words::in_full)
}

/// The ids of the findings that a recommendation comes from.
pub(crate) fn comes_from(source: &str) -> Vec<String> {
    let source: Value = serde_json::from_str(source).unwrap_or_default();
    let ids = source.get("findings").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    ids.map(str::to_owned).collect()
}

fn from_words(source: &str, findings: &[Finding]) -> String {
    let ids = comes_from(source);
    let named = numbered(findings).filter(|(_, f)| ids.contains(&f.id)).map(|(n, _)| format!("finding {n}"));
    words::list(&named.collect::<Vec<_>>())
}

async fn typed_ask(
    signed: &Signed,
    form: &Form,
    problems: &mut Problems,
) -> anyhow::Result<(String, String, Vec<String>)> {
    let body = problems.needed(form, "body", "Say who is asked.");
    if !body.is_empty() && signed.org.body(&body).await?.is_none() {
        problems.add("body", "Choose one of the list.");
    }
    let said = problems.needed(form, "words", "Write what you ask of them.");
    let findings = form.all("finding");
    if findings.is_empty() {
        problems.add("finding", "Say which finding it comes from: nobody answers a request that comes from nowhere.");
    }
    Ok((body, said, findings))
}

async fn ask(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let visit = seen(&signed, &id).await?;
    still_open(&signed, &visit.id).await?;
    let mut problems = Problems::of(&form);
    let (body, said, from) = typed_ask(&signed, &form, &mut problems).await?;
    let asked_by = problems.day(&form, "asked_by").map(|day| day.to_string());
    let findings = signed.org.findings(&id).await?;
    if from.iter().any(|f| !findings.iter().any(|known| known.id == *f)) {
        problems.add("finding", "Choose a finding of this visit.");
    }
    if !problems.is_empty() {
        return asks_page(&signed, &visit, None).await?.refused(&form, &problems).show(&signed, HERE);
    }
    let kept = || go_and_say(&format!("{HERE}/{id}/recommendations"), "The recommendation is kept.", office.secure);
    let there = signed.org.recommendations(&id).await?;
    let last = there.iter().map(|r| r.ord).max();
    let once = form.once().unwrap_or_default();
    let same = match there.iter().find(|r| r.id == once) {
        Some(r) => Some(r.body == body && r.words == said && r.asked_by == asked_by && comes_from(&r.source) == from),
        None => signed.org.visit_of_recommendation(&once).await?.map(|_| false),
    };
    let Some(new) = super::made_once(&form, signed.now, same) else { return Ok(kept()) };
    let recommendation = Recommendation {
        id: new,
        visit: id.clone(),
        body,
        words: said,
        ord: last.map_or(0, |n| n + 1),
        source: json!({"themes": [], "findings": from}).to_string(),
        asked_by,
    };
    signed
        .does("write a recommendation", &recommendation.id.clone())
        .write_recommendation(recommendation, &signed.person, signed.now)
        .await?;
    words_changed(&signed, &id).await?;
    Ok(kept())
}

async fn change_ask(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let visit = signed.org.visit_of_recommendation(&id).await?.ok_or(Failure::NotFound)?;
    let visit = seen(&signed, &visit).await?;
    let found = signed.org.recommendations(&visit.id).await?.into_iter().find(|r| r.id == id);
    let mut recommendation = found.ok_or(Failure::NotFound)?;
    still_open(&signed, &visit.id).await?;
    let path = format!("{HERE}/{}/recommendations", visit.id);
    if form.text("do") == "drop" {
        signed.does("drop a recommendation", &id).drop_recommendation(&id).await?;
        words_changed(&signed, &visit.id).await?;
        return Ok(go_and_say(&path, "The recommendation is taken out.", office.secure));
    }
    let mut problems = Problems::of(&form);
    let stale = problems.stale(&form, &ask_mark(&recommendation));
    let asked_by = problems.day(&form, "asked_by").map(|day| day.to_string());
    let said = problems.needed(&form, "words", "Write what you ask of them.");
    if !problems.is_empty() {
        let mut page = asks_page(&signed, &visit, Some(&id)).await?.refused(&form, &problems);
        if stale {
            let by = day_words(recommendation.asked_by.as_ref()).unwrap_or_default();
            page = page.beside(&[("What we ask", recommendation.words), ("By when", by)]);
        }
        return page.show(&signed, HERE);
    }
    recommendation.words = said;
    recommendation.asked_by = asked_by;
    signed.does("write a recommendation", &id).write_recommendation(recommendation, &signed.person, signed.now).await?;
    words_changed(&signed, &visit.id).await?;
    Ok(go_and_say(&path, "The recommendation is kept.", office.secure))
}
