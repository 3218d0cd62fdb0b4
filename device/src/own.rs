//! Each person's own PIN on a tablet that several share. Writing needs none: it opens what is to be read by one person
//! alone (a worry that is not sealed yet, a copy of one that is), and signs off one's own notes.
//!
//! A key of their own is wrapped by it; what they seal is encrypted to that key as well. Who forgets it loses the copies
//! on this tablet, and nothing else: the safeguarding lead has the worry.

use crate::device::{Device, Result};
use crate::drafts::is_sealed;
use crate::error::Error;
use crate::lock::{self, LockFile, Stretch};
use crate::store::{drafts, own};
use crate::surroundings::random;
use crate::views::{Chosen, DraftId, DraftKind, OwnPin};
use age::secrecy::ExposeSecret as _;
use age::x25519::{Identity, Recipient};
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use domain::ids::{EntryId, NotebookId, PersonId, SealedId};
use domain::notebook::{Projection, Spot, Value, WRITER};
use domain::sealed::Concern;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use zeroize::Zeroizing;

/// How a PIN came to be, as it is stored.
const FIRST: &str = "first";
const CHANGED: &str = "changed";
const ANEW: &str = "anew";

fn chosen(how: &str) -> Chosen {
    match how {
        CHANGED => Chosen::Changed,
        ANEW => Chosen::Anew,
        _ => Chosen::First,
    }
}

/// Before the person's id: the fact of a notebook that names the notes which they have signed.
const SIGNED: &str = "signed ";

/// Somebody's own lock, as it is stored.
#[derive(Serialize, Deserialize)]
struct OwnLock {
    lock: LockFile,
    /// The public half of their key, so that sealing asks for no PIN.
    public: String,
    nonce: String,
    /// The private half, under the key that the PIN unwraps.
    private: String,
}

impl Device {
    /// Whether somebody has chosen a PIN of their own here.
    ///
    /// # Errors
    /// What the store says.
    pub fn has_own_pin(&self, person: PersonId) -> Result<bool> {
        Ok(own::lock(self.store.read(), person)?.is_some())
    }

    /// Somebody's own PIN here: since when, how it came to be, and what it opens.
    ///
    /// # Errors
    /// What the store says.
    pub fn own_pin(&self, person: PersonId) -> Result<Option<OwnPin>> {
        let Some((since, how)) = own::chosen(self.store.read(), person)? else { return Ok(None) };
        let copies = own::copies(self.store.read())?.into_values().filter(|whose| *whose == person).count();
        let begun = self.begun(person)?.len();
        let many = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Ok(Some(OwnPin { since, chosen: chosen(&how), copies: many(copies), begun: many(begun) }))
    }

    /// What somebody began, is to be sealed, and opens with their own PIN.
    fn begun(&self, person: PersonId) -> Result<Vec<DraftId>> {
        let all = drafts::all(self.store.read())?.into_iter();
        Ok(all.filter(|draft| is_sealed(draft) && draft.by == person && !draft.shut).map(|draft| draft.id).collect())
    }

    /// Somebody chooses a PIN of their own; to choose another, the one before it is needed.
    ///
    /// Nothing shows at the first that it is theirs: they see when it was chosen ([`Device::own_pin`]), and set it anew
    /// where it was somebody else.
    ///
    /// # Errors
    /// [`Error::WeakPin`], [`Error::WrongPin`], [`Error::NobodyWrites`].
    pub fn choose_own_pin(&mut self, person: PersonId, pin: &str, before: Option<&str>) -> Result<()> {
        self.may_write(person)?;
        let (identity, how) = match own::lock(self.store.read(), person)? {
            Some(_) => (self.opened_with(person, before.unwrap_or_default())?, CHANGED),
            None => (Identity::generate(), FIRST),
        };
        let (text, now) = (self.wrapped_by(pin, &identity)?, self.around.now());
        self.store.write(|tx| own::choose(tx, person, &text, now, how))
    }

