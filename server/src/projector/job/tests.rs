#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
use super::*;
use domain::entry::{Entry, Observation};
use domain::ids::{DeviceId, EntryId, PersonId};
use domain::notebook::{NewChange, Spot, Stamp, Value};
use uuid::Uuid;

fn hazel_court() -> NotebookId {
    NotebookId::new(Uuid::from_u128(1))
}

fn stamp() -> Stamp {
    Stamp {
        by: PersonId::new(Uuid::from_u128(2)),
        at: 1_790_000_000_000,
        tablet: DeviceId::new(Uuid::from_u128(3)),
        number: 1,
        skew: 0,
        pack: "link-2008/1".into(),
    }
}

fn ashas(words: &[&str]) -> (Notebook, Vec<NewChange>) {
    let mut book = Notebook::found(hazel_court(), &Actor::new([1; 16])).unwrap();
    for (n, words) in words.iter().enumerate() {
        let entry = Entry::Observation(Observation {
            words: (*words).into(),
            area: None,
            theme: None,
            tone: None,
            how: vec![],
        });
        let seen = book.heads();
        book.record(&stamp(), EntryId::new(Uuid::from_u128(10 + n as u128)), entry, &seen).unwrap();
    }
    let changes = book.changes();
    (book, changes)
}

fn job(chunk: Option<Bytes>, changes: &[&NewChange]) -> Publish {
    Publish { notebook: hazel_court(), chunk, changes: changes.iter().map(|c| Bytes(c.bytes.clone())).collect() }
}

#[test]
fn what_came_out_of_order_is_put_right_and_what_stands_on_nothing_waits() {
    let (_, changes) = ashas(&["Warm.", "Bright.", "Loud."]);
    let first = publish(&job(None, &[&changes[2], &changes[1]])).unwrap();
    assert_eq!((first.published.len(), first.projection.entries.len()), (2, 2));
    let gap = publish(&job(None, &[&changes[1], &changes[3]])).unwrap();
    assert_eq!(gap.waits, vec![changes[3].hash]);
    let filled = publish(&job(Some(gap.chunk), &[&changes[3], &changes[2]])).unwrap();
    assert_eq!((filled.waits.len(), filled.projection.entries.len()), (0, 3));
    let whole = publish(&job(None, &changes.iter().collect::<Vec<_>>())).unwrap();
    assert_eq!(whole.projection, filled.projection);
}

#[test]
fn one_bad_change_is_held_and_toms_good_ones_go_on() {
    let (_, good) = ashas(&["Warm.", "Bright."]);
    // Somebody writes a summary that is no notebook's: a known key of the wrong type, made by a real automerge.
    let bad = wrong_type();
    let done = publish(&job(None, &[&good[1], &bad[0], &bad[1], &good[2]])).unwrap();
    assert_eq!(done.held.len(), 1, "{:?}", done.held);
    assert!(done.held[0].1.contains("wrong type"), "{:?}", done.held);
    assert_eq!(done.waits, vec![bad[1].hash]);
    assert_eq!(done.projection.entries.len(), 2);
}

/// An entry whose `by` is a number, and a change that stands on it.
fn wrong_type() -> Vec<NewChange> {
    use automerge::transaction::{CommitOptions, Transactable as _};
    use automerge::{ObjType, ROOT, ReadDoc as _};
    let (book, _) = ashas(&[]);
    let mut doc = automerge::Automerge::load(&book.save()).unwrap();
    doc.set_actor(automerge::ActorId::from([9_u8; 16]));
    for n in 0..2_i64 {
        let mut tx = doc.transaction();
        let (_, entries) = tx.get(ROOT, "entries").unwrap().unwrap();
        let entry = tx.put_object(&entries, Uuid::from_u128(99).to_string(), ObjType::Map).unwrap();
        tx.put(&entry, "by", n).unwrap();
        tx.commit_with(CommitOptions::default().with_time(0));
    }
    doc.get_changes(&[]).into_iter().skip(1).map(NewChange::from).collect()
}

#[test]
fn both_texts_of_the_overall_impression_are_there_after_publication() {
    let (mut asha, _) = ashas(&[]);
    let mut tom = Notebook::found(hazel_court(), &Actor::new([2; 16])).unwrap();
    let spot = Spot::Summary("overall".into());
    let seen = asha.heads();
    let hers = asha.state(&stamp(), &spot, &Value::Text("Warm staff.".into()), &seen).unwrap();
    let his = tom.state(&stamp(), &spot, &Value::Text("Stretched thin.".into()), &seen).unwrap();
    let done = publish(&job(None, &[&his, &hers])).unwrap();
    assert_eq!(done.projection.differences().len(), 1);
}
