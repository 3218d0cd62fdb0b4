//! A backup: one file with the whole record, encrypted to a key that is not on the server (age), and read back whole or
//! not at all. It holds rows and objects as they are, so that it can be put into either kind of database.
//!
//! Inside the encryption and the compression is one JSON text a line: a beginning, rows and objects in any order, and an
//! end that says how many of each there are and what they come to. Without its end it was cut off. A backup in a folder
//! of backups leans on earlier ones for photos and reports that they hold ([`folder`]); its beginning names them.

mod acts;
pub mod folder;
mod missing;

pub use acts::bring_acts;
pub use missing::Missing;

use crate::objects::hash_of;
use crate::serve::new_id;
use crate::store::copy::{Row, Tally, Tallying};
use crate::store::{OrgStore, Store};
use age::x25519::{Identity, Recipient};
use anyhow::{Context as _, anyhow, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use folder::Earlier;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Read, Write};
use std::path::Path;

/// The number of this format: that of a backup which stands alone, and that of one which leans on others.
const FORMAT: u32 = 1;
const LEANS: u32 = 2;
/// Rows that go into one transaction when a backup is read back.
const AT_ONCE: usize = 500;
/// The longest line that is read: an object of 40 MiB in base64, with room.
const LONGEST_LINE: u64 = 64 << 20;
/// What else of the data folder is kept: tablets know the server by its certificate.
const FILES: [&str; 3] = ["certificate.pem", "certificate.key", crate::calendar::FILE];

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    Begin {
        format: u32,
        program: String,
        made_at: i64,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        leans_on: Vec<String>,
    },
    Row(Row),
    Object {
        org: String,
        hash: String,
        bytes: String,
    },
    File {
        name: String,
        bytes: String,
    },
    End(Contents),
}

/// What is in a store or a backup, by organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// By organisation and table.
    pub tables: BTreeMap<String, BTreeMap<String, Tally>>,
    /// Hashes of photos and finished reports by organisation.
    pub objects: BTreeMap<String, BTreeSet<String>>,
}

impl Contents {
    /// Rows of one table in every organisation.
    #[must_use]
    pub fn rows(&self, table: &str) -> usize {
        self.tables.values().filter_map(|tables| tables.get(table)).map(|tally| tally.rows).sum()
    }

    /// Photos and finished reports.
    #[must_use]
    pub fn objects(&self) -> usize {
        self.objects.values().map(BTreeSet::len).sum()
    }

    /// Where two differ, in words; nothing when they are the same.
    #[must_use]
    pub fn differences(&self, other: &Contents) -> Vec<String> {
        let mut found = Vec::new();
        let orgs: BTreeSet<&String> = self.tables.keys().chain(other.tables.keys()).collect();
        for org in orgs {
            let (ours, theirs) = (self.tables.get(org), other.tables.get(org));
            let tables = ours.into_iter().chain(theirs).flat_map(BTreeMap::keys).collect::<BTreeSet<_>>();
            for table in tables {
                let (a, b) = (ours.and_then(|t| t.get(table)), theirs.and_then(|t| t.get(table)));
                if a != b {
                    let rows = |tally: Option<&Tally>| tally.map_or(0, |tally| tally.rows);
                    found.push(format!(
                        "{table} of {org}: {} rows against {}, or other words in them",
                        rows(a),
                        rows(b)
                    ));
                }
            }
            if self.objects.get(org) != other.objects.get(org) {
                found.push(format!("photos and reports of {org} are not the same"));
            }
        }
        found
    }
}

/// What a store holds now.
///
/// # Errors
/// What the store says.
pub async fn contents(store: &Store) -> anyhow::Result<Contents> {
    let mut all = Contents::default();
    for org in store.orgs().await? {
        let mut tallying = Tallying::default();
        store.org(&org.id).each_row(|row| tallying.see(&row)).await?;
        all.tables.insert(org.id.clone(), tallying.over());
        let objects = store.objects().list(&org.id).await?.into_iter().collect();
        all.objects.insert(org.id, objects);
    }
    Ok(all)
}

/// Writes the whole record while the server runs; every organisation as it stands at one moment.
///
/// # Errors
/// What the store and the disk say; what was written so far is no backup then.
pub async fn write(
    store: &Store,
    data: &Path,
    to: &Recipient,
    out: impl Write + Send,
    now: i64,
) -> anyhow::Result<Contents> {
    write_after(store, data, to, out, now, &Earlier::default()).await
}

