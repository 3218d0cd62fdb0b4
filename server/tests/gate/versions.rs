//! Which versions are let in, and that it is said who must update.

use crate::tablet::{Tablet, all};
use crate::world::World;
use domain::wire::*;
use reqwest::Method;
use server::sync::Terms;

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_two_versions_older_is_served_and_beyond_that_it_is_said_who_must_update() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let (office, _) = world.on(Terms { spoken: Spoken { oldest: 3, newest: 5 }, ..Terms::default() }).await;
    let mut there = Tablet::new(1, &office);
    let served = None;
    for (speaks, said) in [
        (None, Some("app on this tablet is too old")),
        (Some(2), Some("app on this tablet is too old")),
        (Some(3), served),
        (Some(4), served),
        (Some(5), served),
        (Some(6), Some("newer than the office's server")),
    ] {
        there.nonce = tablet.send(Method::GET, "/sync/v1/feed", Vec::new(), &[]).await.headers()[NEXT_NONCE]
            .to_str()
            .unwrap()
            .to_owned();
        there.speaks = speaks;
        let reply = there.send(Method::GET, "/sync/v1/feed", Vec::new(), &[]).await;
        assert_eq!(reply.headers()[SPEAKS], "5", "every reply says what the office speaks");
        let answer = crate::tablet::read::<Feed>(reply).await;
        match said {
            None => assert!(answer.is_ok(), "{speaks:?}: {answer:?}"),
            Some(said) => {
                let (status, problem) = answer.unwrap_err();
                assert_eq!((status, problem.code), (426, ProblemCode::Version), "{speaks:?}");
                assert!(problem.title.contains(said) && problem.title.contains("Nothing is lost"), "{problem:?}");
            }
        }
    }
    assert!(VERSION - OLDEST == 2.min(VERSION - 1) && Spoken::default() == Spoken { oldest: OLDEST, newest: VERSION });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_newer_tablet_adds_to_its_words_spoils_nothing() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let mut book = tablet.notebook(world.hazel_court);
    tablet.saw(&mut book, world.asha, "Good food.");
    let mut push = serde_json::to_value(Push { changes: all(&book), ..Push::default() }).unwrap();
    push["mood"] = "hopeful".into();
    push["changes"][0]["weather"] = serde_json::json!({"rain": true});
    let sent = tablet.send(Method::POST, "/sync/v1/push", serde_json::to_vec(&push).unwrap(), &[]).await;
    let pushed: Pushed = crate::tablet::read(sent).await.unwrap();
    assert!(pushed.fates.iter().all(|(_, fate)| *fate == Fate::Taken), "{pushed:?}");
}
