//! Fifty callers who each wait until what they wrote is on the disk, then write again: the office's store, which gathers what
//! waits into one commit, beside ten connections of one pool with a transaction each. The same library, the same kind of
//! file with the same settings and tables, the same rows; by turns.

use super::figure::{Measure, alone, beside, median, ms, quantile};
use super::record::{Record, notes, taken};
use anyhow::{Context, Result};
use domain::ids::NotebookId;
use server::store::OrgStore;
use server::store::audit::Deed;
use sha2::{Digest as _, Sha256};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use std::future::Future;
use std::time::{Duration, Instant};

const CALLERS: usize = 50;
/// Writes of each caller in one turn.
const EACH: usize = 20;
const TURNS: usize = 5;
const CONNECTIONS: u32 = 10;
/// For how many ticks a nonce of the bench is good; one tick a write, so that the table has the size of an office's ten minutes.
const GOOD_FOR: i64 = 1_000;
/// Which nonces have the store sweep first; as `server/src/store/sessions.rs` has it.
const SWEEPS: char = '0';
const PEER: &str = "ten writers on one pool, BEGIN IMMEDIATE";

pub async fn run() -> Result<()> {
    let (here, there) = (Record::new().await?, Record::new().await?);
    let (store, org) = here.open().await?;
    let (peer, peer_org) = (pool(&there).await?, there.org_id().to_owned());
    let mut once = [Turns::default(), Turns::default()];
    let mut chained = [Turns::default(), Turns::default()];
    for turn in 0..TURNS {
        let [ours, theirs] = &mut once;
        ours.take(
            spending(turn, org.clone(), |org, (hash, now)| async move {
                org.spend(&hash, now + GOOD_FOR, now).await.map(drop)
            })
            .await?,
        );
        let with = (peer.clone(), peer_org.clone());
        theirs.take(
            spending(turn, with, |(pool, org), (hash, now)| async move { spend(&pool, &org, &hash, now).await })
                .await?,
        );
        let [ours, theirs] = &mut chained;
        ours.take(telling(turn, org.clone(), |org, deed| async move { org.record(deed).await }).await?);
        let with = (peer.clone(), peer_org.clone());
        theirs.take(telling(turn, with, |(pool, org), deed| async move { tell(&pool, &org, &deed).await }).await?);
    }
    print("durable_writes", "of one row (a nonce is used up)", &once);
    print("durable_writes_chained", "of three statements (a line of the audit log)", &chained);
    let pushes = pushing(&here, &org).await?;
    let n = CALLERS * EACH;
    alone(Measure { name: "durable_pushes", unit: "changes a second", n }, pushes.a_second);
    alone(Measure { name: "durable_pushes_p99", unit: "ms", n }, quantile(&pushes.waits, 0.99));
    anyhow::ensure!(org.check_audit().await?.is_none(), "the audit log does not fit together");
    peer.close().await;
    store.close().await;
    Ok(())
}

/// One turn of all callers.
struct Turn {
    a_second: f64,
    waits: Vec<f64>,
}

#[derive(Default)]
struct Turns {
    a_second: Vec<f64>,
    waits: Vec<f64>,
}

impl Turns {
    fn take(&mut self, turn: Turn) {
        self.a_second.push(turn.a_second);
        self.waits.extend(turn.waits);
    }
}

fn print(name: &str, what: &str, [ours, theirs]: &[Turns; 2]) {
    eprintln!("{name}: {what}");
    let n = TURNS * CALLERS * EACH;
    let unit = "writes a second";
    beside(Measure { name, unit, n }, median(&ours.a_second), PEER, median(&theirs.a_second));
    for (share, q) in [("p50", 0.5), ("p99", 0.99)] {
        let name = format!("{name}_{share}");
        beside(Measure { name: &name, unit: "ms", n }, quantile(&ours.waits, q), PEER, quantile(&theirs.waits, q));
    }
}

/// All callers at once, each one write after the other.
async fn turn<F, W>(of: impl Fn(usize) -> F) -> Result<Turn>
where
    F: Fn(usize) -> W + Send + 'static,
    W: Future<Output = Result<()>> + Send,
{
    let began = Instant::now();
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..CALLERS {
        let write = of(caller);
        callers.spawn(async move {
            let mut waits = Vec::with_capacity(EACH);
            for n in 0..EACH {
                let began = Instant::now();
                write(n).await?;
                waits.push(ms(began));
            }
            anyhow::Ok(waits)
        });
    }
    let mut waits = Vec::new();
    while let Some(done) = callers.join_next().await {
        waits.extend(done??);
    }
    Ok(Turn { a_second: waits.len() as f64 / began.elapsed().as_secs_f64(), waits })
}

