//! The one tablet behind the window: its folder, its `Device` once opened, the sending, and the work under way.

use crate::bridge::Failure;
use crate::sending::{self, Signal};
use device::{Device, Error, Real};
use domain::wire::EnrolmentCode;
use serde::Serialize;
use std::path::PathBuf;
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
}

/// The state behind every command.
pub struct Tablet {
    folder: PathBuf,
    device: Mutex<Option<Shared>>,
    signal: Arc<Signal>,
}

impl Tablet {
    /// A tablet whose things lie in `folder`; nothing is opened yet.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, device: Mutex::default(), signal: Arc::default() }
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
        if !Device::is_there(&self.folder) {
            return Ok(HowFar::New);
        }
        let Ok(device) = self.shared() else { return Ok(HowFar::Locked) };
        Ok(if lock(&device).is_set_up()? { HowFar::Open } else { HowFar::WithoutOffice })
    }

    /// The open device.
    ///
    /// # Errors
    /// `locked`, while nobody has typed the PIN.
    pub fn shared(&self) -> Result<Shared, Failure> {
        let open = lock(&self.device).clone();
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
        if self.shared().is_err() {
            self.opened(Device::open(&self.folder, pin, Real::around())?);
        }
        self.how_far()
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

    /// Locks the tablet again; what waits to be sent waits until the PIN is typed.
    pub fn lock_again(&self) {
        *lock(&self.device) = None;
        self.signal.locked();
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
    }
}
