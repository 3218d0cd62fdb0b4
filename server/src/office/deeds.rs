//! The steps of a report as forms: each with its own day, so that what was done on paper can be entered with the day on
//! which it happened. Whether a step may be taken is the domain's to say; its refusal is shown beside the form.

use super::form::{Form, Problems};
use super::page::{Answer, Failure, go_and_say};
use super::reports::{HERE, found, report_page, save};
use super::{Office, Shared};
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::collate::{Gathered, Typed};
use crate::store::addressees::Addressee as AddresseeRow;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use domain::report::{Deed, Promise, Receipt, Report, Rules, SendTo, Stage, TeamAnswer, Will};
use jiff::civil::Date;
use serde_json::{Value, json};

/// The forms of a report's steps.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/office/reports/{id}/read", post(read))
        .route("/office/reports/{id}/checked", post(checked))
        .route("/office/reports/{id}/facts", post(facts))
        .route("/office/reports/{id}/fact", post(fact))
        .route("/office/reports/{id}/sign-off", post(sign_off))
        .route("/office/reports/{id}/sent", post(sent))
        .route("/office/reports/{id}/received", post(received))
        .route("/office/reports/{id}/reply", post(reply))
        .route("/office/reports/{id}/no-reply", post(no_reply))
        .route("/office/reports/{id}/published", post(published))
}

/// What the forms of the present stage need to be drawn.
pub(super) async fn forms(
    signed: &Signed,
    report: &Report,
    gathered: &Gathered,
    office: &Office,
) -> anyhow::Result<Value> {
    let pack = signed.pack()?;
    let people = signed.org.people().await?;
    let signers: Vec<Value> = people
        .iter()
        .filter(|p| p.left_on.is_none() && p.roles.iter().any(|r| pack.role(r).is_some_and(|r| r.may("sign off"))))
        .filter(|p| signed.is(Role::Officer) || p.id == signed.person)
        .map(|p| json!({"value": p.id, "label": p.name}))
        .collect();
    let own_only = !signed.is(Role::Officer);
    let team: Vec<Value> = gathered
        .team
        .iter()
        .filter(|m| !own_only || m.person == signed.person)
        .map(|m| json!({"id": m.person, "name": m.name}))
        .collect();
    let window = &pack.report.facts_window;
    let until = domain::clock::due(
        signed.today,
        window.length,
        window.unit,
        domain::clock::FirstDay::DoesNotCount,
        &office.calendar,
    );
    let bodies = signed.org.bodies().await?;
    let asked = |id: &str| gathered.asks.iter().any(|r| r.body == id);
    let own =
        |id: &str| gathered.place.provider.as_deref() == Some(id) || gathered.place.commissioner.as_deref() == Some(id);
    let mut to: Vec<_> = bodies.iter().filter(|b| asked(&b.id) || own(&b.id)).collect();
    to.extend(bodies.iter().filter(|b| !asked(&b.id) && !own(&b.id)));
    let to: Vec<Value> =
        to.into_iter().map(|b| json!({"id": b.id, "name": b.name, "kind": b.kind, "asked": asked(&b.id)})).collect();
    let waiting: Vec<Value> = report
        .addressees()
        .iter()
        .map(|a| json!({"name": a.name, "answered": a.is_answered(), "noted": a.no_reply_noted.is_some(),
            "asks": report.words().recommendations().iter().filter(|r| a.recommendations.contains(&r.n)).map(|r| json!({"n": r.n, "text": r.text})).collect::<Vec<_>>()}))
        .collect();
    let stage = match report.stage() {
        Stage::Draft => "draft",
        Stage::ReadByTeam { .. } => "read",
        Stage::Checked { .. } => "checked",
        Stage::WithProvider { .. } => "facts",
        Stage::SignedOff { .. } => "signed",
        Stage::Sent { .. } => "sent",
        Stage::Published { .. } => "published",
    };
    let (has_signers, has_team) = (!signers.is_empty(), !team.is_empty());
    Ok(json!({
        "stage": stage, "team": team, "signers": signers, "until": until.map(|w| w.due.to_string()).unwrap_or_default(),
        "facts_ask": window.asks, "provider": gathered.place.provider_name, "to": to, "waiting": waiting,
        "copies": pack.copies_to.join("\n"),
        "findings": std::iter::once(json!({"value": "", "label": "None of them"})).chain(gathered.findings.iter().map(|f| json!({"value": f.id, "label": format!("Finding {}: {}", f.ord + 1, f.words)}))).collect::<Vec<_>>(),
        "officer": signed.is(Role::Officer), "may_sign": has_signers,
        "may_read": has_team,
    }))
}

