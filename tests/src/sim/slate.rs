//! A tablet of a world: a real [`Device`] in a folder of its own, its clock, its disk, and copies of it.

use super::town::{HOLDERS, PIN, person, visit};
use super::{VISITS, copy_folder};
use anyhow::{Context as _, Result, bail};
use device::sync::{Happened, Next};
use device::views::{Closed, DraftId, DraftKind, PhotoUse};
use device::{Device, Error, Told};
use domain::entry::{Entry, How, Observation};
use domain::ids::{EntryId, NotebookId, SealedId};
use domain::notebook::{ProjectedEntry, Projection, Spot, Value};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How a tablet's disk does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disk {
    /// It keeps what it is given.
    Well,
    /// It takes so many bytes more in any file, and then refuses: a write may be kept in half.
    Full {
        /// How many.
        left: u64,
    },
}

/// The field of the summary that everybody writes.
const IMPRESSION: &str = "impression";

/// A tablet.
pub struct Slate {
    /// Its number, from 1.
    pub number: usize,
    /// Its clock and its chance.
    pub clock: Arc<Told>,
    /// The office has revoked it.
    pub revoked: bool,
    /// What it is told next; a round is under way while there is something.
    pub happened: Option<Happened>,
    /// The round under way began before the office was put back: what it says of it is of then.
    pub stale: bool,
    /// Copies of its folder, the oldest first.
    pub copies: Vec<Copy>,
    /// Sheets that are open.
    pub sheets: Vec<(NotebookId, DraftId, String)>,
    sealed: BTreeSet<SealedId>,
    folder: PathBuf,
    device: Option<Device>,
    disk: Disk,
}

/// A tablet as it was at some time.
#[derive(Clone, Debug)]
pub struct Copy {
    folder: PathBuf,
    sealed: BTreeSet<SealedId>,
}

impl Slate {
    pub(super) fn open(number: usize, folder: PathBuf, now: i64, seed: u64) -> Result<Self> {
        let clock = Told::new(now, seed.wrapping_mul(31).wrapping_add(number as u64));
        let mut slate = Self {
            number,
            clock,
            revoked: false,
            happened: None,
            stale: false,
            copies: Vec::new(),
            sheets: Vec::new(),
            sealed: BTreeSet::new(),
            folder,
            device: None,
            disk: Disk::Well,
        };
        slate.start()?;
        Ok(slate)
    }

    /// Somebody opens it.
    ///
    /// # Errors
    /// What it says.
    pub fn start(&mut self) -> Result<()> {
        self.happened = None;
        let (folder, clock) = (self.folder.clone(), self.clock.clone());
        self.device = None;
        self.device = Some(on(self.disk, &folder, || Device::open(&folder, PIN, clock.clone()))?);
        Ok(())
    }

    /// Somebody opens it again: the sheets that were open then are notes now, or wait unfinished. Says which notes.
    ///
    /// # Errors
    /// What it says, or words that were shown as saved are nowhere.
    pub fn start_again(&mut self) -> Result<Vec<(NotebookId, EntryId, String)>> {
        self.start()?;
        let mut became = Vec::new();
        for (notebook, draft, typed) in std::mem::take(&mut self.sheets) {
            if typed.is_empty() {
                continue;
            }
            let read = self.reads(notebook)?;
            let words = |entry: &&ProjectedEntry| {
                let field = entry.fields.get("words");
                field.is_some_and(|field| field.values.iter().any(|v| v.value.text() == Some(typed.as_str())))
            };
            if let Some(entry) = read.iter().flat_map(|read| &read.entries).find(words) {
                became.push((notebook, entry.id, typed.clone()));
            } else if !self.device()?.unfinished()?.iter().any(|sheet| sheet.id == draft) {
                bail!("the words `{typed}` of a sheet of tablet {} are nowhere", self.number);
            }
        }
        Ok(became)
    }

