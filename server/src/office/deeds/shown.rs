//! What the forms of a report's steps need to be drawn: who may be named, what was said before, which day is offered.

use super::{signing, team};
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::collate::Gathered;
use crate::office::Office;
use crate::office::words::in_full;
use crate::store::findings::numbered;
use domain::report::{Report, Stage};
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
    let members = signing::members(&people, pack);
    let signers: Vec<Value> = members
        .iter()
        .filter(|p| signed.is(Role::Officer) || p.id == signed.person)
        .map(|p| json!({"value": p.id, "label": p.name}))
        .collect();
    let own_only = !signed.is(Role::Officer);
    let reading = report.stage().reading();
    let team: Vec<Value> = gathered
        .team
        .iter()
        .filter(|m| !own_only || m.person == signed.person)
        .map(|m| team::member(m, reading.and_then(|read| read.of(&m.name))))
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
        to.into_iter().map(|b| json!({"id": b.id, "name": b.name, "kind": b.kind, "asked": asked(&b.id), "how": if b.email.is_some() { WAYS[0] } else { WAYS[1] }})).collect();
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
        "room": members.iter().map(|p| json!({"id": p.id, "name": p.name})).collect::<Vec<_>>(), "ways": ways(),
        "until_team": team::until(office, signed, report)?, "steering": pack.names.steering,
        "goes": gathered.team.iter().any(|m| m.person == signed.person),
        "officer": signed.is(Role::Officer), "may_sign": has_signers,
        "may_read": has_team,
    }))
}

/// What the report's page tells of steps that were taken: who was silent, who was in the room, which copies went out.
pub(in crate::office) fn history(report: &Report) -> Value {
    let silent = report.stage().reading().into_iter().flat_map(|read| &read.silent);
    let silent: Vec<String> =
        silent.map(|s| format!("{} said nothing of the draft by {}.", s.by, in_full(s.until))).collect();
    let signed = report.stage().signed();
    let signing = signed
        .map(|s| json!({"by": s.by, "on": in_full(s.on), "under": s.under, "room": super::signing::told(&s.room)}));
    let copies = match report.stage() {
        Stage::Published { published, .. } => published.given.as_slice(),
        _ => &[],
    };
    let copies: Vec<String> = copies.iter().map(|c| format!("{}: to {}, {}.", in_full(c.on), c.to, c.how)).collect();
    json!({"silent": silent, "signed": signing, "copies": copies})
}

/// How something may have gone to somebody.
const WAYS: [&str; 4] = ["by e-mail", "by post", "by hand", "by its link"];

fn ways() -> Vec<Value> {
    WAYS.iter().map(|way| json!({"value": way, "label": crate::office::words::capital(way)})).collect()
}
