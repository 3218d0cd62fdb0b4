//! The lock on a tablet's store: a random 256-bit key, wrapped by Argon2id of the PIN, in a small file beside it.
//!
//! Wrong PINs are counted in that file, so that a restart forgets none of them. What is absent: the system's own key
//! store, which no desktop web view can count on; where there is none a PIN has eight digits or three words.

use crate::error::Error;
use crate::surroundings::{Surroundings, random};
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use domain::entry::Millis;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The store's key.
pub(crate) type StoreKey = Zeroizing<[u8; 32]>;

/// Wrong PINs that cost no wait; after them each doubles it.
const FREE_TRIES: u32 = 2;
/// The longest wait after a wrong PIN: a quarter of an hour.
const LONGEST_WAIT: Millis = 15 * 60 * 1000;

/// How much work it is to try one PIN: Argon2id's memory and passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    memory_kib: u32,
    passes: u32,
}

impl Stretch {
    /// For a tablet that people carry: 64 MiB, three passes, some 0.2 s.
    pub const TABLET: Self = Self { memory_kib: 64 * 1024, passes: 3 };
    /// The least that there is, for a story that opens thousands of tablets which nobody carries.
    pub const STORY: Self = Self { memory_kib: 8, passes: 1 };
}

/// A key, wrapped by a PIN, with the wrong ones counted.
#[derive(Serialize, Deserialize)]
pub(crate) struct LockFile {
    version: u16,
    memory_kib: u32,
    passes: u32,
    salt: String,
    nonce: String,
    wrapped: String,
    #[serde(default)]
    wrong: u32,
    #[serde(default)]
    not_before: Millis,
    /// The store was made: where it is not there, it went away.
    #[serde(default)]
    made: bool,
}

/// Whether a PIN is hard enough to guess: eight digits or more, or three words of three letters or more.
pub(crate) fn strong(pin: &str) -> bool {
    let digits = pin.len() >= 8 && pin.bytes().all(|b| b.is_ascii_digit());
    let words = pin.split_whitespace().filter(|word| word.chars().count() >= 3).count() >= 3;
    digits || words
}

/// The lock file's path.
pub(crate) fn path(dir: &Path) -> PathBuf {
    dir.join("lock.json")
}

/// Makes a key, wraps it by the PIN, and writes the lock file.
pub(crate) fn make(dir: &Path, pin: &str, stretch: Stretch, around: &dyn Surroundings) -> Result<StoreKey, Error> {
    if !strong(pin) {
        return Err(Error::WeakPin);
    }
    let (lock, key) = wrapped(pin, stretch, around)?;
    write(dir, &lock)?;
    Ok(key)
}

/// As for a tablet, for somebody's own PIN on it: six digits are enough behind the tablet's own.
pub(crate) fn wrapping(pin: &str, stretch: Stretch, around: &dyn Surroundings) -> Result<(LockFile, StoreKey), Error> {
    let six_digits = pin.len() >= 6 && pin.bytes().all(|b| b.is_ascii_digit());
    if !strong(pin) && !six_digits {
        return Err(Error::WeakOwnPin);
    }
    wrapped(pin, stretch, around)
}

/// A new key, and what wraps it.
fn wrapped(
    pin: &str,
    Stretch { memory_kib, passes }: Stretch,
    around: &dyn Surroundings,
) -> Result<(LockFile, StoreKey), Error> {
    let key: StoreKey = Zeroizing::new(random(around));
    let (salt, nonce): ([u8; 16], [u8; 12]) = (random(around), random(around));
    let wrapping = stretched(pin, &salt, memory_kib, passes)?;
    let sealed = ChaCha20Poly1305::new(&Key::from(*wrapping)).encrypt(&Nonce::from(nonce), key.as_slice());
    let lock = LockFile {
        version: 1,
        memory_kib,
        passes,
        salt: hex::encode(salt),
        nonce: hex::encode(nonce),
        wrapped: hex::encode(sealed.map_err(|_| Error::Fault("the key could not be wrapped".into()))?),
        wrong: 0,
        not_before: 0,
        made: false,
    };
    Ok((lock, key))
}

impl LockFile {
    /// Tries a PIN. A wrong one is counted and makes the next try wait; the caller keeps that, whatever came of it.
    pub(crate) fn tried(&mut self, pin: &str, now: Millis) -> Result<StoreKey, Error> {
        // A clock that was set back must not lock anybody out for longer than the longest wait.
        self.not_before = self.not_before.min(now + LONGEST_WAIT);
        let wait = self.not_before - now;
        if wait > 0 {
            return Err(Error::TooSoon { wait });
        }
        if let Some(key) = unwrapped(self, pin)? {
            (self.wrong, self.not_before) = (0, 0);
            return Ok(key);
        }
        self.wrong = self.wrong.saturating_add(1);
        let wait = wait_after(self.wrong);
        self.not_before = now + wait;
        Err(Error::WrongPin { wait })
    }
}

/// Unwraps the key with the PIN; a wrong one is counted and makes the next try wait.
pub(crate) fn open(dir: &Path, pin: &str, now: Millis) -> Result<StoreKey, Error> {
    let text = fs::read_to_string(path(dir)).map_err(|_| Error::NothingHere)?;
    let mut lock: LockFile = serde_json::from_str(&text)?;
    let before = (lock.wrong, lock.not_before);
    let tried = lock.tried(pin, now);
    if before != (lock.wrong, lock.not_before)
        && let Err(error) = write(dir, &lock)
    {
        if tried.is_err() {
            return Err(error);
        }
        // The PIN was right: a full disk is no reason to keep its owner out.
        tracing::warn!(code = error.code(), "wrong PINs stay counted");
    }
    tried
}

