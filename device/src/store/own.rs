//! Each person's own PIN, and what they may read back with it.

use super::drafts::parsed;
use crate::error::Error;
use domain::entry::Millis;
use domain::ids::{PersonId, SealedId};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::BTreeMap;

/// Somebody's lock, as JSON text.
pub(crate) fn lock(on: &Connection, person: PersonId) -> Result<Option<String>, Error> {
    let mut statement = on.prepare("SELECT lock FROM own WHERE person = ?1")?;
    Ok(statement.query_row([person.to_string()], |row| row.get(0)).optional()?)
}

/// Since when it is the one that it is, and how it came to be.
pub(crate) fn chosen(on: &Connection, person: PersonId) -> Result<Option<(Millis, String)>, Error> {
    let mut statement = on.prepare("SELECT since, how FROM own WHERE person = ?1")?;
    Ok(statement.query_row([person.to_string()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Keeps somebody's lock, with when and how they chose it.
pub(crate) fn choose(on: &Connection, person: PersonId, lock: &str, since: Millis, how: &str) -> Result<(), Error> {
    on.execute(
        "INSERT INTO own (person, lock, since, how) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (person) DO UPDATE SET lock = excluded.lock, since = excluded.since, how = excluded.how",
        params![person.to_string(), lock, since, how],
    )?;
    Ok(())
}

/// Keeps somebody's lock as it is after a try.
pub(crate) fn put_lock(on: &Connection, person: PersonId, lock: &str) -> Result<(), Error> {
    on.execute("UPDATE own SET lock = ?2 WHERE person = ?1", params![person.to_string(), lock])?;
    Ok(())
}

/// What only somebody's key of before could open is gone.
pub(crate) fn forget_copies(on: &Connection, person: PersonId) -> Result<(), Error> {
    on.execute("DELETE FROM own_copy WHERE person = ?1", [person.to_string()])?;
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