    /// Somebody has forgotten their own PIN and sets another, with the tablet's. What only the one before could open is
    /// gone, and what was begun under it nobody reads here any more: whoever else did this would learn nothing, and they
    /// see when it was done.
    ///
    /// # Errors
    /// [`Error::WrongPin`] and [`Error::TooSoon`] for the tablet's; [`Error::WeakOwnPin`], [`Error::NoOwnPin`].
    pub fn set_own_pin_anew(&mut self, person: PersonId, tablets: &str, pin: &str) -> Result<()> {
        self.may_write(person)?;
        own::lock(self.store.read(), person)?.ok_or(Error::NoOwnPin)?;
        let now = self.around.now();
        // Before the tablet's is tried: nobody shall have to wait for a new one that is too short.
        let text = self.wrapped_by(pin, &Identity::generate())?;
        lock::open(&self.dir, tablets, now)?;
        let begun = self.begun(person)?;
        self.store.write(|tx| {
            own::choose(tx, person, &text, now, ANEW)?;
            own::forget_copies(tx, person)?;
            begun.iter().try_for_each(|draft| drafts::shut(tx, *draft))
        })?;
        self.store.settle()
    }

    /// A key of somebody's own, wrapped by their PIN, as it is stored.
    fn wrapped_by(&self, pin: &str, identity: &Identity) -> Result<String> {
        let stretch = if cfg!(test) { Stretch::STORY } else { Stretch::TABLET };
        let (lock, key) = lock::wrapping(pin, stretch, self.around.as_ref())?;
        let nonce: [u8; 12] = random(self.around.as_ref());
        let private = Zeroizing::new(identity.to_string().expose_secret().to_owned());
        let sealed = ChaCha20Poly1305::new(&Key::from(*key)).encrypt(&Nonce::from(nonce), private.as_bytes());
        let fault = |_| Error::Fault("the key could not be wrapped".into());
        Ok(serde_json::to_string(&OwnLock {
            lock,
            public: identity.to_public().to_string(),
            nonce: hex::encode(nonce),
            private: hex::encode(sealed.map_err(fault)?),
        })?)
    }

    /// Whose own PIN this is, it opens their key; a wrong one is counted, and makes the next try wait.
    fn opened_with(&mut self, person: PersonId, pin: &str) -> Result<Identity> {
        let text = own::lock(self.store.read(), person)?.ok_or(Error::NoOwnPin)?;
        let mut own: OwnLock = serde_json::from_str(&text)?;
        let tried = own.lock.tried(pin, self.around.now());
        let text = serde_json::to_string(&own)?;
        self.store.write(|tx| own::put_lock(tx, person, &text))?;
        let key = tried?;
        let broken = || Error::Fault("this PIN's key is damaged".into());
        let nonce: [u8; 12] = hex::decode(&own.nonce).ok().and_then(|n| n.try_into().ok()).ok_or_else(broken)?;
        let sealed = hex::decode(&own.private).map_err(|_| broken())?;
        let cipher = ChaCha20Poly1305::new(&Key::from(*key));
        let private = Zeroizing::new(cipher.decrypt(&Nonce::from(nonce), sealed.as_slice()).map_err(|_| broken())?);
        std::str::from_utf8(&private).ok().and_then(|text| text.parse().ok()).ok_or_else(broken)
    }

    /// What somebody sealed, encrypted to their own key; nothing where they have none.
    pub(crate) fn own_copy(&self, person: PersonId, of: &Concern) -> Result<Option<Vec<u8>>> {
        let Some(text) = own::lock(self.store.read(), person)? else { return Ok(None) };
        let own: OwnLock = serde_json::from_str(&text)?;
        let recipient: Recipient =
            own.public.parse().map_err(|_| Error::Fault("this person's own key is damaged".into()))?;
        let plain = Zeroizing::new(serde_json::to_vec(of)?);
        Ok(Some(age::encrypt(&recipient, &plain).map_err(|error| Error::Fault(error.to_string()))?))
    }

