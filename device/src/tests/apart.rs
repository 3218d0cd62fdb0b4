//! What two people wrote apart stays so until a person settles it, whatever else happens on the tablet meanwhile.

use super::sending::impression;
use super::*;
use crate::views::{Closed, DraftKind};
use domain::notebook::{Spot, Value};
use domain::wire::Bytes;
use tempfile::tempdir;

/// Tom's tablet, a minute later than Asha's.
fn toms(dir: &Path) -> Device {
    let (mut tom, later) = tablet(dir, 2, TOM);
    later.pass(MINUTE);
    tom.record(hazel_court(), saw("Bell."), None).unwrap();
    tom
}

fn tell(asha: &mut Device, tom: &mut Device) {
    let chunk = Bytes(tom.book(hazel_court()).unwrap().notebook.save());
    asha.told_by_office(vec![FeedItem::Granted { notebook: hazel_court(), generation: 0, chunk }]).unwrap();
}

fn values(device: &mut Device) -> Vec<String> {
    let differences = device.differences(hazel_court()).unwrap();
    let values = differences.first().into_iter().flat_map(|d| &d.values);
    values.map(|words| words.value.text().unwrap().to_owned()).collect()
}

fn says(device: &mut Device, words: &str) {
    device.state(hazel_court(), &impression(), &Value::Text(words.into())).unwrap();
}

fn forget_a_note(device: &mut Device) {
    let gone = device.record(hazel_court(), saw("Please forget that."), None).unwrap();
    device.forget(hazel_court(), &[gone]).unwrap();
}

#[test]
fn forgetting_one_note_settles_nobodys_difference() {
    let (one, two) = (tempdir().unwrap(), tempdir().unwrap());
    let ((mut asha, _), mut tom) = (tablet(one.path(), 1, ASHA), toms(two.path()));
    says(&mut tom, "Stretched thin.");
    says(&mut asha, "Warm staff.");
    says(&mut asha, "Warm staff, mostly.");
    tell(&mut asha, &mut tom);
    assert_eq!(values(&mut asha), ["Warm staff, mostly.", "Stretched thin."]);
    forget_a_note(&mut asha);
    assert_eq!(values(&mut asha), ["Warm staff, mostly.", "Stretched thin."]);
    let read = asha.read(hazel_court()).unwrap();
    let hers = read.summary["overall impression"].values.iter().find(|s| s.by == person(ASHA)).unwrap().clone();
    assert_eq!(hers.was.iter().map(|s| s.value.text().unwrap()).collect::<Vec<_>>(), ["Warm staff."]);
}

#[test]
fn forgetting_one_note_leaves_settled_what_was_settled_over_toms_words() {
    let (one, two) = (tempdir().unwrap(), tempdir().unwrap());
    let ((mut asha, _), mut tom) = (tablet(one.path(), 1, ASHA), toms(two.path()));
    says(&mut tom, "Stretched thin.");
    tell(&mut asha, &mut tom);
    says(&mut asha, "Warm, stretched thin.");
    forget_a_note(&mut asha);
    assert!(values(&mut asha).is_empty());
    let read = asha.read(hazel_court()).unwrap().summary["overall impression"].clone();
    assert_eq!(read.settled(), Some(&Value::Text("Warm, stretched thin.".into())));
}

