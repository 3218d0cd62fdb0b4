//! The steps of a report as forms: each with its own day, so that what was done on paper can be entered with the day on
//! which it happened. Whether a step may be taken is the domain's to say; its refusal is shown beside the form.

mod shown;
mod signing;
mod team;

pub(super) use shown::{forms, history};

use super::form::{Form, Problems};
use super::page::{Answer, Failure, go_and_say};
use super::reports::{HERE, changed_words, found, report_page, save, send};
use super::{Office, Shared};
use crate::auth::Signed;
use crate::collate::{self, Beside, Gathered};
use crate::store::OrgStore;
use crate::store::addressees::Addressee as AddresseeRow;
use crate::store::bodies::Body;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use domain::report::{Addressee, Deed, FactDecision, Promise, Receipt, Report, Rules, SendTo, Stage, Will};
use jiff::civil::Date;
use serde_json::json;

/// The forms of a report's steps.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/office/reports/{id}/shown", post(team::shown))
        .route("/office/reports/{id}/read", get(team::page).post(team::read))
        .route("/office/reports/{id}/checked", post(checked))
        .route("/office/reports/{id}/facts", post(facts))
        .route("/office/reports/{id}/fact", post(fact))
        .route("/office/reports/{id}/sign-off", post(signing::sign_off))
        .route("/office/reports/{id}/sent", post(sent))
        .route("/office/reports/{id}/received", post(received))
        .route("/office/reports/{id}/reply", post(reply))
        .route("/office/reports/{id}/no-reply", post(no_reply))
        .route("/office/reports/{id}/disowned", post(disowned))
        .route("/office/reports/{id}/published", post(published))
        .route("/office/reports/{id}/copy", post(copy))
}

/// A step that somebody entered.
struct Entered {
    deed: Deed,
    /// What the page says once it is kept.
    said: &'static str,
    /// What the provider says, and the finding beside which it is printed.
    beside: Option<(String, String)>,
}

impl Entered {
    fn new(deed: Deed, said: &'static str) -> Self {
        Self { deed, said, beside: None }
    }
}

/// The steps at which the words that lay before somebody are kept, so that what changes later can be told.
const KEPT_AT: [&str; 5] = ["shown to the team", "read by the team", "checked", "sent for facts", "signed off"];

const MEANWHILE: &str = "Somebody else took a step with this report meanwhile. Look again, then go on";

/// Takes a step, or shows on the report's page why not.
async fn take(office: &Office, signed: &Signed, id: &str, form: &Form, problems: Problems, step: Entered) -> Answer {
    if !problems.is_empty() {
        return report_page(office, signed, id, Some((form, &problems))).await;
    }
    let said = step.said;
    match try_take(office, signed, id, form, step).await? {
        None => Ok(go_and_say(&format!("{HERE}/{id}"), said, office.secure)),
        Some(why) => report_page(office, signed, id, Some((form, &Problems::one("deed", why)))).await,
    }
}

/// Takes a step: brings the words up to date, asks the domain, keeps it; or says why not.
async fn try_take(
    office: &Office,
    signed: &Signed,
    id: &str,
    form: &Form,
    Entered { deed, beside, .. }: Entered,
) -> Result<Option<String>, Failure> {
    let (mut row, stored) = found(signed, id).await?;
    if form.some("version").is_some_and(|seen| seen != row.version.to_string()) {
        return Ok(Some(refusal(MEANWHILE)));
    }
    let mut gathered = Gathered::of_report(&signed.org, id, signed.today).await?;
    let fresh = gathered.report.clone().unwrap_or_else(|| stored.clone());
    // What a tablet sent late is kept before anything else is judged: whatever happens next, what was signed is then no
    // longer what stands there, and the page says so.
    if fresh != stored {
        if !save(signed, row, &fresh, changed_words(&stored, &fresh), &json!({})).await? {
            return Ok(Some(refusal(MEANWHILE)));
        }
        row = found(signed, id).await?.0;
    }
    let rules = Rules { scheme: signed.pack()?, calendar: &office.calendar, today: signed.today };
    let leaves_us = matches!(deed, Deed::SentForFacts { .. } | Deed::SignedOff { .. } | Deed::Sent { .. });
    let (name, facts, leaves) = (deed.name(), serde_json::to_value(&deed)?, matches!(deed, Deed::Sent { .. }));
    let mut after = match fresh.apply(deed, &rules) {
        Ok(after) => after,
        Err(refused) => return Ok(Some(refusal(&refused.said(signed.pack()?)))),
    };
    if leaves_us && let Some(stop) = stop(signed, &gathered).await? {
        return Ok(Some(refusal(&stop)));
    }
    // Who could have said this, and whose name stands there, is what a check is for.
    if matches!(after.stage(), Stage::Checked { .. })
        && let Some(stop) = super::stops::not_weighed(&gathered)
    {
        return Ok(Some(refusal(&stop)));
    }
    if let Some((says, finding)) = beside {
        gathered.typed.beside.insert(says, Beside::One(finding));
        row.words = serde_json::to_string(&gathered.typed)?;
    }
    if !after.stage().is_out() {
        // Somebody's disagreement, or what the provider says of a fact, is printed, and so is signed with the rest.
        gathered.report = Some(after.clone());
        after = after.words_changed(gathered.words()?, &signed.name, signed.today)?;
    }
    if KEPT_AT.contains(&name) {
        super::versions::keep(signed, id, name, &gathered).await?;
    }
    let kept = match leaves {
        true => send(signed, row, &after, &facts, gathered.to_sign()?).await?,
        false => save(signed, row, &after, name, &facts).await?,
    };
    if !kept {
        return Ok(Some(refusal(MEANWHILE)));
    }
    mirror(&signed.org, signed.now, id, &after).await?;
    Ok(None)
}

