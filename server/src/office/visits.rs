//! Visits: planning one, who goes, and the page from which everything about it is reached.
//! Whether somebody may go is asked of the domain; a refusal is written down and nothing typed is lost.

use super::Shared;
use super::fitness::{self, Fitness};
use super::form::{Form, Problems};
use super::page::{Answer, Failure, Page, go_and_say};
use super::words::{self, counted, list as listed, plain};
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::store::visits::{NewVisit, RefusedAssignment, Session, Visit, VisitStep};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use jiff::civil::Date;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The pages of visits.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/office/visits", get(list))
        .route("/office/visits/new", get(new).post(plan))
        .route("/office/visits/{id}", get(one))
        .route("/office/visits/{id}/team", post(team))
        .route("/office/visits/{id}/cancel", post(cancel))
}

pub(super) const HERE: &str = "/office/visits";

/// The days of a visit, in order.
#[must_use]
pub fn days(visit: &Visit) -> Vec<Date> {
    let mut days: Vec<Date> = visit.sessions.iter().filter_map(|s| s.date.parse().ok()).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// *10 and 11 November 2026*.
#[must_use]
pub fn when_of(visit: &Visit) -> String {
    words::several(&days(visit))
}

/// A visit that this person may see: a representative sees the ones they go on.
pub(super) async fn seen(signed: &Signed, id: &str) -> Result<Visit, Failure> {
    let visit = signed.org.visit(id).await?.ok_or(Failure::NotFound)?;
    let all = [Role::Officer, Role::Administrator, Role::Steering].into_iter().any(|role| signed.is(role));
    if !all && !signed.org.team(id).await?.iter().any(|m| m.person == signed.person) {
        return Err(Failure::NotFound);
    }
    Ok(visit)
}

async fn list(signed: Signed) -> Answer {
    let (mut coming, mut past) = (Vec::new(), Vec::new());
    let all = [Role::Officer, Role::Administrator, Role::Steering].into_iter().any(|role| signed.is(role));
    for visit in signed.org.visits().await? {
        let team = signed.org.team(&visit.id).await?;
        if !all && !team.iter().any(|m| m.person == signed.person) {
            continue;
        }
        let days = days(&visit);
        let names: Vec<&str> = team.iter().map(|m| m.name.as_str()).collect();
        let row = json!({"id": visit.id, "place": visit.place_name, "purpose": visit.purpose, "when": words::several(&days),
            "first": days.first().map(|d| words::short(*d, signed.today)), "more": days.len().saturating_sub(1),
            "team": listed(&names), "state": visit.state, "announcement": visit.announcement});
        let over = days.last().is_none_or(|d| *d < signed.today) || visit.state == "cancelled";
        if over { past.push(row) } else { coming.insert(0, row) }
    }
    let facts = json!({"coming": coming, "past": past, "may_plan": signed.is(Role::Officer)});
    Page::new("office/visits.html", "Visits", facts).show(&signed, HERE)
}

async fn new(signed: Signed, Query(query): Query<BTreeMap<String, String>>) -> Answer {
    let mut values = json!({"id": [super::new_id(signed.now)], "announcement": ["announced"]});
    if let (Some(place), Value::Object(map)) = (query.get("place"), &mut values) {
        map.insert("place".into(), json!([place]));
    }
    let page = plan_page(
        &signed,
        None,
        query.get("place").map(String::as_str).unwrap_or_default(),
        query.get("q").map(String::as_str),
    )
    .await?;
    page.filled(values).show(&signed, HERE)
}

/// The page on which a visit is planned. With thousands of places the list to choose from is what was looked for,
/// the places that have been visited, and those that somebody added by hand.
async fn plan_page(
    signed: &Signed,
    fitness: Option<&BTreeMap<String, Fitness>>,
    chosen: &str,
    q: Option<&str>,
) -> anyhow::Result<Page> {
    let places = fitness::places_to_choose(signed, chosen, q).await?;
    let people = fitness::who_could_go(signed, fitness).await?;
    let leads: Vec<Value> = std::iter::once(json!({"value": "", "label": "Nobody yet"}))
        .chain(people.iter().map(|p| json!({"value": p["value"], "label": p["label"]})))
        .collect();
    let size = &signed.pack()?.team;
    let facts = json!({"places": places, "people": people, "leads": leads, "q": q.unwrap_or_default(),
        "size": format!("{} to {} people.", size.least, size.most), "parts": ["morning", "afternoon", "evening", ""]});
    Ok(Page::new("office/visit-new.html", "Plan a visit", facts))
}

const PARTS: &[(&str, &str, &str)] =
    &[("morning", "10:00", "12:00"), ("afternoon", "14:00", "16:00"), ("evening", "18:00", "21:00")];

/// The sessions as typed: `date` and `part` (or `from`), and the same with `_2` and `_3`.
fn sessions(form: &Form, problems: &mut Problems) -> Vec<Session> {
    let mut sessions = Vec::new();
    for end in ["", "_2", "_3", "_4"] {
        if let Some(date) = problems.day(form, &format!("date{end}")) {
            let part = form.text(&format!("part{end}"));
            let known = PARTS.iter().find(|(name, _, _)| *name == part);
            let from = form.some(&format!("from{end}")).or_else(|| known.map(|(_, from, _)| (*from).to_owned()));
            sessions.push(Session { date: date.to_string(), from, to: known.map(|(_, _, to)| (*to).to_owned()) });
        }
    }
    if sessions.is_empty() && problems.is_empty() {
        problems.add("date", "Say on which day.");
    }
    sessions
}

async fn plan(State(office): State<Shared>, signed: Signed, form: Form) -> Answer {
    let mut problems = Problems::of(&form);
    let sessions = sessions(&form, &mut problems);
    let place = problems.needed(&form, "place", "Choose the place.");
    let visit = NewVisit {
        id: form.some("id").filter(|id| id.parse::<uuid::Uuid>().is_ok()).unwrap_or_else(|| super::new_id(signed.now)),
        place: place.clone(),
        purpose: problems.needed(&form, "purpose", "Say why you go: it is read out at the door."),
        announcement: problems.needed(&form, "announcement", "Say whether they know that you are coming."),
        sessions,
        by: signed.person.clone(),
        at: signed.now,
    };
    if !place.is_empty() && signed.org.place(&place).await?.is_none() {
        problems.add("place", "Choose a place of the list.");
    }
    let (team, lead) = (form.all("team"), form.some("lead"));
    let size = &signed.pack()?.team;
    if team.len() < size.least {
        problems.add("team", size.wrong(team.len()).unwrap_or_default());
    }
    if lead.as_ref().is_some_and(|lead| !team.contains(lead)) {
        problems.add("lead", "The lead has to go along. Tick them in the team as well.");
    }
    let again = |fitness| plan_page(&signed, fitness, &place, None);
    if !problems.is_empty() {
        return again(None).await?.refused(&form, &problems).show(&signed, HERE);
    }
    let id = visit.id.clone();
    if signed.org.visit(&id).await?.is_some() {
        super::reports::still_open(&signed, &id).await?;
        signed.does("change a visit", &id).change_visit(visit).await?;
    } else {
        signed.does("plan a visit", &id).plan_visit(visit).await?;
    }
    let fitness = judge_all(&signed, &id, &team, &mut problems, "team").await?;
    let fit: Vec<String> = team.iter().filter(|p| may_go(&fitness, p)).cloned().collect();
    if fit.len() > size.most {
        problems.add("team", size.wrong(fit.len()).unwrap_or_default());
    } else {
        // Whoever is not ticked, or may not go on these days, is not in the team any more.
        for member in signed.org.team(&id).await?.iter().filter(|m| !fit.contains(&m.person)) {
            unassign(&signed, &id, &member.person).await?;
        }
        assign_all(&signed, &id, &fit).await?;
        if let Some(lead) = lead.filter(|lead| fit.contains(lead)) {
            name_lead(&signed, &id, &lead).await?;
        }
    }
    if !problems.is_empty() {
        return again(Some(&fitness)).await?.refused(&form, &problems).show(&signed, HERE);
    }
    Ok(go_and_say(&format!("{HERE}/{id}"), "The visit is planned. The team’s tablets are told.", office.secure))
}

fn may_go(fitness: &BTreeMap<String, Fitness>, person: &str) -> bool {
    fitness.get(person).is_some_and(|f| f.stops.is_empty())
}

async fn assign_all(signed: &Signed, visit: &str, people: &[String]) -> anyhow::Result<()> {
    for person in people {
        let deed = signed.does("assign somebody", &format!("{visit} {person}"));
        deed.assign(visit, person, &signed.person, signed.now).await?;
    }
    Ok(())
}

async fn unassign(signed: &Signed, visit: &str, person: &str) -> anyhow::Result<()> {
    signed.does("take somebody out of a team", &format!("{visit} {person}")).unassign(visit, person).await
}

async fn name_lead(signed: &Signed, visit: &str, person: &str) -> anyhow::Result<()> {
    signed.does("name the lead", &format!("{visit} {person}")).name_lead(visit, person).await
}

/// Judges who may go; each who may not becomes a problem and is written down as refused.
async fn judge_all(
    signed: &Signed,
    visit: &str,
    people: &[String],
    problems: &mut Problems,
    field: &str,
) -> anyhow::Result<BTreeMap<String, Fitness>> {
    let mut all = BTreeMap::new();
    for person in people {
        let fitness = fitness::of(signed, person, visit).await?;
        if !fitness.stops.is_empty() {
            let name = signed.org.person(person).await?.map(|p| p.name).unwrap_or_default();
            for stop in &fitness.stops {
                let refused = RefusedAssignment {
                    id: super::new_id(signed.now),
                    visit: visit.to_owned(),
                    person: person.clone(),
                    reason: stop.clone(),
                    refused_on: signed.today.to_string(),
                };
                let deed = signed.does("refuse an assignment", &format!("{visit} {person}"));
                deed.keep_refused_assignment(refused).await?;
            }
            problems.add(field, format!("{name} cannot go on this visit: {}", fitness.stops.join(" ")));
        }
        all.insert(person.clone(), fitness);
    }
    Ok(all)
}

async fn one(signed: Signed, Path(id): Path<String>) -> Answer {
    visit_page(&signed, &id, None).await
}

async fn visit_page(signed: &Signed, id: &str, refused: Option<(&Form, &Problems)>) -> Answer {
    let visit = seen(signed, id).await?;
    let place = signed.org.place(&visit.place).await?.ok_or(Failure::NotFound)?;
    let team = signed.org.team(id).await?;
    let in_team = |p: &Value| team.iter().any(|m| p["value"] == m.person.as_str());
    let free: Vec<Value> = fitness::who_could_go(signed, None).await?.into_iter().filter(|p| !in_team(p)).collect();
    let people = signed.org.people().await?;
    let name_of = |id: &str| people.iter().find(|p| p.id == id).map(|p| p.name.clone()).unwrap_or_default();
    let refusals: Vec<Value> = signed
        .org
        .refused_assignments()
        .await?
        .into_iter()
        .filter(|r| r.visit == id)
        .map(|r| json!({"name": name_of(&r.person), "reason": r.reason, "on": r.refused_on.parse::<Date>().ok().map(plain)}))
        .collect();
    let mut stopped = Vec::new();
    if visit.state == "planned" && days(&visit).last().is_some_and(|last| *last >= signed.today) {
        for member in &team {
            let stops = fitness::of(signed, &member.person, id).await?.stops;
            if !stops.is_empty() {
                stopped.push(json!({"name": member.name, "why": stops.join(" ")}));
            }
        }
    }
    let may_read = super::reading::reads(signed, &visit.id).await?;
    let came = super::notes::summary(&signed.org, &visit, may_read).await?;
    let names = super::notes::names(&signed.org).await?;
    // As the notes themselves: for whoever reads them.
    let books = if may_read { super::notes::all(&signed.org, Some(id)).await? } else { Vec::new() };
    let day: Vec<Value> = super::on_the_day::Day::of(&books, &names, crate::collate::zone())
        .for_the_office()
        .into_iter()
        .map(|(name, words)| json!({"name": name, "words": words}))
        .collect();
    let reports: Vec<Value> =
        signed.org.reports_of(id).await?.into_iter().map(|r| json!({"id": r.id, "title": r.title})).collect();
    let (findings, asks) = (signed.org.findings(id).await?.len(), signed.org.recommendations(id).await?.len());
    let sessions: Vec<Value> = visit
        .sessions
        .iter()
        .map(|s| {
            json!({"day": s.date.parse::<Date>().map(words::in_full).unwrap_or_default(),
            "part": s.from.as_deref().map(words::part_of_day)})
        })
        .collect();
    let facts = json!({
        "visit": {"id": visit.id, "purpose": visit.purpose, "announcement": visit.announcement, "state": visit.state,
            "lead": visit.lead.as_deref().map(name_of)},
        "place": place, "when": when_of(&visit), "sessions": sessions, "team": team, "free": free, "refusals": refusals,
        "stopped": stopped,
        "came": came, "day": day, "reports": reports, "photos": super::photos::summary(signed, id).await?,
        "may_look": crate::auth::may::sees(&signed.roles, "/office/visits/{id}/photos"),
        "findings": counted(findings, "finding", "findings"), "asks": counted(asks, "recommendation", "recommendations"),
        "may_change": signed.is(Role::Officer),
        "may_read": may_read,
    });
    let page = Page::new("office/visit.html", format!("{}, {}", visit.place_name, when_of(&visit)), facts);
    match refused {
        Some((form, problems)) => page.refused(form, problems).show(signed, HERE),
        None => page.show(signed, HERE),
    }
}

/// Changes the team: `person` joins, `leave` goes, `lead` leads.
async fn team(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    seen(&signed, &id).await?;
    super::reports::still_open(&signed, &id).await?;
    let mut problems = Problems::of(&form);
    let (people, leave) = (form.all("person"), form.all("leave"));
    for person in &people {
        if signed.org.person(person).await?.is_none() {
            problems.add("person", "Choose somebody of the list.");
            return visit_page(&signed, &id, Some((&form, &problems))).await;
        }
    }
    let fitness = judge_all(&signed, &id, &people, &mut problems, "person").await?;
    let fit: Vec<String> = people.into_iter().filter(|p| may_go(&fitness, p)).collect();
    let team = signed.org.team(&id).await?;
    let (leaving, staying): (Vec<_>, Vec<_>) = team.into_iter().map(|m| m.person).partition(|p| leave.contains(p));
    let going: Vec<&String> = staying.iter().chain(fit.iter().filter(|p| !staying.contains(p))).collect();
    let lead = form.some("lead");
    if lead.as_ref().is_some_and(|lead| !going.contains(&lead)) {
        problems.add("lead", "The lead has to be in the team.");
    }
    let size = &signed.pack()?.team;
    if going.len() > size.most || going.len() < size.least && any_may_go(&signed, &id, &leaving).await? {
        problems.add("person", size.wrong(going.len()).unwrap_or_default());
    } else {
        for person in &leaving {
            unassign(&signed, &id, person).await?;
        }
        assign_all(&signed, &id, &fit).await?;
        if let Some(lead) = lead.filter(|lead| going.contains(&lead)) {
            name_lead(&signed, &id, &lead).await?;
        }
    }
    if !problems.is_empty() {
        return visit_page(&signed, &id, Some((&form, &problems))).await;
    }
    Ok(go_and_say(&format!("{HERE}/{id}"), "The team is changed. Its tablets are told.", office.secure))
}

/// Whether one of them could go: only who cannot may leave a team too small behind.
async fn any_may_go(signed: &Signed, visit: &str, people: &[String]) -> anyhow::Result<bool> {
    for person in people {
        if fitness::of(signed, person, visit).await?.stops.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn cancel(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    seen(&signed, &id).await?;
    super::reports::still_open(&signed, &id).await?;
    let mut problems = Problems::of(&form);
    let reason = problems.needed(&form, "reason", "Say why: the decision is published with its reasons.");
    if !problems.is_empty() {
        return visit_page(&signed, &id, Some((&form, &problems))).await;
    }
    let step =
        VisitStep { state: "cancelled".into(), who: signed.person.clone(), made_at: signed.now, reason: Some(reason) };
    signed.does("call a visit off", &id).set_visit_state(&id, step).await?;
    Ok(go_and_say(&format!("{HERE}/{id}"), "The visit is called off.", office.secure))
}
