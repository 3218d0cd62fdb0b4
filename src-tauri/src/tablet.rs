//! The one tablet behind the window: its folder, its `Device` once opened, the sending, and the work under way.

use crate::bridge::Failure;
use crate::sending::{self, Signal};
use device::handed::Handed;
use device::{Device, Error, Real, There};
use domain::wire::EnrolmentCode;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use ts_rs::TS;

/// A device that commands, the photo protocol and the sending share; held for one verb at a time.
pub type Shared = Arc<Mutex<Device>>;

/// How far this tablet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HowFar {
    /// Nothing is on it yet.
    New,
    /// It has a PIN, which is needed now.
    Locked,
    /// Open, and no office knows it yet.
    WithoutOffice,
    /// Open and ready.
    Open,
    /// Somebody has it in their hands who is asked what they think; the PIN brings it back.
    Handed,
}

/// The state behind every command.
pub struct Tablet {
    folder: PathBuf,
    device: Mutex<Option<Shared>>,
    /// The screen is locked: nothing is shown or written, and what waits is sent all the same.
    shut: AtomicBool,
    /// Somebody else has it in their hands: nothing is shown or written but their own sheets.
    pub(crate) handed: Mutex<Option<Handed>>,
    signal: Arc<Signal>,
}

impl Tablet {
    /// A tablet whose things lie in `folder`; nothing is opened yet.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        let (device, handed) = (Mutex::default(), Mutex::default());
        Self { folder, device, shut: AtomicBool::new(false), handed, signal: Arc::default() }
    }

    /// What tells the sending and the screens that something happened.
    #[must_use]
    pub fn signal(&self) -> &Arc<Signal> {
        &self.signal
    }

    /// How far this tablet is.
    ///
    /// # Errors
    /// What the store says.
    pub fn how_far(&self) -> Result<HowFar, Failure> {
        match Device::what_is_in(&self.folder) {
            There::Nothing => return Ok(HowFar::New),
            There::Whole => {}
            There::WithoutItsStore => return Err(Error::StoreMissing.into()),
        }
        let Ok(device) = self.behind() else { return Ok(HowFar::Locked) };
        if lock(&self.handed).is_some() {
            return Ok(HowFar::Handed);
        }
        Ok(if lock(&device).is_set_up()? { HowFar::Open } else { HowFar::WithoutOffice })
    }

    /// The open device.
    ///
    /// # Errors
    /// `locked`, while nobody has typed the PIN; `handed`, while somebody else has it in their hands.
    pub fn shared(&self) -> Result<Shared, Failure> {
        let device = self.behind()?;
        if lock(&self.handed).is_some() {
            return Err(Failure::new("handed", "Somebody is writing on this tablet. Type the PIN to have it back."));
        }
        Ok(device)
    }

    /// The open device behind whatever page somebody else has in their hands.
    pub(crate) fn behind(&self) -> Result<Shared, Failure> {
        let open = lock(&self.device).clone().filter(|_| !self.shut.load(Ordering::SeqCst));
        open.ok_or_else(|| Failure::new("locked", "The tablet is locked. Everything is safe. Type the PIN to go on."))
    }

    /// Does one verb with the open device.
    ///
    /// # Errors
    /// `locked`, and what the verb says.
    pub fn with<T>(&self, verb: impl FnOnce(&mut Device) -> Result<T, Error>) -> Result<T, Failure> {
        let device = self.shared()?;
        let done = verb(&mut lock(&device));
        Ok(done?)
    }

    /// As [`Tablet::with`], and then tells the sending and the screens that something was written.
    ///
    /// # Errors
    /// As [`Tablet::with`].
    pub fn write<T>(&self, verb: impl FnOnce(&mut Device) -> Result<T, Error>) -> Result<T, Failure> {
        let done = self.with(verb)?;
        self.signal.written();
        Ok(done)
    }

    /// Opens what is in the folder with its PIN, and begins to send.
    ///
    /// # Errors
    /// A wrong PIN, or what the disk says.
    pub fn unlock(&self, pin: &str) -> Result<HowFar, Failure> {
        let open = lock(&self.device).clone();
        match open {
            Some(device) => {
                let now = lock(&device).now();
                Device::is_its_pin(&self.folder, pin, now)?;
            }
            None => drop(self.opened(Device::open(&self.folder, pin, Real::around())?)),
        }
        self.shut.store(false, Ordering::SeqCst);
        *lock(&self.handed) = None;
        self.how_far()
    }

    /// Looks whether this is the PIN of the open tablet.
    pub(crate) fn is_its_pin(&self, pin: &str) -> Result<(), Failure> {
        let device = self.behind()?;
        let now = lock(&device).now();
        Ok(Device::is_its_pin(&self.folder, pin, now)?)
    }

    /// Makes the store behind its PIN and makes the tablet known to the office; after a failure with the office
    /// the store stays, and this can be called again.
    ///
    /// # Errors
    /// A code that is none, a weak PIN, an office that cannot be reached or says no.
    pub fn set_up(&self, code: &str, name: &str, pin: &str) -> Result<HowFar, Failure> {
        let code: EnrolmentCode = code.parse().map_err(|e| Failure::new("code", format!("Sorry: {e}.")))?;
        let device = match self.shared() {
            Ok(device) => device,
            Err(_) => self.opened(Device::create(&self.folder, pin, Real::around())?),
        };
        tokio::runtime::Handle::current().block_on(device::sync::set_up(&device, &code, name))?;
        self.signal.asked();
        self.how_far()
    }

    /// Locks the screen. Nothing more is shown or written before the PIN is typed; what waits goes on being sent.
    pub fn lock_again(&self) {
        self.shut.store(true, Ordering::SeqCst);
        self.signal.beat();
    }

    fn opened(&self, device: Device) -> Shared {
        let shared = Arc::new(Mutex::new(device));
        *lock(&self.device) = Some(Arc::clone(&shared));
        sending::begin(Arc::downgrade(&shared), Arc::clone(&self.signal));
        shared
    }
}

