//! Stories of one tablet, told with a clock and randomness that the story sets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod again;
mod apart;
mod disk;
mod gone;
mod handed;
mod honest;
mod newer;
mod office;
mod on_the_day;
mod own;
mod paused;
mod photos;
mod sealed;
mod sending;
mod slow;
mod taken_back;
mod told;
mod writing;

use crate::surroundings::Told;
use crate::{Device, Error};
use domain::entry::{Consent, Entry, How, Observation, View};
use domain::ids::{NotebookId, OrgId, PersonId};
use domain::wire::{FeedItem, Lead, Organisation, Person, Visit};
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

pub(super) const PIN: &str = "tea without milk";
/// 2026-11-10 10:00 in London.
pub(super) const TEN_O_CLOCK: i64 = 1_794_304_800_000;
pub(super) const MINUTE: i64 = 60_000;

pub(super) fn person(n: u128) -> PersonId {
    PersonId::new(Uuid::from_u128(n))
}

pub(super) const ASHA: u128 = 0xa5a;
pub(super) const TOM: u128 = 0x70e;
pub(super) const GRACE: u128 = 0x97ace;

pub(super) fn hazel_court() -> NotebookId {
    NotebookId::new(Uuid::from_u128(0x0191_0000_0000_7000_8000_0000_0000_0001))
}

/// What the office tells a tablet of the team first.
pub(super) fn first_feed(desk: &str, leads: Vec<Lead>) -> Vec<FeedItem> {
    let somebody = |id: u128, name: &str| {
        FeedItem::Person(Person {
            id: person(id),
            name: name.into(),
            role: "authorised representative".into(),
            valid_until: Some("2029-03-01".into()),
            verified_by: Some("Samuel Adeyemi".into()),
            card_number: Some(format!("R-{id}")),
        })
    };
    vec![
        FeedItem::Organisation(Organisation {
            id: OrgId::new(Uuid::from_u128(1)),
            name: "Sutton LINk".into(),
            host: "Sutton Centre for the Voluntary Sector".into(),
            desk_key: desk.into(),
            leads,
        }),
        FeedItem::Pack {
            id: "link-2008".into(),
            version: 1,
            json: include_str!("../../schemes/old/link-2008-1.json").into(),
        },
        somebody(ASHA, "Asha Patel"),
        somebody(TOM, "Tom Okafor"),
        somebody(GRACE, "Grace Lindqvist"),
        FeedItem::Visit(visit("planned")),
    ]
}

pub(super) fn visit(state: &str) -> Visit {
    Visit {
        id: hazel_court(),
        place: "Hazel Court".into(),
        kind: "care home".into(),
        address: "14 Larch Grove, Sutton".into(),
        provider: Some("Beechway Care Ltd".into()),
        purpose: "Evenings and nights".into(),
        announcement: "announced".into(),
        sessions: vec!["2026-11-10 10:00".into(), "2026-11-11 20:30".into()],
        team: vec![person(ASHA), person(TOM), person(GRACE)],
        lead: Some(person(ASHA)),
        not_to_enter: vec!["the staff room".into()],
        state: state.into(),
        may_join: Vec::new(),
    }
}

/// A tablet in `dir`, set up with an office of the test's own, on which `writer` writes.
pub(super) fn tablet(dir: &Path, seed: u64, writer: u128) -> (Device, Arc<Told>) {
    let around = Told::new(TEN_O_CLOCK, seed);
    let mut device = Device::create(dir, PIN, around.clone()).unwrap();
    device.told_by_office(first_feed("", Vec::new())).unwrap();
    device.write_as(person(writer)).unwrap();
    (device, around)
}

pub(super) fn again(dir: &Path, around: &Arc<Told>) -> Device {
    Device::open(dir, PIN, around.clone()).unwrap()
}

/// Ends as a kill ends it: the system lets go of the folder, and nothing else of what an orderly end would do is done.
pub(super) fn killed(device: Device) {
    device.alone.unlock().unwrap();
    std::mem::forget(device);
}

pub(super) fn saw(words: &str) -> Entry {
    Entry::Observation(Observation {
        words: words.into(),
        area: Some("lounge".into()),
        theme: None,
        tone: None,
        how: vec![How::Seen],
        ..Observation::default()
    })
}

pub(super) fn said(words: &str, consent: Consent) -> Entry {
    Entry::View(View {
        words: words.into(),
        speaker: "resident".into(),
        consent,
        tone: None,
        theme: None,
        area: None,
        service: None,
        language: None,
        interpreter: None,
        others_could_hear: false,
        released: false,
        by_themselves: false,
    })
}

pub(super) fn words(device: &mut Device, book: NotebookId) -> Vec<String> {
    device.visit(book).unwrap().rows.into_iter().map(|row| row.words).collect()
}

impl Device {
    /// As if a page of the feed had come.
    pub(super) fn told_by_office(&mut self, items: Vec<FeedItem>) -> Result<(), Error> {
        let known: Option<domain::wire::Cursor> =
            crate::store::meta::get(self.store.read(), crate::store::meta::name::CURSOR)?;
        let cursor = domain::wire::Cursor {
            store: known.map_or_else(|| domain::ids::StoreId::new(Uuid::from_u128(77)), |cursor| cursor.store),
            revision: self.around.now(),
        };
        self.take_feed(domain::wire::Feed { cursor, items, more: false })
    }
}
