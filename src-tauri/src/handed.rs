//! The tablet in somebody else's hands: a lock like that of the screen, behind which only their own sheets are reached,
//! until the PIN brings it back.

use crate::bridge::Failure;
use crate::tablet::{HowFar, Tablet, lock};
use crate::words::PackWords;
use device::handed::Handed;
use device::views::{Closed, DraftId, Theirs};
use device::{Device, Error};
use domain::ids::NotebookId;
use domain::notebook::Kind;
use serde::Serialize;
use ts_rs::TS;

/// What they are asked with. Nothing that anybody wrote is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Asked {
    /// `Sutton LINk`.
    pub organisation: String,
    /// Kinds of people who may speak here.
    pub speakers: Vec<String>,
    /// Whether it is at a stall, where most who stop are the public.
    pub at_a_stall: bool,
    /// The pack's words; nothing before they have come.
    pub words: Option<PackWords>,
}

impl Tablet {
    /// From now on somebody else has it in their hands, for this notebook.
    ///
    /// # Errors
    /// No such notebook, or nobody is writing.
    pub fn hand_over(&self, notebook: NotebookId) -> Result<(), Failure> {
        let handed = self.with(|device| Handed::by(device, notebook))?;
        *lock(&self.handed) = Some(handed);
        self.signal().beat();
        Ok(())
    }

    /// What they are asked with.
    ///
    /// # Errors
    /// It is in nobody's hands.
    pub fn asked(&self) -> Result<Asked, Failure> {
        self.theirs(|device, handed| {
            let page = device.visit(handed.notebook())?;
            let stamp = device.pack_stamp()?.unwrap_or_default();
            Ok(Asked {
                organisation: device.organisation()?.map(|org| org.name).unwrap_or_default(),
                speakers: page.speakers,
                at_a_stall: page.kind != Kind::Visit,
                words: device.pack_text()?.and_then(|text| PackWords::read(&stamp, &text)),
            })
        })
    }

    /// Opens a sheet of theirs.
    ///
    /// # Errors
    /// It is in nobody's hands, or what the store says.
    pub fn open_theirs(&self, sheet: Theirs) -> Result<DraftId, Failure> {
        self.theirs(|device, handed| handed.open(device, sheet))
    }

    /// Keeps the fields of a sheet of theirs so far.
    ///
    /// # Errors
    /// A sheet of somebody else, or what the store says.
    pub fn save_theirs(&self, draft: DraftId, fields: &str) -> Result<(), Failure> {
        self.theirs(|device, handed| handed.save(device, draft, fields))
    }

    /// Puts a sheet of theirs away.
    ///
    /// # Errors
    /// As [`Tablet::save_theirs`].
    pub fn close_theirs(&self, draft: DraftId) -> Result<Closed, Failure> {
        let closed = self.theirs(|device, handed| handed.close(device, draft))?;
        self.signal().written();
        Ok(closed)
    }

    /// Throws a sheet of theirs away, because they said so.
    ///
    /// # Errors
    /// As [`Tablet::save_theirs`].
    pub fn drop_theirs(&self, draft: DraftId) -> Result<(), Failure> {
        self.theirs(|device, handed| handed.throw_away(device, draft))
    }

    /// The PIN brings it back, to the page from which it was handed over.
    ///
    /// # Errors
    /// Another PIN; wrong ones slow down as at the start.
    pub fn have_it_back(&self, pin: &str) -> Result<HowFar, Failure> {
        self.is_its_pin(pin)?;
        *lock(&self.handed) = None;
        self.signal().beat();
        self.how_far()
    }

    fn theirs<T>(&self, verb: impl FnOnce(&mut Device, &mut Handed) -> Result<T, Error>) -> Result<T, Failure> {
        let device = self.behind()?;
        let mut handed = lock(&self.handed);
        let handed = handed.as_mut().ok_or_else(|| Failure::new("not-handed", "The tablet is back already."))?;
        let done = verb(&mut lock(&device), handed);
        Ok(done?)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use device::Real;

    const PIN: &str = "20261110";

    #[test]
    fn while_a_stranger_has_it_nothing_else_is_shown_or_written_before_the_pin() {
        let folder = tempfile::tempdir().unwrap();
        drop(Device::create(folder.path(), PIN, Real::around()).unwrap());
        let tablet = Tablet::new(folder.path().to_owned());
        tablet.unlock(PIN).unwrap();
        let stall: NotebookId = "0191a000-0000-7000-8000-000000000001".parse().unwrap();
        *lock(&tablet.handed) = Some(Handed::of(stall));
        assert_eq!(tablet.how_far().unwrap(), HowFar::Handed);
        let refused = |done: Result<(), Failure>, why: &str| assert_eq!(done.unwrap_err().code, why);
        refused(tablet.with(|d| d.my_visits()).map(drop), "handed");
        refused(tablet.write(|d| d.day()).map(drop), "handed");
        refused(tablet.hand_over(stall), "handed");
        refused(tablet.have_it_back("99999999").map(drop), "wrong-pin");
        refused(tablet.with(|d| d.my_visits()).map(drop), "handed");
        assert_eq!(tablet.have_it_back(PIN).unwrap(), HowFar::WithoutOffice);
        assert!(tablet.with(|d| d.my_visits()).is_ok());
        refused(tablet.asked().map(drop), "not-handed");

        *lock(&tablet.handed) = Some(Handed::of(stall));
        tablet.lock_again();
        assert_eq!(tablet.unlock(PIN).unwrap(), HowFar::WithoutOffice, "the PIN ends both");
    }
}
