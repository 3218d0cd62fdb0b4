//! Stories of two tablets that write apart, and properties of merging.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::*;
use crate::entry::{How, Observation};
use proptest::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

const ASHA: u128 = 0xa5a;
const TOM: u128 = 0x70e;

fn book_id() -> NotebookId {
    NotebookId::new(Uuid::from_u128(0x0191_0000_0000_7000_8000_0000_0000_0001))
}

fn stamp(person: u128, tablet: u128, number: i64, at: Millis) -> Stamp {
    Stamp {
        by: PersonId::new(Uuid::from_u128(person)),
        at,
        tablet: DeviceId::new(Uuid::from_u128(tablet)),
        number,
        skew: 0,
        pack: "link-2008/1".into(),
    }
}

fn saw(words: &str) -> Entry {
    Entry::Observation(Observation {
        words: words.into(),
        area: Some("lounge".into()),
        theme: None,
        tone: None,
        how: vec![How::Seen, How::Heard],
        ..Observation::default()
    })
}

fn entry_id(n: u128) -> EntryId {
    EntryId::new(Uuid::from_u128(n))
}

fn tablet(n: u8) -> Notebook {
    Notebook::found(book_id(), &Actor::new([n; 16])).unwrap()
}

fn impression() -> Spot {
    Spot::Summary("overall impression".into())
}

fn say(book: &mut Notebook, person: u128, at: Millis, words: &str) -> NewChange {
    let heads = book.heads();
    book.state(&stamp(person, person, 1, at), &impression(), &Value::Text(words.into()), &heads).unwrap()
}

fn merge(into: &mut Notebook, from: &Notebook) {
    let changes = from.changes();
    into.apply(changes.iter().map(|c| c.bytes.as_slice())).unwrap();
}

#[test]
fn two_tablets_that_start_a_visit_apart_make_the_same_first_bytes() {
    let (asha, tom) = (tablet(1), tablet(2));
    assert_eq!(asha.changes(), tom.changes());
    assert_eq!(asha.heads(), vec![Notebook::genesis(book_id()).unwrap().hash]);
}

#[test]
fn the_first_bytes_of_layout_one_are_frozen() {
    let genesis = Notebook::genesis(book_id()).unwrap();
    assert_eq!(genesis.hash.to_string(), FROZEN_GENESIS_HASH);
}

const FROZEN_GENESIS_HASH: &str = "a320c798b2b22829147f818cbe906cc71e019f5da58c406553b22c363b2cc27d";

#[test]
fn both_impressions_are_kept_with_name_and_time_until_somebody_settles_them() {
    let (mut asha, mut tom) = (tablet(1), tablet(2));
    say(&mut asha, ASHA, 20, "Warm staff.");
    say(&mut tom, TOM, 21, "Stretched thin.");
    merge(&mut asha, &tom);
    merge(&mut tom, &asha);
    assert_eq!(project(&asha).unwrap(), project(&tom).unwrap());
    let field = project(&asha).unwrap().summary["overall impression"].clone();
    let both: Vec<_> = field.values.iter().map(|s| (s.by.uuid().as_u128(), s.at, s.value.text().unwrap())).collect();
    assert_eq!(both, [(ASHA, 20, "Warm staff."), (TOM, 21, "Stretched thin.")]);

    say(&mut asha, ASHA, 30, "Warm staff, stretched thin.");
    merge(&mut tom, &asha);
    let settled = project(&tom).unwrap().summary["overall impression"].clone();
    assert_eq!(settled.settled(), Some(&Value::Text("Warm staff, stretched thin.".into())));
    let before: Vec<_> = settled.values[0].was.iter().map(|s| s.value.text().unwrap()).collect();
    assert_eq!(before, ["Warm staff.", "Stretched thin."]);
}

#[test]
fn a_draft_written_before_the_others_words_came_does_not_overwrite_them() {
    let (mut asha, mut tom) = (tablet(1), tablet(2));
    let seen_when_asha_began = asha.heads();
    say(&mut tom, TOM, 21, "Stretched thin.");
    merge(&mut asha, &tom);
    asha.state(&stamp(ASHA, ASHA, 1, 40), &impression(), &Value::Text("Warm staff.".into()), &seen_when_asha_began)
        .unwrap();
    assert!(project(&asha).unwrap().summary["overall impression"].differs());
}

