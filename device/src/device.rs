//! One tablet: opening and closing it, who it belongs to, and who writes. Its other verbs stand with their nouns:
//! `writing`, `drafts`, `photos`, `seal`, `visits`, `screen`, `safe` and `sync`.

use crate::error::Error;
use crate::lock::{self, Stretch};
use crate::pack;
use crate::shelf::Book;
use crate::store::{Store, books, meta, people};
use crate::surroundings::{Around, random};
use crate::sync::machine::Sync;
use crate::views::{Standing, SyncTotals, Writer};
use domain::entry::Millis;
use domain::ids::{DeviceId, NotebookId, OrgId, PersonId};
use domain::notebook::{Actor, Field, Projection};
use domain::wire::{Organisation, Person, Visit};
use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// One tablet: its encrypted store, photos, sealed records and sending. It is `Send`; a shell keeps it in a `Mutex`.
///
/// A method that writes returns only once what it wrote is on disk.
pub struct Device {
    pub(crate) dir: PathBuf,
    pub(crate) around: Around,
    pub(crate) store: Store,
    pub(crate) id: DeviceId,
    pub(crate) key: SigningKey,
    /// New at each start: a tablet restored from an old copy would otherwise use its numbers again.
    pub(crate) actor: Actor,
    pub(crate) books: HashMap<NotebookId, Book>,
    pub(crate) sync: Sync,
    pub(crate) totals: SyncTotals,
    /// What the store said when sending broke off, until the next round begins.
    pub(crate) trouble: Option<String>,
    /// Keeps every other window out of this folder for as long as this one has it open.
    #[cfg_attr(not(test), expect(dead_code, reason = "it is held, and let go with the device"))]
    pub(crate) alone: File,
}

impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Device({})", self.id)
    }
}

/// The office that this tablet belongs to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Office {
    pub(crate) address: String,
    pub(crate) fingerprint: Option<String>,
    pub(crate) org: OrgId,
    pub(crate) holders: Vec<PersonId>,
}

const STORE: &str = "tablet.store";
/// What is locked while a window has the folder open. It holds nothing.
const ALONE: &str = "open";

/// What is in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum There {
    /// No tablet, or the lock of one that a kill ended before anything was kept.
    Nothing,
    /// A tablet.
    Whole,
    /// A tablet that was set up, without the file that holds its notes.
    WithoutItsStore,
}

impl Device {
    /// Makes a new, empty tablet in the folder `dir`, locked by `pin` (eight digits or three words).
    ///
    /// # Errors
    /// [`Error::WeakPin`], [`Error::AlreadyThere`], and what the disk says.
    pub fn create(dir: &Path, pin: &str, around: Around) -> Result<Self> {
        // This crate's own stories open hundreds.
        Self::create_with(dir, pin, if cfg!(test) { Stretch::STORY } else { Stretch::TABLET }, around)
    }

    /// As [`Device::create`], with a PIN that is as hard to try as is said.
    ///
    /// # Errors
    /// As [`Device::create`].
    pub fn create_with(dir: &Path, pin: &str, stretch: Stretch, around: Around) -> Result<Self> {
        match Self::what_is_in(dir) {
            There::Nothing => {}
            There::Whole => return Err(Error::AlreadyThere),
            There::WithoutItsStore => return Err(Error::StoreMissing),
        }
        std::fs::create_dir_all(dir)?;
        let alone = alone(dir)?;
        let key = lock::make(dir, pin, stretch, around.as_ref())?;
        let device = Self::start(dir, Store::open(&dir.join(STORE), &key)?, around, alone)?;
        // From here on a store that is not there is one that went away.
        lock::holds_a_store(dir)?;
        Ok(device)
    }

