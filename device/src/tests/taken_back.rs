//! What somebody asks not to be kept after it was sent, and what belongs behind the other door.

use super::office::Office;
use super::sending::set_up;
use super::*;
use crate::views::DraftKind;
use age::x25519::Identity;
use domain::ids::EntryId;
use domain::notebook::Actor;
use domain::wire::Bytes;
use tempfile::tempdir;

const CANARY: &str = "canary Elsie canary";

/// The office takes it out, and says so.
fn taken_out(office: &mut Office, device: &mut Device, entry: EntryId) {
    let again = office.book(hazel_court()).amend(&[entry].into(), &Actor::new([9; 16])).unwrap();
    let gone = FeedItem::Gone { notebook: hazel_court(), generation: 1, entries: vec![entry], follows: true };
    let granted = FeedItem::Granted { notebook: hazel_court(), generation: 1, chunk: Bytes(again.save()) };
    device.told_by_office(vec![gone]).unwrap();
    device.told_by_office(vec![granted]).unwrap();
}

/// Everything that the store would give to whoever has its key.
fn everything(device: &Device) -> String {
    let mut all = String::new();
    for table in crate::store::tables(device.store.read()).unwrap() {
        all.push_str(&crate::store::dump(device.store.read(), &table).unwrap());
    }
    for id in crate::store::books::ids(device.store.read()).unwrap().into_keys() {
        let (book, _) = crate::shelf::load(device.store.read(), id, &device.actor).unwrap().unwrap();
        all.extend(book.notebook.changes().iter().map(|change| String::from_utf8_lossy(&change.bytes).into_owned()));
    }
    all
}

#[test]
fn what_was_sent_is_asked_for_until_the_office_says_that_it_is_gone() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let dir = tempdir().unwrap();
    let (mut asha, around) = set_up(&mut office, dir.path(), 1, ASHA);
    let entry = asha.record(hazel_court(), said(CANARY, Consent::Quote), None).unwrap();
    asha.record(hazel_court(), saw("The garden was open."), None).unwrap();
    office.sync(&mut asha);
    let correction = asha.open_draft(hazel_court(), DraftKind::Correction { entry, field: "words".into() }).unwrap();
    asha.save_draft(correction, &format!(r#"{{"value":"{CANARY} again"}}"#)).unwrap();
    assert!(everything(&asha).contains(CANARY), "the canary was never there");

    asha.take_back(hazel_court(), entry).unwrap();
    let page = asha.visit(hazel_court()).unwrap();
    assert_eq!(words(&mut asha, hazel_court()), ["The garden was open."], "it is still to be read here");
    assert_eq!((page.taken_back[0].heard, page.taken_back[0].gone, page.unfinished.len()), (None, None, 0));
    assert!(!asha.waiting().unwrap().safe);
    // An office that is too old to know what is asked passes it over: it is asked once a round, and again.
    office.sync(&mut asha);
    assert_eq!(office.asked_back, [entry]);
    office.sync(&mut asha);
    assert_eq!(office.asked_back, [entry, entry]);
    office.takes_back = true;
    office.sync(&mut asha);
    assert!(asha.visit(hazel_court()).unwrap().taken_back[0].heard.is_some());
    office.sync(&mut asha);
    assert_eq!(office.asked_back.len(), 3, "it was heard, and is not asked at each turn");
    around.pass(25 * 60 * MINUTE);
    office.sync(&mut asha);
    assert_eq!(office.asked_back.len(), 4, "what was heard and not done is asked again the next day");

    taken_out(&mut office, &mut asha, entry);
    assert!(asha.visit(hazel_court()).unwrap().taken_back[0].gone.is_some());
    assert!(!everything(&asha).contains("canary"), "words that somebody took back are still in the store");
    assert_eq!(words(&mut asha, hazel_court()), ["The garden was open."]);
    assert!(asha.waiting().unwrap().safe);
    drop(asha);
    assert!(!everything(&again(dir.path(), &around)).contains("canary"));
}

#[test]
fn a_note_of_another_tablet_is_for_that_one_or_the_office_to_take_back() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let (one, two) = (tempdir().unwrap(), tempdir().unwrap());
    let (mut asha, _) = set_up(&mut office, one.path(), 1, ASHA);
    let (mut tom, _) = set_up(&mut office, two.path(), 2, TOM);
    let entry = asha.record(hazel_court(), saw("Asha saw it."), None).unwrap();
    office.sync(&mut asha);
    office.sync(&mut tom);
    assert!(matches!(tom.take_back(hazel_court(), entry), Err(Error::AlreadySent)));
    assert!(tom.visit(hazel_court()).unwrap().taken_back.is_empty());
}

