//! The page of a recipient: one link, one report. It shows what is asked of them and nothing else, keeps what is typed, and
//! enters what is sent as a step of the report. Which step may be taken when is the domain's; the office is `office`.

mod asks;
mod code;
mod facts;
mod passing;
mod typed;

use crate::auth::holder::{ANSWER, ANSWER_LASTS, Holder, cookie, open};
use crate::auth::{DOOR, attributes, token};
use crate::collate::{self, Gathered};
use crate::office::form::Form;
use crate::office::page::{Answer, Failure, Page};
use crate::office::reports::shown_as_page;
use crate::office::words::{capital, in_full};
use crate::office::{Office, Shared};
use crate::store::links::Mark;
use crate::store::reports::{ReportStep, Saved};
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use domain::report::{Addressee, Answerer, Deed, Report, Rules, Stage, StepRefused};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The recipients' routes.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/a", get(door).post(come_in))
        .route(HERE, get(page))
        .route("/answer/report", get(report))
        .route("/answer/facts", post(facts::sent))
        .route("/answer/keep", post(asks::keep))
        .route("/answer/read", get(asks::read))
        .route("/answer/send", post(asks::send))
        .route("/answer/disown", post(asks::disown))
        .route("/answer/pass", post(passing::pass))
}

/// Where a recipient answers.
pub const HERE: &str = "/answer";

/// What a link is for: to say which facts are wrong.
pub const FACTS: &str = "facts";
/// What a link is for: to answer what is asked.
pub const REPLY: &str = "answer";

/// The address that leads to a link.
#[must_use]
pub fn address(office: &Office, secret: &str) -> String {
    format!("{}/a?k={secret}", office.address)
}

/// The first page of a link: for whom it is, and a button. What only fetches the address, as programs do that look over
/// mail, has not opened it.
async fn door(State(office): State<Shared>, Query(query): Query<BTreeMap<String, String>>) -> Answer {
    let secret = query.get("k").map(String::as_str).unwrap_or_default();
    let holder = open(&office, secret).await?.ok_or(Failure::LinkEnded)?;
    door_page(&holder, secret, None, None).await
}

/// The door, and where a code was sent, the field for it.
async fn door_page(
    holder: &Holder,
    secret: &str,
    code_sent_to: Option<&str>,
    refused: Option<(&Form, &typed::Wrong)>,
) -> Answer {
    let gathered = Gathered::of_report(&holder.org, &holder.link.report, holder.today).await?;
    let facts = json!({"secret": secret, "place": gathered.place.name, "body": holder.body.name,
        "told": holder.link.told, "purpose": holder.link.purpose, "code_sent_to": code_sent_to,
        "on_its_way": refused.is_none()});
    let csrf = token::random()?;
    let title = format!("{}: for {}", gathered.place.name, holder.body.name);
    let mut page = Page::new("answers/door.html", title, facts);
    if let Some((form, wrong)) = refused {
        page = page.refused(form, wrong);
    }
    let mut answer = page.show_at(holder, &csrf)?;
    give_cookie(&mut answer, DOOR, &csrf, holder.secure, Some(3600));
    Ok(answer)
}

async fn come_in(State(office): State<Shared>, form: Form) -> Answer {
    let secret = form.text("k");
    let holder = open(&office, &secret).await?.ok_or(Failure::LinkEnded)?;
    if let Some(to) = code::goes_to(&office, &holder) {
        match code::right(&office, &holder, &form).await? {
            code::Tried::Right => {}
            code::Tried::None => {
                let none = code::send(&office, &holder).await?;
                return door_page(&holder, &secret, Some(&to), none.as_ref().map(|why| (&form, why))).await;
            }
            code::Tried::Wrong(wrong) => return door_page(&holder, &secret, Some(&to), Some((&form, &wrong))).await,
        }
    }
    holder.does("open a link", &holder.link.id).mark_link(&holder.link.id, Mark::Opened, holder.now).await?;
    let mut answer = Redirect::to(HERE).into_response();
    give_cookie(&mut answer, ANSWER, &cookie(&office, &secret)?, holder.secure, Some(ANSWER_LASTS));
    give_cookie(&mut answer, DOOR, "", holder.secure, Some(0));
    Ok(answer)
}

