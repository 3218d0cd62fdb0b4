//! How much one tablet, and all tablets of one organisation together, may ask of this process. Each has an allowance that
//! fills by the second and is spent by requests and bytes, so that one that has gone wrong starves no other. Only what a
//! tablet has signed is spent from it: nobody can use up another's by naming it. Forgotten when the process ends.

use domain::ids::DeviceId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// So many bytes cost as much as one request.
const BYTES: usize = 64 * 1024;
/// Allowances that are remembered before those that are full again are let go.
const MOST_KEPT: usize = 20_000;

/// What one may ask: so much at once, and so much more in each second. A request costs one, and one more for each 64 KiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// What has gathered after a while of silence.
    pub at_once: i64,
    /// What is added in a second.
    pub a_second: i64,
}

/// What a tablet and an organisation may ask, and how often tablets may be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paces {
    /// One tablet: thirty photos at once, then two or more in a second.
    pub tablet: Allowance,
    /// All of an organisation: some dozens of tablets that come home together.
    pub organisation: Allowance,
    /// Requests to set up a tablet, of everybody together; they are not signed.
    pub setting_up: Allowance,
}

impl Default for Paces {
    fn default() -> Self {
        Self {
            tablet: Allowance { at_once: 600, a_second: 20 },
            organisation: Allowance { at_once: 12_000, a_second: 200 },
            setting_up: Allowance { at_once: 600, a_second: 10 },
        }
    }
}

/// Not before so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotBefore(pub u32);

/// What a request with its reply costs, by the bytes of one of the two.
pub(super) fn cost(bytes: usize) -> i64 {
    i64::try_from(bytes / BYTES).unwrap_or(i64::MAX / 2000)
}

/// An allowance as it stands, in thousandths.
#[derive(Clone, Copy, Debug)]
struct Left {
    thousandths: i64,
    at: i64,
}

impl Left {
    fn full(of: Allowance, now: i64) -> Self {
        Self { thousandths: of.at_once.saturating_mul(1000), at: now }
    }

    /// Adds what has come since; a clock that was put back adds nothing and takes nothing.
    fn filled(self, of: Allowance, now: i64) -> Self {
        let since = now.saturating_sub(self.at).max(0);
        let more = since.saturating_mul(of.a_second);
        Self { thousandths: self.thousandths.saturating_add(more).min(of.at_once.saturating_mul(1000)), at: now }
    }

    /// What is over is paid by waiting: until a tenth has gathered again, so that not every second request is refused.
    fn wait(self, of: Allowance) -> Result<(), NotBefore> {
        if self.thousandths >= 1000 {
            return Ok(());
        }
        let short = of.at_once.saturating_mul(100).max(1000).saturating_sub(self.thousandths);
        let seconds =
            short.saturating_add(of.a_second.saturating_mul(1000) - 1) / of.a_second.saturating_mul(1000).max(1);
        Err(NotBefore(u32::try_from(seconds.max(1)).unwrap_or(u32::MAX)))
    }
}

#[derive(Debug, Default)]
struct Kept {
    tablets: HashMap<DeviceId, (Left, Arc<str>)>,
    organisations: HashMap<Arc<str>, Left>,
    setting_up: Option<Left>,
}

/// The allowances of everybody whom this process serves.
#[derive(Debug, Default)]
pub struct Pace {
    paces: Paces,
    kept: Mutex<Kept>,
}

impl Pace {
    /// With these allowances.
    #[must_use]
    pub fn of(paces: Paces) -> Self {
        Self { paces, kept: Mutex::default() }
    }

