//! What a report's page says of who answers by when, and of the steps that it has taken.

use crate::auth::Signed;
use crate::collate;
use crate::office::Office;
use crate::office::links::Links;
use crate::office::words::{self, day_month, in_full};
use crate::store::reports::ReportStep;
use domain::report::{AnswerState, Duty, Report, Stage};
use jiff::civil::Date;
use serde_json::{Value, json};

pub(super) fn addressee(office: &Office, signed: &Signed, a: &domain::report::Addressee, links: &Links) -> Value {
    let rule = signed.pack().ok().and_then(|pack| pack.clock(&a.rule));
    let working = rule.and_then(|rule| rule.due(a.receipt.on, &office.calendar).ok());
    let distance = domain::clock::distance(signed.today, a.until, &office.calendar).ok();
    let state = a.state(signed.today);
    json!({
        "name": a.name, "kind": a.kind, "until": in_full(a.until), "iso": a.until.to_string(), "obliged": a.duty == Duty::Due,
        "received": in_full(a.receipt.on), "received_why": a.receipt.why, "how": a.how,
        "earlier": a.earlier.iter().map(earlier).collect::<Vec<_>>(), "rule": a.rule, "citation": a.citation,
        "unverified": a.confidence == domain::scheme::Confidence::Unverified,
        "working": working.map(|w| w.lines(None)).unwrap_or_default(),
        "answered": state == AnswerState::Answered, "late": matches!(state, AnswerState::Overdue | AnswerState::Silent),
        "distance": distance.map(|distance| crate::office::desk::distance_words(distance, a.duty)),
        "asks": a.recommendations,
        "replies": (1..).zip(&a.replies).map(|(n, r): (usize, _)| reply(n, r)).collect::<Vec<_>>(),
        "link": links.shown(links.body_of(a), crate::answers::REPLY),
        "noted": a.no_reply_noted.map(in_full),
    })
}

/// A day of receipt that was put right: what it was, and what hung on it.
fn earlier(e: &domain::report::Earlier) -> String {
    let why = e.receipt.why.as_ref().map(|why| format!(" ({})", why.trim_end_matches('.'))).unwrap_or_default();
    let noted = e.no_reply_noted.map(|on| format!(", and on {} no reply had come", in_full(on))).unwrap_or_default();
    format!(
        "Until {} it was thought that they had it on {}{why}: they had until {}{noted}.",
        in_full(e.changed),
        in_full(e.receipt.on),
        in_full(e.until)
    )
}

/// A reply, with who gave it and whether it turned out not to be theirs.
fn reply(n: usize, r: &domain::report::Reply) -> Value {
    json!({"n": n, "on": in_full(r.on), "iso": r.on.to_string(), "acknowledgement": r.acknowledgement, "answers": r.answers.len(),
        "given_by": r.given_by.as_ref().map(|by| format!("{}, {}", by.name, by.role)),
        "disowned": r.disowned.as_ref().map(|d| json!({"on": in_full(d.on), "why": d.why}))})
}

/// The line of steps, with the day of each that was taken.
pub(super) fn line(report: &Report, today: Date, steps: &[ReportStep]) -> Vec<Value> {
    let stage = report.stage();
    let (read, checked, facts, signed, sent, published) = match stage {
        Stage::Draft => (None, None, None, None, None, None),
        Stage::ReadByTeam { read } => (Some(read), None, None, None, None, None),
        Stage::Checked { checked } => (Some(&checked.read), Some(checked), None, None, None, None),
        Stage::WithProvider { checked, facts } => (Some(&checked.read), Some(checked), Some(facts), None, None, None),
        Stage::SignedOff { checked, facts, signed } => {
            (Some(&checked.read), Some(checked), Some(facts), Some(signed), None, None)
        }
        Stage::Sent { checked, facts, signed, sent } => {
            (Some(&checked.read), Some(checked), Some(facts), Some(signed), Some(sent), None)
        }
        Stage::Published { checked, facts, signed, sent, published } => {
            (Some(&checked.read), Some(checked), Some(facts), Some(signed), Some(sent), Some(published))
        }
    };
    let begun = steps.first().map(|s| words::local(s.made_at, &collate::zone()).0).unwrap_or(today);
    let answered =
        sent.map(|s| (s.to.iter().filter(|a| a.is_answered()).count(), s.to.len(), s.to.iter().map(|a| a.until).max()));
    let mut rows = vec![("Written", Some(day_month(begun)))];
    rows.push((
        "Read by the team",
        read.map(|r| {
            format!(
                "{}, {} of {} agreed{}",
                day_month(r.on),
                report.team().iter().filter(|name| r.of(name).is_some_and(|a| a.agrees())).count(),
                report.team().len(),
                if r.silent.is_empty() { String::new() } else { format!(", {} silent", r.silent.len()) }
            )
        }),
    ));
    rows.push(("Checked", checked.map(|c| format!("{}, {}", day_month(c.on), c.by))));
    rows.push((
        "Facts",
        facts.map(|f| match &f.agreed {
            Some(agreed) => format!("agreed {}", day_month(agreed.on)),
            None => format!("{}, until {}", day_month(f.sent_on), day_month(f.until)),
        }),
    ));
    rows.push(("Signed off", signed.map(|s| format!("{}, {}", day_month(s.on), s.by))));
    rows.push(("Sent", sent.map(|s| day_month(s.on))));
    rows.push((
        "Answered",
        answered
            .filter(|(done, all, _)| done == all || published.is_some())
            .map(|(done, all, _)| format!("{done} of {all}")),
    ));
    rows.push(("Published", published.map(|p| day_month(p.on))));
    let waiting = answered.and_then(|(_, _, until)| until).map(|d| format!("due {}", day_month(d)));
    let here = rows.iter().position(|(_, done)| done.is_none()).unwrap_or(rows.len());
    (0..)
        .zip(rows)
        .map(|(n, (name, done)): (usize, _)| {
            let words =
                done.clone().or_else(|| (name == "Answered").then(|| waiting.clone()).flatten()).unwrap_or_default();
            json!({"name": name, "words": words, "done": done.is_some(), "here": n == here})
        })
        .collect()
}
