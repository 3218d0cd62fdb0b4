//! The page of tablets: what is kept of one and not shown, why, and what an administrator may do about it.

use crate::office::testing::{House, NOW, Seat};
use crate::store::changes::ChangeState;
use crate::store::taken::{About, TakenChange};
use axum::http::StatusCode;

/// A change of this tablet's in the visit's notebook, that stands on another.
fn change(visit: &str, name: &str, seq: i64, deps: &[&str]) -> TakenChange {
    TakenChange {
        hash: name.into(),
        notebook: visit.into(),
        about: About { kind: "visit".into(), visit: Some(visit.into()), event: None },
        actor: "asha".into(),
        seq,
        deps: deps.iter().map(ToString::to_string).collect(),
        bytes: vec![1],
        ..TakenChange::default()
    }
}

/// Asha's tablet, of which one note is held and two wait for it.
async fn stuck(house: &House, priya: &Seat) -> String {
    let asha = house.representative("Asha Patel", &priya.person).await;
    let tom = house.representative("Tom Okafor", &priya.person).await;
    let (place, _) = house.hazel_court().await;
    let visit = house.planned(priya, &place, "2026-11-10", &[&asha, &tom]).await;
    let tablet = house.tablet(&asha.person).await;
    let all = [("a", 1, &[][..]), ("b", 2, &["a"][..]), ("c", 3, &["b"][..])];
    let all = all.map(|(name, seq, deps)| change(&visit, name, seq, deps)).to_vec();
    house.org.take_changes(&tablet, all, NOW).await.unwrap();
    house.org.hold("a", "it takes something away, or does what no note of ours does").await.unwrap();
    tablet
}

async fn states(house: &House) -> Vec<(String, ChangeState, bool)> {
    house.org.kept().await.unwrap().into_iter().map(|kept| (kept.hash, kept.state, kept.asked)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_kept_and_not_shown_is_said_with_its_reason_and_an_administrator_has_both_ways_out() {
    let house = House::open().await;
    let priya = house.seat("Priya Nair", "host officer").await;
    let samuel = house.seat("Samuel Reed", "host administrator").await;
    let empty = house.get(&samuel, "/office/tablets").await;
    assert!(empty.says("No tablet yet") && empty.says("Make a code") && !empty.says("Kept and not shown"));

    let tablet = stuck(&house, &priya).await;
    house.org.heard_from(&tablet, NOW, Some("0.0.9"), None).await.unwrap();
    let page = house.get(&priya, "/office/tablets").await;
    for words in ["Kept and not shown", "Hazel Court", "It takes something away", "2 more wait for it"] {
        assert!(page.says(words), "{words} is not on {}", page.page);
    }
    assert!(page.says("must be updated") && page.says("An administrator can") && !page.says("Look at it again"));
    let page = house.get(&samuel, "/office/tablets").await;
    assert!(page.says("Look at it again") && page.says("Ask it to write this again"));

    let way = |way: &str| format!("/office/tablets/{tablet}/{way}");
    assert_eq!(house.post(&priya, &way("look-again"), &[]).await.status, StatusCode::FORBIDDEN);
    let told = house.post(&samuel, &way("write-again"), &[]).await;
    assert_eq!(told.status, StatusCode::SEE_OTHER);
    assert!(states(&house).await.iter().all(|(_, _, asked)| *asked));
    let page = house.get(&samuel, "/office/tablets").await;
    assert!(page.says("is asked to write this again") && !page.says("Ask it to write this again"));
    let feed = house.org.feed_after(&tablet, 0, 1_000).await.unwrap();
    let asks = feed.items.iter().filter(|item| item.kind == "state" && item.payload.contains("\"again\":true"));
    assert_eq!(asks.count(), 3);

    house.post(&samuel, &way("look-again"), &[]).await;
    assert_eq!(states(&house).await, [], "all three are looked at again, each after what it stands on");
}
