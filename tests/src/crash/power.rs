//! Cuts of power. Tablet and office run once with every write, sync and rename written down (`record.c`); then the disk is
//! made as a cut at any moment of that run would have left it, and opened by the program itself.
//!
//! What was synced is there. Of what was not, any part may be: any of the writes, any of them in half (512 bytes hold
//! together), and of the names made, changed and removed since, the first so many, as a file system with a journal keeps
//! them. A sync of anything brings all names made before it.

use super::{Place, Shown, Speaking, hand, listening, serve};
use anyhow::{Context as _, Result, bail, ensure};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a disk keeps together.
const SECTOR: usize = 512;

/// What came of many cuts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cuts {
    /// Runs that were written down.
    pub runs: usize,
    /// Writes, syncs, renames in them.
    pub operations: usize,
    /// Cuts, of which each tablet was opened.
    pub cuts: usize,
    /// Cuts after which the office's record was opened too.
    pub offices: usize,
    /// Notes shown as saved before a cut, over all cuts.
    pub saved: usize,
}

/// Cuts in one run, before another is written down.
const A_RUN: usize = 500;
/// Lines that the tablet says in a run.
const LINES: usize = 60;

/// Cuts the power so many times, and looks after each what is there.
///
/// # Errors
/// Something is lost: it names what.
pub async fn cuts(how_many: usize, seed: u64) -> Result<Cuts> {
    let mut chance = fastrand::Rng::with_seed(seed);
    let mut sum = Cuts::default();
    let recorder = recorder()?;
    while sum.cuts < how_many {
        let place = Place::new()?;
        let before = Disk::of(place.folder.path())?;
        let log = run(&place, &recorder.path().join("record.so"))?;
        let deeds = read(&log)?;
        ensure!(deeds.iter().any(|deed| matches!(deed, Deed::Synced(_))), "the run was not written down");
        sum.runs += 1;
        sum.operations += deeds.len();
        for n in 0..A_RUN.min(how_many - sum.cuts) {
            let at = chance.usize(0..=deeds.len());
            let (cut, shown) = cut(&before, deeds.get(..at).unwrap_or_default(), place.folder.path(), &mut chance)?;
            let mut missing = shown.missing_on(&cut.path().join("tablet-1"))?;
            if n % 4 == 0 {
                missing.extend(shown.missing_at(&cut.path().join("office")).await?);
                sum.offices += 1;
            }
            ensure!(missing.is_empty(), "lost by a cut after {at} of {}: {}", deeds.len(), missing.join(", "));
            sum.saved += shown.saved.len();
            sum.cuts += 1;
        }
    }
    Ok(sum)
}

/// The same on a disk that says *synced* and keeps nothing of it: in how many of so many cuts that is seen. Were it in
/// none, [`cuts`] would show nothing.
///
/// # Errors
/// The run cannot be made.
pub fn seen_on_a_disk_that_lies(how_many: usize, seed: u64) -> Result<usize> {
    let mut chance = fastrand::Rng::with_seed(seed);
    let recorder = recorder()?;
    let place = Place::new()?;
    let mut before = Disk::of(place.folder.path())?;
    before.lies = true;
    let deeds = read(&run(&place, &recorder.path().join("record.so"))?)?;
    let mut seen = 0;
    for _ in 0..how_many {
        let at = chance.usize(deeds.len() / 2..=deeds.len());
        let (cut, shown) = cut(&before, deeds.get(..at).unwrap_or_default(), place.folder.path(), &mut chance)?;
        // A store of which nothing holds together does not open, which is seen as well.
        seen += usize::from(shown.missing_on(&cut.path().join("tablet-1")).map_or(true, |missing| !missing.is_empty()));
    }
    Ok(seen)
}

/// The recorder, compiled by the compiler that links every program here.
fn recorder() -> Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    let (source, made) = (folder.path().join("record.c"), folder.path().join("record.so"));
    std::fs::write(&source, include_str!("record.c"))?;
    let mut cc = Command::new("cc");
    let done =
        cc.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&made).arg(&source).args(["-ldl", "-lpthread"]).output()?;
    ensure!(done.status.success(), "the recorder does not compile: {}", String::from_utf8_lossy(&done.stderr));
    Ok(folder)
}

/// A tablet and an office at work, written down.
fn run(place: &Place, recorder: &Path) -> Result<PathBuf> {
    let log = place.folder.path().join("log of deeds");
    let written = |command: &mut Command| {
        command.env("LD_PRELOAD", recorder).env("ENTERVIEW_RECORD", &log);
        command.env("ENTERVIEW_RECORD_UNDER", place.folder.path());
    };
    let mut served = serve(&place.office())?;
    written(&mut served);
    let office = listening(&mut served)?;
    let mut tablet = hand(&place.tablet(1))?;
    written(&mut tablet);
    let mut tablet = Speaking::start(&mut tablet)?;
    for _ in 0..LINES {
        tablet.lines.next().context("a tablet ended by itself")??;
    }
    tablet.kill()?;
    office.kill()?;
    Ok(log)
}

