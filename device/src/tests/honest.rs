//! What the tablet says of itself is true: *safe to remove* only when all is at the office; one thing that is broken is
//! said, and stops nothing else.

use super::office::{Office, Trouble};
use super::photos::file;
use super::sending::{impression, set_up};
use super::*;
use crate::sync::{Outcome, Round};
use crate::views::{PhotoUse, Whereabouts};
use domain::notebook::Value;
use domain::wire::Bytes;
use tempfile::tempdir;

fn allowed() -> PhotoUse {
    PhotoUse { permission: "deputy manager".into(), nobody_recognisable: true, ..PhotoUse::default() }
}

#[test]
fn an_impression_that_is_on_its_way_or_held_is_not_safe_to_remove() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    office.publishes = false;
    let dir = tempdir().unwrap();
    let (mut asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    let row = |asha: &mut Device| {
        let safe = asha.waiting().unwrap();
        let entries = safe.notebooks[0].entries.clone();
        (safe.safe, entries.only_here, entries.on_their_way, entries.held)
    };
    asha.state(hazel_court(), &impression(), &Value::Text("Warm staff.".into())).unwrap();
    assert_eq!(row(&mut asha), (false, 1, 0, 0));
    office.sync(&mut asha);
    assert_eq!(row(&mut asha), (false, 0, 1, 0));
    let (hash, notebook) = (office.changes[&hazel_court()].last().unwrap().0, hazel_court());
    office.log.push(FeedItem::Fate { notebook, hash, held: Some("It is nested too deep.".into()), again: false });
    office.sync(&mut asha);
    let (safe, _, _, held) = row(&mut asha);
    assert_eq!((safe, held), (false, 1));
    for hash in office.changes[&hazel_court()].iter().map(|(hash, _)| *hash).collect::<Vec<_>>() {
        office.log.push(FeedItem::Fate { notebook, hash, held: None, again: false });
    }
    office.sync(&mut asha);
    let (safe, ..) = row(&mut asha);
    assert!(safe);
}

#[test]
fn a_damaged_picture_is_said_and_the_next_one_goes_up() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let dir = tempdir().unwrap();
    let (mut asha, around) = set_up(&mut office, dir.path(), 1, ASHA);
    let pending = asha.take_photo(hazel_court(), &file("DSCN0010.jpg")).unwrap();
    asha.use_photo(pending.id, &allowed(), None).unwrap();
    for file in std::fs::read_dir(dir.path().join("photos")).unwrap() {
        std::fs::write(file.unwrap().path(), b"a bad sector").unwrap();
    }
    around.pass(MINUTE);
    let other =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/photos/BlueSquare.jpg")).unwrap();
    let pending = asha.take_photo(hazel_court(), &other).unwrap();
    asha.use_photo(pending.id, &allowed(), None).unwrap();
    assert_eq!(office.round(&mut asha, Round::Once, |_| Trouble::None), Outcome::Quiet);
    let places: Vec<_> =
        asha.visit(hazel_court()).unwrap().rows.into_iter().map(|r| r.photo.unwrap().whereabouts).collect();
    assert!(matches!(&places[0], Whereabouts::Held { reason } if reason.contains("damaged")), "{places:?}");
    assert!(matches!(places[1], Whereabouts::AtTheOffice { .. }), "{places:?}");
    assert!(!asha.waiting().unwrap().safe);
}

#[test]
fn what_the_store_says_while_sending_is_said_to_the_person() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let dir = tempdir().unwrap();
    let (mut asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    let stop = "CREATE TRIGGER full BEFORE UPDATE ON change BEGIN SELECT RAISE(ABORT, 'no room left'); END";
    asha.store.write(|tx| Ok(tx.execute_batch(stop)?)).unwrap();
    let mut happened = crate::sync::Happened::Begin(Round::Once);
    let said = loop {
        happened = match asha.step(happened) {
            Ok(crate::sync::Next::Send(request)) => crate::sync::Happened::Answered(office.answer(&request)),
            Ok(crate::sync::Next::Over(outcome)) => panic!("{outcome:?}"),
            Err(error) => break error.to_string(),
        };
    };
    assert_eq!(asha.standing().unwrap().sentence, said);
    asha.store.write(|tx| Ok(tx.execute_batch("DROP TRIGGER full")?)).unwrap();
    assert_eq!(office.sync(&mut asha), Outcome::Quiet);
    assert_eq!(asha.standing().unwrap().sentence, "");
}

#[test]
fn one_notebook_of_the_feed_that_cannot_be_read_stops_nothing_else() {
    let one = tempdir().unwrap();
    let (mut asha, _) = tablet(one.path(), 1, ASHA);
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    let bad = FeedItem::Granted { notebook: hazel_court(), generation: 0, chunk: Bytes(b"nonsense".to_vec()) };
    asha.told_by_office(vec![bad, FeedItem::Visit(visit("cancelled"))]).unwrap();
    assert_eq!(asha.visits().unwrap()[0].state, "cancelled");
    assert_eq!(words(&mut asha, hazel_court()), ["Raised beds."]);
}

