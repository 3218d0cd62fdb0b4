//! Opening what tablets sealed: contact details and equality sheets with the desk's key, concerns with a lead's own,
//! whose private half this server cannot open without the lead's words. Rows live in [`crate::store`].

use age::secrecy::{ExposeSecret as _, SecretString};
use age::x25519;
use anyhow::{Context as _, anyhow};
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use domain::sealed::{Concern, Contact, EqualitySheet};
use serde::de::DeserializeOwned;
use std::str::FromStr as _;
use zeroize::Zeroizing;

use crate::auth::password::SHORTEST;
use crate::store::orgs::LeadKey;

/// The work factor of a lead's passphrase: scrypt with 2^16 rounds, a quarter of a second on a small machine.
const WORK: u8 = 16;
/// The highest work factor that is opened; a stored one cannot make the server compute for an hour.
const MOST_WORK: u8 = 20;

/// A key pair: the public half goes to every tablet, the private half is wrapped at once.
pub struct Pair {
    /// `age1…`
    pub public: String,
    /// `AGE-SECRET-KEY-1…`
    pub private: SecretString,
}

impl std::fmt::Debug for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pair({})", self.public)
    }
}

/// Makes a key pair.
#[must_use]
pub fn new_pair() -> Pair {
    let identity = x25519::Identity::generate();
    Pair { public: identity.to_public().to_string(), private: identity.to_string() }
}

/// Wraps a private half by words: a lead's passphrase, or the recovery key printed once.
///
/// # Errors
/// Those of the cipher.
pub fn wrap(private: &SecretString, words: &str) -> anyhow::Result<Vec<u8>> {
    let mut recipient = age::scrypt::Recipient::new(SecretString::from(words.to_owned()));
    recipient.set_work_factor(WORK);
    Ok(age::encrypt(&recipient, private.expose_secret().as_bytes())?)
}

/// Why a lead's words are not taken for their key, if they are not.
#[must_use]
pub fn too_short(words: &str) -> Option<String> {
    (words.chars().count() < SHORTEST).then(|| format!("Take at least {SHORTEST} characters; five words are good."))
}

/// A new key for a safeguarding lead, and the recovery key that opens it when their words are forgotten. It is shown
/// once and kept nowhere. Slow on purpose: not on a thread that serves others.
///
/// # Errors
/// Those of the cipher, or no randomness.
pub fn lead_key(person: &str, words: &str, made_at: i64) -> anyhow::Result<(LeadKey, String)> {
    let (pair, recovery) = (new_pair(), recovery_key()?);
    let key = LeadKey {
        person: person.to_owned(),
        by_passphrase: wrap(&pair.private, words)?,
        by_recovery: Some(wrap(&pair.private, &recovery)?),
        public_key: pair.public,
        made_at,
    };
    Ok((key, recovery))
}

/// Opens a lead's private half with their words, or with the recovery key, however its groups are typed.
///
/// # Errors
/// As [`unwrap`].
pub fn unwrap_lead(key: &LeadKey, words: &str) -> anyhow::Result<SecretString> {
    let own = unwrap(&key.by_passphrase, words);
    match (&key.by_recovery, as_recovery_key(words)) {
        (Some(wrapped), Some(recovery)) if own.is_err() => unwrap(wrapped, &recovery),
        _ => own,
    }
}

/// Opens a private half with its words. Slow on purpose: not on a thread that serves others.
///
/// # Errors
/// Other words, or a wrapping that was changed.
pub fn unwrap(wrapped: &[u8], words: &str) -> anyhow::Result<SecretString> {
    let mut identity = age::scrypt::Identity::new(SecretString::from(words.to_owned()));
    identity.set_max_work_factor(MOST_WORK);
    let wrong = || anyhow!("These words do not open the key. Nothing was changed; try again or use the recovery key.");
    let private = Zeroizing::new(age::decrypt(&identity, wrapped).map_err(|_| wrong())?);
    Ok(SecretString::from(std::str::from_utf8(&private).map_err(|_| wrong())?.to_owned()))
}

/// A recovery key to print: 128 random bits in groups of four digits and letters.
///
/// # Errors
/// The system gives no randomness.
pub fn recovery_key() -> anyhow::Result<String> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|error| anyhow!("no randomness from the system: {error}"))?;
    Ok(in_groups(&hex::encode_upper(random)))
}

fn in_groups(digits: &str) -> String {
    digits.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-")
}

/// What was typed as a recovery key is printed; none where it is no such key.
fn as_recovery_key(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    let is_one = digits.len() == 32 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    is_one.then(|| in_groups(&digits.to_ascii_uppercase()))
}

