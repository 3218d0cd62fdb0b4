//! A push in two steps, what everybody then sees, photos in pieces, sealed records.

use crate::objects::hash_of;
use crate::store::changes::ChangeState;
use crate::store::devices::NewDevice;
use crate::store::feed::FeedItem;
use crate::store::notebooks::{Entry, EntrySearch};
use crate::store::photos::PhotoPiece;
use crate::store::published::{NotPublished, Publication, Published, is_refused};
use crate::store::sealed::NewSealed;
use crate::store::taken::{About, TakenChange, Took};
use crate::store::testing::{Bed, on_both};

/// Asha with tablet 1 and Tom with tablet 2, both in the team of Hazel Court.
async fn two_tablets(bed: &Bed) {
    bed.cast().await;
    bed.visit("hazel").await;
    for (person, id) in [("asha", "1"), ("tom", "2")] {
        let device =
            NewDevice { id: id.into(), name: id.into(), verifying_key: format!("key {id}"), version: None, at: 1 };
        bed.enrol(device, vec![person.into()]).await;
        bed.org.assign("hazel", person, "priya", 3).await.unwrap();
    }
}

pub(super) fn change(name: &str, actor: &str, deps: &[&str]) -> TakenChange {
    let about = About { kind: "visit".into(), visit: Some("hazel".into()), event: None };
    let deps = deps.iter().map(|dep| hash_of(dep.as_bytes())).collect();
    let (hash, bytes) = (hash_of(name.as_bytes()), name.as_bytes().to_vec());
    TakenChange {
        hash,
        notebook: "n1".into(),
        about,
        actor: actor.into(),
        seq: 1,
        deps,
        founding: false,
        relayed: false,
        replaces: vec![],
        bytes,
    }
}

fn entry(id: &str, theme: &str, words: &str) -> Entry {
    Entry {
        notebook: "n1".into(),
        id: id.into(),
        kind: "observation".into(),
        author: "asha".into(),
        noted_at: 7,
        ord: 1,
        theme: Some(theme.into()),
        folded: crate::store::fold::fold(words),
        json: format!("{{\"words\":\"{words}\"}}"),
        ..Entry::default()
    }
}

pub(super) fn publication(seen_version: i64, names: &[&str], entries: Vec<Entry>) -> Publication {
    Publication {
        notebook: "n1".into(),
        seen_version,
        chunk: format!("chunk of {names:?}").into_bytes(),
        heads: vec![hash_of(names.last().unwrap().as_bytes())],
        projection: "{}".into(),
        entries,
        hashes: names.iter().map(|name| hash_of(name.as_bytes())).collect(),
    }
}

async fn news(bed: &Bed, device: &str, after: i64) -> Vec<FeedItem> {
    bed.org.feed_after(device, after, 1000).await.unwrap().items
}

fn kinds(items: &[FeedItem]) -> Vec<&str> {
    items.iter().map(|item| item.kind.as_str()).collect()
}

