//! What the lists say of a notebook, kept beside it so that they need not read it. The store itself throws a row away with
//! every change that could make it untrue (layout 3); it is made anew when somebody asks.

use super::drafts::parsed;
use crate::error::Error;
use crate::survey::Brief;
use domain::ids::NotebookId;
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// Those that are there; one that an older or newer version wrote in another shape is not.
pub(crate) fn all(on: &Connection) -> Result<BTreeMap<NotebookId, Brief>, Error> {
    let mut statement = on.prepare("SELECT notebook, json FROM brief")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut all = BTreeMap::new();
    for row in rows {
        let (id, json) = row?;
        if let Ok(brief) = serde_json::from_str(&json) {
            all.insert(parsed(&id)?, brief);
        }
    }
    Ok(all)
}

/// Keeps one.
pub(crate) fn put(on: &Connection, id: NotebookId, brief: &Brief) -> Result<(), Error> {
    on.prepare("INSERT INTO brief VALUES (?1, ?2) ON CONFLICT (notebook) DO UPDATE SET json = excluded.json")?
        .execute(params![id.to_string(), serde_json::to_string(brief)?])?;
    Ok(())
}
