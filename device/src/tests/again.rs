//! What the office holds is written again when it asks for that, with what stood on it, and is nowhere twice.

use super::office::Office;
use super::sending::{impression, set_up};
use super::*;
use crate::views::{DraftKind, Whereabouts};
use domain::notebook::{Actor, Hash, Notebook, Value, project};
use tempfile::tempdir;

/// The office's notebook, but for what it holds.
fn shown(office: &Office, held: &[Hash]) -> Notebook {
    let mut book = Notebook::found(hazel_court(), &Actor::genesis()).unwrap();
    let all = office.changes[&hazel_court()].iter().filter(|(hash, _)| !held.contains(hash));
    book.apply(all.map(|(_, bytes)| bytes.as_slice())).unwrap();
    book
}

#[test]
fn a_held_note_and_what_stands_on_it_are_written_again_when_the_office_asks() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    office.publishes = false;
    let dir = tempdir().unwrap();
    let (mut asha, around) = set_up(&mut office, dir.path(), 1, ASHA);
    asha.record(hazel_court(), saw("Warm rooms."), None).unwrap();
    office.sync(&mut asha);
    let sound: Vec<Hash> = office.changes[&hazel_court()].iter().map(|(hash, _)| *hash).collect();
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    asha.state(hazel_court(), &impression(), &Value::Text("Warm staff.".into())).unwrap();
    office.sync(&mut asha);
    let told = |office: &mut Office, hashes: &[Hash], held: Option<&str>, again| {
        for hash in hashes {
            let (hash, held) = (*hash, held.map(str::to_owned));
            office.log.push(FeedItem::Fate { notebook: hazel_court(), hash, held, again });
        }
    };
    let held: Vec<Hash> =
        office.changes[&hazel_court()].iter().map(|(hash, _)| *hash).filter(|hash| !sound.contains(hash)).collect();
    assert_eq!(held.len(), 2);
    told(&mut office, &sound, None, false);
    told(&mut office, &held, Some("It could not be read."), false);
    office.sync(&mut asha);
    // Written after she was told: it stands on what is held, and was never sent.
    asha.record(hazel_court(), saw("Bright lounge."), None).unwrap();
    let before = asha.projection(hazel_court()).unwrap();
    assert!(matches!(asha.visit(hazel_court()).unwrap().rows[1].whereabouts, Whereabouts::Held { .. }));

    told(&mut office, &held, Some("It could not be read."), true);
    office.sync(&mut asha);
    assert_eq!(asha.projection(hazel_court()).unwrap(), before, "she reads what she read");
    let all: Vec<Hash> = office.changes[&hazel_court()].iter().map(|(hash, _)| *hash).collect();
    let new: Vec<Hash> = all.into_iter().filter(|hash| !sound.contains(hash) && !held.contains(hash)).collect();
    assert!(!new.is_empty());
    assert!(
        held.iter().all(|old| office.replaced.get(old).is_some_and(|by| new.contains(by))),
        "{:?}",
        office.replaced
    );
    assert_eq!(project(&shown(&office, &held)).unwrap(), before, "the office can show all of it without what it holds");
    told(&mut office, &new, None, false);
    office.sync(&mut asha);
    assert!(asha.waiting().unwrap().safe);

    // She goes on, after a new start too, and nothing of it stands on what was held.
    asha.record(hazel_court(), saw("Good food."), None).unwrap();
    office.sync(&mut asha);
    drop(asha);
    let mut asha = again(dir.path(), &around);
    asha.record(hazel_court(), saw("Loud bell."), None).unwrap();
    office.sync(&mut asha);
    assert_eq!(project(&shown(&office, &held)).unwrap().entries.len(), 5);
}

#[test]
fn a_correction_that_is_open_while_its_held_note_is_written_again_can_be_closed() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    office.publishes = false;
    let dir = tempdir().unwrap();
    let (mut asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    let note = asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    office.sync(&mut asha);
    let held: Vec<Hash> = office.changes[&hazel_court()].iter().map(|(hash, _)| *hash).collect();
    let kind = DraftKind::Correction { entry: note, field: "words".into() };
    let sheet = asha.open_draft(hazel_court(), kind).unwrap();
    asha.save_draft(sheet, r#"{"value":"Three raised beds."}"#).unwrap();
    for again in [false, true] {
        for hash in &held {
            let reason = Some("It could not be read.".to_owned());
            office.log.push(FeedItem::Fate { notebook: hazel_court(), hash: *hash, held: reason, again });
        }
        office.sync(&mut asha);
    }
    asha.close_draft(sheet).unwrap();
    assert_eq!(words(&mut asha, hazel_court()), ["Three raised beds."]);
    assert_eq!(asha.differences(hazel_court()).unwrap().len(), 0, "she wrote over what she saw");
}
