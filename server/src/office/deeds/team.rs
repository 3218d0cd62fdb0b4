//! The reading by those who went: the draft is given to them, each sees their own notes in it, agrees or says *that is not
//! what I meant* at the sentence. Whoever says nothing in their days is written down as silent by the check.

use super::{Entered, take, try_take};
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::collate::{Gathered, Part, Sentence, key_of};
use crate::office::form::{Form, Problems};
use crate::office::page::{Answer, Failure, Page, go_and_say};
use crate::office::reports::{HERE, found};
use crate::office::words::{self, capital, in_full, list};
use crate::office::{Office, Shared};
use crate::store::visits::Member;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect};
use domain::report::{Deed, Mark, Report, Rules, Stage, TeamAnswer, TeamReading};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What somebody answers who does not agree.
const NOT_MEANT: &str = "not what I meant";

/// The draft is given to those who went.
pub(super) async fn shown(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::of(&form);
    let on = problems.day_needed(&form, "on", signed.today);
    let step =
        Entered::new(Deed::ShownToTeam { on }, "The draft is with those who went. Their days are counted from here.");
    take(&office, &signed, &id, &form, problems, step).await
}

/// What was answered, all on one form: each for themself, or the officer for everybody.
pub(super) async fn read(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    if let Some(person) = form.some("for") {
        return at_sentences(&office, &signed, &id, &person, &form).await;
    }
    let mut problems = Problems::of(&form);
    let on = problems.day_needed(&form, "on", signed.today);
    let (row, report) = found(&signed, &id).await?;
    let mut answers = Vec::new();
    for member in signed.org.team(&row.visit).await? {
        if !signed.is(Role::Officer) && member.person != signed.person {
            continue;
        }
        let before = report.stage().reading().and_then(|read| read.of(&member.name));
        let says = form.text(&format!("says_{}", member.person));
        match form.text(&format!("answer_{}", member.person)).as_str() {
            "agreed" if !says.is_empty() || before.is_some_and(|answer| !answer.marks.is_empty()) => {
                let why = "What {} did not mean stands here. Settle it, or let {} agree where the draft is read.";
                problems.add(format!("says_{}", member.person), why.replace("{}", &member.name));
            }
            "agreed" => answers.push(TeamAnswer { by: member.name, says: "agreed".into(), ..TeamAnswer::default() }),
            NOT_MEANT => {
                let marks = settled_marks(&form, &member.person, before);
                if says.is_empty() && marks.is_empty() {
                    problems
                        .add(format!("says_{}", member.person), format!("Write what {} did not mean.", member.name));
                }
                let settled = form.some(&format!("settled_{}", member.person));
                answers.push(TeamAnswer { by: member.name, says, settled, marks });
            }
            _ => {}
        }
    }
    if answers.is_empty() && problems.is_empty() {
        problems.add("deed", "Say what at least one of those who went has answered.");
    }
    let step = Entered::new(Deed::ReadByTeam { on, answers }, "What the team said is kept.");
    take(&office, &signed, &id, &form, problems, step).await
}

/// What somebody marked before, with how each was settled as the form has it.
fn settled_marks(form: &Form, person: &str, before: Option<&TeamAnswer>) -> Vec<Mark> {
    let marks = before.into_iter().flat_map(|answer| &answer.marks);
    let settled = |mark: &Mark| {
        let field = settled_field(person, mark);
        // A form that was drawn before this was marked says nothing of it, and takes nothing away.
        if form.has(&field) { form.some(&field) } else { mark.settled.clone() }
    };
    marks.map(|mark| Mark { settled: settled(mark), ..mark.clone() }).collect()
}

fn settled_field(person: &str, mark: &Mark) -> String {
    format!("settled_{person}_{}", key(mark))
}

/// The key of what somebody marked.
fn key(mark: &Mark) -> String {
    key_of(mark.entry.as_deref(), &mark.about)
}

/// What the form of the whole team needs of somebody who went, so that sending it again says the same.
pub(super) fn member(member: &Member, before: Option<&TeamAnswer>) -> Value {
    let disagrees = before.filter(|answer| !answer.agrees());
    let marks = disagrees.into_iter().flat_map(|answer| &answer.marks);
    let marks: Vec<Value> = marks
        .map(|mark| {
            let field = settled_field(&member.person, mark);
            json!({"about": mark.about, "says": mark.says, "settled": mark.settled, "field": field})
        })
        .collect();
    json!({
        "id": member.person, "name": member.name, "marks": marks,
        "said": before.map(|answer| if answer.agrees() { "agreed" } else { NOT_MEANT }),
        "says": disagrees.map(|answer| answer.says.as_str()), "settled": disagrees.and_then(|answer| answer.settled.as_deref()),
    })
}

