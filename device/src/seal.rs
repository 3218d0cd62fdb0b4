//! What goes through a door of its own: concerns to the leads' keys, contact details and equality sheets to the desk's.
//!
//! Each record has a random key of its own, wrapped to its recipients with age (X25519); the words are encrypted under
//! it before anything is stored. age draws the randomness of its wrapping by itself, from the system.

use crate::device::{Device, Result};
use crate::error::Error;
use crate::store::drafts::{self, Draft};
use crate::store::own as store_own;
use crate::store::sealed;
use crate::store::sheets::{self, Given};
use crate::surroundings::{Surroundings, random};
use crate::views::{DraftId, DraftKind};
use crate::visits::about;
use age::x25519::Recipient;
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use domain::entry::Millis;
use domain::ids::{EntryId, NotebookId, SealedId};
use domain::sealed::{Concern, Contact, EqualitySheet, SealedKind};
use domain::wire::{Bytes, Lead, SealedRecord};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use zeroize::Zeroizing;

/// Every equality sheet is as long as this before it is sealed: its length says nothing of what is on it.
pub(crate) const SHEET: usize = 4096;
/// An event to which no sheet has come for this long is over, if nobody has said so before.
const OVER_AFTER: Millis = 2 * 60 * 60 * 1000;

/// What a concern's sheet has typed so far.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ConcernFields {
    words: String,
    about: String,
    told: String,
}

impl Device {
    /// Seals a concern to every safeguarding lead's key; its words are nowhere else afterwards.
    ///
    /// # Errors
    /// [`Error::NoLead`] with the number to ring.
    pub fn worry(&mut self, concern: &Concern) -> Result<SealedId> {
        let record = self.sealed_concern(concern)?;
        self.keep_sealed(&record, None, None)
    }

    /// Closes a draft of a concern by sealing it: the sealed record and the draft's end are one.
    ///
    /// # Errors
    /// [`Error::NoLead`], [`Error::NoDraft`], [`Error::Unfinished`]; the draft is then still there.
    pub fn seal_draft(&mut self, draft: DraftId) -> Result<SealedId> {
        let draft = drafts::get(self.store.read(), draft)?.ok_or(Error::NoDraft)?;
        let DraftKind::Concern { from } = draft.kind else {
            return Err(Error::Fields { kind: "concern".into(), reason: "it is another kind of note".into() });
        };
        let fields: ConcernFields = serde_json::from_str(&draft.fields)
            .map_err(|error| Error::Fields { kind: "concern".into(), reason: error.to_string() })?;
        let concern = Concern {
            words: fields.words,
            about: fields.about,
            told: fields.told,
            by: draft.by,
            at: draft.began,
            notebook: Some(draft.notebook),
        };
        let record = self.sealed_concern(&concern)?;
        let (id, now) = (record.id, self.around.now());
        // Whoever forgot their PIN has no copy of what they began under it: another may have set the one of now.
        let own = if draft.shut { None } else { self.own_copy(draft.by, &concern)? };
        let keep = |on: &Connection| -> Result<()> {
            sealed::put(on, &record, None, now)?;
            own.iter().try_for_each(|bytes| store_own::put_copy(on, id, draft.by, bytes))?;
            drafts::end(on, draft.id)
        };
        match from {
            Some(entry) => self.move_behind_the_door(draft.notebook, entry, keep)?,
            None => self.store.write(|tx| keep(tx))?,
        }
        // What was typed stood in the encrypted store's journal; now it stands nowhere.
        self.store.settle()?;
        Ok(id)
    }

    /// The words are sealed and taken from where they were, both or neither; where they may be at the office, it is asked.
    fn move_behind_the_door(
        &mut self,
        notebook: NotebookId,
        entry: EntryId,
        keep: impl Fn(&Connection) -> Result<()>,
    ) -> Result<()> {
        match self.forget_with(notebook, &[entry], &keep) {
            Err(Error::AlreadySent) => {}
            done => return done,
        }
        self.ask_for(notebook, entry, &keep)
    }

