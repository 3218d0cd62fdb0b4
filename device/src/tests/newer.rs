//! An app and an office that are not of one day: what they still say to each other, and what waits for the update.

use super::office::{Office, Trouble};
use super::sending::set_up;
use super::*;
use crate::store::meta;
use crate::sync::machine::Sync;
use crate::sync::{Happened, Next, Outcome, Round};
use crate::transport::Reply;
use domain::notebook::project;
use domain::wire::Spoken;
use tempfile::tempdir;

const fn spoken(oldest: u16, newest: u16) -> Spoken {
    Spoken { oldest, newest }
}

#[test]
fn an_app_and_an_office_two_versions_apart_still_speak_and_beyond_that_each_says_who_must_update() {
    let dir = tempdir().unwrap();
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let (mut asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    let (ours, older, newer) = ("its own", "the office's server is too old", "version, in words");
    for (app, at_the_office, said) in [
        (spoken(3, 5), spoken(3, 5), ours),
        (spoken(3, 5), spoken(1, 3), ours),
        (spoken(3, 5), spoken(1, 2), older),
        (spoken(1, 3), spoken(3, 5), ours),
        (spoken(1, 3), spoken(4, 6), newer),
        (spoken(1, 1), spoken(1, 3), ours),
    ] {
        asha.sync = Sync::of(app);
        office.spoken = at_the_office;
        asha.record(hazel_court(), saw(&format!("{app:?} at {at_the_office:?}")), None).unwrap();
        let outcome = office.sync(&mut asha);
        let sentence = asha.standing().unwrap().sentence.to_lowercase();
        assert_eq!(outcome == Outcome::Quiet, said == ours, "{app:?} {at_the_office:?}: {outcome:?}");
        assert!(said == ours || sentence.contains(said), "{app:?} {at_the_office:?}: {sentence}");
    }
    assert_eq!(asha.waiting().unwrap().entries, 0, "what waited for an update went with the first that understood");
    assert_eq!(project(&office.book(hazel_court())).unwrap().entries.len(), 6);
}

#[test]
fn a_body_is_packed_only_for_an_office_that_is_known_to_unpack() {
    let dir = tempdir().unwrap();
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let (mut asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    let write = |asha: &mut Device, office: &mut Office| {
        let before = asha.totals().bytes_up;
        for n in 0..20 {
            asha.record(hazel_court(), saw(&format!("Nobody told us that the clinic had moved, {n}.")), None).unwrap();
        }
        assert_eq!(office.sync(asha), Outcome::Quiet);
        asha.totals().bytes_up - before
    };
    let packed = write(&mut asha, &mut office);
    assert_eq!(office.packed, 1);
    office.spoken = spoken(1, 1);
    let plain = write(&mut asha, &mut office);
    assert_eq!(office.packed, 1, "an older office was sent what it can read, at length");
    assert!(packed * 3 < plain * 2, "{packed} bytes packed, {plain} plain");
}

#[test]
fn a_reply_that_does_not_unpack_is_one_that_never_came() {
    let dir = tempdir().unwrap();
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let (mut asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    let bomb = domain::wire::pack(&vec![b' '; 70 * 1024 * 1024], domain::wire::Effort::Quick).unwrap();
    assert!(bomb.len() < 1024 * 1024, "{}", bomb.len());
    for (how, body) in [("deflate", bomb), ("deflate", b"{}".to_vec()), ("br", b"{}".to_vec())] {
        let Next::Send(_) = asha.step(Happened::Begin(Round::Once)).unwrap() else {
            panic!("it has something to send")
        };
        let headers = vec![("content-encoding".to_owned(), how.to_owned())];
        let next = asha.step(Happened::Answered(Reply { status: 200, headers, body })).unwrap();
        assert!(
            matches!(&next, Next::Over(Outcome::Later { sentence, .. }) if sentence.contains("broke off")),
            "{next:?}"
        );
        assert_eq!(asha.waiting().unwrap().entries, 1);
    }
    assert_eq!(office.sync(&mut asha), Outcome::Quiet);
}

#[test]
fn what_only_a_newer_app_can_read_is_passed_over_and_asked_for_again_after_the_update() {
    let dir = tempdir().unwrap();
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let (mut asha, around) = set_up(&mut office, dir.path(), 1, ASHA);
    let known = office.log.len();
    let dilys = FeedItem::Person(Person {
        id: person(0xd),
        name: "Dilys Morgan".into(),
        role: "outreach worker".into(),
        valid_until: None,
        verified_by: None,
        card_number: None,
    });
    // The app of today reads of it only that there is something.
    office.log.extend([FeedItem::Newer, FeedItem::Withdrawn { notebook: hazel_court() }]);
    office.log.push(FeedItem::Visit(visit("planned")));
    assert_eq!(office.sync(&mut asha), Outcome::Quiet);
    assert!(asha.standing().unwrap().sentence.contains("once the app is updated"), "{:?}", asha.standing());
    assert_eq!(asha.visit(hazel_court()).unwrap().rows.len(), 0, "what came behind it was taken in");
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    assert_eq!(office.round(&mut asha, Round::Settled, |_| Trouble::None), Outcome::Quiet);
    assert!(asha.waiting().unwrap().safe, "and what is written here goes up as ever");

    // The same app at its next start asks for nothing twice.
    drop(asha);
    let mut asha = again(dir.path(), &around);
    office.requests.clear();
    assert_eq!(office.sync(&mut asha), Outcome::Quiet);
    assert_eq!(office.requests.iter().filter(|r| r.ends_with("/feed")).count(), 1, "{:?}", office.requests);

    // The app of tomorrow reads it.
    office.log[known] = dilys;
    asha.store
        .write(|tx| {
            let mut passed: serde_json::Value = meta::get(tx, meta::name::NEWER)?.unwrap();
            passed["app"] = "an older app".into();
            meta::set(tx, meta::name::NEWER, &passed)
        })
        .unwrap();
    assert_eq!(office.sync(&mut asha), Outcome::Quiet);
    assert!(asha.people().unwrap().iter().any(|person| person.name == "Dilys Morgan"));
    assert_eq!(asha.standing().unwrap().sentence, "");
    assert!(asha.waiting().unwrap().safe);
    assert_eq!(words(&mut asha, hazel_court()), ["Raised beds."]);
}

#[test]
fn a_fate_that_only_a_newer_app_understands_keeps_the_note_here_and_stops_no_other() {
    let dir = tempdir().unwrap();
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let (mut asha, around) = set_up(&mut office, dir.path(), 1, ASHA);
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    let mut happened = Happened::Begin(Round::Once);
    let outcome = loop {
        happened = match asha.step(happened).unwrap() {
            Next::Over(outcome) => break outcome,
            Next::Send(request) if request.path.ends_with("/push") => {
                let push: domain::wire::Push = serde_json::from_slice(&super::office::plain(&request)).unwrap();
                let fates: Vec<_> =
                    push.changes.iter().map(|change| (change.hash, serde_json::json!({"state": "framed"}))).collect();
                let mut reply = office.answer(&request);
                reply.headers.retain(|(name, _)| name != "content-encoding");
                reply.body = serde_json::to_vec(&serde_json::json!({ "fates": fates })).unwrap();
                Happened::Answered(reply)
            }
            Next::Send(request) => Happened::Answered(office.answer(&request)),
        };
    };
    assert_eq!(outcome, Outcome::Quiet);
    let whereabouts = asha.visit(hazel_court()).unwrap().rows[0].whereabouts.clone();
    assert!(!matches!(whereabouts, crate::views::Whereabouts::OnItsWay), "{whereabouts:?}");
    drop(asha);
    let mut asha = again(dir.path(), &around);
    assert_eq!(office.sync(&mut asha), Outcome::Quiet, "sent again at the next start");
    assert!(asha.waiting().unwrap().safe);
}

#[test]
fn an_app_that_was_updated_notices_another_life_of_the_record_all_the_same() {
    let dir = tempdir().unwrap();
    // The very first page held something that this app could not read.
    let first = [vec![FeedItem::Newer], first_feed("", Vec::new())].concat();
    let mut office = Office::new(1, first.clone());
    let (mut asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    assert_eq!(office.round(&mut asha, Round::Settled, |_| Trouble::None), Outcome::Quiet);
    assert!(asha.waiting().unwrap().safe);
    asha.store
        .write(|tx| {
            let mut passed: serde_json::Value = meta::get(tx, meta::name::NEWER)?.unwrap();
            passed["app"] = "an older app".into();
            meta::set(tx, meta::name::NEWER, &passed)
        })
        .unwrap();
    // Meanwhile the office was restored from a backup of before her note.
    office.store = domain::ids::StoreId::new(uuid::Uuid::from_u128(2));
    (office.log, office.changes) = (first, std::collections::BTreeMap::new());
    assert_eq!(office.round(&mut asha, Round::Settled, |_| Trouble::None), Outcome::Quiet);
    assert!(!office.changes[&hazel_court()].is_empty(), "what the restored office lacks is sent again");
}