/// A tablet whose lead can read, with Grace writing.
fn with_a_lead(office_knows: bool) -> (Office, tempfile::TempDir, Device, EntryId) {
    let femi = Identity::generate().to_public().to_string();
    let lead = Lead { person: person(0xfe31), name: "Femi Adewale".into(), phone: "020 7946 0123".into(), key: femi };
    let mut office = Office::new(1, first_feed("", vec![lead]));
    let dir = tempdir().unwrap();
    let (mut grace, _) = set_up(&mut office, dir.path(), 1, ASHA);
    grace.record(hazel_court(), saw("The garden was open."), None).unwrap();
    let entry = grace.record(hazel_court(), saw(CANARY), None).unwrap();
    if office_knows {
        office.sync(&mut grace);
    }
    (office, dir, grace, entry)
}

fn behind_the_door(grace: &mut Device, entry: EntryId) {
    let kind = DraftKind::Concern { from: Some(entry) };
    let sheet = grace.open_draft(hazel_court(), kind).unwrap();
    grace.save_draft(sheet, &format!(r#"{{"words":"{CANARY}"}}"#)).unwrap();
    assert_eq!(words(grace, hazel_court()).len(), 2, "nothing is moved before it is sealed");
    grace.seal_draft(sheet).unwrap();
}

#[test]
fn graces_note_moves_behind_the_other_door_and_is_nowhere_else() {
    let (_, _dir, mut grace, entry) = with_a_lead(false);
    assert!(everything(&grace).contains(CANARY), "the canary was never there");
    behind_the_door(&mut grace, entry);
    assert!(!everything(&grace).contains("canary"));
    let page = grace.visit(hazel_court()).unwrap();
    assert_eq!((page.rows.len(), page.sealed.len(), page.taken_back.len()), (1, 1, 0));
}

#[test]
fn a_note_that_was_sent_is_asked_for_when_its_words_move_behind_the_other_door() {
    let (mut office, _dir, mut grace, entry) = with_a_lead(true);
    behind_the_door(&mut grace, entry);
    let page = grace.visit(hazel_court()).unwrap();
    assert_eq!((page.rows.len(), page.sealed.len(), page.taken_back.len()), (1, 1, 1));
    office.takes_back = true;
    office.sync(&mut grace);
    assert_eq!(office.asked_back, [entry]);
    taken_out(&mut office, &mut grace, entry);
    assert!(!everything(&grace).contains("canary"));
}

#[test]
fn without_a_lead_who_can_read_nothing_is_moved() {
    let (mut office, dir) = (Office::new(1, first_feed("", Vec::new())), tempdir().unwrap());
    let (mut grace, _) = set_up(&mut office, dir.path(), 1, ASHA);
    let entry = grace.record(hazel_court(), saw(CANARY), None).unwrap();
    let sheet = grace.open_draft(hazel_court(), DraftKind::Concern { from: Some(entry) }).unwrap();
    grace.save_draft(sheet, &format!(r#"{{"words":"{CANARY}"}}"#)).unwrap();
    assert!(matches!(grace.seal_draft(sheet), Err(Error::NoLead { .. })));
    assert_eq!(words(&mut grace, hazel_court()), [CANARY]);
}
