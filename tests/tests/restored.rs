//! The office's data folder is put back to a copy of some days ago, and nothing that was written since is lost.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use device::sync::{Happened, Next, Outcome, Round};
use device::views::PhotoUse;
use domain::entry::{Entry, Observation};
use domain::ids::{EntryId, NotebookId};
use domain::notebook::ProjectedEntry;
use journeys::play::{Played, play};
use journeys::scenario::{HAZEL_COURT, Scenario, Vocabulary};
use journeys::server::{Server, command, program};
use journeys::tablet::Tablet;
use server::store::Store;
use std::path::Path;

fn saw(words: &str) -> Entry {
    let seen = Observation {
        words: words.into(),
        area: None,
        theme: None,
        tone: None,
        how: Vec::new(),
        ..Observation::default()
    };
    Entry::Observation(seen)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let at = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &at);
        } else {
            std::fs::copy(entry.path(), at).unwrap();
        }
    }
}

/// One round; says too whether the tablet ever said on the way that it may not be put away.
async fn round(tablet: &Tablet) -> (Outcome, bool) {
    let transport = tablet.device().transport().unwrap();
    let mut happened = Happened::Begin(Round::Settled);
    let mut doubted = false;
    loop {
        let request = match tablet.device().step(happened).unwrap() {
            Next::Over(outcome) => return (outcome, doubted),
            Next::Send(request) => request,
        };
        happened = match transport.send(&request).await {
            Ok(reply) => Happened::Answered(reply),
            Err(none) => Happened::Silence(none),
        };
        doubted |= !tablet.device().waiting().unwrap().safe;
    }
}

async fn settle(tablet: &Tablet) -> bool {
    let mut doubted = false;
    for _ in 0..20 {
        let (outcome, on_the_way) = round(tablet).await;
        assert_eq!(outcome, Outcome::Quiet);
        doubted |= on_the_way;
        if tablet.device().waiting().unwrap().safe {
            return doubted;
        }
    }
    panic!("not all is at the office: {:?}", tablet.device().waiting().unwrap());
}

/// A note, a concern and a photo, while there is no signal.
fn go_on(tablet: &Tablet, visit: NotebookId, who: &str) {
    let mut device = tablet.device();
    let by = device.people().unwrap().into_iter().find(|p| p.name.starts_with(who)).unwrap().id;
    device.write_as(by).unwrap();
    device.record(visit, saw(&format!("{who} after the copy")), None).unwrap();
    let concern = domain::sealed::Concern {
        words: "Bruise on a forearm.".into(),
        about: "a resident".into(),
        told: "nobody".into(),
        by,
        at: device.now(),
        notebook: Some(visit),
    };
    device.worry(&concern).unwrap();
    let file = if who == "Asha" { "raised-beds.jpg" } else { "corridor.jpg" };
    let photos = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/hazel-court/photos");
    let pending = device.take_photo(visit, &std::fs::read(photos.join(file)).unwrap()).unwrap();
    let used = PhotoUse { permission: "deputy manager".into(), nobody_recognisable: true, ..PhotoUse::default() };
    device.use_photo(pending.id, &used, None).unwrap();
}

/// How the office's folder is kept and put back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// Somebody copies the folder.
    Copying,
    /// `enterview backup` and `enterview restore`.
    Backup,
}

impl By {
    async fn kept(self, data: &Path, at: &Path) {
        if self == Self::Copying {
            return copy(data, at);
        }
        let (key, file) = (at.join("backup.key"), at.join("yesterday.enterview"));
        let made =
            std::process::Command::new(program().unwrap()).args(["backup-key", "--out"]).arg(&key).output().unwrap();
        let said = String::from_utf8(made.stdout).unwrap();
        let public = said.split_whitespace().find(|word| word.starts_with("age1")).unwrap();
        command(data, &["backup", "--to", public, "--out", file.to_str().unwrap()]).await.unwrap();
    }

    async fn put_back(self, data: &Path, at: &Path) {
        std::fs::remove_dir_all(data).unwrap();
        if self == Self::Copying {
            return copy(at, data);
        }
        let (key, file, acts) = (at.join("backup.key"), at.join("yesterday.enterview"), at.join("acts"));
        let [key, file, acts] = [&key, &file, &acts].map(|path| path.to_str().unwrap());
        command(data, &["restore", file, "--key", key, "--acts", acts]).await.unwrap();
    }

