//! Tablets as lists show them: last heard, what waits on them, what of theirs is kept here and not shown.

use super::Office;
use super::words::{self, counted, short};
use crate::auth::Signed;
use crate::store::changes::ChangeState;
use crate::store::held::Kept;
use domain::wire::Waiting;
use jiff::civil::Date;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Days without a word after which somebody should ask.
const QUIET: i32 = 14;

/// Every tablet, those that want a look first, those that were retired last.
pub(super) async fn rows(office: &Office, signed: &Signed) -> anyhow::Result<Vec<Value>> {
    let names = super::notes::names(&signed.org).await?;
    let (troubles, kept) = (signed.org.troubles().await?, signed.org.kept().await?);
    let mut rows = Vec::new();
    for device in signed.org.devices().await? {
        let holders: Vec<String> =
            signed.org.holders(&device.id).await?.iter().filter_map(|id| names.get(id).cloned()).collect();
        let heard = device.last_seen.map(|at| words::local(at, &office.zone));
        let when = |(day, time): &(Date, String)| {
            if *day == signed.today { format!("today {time}") } else { format!("{} {time}", short(*day, signed.today)) }
        };
        let retired = device.revoked_at.is_some();
        let own: Vec<&Kept> = kept.iter().filter(|kept| kept.device == device.id).collect();
        let marked = troubles.iter().find(|trouble| trouble.device == device.id).map_or(0, |trouble| trouble.marked);
        let quiet = heard.as_ref().filter(|_| !retired).and_then(|(day, _)| quiet_words(*day, signed.today));
        rows.push(json!({
            "id": device.id, "name": device.name, "holders": words::list(&holders), "heard": heard.as_ref().map(when),
            "waiting": waiting_words(device.waiting.as_deref()), "retired": retired, "why": device.revoked_why,
            "quiet": quiet, "version": device.version.as_deref().filter(|version| version.contains('.')),
            "old": !retired && device.version.as_deref().is_some_and(|version| is_older(version, env!("CARGO_PKG_VERSION"))),
            "late": late_words(marked), "kept": kept_rows(&own), "asked": own.iter().any(|kept| kept.asked),
        }));
    }
    rows.sort_by_key(|row| (row["retired"] == true, row["kept"] == json!([])));
    Ok(rows)
}

/// What is kept and not shown, by the visit it belongs to: how many and why, and how many wait for it.
fn kept_rows(kept: &[&Kept]) -> Vec<Value> {
    let mut by_notebook: BTreeMap<&str, Vec<&Kept>> = BTreeMap::new();
    for one in kept {
        by_notebook.entry(&one.notebook).or_default().push(one);
    }
    let row = |of: Vec<&Kept>| {
        let is_held = |kept: &&&Kept| kept.state == ChangeState::Held;
        let held = of.iter().filter(is_held).count();
        let mut reasons: Vec<&str> = of.iter().filter(is_held).map(|kept| kept.reason.as_str()).collect();
        reasons.sort_unstable();
        reasons.dedup();
        json!({
            "where": of.first().and_then(|kept| kept.place.clone()).unwrap_or_else(|| "An event or a day of views".into()),
            "held": (held > 0).then(|| {
                counted(held, "note or correction is kept and not shown", "notes or corrections are kept and not shown")
            }),
            "waits": (of.len() > held).then(|| waits_words(of.len() - held, held)),
            "reasons": reasons.into_iter().map(sentence).collect::<Vec<_>>(),
        })
    };
    by_notebook.into_values().map(row).collect()
}

/// How many wait, and for how many.
fn waits_words(waits: usize, held: usize) -> String {
    let wait = counted(waits, "more waits for", "more wait for");
    match held {
        0 => counted(waits, "note waits for one that has not come", "notes wait for some that have not come"),
        1 => format!("{wait} it"),
        _ => format!("{wait} them"),
    }
}