/// What a process did.
#[derive(Debug)]
enum Deed {
    Created(PathBuf),
    Written {
        to: PathBuf,
        at: usize,
        bytes: Vec<u8>,
    },
    Truncated {
        what: PathBuf,
        to: usize,
    },
    Synced(PathBuf),
    Renamed {
        from: PathBuf,
        to: PathBuf,
    },
    Removed(PathBuf),
    Said(String),
    /// A folder made; folders are made with what is in them.
    Nothing,
}

fn read(log: &Path) -> Result<Vec<Deed>> {
    let whole = std::fs::read(log)?;
    let (mut rest, mut deeds) = (whole.as_slice(), Vec::new());
    while let Some((kind, after)) = rest.split_first() {
        rest = after;
        let length = u32::from_le_bytes(take(&mut rest, 4)?.try_into()?) as usize;
        let path = PathBuf::from(String::from_utf8(take(&mut rest, length)?.to_vec())?);
        let place = usize::try_from(u64::from_le_bytes(take(&mut rest, 8)?.try_into()?))?;
        let length = u32::from_le_bytes(take(&mut rest, 4)?.try_into()?) as usize;
        let bytes = take(&mut rest, length)?.to_vec();
        deeds.push(match kind {
            b'C' => Deed::Created(path),
            b'W' => Deed::Written { to: path, at: place, bytes },
            b'T' => Deed::Truncated { what: path, to: place },
            b'S' => Deed::Synced(path),
            b'R' => Deed::Renamed { from: path, to: PathBuf::from(String::from_utf8(bytes)?) },
            b'U' => Deed::Removed(path),
            b'M' => Deed::Nothing,
            b'A' => Deed::Said(String::from_utf8(bytes)?),
            other => bail!("the log has a line of the kind {other}"),
        });
    }
    Ok(deeds)
}

fn take<'b>(rest: &mut &'b [u8], n: usize) -> Result<&'b [u8]> {
    let (taken, after) = rest.split_at_checked(n).context("the log breaks off")?;
    *rest = after;
    Ok(taken)
}

/// Something that was written and not synced.
#[derive(Clone, Debug)]
enum Loose {
    Bytes { at: usize, bytes: Vec<u8> },
    Length(usize),
}

/// A file without its name.
#[derive(Clone, Debug, Default)]
struct File {
    synced: Vec<u8>,
    loose: Vec<Loose>,
}

/// A change of names that was not synced.
#[derive(Clone, Debug)]
enum Name {
    Given(PathBuf, usize),
    Taken(PathBuf),
}

/// A disk: files, and the names by which they are found, as they are now and as they are kept.
#[derive(Clone, Debug, Default)]
struct Disk {
    files: Vec<File>,
    now: BTreeMap<PathBuf, usize>,
    kept: BTreeMap<PathBuf, usize>,
    names: Vec<Name>,
    /// It says *synced* and keeps nothing of it.
    lies: bool,
}

