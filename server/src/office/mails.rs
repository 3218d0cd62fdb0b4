//! Mail as the office sees it: what went to whom, what has not gone and why, and what waits for a person's word because the
//! record was put back from a copy since. What goes when is `mail`.

use super::form::Form;
use super::page::{Answer, Failure, go_and_say};
use super::reports::{HERE, found};
use super::words::{self, local};
use super::{Office, Shared};
use crate::auth::Signed;
use crate::mail::MAYBE_SENT;
use crate::store::links::LINK_ENDED;
use crate::store::outbox::Mail;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The route of a message.
pub fn routes() -> Router<Shared> {
    Router::new().route("/office/mail/{id}", post(decide))
}

/// For how long the desk says that a message was given up, in milliseconds.
const TOLD_FOR: i64 = 14 * 24 * 60 * 60 * 1000;

const fn named(kind: &str) -> &'static str {
    match kind.as_bytes() {
        b"link" => "The link",
        b"code" => "A code",
        b"before" => "The reminder before the day",
        b"on" => "The reminder on the day",
        _ => "The reminder after the day",
    }
}

/// What became of a message, in a sentence.
fn state(mail: &Mail) -> String {
    let why = mail.why.as_deref().unwrap_or_default();
    match mail.state.as_str() {
        "sent" => "went.".to_owned(),
        "held" => format!("waits for your word. {}.", if why.is_empty() { MAYBE_SENT } else { why }),
        "dropped" if why == LINK_ENDED => format!("did not go: {why}. Make another one if they are to answer."),
        "dropped" if why.is_empty() => "was not needed any more.".to_owned(),
        "dropped" => format!("did not go: {why}. It is not tried again: look at the address, or ring them."),
        _ if why.is_empty() => "is on its way.".to_owned(),
        _ => format!("has not gone yet: {why}. It is tried again."),
    }
}

/// What is wrong with mail, for the desk.
pub(super) async fn in_trouble(office: &Office, signed: &Signed) -> anyhow::Result<Vec<Value>> {
    let mut rows = Vec::new();
    let bodies: BTreeMap<String, String> = signed.org.bodies().await?.into_iter().map(|b| (b.id, b.name)).collect();
    for mail in signed.org.mail_in_trouble(signed.now - TOLD_FOR).await? {
        let who = bodies.get(&mail.body).cloned().unwrap_or_default();
        let since = words::short(local(mail.made_at, &office.zone).0, signed.today);
        rows.push(json!({"path": format!("{HERE}/{}#mail", mail.report), "who": "You", "since": since, "place": format!("Mail to {who}"),
            "what": format!("{} {}", named(&mail.kind), state(&mail))}));
    }
    Ok(rows)
}

/// A report's mail, for its page.
pub(super) async fn of_report(office: &Office, signed: &Signed, report: &str) -> anyhow::Result<Vec<Value>> {
    let bodies: BTreeMap<String, String> = signed.org.bodies().await?.into_iter().map(|b| (b.id, b.name)).collect();
    let row = |mail: Mail| {
        let (day, time) = local(mail.ended_at.unwrap_or(mail.made_at), &office.zone);
        json!({"id": mail.id, "on": words::short(day, signed.today), "time": time, "who": bodies.get(&mail.body),
            "what": named(&mail.kind), "state": state(&mail), "held": mail.state == "held"})
    };
    Ok(signed.org.mail_of(report).await?.into_iter().filter(|mail| mail.kind != "code").map(row).collect())
}

/// Somebody's word on a message that may have gone before the record was put back.
async fn decide(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let held =
        signed.org.mail_in_trouble(signed.now).await?.into_iter().find(|mail| mail.id == id && mail.state == "held");
    let mail = held.ok_or(Failure::NotFound)?;
    found(&signed, &mail.report).await?;
    let back = format!("{HERE}/{}#mail", mail.report);
    if form.text("do") == "send" {
        signed.does("send mail that was held", &id).release_mail(&id, signed.now).await?;
        if let Some(post) = &office.post {
            post.look();
        }
        return Ok(go_and_say(&back, "It goes now.", office.secure));
    }
    let deed = signed.does("drop mail that was held", &id);
    deed.settle_mail(&id, "dropped", signed.now, signed.now, None).await?;
    Ok(go_and_say(&back, "It does not go.", office.secure))
}
