//! Somebody asks the office not to keep what they said: what is in the record before and after, and what tablets are told.

use crate::photos::{drawn, named, whole};
use crate::sealing::{contact_for, ivy};
use crate::tablet::{Tablet, all, pushed, read};
use crate::world::{World, wrong_type};
use age::secrecy::ExposeSecret as _;
use base64::Engine as _;
use domain::entry::{Entry, Photo};
use domain::ids::{EntryId, NotebookId};
use domain::notebook::{Actor, NewChange, Notebook, Spot, Value, project};
use domain::wire::*;
use reqwest::Method;
use server::sealed::new_pair;
use server::store::copy::Cell;

const CANARY: &str = "canary: my daughter has not come since May";

/// Where in the whole record these words stand, compact forms opened as well.
async fn where_it_stands(world: &World, words: &str) -> Vec<String> {
    let mut found = Vec::new();
    let holds = |bytes: &[u8]| bytes.windows(words.len()).any(|part| part == words.as_bytes());
    let mut chunks = Vec::new();
    let look = |row: server::store::copy::Row| {
        for (name, cell) in &row.cells {
            let bytes = match cell {
                Cell::Text(text) => text.as_bytes().to_vec(),
                Cell::Bytes(text) => base64::engine::general_purpose::STANDARD.decode(text).unwrap(),
                Cell::Number(_) => continue,
            };
            if holds(&bytes) {
                found.push(format!("{}.{name}", row.table));
            }
            if name == "chunk" {
                chunks.push((row.cells["id"].clone(), bytes));
            }
        }
        Ok(())
    };
    world.org.each_row(look).await.unwrap();
    for (id, chunk) in chunks {
        let Cell::Text(id) = id else { panic!("a notebook without an id") };
        let book = Notebook::load(id.parse().unwrap(), &chunk, &Actor::genesis()).unwrap();
        if book.changes().iter().any(|change| holds(&change.bytes)) {
            found.push("a compact form, opened".to_owned());
        }
    }
    found
}

async fn is_taken_back(world: &World, entry: EntryId) {
    let notebook = world.hazel_court.to_string();
    world.org.take_back(&notebook, vec![entry.to_string()], &world.asha.to_string(), world.state.now()).await.unwrap();
}

fn entry_of(book: &Notebook, words: &str) -> EntryId {
    let read = project(book).unwrap();
    read.entries.iter().find(|e| e.fields["words"].values[0].value.text() == Some(words)).unwrap().id
}

/// What a tablet has to hear: which entries are gone, and the notebook as it is now.
fn refounded(items: &[FeedItem], id: NotebookId) -> (Vec<EntryId>, Notebook) {
    let gone = items.iter().position(|item| matches!(item, FeedItem::Gone { follows: true, .. })).unwrap();
    let FeedItem::Gone { entries, generation, .. } = &items[gone] else { unreachable!() };
    let granted = items[gone..].iter().find_map(|item| match item {
        FeedItem::Granted { generation: g, chunk, .. } if g == generation => Some(chunk),
        _ => None,
    });
    (entries.clone(), Notebook::load(id, &granted.unwrap().0, &Actor::new([42; 16])).unwrap())
}

fn is_published(item: &FeedItem, change: &NewChange) -> bool {
    matches!(item, FeedItem::Fate { hash, held: None, .. } if *hash == change.hash)
}

fn about(tablet: &mut Tablet, book: &mut Notebook, world: &World, entry: EntryId, theme: &str) -> NewChange {
    let (stamp, seen) = (tablet.stamp(world.asha), book.heads());
    book.state(&stamp, &Spot::Entry(entry, "theme".into()), &Value::Text(theme.into()), &seen).unwrap()
}