#[test]
fn an_actor_derived_for_older_heads_still_tells_its_process() {
    let mut book = tablet(7);
    let first = book.heads();
    say(&mut book, ASHA, 1, "one");
    let late = book.state(&stamp(ASHA, ASHA, 2, 2), &impression(), &Value::Text("two".into()), &first).unwrap();
    assert_ne!(late.actor, Actor::new([7; 16]));
    assert_eq!(late.actor.base(), Actor::new([7; 16]));
    assert_eq!(Actor::new([7; 16]).base(), Actor::new([7; 16]));
}

#[test]
fn a_correction_keeps_what_it_replaced_and_a_withdrawal_is_a_mark() {
    let mut book = tablet(1);
    let seen = book.heads();
    book.record(&stamp(TOM, 2, 1, 10), entry_id(1), saw("Bell rang nine minutes"), &seen).unwrap();
    let seen = book.heads();
    let words = Spot::Entry(entry_id(1), "words".into());
    book.state(&stamp(TOM, 2, 2, 12), &words, &Value::Text("Bell rang for nine minutes.".into()), &seen).unwrap();
    let read = project(&book).unwrap();
    let Some(Entry::Observation(observation)) = read.entries[0].entry() else { panic!("an observation") };
    assert_eq!(observation.words, "Bell rang for nine minutes.");
    assert_eq!(observation.how, [How::Seen, How::Heard]);
    assert_eq!(read.entries[0].fields["words"].values[0].was[0].value, Value::Text("Bell rang nine minutes".into()));

    book.withdraw(&stamp(TOM, 2, 3, 13), entry_id(1), "wrong corridor").unwrap();
    let read = project(&book).unwrap();
    assert_eq!(read.entries[0].withdrawn[0].why, "wrong corridor");
    assert!(read.entries[0].entry().is_some(), "a mark removes nothing");
    book.check().unwrap();
}

#[test]
fn a_wrong_clock_changes_no_order_within_a_tablet() {
    let mut book = tablet(1);
    for (number, at) in [(1, 500), (2, 100), (3, 900)] {
        let seen = book.heads();
        book.record(&stamp(ASHA, 1, number, at), entry_id(number as u128), saw("x"), &seen).unwrap();
    }
    let seen = book.heads();
    book.record(&stamp(TOM, 2, 1, 600), entry_id(9), saw("x"), &seen).unwrap();
    let order: Vec<_> = project(&book).unwrap().entries.iter().map(|e| e.id.uuid().as_u128()).collect();
    assert_eq!(order, [1, 2, 9, 3]);
}

#[test]
fn forgotten_words_leave_the_history_and_differences_stay() {
    let (mut asha, mut tom) = (tablet(1), tablet(2));
    let seen = asha.heads();
    asha.record(&stamp(ASHA, 1, 1, 5), entry_id(1), saw("canary Elsie canary"), &seen).unwrap();
    let seen = asha.heads();
    asha.record(&stamp(ASHA, 1, 2, 6), entry_id(2), saw("Raised beds."), &seen).unwrap();
    merge(&mut tom, &asha);
    say(&mut asha, ASHA, 20, "Warm staff.");
    say(&mut tom, TOM, 21, "Stretched thin.");
    merge(&mut asha, &tom);
    let holds_canary =
        |book: &Notebook| book.changes().iter().any(|c| String::from_utf8_lossy(&c.bytes).contains("canary Elsie"));
    assert!(holds_canary(&asha));

    let again = asha.amend(&BTreeSet::from([entry_id(1)]), &Actor::new([9; 16])).unwrap();
    assert!(!holds_canary(&again));
    let mut expected = project(&asha).unwrap();
    expected.entries.retain(|e| e.id != entry_id(1));
    assert_eq!(project(&again).unwrap(), expected);
    again.check().unwrap();
}

#[test]
fn bytes_that_are_no_change_or_stand_on_absent_ones_take_nothing() {
    let (mut asha, mut tom) = (tablet(1), tablet(2));
    assert!(matches!(asha.apply([b"hello".as_slice()]), Err(NotebookError::Unreadable(_))));
    say(&mut tom, TOM, 1, "one");
    let second = say(&mut tom, TOM, 2, "two");
    let before = project(&asha).unwrap();
    assert!(matches!(asha.apply([second.bytes.as_slice()]), Err(NotebookError::Waits(1))));
    assert_eq!(project(&asha).unwrap(), before);
    assert!(matches!(
        Notebook::load(NotebookId::new(Uuid::nil()), &tom.save(), &Actor::genesis()),
        Err(NotebookError::AnotherNotebook { .. })
    ));
}