/// As [`write`], without the photos and reports that earlier backups hold.
///
/// # Errors
/// As [`write`].
pub async fn write_after(
    store: &Store,
    data: &Path,
    to: &Recipient,
    out: impl Write + Send,
    now: i64,
    earlier: &Earlier,
) -> anyhow::Result<Contents> {
    let age = age::Encryptor::with_recipients(std::iter::once(to as &dyn age::Recipient))
        .map_err(|error| anyhow!("encrypting the backup: {error}"))?;
    let mut out = GzEncoder::new(age.wrap_output(out)?, Compression::fast());
    let format = if earlier.files.is_empty() { FORMAT } else { LEANS };
    let program = env!("CARGO_PKG_VERSION").to_owned();
    put(&mut out, &Line::Begin { format, program, made_at: now, leans_on: earlier.files.clone() })?;
    let mut all = Contents::default();
    for org in store.orgs().await? {
        let one = store.org(&org.id);
        let mut tallying = Tallying::default();
        one.each_row(|row| {
            tallying.see(&row)?;
            put(&mut out, &Line::Row(row))
        })
        .await?;
        all.tables.insert(org.id.clone(), tallying.over());
        // After the rows: an object is there before the row that names it, and one that came since harms nobody.
        let hashes: BTreeSet<String> = store.objects().list(&org.id).await?.into_iter().collect();
        let held = earlier.objects.get(&org.id);
        for hash in hashes.iter().filter(|hash| held.is_none_or(|held| !held.contains(*hash))) {
            let bytes =
                store.objects().get(&org.id, hash).await?.context("an object went away meanwhile; try again")?;
            put(&mut out, &Line::Object { org: org.id.clone(), hash: hash.clone(), bytes: STANDARD.encode(bytes) })?;
        }
        all.objects.insert(org.id, hashes);
    }
    for name in FILES {
        match std::fs::read(data.join(name)) {
            Ok(bytes) => put(&mut out, &Line::File { name: name.to_owned(), bytes: STANDARD.encode(bytes) })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("reading {name}")),
        }
    }
    put(&mut out, &Line::End(all.clone()))?;
    out.finish()?.finish()?.flush()?;
    Ok(all)
}

fn put(out: &mut impl Write, line: &Line) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n").context("writing the backup")
}

/// Reads a backup into a store that holds none of its organisations, and compares what is there then with what was
/// written. Nothing of the store is served before this has returned. `beside` opens an earlier backup that this one leans
/// on, by its name.
///
/// # Errors
/// Another key, a file that was cut off or changed, an organisation that is here already, an earlier one that is not there.
pub async fn read<R: Read + Send>(
    from: impl Read + Send,
    key: &Identity,
    store: &Store,
    data: &Path,
    beside: impl Fn(&str) -> anyhow::Result<R> + Send,
) -> anyhow::Result<Contents> {
    let (whole, missing) = read_what_is_there(from, key, store, data, beside).await?;
    missing.refused()?;
    Ok(whole)
}

/// As [`read`], and goes on where an earlier backup that this one leans on is gone: what only that one held is named.
///
/// # Errors
/// As [`read`], but for earlier ones.
pub async fn read_what_is_there<R: Read + Send>(
    from: impl Read + Send,
    key: &Identity,
    store: &Store,
    data: &Path,
    beside: impl Fn(&str) -> anyhow::Result<R> + Send,
) -> anyhow::Result<(Contents, Missing)> {
    let (mut lines, leans_on) = opened(from, key)?;
    let mut putting = Putting { store, waiting: Vec::new() };
    let mut said = loop {
        match lines.next()?.context("This backup was cut off: its end is missing.")? {
            Line::Row(row) => putting.take(row).await?,
            Line::Object { org, hash, bytes } => keep_object(store, &org, &hash, &bytes).await?,
            Line::File { name, bytes } => {
                ensure!(
                    FILES.contains(&name.as_str()),
                    "The backup has a file {name}, which belongs to no data folder."
                );
                keep_file(&data.join(&name), &STANDARD.decode(bytes).context("a file of the backup")?)?;
            }
            Line::End(said) => break said,
            Line::Begin { .. } => bail!("This backup begins twice."),
        }
    };
    putting.flush().await?;
    let missing = missing::fetch(store, key, &said, &leans_on, beside).await?;
    for (org, hashes) in &missing.objects {
        if let Some(objects) = said.objects.get_mut(org) {
            objects.retain(|hash| !hashes.contains(hash));
        }
    }
    let found = contents(store).await?;
    let wrong = said.differences(&found);
    ensure!(wrong.is_empty(), "What was read is not what was written: {}.", wrong.join("; "));
    // A photo that is not here must not be said to be: then a tablet that has it sends it again.
    for (org, hashes) in &missing.objects {
        for hash in hashes {
            store.org(org).photo_lost(hash).await?;
        }
    }
    Ok((found, missing))
}

