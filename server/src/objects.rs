//! Whole things that do not belong in a table: photos and finished reports, each sealed under a key of its own derived from
//! the store's, named by the hash of what is inside, in the organisation's folder. Where that is, [`place`] says.
//! Not here: which photo belongs to what, and photos that have not come whole (`store::photos`).

pub mod place;

use std::path::Path as Folder;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};

use crate::store::Key;
use place::Place;

/// The folder of marks; no organisation's id is so short.
const MARKS: &str = "of";
/// The folder of what no backup takes back (`store::acts`).
pub const ACTS: &str = "acts";

/// The sealed objects of every organisation; cheap to clone.
#[derive(Clone)]
pub struct Objects {
    kept: Arc<dyn ObjectStore>,
    key: Key,
}

impl Objects {
    /// Opens the place; a folder is made at the first start.
    pub fn open(data: &Folder, key: &Key, place: &Place) -> Result<Objects> {
        Ok(Objects { kept: place.open(data)?, key: key.clone() })
    }

    /// Leaves a mark, by which the place is known again as this record's.
    pub(crate) async fn mark(&self, mark: &str) -> Result<()> {
        let empty = Vec::new();
        self.kept.put(&Path::from_iter([MARKS, mark]), empty.into()).await.context("writing to the photos' store")?;
        Ok(())
    }

    /// Whether it is there.
    pub(crate) async fn is_marked(&self, mark: &str) -> Result<bool> {
        self.is_there(&Path::from_iter([MARKS, mark])).await
    }

    /// Whether an object is there, without reading it.
    pub(crate) async fn has(&self, org: &str, hash: &str) -> Result<bool> {
        self.is_there(&path(org, hash)?).await
    }

    async fn is_there(&self, path: &Path) -> Result<bool> {
        match self.kept.head(path).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error).context("the photos' store does not answer"),
        }
    }

    /// Keeps bytes under the SHA-256 of them; refused when `hash` is another one. Again is no error.
    pub async fn put(&self, org: &str, hash: &str, bytes: &[u8]) -> Result<()> {
        if hash_of(bytes) != hash {
            bail!("These bytes are not what their hash says; nothing was kept.");
        }
        let sealed = self.key.seal(&purpose(org, hash), bytes)?;
        self.kept.put(&path(org, hash)?, sealed.into()).await.context("keeping an object")?;
        Ok(())
    }

    /// The bytes with this hash, or none; an error when they were changed or cut.
    pub async fn get(&self, org: &str, hash: &str) -> Result<Option<Vec<u8>>> {
        let sealed = match self.kept.get(&path(org, hash)?).await {
            Ok(found) => found.bytes().await.context("reading an object")?,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error).context("reading an object"),
        };
        let bytes = self.key.open(&purpose(org, hash), &sealed).with_context(|| format!("the object {hash}"))?.to_vec();
        if hash_of(&bytes) != hash {
            bail!("The object {hash} does not hold what its name says.");
        }
        Ok(Some(bytes))
    }

    /// Takes an object away for good; one that is not there is no error.
    pub async fn remove(&self, org: &str, hash: &str) -> Result<()> {
        match self.kept.delete(&path(org, hash)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error).context("removing an object"),
        }
    }

    /// Writes down something that no copy of the record may undo. It holds ids and no words, and is not sealed: a record that
    /// was put back has another key.
    pub(crate) async fn put_act(&self, org: &str, name: &str, text: Vec<u8>) -> Result<()> {
        let place = Path::from_iter([ACTS, org, name]);
        self.kept.put(&place, text.into()).await.context("writing down what no backup may take back")?;
        Ok(())
    }

    /// All that was written down so of an organisation, with its names.
    pub(crate) async fn acts(&self, org: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let folder = Path::from_iter([ACTS, org]);
        let listed: Vec<_> = self.kept.list(Some(&folder)).try_collect().await.context("listing the acts")?;
        let mut all = Vec::with_capacity(listed.len());
        for act in listed {
            let read = self.kept.get(&act.location).await.context("reading an act")?;
            let name = act.location.filename().unwrap_or_default().to_owned();
            all.push((name, read.bytes().await.context("reading an act")?.to_vec()));
        }
        Ok(all)
    }

    /// The hashes of an organisation's objects, in order.
    pub async fn list(&self, org: &str) -> Result<Vec<String>> {
        let folder = Path::from_iter([org]);
        let mut found: Vec<String> = self
            .kept
            .list(Some(&folder))
            .try_filter_map(|object| async move { Ok(object.location.filename().map(str::to_owned)) })
            .try_collect()
            .await
            .context("listing the objects")?;
        found.sort();
        Ok(found)
    }
}

/// SHA-256, hexadecimal.
pub fn hash_of(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn purpose(org: &str, hash: &str) -> String {
    format!("object {org} {hash}")
}

/// Two letters of the hash make a folder, so that none grows to ten thousand files.
fn path(org: &str, hash: &str) -> Result<Path> {
    let hexadecimal = hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    match hash.get(..2).filter(|_| hexadecimal) {
        Some(first) => Ok(Path::from_iter([org, first, hash])),
        None => bail!("An object is named by 64 hexadecimal digits."),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]
    use super::*;

    fn opened(data: &Folder) -> Objects {
        Objects::open(data, &Key::open_or_make(data, false).unwrap(), &Place::Folder).unwrap()
    }

    #[tokio::test]
    async fn a_photo_is_kept_sealed_and_given_back_as_it_was() {
        let data = tempfile::tempdir().unwrap();
        let photo = b"\xff\xd8\xff the leaflet rack by the front door".repeat(1000);
        let hash = hash_of(&photo);
        let objects = opened(data.path());
        objects.put("sutton", &hash, &photo).await.unwrap();
        objects.put("sutton", &hash, &photo).await.unwrap();
        assert_eq!(opened(data.path()).get("sutton", &hash).await.unwrap(), Some(photo));

        let file = data.path().join("objects/sutton").join(&hash[..2]).join(&hash);
        let mut sealed = std::fs::read(&file).unwrap();
        assert!(!sealed.windows(3).any(|bytes| bytes == b"\xff\xd8\xff"), "a photo lies in clear");
        assert_eq!(objects.get("merton", &hash).await.unwrap(), None, "another organisation sees it");

        sealed[5000] ^= 1;
        std::fs::write(&file, sealed).unwrap();
        assert!(objects.get("sutton", &hash).await.is_err(), "a flipped bit went unseen");
    }

    #[tokio::test]
    async fn bytes_under_a_wrong_name_and_names_that_are_paths_are_refused() {
        let data = tempfile::tempdir().unwrap();
        let objects = opened(data.path());
        assert!(objects.put("sutton", &hash_of(b"one"), b"another").await.is_err());
        for name in ["", "../../store.key", "ABCD"] {
            assert!(objects.get("sutton", name).await.is_err(), "{name}");
        }
    }
}
