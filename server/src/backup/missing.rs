//! What a backup has by name only, for an earlier one in its folder holds it: found there, or said to be missing.

use super::{Contents, Line, keep_object, opened};
use crate::store::Store;
use age::x25519::Identity;
use anyhow::ensure;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// Photos and reports that a backup has by name only, and that no earlier one that is there holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Missing {
    /// Their hashes by organisation.
    pub objects: BTreeMap<String, BTreeSet<String>>,
    /// Earlier backups that are not there, or do not open.
    pub files: Vec<String>,
}

impl Missing {
    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.objects.values().map(BTreeSet::len).sum()
    }

    /// Whether nothing is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// For whoever wants all or nothing.
    ///
    /// # Errors
    /// Something is missing; what to do.
    pub fn refused(&self) -> anyhow::Result<()> {
        ensure!(
            self.is_empty(),
            "This backup leans on {}, which must lie beside it and open with the same key: {} of its photos and finished \
             reports are there and nowhere else. Put it there; or restore without them, with --without-missing: tablets that \
             still have such a photo send it again.",
            self.files.join(", "),
            self.len()
        );
        Ok(())
    }
}

/// Takes from earlier backups the photos and reports that this one has only by name, the latest first; answers what none
/// of those that are there held.
pub(super) async fn fetch<R: Read + Send>(
    store: &Store,
    key: &Identity,
    said: &Contents,
    leans_on: &[String],
    beside: impl Fn(&str) -> anyhow::Result<R> + Send,
) -> anyhow::Result<Missing> {
    let (mut missing, mut files) = (said.objects.clone(), Vec::new());
    for (org, hashes) in &mut missing {
        for here in store.objects().list(org).await? {
            hashes.remove(&here);
        }
    }
    for name in leans_on.iter().rev() {
        if missing.values().all(BTreeSet::is_empty) {
            break;
        }
        if let Err(error) = fetch_from(store, key, &mut missing, beside(name)).await {
            // Another may hold the same; what none holds is said at the end.
            files.push(name.clone());
            tracing::warn!(backup = %name, cause = %format!("{error:#}"), "an earlier backup is not there or does not open");
        }
    }
    missing.retain(|_, hashes| !hashes.is_empty());
    Ok(Missing { objects: missing, files })
}

async fn fetch_from<R: Read + Send>(
    store: &Store,
    key: &Identity,
    missing: &mut BTreeMap<String, BTreeSet<String>>,
    earlier: anyhow::Result<R>,
) -> anyhow::Result<()> {
    let (mut lines, _) = opened(earlier?, key)?;
    while let Some(line) = lines.next()? {
        if let Line::Object { org, hash, bytes } = line
            && missing.get(&org).is_some_and(|hashes| hashes.contains(&hash))
        {
            keep_object(store, &org, &hash, &bytes).await?;
            if let Some(hashes) = missing.get_mut(&org) {
                hashes.remove(&hash);
            }
        }
    }
    Ok(())
}
