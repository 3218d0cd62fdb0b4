//! A visit's day: who leads, who came, what is asked and timed, where nobody went, and what somebody notes for themselves.

use super::*;
use crate::views::{Closed, DraftKind, MayJoin};
use domain::entry::{Arrival, Departure};
use tempfile::tempdir;

const RUTH: u128 = 0x4174;
const FEMI: u128 = 0xfe31;

/// The office tells of two more people, and of the visit with one of them cleared for it.
fn told_of_others(device: &mut Device, until: Option<&str>) {
    let somebody = |id: u128, name: &str| {
        FeedItem::Person(Person {
            id: person(id),
            name: name.into(),
            role: "authorised representative".into(),
            valid_until: until.map(str::to_owned),
            verified_by: Some("Samuel Adeyemi".into()),
            card_number: None,
        })
    };
    let planned = Visit { team: vec![person(ASHA), person(TOM)], may_join: vec![person(RUTH)], ..visit("planned") };
    let others = vec![somebody(RUTH, "Ruth Abel"), somebody(FEMI, "Femi Adewale"), FeedItem::Visit(planned)];
    device.told_by_office(others).unwrap();
}

fn closed(device: &mut Device, kind: DraftKind, fields: &str) -> Closed {
    let sheet = device.open_draft(hazel_court(), kind).unwrap();
    device.save_draft(sheet, fields).unwrap();
    device.close_draft(sheet).unwrap()
}