    fn sealed_concern(&self, concern: &Concern) -> Result<SealedRecord> {
        if concern.words.trim().is_empty() {
            return Err(domain::entry::Unfinished::NoWords.into());
        }
        let leads = self.organisation()?.map(|org| org.leads).unwrap_or_default();
        let keys: Vec<Recipient> = leads.iter().filter_map(|lead| lead.key.parse().ok()).collect();
        if keys.is_empty() {
            return Err(no_lead(&leads));
        }
        self.sealed_record(SealedKind::Concern, concern.notebook, plain(concern)?, &keys)
    }

    /// Seals somebody's contact details to the desk's key.
    ///
    /// # Errors
    /// [`Error::NoDesk`].
    pub fn keep_contact(&mut self, contact: &Contact) -> Result<SealedId> {
        self.seal_contact(contact, None)
    }

    /// As [`Device::keep_contact`]; the draft that it was typed in ends with it.
    pub(crate) fn seal_contact(&mut self, contact: &Contact, draft: Option<DraftId>) -> Result<SealedId> {
        let desk = self.desk()?;
        let record = self.sealed_record(SealedKind::Contact, contact.notebook, plain(contact)?, &[desk])?;
        let id = self.keep_sealed(&record, contact.view, draft)?;
        if draft.is_some() {
            self.store.settle()?;
        }
        Ok(id)
    }

    /// Puts an equality sheet with those of its event. They are sealed together when the event is over.
    ///
    /// # Errors
    /// [`Error::Fields`] for one that is too long.
    pub fn keep_sheet(&mut self, event: NotebookId, given: &Given) -> Result<()> {
        self.put_sheet(event, given, None)
    }

    pub(crate) fn close_sheet(&mut self, draft: &Draft, given: &Given) -> Result<()> {
        self.put_sheet(draft.notebook, given, Some(draft.id))?;
        // When it was typed stood in the encrypted store's journal.
        self.store.settle()
    }

    fn put_sheet(&mut self, event: NotebookId, given: &Given, draft: Option<DraftId>) -> Result<()> {
        self.padded(event, String::new(), given)?;
        let (id, now) = (self.random_id(), self.around.now());
        self.store.write(|tx| {
            sheets::put(tx, id, event, given, now)?;
            draft.map_or(Ok(()), |draft| drafts::end(tx, draft))
        })
    }

    /// The event is over: its equality sheets are sealed to the desk's key, all at once. They bear random ids and one time,
    /// are of one length, and go up in the order of these ids.
    ///
    /// # Errors
    /// [`Error::NoDesk`]; they then wait on.
    pub fn event_over(&mut self, event: NotebookId) -> Result<()> {
        let waiting = sheets::of(self.store.read(), event)?;
        if waiting.is_empty() {
            return Ok(());
        }
        let desk = [self.desk()?];
        let month = self.month_of(event)?;
        let mut records = Vec::new();
        for (_, given) in &waiting {
            let plain = self.padded(event, month.clone(), given)?;
            records.push(self.sealed_record(SealedKind::Equality, None, plain, &desk)?);
        }
        let now = self.around.now();
        self.store.write(|tx| {
            records.iter().try_for_each(|record| sealed::put(tx, record, None, now))?;
            sheets::gone(tx, event)
        })?;
        self.store.settle()
    }