    /// It is killed: its files are as they are at this instant. It is not open afterwards.
    ///
    /// # Errors
    /// The disk's, for the copy.
    pub fn kill(&mut self, place: PathBuf) -> Result<()> {
        copy_folder(&self.folder, &place)?;
        self.device = None;
        self.folder = place;
        Ok(())
    }

    /// Keeps a copy of it as it stands.
    ///
    /// # Errors
    /// The disk's.
    pub fn copy(&mut self, place: PathBuf) -> Result<()> {
        copy_folder(&self.folder, &place)?;
        self.copies.push(Copy { folder: place, sealed: self.sealed.clone() });
        Ok(())
    }

    /// A copy takes its place, as when a tablet is put back from a backup of last week.
    ///
    /// # Errors
    /// The disk's, or it does not open.
    pub fn put_back(&mut self, copy: &Copy, place: PathBuf) -> Result<()> {
        self.device = None;
        copy_folder(&copy.folder, &place)?;
        self.sealed.clone_from(&copy.sealed);
        self.folder = place;
        self.sheets.clear();
        self.start()
    }

    /// Its disk does so from now on.
    pub const fn disk(&mut self, disk: Disk) {
        self.disk = disk;
    }

    /// Whether its disk refuses.
    #[must_use]
    pub fn disk_is_bad(&self) -> bool {
        self.disk != Disk::Well
    }

    /// Whether nobody has it open.
    #[must_use]
    pub const fn is_shut(&self) -> bool {
        self.device.is_none()
    }

    /// The device, for looking.
    ///
    /// # Errors
    /// Nobody has it open.
    pub fn device(&mut self) -> Result<&mut Device> {
        self.device.as_mut().context("this tablet is not open")
    }

    fn doing<T>(&mut self, deed: impl FnOnce(&mut Device) -> Result<T, Error>) -> Result<T> {
        let (disk, folder) = (self.disk, self.folder.clone());
        let device = self.device()?;
        Ok(on(disk, &folder, || deed(device))?)
    }

    pub(super) fn step(&mut self, happened: Happened) -> Result<Next> {
        self.doing(|device| device.step(happened))
    }

    /// Whether this tablet knows the visit and may write in it.
    ///
    /// # Errors
    /// What it says.
    pub fn knows(&mut self, n: usize) -> Result<bool> {
        Ok(self.device()?.visits()?.iter().any(|known| known.id == visit(n)))
    }

    /// The person who holds it writes a note in a visit.
    ///
    /// # Errors
    /// What it says; then nothing was shown as saved.
    pub fn note(&mut self, notebook: NotebookId, words: &str) -> Result<EntryId> {
        self.doing(|device| device.record(notebook, saw(words), None))
    }

    /// Somebody else writes on it from now on.
    ///
    /// # Errors
    /// What it says.
    pub fn write_as(&mut self, who: usize) -> Result<()> {
        self.doing(|device| device.write_as(person(who)))
    }

    /// A field of the summary is written.
    ///
    /// # Errors
    /// What it says.
    pub fn sum_up(&mut self, notebook: NotebookId, words: &str) -> Result<()> {
        let spot = Spot::Summary(IMPRESSION.into());
        self.doing(|device| device.state(notebook, &spot, &Value::Text(words.into())))
    }

    /// An own note is withdrawn.
    ///
    /// # Errors
    /// What it says.
    pub fn withdraw(&mut self, notebook: NotebookId, entry: EntryId) -> Result<()> {
        self.doing(|device| device.withdraw(notebook, entry, "written twice"))
    }

    /// Notes are removed without trace, as far as nothing of them was sent.
    ///
    /// # Errors
    /// What it says.
    pub fn forget(&mut self, notebook: NotebookId, entry: EntryId) -> Result<()> {
        self.doing(|device| device.forget(notebook, &[entry]))
    }

