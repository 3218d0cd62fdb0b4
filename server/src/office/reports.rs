//! A report at the office: the page that looks like it, its words, and what it leaves as (HTML, PDF, Word).
//! The steps that it takes are in `deeds`; which may be taken when is the domain's.

mod shown;

use super::deeds;
use super::form::{Form, Problems, mark};
use super::links::Links;
use super::page::{Answer, Failure, Page, go_and_say};
use super::promises;
use super::visits::{seen, when_of};
use super::words::{self, counted, in_full};
use super::{Office, Shared};
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::collate::{self, Gathered, Typed};
use crate::reports as writers;
use crate::store::findings::numbered;
use crate::store::reports::{NewReport, Report as Row, ReportStep, Saved};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::report::{Report, Stage, StepRefused};
use jiff::civil::Date;
use serde_json::{Value, json};
use shown::{addressee, line};

/// The pages of reports.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route(HERE, get(list))
        .route("/office/visits/{id}/report", post(begin))
        .route("/office/reports/{id}", get(one))
        .route("/office/reports/{id}/words", post(change_words))
        .route("/office/reports/{id}/preview", get(preview))
        .route("/office/reports/{id}/report.html", get(as_html))
        .route("/office/reports/{id}/report.pdf", get(as_pdf))
        .route("/office/reports/{id}/report.docx", get(as_docx))
}

pub(super) const HERE: &str = "/office/reports";

/// A report's row and the domain's report in it, if this person may see its visit.
pub(super) async fn found(signed: &Signed, id: &str) -> Result<(Row, Report), Failure> {
    let row = signed.org.report(id).await?.ok_or(Failure::NotFound)?;
    seen(signed, &row.visit).await?;
    let report = serde_json::from_str(&row.stage)?;
    Ok((row, report))
}

/// The report of `row` as it stands today: what came in since its last step, or changed at the office, may have undone
/// a check or a signature that is still in the row.
pub(super) async fn as_it_stands(signed: &Signed, row: &Row) -> anyhow::Result<Report> {
    let report: Report = serde_json::from_str(&row.stage)?;
    if report.stage().is_out() {
        return Ok(report);
    }
    Ok(Gathered::of_report(&signed.org, &row.id, signed.today).await?.report.unwrap_or(report))
}

/// Stops a change of words of a visit whose report was sent: its words stay as they were signed.
pub(super) async fn still_open(signed: &Signed, visit: &str) -> Result<(), Failure> {
    match sent_on(signed, visit).await? {
        Some(on) => Err(Failure::Stopped(StepRefused::SentIsFinal { on }.said(signed.pack()?))),
        None => Ok(()),
    }
}

/// On which day a report of a visit went out, if one did.
pub(super) async fn sent_on(signed: &Signed, visit: &str) -> anyhow::Result<Option<Date>> {
    for row in signed.org.reports_of(visit).await? {
        let report: Report = serde_json::from_str(&row.stage)?;
        if let Stage::Sent { sent, .. } | Stage::Published { sent, .. } = report.stage() {
            return Ok(Some(sent.on));
        }
    }
    Ok(None)
}

/// Tells every report of a visit that its words changed; after sign-off that undoes the signature.
pub(super) async fn words_changed(signed: &Signed, visit: &str) -> Result<(), Failure> {
    for row in signed.org.reports_of(visit).await? {
        let report: Report = serde_json::from_str(&row.stage)?;
        let words = Gathered::of_report(&signed.org, &row.id, signed.today).await?.words()?;
        let changed = match report.words_changed(words, &signed.name, signed.today) {
            Ok(changed) if changed == report => continue,
            Ok(changed) => changed,
            Err(refused) => return Err(Failure::Stopped(refused.said(signed.pack()?))),
        };
        save(signed, row, &changed, changed_words(&report, &changed), &json!({})).await?;
    }
    Ok(())
}

/// What the report's history says of a change of words.
pub(super) fn changed_words(before: &Report, after: &Report) -> &'static str {
    let undone = after.undone().len() > before.undone().len();
    if undone { "words changed, sign-off undone" } else { "words changed" }
}

/// Keeps a report after a step; `false` when somebody else came first.
pub(super) async fn save(
    signed: &Signed,
    row: Row,
    report: &Report,
    what: &str,
    facts: &Value,
) -> Result<bool, Failure> {
    let (kept, step) = (after(row, report)?, step(signed, what, facts));
    let deed = signed.does(&format!("report: {what}"), &kept.id.clone());
    Ok(matches!(deed.save_report(kept, step).await?, Saved::At(_)))
}

