//! Reading: what came in, filtered by a sentence, and lent as evidence to a finding in the same form.
//! The one page of the office on which what was said in confidence can be read; it cannot be lent there either.

use super::Shared;
use super::notes::{self, Notes, Shown, Tally};
use super::page::{Answer, Failure, Page, percent};
use super::words;
use crate::auth::Signed;
use crate::auth::may::{self, Role};
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

pub(super) const HERE: &str = "/office/reading";

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
    /// Only what this finding rests on.
    rests: String,
    /// Only this notebook, or this event.
    book: String,
    event: String,
    /// Only what is counted.
    counted: String,
}

impl Asked {
    /// The words of the sentence as they stand, and what it is narrowed to, for an address; `left_out` are left out.
    fn query(&self, left_out: &[&str]) -> String {
        let all = [
            ("what", &self.what),
            ("speaker", &self.speaker),
            ("theme", &self.theme),
            ("area", &self.area),
            ("visit", &self.visit),
            ("since", &self.since),
            ("finding", &self.finding),
            ("rests", &self.rests),
            ("book", &self.book),
            ("event", &self.event),
            ("counted", &self.counted),
        ];
        let told = all.into_iter().filter(|(name, value)| !value.is_empty() && !left_out.contains(name));
        told.map(|(name, value)| format!("{name}={}", percent(value))).collect::<Vec<_>>().join("&")
    }

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
        if reads(signed, &visit.id).await? {
            own.push(visit);
        }
    }
    Ok(own)
}

/// Whether this person may read a visit's notes: the officer may, and a representative who goes on it.
pub(super) async fn reads(signed: &Signed, visit: &str) -> anyhow::Result<bool> {
    let there = async || anyhow::Ok(signed.org.team(visit).await?.iter().any(|m| m.person == signed.person));
    Ok(may::sees(&signed.roles, HERE) && (signed.is(Role::Officer) || there().await?))
}

/// The visit whose notes this person may read, or none for notes without a visit, which are the officer's; else *not here*.
pub(super) async fn may_read(signed: &Signed, visit: Option<&str>) -> Result<Option<Visit>, Failure> {
    let Some(id) = visit else {
        return if signed.is(Role::Officer) { Ok(None) } else { Err(Failure::NotFound) };
    };
    let visit = signed.org.visit(id).await?.ok_or(Failure::NotFound)?;
    if reads(signed, id).await? { Ok(Some(visit)) } else { Err(Failure::NotFound) }
}

/// Where the notes of a notebook are read.
pub(super) fn address(visit: Option<&Visit>, notebook: &str) -> String {
    match visit {
        Some(visit) => format!("{HERE}?visit={}", visit.id),
        None => format!("{HERE}?book={notebook}"),
    }
}

/// What rests on which note, of all findings there are; and the one finding whose notes alone are asked for.
struct Used {
    findings: BTreeMap<String, Vec<Value>>,
    practice: BTreeSet<String>,
    only: Option<Finding>,
}

impl Used {
    async fn of(signed: &Signed, only: Option<Finding>) -> anyhow::Result<Self> {
        let mut findings: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let (mut before, mut n) = ((String::new(), String::new()), 0);
        for used in signed.org.uses().await? {
            let now = (used.visit, used.finding);
            n = match now == before {
                true => n,
                false if now.0 == before.0 => n + 1,
                false => 1,
            };
            if let Some(entry) = used.entry {
                findings.entry(entry).or_default().push(json!({"id": now.1, "n": n}));
            }
            before = now;
        }
        Ok(Self { findings, practice: signed.org.all_good_practice().await?.into_iter().collect(), only })
    }
}

/// The one finding whose notes alone are asked for, with its visit; another's is *not here*.
async fn rests_on(signed: &Signed, asked: &Asked) -> Result<Option<(u32, Finding)>, Failure> {
    if asked.rests.is_empty() {
        return Ok(None);
    }
    let visit = signed.org.visit_of_finding(&asked.rests).await?.ok_or(Failure::NotFound)?;
    let findings = signed.org.findings(&visit).await?;
    let found = numbered(findings).find(|(_, finding)| finding.id == asked.rests);
    found.map(Some).ok_or(Failure::NotFound)
}

