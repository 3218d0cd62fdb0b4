//! `bench crash --kills N --cuts M [--seed S]`: so many kills of tablets and office at work, so many cuts of power.

use super::figure::{Measure, alone};
use anyhow::{Context as _, Result, bail};
use journeys::crash::{kills, power};

pub async fn run(arguments: &[String]) -> Result<()> {
    let (mut killed, mut cut, mut seed) = (1_000, 1_000, 1_u64);
    let mut rest = arguments.iter();
    while let Some(flag) = rest.next() {
        let number = rest.next().with_context(|| format!("{flag} wants a number"))?;
        match flag.as_str() {
            "--kills" => killed = number.parse().context("--kills")?,
            "--cuts" => cut = number.parse().context("--cuts")?,
            "--seed" => seed = number.parse().context("--seed")?,
            _ => bail!("crash knows --kills N, --cuts M and --seed S"),
        }
    }
    let done = kills(killed, seed).await?;
    let of = |name, unit, n| Measure { name, unit, n };
    alone(of("kills_of_tablets", "kills", killed), done.tablets as f64);
    alone(of("kills_of_offices", "kills", killed), done.offices as f64);
    alone(of("kills_notes_shown_as_saved", "notes", killed), done.saved as f64);
    alone(of("kills_notes_shown_as_sent", "notes", killed), done.sent as f64);
    let done = power::cuts(cut, seed).await?;
    alone(of("power_cuts", "cuts", cut), done.cuts as f64);
    alone(of("power_cuts_office_looked_at", "cuts", cut), done.offices as f64);
    alone(of("power_cuts_operations_written_down", "operations", cut), done.operations as f64);
    alone(of("power_cuts_notes_looked_for", "notes", cut), done.saved as f64);
    Ok(())
}