/// Keeps a report that is sent, with the words that were signed; `false` when somebody else came first.
pub(super) async fn send(
    signed: &Signed,
    row: Row,
    report: &Report,
    facts: &Value,
    document: String,
) -> Result<bool, Failure> {
    let (kept, step) = (after(row, report)?, step(signed, report.stage().name(), facts));
    let deed = signed.does(&format!("report: {}", step.what), &kept.id.clone());
    Ok(matches!(deed.send_report(kept, step, document).await?, Saved::At(_)))
}

fn after(row: Row, report: &Report) -> anyhow::Result<Row> {
    Ok(Row { stage: serde_json::to_string(report)?, words_digest: report.words().digest().to_owned(), ..row })
}

fn step(signed: &Signed, what: &str, facts: &Value) -> ReportStep {
    ReportStep { who: signed.person.clone(), made_at: signed.now, what: what.to_owned(), json: facts.to_string() }
}

async fn list(signed: Signed) -> Answer {
    let mut rows = Vec::new();
    for row in signed.org.reports().await? {
        let Ok(visit) = seen(&signed, &row.visit).await else { continue };
        let report = as_it_stands(&signed, &row).await?;
        let due = report.addressees().iter().filter(|a| !a.is_answered()).map(|a| a.until).min();
        rows.push(json!({"id": row.id, "title": row.title, "place": visit.place_name, "when": when_of(&visit),
            "stage": report.stage().name(), "next": report.stage().next(),
            "since": report.stage().since().map(|d| words::short(d, signed.today)),
            "due": due.map(|d| words::short(d, signed.today)), "late": due.is_some_and(|d| d < signed.today)}));
    }
    Page::new("office/reports.html", "Reports", json!({"reports": rows})).show(&signed, HERE)
}

async fn begin(State(office): State<Shared>, signed: Signed, Path(visit): Path<String>, form: Form) -> Answer {
    let visit = seen(&signed, &visit).await?;
    if let Some(there) = signed.org.reports_of(&visit.id).await?.first() {
        return Ok(go_and_say(
            &format!("{HERE}/{}", there.id),
            "The report was begun before. Here it is.",
            office.secure,
        ));
    }
    let gathered = Gathered::of_visit(&signed.org, &visit.id, signed.today).await?;
    let wording = signed.pack()?.report.title.replace("{place}", &visit.place_name);
    let title = form.some("title").unwrap_or(wording);
    let team = gathered.team.iter().map(|m| m.name.clone()).collect();
    let written_by = writers(&signed, &visit.id).await?;
    let report = Report::draft(&title, team, written_by, gathered.words()?);
    let digest = report.words().digest().to_owned();
    let id = super::new_id(signed.now);
    let new = NewReport {
        id: id.clone(),
        visit: visit.id,
        title,
        stage: serde_json::to_string(&report)?,
        words: serde_json::to_string(&Typed::default())?,
        words_digest: digest,
        by: signed.person.clone(),
        at: signed.now,
    };
    signed.does("begin a report", &id).begin_report(new).await?;
    Ok(go_and_say(
        &format!("{HERE}/{id}"),
        "The report has drafted itself from what came in. Now it is yours to write.",
        office.secure,
    ))
}

/// Everybody who wrote any of what the office makes of a visit, and whoever begins its report.
async fn writers(signed: &Signed, visit: &str) -> anyhow::Result<Vec<String>> {
    let names = super::notes::names(&signed.org).await?;
    let wrote = signed.org.writers_of(visit).await?;
    let others = wrote.into_iter().filter(|id| *id != signed.person).filter_map(|id| names.get(&id).cloned());
    Ok(std::iter::once(signed.name.clone()).chain(others).collect())
}

async fn one(State(office): State<Shared>, signed: Signed, Path(id): Path<String>) -> Answer {
    report_page(&office, &signed, &id, None).await
}

/// The page of a report; `refused` are a step's or the words' problems.
pub(super) async fn report_page(
    office: &Office,
    signed: &Signed,
    id: &str,
    refused: Option<(&Form, &Problems)>,
) -> Answer {
    drawn(office, signed, id, refused).await?.show(signed, HERE)
}

