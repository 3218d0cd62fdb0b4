//! The tablet's store: one SQLite file under SQLCipher with a raw key. All of a tablet's SQL is in this folder, a file
//! for each noun; nothing here knows what the words mean.

pub(crate) mod books;
pub(crate) mod briefs;
pub(crate) mod drafts;
pub(crate) mod meta;
pub(crate) mod own;
pub(crate) mod people;
pub(crate) mod photos;
pub(crate) mod sealed;
pub(crate) mod sheets;
pub(crate) mod taken_back;

use crate::error::Error;
use crate::lock::StoreKey;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::Path;
use zeroize::Zeroizing;

/// How each layout comes from the one before; the last is the one that this version writes.
const LAYOUTS: [&str; 7] = [
    include_str!("store/layout-1.sql"),
    include_str!("store/layout-2.sql"),
    include_str!("store/layout-3.sql"),
    include_str!("store/layout-4.sql"),
    include_str!("store/layout-5.sql"),
    include_str!("store/layout-6.sql"),
    include_str!("store/layout-7.sql"),
];
/// SQLite's number for `synchronous = FULL`.
const FULL: i64 = 2;

/// Statements that are kept prepared: those of a page of the feed and of a push.
const STATEMENTS: usize = 64;

/// One open store.
pub(crate) struct Store {
    connection: Connection,
}

impl Store {
    /// Opens the file with its key, and makes its tables where it is new.
    ///
    /// A change is on disk before its statement returns: WAL with full sync. What was deleted is overwritten.
    pub(crate) fn open(file: &Path, key: &StoreKey) -> Result<Self, Error> {
        let mut connection = Connection::open(file)?;
        let raw = Zeroizing::new(format!("x'{}'", Zeroizing::new(hex::encode(key.as_slice())).as_str()));
        connection.pragma_update(None, "key", raw.as_str())?;
        let cipher: Option<String> = connection.query_row("PRAGMA cipher_version", [], |row| row.get(0)).ok();
        if cipher.is_none_or(|version| version.is_empty()) {
            return Err(Error::Fault("this build cannot encrypt its store".into()));
        }
        connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        for (name, value) in [("synchronous", "FULL"), ("secure_delete", "ON"), ("temp_store", "MEMORY")] {
            connection.pragma_update(None, name, value)?;
        }
        // WAL with full sync is what *kept* on a screen rests on; a build without it must not say so.
        let set: (String, i64) = connection.query_row(
            "SELECT (SELECT journal_mode FROM pragma_journal_mode), (SELECT synchronous FROM pragma_synchronous)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        if set != ("wal".to_owned(), FULL) {
            return Err(Error::Fault("this build cannot keep what is written through a cut of power".into()));
        }
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let layout: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let Some(steps) = usize::try_from(layout).ok().and_then(|layout| LAYOUTS.get(layout..)) else {
            return Err(Error::Fault("this tablet's store was written by a newer version; update this one".into()));
        };
        if !steps.is_empty() {
            let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            steps.iter().try_for_each(|step| tx.execute_batch(step))?;
            tx.pragma_update(None, "user_version", layout + u32::try_from(steps.len()).unwrap_or(u32::MAX))?;
            tx.commit()?;
        }
        Ok(Self { connection })
    }

    /// For reading.
    pub(crate) fn read(&self) -> &Connection {
        &self.connection
    }

    /// Everything that `work` writes, or nothing of it; on disk when this returns.
    pub(crate) fn write<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&tx)?;
        tx.commit()?;
        Ok(done)
    }

    /// Folds the journal into the file and empties it, so that what was removed is in neither.
    pub(crate) fn settle(&self) -> Result<(), Error> {
        Ok(self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
    }
}

/// Every table, for a story that looks through all of them.
#[cfg(test)]
pub(crate) fn tables(on: &Connection) -> Result<Vec<String>, Error> {
    let mut statement = on.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<_>, _>>()?)
}

/// Everything in a table, as text.
#[cfg(test)]
pub(crate) fn dump(on: &Connection, table: &str) -> Result<String, Error> {
    let mut statement = on.prepare(&format!("SELECT * FROM {table}"))?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut all = String::new();
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            match row.get_ref(column)? {
                rusqlite::types::ValueRef::Text(bytes) | rusqlite::types::ValueRef::Blob(bytes) => {
                    all.push_str(&String::from_utf8_lossy(bytes));
                }
                _ => {}
            }
            all.push('\n');
        }
    }
    Ok(all)
}
