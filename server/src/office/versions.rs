//! What changed in a report since somebody read it: any step's words beside those that stand there now.

use super::Shared;
use super::page::{Answer, Failure, Page};
use super::reports::{HERE, found};
use super::words::{in_full, local};
use crate::auth::Signed;
use crate::collate::{Gathered, KeptSentence, changes, kept};
use crate::store::versions::Version;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use domain::report::Report;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The route of what changed.
pub fn routes() -> Router<Shared> {
    Router::new().route("/office/reports/{id}/changes", get(page))
}

/// Keeps the words of a report as they lay before whoever took a step.
///
/// # Errors
/// The store's.
pub(super) async fn keep(signed: &Signed, id: &str, step: &str, gathered: &Gathered) -> anyhow::Result<()> {
    let version = Version {
        report: id.to_owned(),
        digest: gathered.words()?.digest().to_owned(),
        step: step.to_owned(),
        person: signed.person.clone(),
        made_at: signed.now,
        parts: serde_json::to_string(&kept(&gathered.parts()))?,
    };
    signed.org.keep_version(version).await
}

/// Since when somebody may ask what changed: the sign-off that fell last, else the last words that are not these.
pub(super) async fn since(signed: &Signed, id: &str, report: &Report) -> anyhow::Result<Value> {
    let all = signed.org.report_versions(id).await?;
    let fallen = report.undone().last().map(|undone| undone.signed.digest.as_str());
    let version = fallen.and_then(|digest| all.iter().find(|version| version.digest == digest));
    let version = version.or_else(|| all.iter().rfind(|version| version.digest != report.words().digest()));
    Ok(json!(version.map(|v| json!({"digest": v.digest, "step": v.step, "fell": fallen == Some(v.digest.as_str())}))))
}

async fn page(
    State(office): State<Shared>,
    signed: Signed,
    Path(id): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Answer {
    let (row, _) = found(&signed, &id).await?;
    let all = signed.org.report_versions(&id).await?;
    let names = super::notes::names(&signed.org).await?;
    let gathered = Gathered::of_report(&signed.org, &id, signed.today).await?;
    let digest = gathered.words()?.digest().to_owned();
    let asked = |name: &str| query.get(name).and_then(|digest| all.iter().find(|version| version.digest == *digest));
    let before = asked("since").or_else(|| all.iter().rfind(|version| version.digest != digest));
    let read = |version: &Version| serde_json::from_str::<Vec<KeptSentence>>(&version.parts);
    let told = |version: &Version| {
        let (day, time) = local(version.made_at, &office.zone);
        let who = names.get(&version.person).map_or("somebody who is not here any more", String::as_str);
        format!("“{}” by {who}, {}, {time}", version.step, in_full(day))
    };
    let now = match asked("until") {
        Some(version) => read(version)?,
        None => kept(&gathered.parts()),
    };
    let found = match before {
        Some(version) => changes(&read(version)?, &now),
        None => Vec::new(),
    };
    if query.get("since").is_some_and(|digest| !digest.is_empty()) && asked("since").is_none() {
        return Err(Failure::NotFound);
    }
    let options = |first: &str| {
        let first = json!({"value": "", "label": first});
        let rest = all.iter().map(|version| json!({"value": version.digest, "label": told(version)}));
        std::iter::once(first).chain(rest).collect::<Vec<_>>()
    };
    let one = |version: Option<&Version>| json!([version.map_or("", |version| version.digest.as_str())]);
    let values = json!({"since": one(before), "until": one(asked("until"))});
    let facts = json!({"report": {"id": row.id, "title": row.title}, "changes": found, "before": before.map(told),
        "after": asked("until").map_or_else(|| "now".to_owned(), told),
        "since": options("The words before these"), "until": options("What stands there now"), "any": !all.is_empty()});
    Page::new("office/changes.html", format!("{}: what changed", row.title), facts).filled(values).show(&signed, HERE)
}
