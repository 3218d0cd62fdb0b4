//! The tablet in somebody else's hands: which sheets are theirs. Whoever holds the device lets nothing else through
//! meanwhile; nothing of this is stored, so a restart ends it, behind the PIN.

use crate::device::{Device, Result};
use crate::error::Error;
use crate::views::{Closed, DraftId, DraftKind, Theirs};
use domain::ids::NotebookId;

/// What is known of whoever has the tablet: in which notebook they write, and their own sheets.
#[derive(Clone, Debug)]
pub struct Handed {
    notebook: NotebookId,
    sheets: Vec<DraftId>,
}

impl Handed {
    /// The tablet is handed to somebody, who writes in this notebook.
    #[must_use]
    pub const fn of(notebook: NotebookId) -> Self {
        Self { notebook, sheets: Vec::new() }
    }

    /// As [`Handed::of`], where there is such a notebook, and somebody who hands it over.
    ///
    /// # Errors
    /// [`Error::NoNotebook`], [`Error::NobodyWrites`].
    pub fn by(device: &mut Device, notebook: NotebookId) -> Result<Self> {
        device.read(notebook)?;
        device.writing_as()?.ok_or(Error::NobodyWrites)?;
        Ok(Self::of(notebook))
    }

    /// In which notebook they write.
    #[must_use]
    pub const fn notebook(&self) -> NotebookId {
        self.notebook
    }

    /// Opens a sheet of theirs.
    ///
    /// # Errors
    /// What the store says.
    pub fn open(&mut self, device: &mut Device, sheet: Theirs) -> Result<DraftId> {
        let draft = match sheet {
            Theirs::View => device.open_draft(self.notebook, DraftKind::View)?,
            Theirs::Contact { beside: Some(view) } => device.open_contact(self.own(view)?)?,
            Theirs::Contact { beside: None } => device.open_draft(self.notebook, DraftKind::Contact { view: None })?,
            Theirs::Equality => device.open_draft(self.notebook, DraftKind::Equality)?,
        };
        self.sheets.push(draft);
        Ok(draft)
    }

    /// Keeps the fields of a sheet of theirs so far.
    ///
    /// # Errors
    /// [`Error::NoDraft`] for anybody else's.
    pub fn save(&self, device: &mut Device, draft: DraftId, fields: &str) -> Result<()> {
        device.save_draft(self.own(draft)?, fields)
    }

    /// Puts a sheet of theirs away.
    ///
    /// # Errors
    /// As [`Handed::save`].
    pub fn close(&self, device: &mut Device, draft: DraftId) -> Result<Closed> {
        device.close_draft(self.own(draft)?)
    }

    /// Throws a sheet of theirs away, because they said so; its words are in no journal any more.
    ///
    /// # Errors
    /// As [`Handed::save`].
    pub fn throw_away(&self, device: &mut Device, draft: DraftId) -> Result<()> {
        device.drop_draft(self.own(draft)?)?;
        device.store.settle()
    }

    fn own(&self, draft: DraftId) -> Result<DraftId> {
        if self.sheets.contains(&draft) { Ok(draft) } else { Err(Error::NoDraft) }
    }
}