    /// Opens the tablet in `dir`; drafts that are finished become their entries, orphaned photo files are swept.
    ///
    /// # Errors
    /// [`Error::WrongPin`] and [`Error::TooSoon`] (wrong PINs make the next try wait), [`Error::NothingHere`],
    /// [`Error::StoreMissing`], [`Error::OpenElsewhere`].
    pub fn open(dir: &Path, pin: &str, around: Around) -> Result<Self> {
        match Self::what_is_in(dir) {
            There::Nothing => return Err(Error::NothingHere),
            There::Whole => {}
            There::WithoutItsStore => return Err(Error::StoreMissing),
        }
        let alone = alone(dir)?;
        let key = lock::open(dir, pin, around.now())?;
        let mut device = Self::start(dir, Store::open(&dir.join(STORE), &key)?, around, alone)?;
        // One that was made before this was written down, or was killed while it was.
        if let Err(error) = lock::holds_a_store(dir) {
            tracing::warn!(code = error.code(), "that there is a store behind the lock is not written down");
        }
        if let Err(error) = device.store.write(|tx| books::try_refused_again(tx)) {
            // A full disk, say: what is on it can be read all the same.
            tracing::warn!(code = error.code(), "what the office had refused is not tried again this time");
        }
        if let Err(error) = device.store.write(|tx| pack::take_up(tx)) {
            tracing::warn!(code = error.code(), "a newer scheme pack goes on waiting");
        }
        device.recover_drafts()?;
        Ok(device)
    }

    /// Looks whether a PIN is this tablet's, while it is open: for whoever wants to look at a locked screen again.
    ///
    /// # Errors
    /// [`Error::WrongPin`] and [`Error::TooSoon`], as when it is opened.
    pub fn is_its_pin(dir: &Path, pin: &str, now: Millis) -> Result<()> {
        lock::open(dir, pin, now).map(|_| ())
    }

    /// What is in this folder.
    #[must_use]
    pub fn what_is_in(dir: &Path) -> There {
        match (lock::path(dir).exists(), dir.join(STORE).exists()) {
            (true, true) => There::Whole,
            // A kill while a tablet is made leaves a lock alone: nothing was promised then, and the next PIN makes another.
            (true, false) if lock::held_a_store(dir) || has_photos(dir) => There::WithoutItsStore,
            (false, true) => There::WithoutItsStore,
            (_, false) => There::Nothing,
        }
    }

    fn start(dir: &Path, mut store: Store, around: Around, alone: File) -> Result<Self> {
        // At the first start, also where a kill came before the first row.
        if meta::get::<String>(store.read(), meta::name::KEY)?.is_none() {
            let (id, seed) = (DeviceId::new(around.uuid()), hex::encode(random::<32>(around.as_ref())));
            store.write(|tx| {
                meta::set(tx, meta::name::DEVICE, &id)?;
                meta::set(tx, meta::name::KEY, &seed)
            })?;
        }
        let broken = || Error::Fault("this tablet's own name cannot be read".into());
        let seed: String = meta::get(store.read(), meta::name::KEY)?.ok_or_else(broken)?;
        let seed: [u8; 32] = hex::decode(seed).ok().and_then(|seed| seed.try_into().ok()).ok_or_else(broken)?;
        let mut device = Self {
            dir: dir.to_owned(),
            id: meta::get(store.read(), meta::name::DEVICE)?.ok_or_else(broken)?,
            key: SigningKey::from_bytes(&seed),
            actor: Actor::new(random(around.as_ref())),
            books: HashMap::new(),
            sync: Sync::default(),
            totals: meta::get(store.read(), meta::name::TOTALS)?.unwrap_or_default(),
            trouble: None,
            store,
            around,
            alone,
        };
        device.sweep_photos()?;
        Ok(device)
    }