/// Writes down that there is a store behind this lock.
pub(crate) fn holds_a_store(dir: &Path) -> Result<(), Error> {
    let mut lock: LockFile = serde_json::from_str(&fs::read_to_string(path(dir))?)?;
    if lock.made {
        return Ok(());
    }
    lock.made = true;
    write(dir, &lock)
}

/// Whether there ever was a store behind this lock; a lock that cannot be read says nothing.
pub(crate) fn held_a_store(dir: &Path) -> bool {
    let lock = fs::read_to_string(path(dir)).ok().and_then(|text| serde_json::from_str::<LockFile>(&text).ok());
    lock.is_some_and(|lock| lock.made)
}

fn wait_after(wrong: u32) -> Millis {
    match wrong.checked_sub(FREE_TRIES + 1) {
        None => 0,
        Some(doublings) => (1000_i64 << doublings.min(20)).min(LONGEST_WAIT),
    }
}

fn unwrapped(lock: &LockFile, pin: &str) -> Result<Option<StoreKey>, Error> {
    let broken = || Error::Fault("the lock file is damaged. Leave the tablet as it is, and ring the office".into());
    let salt = hex::decode(&lock.salt).map_err(|_| broken())?;
    let nonce: [u8; 12] = hex::decode(&lock.nonce).ok().and_then(|n| n.try_into().ok()).ok_or_else(broken)?;
    let sealed = hex::decode(&lock.wrapped).map_err(|_| broken())?;
    let wrapping = stretched(pin, &salt, lock.memory_kib, lock.passes)?;
    let cipher = ChaCha20Poly1305::new(&Key::from(*wrapping));
    let Ok(key) = cipher.decrypt(&Nonce::from(nonce), sealed.as_slice()).map(Zeroizing::new) else { return Ok(None) };
    let key: [u8; 32] = key.as_slice().try_into().map_err(|_| broken())?;
    Ok(Some(Zeroizing::new(key)))
}

fn stretched(pin: &str, salt: &[u8], memory_kib: u32, passes: u32) -> Result<StoreKey, Error> {
    let fault = |e: argon2::Error| Error::Fault(format!("the PIN could not be stretched: {e}"));
    let params = argon2::Params::new(memory_kib, passes, 1, Some(32)).map_err(fault)?;
    let argon = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let mut key = Zeroizing::new([0_u8; 32]);
    // Words may be typed with other spaces or capitals than when they were chosen.
    let pin = Zeroizing::new(pin.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase());
    argon.hash_password_into(pin.as_bytes(), salt, key.as_mut_slice()).map_err(fault)?;
    Ok(key)
}

fn write(dir: &Path, lock: &LockFile) -> Result<(), Error> {
    durable(dir, &path(dir), &serde_json::to_vec_pretty(lock)?)
}

/// Writes a file so that after a cut of power it is either the old one or the new one:
/// temporary → fsync → rename → folder fsync.
pub(crate) fn durable(dir: &Path, to: &Path, bytes: &[u8]) -> Result<(), Error> {
    let temporary = to.with_extension("tmp");
    let mut file = fs::File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, to)?;
    sync_folder(dir)
}

/// Makes a folder's names durable; Windows keeps them without being asked and cannot open a folder.
fn sync_folder(dir: &Path) -> Result<(), Error> {
    if cfg!(unix) {
        fs::File::open(dir)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::surroundings::Told;

    #[test]
    fn a_pin_needs_eight_digits_or_three_words() {
        for (pin, enough) in [
            ("1234567", false),
            ("12345678", true),
            ("1234567a", false),
            ("tea without milk", true),
            ("tea no milk", false),
            ("raised beds", false),
        ] {
            assert_eq!(strong(pin), enough, "{pin}");
        }
    }

    #[test]
    fn wrong_pins_slow_down_and_are_remembered_and_the_right_one_clears_them() {
        let dir = tempfile::tempdir().unwrap();
        let around = Told::new(1_000, 1);
        let key = make(dir.path(), "tea without milk", Stretch::STORY, around.as_ref()).unwrap();
        for (now, wait) in [(1_000, 0), (1_000, 0), (1_000, 1_000), (2_000, 2_000), (4_000, 4_000)] {
            assert!(matches!(open(dir.path(), "tea with milk", now), Err(Error::WrongPin { wait: w }) if w == wait));
        }
        assert!(matches!(open(dir.path(), "tea without milk", 4_001), Err(Error::TooSoon { wait: 3_999 })));
        assert_eq!(*open(dir.path(), "Tea  without milk", 8_000).unwrap(), *key);
        assert!(matches!(open(dir.path(), "tea with milk", 8_000), Err(Error::WrongPin { wait: 0 })));
    }

    #[test]
    fn a_clock_set_back_locks_nobody_out_for_long() {
        let dir = tempfile::tempdir().unwrap();
        make(dir.path(), "12345678", Stretch::STORY, Told::new(0, 1).as_ref()).unwrap();
        for now in [10_i64.pow(12); 3] {
            assert!(open(dir.path(), "87654321", now).is_err());
        }
        assert!(matches!(open(dir.path(), "12345678", 0), Err(Error::TooSoon { wait: LONGEST_WAIT })));
        assert!(
            matches!(open(dir.path(), "12345678", 60_000), Err(Error::TooSoon { wait }) if wait == LONGEST_WAIT - 60_000)
        );
        assert!(open(dir.path(), "12345678", LONGEST_WAIT).is_ok());
    }
}
