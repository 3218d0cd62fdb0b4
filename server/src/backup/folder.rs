//! A folder of backups, each with the whole record and only those photos and reports that no earlier one there holds: they
//! never change, and are most of what there is. Beside each lies an index of what it carries, sealed under the store's key,
//! for the server has only the half of the backup key that shuts. What an index does not vouch for is written again.

use crate::store::Key;
use age::x25519::Recipient;
use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;

/// How a backup in a folder ends.
pub const ENDING: &str = "enterview";
const INDEX: &str = "index";
const PURPOSE: &str = "index of a backup";

/// Hashes of photos and reports by organisation.
pub type Objects = BTreeMap<String, BTreeSet<String>>;

/// The earlier backups that a new one leans on, and what they hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Earlier {
    /// Their names, oldest first.
    pub files: Vec<String>,
    /// What need not be written again.
    pub objects: Objects,
}

impl Earlier {
    /// What of all this the earlier ones do not hold.
    #[must_use]
    pub fn new_in(&self, all: &Objects) -> Objects {
        let new = |(org, hashes): (&String, &BTreeSet<String>)| {
            let held = self.objects.get(org);
            let hashes = hashes.iter().filter(|hash| held.is_none_or(|held| !held.contains(*hash)));
            (org.clone(), hashes.cloned().collect())
        };
        all.iter().map(new).collect()
    }
}

/// What one backup carries itself.
#[derive(Debug, Serialize, Deserialize)]
struct Index {
    file: String,
    bytes: u64,
    to: String,
    objects: Objects,
}

/// What earlier backups in this folder hold for whoever has the other half of `to`. A backup that is gone, that has
/// another length than when it was written, or whose index does not open, counts for nothing.
///
/// # Errors
/// The folder cannot be read.
pub fn earlier(folder: &Path, key: &Key, to: &Recipient) -> anyhow::Result<Earlier> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == INDEX) {
            found.extend(index(folder, &path, key, &to.to_string()));
        }
    }
    found.sort_by(|a, b| a.file.cmp(&b.file));
    let mut all = Earlier::default();
    for index in found {
        for (org, hashes) in index.objects {
            all.objects.entry(org).or_default().extend(hashes);
        }
        all.files.push(index.file);
    }
    Ok(all)
}

fn index(folder: &Path, path: &Path, key: &Key, to: &str) -> Option<Index> {
    let sealed = fs::read(path).ok()?;
    let index: Index = serde_json::from_slice(&key.open(PURPOSE, &sealed).ok()?).ok()?;
    let there = fs::metadata(folder.join(&index.file)).ok()?;
    let holds = index.objects.values().any(|hashes| !hashes.is_empty());
    (there.len() == index.bytes && index.to == to && holds).then_some(index)
}

/// Writes the index of a backup that is there whole.
///
/// # Errors
/// The disk's.
pub fn vouch(folder: &Path, file: &str, key: &Key, to: &Recipient, objects: Objects) -> anyhow::Result<()> {
    let bytes = fs::metadata(folder.join(file))?.len();
    let index = Index { file: file.to_owned(), bytes, to: to.to_string(), objects };
    let sealed = key.seal(PURPOSE, &serde_json::to_vec(&index)?)?;
    let path = folder.join(file).with_extension(INDEX);
    let mut out = fs::File::create(&path).with_context(|| format!("making {}", path.display()))?;
    out.write_all(&sealed)?;
    Ok(out.sync_all()?)
}
