//! Random secrets, 256 bits each, and what the store keeps of them: their hash alone.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// A new secret in base64url, 43 characters.
///
/// # Errors
/// When the machine has no source of chance; nothing may go on then.
pub fn random() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("this machine gives no random numbers: {e}"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// What is kept of a secret: its SHA-256 in hexadecimal. Enough for 256 random bits; never for a password.
#[must_use]
pub fn hashed(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// Whether two secrets are the same, in a time that does not tell where they part.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    !one.is_empty() && Sha256::digest(one.as_bytes()) == Sha256::digest(other.as_bytes())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn secrets_differ_and_an_empty_one_is_never_right() {
        let (one, other) = (random().unwrap(), random().unwrap());
        assert_eq!(one.len(), 43);
        assert!(same(&one, &one) && !same(&one, &other) && !same("", ""));
        assert_eq!(hashed(&one).len(), 64);
    }
}