/// Takes a step: brings the words up to date, asks the domain, keeps it; or shows why not.
async fn take(
    office: &Office,
    signed: &Signed,
    id: &str,
    form: &Form,
    problems: Problems,
    deed: Deed,
    said: &str,
) -> Answer {
    if !problems.is_empty() {
        return report_page(office, signed, id, Some((form, &problems))).await;
    }
    let (row, report) = found(signed, id).await?;
    let gathered = Gathered::of_report(&signed.org, id, signed.today).await?;
    // What a tablet sent late may have changed what is printed; then what was signed is no longer what stands there.
    let fresh = match report.stage() {
        Stage::Sent { .. } | Stage::Published { .. } => report.clone(),
        _ => match report.words_changed(gathered.words(), "what came in later", signed.today) {
            Ok(fresh) => fresh,
            Err(refused) => return refuse(office, signed, id, form, &refused.said(signed.pack()?)).await,
        },
    };
    let leaves_us = matches!(deed, Deed::SentForFacts { .. } | Deed::SignedOff { .. } | Deed::Sent { .. });
    if leaves_us {
        let photos = super::photos::here(&signed.org, &gathered.photos()).await?;
        if let Some(stop) = super::stops::of(&gathered.document(), &photos).first() {
            let words = stop["words"].as_str().unwrap_or_default().to_owned();
            return refuse(office, signed, id, form, &words).await;
        }
    }
    let rules = Rules { scheme: signed.pack()?, calendar: &office.calendar };
    let (name, facts) = (deed.name(), serde_json::to_value(&deed)?);
    let after = match fresh.apply(deed, &rules) {
        Ok(after) => after,
        Err(refused) => return refuse(office, signed, id, form, &refused.said(signed.pack()?)).await,
    };
    if !save(signed, row, &after, name, &facts).await? {
        return refuse(
            office,
            signed,
            id,
            form,
            "Somebody else took a step with this report meanwhile. Look again, then go on",
        )
        .await;
    }
    mirror(signed, id, &after).await?;
    Ok(go_and_say(&format!("{HERE}/{id}"), said, office.secure))
}

async fn refuse(office: &Office, signed: &Signed, id: &str, form: &Form, why: &str) -> Answer {
    let why = super::words::capital(why);
    let why = if why.ends_with('.') { why } else { format!("{why}.") };
    report_page(office, signed, id, Some((form, &Problems::one("deed", why)))).await
}

/// Keeps each recipient's clock and answer in rows of their own, for lists of what is due.
async fn mirror(signed: &Signed, id: &str, report: &Report) -> Result<(), Failure> {
    let there = signed.org.addressees(id).await?;
    let bodies = signed.org.bodies().await?;
    let Stage::Sent { sent, .. } = report.stage() else { return Ok(()) };
    for a in report.addressees() {
        let Some(body) = bodies.iter().find(|b| b.name == a.name) else { continue };
        let row = there.iter().find(|row| row.body == body.id);
        let row_id = row.map_or_else(|| super::new_id(signed.now), |row| row.id.clone());
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
            signed.org.send_to(new).await?;
        } else if row.is_some_and(|row| row.received_on != a.receipt.on.to_string()) {
            let why = a.receipt.why.clone().unwrap_or_default();
            signed.org.set_receipt(&row_id, &a.receipt.on.to_string(), &why, Some(&a.until.to_string())).await?;
        }
        if let Some(last) = a.replies.last() {
            signed.org.keep_answer(&row_id, &last.on.to_string(), &serde_json::to_string(&a.replies)?).await?;
        }
    }
    Ok(())
}

