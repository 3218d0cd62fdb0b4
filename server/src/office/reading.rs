//! Reading: what came in, filtered by a sentence, and lent as evidence to a finding in the same form.
//! The one page of the office on which what was said in confidence can be read; it cannot be lent there either.

use super::Shared;
use super::notes::{self, Notes, Shown, Tally};
use super::page::{Answer, Page};
use super::words;
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::store::findings::{Finding, numbered};
use crate::store::visits::Visit;
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use domain::entry::{Entry, View};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The page of reading.
pub fn routes() -> Router<Shared> {
    Router::new().route(HERE, get(page))
}

const HERE: &str = "/office/reading";

/// The sentence's words, in the address; an empty one means anything.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    what: String,
    speaker: String,
    theme: String,
    area: String,
    visit: String,
    since: String,
    finding: String,
}

impl Asked {
    fn takes(&self, entry: &Entry, day: Date) -> bool {
        let (kind, theme, area) = match entry {
            Entry::Observation(o) => ("seen", o.theme.as_deref(), o.area.as_deref()),
            Entry::View(v) => ("said", v.theme.as_deref(), v.area.as_deref()),
            Entry::Photo(p) => ("photos", p.theme.as_deref(), p.area.as_deref()),
            _ => ("other", None, None),
        };
        let speaker = match entry {
            Entry::View(View { speaker, .. }) => speaker.as_str(),
            _ => "",
        };
        (self.what.is_empty() || self.what == kind)
            && (self.speaker.is_empty() || self.speaker == speaker)
            && (self.theme.is_empty() || theme == Some(self.theme.as_str()))
            && (self.area.is_empty() || area == Some(self.area.as_str()))
            && self.since.parse::<Date>().ok().is_none_or(|since| day >= since)
    }
}

/// The visits whose notes this person may read.
async fn own_visits(signed: &Signed) -> anyhow::Result<Vec<Visit>> {
    let mut own = Vec::new();
    for visit in signed.org.visits().await? {
        if signed.is(Role::Officer) || signed.org.team(&visit.id).await?.iter().any(|m| m.person == signed.person) {
            own.push(visit);
        }
    }
    Ok(own)
}

async fn page(State(office): State<Shared>, signed: Signed, Query(asked): Query<Asked>) -> Answer {
    let visits = own_visits(&signed).await?;
    let chosen = visits.iter().find(|v| v.id == asked.visit);
    let mut books = notes::all(&signed.org, chosen.map(|v| v.id.as_str())).await?;
    books.retain(|b| match &b.visit {
        Some(visit) => visits.iter().any(|v| v.id == *visit),
        None => signed.is(Role::Officer) && asked.visit.is_empty(),
    });
    let findings = match chosen {
        Some(visit) => signed.org.findings(&visit.id).await?,
        None => Vec::new(),
    };
    let names = notes::names(&signed.org).await?;
    let shown = Shown { pack: signed.pack()?, names: &names, zone: &office.zone };
    let (groups, tally) = groups(&signed, &asked, &books, &findings, &visits, &shown, &office);
    let all = signed.is(Role::Officer) && chosen.is_some();
    let lent: Vec<&str> =
        findings.iter().filter(|f| f.id == asked.finding).flat_map(|f| &f.evidence).map(String::as_str).collect();
    let now = numbered(&findings).find(|(_, f)| f.id == asked.finding);
    let facts = json!({
        "groups": groups, "tally": tally.words(), "choices": choices(&signed, &books, &visits)?, "asked": {
            "what": asked.what, "speaker": asked.speaker, "theme": asked.theme, "area": asked.area, "visit": asked.visit,
            "since": asked.since, "finding": asked.finding},
        "may_write": all, "lent": lent, "visit": chosen.map(|v| v.id.clone()),
        "finding": now.map(|(n, f)| json!({"id": f.id, "theme": f.theme, "words": f.words, "n": n})),
        "themes": themes(&signed)?,
    });
    Page::new("office/reading.html", "Reading", facts).show(&signed, HERE)
}

