//! Nonces: words that the server made a short while ago and that serve once. Nothing of them is stored before use: a
//! nonce is its own expiry sealed under the store's key, so any copy of the server knows it; which were used is in the
//! record (`spent`) for as long as they would be good.

use crate::store::Key;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// How long a nonce is good, in milliseconds: longer than a held feed request by far.
const LASTS: i64 = 10 * 60 * 1000;
const PURPOSE: &str = "sync nonce";

/// Makes one.
///
/// # Errors
/// The system gives no randomness.
pub(super) fn make(key: &Key, now: i64) -> anyhow::Result<String> {
    let until = now.saturating_add(LASTS).to_be_bytes();
    Ok(URL_SAFE_NO_PAD.encode(key.seal(PURPOSE, &until)?))
}

/// Until when it is good; `None` when it was not made here or is too old.
pub(super) fn good_until(key: &Key, nonce: &str, now: i64) -> Option<i64> {
    let sealed = URL_SAFE_NO_PAD.decode(nonce).ok()?;
    let until = key.open(PURPOSE, &sealed).ok()?;
    let until = until.as_slice().try_into().ok().map(i64::from_be_bytes);
    until.filter(|until| *until > now)
}

/// Under which name the record keeps that it was used.
pub(super) fn hash(nonce: &str) -> String {
    hex::encode(Sha256::digest(nonce))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn a_nonce_is_good_for_ten_minutes_and_not_at_another_server() {
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let key = Key::open_or_make(here.path(), false).unwrap();
        let other = Key::open_or_make(there.path(), false).unwrap();
        let nonce = make(&key, 1_000).unwrap();
        assert_eq!(good_until(&other, &nonce, 1_000), None);
        assert_eq!(good_until(&key, &nonce, 1_000 + LASTS), None);
        assert_eq!(good_until(&key, &nonce, 2_000), Some(1_000 + LASTS));
        assert_eq!(good_until(&key, "made up", 2_000), None);
    }
}
