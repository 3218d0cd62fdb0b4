//! What one writer does with sheets, corrections and second thoughts.

use super::*;
use crate::views::{Closed, DraftKind, Whereabouts};
use domain::notebook::{Spot, Value};
use tempfile::tempdir;

fn impression() -> Spot {
    Spot::Summary("overall impression".into())
}

#[test]
fn asha_types_closes_the_sheet_and_finds_her_note_in_the_timeline() {
    let dir = tempdir().unwrap();
    let (mut asha, around) = tablet(dir.path(), 1, ASHA);
    let sheet = asha.open_draft(hazel_court(), DraftKind::Observation).unwrap();
    asha.save_draft(sheet, r#"{"words":"Television on, nob","area":"lounge","how":["seen"]}"#).unwrap();
    around.pass(MINUTE);
    asha.save_draft(sheet, r#"{"words":"Television on, nobody watching.","area":"lounge","how":["seen"]}"#).unwrap();
    let Closed::Kept { entry: Some(entry) } = asha.close_draft(sheet).unwrap() else { panic!("kept") };
    let page = asha.visit(hazel_court()).unwrap();
    let row = &page.rows[0];
    assert_eq!((row.entry, row.words.as_str(), row.at), (entry, "Television on, nobody watching.", TEN_O_CLOCK));
    assert_eq!(
        (row.heading.as_deref(), &row.writer, &row.whereabouts),
        (Some("lounge"), &None, &Whereabouts::OnlyHere)
    );
    assert!(row.forgettable && !row.corrected);
    assert_eq!(page.only_here, 1);
    assert!(matches!(asha.save_draft(sheet, "{}"), Err(Error::NoDraft)));
}

#[test]
fn a_view_without_consent_stays_unfinished_and_an_empty_sheet_leaves_nothing() {
    let dir = tempdir().unwrap();
    let (mut asha, _) = tablet(dir.path(), 1, ASHA);
    let view = asha.open_draft(hazel_court(), DraftKind::View).unwrap();
    asha.save_draft(view, r#"{"words":"At night there is one girl.","speaker":"resident","consent":null}"#).unwrap();
    let Closed::Unfinished { reason } = asha.close_draft(view).unwrap() else { panic!("unfinished") };
    assert_eq!(reason, "nobody has asked yet whether we may use it");
    let empty = asha.open_draft(hazel_court(), DraftKind::Observation).unwrap();
    asha.save_draft(empty, r#"{"words":"  ","area":"lounge","how":["seen"]}"#).unwrap();
    assert_eq!(asha.close_draft(empty).unwrap(), Closed::Empty);
    assert!(words(&mut asha, hazel_court()).is_empty());
    let left = asha.unfinished().unwrap();
    assert_eq!(left.iter().map(|d| (d.id, d.name.as_str())).collect::<Vec<_>>(), [(view, "Asha Patel")]);
    assert_eq!(asha.waiting().unwrap().drafts, 1);

    asha.save_draft(view, r#"{"words":"At night there is one girl.","speaker":"resident","consent":"no"}"#).unwrap();
    assert!(matches!(asha.close_draft(view).unwrap(), Closed::Kept { .. }));
    assert_eq!(words(&mut asha, hazel_court()), [""], "after no only the fact remains");
}

#[test]
fn every_kind_of_sheet_becomes_its_entry() {
    let dir = tempdir().unwrap();
    let (mut asha, _) = tablet(dir.path(), 1, ASHA);
    let sheets = [
        (
            DraftKind::Arrival,
            r#"{"told":"deputy manager","shown":"authority card","agreed_areas":["lounge","garden"]}"#,
        ),
        (
            DraftKind::View,
            r#"{"words":"They know I take my tea without milk.","speaker":"resident","consent":"quote"}"#,
        ),
        (DraftKind::Count, r#"{"of":"relative","people":2}"#),
        (DraftKind::Refusal, r#"{"ground":"a","said_by":"practice manager"}"#),
        (DraftKind::Departure, r#"{"told":"manager"}"#),
    ];
    for (kind, fields) in sheets {
        let sheet = asha.open_draft(hazel_court(), kind.clone()).unwrap();
        asha.save_draft(sheet, fields).unwrap();
        assert!(matches!(asha.close_draft(sheet).unwrap(), Closed::Kept { .. }), "{kind:?}");
    }
    asha.record(hazel_court(), saw("Warm."), None).unwrap();
    let page = asha.visit(hazel_court()).unwrap();
    let kinds: Vec<&str> = page.rows.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds, ["arrival", "view", "count", "refusal", "departure", "observation"]);
    assert_eq!(page.not_yet_seen, ["garden"]);
    assert_eq!(page.counts, [("relative".to_owned(), 2)]);
    assert!(page.not_to_enter.last().unwrap().contains("staff room") && page.not_to_enter.len() > 1);
    assert!(page.areas.contains(&"lounge".to_owned()) && page.excluded_premises.is_none());
}

#[test]
fn a_sheet_that_was_open_while_toms_words_came_makes_a_difference_and_overwrites_nothing() {
    let (one, two) = (tempdir().unwrap(), tempdir().unwrap());
    let (mut asha, _) = tablet(one.path(), 1, ASHA);
    let (mut tom, later) = tablet(two.path(), 2, TOM);
    later.pass(MINUTE);
    let sheet = asha.open_draft(hazel_court(), DraftKind::Summary { field: "overall impression".into() }).unwrap();
    asha.save_draft(sheet, r#"{"value":"Warm staff."}"#).unwrap();
    tom.state(hazel_court(), &impression(), &Value::Text("Stretched thin.".into())).unwrap();
    let told = tom.book(hazel_court()).unwrap().notebook.save();
    asha.told_by_office(vec![FeedItem::Granted {
        notebook: hazel_court(),
        generation: 0,
        chunk: domain::wire::Bytes(told),
    }])
    .unwrap();
    assert!(matches!(asha.close_draft(sheet).unwrap(), Closed::Kept { entry: None }));
    let differences = asha.differences(hazel_court()).unwrap();
    let both: Vec<_> = differences[0].values.iter().map(|w| (w.name.as_str(), w.value.text().unwrap())).collect();
    assert_eq!(both, [("Asha Patel", "Warm staff."), ("Tom Okafor", "Stretched thin.")]);
    assert_eq!(asha.visit(hazel_court()).unwrap().differences, 1);
    let joined = Value::Text("Warm, stretched thin.".into());
    asha.settle(hazel_court(), &differences[0].spot, &joined, &differences[0].seen).unwrap();
    assert!(asha.differences(hazel_court()).unwrap().is_empty());
}

#[test]
fn grace_writes_on_toms_tablet_and_each_note_carries_its_writer() {
    let dir = tempdir().unwrap();
    let (mut shared, _) = tablet(dir.path(), 1, TOM);
    shared.record(hazel_court(), saw("Call bell rang for nine minutes."), None).unwrap();
    shared.write_as(person(GRACE)).unwrap();
    shared.record(hazel_court(), saw("Activities board shows last month."), None).unwrap();
    let rows = shared.visit(hazel_court()).unwrap().rows;
    assert_eq!(rows.iter().map(|r| r.writer.as_deref()).collect::<Vec<_>>(), [Some("Tom Okafor"), None]);
    let names: Vec<String> = shared.writers(Some(hazel_court())).unwrap().into_iter().map(|w| w.name).collect();
    assert_eq!(names, ["Asha Patel", "Grace Lindqvist", "Tom Okafor"], "the lead first");
    assert!(shared.write_as(person(404)).is_err());
    let dilys = FeedItem::Person(Person {
        id: person(404),
        name: "Dilys Morgan".into(),
        role: "outreach worker".into(),
        valid_until: None,
        verified_by: None,
        card_number: None,
    });
    shared.told_by_office(vec![dilys]).unwrap();
    assert!(shared.write_as(person(404)).is_err(), "known to the office, and neither holder nor of the team");
}

#[test]
fn what_a_resident_asked_to_forget_is_in_no_file_of_the_tablet_even_with_its_key() {
    let dir = tempdir().unwrap();
    let (mut asha, around) = tablet(dir.path(), 1, ASHA);
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    let canary = asha.record(hazel_court(), said("canary Elsie canary", Consent::Quote), None).unwrap();
    asha.record(hazel_court(), saw("Two hot choices."), None).unwrap();
    let holds = |device: &mut Device| {
        let changes = device.book(hazel_court()).unwrap().notebook.changes();
        let stored = crate::store::books::load(device.store.read(), hazel_court()).unwrap().unwrap();
        let bytes = changes.into_iter().map(|c| c.bytes).chain(stored.since).chain(stored.chunk);
        bytes.into_iter().any(|bytes| String::from_utf8_lossy(&bytes).contains("canary"))
    };
    assert!(holds(&mut asha));
    asha.forget(hazel_court(), &[canary]).unwrap();
    assert!(!holds(&mut asha));
    drop(asha);
    let mut asha = again(dir.path(), &around);
    assert_eq!(words(&mut asha, hazel_court()), ["Raised beds.", "Two hot choices."]);
    asha.record(hazel_court(), saw("After."), None).unwrap();
    assert_eq!(words(&mut asha, hazel_court()).len(), 3);
    let rows = asha.visit(hazel_court()).unwrap().rows;
    assert!(rows.iter().all(|row| row.whereabouts == Whereabouts::OnlyHere), "{rows:?}");
}

#[test]
fn my_visits_and_the_card_know_today_from_tomorrow() {
    let dir = tempdir().unwrap();
    let (mut asha, around) = tablet(dir.path(), 1, ASHA);
    let page = asha.my_visits().unwrap();
    assert_eq!((page.organisation.as_str(), page.today.len()), ("Sutton LINk", 1));
    assert!(page.today[0].you_lead && page.today[0].team.len() == 3);
    let card = asha.authority_card(person(ASHA)).unwrap();
    assert_eq!((card.lapsed, card.today.len(), card.name.as_str()), (false, 1, "Asha Patel"));
    around.pass(3 * 24 * 60 * MINUTE);
    let page = asha.my_visits().unwrap();
    assert_eq!((page.today.len(), page.before.len()), (0, 1));
    around.pass(900 * 24 * 60 * MINUTE);
    assert!(asha.authority_card(person(ASHA)).unwrap().lapsed);
}

#[test]
fn an_event_counts_people_and_the_days_notebook_is_made_once() {
    let dir = tempdir().unwrap();
    let (mut dilys, _) = tablet(dir.path(), 1, GRACE);
    let facts = crate::views::EventFacts {
        name: "Wallington market stall".into(),
        date: "2026-11-21".into(),
        method: "information".into(),
        present: Some(64),
        ..Default::default()
    };
    let stall = dilys.begin_event(&facts).unwrap();
    dilys.record(stall, said("Engaged, engaged, all gone.", Consent::Quote), None).unwrap();
    let day = dilys.day().unwrap();
    assert_eq!(dilys.day().unwrap(), day);
    let page = dilys.my_visits().unwrap();
    let events: Vec<_> = page.events.iter().map(|e| (e.name.as_str(), e.date.as_str(), e.entries)).collect();
    assert_eq!(events, [("Wallington market stall", "2026-11-21", 1), ("", "2026-11-10", 0)]);
    let screen = dilys.visit(stall).unwrap();
    assert_eq!((screen.place.as_str(), screen.sessions), ("Wallington market stall", vec!["2026-11-21".to_owned()]));
    assert!(screen.speakers.contains(&"member of the public".to_owned()) && screen.not_to_enter.is_empty());
}
