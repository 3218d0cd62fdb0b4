//! Doors of their own: who can read a concern, and who cannot.

use super::office::Office;
use super::*;
use crate::views::{DraftKind, Whereabouts};
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
    let sheet = grace.open_draft(hazel_court(), DraftKind::Concern).unwrap();
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

#[test]
fn equality_sheets_tell_neither_time_nor_notebook() {
    let desk = Identity::generate();
    let dir = tempdir().unwrap();
    let (mut dilys, _) = tablet(dir.path(), 1, GRACE);
    dilys.told_by_office(first_feed(&desk.to_public().to_string(), Vec::new())).unwrap();
    let sheet = |age: &str| EqualitySheet {
        event: hazel_court(),
        month: "2026-11".into(),
        answers: [("age".to_owned(), age.to_owned())].into(),
    };
    dilys.keep_sheets(&[sheet("25-49"), sheet("65-79"), sheet("80+")]).unwrap();
    for id in crate::store::sealed::waiting(dilys.store.read()).unwrap() {
        assert_eq!(id.uuid().get_version_num(), 4);
        let record = crate::store::sealed::get(dilys.store.read(), id).unwrap().unwrap();
        assert_eq!((record.kind, record.notebook), (SealedKind::Equality, None));
        assert!(opened::<EqualitySheet>(&record, &desk).is_some());
    }
}
