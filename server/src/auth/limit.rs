//! How often somebody may try to sign in. It counts in this process only and is forgotten at its end;
//! the cost of argon2id is the second fence.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Wrong tries that are free of any wait.
pub const FREE: u32 = 5;
/// How long after the last wrong try a name is free again, in milliseconds.
pub const FORGET: i64 = 15 * 60 * 1000;
const MOST_NAMES: usize = 10_000;

/// Wrong tries by what was tried: a folded name, or an address.
#[derive(Debug, Default)]
pub struct Limit {
    tries: Mutex<HashMap<String, (u32, i64)>>,
}

impl Limit {
    /// How many milliseconds to wait before `key` may try again at `now`; `None` when it may now.
    #[must_use]
    pub fn wait(&self, key: &str, now: i64) -> Option<i64> {
        let tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, last) = tries.get(key).copied()?;
        let over = count.checked_sub(FREE)?;
        let pause = 15_000_i64.saturating_mul(1 << over.min(6)).min(FORGET);
        Some(last + pause - now).filter(|left| *left > 0)
    }

    /// Counts a wrong try.
    pub fn wrong(&self, key: &str, now: i64) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= MOST_NAMES {
            tries.retain(|_, (_, last)| now - *last < FORGET);
        }
        if tries.len() < MOST_NAMES || tries.contains_key(key) {
            let (count, last) = tries.entry(key.to_owned()).or_insert((0, now));
            *count = if now - *last >= FORGET { 1 } else { count.saturating_add(1) };
            *last = now;
        }
    }

    /// Forgets the wrong tries of somebody who got in.
    pub fn right(&self, key: &str) {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_five_wrong_tries_there_is_a_wait_that_grows_and_ends() {
        let limit = Limit::default();
        for n in 0..4 {
            limit.wrong("priya", n);
            assert_eq!(limit.wait("priya", n), None);
        }
        limit.wrong("priya", 10);
        assert_eq!(limit.wait("priya", 10), Some(15_000));
        limit.wrong("priya", 20_000);
        assert_eq!(limit.wait("priya", 20_000), Some(30_000));
        assert_eq!(limit.wait("samuel", 20_000), None, "somebody else is not held up");
        limit.right("priya");
        assert_eq!(limit.wait("priya", 20_001), None);
    }
}