async fn corrected(tablet: &mut Tablet, book: &mut Notebook, world: &World, entry: EntryId, words: &str) -> NewChange {
    let (stamp, seen) = (tablet.stamp(world.asha), book.heads());
    book.state(&stamp, &Spot::Entry(entry, "words".into()), &Value::Text(words.into()), &seen).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_leaves_the_record_and_the_rest_stays_under_its_ids() {
    let world = World::new().await;
    let mut ashas = world.tablet(1, &[world.asha]).await;
    let mut toms = world.tablet(2, &[world.tom]).await;
    let mut hers = ashas.notebook(world.hazel_court);
    ashas.saw(&mut hers, world.asha, CANARY);
    let entry = entry_of(&hers, CANARY);
    corrected(&mut ashas, &mut hers, &world, entry, &format!("{CANARY}, or June")).await;
    let last = ashas.saw(&mut hers, world.asha, "Warm rooms.");
    ashas.push(all(&hers)).await.unwrap();
    ashas.feed_until(|item| is_published(item, &last)).await;
    let mut his = toms.notebook(world.hazel_court);
    let bells = toms.saw(&mut his, world.tom, "Call bells within reach.");
    toms.push(vec![pushed(world.hazel_court, &bells)]).await.unwrap();
    toms.feed_until(|item| is_published(item, &bells)).await;
    let before = where_it_stands(&world, CANARY).await;
    assert!(before.len() >= 4 && before.contains(&"a compact form, opened".to_owned()), "{before:?}");

    // Tom writes on what he has heard, without signal.
    toms.feed(0).await.unwrap();
    his.apply(hers.changes().iter().map(|change| change.bytes.as_slice())).unwrap();
    let late = toms.saw(&mut his, world.tom, "The garden gate was open.");
    is_taken_back(&world, entry).await;
    let told = toms.feed_until(|item| matches!(item, FeedItem::Granted { generation: 1.., .. })).await;
    assert_eq!(where_it_stands(&world, CANARY).await, Vec::<String>::new());
    let (gone, mut again) = refounded(&told, world.hazel_court);
    assert_eq!(gone, [entry]);
    let read = project(&again).unwrap();
    let mut words: Vec<_> = read.entries.iter().map(|e| e.fields["words"].values[0].value.text().unwrap()).collect();
    words.sort_unstable();
    assert_eq!(words, ["Call bells within reach.", "Warm rooms."]);
    let old = project(&his).unwrap();
    assert!(read.entries.iter().all(|e| old.entries.contains(e)), "ids, names, times and values are what they were");

    // What stands on the old history is answered so, and so is a repeat of it; nothing of it comes back.
    assert_eq!(toms.push(vec![pushed(world.hazel_court, &late)]).await.unwrap(), [Fate::Gone]);
    let fates = ashas.push(all(&hers)).await.unwrap();
    assert!(fates[1..].iter().all(|fate| *fate == Fate::Gone), "{fates:?}");
    let next = toms.saw(&mut again, world.tom, "The garden gate was open.");
    assert_eq!(toms.push(vec![pushed(world.hazel_court, &next)]).await.unwrap(), [Fate::Taken]);
    ashas.feed_until(|item| matches!(item, FeedItem::Change { hash, .. } if *hash == next.hash)).await;
    assert_eq!(where_it_stands(&world, CANARY).await, Vec::<String>::new());
    // A tablet that comes new hears of the rest alone.
    let mut new = world.tablet(3, &[world.asha]).await;
    let told = new.feed_until(|item| matches!(item, FeedItem::Granted { .. })).await;
    assert!(!told.iter().any(|item| matches!(item, FeedItem::Change { hash, .. } if *hash == last.hash)), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_goes_with_it_where_it_repeats_the_words_and_else_waits_to_be_written_again() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let mut book = tablet.notebook(world.hazel_court);
    tablet.saw(&mut book, world.asha, CANARY);
    let entry = entry_of(&book, CANARY);
    // Both are about the same, in the pack's words, and in the same room.
    about(&mut tablet, &mut book, &world, entry, "environment and accessibility");
    let last = tablet.saw(&mut book, world.asha, "Warm rooms.");
    tablet.push(all(&book)).await.unwrap();
    tablet.feed_until(|item| is_published(item, &last)).await;
    let bad = wrong_type(&book);
    book.apply([bad.bytes.as_slice()]).unwrap();
    let repeats = corrected(&mut tablet, &mut book, &world, entry, "changed my mind").await;
    let innocent = tablet.saw(&mut book, world.asha, "The lift was out of order.");
    let lift = entry_of(&book, "The lift was out of order.");
    let themed = about(&mut tablet, &mut book, &world, lift, "environment and accessibility");
    let four = [&bad, &repeats, &innocent, &themed].map(|change| pushed(world.hazel_court, change));
    tablet.push(four.to_vec()).await.unwrap();
    tablet
        .feed_until(|item| matches!(item, FeedItem::Fate { hash, held: Some(_), .. } if *hash == innocent.hash))
        .await;
    assert!(where_it_stands(&world, "changed my mind").await.contains(&"change.bytes".to_owned()));

    is_taken_back(&world, entry).await;
    let told = tablet.feed_until(|item| matches!(item, FeedItem::Granted { generation: 1.., .. })).await;
    assert_eq!(where_it_stands(&world, CANARY).await, Vec::<String>::new());
    assert_eq!(where_it_stands(&world, "changed my mind").await, Vec::<String>::new());
    let kept = world.org.kept().await.unwrap();
    // What the bad change says is nobody's words and stands on the first change: it stays as it was.
    let waits = kept.iter().find(|kept| kept.hash == innocent.hash.to_string());
    let waits = waits.expect("a note that was acknowledged is gone");
    assert!(waits.reason.contains("its tablet writes it again"), "{kept:?}");
    assert!(
        kept.iter().any(|kept| kept.hash == themed.hash.to_string()),
        "what it is about is nobody's words: {kept:?}"
    );
    // A server that starts again looks at what is held; this it leaves as it is, so that its tablet can still be asked.
    world.org.retry_held().await.unwrap();
    let again = world.org.kept().await.unwrap();
    let same = again.iter().find(|kept| kept.hash == innocent.hash.to_string()).unwrap();
    assert_eq!(same.reason, waits.reason);

    let (_, mut again) = refounded(&told, world.hazel_court);
    let written = tablet.saw(&mut again, world.asha, "The lift was out of order.");
    let replaces = vec![bad.hash, innocent.hash, themed.hash];
    let fates = tablet.push(vec![PushedChange { replaces, ..pushed(world.hazel_court, &written) }]).await.unwrap();
    assert_eq!(fates, [Fate::Taken]);
    assert_eq!(world.org.kept().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_left_the_team_hears_of_it_and_does_not_get_the_notebook_again() {
    let world = World::new().await;
    let mut ashas = world.tablet(1, &[world.asha]).await;
    let mut toms = world.tablet(2, &[world.tom]).await;
    let mut hers = ashas.notebook(world.hazel_court);
    let canary = ashas.saw(&mut hers, world.asha, CANARY);
    ashas.push(all(&hers)).await.unwrap();
    toms.feed_until(|item| matches!(item, FeedItem::Granted { chunk, .. } if !chunk.0.is_empty())).await;
    ashas.feed_until(|item| is_published(item, &canary)).await;
    world.org.unassign(&world.hazel_court.to_string(), &world.tom.to_string()).await.unwrap();
    is_taken_back(&world, entry_of(&hers, CANARY)).await;
    let told = toms.feed_until(|item| matches!(item, FeedItem::Gone { .. })).await;
    assert!(told.iter().any(|item| matches!(item, FeedItem::Gone { follows: false, .. })), "{told:?}");
    assert!(!told.iter().any(|item| matches!(item, FeedItem::Granted { .. })), "{told:?}");
    // What he noted before he left stands on the first change alone, and is still taken.
    let mut his = toms.notebook(world.hazel_court);
    let bells = toms.saw(&mut his, world.tom, "Call bells within reach.");
    assert_eq!(toms.push(vec![pushed(world.hazel_court, &bells)]).await.unwrap(), [Fate::Taken]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_was_taken_back_is_removed_and_not_taken_again() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let mut book = tablet.notebook(world.hazel_court);
    let (jpeg, entry) = (drawn(), EntryId::new(crate::world::id(77)));
    let hash = named(&jpeg);
    let photo = Photo {
        hash: hash.clone(),
        size: jpeg.len() as u64,
        width: 700,
        height: 500,
        caption: "The lounge".into(),
        shows: String::new(),
        permission: "Mr Green".into(),
        person_said: None,
        covered: vec![],
        nobody_recognisable: true,
        area: None,
        theme: None,
    };
    let (stamp, seen) = (tablet.stamp(world.asha), book.heads());
    let taken = book.record(&stamp, entry, Entry::Photo(photo), &seen).unwrap();
    tablet.push(all(&book)).await.unwrap();
    assert!(whole(&mut tablet, &hash, &jpeg).await.unwrap().complete);
    tablet.feed_until(|item| is_published(item, &taken)).await;
    assert!(world.state.store.objects().get(world.org.id(), &hash).await.unwrap().is_some());

    is_taken_back(&world, entry).await;
    tablet.feed_until(|item| matches!(item, FeedItem::Granted { generation: 1.., .. })).await;
    while !world.state.store.objects_gone().await.unwrap().is_empty() {
        world
            .state
            .store
            .wait_beyond(world.org.id(), world.org.this().await.unwrap().rev, std::time::Duration::from_millis(50))
            .await;
    }
    assert_eq!(world.state.store.objects().get(world.org.id(), &hash).await.unwrap(), None);
    let again = tablet.send(Method::HEAD, &format!("/sync/v1/photos/{hash}"), vec![], &[]).await;
    assert_eq!(again.headers()[PHOTO_COMPLETE], "no");
    assert_eq!(whole(&mut tablet, &hash, &jpeg).await, Err(422));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_is_taken_back_before_it_comes_is_taken_out_as_soon_as_it_is_here() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let mut book = tablet.notebook(world.hazel_court);
    tablet.saw(&mut book, world.asha, CANARY);
    is_taken_back(&world, entry_of(&book, CANARY)).await;
    tablet.saw(&mut book, world.asha, "Warm rooms.");
    tablet.push(all(&book)).await.unwrap();
    let told = tablet.feed_until(|item| matches!(item, FeedItem::Granted { generation: 1.., .. })).await;
    assert_eq!(where_it_stands(&world, CANARY).await, Vec::<String>::new());
    let (_, again) = refounded(&told, world.hazel_court);
    assert_eq!(project(&again).unwrap().entries.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_goes_again_when_somebody_brings_it_again() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let mut book = tablet.notebook(world.hazel_court);
    let first = tablet.saw(&mut book, world.asha, CANARY);
    let entry = entry_of(&book, CANARY);
    tablet.push(all(&book)).await.unwrap();
    tablet.feed_until(|item| is_published(item, &first)).await;
    is_taken_back(&world, entry).await;
    let told = tablet.feed_until(|item| matches!(item, FeedItem::Granted { generation: 1.., .. })).await;
    // A tablet that was put back to an older copy writes it anew, under its id, on the new ground.
    let (_, mut again) = refounded(&told, world.hazel_court);
    let (stamp, seen) = (tablet.stamp(world.asha), again.heads());
    let same = project(&book).unwrap().entries[0].entry().unwrap();
    let brought = again.record(&stamp, entry, same, &seen).unwrap();
    assert_eq!(tablet.push(vec![pushed(world.hazel_court, &brought)]).await.unwrap(), [Fate::Taken]);
    tablet.feed_until(|item| matches!(item, FeedItem::Granted { generation: 1.., .. })).await;
    assert_eq!(where_it_stands(&world, CANARY).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn how_to_reach_whoever_took_it_back_opens_for_nobody_whenever_it_comes() {
    let world = World::new().await;
    let desk = new_pair();
    world.org.set_desk_key(&desk.public, desk.private.expose_secret().as_bytes()).await.unwrap();
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let mut book = tablet.notebook(world.hazel_court);
    let said = tablet.saw(&mut book, world.asha, CANARY);
    let entry = entry_of(&book, CANARY);
    tablet.push(all(&book)).await.unwrap();
    tablet.feed_until(|item| is_published(item, &said)).await;
    let [before, after, anothers] = [(70, Some(entry)), (71, Some(entry)), (72, None)]
        .map(|(id, view)| contact_for(&desk, id, world.hazel_court, &ivy(view)));
    let send = async |tablet: &mut Tablet, record: &SealedRecord| {
        let sent = tablet.send(Method::POST, "/sync/v1/sealed", serde_json::to_vec(record).unwrap(), &[]).await;
        assert_eq!(sent.status(), 204);
    };
    send(&mut tablet, &before).await;
    is_taken_back(&world, entry).await;
    tablet.feed_until(|item| matches!(item, FeedItem::Granted { generation: 1.., .. })).await;
    for record in [&before, &after, &anothers] {
        send(&mut tablet, record).await;
    }
    let opens =
        async |record: &SealedRecord| world.org.sealed_record(&record.id.to_string()).await.unwrap().wrapped.is_some();
    assert_eq!((opens(&before).await, opens(&after).await, opens(&anothers).await), (false, false, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_asks_for_its_own_note_to_be_taken_out_and_for_nobody_elses() {
    let world = World::new().await;
    let mut ashas = world.tablet(1, &[world.asha]).await;
    let mut toms = world.tablet(2, &[world.tom]).await;
    let mut book = ashas.notebook(world.hazel_court);
    ashas.saw(&mut book, world.asha, CANARY);
    let entry = entry_of(&book, CANARY);
    let asking = Push { take_back: vec![TakeBack { notebook: world.hazel_court, entry }], ..Push::default() };
    let asking = serde_json::to_vec(&asking).unwrap();
    let none: Vec<EntryId> = Vec::new();
    // Before it has come nothing is said of it, and the tablet asks again.
    let early = ashas.send(Method::POST, "/sync/v1/push", asking.clone(), &[]).await;
    assert_eq!(read::<Pushed>(early).await.unwrap().taking_back, none);
    ashas.push(all(&book)).await.unwrap();
    ashas.feed_until(|item| matches!(item, FeedItem::Fate { held: None, .. })).await;
    let toms_asking = toms.send(Method::POST, "/sync/v1/push", asking.clone(), &[]).await;
    assert_eq!(read::<Pushed>(toms_asking).await.unwrap().taking_back, none);
    assert!(!where_it_stands(&world, CANARY).await.is_empty(), "Tom's tablet had Asha's note taken out");

    for turn in 0..2 {
        let hers = ashas.send(Method::POST, "/sync/v1/push", asking.clone(), &[]).await;
        let hers = read::<Pushed>(hers).await.unwrap();
        assert_eq!(hers.taking_back, [entry], "also where the answer was lost");
        assert_eq!(hers.taken_out.contains(&entry), turn == 1, "then nothing of it is at the office any more");
        toms.feed_until(|item| matches!(item, FeedItem::Gone { .. })).await;
        assert_eq!(where_it_stands(&world, CANARY).await, Vec::<String>::new());
        toms.cursor = None;
    }
}
