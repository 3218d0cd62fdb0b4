//! The office of a world: one record, one or more servers over it, its clock, and copies of it.

use super::town::org_id;
use super::{World, copy_folder};
use anyhow::{Context as _, Result};
use axum::Router;
use axum::body::{Body, to_bytes};
use device::transport::{Reply, Request};
use domain::ids::{EntryId, NotebookId};
use domain::notebook::{Actor, Notebook, Projection, project};
use server::projector::{Projector, drained};
use server::serve::{State, app};
use server::store::{Elsewhere, OrgStore, Store};
use server::sync::Terms;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::runtime::{Handle, RuntimeFlavor};
use tower::ServiceExt as _;

/// More than any answer of the office.
const LARGEST: usize = 64 * 1024 * 1024;

/// The office.
pub struct Office {
    data: PathBuf,
    elsewhere: Elsewhere,
    servers: Vec<(State, Router)>,
    how_many: usize,
    clock: Arc<AtomicI64>,
    next: usize,
    open: bool,
}

async fn close(servers: impl Iterator<Item = (State, Router)>) {
    for (state, router) in servers {
        drop(router);
        state.store.close().await;
    }
}

/// A story that ends leaves no thread of a connection writing while its process goes away.
impl Drop for Office {
    fn drop(&mut self) {
        let servers: Vec<_> = self.servers.drain(..).collect();
        // A runtime of one thread cannot close them from here: whoever uses one calls `stop`.
        let can = Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread);
        if !can || servers.is_empty() {
            return;
        }
        let closing = std::thread::spawn(move || {
            if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() {
                runtime.block_on(close(servers.into_iter()));
            }
        });
        // It panicked: then it closed nothing, and the story has its own end.
        let _ = closing.join();
    }
}

impl Office {
    pub(super) async fn open(data: PathBuf, elsewhere: Elsewhere, how_many: usize, now: i64) -> Result<Self> {
        let clock = Arc::new(AtomicI64::new(now));
        let mut office = Self { data, elsewhere, servers: Vec::new(), how_many, clock, next: 0, open: true };
        office.start().await?;
        Ok(office)
    }

    async fn start(&mut self) -> Result<()> {
        for _ in 0..self.how_many {
            let store = Store::open_with(&self.data, &self.elsewhere).await?;
            store.do_acts_again().await?;
            let clock = self.clock.clone();
            let state =
                State::on(Terms::default(), store, Projector::here(), Arc::new(move || clock.load(Ordering::SeqCst)));
            let router = app(state.clone(), Router::new());
            self.servers.push((state, router));
        }
        Ok(())
    }

    /// Every server ends, and no thread of theirs writes any more.
    pub async fn stop(&mut self) {
        close(self.servers.drain(..)).await;
    }

    pub(super) fn pass(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    /// Its clock says this.
    pub fn set_clock(&self, now: i64) {
        self.clock.store(now, Ordering::SeqCst);
    }

    /// What its clock says.
    #[must_use]
    pub fn clock(&self) -> i64 {
        self.clock.load(Ordering::SeqCst)
    }

    /// The record, for looking and for the office's own deeds.
    ///
    /// # Errors
    /// It is between two starts.
    pub fn record(&self) -> Result<OrgStore> {
        Ok(self.servers.first().context("no server runs")?.0.store.org(&org_id()))
    }

    /// Nobody answers from now on.
    pub const fn shut(&mut self) {
        self.open = false;
    }

    /// Whether somebody answers.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.open
    }

    pub(super) async fn reopen_if_shut(&mut self) -> Result<()> {
        if !self.open {
            self.open = true;
            self.stop().await;
            self.start().await?;
        }
        Ok(())
    }

    /// It is ended and started again; `dying` leaves the files as a kill would.
    ///
    /// # Errors
    /// It does not start.
    pub async fn start_again(&mut self, dying: Option<PathBuf>) -> Result<()> {
        self.open = true;
        match dying {
            None => self.stop().await,
            Some(place) => {
                // What a killed process leaves: the files as they are, with nothing folded in on closing.
                copy_folder(&self.data, &place)?;
                self.stop().await;
                self.data = place;
            }
        }
        self.start().await
    }

    /// Whether all it has lies in its folder, so that a copy of the folder is a copy of it.
    #[must_use]
    pub const fn is_a_folder(&self) -> bool {
        self.elsewhere.database.is_none()
    }

    /// A copy of everything it has, taken while it runs.
    ///
    /// # Errors
    /// The disk's.
    pub fn copy(&self, to: &Path) -> Result<()> {
        copy_folder(&self.data, to)
    }

