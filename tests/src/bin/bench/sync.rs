//! Pushing, pulling, and coming back with nothing new, over TLS to a server process; coming back beside automerge's own
//! sync of as many notebooks, both sides in this process and without any network or disk.

use super::figure::{Measure, alone, beside, median, ms};
use super::town::Town;
use anyhow::{Context, Result};
use automerge::Automerge;
use automerge::sync::{Message, State, SyncDoc as _};
use domain::ids::NotebookId;
use domain::notebook::Notebook;
use journeys::tablet::{Tablet, Traffic};
use std::time::Instant;

const NOTEBOOKS: usize = 1_000;
const PUSHED: usize = 200;
const TIMES: usize = 50;
const PEER: &str = "automerge's own sync, in process";

pub async fn run() -> Result<()> {
    let mut town = Town::new().await?;
    alone(Measure { name: "server_memory_idle", unit: "KiB", n: 1 }, town.server.memory()? as f64);
    let mut asha = town.tablet().await?;
    asha.sync().await?;

    let mut events = Vec::new();
    for n in 0..PUSHED {
        events.push(town.event(&mut asha, n)?);
    }
    let (took, traffic) = synced(&mut asha).await?;
    alone(Measure { name: "push_200_notebooks", unit: "ms", n: 1 }, took);
    alone(Measure { name: "push_200_notebooks_bytes", unit: "bytes", n: 1 }, (traffic.up + traffic.down) as f64);
    for n in PUSHED..NOTEBOOKS {
        events.push(town.event(&mut asha, n)?);
    }
    asha.sync().await?;

    let mut fresh = town.tablet().await?;
    let (took, traffic) = synced(&mut fresh).await?;
    let there = events.iter().filter(|id| fresh.device().read(**id).is_ok_and(|p| p.entries.len() >= 2)).count();
    eprintln!("the fresh tablet has {there} of {NOTEBOOKS} notebooks");
    let name = format!("first_pull_of_{there}");
    alone(Measure { name: &name, unit: "ms", n: 1 }, took);
    alone(Measure { name: "first_pull_bytes", unit: "bytes", n: 1 }, (traffic.up + traffic.down) as f64);

    // Both sides know everything; what was published since is fetched before anything is counted.
    asha.sync().await?;
    let cpu = town.server.cpu_ms()?;
    let mut bytes = Vec::new();
    for _ in 0..TIMES {
        let (_, traffic) = synced(&mut asha).await?;
        bytes.push((traffic.up + traffic.down) as f64);
    }
    let cpu = (town.server.cpu_ms()? - cpu) / TIMES as f64;
    let (peer_bytes, peer_cpu) = peer(&events)?;
    let of = |name, unit| Measure { name, unit, n: TIMES };
    beside(of("reconnect_1000_bytes", "bytes"), median(&bytes), PEER, peer_bytes);
    beside(of("reconnect_1000_server_cpu", "ms"), cpu, PEER, peer_cpu);
    alone(Measure { name: "server_memory_after", unit: "KiB", n: 1 }, town.server.memory()? as f64);
    town.server.stop().await
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
        .map(|id| Ok(Automerge::load(&Notebook::genesis(*id)?.bytes).context("the first change of a notebook")?))
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
