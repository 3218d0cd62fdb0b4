//! Doors of their own: who can read a concern, and who cannot.

use super::office::Office;
use super::*;
use crate::views::{Closed, DraftKind, EventFacts, Whereabouts};
use age::x25519::Identity;
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use domain::sealed::{Concern, Contact, EqualitySheet, SealedKind};
use domain::wire::SealedRecord;
use tempfile::tempdir;

fn opened<T: serde::de::DeserializeOwned>(record: &SealedRecord, with: &Identity) -> Option<T> {
    let key: [u8; 32] = age::decrypt(with, &record.wrapped_key.0).ok()?.try_into().ok()?;
    let (nonce, sealed) = record.sealed.0.split_at(12);
    let nonce: [u8; 12] = nonce.try_into().ok()?;
    let plain = ChaCha20Poly1305::new(&Key::from(key)).decrypt(&Nonce::from(nonce), sealed).ok()?;
    serde_json::from_slice(&plain).ok()
}

fn lead(key: String) -> Lead {
    Lead { person: person(0xfe31), name: "Femi Adewale".into(), phone: "020 7946 0123".into(), key }
}

fn bruise() -> Concern {
    Concern {
        words: "Bruise on a resident's forearm.".into(),
        about: "Elsie".into(),
        told: String::new(),
        by: person(GRACE),
        at: TEN_O_CLOCK,
        notebook: Some(hazel_court()),
    }
}

#[test]
fn femi_reads_what_worries_grace_and_the_desk_does_not() {
    let (femi, second, desk) = (Identity::generate(), Identity::generate(), Identity::generate());
    let leads = vec![lead(femi.to_public().to_string()), lead(second.to_public().to_string())];
    let mut office = Office::new(1, first_feed(&desk.to_public().to_string(), leads));
    let dir = tempdir().unwrap();
    let around = Told::new(TEN_O_CLOCK, 1);
    let mut device = Device::create(dir.path(), PIN, around.clone()).unwrap();
    office.enrol(&mut device);
    office.sync(&mut device);
    device.write_as(person(GRACE)).unwrap();
    let id = device.worry(&bruise()).unwrap();
    let contact = Contact {
        name: "Mr Alan Brightwell".into(),
        how: "07700 900123".into(),
        wants: String::new(),
        view: None,
        notebook: None,
    };
    let asked = device.keep_contact(&contact).unwrap();
    let page = device.visit(hazel_court()).unwrap();
    assert_eq!((page.sealed.len(), page.rows.len()), (1, 0));
    assert_eq!(page.sealed[0].whereabouts, Whereabouts::OnlyHere);
    assert_eq!(device.waiting().unwrap().sealed, 2);

    office.sync(&mut device);
    for reader in [&femi, &second] {
        assert_eq!(opened::<Concern>(&office.sealed[&id], reader), Some(bruise()));
    }
    assert_eq!(opened::<Concern>(&office.sealed[&id], &desk), None);
    assert_eq!(opened::<Contact>(&office.sealed[&asked], &desk), Some(contact));
    assert_eq!(opened::<Contact>(&office.sealed[&asked], &femi), None);
    assert!(matches!(device.visit(hazel_court()).unwrap().sealed[0].whereabouts, Whereabouts::AtTheOffice { .. }));
    assert!(
        crate::store::sealed::get(device.store.read(), id).unwrap().is_some(),
        "kept for an office that is put back"
    );
    around.pass(91 * 24 * 60 * MINUTE);
    device.worry(&bruise()).unwrap();
    office.sync(&mut device);
    assert!(crate::store::sealed::get(device.store.read(), id).unwrap().is_none(), "only a stub is left");
}