    /// The tablet's clock.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.around.now()
    }

    /// This tablet's id.
    #[must_use]
    pub const fn id(&self) -> DeviceId {
        self.id
    }

    /// What people call this tablet, once it is set up.
    ///
    /// # Errors
    /// What the store says.
    pub fn name(&self) -> Result<Option<String>> {
        meta::get(self.store.read(), meta::name::NAME)
    }

    /// Whether it belongs to an office.
    ///
    /// # Errors
    /// What the store says.
    pub fn is_set_up(&self) -> Result<bool> {
        Ok(self.office()?.is_some())
    }

    pub(crate) fn office(&self) -> Result<Option<Office>> {
        meta::get(self.store.read(), meta::name::OFFICE)
    }

    /// The organisation, once the first feed has come.
    ///
    /// # Errors
    /// What the store says.
    pub fn organisation(&self) -> Result<Option<Organisation>> {
        meta::get(self.store.read(), meta::name::ORGANISATION)
    }

    /// Everybody the office has told of, by name.
    ///
    /// # Errors
    /// What the store says.
    pub fn people(&self) -> Result<Vec<Person>> {
        people::people(self.store.read())
    }

    /// Whose tablet it is, as far as the office has told their names.
    ///
    /// # Errors
    /// What the store says.
    pub fn holders(&self) -> Result<Vec<Person>> {
        let ids = self.office()?.map(|office| office.holders).unwrap_or_default();
        Ok(self.people()?.into_iter().filter(|person| ids.contains(&person.id)).collect())
    }

    /// The planned visits that the office has told of.
    ///
    /// # Errors
    /// What the store says.
    pub fn visits(&self) -> Result<Vec<Visit>> {
        people::visits(self.store.read())
    }

    /// The scheme pack's JSON text, once the first feed has come.
    ///
    /// # Errors
    /// What the store says.
    pub fn pack_text(&self) -> Result<Option<String>> {
        Ok(pack::stored(self.store.read())?.map(|pack| pack.json))
    }

    /// The scheme pack's id and version, as entries carry them, once the first feed has come.
    ///
    /// # Errors
    /// What the store says.
    pub fn pack_stamp(&self) -> Result<Option<String>> {
        Ok(pack::stored(self.store.read())?.map(|pack| format!("{}/{}", pack.id, pack.version)))
    }

    /// The JSON texts of the packs that were in use here before the one of now, by the stamp that entries have.
    ///
    /// # Errors
    /// What the store says.
    pub fn packs_before(&self) -> Result<Vec<(String, String)>> {
        let on = self.store.read();
        let mut packs = Vec::new();
        for stamp in pack::before(on)? {
            packs.extend(pack::of_stamp(on, &stamp)?.map(|pack| (stamp, pack.json)));
        }
        Ok(packs)
    }

    /// The scheme pack, once the first feed has come.
    ///
    /// # Errors
    /// What the store says.
    pub fn pack(&self) -> Result<Option<domain::scheme::Scheme>> {
        pack::scheme(self.store.read())
    }

    /// Who may be chosen under *Writing as*: the visit's team with its lead first, or the tablet's holders.
    ///
    /// # Errors
    /// What the store says.
    pub fn writers(&mut self, notebook: Option<NotebookId>) -> Result<Vec<Writer>> {
        let visit = match notebook {
            Some(id) => people::visit(self.store.read(), id)?,
            None => None,
        };
        match visit {
            Some(visit) => self.team_on_the_day(&visit),
            None => Ok(self.holders()?.into_iter().map(|person| writer_of(person, false)).collect()),
        }
    }

    /// A visit's team, its lead first.
    pub(crate) fn team_of(&self, visit: &Visit) -> Result<Vec<Writer>> {
        Ok(team_among(&self.people()?, visit))
    }

    /// From now on this person writes: a holder of this tablet, or one of the team of a visit that is on it.
    ///
    /// # Errors
    /// [`Error::NobodyWrites`] for anybody else.
    pub fn write_as(&mut self, person: PersonId) -> Result<()> {
        self.may_write(person)?;
        self.store.write(|tx| meta::set(tx, meta::name::WRITER, &person))
    }

    /// A holder of this tablet, or one of the team of a visit that is on it, planned or added on the day.
    pub(crate) fn may_write(&mut self, person: PersonId) -> Result<()> {
        people::person(self.store.read(), person)?.ok_or(Error::NobodyWrites)?;
        let holds = self.office()?.is_some_and(|office| office.holders.contains(&person));
        if holds || self.visits()?.iter().any(|visit| visit.team.contains(&person)) || self.was_added(person)? {
            return Ok(());
        }
        // What somebody began here stays theirs to end, however long ago they were on the team.
        match crate::store::drafts::all(self.store.read())?.iter().any(|draft| draft.by == person) {
            true => Ok(()),
            false => Err(Error::NobodyWrites),
        }
    }

    /// Who writes now: whoever was chosen last, or the only holder.
    ///
    /// # Errors
    /// What the store says.
    pub fn writing_as(&self) -> Result<Option<Writer>> {
        let chosen = match meta::get(self.store.read(), meta::name::WRITER)? {
            Some(id) => people::person(self.store.read(), id)?,
            None => None,
        };
        let only = || -> Result<Option<Person>> {
            let mut holders = self.holders()?;
            Ok(if holders.len() == 1 { holders.pop() } else { None })
        };
        let person = match chosen {
            Some(person) => Some(person),
            None => only()?,
        };
        Ok(person.map(|person| writer_of(person, false)))
    }

    /// Somebody's name, or that it is not known here yet.
    pub(crate) fn name_of(&self, id: PersonId) -> Result<String> {
        let person = people::person(self.store.read(), id)?;
        Ok(person.map_or_else(|| "somebody at the office".to_owned(), |person| person.name))
    }

    /// Everything that stands in a field, with names.
    pub(crate) fn words_of(&self, field: &Field) -> Result<Vec<crate::views::Words>> {
        let words = |s: &domain::notebook::Stated| -> Result<crate::views::Words> {
            Ok(crate::views::Words { by: s.by, name: self.name_of(s.by)?, at: s.at, value: s.value.clone() })
        };
        field.values.iter().map(words).collect()
    }

    /// The notebook as both tablet and office read it.
    ///
    /// # Errors
    /// [`Error::NoNotebook`].
    pub fn read(&mut self, notebook: NotebookId) -> Result<Projection> {
        self.projection(notebook)
    }

    /// How the sending stands, in a sentence.
    ///
    /// # Errors
    /// What the store says.
    pub fn standing(&self) -> Result<Standing> {
        let stored: Standing = meta::get(self.store.read(), meta::name::STANDING)?.unwrap_or_default();
        Ok(match &self.trouble {
            Some(sentence) => Standing { sentence: sentence.clone(), ..stored },
            None => stored,
        })
    }

    /// Bytes and requests since the tablet was set up.
    #[must_use]
    pub const fn totals(&self) -> SyncTotals {
        self.totals
    }
}