#[test]
fn a_sheet_that_stays_open_while_a_note_is_forgotten_overwrites_nothing_unseen() {
    let (one, two) = (tempdir().unwrap(), tempdir().unwrap());
    let ((mut asha, _), mut tom) = (tablet(one.path(), 1, ASHA), toms(two.path()));
    says(&mut tom, "Stretched thin.");
    // One sheet was opened on what is published, the other on what only this tablet has.
    let first = asha.open_draft(hazel_court(), DraftKind::Summary { field: "overall impression".into() }).unwrap();
    says(&mut asha, "Warm staff.");
    let second = asha.open_draft(hazel_court(), DraftKind::Summary { field: "overall impression".into() }).unwrap();
    asha.save_draft(first, r#"{"value":"First."}"#).unwrap();
    asha.save_draft(second, r#"{"value":"Second."}"#).unwrap();
    tell(&mut asha, &mut tom);
    forget_a_note(&mut asha);
    asha.close_draft(second).unwrap();
    assert_eq!(values(&mut asha), ["Second.", "Stretched thin."], "hers is replaced, Tom's is not");
    asha.close_draft(first).unwrap();
    assert_eq!(values(&mut asha).len(), 3);
}

#[test]
fn a_correction_that_was_being_typed_while_toms_came_stands_beside_it_and_survives_a_kill() {
    let (one, two) = (tempdir().unwrap(), tempdir().unwrap());
    let ((mut asha, around), mut tom) = (tablet(one.path(), 1, ASHA), toms(two.path()));
    tell(&mut asha, &mut tom);
    let note = asha.read(hazel_court()).unwrap().entries[0].id;
    let correction = |field: &str| DraftKind::Correction { entry: note, field: field.into() };
    let sheet = asha.open_draft(hazel_court(), correction("words")).unwrap();
    asha.save_draft(sheet, r#"{"value":"Bell, ten minutes."}"#).unwrap();
    tom.state(hazel_court(), &Spot::Entry(note, "words".into()), &Value::Text("Bell, nine minutes.".into())).unwrap();
    tell(&mut asha, &mut tom);
    killed(asha);
    let mut asha = again(one.path(), &around);
    let mut both = values(&mut asha);
    both.sort();
    assert_eq!(both, ["Bell, nine minutes.", "Bell, ten minutes."]);

    let sheet = asha.open_draft(hazel_court(), correction("consent")).unwrap();
    asha.save_draft(sheet, r#"{"value":"quote"}"#).unwrap();
    assert!(matches!(asha.close_draft(sheet).unwrap(), Closed::Unfinished { .. }));
}

#[test]
fn what_was_being_typed_into_a_forgotten_note_is_forgotten_with_it() {
    let one = tempdir().unwrap();
    let (mut asha, _) = tablet(one.path(), 1, ASHA);
    let note = asha.record(hazel_court(), saw("canary"), None).unwrap();
    let kind = DraftKind::Correction { entry: note, field: "words".into() };
    let sheet = asha.open_draft(hazel_court(), kind).unwrap();
    asha.save_draft(sheet, r#"{"value":"canary, corrected"}"#).unwrap();
    asha.forget(hazel_court(), &[note]).unwrap();
    assert!(asha.unfinished().unwrap().is_empty());
    assert!(matches!(asha.close_draft(sheet), Err(Error::NoDraft)));
}

#[test]
fn what_comes_while_a_difference_is_being_settled_differs_again() {
    let (one, two) = (tempdir().unwrap(), tempdir().unwrap());
    let ((mut asha, _), mut tom) = (tablet(one.path(), 1, ASHA), toms(two.path()));
    says(&mut asha, "Warm staff.");
    says(&mut tom, "Stretched thin.");
    tell(&mut asha, &mut tom);
    let difference = asha.differences(hazel_court()).unwrap().remove(0);
    says(&mut tom, "Stretched thin, and kind.");
    tell(&mut asha, &mut tom);
    let joined = Value::Text("Warm, stretched thin.".into());
    asha.settle(hazel_court(), &difference.spot, &joined, &difference.seen).unwrap();
    let mut both = values(&mut asha);
    both.sort();
    assert_eq!(both, ["Stretched thin, and kind.", "Warm, stretched thin."]);
}

#[test]
fn nought_is_a_value_like_any_other() {
    let one = tempdir().unwrap();
    let (mut asha, _) = tablet(one.path(), 1, ASHA);
    let sheet = asha.open_draft(hazel_court(), DraftKind::Summary { field: "present".into() }).unwrap();
    asha.save_draft(sheet, r#"{"value":0}"#).unwrap();
    assert!(matches!(asha.close_draft(sheet).unwrap(), Closed::Kept { .. }));
    assert_eq!(asha.read(hazel_court()).unwrap().summary["present"].settled(), Some(&Value::Whole(0)));
    let nobody = asha.open_draft(hazel_court(), DraftKind::Count).unwrap();
    asha.save_draft(nobody, r#"{"of":"","people":0}"#).unwrap();
    assert_eq!(asha.close_draft(nobody).unwrap(), Closed::Empty);
}
