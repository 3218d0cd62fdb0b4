//! What was promised, and what came of it: each recommendation with its report, its answer, the day that was named, and
//! what is known since. A promise stands on the desk at its day; nothing here moves that day.

use super::Shared;
use super::notes::{may_be_evidence, standing};
use super::page::{Answer, Page};
use super::visits::seen;
use super::words::{self, counted, local, short};
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::office::Office;
use crate::store::bodies::Body;
use crate::store::findings::{Recommendation, numbered};
use crate::store::outcomes::Outcome;
use crate::store::reports::Report as Row;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use domain::clock::Distance;
use domain::notebook::ProjectedEntry;
use domain::report::{Addressee, Promise, Reply, Report, Stage, Will};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The page of promises.
pub fn routes() -> Router<Shared> {
    Router::new().route("/office/promises", get(page))
}

/// How long before its day a promise stands on the desk.
const DAYS_BEFORE: i64 = 14;

/// What can be known of a promise, and what it is called.
pub(super) const STATES: [(&str, &str); 4] =
    [("done", "Done"), ("in part", "Done in part"), ("not yet", "Not yet"), ("not done", "Not done")];

/// What of the record several recommendations are told by.
pub(super) struct Known {
    bodies: Vec<Body>,
    outcomes: Vec<Outcome>,
    names: BTreeMap<String, String>,
    notes: BTreeMap<String, i64>,
}

impl Known {
    /// Of one visit; of every visit where `visit` is empty.
    pub(super) async fn of(signed: &Signed, visit: &str) -> anyhow::Result<Self> {
        let mut outcomes = signed.org.outcomes(visit).await?;
        let mut notes = BTreeMap::new();
        for id in outcomes.iter().flat_map(|o| &o.evidence) {
            let Some(entry) = signed.org.entry(id).await? else { continue };
            let projected: ProjectedEntry = serde_json::from_str(&entry.json)?;
            if standing(&projected).is_some_and(|entry| may_be_evidence(&entry)) {
                notes.insert(entry.id, entry.noted_at);
            }
        }
        // What was taken back since shows nothing any more.
        for outcome in &mut outcomes {
            outcome.evidence.retain(|id| notes.contains_key(id));
        }
        let (bodies, names) = (signed.org.bodies().await?, super::notes::names(&signed.org).await?);
        Ok(Self { bodies, outcomes, names, notes })
    }
}

/// A recommendation, with all that came of it.
pub(super) struct Way {
    /// Its number in print.
    pub(super) n: u32,
    /// What is asked.
    pub(super) asked: Recommendation,
    /// Of whom.
    to: String,
    /// The report that says so, once begun.
    report: Option<(Row, Report)>,
    /// What is known since, oldest first.
    outcomes: Vec<Outcome>,
}

/// The recommendations of a visit in their order.
pub(super) async fn ways(signed: &Signed, visit: &str, known: &Known) -> anyhow::Result<Vec<Way>> {
    let row = signed.org.reports_of(visit).await?.into_iter().next();
    let report: Option<Report> = row.as_ref().map(|row| serde_json::from_str(&row.stage)).transpose()?;
    let report = row.zip(report);
    let way = |(n, asked): (u32, Recommendation)| Way {
        n,
        to: known.bodies.iter().find(|b| b.id == asked.body).map(|b| b.name.clone()).unwrap_or_default(),
        report: report.clone(),
        outcomes: known.outcomes.iter().filter(|o| o.recommendation == asked.id).cloned().collect(),
        asked,
    };
    Ok(numbered(signed.org.recommendations(visit).await?).map(way).collect())
}

impl Way {
    /// Whether its report has gone out: before that nobody has promised anything.
    pub(super) fn is_out(&self) -> bool {
        self.report.as_ref().is_some_and(|(_, report)| report.stage().is_out())
    }

    /// The day on which its report went.
    pub(super) fn sent(&self) -> Option<Date> {
        sent(&self.report.as_ref()?.1)
    }

    fn addressee(&self) -> Option<&Addressee> {
        let (_, report) = self.report.as_ref()?;
        report.addressees().iter().find(|a| a.recommendations.contains(&self.n))
    }

    /// What they last said to it, and in which reply.
    fn answer(&self) -> Option<(&Promise, &Reply)> {
        let replies = self.addressee()?.own_replies().rev();
        replies.filter_map(|reply| Some((reply.answers.iter().find(|a| a.n == self.n)?, reply))).next()
    }