impl Disk {
    /// All that is in a folder, synced.
    fn of(folder: &Path) -> Result<Self> {
        let mut disk = Self::default();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    disk.files.push(File { synced: std::fs::read(&path)?, loose: Vec::new() });
                    disk.kept.insert(path, disk.files.len() - 1);
                }
            }
        }
        disk.now.clone_from(&disk.kept);
        Ok(disk)
    }

    fn file(&mut self, path: &Path) -> &mut File {
        let known = self.now.get(path).copied();
        let place = known.unwrap_or_else(|| {
            self.files.push(File::default());
            self.files.len() - 1
        });
        if known.is_none() {
            self.now.insert(path.to_owned(), place);
            self.names.push(Name::Given(path.to_owned(), place));
        }
        // The place was found or made a line above.
        #[allow(clippy::indexing_slicing, reason = "see above")]
        &mut self.files[place]
    }

    fn does(&mut self, deed: &Deed) {
        match deed {
            Deed::Created(path) => drop(self.file(path)),
            Deed::Written { to, at, bytes } => {
                self.file(to).loose.push(Loose::Bytes { at: *at, bytes: bytes.clone() });
            }
            Deed::Truncated { what, to } => self.file(what).loose.push(Loose::Length(*to)),
            Deed::Synced(_) if self.lies => {}
            Deed::Synced(path) => {
                // A folder has no bytes of its own.
                if let Some(file) = self.now.get(path).and_then(|place| self.files.get_mut(*place)) {
                    let loose = std::mem::take(&mut file.loose);
                    loose.iter().for_each(|loose| put(&mut file.synced, loose, usize::MAX));
                }
                self.kept.clone_from(&self.now);
                self.names.clear();
            }
            Deed::Renamed { from, to } => {
                if let Some(place) = self.now.remove(from) {
                    self.now.insert(to.clone(), place);
                    self.names.extend([Name::Taken(from.clone()), Name::Given(to.clone(), place)]);
                }
            }
            Deed::Removed(path) => {
                self.now.remove(path);
                self.names.push(Name::Taken(path.clone()));
            }
            Deed::Said(_) | Deed::Nothing => {}
        }
    }

    /// Writes what a cut of power leaves of it, with `from` as `to`.
    fn cut_off(&self, from: &Path, to: &Path, chance: &mut fastrand::Rng) -> Result<()> {
        let mut names = self.kept.clone();
        for name in self.names.iter().take(chance.usize(0..=self.names.len())) {
            match name {
                Name::Given(path, place) => drop(names.insert(path.clone(), *place)),
                Name::Taken(path) => drop(names.remove(path)),
            }
        }
        for (path, place) in names.iter().filter(|(path, _)| !path.to_string_lossy().ends_with("-shm")) {
            let file = self.files.get(*place).context("a name of no file")?;
            let mut bytes = file.synced.clone();
            for loose in &file.loose {
                match chance.u8(0..4) {
                    0 => {}
                    1 => put(&mut bytes, loose, chance.usize(0..16) * SECTOR),
                    _ => put(&mut bytes, loose, usize::MAX),
                }
            }
            let at = to.join(path.strip_prefix(from)?);
            std::fs::create_dir_all(at.parent().context("a file without a folder")?)?;
            std::fs::write(at, bytes)?;
        }
        Ok(())
    }
}

/// Puts at most so many bytes of what was written where it belongs.
fn put(file: &mut Vec<u8>, loose: &Loose, most: usize) {
    match loose {
        Loose::Length(length) => file.resize(*length, 0),
        Loose::Bytes { at, bytes } => {
            let bytes = bytes.get(..most.min(bytes.len())).unwrap_or_default();
            if file.len() < at + bytes.len() {
                file.resize(at + bytes.len(), 0);
            }
            if let Some(place) = file.get_mut(*at..at + bytes.len()) {
                place.copy_from_slice(bytes);
            }
        }
    }
}

/// The disk after these deeds and a cut, in a folder of its own, and what had been shown by then.
fn cut(before: &Disk, deeds: &[Deed], from: &Path, chance: &mut fastrand::Rng) -> Result<(tempfile::TempDir, Shown)> {
    let (mut disk, mut shown) = (before.clone(), Shown::default());
    for deed in deeds {
        disk.does(deed);
        if let Deed::Said(text) = deed {
            let lines = text.lines().filter(|line| !line.contains("listening"));
            lines.into_iter().try_for_each(|line| shown.line(line))?;
        }
    }
    let folder = crate::sim::folder()?;
    disk.cut_off(from, folder.path(), chance)?;
    Ok((folder, shown))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_not_synced_may_be_gone_and_what_was_is_there() {
        let path = || PathBuf::from("/disk/a");
        let mut disk = Disk::default();
        let write = |at, text: &str| Deed::Written { to: path(), at, bytes: text.as_bytes().to_vec() };
        for deed in [Deed::Created(path()), write(0, "kept"), Deed::Synced(path()), write(4, " or not")] {
            disk.does(&deed);
        }
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..40 {
            let folder = tempfile::tempdir().unwrap();
            disk.cut_off(Path::new("/disk"), folder.path(), &mut fastrand::Rng::with_seed(seed)).unwrap();
            seen.insert(std::fs::read_to_string(folder.path().join("a")).unwrap());
        }
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["kept", "kept or not"]);
    }

    #[test]
    fn a_name_that_was_not_synced_may_be_the_old_one() {
        let (old, new) = (PathBuf::from("/disk/new.tmp"), PathBuf::from("/disk/new"));
        let mut disk = Disk::default();
        let bytes = b"whole".to_vec();
        for deed in [
            Deed::Written { to: old.clone(), at: 0, bytes },
            Deed::Synced(old.clone()),
            Deed::Renamed { from: old, to: new },
        ] {
            disk.does(&deed);
        }
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..40 {
            let folder = tempfile::tempdir().unwrap();
            disk.cut_off(Path::new("/disk"), folder.path(), &mut fastrand::Rng::with_seed(seed)).unwrap();
            let names = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name());
            seen.insert(names.map(|name| name.into_string().unwrap()).collect::<Vec<_>>());
        }
        let expected: std::collections::BTreeSet<Vec<String>> =
            [vec![], vec!["new".to_owned()], vec!["new.tmp".to_owned()]].into();
        assert_eq!(seen, expected);
    }
}