async fn drawn(
    office: &Office,
    signed: &Signed,
    id: &str,
    refused: Option<(&Form, &Problems)>,
) -> Result<Page, Failure> {
    let (row, stored) = found(signed, id).await?;
    let gathered = Gathered::of_report(&signed.org, id, signed.today).await?;
    let report = gathered.report.clone().unwrap_or(stored);
    let document = gathered.document();
    let pictures = collate::photos(&signed.org, signed.org.store().objects(), &document).await?;
    let stops = if report.stage().is_out() { Vec::new() } else { super::stops::of(&gathered, &document, &pictures) };
    let steps = signed.org.report_steps(id).await?;
    let findings: Vec<Value> = numbered(&gathered.findings)
        .map(|(n, f)| {
            let carries = f.evidence.iter().filter(|e| carries(&gathered, e));
            json!({"id": f.id, "n": n, "rests": counted(carries.count(), "note", "notes"),
            "withheld": super::weighing::withheld(&gathered, &f.evidence)})
        })
        .collect();
    let links = Links::of(office, signed, id).await?;
    let known = promises::Known::of(signed, &row.visit).await?;
    let ways = promises::ways(signed, &row.visit, &known).await?.into_iter().filter(promises::Way::is_out);
    let ways: Vec<Value> = ways.map(|way| way.shown(office, signed, &known)).collect();
    let addressees: Vec<Value> = report.addressees().iter().map(|a| addressee(office, signed, a, &links)).collect();
    let facts = json!({
        "report": {"id": row.id, "title": row.title, "digest": report.words().digest(), "visit": row.visit, "version": row.version,
            "seen": words_mark(&row.title, &gathered.typed)},
        "name": format!("{}, {}", gathered.place.name, when_of(&gathered.visit)),
        "ways": ways, "reads": super::reading::reads(signed, &row.visit).await?,
        "document": document, "findings": findings, "stops": stops, "notices": super::stops::notices(&gathered, &document, &pictures),
        "line": line(&report, signed.today, &steps), "stage": report.stage().name(), "next": report.stage().next(),
        "undone": report.undone().iter().map(|u| json!({"by": u.signed.by, "on": in_full(u.signed.on), "fell": in_full(u.on), "whose": u.by.as_str()})).collect::<Vec<_>>(),
        "addressees": addressees, "mails": super::mails::of_report(office, signed, id).await?, "facts_link": links.provider(&gathered, report.stage()), "deeds": deeds::forms(signed, &report, &gathered, office).await?,
        "history": deeds::history(&report), "since": super::versions::since(signed, &row.id, &report).await?, "margins": super::weighing::margins(&gathered),
        "provider_facts": report.stage().facts().iter().map(|f| json!({"by": f.by, "on": words::short(f.on, signed.today), "says": f.says, "outcome": words::outcome_words(f), "printed": f.is_printed(), "given_by": f.given_by.as_ref().map(|by| format!("{}, {}", by.name, by.role))})).collect::<Vec<_>>(),
        "may_write": signed.is(Role::Officer) && !report.stage().is_out(),
        "typed": {"values": {"title": [row.title], "summary": [gathered.typed.summary], "contact": [gathered.typed.contact]}, "problems": []},
    });
    let page = Page::new("office/report.html", row.title.clone(), facts);
    Ok(match refused {
        Some((form, problems)) => page.refused(form, problems),
        None => page,
    })
}

/// A mark of what the office typed into a report; steps and findings leave it as it is.
fn words_mark(title: &str, typed: &Typed) -> String {
    mark(&(title, &typed.summary, &typed.contact))
}

/// Whether a note still may be what a finding rests on.
fn carries(gathered: &Gathered, id: &str) -> bool {
    let entry = gathered.entries.get(id).and_then(|n| n.standing());
    entry.is_some_and(|entry| super::notes::may_be_evidence(&entry))
}