#[test]
fn a_known_key_of_the_wrong_type_and_a_foreign_first_change_are_unsound() {
    let mut book = tablet(1);
    let seen = book.heads();
    book.record(&stamp(ASHA, 1, 1, 5), entry_id(1), saw("x"), &seen).unwrap();
    book.check().unwrap();
    let mut bent = book.clone();
    let mut tx = bent.doc.transaction();
    let (_, entries) = container(&tx, ENTRIES).unwrap();
    let (_, map) = tx.get(entries, entry_id(1).to_string()).unwrap().unwrap();
    tx.put(&map, "at", "noon").unwrap();
    tx.commit();
    assert!(matches!(bent.check(), Err(NotebookError::Unsound(Unsound::WrongType { key: "at", .. }))));

    let mut nul = book.clone();
    let seen = nul.heads();
    nul.state(&stamp(ASHA, 2, 2, 5), &impression(), &Value::Text("warm\0staff".into()), &seen).unwrap();
    assert!(matches!(nul.check(), Err(NotebookError::Unsound(Unsound::NoWriting))));

    let foreign = Notebook { id: book_id(), doc: Automerge::new() };
    assert!(matches!(foreign.check(), Err(NotebookError::Unsound(Unsound::OtherGenesis))));
}

#[test]
fn what_a_writer_had_not_seen_is_left_out_of_her_heads_with_all_that_stands_on_it() {
    let (mut asha, mut tom) = (tablet(1), tablet(2));
    let mine = say(&mut asha, ASHA, 20, "Warm staff.");
    let theirs = say(&mut tom, TOM, 21, "Stretched thin.");
    let further = say(&mut tom, TOM, 22, "Stretched thin at night.");
    merge(&mut asha, &tom);
    let before = asha.heads_before(&impression(), |stated| stated.by == PersonId::new(Uuid::from_u128(TOM))).unwrap();
    assert_eq!(before, [mine.hash]);
    let before = asha.heads_before(&impression(), |stated| stated.at == 22).unwrap();
    assert_eq!(before.into_iter().collect::<BTreeSet<_>>(), BTreeSet::from([mine.hash, theirs.hash]));
    let then = asha.at(&[further.hash]).unwrap().stated(&impression()).unwrap();
    let said: Vec<_> = then.iter().map(|s| s.value.text().unwrap()).collect();
    assert_eq!(said, ["Stretched thin.", "Stretched thin at night."]);
}

/// An entry of Asha's that two tablets wrote again under one id, as after a notebook was founded anew.
fn written_twice() -> Notebook {
    let (mut a, mut b) = (tablet(1), tablet(2));
    let seen = a.heads();
    a.record(&stamp(ASHA, 1, 1, 5), entry_id(1), saw("a"), &seen).unwrap();
    b.record(&stamp(ASHA, 1, 1, 5), entry_id(1), saw("b"), &seen).unwrap();
    merge(&mut a, &b);
    a
}

#[test]
fn an_entry_that_stands_twice_keeps_what_differs_in_it_and_can_be_settled() {
    let mut book = written_twice();
    let (seen, words) = (book.heads(), Spot::Entry(entry_id(1), "words".into()));
    book.state(&stamp(ASHA, 1, 2, 6), &words, &Value::Text("Asha's".into()), &seen).unwrap();
    book.state(&stamp(TOM, 2, 2, 7), &words, &Value::Text("Tom's".into()), &seen).unwrap();
    let read = project(&book).unwrap();
    assert_eq!(read.entries[0].fields["words"].values.len(), 2);
    let again = book.amend(&BTreeSet::new(), &Actor::new([9; 16])).unwrap();
    assert_eq!(project(&again).unwrap(), read);

    let seen = book.heads();
    book.state(&stamp(ASHA, 1, 3, 8), &words, &Value::Text("settled".into()), &seen).unwrap();
    let settled = project(&book).unwrap().entries[0].fields["words"].clone();
    assert_eq!(settled.settled(), Some(&Value::Text("settled".into())));
    let before: BTreeSet<_> = settled.values[0].was.iter().filter_map(|s| s.value.text()).collect();
    assert_eq!(before, BTreeSet::from(["a", "b", "Asha's", "Tom's"]));
}