/// Takes a lock whose last holder may have failed; the store itself is what keeps things whole.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_tablet_that_nobody_has_opened_gives_nothing_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tablet");
        let tablet = Tablet::new(path.clone());
        assert_eq!(tablet.how_far().unwrap(), HowFar::New);
        assert_eq!(tablet.with(|device| device.my_visits()).unwrap_err().code, "locked");
        assert_eq!(tablet.unlock("20261110").unwrap_err().code, "nothing-here");

        drop(Device::create(&path, "20261110", Real::around()).unwrap());
        assert_eq!(tablet.how_far().unwrap(), HowFar::Locked);
        assert_eq!(tablet.unlock("99999999").unwrap_err().code, "wrong-pin");
        assert_eq!(tablet.with(|device| device.my_visits()).unwrap_err().code, "locked");
        assert_eq!(tablet.unlock("20261110").unwrap(), HowFar::WithoutOffice);
        tablet.lock_again();
        assert_eq!(tablet.how_far().unwrap(), HowFar::Locked);
        assert_eq!(tablet.with(|device| device.my_visits()).unwrap_err().code, "locked");
        assert_eq!(tablet.unlock("99999999").unwrap_err().code, "wrong-pin", "although the store is open behind it");
        assert_eq!(tablet.with(|device| device.my_visits()).unwrap_err().code, "locked");
        assert_eq!(tablet.unlock("20261110").unwrap(), HowFar::WithoutOffice);
    }

    #[test]
    fn what_waits_is_sent_while_the_screen_is_locked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tablet");
        drop(Device::create(&path, "20261110", Real::around()).unwrap());
        let tablet = Tablet::new(path);
        tablet.unlock("20261110").unwrap();
        let sending = Arc::downgrade(&tablet.shared().unwrap());
        tablet.lock_again();
        assert!(sending.upgrade().is_some(), "the sending has nothing left to send from");
    }

    #[test]
    fn a_tablet_whose_notes_are_gone_says_so_and_is_not_set_up_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tablet");
        drop(Device::create(&path, "20261110", Real::around()).unwrap());
        std::fs::remove_file(path.join("tablet.store")).unwrap();
        let tablet = Tablet::new(path);
        assert_eq!(tablet.how_far().unwrap_err().code, "store-missing");
        assert_eq!(tablet.unlock("20261110").unwrap_err().code, "store-missing");
        assert!(tablet.unlock("20261110").unwrap_err().message.contains("do not set it up anew"));
    }
}
