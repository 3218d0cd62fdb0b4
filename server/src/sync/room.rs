//! How much this process takes on at once: bytes on their way in, requests being worked on, photos waiting to be looked
//! at, changes waiting to be published (and of one tablet), feeds held open. What is beyond is asked to come again, in seconds.

use super::pace::NotBefore;
use crate::serve::State;
use crate::store::taken::Most;
use domain::ids::DeviceId;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

/// How much there is room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// KiB of bodies that are on their way in or being worked on.
    pub kib_coming: u32,
    /// Requests that are worked on at the same time.
    pub at_work: usize,
    /// Requests that wait until one of these is done.
    pub waiting: usize,
    /// Photos that have come whole and wait to be looked at; each is in memory.
    pub photos: usize,
    /// Changes that are taken and not published; a push beyond is asked to wait.
    pub unpublished: i64,
    /// The same of one tablet; and what of it waits for others or is held.
    pub of_a_tablet: Most,
    /// Feeds that are held open.
    pub held: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        let of_a_tablet = Most { unread: 20_000, stuck: 4_000 };
        Self {
            kib_coming: 192 * 1024,
            at_work: 64,
            waiting: 1024,
            photos: 16,
            unpublished: 200_000,
            of_a_tablet,
            held: 12_000,
        }
    }
}

/// When to come again, in seconds: what is worked on is over soon, what waits to be published takes longer.
const SOON: NotBefore = NotBefore(2);
pub(super) const AFTER_PUBLISHING: NotBefore = NotBefore(30);
/// Somebody at the office has to do something first.
pub(super) const AFTER_MENDING: NotBefore = NotBefore(600);
/// How old the count of unpublished changes may be, in milliseconds.
const COUNT_AGAIN: i64 = 2_000;

/// The room of one process.
#[derive(Debug)]
pub struct Room {
    bounds: Bounds,
    coming: Arc<Semaphore>,
    work: Arc<Semaphore>,
    waiting: AtomicUsize,
    photos: Arc<Semaphore>,
    unpublished: AtomicI64,
    counted: AtomicI64,
    held: Arc<Mutex<Held>>,
}

#[derive(Debug, Default)]
struct Held {
    feeds: HashMap<DeviceId, (u64, Arc<Notify>)>,
    last: u64,
}

/// A request's place among those that are worked on; given back when it is dropped, or earlier by [`AtWork::rest`].
#[derive(Clone, Debug, Default)]
pub(super) struct AtWork(Arc<Mutex<Option<OwnedSemaphorePermit>>>);

impl AtWork {
    /// Nothing is done for it from here on but waiting: the place is another's.
    pub(super) fn rest(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// A feed that is held open; ends when a newer one of the same tablet takes its place.
#[derive(Debug)]
pub(super) struct HeldFeed {
    device: DeviceId,
    number: u64,
    ended: Arc<Notify>,
    held: Arc<Mutex<Held>>,
}

impl HeldFeed {
    /// Waits until a newer feed of the tablet has taken this one's place.
    pub(super) async fn ended(&self) {
        self.ended.notified().await;
    }
}

impl Drop for HeldFeed {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.feeds.get(&self.device).is_some_and(|(number, _)| *number == self.number) {
            held.feeds.remove(&self.device);
        }
    }
}

impl Room {
    /// With these bounds.
    #[must_use]
    pub fn of(bounds: Bounds) -> Self {
        Self {
            bounds,
            coming: Arc::new(Semaphore::new(usize::try_from(bounds.kib_coming).unwrap_or(Semaphore::MAX_PERMITS))),
            work: Arc::new(Semaphore::new(bounds.at_work)),
            waiting: AtomicUsize::new(0),
            photos: Arc::new(Semaphore::new(bounds.photos)),
            unpublished: AtomicI64::new(0),
            counted: AtomicI64::new(i64::MIN),
            held: Arc::default(),
        }
    }

    /// Room for a body of so many bytes, for as long as the answer is held.
    pub(super) fn for_bytes(&self, bytes: usize) -> Result<OwnedSemaphorePermit, NotBefore> {
        let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        self.coming.clone().try_acquire_many_owned(kib).map_err(|_| SOON)
    }