    /// Reads back what somebody sealed here, with their own PIN.
    ///
    /// # Errors
    /// [`Error::NoOwnPin`], [`Error::WrongPin`], [`Error::TooSoon`].
    pub fn read_back(&mut self, id: SealedId, pin: &str) -> Result<Concern> {
        let (person, bytes) = own::copy(self.store.read(), id)?.ok_or(Error::NoOwnPin)?;
        let identity = self.opened_with(person, pin)?;
        let shut = |_| Error::Fault("this copy does not open".into());
        let plain = Zeroizing::new(age::decrypt(&identity, &bytes).map_err(shut)?);
        Ok(serde_json::from_slice(&plain)?)
    }

    /// The fields of a draft that is only for whoever writes it, with their own PIN.
    ///
    /// # Errors
    /// As [`Device::read_back`]; [`Error::NoDraft`].
    pub fn read_draft(&mut self, draft: DraftId, pin: &str) -> Result<String> {
        let draft = drafts::get(self.store.read(), draft)?.filter(|d| d.kind != DraftKind::Equality);
        let draft = draft.ok_or(Error::NoDraft)?;
        if draft.shut {
            return Err(Error::Shut);
        }
        self.opened_with(draft.by, pin)?;
        Ok(draft.fields)
    }

    /// Whoever writes signs off all of their notes in a notebook. From then on these are added to, and not corrected.
    ///
    /// # Errors
    /// [`Error::NoOwnPin`], [`Error::WrongPin`], [`Error::TooSoon`], [`Error::NobodyWrites`].
    pub fn sign_off(&mut self, notebook: NotebookId, pin: &str) -> Result<u32> {
        let person = self.writing_as()?.ok_or(Error::NobodyWrites)?.id;
        self.opened_with(person, pin)?;
        let read = self.projection(notebook)?;
        let own: Vec<String> =
            read.entries.iter().filter(|e| e.writer() == person).map(|entry| entry.id.to_string()).collect();
        let many = u32::try_from(own.len()).unwrap_or(u32::MAX);
        // A fact for each tablet: what somebody signed on two of them stands side by side, and is no difference.
        let name = format!("{SIGNED}{person} {}", self.id);
        self.state(notebook, &Spot::About(name), &Value::List(own))?;
        Ok(many)
    }

    /// A note that was written under another's name is given to whose it is, by either of the two.
    ///
    /// # Errors
    /// [`Error::NobodyWrites`] for anybody else, [`Error::Signed`] once it is signed.
    pub fn give_to(&mut self, notebook: NotebookId, entry: EntryId, person: PersonId) -> Result<()> {
        self.may_write(person)?;
        let writer = self.writing_as()?.ok_or(Error::NobodyWrites)?.id;
        let read = self.projection(notebook)?;
        let found = read.entries.iter().find(|e| e.id == entry).ok_or(Error::NoDraft)?;
        if writer != person && writer != found.writer() && writer != found.by {
            return Err(Error::NobodyWrites);
        }
        if signed(&read).contains(&entry) {
            return Err(Error::Signed);
        }
        self.state(notebook, &Spot::Entry(entry, WRITER.into()), &Value::Text(person.to_string()))
    }
}

/// The notes of a notebook that their writers have signed.
pub(crate) fn signed(read: &Projection) -> BTreeSet<EntryId> {
    let lists = read.about.iter().filter(|(name, _)| name.starts_with(SIGNED)).flat_map(|(_, field)| &field.values);
    let ids = lists.filter_map(|stated| match &stated.value {
        Value::List(ids) => Some(ids),
        _ => None,
    });
    ids.flatten().filter_map(|id| id.parse().ok()).collect()
}

/// Whether a fact of a notebook is who signed what, and not for a page of facts.
pub(crate) fn is_signature(name: &str) -> bool {
    name.starts_with(SIGNED)
}
