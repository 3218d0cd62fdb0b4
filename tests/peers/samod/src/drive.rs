//! The work: two hundred notebooks come home, a new client fetches all, it comes back with nothing new.

use crate::server::{Program, Server, cpu_ms};
use anyhow::{Context, Result, ensure};
use automerge::Automerge;
use futures::future::{BoxFuture, join_all};
use futures::{SinkExt as _, StreamExt as _};
use samod::{
    BackoffConfig, ConnectionId, DialError, Dialer, DialerHandle, DocHandle, DocumentId, Repo, Transport, Url,
};
use serde_json::{Map, Value, json};
use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::{Error, Message};

/// Notebooks of the push.
const PUSHED: usize = 200;
const TIMES: usize = 5;
/// A server is given so long after the client is content: what it still does belongs to the work.
const AFTER: Duration = Duration::from_secs(2);
/// No step takes longer, or it is called stuck.
const PATIENCE: Duration = Duration::from_secs(300);

#[allow(clippy::print_stdout)]
pub async fn run(docs: &Path, program: &Program) -> Result<()> {
    let mut files: Vec<_> = std::fs::read_dir(docs)?.map(|file| Ok(file?.path())).collect::<Result<_>>()?;
    files.sort();
    let docs = files.iter().map(|file| Ok(Automerge::load(&std::fs::read(file)?)?)).collect::<Result<Vec<_>>>()?;
    let mut said = Map::new();
    let (folder, other) = (tempfile::tempdir()?, tempfile::tempdir()?);

    let server = program.start(folder.path()).await?;
    pause().await;
    said.insert("server_memory_at_rest".into(), json!(server.memory()?));
    server.stop().await?;

    let mut costs = Costs::default();
    for _ in 0..3 {
        let folder = tempfile::tempdir()?;
        let server = program.start(folder.path()).await?;
        let client = Client::new().await;
        let handles = client.create(docs.iter().take(PUSHED)).await?;
        costs.take(&server, &client, client.meets(&server, &handles)).await?;
        server.stop().await?;
    }
    costs.tell("push_200_notebooks_of_60", &mut said);

    // All of them are brought to a server, which is then started again: it begins with none of them in memory.
    let server = program.start(other.path()).await?;
    let first = Client::new().await;
    let handles = first.create(&docs).await?;
    patient(first.meets(&server, &handles)).await?;
    pause().await;
    said.insert("server_memory_after_1000".into(), json!(server.memory()?));
    let ids: Vec<DocumentId> = handles.iter().map(|handle| handle.document_id().clone()).collect();
    let mut pulls = Costs::default();
    let mut last = None;
    let mut server = again(server, program, other.path()).await?;
    for _ in 0..3 {
        server = again(server, program, other.path()).await?;
        let client = Client::new().await;
        pulls.take(&server, &client, client.fetches(&server, &ids)).await?;
        let there = client.find(&ids).await?;
        let whole = there
            .iter()
            .zip(&docs)
            .filter(|(here, doc)| here.with_document(|here| here.get_heads()) == doc.get_heads());
        ensure!(whole.count() == docs.len(), "a notebook did not come, or not whole");
        last = Some((client, there));
    }
    pulls.tell("first_pull", &mut said);

    let (client, handles) = last.context("a client that has all")?;
    let mut warm = Costs::default();
    for _ in 0..TIMES {
        client.leaves().await;
        warm.take(&server, &client, client.meets(&server, &handles)).await?;
    }
    warm.tell("reconnect_1000", &mut said);
    let mut cold = Costs::default();
    for _ in 0..3 {
        client.leaves().await;
        server = again(server, program, other.path()).await?;
        cold.take(&server, &client, client.meets(&server, &handles)).await?;
    }
    cold.tell("reconnect_1000_to_a_server_just_started", &mut said);
    server.stop().await?;
    println!("{}", Value::Object(said));
    Ok(())
}

async fn again(server: Server, program: &Program, folder: &Path) -> Result<Server> {
    server.stop().await?;
    program.start(folder).await
}

async fn pause() {
    tokio::time::sleep(AFTER).await;
}

async fn patient<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(PATIENCE, work).await.context("it is stuck")?
}

/// Milliseconds and bytes, a value a time.
#[derive(Default)]
struct Costs {
    took: Vec<f64>,
    server: Vec<f64>,
    client: Vec<f64>,
    bytes: Vec<f64>,
}