    /// A place among those that are worked on; waits for one if not too many wait already.
    pub(super) async fn to_work(&self) -> Result<AtWork, NotBefore> {
        let at_work = |permit| AtWork(Arc::new(Mutex::new(Some(permit))));
        if let Ok(permit) = self.work.clone().try_acquire_owned() {
            return Ok(at_work(permit));
        }
        let _waits = Waits::in_line(&self.waiting, self.bounds.waiting).ok_or(SOON)?;
        self.work.clone().acquire_owned().await.map(at_work).map_err(|_| SOON)
    }

    /// Room for a photo that is to be looked at.
    pub(super) fn for_photo(&self) -> Result<OwnedSemaphorePermit, NotBefore> {
        self.photos.clone().try_acquire_owned().map_err(|_| NotBefore(5))
    }

    /// Whether so little waits to be published that a push may add to it. Counted at most every other second.
    pub(super) async fn for_changes(&self, state: &State) -> anyhow::Result<Result<(), NotBefore>> {
        let (now, counted) = (state.now(), self.counted.load(Ordering::Relaxed));
        let due = now.checked_sub(counted).is_none_or(|age| !(0..COUNT_AGAIN).contains(&age));
        // Whoever comes first counts for the others.
        if due && self.counted.compare_exchange(counted, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            self.unpublished.store(state.store.waiting_room().await?.changes, Ordering::Relaxed);
        }
        let much = self.unpublished.load(Ordering::Relaxed) > self.bounds.unpublished;
        Ok(if much { Err(AFTER_PUBLISHING) } else { Ok(()) })
    }

    /// How much of one tablet is kept that is not shown.
    pub(super) const fn of_a_tablet(&self) -> Most {
        self.bounds.of_a_tablet
    }

    /// A place for a feed to be held; an older one of the same tablet ends. Nothing where as many are held as may be.
    pub(super) fn to_hold(&self, device: DeviceId) -> Option<HeldFeed> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.feeds.len() >= self.bounds.held && !held.feeds.contains_key(&device) {
            return None;
        }
        held.last += 1;
        let (number, ended) = (held.last, Arc::new(Notify::new()));
        if let Some((_, older)) = held.feeds.insert(device, (number, ended.clone())) {
            older.notify_one();
        }
        Some(HeldFeed { device, number, ended, held: self.held.clone() })
    }

    /// How many feeds are held now.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).feeds.len()
    }
}

/// One in the line; leaves it when dropped, also when its request was given up.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn in_line(line: &'a AtomicUsize, most: usize) -> Option<Self> {
        let waits = Self(line);
        (line.fetch_add(1, Ordering::Relaxed) < most).then_some(waits)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use futures_util::FutureExt as _;

    fn tablet(n: u128) -> DeviceId {
        DeviceId::new(uuid::Uuid::from_u128(n))
    }

    #[tokio::test]
    async fn beyond_those_that_may_wait_one_is_asked_to_come_again_and_a_place_given_back_is_the_next_ones() {
        let room = Room::of(Bounds { at_work: 1, waiting: 1, ..Bounds::default() });
        let first = room.to_work().await.unwrap();
        let mut second = Box::pin(room.to_work());
        assert!(second.as_mut().now_or_never().is_none(), "it waits");
        assert_eq!(room.to_work().await.unwrap_err(), SOON);
        first.rest();
        let second = second.await.unwrap();
        let given_up = room.to_work();
        assert!(given_up.now_or_never().is_none());
        let third = room.to_work();
        drop(second);
        third.await.unwrap();
    }

    #[test]
    fn there_is_room_for_so_many_bytes_and_no_more() {
        let room = Room::of(Bounds { kib_coming: 10, ..Bounds::default() });
        let six = room.for_bytes(6 * 1024).unwrap();
        assert_eq!(room.for_bytes(5 * 1024).unwrap_err(), SOON);
        assert!(room.for_bytes(4 * 1024).is_ok());
        drop(six);
        assert!(room.for_bytes(10 * 1024).is_ok());
    }

    #[tokio::test]
    async fn a_tablet_holds_one_feed_and_the_process_so_many() {
        let room = Room::of(Bounds { held: 2, ..Bounds::default() });
        let (first, other) = (room.to_hold(tablet(1)).unwrap(), room.to_hold(tablet(2)).unwrap());
        assert!(room.to_hold(tablet(3)).is_none());
        let newer = room.to_hold(tablet(1)).unwrap();
        first.ended().await;
        drop(first);
        assert_eq!(room.held(), 2, "the older one's end is not the newer one's");
        assert!(newer.ended().now_or_never().is_none());
        drop((newer, other));
        assert_eq!(room.held(), 0);
    }
}
