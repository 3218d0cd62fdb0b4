//! What the tablet costs whoever holds it: a key until it is on disk, the first page with 500 visits of 60 notes, a photo with
//! its covers, a hundred photos, the screens' weight, and the real window from its start to the first tap. What can be told
//! without a window is told in a process of its own that has done nothing before. `ENTERVIEW_LIST=20,6` says other numbers of
//! visits and notes, `ENTERVIEW_PHOTOS=3` another number of photos.

use super::figure::{Measure, alone, median, ms, quantile};
use super::record::{ASHA, MONDAY, Record};
use super::town::Town;
use super::{draft, screens};
use anyhow::{Context, Result, ensure};
use device::views::{PhotoUse, Shape};
use device::{Device, Real};
use domain::entry::{Entry, Observation};
use domain::ids::NotebookId;
use journeys::process::Process;
use journeys::server::{Server, command};
use journeys::tablet::{PIN, Tablet};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Times that a page is looked at.
const LOOKS: usize = 50;
/// A picture of 12 megapixels.
const PICTURE: &str = "tests/examples/hazel-court/photos/corridor.jpg";

pub async fn run() -> Result<()> {
    draft::run().await?;
    list().await?;
    photos().await?;
    screens::run()
}

fn number(name: &str, place: usize, usual: usize) -> Result<usize> {
    let Ok(said) = std::env::var(name) else { return Ok(usual) };
    let named = said.split(',').nth(place).with_context(|| format!("{name} lacks a number"))?;
    named.trim().parse().with_context(|| format!("{name}={said}"))
}

/// A tablet that was sent all of it, opened anew by a process that begins with nothing; then the same in the real window.
async fn list() -> Result<()> {
    let (visits, notes) = (number("ENTERVIEW_LIST", 0, 500)?, number("ENTERVIEW_LIST", 1, 60)?);
    let mut record = Record::new().await?;
    let pen = record.tablets(1).await?.pop().context("a tablet")?;
    record.fill(&pen, visits, notes).await?;
    let server = record.serve().await?;
    let folder = record.folder.path().join("hers");
    std::fs::create_dir_all(&folder)?;
    drop(sent(&server, &folder).await?);
    let n = visits * notes;
    let said = opened(&folder)?;
    ensure!(
        said.get("listed").and_then(Value::as_u64) == Some(visits as u64),
        "not every visit is on the list: {said}"
    );
    let tell = |name: &str, unit, of: &Value| {
        if let Some(value) = of.get(name).and_then(Value::as_f64) {
            alone(Measure { name: &format!("tablet_{name}"), unit, n }, value);
        }
    };
    for name in ["list_first", "list_again_p50", "list_again_p99", "list_after_a_note_p50", "visit_opens_p50"] {
        tell(name, "ms", &said);
    }
    tell("list_bytes", "bytes", &said);
    tell("list_memory", "KiB", &said);
    tell("list_memory_peak", "KiB", &said);
    let window = window(&folder, visits)?;
    for name in ["window_to_first_tap", "window_unlocks", "window_list", "window_scroll_median", "window_scroll_worst"]
    {
        tell(name, "ms", &window);
    }
    tell("window_memory", "KiB", &window);
    tell("window_memory_page", "KiB", &window);
    server.stop().await
}

async fn sent(server: &Server, folder: &Path) -> Result<Tablet> {
    let said = command(server.data(), &["enrol", "--name", "hers", "--for", ASHA]).await?;
    let code = said.split_whitespace().find(|word| word.starts_with("EV1~")).context("no code was printed")?;
    let mut tablet = Tablet::set_up(1, folder, code, MONDAY).await?;
    tablet.sync().await?;
    Ok(tablet)
}

