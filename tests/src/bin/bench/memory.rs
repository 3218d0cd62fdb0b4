//! What the server holds in memory: at rest, with sixty tablets waiting in held feeds, and after a thousand notebooks were
//! sent to it and published. Its reading process is a line of its own; of both also what they made themselves, without the
//! pages of the program.

use super::figure::{Measure, alone};
use super::push::published;
use super::record::{Known, Record, light, notes, pushed};
use anyhow::{Context, Result};
use journeys::process::Process;
use journeys::server::Server;
use std::time::{Duration, Instant};

const WAITING: usize = 60;
const NOTEBOOKS: usize = 1_000;
const NOTES: usize = 60;
/// Notebooks that come home together.
const TOGETHER: usize = 8;

pub async fn run() -> Result<()> {
    let mut record = Record::new().await?;
    let tablets = record.tablets(WAITING).await?;
    let server = record.serve().await?;
    let process = server.process()?;
    settled().await;
    print(process, "at_rest")?;

    let mut held = tokio::task::JoinSet::new();
    for tablet in &tablets {
        let mut tablet = light(tablet, &server)?;
        held.spawn(async move {
            tablet.feed(0).await?;
            // Held by the server for as long as it holds any.
            tablet.feed(25).await
        });
    }
    settled().await;
    anyhow::ensure!(held.len() == WAITING && held.try_join_next().is_none(), "a feed was not held");
    print(process, "60_waiting")?;
    held.abort_all();

    send(&mut record, &server, &tablets).await?;
    settled().await;
    print(process, "after_1000")?;
    let child = process.child()?.context("the reading process")?;
    print(child, "after_1000_child")?;
    alone(Measure { name: "server_memory_peak", unit: "KiB", n: 1 }, process.peak_memory()? as f64);
    alone(Measure { name: "server_memory_peak_child", unit: "KiB", n: 1 }, child.peak_memory()? as f64);
    server.stop().await
}

fn print(process: Process, when: &str) -> Result<()> {
    let (all, own) = (format!("server_memory_{when}"), format!("server_memory_{when}_own"));
    alone(Measure { name: &all, unit: "KiB", n: 1 }, process.memory()? as f64);
    alone(Measure { name: &own, unit: "KiB", n: 1 }, process.own_memory()? as f64);
    Ok(())
}

/// Ten seconds in which whatever was begun comes to its end.
async fn settled() {
    let pause = Duration::from_secs(10);
    tokio::time::interval_at((Instant::now() + pause).into(), pause).tick().await;
}

/// A thousand visits, eight at a time, each by a tablet of its own connection.
async fn send(record: &mut Record, server: &Server, tablets: &[Known]) -> Result<()> {
    let first = tablets.first().context("a tablet")?;
    let visits = record.fill(first, NOTEBOOKS, 0).await?;
    let mut hands = tokio::task::JoinSet::new();
    for hand in 0..TOGETHER {
        let known = tablets.get(hand).context("a tablet")?.clone();
        let mine: Vec<_> = visits.iter().copied().enumerate().skip(hand).step_by(TOGETHER).collect();
        let (mut tablet, asha) = (light(&known, server)?, record.asha);
        hands.spawn(async move {
            for (n, visit) in mine {
                let book = notes(visit, asha, known.id, n, NOTES)?;
                tablet.push(pushed(visit, &book)).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = hands.join_next().await {
        done??;
    }
    let (store, _) = record.open().await?;
    published(&store).await?;
    store.close().await;
    Ok(())
}
