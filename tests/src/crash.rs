//! Real processes that die: the tablet's ([`hand`](../../src/bin/hand.rs)) and the office's are killed at any instant while
//! they work, and cut off from power by leaving out of the disk what was not synced ([`power`]). What a screen would have
//! shown as saved, or as at the office, must be there afterwards.

pub mod power;

use crate::server::program;
use crate::sim::{PIN, copy_folder, folder, office_has, town_address, town_folder, town_org};
use anyhow::{Context as _, Result, bail, ensure};
use device::{Device, Real};
use domain::ids::EntryId;
use server::store::Store;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// What was shown, and by whom.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    /// On disk at the tablet.
    pub saved: BTreeSet<EntryId>,
    /// Pictures on disk at the tablet.
    pub photos: BTreeSet<String>,
    /// Gone to the office.
    pub office: BTreeSet<EntryId>,
}

impl Shown {
    /// Takes in a line of a tablet's process.
    ///
    /// # Errors
    /// A line that it does not say.
    pub fn line(&mut self, line: &str) -> Result<()> {
        let (what, which) = line.split_once(' ').with_context(|| format!("a tablet said `{line}`"))?;
        match what {
            "saved" => drop(self.saved.insert(which.parse()?)),
            "photo" => drop(self.photos.insert(which.to_owned())),
            "office" => drop(self.office.insert(which.parse()?)),
            _ => bail!("a tablet said `{line}`"),
        }
        Ok(())
    }

    /// What of it is not in this tablet's folder.
    ///
    /// # Errors
    /// It does not open.
    pub fn missing_on(&self, tablet: &Path) -> Result<Vec<String>> {
        let mut device = Device::open(tablet, PIN, Real::around()).context("the tablet does not open")?;
        let mut there = BTreeSet::new();
        for visit in device.visits()? {
            if let Ok(read) = device.read(visit.id) {
                there.extend(read.entries.into_iter().map(|entry| entry.id));
            }
        }
        let notes = self.saved.difference(&there).map(|id| format!("the note {id} was shown as saved"));
        let photos = self.photos.iter().filter(|hash| device.photo(hash).is_err());
        Ok(notes.chain(photos.map(|hash| format!("the photo {hash} was shown as saved"))).collect())
    }

    /// What of it is not in this office's folder.
    ///
    /// # Errors
    /// It does not open.
    pub async fn missing_at(&self, office: &Path) -> Result<Vec<String>> {
        let store = Store::open(office, None).await.context("the office's record does not open")?;
        let there = office_has(&store.org(&town_org())).await;
        store.close().await;
        let there = there?;
        Ok(self.office.difference(&there).map(|id| format!("the note {id} was shown as gone to the office")).collect())
    }
}

/// A process that says lines.
struct Speaking {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Speaking {
    fn start(command: &mut Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let lines = BufReader::new(child.stdout.take().context("a process without a voice")?).lines();
        Ok(Self { child, lines })
    }

    /// Killed, as by `kill -9`; says what it had still said.
    fn kill(mut self) -> Result<Vec<String>> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(self.lines.collect::<Result<_, _>>()?)
    }
}

fn hand(of: &Path) -> Result<Command> {
    let beside = std::env::current_exe()?;
    let mut folders = beside.ancestors().skip(1).take(2);
    let found = folders.find_map(|folder| Some(folder.join("hand")).filter(|path| path.is_file()));
    let mut command =
        Command::new(found.context("the program hand is not built; cargo build --workspace --bins does it")?);
    command.arg(of);
    Ok(command)
}

fn serve(data: &Path) -> Result<Command> {
    let address = town_address()?;
    let port = address.rsplit(':').next().context("an address without a port")?;
    let mut command = Command::new(program()?);
    command.args(["serve", "--plain", "--host", "127.0.0.1", "--port", port, "--data"]).arg(data);
    Ok(command)
}

fn listening(command: &mut Command) -> Result<Speaking> {
    let mut office = Speaking::start(command)?;
    match office.lines.next() {
        Some(line) if line.as_ref().is_ok_and(|line| line.contains("listening")) => Ok(office),
        other => bail!("the office did not start: {other:?}"),
    }
}

