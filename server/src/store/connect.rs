//! How a connection is made, to either database: key first, then what makes it durable, then read-only where it reads.
//! The only place that knows which database is there; a `match` on the dialect elsewhere needs a reason beside it.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result, bail};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool, AssertSqlSafe, ConnectOptions, Connection, Executor};

use super::doors;
use super::key::Key;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// Which of the two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// One encrypted file in the data folder.
    Sqlite,
    /// A server, by its URL.
    Postgres,
}

/// Where the database is.
#[derive(Debug, Clone)]
pub(super) enum Address {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Address {
    pub(super) fn new(data: &Path, postgres: Option<&str>) -> Result<Address> {
        Ok(match postgres {
            Some(url) => Address::Postgres(not_in_clear(url)?.to_owned()),
            None => Address::Sqlite(data.join("enterview.db")),
        })
    }

    pub(super) fn dialect(&self) -> Dialect {
        match self {
            Address::Sqlite(_) => Dialect::Sqlite,
            Address::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Whether a store was begun here, so that a missing key is a loss and not a first start.
    pub(super) async fn has_begun(&self) -> Result<bool> {
        let file = match self {
            Address::Sqlite(file) => file,
            Address::Postgres(_) => return self.has_tables().await,
        };
        Ok(file.exists())
    }

    /// PostgreSQL's own way to say it; SQLite cannot be asked before it has its key.
    async fn has_tables(&self) -> Result<bool> {
        let mut connection = AnyConnection::connect_with(&self.options()?).await.context("opening the database")?;
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT count(*) FROM information_schema.tables
             WHERE table_name = 'org' AND table_schema = ANY (current_schemas(false))",
        )
        .fetch_optional(&mut connection)
        .await?;
        connection.close().await?;
        Ok(found.is_some_and(|found| found > 0))
    }

    fn options(&self) -> Result<AnyConnectOptions> {
        sqlx::any::install_default_drivers();
        let url = match self {
            Address::Sqlite(file) => {
                let path = file.to_str().context("The data folder's name must be readable as text (UTF-8).")?;
                format!("sqlite:{}?mode=rwc", escaped(path))
            }
            Address::Postgres(url) => url.clone(),
        };
        let options = AnyConnectOptions::from_str(&url).context("the database's address cannot be read")?;
        Ok(options.disable_statement_logging())
    }
}

/// A PostgreSQL on another machine is spoken to in clear only where somebody has said so: what the library does by itself
/// is to go on in clear when the other side offers nothing better.
fn not_in_clear(url: &str) -> Result<&str> {
    let (place, options) = url.split_once('?').unwrap_or((url, ""));
    let machine = place.split_once("://").map_or(place, |(_, rest)| rest).split('/').next().unwrap_or_default();
    let name = domain::wire::host(machine.rsplit_once('@').map_or(machine, |(_, machine)| machine));
    let loopback = name.is_empty()
        || name == "localhost"
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    let says = |option: &str| options.split('&').any(|pair| pair.starts_with(option));
    if (loopback && !says("host=") && !says("hostaddr=")) || says("host=/") || says("host=%2F") || says("sslmode=") {
        return Ok(url);
    }
    bail!(
        "The database is on another machine ({name}) and nothing says how the way there is kept private. Add \
         ?sslmode=verify-full to its address (with sslrootcert=FILE for an authority of your own); nothing was opened."
    )
}

/// A path as part of a URL; `?` would begin the options and `%` an escape.
fn escaped(path: &str) -> String {
    path.replace('%', "%25").replace('?', "%3F").replace('#', "%23").replace(' ', "%20")
}

/// The one connection that writes, with every migration done.
pub(super) async fn writer(address: &Address, key: &Key) -> Result<AnyConnection> {
    let mut connection = reconnect(address, key).await?;
    MIGRATIONS.run(&mut connection).await.context("bringing the database up to this version")?;
    Ok(connection)
}

/// The same connection again after it was lost; migrations are not looked at.
pub(super) async fn reconnect(address: &Address, key: &Key) -> Result<AnyConnection> {
    let mut connection = AnyConnection::connect_with(&address.options()?).await.context("opening the database")?;
    if address.dialect() == Dialect::Sqlite {
        unlock(&mut connection, key).await?;
        connection.execute("PRAGMA journal_mode = WAL").await.context("the database does not open with this key")?;
        connection.execute("PRAGMA synchronous = FULL").await?;
        connection.execute("PRAGMA secure_delete = ON").await?;
    }
    Ok(connection)
}

/// What each reading connection to a file keeps of it in memory, in KiB; by itself SQLite would keep four times as much.
const CACHE: &str = "PRAGMA cache_size = -512";

/// Four connections that only read.
pub(super) async fn readers(address: &Address, key: &Key) -> Result<AnyPool> {
    let (dialect, key) = (address.dialect(), key.clone());
    // A file does not go away between two questions; a server may.
    let pool = AnyPoolOptions::new().max_connections(4).test_before_acquire(dialect == Dialect::Postgres);
    let pool = pool.after_connect(move |connection, _| {
        let key = key.clone();
        Box::pin(async move {
            match dialect {
                Dialect::Sqlite => {
                    unlock(connection, &key).await.map_err(|error| sqlx::Error::Configuration(error.into()))?;
                    connection.execute("PRAGMA query_only = ON").await?;
                    connection.execute(CACHE).await?;
                }
                Dialect::Postgres => {
                    connection.execute("SET default_transaction_read_only = on").await?;
                }
            }
            Ok(())
        })
    });
    Ok(pool.connect_lazy_with(address.options()?))
}

/// A reading connection of its own that stays at one moment. Detached from the pool, so that dropping it closes it and no
/// later reader can find itself inside an old transaction.
pub(super) async fn snapshot(readers: &AnyPool, dialect: Dialect) -> Result<AnyConnection> {
    let mut connection = readers.acquire().await?.detach();
    connection
        .execute(match dialect {
            Dialect::Sqlite => "BEGIN",
            Dialect::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        })
        .await?;
    // SQLite's moment is that of the first read, PostgreSQL's that of the first statement: make it now for both.
    connection.execute(doors::MOMENT).await?;
    Ok(connection)
}

/// Gives SQLCipher its key as the very first statement, and refuses an SQLite that would have written in clear.
async fn unlock(connection: &mut AnyConnection, key: &Key) -> Result<()> {
    connection.execute(AssertSqlSafe(key.pragma().as_str().to_owned())).await?;
    let version: Option<String> = sqlx::query_scalar("PRAGMA cipher_version").fetch_optional(&mut *connection).await?;
    if version.is_none_or(|version| version.is_empty()) {
        bail!(
            "This build's SQLite does not encrypt, so the record stays shut; nothing was written. \
             Install a build of enterview with SQLCipher."
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn a_database_on_another_machine_is_not_spoken_to_in_clear_by_chance() {
        for good in [
            "postgres://localhost/enterview",
            "postgres://a:b@127.0.0.1:5432/enterview",
            "postgres://enterview@[::1]/enterview?application_name=x",
            "postgres://enterview@localhost/postgres?host=/run/postgresql",
            "postgres:///enterview?host=%2Frun%2Fpostgresql",
            "postgres://db.example.org/enterview?sslmode=verify-full",
        ] {
            assert_eq!(not_in_clear(good).unwrap(), good);
        }
        for bad in [
            "postgres://db.example.org/enterview",
            "postgres://a:b@10.0.0.7:5432/enterview?application_name=x",
            "postgres://localhost/enterview?host=db.example.org",
        ] {
            assert!(not_in_clear(bad).unwrap_err().to_string().contains("verify-full"), "{bad}");
        }
    }
}
