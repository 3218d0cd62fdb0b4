//! Two servers over one record are one office: whichever a request comes to, it is answered alike.

use super::hazel_court;
use device::sync::{Happened, Next, Outcome, Round};
use device::transport::{Reply, Transport};
use device::views::PhotoUse;
use domain::entry::{Entry, Observation};
use domain::ids::NotebookId;
use journeys::outgrown::Outgrown;
use journeys::play::Played;
use journeys::server::{Server, elsewhere};
use journeys::tablet::Tablet;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use server::store::Store;
use server::store::taken::ChangeState;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::path::Path;

/// Two doors that a tablet's requests come to by turns, as behind a balancer that remembers nobody.
struct ByTurns {
    doors: [Transport; 2],
    turn: usize,
    /// Pieces of photos that came to each.
    pieces: [usize; 2],
}

impl ByTurns {
    fn over(servers: [&Server; 2]) -> Self {
        let pem = servers[0].certificate.as_deref().unwrap();
        let fingerprint = hex::encode(Sha256::digest(CertificateDer::from_pem_slice(pem).unwrap()));
        let door = |server: &Server| Transport::to(&server.address, Some(&fingerprint)).unwrap();
        Self { doors: servers.map(door), turn: 0, pieces: [0; 2] }
    }

    async fn send(&mut self, request: &device::transport::Request) -> Reply {
        self.turn = 1 - self.turn;
        self.pieces[self.turn] += usize::from(request.method == "PATCH");
        self.doors[self.turn].send(request).await.unwrap()
    }
}

async fn round(tablet: &Tablet, ways: &mut ByTurns, kind: Round) -> Outcome {
    let mut happened = Happened::Begin(kind);
    loop {
        let next = tablet.device().step(happened).unwrap();
        happened = match next {
            Next::Over(outcome) => return outcome,
            Next::Send(request) => Happened::Answered(ways.send(&request).await),
        };
    }
}

async fn settle(tablet: &Tablet, ways: &mut ByTurns) {
    for _ in 0..20 {
        assert_eq!(round(tablet, ways, Round::Settled).await, Outcome::Quiet);
        if tablet.device().waiting().unwrap().safe {
            return;
        }
    }
    panic!("not all is at the office: {:?}", tablet.device().waiting().unwrap());
}

pub(crate) fn note(tablet: &Tablet, visit: NotebookId, words: &str) {
    let seen = Observation {
        words: words.into(),
        area: None,
        theme: None,
        tone: None,
        how: Vec::new(),
        ..Observation::default()
    };
    tablet.device().record(visit, Entry::Observation(seen), None).unwrap();
}

