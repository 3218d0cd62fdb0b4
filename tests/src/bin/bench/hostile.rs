//! Hostile bytes: bent changes at the walk over their first page, and past it through the real reading process; bent
//! photos through the same. What is published is loaded again in this process, written in by somebody honest, and
//! brought back to a second reading process. How many of each: `ENTERVIEW_HOSTILE=WALKED,APPLIED,PHOTOS`.

use super::figure::{Measure, alone};
use anyhow::{Context, Result, bail, ensure};
use domain::notebook::NewChange;
use domain::wire::Bytes;
use journeys::hostile::{Chance, Chunk, Field, bent_picture, pictures};
use journeys::server::program;
use server::projector::{Answer, Ask, NotStarted, Projector, Publish, Published};
use server::sync::chunk;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const SIZES: [usize; 3] = [1_000_000, 10_000, 10_000];

pub async fn run() -> Result<()> {
    let [walked, applied, photos] = sizes()?;
    let field = Field::new()?;
    walk(&field, walked)?;
    let peak = Peak::watch();
    apply(&field, applied).await?;
    look(photos).await?;
    let (highest, largest_room) = peak.stop();
    alone(Measure { name: "hostile_child_memory_highest", unit: "KiB", n: applied + photos }, highest as f64);
    alone(
        Measure { name: "hostile_child_address_space_highest", unit: "KiB", n: applied + photos },
        largest_room as f64,
    );
    Ok(())
}

fn sizes() -> Result<[usize; 3]> {
    let Ok(asked) = std::env::var("ENTERVIEW_HOSTILE") else { return Ok(SIZES) };
    let numbers = asked.split(',').map(str::parse).collect::<Result<Vec<usize>, _>>().context("ENTERVIEW_HOSTILE")?;
    numbers.try_into().ok().context("ENTERVIEW_HOSTILE wants three numbers: walked, applied, photos")
}

/// The server's own process reads the first page of each.
fn walk(field: &Field, n: usize) -> Result<()> {
    let mut chance = Chance::new(1);
    let (mut panics, mut past, mut spent) = (0, 0, Duration::ZERO);
    for _ in 0..n {
        let bytes = bent(field.chunks(), field, &mut chance)?;
        let began = Instant::now();
        match catch_unwind(AssertUnwindSafe(|| chunk::read(&bytes).is_ok())) {
            Ok(read) => past += usize::from(read),
            Err(_) => panics += 1,
        }
        spent += began.elapsed();
    }
    let of = |name, unit| Measure { name, unit, n };
    alone(of("hostile_walk_panics", "panics"), f64::from(panics));
    alone(of("hostile_walk_past_the_first_page", "frames"), past as f64);
    alone(of("hostile_walk_rate", "frames a second"), n as f64 / spent.as_secs_f64());
    Ok(())
}

fn bent(of: &[Chunk], field: &Field, chance: &mut Chance) -> Result<Vec<u8>> {
    let chunk = chance.of(of).context("no seeds")?;
    Ok(chunk.bent(field.chunks(), chance))
}

/// What became of the changes that came past the first page.
#[derive(Default)]
struct Tally {
    published: usize,
    held: usize,
    deaths: usize,
    unloadable: usize,
    reasons: BTreeMap<String, usize>,
}

/// The real child applies them, one after the other; what is published is sometimes the ground of the next.
async fn apply(field: &Field, n: usize) -> Result<()> {
    let (child, second) = (Projector::new(program()?), Projector::new(program()?));
    let mut chance = Chance::new(2);
    let (mut tally, mut spent) = (Tally::default(), Duration::ZERO);
    let mut ground = field.base.clone();
    let mut tried = 0;
    while tried < n {
        let bytes = bent(field.next(), field, &mut chance)?;
        if chunk::read(&bytes).is_err() {
            continue;
        }
        tried += 1;
        if chance.once_in(6) {
            ground.clone_from(&field.base);
        }
        let began = Instant::now();
        let answer = child.ask(&job(field, &ground, bytes)).await;
        spent += began.elapsed();
        match answer {
            Ok(Answer::Published(Ok(done))) if done.published.is_empty() => tally.hold(&done),
            Ok(Answer::Published(Ok(done))) => {
                tally.published += 1;
                if is_sound(field, &second, &done, &mut chance).await? {
                    ground.clone_from(&done.chunk.0);
                } else {
                    tally.unloadable += 1;
                }
            }
            Ok(Answer::Published(Err(why))) => bail!("what was published before could not be loaded: {why}"),
            Ok(Answer::Photo(_)) => bail!("the child answered something else"),
            Err(error) if error.is::<NotStarted>() => return Err(error),
            Err(_) => tally.deaths += 1,
        }
        if tried.is_multiple_of(10_000) {
            eprintln!("{tried} applied: {} published, {} held, {} deaths", tally.published, tally.held, tally.deaths);
        }
    }
    tally.say(n, spent);
    Ok(())
}

