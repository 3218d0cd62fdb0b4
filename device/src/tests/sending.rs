//! Sending and receiving, with an office that may be slow, deaf, full, restored or strict.

use super::office::{Office, Trouble, plain, problem};
use super::*;
use crate::sync::machine::{Effect, Event, Sync, Work};
use crate::sync::{Outcome, Round};
use crate::transport::{NoAnswer, Reply};
use crate::views::{Closed, DraftKind, Whereabouts};
use domain::ids::EntryId;
use domain::notebook::{Spot, Value, project};
use domain::wire::ProblemCode;
use proptest::prelude::*;
use tempfile::tempdir;

pub(super) fn set_up(office: &mut Office, dir: &Path, seed: u64, writer: u128) -> (Device, Arc<Told>) {
    let around = Told::new(TEN_O_CLOCK, seed);
    let mut device = Device::create(dir, PIN, around.clone()).unwrap();
    office.enrol(&mut device);
    assert_eq!(office.sync(&mut device), Outcome::Quiet);
    device.write_as(person(writer)).unwrap();
    (device, around)
}

pub(super) fn impression() -> Spot {
    Spot::Summary("overall impression".into())
}

/// Corrects a note's words through its sheet.
fn correct(device: &mut Device, entry: EntryId, words: &str) {
    let kind = DraftKind::Correction { entry, field: "words".into() };
    let sheet = device.open_draft(hazel_court(), kind).unwrap();
    device.save_draft(sheet, &serde_json::json!({ "value": words }).to_string()).unwrap();
    assert_eq!(device.close_draft(sheet).unwrap(), Closed::Kept { entry: Some(entry) });
}

#[test]
fn tom_and_asha_record_the_same_visit_offline_and_nothing_is_lost() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let (one, two) = (tempdir().unwrap(), tempdir().unwrap());
    let (mut asha, _) = set_up(&mut office, one.path(), 1, ASHA);
    let (mut tom, around) = set_up(&mut office, two.path(), 2, TOM);
    around.pass(MINUTE);
    asha.record(hazel_court(), saw("Hearing loop by the bell."), None).unwrap();
    asha.state(hazel_court(), &impression(), &Value::Text("Warm staff.".into())).unwrap();
    tom.record(hazel_court(), saw("Leaflet of 2019."), None).unwrap();
    tom.state(hazel_court(), &impression(), &Value::Text("Stretched thin.".into())).unwrap();
    for _ in 0..2 {
        assert_eq!(office.sync(&mut asha), Outcome::Quiet);
        assert_eq!(office.sync(&mut tom), Outcome::Quiet);
    }
    assert_eq!(words(&mut asha, hazel_court()), ["Hearing loop by the bell.", "Leaflet of 2019."]);
    assert_eq!(asha.read(hazel_court()).unwrap(), tom.read(hazel_court()).unwrap());
    assert_eq!(project(&office.book(hazel_court())).unwrap(), tom.read(hazel_court()).unwrap());
    assert_eq!(tom.differences(hazel_court()).unwrap()[0].values.len(), 2);
    let safe = tom.waiting().unwrap();
    assert!(safe.safe, "{safe:?}");
    assert!(matches!(tom.visit(hazel_court()).unwrap().whereabouts, Whereabouts::AtTheOffice { .. }));
    assert!(tom.totals().requests > 4 && tom.totals().bytes_up > 500 && tom.totals().bytes_down > 500);
}

#[test]
fn a_note_is_only_here_then_on_its_way_then_at_the_office_or_held_with_its_reason() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    office.publishes = false;
    let dir = tempdir().unwrap();
    let (mut asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    let place = |device: &mut Device| device.visit(hazel_court()).unwrap().rows[0].whereabouts.clone();
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    assert_eq!(place(&mut asha), Whereabouts::OnlyHere);
    assert_eq!(asha.my_visits().unwrap().waiting.since, Some(TEN_O_CLOCK));
    office.sync(&mut asha);
    assert_eq!(place(&mut asha), Whereabouts::OnItsWay);
    assert!(!asha.waiting().unwrap().safe);
    let (hash, _) = office.changes[&hazel_court()].last().unwrap().clone();
    let fate = |held: Option<String>| FeedItem::Fate { notebook: hazel_court(), hash, held, again: false };
    office.log.push(fate(Some("its clock is from 1970".into())));
    office.sync(&mut asha);
    assert_eq!(place(&mut asha), Whereabouts::Held { reason: "its clock is from 1970".into() });
    let first = office.changes[&hazel_court()][0].0;
    office.log.push(FeedItem::Fate { notebook: hazel_court(), hash: first, held: None, again: false });
    office.log.push(fate(None));
    office.sync(&mut asha);
    assert!(matches!(place(&mut asha), Whereabouts::AtTheOffice { .. }));
    assert!(asha.waiting().unwrap().safe);
}

