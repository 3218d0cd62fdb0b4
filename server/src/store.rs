//! All the SQL of the server: one text and one migrations folder for SQLite (encrypted, the default) and PostgreSQL.
//! Reading goes through a few read-only connections, writing through one task that groups what waits into one commit.
//! Not here: rules of the field (`domain`), objects such as photos (`objects`), anything that knows HTTP.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::future::BoxFuture;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::{QueryAs, QueryScalar};
use sqlx::{Any, AnyPool, Arguments, Decode, Encode, FromRow, Type};
use tokio::sync::watch;

/// A statement that answers nothing. Its text is a literal, which is what the test of organisations reads.
macro_rules! sql {
    ($text:literal $(, $value:expr)* $(,)?) => { sqlx::query_with($text, bound!($($value),*)) };
}
/// A statement that answers rows.
macro_rules! rows {
    ($text:literal $(, $value:expr)* $(,)?) => { sqlx::query_as_with($text, bound!($($value),*)) };
}
/// A statement that answers single values.
macro_rules! values {
    ($text:literal $(, $value:expr)* $(,)?) => { sqlx::query_scalar_with($text, bound!($($value),*)) };
}
macro_rules! bound {
    ($($value:expr),*) => {{
        #[allow(unused_mut, reason = "a statement without values")]
        let mut all = sqlx::any::AnyArguments::default();
        $( $crate::store::bind(&mut all, $value); )*
        all
    }};
}

pub mod about;
pub mod acts;
pub mod addressees;
pub mod audit;
pub mod authorisations;
pub mod bodies;
pub mod changes;
mod connect;
pub mod copy;
pub mod devices;
mod doors;
pub mod events;
pub mod feed;
pub mod findings;
pub mod fold;
pub mod gone;
pub mod grants;
pub mod held;
pub mod key;
pub mod links;
pub mod looks;
mod many;
pub mod notebooks;
pub mod office;
pub mod orgs;
pub mod outbox;
pub mod outcomes;
pub mod people;
pub mod photos;
pub mod places;
pub mod published;
pub mod put_back;
mod relayed;
pub mod reports;
pub mod sealed;
pub mod sessions;
pub mod starts;
pub mod taken;
mod taking;
pub mod teams;
pub mod versions;
pub mod visits;
mod waits;
pub mod weighed;
pub mod whole;
mod writer;

#[cfg(test)]
mod stories;
#[cfg(test)]
pub(crate) mod testing;

pub use connect::Dialect;
pub use key::Key;
pub use writer::Tx;

use crate::objects::Objects;
use crate::objects::place::Place;
use connect::Address;
use doors::Revisions;
use writer::Writer;

/// Adds one value of a statement. Values are copied, so that a statement borrows nothing from what made it.
pub(crate) fn bind<'t, T: Encode<'t, Any> + Type<Any>>(all: &mut AnyArguments, value: T) {
    // Texts, numbers and bytes cannot fail to encode; if one did, the missing value would make the statement fail.
    let _ = all.add(value);
}

/// What of a record is not in its data folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Elsewhere {
    /// The address of a PostgreSQL that holds the record; without one a file does.
    pub database: Option<String>,
    /// Where photos and finished reports lie.
    pub objects: Place,
    /// Take this place of photos though it is not the one that is known: they are lost for good.
    pub without_old_photos: bool,
}

/// The host's record, open; cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    readers: AnyPool,
    writer: Writer,
    key: Key,
    objects: Objects,
    dialect: Dialect,
    revisions: watch::Sender<Revisions>,
    looking: tokio::task::JoinHandle<()>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.looking.abort();
    }
}

impl Store {
    /// Opens (and at the first start makes) the store: `enterview.db` in the data folder, or the PostgreSQL at `postgres`,
    /// and the folder of objects. As [`Store::open_with`].
    pub async fn open(data: &Path, postgres: Option<&str>) -> Result<Store> {
        let elsewhere = Elsewhere { database: postgres.map(str::to_owned), ..Elsewhere::default() };
        Store::open_with(data, &elsewhere).await
    }

    /// Opens (and at the first start makes) the store. The key file `store.key` lies in the data folder in every case.
    /// Fails when the SQLite at hand does not encrypt, and when the key or the place of the photos is not this record's.
    pub async fn open_with(data: &Path, elsewhere: &Elsewhere) -> Result<Store> {
        let address = Address::new(data, elsewhere.database.as_deref())?;
        let key = Key::open_or_make(data, address.has_begun().await?)?;
        let objects = Objects::open(data, &key, &elsewhere.objects)?;
        let mut connection = connect::writer(&address, &key).await?;
        let known = (&key, &objects, &elsewhere.objects);
        about::recognise(&mut connection, known, elsewhere.without_old_photos).await?;
        let readers = connect::readers(&address, &key).await?;
        let (revisions, _) = watch::channel(Revisions::default());
        let writer = Writer::start(connection, address.clone(), key.clone(), revisions.clone())?;
        let looking = tokio::spawn(doors::look_for_revisions(readers.clone(), revisions.clone()));
        let inner = Inner { readers, writer, key, objects, dialect: address.dialect(), revisions, looking };
        Ok(Store { inner: Arc::new(inner) })
    }