fn job(field: &Field, ground: &[u8], bytes: Vec<u8>) -> Ask {
    Ask::Publish(Publish { notebook: field.id, chunk: Some(Bytes(ground.to_vec())), changes: vec![Bytes(bytes)] })
}

/// Loaded in this process, written in, and what was written published by another: nobody is shut out by what was taken.
async fn is_sound(field: &Field, second: &Projector, done: &Published, chance: &mut Chance) -> Result<bool> {
    let next: Option<NewChange> =
        catch_unwind(AssertUnwindSafe(|| field.next_on(&done.chunk.0, chance.byte()))).ok().and_then(Result::ok);
    let Some(next) = next else { return Ok(false) };
    match second.ask(&job(field, &done.chunk.0, next.bytes)).await {
        Ok(Answer::Published(Ok(after))) => {
            Ok(after.published == [next.hash] && after.projection.keeps(&done.projection).is_ok())
        }
        Err(error) if error.is::<NotStarted>() => Err(error),
        _ => Ok(false),
    }
}

impl Tally {
    fn hold(&mut self, done: &Published) {
        self.held += 1;
        let why = done.held.first().map_or("waits for a change that has not come", |(_, why)| why.as_str());
        // Names and numbers of one change make no reason of their own.
        let why: String = why.split([':', '`']).next().unwrap_or_default().chars().take(60).collect();
        *self.reasons.entry(why).or_default() += 1;
    }

    fn say(&self, n: usize, spent: Duration) {
        let of = |name, unit| Measure { name, unit, n };
        alone(of("hostile_applied_published", "changes"), self.published as f64);
        alone(of("hostile_applied_held", "changes"), self.held as f64);
        alone(of("hostile_applied_child_deaths", "deaths"), self.deaths as f64);
        alone(of("hostile_published_then_unloadable", "changes"), self.unloadable as f64);
        alone(of("hostile_applied_rate", "changes a second"), n as f64 / spent.as_secs_f64());
        let mut reasons: Vec<_> = self.reasons.iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (why, count) in reasons {
            eprintln!("held {count}: {why}");
        }
    }
}

/// Bent photos through the child.
async fn look(n: usize) -> Result<()> {
    let child = Projector::new(program()?);
    let seeds = pictures()?;
    let mut chance = Chance::new(3);
    let (mut taken, mut refused, mut deaths) = (0, 0, 0);
    let began = Instant::now();
    for _ in 0..n {
        let bytes = bent_picture(chance.of(&seeds).context("no pictures")?, &mut chance);
        match child.ask(&Ask::Photo(Bytes(bytes))).await {
            Ok(Answer::Photo(Ok(_))) => taken += 1,
            Ok(Answer::Photo(Err(_))) => refused += 1,
            Ok(Answer::Published(_)) => bail!("the child answered something else"),
            Err(error) if error.is::<NotStarted>() => return Err(error),
            Err(_) => deaths += 1,
        }
    }
    ensure!(taken + refused + deaths == n, "a photo without an answer");
    let of = |name, unit| Measure { name, unit, n };
    alone(of("hostile_photos_taken", "photos"), taken as f64);
    alone(of("hostile_photos_refused", "photos"), refused as f64);
    alone(of("hostile_photos_child_deaths", "deaths"), deaths as f64);
    alone(of("hostile_photos_rate", "photos a second"), n as f64 / began.elapsed().as_secs_f64());
    Ok(())
}

/// The highest memory of any reading process, by its own peak as the system keeps it, looked at every few milliseconds.
struct Peak {
    highest: Arc<[AtomicU64; 2]>,
    over: Arc<AtomicBool>,
    watcher: std::thread::JoinHandle<()>,
}

impl Peak {
    fn watch() -> Self {
        let (highest, over) = (Arc::new([AtomicU64::new(0), AtomicU64::new(0)]), Arc::new(AtomicBool::new(false)));
        let (seen, stop) = (highest.clone(), over.clone());
        let watcher = std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                for child in children() {
                    let status = std::fs::read_to_string(format!("/proc/{child}/status")).unwrap_or_default();
                    for (field, highest) in ["VmHWM:", "VmPeak:"].into_iter().zip(seen.iter()) {
                        highest.fetch_max(figure(&status, field), Ordering::Relaxed);
                    }
                }
                std::thread::park_timeout(Duration::from_millis(5));
            }
        });
        Self { highest, over, watcher }
    }

    fn stop(self) -> (u64, u64) {
        self.over.store(true, Ordering::Relaxed);
        if self.watcher.join().is_err() {
            eprintln!("the memory was not watched to the end");
        }
        let [memory, space] = self.highest.as_ref();
        (memory.load(Ordering::Relaxed), space.load(Ordering::Relaxed))
    }
}

fn figure(status: &str, field: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|rest| rest.split_whitespace().next()).and_then(|kib| kib.parse().ok()).unwrap_or_default()
}

/// The processes that this one started, whichever thread of it did.
fn children() -> Vec<String> {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}
