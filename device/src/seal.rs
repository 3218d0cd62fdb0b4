//! What goes through a door of its own: concerns to the leads' keys, contact details and equality sheets to the desk's.
//!
//! Each record has a random key of its own, wrapped to its recipients with age (X25519); the words are encrypted under
//! it before anything is stored. age draws the randomness of its wrapping by itself, from the system.

use crate::device::{Device, Result};
use crate::error::Error;
use crate::store::{drafts, sealed};
use crate::surroundings::{Surroundings, random};
use crate::views::{DraftId, DraftKind};
use age::x25519::Recipient;
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use domain::ids::{NotebookId, SealedId};
use domain::sealed::{Concern, Contact, EqualitySheet, SealedKind};
use domain::wire::{Bytes, Lead, SealedRecord};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use zeroize::Zeroizing;

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
        self.keep_sealed(&[record], None)
    }

    /// Closes a draft of a concern by sealing it: the sealed record and the draft's end are one.
    ///
    /// # Errors
    /// [`Error::NoLead`], [`Error::NoDraft`], [`Error::Unfinished`]; the draft is then still there.
    pub fn seal_draft(&mut self, draft: DraftId) -> Result<SealedId> {
        let draft = drafts::get(self.store.read(), draft)?.ok_or(Error::NoDraft)?;
        if draft.kind != DraftKind::Concern {
            return Err(Error::Fields { kind: "concern".into(), reason: "it is another kind of note".into() });
        }
        let fields: ConcernFields = serde_json::from_str(&draft.fields)
            .map_err(|error| Error::Fields { kind: "concern".into(), reason: error.to_string() })?;
        let record = self.sealed_concern(&Concern {
            words: fields.words,
            about: fields.about,
            told: fields.told,
            by: draft.by,
            at: draft.began,
            notebook: Some(draft.notebook),
        })?;
        let id = self.keep_sealed(&[record], Some(draft.id))?;
        // What was typed stood in the encrypted store's journal; now it stands nowhere.
        self.store.settle()?;
        Ok(id)
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
        self.sealed_record(SealedKind::Concern, concern.notebook, concern, &keys)
    }

    /// Seals somebody's contact details to the desk's key.
    ///
    /// # Errors
    /// [`Error::NoDesk`].
    pub fn keep_contact(&mut self, contact: &Contact) -> Result<SealedId> {
        let desk = self.desk()?;
        let record = self.sealed_record(SealedKind::Contact, contact.notebook, contact, &[desk])?;
        self.keep_sealed(&[record], None)
    }

    /// Seals an event's equality sheets to the desk's key. They bear random ids and go up in the order of these.
    ///
    /// # Errors
    /// [`Error::NoDesk`].
    pub fn keep_sheets(&mut self, sheets: &[EqualitySheet]) -> Result<()> {
        let desk = [self.desk()?];
        let records: Vec<SealedRecord> = sheets
            .iter()
            .map(|sheet| self.sealed_record(SealedKind::Equality, None, sheet, &desk))
            .collect::<Result<_>>()?;
        self.keep_sealed(&records, None)?;
        Ok(())
    }

    fn desk(&self) -> Result<Recipient> {
        let key = self.organisation()?.map(|org| org.desk_key).unwrap_or_default();
        key.parse().map_err(|_| Error::NoDesk)
    }

    fn sealed_record(
        &self,
        kind: SealedKind,
        notebook: Option<NotebookId>,
        plain: &impl Serialize,
        to: &[Recipient],
    ) -> Result<SealedRecord> {
        let around = self.around.as_ref();
        let id = match kind {
            // No time in it: nobody may learn in which order the sheets were filled in.
            SealedKind::Equality => SealedId::new(uuid::Builder::from_random_bytes(random(around)).into_uuid()),
            SealedKind::Concern | SealedKind::Contact => SealedId::new(around.uuid()),
        };
        let plain = Zeroizing::new(serde_json::to_vec(plain)?);
        let (wrapped_key, sealed) = seal(&plain, to, around)?;
        Ok(SealedRecord { id, kind, notebook, wrapped_key: Bytes(wrapped_key), sealed: Bytes(sealed) })
    }

    fn keep_sealed(&mut self, records: &[SealedRecord], draft: Option<DraftId>) -> Result<SealedId> {
        let now = self.around.now();
        self.store.write(|tx| {
            for record in records {
                sealed::put(tx, record, now)?;
            }
            draft.map_or(Ok(()), |draft| drafts::end(tx, draft))
        })?;
        records.last().map(|record| record.id).ok_or_else(|| Error::Fault("there was nothing to seal".into()))
    }
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