/// A folder for one office and its tablets, as the town is before anything happens.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Result<Self> {
        let folder = folder()?;
        copy_folder(town_folder()?, folder.path())?;
        Ok(Self { folder })
    }

    fn office(&self) -> PathBuf {
        self.folder.path().join("office")
    }

    fn tablet(&self, number: usize) -> PathBuf {
        self.folder.path().join(format!("tablet-{number}"))
    }
}

/// What came of many kills.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kills {
    /// Of tablets.
    pub tablets: usize,
    /// Of the office.
    pub offices: usize,
    /// Notes that were shown as saved.
    pub saved: usize,
    /// Notes that a tablet showed as gone to the office, its own or another's.
    pub sent: usize,
}

/// Kills of tablets and the office, until there were so many; in each place some, before the notebooks grow long.
const A_PLACE: usize = 60;

/// Kills tablets and office while they work with each other, so many times. A tablet is looked at after each of its deaths,
/// the office at the end of each place.
///
/// # Errors
/// Something is lost: it names what.
pub async fn kills(how_many: usize, seed: u64) -> Result<Kills> {
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut sum = Kills::default();
    while sum.tablets + sum.offices < how_many {
        let most = A_PLACE.min(how_many - sum.tablets - sum.offices);
        let place = Place::new()?;
        let done = in_one_place(&place, most, &mut chance).await?;
        sum = Kills {
            tablets: sum.tablets + done.tablets,
            offices: sum.offices + done.offices,
            saved: sum.saved + done.saved,
            sent: sum.sent + done.sent,
        };
    }
    Ok(sum)
}

async fn in_one_place(place: &Place, most: usize, chance: &mut fastrand::Rng) -> Result<Kills> {
    let mut office = Some(listening(&mut serve(&place.office())?)?);
    let mut hands: [Option<Speaking>; 2] = [None, None];
    let mut shown = [Shown::default(), Shown::default()];
    let mut sum = Kills::default();
    while sum.tablets + sum.offices < most {
        for (hand_of, number) in hands.iter_mut().zip(1..) {
            if hand_of.is_none() {
                *hand_of = Some(Speaking::start(&mut hand(&place.tablet(number))?)?);
            }
        }
        if office.is_none() {
            office = Some(listening(&mut serve(&place.office())?)?);
        }
        // The instant is that of some line of a tablet; what the process does then is already something else.
        let number = chance.usize(0..2);
        let (Some(Some(hand_of)), Some(shown)) = (hands.get_mut(number), shown.get_mut(number)) else {
            bail!("two tablets")
        };
        for _ in 0..chance.usize(0..14) {
            let line = hand_of.lines.next().context("a tablet ended by itself")??;
            shown.line(&line)?;
        }
        if chance.u8(0..3) == 0 {
            office.take().context("an office")?.kill()?;
            sum.offices += 1;
        } else {
            let killed = hands.get_mut(number).and_then(Option::take).context("a tablet")?;
            for line in killed.kill()? {
                shown.line(&line)?;
            }
            sum.tablets += 1;
            let missing = shown.missing_on(&place.tablet(number + 1))?;
            ensure!(missing.is_empty(), "lost by a killed tablet: {}", missing.join(", "));
        }
    }
    for (hand_of, shown) in hands.into_iter().zip(&mut shown) {
        for line in hand_of.map(Speaking::kill).transpose()?.unwrap_or_default() {
            shown.line(&line)?;
        }
    }
    office.map(Speaking::kill).transpose()?;
    for (shown, number) in shown.iter().zip(1..) {
        let mut missing = shown.missing_on(&place.tablet(number))?;
        missing.extend(shown.missing_at(&place.office()).await?);
        ensure!(missing.is_empty(), "lost by a killed office: {}", missing.join(", "));
        sum.saved += shown.saved.len();
        sum.sent += shown.office.len();
    }
    Ok(sum)
}
