//! A road that lets little through: what is here goes up, whatever does not come down.

use super::office::{Office, Trouble};
use super::photos::file;
use super::sending::set_up;
use super::*;
use crate::surroundings::Surroundings as _;
use crate::sync::{Outcome, Round};
use crate::transport::Request;
use crate::views::PhotoUse;
use domain::wire::ProblemCode;
use tempfile::tempdir;

/// Whether it asks for a page of the feed, and not only how far the office has come.
fn asks_for_a_page(request: &Request) -> bool {
    request.path.starts_with("/sync/v1/feed") && !request.path.contains("most=0")
}

/// One round after the other, each when the one before said; what the office was asked, by path.
fn rounds(office: &mut Office, tablet: (&mut Device, &Told), trouble: impl Fn(&Request) -> Trouble + Copy) {
    let (device, around) = tablet;
    for _ in 0..8 {
        match office.round(device, Round::Once, trouble) {
            Outcome::Later { at, .. } => around.pass(at - around.now() + 1),
            other => assert_eq!(other, Outcome::Quiet),
        }
    }
}

#[test]
fn a_feed_that_never_comes_through_keeps_no_word_and_no_photo_from_going() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let dir = tempdir().unwrap();
    let (mut asha, around) = set_up(&mut office, dir.path(), 1, ASHA);
    office.log.extend(first_feed("", Vec::new()));
    let no_page = |request: &Request| if asks_for_a_page(request) { Trouble::AnswerLost } else { Trouble::None };
    rounds(&mut office, (&mut asha, &around), no_page);
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    let photo = asha.take_photo(hazel_court(), &file("BlueSquare.jpg")).unwrap();
    let used = PhotoUse { permission: "deputy manager".into(), nobody_recognisable: true, ..PhotoUse::default() };
    asha.use_photo(photo.id, &used, None).unwrap();
    rounds(&mut office, (&mut asha, &around), no_page);
    assert_eq!(office.changes[&hazel_court()].len(), 3, "the first, the note and the photo's");
    assert_eq!(office.photos.values().filter(|bytes| !bytes.is_empty()).count(), 1);
    assert!(!asha.waiting().unwrap().safe, "nobody has told it yet that they are published");
    rounds(&mut office, (&mut asha, &around), |_| Trouble::None);
    assert!(asha.waiting().unwrap().safe);
}

#[test]
fn a_push_that_is_put_off_after_a_page_broke_off_does_not_keep_the_tablet_from_hearing_the_office() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let dir = tempdir().unwrap();
    let (mut asha, around) = set_up(&mut office, dir.path(), 1, ASHA);
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    office.log.extend(first_feed("", Vec::new()));
    let once = std::cell::Cell::new(true);
    office.round(&mut asha, Round::Once, |request| match asks_for_a_page(request) && once.replace(false) {
        true => Trouble::AnswerLost,
        false => Trouble::None,
    });
    office.requests.clear();
    asha.record(hazel_court(), saw("A loop system."), None).unwrap();
    rounds(&mut office, (&mut asha, &around), |request| match request.path.ends_with("/push") {
        true => Trouble::Problem(503, ProblemCode::Later),
        false => Trouble::None,
    });
    let known: domain::wire::Cursor =
        crate::store::meta::get(asha.store.read(), crate::store::meta::name::CURSOR).unwrap().unwrap();
    assert_eq!(usize::try_from(known.revision).unwrap(), office.log.len(), "all was heard: {:?}", office.requests);
    assert_eq!(asha.waiting().unwrap().entries, 2, "and the notes are still here");
    rounds(&mut office, (&mut asha, &around), |_| Trouble::None);
    assert!(asha.waiting().unwrap().safe);
}
