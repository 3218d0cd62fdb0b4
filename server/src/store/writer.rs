//! The one task that writes: what waits (up to 64 jobs) goes into one transaction, a savepoint each, and is answered after
//! the commit. So fifty callers cost little more than one, and a caller that goes away loses nothing that was begun.

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::{Query, QueryAs, QueryScalar};
use sqlx::{Any, AnyConnection, Connection, Decode, Executor, FromRow, Type};
use tokio::sync::{mpsc, oneshot, watch};

use super::audit::Deed;
use super::connect::{self, Address, Dialect};
use super::doors::Revisions;
use super::key::Key;

/// The most jobs in one transaction.
const BATCH: usize = 64;
/// How often a job alone is tried when another process stood in the way.
const TRIES: usize = 5;

/// What a job writes through: the writer's connection, the job's organisation, and its revisions.
pub struct Tx {
    connection: AnyConnection,
    org: Arc<str>,
    rev: Option<i64>,
    deed: Option<Arc<Deed>>,
    /// This process's start, and in which organisations it stands written that it writes.
    start: String,
    begun: BTreeSet<String>,
}

impl Tx {
    /// The organisation whose job this is.
    pub fn org(&self) -> &str {
        &self.org
    }

    /// A new revision of the organisation: takes its row, so that what the feed shows becomes visible in this order.
    pub async fn next_rev(&mut self) -> Result<i64> {
        self.next_revs(1).await
    }

    /// `n` new revisions at once; answers the last of them.
    pub async fn next_revs(&mut self, n: i64) -> Result<i64> {
        let taken = sqlx::query_scalar("UPDATE org SET rev = rev + $2 WHERE org = $1 RETURNING rev")
            .bind(self.org.to_string())
            .bind(n);
        let rev: i64 = taken.fetch_optional(&mut self.connection).await?.context("There is no such organisation.")?;
        if !self.begun.contains(self.org()) {
            let start = self.start.clone();
            self.begins(&start, rev - n + 1).await?;
        }
        self.rev = Some(rev);
        Ok(rev)
    }

    /// Nothing was done after all, such as when somebody else came first: then no line says that it was.
    pub(crate) fn nothing_done(&mut self) {
        self.deed = None;
    }

    pub(crate) async fn run(&mut self, query: Query<'_, Any, AnyArguments>) -> Result<u64> {
        Ok(query.execute(&mut self.connection).await?.rows_affected())
    }

    pub(crate) async fn all<T>(&mut self, query: QueryAs<'_, Any, T, AnyArguments>) -> Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        Ok(query.fetch_all(&mut self.connection).await?)
    }

    pub(crate) async fn optional<T>(&mut self, query: QueryAs<'_, Any, T, AnyArguments>) -> Result<Option<T>>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        Ok(query.fetch_optional(&mut self.connection).await?)
    }

