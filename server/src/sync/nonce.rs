//! Nonces: words that the server made a short while ago and that serve once. Nothing of them is stored before use: a
//! nonce is its own expiry sealed under the store's key, so any copy of the server knows it; which were used is
//! remembered in the process for as long as they would be good.

use crate::store::Key;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How long a nonce is good, in milliseconds: longer than a held feed request by far.
const LASTS: i64 = 10 * 60 * 1000;
const PURPOSE: &str = "sync nonce";

/// Which nonces were used, by hash, with their expiry.
#[derive(Debug, Default)]
pub struct Nonces(Mutex<BTreeMap<[u8; 32], i64>>);

impl Nonces {
    /// Makes one.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn make(&self, key: &Key, now: i64) -> anyhow::Result<String> {
        let until = now.saturating_add(LASTS).to_be_bytes();
        Ok(URL_SAFE_NO_PAD.encode(key.seal(PURPOSE, &until)?))
    }

    /// Uses one up: whether it was made here, is not too old, and is used for the first time.
    #[must_use]
    pub fn spend(&self, key: &Key, nonce: &str, now: i64) -> bool {
        let until = URL_SAFE_NO_PAD.decode(nonce).ok().and_then(|sealed| key.open(PURPOSE, &sealed).ok());
        let until = until.and_then(|until| until.as_slice().try_into().ok()).map(i64::from_be_bytes);
        let Some(until) = until.filter(|until| *until > now) else { return false };
        // A thread that panicked here left a map that is whole all the same.
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        used.retain(|_, until| *until > now);
        used.insert(Sha256::digest(nonce).into(), until).is_none()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn a_nonce_serves_once_and_not_for_long_and_not_at_another_server() {
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let key = Key::open_or_make(here.path(), false).unwrap();
        let other = Key::open_or_make(there.path(), false).unwrap();
        let nonces = Nonces::default();
        let nonce = nonces.make(&key, 1_000).unwrap();
        assert!(!nonces.spend(&other, &nonce, 1_000));
        assert!(!nonces.spend(&key, &nonce, 1_000 + LASTS));
        assert!(nonces.spend(&key, &nonce, 2_000));
        assert!(!nonces.spend(&key, &nonce, 2_001));
        assert!(!nonces.spend(&key, "made up", 2_000));
    }
}
