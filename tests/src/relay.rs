//! A road between tablet and office that counts what it carries and breaks when it is told to. It does not wait: how long
//! a slow road would have taken is reckoned from bytes and round trips, so a night's photos are carried in a second.

use anyhow::Result;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What a road has carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Connections that were made.
    pub connections: u64,
    /// Times that something went up after something had come down, a connection's first bytes among them: TLS has its own.
    pub turns: u64,
    /// Bytes to the office, and what TLS adds.
    pub up: u64,
    /// Bytes from it.
    pub down: u64,
    /// Connections that were cut.
    pub cut: u64,
}

/// A road by its figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Road {
    /// Bits in a second, both ways together.
    pub bits: f64,
    /// Seconds there and back.
    pub round_trip: f64,
}

/// A telephone's data before there was anything better.
pub const TWO_G: Road = Road { bits: 20_000.0, round_trip: 1.0 };

impl Carried {
    /// Seconds that a road would need for it: each connection and each turn goes there and back, each byte in line.
    #[must_use]
    pub fn seconds(&self, on: Road) -> f64 {
        (self.connections + self.turns) as f64 * on.round_trip + (self.up + self.down) as f64 * 8.0 / on.bits
    }

    /// What was carried since.
    #[must_use]
    pub const fn since(&self, before: &Self) -> Self {
        Self {
            connections: self.connections - before.connections,
            turns: self.turns - before.turns,
            up: self.up - before.up,
            down: self.down - before.down,
            cut: self.cut - before.cut,
        }
    }
}

#[derive(Debug, Default)]
struct State {
    carried: Carried,
    /// Every so many turns one is broken; never where it is nothing.
    breaks_every: u64,
    /// Bytes until the connection that carries them is cut.
    left: Option<u64>,
}

/// A relay on a port of its own; ends with this value.
pub struct Relay {
    /// Where it listens.
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Relay {
    /// Carries to this address.
    ///
    /// # Errors
    /// There is no port.
    pub async fn to(office: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, state) = (listener.local_addr()?, Arc::<Mutex<State>>::default());
        let kept = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((tablet, _)) = listener.accept().await {
                tokio::spawn(carry(tablet, office, kept.clone()));
            }
        });
        Ok(Self { address, state, task })
    }

    /// From now on every so many turns one breaks in the middle, at another byte each time.
    pub fn breaks_every(&self, turns: u64) {
        lock(&self.state).breaks_every = turns;
    }

    /// What it has carried so far.
    #[must_use]
    pub fn carried(&self) -> Carried {
        lock(&self.state).carried
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Which way bytes went last on a connection.
type Last = Arc<Mutex<Option<bool>>>;

async fn carry(tablet: TcpStream, office: SocketAddr, state: Arc<Mutex<State>>) {
    // An office that is not there is seen by the tablet as a connection that ends.
    let Ok(office) = TcpStream::connect(office).await else { return };
    lock(&state).carried.connections += 1;
    let ((from_tablet, to_tablet), (from_office, to_office)) = (tablet.into_split(), office.into_split());
    let (end, ended) = watch::channel(false);
    let (end, last) = (Arc::new(end), Last::default());
    let up = one_way(from_tablet, to_office, true, (state.clone(), last.clone()), (end.clone(), ended.clone()));
    let down = one_way(from_office, to_tablet, false, (state, last), (end, ended));
    tokio::join!(up, down);
}

async fn one_way(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    up: bool,
    (state, last): (Arc<Mutex<State>>, Last),
    (end, mut ended): (Arc<watch::Sender<bool>>, watch::Receiver<bool>),
) {
    let mut bytes = vec![0; 4096];
    loop {
        let read = tokio::select! {
            read = from.read(&mut bytes) => read.unwrap_or_default(),
            _ = ended.wait_for(|ended| *ended) => return,
        };
        let (goes, cut) = lock(&state).pass(read as u64, up, &last);
        let goes = bytes.get(..usize::try_from(goes).unwrap_or_default()).unwrap_or_default();
        if goes.is_empty() || to.write_all(goes).await.is_err() || cut {
            // Either side's end is the other's, and a cut is both's.
            end.send_replace(true);
            return;
        }
    }
}

impl State {
    /// So many bytes come: how many go on, and whether the connection is cut behind them.
    fn pass(&mut self, bytes: u64, up: bool, last: &Last) -> (u64, bool) {
        let before = last.lock().unwrap_or_else(PoisonError::into_inner).replace(up);
        if up && before != Some(true) && bytes > 0 {
            self.carried.turns += 1;
            let turns = self.carried.turns;
            if self.breaks_every > 0 && self.left.is_none() && turns.is_multiple_of(self.breaks_every) {
                // Somewhere in the middle of what a request and its answer are; no turn is broken twice at one byte.
                self.left = Some(200 + turns * 7_919 % 6_000);
            }
        }
        let goes = self.left.map_or(bytes, |left| bytes.min(left));
        let cut = self.left.is_some_and(|left| left <= bytes);
        self.left = self.left.map(|left| left - goes).filter(|_| !cut);
        self.carried.cut += u64::from(cut);
        *if up { &mut self.carried.up } else { &mut self.carried.down } += goes;
        (goes, cut)
    }
}