    /// The copy takes the place of what it has; `anew` as `enterview restore` does, which begins another life of the
    /// record, and otherwise as somebody does who only copies the folder back.
    ///
    /// # Errors
    /// The disk's.
    pub async fn put_back(&mut self, copy: &Path, to: PathBuf, anew: bool) -> Result<()> {
        self.stop().await;
        copy_folder(copy, &to)?;
        // What no copy takes back lies outside it, and whoever puts one back brings it along.
        let acts = |data: &Path| data.join("objects").join(server::objects::ACTS);
        if acts(&self.data).is_dir() {
            copy_folder(&acts(&self.data), &acts(&to))?;
        }
        self.data = to;
        self.open = true;
        self.start().await?;
        if anew {
            let state = &self.servers.first().context("no server runs")?.0;
            server::backup::live_again(&state.store, self.clock()).await?;
        }
        Ok(())
    }

    /// What it answers; nothing while it is shut. The servers take turns.
    ///
    /// # Errors
    /// A request that is none.
    pub async fn answers(&mut self, request: &Request) -> Result<Option<Reply>> {
        if !self.open {
            return Ok(None);
        }
        self.next = (self.next + 1) % self.servers.len().max(1);
        let (_, router) = self.servers.get(self.next).context("no server runs")?;
        let mut asked = axum::http::Request::builder().method(request.method).uri(&request.path);
        for (name, value) in &request.headers {
            asked = asked.header(name, value);
        }
        let asked = asked.body(Body::from(request.body.clone()))?;
        let answer = match router.clone().oneshot(asked).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let (parts, body) = answer.into_parts();
        let headers = parts.headers.iter();
        let headers = headers.map(|(n, v)| (n.as_str().to_owned(), String::from_utf8_lossy(v.as_bytes()).into_owned()));
        let (status, headers) = (parts.status.as_u16(), headers.collect());
        Ok(Some(Reply { status, headers, body: to_bytes(body, LARGEST).await?.to_vec() }))
    }

    /// The projector's turn: all that waits is published.
    ///
    /// # Errors
    /// The store's.
    pub async fn publish(&self) -> Result<()> {
        let turn = self.next % self.servers.len().max(1);
        drained(&self.servers.get(turn).context("no server runs")?.0).await
    }

    /// Every entry that it has, shown or not.
    ///
    /// # Errors
    /// The store's.
    pub async fn has(&self) -> Result<BTreeSet<EntryId>> {
        has(&self.record()?).await
    }

    /// A notebook as its pages read it; nothing while nothing is published in it.
    ///
    /// # Errors
    /// The store's.
    pub async fn reads(&self, notebook: NotebookId) -> Result<Option<Projection>> {
        let kept = self.record()?.notebook(&notebook.to_string()).await?;
        kept.and_then(|kept| kept.projection).map(|text| Ok(serde_json::from_str(&text)?)).transpose()
    }

    pub(super) async fn standing(&self) -> Result<String> {
        let org = self.record()?;
        let waits = org.not_published().await?;
        let held = org.held().await?.len();
        let mut books = String::new();
        for line in org.notebooks().await? {
            let version = org.notebook(&line.id).await?.map_or(0, |kept| kept.version);
            books.push_str(&format!(" {version}"));
        }
        Ok(format!("office: {} taken, {} wait, {held} held, books{books}; ", waits.taken, waits.waits))
    }
}

/// Every entry that a record has, shown or not.
pub(crate) async fn has(record: &OrgStore) -> Result<BTreeSet<EntryId>> {
    let mut all = BTreeSet::new();
    for line in record.notebooks().await? {
        let mut book = Notebook::found(line.id.parse()?, &Actor::genesis())?;
        let mut left = record.changes(&line.id).await?;
        // Each after what it stands on, in whatever order they came.
        loop {
            let before = left.len();
            left.retain(|change| book.apply([change.bytes.as_slice()]).is_err());
            if left.len() == before {
                break;
            }
        }
        all.extend(project(&book)?.entries.into_iter().map(|entry| entry.id));
    }
    Ok(all)
}

impl World {
    /// The office is started again as after a kill.
    ///
    /// # Errors
    /// It does not start.
    pub async fn office_is_killed(&mut self) -> Result<()> {
        let place = self.place(&format!("office after {} lines", self.told.len()));
        self.tell("the office is killed and starts again");
        self.office.start_again(Some(place)).await
    }
}
