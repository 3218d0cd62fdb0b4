//! The links by which recipients answer on a page of their own: made here, given out by the officer, and what became of each.

use super::form::Form;
use super::page::{Answer, Failure, Page, go_and_say};
use super::reports::{HERE, found};
use super::words::{self, local};
use super::{Office, Shared, body_of, new_id};
use crate::answers::{FACTS, REPLY, address};
use crate::auth::{Signed, token};
use crate::collate::Gathered;
use crate::store::bodies::Body;
use crate::store::links::Link;
use crate::store::outbox::Mail;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use domain::report::{Addressee, Report, Stage};
use serde_json::{Value, json};

/// The routes of links.
pub fn routes() -> Router<Shared> {
    Router::new().route("/office/reports/{id}/link", post(make)).route("/office/reports/{id}/link/end", post(end))
}

/// After how many days somebody rings a recipient who has not opened their link.
const UNOPENED_DAYS: i64 = 5;

/// What is known of a report's links, for its page and the desk.
pub(super) struct Links {
    bodies: Vec<Body>,
    links: Vec<Link>,
    zone: jiff::tz::TimeZone,
    today: jiff::civil::Date,
    mail: bool,
}

impl Links {
    pub(super) async fn of(office: &Office, signed: &Signed, report: &str) -> anyhow::Result<Self> {
        let links = signed.org.links_of(report).await?;
        let bodies = signed.org.bodies().await?;
        Ok(Self { bodies, links, zone: office.zone.clone(), today: signed.today, mail: office.post.is_some() })
    }

    /// The links of a recipient that still lead somewhere, without parts that were passed on.
    fn standing<'l>(&'l self, body: &'l str, purpose: &'l str) -> impl DoubleEndedIterator<Item = &'l Link> {
        let theirs = move |link: &&Link| link.body == body && link.purpose == purpose && link.parent.is_none();
        self.links.iter().filter(theirs).filter(|link| link.ended_at.is_none())
    }

    /// What became of the link of a recipient: not made, made, opened, begun, finished, each with its day.
    pub(super) fn words(&self, body: &Body, purpose: &str) -> Option<String> {
        let link = self.standing(&body.id, purpose).next_back()?;
        let day = |at: i64| words::short(local(at, &self.zone).0, self.today);
        let latest =
            [("sent everything", link.finished_at), ("began to write", link.begun_at), ("opened it", link.opened_at)];
        let state = latest.into_iter().find_map(|(what, at)| Some(format!("They {what} on {}", day(at?))));
        let passed = self.links.iter().filter(|other| other.parent.as_deref() == Some(link.id.as_str())).count();
        let passed = if passed > 0 { " Part of it was passed on." } else { "" };
        Some(format!(
            "{}.{passed}",
            state.unwrap_or_else(|| format!("A link was made on {}, and nobody has opened it", day(link.made_at)))
        ))
    }

    /// *Ring them*, with the number: a link was given out five days ago, and nobody has opened it.
    pub(super) fn ring(&self, body: &Body, purpose: &str) -> Option<String> {
        let links: Vec<&Link> = self.standing(&body.id, purpose).collect();
        let first = links.iter().map(|link| link.made_at).min()?;
        let late = self.today.checked_sub(jiff::ToSpan::days(UNOPENED_DAYS)).ok()?;
        if links.iter().any(|link| link.opened_at.is_some()) || local(first, &self.zone).0 > late {
            return None;
        }
        let number = match &body.phone {
            Some(phone) => format!("ring them, {phone}"),
            None => "ring them. No number is written down".to_owned(),
        };
        Some(format!("Nobody has opened it in {UNOPENED_DAYS} days: {number}."))
    }

    /// Whoever has not opened the draft that was sent to them for facts, and should be rung.
    pub(super) fn ring_for_facts(&self) -> Option<(&str, String)> {
        self.bodies.iter().find_map(|body| Some((body.name.as_str(), self.ring(body, FACTS)?)))
    }

    /// The body that a report was sent to.
    pub(super) fn body_of(&self, addressee: &Addressee) -> Option<&Body> {
        body_of(&self.bodies, addressee)
    }

    pub(super) fn shown(&self, body: Option<&Body>, purpose: &str) -> Value {
        json!({"body": body.map(|body| body.id.as_str()), "words": body.and_then(|body| self.words(body, purpose)),
            "mail": body.and_then(|body| body.email.as_deref()).filter(|_| self.mail)})
    }

    /// The link by which the provider says which facts are wrong, while that is asked.
    pub(super) fn provider(&self, gathered: &Gathered, stage: &Stage) -> Value {
        let body = self.bodies.iter().find(|body| gathered.place.provider.as_deref() == Some(body.id.as_str()));
        match (body, stage) {
            (Some(_), Stage::WithProvider { .. }) => self.shown(body, FACTS),
            _ => Value::Null,
        }
    }
}