async fn page(State(office): State<Shared>, signed: Signed, Query(mut asked): Query<Asked>) -> Answer {
    let visits = own_visits(&signed).await?;
    let rests = rests_on(&signed, &asked).await?;
    if let Some((_, finding)) = &rests {
        asked.visit.clone_from(&finding.visit);
    }
    let chosen = visits.iter().find(|v| v.id == asked.visit);
    if rests.is_some() && chosen.is_none() {
        return Err(Failure::NotFound);
    }
    let mut books = notes::all(&signed.org, chosen.map(|v| v.id.as_str())).await?;
    books.retain(|b| match &b.visit {
        Some(visit) => visits.iter().any(|v| v.id == *visit),
        None => signed.is(Role::Officer) && asked.visit.is_empty(),
    });
    books.retain(|b| asked.book.is_empty() || b.notebook == asked.book);
    books.retain(|b| asked.event.is_empty() || b.event.as_deref() == Some(asked.event.as_str()));
    let findings = match chosen {
        Some(visit) => signed.org.findings(&visit.id).await?,
        None => Vec::new(),
    };
    let names = notes::names(&signed.org).await?;
    let shown = Shown { pack: signed.pack()?, names: &names, zone: &office.zone };
    let narrowed = narrowed(&asked, rests.as_ref().map(|(n, _)| *n));
    let used = Used::of(&signed, rests.map(|(_, finding)| finding)).await?;
    let (groups, tally) = groups(&signed, &asked, &books, &used, &visits, &shown, &office);
    let all = signed.is(Role::Officer) && chosen.is_some();
    let lent: Vec<&str> =
        findings.iter().filter(|f| f.id == asked.finding).flat_map(|f| &f.evidence).map(String::as_str).collect();
    let now = numbered(&findings).find(|(_, f)| f.id == asked.finding);
    let mut told = tally.told(Some(&asked.query(&["what", "counted"])));
    if let (false, Value::Object(map)) = (asked.what.is_empty(), &mut told) {
        map.insert("href".into(), json!(format!("{HERE}?{}&counted=yes", asked.query(&["counted"]))));
    }
    let facts = json!({
        "groups": groups, "tally": told, "choices": choices(&signed, &books, &visits)?, "asked": {
            "what": asked.what, "speaker": asked.speaker, "theme": asked.theme, "area": asked.area, "visit": asked.visit,
            "since": asked.since, "finding": asked.finding, "rests": asked.rests, "book": asked.book, "event": asked.event,
            "counted": asked.counted},
        "narrowed": narrowed,
        "may_write": all, "lent": lent, "visit": chosen.map(|v| v.id.clone()),
        "finding": now.map(|(n, f)| json!({"id": f.id, "theme": f.theme, "words": f.words, "n": n})),
        "themes": themes(&signed)?,
    });
    Page::new("office/reading.html", "Reading", facts).show(&signed, HERE)
}

/// What the page is narrowed to beside the words of the sentence, and the way out of that.
fn narrowed(asked: &Asked, rests: Option<u32>) -> Option<Value> {
    let mut only = Vec::new();
    only.extend(rests.map(|n| format!("Only what finding {n} rests on.")));
    if !asked.book.is_empty() || !asked.event.is_empty() {
        only.push("Only what was written down on one occasion.".to_owned());
    }
    if !asked.counted.is_empty() {
        only.push("Only what is counted: nothing that was said in confidence or taken back.".to_owned());
    }
    let href = format!("{HERE}?{}", asked.query(&["rests", "book", "event", "counted"]));
    (!only.is_empty()).then(|| json!({"words": only.join(" "), "href": href}))
}

/// The pack's themes to choose from.
pub(super) fn themes(signed: &Signed) -> anyhow::Result<Vec<Value>> {
    Ok(signed.pack()?.themes.iter().map(|t| json!({"value": t.code, "label": t.label})).collect())
}

fn groups(
    signed: &Signed,
    asked: &Asked,
    books: &[Notes],
    used: &Used,
    visits: &[Visit],
    shown: &Shown<'_>,
    office: &super::Office,
) -> (Vec<Value>, Tally) {
    let officer = signed.is(Role::Officer);
    let (mut rows, mut counted) = (Vec::new(), Vec::new());
    for book in books {
        let place =
            book.visit.as_ref().and_then(|id| visits.iter().find(|v| v.id == *id)).map(|v| v.place_name.as_str());
        for projected in &book.read.entries {
            let (day, time) = words::local(projected.at, &office.zone);
            let Some(entry) = projected.entry().filter(|e| asked.takes(e, day)) else { continue };
            let (id, stands) = (projected.id.to_string(), projected.withdrawn.is_empty());
            let carries = |f: &Finding| stands && f.evidence.contains(&id) && notes::may_be_evidence(&entry);
            let in_a_number = stands && Tally::counts(&entry);
            if used.only.as_ref().is_some_and(|finding| !carries(finding))
                || (!asked.counted.is_empty() && !in_a_number)
            {
                continue;
            }
            let Some(mut note) = shown.note(projected) else { continue };
            let findings = used.findings.get(&id).cloned().unwrap_or_default();
            if let Value::Object(map) = &mut note {
                map.insert("way".into(), json!(true));
                map.insert("came".into(), json!(!findings.is_empty() || used.practice.contains(&id)));
                map.insert("used".into(), json!(if officer { findings } else { Vec::new() }));
                map.insert("take_back".into(), json!(officer));
            }
            if stands {
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
