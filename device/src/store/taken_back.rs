//! What somebody asked not to be kept after it was sent: asked of the office until it says that it is gone.

use super::drafts::parsed;
use crate::error::Error;
use domain::entry::Millis;
use domain::ids::{EntryId, NotebookId};
use domain::wire::TakeBack;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// One request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    pub(crate) asked: Millis,
    pub(crate) heard: Option<Millis>,
    pub(crate) gone: Option<Millis>,
}

/// Asks for an entry.
pub(crate) fn ask(on: &Connection, notebook: NotebookId, entry: EntryId, now: Millis) -> Result<(), Error> {
    on.execute(
        "INSERT INTO taken_back (entry, notebook, asked) VALUES (?1, ?2, ?3) ON CONFLICT (entry) DO NOTHING",
        params![entry.to_string(), notebook.to_string(), now],
    )?;
    Ok(())
}

/// The requests of a notebook.
pub(crate) fn of(on: &Connection, notebook: NotebookId) -> Result<BTreeMap<EntryId, Request>, Error> {
    let mut statement = on.prepare("SELECT entry, asked, heard, gone FROM taken_back WHERE notebook = ?1")?;
    let rows = statement.query_map([notebook.to_string()], |row| {
        Ok((row.get::<_, String>(0)?, Request { asked: row.get(1)?, heard: row.get(2)?, gone: row.get(3)? }))
    })?;
    rows.collect::<Result<Vec<_>, _>>()?.into_iter().map(|(entry, request)| Ok((parsed(&entry)?, request))).collect()
}

/// What the office is to be asked: what it has not heard, or heard before this time and not done.
pub(crate) fn waiting(on: &Connection, before: Millis, most: usize) -> Result<Vec<TakeBack>, Error> {
    let mut statement = on.prepare(
        "SELECT notebook, entry FROM taken_back WHERE gone IS NULL AND (heard IS NULL OR heard <= ?1)
         ORDER BY asked, entry LIMIT ?2",
    )?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows =
        statement.query_map(params![before, most], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    rows.iter().map(|(notebook, entry)| Ok(TakeBack { notebook: parsed(notebook)?, entry: parsed(entry)? })).collect()
}

/// How many are still at the office.
pub(crate) fn open(on: &Connection) -> Result<u32, Error> {
    Ok(on.query_row("SELECT count(*) FROM taken_back WHERE gone IS NULL", [], |row| row.get(0))?)
}

/// The office says that it takes them out.
pub(crate) fn heard(on: &Connection, entries: &[EntryId], now: Millis) -> Result<(), Error> {
    for entry in entries {
        on.execute("UPDATE taken_back SET heard = ?2 WHERE entry = ?1", params![entry.to_string(), now])?;
    }
    Ok(())
}

/// The office says that they are out.
pub(crate) fn gone<'a>(
    on: &Connection,
    entries: impl IntoIterator<Item = &'a EntryId>,
    now: Millis,
) -> Result<(), Error> {
    for entry in entries {
        on.execute(
            "UPDATE taken_back SET gone = ?2 WHERE entry = ?1 AND gone IS NULL",
            params![entry.to_string(), now],
        )?;
    }
    Ok(())
}

/// An office that was put back may have forgotten what it was asked.
pub(crate) fn doubt(on: &Connection) -> Result<(), Error> {
    on.execute("UPDATE taken_back SET heard = NULL, gone = NULL", [])?;
    Ok(())
}