    /// A concern is sealed.
    ///
    /// # Errors
    /// What it says.
    pub fn worry(&mut self, notebook: NotebookId, words: &str) -> Result<SealedId> {
        let by = self.device()?.writing_as()?.context("nobody writes")?.id;
        let concern = domain::sealed::Concern {
            words: words.into(),
            about: "a resident".into(),
            told: "nobody".into(),
            by,
            at: self.device()?.now(),
            notebook: Some(notebook),
        };
        let id = self.doing(|device| device.worry(&concern))?;
        self.sealed.insert(id);
        Ok(id)
    }

    /// A photo is taken, covered and used; which, goes by its number.
    ///
    /// # Errors
    /// What it says.
    pub fn photograph(&mut self, notebook: NotebookId, number: u8) -> Result<(EntryId, String)> {
        let picture = picture(number)?;
        let entry = self.doing(|device| {
            let pending = device.take_photo(notebook, &picture)?;
            device.use_photo(pending.id, &used(), None)
        })?;
        let read = self.device()?.read(notebook)?;
        match read.entries.iter().find(|known| known.id == entry).and_then(ProjectedEntry::entry) {
            Some(Entry::Photo(photo)) => Ok((entry, photo.hash)),
            other => bail!("a photo's entry reads as {other:?}"),
        }
    }

    /// A sheet is opened.
    ///
    /// # Errors
    /// What it says.
    pub fn open_sheet(&mut self, notebook: NotebookId) -> Result<()> {
        let draft = self.doing(|device| device.open_draft(notebook, DraftKind::Observation))?;
        self.sheets.push((notebook, draft, String::new()));
        Ok(())
    }

    /// A sheet for the summary's impression is opened, and these words are typed on it.
    ///
    /// # Errors
    /// What it says.
    pub fn open_summary_sheet(&mut self, notebook: NotebookId, words: &str) -> Result<DraftId> {
        let kind = DraftKind::Summary { field: IMPRESSION.into() };
        let fields = serde_json::json!({ "value": words }).to_string();
        self.doing(|device| {
            let draft = device.open_draft(notebook, kind)?;
            device.save_draft(draft, &fields)?;
            Ok(draft)
        })
    }

    /// That sheet is closed.
    ///
    /// # Errors
    /// What it says; the sheet stays.
    pub fn close_summary_sheet(&mut self, sheet: DraftId) -> Result<Closed> {
        self.doing(|device| device.close_draft(sheet))
    }

    /// Words are typed on the sheet that was opened last.
    ///
    /// # Errors
    /// What it says; then nothing was shown as saved.
    pub fn type_on_sheet(&mut self, words: &str) -> Result<()> {
        let Some((_, draft, _)) = self.sheets.last().cloned() else { return Ok(()) };
        let fields = serde_json::json!({ "words": words }).to_string();
        self.doing(|device| device.save_draft(draft, &fields))?;
        if let Some((_, _, kept)) = self.sheets.last_mut() {
            words.clone_into(kept);
        }
        Ok(())
    }

    /// The sheet that was opened last is closed; says what it became.
    ///
    /// # Errors
    /// What it says; the sheet stays.
    pub fn close_sheet(&mut self) -> Result<Option<(NotebookId, EntryId)>> {
        let Some((notebook, draft, _)) = self.sheets.last().cloned() else { return Ok(None) };
        let closed = self.doing(|device| device.close_draft(draft))?;
        self.sheets.pop();
        Ok(match closed {
            Closed::Kept { entry } => entry.map(|entry| (notebook, entry)),
            Closed::Empty | Closed::Unfinished { .. } => None,
        })
    }

