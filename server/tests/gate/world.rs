//! The office of the stories: Sutton LINk with Asha, Tom and Dilys, a visit to Hazel Court, and another organisation.

use crate::tablet::Tablet;
use bucket::Bucket;
use domain::ids::{NotebookId, PersonId};
use domain::notebook::{Actor, NewChange, Notebook};
use domain::wire::EnrolmentCode;
use server::objects::place::Place;
use server::projector::Projector;
use server::serve::{State, app};
use server::store::orgs::NewOrg;
use server::store::people::NewPerson;
use server::store::places::NewPlace;
use server::store::visits::{NewVisit, Session};
use server::store::{Elsewhere, OrgStore, Store};
use server::sync::{NewCode, new_code};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::Uuid;

pub const NOW: i64 = 1_794_300_000_000;

pub struct World {
    pub state: State,
    pub org: OrgStore,
    pub other: OrgStore,
    pub asha: PersonId,
    pub tom: PersonId,
    pub dilys: PersonId,
    pub ruth: PersonId,
    pub hazel_court: NotebookId,
    pub elsewhere: NotebookId,
    pub address: String,
    clock: Arc<AtomicI64>,
    _data: tempfile::TempDir,
    _bucket: Option<Bucket>,
}

/// Says that the stories are told of an office that has outgrown one machine: its record in a PostgreSQL, in a schema of its
/// own, its photos in a store that speaks S3. `script/test` tells them both ways.
const OUTGROWN: &str = "ENTERVIEW_GATE_OUTGROWN";

fn elsewhere(data: &std::path::Path) -> (Elsewhere, Option<Bucket>) {
    if std::env::var_os(OUTGROWN).is_none() {
        return (Elsewhere::default(), None);
    }
    let url = std::env::var("ENTERVIEW_TEST_POSTGRES").expect("script/with-postgres COMMAND starts a PostgreSQL");
    // The folder's name is nobody else's.
    let own = data.file_name().unwrap().to_string_lossy().to_lowercase();
    let schema = format!("gate_{}", own.trim_start_matches('.'));
    let made = format!("CREATE SCHEMA {schema}");
    let psql = std::process::Command::new("psql").args(["-q", "-X", "-c", &made, &url]).status().unwrap();
    assert!(psql.success());
    let more = if url.contains('?') { '&' } else { '?' };
    let bucket = Bucket::start().unwrap();
    let settings = bucket.settings("photos").into_iter().map(|(key, value)| (key.to_owned(), value));
    let settings: Vec<(String, String)> = settings.collect();
    let address = settings.iter().find(|(key, _)| key == "ENTERVIEW_OBJECTS").map(|(_, address)| address.clone());
    let objects = Place::read(address.as_deref(), settings.into_iter()).unwrap();
    let database = Some(format!("{url}{more}options=-c%20search_path%3D{schema}"));
    (Elsewhere { database, objects, without_old_photos: false }, Some(bucket))
}

pub fn id(n: u128) -> Uuid {
    Uuid::from_u128((1_u128 << 100) + n)
}

async fn org(store: &Store, n: u128, name: &str) -> OrgStore {
    let new = NewOrg {
        id: id(n).to_string(),
        name: name.into(),
        host: "Sutton CVS".into(),
        scheme: "link-2008".into(),
        scheme_version: "1".into(),
        store_id: id(n + 1).to_string(),
        at: NOW,
    };
    store.add_org(new).await.unwrap();
    store.org(&id(n).to_string())
}

async fn person(org: &OrgStore, n: u128, name: &str, role: &str) -> PersonId {
    let roles = vec![role.to_owned()];
    let new = NewPerson { id: id(n).to_string(), name: name.into(), roles, email: None, phone: None, at: NOW };
    org.add_person(new).await.unwrap();
    PersonId::new(id(n))
}

async fn visit(org: &OrgStore, n: u128, place: &str, by: PersonId) -> NotebookId {
    let here =
        NewPlace { id: id(n + 1).to_string(), name: place.into(), kind: "care home".into(), ..NewPlace::default() };
    org.add_place(here).await.unwrap();
    let new = NewVisit {
        id: id(n).to_string(),
        place: id(n + 1).to_string(),
        purpose: "Mealtimes".into(),
        announcement: "announced".into(),
        sessions: vec![Session { date: "2026-11-10".into(), from: Some("10:00".into()), to: None }],
        by: by.to_string(),
        at: NOW,
    };
    org.plan_visit(new).await.unwrap();
    NotebookId::new(id(n))
}

