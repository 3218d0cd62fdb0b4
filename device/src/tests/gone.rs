//! Words that were taken back at the office go from the tablet too, and nothing else does.

use super::office::Office;
use super::photos::{file, kept};
use super::sending::set_up;
use super::*;
use crate::store::books;
use crate::views::{DraftKind, Whereabouts};
use domain::ids::EntryId;
use domain::notebook::{Actor, Notebook, project};
use domain::wire::Bytes;
use tempfile::tempdir;

/// The office founds its notebook again without these and says so; to whom it may, it gives the new one.
fn taken_back(office: &Office, device: &mut Device, generation: u32, entries: &[EntryId], follows: bool) -> Notebook {
    let erased = entries.iter().copied().collect();
    let again = office.book(hazel_court()).amend(&erased, &Actor::new([9; 16])).unwrap();
    let entries = entries.to_vec();
    device.told_by_office(vec![FeedItem::Gone { notebook: hazel_court(), generation, entries, follows }]).unwrap();
    if follows {
        let chunk = Bytes(again.save());
        device.told_by_office(vec![FeedItem::Granted { notebook: hazel_court(), generation, chunk }]).unwrap();
    }
    again
}

#[test]
fn a_notebook_founded_again_at_the_office_keeps_what_was_not_sent_and_loses_what_was_erased() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let dir = tempdir().unwrap();
    let (mut asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    let erased = asha.record(hazel_court(), said("canary Elsie canary", Consent::Quote), None).unwrap();
    asha.record(hazel_court(), saw("published"), None).unwrap();
    office.sync(&mut asha);
    asha.record(hazel_court(), saw("not sent yet"), None).unwrap();
    let again = office.book(hazel_court()).amend(&[erased].into(), &domain::notebook::Actor::new([9; 16])).unwrap();
    office.log.push(FeedItem::Gone { notebook: hazel_court(), generation: 1, entries: vec![erased], follows: true });
    asha.told_by_office(vec![office.log.last().unwrap().clone()]).unwrap();
    assert_eq!(words(&mut asha, hazel_court()), ["published", "not sent yet"]);
    assert!(!asha.waiting().unwrap().safe, "what was not sent still waits");
    let chunk = Bytes(again.save());
    asha.told_by_office(vec![FeedItem::Granted { notebook: hazel_court(), generation: 1, chunk }]).unwrap();
    let book = asha.book(hazel_court()).unwrap();
    assert_eq!(book.generation, 1);
    assert!(!book.notebook.changes().iter().any(|c| String::from_utf8_lossy(&c.bytes).contains("canary")));
    assert_eq!(words(&mut asha, hazel_court()), ["published", "not sent yet"]);
    let places: Vec<_> = asha.visit(hazel_court()).unwrap().rows.into_iter().map(|r| r.whereabouts).collect();
    assert!(matches!(places[0], Whereabouts::AtTheOffice { .. }) && places[1] == Whereabouts::OnlyHere, "{places:?}");
}

/// Tom's tablet with a remark that the office has, and a note that it has not.
fn toms(office: &mut Office, dir: &Path) -> (Device, EntryId) {
    let (mut tom, _) = set_up(office, dir, 1, TOM);
    let sent = tom.record(hazel_court(), said("canary Elsie canary", Consent::Quote), None).unwrap();
    office.sync(&mut tom);
    tom.record(hazel_court(), saw("not sent yet"), None).unwrap();
    (tom, sent)
}

/// What was not sent is what it still says, and needs nothing but the first change, which the office has whatever is gone.
fn stands_on_the_first_change_alone(tom: &mut Device) {
    assert_eq!(words(tom, hazel_court()), ["not sent yet"]);
    let page = books::outbox(tom.store.read(), 100, 1 << 20).unwrap();
    let mut there = Notebook::found(hazel_court(), &Actor::new([8; 16])).unwrap();
    there.apply(page.iter().map(|change| change.bytes.0.as_slice())).unwrap();
    assert_eq!(project(&there).unwrap().entries.len(), 1);
    assert!(!there.changes().iter().any(|c| String::from_utf8_lossy(&c.bytes).contains("canary")));
}

#[test]
fn whoever_may_not_see_the_visit_any_more_still_sends_what_was_not_sent() {
    let (mut office, dir) = (Office::new(1, first_feed("", Vec::new())), tempdir().unwrap());
    let (mut tom, erased) = toms(&mut office, dir.path());
    taken_back(&office, &mut tom, 1, &[erased], false);
    stands_on_the_first_change_alone(&mut tom);
}

