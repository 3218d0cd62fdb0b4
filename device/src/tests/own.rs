//! Tom and Grace share one tablet: each has a PIN of their own, reads back and signs what is theirs, and nothing else.

use super::*;
use crate::views::{Chosen, Closed, DraftKind};
use age::x25519::Identity;
use domain::ids::EntryId;
use tempfile::tempdir;

const TOMS: &str = "246813";
const GRACES: &str = "975318";

/// A tablet with a lead who can read, on which both have chosen a PIN.
fn shared(dir: &Path) -> (Device, Arc<Told>) {
    let (mut device, around) = tablet(dir, 1, GRACE);
    let femi = Identity::generate().to_public().to_string();
    let lead = Lead { person: person(0xfe31), name: "Femi Adewale".into(), phone: "020 7946 0123".into(), key: femi };
    device.told_by_office(first_feed("", vec![lead])).unwrap();
    device.choose_own_pin(person(GRACE), GRACES, None).unwrap();
    device.choose_own_pin(person(TOM), TOMS, None).unwrap();
    (device, around)
}

fn worry(device: &mut Device) -> crate::views::DraftId {
    let sheet = device.open_draft(hazel_court(), DraftKind::Concern { from: None }).unwrap();
    device.save_draft(sheet, r#"{"words":"Bruise on a resident's forearm.","about":"Elsie"}"#).unwrap();
    sheet
}

fn correct(device: &mut Device, entry: EntryId, field: &str, value: &str) -> Closed {
    let kind = DraftKind::Correction { entry, field: field.into() };
    let sheet = device.open_draft(hazel_court(), kind).unwrap();
    device.save_draft(sheet, &format!(r#"{{"value":"{value}"}}"#)).unwrap();
    let closed = device.close_draft(sheet).unwrap();
    if matches!(closed, Closed::Unfinished { .. }) {
        device.drop_draft(sheet).unwrap();
    }
    closed
}

#[test]
fn tom_opens_no_worry_of_graces_before_or_after_it_is_sealed_though_he_takes_her_name() {
    let dir = tempdir().unwrap();
    let (mut device, around) = shared(dir.path());
    let sheet = worry(&mut device);
    let listed = device.unfinished().unwrap().remove(0);
    assert_eq!((listed.fields.as_str(), listed.withheld), ("{}", true), "her name is enough to read it");
    assert!(matches!(device.read_draft(sheet, TOMS), Err(Error::WrongPin { .. })));
    assert!(device.read_draft(sheet, GRACES).unwrap().contains("Bruise"));
    let id = device.seal_draft(sheet).unwrap();
    assert!(matches!(device.read_back(id, TOMS), Err(Error::WrongPin { .. })));
    assert_eq!(device.read_back(id, GRACES).unwrap().about, "Elsie");
    // Wrong ones slow down, each person's by themselves, and a restart forgets none.
    for _ in 0..3 {
        assert!(matches!(device.read_back(id, "111111"), Err(Error::WrongPin { .. })));
    }
    drop(device);
    let mut device = again(dir.path(), &around);
    assert!(matches!(device.read_back(id, GRACES), Err(Error::TooSoon { .. })));
    around.pass(MINUTE);
    assert!(device.read_back(id, GRACES).is_ok());
}

#[test]
fn an_own_pin_is_hard_enough_and_is_changed_only_by_whoever_knows_it() {
    let dir = tempdir().unwrap();
    let (mut device, _) = shared(dir.path());
    assert!(matches!(device.choose_own_pin(person(ASHA), "1234", None), Err(Error::WeakOwnPin)));
    assert!(matches!(device.choose_own_pin(person(GRACE), "111222", None), Err(Error::WrongPin { .. })));
    let sheet = worry(&mut device);
    let id = device.seal_draft(sheet).unwrap();
    device.choose_own_pin(person(GRACE), "111222", Some(GRACES)).unwrap();
    assert!(matches!(device.read_back(id, GRACES), Err(Error::WrongPin { .. })));
    assert_eq!(device.read_back(id, "111222").unwrap().about, "Elsie", "what was sealed under the PIN before");
}

#[test]
fn a_worry_is_written_before_anybody_has_a_pin_of_their_own() {
    let dir = tempdir().unwrap();
    let (mut device, _) = tablet(dir.path(), 1, ASHA);
    assert!(!device.has_own_pin(person(ASHA)).unwrap());
    worry(&mut device);
    assert!(!device.unfinished().unwrap()[0].withheld);
    assert!(matches!(device.sign_off(hazel_court(), "246813"), Err(Error::NoOwnPin)));
}

#[test]
fn tom_and_grace_share_a_tablet_and_each_signs_only_their_own() {
    let dir = tempdir().unwrap();
    let (mut device, _) = shared(dir.path());
    let mut notes = Vec::new();
    for turn in 0..5 {
        device.write_as(person(if turn % 2 == 0 { GRACE } else { TOM })).unwrap();
        notes.push(device.record(hazel_court(), saw(&format!("note {turn}")), None).unwrap());
    }
    device.write_as(person(TOM)).unwrap();
    assert!(matches!(device.sign_off(hazel_court(), GRACES), Err(Error::WrongPin { .. })));
    assert_eq!(device.sign_off(hazel_court(), TOMS).unwrap(), 2);
    let signed: Vec<bool> = device.visit(hazel_court()).unwrap().rows.iter().map(|row| row.signed).collect();
    assert_eq!(signed, [false, true, false, true, false]);
    // What is signed is added to, also by its writer, and not corrected; the others' still are.
    assert!(matches!(correct(&mut device, notes[1], "words", "another"), Closed::Unfinished { .. }));
    assert!(matches!(correct(&mut device, notes[1], "addition", "It was the left one."), Closed::Kept { .. }));
    assert!(matches!(correct(&mut device, notes[0], "words", "note 0, corrected"), Closed::Kept { .. }));
    let page = device.visit(hazel_court()).unwrap();
    assert_eq!((page.rows[1].words.as_str(), page.rows[1].additions.len()), ("note 1", 1));
    assert!(page.about.is_empty(), "signatures are no facts of the visit");
}

#[test]
fn a_note_written_as_tom_is_given_to_grace_by_either_and_says_so() {
    let dir = tempdir().unwrap();
    let (mut device, _) = shared(dir.path());
    device.write_as(person(TOM)).unwrap();
    let note = device.record(hazel_court(), saw("Grace saw it."), None).unwrap();
    device.write_as(person(ASHA)).unwrap();
    assert!(matches!(device.give_to(hazel_court(), note, person(GRACE)), Err(Error::NobodyWrites)));
    device.write_as(person(GRACE)).unwrap();
    device.give_to(hazel_court(), note, person(GRACE)).unwrap();
    let row = device.visit(hazel_court()).unwrap().rows.remove(0);
    assert_eq!((row.by, row.noted_as.as_deref()), (person(GRACE), Some("Tom Okafor")));
    device.write_as(person(TOM)).unwrap();
    assert_eq!(device.sign_off(hazel_court(), TOMS).unwrap(), 0);
    device.write_as(person(GRACE)).unwrap();
    assert_eq!(device.sign_off(hazel_court(), GRACES).unwrap(), 1);
    assert!(matches!(device.give_to(hazel_court(), note, person(TOM)), Err(Error::Signed)));
}

#[test]
fn who_signs_on_two_tablets_has_signed_both_lists_and_nobody_has_to_settle_them() {
    let (one, two) = (tempdir().unwrap(), tempdir().unwrap());
    let (mut first, _) = shared(one.path());
    let (mut second, _) = tablet(two.path(), 2, GRACE);
    second.told_by_office(first_feed("", Vec::new())).unwrap();
    second.choose_own_pin(person(GRACE), GRACES, None).unwrap();
    for (device, words) in [(&mut first, "on the first"), (&mut second, "on the second")] {
        device.record(hazel_court(), saw(words), None).unwrap();
        assert_eq!(device.sign_off(hazel_court(), GRACES).unwrap(), 1);
    }
    let there = second.book(hazel_court()).unwrap().notebook.clone();
    for change in there.changes() {
        let (notebook, bytes) = (hazel_court(), domain::wire::Bytes(change.bytes));
        first.told_by_office(vec![FeedItem::Change { notebook, hash: change.hash, bytes }]).unwrap();
    }
    let page = first.visit(hazel_court()).unwrap();
    assert_eq!(page.rows.iter().map(|row| row.signed).collect::<Vec<_>>(), [true, true]);
    assert_eq!((page.differences, first.differences(hazel_court()).unwrap().len()), (0, 0));
}

#[test]
fn whoever_sets_graces_pin_anew_reads_nothing_of_hers_and_she_sees_when_it_was_done() {
    let dir = tempdir().unwrap();
    let (mut device, around) = shared(dir.path());
    let before = worry(&mut device);
    let before = device.seal_draft(before).unwrap();
    let begun = worry(&mut device);
    let own = device.own_pin(person(GRACE)).unwrap().unwrap();
    assert_eq!((own.since, own.chosen, own.copies, own.begun), (TEN_O_CLOCK, Chosen::First, 1, 1));

    around.pass(MINUTE);
    let anew = |device: &mut Device, tablets: &str, pin: &str| device.set_own_pin_anew(person(GRACE), tablets, pin);
    assert!(matches!(anew(&mut device, PIN, "1234"), Err(Error::WeakOwnPin)));
    assert!(matches!(anew(&mut device, "tea with milk", "111222"), Err(Error::WrongPin { .. })));
    assert!(matches!(device.set_own_pin_anew(person(ASHA), PIN, "111222"), Err(Error::NoOwnPin)));
    anew(&mut device, PIN, "111222").unwrap();

    let own = device.own_pin(person(GRACE)).unwrap().unwrap();
    assert_eq!((own.since, own.chosen, own.copies, own.begun), (TEN_O_CLOCK + MINUTE, Chosen::Anew, 0, 0));
    assert_eq!(device.my_visits().unwrap().own_pin, Some(own), "it is said when her turn comes");
    assert!(matches!(device.read_back(before, "111222"), Err(Error::NoOwnPin)));
    assert!(matches!(device.read_draft(begun, "111222"), Err(Error::Shut)));
    assert!(matches!(device.draft_by(begun, person(TOM)), Err(Error::Theirs)));
    let listed = device.unfinished().unwrap().remove(0);
    assert_eq!((listed.fields.as_str(), listed.withheld, listed.shut), ("{}", true, true));
    // What she saw still reaches the lead, and no copy of it is opened by whoever chose the new one.
    let sealed = device.seal_draft(begun).unwrap();
    assert!(matches!(device.read_back(sealed, "111222"), Err(Error::NoOwnPin)));
    device.write_as(person(TOM)).unwrap();
    assert_eq!(device.my_visits().unwrap().own_pin.unwrap().chosen, Chosen::First, "Tom's is as it was");
}

#[test]
fn what_is_to_be_sealed_does_not_become_toms_by_his_name_alone() {
    let dir = tempdir().unwrap();
    let (mut device, _) = shared(dir.path());
    let begun = worry(&mut device);
    assert!(matches!(device.draft_by(begun, person(TOM)), Err(Error::Theirs)));
    device.draft_by(begun, person(GRACE)).unwrap();
    device.choose_own_pin(person(GRACE), "111222", Some(GRACES)).unwrap();
    assert_eq!(device.own_pin(person(GRACE)).unwrap().unwrap().chosen, Chosen::Changed);
    assert!(device.read_draft(begun, "111222").is_ok(), "changed by whoever knew it, nothing is lost");
}
