//! `bench soak --histories N [--from SEED]`: so many histories of the simulation, on all cores, a process each, since a
//! full disk is a process's limit. One that goes wrong prints its seed and all that happened, and ends with 1.

use super::figure::{Measure, alone};
use anyhow::{Context as _, Result, bail, ensure};
use journeys::sim::history::{Told, tell};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

const DEFAULT: u64 = 2_000;
/// The most that a process tells before another one takes over.
const SHIFT: u64 = 500;

pub fn run(arguments: &[String]) -> Result<()> {
    let (mut histories, mut from) = (DEFAULT, 0_u64);
    let mut rest = arguments.iter();
    while let Some(flag) = rest.next() {
        let number = rest.next().with_context(|| format!("{flag} wants a number"))?;
        let number = number.parse().with_context(|| format!("{flag} {number}: not a number"))?;
        match flag.as_str() {
            "--histories" => histories = number,
            "--from" => from = number,
            "--shift" => return shift(from, number),
            _ => bail!("soak knows --histories N and --from SEED"),
        }
    }
    let began = Instant::now();
    let told = on_all_cores(from, from.saturating_add(histories))?;
    let of = |name, unit| Measure { name, unit, n: usize::try_from(histories).unwrap_or(usize::MAX) };
    alone(of("soak_histories", "histories"), histories as f64);
    alone(of("soak_notes_shown_as_saved", "notes"), told.notes as f64);
    alone(of("soak_notes_whose_every_copy_was_destroyed", "notes"), told.gone as f64);
    alone(of("soak_rate", "histories a second"), histories as f64 / began.elapsed().as_secs_f64());
    Ok(())
}

/// One process's share; the last line says what came of it.
#[allow(clippy::print_stdout, reason = "the process that asked reads it")]
fn shift(from: u64, until: u64) -> Result<()> {
    let mut sum = Told::default();
    for seed in from..until {
        match tell(seed) {
            Ok((told, _)) => sum = Told { notes: sum.notes + told.notes, gone: sum.gone + told.gone, ..sum },
            Err(wrong) => bail!("{wrong}"),
        }
    }
    println!("{} {}", sum.notes, sum.gone);
    Ok(())
}

fn on_all_cores(from: u64, until: u64) -> Result<Told> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let shift = (until - from).div_ceil(cores as u64).clamp(1, SHIFT);
    let (mut next, mut at_work, mut sum): (_, Vec<Child>, _) = (from, Vec::new(), Told::default());
    while next < until || !at_work.is_empty() {
        while at_work.len() < cores && next < until {
            let end = until.min(next.saturating_add(shift));
            let mut worker = Command::new(std::env::current_exe()?);
            worker.args(["soak", "--from", &next.to_string(), "--shift", &end.to_string()]);
            at_work.push(worker.stdout(Stdio::piped()).spawn()?);
            next = end;
        }
        let done = at_work.remove(0).wait_with_output()?;
        ensure!(done.status.success(), "a history went wrong; it is told above");
        let line = String::from_utf8_lossy(&done.stdout);
        let mut numbers = line.split_whitespace().map(str::parse::<usize>);
        let (notes, gone) = (numbers.next().context("a shift without a sum")??, numbers.next().context("no sum")??);
        sum = Told { notes: sum.notes + notes, gone: sum.gone + gone, ..sum };
        eprintln!("{} of {} histories told", next - from, until - from);
    }
    Ok(sum)
}
