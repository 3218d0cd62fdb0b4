//! Pushing, pulling, and coming back with nothing new, over TLS to a server process; coming back beside automerge's own
//! sync of as many notebooks, both sides in this process and without any network or disk.

use super::figure::{Measure, alone, beside, median, ms};
use super::town::Town;
use anyhow::{Context, Result};
use automerge::Automerge;
use automerge::sync::{Message, State, SyncDoc as _};
use domain::ids::NotebookId;
use domain::notebook::Notebook;
use journeys::play::play;
use journeys::server::command;
use journeys::tablet::{Tablet, Traffic};
use std::time::{Duration, Instant};

const NOTEBOOKS: usize = 1_000;
const PUSHED: usize = 200;
const TIMES: usize = 200;
const PEER: &str = "automerge's own sync, in process";

pub async fn run() -> Result<()> {
    pushing().await?;
    many_visits().await
}

/// Two hundred events that were written without signal, and the server's memory before anything happened.
async fn pushing() -> Result<()> {
    let mut town = Town::new().await?;
    alone(Measure { name: "server_memory_idle", unit: "KiB", n: 1 }, town.server.memory()? as f64);
    let mut tablet = town.tablet().await?;
    tablet.sync().await?;
    for n in 0..PUSHED {
        town.event(&mut tablet, n)?;
    }
    let (took, traffic) = synced(&mut tablet).await?;
    alone(Measure { name: "push_200_notebooks", unit: "ms", n: 1 }, took);
    alone(Measure { name: "push_200_notebooks_bytes", unit: "bytes", n: 1 }, (traffic.up + traffic.down) as f64);
    town.server.stop().await
}

/// A thousand visits of one person: planned through the office's form, recorded, and all at the office. A new tablet of
/// hers fetches them; the old one comes back when nothing is new.
async fn many_visits() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let scenario = super::month::of(folder.path(), NOTEBOOKS)?;
    let parts = ["data", "tablets", "out"].map(|part| folder.path().join(part));
    parts.iter().try_for_each(std::fs::create_dir_all)?;
    let [data, tablets, out] = parts;
    let mut played = play(&scenario, &data, &tablets, &out).await?;
    let mut old = played.tablets.remove(&1).context("the tablet that recorded")?;
    settle(&mut old).await?;

    let said = command(&data, &["enrol", "--name", "a new tablet", "--for", "Asha Patel"]).await?;
    let code = said.split_whitespace().find(|word| word.starts_with("EV1~")).context("no code was printed")?;
    let now = old.device().now();
    let mut fresh = Tablet::set_up(2, &folder.path().join("tablets"), code, now).await?;
    let (took, traffic) = synced(&mut fresh).await?;
    let there =
        played.visits.iter().filter(|id| fresh.device().read(**id).is_ok_and(|p| !p.entries.is_empty())).count();
    let name = format!("first_pull_of_{there}_notebooks");
    alone(Measure { name: &name, unit: "ms", n: 1 }, took);
    alone(Measure { name: "first_pull_bytes", unit: "bytes", n: 1 }, (traffic.up + traffic.down) as f64);

    let cpu = played.server.cpu_ms()?;
    let mut bytes = Vec::new();
    for _ in 0..TIMES {
        let (_, traffic) = synced(&mut old).await?;
        bytes.push((traffic.up + traffic.down) as f64);
    }
    let cpu = (played.server.cpu_ms()? - cpu) / TIMES as f64;
    let (peer_bytes, peer_cpu) = peer(&played.visits)?;
    let of = |name, unit| Measure { name, unit, n: TIMES };
    beside(of("reconnect_1000_bytes", "bytes"), median(&bytes), PEER, peer_bytes);
    beside(of("reconnect_1000_server_cpu", "ms"), cpu, PEER, peer_cpu);
    alone(Measure { name: "server_memory_after", unit: "KiB", n: 1 }, played.server.memory()? as f64);
    played.server.stop().await
}

/// Goes on until everything that was sent is published and known here: ten rounds in a row of the same few bytes.
async fn settle(tablet: &mut Tablet) -> Result<()> {
    let mut tick = tokio::time::interval(Duration::from_millis(200));
    let (mut last, mut same) = (0, 0);
    for _ in 0..600 {
        let (_, traffic) = synced(tablet).await?;
        same = if traffic.down == last { same + 1 } else { 0 };
        last = traffic.down;
        if same >= 10 {
            return Ok(());
        }
        tick.tick().await;
    }
    anyhow::bail!("the server still has news after two minutes")
}

/// One round, how long it took in milliseconds, and what went over the wire.
async fn synced(tablet: &mut Tablet) -> Result<(f64, Traffic)> {
    let before = tablet.traffic;
    let began = Instant::now();
    tablet.sync().await?;
    let (took, now) = (ms(began), tablet.traffic);
    Ok((
        took,
        Traffic { up: now.up - before.up, down: now.down - before.down, requests: now.requests - before.requests },
    ))
}

/// The same notebooks on two sides that know everything already, with the sync states that a new connection begins
/// with: bytes of all messages, and what the server's side costs in milliseconds.
fn peer(ids: &[NotebookId]) -> Result<(f64, f64)> {
    let docs: Vec<Automerge> = ids
        .iter()
        .map(|id| Automerge::load(&Notebook::genesis(*id)?.bytes).context("the first change of a notebook"))
        .collect::<Result<_>>()?;
    let (mut bytes, mut server) = (0, 0.0);
    for doc in &docs {
        let (mut here, mut there) = (doc.clone(), doc.clone());
        let (mut of_here, mut of_there) = (State::new(), State::new());
        loop {
            let out = here.generate_sync_message(&mut of_here).map(Message::encode);
            let began = Instant::now();
            if let Some(out) = &out {
                bytes += out.len();
                there.receive_sync_message(&mut of_there, Message::decode(out)?)?;
            }
            let back = there.generate_sync_message(&mut of_there).map(Message::encode);
            server += ms(began);
            if let Some(back) = &back {
                bytes += back.len();
                here.receive_sync_message(&mut of_here, Message::decode(back)?)?;
            }
            if out.is_none() && back.is_none() {
                break;
            }
        }
    }
    Ok((bytes as f64, server))
}
