//! Notebooks: the compact chunk, and the changes since. A change in state `here` is the outbox.

use super::drafts::parsed;
use super::meta;
use crate::error::Error;
use domain::entry::Millis;
use domain::ids::{EntryId, NotebookId};
use domain::notebook::{Hash, NewChange};
use domain::wire::{Fate, PushedChange};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::{BTreeMap, BTreeSet};

/// A notebook as it is stored.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    /// Its generation.
    pub(crate) generation: u32,
    /// Its compact form up to some change.
    pub(crate) chunk: Option<Vec<u8>>,
    /// Changes since, in an order in which they can be applied.
    pub(crate) since: Vec<Vec<u8>>,
    /// Changes that stand on others which have not come.
    pub(crate) waits: Vec<Vec<u8>>,
}

/// Where one change of this tablet's is.
#[derive(Clone, Debug)]
pub(crate) struct OwnChange {
    /// `here`, `way`, `office`, `held`, `refused`, `asked`, `gone`.
    pub(crate) state: String,
    /// Why it is held.
    pub(crate) reason: Option<String>,
    /// When it was made.
    pub(crate) made: Millis,
    /// When its state last changed.
    pub(crate) at: Millis,
    /// The entries that it is part of.
    pub(crate) entries: Vec<EntryId>,
}

/// Ids of every notebook that is stored, with whether it was withdrawn.
pub(crate) fn ids(on: &Connection) -> Result<BTreeMap<NotebookId, bool>, Error> {
    let mut statement = on.prepare_cached("SELECT id, withdrawn FROM notebook")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)))?;
    rows.map(|row| row.map_err(Error::from).and_then(|(id, withdrawn)| Ok((parsed(&id)?, withdrawn)))).collect()
}

/// A notebook's bytes, if it is stored.
pub(crate) fn load(on: &Connection, id: NotebookId) -> Result<Option<Stored>, Error> {
    let row = on
        .prepare("SELECT generation, chunk FROM notebook WHERE id = ?1")?
        .query_row([id.to_string()], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, Option<Vec<u8>>>(1)?)))
        .optional()?;
    let Some((generation, chunk)) = row else { return Ok(None) };
    let mut stored = Stored { generation, chunk, ..Stored::default() };
    let mut statement = on.prepare_cached(
        "SELECT bytes, state FROM change WHERE notebook = ?1 AND folded = 0 AND bytes IS NOT NULL ORDER BY nr",
    )?;
    let mut rows = statement.query([id.to_string()])?;
    while let Some(row) = rows.next()? {
        match row.get::<_, String>(1)?.as_str() {
            "waits" => stored.waits.push(row.get(0)?),
            _ => stored.since.push(row.get(0)?),
        }
    }
    Ok(Some(stored))
}

/// Makes sure that there is a row; `true` when it is new.
pub(crate) fn found(on: &Connection, id: NotebookId, now: Millis) -> Result<bool, Error> {
    let made = on
        .prepare("INSERT INTO notebook (id, made) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING")?
        .execute(params![id.to_string(), now])?;
    Ok(made == 1)
}