#[test]
fn whatever_is_lost_on_the_road_arrives_once_and_only_once_later() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let dir = tempdir().unwrap();
    let (mut asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    for n in 0..30 {
        asha.record(hazel_court(), saw(&format!("note {n}")), None).unwrap();
    }
    let mut turn = 0;
    let mut rounds = 0;
    while office.round(&mut asha, Round::Once, |_| {
        turn += 1;
        match turn % 3 {
            0 => Trouble::AnswerLost,
            1 if turn % 2 == 0 => Trouble::Lost,
            _ => Trouble::None,
        }
    }) != Outcome::Quiet
    {
        rounds += 1;
        assert!(rounds < 60);
    }
    assert_eq!(office.sync(&mut asha), Outcome::Quiet);
    assert_eq!(project(&office.book(hazel_court())).unwrap().entries.len(), 30);
    assert_eq!(office.changes[&hazel_court()].len(), 31, "thirty and the first");
}

#[test]
fn each_refusal_of_the_office_is_said_in_words_and_loses_nothing() {
    let dir = tempdir().unwrap();
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let (mut asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    for (status, code, stops) in [
        (503, ProblemCode::Later, false),
        (401, ProblemCode::UnknownDevice, false),
        (426, ProblemCode::Version, false),
        (410, ProblemCode::Revoked, true),
    ] {
        let outcome = office.round(&mut asha, Round::Once, |_| Trouble::Problem(status, code));
        let standing = asha.standing().unwrap();
        assert_eq!(standing.sentence, format!("{code:?}, in words."));
        assert_eq!((matches!(outcome, Outcome::Stopped { .. }), standing.stopped), (stops, stops), "{code:?}");
        assert_eq!(asha.waiting().unwrap().entries, 1, "{code:?}");
    }
    let silent = office.round(&mut asha, Round::Once, |_| Trouble::Lost);
    assert!(matches!(silent, Outcome::Later { at, .. } if at > TEN_O_CLOCK));
    assert_eq!(office.sync(&mut asha), Outcome::Quiet);
    assert!(asha.waiting().unwrap().safe);
    assert_eq!(asha.standing().unwrap().sentence, "");
}

#[test]
fn one_change_that_the_office_cannot_read_does_not_stop_the_others() {
    let dir = tempdir().unwrap();
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let (mut asha, around) = set_up(&mut office, dir.path(), 1, ASHA);
    for words in ["one", "bad", "three"] {
        asha.record(hazel_court(), saw(words), None).unwrap();
    }
    let spoilt = |request: &crate::transport::Request| {
        let push: Result<domain::wire::Push, _> = serde_json::from_slice(&plain(request));
        let bad = |change: &domain::wire::PushedChange| String::from_utf8_lossy(&change.bytes.0).contains("bad");
        match push.is_ok_and(|push| push.changes.iter().any(bad)) {
            true => Trouble::Problem(422, ProblemCode::Refused),
            false => Trouble::None,
        }
    };
    // The office's book cannot hold what stands on an absent change, so only what is refused is looked at here.
    office.round(&mut asha, Round::Once, spoilt);
    let rows = asha.visit(hazel_court()).unwrap().rows;
    assert_eq!(rows[1].whereabouts, Whereabouts::Held { reason: "Refused, in words.".into() });
    assert_ne!(rows[2].whereabouts, Whereabouts::OnlyHere);
    drop(asha);
    let mut asha = again(dir.path(), &around);
    assert_eq!(office.sync(&mut asha), Outcome::Quiet, "tried again at the next start");
    assert_eq!(project(&office.book(hazel_court())).unwrap().entries.len(), 3);
}

#[test]
fn an_office_restored_from_an_old_backup_gets_what_it_has_lost() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let dir = tempdir().unwrap();
    let (mut asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    asha.record(hazel_court(), saw("before the backup"), None).unwrap();
    office.sync(&mut asha);
    let backup = (office.log.clone(), office.changes.clone());
    asha.record(hazel_court(), saw("after the backup"), None).unwrap();
    office.sync(&mut asha);
    assert!(asha.waiting().unwrap().safe);

    let mut restored = Office::new(2, Vec::new());
    (restored.log, restored.changes) = backup;
    restored.remembers(&asha);
    assert_eq!(restored.sync(&mut asha), Outcome::Quiet);
    assert!(restored.relayed.is_empty(), "her own words come as her own");
    let words_there: Vec<String> = project(&restored.book(hazel_court()))
        .unwrap()
        .entries
        .iter()
        .map(|e| e.fields["words"].values[0].value.text().unwrap().to_owned())
        .collect();
    assert_eq!(words_there, ["before the backup", "after the backup"]);
    assert_eq!(words(&mut asha, hazel_court()), words_there, "and the tablet has not lost a word by sending again");
    assert_eq!(restored.sync(&mut asha), Outcome::Quiet);
    assert!(asha.waiting().unwrap().safe);
}

#[test]
fn what_was_sent_can_be_withdrawn_but_no_longer_forgotten() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let dir = tempdir().unwrap();
    let (mut asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    let sent = asha.record(hazel_court(), saw("sent"), None).unwrap();
    // The answer was lost: for all the tablet knows the office has it.
    office.round(&mut asha, Round::Once, |_| Trouble::AnswerLost);
    office.round(&mut asha, Round::Once, |request| match request.path.ends_with("/push") {
        true => Trouble::AnswerLost,
        false => Trouble::None,
    });
    assert!(matches!(asha.forget(hazel_court(), &[sent]), Err(Error::AlreadySent)));
    let fresh = asha.record(hazel_court(), saw("canary"), None).unwrap();
    let kept = asha.record(hazel_court(), saw("kept"), None).unwrap();
    correct(&mut asha, kept, "kept, corrected");
    asha.forget(hazel_court(), &[fresh]).unwrap();
    asha.withdraw(hazel_court(), sent, "wrong corridor").unwrap();
    assert_eq!(office.sync(&mut asha), Outcome::Quiet);
    let there = project(&office.book(hazel_court())).unwrap();
    assert_eq!(there, asha.read(hazel_court()).unwrap());
    assert_eq!(there.entries.iter().map(|e| e.id).collect::<Vec<_>>(), [sent, kept]);
    assert_eq!(there.entries[1].fields["words"].values[0].was[0].value, Value::Text("kept".into()));
    let rows = asha.visit(hazel_court()).unwrap().rows;
    assert_eq!(rows[0].withdrawn.as_deref(), Some("Asha Patel: wrong corridor"));
    assert!(rows[1].corrected && !rows[1].forgettable);
}

#[test]
fn what_something_on_the_road_answers_is_no_verdict_of_the_office() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let dir = tempdir().unwrap();
    let (mut asha, around) = set_up(&mut office, dir.path(), 1, ASHA);
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    for status in [400, 404, 413, 415, 422] {
        let outcome = office.round(&mut asha, Round::Once, |_| Trouble::Page(status));
        assert!(matches!(outcome, Outcome::Later { .. }), "{status}: {outcome:?}");
        let row = asha.visit(hazel_court()).unwrap().rows.remove(0);
        assert_eq!(row.whereabouts, Whereabouts::OnlyHere, "{status}");
    }
    // What the office itself refused is tried again after a day, without a restart.
    office.round(&mut asha, Round::Once, |request| match request.path.ends_with("/push") {
        true => Trouble::Problem(422, ProblemCode::Refused),
        false => Trouble::None,
    });
    let place = |asha: &mut Device| asha.visit(hazel_court()).unwrap().rows.remove(0).whereabouts;
    assert!(matches!(place(&mut asha), Whereabouts::Held { .. }));
    around.pass(23 * 60 * MINUTE);
    office.sync(&mut asha);
    assert!(matches!(place(&mut asha), Whereabouts::Held { .. }));
    around.pass(2 * 60 * MINUTE);
    office.sync(&mut asha);
    assert!(matches!(place(&mut asha), Whereabouts::AtTheOffice { .. }), "{:?}", place(&mut asha));
}