/// What a process of its own says, which opens the tablet in this folder.
fn opened(folder: &Path) -> Result<Value> {
    let run = Command::new(std::env::current_exe()?).arg("list-of").arg(folder).output()?;
    ensure!(run.status.success(), "the other process ended: {}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).context("what the other process says")
}

/// `bench list-of FOLDER`: opens the tablet there and looks at its lists.
pub fn list_of(arguments: &[String]) -> Result<()> {
    let folder = arguments.first().context("bench list-of FOLDER")?;
    let mut tablet = Device::open(Path::new(folder), PIN, Real::around())?;
    let me = Process::this();
    let before = me.own_memory()?;
    // What the PIN takes is another matter.
    me.forget_peak()?;
    let first = took(|| tablet.my_visits())?;
    let mut again = Vec::new();
    for _ in 0..LOOKS {
        again.push(took(|| tablet.my_visits())?);
    }
    let page = tablet.my_visits()?;
    let cards: Vec<NotebookId> =
        [page.today, page.this_week, page.later, page.before].into_iter().flatten().map(|card| card.notebook).collect();
    let bytes = serde_json::to_vec(&tablet.my_visits()?)?.len();
    let (held, peak) = (me.own_memory()?, me.peak_memory()?);
    let mut opens = Vec::new();
    for visit in cards.iter().take(LOOKS) {
        opens.push(took(|| tablet.visit(*visit))?);
    }
    let (mut after, visit) = (Vec::new(), *cards.first().context("a visit")?);
    for n in 0..LOOKS {
        let words = format!("Note {n}: the corridor is bright.");
        let seen =
            Observation { words, area: None, theme: None, tone: None, how: Vec::new(), ..Observation::default() };
        tablet.record(visit, Entry::Observation(seen), None)?;
        after.push(took(|| tablet.my_visits())?);
    }
    say(&serde_json::json!({
        "listed": cards.len(), "list_first": first, "list_again_p50": median(&again),
        "list_again_p99": quantile(&again, 0.99), "list_after_a_note_p50": median(&after), "list_bytes": bytes,
        "visit_opens_p50": median(&opens), "list_memory": held.saturating_sub(before), "list_memory_peak": peak,
    }));
    Ok(())
}

/// How many milliseconds that took.
fn took<T>(looked: impl FnOnce() -> Result<T, device::Error>) -> Result<f64> {
    let began = Instant::now();
    looked()?;
    Ok(ms(began))
}

#[allow(clippy::print_stdout, reason = "the process that started this one reads it")]
fn say(line: &Value) {
    println!("{line}");
}

/// The real window over this folder, from its start; nothing, and said so, where there is no driver for it.
fn window(folder: &Path, visits: usize) -> Result<Value> {
    let run = Command::new("node")
        .arg("tests/window/first_tap.mjs")
        .arg(folder)
        .arg(PIN)
        .arg(visits.to_string())
        .env("ENTERVIEW_TABLET", program()?)
        .output();
    match run {
        Ok(run) if run.status.success() => serde_json::from_slice(&run.stdout).context("what the window's story says"),
        Ok(run) => {
            eprintln!("the window is not measured: {}", String::from_utf8_lossy(&run.stderr));
            Ok(Value::Null)
        }
        Err(why) => {
            eprintln!("the window is not measured, for node is not here: {why}");
            Ok(Value::Null)
        }
    }
}

/// The tablet's program, which is built beside this one.
fn program() -> Result<PathBuf> {
    match std::env::var_os("ENTERVIEW_TABLET") {
        Some(named) => Ok(named.into()),
        None => Ok(std::env::current_exe()?.with_file_name("tablet")),
    }
}

/// From a picture's bytes to the note on disk, with a dozen covers burnt in at full size; and what a hundred leave in memory.
async fn photos() -> Result<()> {
    let all = number("ENTERVIEW_PHOTOS", 0, 100)?;
    let bytes = std::fs::read(PICTURE).context(PICTURE)?;
    let mut town = Town::new().await?;
    let mut tablet = town.tablet().await?;
    tablet.sync().await?;
    let event = town.event(&mut tablet, 0)?;
    let me = Process::this();
    let (mut shown, mut covered, mut saved, mut held) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    me.forget_peak()?;
    for n in 0..all {
        let began = Instant::now();
        let pending = tablet.device().take_photo(event, &bytes)?;
        shown.push(ms(began));
        let (used, burning) = (covers(n, pending.width as f32, pending.height as f32), Instant::now());
        tablet.device().use_photo(pending.id, &used, None)?;
        covered.push(ms(burning));
        saved.push(ms(began));
        held.push(me.own_memory()? as f64);
    }
    let of = |name, unit| Measure { name, unit, n: all };
    alone(of("tablet_photo_shown", "ms"), median(&shown));
    alone(of("tablet_covers_burnt_in", "ms"), median(&covered));
    alone(of("tablet_photo_to_saved_p50", "ms"), median(&saved));
    alone(of("tablet_photo_to_saved_p99", "ms"), quantile(&saved, 0.99));
    // The first find no room that others left; from the tenth on what grows would be what stays.
    let (early, late) =
        (held.get(9.min(all - 1)).copied().unwrap_or_default(), held.last().copied().unwrap_or_default());
    alone(of("tablet_memory_after_photos", "KiB"), late);
    alone(of("tablet_memory_grown_by_photos", "KiB"), late - early);
    alone(of("tablet_memory_peak_of_photos", "KiB"), me.peak_memory()? as f64);
    town.server.stop().await
}

/// A dozen boxes and a stroke over the whole picture, each time elsewhere: the same picture twice would be kept once.
fn covers(n: usize, width: f32, height: f32) -> PhotoUse {
    let boxes = (0..12).map(|k| {
        let (column, row) = ((k % 4) as f32, (k / 4) as f32);
        Shape::Box {
            x: width / 4.0 * column + n as f32,
            y: height / 3.0 * row + n as f32,
            w: width / 10.0,
            h: height / 12.0,
            why: "a name".into(),
        }
    });
    let stroke = Shape::Brush { points: vec![(0.0, height), (width, 0.0)], radius: width / 60.0, why: "a face".into() };
    PhotoUse {
        shapes: boxes.chain([stroke]).collect(),
        person_said: None,
        permission: "deputy manager".into(),
        caption: String::new(),
        shows: "Corridor".into(),
        nobody_recognisable: true,
        area: None,
        theme: None,
    }
}
