//! A new tablet fetches a thousand visits of sixty notes, and comes back when nothing is new: the real tablet, over TLS to a
//! server process. Coming back stands beside automerge's own sync of the same notebooks, both sides in this process and
//! without any network or disk.

use super::figure::{Measure, alone, beside, median, ms};
use super::peers::Ours;
use super::record::{ASHA, Record};
use anyhow::{Context, Result, ensure};
use automerge::Automerge;
use automerge::sync::{Message, State, SyncDoc as _};
use domain::ids::NotebookId;
use journeys::process::Process;
use journeys::server::{Server, command};
use journeys::tablet::Tablet;
use std::path::Path;
use std::time::Instant;

const NOTEBOOKS: usize = 1_000;
const NOTES: usize = 60;
/// New tablets that fetch all.
const TABLETS: u32 = 5;
/// Times that one comes back.
const TIMES: usize = 300;
const PEER: &str = "automerge's own sync, in process";

/// Leaves the notebooks' compact forms in `docs`, a file each, for the peers.
pub async fn run(ours: &mut Ours, docs: &Path) -> Result<()> {
    let mut record = Record::new().await?;
    let pen = record.tablets(1).await?.pop().context("a tablet")?;
    let visits = record.fill(&pen, NOTEBOOKS, NOTES).await?;
    let server = record.serve().await?;
    let mut last = None;
    let (mut took, mut client, mut of_server, mut bytes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for number in 1..=TABLETS {
        let mut fresh = set_up(&record, &server, number).await?;
        let before = (Process::this().cpu_ms()?, server.cpu_ms()?);
        let began = Instant::now();
        fresh.sync().await?;
        took.push(ms(began));
        client.push(Process::this().cpu_ms()? - before.0);
        of_server.push(server.cpu_ms()? - before.1);
        bytes.push((fresh.traffic.up + fresh.traffic.down) as f64);
        let whole = |id: &&NotebookId| fresh.device().read(**id).is_ok_and(|p| p.entries.len() == NOTES);
        ensure!(visits.iter().filter(whole).count() == NOTEBOOKS, "a notebook did not come, or not whole");
        last = Some(fresh);
    }
    let mut line = |name: &'static str, unit, values: &[f64]| {
        alone(Measure { name, unit, n: values.len() }, median(values));
        ours.insert(name, median(values));
    };
    line("first_pull_of_1000_notebooks", "ms", &took);
    line("first_pull_client_cpu", "ms", &client);
    line("first_pull_server_cpu", "ms", &of_server);
    line("first_pull_bytes", "bytes", &bytes);
    let tablet = last.context("a tablet that has all")?;
    comes_back(tablet, &server, ours).await?;
    server.stop().await?;
    let (peer_bytes, peer_cpu) = peer(&record, &visits, docs).await?;
    for (name, unit, value) in
        [("reconnect_1000_bytes", "bytes", peer_bytes), ("reconnect_1000_server_cpu", "ms", peer_cpu)]
    {
        beside(Measure { name, unit, n: TIMES }, ours.get(name).copied().unwrap_or_default(), PEER, value);
    }
    Ok(())
}

async fn set_up(record: &Record, server: &Server, number: u32) -> Result<Tablet> {
    let said = command(server.data(), &["enrol", "--name", &format!("new tablet {number}"), "--for", ASHA]).await?;
    let code = said.split_whitespace().find(|word| word.starts_with("EV1~")).context("no code was printed")?;
    let folder = record.folder.path().join(format!("new {number}"));
    std::fs::create_dir_all(&folder)?;
    Tablet::set_up(number, &folder, code, super::record::MONDAY).await
}

async fn comes_back(mut tablet: Tablet, server: &Server, ours: &mut Ours) -> Result<()> {
    // What a first round leaves open, such as the news of its own setting up, is not what coming back costs.
    for _ in 0..5 {
        tablet.sync().await?;
    }
    let (mut bytes, mut took) = (Vec::new(), Vec::new());
    let before = (server.cpu_ms()?, Process::this().cpu_ms()?);
    for _ in 0..TIMES {
        let before = tablet.traffic;
        let began = Instant::now();
        tablet.sync().await?;
        took.push(ms(began));
        bytes.push((tablet.traffic.up + tablet.traffic.down - before.up - before.down) as f64);
    }
    let each = |now: f64, before: f64| (now - before) / TIMES as f64;
    ours.insert("reconnect_1000_bytes", median(&bytes));
    ours.insert("reconnect_1000", median(&took));
    ours.insert("reconnect_1000_server_cpu", each(server.cpu_ms()?, before.0));
    ours.insert("reconnect_1000_client_cpu", each(Process::this().cpu_ms()?, before.1));
    for name in ["reconnect_1000", "reconnect_1000_client_cpu"] {
        alone(Measure { name, unit: "ms", n: TIMES }, ours.get(name).copied().unwrap_or_default());
    }
    Ok(())
}

/// The same notebooks on two sides that know everything already, with the sync states that a new connection begins
/// with: bytes of all messages, and what the server's side costs in milliseconds. Both hold all of them in memory already.
async fn peer(record: &Record, visits: &[NotebookId], docs: &Path) -> Result<(f64, f64)> {
    let (store, org) = record.open().await?;
    let (mut bytes, mut server) = (0, 0.0);
    for visit in visits {
        let kept = org.notebook(&visit.to_string()).await?.context("a notebook that was written")?;
        let chunk = kept.chunk.context("its compact form")?;
        std::fs::write(docs.join(format!("{visit}.automerge")), &chunk)?;
        let mut here = Automerge::load(&chunk)?;
        let mut there = here.clone();
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
    store.close().await;
    Ok((bytes as f64, server))
}
