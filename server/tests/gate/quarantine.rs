//! What the office keeps and does not show, and both ways out of there.

use crate::tablet::{Tablet, pushed};
use crate::world::{World, wrong_type};
use domain::entry::{Entry, Observation};
use domain::ids::EntryId;
use domain::notebook::{Actor, Hash, NewChange, Notebook};
use domain::wire::*;
use server::store::changes::ChangeState;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// A reading process that ends over every job while `broken` is there.
fn reader(at: &Path, broken: &Path) -> std::path::PathBuf {
    let program = at.join("reader");
    let real = env!("CARGO_BIN_EXE_enterview");
    let text = format!("#!/bin/sh\n[ -e {} ] && exit 1\nexec {real} \"$@\"\n", broken.display());
    std::fs::write(&program, text).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    program
}

fn is_held(item: &FeedItem, of: Hash, asked: bool) -> bool {
    matches!(item, FeedItem::Fate { hash, held: Some(_), again, .. } if *hash == of && *again == asked)
}

fn is_published(item: &FeedItem, of: Hash) -> bool {
    matches!(item, FeedItem::Fate { hash, held: None, .. } if *hash == of)
}

async fn states(world: &World) -> Vec<ChangeState> {
    world.org.kept().await.unwrap().into_iter().map(|kept| kept.state).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_change_and_what_waits_for_it_come_free_on_an_administrators_word() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken");
    std::fs::write(&broken, "").unwrap();
    let world = World::with_child(reader(folder.path(), &broken)).await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let mut book = tablet.notebook(world.hazel_court);
    let first = tablet.saw(&mut book, world.asha, "Warm rooms.");
    tablet.push(vec![pushed(world.hazel_court, &first)]).await.unwrap();
    tablet.feed_until(|item| is_held(item, first.hash, false)).await;
    let on_it = tablet.saw(&mut book, world.asha, "Good food.");
    let fates = tablet.push(vec![pushed(world.hazel_court, &on_it)]).await.unwrap();
    assert!(matches!(&fates[0], Fate::Held { .. }), "{fates:?}");
    let kept = world.org.kept().await.unwrap();
    let of_visit = kept.iter().all(|kept| kept.place.as_deref() == Some("Hazel Court") && !kept.asked);
    assert!(of_visit && kept.iter().any(|kept| kept.hash == first.hash.to_string()), "{kept:?}");

    // What was in the way is mended; the word alone brings it out, and only this tablet's.
    std::fs::remove_file(&broken).unwrap();
    world.org.retry_held_of("another tablet").await.unwrap();
    assert!(states(&world).await.contains(&ChangeState::Held));
    world.org.retry_held_of(&tablet.id.to_string()).await.unwrap();
    world.state.wake.notify_one();
    tablet.feed_until(|item| is_published(item, on_it.hash)).await;
    assert_eq!(states(&world).await, []);
}