async fn read(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let (row, _) = found(&signed, &id).await?;
    let mut answers = Vec::new();
    for member in signed.org.team(&row.visit).await? {
        if !signed.is(Role::Officer) && member.person != signed.person {
            continue;
        }
        let answer = form.text(&format!("answer_{}", member.person));
        let says = form.text(&format!("says_{}", member.person));
        match answer.as_str() {
            "agreed" => answers.push(TeamAnswer { by: member.name, says: "agreed".to_owned(), settled: None }),
            "not what I meant" if says.is_empty() => {
                problems.add(format!("says_{}", member.person), format!("Write what {} did not mean.", member.name));
            }
            "not what I meant" => {
                let settled = form.some(&format!("settled_{}", member.person));
                answers.push(TeamAnswer { by: member.name, says, settled });
            }
            _ => {}
        }
    }
    if answers.is_empty() && problems.is_empty() {
        problems.add("deed", "Say what at least one of those who went has answered.");
    }
    take(&office, &signed, &id, &form, problems, Deed::ReadByTeam { on, answers }, "What the team said is kept.").await
}

async fn checked(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let deed = Deed::Checked { on, by: signed.name.clone() };
    take(
        &office,
        &signed,
        &id,
        &form,
        problems,
        deed,
        "The report is checked for consent, names, and who could have said this.",
    )
    .await
}

async fn facts(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let until = problems.day_needed(&form, "until", on);
    take(
        &office,
        &signed,
        &id,
        &form,
        problems,
        Deed::SentForFacts { on, until },
        "The report is with the provider, for facts only.",
    )
    .await
}

async fn fact(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let by = problems.needed(&form, "by", "Say who says so.");
    let says = problems.needed(&form, "says", "Write what they say is wrong.");
    let deed = Deed::FactAnswered { on, by, says: says.clone(), outcome: form.some("outcome") };
    let answer =
        take(&office, &signed, &id, &form, problems, deed, "What the provider says is kept. The pen stays with you.")
            .await?;
    if let (Some(finding), true) = (form.some("finding"), answer.status().is_redirection()) {
        let (row, report) = found(&signed, &id).await?;
        let mut typed: Typed = serde_json::from_str(&row.words)?;
        typed.beside.insert(says, finding);
        let row = crate::store::reports::Report { words: serde_json::to_string(&typed)?, ..row };
        save(&signed, row, &report, "set beside a finding", &json!({})).await?;
    }
    Ok(answer)
}

async fn sign_off(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let by = problems.needed(&form, "by", "Say who signs.");
    let under = problems.needed(&form, "under", "Name the meeting, or the delegation that it rests on.");
    if !signed.is(Role::Officer) && !by.is_empty() && by != signed.person {
        return Err(Failure::NotYours);
    }
    let signer = signed.org.person(&by).await?;
    if signer.is_none() && !by.is_empty() {
        problems.add("by", "Choose somebody of the list.");
    }
    let by = signer.map(|p| p.name).unwrap_or_default();
    let deed = Deed::SignedOff { on, by, under, digest: form.text("digest") };
    take(&office, &signed, &id, &form, problems, deed, "The report is signed off. Any change of words undoes it.").await
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
        to.push(SendTo { name: body.name, kind: body.kind, received: received.map(|on| Receipt { on, why }) });
    }
    take(
        &office,
        &signed,
        &id,
        &form,
        problems,
        Deed::Sent { on, to },
        "The report is sent. A clock runs for each recipient.",
    )
    .await
}

async fn received(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let by = problems.needed(&form, "by", "Say who.");
    let why = problems.needed(&form, "why", "Say how you know.");
    take(
        &office,
        &signed,
        &id,
        &form,
        problems,
        Deed::Received { by, on, why },
        "The day is written down, and the clock started anew.",
    )
    .await
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
    let deed = Deed::Reply { on, by, acknowledgement: form.text("acknowledgement"), answers };
    take(&office, &signed, &id, &form, problems, deed, "The reply is kept beside each recommendation.").await
}

async fn no_reply(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let by = problems.needed(&form, "by", "Say from whom none came.");
    take(
        &office,
        &signed,
        &id,
        &form,
        problems,
        Deed::NoReply { on, by },
        "It is written down that no reply came. The report says so.",
    )
    .await
}

async fn published(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut problems = Problems::default();
    let on = problems.day_needed(&form, "on", signed.today);
    let typed: Vec<String> =
        form.text("copies").lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect();
    let of_pack = signed.pack()?.copies_to.clone();
    let copies = if typed.iter().any(|c| c == "those the pack names") { of_pack } else { typed };
    take(
        &office,
        &signed,
        &id,
        &form,
        problems,
        Deed::Published { on, copies },
        "The report is published, with the answers and without those that did not come.",
    )
    .await
}
