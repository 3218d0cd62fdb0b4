//! One small world in which everything goes wrong that can: real tablets and a real office in this process, on real
//! stores, with a road between them that loses, repeats, delays, cuts and lies, disks that fill and tear, clocks that
//! jump, and copies that are put back. One thing happens at a time, and the same seed tells the same story again.
//!
//! [`history`] draws what happens; a named trap (`tests/traps.rs`) says it itself. What was shown as saved is kept by the
//! [`ledger`], which says at the end what is missing. Not here: PostgreSQL and several processes (the journeys), the
//! program's own death at any instruction (`tests/crash.rs`).

pub mod history;
pub mod ledger;
pub mod office;
pub mod road;
pub mod slate;
mod town;

use crate::outgrown::Outgrown;
use anyhow::{Context as _, Result, ensure};
use device::sync::{Happened, Next, Outcome, Round};
use ledger::Ledger;
use office::Office;
use road::{Fate, Late, Road};
use server::store::{Elsewhere, Store};
use slate::Slate;
use std::path::{Path, PathBuf};

pub(crate) use office::has as office_has;
pub use town::{ASHA, DILYS, GRACE, PIN, TOM, VISITS, person, visit};
pub(crate) use town::{address as town_address, folder as town_folder, org_id as town_org};

/// A second, in milliseconds.
pub const SECOND: i64 = 1_000;
/// A minute.
pub const MINUTE: i64 = 60 * SECOND;
/// A day.
pub const DAY: i64 = 24 * 60 * MINUTE;

/// Rounds in which everything must have come to rest.
const MOST_ROUNDS: usize = 60;

/// The world of one history.
pub struct World {
    /// Everything of it lies here, and goes with it.
    folder: tempfile::TempDir,
    /// The office.
    pub office: Office,
    /// The tablets, by their number less one.
    pub slates: Vec<Slate>,
    /// The road between them.
    pub road: Road,
    /// What was shown as saved.
    pub ledger: Ledger,
    /// What happened, a line each.
    pub told: Vec<String>,
    now: i64,
}

/// A folder in memory where the system has one: a history is not about the disk's speed.
///
/// # Errors
/// No folder can be made.
pub(crate) fn folder() -> Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.context("a folder for the simulation")
}

pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let at = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &at)?;
        } else if !entry.file_name().to_string_lossy().ends_with("-shm") {
            // The index in shared memory is no part of what a disk keeps.
            std::fs::copy(entry.path(), &at)?;
        }
    }
    Ok(())
}

impl World {
    /// A world with so many tablets (1 to 4), all at rest, and so many servers over the office's one record.
    ///
    /// # Errors
    /// What disk, tablets and office say.
    pub async fn new(tablets: usize, servers: usize, seed: u64) -> Result<Self> {
        let folder = folder()?;
        copy_folder(town::folder()?, folder.path())?;
        let now = town::NOON;
        let office = Office::open(folder.path().join("office"), Elsewhere::default(), servers, now).await?;
        Self::around(folder, office, tablets, seed)
    }

    /// The same with the office's record in PostgreSQL and its photos in a store that speaks S3.
    ///
    /// # Errors
    /// As [`World::new`], or neither is there.
    pub async fn outgrown(at: &Outgrown, tablets: usize, servers: usize, seed: u64) -> Result<Self> {
        let folder = folder()?;
        copy_folder(town::folder()?, folder.path())?;
        let (from, to) = (folder.path().join("office"), folder.path().join("office that has outgrown it"));
        std::fs::create_dir_all(&to)?;
        let (old, new) = (Store::open(&from, None).await?, Store::open_with(&to, &at.elsewhere()?).await?);
        server::backup::carry(&old.org(&town::org_id()), &new).await?;
        old.close().await;
        new.close().await;
        let office = Office::open(to, at.elsewhere()?, servers, town::NOON).await?;
        Self::around(folder, office, tablets, seed)
    }

    fn around(folder: tempfile::TempDir, office: Office, tablets: usize, seed: u64) -> Result<Self> {
        let now = town::NOON;
        let slates = (1..=tablets)
            .map(|number| Slate::open(number, folder.path().join(format!("tablet-{number}")), now, seed))
            .collect::<Result<Vec<_>>>()?;
        let (road, ledger) = (Road::default(), Ledger::default());
        Ok(Self { folder, office, slates, road, ledger, told: Vec::new(), now })
    }

    /// Says what happens.
    pub fn tell(&mut self, line: impl Into<String>) {
        self.told.push(line.into());
    }

    /// The office's folder as it was before any tablet was set up.
    #[must_use]
    pub fn before_any_tablet(&self) -> PathBuf {
        self.place(town::BEFORE_TABLETS)
    }

    /// A place for a folder in this world.
    #[must_use]
    pub fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The true time.
    #[must_use]
    pub const fn now(&self) -> i64 {
        self.now
    }

    /// So many milliseconds pass, for everybody.
    pub fn pass(&mut self, millis: i64) {
        self.now += millis;
        self.office.pass(millis);
        self.slates.iter().for_each(|slate| slate.clock.pass(millis));
    }

