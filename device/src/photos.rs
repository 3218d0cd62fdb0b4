//! Photos: taken in strictly, covered by a person, burnt in, sealed. Nothing of the original outlives *Use this photo*.

mod cover;
mod faces;
mod file;
mod intake;

pub use faces::ToLookAt;

use crate::device::{Device, Result};
use crate::error::Error;
use crate::shelf::Writing;
use crate::store::photos::{self, Kept, Pending};
use crate::surroundings::random;
use crate::views::{PendingId, PendingPhoto, PhotoUse};
use domain::entry::{Entry, Millis, Photo, Unfinished};
use domain::ids::{EntryId, NotebookId};
use domain::on_the_day::OnTheDay;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::path::PathBuf;

pub(crate) const FOLDER: &str = "photos";
const FINAL: &str = "sealed";
const WORKING: &str = "working";

impl Device {
    /// Takes a photo in: decoded strictly, upright, without metadata. It waits, sealed, for its covers.
    ///
    /// # Errors
    /// [`Error::Photo`] with words that help; the visit goes on.
    pub fn take_photo(&mut self, notebook: NotebookId, bytes: &[u8]) -> Result<PendingPhoto> {
        let writing = self.writing_now(None)?;
        if let Some(said) = OnTheDay::read(&self.projection(notebook)?).no_photos {
            let words =
                format!("No photos here: {} said so. If they have said yes since, take that back first.", said.words);
            return Err(Error::Photo(words));
        }
        let picture = intake::take(bytes)?;
        let preview = picture.jpeg()?;
        let row = Pending {
            id: PendingId(self.around.uuid()),
            notebook,
            by: writing.by,
            width: picture.full_width,
            height: picture.full_height,
            key: random(self.around.as_ref()),
            began: writing.at,
            fields: "{}".to_owned(),
        };
        let folder = self.photo_folder()?;
        let path = self.working_path(row.id)?;
        file::write(&folder, &path, &row.key, random(self.around.as_ref()), &picture.packed())?;
        self.store.write(|tx| photos::put_pending(tx, &row))?;
        Ok(PendingPhoto { id: row.id, width: row.width, height: row.height, fields: row.fields, preview })
    }

    /// Photos that wait for their covers, without their previews.
    ///
    /// # Errors
    /// What the store says.
    pub fn pending_photos(&mut self, notebook: NotebookId) -> Result<Vec<PendingPhoto>> {
        let all = photos::pending(self.store.read())?.into_iter().filter(|photo| photo.notebook == notebook);
        let shown = |p: Pending| PendingPhoto {
            id: p.id,
            width: p.width,
            height: p.height,
            fields: p.fields,
            preview: Vec::new(),
        };
        Ok(all.map(shown).collect())
    }

    /// Keeps what is typed and covered so far (JSON text of an object); it is on disk when this returns.
    ///
    /// # Errors
    /// [`Error::NoPhoto`], [`Error::DiskFull`].
    pub fn save_photo(&mut self, photo: PendingId, fields: &str) -> Result<()> {
        match photos::save_pending(self.store.read(), photo, fields)? {
            true => Ok(()),
            false => Err(Error::NoPhoto),
        }
    }

    /// The JPEG on which covers are drawn.
    ///
    /// # Errors
    /// [`Error::NoPhoto`].
    pub fn pending_preview(&self, photo: PendingId) -> Result<Vec<u8>> {
        self.working(photo)?.1.jpeg()
    }

    fn working(&self, photo: PendingId) -> Result<(Pending, intake::Picture)> {
        let row = photos::pending(self.store.read())?.into_iter().find(|p| p.id == photo).ok_or(Error::NoPhoto)?;
        let path = self.working_path(photo)?;
        let picture = intake::Picture::unpacked(&file::read(&path, &row.key)?, row.width, row.height)?;
        Ok((row, picture))
    }

    /// Burns the covers in, keeps the picture, and drops everything that came before it.
    ///
    /// # Errors
    /// [`Error::Unfinished`] while nobody has allowed or confirmed it; [`Error::NoPhoto`].
    pub fn use_photo(&mut self, photo: PendingId, used: &PhotoUse, at: Option<Millis>) -> Result<EntryId> {
        if used.permission.trim().is_empty() || !used.nobody_recognisable {
            return Err(Unfinished::PhotoNotAllowed.into());
        }
        let (row, mut picture) = self.working(photo)?;
        let covered = cover::burn_in(&mut picture, &used.shapes);
        let (jpeg, thumbnail) = (picture.jpeg()?, picture.thumbnail()?);
        let entry = Entry::Photo(Photo {
            hash: hex::encode(Sha256::digest(&jpeg)),
            size: jpeg.len() as u64,
            width: picture.width,
            height: picture.height,
            caption: used.caption.clone(),
            shows: used.shows.clone(),
            permission: used.permission.clone(),
            person_said: used.person_said.clone().filter(|who| !who.trim().is_empty()),
            covered,
            nobody_recognisable: used.nobody_recognisable,
            area: used.area.clone(),
            theme: used.theme.clone(),
        });
        self.keep_photo(&row, entry, &jpeg, &thumbnail, at)
    }