/// The first thing that keeps the report from leaving us, in words.
async fn stop(signed: &Signed, gathered: &Gathered) -> anyhow::Result<Option<String>> {
    let document = gathered.document();
    let photos = collate::photos(&signed.org, signed.org.store().objects(), &document).await?;
    Ok(super::stops::first(gathered, &document, &photos))
}

/// A refusal as a sentence of its own.
fn refusal(why: &str) -> String {
    let why = super::words::capital(why);
    if why.ends_with('.') { why } else { format!("{why}.") }
}

/// The body that a report was sent to: two of different kinds may have one name, and nobody guesses which of them it was.
pub(crate) fn body_of<'b>(bodies: &'b [Body], addressee: &Addressee) -> Option<&'b Body> {
    bodies.iter().find(|body| body.name == addressee.name && body.kind == addressee.kind)
}

/// Keeps each recipient's clock and answer in rows of their own, for lists of what is due.
pub(crate) async fn mirror(org: &OrgStore, now: i64, id: &str, report: &Report) -> anyhow::Result<()> {
    let there = org.addressees(id).await?;
    let bodies = org.bodies().await?;
    let (Stage::Sent { sent, .. } | Stage::Published { sent, .. }) = report.stage() else { return Ok(()) };
    for a in report.addressees() {
        let Some(body) = body_of(&bodies, a) else { continue };
        let row = there.iter().find(|row| row.body == body.id);
        let row_id = row.map_or_else(|| super::new_id(now), |row| row.id.clone());
        if row.is_none() {
            let new = AddresseeRow {
                id: row_id.clone(),
                report: id.to_owned(),
                body: body.id.clone(),
                body_name: a.name.clone(),
                sent_on: sent.on.to_string(),
                received_on: a.receipt.on.to_string(),
                received_why: a.receipt.why.clone(),
                due_on: Some(a.until.to_string()),
                rule: Some(a.rule.clone()),
                answered_on: None,
                answer: None,
            };
            org.send_to(new).await?;
        } else if row.is_some_and(|row| row.received_on != a.receipt.on.to_string()) {
            let why = a.receipt.why.clone().unwrap_or_default();
            org.set_receipt(&row_id, &a.receipt.on.to_string(), &why, Some(&a.until.to_string())).await?;
        }
        if !a.replies.is_empty() {
            let last = a.own_replies().next_back().map(|reply| reply.on.to_string());
            org.keep_answer(&row_id, last.as_deref(), &serde_json::to_string(&a.replies)?).await?;
        }
    }
    Ok(())
}

async fn checked(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let deed = Deed::Checked { on, by: signed.name.clone(), digest: form.text("digest") };
    let step = Entered::new(deed, "The report is checked for consent, names, and who could have said this.");
    take(&office, &signed, &id, &form, problems, step).await
}

async fn facts(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let until = problems.day_needed(&form, "until", on);
    let step = Entered::new(Deed::SentForFacts { on, until }, "The report is with the provider, for facts only.");
    take(&office, &signed, &id, &form, problems, step).await
}

