//! The desk: what is due, what came in, who is waited for, each with the next thing to do; and a line of tablets below.

use super::Shared;
use super::notes::{self, Tally, standing};
use super::page::{Answer, Page};
use super::words::{self, counted, short};
use crate::auth::Signed;
use crate::auth::may::{self, Role};
use axum::extract::State;
use domain::clock::Distance;
use domain::report::{Duty, Report, Rules, Stage};
use jiff::civil::Date;
use serde_json::{Value, json};

/// *due in 9 working days*, *due tomorrow*, *due by then, 3 working days past*; where no law obliges, *asked for …*.
#[must_use]
pub(crate) fn distance_words(distance: Distance, duty: Duty) -> String {
    let due = match duty {
        Duty::Due => "due",
        Duty::AskedBy => "asked for",
    };
    match distance {
        Distance::Past(0) => format!("{due} by then, no working day since"),
        Distance::Past(_) => format!("{due} by then, {distance}"),
        Distance::In(0) => format!("{due} before the next working day"),
        Distance::Today | Distance::Tomorrow | Distance::In(_) => format!("{due} {distance}"),
    }
}

/// The first page after signing in.
pub async fn desk(State(office): State<Shared>, signed: Signed) -> Answer {
    let officer = signed.is(Role::Officer);
    let (mut due, mut waits, mut came) = (Vec::new(), Vec::new(), Vec::new());
    if officer || signed.is(Role::Steering) || signed.is(Role::Representative) {
        for row in signed.org.reports().await? {
            let Ok(visit) = super::visits::seen(&signed, &row.visit).await else { continue };
            let report = super::reports::as_it_stands(&signed, &row).await?;
            let links = super::links::Links::of(&office, &signed, &row.id).await?;
            due.extend(answers_due(&office, &signed, &row.id, &visit.place_name, &report, &links));
            waits.extend(waiting(&office, &signed, &row.id, &visit.place_name, &report)?);
            if let (true, Stage::WithProvider { .. }, Some((who, ring))) =
                (officer, report.stage(), links.ring_for_facts())
            {
                let what = format!("To open the draft and say which facts are wrong. {ring}");
                waits.push(json!({"path": format!("/office/reports/{}#steps", row.id), "who": who, "since": null,
                    "place": visit.place_name, "what": what}));
            }
        }
        due.sort_by_key(|(until, _)| *until);
    }
    let may_promises = may::sees(&signed.roles, "/office/promises");
    if may_promises {
        waits.extend(super::promises::to_ask(&office, &signed).await?);
    }
    waits.extend(super::fitness::lapsing(&signed).await?);
    if officer {
        came = came_in(&office, &signed).await?;
        waits.extend(cannot_go(&signed).await?);
        waits.extend(super::mails::in_trouble(&office, &signed).await?);
    }
    let due: Vec<Value> = due.into_iter().map(|(_, row)| row).collect();
    let past = due.iter().filter(|row| row["past"] == true).count();
    let lead = match (past, due.len(), waits.len()) {
        (0, 0, 0) => "Nothing is due and nobody is waited for.".to_owned(),
        (0, 0, n) => format!("No answer is due. {} for somebody.", counted(n, "thing waits", "things wait")),
        (0, n, _) => format!("{} awaited, none is late.", counted(n, "answer is", "answers are")),
        (n, _, _) => format!("{} passed.", counted(n, "date has", "dates have")),
    };
    let concerns = if signed.is(Role::Officer) || signed.is(Role::Administrator) || signed.is(Role::SafeguardingLead) {
        signed.org.sealed("concern").await?.len()
    } else {
        0
    };
    let host = officer || signed.is(Role::Administrator);
    let no_lead = host && signed.org.leads().await?.is_empty();
    let today = words::in_full(signed.today);
    let heading = today.rsplit_once(' ').map_or(today.as_str(), |(day, _)| day).to_owned();
    let facts = json!({"heading": heading, "lead": lead, "due": due, "came": came, "waits": waits,
        "tablets": tablets(&office, &signed).await?, "officer": officer, "may_promises": may_promises, "no_lead": no_lead, "may_export": host,
        "mail": host.then(|| office.post.as_ref().map(|post| post.from())),
        "concerns": (concerns > 0).then(|| counted(concerns, "concern is sealed", "concerns are sealed")),
        "contacts": if officer { signed.org.sealed("contact").await?.len() } else { 0 }});
    Page::new("office/desk.html", "Desk", facts).show(&signed, "/office")
}

fn answers_due(
    office: &super::Office,
    signed: &Signed,
    id: &str,
    place: &str,
    report: &Report,
    links: &super::links::Links,
) -> Vec<(Date, Value)> {
    if !matches!(report.stage(), Stage::Sent { .. }) {
        return Vec::new();
    }
    let open = report.addressees().iter().filter(|a| !a.is_answered());
    open.map(|a| {
        // In a year that the calendar does not know, the day stands alone: a distance is never guessed.
        let distance = domain::clock::distance(signed.today, a.until, &office.calendar).ok();
        let numbers: Vec<String> = a.recommendations.iter().map(ToString::to_string).collect();
        let about = match numbers.len() {
            0 => format!("Report on {place}."),
            1 => format!("Report on {place}, recommendation {}.", words::list(&numbers)),
            _ => format!("Report on {place}, recommendations {}.", words::list(&numbers)),
        };
        let past = a.until < signed.today;
        let deed = if past && a.no_reply_noted.is_none() { "Note that no reply came" } else { "Enter the reply" };
        (a.until, json!({"id": id, "on": short(a.until, signed.today), "iso": a.until.to_string(), "past": past,
            "distance": distance.map(|distance| distance_words(distance, a.duty)), "who": a.name, "about": about, "deed": deed,
            "link": links.body_of(a).and_then(|body| links.words(body, crate::answers::REPLY)), "ring": links.body_of(a).and_then(|body| links.ring(body, crate::answers::REPLY)),
            "noted": a.no_reply_noted.map(|d| short(d, signed.today)), "obliged": a.duty == Duty::Due}))
    })
    .collect()
}

