//! Stories of an office that has outgrown one machine: its record in PostgreSQL, its photos in a store that speaks S3.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod moved;
mod servers;

use journeys::play::{Played, play};
use journeys::scenario::{Scenario, Vocabulary};
use std::path::Path;

/// Asha and Tom have been to Hazel Court, each with a tablet.
const HAZEL_COURT: &str = r#"{
    "organisation": {"name": "Sutton LINk", "scheme": "link-2008", "host": "SCVS"},
    "people": [
        {"name": "Samuel Osei", "role": "host administrator"}, {"name": "Priya Nair", "role": "host officer"},
        {"name": "Femi Adewale", "role": "safeguarding lead"},
        {"name": "Asha Patel", "role": "authorised representative", "check_seen": "2026-01-12",
         "valid_until": "2029-03-01", "trained": "2026-01-20", "code_signed": "2026-01-20"},
        {"name": "Tom Okafor", "role": "authorised representative", "check_seen": "2026-01-12",
         "valid_until": "2029-03-01", "trained": "2026-01-20", "code_signed": "2026-01-20"}
    ],
    "places": [{"name": "Hazel Court", "kind": "care home"}],
    "visits": [{
        "place": "Hazel Court", "announcement": "announced", "purpose": "evenings",
        "team": ["Asha Patel", "Tom Okafor"], "lead": "Asha Patel",
        "entries": [
            {"at": "2026-11-10T10:02", "tablet": 1, "by": "Asha Patel", "kind": "arrival", "told": "nurse", "shown": "card"},
            {"at": "2026-11-10T10:20", "tablet": 2, "by": "Tom Okafor", "kind": "observation", "words": "Level threshold."},
            {"at": "2026-11-10T10:40", "tablet": 1, "kind": "sync"}
        ]
    }]
}"#;

/// Plays it on this data folder; what is said on the way lies in `out`.
async fn hazel_court(data: &Path, tablets: &Path, out: &Path) -> Played {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let file = out.join("scenario.json");
    std::fs::write(&file, HAZEL_COURT).unwrap();
    let scenario = Scenario::read(&file, &Vocabulary::of_the_embedded_packs()).unwrap();
    play(&scenario, data, tablets, out).await.unwrap()
}
