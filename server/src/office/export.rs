//! Everything as JSON, in an open format: what the organisation recorded belongs to it. Sealed matter is not in it,
//! and no password: concerns, contacts and equality sheets stay behind their own door.

use super::Shared;
use super::page::Answer;
use crate::auth::Signed;
use crate::collate::Gathered;
use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse as _;
use axum::routing::get;
use serde_json::{Value, json};

/// The export's route.
pub fn routes() -> Router<Shared> {
    Router::new().route("/office/export.json", get(export))
}

async fn export(signed: Signed) -> Answer {
    let all = everything(&signed).await?;
    signed.record("export everything", signed.org.id()).await?;
    let mut answer = ([(header::CONTENT_TYPE, "application/json")], serde_json::to_vec_pretty(&all)?).into_response();
    answer.headers_mut().insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"enterview-export.json\""),
    );
    Ok(answer)
}

async fn everything(signed: &Signed) -> anyhow::Result<Value> {
    let org = signed.org.snapshot().await?;
    let this = org.this().await?;
    let mut people = Vec::new();
    for person in org.people().await? {
        let (authorisation, interests) = (org.authorisation(&person.id).await?, org.interests(&person.id).await?);
        people.push(json!({"person": person, "authorisation": authorisation, "interests": interests}));
    }
    let mut visits = Vec::new();
    for visit in org.visits().await? {
        let id = visit.id.clone();
        visits.push(json!({
            "visit": visit, "team": org.team(&id).await?, "steps": org.visit_steps(&id).await?, "findings": org.findings(&id).await?,
            "good_practice": org.good_practice(&id).await?, "recommendations": org.recommendations(&id).await?,
            "outcomes": org.outcomes(&id).await?,
            "not_to_be_named": org.kept_names(&id).await?,
        }));
    }
    let mut reports = Vec::new();
    for report in org.reports().await? {
        let id = report.id.clone();
        let stage: Value = serde_json::from_str(&report.stage)?;
        let words: Value = serde_json::from_str(&report.words)?;
        let sent = Gathered::of_report(&org, &id, signed.today).await?.kept;
        reports.push(json!({"id": id, "visit": report.visit, "title": report.title, "report": stage, "words": words, "sent": sent,
            "steps": org.report_steps(&id).await?, "versions": org.report_versions(&id).await?, "addressees": org.addressees(&id).await?, "links": org.links_of(&id).await?, "mail": org.mail_of(&id).await?}));
    }
    let mut notebooks = Vec::new();
    for book in org.books(None).await? {
        let read: Value = serde_json::from_str(&book.projection)?;
        let printed = org.printed_differences(&book.id).await?;
        notebooks
            .push(json!({"id": book.id, "kind": book.kind, "visit": book.visit, "event": book.event, "reads": read,
            "printed_differences": printed}));
    }
    Ok(json!({
        "format": "enterview-export/1",
        "organisation": {"id": this.id, "name": this.name, "host": this.host, "scheme": this.scheme, "scheme_version": this.scheme_version},
        "people": people, "places": all_places(&org).await?, "bodies": org.bodies().await?, "visits": visits,
        "refused_assignments": org.refused_assignments().await?, "notebooks": notebooks, "events": org.events().await?, "photo_looks": org.all_looks().await?, "who_could_have_said": org.all_who_could_have_said().await?, "reports": reports,
    }))
}

/// Places that were visited, or that somebody added by hand; the directory is public and can be taken in again.
async fn all_places(org: &crate::store::OrgStore) -> anyhow::Result<Vec<Value>> {
    let mut places = std::collections::BTreeMap::new();
    for place in org.places_by_hand().await? {
        places.insert(place.id.clone(), place);
    }
    for visit in org.visits().await? {
        if let Some(place) = org.place(&visit.place).await? {
            places.insert(place.id.clone(), place);
        }
    }
    Ok(places.into_values().map(|p| json!(p)).collect())
}