/// What a body may be asked just now by a link; nothing where it is not its turn.
fn purpose(report: &Report, gathered: &Gathered, body: &Body) -> Option<&'static str> {
    match report.stage() {
        Stage::WithProvider { .. } if gathered.place.provider.as_deref() == Some(body.id.as_str()) => Some(FACTS),
        Stage::Sent { .. } | Stage::Published { .. } => {
            report.addressee(&body.name).filter(|a| a.kind == body.kind).map(|_| REPLY)
        }
        _ => None,
    }
}

async fn make(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let (row, stored) = found(&signed, &id).await?;
    let body = signed.org.body(&form.text("body")).await?.ok_or(Failure::NotFound)?;
    let gathered = Gathered::of_report(&signed.org, &id, signed.today).await?;
    let report = gathered.report.as_ref().unwrap_or(&stored);
    let purpose = purpose(report, &gathered, &body).ok_or_else(|| {
        Failure::Stopped(format!(
            "Nothing is asked of {} just now, so a link would lead nowhere. Nothing was changed.",
            body.name
        ))
    })?;
    if form.text("do") == "mail" {
        return by_mail(&office, &signed, &id, &body, purpose).await;
    }
    let secret = token::random()?;
    let before = signed.org.links_of(&id).await?.into_iter().rfind(|link| {
        link.body == body.id && link.purpose == purpose && link.parent.is_none() && link.ended_at.is_none()
    });
    let deed = signed.does("give out a link", &format!("{id} {}", body.id));
    match &before {
        Some(link) => deed.give_link_again(&link.id, &token::hashed(&secret), signed.now).await?,
        None => {
            let link = Link {
                id: new_id(signed.now),
                report: id.clone(),
                body: body.id.clone(),
                purpose: purpose.to_owned(),
                made_by: signed.person.clone(),
                made_at: signed.now,
                ..Link::default()
            };
            deed.make_link(link, &token::hashed(&secret)).await?;
        }
    }
    let facts = json!({"address": address(&office, &secret), "body": body, "report": id, "report_title": row.title, "purpose": purpose,
        "before": before.is_some()});
    Page::new("office/link.html", format!("A link for {}", body.name), facts).show(&signed, HERE)
}

/// Has the link sent to the address that is written down; what is in the message is put together when it goes.
async fn by_mail(office: &Office, signed: &Signed, report: &str, body: &Body, purpose: &str) -> Answer {
    let Some(post) = office.post.as_ref().filter(|_| body.email.is_some()) else {
        let why =
            "Mail is not set up, or no e-mail address is written down for them. Make a link and send it yourself.";
        return Err(Failure::Stopped(why.to_owned()));
    };
    let mail = Mail {
        id: new_id(signed.now),
        kind: "link".to_owned(),
        report: report.to_owned(),
        body: body.id.clone(),
        day: signed.today.to_string(),
        state: "waits".to_owned(),
        next_at: signed.now,
        made_at: signed.now,
        ..Mail::default()
    };
    let subject = format!("{report} {} {purpose}", body.id);
    signed.does("have a link sent by mail", &subject).queue_mail(mail).await?;
    post.look();
    let said = format!("The link is on its way to {} by e-mail.", body.name);
    Ok(go_and_say(&format!("{HERE}/{report}"), &said, office.secure))
}

async fn end(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    found(&signed, &id).await?;
    let body = signed.org.body(&form.text("body")).await?.ok_or(Failure::NotFound)?;
    signed.does("end links", &format!("{id} {}", body.id)).end_links(&id, &body.id, signed.now).await?;
    let said = format!("No link of {} leads to this report any more. What they sent stays.", body.name);
    Ok(go_and_say(&format!("{HERE}/{id}"), &said, office.secure))
}