/// Adds one of this tablet's own changes to the outbox.
pub(crate) fn put_own(
    on: &Connection,
    id: NotebookId,
    change: &NewChange,
    entries: &[EntryId],
    now: Millis,
) -> Result<(), Error> {
    on.prepare_cached(
        "INSERT INTO change (notebook, hash, bytes, own, state, made, at) VALUES (?1, ?2, ?3, 1, 'here', ?4, ?4)
         ON CONFLICT (hash) DO NOTHING",
    )?
    .execute(params![id.to_string(), change.hash.to_string(), change.bytes, now])?;
    for entry in entries {
        on.prepare_cached("INSERT INTO part VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
            .execute([entry.to_string(), change.hash.to_string()])?;
    }
    Ok(())
}

/// Adds a change that somebody else made and the office published, or one that still waits for others.
pub(crate) fn put_told(
    on: &Connection,
    id: NotebookId,
    hash: &Hash,
    bytes: &[u8],
    waits: bool,
    now: Millis,
) -> Result<(), Error> {
    let state = if waits { "waits" } else { "office" };
    on.prepare_cached(
        "INSERT INTO change (notebook, hash, bytes, own, state, made, at) VALUES (?1, ?2, ?3, 0, ?4, ?5, ?5)
         ON CONFLICT (hash) DO NOTHING",
    )?
    .execute(params![id.to_string(), hash.to_string(), bytes, state, now])?;
    Ok(())
}

/// Whether a change is among those that are kept by themselves.
pub(crate) fn is_known(on: &Connection, hash: &Hash) -> Result<bool, Error> {
    Ok(on.prepare_cached("SELECT 1 FROM change WHERE hash = ?1")?.exists([hash.to_string()])?)
}

/// What waited for others waits no more.
pub(crate) fn came(on: &Connection, id: NotebookId) -> Result<(), Error> {
    on.execute("UPDATE change SET state = 'office' WHERE notebook = ?1 AND state = 'waits'", [id.to_string()])?;
    Ok(())
}

/// The office has published a change.
pub(crate) fn published(on: &Connection, hash: &Hash, now: Millis) -> Result<(), Error> {
    on.prepare_cached(
        "UPDATE change SET state = 'office', reason = NULL, at = ?2 WHERE hash = ?1 AND state NOT IN ('office', 'waits')",
    )?
    .execute(params![hash.to_string(), now])?;
    Ok(())
}

/// Nothing is known of such a change, so it stays; it is sent again daily, and by an app that is updated.
const TOO_NEW: &str =
    "The office said something of it that this app is too old to read. It stays here; update the app.";

/// The feed brings the new ground, and on it what this says is written again.
const ON_OLD_GROUND: &str = "Somebody took words back in this visit, so the office began its book anew. This note is \
                             written into the new one by itself; nothing is lost.";

/// What the office said of a change that was sent to it.
pub(crate) fn fate(on: &Connection, hash: &Hash, fate: &Fate, now: Millis) -> Result<(), Error> {
    let (state, reason) = match fate {
        Fate::Taken => ("way", None),
        Fate::Held { reason } => ("held", Some(reason.as_str())),
        Fate::Refused { reason } => ("refused", Some(reason.as_str())),
        Fate::Published => ("office", None),
        Fate::Gone => ("refused", Some(ON_OLD_GROUND)),
        Fate::Newer => ("refused", Some(TOO_NEW)),
    };
    // What was published meanwhile is not taken back by a late reply.
    on.prepare_cached(
        "UPDATE change SET state = ?2, reason = ?3, at = ?4 WHERE hash = ?1 AND state IN ('here', 'way', 'held', 'refused', 'asked')",
    )?
    .execute(params![hash.to_string(), state, reason, now])?;
    Ok(())
}

/// The office holds a change that it had taken.
pub(crate) fn held(on: &Connection, hash: &Hash, reason: &str, now: Millis) -> Result<(), Error> {
    fate(on, hash, &Fate::Held { reason: reason.to_owned() }, now)
}

/// The first page of the outbox: at most `most` changes and about `bytes` bytes, always at least one if there is any.
pub(crate) fn outbox(on: &Connection, most: usize, bytes: usize) -> Result<Vec<PushedChange>, Error> {
    let mut statement = on.prepare_cached(
        "SELECT notebook, hash, bytes, own FROM change WHERE state = 'here' AND bytes IS NOT NULL ORDER BY nr LIMIT ?1",
    )?;
    let mut rows = statement.query([i64::try_from(most).unwrap_or(i64::MAX)])?;
    let (mut page, mut size) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let (hash, chunk): (String, Vec<u8>) = (row.get(1)?, row.get(2)?);
        size += chunk.len();
        if size > bytes && !page.is_empty() {
            break;
        }
        page.push(PushedChange {
            notebook: parsed(&row.get::<_, String>(0)?)?,
            hash: parsed(&hash)?,
            bytes: domain::wire::Bytes(chunk),
            relayed: !row.get::<_, bool>(3)?,
            replaces: meta::get(on, &replaces_name(&hash))?.unwrap_or_default(),
        });
    }
    Ok(page)
}