#[test]
fn a_tablet_that_its_office_forgot_is_set_up_again_and_brings_everything_back() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let dir = tempdir().unwrap();
    let (mut asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    office.sync(&mut asha);
    assert!(asha.waiting().unwrap().safe);
    let mut older = Office::new(1, first_feed("", Vec::new()));
    assert!(matches!(older.sync(&mut asha), Outcome::Later { .. }));
    assert!(asha.standing().unwrap().not_known);
    older.round(&mut asha, Round::Once, |_| Trouble::Lost);
    assert!(asha.standing().unwrap().not_known, "silence says nothing else");
    older.enrol(&mut asha);
    assert!(!asha.standing().unwrap().not_known);
    assert!(!asha.waiting().unwrap().safe, "nobody knows yet what the office still has");
    assert_eq!(older.sync(&mut asha), Outcome::Quiet);
    assert_eq!(project(&older.book(hazel_court())).unwrap(), asha.read(hazel_court()).unwrap());
    assert_eq!(older.sync(&mut asha), Outcome::Quiet);
    assert!(asha.waiting().unwrap().safe);
    let code =
        domain::wire::EnrolmentCode { address: "http://127.0.0.1:9".into(), fingerprint: None, secret: "A".into() };
    assert!(matches!(asha.enrolling(&code, "tablet 1"), Err(Error::AlreadyThere)));
}

