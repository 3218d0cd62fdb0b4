//! How long a key waits until it is on the tablet's disk. The window saves each key as soon as the one before it is
//! there, so the last key waits for two commits at most: that figure is reckoned from neighbours, not measured in a window.

use super::figure::{Measure, alone, ms, quantile};
use super::town::Town;
use anyhow::Result;
use device::views::DraftKind;
use std::time::Instant;

const KEYS: usize = 2_000;

pub async fn run() -> Result<()> {
    let mut town = Town::new().await?;
    let mut tablet = town.tablet().await?;
    tablet.sync().await?;
    let event = town.event(&mut tablet, 0)?;
    let draft = tablet.device().open_draft(event, DraftKind::Observation)?;
    let mut commits = Vec::with_capacity(KEYS);
    let mut words = String::new();
    for n in 0..KEYS {
        if n % 400 == 0 {
            words.clear();
        }
        words.push(if n % 6 == 5 { ' ' } else { 'e' });
        let fields = serde_json::json!({ "words": words }).to_string();
        let began = Instant::now();
        tablet.device().save_draft(draft, &fields)?;
        commits.push(ms(began));
    }
    let pairs: Vec<f64> = commits.iter().zip(commits.iter().skip(1)).map(|(a, b)| a + b).collect();
    alone(Measure { name: "draft_commit_p50", unit: "ms", n: KEYS }, quantile(&commits, 0.5));
    alone(Measure { name: "draft_commit_p99", unit: "ms", n: KEYS }, quantile(&commits, 0.99));
    alone(Measure { name: "two_commits_in_a_row_p99", unit: "ms", n: pairs.len() }, quantile(&pairs, 0.99));
    town.server.stop().await
}
