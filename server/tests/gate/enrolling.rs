use crate::tablet::{Tablet, all, read};
use crate::world::World;
use domain::wire::*;
use reqwest::Method;

#[tokio::test(flavor = "multi_thread")]
async fn ashas_code_sets_up_one_tablet_once_and_not_after_a_week() {
    let world = World::new().await;
    let code = world.code(&[world.asha]).await;
    let mut first = Tablet::new(1, &world.address);
    assert_eq!(first.enrol("WRNG-WRNG-WRNG-WRNG").await.unwrap_err().1.code, ProblemCode::BadCode);
    let enrolled = first.enrol(&code.secret).await.unwrap();
    assert_eq!(enrolled.holders, vec![world.asha]);
    assert_eq!(enrolled.org.to_string(), world.org.id());
    let mut second = Tablet::new(2, &world.address);
    let (status, used) = second.enrol(&code.secret).await.unwrap_err();
    assert_eq!((status, used.code), (403, ProblemCode::BadCode));
    let late = world.code(&[world.tom]).await;
    world.pass(7 * 24 * 3_600_000 + 1);
    assert_eq!(second.enrol(&late.secret).await.unwrap_err().1.code, ProblemCode::BadCode);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unsigned_replayed_or_from_nobody_is_refused_and_a_fresh_nonce_helps() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    tablet.feed(0).await.unwrap();
    let nonce = tablet.nonce.clone();
    let path = "/sync/v1/feed?after=&wait=0";
    assert!(tablet.send_over(&nonce, Method::GET, path, vec![], &[]).await.status().is_success());
    let replayed = tablet.send_over(&nonce, Method::GET, path, vec![], &[]).await;
    assert_eq!(read::<Feed>(replayed).await.unwrap_err().1.code, ProblemCode::Unsigned);
    tablet.feed(0).await.unwrap();
    let mut forger = Tablet::new(3, &world.address);
    forger.id = tablet.id;
    assert_eq!(forger.feed(0).await.unwrap_err().1.code, ProblemCode::Unsigned);
    let mut nobody = Tablet::new(4, &world.address);
    assert_eq!(nobody.feed(0).await.unwrap_err().1.code, ProblemCode::UnknownDevice);
    let old = reqwest::Client::new().get(format!("{}{path}", world.address)).header(SPEAKS, "0").send().await.unwrap();
    assert_eq!(read::<Feed>(old).await.unwrap_err().1.code, ProblemCode::Version);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_tablet_is_told_so_even_while_it_waits_and_what_it_sent_stays() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let mut book = tablet.notebook(world.hazel_court);
    tablet.saw(&mut book, world.asha, "Warm.");
    tablet.push(all(&book)).await.unwrap();
    tablet.feed_until(|item| matches!(item, FeedItem::Fate { held: None, .. })).await;
    while !tablet.feed(0).await.unwrap().is_empty() {}
    let org = world.org.clone();
    let device = tablet.id.to_string();
    let (held, ()) = tokio::join!(tablet.feed(25), async move {
        org.revoke_device(&device, crate::world::NOW, "lost").await.unwrap();
    });
    let refused = match held.err() {
        Some(refused) => refused,
        None => tablet.feed(0).await.unwrap_err(),
    };
    assert_eq!((refused.0, refused.1.code), (410, ProblemCode::Revoked));
    let refused = tablet.push(all(&book)).await.unwrap_err();
    assert_eq!(refused.1.code, ProblemCode::Revoked);
    let audit = world.org.audit_after(0, 100).await.unwrap();
    assert!(audit.iter().any(|line| line.what.contains("revoked tablet")), "{audit:?}");
    assert_eq!(world.org.changes(&world.hazel_court.to_string()).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_at_set_up_is_given_again_and_a_new_code_changes_the_tablets_hands() {
    let world = World::new().await;
    let code = world.code(&[world.asha]).await;
    let mut tablet = Tablet::new(1, &world.address);
    let lost = tablet.enrol(&code.secret).await.unwrap();
    assert_eq!(tablet.enrol(&code.secret).await.unwrap(), lost);
    let mut other = Tablet::new(2, &world.address);
    assert_eq!(other.enrol(&code.secret).await.unwrap_err().1.code, ProblemCode::BadCode);
    let mut forger = Tablet::new(3, &world.address);
    forger.id = tablet.id;
    assert_eq!(forger.enrol(&code.secret).await.unwrap_err().1.code, ProblemCode::BadCode);
    let toms = world.code(&[world.tom]).await;
    let theirs = world.code_of(&world.other, &[world.ruth]).await;
    tablet.belongs = Some(lost.org);
    assert!(tablet.enrol(&theirs.secret).await.unwrap_err().1.title.contains("another organisation"));
    assert_eq!(tablet.enrol(&toms.secret).await.unwrap().holders, vec![world.tom]);
    assert_eq!(world.org.holders(&tablet.id.to_string()).await.unwrap(), [world.tom.to_string()]);
    assert_eq!(world.org.devices().await.unwrap().len(), 1);
    // Enough for a tablet that never was here: the code of the other organisation still serves.
    assert!(other.enrol(&theirs.secret).await.is_ok());
    world.org.revoke_device(&tablet.id.to_string(), crate::world::NOW, "lost").await.unwrap();
    assert_eq!(tablet.enrol(&toms.secret).await.unwrap_err().1.code, ProblemCode::Revoked);
}