on_both! {
    async fn changes_are_taken_once_and_wait_for_what_they_depend_on(bed) {
        two_tablets(bed).await;
        let took = bed.org.take_changes("1", vec![change("c", "a1", &["b"]), change("a", "a1", &[])], 10).await.unwrap();
        assert_eq!(took, [Took::Waits, Took::Taken]);
        assert_eq!(bed.store.unpublished_notebooks().await.unwrap(), [("sutton".into(), "n1".into())]);
        assert_eq!(bed.org.not_published().await.unwrap(), NotPublished { taken: 1, waits: 1 });
        assert!(bed.store.is_another_orgs("merton", "n1").await.unwrap());
        assert!(bed.store.is_another_orgs("merton", "hazel").await.unwrap());
        assert!(!bed.store.is_another_orgs("sutton", "n1").await.unwrap());
        let took = bed.org.take_changes("1", vec![change("b", "a1", &["a"]), change("a", "a1", &[])], 11).await.unwrap();
        assert_eq!(took, [Took::Taken, Took::Known(ChangeState::Taken)]);
        let taken = bed.org.unpublished("n1", 500, i64::MAX).await.unwrap();
        let names: Vec<Vec<u8>> = taken.into_iter().map(|c| c.bytes).collect();
        assert_eq!(names, [b"a".to_vec(), b"b".to_vec(), b"c".to_vec()], "c came free with b, and comes after it");
        let took = bed.org.take_changes("2", vec![change("d", "a1", &["a"]), change("a", "a1", &[])], 12).await.unwrap();
        assert_eq!(took, [Took::AnothersActor, Took::Known(ChangeState::Taken)]);
        let mut elsewhere = change("e", "a2", &[]);
        elsewhere.about.visit = Some("chesser".into());
        assert_eq!(bed.org.take_changes("2", vec![elsewhere], 12).await.unwrap(), [Took::OtherNotebook]);
        let founding = TakenChange { founding: true, ..change("genesis 2", "fixed", &[]) };
        assert_eq!(bed.org.take_changes("2", vec![founding], 12).await.unwrap(), [Took::Taken]);
        let relayed = TakenChange { relayed: true, seq: 2, ..change("r", "a1", &["a"]) };
        assert_eq!(bed.org.take_changes("2", vec![relayed], 13).await.unwrap(), [Took::Taken]);
        let own = TakenChange { seq: 3, ..change("s", "a1", &["r"]) };
        assert_eq!(bed.org.take_changes("1", vec![own], 14).await.unwrap(), [Took::Taken]);
    }

    async fn a_publication_is_seen_by_the_team_and_only_the_first_of_two_counts(bed) {
        two_tablets(bed).await;
        bed.org.take_changes("1", vec![change("a", "a1", &[]), change("b", "a1", &["a"])], 10).await.unwrap();
        let before = bed.org.this().await.unwrap().rev;
        let first = publication(0, &["a", "b"], vec![entry("e1", "safety", "Bell rang nine minutes")]);
        let (x, y) = tokio::join!(bed.org.publish(first.clone()), bed.org.publish(first));
        let outcomes = [x.unwrap(), y.unwrap()];
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Published::Missed).count(), 1, "{outcomes:?}");
        assert_eq!(bed.store.unpublished_notebooks().await.unwrap(), []);

        let asha = news(bed, "1", before).await;
        assert_eq!(kinds(&asha), ["change", "change"]);
        assert!(asha.iter().all(|item| item.bytes.is_none()), "her own words need not come back");
        let tom = news(bed, "2", before).await;
        assert_eq!(kinds(&tom), ["granted"]);
        assert_eq!(tom[0].bytes.as_deref(), Some(b"chunk of [\"a\", \"b\"]".as_slice()));
        assert_eq!(news(bed, "grace's", before).await, []);

        let now = bed.org.this().await.unwrap().rev;
        bed.org.take_changes("2", vec![change("t", "a2", &["b"])], 20).await.unwrap();
        let second = publication(1, &["t"], vec![entry("e1", "safety", "Bell"), entry("e2", "food", "Two hot choices")]);
        let Published::At(rev) = bed.org.publish(second).await.unwrap() else { panic!("missed") };
        let asha = news(bed, "1", now).await;
        assert_eq!((kinds(&asha), asha[0].bytes.as_deref(), asha[0].rev), (vec!["change"], Some(b"t".as_slice()), rev));

        let found = |search| async { bed.org.entries(search).await.unwrap().into_iter().map(|e| e.id).collect::<Vec<_>>() };
        assert_eq!(found(EntrySearch { theme: Some("food".into()), ..EntrySearch::default() }).await, ["e2"]);
        assert_eq!(found(EntrySearch { words: "HOT two".into(), visit: Some("hazel".into()), ..EntrySearch::default() }).await, ["e2"]);
        assert_eq!(found(EntrySearch { words: "nine".into(), ..EntrySearch::default() }).await, Vec::<String>::new());
        assert_eq!(bed.org.entry("e1").await.unwrap().unwrap().folded, "bell");
        let line = &bed.org.notebooks().await.unwrap()[0];
        assert_eq!((line.version, line.entries, line.last_rev), (2, 2, rev));
        assert_eq!(bed.org.notebooks_of("hazel").await.unwrap().len(), 1);
    }

    async fn who_made_a_visits_notebook_sees_it_no_longer_than_the_team_does(bed) {
        two_tablets(bed).await;
        bed.org.take_changes("1", vec![change("a", "a1", &[]), change("b", "a1", &["a"])], 10).await.unwrap();
        bed.org.publish(publication(0, &["a", "b"], vec![entry("e1", "safety", "Bell")])).await.unwrap();
        let now = bed.org.this().await.unwrap().rev;
        bed.org.unassign("hazel", "asha").await.unwrap();
        bed.org.take_changes("2", vec![change("t", "a2", &["b"])], 20).await.unwrap();
        bed.org.publish(publication(1, &["t"], vec![entry("e1", "safety", "Bell")])).await.unwrap();
        let asha = news(bed, "1", now).await;
        assert!(kinds(&asha).iter().all(|kind| *kind == "withdrawn") && asha.len() == 2, "{asha:?}");
        bed.org.take_changes("1", vec![change("late", "a1", &["b"])], 30).await.unwrap();
        let late = bed.org.change(&hash_of(b"late")).await.unwrap().unwrap();
        assert_eq!(late.mark.as_deref(), Some("after leaving the team"));

        bed.org.assign("hazel", "asha", "priya", 40).await.unwrap();
        bed.org.revoke_device("1", 50, "lost").await.unwrap();
        let now = bed.org.this().await.unwrap().rev;
        bed.org.assign("hazel", "grace", "priya", 60).await.unwrap();
        bed.org.take_changes("2", vec![change("u", "a2", &["t"])], 70).await.unwrap();
        bed.org.publish(publication(2, &["u"], vec![entry("e1", "safety", "Bell")])).await.unwrap();
        assert_eq!(news(bed, "1", now).await, [], "it was lost, and comes to see the notebook that it made");
    }

    async fn what_the_record_does_not_take_is_told_from_a_record_that_cannot_write(bed) {
        two_tablets(bed).await;
        bed.org.take_changes("1", vec![change("a", "a1", &[])], 10).await.unwrap();
        bed.org.publish(publication(0, &["a"], vec![entry("e1", "safety", "Bell")])).await.unwrap();
        let other = TakenChange { notebook: "n2".into(), ..change("z", "a2", &[]) };
        bed.org.take_changes("1", vec![other], 11).await.unwrap();
        let copied = Entry { notebook: "n2".into(), ..entry("e1", "safety", "Bell") };
        let again = Publication { notebook: "n2".into(), ..publication(0, &["z"], vec![copied]) };
        let error = bed.org.publish(again.clone()).await.unwrap_err();
        assert!(is_refused(&error), "{error:#}");
        assert_eq!(bed.store.unpublished_notebooks().await.unwrap(), [("sutton".into(), "n2".into())]);
        let nul = Entry { id: "e2".into(), kind: "obs\0".into(), ..again.entries[0].clone() };
        // SQLite keeps a NUL; where it is not kept, that is a refusal too.
        match bed.org.publish(Publication { entries: vec![nul], ..again }).await {
            Ok(_) => {}
            Err(error) => {
                assert!(is_refused(&error), "{error:#}");
                bed.org.hold(&hash_of(b"z"), "an id\0 of another").await.unwrap();
                assert_eq!(bed.org.held().await.unwrap().len(), 1);
            }
        }
        assert!(!is_refused(&anyhow::anyhow!("no room left")));
    }

    async fn what_is_held_says_why_and_holds_back_only_what_stands_on_it(bed) {
        two_tablets(bed).await;
        let changes = vec![change("a", "a1", &[]), change("bad", "a1", &["a"]), change("on it", "a1", &["bad"])];
        bed.org.take_changes("1", changes, 10).await.unwrap();
        let before = bed.org.this().await.unwrap().rev;
        bed.org.hold(&hash_of(b"bad"), "nested too deep").await.unwrap();
        let waiting: Vec<Vec<u8>> = bed.org.unpublished("n1", 500, i64::MAX).await.unwrap().into_iter().map(|c| c.bytes).collect();
        assert_eq!(waiting, [b"a".to_vec()]);
        let told = news(bed, "1", before).await;
        assert_eq!(kinds(&told), ["state", "state"]);
        assert!(told[0].payload.contains("nested too deep") && told[1].payload.contains("waits"));
        assert_eq!(news(bed, "2", before).await, []);
        assert_eq!(bed.org.held().await.unwrap()[0].3, "nested too deep");
        bed.org.publish(publication(0, &["a"], vec![])).await.unwrap();
        let more = vec![change("later", "a1", &["on it"]), change("free", "a1", &["a"])];
        assert_eq!(bed.org.take_changes("1", more, 20).await.unwrap(), [Took::Waits, Took::Taken]);
        bed.org.retry_held().await.unwrap();
        let taken = bed.org.unpublished("n1", 500, i64::MAX).await.unwrap();
        assert_eq!(taken.len(), 4, "all are looked at again");
        bed.org.publish(publication(1, &["bad", "on it", "later", "free"], vec![])).await.unwrap();
        assert_eq!(bed.org.change(&hash_of(b"bad")).await.unwrap().unwrap().state, ChangeState::Published);
        assert!(bed.org.held().await.unwrap().is_empty());
    }

    async fn what_tom_recorded_after_leaving_the_team_is_kept_and_marked(bed) {
        two_tablets(bed).await;
        bed.org.take_changes("1", vec![change("a", "a1", &[])], 10).await.unwrap();
        bed.org.publish(publication(0, &["a"], vec![])).await.unwrap();
        let before = bed.org.this().await.unwrap().rev;
        bed.org.unassign("hazel", "tom").await.unwrap();
        assert_eq!(kinds(&news(bed, "2", before).await), ["withdrawn", "withdrawn"]);
        assert!(!kinds(&news(bed, "2", 0).await).contains(&"granted"));
        assert_eq!(bed.org.take_changes("2", vec![change("t", "a2", &["a"])], 20).await.unwrap(), [Took::Taken]);
        bed.org.publish(publication(1, &["t"], vec![])).await.unwrap();
        let kept = bed.org.change(&hash_of(b"t")).await.unwrap().unwrap();
        assert_eq!(kept.mark.as_deref(), Some("after leaving the team"));
        let told = news(bed, "2", before).await;
        assert_eq!(kinds(&told), ["withdrawn", "withdrawn", "change"], "he learns that his own arrived, and no more");
        bed.org.take_changes("1", vec![change("b", "a1", &["a"])], 30).await.unwrap();
        bed.org.publish(publication(2, &["b"], vec![])).await.unwrap();
        assert_eq!(news(bed, "2", before).await.len(), 3);
        bed.org.assign("hazel", "tom", "priya", 40).await.unwrap();
        let told = news(bed, "2", before).await;
        assert_eq!(told.last().map(|item| item.kind.as_str()), Some("visit"));
        let granted = told.iter().find(|item| item.kind == "granted").unwrap();
        assert_eq!(granted.bytes.as_deref(), Some(b"chunk of [\"b\"]".as_slice()));
    }

    async fn a_photo_comes_in_pieces_and_goes_on_after_a_lost_answer(bed) {
        two_tablets(bed).await;
        bed.org.take_changes("1", vec![change("a", "a1", &[])], 10).await.unwrap();
        bed.org.publish(publication(0, &["a"], vec![])).await.unwrap();
        let photo: Vec<u8> = (0..300_000u32).map(|n| (n % 251) as u8).collect();
        let hash = hash_of(&photo);
        let piece = |offset: usize, end: usize| PhotoPiece {
            hash: hash.clone(), notebook: Some("n1".into()), size: photo.len() as i64, offset: offset as i64,
            bytes: photo[offset..end].to_vec(),
        };
        assert_eq!(bed.org.photo_progress(&hash).await.unwrap(), None);
        assert_eq!(bed.org.photo_piece("1", piece(0, 200_000)).await.unwrap().have, 200_000);
        assert_eq!(bed.org.photo_piece("1", piece(0, 200_000)).await.unwrap().have, 200_000, "the same again is harmless");
        assert_eq!(bed.org.photo_piece("1", piece(250_000, 300_000)).await.unwrap().have, 200_000, "a gap is not taken");
        assert!(bed.org.photo_piece("1", piece(0, 300_000)).await.is_err(), "longer than a piece may be");
        assert!(bed.org.photo_piece("1", PhotoPiece { size: 10, ..piece(0, 20) }).await.is_err());
        assert_eq!(bed.org.photos_come().await.unwrap(), []);
        assert_eq!(bed.org.photo_piece("1", piece(200_000, 300_000)).await.unwrap().have, 300_000);
        assert_eq!(bed.org.photos_come().await.unwrap().len(), 1);
        assert_eq!(bed.org.photo_bytes(&hash).await.unwrap(), photo);
        let before = bed.org.this().await.unwrap().rev;
        bed.org.photo_complete(&hash, 60).await.unwrap();
        bed.org.photo_complete(&hash, 61).await.unwrap();
        assert_eq!(bed.org.photo_progress(&hash).await.unwrap().unwrap().state, "stored");
        assert_eq!(bed.org.photo_bytes(&hash).await.unwrap(), Vec::<u8>::new());
        assert!(bed.org.this().await.unwrap().rev > before, "a copy without the photo can be told from this record");
        let none = PhotoPiece { hash: hash_of(b"x"), notebook: None, size: 3, offset: 0, bytes: b"abc".to_vec() };
        bed.org.photo_piece("1", none).await.unwrap();
        bed.org.photo_refused(&hash_of(b"x"), 70, "This is no photo.").await.unwrap();
        assert_eq!(bed.org.photos().await.unwrap().iter().filter(|photo| photo.state == "refused").count(), 1);
    }

    async fn a_concern_is_kept_sealed_and_read_on_the_record(bed) {
        bed.cast().await;
        let sealed = |id: &str, kind: &str| NewSealed {
            id: id.into(), kind: kind.into(), device: Some("1".into()), ciphertext: b"age...".to_vec(),
            wrapped: b"key".to_vec(), ..NewSealed::default()
        };
        let both = vec![sealed("s1", "concern"), sealed("s2", "contact")];
        assert_eq!(bed.org.put_sealed(both.clone(), 10).await.unwrap(), ["s1", "s2"]);
        assert_eq!(bed.org.put_sealed(both, 11).await.unwrap(), ["s1", "s2"]);
        let record = bed.org.sealed_record("s1").await.unwrap();
        assert_eq!((record.ciphertext.as_slice(), record.wrapped.as_deref()), (b"age...".as_slice(), Some(b"key".as_slice())));
        assert_eq!(bed.org.sealed("concern").await.unwrap()[0].readings, 0, "handed out is not yet opened");
        for at in [20, 21] {
            bed.org.keep_reading("s1", "femi", at).await.unwrap();
        }
        let lines = bed.org.sealed("concern").await.unwrap();
        assert_eq!((lines.len(), lines[0].readings, lines[0].forgotten), (1, 2, 0));
        assert!(bed.org.sealed_record("s9").await.is_err());
        let feed = bed.org.feed_after("1", 0, 1000).await.unwrap();
        assert!(!feed.items.iter().any(|item| item.payload.contains("s1") || item.reference == "s1"));
    }
}
