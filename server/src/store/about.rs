//! What is true of this copy of the record as a whole: that the key and the photos' place are those it was begun with, the
//! certificate that all its servers show, and when it was last backed up. It is never carried to another store.

use anyhow::{Context, Result, anyhow};
use sqlx::AnyConnection;
use zeroize::Zeroizing;

use super::orgs::desk_key;
use super::{Key, Store, doors};
use crate::objects::Objects;
use crate::objects::place::Place;

const MARK: &str = "mark";
const CERTIFICATE: &str = "certificate";

/// What is done to a record now and then, and when it was done last is worth knowing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// A backup was written.
    Backup,
    /// A backup was restored into a scratch folder and read.
    Drill,
}

impl Kept {
    fn name(self) -> &'static str {
        match self {
            Kept::Backup => "backup",
            Kept::Drill => "drill",
        }
    }
}

fn purpose(name: &str) -> String {
    format!("about the store: {name}")
}

/// Sees that the key and the photos' place are this record's; the first time, says so for later. With `anew` a place that
/// is not known is taken as it is, for photos that are lost for good.
pub(super) async fn recognise(
    connection: &mut AnyConnection,
    (key, objects, place): (&Key, &Objects, &Place),
    anew: bool,
) -> Result<()> {
    if let Some((_, sealed)) = doors::about(connection, MARK).await? {
        return recognised(key, objects, place, &sealed, anew).await;
    }
    // A record of an earlier version bears no mark: then something of it must open, and a photo of it be there.
    if let Some((org, sealed)) = doors::a_desk(connection).await? {
        key.open(&desk_key(&org), &sealed).map_err(|_| another_key())?;
    }
    if let Some((org, hash)) = doors::a_photo(connection).await?
        && !objects.has(&org, &hash).await?
        && !anew
    {
        return Err(another_place(place));
    }
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|error| anyhow!("no randomness from the system: {error}"))?;
    let mark = hex::encode(random);
    // The place first: whoever finds the mark in the record finds it there too.
    objects.mark(&mark).await?;
    let sealed = key.seal(&purpose(MARK), mark.as_bytes())?;
    doors::begin_about(MARK, 0, sealed).execute(&mut *connection).await?;
    // Another process may have begun it at the same moment, with another key or place.
    let (_, sealed) = doors::about(connection, MARK).await?.context("the mark that was written a moment ago")?;
    recognised(key, objects, place, &sealed, anew).await
}

async fn recognised(key: &Key, objects: &Objects, place: &Place, sealed: &[u8], anew: bool) -> Result<()> {
    let mark = key.open(&purpose(MARK), sealed).map_err(|_| another_key())?;
    let mark = std::str::from_utf8(&mark).context("the record's mark")?;
    if objects.is_marked(mark).await? {
        return Ok(());
    }
    if !anew {
        return Err(another_place(place));
    }
    objects.mark(mark).await
}

fn another_key() -> anyhow::Error {
    anyhow!(
        "The key file store.key in this data folder is not the one that this record was begun with, so the record stays \
         shut; nothing was changed. Put a copy of the right one there: from the machine that serves the record already, \
         or from where you keep its copy."
    )
}

fn another_place(place: &Place) -> anyhow::Error {
    anyhow!(
        "The photos of this record are not in {place}; nothing was changed. Is a disk not there, or is ENTERVIEW_OBJECTS \
         another than before? If they are lost for good: enterview serve --without-old-photos starts without them, and \
         enterview check names each."
    )
}

impl Store {
    /// The certificate that every server of this record shows, with its key, both PEM.
    ///
    /// # Errors
    /// The database's; a certificate that was sealed under another key.
    pub async fn certificate(&self) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let found = doors::about(&mut *self.inner.readers.acquire().await?, CERTIFICATE).await?;
        found.map(|(_, sealed)| self.key().open(&purpose(CERTIFICATE), &sealed)).transpose()
    }

    /// Keeps a certificate for the servers that come later; over one that is kept already only where `anew` says so.
    ///
    /// # Errors
    /// The database's.
    pub async fn keep_certificate(&self, own: &[u8], anew: bool, at: i64) -> Result<()> {
        let sealed = self.key().seal(&purpose(CERTIFICATE), own)?;
        self.write_about((CERTIFICATE, at, sealed), anew).await
    }

    /// Keeps that this was done at `at`.
    ///
    /// # Errors
    /// The database's.
    pub async fn has_kept(&self, what: Kept, at: i64) -> Result<()> {
        let sealed = self.key().seal(&purpose(what.name()), b"")?;
        self.write_about((what.name(), at, sealed), true).await
    }

    /// When it was done last; none when it never was.
    ///
    /// # Errors
    /// The database's.
    pub async fn last_kept(&self, what: Kept) -> Result<Option<i64>> {
        let found = doors::about(&mut *self.inner.readers.acquire().await?, what.name()).await?;
        Ok(found.map(|(at, _)| at))
    }

    /// Through the one writer, as a job of no organisation.
    async fn write_about(&self, row: (&'static str, i64, Vec<u8>), over: bool) -> Result<()> {
        self.org("")
            .write((row, over), |tx, ((name, at, sealed), over)| {
                Box::pin(async move {
                    let statement = if *over { doors::set_about } else { doors::begin_about };
                    tx.run(statement(name, *at, sealed.clone())).await?;
                    Ok(())
                })
            })
            .await
    }
}