/// What opens the earlier backups of one that stands alone.
///
/// # Errors
/// Always: there are none.
pub fn alone(name: &str) -> anyhow::Result<std::io::Empty> {
    bail!("{name} is not here")
}

/// The lines of a backup after its beginning, and the names of those it leans on.
fn opened<R: Read>(from: R, key: &Identity) -> anyhow::Result<(Lines<impl Read>, Vec<String>)> {
    let opened = age::Decryptor::new(from)
        .and_then(|age| age.decrypt(std::iter::once(key as &dyn age::Identity)))
        .map_err(|error| anyhow!("This backup does not open with this key: {error}. Nothing was changed."))?;
    let mut lines = Lines(BufReader::new(GzDecoder::new(opened)));
    match lines.next()? {
        Some(Line::Begin { format: FORMAT | LEANS, leans_on, .. }) => Ok((lines, leans_on)),
        Some(Line::Begin { format, program, .. }) => {
            bail!("This backup has format {format}, of enterview {program}; this program reads up to {LEANS}.")
        }
        _ => bail!("This is no backup of enterview."),
    }
}

async fn keep_object(store: &Store, org: &str, hash: &str, bytes: &str) -> anyhow::Result<()> {
    let bytes = STANDARD.decode(bytes).context("an object of the backup")?;
    ensure!(hash_of(&bytes) == hash, "The object {hash} of the backup is not what its name says.");
    store.objects().put(org, hash, &bytes).await
}

/// After a restore or a move: each organisation begins another life, so that tablets say what they still have.
///
/// # Errors
/// What the store says.
pub async fn live_again(store: &Store, now: i64) -> anyhow::Result<()> {
    for org in store.orgs().await? {
        store.org(&org.id).live_again(&new_id(now)?.to_string()).await?;
    }
    Ok(())
}

/// Carries one organisation from one store to another, and compares.
///
/// # Errors
/// It is there already, or what arrived is not what was sent.
pub async fn carry(from: &OrgStore, to: &Store) -> anyhow::Result<(BTreeMap<String, Tally>, usize)> {
    let (mut sent, mut rows) = (Tallying::default(), Vec::new());
    from.each_row(|row| {
        sent.see(&row)?;
        rows.push(row);
        Ok(())
    })
    .await?;
    let there = to.org(from.id());
    there.put_rows(rows).await?;
    let hashes = from.store().objects().list(from.id()).await?;
    for hash in &hashes {
        let bytes = from.store().objects().get(from.id(), hash).await?.context("an object went away; try again")?;
        to.objects().put(from.id(), hash, &bytes).await?;
    }
    for (name, act) in from.store().objects().acts(from.id()).await? {
        to.objects().put_act(from.id(), &name, act).await?;
    }
    let mut arrived = Tallying::default();
    there.each_row(|row| arrived.see(&row)).await?;
    let (sent, arrived) = (sent.over(), arrived.over());
    ensure!(sent == arrived, "What arrived is not what was sent; the old place is unchanged, go on there.");
    Ok((arrived, hashes.len()))
}

struct Putting<'s> {
    store: &'s Store,
    waiting: Vec<Row>,
}

impl Putting<'_> {
    async fn take(&mut self, row: Row) -> anyhow::Result<()> {
        if self.waiting.first().is_some_and(|first| first.cells.get("org") != row.cells.get("org"))
            || self.waiting.len() >= AT_ONCE
        {
            self.flush().await?;
        }
        self.waiting.push(row);
        Ok(())
    }

    async fn flush(&mut self) -> anyhow::Result<()> {
        let rows = std::mem::take(&mut self.waiting);
        let Some(org) = rows.first().and_then(Row::org).map(str::to_owned) else {
            ensure!(rows.is_empty(), "A row of the backup belongs to no organisation.");
            return Ok(());
        };
        self.store.org(&org).put_rows(rows).await
    }
}

struct Lines<R: Read>(BufReader<R>);

impl<R: Read> Lines<R> {
    fn next(&mut self) -> anyhow::Result<Option<Line>> {
        let mut line = Vec::new();
        let read = (&mut self.0).take(LONGEST_LINE).read_until(b'\n', &mut line);
        match read.context("This backup was changed, or cut off")? {
            0 => Ok(None),
            _ => Ok(Some(serde_json::from_slice(&line).context("A line of this backup cannot be read")?)),
        }
    }
}

/// A key stays its owner's alone.
fn keep_file(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("making {}", path.display()))?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}
