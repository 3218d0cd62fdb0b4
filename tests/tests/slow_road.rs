//! A visit goes home over a telephone's slowest road, which breaks every tenth time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use journeys::slow::Slow;
use server::store::Store;

#[tokio::test(flavor = "multi_thread")]
async fn coming_back_when_nothing_is_new_costs_less_than_three_hundred_bytes_both_ways() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let mut slow = Slow::new(folder.path()).await.unwrap();
    slow.write(3).unwrap();
    let mut tick = tokio::time::interval(std::time::Duration::from_millis(100));
    for _ in 0..300 {
        slow.tablet.sync().await.unwrap();
        if slow.tablet.device().waiting().unwrap().safe {
            break;
        }
        tick.tick().await;
    }
    // Once more, so that it has heard how far the record has come.
    slow.tablet.sync().await.unwrap();
    let before = slow.tablet.traffic;
    slow.tablet.sync().await.unwrap();
    let now = slow.tablet.traffic;
    let bytes = now.up - before.up + now.down - before.down;
    assert_eq!(now.requests - before.requests, 1);
    assert!(bytes <= 300, "{bytes} bytes: {} up, {} down", now.up - before.up, now.down - before.down);
    slow.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visits_words_are_home_in_under_a_minute_and_no_piece_of_a_photo_goes_twice_without_need() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let mut slow = Slow::new(folder.path()).await.unwrap();
    slow.relay.breaks_every(10);
    slow.write(60).unwrap();
    let words = slow.send().await.unwrap();
    assert!(words.seconds < 60.0, "{words:?}");
    assert_eq!(slow.tablet.device().waiting().unwrap().entries, 0);

    // A photo's notes first, then its pieces through the night.
    for which in [7, 8] {
        slow.photograph(which).unwrap();
    }
    let photos = slow.send().await.unwrap();
    assert!(photos.carried.cut > 0, "the road broke: {photos:?}");
    assert!(photos.seconds < 8.0 * 3_600.0, "{photos:?}");
    for (piece, (sent, broken)) in &slow.pieces {
        assert!(*sent <= broken + 1, "{piece:?} went {sent} times and broke {broken} times");
    }
    let broken: usize = slow.pieces.values().map(|(_, broken)| broken).sum();
    assert!(broken > 0, "no piece was ever broken: {:?}", slow.pieces);

    let (data, visit) = (slow.server.data().to_owned(), slow.visit);
    slow.server.stop().await.unwrap();
    let store = Store::open(&data, None).await.unwrap();
    let org = store.org(&store.org_ids().await.unwrap()[0]);
    let photos = org.photos().await.unwrap();
    assert_eq!(photos.iter().filter(|photo| photo.state == "stored").count(), 2, "{photos:?}");
    let changes = org.changes(&visit.to_string()).await.unwrap();
    assert!(changes.len() >= 64, "the first, an arrival, sixty notes and two photos: {}", changes.len());
    let lines = org.audit_after(0, 10_000).await.unwrap();
    assert!(!lines.iter().any(|line| line.what.contains("refused")), "what broke off is no misdeed: {lines:?}");
    store.close().await;
}