/// The same entry under the same id, by a new actor, on what is published.
fn written_again(tablet: &mut Tablet, world: &World, entry: EntryId, words: &str) -> NewChange {
    let mut book = Notebook::found(world.hazel_court, &Actor::new([77; 16])).unwrap();
    let (stamp, seen) = (tablet.stamp(world.asha), book.heads());
    let what =
        Observation { words: words.into(), area: None, theme: None, tone: None, how: vec![], ..Observation::default() };
    book.record(&stamp, entry, Entry::Observation(what), &seen).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_change_and_what_waits_for_it_are_written_again_by_their_tablet_when_it_is_asked() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let mut toms = world.tablet(2, &[world.tom]).await;
    let mut book = tablet.notebook(world.hazel_court);
    let bad = wrong_type(&book);
    tablet.push(vec![pushed(world.hazel_court, &bad)]).await.unwrap();
    tablet.feed_until(|item| is_held(item, bad.hash, false)).await;
    book.apply([bad.bytes.as_slice()]).unwrap();
    let on_it = tablet.saw(&mut book, world.asha, "Warm rooms.");
    let entry = domain::notebook::project(&book).unwrap().entries[0].id;
    tablet.push(vec![pushed(world.hazel_court, &on_it)]).await.unwrap();

    world.org.ask_again(&tablet.id.to_string()).await.unwrap();
    let told = tablet.feed_until(|item| is_held(item, on_it.hash, true)).await;
    assert!(told.iter().any(|item| is_held(item, bad.hash, true)), "{told:?}");
    assert!(world.org.kept().await.unwrap().iter().all(|kept| kept.asked));
    assert!(
        !toms.feed(0).await.unwrap().iter().any(|item| matches!(item, FeedItem::Fate { .. })),
        "only hers is asked"
    );

    let names =
        |change: &NewChange| PushedChange { replaces: vec![bad.hash, on_it.hash], ..pushed(world.hazel_court, change) };
    // Another tablet says that it replaces them: it says so of what is not its own.
    let mut his = toms.notebook(world.hazel_court);
    let other = toms.saw(&mut his, world.tom, "Loud bell.");
    assert_eq!(toms.push(vec![names(&other)]).await.unwrap(), [Fate::Taken]);
    assert_eq!(states(&world).await, [ChangeState::Held, ChangeState::Waits]);

    let again = written_again(&mut tablet, &world, entry, "Warm rooms.");
    assert_eq!(tablet.push(vec![names(&again)]).await.unwrap(), [Fate::Taken]);
    tablet.feed_until(|item| is_published(item, again.hash)).await;
    assert_eq!(states(&world).await, []);
    let office = world.org.notebook(&world.hazel_court.to_string()).await.unwrap().unwrap().projection.unwrap();
    assert!(office.contains("Warm rooms."), "{office}");
    // The old bytes stay in the log, are tried no more, and a repeat of them is answered.
    world.org.retry_held().await.unwrap();
    assert_eq!(states(&world).await, []);
    assert_eq!(world.org.change(&bad.hash.to_string()).await.unwrap().unwrap().state, ChangeState::Replaced);
    let fates = tablet.push(vec![pushed(world.hazel_court, &bad)]).await.unwrap();
    assert!(matches!(&fates[0], Fate::Held { reason } if reason.contains("written it again")), "{fates:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_process_that_ends_at_its_limits_is_started_again_for_the_next() {
    use server::projector::{Answer, Ask, Ended, Projector, Publish};
    let projector = Projector::new(env!("CARGO_BIN_EXE_enterview").into());
    let id = domain::ids::NotebookId::new(crate::world::id(7));
    let mut book = Notebook::found(id, &Actor::new([1; 16])).unwrap();
    let stamp = Tablet::new(1, "").stamp(domain::ids::PersonId::new(crate::world::id(8)));
    let spot = domain::notebook::Spot::Summary("overall".into());
    // Each a value over the one before it, with all that it replaced: a few megabytes become hundreds.
    let large: Vec<Bytes> = (0..8)
        .map(|n: u8| {
            let (seen, words) = (book.heads(), char::from(b'a' + n).to_string().repeat(3_000_000));
            let change = book.state(&stamp, &spot, &domain::notebook::Value::Text(words), &seen).unwrap();
            Bytes(change.bytes)
        })
        .collect();
    let small = large.first().cloned().unwrap();
    let job = |changes| Ask::Publish(Publish { notebook: id, chunk: None, changes });
    let ended = projector.ask(&job(large)).await;
    assert!(ended.as_ref().is_err_and(|error| error.is::<Ended>()), "{ended:?}");
    let next = projector.ask(&job(vec![small])).await.unwrap();
    assert!(matches!(next, Answer::Published(Ok(done)) if done.published.len() == 1));
}

/// A reading process that does not die, and answers to every job what nobody asked.
fn beside_the_point(at: &Path) -> std::path::PathBuf {
    let program = at.join("reader");
    let answer = r#"{"Photo":{"Ok":{"width":1,"height":1}}}"#;
    let frame = format!("\\000\\000\\000\\{:03o}{answer}", answer.len()).repeat(100);
    std::fs::write(&program, format!("#!/bin/sh\nprintf '{frame}'\nexec cat > /dev/null\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    program
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_without_ending_the_reading_process_is_tried_again_before_anything_is_held() {
    use server::projector::{Projector, drained};
    use server::serve::State;
    let folder = tempfile::tempdir().unwrap();
    let world = World::with_child("/nowhere/enterview".into()).await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let mut book = tablet.notebook(world.hazel_court);
    for words in ["Warm rooms.", "Good food."] {
        let note = tablet.saw(&mut book, world.asha, words);
        tablet.push(vec![pushed(world.hazel_court, &note)]).await.unwrap();
    }
    let on = |program| {
        let (store, clock) = (world.state.store.clone(), world.state.clock.clone());
        State::on(server::sync::Terms::default(), store, Projector::new(program), clock)
    };
    let troubled = on(beside_the_point(folder.path()));
    for _ in 0..2 {
        assert!(drained(&troubled).await.is_err());
        assert_eq!((states(&world).await, world.org.not_published().await.unwrap().taken), (vec![], 3));
    }
    let all = on(env!("CARGO_BIN_EXE_enterview").into());
    drained(&all).await.unwrap();
    assert_eq!((states(&world).await, world.org.not_published().await.unwrap().taken), (vec![], 0));
    let office = world.org.notebook(&world.hazel_court.to_string()).await.unwrap().unwrap().projection.unwrap();
    assert!(office.contains("Warm rooms.") && office.contains("Good food."), "{office}");
}
