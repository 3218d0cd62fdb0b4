//! Passwords as argon2id in PHC strings. Nothing else is ever kept of a password.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};

/// The shortest password that is taken, in characters.
pub const SHORTEST: usize = 10;
/// The longest, in bytes: enough for any sentence, too short to keep the server busy.
pub const LONGEST: usize = 512;

/// Why a password was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Too short.
    #[error(
        "A password has at least {SHORTEST} characters. Three or four words are easy to remember and hard to guess."
    )]
    Short,
    /// Too long.
    #[error("A password has at most {LONGEST} characters.")]
    Long,
    /// The machine could not make one.
    #[error("The password could not be kept. Nothing was changed; try again.")]
    Failed,
}

/// The PHC string to keep for a password. Costs some 20 ms of processor time: call it off the async threads.
///
/// # Errors
/// Says why the password is not taken.
pub fn hash(password: &str) -> Result<String, Refused> {
    if password.chars().count() < SHORTEST {
        return Err(Refused::Short);
    }
    if password.len() > LONGEST {
        return Err(Refused::Long);
    }
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|_| Refused::Failed)?;
    Ok(hash.to_string())
}

/// Whether `password` is the one that `kept` was made from; a string that cannot be read fits nothing.
#[must_use]
pub fn fits(password: &str, kept: &str) -> bool {
    password.len() <= LONGEST
        && PasswordHash::new(kept)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// Takes as long as [`fits`] does, for a name that nobody has: so a name cannot be found out by the time it takes.
pub fn fits_nobody(password: &str) {
    // The result means nothing; only the time counts.
    let _ = hash(password.get(..SHORTEST).unwrap_or("not a password"));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_and_no_other() {
        let kept = hash("tea without milk").unwrap();
        assert!(kept.starts_with("$argon2id$"), "{kept}");
        assert!(fits("tea without milk", &kept));
        assert!(!fits("tea with milk", &kept));
        assert!(!fits("tea without milk", "not a hash"));
        assert_ne!(kept, hash("tea without milk").unwrap(), "each has its own salt");
    }

    #[test]
    fn a_short_password_is_refused_with_a_hint() {
        assert_eq!(hash("short"), Err(Refused::Short));
        assert_eq!(hash(&"x".repeat(600)), Err(Refused::Long));
    }
}