async fn serve(state: &State) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let service = app(state.clone(), axum::Router::new());
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    tokio::spawn(server::projector::drain(state.clone()));
    address
}

/// A story that ends leaves no thread of a connection writing while its process goes away.
impl Drop for World {
    fn drop(&mut self) {
        let store = self.state.store.clone();
        let closing = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(store.close());
        });
        closing.join().unwrap();
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with_child(PathBuf::from(env!("CARGO_BIN_EXE_enterview"))).await
    }

    /// An office whose reading process is this program.
    pub async fn with_child(program: PathBuf) -> Self {
        let data = tempfile::tempdir().unwrap();
        let (elsewhere, bucket) = elsewhere(data.path());
        let store = Store::open_with(data.path(), &elsewhere).await.unwrap();
        let sutton = org(&store, 10, "Sutton LINk").await;
        let merton = org(&store, 20, "Merton LINk").await;
        let asha = person(&sutton, 31, "Asha Patel", "authorised representative").await;
        let tom = person(&sutton, 32, "Tom Okafor", "authorised representative").await;
        let dilys = person(&sutton, 33, "Dilys Morgan", "outreach worker").await;
        let stranger = person(&merton, 34, "Ruth Levy", "authorised representative").await;
        let hazel_court = visit(&sutton, 40, "Hazel Court", asha).await;
        let elsewhere = visit(&merton, 50, "The Limes", stranger).await;
        for who in [asha, tom] {
            sutton.assign(&hazel_court.to_string(), &who.to_string(), &asha.to_string(), NOW).await.unwrap();
        }
        let clock = Arc::new(AtomicI64::new(NOW));
        let reads = clock.clone();
        let state = State::new(store, program, Arc::new(move || reads.load(Ordering::SeqCst)));
        let address = serve(&state).await;
        Self {
            state,
            org: sutton,
            other: merton,
            asha,
            tom,
            dilys,
            ruth: stranger,
            hazel_court,
            elsewhere,
            address,
            clock,
            _data: data,
            _bucket: bucket,
        }
    }

    /// Another server on the same record, with its reading process in order; says where.
    pub async fn mended(&self) -> String {
        self.on(server::sync::Terms::default()).await.0
    }

    /// Another server on the same record, which lets tablets in on these terms, and where it is.
    pub async fn on(&self, terms: server::sync::Terms) -> (String, State) {
        let (reads, program) = (self.clock.clone(), PathBuf::from(env!("CARGO_BIN_EXE_enterview")));
        let clock: server::serve::Clock = Arc::new(move || reads.load(Ordering::SeqCst));
        let state = State::on(terms, self.state.store.clone(), Projector::new(program), clock);
        (serve(&state).await, state)
    }

    pub fn pass(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::SeqCst);
    }

    pub async fn code(&self, holders: &[PersonId]) -> EnrolmentCode {
        self.code_of(&self.org, holders).await
    }

    pub async fn code_of(&self, org: &OrgStore, holders: &[PersonId]) -> EnrolmentCode {
        let code = NewCode {
            holders: holders.to_vec(),
            by: "operator".into(),
            address: self.address.clone(),
            fingerprint: None,
        };
        new_code(org, code, self.state.now()).await.unwrap()
    }

    /// A tablet of these people, set up.
    pub async fn tablet(&self, n: u8, holders: &[PersonId]) -> Tablet {
        let code = self.code(holders).await;
        let mut tablet = Tablet::new(n, &self.address);
        let answer = tablet.enrol(&code.secret).await;
        assert!(answer.is_ok(), "{answer:?}");
        tablet
    }
}

/// An entry whose author is a number, made by a real automerge.
pub fn wrong_type(book: &Notebook) -> NewChange {
    use automerge::transaction::{CommitOptions, Transactable as _};
    use automerge::{ObjType, ROOT, ReadDoc as _};
    let mut doc = automerge::Automerge::load(&Notebook::found(book.id(), &Actor::genesis()).unwrap().save()).unwrap();
    doc.set_actor(automerge::ActorId::from([99_u8; 16]));
    let mut tx = doc.transaction();
    let (_, entries) = tx.get(ROOT, "entries").unwrap().unwrap();
    let entry = tx.put_object(&entries, "019a0000-0000-7000-8000-000000000000", ObjType::Map).unwrap();
    tx.put(&entry, "by", 7_i64).unwrap();
    tx.commit_with(CommitOptions::default().with_time(0));
    NewChange::from(doc.get_changes(&[]).pop().unwrap())
}
