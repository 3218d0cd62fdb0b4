//! Stories of an office that has outgrown one machine: its record in PostgreSQL, its photos in a store that speaks S3.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod moved;
mod servers;

use journeys::play::{Played, play};
use journeys::scenario::{HAZEL_COURT, Scenario, Vocabulary};
use std::path::Path;

/// Plays it on this data folder; what is said on the way lies in `out`.
async fn hazel_court(data: &Path, tablets: &Path, out: &Path) -> Played {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let file = out.join("scenario.json");
    std::fs::write(&file, HAZEL_COURT).unwrap();
    let scenario = Scenario::read(&file, &Vocabulary::of_the_embedded_packs()).unwrap();
    play(&scenario, data, tablets, out).await.unwrap()
}