async fn fact(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let by = problems.needed(&form, "by", "Say who says so.");
    let says = problems.needed(&form, "says", "Write what they say is wrong.");
    let beside = form.some("finding").map(|finding| (says.clone(), finding));
    let (outcome, decided) = (form.some("outcome"), decided(&form));
    match (&outcome, decided) {
        (None, Some(FactDecision::Accepted)) => problems.add("outcome", "Write what was changed."),
        (None, Some(FactDecision::NotAccepted)) => problems.add("outcome", "Write why it was not."),
        (Some(_), None) => problems.add("decided", "Say whether it was accepted."),
        _ => {}
    }
    let deed = Deed::FactAnswered { on, by, says, outcome, decided, given_by: None };
    let step = Entered { beside, ..Entered::new(deed, "What the provider says is kept. The pen stays with you.") };
    take(&office, &signed, &id, &form, problems, step).await
}

async fn sent(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let mut to = Vec::new();
    for body in form.all("to") {
        let Some(body) = signed.org.body(&body).await? else {
            problems.add("to", "Choose recipients of the list.");
            continue;
        };
        let field = format!("received_{}", body.id);
        let received = problems.day(&form, &field).filter(|day| *day != on);
        let why = form.some(&format!("why_{}", body.id));
        if received.is_some() && why.is_none() {
            problems
                .add(format!("why_{}", body.id), format!("Say how you know that {} had it on another day.", body.name));
        }
        let how = form.some(&format!("how_{}", body.id));
        to.push(SendTo { name: body.name, kind: body.kind, received: received.map(|on| Receipt { on, why }), how });
    }
    let step = Entered::new(Deed::Sent { on, to }, "The report is sent. A clock runs for each recipient.");
    take(&office, &signed, &id, &form, problems, step).await
}

async fn received(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let by = problems.needed(&form, "by", "Say who.");
    let why = problems.needed(&form, "why", "Say how you know.");
    let step = Entered::new(Deed::Received { by, on, why }, "The day is written down, and the clock started anew.");
    take(&office, &signed, &id, &form, problems, step).await
}

async fn reply(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let by = problems.needed(&form, "by", "Say who replied.");
    let (_, report) = found(&signed, &id).await?;
    let mut answers = Vec::new();
    for n in report.words().recommendations().iter().map(|r| r.n) {
        let will = match form.text(&format!("will_{n}")).as_str() {
            "yes" => Will::Yes,
            "in part" => Will::InPart,
            "no" => Will::No,
            _ => continue,
        };
        let by: Option<Date> = problems.day(&form, &format!("by_{n}"));
        answers.push(Promise { n, will, what: form.text(&format!("what_{n}")), by });
    }
    let deed = Deed::Reply { on, by, acknowledgement: form.text("acknowledgement"), answers, given_by: None };
    let step = Entered::new(deed, "The reply is kept beside each recommendation.");
    take(&office, &signed, &id, &form, problems, step).await
}

async fn no_reply(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let by = problems.needed(&form, "by", "Say from whom none came.");
    let step = Entered::new(Deed::NoReply { on, by }, "It is written down that no reply came. The report says so.");
    take(&office, &signed, &id, &form, problems, step).await
}

/// What the form says became of a fact.
fn decided(form: &Form) -> Option<FactDecision> {
    match form.text("decided").as_str() {
        "accepted" => Some(FactDecision::Accepted),
        "not accepted" => Some(FactDecision::NotAccepted),
        _ => None,
    }
}

/// A reply that was given in the wrong name: it stays, and answers nothing.
async fn disowned(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let by = problems.needed(&form, "by", "Say whose reply it is said to be.");
    let why = problems.needed(&form, "why", "Say how you know that it is not theirs.");
    let reply = form.text("reply").parse().unwrap_or(0);
    let deed = Deed::Disowned { on, by, reply, why, said_by: None };
    let step = Entered::new(deed, "It is kept that this reply was not theirs. It answers nothing; both are kept.");
    take(&office, &signed, &id, &form, problems, step).await
}

async fn published(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let typed: Vec<String> =
        form.text("copies").lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
    let of_pack = signed.pack()?.copies_to.clone();
    let copies = if typed.iter().any(|c| c == "those the pack names") { of_pack } else { typed };
    let step = Entered::new(
        Deed::Published { on, copies },
        "The report is published, with the answers and without those that did not come.",
    );
    take(&office, &signed, &id, &form, problems, step).await
}

/// A copy of what was published went to somebody.
async fn copy(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let to = problems.needed(&form, "copy_to", "Say who got the copy.");
    let how = problems.needed(&form, "how", "Say how it went.");
    let step = Entered::new(Deed::CopyGiven { on, to, how }, "The copy is written down.");
    take(&office, &signed, &id, &form, problems, step).await
}
