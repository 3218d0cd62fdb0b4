//! Tablets as lists show them: last heard, and what waits on them.

use super::Office;
use super::words::{self, counted, short};
use crate::auth::Signed;
use crate::store::published::Trouble;
use domain::wire::Waiting;
use serde_json::{Value, json};

/// Every tablet, those that were retired last.
pub(super) async fn rows(office: &Office, signed: &Signed) -> anyhow::Result<Vec<Value>> {
    let names = super::notes::names(&signed.org).await?;
    let troubles = signed.org.troubles().await?;
    let mut rows = Vec::new();
    for device in signed.org.devices().await? {
        let holders: Vec<String> =
            signed.org.holders(&device.id).await?.iter().filter_map(|id| names.get(id).cloned()).collect();
        let heard = device.last_seen.map(|at| words::local(at, &office.zone));
        let heard = heard.map(|(day, time)| {
            if day == signed.today { format!("today {time}") } else { format!("{} {time}", short(day, signed.today)) }
        });
        rows.push(json!({"id": device.id, "name": device.name, "holders": words::list(&holders), "heard": heard,
            "waiting": waiting_words(device.waiting.as_deref()), "retired": device.revoked_at.is_some(), "why": device.revoked_why,
            "trouble": troubles.iter().find(|trouble| trouble.device == device.id).and_then(trouble_words)}));
    }
    rows.sort_by_key(|row| row["retired"] == true);
    Ok(rows)
}

/// What of a tablet's notes is at the office and not shown, or wants an eye; nothing where all is well.
fn trouble_words(trouble: &Trouble) -> Option<String> {
    let Trouble { held, waits, marked, reason, .. } = trouble;
    let n = |count: &i64| usize::try_from(*count).unwrap_or_default();
    let mut said = Vec::new();
    if *held > 0 {
        let kept = counted(n(held), "change from it is kept and not shown", "changes from it are kept and not shown");
        said.push(format!("{kept}: {}.", reason.as_deref().unwrap_or_default().trim_end_matches('.')));
    }
    if *waits > 0 {
        let wait = counted(n(waits), "more waits for an earlier one", "more wait for earlier ones");
        said.push(format!("{wait}."));
    }
    if *marked > 0 {
        let late = counted(n(marked), "change", "changes");
        said.push(format!("{late} came after its holder had left the team: kept, and shown with the rest."));
    }
    (!said.is_empty()).then(|| said.join(" "))
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

    #[test]
    fn what_is_kept_and_not_shown_is_said_with_its_reason() {
        let trouble = |held, waits, marked| Trouble { held, waits, marked, ..Trouble::default() };
        assert_eq!(trouble_words(&trouble(0, 0, 0)), None);
        let held = Trouble { reason: Some("`by` has the wrong type".into()), ..trouble(1, 2, 0) };
        assert_eq!(
            trouble_words(&held).unwrap(),
            "1\u{a0}change from it is kept and not shown: `by` has the wrong type. 2\u{a0}more wait for earlier ones."
        );
        let late = "3\u{a0}changes came after its holder had left the team: kept, and shown with the rest.";
        assert_eq!(trouble_words(&trouble(0, 0, 3)).unwrap(), late);
    }
}