impl Costs {
    async fn take(&mut self, server: &Server, client: &Client, work: impl Future<Output = Result<()>>) -> Result<()> {
        let me = std::process::id();
        let before = (server.cpu_ms()?, cpu_ms(me)?, client.bytes.load(Ordering::Relaxed));
        let began = Instant::now();
        patient(work).await?;
        self.took.push(began.elapsed().as_secs_f64() * 1000.0);
        self.client.push(cpu_ms(me)? - before.1);
        pause().await;
        self.server.push(server.cpu_ms()? - before.0);
        self.bytes.push((client.bytes.load(Ordering::Relaxed) - before.2) as f64);
        Ok(())
    }

    fn tell(self, name: &str, said: &mut Map<String, Value>) {
        let parts =
            [("ms", self.took), ("server_cpu", self.server), ("client_cpu", self.client), ("bytes", self.bytes)];
        for (part, mut values) in parts {
            values.sort_by(f64::total_cmp);
            said.insert(format!("{name}_{part}"), json!(values.get(values.len() / 2)));
        }
    }
}

/// A client with its documents in memory.
struct Client {
    repo: Repo,
    bytes: Arc<AtomicU64>,
    dialer: std::sync::Mutex<Option<DialerHandle<Infallible>>>,
}

impl Client {
    async fn new() -> Self {
        Self { repo: Repo::build_tokio().load().await, bytes: Arc::default(), dialer: std::sync::Mutex::default() }
    }

    async fn create(&self, docs: impl IntoIterator<Item = &Automerge>) -> Result<Vec<DocHandle>> {
        let mut handles = Vec::new();
        for doc in docs {
            handles.push(self.repo.create(doc.clone()).await?);
        }
        Ok(handles)
    }

    async fn connects(&self, server: &Server) -> Result<ConnectionId> {
        let dialer = Arc::new(Counting { url: server.url.clone(), bytes: self.bytes.clone() });
        let handle = self.repo.dial(BackoffConfig::default(), dialer)?;
        handle.established().await.map_err(|_| anyhow::anyhow!("the server was not reached"))?;
        let connection = handle.connection_id().context("a connection")?;
        *self.dialer.lock().map_err(|_| anyhow::anyhow!("a lock"))? = Some(handle);
        Ok(connection)
    }

    /// Connects, until each side knows that it has all of the other's in each document.
    async fn meets(&self, server: &Server, handles: &[DocHandle]) -> Result<()> {
        let connection = self.connects(server).await?;
        join_all(handles.iter().map(|handle| async move {
            handle.they_have_our_changes(connection).await;
            handle.we_have_their_changes(connection).await;
        }))
        .await;
        Ok(())
    }

    /// Connects and fetches documents by their ids, which it was told otherwise.
    async fn fetches(&self, server: &Server, ids: &[DocumentId]) -> Result<()> {
        self.connects(server).await?;
        self.find(ids).await.map(drop)
    }

    async fn find(&self, ids: &[DocumentId]) -> Result<Vec<DocHandle>> {
        let found = join_all(ids.iter().map(|id| self.repo.find(id.clone()))).await;
        found.into_iter().map(|handle| handle?.context("a document that is there")).collect()
    }

    async fn leaves(&self) {
        let dialer = self.dialer.lock().ok().and_then(|mut dialer| dialer.take());
        if let Some(dialer) = dialer {
            dialer.close();
        }
        pause().await;
    }
}

/// A web socket of which the messages' bytes are counted, both ways.
struct Counting {
    url: Url,
    bytes: Arc<AtomicU64>,
}

impl Dialer for Counting {
    type Error = Infallible;

    fn url(&self) -> Url {
        self.url.clone()
    }

    fn connect(&self) -> BoxFuture<'static, Result<Transport, DialError<Infallible>>> {
        let (url, bytes) = (self.url.clone(), self.bytes.clone());
        Box::pin(async move {
            let dialled = tokio_tungstenite::connect_async_with_config(url.as_str(), None, true).await;
            let (socket, _) = dialled.map_err(DialError::transient)?;
            let (sink, stream) = socket.split();
            let (up, down) = (bytes.clone(), bytes);
            let stream = stream.filter_map(move |message| {
                let message = match message {
                    Ok(Message::Binary(data)) => {
                        down.fetch_add(data.len() as u64, Ordering::Relaxed);
                        Some(Ok(data.to_vec()))
                    }
                    Ok(_) => None,
                    Err(error) => Some(Err(error)),
                };
                futures::future::ready(message)
            });
            let sink = sink.with(move |message: Vec<u8>| {
                up.fetch_add(message.len() as u64, Ordering::Relaxed);
                futures::future::ready(Ok::<_, Error>(Message::Binary(message.into())))
            });
            Ok(Transport::new(stream.boxed(), sink))
        })
    }
}