/// A visit's team among everybody, its lead first.
pub(crate) fn team_among(people: &[Person], visit: &Visit) -> Vec<Writer> {
    let on_it = |person: &&Person| visit.team.contains(&person.id) || visit.lead == Some(person.id);
    let writer = |person: &Person| writer_of(person.clone(), visit.lead == Some(person.id));
    let mut team: Vec<Writer> = people.iter().filter(on_it).map(writer).collect();
    team.sort_by_key(|writer| !writer.leads);
    team
}

pub(crate) fn writer_of(person: Person, leads: bool) -> Writer {
    Writer { id: person.id, name: person.name, role: person.role, leads }
}

/// Takes the folder for this process and this device alone, until the file is closed; a kill closes it too.
fn alone(dir: &Path) -> Result<File> {
    let file = File::options().create(true).truncate(false).write(true).open(dir.join(ALONE))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::OpenElsewhere),
        // Some network folders know no locks; there a second window is not noticed.
        Err(TryLockError::Error(error)) => {
            tracing::warn!(%error, "this folder cannot be locked against a second window");
            Ok(file)
        }
    }
}

fn has_photos(dir: &Path) -> bool {
    std::fs::read_dir(dir.join(crate::photos::FOLDER)).is_ok_and(|mut files| files.next().is_some())
}
