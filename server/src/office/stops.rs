//! What stands in a report's way, as `reports::check` says it of what is printed and `collate::weigh` of what is behind it,
//! in the shape that pages show.

use crate::collate::Gathered;
use crate::reports::{Document, Photos, Problem, Severity, check};
use serde_json::{Value, json};

/// What stops the report from being sent, in the order of the report.
pub(super) fn of(gathered: &Gathered, document: &Document, photos: &Photos) -> Vec<Value> {
    listed(gathered, document, photos, |severity| severity != Severity::Notice)
}

/// The first thing that stops it, in words; none where nothing does.
pub(crate) fn first(gathered: &Gathered, document: &Document, photos: &Photos) -> Option<String> {
    let problem = all(gathered, document, photos).into_iter().find(Problem::stops_sending)?;
    Some(said(&problem))
}

/// The first thing that nobody has weighed yet, or that must not be printed, in words.
pub(super) fn not_weighed(gathered: &Gathered) -> Option<String> {
    let problem = gathered.weighed().into_iter().find(Problem::stops_sending)?;
    Some(said(&problem))
}

fn all(gathered: &Gathered, document: &Document, photos: &Photos) -> Vec<Problem> {
    check(document, photos).into_iter().chain(gathered.weighed()).collect()
}

fn said(problem: &Problem) -> String {
    format!("{}: {} {}", problem.where_, problem.what, problem.do_)
}

/// What is worth knowing and stops nothing.
pub(super) fn notices(gathered: &Gathered, document: &Document, photos: &Photos) -> Vec<Value> {
    listed(gathered, document, photos, |severity| severity == Severity::Notice)
}

fn listed(gathered: &Gathered, document: &Document, photos: &Photos, wanted: impl Fn(Severity) -> bool) -> Vec<Value> {
    all(gathered, document, photos)
        .into_iter()
        .filter(|p| wanted(p.severity))
        .map(|p| json!({"where": p.where_, "what": p.what, "do": p.do_, "words": said(&p)}))
        .collect()
}