fn waiting(
    office: &super::Office,
    signed: &Signed,
    id: &str,
    place: &str,
    report: &Report,
) -> anyhow::Result<Vec<Value>> {
    let since = report.stage().since().map(|d| short(d, signed.today));
    let path = format!("/office/reports/{id}#steps");
    let row =
        |who: String, what: &str| vec![json!({"path": path, "who": who, "since": since, "place": place, "what": what})];
    let names = &signed.pack()?.names;
    let officer = if signed.is(Role::Officer) { "You".to_owned() } else { format!("The {}", names.officer) };
    let rules = Rules { scheme: signed.pack()?, calendar: &office.calendar, today: signed.today };
    let until = report.team_until(&rules).ok().flatten();
    let over = until.is_some_and(|day| day < signed.today);
    let ask_team = match until {
        Some(day) => {
            format!(
                "To say whether the draft is what they meant. From the day after {} their silence counts.",
                short(day, signed.today)
            )
        }
        None => "To say whether the draft is what they meant.".to_owned(),
    };
    Ok(match report.stage() {
        Stage::Draft if over => row(officer, "To check it: those who went have said nothing in their days."),
        Stage::Draft => row(words::list(report.team()), &ask_team),
        Stage::ReadByTeam { .. } => {
            let missing = report.not_heard();
            match missing.is_empty() || over {
                true => row(officer, "To check it for consent, names, and who could have said this."),
                false => row(words::list(&missing), &ask_team),
            }
        }
        Stage::Checked { .. } => row(officer, "To send it to the provider, for facts only."),
        Stage::WithProvider { facts, .. } => row(
            format!("The {}", names.steering),
            &format!(
                "To sign it off. The provider can say which facts are wrong until {}.",
                short(facts.until, signed.today)
            ),
        ),
        Stage::SignedOff { .. } => row(officer, "To send it: it is signed off."),
        Stage::Sent { .. } if report.addressees().iter().all(|a| a.is_answered() || a.no_reply_noted.is_some()) => {
            row(officer, "To publish it: everybody has answered, or let the day go by.")
        }
        Stage::Sent { .. } | Stage::Published { .. } => Vec::new(),
    })
}

/// Whom a visit to come waits for somebody else in place of.
async fn cannot_go(signed: &Signed) -> anyhow::Result<Vec<Value>> {
    let stopped = super::fitness::stopped(signed).await?.into_iter();
    let row = |s: super::fitness::Stopped| {
        let what = format!("{} cannot go on {}. {}", s.name, super::visits::when_of(&s.visit), s.why);
        json!({"path": format!("/office/visits/{}", s.visit.id), "who": "You", "since": null, "place": s.visit.place_name,
            "what": what})
    };
    Ok(stopped.map(row).collect())
}

async fn came_in(office: &super::Office, signed: &Signed) -> anyhow::Result<Vec<Value>> {
    let mut rows = Vec::new();
    let visits = signed.org.visits().await?;
    let events = signed.org.events().await?;
    for book in notes::all(&signed.org, None).await? {
        let entries: Vec<_> = book.read.entries.iter().filter_map(standing).collect();
        let Some(last) = book.read.entries.iter().map(|e| e.at).max() else { continue };
        let (day, time) = words::local(last, &office.zone);
        let visit = book.visit.as_ref().and_then(|id| visits.iter().find(|v| v.id == *id));
        let event = book.event.as_ref().and_then(|id| events.iter().find(|e| e.id == *id));
        let name = match (visit, event) {
            (Some(visit), _) => visit.place_name.clone(),
            (_, Some(event)) => event.people_group.clone(),
            _ => super::outreach::name_of(&book.read),
        };
        let differs = notes::differing(&book.read);
        let query = visit.map(|v| format!("visit={}&", v.id)).unwrap_or_default();
        let query = format!("{query}book={}", book.notebook);
        let path = visit.map_or_else(|| "/office/outreach".to_owned(), |v| format!("/office/visits/{}", v.id));
        rows.push((last, json!({"name": name, "path": path, "on": short(day, signed.today), "time": time, "tally": Tally::of(&entries).told(Some(&query)),
            "differs": (differs > 0).then(|| format!("{} written apart: both are kept.", counted(differs, "text was", "texts were")))})));
    }
    rows.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    rows.truncate(8);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

async fn tablets(office: &super::Office, signed: &Signed) -> anyhow::Result<Vec<Value>> {
    if !signed.is(Role::Officer) && !signed.is(Role::Administrator) {
        return Ok(Vec::new());
    }
    let rows = super::tablet_rows::rows(office, signed).await?;
    Ok(rows.into_iter().filter(|row| row["retired"] == false).collect())
}
