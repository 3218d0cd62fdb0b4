//! `hand FOLDER`: a tablet without a screen in a process of its own, on which somebody writes without a pause until the
//! process is killed. Each line on standard output says what a screen would show: `saved ENTRY` once it is on disk,
//! `photo HASH`, and `office ENTRY` for what the tablet says has left it.

use anyhow::{Context as _, Result};
use device::sync::{Round, drive};
use device::views::Whereabouts;
use device::{Device, Real};
use domain::entry::{Entry, Observation};
use domain::ids::{EntryId, NotebookId};
use journeys::sim::slate::{picture, used};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).context("hand FOLDER")?;
    let device = Mutex::new(Device::open(Path::new(&folder), journeys::sim::PIN, Real::around())?);
    let transport = lock(&device).transport()?;
    let book = lock(&device).visits()?.first().context("a tablet without a visit")?.id;
    let mut told = BTreeSet::new();
    for n in 0_u64.. {
        let entry = lock(&device).record(book, note(n), None)?;
        say("saved", &entry)?;
        if n % 8 == 3 {
            photograph(&mut lock(&device), book, n)?;
        }
        if n % 4 == 2 {
            // Whether anybody answers is not this program's matter: what it says afterwards is.
            drive(&device, &transport, Round::Once).await?;
            left(&mut lock(&device), book, &mut told)?;
        }
    }
    Ok(())
}

fn lock(device: &Mutex<Device>) -> MutexGuard<'_, Device> {
    device.lock().unwrap_or_else(PoisonError::into_inner)
}

fn note(n: u64) -> Entry {
    let words = format!("Note {n}: the corridor is bright, and the handrail ends before the door.");
    Entry::Observation(Observation {
        words,
        area: None,
        theme: None,
        tone: None,
        how: Vec::new(),
        ..Observation::default()
    })
}

fn photograph(device: &mut Device, book: NotebookId, n: u64) -> Result<()> {
    let pending = device.take_photo(book, &picture(n.to_le_bytes()[0])?)?;
    let entry = device.use_photo(pending.id, &used(), None)?;
    say("saved", &entry)?;
    let rows = device.visit(book)?.rows;
    let photo = rows.into_iter().find(|row| row.entry == entry).and_then(|row| row.photo);
    say("photo", &photo.context("a photo without its picture")?.hash)
}

fn left(device: &mut Device, book: NotebookId, told: &mut BTreeSet<EntryId>) -> Result<()> {
    for row in device.visit(book)?.rows {
        let there = matches!(row.whereabouts, Whereabouts::OnItsWay | Whereabouts::AtTheOffice { .. });
        if there && told.insert(row.entry) {
            say("office", &row.entry)?;
        }
    }
    Ok(())
}

/// One write for each line, so that whoever reads never sees half of one.
fn say(what: &str, id: &dyn std::fmt::Display) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{what} {id}\n").as_bytes())?;
    Ok(out.flush()?)
}
