//! Somebody else has the tablet in their hands.

use super::*;
use crate::handed::Handed;
use crate::views::{Closed, DraftKind, EventFacts, Theirs};
use tempfile::tempdir;

#[test]
fn whoever_has_the_tablet_reaches_their_own_sheets_and_no_others() {
    let dir = tempdir().unwrap();
    let (mut dilys, _) = tablet(dir.path(), 1, GRACE);
    let stall = dilys.begin_event(&EventFacts { name: "Stall".into(), ..EventFacts::default() }).unwrap();
    let earlier = dilys.open_draft(stall, DraftKind::View).unwrap();
    dilys.save_draft(earlier, r#"{"words":"Three buses."}"#).unwrap();

    let mut handed = Handed::by(&mut dilys, stall).unwrap();
    assert!(matches!(handed.save(&mut dilys, earlier, "{}"), Err(Error::NoDraft)));
    assert!(matches!(handed.close(&mut dilys, earlier), Err(Error::NoDraft)));
    assert!(matches!(handed.throw_away(&mut dilys, earlier), Err(Error::NoDraft)));
    assert!(matches!(handed.open(&mut dilys, Theirs::Contact { beside: Some(earlier) }), Err(Error::NoDraft)));
    let theirs = handed.open(&mut dilys, Theirs::View).unwrap();
    handed.save(&mut dilys, theirs, r#"{"words":"Nobody answers.","speaker":"carer","by_themselves":true}"#).unwrap();
    let Closed::Unfinished { reason } = handed.close(&mut dilys, theirs).unwrap() else { panic!("nobody was asked") };
    assert_eq!(reason, "nobody has asked yet whether we may use it");
    handed.throw_away(&mut dilys, theirs).unwrap();
    assert_eq!(dilys.unfinished().unwrap().len(), 1, "what was there before them");
}

#[test]
fn what_somebody_typed_themselves_is_added_to_and_not_corrected() {
    let dir = tempdir().unwrap();
    let (mut dilys, _) = tablet(dir.path(), 1, GRACE);
    let theirs = dilys.open_draft(hazel_court(), DraftKind::View).unwrap();
    let said = r#"{"words":"Nobody anwsers.","speaker":"carer","consent":"quote","by_themselves":true}"#;
    dilys.save_draft(theirs, said).unwrap();
    let Closed::Kept { entry: Some(entry) } = dilys.close_draft(theirs).unwrap() else { panic!("it was asked") };
    let write = |device: &mut Device, field: &str, value: &str| {
        let sheet = device.open_draft(hazel_court(), DraftKind::Correction { entry, field: field.into() }).unwrap();
        device.save_draft(sheet, &format!(r#"{{"value":"{value}"}}"#)).unwrap();
        device.close_draft(sheet).unwrap()
    };
    assert!(matches!(write(&mut dilys, "words", "Nobody answers."), Closed::Unfinished { .. }));
    assert!(matches!(write(&mut dilys, "addition", "They meant: answers."), Closed::Kept { .. }));
    let row = dilys.visit(hazel_court()).unwrap().rows.remove(0);
    assert_eq!((row.words.as_str(), row.by_themselves, row.corrected), ("Nobody anwsers.", true, false));
    let additions: Vec<_> = row.additions.iter().map(|a| (a.name.as_str(), a.value.text().unwrap())).collect();
    assert_eq!(additions, [("Grace Lindqvist", "They meant: answers.")]);
}