/// Who went, and reads here: themself, or whom the officer writes it down for.
async fn reader(signed: &Signed, visit: &str, person: Option<&str>) -> Result<Option<Member>, Failure> {
    let whom = person.unwrap_or(&signed.person);
    if whom != signed.person && !signed.is(Role::Officer) {
        return Err(Failure::NotYours);
    }
    Ok(signed.org.team(visit).await?.into_iter().find(|member| member.person == whom))
}

/// The draft, sentence by sentence.
pub(super) async fn page(
    State(office): State<Shared>,
    signed: Signed,
    Path(id): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Answer {
    let (row, report) = found(&signed, &id).await?;
    if report.stage().is_out() {
        // What went is what was signed, whatever has come in since.
        return Ok(Redirect::to(&format!("{HERE}/{id}/preview")).into_response());
    }
    let person = query.get("for").map(String::as_str).filter(|person| !person.is_empty());
    let reader = reader(&signed, &row.visit, person).await?;
    drawn(&office, &signed, &id, reader.as_ref(), None).await?.show(&signed, HERE)
}

/// The draft for whoever reads; of what they `typed`, what has no field on the page any more stands there as words.
async fn drawn(
    office: &Office,
    signed: &Signed,
    id: &str,
    reader: Option<&Member>,
    typed: Option<&Form>,
) -> Result<Page, Failure> {
    let (row, stored) = found(signed, id).await?;
    let gathered = Gathered::of_report(&signed.org, id, signed.today).await?;
    let report = gathered.report.clone().unwrap_or(stored);
    let reading = report.stage().reading();
    let before = reader.and_then(|member| reading.and_then(|read| read.of(&member.name)));
    let open = matches!(report.stage(), Stage::Draft | Stage::ReadByTeam { .. });
    let mut values = serde_json::Map::new();
    for mark in before.into_iter().flat_map(|answer| &answer.marks) {
        values.insert(format!("mark_{}", key(mark)), json!([mark.says]));
    }
    if let Some(answer) = before {
        values.insert("answer".into(), json!([if answer.agrees() { "agreed" } else { NOT_MEANT }]));
        values.insert("says".into(), json!([if answer.agrees() { "" } else { answer.says.as_str() }]));
    }
    let parts = gathered.parts();
    let lost = typed.map(|form| without_field(form, &parts, open)).unwrap_or_default();
    let mut met = BTreeSet::new();
    let facts = json!({
        "report": {"id": row.id, "title": row.title, "version": row.version}, "name": gathered.place.name,
        "parts": parts.iter().map(|part| shown_part(part, &gathered, reader, reading, &mut met)).collect::<Vec<_>>(),
        "gone": gone(&parts, before), "lost": lost, "reader": reader.map(|member| json!({"id": member.person, "name": member.name,
            "own": member.person == signed.person})),
        "open": open && reader.is_some(), "until": until(office, signed, &report)?, "stage": report.stage().name(),
    });
    Ok(Page::new("office/team.html", format!("{}: read it", row.title), facts).filled(values.into()))
}

/// A part of the draft for the page: whose note each passage is, and what others say at each sentence. What stands twice
/// is pointed at where it is `met` first.
fn shown_part(
    part: &Part,
    gathered: &Gathered,
    reader: Option<&Member>,
    reading: Option<&TeamReading>,
    met: &mut BTreeSet<String>,
) -> Value {
    let others = |sentence: &Sentence| -> Vec<Value> {
        let answers = reading.into_iter().flat_map(|read| &read.answers);
        let others = answers.filter(|answer| reader.is_none_or(|member| member.name != answer.by));
        let marks = others.flat_map(|answer| answer.marks.iter().map(move |mark| (answer, mark)));
        marks
            .filter(|(_, mark)| key(mark) == sentence.key)
            .map(|(answer, mark)| json!({"by": answer.by, "says": mark.says, "settled": mark.settled}))
            .collect()
    };
    let passages = part.passages.iter().map(|passage| {
        let by = passage.by.as_deref();
        let sentences = passage.sentences.iter();
        json!({"side": capital(&passage.side), "spoken": passage.spoken,
            "own": by.is_some() && by == reader.map(|member| member.person.as_str()),
            "by": by.and_then(|id| gathered.names.get(id)),
            "sentences": sentences.map(|s| json!({"key": s.key, "words": s.words, "others": others(s), "first": met.insert(s.key.clone())})).collect::<Vec<_>>()})
    });
    json!({"heading": part.heading, "passages": passages.collect::<Vec<_>>()})
}

/// What the reader marked at sentences that are not there any more: somebody has changed them since.
fn gone(parts: &[Part], before: Option<&TeamAnswer>) -> Vec<Value> {
    let stands = |mark: &Mark| sentences(parts).any(|sentence| sentence.key == key(mark));
    let marks = before.into_iter().flat_map(|answer| &answer.marks).filter(|mark| !stands(mark));
    marks.map(|mark| json!({"about": mark.about, "says": mark.says, "settled": mark.settled})).collect()
}

/// What was typed at sentences that have changed meanwhile; all of it where the draft is not open any more.
fn without_field(form: &Form, parts: &[Part], open: bool) -> Vec<String> {
    let has_field = |name: &str| match name.strip_prefix("mark_") {
        Some(key) => open && sentences(parts).any(|sentence| sentence.key == key),
        None => open || name != "says",
    };
    let typed = form.typed().into_iter().filter(|(name, _)| !has_field(name));
    typed.flat_map(|(_, all)| all).map(|words| words.trim().to_owned()).filter(|words| !words.is_empty()).collect()
}

fn sentences(parts: &[Part]) -> impl Iterator<Item = &Sentence> {
    parts.iter().flat_map(|part| &part.passages).flat_map(|passage| &passage.sentences)
}

/// Until when those who went are waited for, in words, and who has said nothing yet.
pub(super) fn until(office: &Office, signed: &Signed, report: &Report) -> anyhow::Result<Value> {
    let rules = Rules { scheme: signed.pack()?, calendar: &office.calendar, today: signed.today };
    let until = report.team_until(&rules).ok().flatten();
    let missing = report.not_heard();
    Ok(
        json!({"shown": report.shown().map(in_full), "on": until.map(in_full), "over": until.is_some_and(|day| day < signed.today),
        "missing": (!missing.is_empty()).then(|| list(&missing)), "several": missing.len() > 1,
        "days": words::counted(usize::try_from(rules.scheme.report.team_window.length).unwrap_or_default(), "day", "days")}),
    )
}

/// What one of them says of the draft at its sentences.
async fn at_sentences(office: &Office, signed: &Signed, id: &str, person: &str, form: &Form) -> Answer {
    let mut problems = Problems::of(form);
    let on = problems.day_needed(form, "on", signed.today);
    let (row, report) = found(signed, id).await?;
    let reader = reader(signed, &row.visit, Some(person)).await?.ok_or(Failure::NotFound)?;
    let gathered = Gathered::of_report(&signed.org, id, signed.today).await?;
    let before = report.stage().reading().and_then(|read| read.of(&reader.name));
    let parts = gathered.parts();
    let mut marks: Vec<Mark> = Vec::new();
    for sentence in sentences(&parts) {
        let says = form.text(&format!("mark_{}", sentence.key));
        if says.is_empty() || marks.iter().any(|mark| key(mark) == sentence.key) {
            continue;
        }
        // The same words at the same sentence are settled as they were.
        let same = before.into_iter().flat_map(|answer| &answer.marks);
        let mut same = same.filter(|mark| key(mark) == sentence.key && mark.says == says);
        let settled = same.next_back().and_then(|mark| mark.settled.clone());
        marks.push(Mark { about: sentence.about.clone(), entry: sentence.entry.clone(), says, settled });
    }
    let typed = form.typed();
    let marked =
        typed.iter().filter(|(name, all)| name.starts_with("mark_") && all.iter().any(|t| !t.trim().is_empty()));
    if marked.count() > marks.len() {
        problems.add(
            "deed",
            "A sentence that you marked has changed since you opened this page. Look at it once more, then send again.",
        );
    }
    let says = form.text("says");
    let answer = match form.text("answer").as_str() {
        "agreed" if !says.is_empty() || !marks.is_empty() => {
            problems.add(
                "answer",
                "You say that you agree, and that something is not what you meant. Take out one of the two.",
            );
            TeamAnswer::default()
        }
        "agreed" => TeamAnswer { by: reader.name.clone(), says: "agreed".into(), ..TeamAnswer::default() },
        _ if says.is_empty() && marks.is_empty() => {
            problems.add("answer", "Say that you agree, or write at a sentence what you meant.");
            TeamAnswer::default()
        }
        _ => {
            let settled = before.filter(|answer| answer.says == says).and_then(|answer| answer.settled.clone());
            TeamAnswer { by: reader.name.clone(), says, settled, marks }
        }
    };
    if problems.is_empty() {
        let deed = Deed::ReadByTeam { on, answers: vec![answer] };
        let step = Entered::new(deed, "It is kept. What is not meant is settled with you, or printed.");
        let said = step.said;
        match try_take(office, signed, id, form, step).await? {
            None => return Ok(go_and_say(&format!("{HERE}/{id}"), said, office.secure)),
            Some(why) => problems.add("deed", why),
        }
    }
    let page = drawn(office, signed, id, Some(&reader), Some(form)).await?;
    page.refused(form, &problems).show(signed, HERE)
}
