//! One tablet that has gone wrong starves no other, and what is too much is asked to come again, with words.

use crate::seeing::figures;
use crate::tablet::{Tablet, all, pushed, read};
use crate::world::World;
use domain::ids::{NotebookId, PersonId};
use domain::wire::*;
use reqwest::{Method, Response};
use server::projector::Projector;
use server::serve::State;
use server::store::taken::Most;
use server::sync::{Allowance, Bounds, Paces, Terms};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

fn slow() -> Terms {
    let tablet = Allowance { at_once: 20, a_second: 1 };
    Terms { paces: Paces { tablet, ..Paces::default() }, ..Terms::default() }
}

fn narrow(bounds: Bounds) -> Terms {
    Terms { bounds, ..Terms::default() }
}

/// The same tablet at another address.
fn at(address: &str, n: u8) -> Tablet {
    Tablet::new(n, address)
}

async fn busy(response: Response) -> (u16, u32, String) {
    let (status, after) = (response.status().as_u16(), response.headers().get("retry-after").cloned());
    let problem = read::<Pushed>(response).await.unwrap_err().1;
    assert_eq!(problem.code, ProblemCode::Later, "{problem:?}");
    (status, after.expect("it says when to come again").to_str().unwrap().parse().unwrap(), problem.title)
}

fn a_note(tablet: &mut Tablet, visit: NotebookId, by: PersonId, words: &str) -> Vec<u8> {
    let mut book = tablet.notebook(visit);
    tablet.saw(&mut book, by, words);
    serde_json::to_vec(&Push { changes: all(&book), ..Push::default() }).unwrap()
}

/// Waits for what is only to be looked at; a story that waits in vain ends.
async fn until(is: impl Fn() -> bool) {
    let mut tick = tokio::time::interval(std::time::Duration::from_millis(5));
    for _ in 0..4_000 {
        if is() {
            return;
        }
        tick.tick().await;
    }
    panic!("it never came to that");
}

/// The door of a server that publishes nothing.
async fn serve(state: State) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let service = server::serve::app(state, axum::Router::new());
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    address
}