    pub(crate) async fn scalar<T>(&mut self, query: QueryScalar<'_, Any, T, AnyArguments>) -> Result<Option<T>>
    where
        T: for<'r> Decode<'r, Any> + Type<Any> + Send + Unpin,
        (T,): for<'r> FromRow<'r, AnyRow>,
    {
        Ok(query.fetch_optional(&mut self.connection).await?)
    }

    pub(crate) async fn scalars<T>(&mut self, query: QueryScalar<'_, Any, T, AnyArguments>) -> Result<Vec<T>>
    where
        T: for<'r> Decode<'r, Any> + Type<Any> + Send + Unpin,
        (T,): for<'r> FromRow<'r, AnyRow>,
    {
        Ok(query.fetch_all(&mut self.connection).await?)
    }
}

/// One caller's work, with its answer when it is done.
trait Waiting: Send {
    fn org(&self) -> &Arc<str>;
    fn run<'c>(&'c mut self, tx: &'c mut Tx) -> BoxFuture<'c, Result<()>>;
    fn answer(self: Box<Self>, outcome: Result<()>);
}

struct Job<I, T, F> {
    org: Arc<str>,
    deed: Option<Arc<Deed>>,
    input: I,
    job: F,
    done: Option<T>,
    reply: oneshot::Sender<Result<T>>,
}

impl<I, T, F> Waiting for Job<I, T, F>
where
    I: Send + Sync,
    T: Send,
    F: for<'c> Fn(&'c mut Tx, &'c I) -> BoxFuture<'c, Result<T>> + Send,
{
    fn org(&self) -> &Arc<str> {
        &self.org
    }

    fn run<'c>(&'c mut self, tx: &'c mut Tx) -> BoxFuture<'c, Result<()>> {
        Box::pin(async move {
            tx.deed = self.deed.clone();
            let done = (self.job)(tx, &self.input).await?;
            if let Some(deed) = tx.deed.take() {
                tx.record(&deed).await?;
            }
            self.done = Some(done);
            Ok(())
        })
    }

    fn answer(self: Box<Self>, outcome: Result<()>) {
        let Job { done, reply, .. } = *self;
        let answer = outcome.and_then(|()| done.context("a job ended without an answer"));
        // A caller that went away has its work done all the same.
        let _ = reply.send(answer);
    }
}

enum Message {
    Do(Box<dyn Waiting>),
    Stop(oneshot::Sender<()>),
}

/// The door to the writing task.
pub(super) struct Writer {
    waiting: mpsc::UnboundedSender<Message>,
}

impl Writer {
    pub(super) fn start(
        connection: AnyConnection,
        address: Address,
        key: Key,
        revisions: watch::Sender<Revisions>,
    ) -> Result<Writer> {
        let start = new_start()?;
        let (waiting, incoming) = mpsc::unbounded_channel();
        let tx = Tx { connection, org: Arc::from(""), rev: None, deed: None, start, begun: BTreeSet::new() };
        tokio::spawn(Task { tx, address, key, revisions }.work(incoming));
        Ok(Writer { waiting })
    }

    pub(super) async fn write<I, T, F>(&self, org: Arc<str>, deed: Option<Arc<Deed>>, input: I, job: F) -> Result<T>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'c> Fn(&'c mut Tx, &'c I) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Job { org, deed, input, job, done: None, reply };
        let closed = || anyhow!("The record is being closed; this was not saved. Try again in a moment.");
        self.waiting.send(Message::Do(Box::new(job))).map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    pub(super) async fn stop(&self) {
        let (done, stopped) = oneshot::channel();
        if self.waiting.send(Message::Stop(done)).is_ok() {
            // An error says that it had stopped before.
            let _ = stopped.await;
        }
    }
}

/// Why a transaction as a whole did not come through.
struct Broken {
    error: anyhow::Error,
    /// It was lost while committing: nobody knows whether it is saved, so it is not run again.
    unknown: bool,
}

struct Task {
    tx: Tx,
    address: Address,
    key: Key,
    revisions: watch::Sender<Revisions>,
}

type Outcomes = Vec<Result<()>>;

impl Task {
    async fn work(mut self, mut incoming: mpsc::UnboundedReceiver<Message>) {
        while let Some(first) = incoming.recv().await {
            let mut stop = None;
            let mut batch = Vec::with_capacity(BATCH);
            let mut next = Some(first);
            while let Some(message) = next {
                match message {
                    Message::Do(job) => batch.push(job),
                    Message::Stop(done) => stop = Some(done),
                }
                next = if batch.len() < BATCH && stop.is_none() { incoming.try_recv().ok() } else { None };
            }
            // Organisations' rows are taken in one order by every process, or two would wait for each other.
            batch.sort_by(|a, b| a.org().cmp(b.org()));
            self.write_all(batch).await;
            if let Some(done) = stop {
                if let Err(error) = self.tx.connection.close().await {
                    tracing::warn!(%error, "the database did not close well; it puts itself right at the next start");
                }
                // Nobody waiting for the end is no harm.
                let _ = done.send(());
                return;
            }
        }
    }

    async fn write_all(&mut self, mut batch: Vec<Box<dyn Waiting>>) {
        match self.transaction(&mut batch).await {
            Ok(outcomes) => answer(batch, outcomes),
            Err(broken) if broken.unknown => {
                self.recover().await;
                let outcomes = batch.iter().map(|_| Err(not_known(&broken.error))).collect();
                answer(batch, outcomes);
            }
            // One job may have spoilt it for all: each is tried alone.
            Err(_) => {
                for job in batch {
                    self.write_alone(job).await;
                }
            }
        }
    }

    async fn write_alone(&mut self, job: Box<dyn Waiting>) {
        let mut one = vec![job];
        for tried in 1..=TRIES {
            self.recover().await;
            match self.transaction(&mut one).await {
                Ok(outcomes) => return answer(one, outcomes),
                Err(broken) if broken.unknown => return answer(one, vec![Err(not_known(&broken.error))]),
                Err(broken) if tried == TRIES => {
                    let error = broken.error.context("This was not saved; everything saved before is unharmed.");
                    return answer(one, vec![Err(error)]);
                }
                Err(broken) => tracing::warn!(error = %broken.error, tried, "a transaction is tried again"),
            }
        }
    }

    /// Runs the jobs and commits; an error here is about the transaction, one in the list about a single job.
    async fn transaction(&mut self, batch: &mut [Box<dyn Waiting>]) -> Result<Outcomes, Broken> {
        let again = |error: anyhow::Error| Broken { error, unknown: false };
        self.begin().await.map_err(again)?;
        // A job alone has the transaction for its own: two statements fewer, of some six.
        let alone = batch.len() == 1;
        let mut outcomes = Vec::with_capacity(batch.len());
        let mut revised = Revisions::default();
        for job in batch.iter_mut() {
            let outcome = self.one(job, alone).await.map_err(again)?;
            if let (Ok(()), Some(rev)) = (&outcome, self.tx.rev) {
                revised.insert(self.tx.org.to_string(), rev);
            }
            outcomes.push(outcome);
        }
        let committed = self.execute("COMMIT").await;
        committed.map_err(|error| Broken { unknown: is_lost(&error), error })?;
        if !revised.is_empty() {
            self.tx.begun.extend(revised.keys().cloned());
            self.revisions.send_modify(|all| all.extend(revised));
        }
        Ok(outcomes)
    }

    async fn begin(&mut self) -> Result<()> {
        self.execute(match self.address.dialect() {
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        })
        .await
    }

    /// One job, under a savepoint of its own where it is not alone. The outer error says that the transaction is spoilt for
    /// all.
    async fn one(&mut self, job: &mut Box<dyn Waiting>, alone: bool) -> Result<Result<()>> {
        self.tx.org = job.org().clone();
        self.tx.rev = None;
        if !alone {
            self.execute("SAVEPOINT job").await?;
        }
        let ran = AssertUnwindSafe(job.run(&mut self.tx)).catch_unwind().await;
        match ran.unwrap_or_else(|_| Err(anyhow!("This was not saved: a fault in enterview, which the log names."))) {
            Ok(()) => {
                if !alone {
                    self.execute("RELEASE SAVEPOINT job").await?;
                }
                Ok(Ok(()))
            }
            Err(error) if is_passing(&error) => Err(error),
            Err(error) if alone => {
                self.execute("ROLLBACK").await?;
                self.begin().await?;
                Ok(Err(error))
            }
            Err(error) => {
                self.execute("ROLLBACK TO SAVEPOINT job").await?;
                self.execute("RELEASE SAVEPOINT job").await?;
                Ok(Err(error))
            }
        }
    }

    async fn execute(&mut self, sql: &'static str) -> Result<()> {
        self.tx.connection.execute(sql).await?;
        Ok(())
    }

    /// Ends what is left of a broken transaction; connects anew when even that cannot be said.
    async fn recover(&mut self) {
        if self.execute("ROLLBACK").await.is_ok() {
            return;
        }
        // SQLite answers so when the transaction has ended by itself: then the connection still serves.
        if self.execute("SELECT 1").await.is_ok() {
            return;
        }
        match connect::reconnect(&self.address, &self.key).await.and_then(|again| Ok((again, new_start()?))) {
            Ok((connection, start)) => {
                // Another machine may have taken over with an older copy: what is written from here on is another start.
                (self.tx.connection, self.tx.start) = (connection, start);
                self.tx.begun.clear();
            }
            Err(error) => tracing::error!(error = %format!("{error:#}"), "the database does not answer"),
        }
    }
}

/// What nobody else writes under.
fn new_start() -> Result<String> {
    let mut chance = [0_u8; 16];
    getrandom::fill(&mut chance).map_err(|error| anyhow!("no randomness from the system: {error}"))?;
    Ok(uuid::Builder::from_random_bytes(chance).into_uuid().to_string())
}

fn answer(batch: Vec<Box<dyn Waiting>>, outcomes: Outcomes) {
    for (job, outcome) in batch.into_iter().zip(outcomes) {
        job.answer(outcome);
    }
}

fn not_known(error: &anyhow::Error) -> anyhow::Error {
    anyhow!("The database went away while saving ({error}). Look whether this is there before you enter it again.")
}

/// The connection is gone.
fn is_lost(error: &anyhow::Error) -> bool {
    let cause = error.downcast_ref::<sqlx::Error>();
    matches!(cause, Some(sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed))
}

/// Not this job's own fault: a deadlock, a serialisation failure, a lock, a lost connection. Worth another try.
fn is_passing(error: &anyhow::Error) -> bool {
    let code = error.downcast_ref::<sqlx::Error>().and_then(|error| error.as_database_error()?.code());
    // PostgreSQL: serialization_failure, deadlock_detected, admin_shutdown; SQLite: BUSY, LOCKED and BUSY_SNAPSHOT.
    is_lost(error) || matches!(code.as_deref(), Some("40001" | "40P01" | "57P01" | "5" | "6" | "517"))
}
