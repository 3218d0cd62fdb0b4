//! Nonces: words that the server made a short while ago and that serve once. Nothing of them is stored before use: a
//! nonce says when it was made and proves by the store's key that it was made here, so any copy of the server knows it;
//! which were used is in the record (`spent`) for as long as they would be good.

use crate::store::Key;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// How long a nonce is good, in milliseconds: longer than a held feed request by far.
const LASTS: i64 = 10 * 60 * 1000;
const PURPOSE: &str = "sync nonce";

/// When it was made: six bytes of milliseconds since 1970, and two of chance for those of one moment.
type Made = [u8; 8];

/// The first eight bytes of a hash under the key. Its input has one length, so a longer one proves nothing.
fn proof(key: &Key, made: Made) -> [u8; 8] {
    let hash: [u8; 32] = Sha256::new().chain_update(key.derive(PURPOSE)).chain_update(made).finalize().into();
    hash.first_chunk().copied().unwrap_or_default()
}

/// Makes one.
///
/// # Errors
/// The system gives no randomness.
pub(super) fn make(key: &Key, now: i64) -> anyhow::Result<String> {
    let mut chance = [0; 2];
    getrandom::fill(&mut chance).map_err(|error| anyhow::anyhow!("no randomness from the system: {error}"))?;
    let made = (now << 16 | i64::from(u16::from_be_bytes(chance))).to_be_bytes();
    Ok(URL_SAFE_NO_PAD.encode([made, proof(key, made)].concat()))
}

/// Until when it is good; `None` when it was not made here or is too old.
pub(super) fn good_until(key: &Key, nonce: &str, now: i64) -> Option<i64> {
    let nonce: [u8; 16] = URL_SAFE_NO_PAD.decode(nonce).ok()?.try_into().ok()?;
    let (made, said) = (nonce.first_chunk::<8>()?, nonce.last_chunk::<8>()?);
    // All of it is compared, however early it differs.
    let differs = proof(key, *made).iter().zip(said).fold(0, |all, (one, other)| all | (one ^ other));
    let until = (i64::from_be_bytes(*made) >> 16).saturating_add(LASTS);
    (differs == 0 && until > now).then_some(until)
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
        let says = domain::wire::Says { version: 3, program: "0.1.0".into(), nonce: nonce.clone() };
        assert_eq!((says.time(), nonce.len()), (Some(1_000), 22));
        let (when, proof) = nonce.split_at(11);
        assert_eq!(good_until(&key, &format!("{}{proof}", when.replacen('A', "B", 1)), 2_000), None);
    }
}