async fn reads(state: &State) -> u64 {
    let text = figures(state).await;
    let line = text.lines().find_map(|line| line.strip_prefix("enterview_feed_reads_total ")).unwrap();
    line.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_that_sends_in_a_loop_is_slowed_and_toms_goes_through() {
    let world = World::new().await;
    for (n, who) in [(1, world.asha), (2, world.tom)] {
        world.tablet(n, &[who]).await;
    }
    let (address, _) = world.on(slow()).await;
    let (mut broken, mut toms) = (at(&address, 1), at(&address, 2));
    let note = a_note(&mut broken, world.hazel_court, world.asha, "Good food.");
    let mut taken = 0;
    let (status, after, words) = loop {
        let sent = broken.send(Method::POST, "/sync/v1/push", note.clone(), &[]).await;
        match sent.status().is_success() {
            true => taken += 1,
            false => break busy(sent).await,
        }
        assert!(taken <= 20, "nothing slows it");
    };
    assert_eq!((taken, status, after), (20, 429, 2));
    assert!(words.contains("Everything is safe here"), "{words}");
    let his = a_note(&mut toms, world.hazel_court, world.tom, "Leaflet of 2019.");
    let sent = toms.send(Method::POST, "/sync/v1/push", his, &[]).await;
    assert!(read::<Pushed>(sent).await.unwrap().fates.iter().all(|(_, fate)| !matches!(fate, Fate::Refused { .. })));
    let again = broken.send(Method::POST, "/sync/v1/push", note.clone(), &[]).await;
    assert_eq!(again.status(), 429);
    world.pass(i64::from(after) * 1000);
    let again = broken.send(Method::POST, "/sync/v1/push", note, &[]).await;
    assert!(again.status().is_success(), "after as long as it was told");
    let lines = world.org.audit_after(0, 100).await.unwrap();
    assert!(!lines.iter().any(|line| line.what.contains("refused")), "being too fast is no misdeed: {lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_fast_is_answered_before_its_body_is_read() {
    let world = World::new().await;
    world.tablet(1, &[world.asha]).await;
    let (address, _) = world.on(slow()).await;
    let mut broken = at(&address, 1);
    while broken.send(Method::GET, "/sync/v1/feed", Vec::new(), &[]).await.status().is_success() {}
    // Nothing of the four megabytes is ever sent, and the answer comes all the same.
    let mut line = tokio::net::TcpStream::connect(address.trim_start_matches("http://")).await.unwrap();
    let head = format!(
        "POST /sync/v1/push HTTP/1.1\r\nhost: office\r\n{SPEAKS}: {VERSION}\r\n{DEVICE}: {}\r\ncontent-length: {LARGEST_PUSH}\r\n\r\n",
        broken.id
    );
    line.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 200];
    line.read_exact(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer).to_lowercase();
    assert!(answer.starts_with("http/1.1 429") && answer.contains("retry-after: 2"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_there_is_no_room_for_is_asked_to_come_again_and_is_taken_then() {
    let world = World::new().await;
    world.tablet(1, &[world.asha]).await;
    let (address, _) = world.on(narrow(Bounds { kib_coming: 1, ..Bounds::default() })).await;
    let mut there = at(&address, 1);
    let note = a_note(&mut there, world.hazel_court, world.asha, &"Good food. ".repeat(200));
    let (status, after, words) = busy(there.send(Method::POST, "/sync/v1/push", note.clone(), &[]).await).await;
    assert_eq!((status, after), (503, 2));
    assert!(words.contains("busy") && words.contains("Everything is safe here"), "{words}");
    let mut home = at(&world.address, 1);
    let sent = home.send(Method::POST, "/sync/v1/push", note, &[]).await;
    assert!(read::<Pushed>(sent).await.unwrap().fates.iter().all(|(_, fate)| *fate == Fate::Taken));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_too_much_waits_to_be_published_no_more_is_taken_and_nothing_taken_is_lost() {
    let world = World::with_child("/nowhere/enterview".into()).await;
    world.tablet(1, &[world.asha]).await;
    let state = &world.state;
    let terms = narrow(Bounds { unpublished: 1, ..Bounds::default() });
    let stuck = State::on(terms, state.store.clone(), Projector::new("/nowhere/enterview".into()), state.clock.clone());
    let address = serve(stuck).await;
    let mut tablet = at(&address, 1);
    let first = a_note(&mut tablet, world.hazel_court, world.asha, "One.");
    let sent = tablet.send(Method::POST, "/sync/v1/push", first.clone(), &[]).await;
    assert!(sent.status().is_success());
    world.pass(3_000);
    let (status, after, _) = busy(tablet.send(Method::POST, "/sync/v1/push", first.clone(), &[]).await).await;
    assert_eq!((status, after), (503, 30));
    assert_eq!(world.org.not_published().await.unwrap().taken, 2);
    let mut mended = Tablet::new(1, &world.mended().await);
    mended.feed_until(|item| matches!(item, FeedItem::Fate { held: None, .. })).await;
    world.pass(3_000);
    assert!(tablet.send(Method::POST, "/sync/v1/push", first, &[]).await.status().is_success());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_tablet_of_which_too_much_waits_is_asked_to_come_again_and_toms_goes_through() {
    let world = World::with_child("/nowhere/enterview".into()).await;
    for (n, who) in [(1, world.asha), (2, world.tom)] {
        world.tablet(n, &[who]).await;
    }
    let terms = narrow(Bounds { of_a_tablet: Most { unread: 3, stuck: 1 }, ..Bounds::default() });
    let state = &world.state;
    let narrow =
        State::on(terms, state.store.clone(), Projector::new("/nowhere/enterview".into()), state.clock.clone());
    let address = serve(narrow).await;
    let (mut broken, mut toms) = (at(&address, 1), at(&address, 2));
    let mut book = broken.notebook(world.hazel_court);
    let notes: Vec<_> = ["One.", "Two.", "Three."].map(|words| broken.saw(&mut book, world.asha, words)).into();
    let of =
        |note| serde_json::to_vec(&Push { changes: vec![pushed(world.hazel_court, note)], ..Push::default() }).unwrap();
    // The later ones first: they wait for the first.
    let push = |note| (Method::POST, "/sync/v1/push", of(note));
    let (method, path, body) = push(&notes[1]);
    assert!(broken.send(method, path, body, &[]).await.status().is_success());
    let (method, path, body) = push(&notes[2]);
    let (status, after, words) = busy(broken.send(method, path, body, &[]).await).await;
    assert_eq!((status, after), (503, 600));
    assert!(words.contains("holds many notes of this tablet") && words.contains("safe here"), "{words}");
    let (method, path, body) = push(&notes[0]);
    assert!(broken.send(method, path, body, &[]).await.status().is_success(), "what sets the other free is taken");
    let (method, path, body) = push(&notes[2]);
    let (status, after, words) = busy(broken.send(method, path, body, &[]).await).await;
    assert_eq!((status, after), (503, 30), "three are unread with the first one of the notebook");
    assert!(words.contains("still to read"), "{words}");

    let his = a_note(&mut toms, world.hazel_court, world.tom, "Leaflet of 2019.");
    assert!(toms.send(Method::POST, "/sync/v1/push", his, &[]).await.status().is_success());
    let mut mended = Tablet::new(1, &world.mended().await);
    mended.feed_until(|item| matches!(item, FeedItem::Fate { hash, held: None, .. } if *hash == notes[1].hash)).await;
    let (method, path, body) = push(&notes[2]);
    assert!(broken.send(method, path, body, &[]).await.status().is_success(), "and nothing was lost meanwhile");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_holds_one_feed_and_a_newer_one_ends_the_older_with_an_empty_page() {
    let world = World::new().await;
    let mut first = world.tablet(1, &[world.asha]).await;
    first.feed(0).await.unwrap();
    let mut second = at(&world.address, 1);
    second.cursor = first.cursor;
    let held = tokio::spawn(async move { first.feed(25).await });
    until(|| world.state.room.held() == 1).await;
    let newer = tokio::spawn(async move { second.feed(25).await });
    assert_eq!(held.await.unwrap().unwrap(), [], "nothing came, and it was not kept waiting");
    assert_eq!(world.state.room.held(), 1);
    world.org.put_pack_item("weather", "{\"id\":\"weather\",\"version\":\"1\"}").await.unwrap();
    assert_eq!(newer.await.unwrap().unwrap().len(), 1, "the newer one hears the news");
    until(|| world.state.room.held() == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_that_are_held_cost_no_query_and_beyond_those_that_may_be_held_one_is_answered_at_once() {
    let world = World::new().await;
    let (address, state) = world.on(narrow(Bounds { held: 12, ..Bounds::default() })).await;
    // Setting up a tablet is news to the others: they read on when all are there.
    for n in 1..=13 {
        world.tablet(n, &[world.tom]).await;
    }
    let mut waiting = Vec::new();
    for n in 1..=13 {
        let mut tablet = at(&address, n);
        tablet.feed(0).await.unwrap();
        waiting.push(tablet);
    }
    let mut last = waiting.pop().unwrap();
    let before = reads(&state).await;
    let held: Vec<_> = waiting.into_iter().map(|mut t| tokio::spawn(async move { t.feed(25).await })).collect();
    until(|| state.room.held() == 12).await;
    assert_eq!(reads(&state).await, before + 12, "one each, when it began");

    let after = format!("/sync/v1/feed?after={}&wait=25", last.cursor.unwrap());
    let answer = last.send(Method::GET, &after, Vec::new(), &[]).await;
    assert_eq!(answer.headers()["retry-after"], "30");
    assert_eq!(read::<Feed>(answer).await.unwrap().items, []);

    // What is new at another organisation, and the second in which every process looks for news of others.
    world.other.put_pack_item("weather", "{\"id\":\"weather\",\"version\":\"1\"}").await.unwrap();
    let seen = world.other.this().await.unwrap().rev;
    world.state.store.wait_beyond(world.other.id(), seen - 1, std::time::Duration::from_secs(20)).await;
    assert_eq!((reads(&state).await, state.room.held()), (before + 13, 12));

    world.org.put_pack_item("weather", "{\"id\":\"weather\",\"version\":\"2\"}").await.unwrap();
    for held in held {
        assert_eq!(held.await.unwrap().unwrap().len(), 1);
    }
    assert_eq!(reads(&state).await, before + 13 + 12, "one each, for the news");
}