fn give_cookie(answer: &mut Response, name: &str, value: &str, secure: bool, seconds: Option<i64>) {
    if let Ok(cookie) = HeaderValue::from_str(&format!("{name}={value}; {}", attributes(secure, seconds))) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// What a link stands before: its report as it is now.
struct Before {
    gathered: Gathered,
    report: Report,
}

impl Before {
    async fn of(holder: &Holder) -> Result<Self, Failure> {
        let gathered = Gathered::of_report(&holder.org, &holder.link.report, holder.today).await?;
        let report = gathered.report.clone().ok_or(Failure::NotFound)?;
        Ok(Self { gathered, report })
    }

    /// Their part of the sending, once it was sent to them.
    fn addressee(&self, holder: &Holder) -> Option<&Addressee> {
        self.report.addressee(&holder.body.name).filter(|addressee| addressee.kind == holder.body.kind)
    }

    /// Whether the provider may say just now which facts are wrong.
    fn takes_facts(&self, holder: &Holder) -> bool {
        holder.link.purpose == FACTS
            && matches!(self.report.stage(), Stage::WithProvider { facts, .. } if holder.today <= facts.until)
    }

    /// The numbers of the recommendations that this link asks about.
    fn asked(&self, holder: &Holder) -> Vec<u32> {
        let theirs = self.addressee(holder).map(|a| a.recommendations.clone()).unwrap_or_default();
        match holder.link.part() {
            Some(part) => theirs.into_iter().filter(|n| part.contains(n)).collect(),
            None => theirs,
        }
    }
}

async fn page(State(office): State<Shared>, holder: Holder) -> Answer {
    shown(&office, &holder, None).await
}

/// The page of a link as things stand: facts, recommendations, or why nothing is asked now.
async fn shown(office: &Office, holder: &Holder, refused: Option<(&Form, &typed::Wrong)>) -> Answer {
    let before = Before::of(holder).await?;
    if before.takes_facts(holder) {
        return facts::page(holder, &before, refused).await?.show_to(holder);
    }
    if holder.link.purpose == REPLY && before.addressee(holder).is_some() {
        return asks::page(office, holder, &before, refused).await?.show_to(holder);
    }
    let facts = json!({"place": before.gathered.place.name, "words": over(holder, &before), "facts_said": facts::said(holder, &before)});
    Page::new("answers/over.html", before.gathered.place.name.clone(), facts).show_to(holder)
}

/// Why nothing is asked just now.
fn over(holder: &Holder, before: &Before) -> String {
    let org = &holder.org_name;
    match (holder.link.purpose.as_str(), before.report.stage()) {
        (FACTS, Stage::WithProvider { facts, .. }) => {
            format!(
                "You could say until {} which facts are wrong. If something is wrong all the same, ring {org}.",
                in_full(facts.until)
            )
        }
        (FACTS, Stage::Sent { .. } | Stage::Published { .. }) => {
            format!(
                "The report has been sent since. If recommendations are for you, {org} gives you another link to answer them."
            )
        }
        (FACTS, Stage::SignedOff { .. }) => "The report is signed. It is sent to you next.".to_owned(),
        _ => format!("Nothing is asked of you just now. {org} will tell you when it is."),
    }
}

/// The whole report, as it prints; not for whoever was asked about a part of it alone.
async fn report(holder: Holder) -> Answer {
    let before = Before::of(&holder).await?;
    let theirs = before.takes_facts(&holder) || before.addressee(&holder).is_some();
    if !theirs || holder.link.parent.is_some() {
        return Err(Failure::NotFound);
    }
    let document = before.gathered.document();
    let photos = collate::photos(&holder.org, holder.org.store().objects(), &document).await?;
    shown_as_page(document, photos, "inline").await
}

/// Who answers, as typed: a name and what they are there.
fn answerer(form: &Form, wrong: &mut typed::Wrong) -> Answerer {
    let name = wrong.needed(form, "name", "Write your name: it stands beside the answer.");
    let role = wrong.needed(form, "role", "Write what you are there, such as manager.");
    Answerer { name, role }
}

/// How often a step is begun again when the office works on the report at the same moment.
const TRIES: usize = 5;

/// Takes a step for a recipient: on what stands there now, and again where somebody at the office came between. What the
/// provider says of facts is set beside `beside`, a finding's id.
async fn take(
    office: &Office,
    holder: &Holder,
    deed: &Deed,
    beside: Option<(&str, &str)>,
) -> Result<Result<Report, StepRefused>, Failure> {
    let rules = Rules { scheme: holder.pack()?, calendar: &office.calendar, today: holder.today };
    for _ in 0..TRIES {
        let mut row = collate::row(&holder.org, &holder.link.report).await?;
        let Before { mut gathered, report } = Before::of(holder).await?;
        let mut after = match report.apply(deed.clone(), &rules) {
            Ok(after) => after,
            Err(refused) => return Ok(Err(refused)),
        };
        if let Some((says, finding)) = beside {
            gathered.typed.set_beside(says, finding);
            row.words = serde_json::to_string(&gathered.typed)?;
        }
        if !after.stage().is_out() {
            gathered.report = Some(after.clone());
            after = match after.words_changed(gathered.words()?, &holder.body.name, holder.today) {
                Ok(after) => after,
                Err(refused) => return Ok(Err(refused)),
            };
        }
        row.stage = serde_json::to_string(&after)?;
        row.words_digest = after.words().digest().to_owned();
        let json = serde_json::to_value(deed)?.to_string();
        let step = ReportStep { who: holder.who(), made_at: holder.now, what: deed.name().to_owned(), json };
        let id = row.id.clone();
        let kept = holder.does(&format!("report: {}", deed.name()), &id).save_report(row, step).await?;
        if matches!(kept, Saved::At(_)) {
            crate::office::mirror(&holder.org, holder.now, &id, &after).await?;
            return Ok(Ok(after));
        }
    }
    Err(anyhow::anyhow!("the office was changing the report at each of {TRIES} tries").into())
}

/// A refusal for somebody who knows no steps: what stands against it and the rule.
fn refused_words(holder: &Holder, refused: &StepRefused) -> Result<String, Failure> {
    Ok(capital(&refused.said(holder.pack()?)))
}

/// A day and time as a page tells them.
fn at_words(office: &Office, millis: i64) -> String {
    let (day, time) = crate::office::words::local(millis, &office.zone);
    format!("{}, {time}", in_full(day))
}

/// Who gave something, as it stands on the page.
fn given(by: Option<&Answerer>) -> Value {
    json!(by.map(|by| format!("{}, {}", by.name, by.role)))
}