    /// After the copy somebody asks us not to keep what Asha noted. A backup is restored with what the lost server wrote
    /// down of such; whoever only copies the folder back has it in the folder or nowhere.
    async fn taken_back(self, data: &Path, at: &Path, visit: NotebookId, entry: EntryId) {
        if self == Self::Copying {
            return;
        }
        let store = Store::open(data, None).await.unwrap();
        let org = store.org(&store.org_ids().await.unwrap()[0]);
        org.take_back(&visit.to_string(), vec![entry.to_string()], "operator", 1_794_400_000_000).await.unwrap();
        store.close().await;
        copy(&data.join("objects/acts"), &at.join("acts"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_put_back_to_an_older_copy_gets_notes_concerns_and_photos_again_and_the_tablets_agree() {
    put_back(By::Copying).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_restored_from_yesterdays_backup_gets_what_it_lacks() {
    put_back(By::Backup).await;
}

async fn put_back(by: By) {
    let (data, out, tablets) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let file = out.path().join("scenario.json");
    std::fs::write(&file, HAZEL_COURT).unwrap();
    let scenario = Scenario::read(&file, &Vocabulary::of_the_embedded_packs()).unwrap();
    let played = play(&scenario, data.path(), tablets.path(), out.path()).await.unwrap();
    let Played { server, tablets, visits, .. } = played;
    let (asha, tom, visit) = (&tablets[&1], &tablets[&2], visits[0]);
    for tablet in [asha, tom] {
        settle(tablet).await;
    }
    let port = server.address.rsplit(':').next().unwrap().parse().unwrap();
    server.stop().await.unwrap();
    let old = tempfile::tempdir().unwrap();
    by.kept(data.path(), old.path()).await;

    let server = Server::start(data.path(), &out.path().join("second.log"), port).await.unwrap();
    go_on(asha, visit, "Asha");
    settle(asha).await;
    // Tom writes with what Asha wrote before him: his words stand on hers.
    settle(tom).await;
    go_on(tom, visit, "Tom");
    settle(tom).await;
    settle(asha).await;
    server.stop().await.unwrap();
    let noted = asha.device().read(visit).unwrap().entries;
    let is_hers = |e: &&ProjectedEntry| {
        e.fields.get("words").is_some_and(|w| w.values[0].value.text() == Some("Asha after the copy"))
    };
    by.taken_back(data.path(), old.path(), visit, noted.iter().find(is_hers).unwrap().id).await;

    // So many notes without signal that sending them would carry the older copy beyond what Tom was told last.
    for n in 0..40 {
        tom.device().record(visit, saw(&format!("Tom without signal {n}")), None).unwrap();
    }
    by.put_back(data.path(), old.path()).await;
    let server = Server::start(data.path(), &out.path().join("third.log"), port).await.unwrap();
    // Tom comes first, and brings what of Asha his own stands on.
    assert!(settle(tom).await, "in between nobody may put it away");
    assert!(settle(asha).await, "in between nobody may put it away");
    asha.device().record(visit, saw("Asha goes on"), None).unwrap();
    settle(asha).await;
    settle(tom).await;
    let (hers, his) = (asha.device().read(visit).unwrap(), tom.device().read(visit).unwrap());
    assert_eq!(hers, his);
    let all = if by == By::Backup { 46 } else { 47 };
    assert_eq!(hers.entries.len(), all, "{hers:?}");
    assert_eq!(by == By::Copying, hers.entries.iter().any(|e| is_hers(&e)), "what was taken back stays so");
    server.stop().await.unwrap();

    let store = Store::open(data.path(), None).await.unwrap();
    let org = store.org(&store.org_ids().await.unwrap()[0]);
    assert_eq!((org.held().await.unwrap().len(), org.not_published().await.unwrap().waits), (0, 0));
    assert_eq!(org.sealed("concern").await.unwrap().len(), 2);
    let photos = org.photos().await.unwrap();
    assert_eq!(photos.iter().filter(|photo| photo.state == "stored").count(), 2, "{photos:?}");
    let office = org.notebook(&visit.to_string()).await.unwrap().unwrap().projection.unwrap();
    let office: domain::notebook::Projection = serde_json::from_str(&office).unwrap();
    assert_eq!(office, hers);
}
