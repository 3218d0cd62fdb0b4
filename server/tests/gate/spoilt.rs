//! What a hostile tablet or a bad disk spoils for one notebook is spoilt for no other, and blamed on nobody else.

use crate::tablet::{Tablet, all, pushed};
use crate::world::{World, wrong_type};
use domain::entry::{Entry, Observation};
use domain::notebook::{Actor, Notebook};
use domain::wire::*;
use reqwest::Method;
use server::store::published::Publication;

fn held(items: &[FeedItem]) -> Vec<(domain::notebook::Hash, String)> {
    let held = |item: &FeedItem| match item {
        FeedItem::Fate { hash, held: Some(reason), .. } => Some((*hash, reason.clone())),
        _ => None,
    };
    items.iter().filter_map(held).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_with_the_id_of_another_is_held_and_every_other_notebook_is_published() {
    let world = World::new().await;
    let mut ashas = world.tablet(1, &[world.asha]).await;
    let mut book = ashas.notebook(world.hazel_court);
    ashas.saw(&mut book, world.asha, "Good food.");
    ashas.push(all(&book)).await.unwrap();
    ashas.feed_until(|item| matches!(item, FeedItem::Fate { held: None, .. })).await;
    let taken = domain::notebook::project(&book).unwrap().entries[0].id;

    let mut toms = world.tablet(2, &[world.tom]).await;
    let day = domain::ids::NotebookId::new(crate::world::id(90));
    let mut his = toms.notebook(day);
    let seen = Observation {
        words: "Mine.".into(),
        area: None,
        theme: None,
        tone: None,
        how: vec![],
        ..Observation::default()
    };
    let (stamp, heads) = (toms.stamp(world.tom), his.heads());
    let copied = his.record(&stamp, taken, Entry::Observation(seen), &heads).unwrap();
    let mut own = toms.notebook(day);
    let good = toms.saw(&mut own, world.tom, "Quiet corridor.");
    toms.push(vec![pushed(day, &copied), pushed(day, &good)]).await.unwrap();
    let told = toms.feed_until(|item| matches!(item, FeedItem::Fate { held: Some(_), .. })).await;
    let (hash, reason) = held(&told).remove(0);
    assert_eq!(hash, copied.hash);
    assert!(reason.contains("id of something in another notebook"), "{reason}");

    let mut hers = Tablet::new(3, &world.address);
    let code = world.code_of(&world.other, &[world.ruth]).await;
    hers.enrol(&code.secret).await.unwrap();
    let mut limes = hers.notebook(world.elsewhere);
    let elsewhere = hers.saw(&mut limes, world.ruth, "Bright lounge.");
    hers.push(all(&limes)).await.unwrap();
    let published = |item: &FeedItem, of| matches!(item, FeedItem::Fate { hash, held: None, .. } if *hash == of);
    hers.feed_until(|item| published(item, elsewhere.hash)).await;
    assert_eq!(world.org.not_published().await.unwrap().taken, 0);
    let office = world.org.notebook(&day.to_string()).await.unwrap().unwrap();
    assert!(office.projection.unwrap().contains("Quiet corridor."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compact_form_that_cannot_be_read_is_made_again_from_the_changes() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let mut book = tablet.notebook(world.hazel_court);
    let first = tablet.saw(&mut book, world.asha, "Good food.");
    tablet.push(all(&book)).await.unwrap();
    tablet.feed_until(|item| matches!(item, FeedItem::Fate { hash, held: None, .. } if *hash == first.hash)).await;
    let id = world.hazel_court.to_string();
    let kept = world.org.notebook(&id).await.unwrap().unwrap();
    let spoilt = Publication {
        notebook: id.clone(),
        seen_version: kept.version,
        chunk: b"a bad sector".to_vec(),
        projection: "{}".into(),
        ..Publication::default()
    };
    world.org.publish(spoilt).await.unwrap();
    let second = tablet.saw(&mut book, world.asha, "Warm rooms.");
    tablet.push(vec![pushed(world.hazel_court, &second)]).await.unwrap();
    tablet.feed_until(|item| matches!(item, FeedItem::Fate { hash, held: None, .. } if *hash == second.hash)).await;
    assert_eq!(world.org.held().await.unwrap(), []);
    let kept = world.org.notebook(&id).await.unwrap().unwrap();
    let again = Notebook::load(world.hazel_court, &kept.chunk.unwrap(), &Actor::new([9; 16])).unwrap();
    assert_eq!(again.heads(), book.heads());
    assert!(world.state.store.check(&server::check::Again).await.unwrap().problems.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_stands_on_a_held_one_says_so_and_is_not_on_its_way_for_ever() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let mut book = tablet.notebook(world.hazel_court);
    let bad = wrong_type(&book);
    tablet.push(vec![pushed(world.hazel_court, &bad)]).await.unwrap();
    tablet.feed_until(|item| matches!(item, FeedItem::Fate { held: Some(_), .. })).await;
    book.apply([bad.bytes.as_slice()]).unwrap();
    let on_it = tablet.saw(&mut book, world.asha, "Warm rooms.");
    let later = tablet.saw(&mut book, world.asha, "Good food.");
    // The later one comes first: nobody knows yet what it stands on.
    assert_eq!(tablet.push(vec![pushed(world.hazel_court, &later)]).await.unwrap(), [Fate::Taken]);
    let fates = tablet.push(vec![pushed(world.hazel_court, &on_it)]).await.unwrap();
    assert!(matches!(&fates[0], Fate::Held { reason } if reason.contains("stands on an earlier note")), "{fates:?}");
    let told = tablet.feed(0).await.unwrap();
    assert!(held(&told).iter().any(|(hash, _)| *hash == later.hash), "{told:?}");
    assert_eq!((world.org.held().await.unwrap().len(), world.org.not_published().await.unwrap().waits), (1, 2));
    let trouble = world.org.troubles().await.unwrap().remove(0);
    assert_eq!((trouble.held, trouble.waits, trouble.device), (1, 2, tablet.id.to_string()));
    assert!(trouble.reason.unwrap().contains("wrong type"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_tom_brings_of_asha_to_an_office_that_lost_it_takes_nothing_from_her() {
    let world = World::new().await;
    let mut ashas = world.tablet(1, &[world.asha]).await;
    let mut toms = world.tablet(2, &[world.tom]).await;
    let mut hers = ashas.notebook(world.hazel_court);
    let lost = ashas.saw(&mut hers, world.asha, "Good food.");
    let mut his = toms.notebook(world.hazel_court);
    his.apply([lost.bytes.as_slice()]).unwrap();
    let own = toms.saw(&mut his, world.tom, "Warm rooms.");
    let relayed = PushedChange { relayed: true, ..pushed(world.hazel_court, &lost) };
    assert_eq!(toms.push(vec![relayed, pushed(world.hazel_court, &own)]).await.unwrap(), [Fate::Taken, Fate::Taken]);
    toms.feed_until(|item| matches!(item, FeedItem::Fate { hash, held: None, .. } if *hash == own.hash)).await;
    assert_eq!(ashas.push(vec![pushed(world.hazel_court, &lost)]).await.unwrap(), [Fate::Published]);
    let next = ashas.saw(&mut hers, world.asha, "Raised beds.");
    assert_eq!(ashas.push(vec![pushed(world.hazel_court, &next)]).await.unwrap(), [Fate::Taken]);
    ashas.feed_until(|item| matches!(item, FeedItem::Fate { hash, held: None, .. } if *hash == next.hash)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_tablet_uses_up_anothers_numbers_and_what_it_brings_of_her_waits_for_her() {
    let world = World::new().await;
    let mut ashas = world.tablet(1, &[world.asha]).await;
    let mut toms = world.tablet(2, &[world.tom]).await;
    let mut hers = ashas.notebook(world.hazel_court);
    ashas.saw(&mut hers, world.asha, "Good food.");
    ashas.push(all(&hers)).await.unwrap();
    let relayed = |change| PushedChange { relayed: true, ..pushed(world.hazel_court, change) };

    let mut same = Notebook::found(world.hazel_court, &Actor::new([1; 16])).unwrap();
    same.apply(hers.changes().iter().map(|change| change.bytes.as_slice())).unwrap();
    let forged = toms.saw(&mut same, world.asha, "Written under her name.");
    let own = ashas.saw(&mut hers, world.asha, "Raised beds.");
    assert_eq!((&forged.actor, forged.seq), (&own.actor, own.seq));
    let fates = toms.push(vec![relayed(&forged)]).await.unwrap();
    assert!(matches!(&fates[0], Fate::Held { reason } if reason.contains("sends it itself")), "{fates:?}");
    assert_eq!(ashas.push(vec![pushed(world.hazel_court, &own)]).await.unwrap(), [Fate::Taken]);
    let published = |item: &FeedItem, of| matches!(item, FeedItem::Fate { hash, held: None, .. } if *hash == of);
    ashas.feed_until(|item| published(item, own.hash)).await;
    let fates = toms.push(vec![relayed(&forged)]).await.unwrap();
    assert!(matches!(&fates[0], Fate::Held { reason } if reason.contains("not what its tablet wrote")), "{fates:?}");

    let next = ashas.saw(&mut hers, world.asha, "Bright lounge.");
    let mut his = toms.notebook(world.hazel_court);
    his.apply(hers.changes().iter().map(|change| change.bytes.as_slice())).unwrap();
    let on_it = toms.saw(&mut his, world.tom, "Warm rooms.");
    let fates = toms.push(vec![relayed(&next), pushed(world.hazel_court, &on_it)]).await.unwrap();
    assert!(fates.iter().all(|fate| matches!(fate, Fate::Held { .. })), "{fates:?}");
    world.org.retry_held().await.unwrap();
    assert_eq!(world.org.held().await.unwrap().len(), 2, "neither another start nor another program shows it");
    assert_eq!(ashas.push(vec![pushed(world.hazel_court, &next)]).await.unwrap(), [Fate::Taken]);
    toms.feed_until(|item| published(item, on_it.hash)).await;
    let office = world.org.notebook(&world.hazel_court.to_string()).await.unwrap().unwrap().projection.unwrap();
    for words in ["Good food.", "Raised beds.", "Bright lounge.", "Warm rooms."] {
        assert!(office.contains(words), "{words} is not in {office}");
    }
    assert!(!office.contains("under her name"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_answered_is_not_answered_again_after_a_restart() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    tablet.feed(0).await.unwrap();
    let (nonce, path) = (tablet.nonce.clone(), "/sync/v1/feed?after=&wait=0");
    assert!(tablet.send_over(&nonce, Method::GET, path, vec![], &[]).await.status().is_success());
    let mut copied = Tablet::new(1, &world.mended().await);
    let replayed = copied.send_over(&nonce, Method::GET, path, vec![], &[]).await;
    assert_eq!(crate::tablet::read::<Feed>(replayed).await.unwrap_err().1.code, ProblemCode::Unsigned);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_that_has_read_beyond_the_record_begins_a_new_life_of_it_once() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    tablet.feed(0).await.unwrap();
    let known = tablet.cursor.unwrap();
    let beyond = Cursor { revision: known.revision + 40, ..known };
    tablet.cursor = Some(beyond);
    let told = tablet.feed(0).await.unwrap();
    assert!(told.iter().any(|item| matches!(item, FeedItem::Visit(_))), "told from the beginning: {told:?}");
    let anew = tablet.cursor.unwrap();
    assert_ne!(anew.store, known.store);
    tablet.cursor = Some(beyond);
    tablet.feed(0).await.unwrap();
    assert_eq!(tablet.cursor.unwrap().store, anew.store, "once");
    let audit = world.org.audit_after(0, 100).await.unwrap();
    assert_eq!(audit.iter().filter(|line| line.what.contains("put back to an earlier state")).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_tablet_cannot_drive_the_record_through_life_after_life() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    tablet.feed(0).await.unwrap();
    let known = tablet.cursor.unwrap();
    tablet.cursor = Some(Cursor { revision: i64::MAX, ..known });
    assert_eq!(tablet.feed(0).await.unwrap_err().1.code, ProblemCode::Refused, "nobody has read as far as that");
    let beyond = |cursor: Cursor| Some(Cursor { revision: cursor.revision + 40, ..cursor });
    tablet.cursor = beyond(known);
    tablet.feed(0).await.unwrap();
    let second = tablet.cursor.unwrap();
    assert_ne!(second.store, known.store);
    tablet.cursor = beyond(second);
    assert_eq!(tablet.feed(0).await.unwrap_err().1.code, ProblemCode::Later);
    assert_eq!(world.org.this().await.unwrap().store_id, second.store.to_string());
    world.pass(25 * 3_600_000);
    tablet.nonce.clear();
    tablet.cursor = beyond(second);
    tablet.feed(0).await.unwrap();
    assert_ne!(tablet.cursor.unwrap().store, second.store, "the next day it may be true");
    let audit = world.org.audit_after(0, 100).await.unwrap();
    assert_eq!(audit.iter().filter(|line| line.what.starts_with("a tablet says")).count(), 2);
}