#[test]
fn whoever_leaves_the_team_before_the_new_founding_has_come_still_sends_what_was_not_sent() {
    let (mut office, dir) = (Office::new(1, first_feed("", Vec::new())), tempdir().unwrap());
    let (mut tom, erased) = toms(&mut office, dir.path());
    let gone = FeedItem::Gone { notebook: hazel_court(), generation: 1, entries: vec![erased], follows: true };
    tom.told_by_office(vec![gone, FeedItem::Withdrawn { notebook: hazel_court() }]).unwrap();
    stands_on_the_first_change_alone(&mut tom);
}

#[test]
fn what_the_office_may_have_lost_stays_when_words_are_taken_back_after_a_restore() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let (one, two) = (tempdir().unwrap(), tempdir().unwrap());
    let (mut asha, _) = set_up(&mut office, one.path(), 1, ASHA);
    let (mut tom, around) = set_up(&mut office, two.path(), 2, TOM);
    around.pass(MINUTE);
    let erased = asha.record(hazel_court(), saw("canary"), None).unwrap();
    office.sync(&mut asha);
    tom.record(hazel_court(), saw("of Tom, whose tablet is lost"), None).unwrap();
    office.sync(&mut tom);
    office.sync(&mut asha);
    assert_eq!(words(&mut asha, hazel_court()), ["canary", "of Tom, whose tablet is lost"]);
    // A copy without Tom's note was put back, and knows what was taken back.
    let mut restored = Office::new(2, Vec::new());
    restored.remembers(&asha);
    let actor = Actor::new([7; 16]);
    let first = Notebook::found(hazel_court(), &actor).unwrap().amend(&[erased].into(), &actor).unwrap();
    restored.log.push(FeedItem::Gone { notebook: hazel_court(), generation: 1, entries: vec![erased], follows: true });
    let chunk = Bytes(first.save());
    restored.log.push(FeedItem::Granted { notebook: hazel_court(), generation: 1, chunk });
    restored.sync(&mut asha);
    assert_eq!(words(&mut asha, hazel_court()), ["of Tom, whose tablet is lost"]);
    let there = project(&restored.book(hazel_court())).unwrap();
    assert_eq!(there.entries.len(), 1, "and the office has it again: {there:?}");
    assert_eq!(there.entries[0].by, person(TOM), "as Tom's");
}

#[test]
fn the_picture_goes_and_so_does_a_sheet_that_corrects_what_is_gone() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let dir = tempdir().unwrap();
    let (mut asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    let (jpeg, _) = kept(&mut asha, &file("jolla.jpg"), Vec::new()).unwrap();
    let remark = asha.record(hazel_court(), said("canary", Consent::Quote), None).unwrap();
    let stays = asha.record(hazel_court(), saw("Warm rooms."), None).unwrap();
    office.sync(&mut asha);
    let correcting = |device: &mut Device, entry| {
        let sheet = device.open_draft(hazel_court(), DraftKind::Correction { entry, field: "words".into() }).unwrap();
        device.save_draft(sheet, &serde_json::json!({ "value": "canary, corrected" }).to_string()).unwrap();
    };
    correcting(&mut asha, remark);
    correcting(&mut asha, stays);
    let photo = asha.visit(hazel_court()).unwrap().rows.into_iter().find(|row| row.photo.is_some()).unwrap();
    let hash = photo.photo.unwrap().hash;
    assert_eq!(asha.photo(&hash).unwrap(), jpeg);
    let files = |dir: &Path| std::fs::read_dir(dir.join("photos")).unwrap().count();
    let before = files(dir.path());
    taken_back(&office, &mut asha, 1, &[photo.entry, remark], true);
    assert!(asha.photo(&hash).is_err());
    assert!(files(dir.path()) < before, "the file is still on the disk");
    let open = asha.unfinished().unwrap();
    let of = |entry: EntryId| {
        open.iter().filter(|d| matches!(&d.kind, DraftKind::Correction { entry: e, .. } if *e == entry)).count()
    };
    assert_eq!((of(remark), of(stays)), (0, 1));
    assert_eq!(words(&mut asha, hazel_court()), ["Warm rooms."]);
}