#[test]
fn an_entry_whose_writer_or_tablet_cannot_be_named_is_unsound() {
    for key in ["by", "tablet"] {
        let mut book = tablet(1);
        let seen = book.heads();
        book.record(&stamp(ASHA, 1, 1, 5), entry_id(1), saw("x"), &seen).unwrap();
        let mut tx = book.doc.transaction();
        let (_, entries) = container(&tx, ENTRIES).unwrap();
        let (_, map) = tx.get(entries, entry_id(1).to_string()).unwrap().unwrap();
        tx.put(&map, key, "no id").unwrap();
        tx.commit();
        let said = book.check();
        assert!(
            matches!(&said, Err(NotebookError::Unsound(Unsound::WrongType { key: k, .. })) if *k == key),
            "{said:?}"
        );
    }
}

#[test]
fn of_two_answers_the_one_that_allows_least_binds() {
    use crate::entry::{Consent, View};
    let view = View {
        words: "Please don't say who told you.".into(),
        speaker: "resident".into(),
        consent: Consent::Quote,
        ..serde_json::from_value(serde_json::json!({"speaker": "resident", "consent": "quote"})).unwrap()
    };
    for (other, keeps) in [("in confidence", true), ("no", false), ("something newer", false)] {
        let mut book = tablet(1);
        let seen = book.heads();
        book.record(&stamp(ASHA, 1, 1, 5), entry_id(1), Entry::View(view.clone()), &seen).unwrap();
        let (seen, spot) = (book.heads(), Spot::Entry(entry_id(1), "consent".into()));
        book.state(&stamp(ASHA, 1, 2, 6), &spot, &Value::Text("quote".into()), &seen).unwrap();
        book.state(&stamp(TOM, 2, 1, 7), &spot, &Value::Text(other.into()), &seen).unwrap();
        let read = project(&book).unwrap().entries[0].entry();
        match read {
            Some(Entry::View(read)) => {
                assert!(!read.consent.may_be_evidence(), "{other}");
                assert_eq!(!read.words.is_empty(), keeps, "{other}");
            }
            read => assert_eq!((read, other), (None, "something newer")),
        }
    }
}

/// One thing that one of three people does on their own tablet. *Late* was typed before anything was heard.
#[derive(Clone, Debug)]
enum Deed {
    Record(String),
    Say(String),
    Late(String),
    Correct(usize, String),
    Hear(usize),
}

fn deed() -> impl Strategy<Value = (usize, Deed)> {
    let words = "[a-zA-Zء-ي ]{1,12}";
    let what = prop_oneof![
        3 => words.prop_map(Deed::Record),
        2 => words.prop_map(Deed::Say),
        1 => words.prop_map(Deed::Late),
        1 => (0..9_usize, words).prop_map(|(n, w)| Deed::Correct(n, w)),
        2 => (0..3_usize).prop_map(Deed::Hear),
    ];
    (0..3_usize, what)
}

/// What the deeds left: the ids of all that was recorded, and every word that anybody wrote.
#[derive(Default)]
struct Left {
    recorded: BTreeSet<EntryId>,
    words: BTreeSet<String>,
}

/// Every word that a projection still shows, as a value or as what one replaced.
fn shown(read: &Projection) -> BTreeSet<String> {
    let fields = read.summary.values().chain(read.entries.iter().flat_map(|e| e.fields.values()));
    let stated = fields.flat_map(|f| &f.values).flat_map(|s| s.was.iter().chain(std::iter::once(s)));
    stated.filter_map(|s| s.value.text().map(str::to_owned)).collect()
}

/// The impressions that stand beside each other.
fn standing(book: &Notebook) -> BTreeSet<String> {
    let read = project(book).unwrap().summary;
    let values = read.get("overall impression").into_iter().flat_map(|f| &f.values);
    values.filter_map(|s| s.value.text().map(str::to_owned)).collect()
}

