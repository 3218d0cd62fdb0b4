//! Tablets as lists show them: last heard, and what waits on them.

use super::Office;
use super::words::{self, counted, short};
use crate::auth::Signed;
use domain::wire::Waiting;
use serde_json::{Value, json};

/// Every tablet, those that were retired last.
pub(super) async fn rows(office: &Office, signed: &Signed) -> anyhow::Result<Vec<Value>> {
    let names = super::notes::names(&signed.org).await?;
    let mut rows = Vec::new();
    for device in signed.org.devices().await? {
        let holders: Vec<String> =
            signed.org.holders(&device.id).await?.iter().filter_map(|id| names.get(id).cloned()).collect();
        let heard = device.last_seen.map(|at| words::local(at, &office.zone));
        let heard = heard.map(|(day, time)| {
            if day == signed.today { format!("today {time}") } else { format!("{} {time}", short(day, signed.today)) }
        });
        rows.push(json!({"id": device.id, "name": device.name, "holders": words::list(&holders), "heard": heard,
            "waiting": waiting_words(device.waiting.as_deref()), "retired": device.revoked_at.is_some(), "why": device.revoked_why}));
    }
    rows.sort_by_key(|row| row["retired"] == true);
    Ok(rows)
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