#[test]
fn asha_times_the_bell_through_a_kill() {
    let dir = tempdir().unwrap();
    let (mut device, around) = tablet(dir.path(), 1, ASHA);
    let sheet = device.open_draft(hazel_court(), DraftKind::Observation).unwrap();
    let running = format!(r#"{{"timed":"bell","from":{TEN_O_CLOCK},"area":"lounge"}}"#);
    device.save_draft(sheet, &running).unwrap();
    killed(device);
    around.pass(9 * MINUTE);
    let mut device = again(dir.path(), &around);
    let left = device.unfinished().unwrap();
    assert_eq!((left.len(), left[0].reason.as_str()), (1, "the stopwatch is running"));
    assert!(device.visit(hazel_court()).unwrap().rows.is_empty());
    let now = device.now();
    let stopped =
        format!(r#"{{"words":"The bell rang for 9 minutes.","timed":"bell","from":{TEN_O_CLOCK},"until":{now}}}"#);
    device.save_draft(left[0].id, &stopped).unwrap();
    assert!(matches!(device.close_draft(left[0].id).unwrap(), Closed::Kept { .. }));
    let row = device.visit(hazel_court()).unwrap().rows.remove(0);
    let fact = |name: &str| row.facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    assert_eq!((row.at, fact("timed")), (TEN_O_CLOCK, Some("bell".into())));
    assert_eq!((fact("from"), fact("until")), (Some(TEN_O_CLOCK.to_string()), Some(now.to_string())));
}

#[test]
fn a_question_of_the_pack_is_asked_in_any_order_and_points_to_its_theme() {
    let dir = tempdir().unwrap();
    let (mut device, _) = tablet(dir.path(), 1, ASHA);
    let asked = device.visit(hazel_court()).unwrap().day;
    assert_eq!(asked.stopwatch.as_deref(), Some("bell"));
    let last = asked.questions.last().unwrap().clone();
    let fields = format!(r#"{{"words":"Nine minutes.","question":"{}","theme":"{}"}}"#, last.code, last.theme);
    closed(&mut device, DraftKind::Observation, &fields);
    let page = device.visit(hazel_court()).unwrap();
    assert_eq!(page.day.questions.iter().map(|q| q.noted).sum::<u32>(), 1);
    assert_eq!(page.day.questions.last().unwrap().noted, 1);
    assert_eq!(
        (page.rows[0].theme.clone(), page.rows[0].facts.clone()),
        (Some(last.theme), vec![("question".into(), last.ask)])
    );
}

#[test]
fn a_note_to_self_is_in_no_push_and_for_nobody_else_until_it_is_an_observation() {
    let dir = tempdir().unwrap();
    let (mut device, around) = tablet(dir.path(), 1, ASHA);
    let sheet = device.open_draft(hazel_court(), DraftKind::ToSelf).unwrap();
    device.save_draft(sheet, r#"{"words":"Look at the rota on the way out."}"#).unwrap();
    assert!(matches!(device.close_draft(sheet).unwrap(), Closed::Unfinished { .. }));
    let changes = |device: &mut Device| device.book(hazel_court()).unwrap().notebook.changes().len();
    let before = changes(&mut device);
    killed(device);
    let mut device = again(dir.path(), &around);
    assert_eq!(changes(&mut device), before, "a restart makes it no note either");
    device.write_as(person(TOM)).unwrap();
    let listed = device.unfinished().unwrap().remove(0);
    assert_eq!((listed.fields.as_str(), listed.withheld), ("{}", true));
    assert!(matches!(device.make_observation(sheet), Err(Error::NoDraft)));
    assert!(matches!(device.draft_by(sheet, person(TOM)), Err(Error::Theirs)));
    device.write_as(person(ASHA)).unwrap();
    assert!(device.make_observation(sheet).unwrap().contains("rota"));
    assert!(matches!(device.close_draft(sheet).unwrap(), Closed::Kept { .. }));
    assert_eq!(words(&mut device, hazel_court()), ["Look at the rota on the way out."]);
}

#[test]
fn each_comes_and_leaves_by_themselves_and_tom_leads_from_noon() {
    let dir = tempdir().unwrap();
    let (mut device, around) = tablet(dir.path(), 1, ASHA);
    let at_the_door = |who: Vec<PersonId>| Entry::Arrival(Arrival { told: "deputy".into(), who, ..Arrival::default() });
    device.record(hazel_court(), at_the_door(vec![person(ASHA), person(TOM)]), None).unwrap();
    around.pass(40 * MINUTE);
    device.record(hazel_court(), at_the_door(vec![person(GRACE)]), None).unwrap();
    around.pass(80 * MINUTE);
    let who = vec![person(ASHA)];
    device
        .record(hazel_court(), Entry::Departure(Departure { told: "deputy".into(), who, ..Departure::default() }), None)
        .unwrap();
    assert!(matches!(device.lead_from_now(hazel_court(), person(TOM), "  "), Err(Error::Unfinished(_))));
    assert!(matches!(device.lead_from_now(hazel_court(), person(RUTH), "why"), Err(Error::NobodyWrites)));
    device.lead_from_now(hazel_court(), person(TOM), "Asha was called away").unwrap();
    let page = device.visit(hazel_court()).unwrap();
    let there: Vec<_> = page.day.there.iter().map(|t| (t.name.as_str(), t.from.is_some(), t.until.is_some())).collect();
    assert_eq!(there, [("Tom Okafor", true, false), ("Asha Patel", true, true), ("Grace Lindqvist", true, false)]);
    assert_eq!(page.day.there[2].from, Some(TEN_O_CLOCK + 40 * MINUTE));
    assert!(page.writers[0].leads && page.writers[0].id == person(TOM));
    let led = &page.day.leads[0];
    assert_eq!(
        (led.name.as_str(), led.why.as_str(), led.by.as_str()),
        ("Tom Okafor", "Asha was called away", "Asha Patel")
    );
    assert!(page.about.is_empty(), "the day is no list of facts");
}

#[test]
fn ruth_is_added_with_valid_authority_and_femi_of_whom_the_office_said_nothing_waits_outside() {
    let dir = tempdir().unwrap();
    let (mut device, _) = tablet(dir.path(), 1, ASHA);
    told_of_others(&mut device, Some("2026-11-10"));
    let may = |device: &mut Device, name: &str| {
        device.who_else(hazel_court()).unwrap().into_iter().find(|a| a.name == name).unwrap().may
    };
    assert_eq!((may(&mut device, "Ruth Abel"), may(&mut device, "Femi Adewale")), (MayJoin::Yes, MayJoin::NotCleared));
    assert!(matches!(device.write_as(person(RUTH)), Err(Error::NobodyWrites)));
    assert!(matches!(device.add_to_team(hazel_court(), person(FEMI)), Err(Error::MayNotJoin { .. })));
    device.waited_outside(hazel_court(), person(FEMI), "not cleared for this place").unwrap();
    device.add_to_team(hazel_court(), person(RUTH)).unwrap();
    device.write_as(person(RUTH)).unwrap();
    device.record(hazel_court(), saw("Tea was hot."), None).unwrap();
    let page = device.visit(hazel_court()).unwrap();
    assert!(page.day.there.iter().any(|t| t.name == "Ruth Abel" && t.added));
    assert_eq!(page.day.outside.iter().map(|o| o.name.as_str()).collect::<Vec<_>>(), ["Femi Adewale"]);
    assert!(matches!(device.write_as(person(FEMI)), Err(Error::NobodyWrites)), "whoever waits outside writes nothing");
}

#[test]
fn grace_whose_check_lapsed_waits_outside_though_the_office_had_cleared_her() {
    let dir = tempdir().unwrap();
    let (mut device, around) = tablet(dir.path(), 1, ASHA);
    for until in [None, Some("2026-11-09")] {
        told_of_others(&mut device, until);
        assert!(
            device.who_else(hazel_court()).unwrap().iter().any(|a| a.name == "Ruth Abel" && a.may == MayJoin::Lapsed)
        );
        assert!(matches!(device.add_to_team(hazel_court(), person(RUTH)), Err(Error::MayNotJoin { .. })));
    }
    told_of_others(&mut device, Some("2026-11-10"));
    around.pass(24 * 60 * MINUTE);
    assert!(matches!(device.add_to_team(hazel_court(), person(RUTH)), Err(Error::MayNotJoin { .. })), "the day after");
}

#[test]
fn a_room_nobody_saw_says_why_and_no_photos_stands_on_both_tablets() {
    let (one, two) = (tempdir().unwrap(), tempdir().unwrap());
    let (mut first, _) = tablet(one.path(), 1, ASHA);
    let (mut second, _) = tablet(two.path(), 2, TOM);
    first.not_seen(hazel_court(), "dining room", "people were eating").unwrap();
    first.no_photos(hazel_court(), "deputy manager").unwrap();
    for change in first.book(hazel_court()).unwrap().notebook.clone().changes() {
        let (notebook, bytes) = (hazel_court(), domain::wire::Bytes(change.bytes));
        second.told_by_office(vec![FeedItem::Change { notebook, hash: change.hash, bytes }]).unwrap();
    }
    for device in [&mut first, &mut second] {
        let page = device.visit(hazel_court()).unwrap();
        assert!(!page.not_yet_seen.contains(&"dining room".to_owned()));
        assert_eq!(
            (page.day.not_seen[0].area.as_str(), page.day.not_seen[0].why.as_str()),
            ("dining room", "people were eating")
        );
        let no = page.day.no_photos.unwrap();
        assert_eq!((no.said_by.as_str(), no.name.as_str()), ("deputy manager", "Asha Patel"));
    }
    second.no_photos(hazel_court(), "").unwrap();
    assert_eq!(second.visit(hazel_court()).unwrap().day.no_photos, None, "they have said yes since");
}