#[test]
fn a_visit_that_is_given_back_before_anything_is_published_is_there_again() {
    let one = tempdir().unwrap();
    let (mut asha, _) = tablet(one.path(), 1, ASHA);
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    asha.told_by_office(vec![FeedItem::Withdrawn { notebook: hazel_court() }]).unwrap();
    assert!(asha.visit(hazel_court()).unwrap().withdrawn);
    let given = FeedItem::Granted { notebook: hazel_court(), generation: 0, chunk: Bytes::default() };
    asha.told_by_office(vec![given]).unwrap();
    assert!(!asha.visit(hazel_court()).unwrap().withdrawn);
}

#[test]
fn a_tablet_that_was_killed_while_it_was_set_up_opens_with_its_pin() {
    let dir = tempdir().unwrap();
    let around = Told::new(TEN_O_CLOCK, 1);
    let key = crate::lock::make(dir.path(), PIN, crate::lock::Stretch::STORY, around.as_ref()).unwrap();
    drop(crate::store::Store::open(&dir.path().join("tablet.store"), &key).unwrap());
    let id = again(dir.path(), &around).id();
    assert_eq!(again(dir.path(), &around).id(), id);
}

#[test]
fn a_tablet_that_belongs_to_an_office_is_not_set_up_with_another() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let dir = tempdir().unwrap();
    let (asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    let code =
        domain::wire::EnrolmentCode { address: "http://127.0.0.1:9".into(), fingerprint: None, secret: "X".into() };
    assert!(matches!(asha.enrolling(&code, "tablet 9"), Err(Error::AlreadyThere)));
}

#[test]
fn a_picture_that_was_used_twice_stays_for_the_note_that_stays() {
    let one = tempdir().unwrap();
    let (mut asha, _) = tablet(one.path(), 1, ASHA);
    let mut twice = || {
        let pending = asha.take_photo(hazel_court(), &file("DSCN0010.jpg")).unwrap();
        asha.use_photo(pending.id, &allowed(), None).unwrap()
    };
    let (first, second) = (twice(), twice());
    asha.forget(hazel_court(), &[first]).unwrap();
    let row = asha.visit(hazel_court()).unwrap().rows.pop().unwrap();
    let photo = row.photo.unwrap();
    assert!(row.entry == second && photo.here);
    assert!(!asha.photo(&photo.hash).unwrap().is_empty());
    asha.forget(hazel_court(), &[second]).unwrap();
    assert!(matches!(asha.photo(&photo.hash), Err(Error::NoPhoto)));
}

#[test]
fn a_picture_whose_note_was_not_written_is_not_sent() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let dir = tempdir().unwrap();
    let (mut asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    let pending = asha.take_photo(hazel_court(), &file("DSCN0010.jpg")).unwrap();
    // The disk is full, or the tablet is killed, between the picture's row and its note.
    let stop = "CREATE TRIGGER stop BEFORE INSERT ON change BEGIN SELECT RAISE(ABORT, 'killed'); END";
    asha.store.write(|tx| Ok(tx.execute_batch(stop)?)).unwrap();
    assert!(asha.use_photo(pending.id, &allowed(), None).is_err());
    asha.store.write(|tx| Ok(tx.execute_batch("DROP TRIGGER stop")?)).unwrap();
    assert_eq!(asha.pending_photos(hazel_court()).unwrap().len(), 1, "it still waits for its covers");
    asha.drop_photo(pending.id).unwrap();
    assert_eq!(office.sync(&mut asha), Outcome::Quiet);
    assert!(office.photos.values().all(Vec::is_empty));
}

#[test]
fn a_second_window_is_told_to_go_on_in_the_first_and_changes_nothing() {
    let dir = tempdir().unwrap();
    let (mut first, around) = tablet(dir.path(), 1, ASHA);
    let second = Device::open(dir.path(), PIN, around.clone());
    assert!(matches!(second, Err(Error::OpenElsewhere)));
    first.record(hazel_court(), saw("Raised beds."), None).unwrap();
    drop(first);
    assert_eq!(words(&mut again(dir.path(), &around), hazel_court()), ["Raised beds."]);
}

#[test]
fn notes_that_are_gone_are_said_to_be_gone_and_their_photos_are_left_alone() {
    let dir = tempdir().unwrap();
    let (asha, around) = tablet(dir.path(), 1, ASHA);
    drop(asha);
    std::fs::write(dir.path().join("photos/sealed.sealed"), b"a photo").unwrap();
    let store = dir.path().join("tablet.store");
    std::fs::rename(&store, dir.path().join("aside")).unwrap();
    assert!(matches!(Device::open(dir.path(), PIN, around.clone()), Err(Error::StoreMissing)));
    assert!(matches!(Device::create(dir.path(), PIN, around.clone()), Err(Error::StoreMissing)));
    assert!(dir.path().join("photos/sealed.sealed").exists() && !store.exists());
    // Put back where it was, it opens as before.
    std::fs::rename(dir.path().join("aside"), &store).unwrap();
    assert!(Device::open(dir.path(), PIN, around).is_ok());
}

#[test]
fn a_kill_while_a_tablet_is_made_leaves_nothing_that_keeps_it_from_being_made() {
    let dir = tempdir().unwrap();
    crate::lock::make(dir.path(), PIN, crate::Stretch::STORY, Told::new(TEN_O_CLOCK, 1).as_ref()).unwrap();
    assert_eq!(Device::what_is_in(dir.path()), crate::There::Nothing);
    assert!(Device::create(dir.path(), PIN, Told::new(TEN_O_CLOCK, 2)).is_ok());
}
