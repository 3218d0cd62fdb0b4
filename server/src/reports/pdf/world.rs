//! The little world that Typst sees: one template, one data file, this report's photos, our fonts.
//! No disk, no network, no clock, no font of the machine.

use std::collections::BTreeMap;

use anyhow::anyhow;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Features, Library, LibraryExt as _};

use crate::reports::fonts;

pub struct World {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    main: Source,
    files: BTreeMap<FileKey, Bytes>,
}

type FileKey = String;

impl World {
    /// A world of the template, `report.json` and the photos by name.
    pub fn new(data: Vec<u8>, photos: BTreeMap<String, Vec<u8>>) -> anyhow::Result<Self> {
        let path = VirtualPath::new("/report.typ").map_err(|error| anyhow!("{error:?}"))?;
        let id = FileId::new(RootedPath::new(VirtualRoot::Project, path));
        let mut files: BTreeMap<FileKey, Bytes> =
            photos.into_iter().map(|(name, bytes)| (name, Bytes::new(bytes))).collect();
        files.insert("report.json".to_owned(), Bytes::new(data));
        let features: Features = [Feature::A11yExtras].into_iter().collect();
        Ok(Self {
            library: LazyHash::new(Library::builder().with_features(features).build()),
            book: LazyHash::new(FontBook::from_fonts(fonts::FACES.iter())),
            main: Source::new(id, include_str!("../../../templates/report/report.typ").to_owned()),
            files,
        })
    }
}

impl typst::World for World {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(not_here(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let name = id.get().vpath().get_without_slash();
        self.files.get(name).cloned().ok_or_else(|| not_here(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts::FACES.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn not_here(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}