    /// One exchange of this tablet with the office, which ends as `fate` says. Says how the round ended, if it did.
    ///
    /// # Errors
    /// Only what must not be: a tablet whose disk is in order says that it cannot go on, or it says *safe to remove* of
    /// something that is not at the office.
    pub async fn exchange(&mut self, number: usize, fate: Fate) -> Result<Option<Outcome>> {
        let slate = self.slates.get_mut(number).context("no such tablet")?;
        let happened = slate.happened.take().unwrap_or_else(|| {
            slate.stale = false;
            Happened::Begin(Round::Once)
        });
        let request = match slate.step(happened) {
            Ok(Next::Send(request)) => request,
            Ok(Next::Over(outcome)) => {
                self.told.push(format!("tablet {}: {outcome:?}", number + 1));
                if outcome == Outcome::Quiet && !slate.stale {
                    self.ledger.safe_means_safe(slate, &self.office).await?;
                }
                return Ok(Some(outcome));
            }
            Err(_) if slate.disk_is_bad() => {
                // What it heard it could not keep.
                self.ledger.disturbed(number);
                return Ok(None);
            }
            Err(error) => return Err(error).context("a tablet could not go on"),
        };
        let line = format!("tablet {}: {} {} → {fate:?}", number + 1, request.method, short(&request.path));
        self.ledger.sent(number, &request)?;
        let what = self.road.carry(&mut self.office, number, request, fate).await?;
        let well = matches!(&what, Happened::Answered(reply) if (200..300).contains(&reply.status));
        if fate != Fate::Well || !well {
            self.ledger.disturbed(number);
        }
        self.told.push(format!("{line}: {}", road::said(&what)));
        if let Some(slate) = self.slates.get_mut(number) {
            slate.happened = Some(what);
        }
        Ok(None)
    }

    /// A whole round of this tablet on a good road.
    ///
    /// # Errors
    /// As [`World::exchange`].
    pub async fn round(&mut self, number: usize) -> Result<Outcome> {
        for _ in 0..10_000 {
            if let Some(outcome) = self.exchange(number, Fate::Well).await? {
                return Ok(outcome);
            }
        }
        anyhow::bail!("a round of tablet {} does not end", number + 1)
    }

    /// The oldest request that was delayed arrives; nobody hears the answer.
    ///
    /// # Errors
    /// What the office says of itself.
    pub async fn late_one_arrives(&mut self) -> Result<()> {
        if let Some(Late { number, request }) = self.road.late() {
            let answer = self.office.answers(&request).await?;
            let answer = answer.map_or_else(|| "nobody there".into(), |reply| reply.status.to_string());
            self.tell(format!(
                "late from tablet {}: {} {}: {answer}",
                number + 1,
                request.method,
                short(&request.path)
            ));
        }
        Ok(())
    }

    /// Everything is put in order: the office is open, disks and clocks are right, and all tablets that the office
    /// knows talk with it until nothing more changes.
    ///
    /// # Errors
    /// It does not come to rest.
    pub async fn come_to_rest(&mut self) -> Result<()> {
        self.tell("all is put in order");
        self.office.reopen_if_shut().await?;
        while self.road.is_late() {
            self.late_one_arrives().await?;
        }
        self.office.set_clock(self.now);
        for slate in &mut self.slates {
            slate.clock.set(self.now);
            slate.disk(slate::Disk::Well);
            slate.happened = None;
        }
        self.open_all()?;
        let (mut before, mut quiet) = (String::new(), 0);
        for _ in 0..MOST_ROUNDS {
            self.pass(20 * MINUTE);
            for number in 0..self.slates.len() {
                if !self.slates.get(number).is_some_and(|slate| slate.revoked) {
                    self.round(number).await?;
                }
            }
            self.office.publish().await?;
            let now = self.standing().await?;
            quiet = if now == before { quiet + 1 } else { 0 };
            before = now;
            // One round more than two, for what was tried again daily or comes with the next feed.
            if quiet == 2 {
                return Ok(());
            }
        }
        anyhow::bail!("it does not come to rest: {before}")
    }

    /// Whoever holds a tablet that is not open opens it.
    ///
    /// # Errors
    /// What it says.
    pub fn open_all(&mut self) -> Result<()> {
        for slate in self.slates.iter_mut().filter(|slate| slate.is_shut()) {
            slate.disk(slate::Disk::Well);
            for (book, entry, words) in slate.start_again()? {
                self.ledger.saved(slate, book, entry, &words);
            }
        }
        Ok(())
    }

    /// What stands where, to see whether anything still moves.
    async fn standing(&mut self) -> Result<String> {
        let mut line = self.office.standing().await?;
        for slate in self.slates.iter_mut().filter(|slate| !slate.revoked) {
            line.push_str(&slate.standing()?);
        }
        Ok(line)
    }

    /// Puts all in order and asks the ledger.
    ///
    /// # Errors
    /// Something is lost, or two do not read the same.
    pub async fn nothing_is_lost(&mut self) -> Result<()> {
        self.come_to_rest().await?;
        let missing = self.ledger.at_the_end(&mut self.slates, &self.office).await?;
        ensure!(missing.is_empty(), "{}", missing.join("\n"));
        Ok(())
    }
}

fn short(path: &str) -> String {
    path.split('?').next().unwrap_or(path).chars().take(40).collect()
}
