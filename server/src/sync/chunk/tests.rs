#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
use super::*;
use domain::entry::{Entry, Observation};
use domain::ids::{DeviceId, EntryId, NotebookId, PersonId};
use domain::notebook::{NewChange, Notebook, Spot, Stamp, Value};
use proptest::prelude::*;
use uuid::Uuid;

fn stamp(number: i64) -> Stamp {
    Stamp {
        by: PersonId::new(Uuid::from_u128(7)),
        at: 1_790_000_000_000 + number,
        tablet: DeviceId::new(Uuid::from_u128(8)),
        number,
        skew: 0,
        pack: "link-2008/1".into(),
    }
}

/// What Asha and Tom write apart about Hazel Court, with values over values.
fn changes_of(words: &[String]) -> Vec<NewChange> {
    let id = NotebookId::new(Uuid::from_u128(9));
    let mut asha = Notebook::found(id, &Actor::new([1; 16])).unwrap();
    let mut tom = Notebook::found(id, &Actor::new([2; 16])).unwrap();
    for (n, words) in words.iter().enumerate() {
        let entry = Entry::Observation(Observation {
            words: format!("seen: {words}"),
            area: Some("lounge".into()),
            theme: None,
            tone: None,
            how: vec![],
            ..Observation::default()
        });
        let (book, other) = if n % 2 == 0 { (&mut asha, &mut tom) } else { (&mut tom, &mut asha) };
        let seen = book.heads();
        let number = i64::try_from(n).unwrap();
        book.record(&stamp(number), EntryId::new(Uuid::from_u128(100 + n as u128)), entry, &seen).unwrap();
        book.state(&stamp(number), &Spot::Summary("overall".into()), &Value::Text(words.clone()), &seen).unwrap();
        if n % 3 == 0 {
            let all = book.changes();
            other.apply(all.iter().map(|c| c.bytes.as_slice())).unwrap();
        }
    }
    let all = asha.changes();
    tom.apply(all.iter().map(|c| c.bytes.as_slice())).unwrap();
    tom.changes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_first_page_reads_as_automerge_reads_it(words in proptest::collection::vec(".{0,40}", 1..12)) {
        for change in changes_of(&words) {
            let page = read(&change.bytes).unwrap();
            prop_assert_eq!(page.hash, change.hash);
            prop_assert_eq!(page.deps, change.deps);
            prop_assert_eq!(page.actor, change.actor);
            prop_assert_eq!(page.seq, change.seq);
        }
    }

    #[test]
    fn damaged_bytes_are_refused_and_never_panic(
        words in proptest::collection::vec("[a-z]{0,12}", 1..3),
        hits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        repaired in any::<bool>(),
    ) {
        for change in changes_of(&words) {
            let mut bytes = change.bytes.clone();
            for (place, byte) in &hits {
                let place = place.index(bytes.len());
                bytes[place] = *byte;
            }
            if repaired {
                repair(&mut bytes);
            } else {
                bytes.truncate(cut.index(bytes.len()) + 1);
            }
            if bytes != change.bytes {
                // A repaired one may read as another change; what it says is then the child's to judge.
                if let Ok(page) = read(&bytes) {
                    prop_assert!(repaired && page.rows <= MOST_ROWS);
                }
            }
        }
    }

    #[test]
    fn any_bytes_at_all_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut framed = MAGIC.to_vec();
        framed.extend_from_slice(&bytes);
        repair(&mut framed);
        let _ = read(&bytes);
        let _ = read(&framed);
    }
}

/// Makes the checksum fit again, as somebody would who means harm.
fn repair(bytes: &mut [u8]) {
    if bytes.len() > 8 {
        let hash: [u8; 32] = Sha256::digest(&bytes[8..]).into();
        bytes[4..8].copy_from_slice(&hash[..4]);
    }
}

/// A change with one column of `kind` and these bytes, checksum and all.
fn with_column(kind: u8, column: &[u8]) -> Vec<u8> {
    let mut data = vec![0, 16];
    data.extend_from_slice(&[3; 16]);
    data.extend_from_slice(&[1, 1, 0, 0, 0, 1, kind, u8::try_from(column.len()).unwrap()]);
    data.extend_from_slice(column);
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&[0, 0, 0, 0, CHANGE, u8::try_from(data.len()).unwrap()]);
    bytes.extend_from_slice(&data);
    repair(&mut bytes);
    bytes
}

#[test]
fn twenty_bytes_that_claim_a_billion_rows_are_refused_before_automerge_sees_them() {
    assert_eq!(read(&with_column(0x42, &[3, 1])).map(|page| page.rows), Ok(3));
    let billion = [0x80, 0x94, 0xeb, 0xdc, 0x03];
    let run = [billion.as_slice(), &[1]].concat();
    for kind in [0x42_u8, 0x70, 0x13, 0x56] {
        assert_eq!(read(&with_column(kind, &run)), Err(NotAChange::TooMuch), "kind {kind:x}");
    }
    let group_of_a_billion = [[1].as_slice(), &billion].concat();
    assert_eq!(read(&with_column(0x70, &group_of_a_billion)), Err(NotAChange::TooMuch));
    let gaps = [[0].as_slice(), &billion].concat();
    assert_eq!(read(&with_column(0x42, &gaps)), Err(NotAChange::TooMuch));
    assert_eq!(read(&with_column(0x34, &billion)), Err(NotAChange::TooMuch));
}

#[test]
fn a_deflated_column_a_document_and_a_damaged_change_are_told_apart() {
    assert_eq!(read(&with_column(0x4a, &[3, 1])), Err(NotAChange::Kind));
    let whole = Notebook::found(NotebookId::new(Uuid::from_u128(9)), &Actor::new([1; 16])).unwrap();
    assert_eq!(read(&whole.save()), Err(NotAChange::Kind));
    let mut change = whole.changes().remove(0).bytes;
    assert!(read(&change).is_ok());
    let last = change.len() - 1;
    change[last] ^= 1;
    assert_eq!(read(&change), Err(NotAChange::Checksum));
    change.push(0);
    assert_eq!(read(&change), Err(NotAChange::Length));
}

#[test]
fn what_follows_after_the_columns_is_refused_with_an_authors_name_in_it() {
    let mut data = with_column(0x42, &[3, 1]);
    data[9] += 3;
    data.extend_from_slice(b"Tom");
    repair(&mut data);
    assert_eq!(read(&data), Err(NotAChange::Length));
}

#[test]
fn an_operation_numbered_near_the_end_of_all_numbers_is_refused() {
    for (start, taken) in
        [(vec![1_u8], true), (vec![0x80, 0x80, 0x80, 0x80, 8], true), (vec![0x81, 0x80, 0x80, 0x80, 8], false)]
    {
        let mut data = [[0, 16].as_slice(), &[3; 16], &[1]].concat();
        data.extend_from_slice(&start);
        data.extend_from_slice(&[0, 0, 0, 0]);
        let mut bytes = [MAGIC.as_slice(), &[0, 0, 0, 0, CHANGE, u8::try_from(data.len()).unwrap()], &data].concat();
        repair(&mut bytes);
        assert_eq!(read(&bytes).is_ok(), taken, "{start:?}: {:?}", read(&bytes));
    }
}
