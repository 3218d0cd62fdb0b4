//! Setting up a tablet: a code that works once, printed by the office, and the tablet that comes with it.

use super::door::{json, revoked};
use crate::error::Error;
use crate::serve::State;
use crate::store::OrgStore;
use crate::store::audit::Deed;
use crate::store::devices::{CodeUse, NewCode as CodeRow, NewDevice};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State as In;
use domain::ids::PersonId;
use domain::wire::{Enrol, Enrolled, EnrolmentCode, ProblemCode};
use ed25519_dalek::VerifyingKey;
use sha2::{Digest as _, Sha256};

/// How long a code can be used, in milliseconds: seven days.
pub const CODE_LASTS: i64 = 7 * 24 * 60 * 60 * 1000;
/// Digits and letters that nobody takes for another: no 0 O 1 I L U.
const LETTERS: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code to be made.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// Whose tablet it will be.
    pub holders: Vec<PersonId>,
    /// Who makes it (a person's id, or `operator`).
    pub by: String,
    /// Where tablets find the server.
    pub address: String,
    /// Its certificate's fingerprint, when it made its own.
    pub fingerprint: Option<String>,
}

/// What the store keeps of a code's secret.
#[must_use]
pub fn hash_of_code(secret: &str) -> String {
    let kept: String = secret.chars().filter(char::is_ascii_alphanumeric).collect();
    hex::encode(Sha256::digest(format!("enterview code {}", kept.to_ascii_uppercase())))
}

/// Makes a code that works once, for seven days; only its hash is kept.
///
/// # Errors
/// No randomness, or the store's.
pub async fn new_code(org: &OrgStore, code: NewCode, now: i64) -> anyhow::Result<EnrolmentCode> {
    let secret = secret()?;
    let row = CodeRow {
        hash: hash_of_code(&secret),
        holders: code.holders.iter().map(ToString::to_string).collect(),
        made_by: code.by.clone(),
        expires_at: now.saturating_add(CODE_LASTS),
    };
    let deed = Deed { at: now, who: code.by, what: "make a set-up code".into(), subject: row.holders.join(" ") };
    org.doing(deed).add_code(row).await?;
    Ok(EnrolmentCode { address: code.address, fingerprint: code.fingerprint, secret })
}

/// A secret for a code or a first password: four groups of four, 78 bits.
///
/// # Errors
/// The system gives no randomness.
pub(crate) fn secret() -> anyhow::Result<String> {
    let mut secret = String::new();
    while secret.len() < 19 {
        let mut byte = [0_u8; 1];
        getrandom::fill(&mut byte).map_err(|error| anyhow::anyhow!("no randomness from the system: {error}"))?;
        // 240 is eight times 30: what lies above would make some letters likelier.
        if let Some(letter) = byte.first().filter(|b| **b < 240).and_then(|b| LETTERS.get(usize::from(*b) % 30)) {
            if matches!(secret.len(), 4 | 9 | 14) {
                secret.push('-');
            }
            secret.push(char::from(*letter));
        }
    }
    Ok(secret)
}

/// `POST /sync/v1/enrol`
pub(super) async fn enrol(In(state): In<State>, body: Bytes) -> Result<Json<Enrolled>, Error> {
    let ask: Enrol = json(&body)?;
    let bad = || {
        Error::problem(
            ProblemCode::BadCode,
            "This set-up code is wrong, was used before, or is older than seven days. Ask the office for a new one.",
        )
    };
    let key: [u8; 32] =
        ask.key.0.as_slice().try_into().map_err(|_| Error::refused("The tablet's key is not 32 bytes."))?;
    VerifyingKey::from_bytes(&key).map_err(|_| Error::refused("The tablet's key is none."))?;
    if ask.name.trim().is_empty() || ask.name.len() > 80 || ask.name.contains('\0') {
        return Err(Error::refused("Give this tablet a short name, such as tablet 2."));
    }
    let hash = hash_of_code(&ask.secret);
    let org = state.store.org_of_code(&hash).await?.ok_or_else(bad)?;
    let org = state.store.org(&org);
    let device = NewDevice {
        id: ask.device.to_string(),
        name: ask.name.trim().to_owned(),
        verifying_key: hex::encode(key),
        version: None,
        at: state.now(),
    };
    // What is on a tablet belongs to one organisation, whether this server still knows the tablet or not.
    let theirs = state.store.org_of_device(&device.id).await?.is_some_and(|theirs| theirs != org.id());
    if theirs || ask.belongs.is_some_and(|theirs| theirs.to_string() != org.id()) {
        return Err(Error::problem(
            ProblemCode::BadCode,
            "This tablet belongs to another organisation. The code was not used.",
        ));
    }
    let holders = match org.use_code(&hash, device).await? {
        CodeUse::Enrolled { holders, again } => {
            if again {
                let (who, what) = (format!("tablet {}", ask.device), "was set up again".to_owned());
                org.record(Deed { at: state.now(), who, what, subject: ask.device.to_string() }).await?;
            }
            holders
        }
        CodeUse::Revoked => return Err(revoked()),
        CodeUse::AnotherKey => {
            return Err(Error::problem(ProblemCode::BadCode, "This tablet is set up already. The code was not used."));
        }
        CodeUse::Unknown | CodeUse::Used | CodeUse::Expired => return Err(bad()),
    };
    let this = org.this().await?;
    let fault = |_| Error::Fault(anyhow::anyhow!("an id in the store cannot be read"));
    Ok(Json(Enrolled {
        org: this.id.parse().map_err(fault)?,
        store: this.store_id.parse().map_err(fault)?,
        holders: holders.iter().map(|h| h.parse()).collect::<Result<_, _>>().map_err(fault)?,
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn a_secret_is_four_groups_and_reads_the_same_however_it_is_typed() {
        let secret = secret().unwrap();
        assert_eq!(secret.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4, 4]);
        assert_eq!(hash_of_code(&secret), hash_of_code(&format!(" {} ", secret.to_lowercase().replace('-', " "))));
        assert_ne!(hash_of_code(&secret), hash_of_code(&super::secret().unwrap()));
    }
}