/// A reason as a sentence of its own.
fn sentence(reason: &str) -> String {
    let mut letters = reason.trim_end_matches('.').chars();
    let first = letters.next().map(|letter| letter.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// What came after its writer had left the team; nothing where nothing did.
fn late_words(marked: i64) -> Option<String> {
    let n = usize::try_from(marked).unwrap_or_default();
    let late = counted(n, "note", "notes");
    (n > 0).then(|| format!("{late} came after its holder had left the team: kept, and shown with the rest."))
}

/// That a tablet has not been heard for long; nothing where it has.
fn quiet_words(heard: Date, today: Date) -> Option<String> {
    let days = heard.until(today).map_or(0, |span| span.get_days());
    (days >= QUIET).then(|| format!("Not heard for {days} days."))
}

/// Whether a program is older than another, by the numbers between their points. What says none is an earlier one.
fn is_older(version: &str, than: &str) -> bool {
    let numbers = |text: &str| text.split('.').map(|part| part.parse().unwrap_or(0_u64)).collect::<Vec<_>>();
    !version.contains('.') || numbers(version) < numbers(than)
}

/// *2 photos and 3 notes only there*, or that nothing is; `said` is a [`Waiting`] as JSON, as the record keeps it.
pub(crate) fn waiting_words(said: Option<&str>) -> String {
    let w: Waiting = said.and_then(|said| serde_json::from_str(said).ok()).unwrap_or_default();
    let mut parts = Vec::new();
    for (n, one, many) in [
        (w.changes, "note", "notes"),
        (w.photos, "photo", "photos"),
        (w.sealed, "sealed record", "sealed records"),
        (w.drafts, "unfinished note", "unfinished notes"),
    ] {
        if n > 0 {
            parts.push(counted(usize::try_from(n).unwrap_or(usize::MAX), one, many));
        }
    }
    match parts.is_empty() {
        true => "nothing waits on it".to_owned(),
        false => format!("{} only there", words::list(&parts)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn kept(notebook: &str, state: ChangeState, reason: &str) -> Kept {
        Kept {
            hash: "a".into(),
            notebook: notebook.into(),
            place: (notebook == "n1").then(|| "Hazel Court".into()),
            device: "d".into(),
            state,
            reason: reason.into(),
            received_at: 1,
            asked: false,
        }
    }

    #[test]
    fn what_is_kept_and_not_shown_is_said_by_visit_with_each_reason_once() {
        let (held, waits) = (ChangeState::Held, ChangeState::Waits);
        let all = [
            kept("n1", held, "`by` has the wrong type"),
            kept("n1", held, "`by` has the wrong type"),
            kept("n1", waits, "It stands on an earlier note."),
            kept("n2", held, "It could not be read."),
        ];
        let rows = kept_rows(&all.iter().collect::<Vec<_>>());
        let expected = json!([
            {"where": "Hazel Court", "held": "2\u{a0}notes or corrections are kept and not shown",
             "waits": "1\u{a0}more waits for them",
             "reasons": ["`by` has the wrong type."]},
            {"where": "An event or a day of views", "held": "1\u{a0}note or correction is kept and not shown",
             "waits": null,
             "reasons": ["It could not be read."]},
        ]);
        assert_eq!(json!(rows), expected);
        assert_eq!(late_words(0), None);
    }

    #[test]
    fn an_old_program_and_a_silent_tablet_are_told_apart_from_a_new_and_a_talking_one() {
        for (version, than, older) in
            [("0.1.0", "0.1.0", false), ("0.1.9", "0.1.10", true), ("1.0.0", "0.9.9", false), ("1", "0.1.0", true)]
        {
            assert_eq!(is_older(version, than), older, "{version} {than}");
        }
        let day = |day| Date::constant(2026, 11, day);
        assert_eq!(quiet_words(day(10), day(23)), None);
        assert!(quiet_words(day(10), day(24)).is_some_and(|words| words.starts_with("Not heard for 14 days.")));
    }
}
