use crate::tablet::{Tablet, all, pushed};
use crate::world::{World, wrong_type};
use domain::notebook::{Actor, Notebook, project};
use domain::wire::*;
use reqwest::Method;

#[tokio::test(flavor = "multi_thread")]
async fn tom_reads_what_asha_wrote_and_dilys_who_was_not_there_does_not() {
    let world = World::new().await;
    let mut ashas = world.tablet(1, &[world.asha]).await;
    let mut toms = world.tablet(2, &[world.tom]).await;
    let mut dilyss = world.tablet(3, &[world.dilys]).await;
    let first = toms.feed(0).await.unwrap();
    assert!(
        first.iter().any(|i| matches!(i, FeedItem::Visit(v) if v.place == "Hazel Court" && v.team.len() == 2)),
        "{first:?}"
    );
    let mut hers = ashas.notebook(world.hazel_court);
    let mut his = toms.notebook(world.hazel_court);
    ashas.saw(&mut hers, world.asha, "Television on, nobody watching.");
    ashas.summed_up(&mut hers, world.asha, "Warm staff.");
    toms.summed_up(&mut his, world.tom, "Stretched thin.");
    assert_eq!(ashas.push(all(&hers)).await.unwrap(), vec![Fate::Taken; 3]);
    let granted = toms.feed_until(|i| matches!(i, FeedItem::Granted { .. })).await;
    // The first change is in the notebook already: Asha's tablet brought it.
    assert_eq!(toms.push(all(&his)).await.unwrap(), vec![Fate::Published, Fate::Taken]);
    for item in granted {
        if let FeedItem::Granted { chunk, notebook, .. } = item {
            let theirs = Notebook::load(notebook, &chunk.0, &Actor::new([77; 16])).unwrap().changes();
            his.apply(theirs.iter().map(|c| c.bytes.as_slice())).unwrap();
        }
    }
    let told = toms.feed_until(|i| matches!(i, FeedItem::Fate { held: None, .. })).await;
    for item in told {
        if let FeedItem::Change { bytes, .. } = item {
            his.apply([bytes.0.as_slice()]).unwrap();
        }
    }
    let reading = project(&his).unwrap();
    assert_eq!((reading.entries.len(), reading.differences().len()), (1, 1));
    let outside = dilyss.feed(0).await.unwrap();
    assert!(
        !outside.iter().any(|i| matches!(i, FeedItem::Change { .. } | FeedItem::Granted { .. } | FeedItem::Visit(_))),
        "{outside:?}"
    );
    let office = world.org.notebook(&world.hazel_court.to_string()).await.unwrap().unwrap();
    assert!(office.projection.unwrap().contains("Stretched thin."));
    let found = world.state.store.check(&server::check::Again).await.unwrap();
    assert_eq!((found.problems, found.notebooks), (vec![], 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_said_twice_changes_nothing_and_one_out_of_order_is_put_right() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let mut book = tablet.notebook(world.hazel_court);
    for words in ["One.", "Two.", "Three."] {
        tablet.saw(&mut book, world.asha, words);
    }
    let mut late = all(&book);
    late.reverse();
    let last = late.remove(0);
    assert_eq!(tablet.push(vec![last.clone()]).await.unwrap(), vec![Fate::Taken]);
    assert_eq!(tablet.push(late.clone()).await.unwrap(), vec![Fate::Taken; 3]);
    assert_eq!(tablet.push(late).await.unwrap(), vec![Fate::Taken; 3]);
    let mine = last.hash;
    tablet.feed_until(|i| matches!(i, FeedItem::Fate { hash, held: None, .. } if *hash == mine)).await;
    let kept = world.org.changes(&world.hazel_court.to_string()).await.unwrap();
    assert_eq!(kept.len(), 4);
    let device = world.org.device(&tablet.id.to_string()).await.unwrap().unwrap();
    assert!(device.waiting.unwrap().contains("\"changes\":1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_malformed_or_anothers_is_refused_with_its_reason_and_the_rest_goes_on() {
    let world = World::new().await;
    let mut ashas = world.tablet(1, &[world.asha]).await;
    let mut book = ashas.notebook(world.hazel_court);
    let good = ashas.saw(&mut book, world.asha, "Good food.");
    let mut far = ashas.notebook(world.elsewhere);
    let strange = ashas.saw(&mut far, world.asha, "Not ours.");
    let mut garbage = pushed(world.hazel_court, &good);
    garbage.bytes.0.truncate(40);
    let mut renamed = pushed(world.hazel_court, &good);
    renamed.hash = strange.hash;
    let document = PushedChange { bytes: Bytes(book.save()), ..pushed(world.hazel_court, &good) };
    let fates = ashas
        .push(vec![garbage, pushed(world.elsewhere, &strange), pushed(world.hazel_court, &good), renamed, document])
        .await
        .unwrap();
    let reason = |fate: &Fate| match fate {
        Fate::Refused { reason } => reason.clone(),
        other => format!("{other:?}"),
    };
    assert!(reason(&fates[0]).contains("no change of a notebook"), "{fates:?}");
    assert!(reason(&fates[1]).contains("another organisation"), "{fates:?}");
    assert_eq!(fates[2], Fate::Taken);
    assert!(reason(&fates[3]).contains("damaged"), "{fates:?}");
    assert!(reason(&fates[4]).contains("not a plain change"), "{fates:?}");
    assert!(world.other.notebook(&world.elsewhere.to_string()).await.unwrap().is_none());
    assert!(world.org.notebook(&world.elsewhere.to_string()).await.unwrap().is_none());
    let audit = world.org.audit_after(0, 100).await.unwrap();
    assert!(audit.iter().any(|line| line.what.contains("refused")), "{audit:?}");
    ashas.feed_until(|i| matches!(i, FeedItem::Fate { hash, held: None, .. } if *hash == good.hash)).await;
    let mut thief = world.tablet(2, &[world.tom]).await;
    let mut same = Notebook::found(world.hazel_court, &Actor::new([1; 16])).unwrap();
    let forged = thief.saw(&mut same, world.tom, "Written under her name.");
    let fates = thief.push(vec![pushed(world.hazel_court, &forged)]).await.unwrap();
    assert!(reason(&fates[0]).contains("Another tablet"), "{fates:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_at_once_is_refused_as_a_whole_and_the_tablet_can_go_on() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let mut book = tablet.notebook(world.hazel_court);
    let change = tablet.saw(&mut book, world.asha, "Good food.");
    let many = vec![pushed(world.hazel_court, &change); MOST_CHANGES + 1];
    assert_eq!(tablet.push(many).await.unwrap_err().1.code, ProblemCode::Refused);
    let large = tablet.send(Method::POST, "/sync/v1/push", vec![b' '; LARGEST_PUSH + 1], &[]).await;
    assert_eq!(large.status(), 422);
    let again = tablet.send(Method::POST, "/sync/v1/push", vec![b' '; LARGEST_PUSH + 1], &[]).await;
    assert_eq!(again.status(), 422);
    let audit = world.org.audit_after(0, 100).await.unwrap();
    let said = audit.iter().filter(|line| line.what.contains("too large")).count();
    assert_eq!(said, 1, "recorded, and not more than once a minute: {audit:?}");
    let nonsense = tablet.send(Method::POST, "/sync/v1/push", b"{\"changes\":7}".to_vec(), &[]).await;
    assert_eq!(nonsense.status(), 422);
    assert_eq!(tablet.push(all(&book)).await.unwrap(), vec![Fate::Taken; 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_makes_no_sense_is_held_with_its_reason_and_ashas_other_words_are_published() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let mut book = tablet.notebook(world.hazel_court);
    let good = tablet.saw(&mut book, world.asha, "Good food.");
    let bad = wrong_type(&book);
    let fates = tablet.push(vec![pushed(world.hazel_court, &bad), pushed(world.hazel_court, &good)]).await.unwrap();
    assert_eq!(fates, vec![Fate::Taken; 2]);
    let items = tablet.feed_until(|i| matches!(i, FeedItem::Fate { held: Some(_), .. })).await;
    let held: Vec<_> = items
        .iter()
        .filter_map(|i| match i {
            FeedItem::Fate { hash, held: Some(reason), .. } => Some((*hash, reason.clone())),
            _ => None,
        })
        .collect();
    assert!(held.iter().any(|(hash, why)| *hash == bad.hash && why.contains("wrong type")), "{held:?}");
    let again = tablet.push(vec![pushed(world.hazel_court, &bad)]).await.unwrap();
    assert!(matches!(&again[0], Fate::Held { reason } if reason.contains("wrong type")), "{again:?}");
    let office = world.org.notebook(&world.hazel_court.to_string()).await.unwrap().unwrap();
    assert!(office.projection.unwrap().contains("Good food."));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_tom_wrote_after_leaving_the_team_is_taken_and_marked() {
    let world = World::new().await;
    let mut toms = world.tablet(2, &[world.tom]).await;
    let mut book = toms.notebook(world.hazel_court);
    toms.saw(&mut book, world.tom, "Before.");
    toms.push(all(&book)).await.unwrap();
    toms.feed_until(|i| matches!(i, FeedItem::Fate { held: None, .. })).await;
    world.org.unassign(&world.hazel_court.to_string(), &world.tom.to_string()).await.unwrap();
    let after = toms.saw(&mut book, world.tom, "After.");
    assert_eq!(toms.push(vec![pushed(world.hazel_court, &after)]).await.unwrap(), vec![Fate::Taken]);
    toms.feed_until(|i| matches!(i, FeedItem::Fate { hash, held: None, .. } if *hash == after.hash)).await;
    let _: &Tablet = &toms;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_settles_a_difference_through_the_same_door_and_toms_tablet_reads_it() {
    let world = World::new().await;
    let mut ashas = world.tablet(1, &[world.asha]).await;
    let mut toms = world.tablet(2, &[world.tom]).await;
    let mut hers = ashas.notebook(world.hazel_court);
    let mut his = toms.notebook(world.hazel_court);
    ashas.summed_up(&mut hers, world.asha, "Warm staff.");
    let own = toms.summed_up(&mut his, world.tom, "Stretched thin.");
    ashas.push(all(&hers)).await.unwrap();
    toms.push(all(&his)).await.unwrap();
    toms.feed_until(|i| matches!(i, FeedItem::Fate { hash, held: None, .. } if *hash == own.hash)).await;
    let spot = domain::notebook::Spot::Summary("overall".into());
    let value = domain::notebook::Value::Text("Warm staff, stretched thin.".into());
    server::sync::office_write(
        &world.org,
        world.hazel_court,
        world.asha,
        world.state.now(),
        "link-2008/1",
        |book, stamp| {
            let seen = book.heads();
            book.state(stamp, &spot, &value, &seen)
        },
    )
    .await
    .unwrap();
    let kept = world.org.notebook(&world.hazel_court.to_string()).await.unwrap().unwrap();
    let reading: domain::notebook::Projection = serde_json::from_str(&kept.projection.unwrap()).unwrap();
    assert_eq!(reading.differences().len(), 0);
    assert_eq!(reading.summary["overall"].settled(), Some(&value));
    let office = uuid::Uuid::nil().to_string();
    let settled = world.org.changes(&world.hazel_court.to_string()).await.unwrap();
    let settled = settled.iter().find(|c| c.device == office).unwrap().hash.clone();
    toms.feed_until(|i| matches!(i, FeedItem::Change { hash, .. } if hash.to_string() == settled)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_cannot_read_holds_nobodys_words_for_it() {
    let world = World::with_child("/nowhere/enterview".into()).await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let mut book = tablet.notebook(world.hazel_court);
    tablet.saw(&mut book, world.asha, "Raised beds.");
    assert_eq!(tablet.push(all(&book)).await.unwrap(), vec![Fate::Taken; 2]);
    assert!(server::projector::drained(&world.state).await.is_err());
    assert_eq!((world.org.held().await.unwrap().len(), world.org.not_published().await.unwrap().taken), (0, 2));
    let mut tablet = Tablet::new(1, &world.mended().await);
    tablet.feed_until(|item| matches!(item, FeedItem::Fate { held: None, .. })).await;
    assert_eq!(world.org.not_published().await.unwrap().taken, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_in_the_record_whichever_door_it_came_to() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let before = world.org.audit_after(0, 100).await.unwrap().len();
    let sent = tablet.send(Method::POST, "/sync/v1/push", b"{".to_vec(), &[]).await;
    assert_eq!(sent.status(), 422);
    let headers = [(PIECE_AT, "0".to_owned()), (PHOTO_SIZE, u64::MAX.to_string())];
    let photo = format!("/sync/v1/photos/{}", "a".repeat(64));
    assert_eq!(tablet.send(Method::PATCH, &photo, b"x".to_vec(), &headers).await.status(), 422);
    let record = SealedRecord {
        id: domain::ids::SealedId::new(crate::world::id(71)),
        kind: domain::sealed::SealedKind::Concern,
        notebook: Some(world.elsewhere),
        wrapped_key: Bytes(vec![1; 200]),
        sealed: Bytes(vec![1; 200]),
    };
    let sent = tablet.send(Method::POST, "/sync/v1/sealed", serde_json::to_vec(&record).unwrap(), &[]).await;
    assert_eq!(sent.status(), 422, "another organisation's visit");
    let told: Vec<String> = world.org.audit_after(0, 100).await.unwrap().into_iter().map(|line| line.what).collect();
    assert_eq!(told.len(), before + 3, "{told:?}");
    assert!(told.iter().any(|what| what == "refused POST /sync/v1/sealed"), "{told:?}");
    world.org.revoke_device(&tablet.id.to_string(), world.state.now(), "lost").await.unwrap();
    assert_eq!(tablet.send(Method::PATCH, &photo, b"x".to_vec(), &headers).await.status(), 410);
    let last = world.org.audit_after(0, 100).await.unwrap();
    assert!(last.iter().any(|line| line.what == "refused what a revoked tablet sent"), "{last:?}");
}

/// The same change as if another had written it.
fn as_if_by(change: &domain::notebook::NewChange, actor: Vec<u8>) -> domain::notebook::NewChange {
    let read = automerge::Change::from_bytes(change.bytes.clone()).unwrap();
    let mut expanded = read.decode();
    expanded.actor_id = automerge::ActorId::from(actor);
    domain::notebook::NewChange::from(automerge::Change::from(expanded))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_actor_id_forged_is_refused_whichever_way_it_is_spelt() {
    let world = World::new().await;
    let mut ashas = world.tablet(1, &[world.asha]).await;
    let mut book = ashas.notebook(world.hazel_court);
    let hers = ashas.saw(&mut book, world.asha, "Good food.");
    ashas.push(vec![pushed(world.hazel_court, &hers)]).await.unwrap();
    let mut thief = world.tablet(2, &[world.tom]).await;
    let mut own = thief.notebook(world.hazel_court);
    let written = thief.summed_up(&mut own, world.asha, "Written under her name.");
    let derived = |level: &[u8]| [&[0x13, 0xb2, 0x23, 0x09], level, &[1; 16]].concat();
    let spelt = [
        (vec![1; 16], "Another tablet writes under this name"),
        (derived(&[1]), "Another tablet writes under this name"),
        (derived(&[0x81, 0]), "no change of a notebook"),
        (derived(&[]), "no change of a notebook"),
        (vec![], "no change of a notebook"),
        (vec![0; 16], "says that it founds this notebook, and does not"),
    ];
    for (actor, why) in spelt {
        let forged = as_if_by(&written, actor.clone());
        let fates = thief.push(vec![pushed(world.hazel_court, &forged)]).await.unwrap();
        assert!(matches!(&fates[0], Fate::Refused { reason } if reason.contains(why)), "{actor:?}: {fates:?}");
    }
    let next = ashas.saw(&mut book, world.asha, "Warm rooms.");
    ashas.push(vec![pushed(world.hazel_court, &next)]).await.unwrap();
    ashas.feed_until(|item| matches!(item, FeedItem::Fate { hash, held: None, .. } if *hash == next.hash)).await;
}