    /// A notebook as it reads; nothing where it is not on this tablet.
    ///
    /// # Errors
    /// What it says beside that.
    pub fn reads(&mut self, notebook: NotebookId) -> Result<Option<Projection>> {
        match self.device()?.read(notebook) {
            Ok(read) => Ok(Some(read)),
            Err(Error::NoNotebook) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Every entry of these notebooks that is on it.
    ///
    /// # Errors
    /// What it says.
    pub fn has(&mut self, notebooks: &BTreeSet<NotebookId>) -> Result<BTreeSet<EntryId>> {
        let mut all = BTreeSet::new();
        for id in notebooks {
            all.extend(self.reads(*id)?.into_iter().flat_map(|read| read.entries).map(|entry| entry.id));
        }
        Ok(all)
    }

    /// Whether it still has a sealed record.
    #[must_use]
    pub fn has_sealed(&self, id: SealedId) -> bool {
        self.sealed.contains(&id)
    }

    pub(super) fn standing(&mut self) -> Result<String> {
        let number = self.number;
        let waits = self.device()?.waiting()?;
        Ok(format!(
            "tablet {number}: {} here, {} under way, {} held, {} photos, {} sealed; ",
            waits.entries, waits.on_their_way, waits.held, waits.photos, waits.sealed
        ))
    }
}

fn saw(words: &str) -> Entry {
    Entry::Observation(Observation {
        words: words.into(),
        area: Some("lounge".into()),
        theme: None,
        tone: None,
        how: vec![How::Seen],
        ..Observation::default()
    })
}

/// How a picture is used: allowed, nobody in it, nothing covered.
#[must_use]
pub fn used() -> PhotoUse {
    PhotoUse { permission: "manager".into(), nobody_recognisable: true, ..PhotoUse::default() }
}

/// A small picture of stripes (JPEG), another for each number.
///
/// # Errors
/// The encoder's.
pub fn picture(number: u8) -> Result<Vec<u8>> {
    let (wide, high) = (64_u16, 48_u16);
    let mut pixels = Vec::with_capacity(usize::from(wide) * usize::from(high) * 3);
    for y in 0..high {
        for x in 0..wide {
            let stripe = (x / 8 + y / 8).to_le_bytes()[0];
            pixels.extend([number.wrapping_mul(37), stripe.wrapping_mul(23), number.wrapping_add(stripe)]);
        }
    }
    let mut bytes = Vec::new();
    jpeg_encoder::Encoder::new(&mut bytes, 90).encode(&pixels, wide, high, jpeg_encoder::ColorType::Rgb)?;
    Ok(bytes)
}

/// Does something while no file may grow beyond what the disk has left.
fn on<T>(disk: Disk, folder: &Path, deed: impl FnOnce() -> T) -> T {
    match disk {
        Disk::Well => deed(),
        Disk::Full { left } => {
            let largest = ["tablet.store", "tablet.store-wal"].iter().map(|name| folder.join(name));
            let largest = largest.filter_map(|path| path.metadata().ok()).map(|known| known.len()).max().unwrap_or(0);
            limit::while_files_end_at(largest + left, deed)
        }
    }
}

#[cfg(unix)]
mod limit {
    use rlimit::Resource;

    /// The limit is the process's: a world is told in one thread, and nothing else writes while a tablet does.
    pub(super) fn while_files_end_at<T>(most: u64, deed: impl FnOnce() -> T) -> T {
        // Without a handler the system would end the process at the first byte beyond.
        let handled = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(SIGXFSZ)).is_ok();
        let before = Resource::FSIZE.get().ok().filter(|_| handled);
        if let Some((_, hard)) = before {
            let _ = Resource::FSIZE.set(most.min(hard), hard);
        }
        let done = deed();
        if let Some((soft, hard)) = before {
            let _ = Resource::FSIZE.set(soft, hard);
        }
        done
    }

    const SIGXFSZ: i32 = 25;
}

#[cfg(not(unix))]
mod limit {
    /// There is no such limit here: the disk is well.
    pub(super) fn while_files_end_at<T>(_: u64, deed: impl FnOnce() -> T) -> T {
        deed()
    }
}

/// Who may write on the tablet of this number in which visits, before anything happens.
#[must_use]
pub fn visits_of(number: usize) -> Vec<usize> {
    let holders = number.checked_sub(1).and_then(|place| HOLDERS.get(place)).copied().unwrap_or_default();
    let on = |(n, (_, team)): (usize, &(&str, &[usize]))| team.iter().any(|who| holders.contains(who)).then_some(n);
    VISITS.iter().enumerate().filter_map(on).collect()
}
