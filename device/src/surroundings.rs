//! The only two things that a tablet takes from the world unasked: the time and randomness.
//!
//! [`Real`] takes them from the system; [`Told`] is told them, so that a story is the same each time it is told.

use domain::entry::Millis;
use sha2::{Digest as _, Sha256};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// A clock and a source of random bytes.
pub trait Surroundings: Send + Sync {
    /// Milliseconds since 1970 began in UTC.
    fn now(&self) -> Millis;
    /// Fills `bytes` with random ones.
    fn fill(&self, bytes: &mut [u8]);

    /// A new UUID, version 7, of this time.
    fn uuid(&self) -> Uuid {
        let mut random = [0_u8; 10];
        self.fill(&mut random);
        let millis = u64::try_from(self.now()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// Surroundings as a device holds them.
pub type Around = Arc<dyn Surroundings>;

/// Random bytes of a fixed length.
pub(crate) fn random<const N: usize>(around: &dyn Surroundings) -> [u8; N] {
    let mut bytes = [0_u8; N];
    around.fill(&mut bytes);
    bytes
}

/// The system's clock and its random source.
#[derive(Clone, Copy, Debug, Default)]
pub struct Real;

impl Real {
    /// Ready to hand to a device.
    #[must_use]
    pub fn around() -> Around {
        Arc::new(Self)
    }
}

impl Surroundings for Real {
    fn now(&self) -> Millis {
        jiff::Timestamp::now().as_millisecond()
    }

    fn fill(&self, bytes: &mut [u8]) {
        // Without the system's random source no key may be made; nothing sensible can follow, so it is asked again.
        while getrandom::fill(bytes).is_err() {
            std::thread::yield_now();
        }
    }
}

/// A clock that stands until it is told the time, and randomness that follows from a seed.
#[derive(Debug)]
pub struct Told {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    now: Millis,
    seed: [u8; 32],
    drawn: u64,
}

impl Told {
    /// Starts at `now` (milliseconds since 1970, UTC); equal seeds draw equal bytes.
    #[must_use]
    pub fn new(now: Millis, seed: u64) -> Arc<Self> {
        let seed = Sha256::digest(seed.to_be_bytes()).into();
        Arc::new(Self { inner: Mutex::new(Inner { now, seed, drawn: 0 }) })
    }

    /// It is now `now`.
    pub fn set(&self, now: Millis) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).now = now;
    }

    /// So many milliseconds pass.
    pub fn pass(&self, millis: Millis) {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).now += millis;
    }
}

impl Surroundings for Told {
    fn now(&self) -> Millis {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).now
    }

    fn fill(&self, bytes: &mut [u8]) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        for piece in bytes.chunks_mut(32) {
            inner.drawn += 1;
            let block = Sha256::new().chain_update(inner.seed).chain_update(inner.drawn.to_be_bytes()).finalize();
            piece.iter_mut().zip(block).for_each(|(to, from)| *to = from);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_story_draws_the_same_ids_and_another_does_not() {
        let (one, two, other) = (Told::new(5, 1), Told::new(5, 1), Told::new(5, 2));
        assert_eq!(one.uuid(), two.uuid());
        assert_ne!(one.uuid(), other.uuid());
        assert_ne!(one.uuid(), one.uuid());
        assert_eq!(one.uuid().get_version_num(), 7);
    }
}
