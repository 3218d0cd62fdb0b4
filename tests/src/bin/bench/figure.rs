//! A line of the bench.

use anyhow::{Context, Result};
use serde_json::json;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What is measured, in which unit, how often.
#[derive(Clone, Copy)]
pub struct Measure<'a> {
    pub name: &'a str,
    pub unit: &'a str,
    pub n: usize,
}

/// Prints a figure that has no peer.
pub fn alone(of: Measure<'_>, value: f64) {
    line(
        &json!({"name": of.name, "value": short(value), "unit": of.unit, "peer": null, "peer_value": null, "ratio": null, "n": of.n}),
    );
}

/// Prints a figure beside a peer's; the ratio is ours to theirs, so that below 1 is better where less is better.
pub fn beside(of: Measure<'_>, value: f64, peer: &str, peer_value: f64) {
    let ratio = (peer_value > 0.0).then(|| short(value / peer_value));
    line(
        &json!({"name": of.name, "value": short(value), "unit": of.unit, "peer": peer, "peer_value": short(peer_value), "ratio": ratio, "n": of.n}),
    );
}

#[allow(clippy::print_stdout, reason = "this is what the bench is for")]
fn line(figure: &serde_json::Value) {
    println!("{figure}");
}

/// Four digits that count.
fn short(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// The value below which a share `q` of all lies.
pub fn quantile(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get(((last as f64) * q).round() as usize).copied().unwrap_or_default()
}

/// The middle one.
pub fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// Milliseconds since.
pub fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}

/// Runs a program to its end and says how many milliseconds the whole process took.
///
/// # Errors
/// It is not installed, or ended with something other than 0.
pub fn process(program: &str, arguments: &[&str]) -> Result<f64> {
    let began = Instant::now();
    let mut run = Command::new(program);
    let done = run.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let done = done.with_context(|| format!("{program} is not here; script/bench installs it"))?;
    anyhow::ensure!(done.success(), "{program} ended with {done}");
    Ok(ms(began))
}