/// Plays the deeds on three tablets and returns them with what they left.
fn play(deeds: &[(usize, Deed)]) -> (Vec<Notebook>, Left) {
    let mut books: Vec<Notebook> = (1..=3).map(tablet).collect();
    let first = books[0].heads();
    let mut left = Left::default();
    for (number, (who, deed)) in deeds.iter().enumerate() {
        let stamp = stamp(*who as u128, *who as u128, number as i64, (number * 7 % 5) as i64);
        let seen = books[*who].heads();
        match deed {
            Deed::Record(words) if !words.trim().is_empty() => {
                let id = entry_id(number as u128);
                books[*who].record(&stamp, id, saw(words), &seen).unwrap();
                left.recorded.insert(id);
                left.words.insert(words.clone());
            }
            Deed::Say(words) => {
                books[*who].state(&stamp, &impression(), &Value::Text(words.clone()), &seen).unwrap();
                left.words.insert(words.clone());
            }
            Deed::Late(words) => {
                let stood = standing(&books[*who]);
                books[*who].state(&stamp, &impression(), &Value::Text(words.clone()), &first).unwrap();
                let stands = standing(&books[*who]);
                assert!(stood.is_subset(&stands), "what she had not seen was overwritten: {stood:?}, {stands:?}");
                left.words.insert(words.clone());
            }
            Deed::Correct(nth, words) => {
                let entries = project(&books[*who]).unwrap().entries;
                if let Some(entry) = entries.get(*nth) {
                    let spot = Spot::Entry(entry.id, "words".into());
                    books[*who].state(&stamp, &spot, &Value::Text(words.clone()), &seen).unwrap();
                    left.words.insert(words.clone());
                }
            }
            Deed::Hear(other) if other != who => {
                let from = books[*other].clone();
                merge(&mut books[*who], &from);
            }
            _ => {}
        }
    }
    (books, left)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_order_of_merging_gives_the_same_projection_and_no_entry_is_lost(
        deeds in prop::collection::vec(deed(), 0..24),
        order in Just((0..200_usize).collect::<Vec<_>>()).prop_shuffle(),
        pieces in prop::collection::vec(1..6_usize, 1..60),
    ) {
        let (books, left) = play(&deeds);
        let mut forwards = books[0].clone();
        merge(&mut forwards, &books[1]);
        merge(&mut forwards, &books[2]);
        // Every book after every other.
        for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let mut merged = books[order[0]].clone();
            merge(&mut merged, &books[order[1]]);
            merge(&mut merged, &books[order[2]]);
            prop_assert_eq!(project(&merged).unwrap(), project(&forwards).unwrap(), "{:?}", order);
        }
        // Every change in any order, in pieces of any size: what has no ground yet comes again.
        let changes = forwards.changes();
        let mut rest: Vec<NewChange> = order.iter().filter_map(|n| changes.get(*n).cloned()).collect();
        prop_assert_eq!(rest.len(), changes.len());
        let mut backwards = tablet(9);
        let mut pieces = pieces.into_iter().cycle();
        while !rest.is_empty() {
            let mut later = Vec::new();
            while !rest.is_empty() {
                let size = pieces.next().unwrap().min(rest.len());
                let piece: Vec<NewChange> = rest.drain(..size).collect();
                if backwards.apply(piece.iter().map(|c| c.bytes.as_slice())).is_err() {
                    // Not as a piece; one at a time, what can be taken is.
                    for change in piece {
                        if backwards.apply([change.bytes.as_slice()]).is_err() {
                            later.push(change);
                        }
                    }
                }
            }
            rest = later;
        }
        let loaded = Notebook::load(book_id(), &forwards.save(), &Actor::new([8; 16])).unwrap();

        let expected = project(&forwards).unwrap();
        prop_assert_eq!(&project(&backwards).unwrap(), &expected);
        prop_assert_eq!(&project(&loaded).unwrap(), &expected);
        let found: BTreeSet<EntryId> = expected.entries.iter().map(|e| e.id).collect();
        prop_assert_eq!(found, left.recorded);
        let shown = shown(&expected);
        prop_assert!(left.words.is_subset(&shown), "{:?} of {:?}", left.words, shown);
        forwards.check().unwrap();
    }

    #[test]
    fn founding_again_without_entries_changes_nothing_else(deeds in prop::collection::vec(deed(), 0..24), nth in any::<prop::sample::Index>()) {
        let (mut books, left) = play(&deeds);
        let others = books.split_off(1);
        others.iter().for_each(|other| merge(&mut books[0], other));
        let gone: BTreeSet<EntryId> = left.recorded.iter().copied().skip(nth.index(left.recorded.len() + 1)).take(1).collect();
        let again = books[0].amend(&gone, &Actor::new([9; 16])).unwrap();
        let mut expected = project(&books[0]).unwrap();
        expected.entries.retain(|e| !gone.contains(&e.id));
        let mut amended = project(&again).unwrap();
        // A wrong clock holds back what its tablet wrote later, so order among tablets may change with it.
        expected.entries.sort_by_key(|e| e.id);
        amended.entries.sort_by_key(|e| e.id);
        prop_assert_eq!(amended, expected);
    }

    #[test]
    fn bytes_from_anywhere_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut book = tablet(1);
        let before = book.heads();
        if book.apply([bytes.as_slice()]).is_err() {
            prop_assert_eq!(book.heads(), before);
        }
    }
}
