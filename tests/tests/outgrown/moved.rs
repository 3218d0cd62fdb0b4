//! An organisation moves from the office's own machine to where it can grow, and home again, and nothing is lost on the way.

use super::hazel_court;
use journeys::outgrown::Outgrown;
use journeys::play::Played;
use journeys::server::{Server, command, elsewhere};
use server::backup::{Contents, contents};
use server::store::{Elsewhere, Store};
use std::path::Path;

async fn holds(data: &Path, elsewhere: &Elsewhere) -> Contents {
    let store = Store::open_with(data, elsewhere).await.unwrap();
    assert_eq!(store.check(&server::check::Again).await.unwrap().problems, Vec::<String>::new());
    let all = contents(&store).await.unwrap();
    store.close().await;
    all
}

/// Everything but where tables say which life of the record this is, and who did what.
fn differences(one: &Contents, other: &Contents) -> Vec<String> {
    let mut found = one.differences(other);
    found.retain(|line| !line.starts_with("org of ") && !line.starts_with("audit of "));
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_outgrows_its_machine_and_comes_home_again_whole() {
    let shared = Outgrown::new("moved").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let [desk, grown, home, out, tablets] =
        ["desk", "grown", "home", "out", "tablets"].map(|at| folder.path().join(at));
    for made in [&desk, &out, &tablets] {
        std::fs::create_dir(made).unwrap();
    }
    let Played { server, mut tablets, visits, .. } = hazel_court(&desk, &tablets, &out).await;
    let port: u16 = server.address.rsplit(':').next().unwrap().parse().unwrap();
    let asha = tablets.get_mut(&1).unwrap();
    super::servers::photograph(asha, visits[0], "raised-beds.jpg");
    asha.sync().await.unwrap();
    server.stop().await.unwrap();
    let before = holds(&desk, &Elsewhere::default()).await;
    assert_eq!(before.objects(), 1);

    // The settings of the photos' store are the machine's; where the record goes is typed.
    let settings = shared.settings();
    let aws = settings.iter().filter(|(key, _)| key.starts_with("AWS_")).cloned().collect();
    elsewhere(&desk, aws);
    let objects = settings.iter().find(|(key, _)| key == "ENTERVIEW_OBJECTS").unwrap().1.clone();
    let there = ["move", "--to", grown.to_str().unwrap(), "--to-database", &shared.database, "--to-objects", &objects];
    let said = command(&desk, &there).await.unwrap();
    assert!(said.contains("photo or finished report, all as they were"), "{said}");
    let after = holds(&grown, &shared.elsewhere().unwrap()).await;
    assert_eq!(differences(&before, &after), Vec::<String>::new());
    assert!(command(&desk, &there).await.unwrap_err().to_string().contains("already"), "twice");

    // Tablets find the office where it was, by its address and its certificate, and go on.
    super::servers::note(asha, visits[0], "after the move");
    elsewhere(&grown, shared.settings());
    let server = Server::start(&grown, &out.join("grown.log"), port).await.unwrap();
    asha.sync().await.unwrap();
    server.stop().await.unwrap();
    let before = holds(&grown, &shared.elsewhere().unwrap()).await;

    command(&grown, &["move", "--to", home.to_str().unwrap()]).await.unwrap();
    let after = holds(&home, &Elsewhere::default()).await;
    assert_eq!(differences(&before, &after), Vec::<String>::new());
    super::servers::note(asha, visits[0], "home again");
    let server = Server::start(&home, &out.join("home.log"), port).await.unwrap();
    asha.sync().await.unwrap();
    server.stop().await.unwrap();
    let kept = holds(&home, &Elsewhere::default()).await;
    assert_eq!(kept.rows("change"), before.rows("change") + 1, "what she wrote last is here too");
}