    /// Events to which no sheet has come for long are over.
    pub(crate) fn events_over(&mut self) -> Result<()> {
        let still = sheets::still_since(self.store.read(), self.around.now() - OVER_AFTER)?;
        for event in still {
            match self.event_over(event) {
                // They wait until there is somebody who can read them.
                Err(Error::NoDesk) => return Ok(()),
                // Whatever is the matter with them, it keeps nothing else from being sent.
                Err(error) => tracing::error!(code = error.code(), "sheets of an event could not be sealed"),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    /// The month in which an event was, `YYYY-MM`.
    fn month_of(&mut self, event: NotebookId) -> Result<String> {
        let date = match self.projection(event) {
            Ok(read) => about(&read, "date"),
            // It is not here any more, or cannot be read: they were filled in within these hours.
            Err(Error::NoNotebook | Error::Notebook(_)) => String::new(),
            Err(error) => return Err(error),
        };
        let date = if date.is_empty() { crate::days::day_of(self.around.now()) } else { date };
        Ok(date.chars().take("YYYY-MM".len()).collect())
    }

    /// A sheet as it is sealed, filled up to the length that they all have.
    fn padded(&self, event: NotebookId, month: String, given: &Given) -> Result<Zeroizing<Vec<u8>>> {
        let mut plain = plain(&EqualitySheet { event, month, answers: given.clone() })?;
        // The month is put in when it is sealed.
        if plain.len() + "YYYY-MM".len() > SHEET {
            let reason = "the answers are longer than a sheet takes".into();
            return Err(Error::Fields { kind: "sheet".into(), reason });
        }
        plain.resize(SHEET, b' ');
        Ok(plain)
    }

    fn desk(&self) -> Result<Recipient> {
        let key = self.organisation()?.map(|org| org.desk_key).unwrap_or_default();
        key.parse().map_err(|_| Error::NoDesk)
    }

    /// An id with no time in it: nobody may learn by it in which order sheets were filled in.
    fn random_id(&self) -> SealedId {
        SealedId::new(uuid::Builder::from_random_bytes(random(self.around.as_ref())).into_uuid())
    }

    fn sealed_record(
        &self,
        kind: SealedKind,
        notebook: Option<NotebookId>,
        plain: Zeroizing<Vec<u8>>,
        to: &[Recipient],
    ) -> Result<SealedRecord> {
        let around = self.around.as_ref();
        let id = match kind {
            SealedKind::Equality => self.random_id(),
            SealedKind::Concern | SealedKind::Contact => SealedId::new(around.uuid()),
        };
        let (wrapped_key, sealed) = seal(&plain, to, around)?;
        Ok(SealedRecord { id, kind, notebook, wrapped_key: Bytes(wrapped_key), sealed: Bytes(sealed) })
    }

    fn keep_sealed(
        &mut self,
        record: &SealedRecord,
        about: Option<EntryId>,
        draft: Option<DraftId>,
    ) -> Result<SealedId> {
        let now = self.around.now();
        self.store.write(|tx| {
            sealed::put(tx, record, about, now)?;
            draft.map_or(Ok(()), |draft| drafts::end(tx, draft))
        })?;
        Ok(record.id)
    }
}

fn plain(of: &impl Serialize) -> Result<Zeroizing<Vec<u8>>> {
    Ok(Zeroizing::new(serde_json::to_vec(of)?))
}

/// The wrapped key, and twelve bytes of nonce before the ciphertext.
fn seal(plain: &[u8], to: &[Recipient], around: &dyn Surroundings) -> Result<(Vec<u8>, Vec<u8>)> {
    let fault = |what: &str| Error::Fault(format!("sealing failed: {what}"));
    let key = Zeroizing::new(random::<32>(around));
    let nonce: [u8; 12] = random(around);
    let mut sealed = nonce.to_vec();
    let cipher = ChaCha20Poly1305::new(&Key::from(*key));
    sealed.extend(cipher.encrypt(&Nonce::from(nonce), plain).map_err(|_| fault("cipher"))?);
    let recipients = to.iter().map(|recipient| recipient as &dyn age::Recipient);
    let wrapping = age::Encryptor::with_recipients(recipients).map_err(|error| fault(&error.to_string()))?;
    let mut wrapped = Vec::new();
    let mut writer = wrapping.wrap_output(&mut wrapped)?;
    writer.write_all(key.as_slice())?;
    writer.finish()?;
    Ok((wrapped, sealed))
}

fn no_lead(leads: &[Lead]) -> Error {
    match leads.iter().find(|lead| !lead.phone.is_empty()) {
        Some(lead) => Error::NoLead { who: format!("{} on {}", lead.name, lead.phone), phone: lead.phone.clone() },
        None => Error::NoLead { who: "your office".into(), phone: String::new() },
    }
}
