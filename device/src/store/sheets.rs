//! Equality sheets that wait for the end of their event. Nothing here says when one was filled in, or after which other.

use super::drafts::parsed;
use crate::error::Error;
use domain::entry::Millis;
use domain::ids::{NotebookId, SealedId};
use domain::sealed::Answers;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// What one person answered.
pub(crate) type Given = BTreeMap<String, Answers>;

/// Keeps a sheet under a random id; `now` is its event's, not its own.
pub(crate) fn put(on: &Connection, id: SealedId, event: NotebookId, given: &Given, now: Millis) -> Result<(), Error> {
    on.execute(
        "INSERT INTO sheet VALUES (?1, ?2, ?3)",
        params![id.to_string(), event.to_string(), serde_json::to_string(given)?],
    )?;
    on.execute(
        "INSERT INTO sheet_event VALUES (?1, ?2) ON CONFLICT (event) DO UPDATE SET last = excluded.last",
        params![event.to_string(), now],
    )?;
    Ok(())
}

/// The sheets of an event, by their random ids.
pub(crate) fn of(on: &Connection, event: NotebookId) -> Result<Vec<(SealedId, Given)>, Error> {
    let mut statement = on.prepare("SELECT id, answers FROM sheet WHERE event = ?1 ORDER BY id")?;
    let rows =
        statement.query_map([event.to_string()], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    rows.iter().map(|(id, given)| Ok((parsed(id)?, serde_json::from_str(given)?))).collect()
}

/// How many sheets of each event wait.
pub(crate) fn waiting(on: &Connection) -> Result<BTreeMap<NotebookId, u32>, Error> {
    let mut statement = on.prepare("SELECT event, count(*) FROM sheet GROUP BY event")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?)))?;
    rows.collect::<Result<Vec<_>, _>>()?.iter().map(|(event, n)| Ok((parsed(event)?, *n))).collect()
}

/// Events to which no sheet has come since this time.
pub(crate) fn still_since(on: &Connection, then: Millis) -> Result<Vec<NotebookId>, Error> {
    let mut statement = on.prepare("SELECT event FROM sheet_event WHERE last <= ?1 ORDER BY event")?;
    let events = statement.query_map([then], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    events.iter().map(|event| parsed(event)).collect()
}

/// The sheets of an event are sealed now, and wait here no more.
pub(crate) fn gone(on: &Connection, event: NotebookId) -> Result<(), Error> {
    on.execute("DELETE FROM sheet WHERE event = ?1", [event.to_string()])?;
    on.execute("DELETE FROM sheet_event WHERE event = ?1", [event.to_string()])?;
    Ok(())
}