    /// One organisation's part of the store. Made in `auth` only: from a session, a device, a link, a code or the command line.
    pub fn org(&self, org: &str) -> OrgStore {
        OrgStore { store: self.clone(), org: Arc::from(org), snapshot: None, deed: None }
    }

    /// Which of the two databases this is.
    pub fn dialect(&self) -> Dialect {
        self.inner.dialect
    }

    /// The store's own key, from which the keys of objects and sealed columns are derived.
    pub fn key(&self) -> &Key {
        &self.inner.key
    }

    /// Photos and finished reports, as sealed objects beside the database.
    pub fn objects(&self) -> &Objects {
        &self.inner.objects
    }

    /// Waits until the organisation's revision is beyond `rev`, or `patience` is over; says whether it is.
    /// Costs no SQL of its own: a commit here wakes at once, another process's commit is seen within a second.
    pub async fn wait_beyond(&self, org: &str, rev: i64, patience: Duration) -> bool {
        let mut seen = self.inner.revisions.subscribe();
        let beyond = seen.wait_for(|all| all.get(org).is_some_and(|now| *now > rev));
        matches!(tokio::time::timeout(patience, beyond).await, Ok(Ok(_)))
    }

    /// Lets what waits be written, then closes every connection; later calls fail.
    pub async fn close(&self) {
        self.inner.looking.abort();
        // The writer last: SQLite's last connection brings its log into the file, and readers may not.
        self.inner.readers.close().await;
        self.inner.writer.stop().await;
    }
}

/// One organisation's part of the store: every SQL text behind it names `org = $1`.
#[derive(Clone)]
pub struct OrgStore {
    store: Store,
    org: Arc<str>,
    snapshot: Option<Arc<tokio::sync::Mutex<sqlx::AnyConnection>>>,
    deed: Option<Arc<audit::Deed>>,
}

impl OrgStore {
    /// The organisation's id.
    pub fn id(&self) -> &str {
        &self.org
    }

    /// The whole store, for what is not one organisation's.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The same organisation at one moment: what several reads of it say fits together. Keep it short; it holds a connection.
    pub async fn snapshot(&self) -> Result<OrgStore> {
        let connection = connect::snapshot(&self.store.inner.readers, self.store.inner.dialect).await?;
        let snapshot = Some(Arc::new(tokio::sync::Mutex::new(connection)));
        Ok(OrgStore { store: self.store.clone(), org: self.org.clone(), snapshot, deed: None })
    }

    /// The same organisation for somebody's deed: each write through it leaves the deed's line in the audit log, in the
    /// same transaction; what is not written leaves none.
    pub fn doing(&self, deed: audit::Deed) -> OrgStore {
        OrgStore { deed: Some(Arc::new(deed)), ..self.clone() }
    }

    /// The same organisation without anybody's deed: for what follows from one that has its line already.
    pub fn in_its_wake(&self) -> OrgStore {
        OrgStore { deed: None, ..self.clone() }
    }

    /// Runs `job` in the writer's transaction, under a savepoint, and answers after the commit.
    /// The job may be run again after a deadlock or a lost connection, so it has no effect but its SQL.
    pub async fn write<I, T, F>(&self, input: I, job: F) -> Result<T>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        F: for<'c> Fn(&'c mut Tx, &'c I) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        self.store.inner.writer.write(self.org.clone(), self.deed.clone(), input, job).await
    }

    pub(crate) async fn all<T>(&self, query: QueryAs<'_, Any, T, AnyArguments>) -> Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        Ok(match &self.snapshot {
            Some(held) => query.fetch_all(&mut *held.lock().await).await?,
            None => query.fetch_all(&self.store.inner.readers).await?,
        })
    }

    pub(crate) async fn optional<T>(&self, query: QueryAs<'_, Any, T, AnyArguments>) -> Result<Option<T>>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        Ok(match &self.snapshot {
            Some(held) => query.fetch_optional(&mut *held.lock().await).await?,
            None => query.fetch_optional(&self.store.inner.readers).await?,
        })
    }

    pub(crate) async fn one<T>(&self, query: QueryAs<'_, Any, T, AnyArguments>) -> Result<T>
    where
        T: for<'r> FromRow<'r, AnyRow> + Send + Unpin,
    {
        self.optional(query).await?.context("This is not in the record any more, or never was.")
    }

    pub(crate) async fn scalars<T>(&self, query: QueryScalar<'_, Any, T, AnyArguments>) -> Result<Vec<T>>
    where
        T: for<'r> Decode<'r, Any> + Type<Any> + Send + Unpin,
        (T,): for<'r> FromRow<'r, AnyRow>,
    {
        Ok(match &self.snapshot {
            Some(held) => query.fetch_all(&mut *held.lock().await).await?,
            None => query.fetch_all(&self.store.inner.readers).await?,
        })
    }
}