    /// Before anything is read: whether whoever says that it is this tablet may ask now. It spends nothing.
    pub(super) fn may_ask(&self, device: DeviceId, now: i64) -> Result<(), NotBefore> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((left, org)) = kept.tablets.get(&device) else { return Ok(()) };
        left.filled(self.paces.tablet, now).wait(self.paces.tablet)?;
        let org = kept.organisations.get(org).map(|left| left.filled(self.paces.organisation, now));
        org.map_or(Ok(()), |left| left.wait(self.paces.organisation))
    }

    /// The tablet has signed: what its request costs is spent, by it and by its organisation. One that costs more than is
    /// left is let in, and what follows waits for longer.
    pub(super) fn spend(&self, device: DeviceId, org: &str, cost: i64, now: i64) -> Result<(), NotBefore> {
        let Paces { tablet, organisation, .. } = self.paces;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.tablets.len() >= MOST_KEPT && !kept.tablets.contains_key(&device) {
            kept.tablets.retain(|_, (left, _)| left.filled(tablet, now).thousandths < tablet.at_once * 1000);
        }
        let (org, mut of_org) = match kept.organisations.get_key_value(org) {
            Some((org, left)) => (org.clone(), left.filled(organisation, now)),
            None => (Arc::from(org), Left::full(organisation, now)),
        };
        let mut left = kept.tablets.get(&device).map_or(Left::full(tablet, now), |(left, _)| left.filled(tablet, now));
        let may = left.wait(tablet).and_then(|()| of_org.wait(organisation));
        if may.is_ok() {
            left.thousandths = left.thousandths.saturating_sub(cost.saturating_mul(1000));
            of_org.thousandths = of_org.thousandths.saturating_sub(cost.saturating_mul(1000));
        }
        kept.tablets.insert(device, (left, org.clone()));
        kept.organisations.insert(org, of_org);
        may
    }

    /// What an answer cost is owed, whatever is left: the next request waits for it.
    pub(super) fn owe(&self, device: DeviceId, org: &str, cost: i64) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let thousandths = cost.saturating_mul(1000);
        if let Some((left, _)) = kept.tablets.get_mut(&device) {
            left.thousandths = left.thousandths.saturating_sub(thousandths);
        }
        if let Some(left) = kept.organisations.get_mut(org) {
            left.thousandths = left.thousandths.saturating_sub(thousandths);
        }
    }

    /// Somebody sets up a tablet.
    pub(super) fn set_up(&self, now: i64) -> Result<(), NotBefore> {
        let of = self.paces.setting_up;
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut left = kept.setting_up.map_or(Left::full(of, now), |left| left.filled(of, now));
        let may = left.wait(of);
        if may.is_ok() {
            left.thousandths = left.thousandths.saturating_sub(1000);
        }
        kept.setting_up = Some(left);
        may
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn tablet(n: u128) -> DeviceId {
        DeviceId::new(uuid::Uuid::from_u128(n))
    }

    fn pace() -> Pace {
        Pace::of(Paces {
            tablet: Allowance { at_once: 10, a_second: 2 },
            organisation: Allowance { at_once: 30, a_second: 10 },
            ..Paces::default()
        })
    }

    fn at_once(pace: &Pace, n: u128, now: i64) -> usize {
        (0..100).take_while(|_| pace.spend(tablet(n), "sutton", 1, now).is_ok()).count()
    }

    #[test]
    fn one_tablet_that_asks_without_end_is_slowed_and_another_is_not() {
        let pace = pace();
        assert_eq!(at_once(&pace, 1, 0), 10);
        assert_eq!(pace.may_ask(tablet(1), 0), Err(NotBefore(1)));
        assert_eq!(pace.may_ask(tablet(2), 0), Ok(()));
        assert_eq!(at_once(&pace, 2, 0), 10);
        assert_eq!(pace.may_ask(tablet(1), 1_000), Ok(()), "after as long as it was told");
        assert_eq!(at_once(&pace, 1, 1_000), 2);
        assert_eq!(at_once(&pace, 1, 3_600_000), 10, "and after an hour all of it, and no more");
    }

    #[test]
    fn an_organisation_has_an_allowance_too_and_another_organisation_its_own() {
        let pace = pace();
        assert_eq!((1..=4).map(|n| at_once(&pace, n, 0)).collect::<Vec<_>>(), [10, 10, 10, 0]);
        assert!(pace.may_ask(tablet(4), 0).is_err());
        assert!(pace.spend(tablet(5), "merton", 1, 0).is_ok());
    }

    #[test]
    fn what_costs_more_than_is_left_is_let_in_once_and_paid_for_by_waiting() {
        let pace = pace();
        assert_eq!(pace.spend(tablet(1), "sutton", 29, 0), Ok(()));
        assert_eq!(pace.may_ask(tablet(1), 0), Err(NotBefore(10)));
        assert!(pace.may_ask(tablet(1), 9_000).is_err());
        assert_eq!(pace.may_ask(tablet(1), 10_000), Ok(()));
    }

    #[test]
    fn what_was_told_is_owed_as_well() {
        let pace = pace();
        assert_eq!(pace.spend(tablet(1), "sutton", 1, 0), Ok(()));
        pace.owe(tablet(1), "sutton", 19);
        assert_eq!(pace.may_ask(tablet(1), 0), Err(NotBefore(6)));
    }

    #[test]
    fn a_clock_that_is_put_back_locks_nobody_out_for_longer() {
        let pace = pace();
        assert_eq!(at_once(&pace, 1, 1_000_000), 10);
        assert_eq!(pace.spend(tablet(1), "sutton", 1, 0), Err(NotBefore(1)));
        assert_eq!(pace.spend(tablet(1), "sutton", 1, 1_000), Ok(()));
    }

    #[test]
    fn setting_up_has_a_pace_of_its_own() {
        let pace = Pace::of(Paces { setting_up: Allowance { at_once: 3, a_second: 1 }, ..Paces::default() });
        assert_eq!((0..5).filter(|_| pace.set_up(0).is_ok()).count(), 3);
        assert_eq!(pace.set_up(1_000), Ok(()));
    }
}