#[test]
fn without_a_leads_key_the_screen_says_whom_to_ring_and_the_words_stay_a_draft() {
    let dir = tempdir().unwrap();
    let (mut grace, around) = tablet(dir.path(), 1, GRACE);
    let sheet = grace.open_draft(hazel_court(), DraftKind::Concern { from: None }).unwrap();
    grace.save_draft(sheet, r#"{"words":"Bruise on a resident's forearm.","about":"Elsie"}"#).unwrap();
    assert!(matches!(grace.seal_draft(sheet), Err(Error::NoLead { .. })));
    grace.told_by_office(first_feed("", vec![lead(String::new())])).unwrap();
    let Err(Error::NoLead { who, phone }) = grace.seal_draft(sheet) else { panic!("nobody can read it") };
    assert_eq!((who.as_str(), phone.as_str()), ("Femi Adewale on 020 7946 0123", "020 7946 0123"));
    drop(grace);
    let mut grace = again(dir.path(), &around);
    assert_eq!(grace.unfinished().unwrap().len(), 1, "it never becomes a note");
    assert!(grace.visit(hazel_court()).unwrap().rows.is_empty());

    let femi = Identity::generate();
    grace.told_by_office(first_feed("", vec![lead(femi.to_public().to_string())])).unwrap();
    let id = grace.seal_draft(sheet).unwrap();
    assert!(grace.unfinished().unwrap().is_empty());
    let record = crate::store::sealed::get(grace.store.read(), id).unwrap().unwrap();
    assert_eq!(opened::<Concern>(&record, &femi).unwrap().about, "Elsie");
    assert!(matches!(
        grace.keep_contact(&Contact {
            name: String::new(),
            how: String::new(),
            wants: String::new(),
            view: None,
            notebook: None
        }),
        Err(Error::NoDesk)
    ));
}

/// A stall with a desk that can read, and what each of these people said of their age.
fn stall_with(desk: &Identity, dir: &std::path::Path, ages: &[&str]) -> (Device, std::sync::Arc<Told>, NotebookId) {
    let (mut dilys, around) = tablet(dir, 1, GRACE);
    dilys.told_by_office(first_feed(&desk.to_public().to_string(), Vec::new())).unwrap();
    let facts = EventFacts { name: "Stall".into(), date: "2026-11-09".into(), ..EventFacts::default() };
    let stall = dilys.begin_event(&facts).unwrap();
    for age in ages {
        around.pass(7 * MINUTE);
        dilys.record(stall, said(&format!("I am {age}."), Consent::Quote), None).unwrap();
        let sheet = dilys.open_draft(stall, DraftKind::Equality).unwrap();
        dilys.save_draft(sheet, &format!(r#"{{"answers":{{"age":["{age}"],"religion and belief":[]}}}}"#)).unwrap();
        assert_eq!(dilys.close_draft(sheet).unwrap(), Closed::Kept { entry: None });
    }
    (dilys, around, stall)
}

#[test]
fn equality_sheets_wait_for_the_end_of_their_event_and_tell_nothing_of_when_or_whose() {
    let desk = Identity::generate();
    let dir = tempdir().unwrap();
    let (mut dilys, around, stall) = stall_with(&desk, dir.path(), &["25-49", "under 18", "prefer not to say"]);
    let waiting = |device: &Device| crate::store::sealed::waiting(device.store.read()).unwrap();
    assert!(waiting(&dilys).is_empty(), "nothing is ready to go while people still come");
    let page = dilys.visit(stall).unwrap();
    assert_eq!((page.sheets, page.unfinished.len()), (3, 0));
    assert_eq!(dilys.waiting().unwrap().sealed, 3);
    assert_eq!(dilys.what_waits().unwrap().sealed, 1, "the office could count them as they come");

    around.pass(3 * 60 * MINUTE);
    dilys.events_over().unwrap();
    assert_eq!((dilys.visit(stall).unwrap().sheets, dilys.waiting().unwrap().sealed), (0, 3));
    let records: Vec<SealedRecord> = waiting(&dilys)
        .into_iter()
        .map(|id| crate::store::sealed::get(dilys.store.read(), id).unwrap().unwrap())
        .collect();
    for record in &records {
        assert_eq!(record.id.uuid().get_version_num(), 4, "an id with a time in it");
        assert_eq!((record.kind, record.notebook), (SealedKind::Equality, None));
        let sheet = opened::<EqualitySheet>(record, &desk).unwrap();
        assert_eq!((sheet.event, sheet.month.as_str()), (stall, "2026-11"));
        assert_eq!(sheet.answers.len(), 1, "what nobody answered was not asked");
    }
    let lengths: std::collections::BTreeSet<usize> = records.iter().map(|record| record.sealed.0.len()).collect();
    assert_eq!(lengths.len(), 1, "a length by which one could be told from another");
    let made: std::collections::BTreeSet<i64> =
        crate::store::sealed::stubs(dilys.store.read()).unwrap().into_iter().map(|stub| stub.made).collect();
    assert_eq!(made.len(), 1, "a time by which one could be told from another");
}

#[test]
fn a_sheet_says_several_things_and_a_killed_tablet_keeps_it() {
    let desk = Identity::generate();
    let dir = tempdir().unwrap();
    let (mut dilys, around, stall) = stall_with(&desk, dir.path(), &[]);
    let sheet = dilys.open_draft(stall, DraftKind::Equality).unwrap();
    dilys.save_draft(sheet, r#"{"answers":{"disability":["hearing","physical"]}}"#).unwrap();
    assert!(dilys.unfinished().unwrap().is_empty(), "whoever has the tablet next could read it");
    killed(dilys);
    let mut dilys = again(dir.path(), &around);
    assert_eq!(dilys.visit(stall).unwrap().sheets, 1);
    dilys.event_over(stall).unwrap();
    let id = crate::store::sealed::waiting(dilys.store.read()).unwrap()[0];
    let record = crate::store::sealed::get(dilys.store.read(), id).unwrap().unwrap();
    assert_eq!(opened::<EqualitySheet>(&record, &desk).unwrap().answers["disability"].0, ["hearing", "physical"]);
}

#[test]
fn a_contact_being_typed_survives_a_kill_and_finds_its_view() {
    let desk = Identity::generate();
    let dir = tempdir().unwrap();
    let (mut dilys, around, stall) = stall_with(&desk, dir.path(), &[]);
    let view = dilys.open_draft(stall, DraftKind::View).unwrap();
    dilys.save_draft(view, r#"{"words":"Three buses.","speaker":"patient","consent":"quote"}"#).unwrap();
    let contact = dilys.open_contact(view).unwrap();
    dilys.save_draft(contact, r#"{"name":"Mr Brightwell"}"#).unwrap();
    killed(dilys);
    let mut dilys = again(dir.path(), &around);
    let unfinished = dilys.unfinished().unwrap();
    assert_eq!(unfinished[0].reason, "a name and a way to reach them are needed");
    dilys.save_draft(contact, r#"{"name":"Mr Brightwell","how":"07700 900123"}"#).unwrap();
    dilys.write_as(person(TOM)).unwrap();
    assert_eq!(dilys.unfinished().unwrap()[0].fields, "{}", "Tom reads how to reach him");
    assert_eq!(dilys.close_draft(contact).unwrap(), Closed::Kept { entry: None });
    let entry = dilys.visit(stall).unwrap().rows[0].entry;
    let id = crate::store::sealed::waiting(dilys.store.read()).unwrap()[0];
    let record = crate::store::sealed::get(dilys.store.read(), id).unwrap().unwrap();
    let sealed = opened::<Contact>(&record, &desk).unwrap();
    assert_eq!((sealed.view, sealed.notebook), (Some(entry), Some(stall)));
    // He thinks better of it before anything was sent: how to reach him goes with his words.
    dilys.forget(stall, &[entry]).unwrap();
    assert!(crate::store::sealed::stubs(dilys.store.read()).unwrap().is_empty());
}

#[test]
fn tom_does_not_read_what_grace_has_not_sealed_yet() {
    let dir = tempdir().unwrap();
    let (mut device, _) = tablet(dir.path(), 1, GRACE);
    let sheet = device.open_draft(hazel_court(), DraftKind::Concern { from: None }).unwrap();
    device.save_draft(sheet, r#"{"words":"Bruise on a resident's forearm.","about":"Elsie"}"#).unwrap();
    assert!(device.unfinished().unwrap()[0].fields.contains("Bruise"));
    device.write_as(person(TOM)).unwrap();
    let toms = device.visit(hazel_court()).unwrap().unfinished.remove(0);
    assert_eq!((toms.fields.as_str(), toms.withheld, toms.name.as_str()), ("{}", true, "Grace Lindqvist"));
    device.write_as(person(GRACE)).unwrap();
    assert!(!device.unfinished().unwrap()[0].withheld);
}

#[test]
fn sheets_of_a_visit_that_was_taken_away_are_sealed_and_keep_nothing_else_from_being_sent() {
    let desk = Identity::generate();
    let dir = tempdir().unwrap();
    let (mut dilys, around, _) = stall_with(&desk, dir.path(), &[]);
    let given = std::collections::BTreeMap::from([("sex".to_owned(), domain::sealed::Answers(vec!["female".into()]))]);
    dilys.keep_sheet(hazel_court(), &given).unwrap();
    dilys.told_by_office(vec![FeedItem::Withdrawn { notebook: hazel_court() }]).unwrap();
    around.pass(3 * 60 * MINUTE);
    dilys.events_over().unwrap();
    let ids = crate::store::sealed::waiting(dilys.store.read()).unwrap();
    let record = crate::store::sealed::get(dilys.store.read(), ids[0]).unwrap().unwrap();
    let sheet = opened::<EqualitySheet>(&record, &desk).unwrap();
    assert_eq!((ids.len(), sheet.event, sheet.month.as_str()), (1, hazel_court(), "2026-11"));
}