#[test]
fn a_tablet_that_could_not_hear_the_first_answer_is_set_up_by_the_second() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let dir = tempdir().unwrap();
    let mut asha = Device::create(dir.path(), PIN, Told::new(TEN_O_CLOCK, 1)).unwrap();
    let code =
        domain::wire::EnrolmentCode { address: "http://127.0.0.1:9".into(), fingerprint: None, secret: "A".into() };
    let request = asha.enrolling(&code, "tablet 1").unwrap();
    office.answer(&request);
    let again = asha.enrolling(&code, "tablet 1").unwrap();
    assert_eq!(again.body, request.body, "the same key and id: the office knows it by them");
    let reply = office.answer(&again);
    asha.enrolled(&code, "tablet 1", &again, &reply).unwrap();
    assert_eq!(office.sync(&mut asha), Outcome::Quiet);
}

fn event() -> impl Strategy<Value = Event> {
    let problem_of = |status: u16, code: ProblemCode| Event::Answered(problem(status, code));
    let feed = |more: bool| {
        let store = domain::ids::StoreId::new(Uuid::from_u128(1));
        let feed = domain::wire::Feed { cursor: domain::wire::Cursor { store, revision: 1 }, items: Vec::new(), more };
        Event::Answered(Reply {
            status: 200,
            headers: vec![(domain::wire::NEXT_NONCE.into(), "n".into())],
            body: serde_json::to_vec(&feed).unwrap(),
        })
    };
    prop_oneof![
        Just(Event::Begin(Round::Once)),
        Just(Event::Begin(Round::Settled)),
        (0..3_u32, 0..2_usize, 0..2_u32).prop_map(|(changes, photos, on_their_way)| Event::Work(Work {
            changes,
            sealed: Vec::new(),
            photos: vec![("ab".into(), 9); photos],
            take_back: 0,
            on_their_way,
        })),
        any::<bool>().prop_map(feed),
        Just(problem_of(401, ProblemCode::Unsigned)),
        Just(problem_of(422, ProblemCode::Refused)),
        Just(problem_of(503, ProblemCode::Later)),
        Just(Event::Answered(Reply { status: 200, headers: Vec::new(), body: b"<html>".to_vec() })),
        Just(Event::Silence(NoAnswer::BrokenOff)),
    ]
}

proptest! {
    #[test]
    fn the_same_events_with_the_same_time_and_chance_have_the_same_effects(
        events in prop::collection::vec((event(), any::<u64>()), 0..30),
    ) {
        let told = |events: &[(Event, u64)]| -> Vec<Vec<Effect>> {
            let mut machine = Sync::default();
            events.iter().enumerate().map(|(n, (event, random))| machine.step(event.clone(), n as i64, *random)).collect()
        };
        let effects = told(&events);
        prop_assert_eq!(&effects, &told(&events));
        for (at, effects) in effects.iter().enumerate() {
            prop_assert!(matches!(effects.last(), Some(Effect::Look | Effect::Ask(_) | Effect::Over(_))));
            for effect in effects {
                if let Effect::Over(Outcome::Later { at: again, .. }) = effect {
                    prop_assert!(*again > at as i64 && *again <= at as i64 + 15 * 60 * 1000);
                }
            }
        }
    }
}