fn replaces_name(hash: &str) -> String {
    format!("replaces {hash}")
}

/// This change says again what those said.
pub(crate) fn replaces(on: &Connection, hash: &Hash, replaced: &BTreeSet<Hash>) -> Result<(), Error> {
    meta::set(on, &replaces_name(&hash.to_string()), replaced)
}

/// Changes of this tablet's that the office has and does not show, at most so many.
pub(crate) fn taken_or_held(on: &Connection, id: NotebookId, most: usize) -> Result<BTreeSet<Hash>, Error> {
    let mut statement = on.prepare_cached(
        "SELECT hash FROM change WHERE notebook = ?1 AND own = 1 AND state IN ('way', 'held') ORDER BY nr LIMIT ?2",
    )?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let hashes = statement.query_map(params![id.to_string(), most], |row| row.get::<_, String>(0))?;
    hashes.map(|hash| parsed(&hash?)).collect()
}

/// Changes of this tablet's that the office holds, and their entries.
pub(crate) fn held_here(on: &Connection, id: NotebookId) -> Result<BTreeSet<Hash>, Error> {
    let mut statement =
        on.prepare_cached("SELECT hash FROM change WHERE notebook = ?1 AND own = 1 AND state = 'held'")?;
    let hashes =
        statement.query_map([id.to_string()], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    hashes.iter().map(|hash| parsed(hash)).collect()
}

/// Puts changes in the place of these: what the last of them says, with those before it, they said.
pub(crate) fn write_again(
    on: &Connection,
    id: NotebookId,
    old: &BTreeSet<Hash>,
    again: &[NewChange],
    now: Millis,
) -> Result<(), Error> {
    let (mut entries, mut replaced) = (BTreeSet::new(), old.clone());
    for hash in old.iter().map(ToString::to_string) {
        // What was to replace others and is replaced itself replaces them by what comes now.
        let name = replaces_name(&hash);
        replaced.extend(meta::get::<BTreeSet<Hash>>(on, &name)?.into_iter().flatten());
        meta::clear(on, &name)?;
        let mut statement = on.prepare_cached("SELECT entry FROM part WHERE hash = ?1")?;
        let ids = statement.query_map([&hash], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        for entry in &ids {
            entries.insert(parsed(entry)?);
        }
        on.execute("DELETE FROM part WHERE hash = ?1", [&hash])?;
        on.execute("DELETE FROM change WHERE hash = ?1", [&hash])?;
    }
    let entries: Vec<EntryId> = entries.into_iter().collect();
    for change in again {
        put_own(on, id, change, &entries, now)?;
    }
    match again.last() {
        Some(last) => replaces(on, &last.hash, &replaced),
        None => Ok(()),
    }
}

/// How many changes are in a state.
pub(crate) fn count(on: &Connection, state: &str) -> Result<u32, Error> {
    Ok(on.prepare_cached("SELECT count(*) FROM change WHERE state = ?1")?.query_row([state], |row| row.get(0))?)
}

/// How many changes are not published at the office, whoever made them.
pub(crate) fn not_there(on: &Connection) -> Result<u32, Error> {
    let mut statement = on.prepare_cached("SELECT count(*) FROM change WHERE state NOT IN ('office', 'waits')")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// How many changes of others this tablet sends on, because the office may have lost them; of one notebook or of all.
pub(crate) fn relayed(on: &Connection, id: Option<NotebookId>) -> Result<u32, Error> {
    let mut statement = on.prepare_cached(
        "SELECT count(*) FROM change WHERE own = 0 AND state NOT IN ('office', 'waits') AND (?1 IS NULL OR notebook = ?1)",
    )?;
    Ok(statement.query_row([id.map(|id| id.to_string())], |row| row.get(0))?)
}

/// This tablet's own changes of one notebook.
pub(crate) fn own(on: &Connection, id: NotebookId) -> Result<Vec<OwnChange>, Error> {
    let mut statement = on.prepare_cached(
        "SELECT c.hash, c.state, c.reason, c.made, c.at, p.entry FROM change c LEFT JOIN part p ON p.hash = c.hash
         WHERE c.notebook = ?1 AND c.own = 1 ORDER BY c.nr",
    )?;
    let mut rows = statement.query([id.to_string()])?;
    let (mut all, mut last): (Vec<OwnChange>, _) = (Vec::new(), String::new());
    while let Some(row) = rows.next()? {
        let hash: String = row.get(0)?;
        let entry = row.get::<_, Option<String>>(5)?.map(|e| parsed(&e)).transpose()?;
        match all.last_mut() {
            Some(change) if hash == last => change.entries.extend(entry),
            _ => all.push(OwnChange {
                state: row.get(1)?,
                reason: row.get(2)?,
                made: row.get(3)?,
                at: row.get(4)?,
                entries: entry.into_iter().collect(),
            }),
        }
        last = hash;
    }
    Ok(all)
}

/// Whether something of a notebook may be at the office, because it came from there or was once sent.
pub(crate) fn known_there(on: &Connection, id: NotebookId) -> Result<bool, Error> {
    Ok(on.query_row(
        "SELECT EXISTS (SELECT 1 FROM notebook WHERE id = ?1 AND granted = 1)
             OR EXISTS (SELECT 1 FROM change WHERE notebook = ?1 AND (tried = 1 OR own = 0 OR state <> 'here'))",
        [id.to_string()],
        |row| row.get(0),
    )?)
}

/// Something of a notebook has come from the office.
pub(crate) fn granted(on: &Connection, id: NotebookId) -> Result<(), Error> {
    on.prepare_cached("UPDATE notebook SET granted = 1, withdrawn = 0 WHERE id = ?1")?.execute([id.to_string()])?;
    Ok(())
}

/// The office tells of it. Whether this tablet may see all of it is not said by that: its own words come back to one that
/// was put back, too.
pub(crate) fn told(on: &Connection, id: NotebookId) -> Result<(), Error> {
    on.execute("UPDATE notebook SET granted = 1 WHERE id = ?1", [id.to_string()])?;
    Ok(())
}

/// Entries of a notebook that may be at the office.
pub(crate) fn tried(on: &Connection, id: NotebookId) -> Result<BTreeSet<EntryId>, Error> {
    let mut statement = on.prepare_cached(
        "SELECT p.entry FROM part p JOIN change c ON c.hash = p.hash
         WHERE c.notebook = ?1 AND (c.tried = 1 OR c.state <> 'here')",
    )?;
    let ids = statement.query_map([id.to_string()], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    ids.iter().map(|id| parsed(id)).collect()
}

/// These are about to be sent.
pub(crate) fn try_sending(on: &Connection, page: &[PushedChange]) -> Result<(), Error> {
    let mut statement = on.prepare_cached("UPDATE change SET tried = 1 WHERE hash = ?1")?;
    for change in page {
        statement.execute([change.hash.to_string()])?;
    }
    Ok(())
}

/// Puts a compact chunk in place of every change up to now; what has not gone to the office keeps its bytes.
pub(crate) fn fold(on: &Connection, id: NotebookId, generation: u32, chunk: &[u8]) -> Result<(), Error> {
    on.prepare_cached("UPDATE notebook SET chunk = ?2, generation = ?3 WHERE id = ?1")?.execute(params![
        id.to_string(),
        chunk,
        generation
    ])?;
    on.prepare_cached("DELETE FROM change WHERE notebook = ?1 AND own = 0 AND state = 'office'")?
        .execute([id.to_string()])?;
    on.prepare_cached(
        "UPDATE change SET folded = 1, bytes = CASE WHEN state = 'office' THEN NULL ELSE bytes END
         WHERE notebook = ?1 AND state <> 'waits'",
    )?
    .execute([id.to_string()])?;
    Ok(())
}

/// Removes every trace of a notebook's changes, because it is founded again.
pub(crate) fn clear(on: &Connection, id: NotebookId) -> Result<(), Error> {
    on.execute("DELETE FROM part WHERE hash IN (SELECT hash FROM change WHERE notebook = ?1)", [id.to_string()])?;
    on.execute("DELETE FROM change WHERE notebook = ?1", [id.to_string()])?;
    on.execute("UPDATE notebook SET chunk = NULL WHERE id = ?1", [id.to_string()])?;
    Ok(())
}

/// The notebook is no longer on this tablet at all.
pub(crate) fn let_go(on: &Connection, id: NotebookId) -> Result<(), Error> {
    clear(on, id)?;
    on.execute("DELETE FROM notebook WHERE id = ?1", [id.to_string()])?;
    Ok(())
}

/// Removes what cannot be at the office; what may be keeps its row and its state.
pub(crate) fn clear_unsent(on: &Connection, id: NotebookId) -> Result<(), Error> {
    for hash in unsent(on, id)? {
        on.execute("DELETE FROM part WHERE hash = ?1", [hash.to_string()])?;
        on.execute("DELETE FROM change WHERE hash = ?1", [hash.to_string()])?;
    }
    Ok(())
}

/// Changes that cannot be at the office, because they were never in a request.
pub(crate) fn unsent(on: &Connection, id: NotebookId) -> Result<BTreeSet<Hash>, Error> {
    let mut statement =
        on.prepare_cached("SELECT hash FROM change WHERE notebook = ?1 AND own = 1 AND tried = 0 AND state = 'here'")?;
    let hashes =
        statement.query_map([id.to_string()], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    hashes.iter().map(|hash| parsed(hash)).collect()
}

/// Marks a notebook as withdrawn from this tablet, or as granted again.
pub(crate) fn withdraw(on: &Connection, id: NotebookId, withdrawn: bool) -> Result<(), Error> {
    on.execute("UPDATE notebook SET withdrawn = ?2 WHERE id = ?1", params![id.to_string(), withdrawn])?;
    Ok(())
}

/// Whether the office has taken this visit from this tablet.
pub(crate) fn withdrawn(on: &Connection, id: NotebookId) -> Result<bool, Error> {
    let mut statement = on.prepare_cached("SELECT withdrawn FROM notebook WHERE id = ?1")?;
    Ok(statement.query_row([id.to_string()], |row| row.get(0)).optional()?.unwrap_or_default())
}

/// This tablet's own changes that are nowhere else as far as it knows: unsent, refused, or asked about again.
pub(crate) fn only_ours(on: &Connection) -> Result<u32, Error> {
    let mut statement =
        on.prepare_cached("SELECT count(*) FROM change WHERE own = 1 AND state IN ('here', 'asked', 'refused')")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// The office's store has another life: until it tells of them, nothing is known to be there.
pub(crate) fn doubt(on: &Connection, now: Millis) -> Result<(), Error> {
    on.execute("UPDATE change SET state = 'asked', at = ?1 WHERE state IN ('way', 'office', 'held')", [now])?;
    Ok(())
}

/// A change that others made and that has no row any more, because it is in the compact form: in doubt like the rest.
pub(crate) fn doubt_folded(on: &Connection, id: NotebookId, hash: &Hash, now: Millis) -> Result<(), Error> {
    on.prepare_cached(
        "INSERT INTO change (notebook, hash, folded, own, state, made, at) VALUES (?1, ?2, 1, 0, 'asked', ?3, ?3)
         ON CONFLICT (hash) DO NOTHING",
    )?
    .execute(params![id.to_string(), hash.to_string(), now])?;
    Ok(())
}

/// Whether it is not known of something in a notebook, anybody's, that the office still has it.
pub(crate) fn in_doubt(on: &Connection, id: NotebookId) -> Result<bool, Error> {
    let mut statement = on.prepare_cached(
        "SELECT 1 FROM change WHERE notebook = ?1 AND (state = 'asked' OR (own = 0 AND state = 'here'))",
    )?;
    Ok(statement.exists([id.to_string()])?)
}

/// What is in doubt, by notebook.
pub(crate) fn doubted(on: &Connection) -> Result<Vec<NotebookId>, Error> {
    let mut statement = on.prepare_cached("SELECT DISTINCT notebook FROM change WHERE state = 'asked'")?;
    let ids = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    ids.iter().map(|id| parsed(id)).collect()
}

/// Hashes in doubt of one notebook.
pub(crate) fn doubted_hashes(on: &Connection, id: NotebookId) -> Result<BTreeSet<Hash>, Error> {
    let mut statement = on.prepare_cached("SELECT hash FROM change WHERE notebook = ?1 AND state = 'asked'")?;
    let hashes =
        statement.query_map([id.to_string()], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    hashes.iter().map(|hash| parsed(hash)).collect()
}

/// Entries of this tablet's that the office has not published.
pub(crate) fn unpublished_entries(on: &Connection, id: NotebookId) -> Result<BTreeSet<EntryId>, Error> {
    let mut statement = on.prepare_cached(
        "SELECT p.entry FROM part p JOIN change c ON c.hash = p.hash
         WHERE c.notebook = ?1 AND c.own = 1 AND c.state <> 'office'",
    )?;
    let ids = statement.query_map([id.to_string()], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    ids.iter().map(|id| parsed(id)).collect()
}

/// Remembers that an entry is not published, while its change is no more and its new one waits for the new generation.
pub(crate) fn remember(on: &Connection, id: NotebookId, entry: EntryId, now: Millis) -> Result<(), Error> {
    let stand_in = format!("gone {entry}");
    on.execute(
        "INSERT INTO change (notebook, hash, folded, own, tried, state, made, at) VALUES (?1, ?2, 1, 1, 1, 'gone', ?3, ?3)
         ON CONFLICT (hash) DO NOTHING",
        params![id.to_string(), stand_in, now],
    )?;
    on.execute("INSERT INTO part VALUES (?1, ?2) ON CONFLICT DO NOTHING", params![entry.to_string(), stand_in])?;
    Ok(())
}

/// The office has not told of a change: it goes into the outbox again, at its end.
pub(crate) fn send_again(on: &Connection, id: NotebookId, change: &NewChange, now: Millis) -> Result<(), Error> {
    let hash = change.hash.to_string();
    let own: Option<bool> =
        on.query_row("SELECT own FROM change WHERE hash = ?1", [&hash], |row| row.get(0)).optional()?;
    on.execute("DELETE FROM change WHERE hash = ?1", [&hash])?;
    on.execute(
        "INSERT INTO change (notebook, hash, bytes, folded, own, tried, state, made, at)
         VALUES (?1, ?2, ?3, 1, ?4, 1, 'here', ?5, ?5)",
        params![id.to_string(), hash, change.bytes, own.unwrap_or(false), now],
    )?;
    Ok(())
}

/// What was refused is tried once more: at each start, once a day, and when the office's program is another.
pub(crate) fn try_refused_again(on: &Connection) -> Result<(), Error> {
    for table in ["change", "photo", "sealed"] {
        on.execute(&format!("UPDATE {table} SET state = 'here', reason = NULL WHERE state = 'refused'"), [])?;
    }
    Ok(())
}
