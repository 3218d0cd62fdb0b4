//! What the forms of a report's steps need to be drawn: who may be named, what was said before, which day is offered.

use crate::auth::Signed;
use crate::auth::may::Role;
use crate::collate::Gathered;
use crate::office::Office;
use crate::store::findings::numbered;
use crate::store::visits::Member;
use domain::report::{Report, Stage, TeamAnswer};
use serde_json::{Value, json};

/// What the forms of the present stage need to be drawn.
pub(in crate::office) async fn forms(
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
    let reading = report.stage().reading();
    let team: Vec<Value> = gathered
        .team
        .iter()
        .filter(|m| !own_only || m.person == signed.person)
        .map(|m| member(m, reading.and_then(|read| read.of(&m.name))))
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
        "copies": pack.copies_to.join("\n"), "signer": crate::office::words::capital(&pack.report.rules.signer.rule),
        "findings": std::iter::once(json!({"value": "", "label": "None of them"})).chain(numbered(&gathered.findings).map(|(n, f)| json!({"value": f.id, "label": format!("Finding {n}: {}", f.words)}))).collect::<Vec<_>>(),
        "officer": signed.is(Role::Officer), "may_sign": has_signers,
        "may_read": has_team,
    }))
}

/// Somebody who went, with what they answered before, so that sending the form again says the same.
fn member(member: &Member, before: Option<&TeamAnswer>) -> Value {
    let disagrees = before.filter(|answer| !answer.agrees());
    json!({
        "id": member.person, "name": member.name,
        "said": before.map(|answer| if answer.agrees() { "agreed" } else { "not what I meant" }),
        "says": disagrees.map(|answer| answer.says.as_str()), "settled": disagrees.and_then(|answer| answer.settled.as_deref()),
    })
}
