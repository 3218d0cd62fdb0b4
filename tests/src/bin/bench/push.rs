//! Two hundred notebooks that were written without signal come home, over TLS to a server process: how long until they are
//! durable and until they are published, and what each costs. By turns the reading process is held while they are sent, so
//! that what the server does until they are durable is not mixed with publishing.

use super::figure::{Measure, alone, median, ms};
use super::peers::Ours;
use super::record::{Known, Record, light, notes, pushed};
use super::town::Town;
use anyhow::{Context, Result};
use domain::wire::PushedChange;
use journeys::light::Light;
use journeys::process::Process;
use journeys::server::Server;
use journeys::tablet::Tablet;
use server::store::Store;
use std::time::{Duration, Instant};

const NOTEBOOKS: usize = 200;
const TURNS: usize = 5;
/// Notes of each notebook in the larger push.
const NOTES: usize = 60;
/// Changes of one push of it.
const MOST: usize = 500;

pub async fn run(ours: &mut Ours) -> Result<()> {
    costs(Events::new().await?, TURNS).await?.print("push_200_notebooks");
    let large = costs(Visits::new().await?, TURNS).await?;
    large.print("push_200_notebooks_of_60");
    let cpu = [&large.durable_cpu, &large.publishing_cpu, &large.publishing_child_cpu];
    ours.insert("push_200_notebooks_of_60_durable", median(&large.durable));
    ours.insert("push_200_notebooks_of_60_cpu", cpu.into_iter().map(|values| median(values)).sum());
    ours.insert("push_200_notebooks_of_60_bytes", median(&large.bytes));
    Ok(())
}

/// A server, and somebody who has something to send.
trait Home {
    fn server(&self) -> &Server;
    /// Writes so many notebooks, without signal.
    async fn write(&mut self, n: usize) -> Result<()>;
    /// Sends them; how many bytes went over the wire, both ways.
    async fn send(&mut self) -> Result<u64>;
    async fn end(self) -> Result<()>;
}

/// What the pushes cost, in milliseconds, a value a turn.
#[derive(Default)]
struct Costs {
    bytes: Vec<f64>,
    durable: Vec<f64>,
    durable_cpu: Vec<f64>,
    tablet_cpu: Vec<f64>,
    published: Vec<f64>,
    publishing_cpu: Vec<f64>,
    publishing_child_cpu: Vec<f64>,
}

impl Costs {
    fn print(&self, name: &str) {
        let line = |what: &str, unit, values: &[f64]| {
            let name = format!("{name}{what}");
            alone(Measure { name: &name, unit, n: values.len() }, median(values));
        };
        line("_bytes", "bytes", &self.bytes);
        line("_durable", "ms", &self.durable);
        line("_durable_server_cpu", "ms", &self.durable_cpu);
        line("_tablet_cpu", "ms", &self.tablet_cpu);
        line("_published", "ms", &self.published);
        line("_publishing_server_cpu", "ms", &self.publishing_cpu);
        line("_publishing_child_cpu", "ms", &self.publishing_child_cpu);
    }
}

async fn costs(mut home: impl Home, turns: usize) -> Result<Costs> {
    let store = Store::open(home.server().data(), None).await?;
    let (server, me) = (home.server().process()?, Process::this());
    // The first brings the reading process to life.
    home.write(1).await?;
    home.send().await?;
    published(&store).await?;
    let mut costs = Costs::default();
    for _ in 0..turns {
        // Once as it is …
        home.write(NOTEBOOKS).await?;
        let began = Instant::now();
        costs.bytes.push(home.send().await? as f64);
        costs.durable.push(ms(began));
        published(&store).await?;
        costs.published.push(ms(began));
        // … and once with the reading process held.
        home.write(NOTEBOOKS).await?;
        let child = server.child()?.context("the reading process")?;
        let before = (server.cpu_ms()?, child.cpu_ms()?, me.cpu_ms()?);
        child.pause()?;
        let sent = home.send().await;
        let durable = (server.cpu_ms()?, me.cpu_ms()?);
        child.go_on()?;
        sent?;
        published(&store).await?;
        costs.durable_cpu.push(durable.0 - before.0);
        costs.tablet_cpu.push(durable.1 - before.2);
        costs.publishing_cpu.push(server.cpu_ms()? - durable.0);
        costs.publishing_child_cpu.push(child.cpu_ms()? - before.1);
    }
    store.close().await;
    home.end().await?;
    Ok(costs)
}

/// Until the office's record has nothing left that is taken and not published; looked at from beside the server, which is
/// not asked anything.
pub async fn published(store: &Store) -> Result<()> {
    let mut tick = tokio::time::interval(Duration::from_millis(5));
    while store.waiting_room().await?.changes > 0 {
        tick.tick().await;
    }
    Ok(())
}

/// Events of four changes each, from the real tablet.
struct Events {
    town: Town,
    tablet: Tablet,
}

impl Events {
    async fn new() -> Result<Self> {
        let mut town = Town::new().await?;
        let mut tablet = town.tablet().await?;
        tablet.sync().await?;
        Ok(Self { town, tablet })
    }
}

impl Home for Events {
    fn server(&self) -> &Server {
        &self.town.server
    }

    async fn write(&mut self, n: usize) -> Result<()> {
        (0..n).try_for_each(|n| self.town.event(&mut self.tablet, n).map(drop))
    }

    async fn send(&mut self) -> Result<u64> {
        let before = self.tablet.traffic;
        self.tablet.sync().await?;
        Ok(self.tablet.traffic.up + self.tablet.traffic.down - before.up - before.down)
    }

    async fn end(self) -> Result<()> {
        self.town.server.stop().await
    }
}

/// Visits of sixty notes each, a change a note, from a tablet without a store: its own reading and writing is not in it.
struct Visits {
    record: Record,
    server: Server,
    known: Known,
    tablet: Light,
    number: usize,
    waiting: Vec<PushedChange>,
}

impl Visits {
    async fn new() -> Result<Self> {
        let mut record = Record::new().await?;
        let known = record.tablets(1).await?.pop().context("a tablet")?;
        let server = record.serve().await?;
        let tablet = light(&known, &server)?;
        Ok(Self { record, server, known, tablet, number: 0, waiting: Vec::new() })
    }
}

impl Home for Visits {
    fn server(&self) -> &Server {
        &self.server
    }

    async fn write(&mut self, n: usize) -> Result<()> {
        for visit in self.record.fill(&self.known, n, 0).await? {
            self.number += 1;
            let book = notes(visit, self.record.asha, self.known.id, self.number, NOTES)?;
            self.waiting.extend(pushed(visit, &book));
        }
        Ok(())
    }

    async fn send(&mut self) -> Result<u64> {
        let before = self.tablet.traffic;
        let mut waiting = std::mem::take(&mut self.waiting);
        while !waiting.is_empty() {
            let rest = waiting.split_off(waiting.len().min(MOST));
            self.tablet.push(waiting).await?;
            waiting = rest;
        }
        Ok(self.tablet.traffic - before)
    }

    async fn end(self) -> Result<()> {
        self.server.stop().await
    }
}
