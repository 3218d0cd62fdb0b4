//! What `summary.json` says: counted from the export and the outputs, never from what the player believes it did.

mod figures;
mod outputs;

pub use figures::{Figures, VisitFigures};
pub use outputs::{concerns_in_outputs, text_of};

use crate::play::Played;
use crate::scenario::Scenario;
use anyhow::Result;
use serde_json::{Value, json};
use std::path::Path;

/// The summary of a scenario that was played, from its outputs in `out`.
///
/// # Errors
/// An output that cannot be read.
pub fn summary(scenario: &Scenario, played: &Played, out: &Path) -> Result<Value> {
    let export: Value = serde_json::from_slice(&std::fs::read(out.join("export.json"))?)?;
    let visits: Vec<Value> = scenario
        .visits
        .iter()
        .enumerate()
        .map(|(n, visit)| {
            let notebook = played.visits.get(n).map(ToString::to_string).unwrap_or_default();
            let figures = VisitFigures::of(&export, &notebook);
            let recorded = played.tablets.values().flat_map(|t| &t.recorded);
            let ids = recorded.filter(|(book, _)| book.to_string() == notebook).map(|(_, entry)| entry.to_string());
            let lost = ids.filter(|id| !figures.ids.contains(id)).count();
            let concerns = outputs::concerns_of(visit);
            Ok(json!({
                "place": visit.place,
                "observations": figures.observations,
                "views": figures.views,
                "quotable_views": figures.quotable,
                "in_confidence": figures.in_confidence,
                "photos": figures.photos,
                "concerns": concerns.len(),
                "concerns_in_outputs": concerns_in_outputs(&concerns, out)?,
                "refusal": figures.refusal(&scenario.organisation.scheme),
                "conflicts_shown": played.differed.get(n).copied().unwrap_or(0),
                "lost": lost,
            }))
        })
        .collect::<Result<_>>()?;
    let refused: Vec<Value> =
        played.refused.iter().map(|r| json!({"person": r.person, "visit": r.visit, "reason": r.reason})).collect();
    let photos = played.tablets.values().flat_map(|t| t.refused_photos.iter().map(move |p| (t.number, p)));
    let photos: Vec<Value> = photos.map(|(n, p)| json!({"tablet": n, "file": p.file, "reason": p.reason})).collect();
    let traffic = played.tablets.values().fold((0, 0, 0), |sum, tablet| {
        let t = tablet.traffic;
        (sum.0 + t.up, sum.1 + t.down, sum.2 + t.requests)
    });
    let visit = scenario.reported_visit().and_then(|n| scenario.visits.get(n));
    let place = visit.and_then(|v| scenario.places.iter().find(|p| p.name == v.place));
    let provider = place.and_then(|p| p.provider.as_deref());
    Ok(json!({
        "scenario": scenario.file.file_name().map(|f| f.to_string_lossy().into_owned()),
        "visits": visits,
        "refused_assignments": refused,
        "refused_photos": photos,
        "report": figures::report(&export, played.report.as_deref(), provider),
        "outreach": figures::outreach(&export, played),
        "sync": {"bytes_up": traffic.0, "bytes_down": traffic.1, "requests": traffic.2},
        "passed_over": scenario.passed_over,
        // Steps of days to come were entered on those days by the clock of the rehearsal's own server.
        "server_clock_set_to": played.server.clock_set_to().map(|day| day.to_string()),
    }))
}