/// Opens contact details with the desk's private half.
///
/// # Errors
/// Another key, or bytes that were changed.
pub fn open_contact(desk: &SecretString, wrapped_key: &[u8], sealed: &[u8]) -> anyhow::Result<Contact> {
    open(desk, wrapped_key, sealed)
}

/// Opens an equality sheet with the desk's private half.
///
/// # Errors
/// Another key, or bytes that were changed.
pub fn open_equality(desk: &SecretString, wrapped_key: &[u8], sealed: &[u8]) -> anyhow::Result<EqualitySheet> {
    open(desk, wrapped_key, sealed)
}

/// Opens a concern with a lead's private half, which [`unwrap`] gave.
///
/// # Errors
/// Another lead's key, or bytes that were changed.
pub fn open_concern(lead: &SecretString, wrapped_key: &[u8], sealed: &[u8]) -> anyhow::Result<Concern> {
    open(lead, wrapped_key, sealed)
}

fn open<T: DeserializeOwned>(private: &SecretString, wrapped_key: &[u8], sealed: &[u8]) -> anyhow::Result<T> {
    let identity = x25519::Identity::from_str(private.expose_secret()).map_err(|e| anyhow!("no private key: {e}"))?;
    let shut = "this record is sealed to another key, or was changed";
    let key = Zeroizing::new(age::decrypt(&identity, wrapped_key).context(shut)?);
    let key = Key::try_from(key.as_slice()).map_err(|_| anyhow!(shut))?;
    let (nonce, rest) = sealed.split_first_chunk::<12>().context(shut)?;
    let plain = ChaCha20Poly1305::new(&key).decrypt(&Nonce::from(*nonce), rest).map_err(|_| anyhow!(shut))?;
    let plain = Zeroizing::new(plain);
    serde_json::from_slice(&plain).context("a sealed record opened, but is not what its kind says")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;
    use domain::ids::PersonId;

    /// As a tablet seals (`domain::wire::SealedRecord`).
    fn sealed_to(public: &str, record: &impl serde::Serialize) -> (Vec<u8>, Vec<u8>) {
        let key = [7_u8; 32];
        let recipient = x25519::Recipient::from_str(public).unwrap();
        let wrapped = age::encrypt(&recipient, &key).unwrap();
        let plain = serde_json::to_vec(record).unwrap();
        let words = ChaCha20Poly1305::new(&Key::from(key)).encrypt(&Nonce::from([1; 12]), plain.as_slice()).unwrap();
        (wrapped, [[1_u8; 12].as_slice(), &words].concat())
    }

    #[test]
    fn femi_opens_a_concern_with_her_words_and_the_desk_does_not() {
        let (femi, desk) = (new_pair(), new_pair());
        let wrapped = wrap(&femi.private, "four quiet brown owls").unwrap();
        let concern = Concern {
            words: "She flinched when he came near.".into(),
            about: String::new(),
            told: String::new(),
            by: PersonId::new(uuid::Uuid::from_u128(1)),
            at: 0,
            notebook: None,
        };
        let (key, sealed) = sealed_to(&femi.public, &concern);
        assert!(unwrap(&wrapped, "four quiet brown").is_err());
        let private = unwrap(&wrapped, "four quiet brown owls").unwrap();
        assert_eq!(open_concern(&private, &key, &sealed).unwrap(), concern);
        assert!(open_concern(&desk.private, &key, &sealed).is_err());
        let mut changed = sealed;
        changed[20] ^= 1;
        assert!(open_concern(&private, &key, &changed).is_err());
    }

    #[test]
    fn femi_forgot_her_words_and_the_printed_key_opens_the_same() {
        let (key, recovery) = lead_key("femi", "four quiet brown owls", 7).unwrap();
        let typed = format!(" {} ", recovery.to_lowercase().replace('-', " "));
        let opened = [&recovery, &typed, "four quiet brown owls"].map(|words| unwrap_lead(&key, words).unwrap());
        assert!(opened.iter().all(|private| private.expose_secret() == opened[0].expose_secret()));
        assert!(unwrap_lead(&key, &recovery_key().unwrap()).is_err());
        assert!(too_short("four").is_some() && too_short("four quiet brown owls").is_none());
    }

    #[test]
    fn a_recovery_key_is_eight_groups_and_never_the_same() {
        let (one, two) = (recovery_key().unwrap(), recovery_key().unwrap());
        assert_eq!(one.split('-').count(), 8);
        assert_ne!(one, two);
    }
}
