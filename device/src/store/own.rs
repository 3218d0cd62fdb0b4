//! Each person's own PIN, and what they may read back with it.

use super::drafts::parsed;
use crate::error::Error;
use domain::ids::{PersonId, SealedId};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::BTreeMap;

/// Somebody's lock, as JSON text.
pub(crate) fn lock(on: &Connection, person: PersonId) -> Result<Option<String>, Error> {
    let mut statement = on.prepare("SELECT lock FROM own WHERE person = ?1")?;
    Ok(statement.query_row([person.to_string()], |row| row.get(0)).optional()?)
}

/// Keeps somebody's lock.
pub(crate) fn put_lock(on: &Connection, person: PersonId, lock: &str) -> Result<(), Error> {
    on.execute(
        "INSERT INTO own VALUES (?1, ?2) ON CONFLICT (person) DO UPDATE SET lock = excluded.lock",
        params![person.to_string(), lock],
    )?;
    Ok(())
}

/// Keeps what somebody sealed for them.
pub(crate) fn put_copy(on: &Connection, id: SealedId, person: PersonId, bytes: &[u8]) -> Result<(), Error> {
    on.execute("INSERT INTO own_copy VALUES (?1, ?2, ?3)", params![id.to_string(), person.to_string(), bytes])?;
    Ok(())
}

/// Whose it is, and what only they can open.
pub(crate) fn copy(on: &Connection, id: SealedId) -> Result<Option<(PersonId, Vec<u8>)>, Error> {
    let mut statement = on.prepare("SELECT person, bytes FROM own_copy WHERE id = ?1")?;
    let found: Option<(String, Vec<u8>)> =
        statement.query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    found.map(|(person, bytes)| Ok((parsed(&person)?, bytes))).transpose()
}

/// Whose copies there are.
pub(crate) fn copies(on: &Connection) -> Result<BTreeMap<SealedId, PersonId>, Error> {
    let mut statement = on.prepare("SELECT id, person FROM own_copy")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    rows.iter().map(|(id, person)| Ok((parsed(id)?, parsed(person)?))).collect()
}
