//! `fuzz TARGET|all [--runs N] [--seed S]`: gives a target what is kept for it as it is, then N bent pieces of it. A
//! piece over which it fails is kept as `found-TARGET-SEED-N` in the folder one is in, and the run says so and ends with 1.
//! `fuzz TARGET --file FILE` gives it that one piece.

use anyhow::{Context as _, Result, bail};
use fuzz::{ALL, Corpus, Target, named};
use journeys::hostile::Chance;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

fn main() -> Result<ExitCode> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| asked.iter().position(|a| a == name).and_then(|at| asked.get(at + 1));
    let runs: usize = option("--runs").map_or(Ok(2_000), |n| n.parse()).context("--runs wants a number")?;
    let seed: u64 = option("--seed").map_or(Ok(1), |n| n.parse()).context("--seed wants a number")?;
    let targets: Vec<Target> = match asked.first().map(String::as_str) {
        Some("all") => ALL.to_vec(),
        Some(name) => vec![named(name).with_context(|| format!("there is no target {name}"))?],
        None => bail!("fuzz TARGET|all [--runs N] [--seed S]; targets: {}", ALL.map(|t| t.name).join(", ")),
    };
    if let Some(file) = option("--file") {
        let bytes = std::fs::read(file)?;
        targets.iter().for_each(|target| (target.read)(&bytes));
        return Ok(ExitCode::SUCCESS);
    }
    let mut failed = 0;
    for target in targets {
        let (began, found) = (Instant::now(), run(target, runs, seed)?);
        let each = began.elapsed().as_secs_f64() / runs.max(1) as f64 * 1e6;
        eprintln!("{}: {runs} runs of seed {seed}, {found} failures, {each:.0} µs each", target.name);
        failed += found;
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run(target: Target, runs: usize, seed: u64) -> Result<usize> {
    let corpus = Corpus::of(target.name)?;
    let mut chance = Chance::new(seed);
    let mut found = 0;
    let unbent = corpus.seeds().iter().cloned().map(Ok);
    let bent = (0..runs).map(|_| corpus.next(&mut chance));
    for (n, bytes) in unbent.chain(bent).enumerate() {
        let bytes = bytes?;
        // Panics of what stands below are silent: `publish` survives them; what a target promises is said aloud.
        std::panic::set_hook(Box::new(|_| ()));
        let failed = catch_unwind(AssertUnwindSafe(|| (target.read)(&bytes)));
        drop(std::panic::take_hook());
        if let Err(why) = failed {
            let file = format!("found-{}-{seed}-{n}", target.name);
            std::fs::write(&file, &bytes)?;
            let why = why.downcast_ref::<String>().map(String::as_str).or(why.downcast_ref::<&str>().copied());
            eprintln!("{}: {file}: {}", target.name, why.unwrap_or("it panicked"));
            found += 1;
        }
    }
    Ok(found)
}
