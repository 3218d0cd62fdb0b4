//! Single facts about this tablet, each a JSON text under its name.

use crate::error::Error;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Names of the facts.
pub(crate) mod name {
    /// This tablet's id.
    pub(crate) const DEVICE: &str = "device";
    /// What people call it.
    pub(crate) const NAME: &str = "name";
    /// The seed of its Ed25519 key.
    pub(crate) const KEY: &str = "key";
    /// The office's address, fingerprint, organisation and the holders of this tablet.
    pub(crate) const OFFICE: &str = "office";
    /// The organisation as last told.
    pub(crate) const ORGANISATION: &str = "organisation";
    /// The scheme pack as last told.
    pub(crate) const PACK: &str = "pack";
    /// The stamps of the packs before it, each stored under its own.
    pub(crate) const PACKS_BEFORE: &str = "packs-before";
    /// A newer pack that this version could not read.
    pub(crate) const PACK_WAITS: &str = "pack-waits";
    /// Where the feed has been read up to.
    pub(crate) const CURSOR: &str = "cursor";
    /// How far the office's record had come when it answered last.
    pub(crate) const MARK: &str = "mark";
    /// The office has changes of this tablet that are not on it any more: it asks for them, too.
    pub(crate) const OWN_TOO: &str = "own too";
    /// From where the feed is asked again once this app is updated: before the first item that it could not read.
    pub(crate) const NEWER: &str = "newer";
    /// Server clock less tablet clock as last known.
    pub(crate) const SKEW: &str = "skew";
    /// The number of the last entry.
    pub(crate) const NUMBER: &str = "number";
    /// Who writes.
    pub(crate) const WRITER: &str = "writer";
    /// The last day for which this tablet began a notebook, and which.
    pub(crate) const DAY: &str = "day";
    /// How the sending stands.
    pub(crate) const STANDING: &str = "standing";
    /// Bytes and requests so far.
    pub(crate) const TOTALS: &str = "totals";
    /// The version of the office's program as last heard.
    pub(crate) const PROGRAM: &str = "program";
    /// When what was refused was last tried again.
    pub(crate) const TRIED_AGAIN: &str = "tried again";
}

/// The fact of this name, if it is known.
pub(crate) fn get<T: DeserializeOwned>(on: &Connection, name: &str) -> Result<Option<T>, Error> {
    let text: Option<String> =
        on.prepare("SELECT value FROM meta WHERE name = ?1")?.query_row([name], |row| row.get(0)).optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Sets a fact.
pub(crate) fn set(on: &Connection, name: &str, value: &impl Serialize) -> Result<(), Error> {
    on.prepare("INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")?
        .execute(params![name, serde_json::to_string(value)?])?;
    Ok(())
}

/// Forgets a fact.
pub(crate) fn clear(on: &Connection, name: &str) -> Result<(), Error> {
    on.execute("DELETE FROM meta WHERE name = ?1", [name])?;
    Ok(())
}

/// The next number of an entry on this tablet; counted inside the writing transaction.
pub(crate) fn next_number(on: &Connection) -> Result<i64, Error> {
    let next = get::<i64>(on, name::NUMBER)?.unwrap_or_default() + 1;
    set(on, name::NUMBER, &next)?;
    Ok(next)
}
