//! What stands in a report's way, as `reports::check` says it, in the shape that pages show.

use crate::reports::{Document, Photos, Problem, Severity, check};
use serde_json::{Value, json};

/// What stops the report from being sent, in the order of the report.
pub(super) fn of(document: &Document, photos: &Photos) -> Vec<Value> {
    listed(document, photos, |severity| severity != Severity::Notice)
}

/// The first thing that stops it, in words; none where nothing does.
pub(crate) fn first(document: &Document, photos: &Photos) -> Option<String> {
    let problem = check(document, photos).into_iter().find(Problem::stops_sending)?;
    Some(said(&problem))
}

fn said(problem: &Problem) -> String {
    format!("{}: {} {}", problem.where_, problem.what, problem.do_)
}

/// What is worth knowing and stops nothing.
pub(super) fn notices(document: &Document, photos: &Photos) -> Vec<Value> {
    listed(document, photos, |severity| severity == Severity::Notice)
}

fn listed(document: &Document, photos: &Photos, wanted: impl Fn(Severity) -> bool) -> Vec<Value> {
    check(document, photos)
        .into_iter()
        .filter(|p| wanted(p.severity))
        .map(|p| json!({"where": p.where_, "what": p.what, "do": p.do_, "words": said(&p)}))
        .collect()
}