pub(crate) fn photograph(tablet: &Tablet, visit: NotebookId, file: &str) {
    let photos = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/hazel-court/photos");
    let mut device = tablet.device();
    let pending = device.take_photo(visit, &std::fs::read(photos.join(file)).unwrap()).unwrap();
    let used = PhotoUse { permission: "deputy manager".into(), nobody_recognisable: true, ..PhotoUse::default() };
    device.use_photo(pending.id, &used, None).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_over_one_record_are_one_office_and_one_may_fall() {
    let shared = Outgrown::new("two_servers").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let [data, beside, out, tablets] = ["one", "other", "out", "tablets"].map(|name| folder.path().join(name));
    for made in [&data, &beside, &out, &tablets] {
        std::fs::create_dir(made).unwrap();
    }
    elsewhere(&data, shared.settings());
    elsewhere(&beside, shared.settings());
    let Played { server: one, mut office, tablets, visits, .. } = hazel_court(&data, &tablets, &out).await;
    let (asha, tom, visit) = (&tablets[&1], &tablets[&2], visits[0]);

    // The second machine gets the key, by hand, and nothing else.
    let refused = Server::start(&beside, &out.join("no-key.log"), 0).await.err().unwrap();
    assert!(std::fs::read_to_string(out.join("no-key.log")).unwrap().contains("copy it from the first"), "{refused:#}");
    std::fs::write(beside.join("store.key"), "00".repeat(32)).unwrap();
    assert!(Server::start(&beside, &out.join("wrong-key.log"), 0).await.is_err());
    let said = std::fs::read_to_string(out.join("wrong-key.log")).unwrap();
    assert!(said.contains("not the one that this record was begun with"), "{said}");
    std::fs::copy(data.join("store.key"), beside.join("store.key")).unwrap();
    let other = Server::start(&beside, &out.join("other.log"), 0).await.unwrap();
    assert_eq!(one.certificate, other.certificate, "tablets know one certificate");

    // Who signed in at one is known at the other.
    let priya = office.officer().await.unwrap().at(&other.address);
    assert!(priya.open(&format!("/office/visits/{visit}")).await.unwrap().html.contains("Hazel Court"));

    let mut hers = ByTurns::over([&one, &other]);
    let mut his = ByTurns::over([&other, &one]);
    for n in 0..6 {
        note(asha, visit, &format!("Asha {n}"));
        note(tom, visit, &format!("Tom {n}"));
        let (a, b) = tokio::join!(round(asha, &mut hers, Round::Once), round(tom, &mut his, Round::Once));
        assert_eq!((a, b), (Outcome::Quiet, Outcome::Quiet));
    }
    photograph(asha, visit, "raised-beds.jpg");
    settle(asha, &mut hers).await;
    settle(tom, &mut his).await;
    assert!(hers.pieces[0] > 0 && hers.pieces[1] > 0, "one photo came in pieces to both: {:?}", hers.pieces);

    // A request that is held at one server is answered by what comes to the other.
    for _ in 0..3 {
        let before = tom.device().read(visit).unwrap().entries.len();
        let mut asks = ByTurns::over([&one, &one]);
        let listening = round(tom, &mut asks, Round::Listen);
        let sending = async {
            note(asha, visit, "Asha has news");
            let mut straight = ByTurns::over([&other, &other]);
            round(asha, &mut straight, Round::Settled).await
        };
        assert_eq!(tokio::join!(listening, sending), (Outcome::Quiet, Outcome::Quiet));
        assert_eq!(tom.device().read(visit).unwrap().entries.len(), before + 1);
    }

    // One machine falls in the middle of a photo: the other has every piece that was taken, and goes on.
    photograph(tom, visit, "corridor.jpg");
    note(tom, visit, "Tom, while a server falls");
    let mut happened = Happened::Begin(Round::Once);
    let mut straight = ByTurns::over([&one, &one]);
    while straight.pieces == [0, 0] {
        let Next::Send(request) = tom.device().step(happened).unwrap() else { panic!("no piece was sent") };
        happened = Happened::Answered(straight.send(&request).await);
    }
    one.stop().await.unwrap();
    let Next::Send(request) = tom.device().step(happened).unwrap() else { panic!("the photo was sent whole") };
    let lost = straight.doors[0].send(&request).await.unwrap_err();
    let Next::Over(outcome) = tom.device().step(Happened::Silence(lost)).unwrap() else { panic!("it goes on alone") };
    assert!(matches!(outcome, Outcome::Later { .. }), "{outcome:?}");
    let mut alone = ByTurns::over([&other, &other]);
    settle(tom, &mut alone).await;
    let mut alone = ByTurns::over([&other, &other]);
    settle(asha, &mut alone).await;
    other.stop().await.unwrap();

    let (hers, his) = (asha.device().read(visit).unwrap(), tom.device().read(visit).unwrap());
    assert_eq!(hers, his);
    assert_eq!(hers.entries.len(), 2 + 12 + 3 + 1 + 2, "{hers:?}");
    let store = Store::open_with(&data, &shared.elsewhere().unwrap()).await.unwrap();
    let org = store.org(&store.org_ids().await.unwrap()[0]);
    let changes = org.changes(&visit.to_string()).await.unwrap();
    assert!(changes.iter().all(|change| change.state == ChangeState::Published), "{changes:?}");
    let revisions: BTreeSet<_> = changes.iter().map(|change| change.rev).collect();
    assert_eq!(revisions.len(), changes.len(), "each was published once, with a revision of its own");
    assert!(org.photos().await.unwrap().iter().all(|photo| photo.state == "stored"));
    let kept = org.notebook(&visit.to_string()).await.unwrap().unwrap().projection.unwrap();
    let kept: domain::notebook::Projection = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept, hers);
    assert_eq!(store.check(&server::check::Again).await.unwrap().problems, Vec::<String>::new());
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_photos_store_is_away_words_go_through_and_photos_wait() {
    let shared = Outgrown::new("photos_away").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let [data, out, tablets] = ["data", "out", "tablets"].map(|name| folder.path().join(name));
    for made in [&data, &out, &tablets] {
        std::fs::create_dir(made).unwrap();
    }
    elsewhere(&data, shared.settings());
    let Played { server, mut tablets, visits, .. } = hazel_court(&data, &tablets, &out).await;
    let visit = visits[0];
    shared.bucket.is_away(true);

    let asha = tablets.get_mut(&1).unwrap();
    note(asha, visit, "Said while the photos' store was away");
    photograph(asha, visit, "raised-beds.jpg");
    let Outcome::Later { sentence, .. } = asha.once().await.unwrap() else { panic!("the photo cannot be kept") };
    assert!(!asha.device().waiting().unwrap().safe, "{sentence}");
    let tom = tablets.get_mut(&2).unwrap();
    tom.sync().await.unwrap();
    let read = format!("{:?}", tom.device().read(visit).unwrap());
    assert!(read.contains("Said while the photos' store was away"), "{read}");

    shared.bucket.is_away(false);
    let asha = tablets.get_mut(&1).unwrap();
    asha.sync().await.unwrap();
    server.stop().await.unwrap();
    let store = Store::open_with(&data, &shared.elsewhere().unwrap()).await.unwrap();
    assert_eq!(store.check(&server::check::Again).await.unwrap().problems, Vec::<String>::new());
    let org = store.org(&store.org_ids().await.unwrap()[0]);
    assert!(org.photos().await.unwrap().iter().all(|photo| photo.state == "stored"));
    store.close().await;
}