    /// File, then row and entry and the end of the waiting in one: a kill in between leaves a file that the next start
    /// sweeps, and a photo that still waits for its covers; never one that is sent without its entry.
    fn keep_photo(
        &mut self,
        row: &Pending,
        entry: Entry,
        jpeg: &[u8],
        thumbnail: &[u8],
        at: Option<Millis>,
    ) -> Result<EntryId> {
        let Entry::Photo(photo) = &entry else { return Err(Error::NoPhoto) };
        let kept = Kept {
            hash: photo.hash.clone(),
            notebook: row.notebook,
            size: photo.size,
            key: random(self.around.as_ref()),
            have: 0,
            state: "here".into(),
            reason: None,
            made: self.around.now(),
            at: self.around.now(),
        };
        if photos::get(self.store.read(), &kept.hash)?.is_none() {
            let folder = self.photo_folder()?;
            let path = folder.join(format!("{}.{FINAL}", kept.hash));
            file::write(&folder, &path, &kept.key, random(self.around.as_ref()), jpeg)?;
        }
        let id = EntryId::new(self.around.uuid());
        let writing = Writing { by: row.by, at: at.unwrap_or(row.began), entries: vec![id], draft: None };
        let kept = |tx: &rusqlite::Connection| {
            photos::put(tx, &kept, thumbnail)?;
            photos::end_pending(tx, row.id)
        };
        self.write_in_with(row.notebook, &writing, kept, |book, stamp| {
            let seen = book.heads();
            Ok(book.record(stamp, id, entry, &seen)?)
        })?;
        file::remove(&self.working_path(row.id)?)?;
        Ok(id)
    }

    /// Throws a photo away that was not used.
    ///
    /// # Errors
    /// What the disk says.
    pub fn drop_photo(&mut self, photo: PendingId) -> Result<()> {
        self.store.write(|tx| photos::end_pending(tx, photo))?;
        file::remove(&self.working_path(photo)?)
    }

    fn working_path(&self, photo: PendingId) -> Result<PathBuf> {
        Ok(self.photo_folder()?.join(format!("{}.{WORKING}", photo.0)))
    }

    /// The picture's JPEG by its hash.
    ///
    /// # Errors
    /// [`Error::NoPhoto`].
    pub fn photo(&self, hash: &str) -> Result<Vec<u8>> {
        let kept = photos::get(self.store.read(), hash)?.ok_or(Error::NoPhoto)?;
        file::read(&self.photo_folder()?.join(format!("{}.{FINAL}", kept.hash)), &kept.key)
    }

    /// The thumbnail's JPEG, 320 px, by the picture's hash.
    ///
    /// # Errors
    /// [`Error::NoPhoto`].
    pub fn thumbnail(&self, hash: &str) -> Result<Vec<u8>> {
        photos::thumbnail(self.store.read(), hash)?.ok_or(Error::NoPhoto)
    }

    pub(crate) fn remove_photo_file(&self, hash: &str) -> Result<()> {
        file::remove(&self.photo_folder()?.join(format!("{hash}.{FINAL}")))
    }

    fn photo_folder(&self) -> Result<PathBuf> {
        let folder = self.dir.join(FOLDER);
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Removes files that no row names: what a kill left between file and row, and half-written ones.
    pub(crate) fn sweep_photos(&mut self) -> Result<()> {
        let on = self.store.read();
        let mut named: BTreeSet<String> =
            photos::all(on)?.into_iter().map(|photo| format!("{}.{FINAL}", photo.hash)).collect();
        named.extend(photos::pending(on)?.into_iter().map(|photo| format!("{}.{WORKING}", photo.id.0)));
        for file in std::fs::read_dir(self.photo_folder()?)? {
            let file = file?;
            if file.file_name().to_str().is_some_and(|name| named.contains(name)) {
                continue;
            }
            if let Err(error) = file::remove(&file.path()) {
                // A folder that somebody made there, say: no reason for the tablet not to open.
                tracing::warn!(code = error.code(), "something beside the photos could not be swept away");
            }
        }
        Ok(())
    }
}

/// The picture that intake makes, as width, height and pixels.
#[cfg(test)]
pub(crate) fn intake_for_tests(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
    intake::take(bytes).map(|picture| (picture.width, picture.height, picture.rgb)).unwrap_or_default()
}

/// Whether intake takes it; a panic would come through.
#[cfg(test)]
pub(crate) fn take_for_tests(bytes: &[u8]) -> Result<()> {
    intake::take(bytes).map(drop)
}
