//! The sending in the background: one round after another over `device::sync`, woken by what is written,
//! and a beat to the screens whenever something may look different.

use crate::tablet::{Shared, lock};
use device::sync::{Outcome, Round, drive};
use domain::entry::Millis;
use std::sync::{Mutex, Weak, atomic::AtomicUsize, atomic::Ordering};
use std::time::Duration;
use tauri::ipc::Channel;
use tokio::sync::Notify;

/// Tells the sending to go on, and the screens to look again.
#[derive(Default)]
pub struct Signal {
    wake: Notify,
    screens: Mutex<Vec<Channel<u32>>>,
    busy: AtomicUsize,
    quiet: Notify,
}

impl Signal {
    /// A screen wants to be told.
    pub fn watch(&self, screen: Channel<u32>) {
        *lock(&self.screens) = vec![screen];
    }

    /// Something was written on this tablet.
    pub fn written(&self) {
        self.wake.notify_one();
        self.beat();
    }

    /// Somebody wants it sent now.
    pub fn asked(&self) {
        self.wake.notify_one();
    }

    /// The screens may look different now.
    pub fn beat(&self) {
        lock(&self.screens).retain(|screen| screen.send(1).is_ok());
    }

    /// Counts a command as under way until the guard is dropped.
    pub fn work(&self) -> Work<'_> {
        self.busy.fetch_add(1, Ordering::SeqCst);
        Work(self)
    }

    /// Waits until no command is under way.
    pub async fn idle(&self) {
        loop {
            let quiet = self.quiet.notified();
            if self.busy.load(Ordering::SeqCst) == 0 {
                return;
            }
            quiet.await;
        }
    }
}

/// A command under way; while there is one, the program does not end.
pub struct Work<'s>(&'s Signal);

impl Drop for Work<'_> {
    fn drop(&mut self) {
        if self.0.busy.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.quiet.notify_waiters();
        }
    }
}

/// Sends and listens for as long as the tablet is open.
pub fn begin(device: Weak<Mutex<device::Device>>, signal: std::sync::Arc<Signal>) {
    tauri::async_runtime::spawn(async move {
        while let Some(device) = device.upgrade() {
            let wait = one_round(&device, &signal).await;
            signal.beat();
            drop(device);
            match wait {
                Some(Duration::ZERO) => {}
                Some(wait) => {
                    let _woken_or_due = tokio::time::timeout(wait, signal.wake.notified()).await;
                }
                None => signal.wake.notified().await,
            }
        }
    });
}

/// One round; returns how long to wait before the next, or nothing when only a person can help.
/// What is written meanwhile breaks off the listening: a push that is repeated does no harm.
async fn one_round(device: &Shared, signal: &Signal) -> Option<Duration> {
    let transport = match lock(device).transport() {
        Ok(transport) => transport,
        Err(_) => return None,
    };
    if let Some(wait) = ended(device, drive(device, &transport, Round::Once).await) {
        return wait;
    }
    signal.beat();
    tokio::select! {
        outcome = drive(device, &transport, Round::Listen) => ended(device, outcome).unwrap_or(Some(Duration::ZERO)),
        () = signal.wake.notified() => Some(Duration::ZERO),
    }
}

/// How long to wait after a round; nothing at all after one that went well.
fn ended(device: &Shared, outcome: Result<Outcome, device::Error>) -> Option<Option<Duration>> {
    match outcome {
        Ok(Outcome::Quiet) => None,
        Ok(Outcome::Later { at, .. }) => Some(Some(until(at, lock(device).now()))),
        Ok(Outcome::Stopped { .. }) => Some(None),
        // `Device::standing` says what the store said, until the next round; a minute later it may do better.
        Err(_) => Some(Some(Duration::from_secs(60))),
    }
}

/// At least a second, so that a wrong clock never turns the waiting into a storm.
fn until(at: Millis, now: Millis) -> Duration {
    Duration::from_millis(u64::try_from(at.saturating_sub(now)).unwrap_or_default().max(1000))
}
