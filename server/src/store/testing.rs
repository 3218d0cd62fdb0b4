//! A bed for store tests: a fresh store, on SQLite in a temporary folder or on PostgreSQL in a schema of its own, with the
//! fixed cast. `on_both!` gives each story two names, `::sqlite` and `::postgres`, and `on_each!` a third, `::outgrown`, with
//! objects in a store that speaks S3; none is ever left out silently.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use sqlx::{AnyConnection, AssertSqlSafe, Connection, Executor};

use super::devices::{CodeUse, NewCode, NewDevice};
use super::orgs::NewOrg;
use super::people::NewPerson;
use super::places::NewPlace;
use super::visits::{NewVisit, Session};
use super::{Elsewhere, OrgStore, Store};
use crate::objects::place::Place;
use bucket::Bucket;

/// The variable with the address of a PostgreSQL for tests.
pub(crate) const POSTGRES: &str = "ENTERVIEW_TEST_POSTGRES";

macro_rules! on_both {
    ($($(#[$note:meta])* async fn $name:ident($bed:ident) $story:block)*) => { $(
        mod $name {
            #[allow(unused_imports, reason = "not every story needs them")]
            use super::*;

            $(#[$note])*
            pub(super) async fn story($bed: &$crate::store::testing::Bed) $story

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let bed = $crate::store::testing::Bed::sqlite().await;
                story(&bed).await;
                bed.end().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                let bed = $crate::store::testing::Bed::postgres().await;
                story(&bed).await;
                bed.end().await;
            }
        }
    )* };
}
pub(crate) use on_both;

/// As `on_both!`, and once more with the record in PostgreSQL and its objects in a bucket: what an office that has outgrown
/// one machine has.
macro_rules! on_each {
    ($($(#[$note:meta])* async fn $name:ident($bed:ident) $story:block)*) => {
        $crate::store::testing::on_both! { $($(#[$note])* async fn $name($bed) $story)* }
        mod outgrown { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let bed = $crate::store::testing::Bed::outgrown().await;
                super::$name::story(&bed).await;
                bed.end().await;
            }
        )* }
    };
}
pub(crate) use on_each;

/// A fresh store with one organisation, Sutton LINk.
pub(crate) struct Bed {
    pub(crate) store: Store,
    pub(crate) org: OrgStore,
    data: tempfile::TempDir,
    /// The PostgreSQL's address and the schema that is this story's own.
    postgres: Option<(String, String)>,
    bucket: Option<Bucket>,
}

/// The place in this bucket.
pub(crate) fn in_bucket(bucket: &Bucket) -> Place {
    let settings = bucket.settings("photos");
    let address = settings.iter().find(|(key, _)| *key == "ENTERVIEW_OBJECTS").map(|(_, address)| address.clone());
    Place::read(address.as_deref(), settings.into_iter().map(|(key, value)| (key.to_owned(), value))).unwrap()
}

impl Bed {
    pub(crate) async fn sqlite() -> Bed {
        Bed::begin(None, None).await
    }

    pub(crate) async fn postgres() -> Bed {
        Bed::begin(Some(Bed::schema().await), None).await
    }

    /// The record in PostgreSQL, its objects in a bucket.
    pub(crate) async fn outgrown() -> Bed {
        Bed::begin(Some(Bed::schema().await), Some(Bucket::start().unwrap())).await
    }

    async fn schema() -> (String, String) {
        let Ok(url) = std::env::var(POSTGRES) else {
            panic!("{POSTGRES} is not set, and every store test runs on PostgreSQL too: script/with-postgres COMMAND");
        };
        let mut random = [0u8; 12];
        getrandom::fill(&mut random).unwrap();
        let schema = format!("t{}", hex::encode(random));
        postgres_does(&url, format!("CREATE SCHEMA {schema}")).await;
        (url, schema)
    }

    async fn begin(postgres: Option<(String, String)>, bucket: Option<Bucket>) -> Bed {
        let data = tempfile::tempdir().unwrap();
        let elsewhere = elsewhere(&postgres, &bucket);
        let store = Store::open_with(data.path(), &elsewhere).await.unwrap();
        let org = add_org(&store, "sutton", "Sutton LINk").await;
        Bed { store, org, data, postgres, bucket }
    }

    /// What of this record is not in its folder.
    pub(crate) fn elsewhere(&self) -> Elsewhere {
        elsewhere(&self.postgres, &self.bucket)
    }

    /// Where its objects lie as files, whatever keeps them.
    pub(crate) fn objects(&self) -> std::path::PathBuf {
        match &self.bucket {
            Some(bucket) => bucket.folder().join("photos"),
            None => self.data.path().join("objects"),
        }
    }

    /// Another process on the same record.
    pub(crate) async fn beside(&self) -> Store {
        self.try_beside().await.unwrap()
    }

    pub(crate) async fn try_beside(&self) -> anyhow::Result<Store> {
        Store::open_with(self.data.path(), &self.elsewhere()).await
    }

    pub(crate) fn data(&self) -> &std::path::Path {
        self.data.path()
    }

    pub(crate) async fn end(self) {
        self.store.close().await;
        if let Some((url, schema)) = self.postgres {
            postgres_does(&url, format!("DROP SCHEMA {schema} CASCADE")).await;
        }
        if let Some(bucket) = self.bucket {
            bucket.stop().unwrap();
        }
    }

    pub(crate) async fn person(&self, id: &str, name: &str) {
        let roles = vec!["authorised representative".to_owned()];
        let (id, name) = (id.to_owned(), name.to_owned());
        self.org.add_person(NewPerson { id, name, roles, at: 1, ..NewPerson::default() }).await.unwrap();
    }

    /// A tablet of these people, set up with a code as every tablet is.
    pub(crate) async fn enrol(&self, device: NewDevice, holders: Vec<String>) {
        let hash = format!("code of {}", device.id);
        let code = NewCode { hash: hash.clone(), holders, made_by: "samuel".into(), expires_at: i64::MAX };
        self.org.add_code(code).await.unwrap();
        assert!(matches!(self.org.use_code(&hash, device).await.unwrap(), CodeUse::Enrolled { .. }));
    }

    /// Asha, Tom, Grace and Priya.
    pub(crate) async fn cast(&self) {
        for (id, name) in
            [("asha", "Asha Patel"), ("tom", "Tom Okafor"), ("grace", "Grace Lindqvist"), ("priya", "Priya Nair")]
        {
            self.person(id, name).await;
        }
    }

    /// A visit to Hazel Court on 2026-11-10, planned by Priya, with nobody in the team yet.
    pub(crate) async fn visit(&self, id: &str) {
        let place = format!("place of {id}");
        let (name, kind) = ("Hazel Court".to_owned(), "care home".to_owned());
        let (address, postcode) = ("14 Larch Grove, Sutton".to_owned(), "SM2 0XX".to_owned());
        let place = NewPlace { id: place, name, kind, address, postcode, ..NewPlace::default() };
        self.org.add_place(place.clone()).await.unwrap();
        let sessions = vec![Session { date: "2026-11-10".into(), from: Some("10:00".into()), to: None }];
        let visit = NewVisit {
            id: id.into(),
            place: place.id,
            purpose: "Evenings and nights".into(),
            announcement: "announced".into(),
            sessions,
            by: "priya".into(),
            at: 2,
        };
        self.org.plan_visit(visit).await.unwrap();
    }
}

fn elsewhere(postgres: &Option<(String, String)>, bucket: &Option<Bucket>) -> Elsewhere {
    let database = postgres.as_ref().map(|(url, schema)| {
        let more = if url.contains('?') { '&' } else { '?' };
        format!("{url}{more}options=-c%20search_path%3D{schema}")
    });
    let objects = bucket.as_ref().map_or(Place::Folder, in_bucket);
    Elsewhere { database, objects, without_old_photos: false }
}

pub(crate) async fn add_org(store: &Store, id: &str, name: &str) -> OrgStore {
    let org = NewOrg {
        id: id.into(),
        name: name.into(),
        host: "Sutton Centre for the Voluntary Sector".into(),
        scheme: "link-2008".into(),
        scheme_version: "1".into(),
        store_id: format!("store of {id}"),
        at: 1,
    };
    store.add_org(org).await.unwrap();
    store.org(id)
}

async fn postgres_does(url: &str, sql: String) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(url).await.expect("the PostgreSQL for tests");
    connection.execute(AssertSqlSafe(sql)).await.unwrap();
    connection.close().await.unwrap();
}