/// The pack's themes to choose from.
pub(super) fn themes(signed: &Signed) -> anyhow::Result<Vec<Value>> {
    Ok(signed.pack()?.themes.iter().map(|t| json!({"value": t.code, "label": t.label})).collect())
}

fn groups(
    signed: &Signed,
    asked: &Asked,
    books: &[Notes],
    findings: &[Finding],
    visits: &[Visit],
    shown: &Shown<'_>,
    office: &super::Office,
) -> (Vec<Value>, Tally) {
    let (mut rows, mut counted) = (Vec::new(), Vec::new());
    for book in books {
        let place =
            book.visit.as_ref().and_then(|id| visits.iter().find(|v| v.id == *id)).map(|v| v.place_name.as_str());
        for projected in &book.read.entries {
            let (day, time) = words::local(projected.at, &office.zone);
            let Some(entry) = projected.entry().filter(|e| asked.takes(e, day)) else { continue };
            let Some(mut note) = shown.note(projected) else { continue };
            let used: Vec<Value> = numbered(findings)
                .filter(|(_, f)| f.evidence.contains(&projected.id.to_string()))
                .map(|(n, f)| json!({"id": f.id, "n": n}))
                .collect();
            if let Value::Object(map) = &mut note {
                map.insert("used".into(), json!(used));
                map.insert("take_back".into(), json!(signed.is(Role::Officer)));
            }
            if projected.withdrawn.is_empty() {
                counted.push(entry);
            }
            let heading = match place {
                Some(place) => format!("{place}, {}", notes::heading(day, &time, signed.today)),
                None => notes::heading(day, &time, signed.today),
            };
            rows.push((projected.at, heading, note));
        }
    }
    rows.sort_by_key(|(at, _, _)| *at);
    let mut groups: Vec<(String, Vec<Value>)> = Vec::new();
    for (_, heading, note) in rows {
        match groups.last_mut() {
            Some((last, notes)) if *last == heading => notes.push(note),
            _ => groups.push((heading, vec![note])),
        }
    }
    let groups = groups.into_iter().map(|(heading, notes)| json!({"heading": heading, "notes": notes})).collect();
    (groups, Tally::of(&counted))
}

fn choices(signed: &Signed, books: &[Notes], visits: &[Visit]) -> anyhow::Result<Value> {
    let pack = signed.pack()?;
    let (mut speakers, mut themes, mut areas, mut days) =
        (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
    for entry in books.iter().flat_map(|b| &b.read.entries) {
        let (theme, area) = match entry.entry() {
            Some(Entry::Observation(o)) => (o.theme, o.area),
            Some(Entry::View(v)) => {
                speakers.insert(v.speaker);
                (v.theme, v.area)
            }
            Some(Entry::Photo(p)) => (p.theme, p.area),
            _ => (None, None),
        };
        themes.extend(theme);
        areas.extend(area);
    }
    for visit in visits {
        for day in super::visits::days(visit) {
            days.insert(day, words::short(day, signed.today));
        }
    }
    let plain = |set: BTreeSet<String>| set.into_iter().map(|v| json!({"value": v, "label": v})).collect::<Vec<_>>();
    let label = |code: &String| pack.speaker(code).map_or_else(|| code.clone(), |s| s.label.to_lowercase());
    Ok(json!({
        "speakers": speakers.iter().map(|s| json!({"value": s, "label": label(s)})).collect::<Vec<_>>(),
        "themes": plain(themes), "areas": plain(areas),
        "visits": visits.iter().map(|v| json!({"value": v.id, "label": format!("{}, {}", v.place_name, super::visits::when_of(v))})).collect::<Vec<_>>(),
        "days": days.into_iter().map(|(d, label)| json!({"value": d.to_string(), "label": label})).collect::<Vec<_>>(),
    }))
}