async fn change_words(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let (row, _) = found(&signed, &id).await?;
    still_open(&signed, &row.visit).await?;
    let mut typed: Typed = serde_json::from_str(&row.words)?;
    let mut problems = Problems::of(&form);
    let stale = problems.stale(&form, &words_mark(&row.title, &typed));
    let title = problems.needed(&form, "title", "A report has a title.");
    let summary = form.text("summary");
    if summary.lines().filter(|l| !l.trim().is_empty()).count() > 5 {
        problems.add("summary", "At most five lines: they stand on the first page.");
    }
    if !problems.is_empty() {
        let mut page = drawn(&office, &signed, &id, Some((&form, &problems))).await?;
        if stale {
            page = page.beside(&[
                ("Title", row.title),
                ("What we found", typed.summary),
                ("How to reach us", typed.contact),
            ]);
        }
        return page.show(&signed, HERE);
    }
    typed.summary = summary;
    typed.contact = form.text("contact");
    let visit = row.visit.clone();
    let report: Report = serde_json::from_str(&row.stage)?;
    let row = Row { title, words: serde_json::to_string(&typed)?, ..row };
    if !save(&signed, row, &report, "words typed", &json!({})).await? {
        let problems = Problems::one(
            "title",
            "Somebody else changed this report while you wrote. Your words are still here: look at theirs, then send again.",
        );
        return report_page(&office, &signed, &id, Some((&form, &problems))).await;
    }
    words_changed(&signed, &visit).await?;
    Ok(go_and_say(&format!("{HERE}/{id}"), "The words are kept.", office.secure))
}

async fn document(signed: &Signed, id: &str) -> Result<(writers::Document, writers::Photos), Failure> {
    found(signed, id).await?;
    Ok(collate::document(&signed.org, signed.org.store().objects(), id, signed.today).await?)
}

/// What the report's own page may load: its style, fonts and photos are inside it.
const REPORT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

async fn preview(signed: Signed, Path(id): Path<String>) -> Answer {
    html_answer(&signed, &id, "inline").await
}

async fn as_html(signed: Signed, Path(id): Path<String>) -> Answer {
    html_answer(&signed, &id, "attachment").await
}

async fn html_answer(signed: &Signed, id: &str, how: &str) -> Answer {
    let (document, photos) = document(signed, id).await?;
    shown_as_page(document, photos, how).await
}

/// A report as a page that loads nothing: what is in it is all there is.
pub(crate) async fn shown_as_page(document: writers::Document, photos: writers::Photos, how: &str) -> Answer {
    let name = file_name(&document, "html");
    let page = tokio::task::spawn_blocking(move || writers::html(&document, &photos)).await??;
    let mut answer = file(page.into_bytes(), "text/html; charset=utf-8", &name, how);
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(REPORT_POLICY));
    Ok(answer)
}

async fn as_pdf(signed: Signed, Path(id): Path<String>) -> Answer {
    found(&signed, &id).await?;
    let gathered = Gathered::of_report(&signed.org, &id, signed.today).await?;
    let document = gathered.document();
    let photos = collate::photos(&signed.org, signed.org.store().objects(), &document).await?;
    if let Some(why) = no_pdf(&gathered, &document, &photos) {
        return Err(Failure::Stopped(why));
    }
    let name = file_name(&document, "pdf");
    let bytes = tokio::task::spawn_blocking(move || writers::pdf(&document, &photos)).await??;
    Ok(file(bytes, "application/pdf", &name, "attachment"))
}

async fn as_docx(signed: Signed, Path(id): Path<String>) -> Answer {
    let (document, photos) = document(&signed, &id).await?;
    let name = file_name(&document, "docx");
    let bytes = tokio::task::spawn_blocking(move || writers::docx(&document, &photos)).await??;
    Ok(file(bytes, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", &name, "attachment"))
}

/// Why no PDF is made, in words: a PDF looks like the report that leaves us. What was sent was looked at before it went.
pub(crate) fn no_pdf(gathered: &Gathered, document: &writers::Document, photos: &writers::Photos) -> Option<String> {
    if gathered.report.as_ref().is_some_and(|report| report.stage().is_out()) {
        return None;
    }
    let stop = super::stops::first(gathered, document, photos)?;
    Some(format!("The PDF cannot be made yet: {stop} Everything is kept; put this right on the report’s page first."))
}

fn file_name(document: &writers::Document, end: &str) -> String {
    let place: String = document
        .title
        .place
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect();
    format!("enter-and-view-{place}.{end}")
}

fn file(bytes: Vec<u8>, kind: &'static str, name: &str, how: &str) -> Response {
    let disposition = format!("{how}; filename=\"{name}\"");
    let mut answer = ([(header::CONTENT_TYPE, kind)], bytes).into_response();
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    answer
}