async fn spending<S, W>(n: usize, with: S, write: fn(S, (String, i64)) -> W) -> Result<Turn>
where
    S: Clone + Send + Sync + 'static,
    W: Future<Output = Result<()>> + Send + 'static,
{
    turn(move |caller| {
        let with = with.clone();
        move |write_n| {
            let now = i64::try_from((n * EACH + write_n) * CALLERS + caller).unwrap_or_default();
            write(with.clone(), (hex::encode(Sha256::digest(format!("{n} {caller} {write_n}"))), now))
        }
    })
    .await
}

async fn telling<S, W>(n: usize, with: S, write: fn(S, Deed) -> W) -> Result<Turn>
where
    S: Clone + Send + Sync + 'static,
    W: Future<Output = Result<()>> + Send + 'static,
{
    turn(move |caller| {
        let with = with.clone();
        move |write_n| {
            let (at, who) = (i64::try_from(n * EACH + write_n).unwrap_or_default(), format!("tablet {caller}"));
            write(with.clone(), Deed { at, who, what: "bench".into(), subject: String::new() })
        }
    })
    .await
}

/// A change a push, each caller in a notebook of its own: what a tablet waits for, without the road.
async fn pushing(record: &Record, org: &OrgStore) -> Result<Turn> {
    let tablet = domain::ids::DeviceId::new(uuid::Uuid::from_u128(7));
    let mut books = Vec::new();
    for caller in 0..CALLERS {
        let visit = NotebookId::new(uuid::Uuid::from_u128(8 << 96 | caller as u128));
        let book = notes(visit, record.asha, tablet, caller, EACH)?;
        let mut changes = book.changes().iter().map(|change| taken(visit, change)).collect::<Result<Vec<_>>>()?;
        // The first is the office's own and is there already.
        let founding = changes.remove(0);
        org.take_changes(&tablet.to_string(), vec![founding], 0).await?;
        books.push(changes);
    }
    turn(move |caller| {
        let (org, changes) = (org.clone(), books.get(caller).cloned().unwrap_or_default());
        move |n| {
            let (org, change) = (org.clone(), changes.get(n).cloned());
            async move {
                let change = change.context("a change for each turn")?;
                org.take_changes(&tablet.to_string(), vec![change], 0).await.map(drop)
            }
        }
    })
    .await
}

/// The peer's pool, on a record of its own that the office's program made.
async fn pool(record: &Record) -> Result<SqlitePool> {
    let key = std::fs::read_to_string(record.data.join("store.key"))?;
    let options = SqliteConnectOptions::new()
        .filename(record.data.join("enterview.db"))
        .pragma("key", format!("\"x'{}'\"", key.trim()))
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("secure_delete", "ON")
        .busy_timeout(Duration::from_secs(60));
    let pool = SqlitePoolOptions::new().max_connections(CONNECTIONS).min_connections(CONNECTIONS);
    Ok(pool.acquire_timeout(Duration::from_secs(60)).connect_with(options).await?)
}

/// What the store does for a nonce, in the same words; it sweeps as seldom.
async fn spend(pool: &SqlitePool, org: &str, hash: &str, now: i64) -> Result<()> {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    if hash.starts_with(SWEEPS) {
        let sweep = sqlx::query("DELETE FROM spent WHERE org = $1 AND expires_at <= $2");
        sweep.bind(org).bind(now).execute(&mut *tx).await?;
    }
    let first = sqlx::query(
        "INSERT INTO spent (org, hash, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (org, hash) DO UPDATE SET expires_at = excluded.expires_at WHERE spent.expires_at <= $4",
    );
    first.bind(org).bind(hash).bind(now + GOOD_FOR).bind(now).execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}

async fn tell(pool: &SqlitePool, org: &str, deed: &Deed) -> Result<()> {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    let (n, head): (i64, String) =
        sqlx::query_as("UPDATE org SET audit_count = audit_count + 1 WHERE org = $1 RETURNING audit_count, audit_head")
            .bind(org)
            .fetch_one(&mut *tx)
            .await?;
    let hash = hex::encode(Sha256::digest(format!("{head}{n}{}{}{}{}", deed.at, deed.who, deed.what, deed.subject)));
    sqlx::query("INSERT INTO audit (org, n, made_at, who, what, subject, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(org)
        .bind(n)
        .bind(deed.at)
        .bind(&deed.who)
        .bind(&deed.what)
        .bind(&deed.subject)
        .bind(&hash)
        .execute(&mut *tx)
        .await?;
    sqlx::query("UPDATE org SET audit_head = $2 WHERE org = $1").bind(org).bind(&hash).execute(&mut *tx).await?;
    Ok(tx.commit().await?)
}
