//! A picture of 12 megapixels (a drawing of ours with a camera's noise), from its bytes to the sealed file, its thumbnail and
//! the entry, as processor time and memory of this process; beside libvips for upright, stripped and two sizes, in one
//! process, warm, with one thread. Ours also checks limits, shows the picture in between, seals a working copy, opens it again,
//! hashes, seals and commits; what the sealing of that is stands on a line of its own and is subtracted nowhere.

use super::figure::{Measure, alone, beside, median, ms};
use super::town::Town;
use anyhow::{Context, Result, ensure};
use device::views::{PhotoUse, Shape};
use domain::ids::NotebookId;
use journeys::process::Process;
use journeys::tablet::Tablet;
use server::store::Key;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

const TURNS: usize = 7;
/// Photos of one turn: processor time is told in hundredths of a second.
const EACH: usize = 8;
const PEER: &str = "libvips, one process, warm, one thread";
/// The working copy between taking a photo and using it: three bytes for each of 2,048 by 1,536 points.
const WORKING: usize = 2_048 * 1_536 * 3;

pub async fn run() -> Result<()> {
    let file: PathBuf = match std::env::var_os("ENTERVIEW_PHOTO") {
        Some(named) => named.into(),
        None => std::env::current_dir()?.join("tests/examples/hazel-court/photos/corridor.jpg"),
    };
    let bytes = std::fs::read(&file).with_context(|| file.display().to_string())?;
    let mut town = Town::new().await?;
    let mut tablet = town.tablet().await?;
    tablet.sync().await?;
    let event = town.event(&mut tablet, 0)?;
    let (mut costs, mut theirs) = (Costs::default(), Theirs::default());
    // The first photo of this process: later ones find the room that it left.
    let ours = first(&tablet, event, &bytes)?;
    for turn in 0..TURNS {
        for n in 0..EACH {
            costs.add(&tablet, event, &bytes, 1 + turn * EACH + n)?;
        }
        theirs.add(&file)?;
    }
    let n = TURNS * EACH;
    let of = |name, unit| Measure { name, unit, n };
    let (take, keep) = (costs.take / n as f64, costs.keep / n as f64);
    beside(of("photo_12_megapixels_cpu", "ms"), take + keep, PEER, median(&theirs.cpu));
    alone(of("photo_12_megapixels_until_shown_cpu", "ms"), take);
    alone(of("photo_12_megapixels_until_kept_cpu", "ms"), keep);
    alone(of("photo_12_megapixels", "ms"), median(&costs.took));
    alone(of("photo_12_megapixels_sealing_cpu", "ms"), sealing(town.folder.path())?);
    memory(ours, &theirs);
    town.server.stop().await
}

/// Ours, processor time in milliseconds, summed.
#[derive(Default)]
struct Costs {
    take: f64,
    keep: f64,
    took: Vec<f64>,
}

impl Costs {
    fn add(&mut self, tablet: &Tablet, event: NotebookId, bytes: &[u8], n: usize) -> Result<()> {
        let (me, began) = (Process::this(), Instant::now());
        let before = me.cpu_ms()?;
        let pending = tablet.device().take_photo(event, bytes)?;
        let shown = me.cpu_ms()?;
        tablet.device().use_photo(pending.id, &used(n), None)?;
        self.take += shown - before;
        self.keep += me.cpu_ms()? - shown;
        self.took.push(ms(began));
        Ok(())
    }
}

fn keep(tablet: &Tablet, event: NotebookId, bytes: &[u8], n: usize) -> Result<()> {
    let pending = tablet.device().take_photo(event, bytes)?;
    tablet.device().use_photo(pending.id, &used(n), None)?;
    Ok(())
}

/// A cover of a few points, each time another: the same picture twice would be kept once.
fn used(n: usize) -> PhotoUse {
    let at = n as f32 / 1_000.0;
    PhotoUse {
        shapes: vec![Shape::Box { x: at, y: at, w: 0.01, h: 0.01, why: "a name".into() }],
        person_said: None,
        permission: "deputy manager".into(),
        caption: String::new(),
        shows: "Corridor".into(),
        nobody_recognisable: true,
        area: None,
        theme: None,
    }
}

/// The same cipher over as many bytes as a photo's way seals and opens: the working copy both ways, the picture once.
fn sealing(folder: &Path) -> Result<f64> {
    let key = Key::open_or_make(folder, false)?;
    let (working, picture) = (vec![7; WORKING], vec![7; 300_000]);
    let (me, times) = (Process::this(), 40);
    let before = me.cpu_ms()?;
    for _ in 0..times {
        let sealed = key.seal("photo", &working)?;
        ensure!(key.open("photo", &sealed)?.len() == WORKING, "it was not opened");
        key.seal("photo", &picture)?;
    }
    Ok((me.cpu_ms()? - before) / f64::from(times))
}

/// What the process held in KiB before a photo, and the most that it held until the photo was kept.
fn first(tablet: &Tablet, event: NotebookId, bytes: &[u8]) -> Result<(u64, u64)> {
    let me = Process::this();
    let before = me.memory()?;
    me.forget_peak()?;
    keep(tablet, event, bytes, 0)?;
    Ok((before, me.peak_memory()?))
}

/// The peak of the whole process, and above what it held before.
fn memory((before, peak): (u64, u64), theirs: &Theirs) {
    let of = |name| Measure { name, unit: "KiB", n: 1 };
    beside(of("photo_12_megapixels_peak"), peak as f64, "libvips, with the Python that calls it", theirs.peak);
    beside(of("photo_12_megapixels_more"), peak.saturating_sub(before) as f64, PEER, theirs.peak - theirs.before);
}

/// The peer's.
#[derive(Default)]
struct Theirs {
    cpu: Vec<f64>,
    before: f64,
    peak: f64,
}

impl Theirs {
    fn add(&mut self, file: &Path) -> Result<()> {
        let run = Command::new("python3").arg("tests/peers/photo.py").arg(file).arg(EACH.to_string()).output()?;
        ensure!(run.status.success(), "the peer ended with {}: {}", run.status, String::from_utf8_lossy(&run.stderr));
        let said = String::from_utf8(run.stdout)?;
        let numbers = said.split_whitespace().map(str::parse).collect::<Result<Vec<f64>, _>>()?;
        let [cpu, before, peak] = numbers.try_into().ok().context("the peer says three numbers")?;
        self.cpu.push(cpu);
        (self.before, self.peak) = (before, peak);
        Ok(())
    }
}