    /// What is known of it that stands, oldest first: neither said to be wrong, nor shown by nothing any more.
    pub(super) fn standing(&self) -> impl DoubleEndedIterator<Item = &Outcome> {
        self.outcomes.iter().filter(|o| o.wrong.is_none() && !is_bare(o))
    }

    /// Whether they said that they would, and nobody knows yet that they have, or have not.
    fn is_open(&self) -> bool {
        let promised = self.answer().is_some_and(|(promise, _)| promise.will != Will::No);
        match self.standing().next_back() {
            None => promised,
            Some(last) => match last.state.as_str() {
                "done" | "not done" => false,
                "in part" => last.again_on.is_some(),
                _ => true,
            },
        }
    }

    /// The day on which it is asked after: the one that was promised, or a later one that somebody set.
    fn day(&self) -> Option<Date> {
        let again = self.standing().next_back().and_then(|last| last.again_on.as_deref()?.parse().ok());
        again.or_else(|| self.answer().and_then(|(promise, _)| promise.by))
    }

    /// All of it for a template.
    pub(super) fn shown(&self, office: &Office, signed: &Signed, known: &Known) -> Value {
        let changed: Vec<Value> = self.outcomes.iter().map(|o| outcome(o, office, signed, known)).collect();
        json!({
            "id": self.asked.id, "n": self.n, "to": self.to, "words": self.asked.words, "open": self.is_open(), "out": self.is_out(),
            "report": self.report.as_ref().map(|(row, report)| json!({"id": row.id, "title": row.title, "stage": report.stage().name(),
                "sent": sent(report).map(|day| dated(day, signed.today))})),
            "answer": self.answer().map(|(promise, reply)| json!({"will": will_words(promise.will), "what": promise.what,
                "day": dated(reply.on, signed.today), "given_by": reply.given_by.as_ref().map(|by| format!("{}, {}", by.name, by.role))})),
            "waits": self.waits(signed.today),
            "promised": self.day().map(|day| json!({"on": short(day, signed.today), "iso": day.to_string(), "past": day < signed.today,
                "distance": distance(day, signed.today, office)})),
            "changed": changed, "last": self.standing().next_back().map(|o| outcome(o, office, signed, known)),
        })
    }

    /// Why there is no answer.
    fn waits(&self, today: Date) -> String {
        let Some(a) = self.addressee() else {
            return "The report has not been sent yet.".to_owned();
        };
        match a.duty {
            domain::report::Duty::Due if a.until < today => {
                format!("No answer; it was due on {}.", short(a.until, today))
            }
            domain::report::Duty::Due => format!("No answer yet; it is due on {}.", short(a.until, today)),
            domain::report::Duty::AskedBy => format!("No answer; it was asked for by {}.", short(a.until, today)),
        }
    }
}

fn sent(report: &Report) -> Option<Date> {
    match report.stage() {
        Stage::Sent { sent, .. } | Stage::Published { sent, .. } => Some(sent.on),
        _ => None,
    }
}

fn dated(day: Date, today: Date) -> Value {
    json!({"on": short(day, today), "iso": day.to_string()})
}

const fn will_words(will: Will) -> &'static str {
    match will {
        Will::Yes => "we will",
        Will::InPart => "in part",
        Will::No => "we will not",
    }
}

/// *in 23 working days*; nothing in a year that the calendar does not know.
fn distance(day: Date, today: Date, office: &Office) -> Option<String> {
    Some(match domain::clock::distance(today, day, &office.calendar).ok()? {
        Distance::In(0) => "before the next working day".to_owned(),
        Distance::Past(0) => "no working day since".to_owned(),
        distance => distance.to_string(),
    })
}

/// Whether what showed it was taken back since, and nothing else says how it was known.
fn is_bare(outcome: &Outcome) -> bool {
    outcome.evidence.is_empty() && outcome.known.is_empty()
}

