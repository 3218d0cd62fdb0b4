//! What one request for the feed costs the server with a hundred notebooks in its record and with a hundred thousand, all of
//! which the tablet may see: with nothing new, and with one visit that was written anew. Both servers run at the same time
//! and are asked by turns.

use super::figure::{Measure, beside, median, ms};
use super::record::{Record, light};
use anyhow::{Context, Result, ensure};
use domain::ids::NotebookId;
use domain::wire::Cursor;
use journeys::light::Light;
use journeys::server::Server;
use server::store::{OrgStore, Store};
use std::time::{Duration, Instant};

/// Notebooks of the small record and of the large one, unless `ENTERVIEW_FEED` says otherwise.
const SIZES: [usize; 2] = [100, 100_000];
/// Notes in each.
const NOTES: usize = 2;
const TURNS: usize = 9;
/// Requests of one turn.
const EACH: usize = 200;
/// How long a server is looked at while nobody asks it anything.
const REST: Duration = Duration::from_secs(5);

pub async fn run() -> Result<()> {
    let [few, many] = sizes()?;
    let (mut small, mut large) = (Office::of(few).await?, Office::of(many).await?);
    let rest = (small.at_rest().await?, large.at_rest().await?);
    for _ in 0..TURNS {
        small.turn().await?;
        large.turn().await?;
    }
    let peer = format!("the same with {few} notebooks");
    let line = |what: &str, unit, n, pick: fn(&Office) -> &Vec<f64>| {
        let name = format!("feed_{many}_{what}");
        beside(Measure { name: &name, unit, n }, median(pick(&large)), &peer, median(pick(&small)));
    };
    line("nothing_new_cpu", "ms", TURNS * EACH, |office| &office.nothing.cpu);
    line("nothing_new_time", "ms", TURNS * EACH, |office| &office.nothing.time);
    line("one_new_cpu", "ms", TURNS * EACH, |office| &office.one.cpu);
    line("one_new_time", "ms", TURNS * EACH, |office| &office.one.time);
    let name = format!("server_at_rest_{many}_cpu");
    beside(Measure { name: &name, unit: "ms a second", n: 1 }, rest.1, &peer, rest.0);
    let memory = |office: &Office| office.server.memory().map(|kib| kib as f64);
    let name = format!("server_memory_feed_{many}");
    beside(Measure { name: &name, unit: "KiB", n: 1 }, memory(&large)?, &peer, memory(&small)?);
    small.end().await?;
    large.end().await
}

fn sizes() -> Result<[usize; 2]> {
    let Ok(asked) = std::env::var("ENTERVIEW_FEED") else { return Ok(SIZES) };
    let numbers = asked.split(',').map(str::parse).collect::<Result<Vec<usize>, _>>()?;
    numbers.try_into().map_err(|_| anyhow::anyhow!("ENTERVIEW_FEED wants two numbers of notebooks"))
}

/// What was measured of one kind of request, a value a turn.
#[derive(Default)]
struct Asked {
    cpu: Vec<f64>,
    time: Vec<f64>,
}

/// A server with its record, one tablet that knows everything, and the desk that writes.
struct Office {
    record: Record,
    store: Store,
    org: OrgStore,
    server: Server,
    tablet: Light,
    visits: Vec<NotebookId>,
    written: usize,
    nothing: Asked,
    one: Asked,
}

impl Office {
    async fn of(notebooks: usize) -> Result<Self> {
        let began = Instant::now();
        let mut record = Record::new().await?;
        let known = record.tablets(1).await?.remove(0);
        let visits = record.fill(&known, notebooks, NOTES).await?;
        eprintln!("feed: {notebooks} notebooks were written in {:.0} s", began.elapsed().as_secs_f64());
        let server = record.serve().await?;
        let (store, org) = record.open().await?;
        let mut tablet = light(&known, &server)?;
        let this = org.this().await?;
        // As if it had read all of it before.
        tablet.stands_at(Cursor { store: this.store_id.parse()?, revision: this.rev });
        tablet.feed(0).await?;
        let (nothing, one) = (Asked::default(), Asked::default());
        Ok(Self { record, store, org, server, tablet, visits, written: 0, nothing, one })
    }

    /// Processor time a second while nobody asks anything.
    async fn at_rest(&self) -> Result<f64> {
        let before = self.server.cpu_ms()?;
        tokio::time::interval_at((Instant::now() + REST).into(), REST).tick().await;
        Ok((self.server.cpu_ms()? - before) / REST.as_secs_f64())
    }

    async fn turn(&mut self) -> Result<()> {
        let before = self.server.cpu_ms()?;
        let mut times = Vec::with_capacity(EACH);
        for _ in 0..EACH {
            times.push(self.ask(0).await?);
        }
        self.nothing.cpu.push((self.server.cpu_ms()? - before) / EACH as f64);
        self.nothing.time.push(median(&times));
        let before = self.server.cpu_ms()?;
        times.clear();
        for _ in 0..EACH {
            self.written += 1;
            // Spread over all of them, so that no page of the record is always the one that was read last.
            let visit = *self.visits.get(self.written * 7_919 % self.visits.len()).context("a visit")?;
            self.org.change_visit(self.record.plan(visit, &format!("Mealtimes, {}", self.written))).await?;
            times.push(self.ask(1).await?);
        }
        self.one.cpu.push((self.server.cpu_ms()? - before) / EACH as f64);
        self.one.time.push(median(&times));
        Ok(())
    }

    /// One request; milliseconds until its answer was read.
    async fn ask(&mut self, news: usize) -> Result<f64> {
        let began = Instant::now();
        let items = self.tablet.feed(0).await?;
        let took = ms(began);
        ensure!(items.len() == news, "{} items instead of {news}", items.len());
        Ok(took)
    }

    async fn end(self) -> Result<()> {
        self.store.close().await;
        self.server.stop().await
    }
}