fn outcome(o: &Outcome, office: &Office, signed: &Signed, known: &Known) -> Value {
    let day = |text: &str| text.parse::<Date>().ok().map(|day| dated(day, signed.today));
    let note = |id: &String| {
        let (day, time) = local(*known.notes.get(id)?, &office.zone);
        Some(json!({"id": id, "words": format!("{} {time}", short(day, signed.today))}))
    };
    json!({
        "id": o.id, "day": day(&o.day), "words": o.words, "known": o.known, "wrong": o.wrong, "bare": is_bare(o), "by": known.names.get(&o.who),
        "state": STATES.iter().find(|(state, _)| *state == o.state).map_or("", |(_, words)| words),
        "again": o.again_on.as_deref().and_then(day), "notes": o.evidence.iter().filter_map(note).collect::<Vec<_>>(),
    })
}

/// Every recommendation of a report that went out and that this person may see, with the place it is about.
async fn all(signed: &Signed, known: &Known) -> anyhow::Result<Vec<(String, Way)>> {
    let mut found = Vec::new();
    for row in signed.org.reports().await? {
        let Ok(visit) = seen(signed, &row.visit).await else { continue };
        let ways = ways(signed, &visit.id, known).await?.into_iter().filter(Way::is_out);
        found.extend(ways.map(|way| (visit.place_name.clone(), way)));
    }
    Ok(found)
}

/// The promises that are to be asked after, for the desk: those whose day is near, or past.
pub(super) async fn to_ask(office: &Office, signed: &Signed) -> anyhow::Result<Vec<Value>> {
    let known = Known::of(signed, "").await?;
    let near = signed.today.checked_add(DAYS_BEFORE.days())?;
    let mut rows: Vec<(Date, Value)> = Vec::new();
    for (place, way) in all(signed, &known).await? {
        let Some(day) = way.day().filter(|day| way.is_open() && *day <= near) else { continue };
        let said = way.answer().map(|(promise, _)| promise.what.clone()).unwrap_or_default();
        let what = format!("Recommendation {}: {said} Ask what became of it.", way.n);
        let promised = match distance(day, signed.today, office) {
            Some(distance) => format!("promised for {}, {distance}", short(day, signed.today)),
            None => format!("promised for {}", short(day, signed.today)),
        };
        rows.push((
            day,
            json!({"path": format!("/office/recommendations/{}#changed", way.asked.id), "who": way.to, "since": null,
                "promised": promised, "place": place, "what": what}),
        ));
    }
    rows.sort_by_key(|(day, _)| *day);
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

async fn page(State(office): State<Shared>, signed: Signed) -> Answer {
    let known = Known::of(&signed, "").await?;
    let (mut late, mut coming, mut undated, mut over) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (place, way) in all(&signed, &known).await? {
        let mut row = way.shown(&office, &signed, &known);
        if let Value::Object(map) = &mut row {
            map.insert("place".into(), json!(place));
        }
        match (way.is_open(), way.day()) {
            (true, Some(day)) if day <= signed.today => late.push((Some(day), row)),
            (true, Some(day)) => coming.push((Some(day), row)),
            (true, None) => undated.push((None, row)),
            (false, _) if way.standing().next().is_some() => over.push((None, row)),
            (false, _) => {}
        }
    }
    let rows = |mut rows: Vec<(Option<Date>, Value)>| {
        rows.sort_by_key(|(day, _)| *day);
        rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>()
    };
    let open = late.len() + coming.len() + undated.len();
    let lead = match (open, late.len()) {
        (0, _) => "No promise is open.".to_owned(),
        (n, 0) => format!("{} open, none is past its day.", counted(n, "promise is", "promises are")),
        (n, late) => format!(
            "{} open, {} past {} day.",
            counted(n, "promise is", "promises are"),
            counted(late, "is", "are"),
            if late == 1 { "its" } else { "their" }
        ),
    };
    let groups = [
        ("Ask now", rows(late)),
        ("To come", rows(coming)),
        ("Without a day", rows(undated)),
        ("What came of the others", rows(over)),
    ];
    let groups: Vec<Value> = groups
        .into_iter()
        .filter(|(_, rows)| !rows.is_empty())
        .map(|(heading, rows)| json!({"heading": heading, "rows": rows}))
        .collect();
    Page::new("office/promises.html", "Promises", json!({"lead": words::capital(&lead), "groups": groups}))
        .show(&signed, super::reports::HERE)
}

/// Whether somebody may write down what came of a recommendation.
pub(super) fn may_write(signed: &Signed) -> bool {
    signed.is(Role::Officer)
}
