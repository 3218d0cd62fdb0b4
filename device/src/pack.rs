//! The scheme pack as the office sent it, read for the questions that a tablet's pages ask.

use crate::error::Error;
use crate::store::meta;
use domain::scheme::{ChecklistQuestion, Right, Scheme};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

/// The pack as it is stored: its id, version and JSON text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PackText {
    pub(crate) id: String,
    pub(crate) version: u32,
    pub(crate) json: String,
}

/// What the pack says about one kind of place.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlaceRules {
    pub(crate) areas: Vec<String>,
    pub(crate) speakers: Vec<String>,
    pub(crate) not_to_enter: Vec<String>,
    pub(crate) excluded: Option<String>,
    pub(crate) stopwatch: Option<String>,
    pub(crate) questions: Vec<ChecklistQuestion>,
}

/// The stored pack.
pub(crate) fn stored(on: &Connection) -> Result<Option<PackText>, Error> {
    meta::get(on, meta::name::PACK)
}

/// How an entry names the pack that it was recorded under, `link-2008/1`.
pub(crate) fn stamp(on: &Connection) -> Result<String, Error> {
    Ok(stored(on)?.map_or_else(|| "none/0".to_owned(), |pack| format!("{}/{}", pack.id, pack.version)))
}

/// The scheme itself; nothing before the first feed.
pub(crate) fn scheme(on: &Connection) -> Result<Option<Scheme>, Error> {
    Ok(stored(on)?.map(|pack| Scheme::received(&pack.json)).transpose()?)
}

/// The pack of that stamp, of those that the office has sent at any time; the one of now where it is not among them.
pub(crate) fn of_stamp(on: &Connection, stamp: &str) -> Result<Option<PackText>, Error> {
    match meta::get(on, &kept_as(stamp))? {
        Some(pack) => Ok(Some(pack)),
        None => stored(on),
    }
}

/// The scheme of that stamp, as [`of_stamp`] finds it.
pub(crate) fn scheme_of(on: &Connection, stamp: &str) -> Result<Option<Scheme>, Error> {
    Ok(of_stamp(on, stamp)?.map(|pack| Scheme::received(&pack.json)).transpose()?)
}

/// The stamps of packs that were in use before the one of now.
pub(crate) fn before(on: &Connection) -> Result<Vec<String>, Error> {
    Ok(meta::get(on, meta::name::PACKS_BEFORE)?.unwrap_or_default())
}

fn kept_as(stamp: &str) -> String {
    format!("pack {stamp}")
}

/// Puts a pack in the place of the one of now, which stays to be read: entries that were recorded under it keep its words.
fn replace(on: &Connection, pack: &PackText) -> Result<(), Error> {
    if let Some(was) = stored(on)?.filter(|was| (&was.id, was.version) != (&pack.id, pack.version)) {
        let stamp = format!("{}/{}", was.id, was.version);
        let mut all = before(on)?;
        all.retain(|known| *known != stamp);
        all.push(stamp.clone());
        meta::set(on, &kept_as(&stamp), &was)?;
        meta::set(on, meta::name::PACKS_BEFORE, &all)?;
    }
    meta::set(on, meta::name::PACK, pack)
}

/// Takes the pack that the office sent. One that this version cannot read does not take the place of one that it can;
/// it waits for the version that can ([`take_up`]), for the office sends it once.
pub(crate) fn take(on: &Connection, pack: &PackText) -> Result<(), Error> {
    match Scheme::received(&pack.json) {
        Ok(_) => replace(on, pack),
        Err(error) => {
            tracing::warn!(pack = pack.id, version = pack.version, %error, "a scheme pack cannot be read and waits");
            meta::set(on, meta::name::PACK_WAITS, pack)
        }
    }
}

/// At the start: a pack that an older version could not read is taken now, if this one can.
pub(crate) fn take_up(on: &Connection) -> Result<(), Error> {
    let Some(pack) = meta::get::<PackText>(on, meta::name::PACK_WAITS)? else { return Ok(()) };
    take(on, &pack)?;
    if stored(on)?.as_ref() == Some(&pack) { meta::clear(on, meta::name::PACK_WAITS) } else { Ok(()) }
}

/// The rules for a kind of place; empty before the first feed.
pub(crate) fn rules(on: &Connection, kind: &str) -> Result<PlaceRules, Error> {
    let Some(scheme) = scheme(on)? else { return Ok(PlaceRules::default()) };
    let place = scheme.place_kind(kind);
    let no_right = |place: &str| -> Vec<String> {
        let said = scheme.no_right_for(place).into_iter();
        said.map(
            |rule| if rule.unless.is_empty() { rule.plain.clone() } else { format!("{}. {}", rule.plain, rule.unless) },
        )
        .collect()
    };
    Ok(PlaceRules {
        areas: scheme.areas_for(kind).to_vec(),
        speakers: scheme.speakers_for(kind).into_iter().map(|speaker| speaker.code.clone()).collect(),
        not_to_enter: if kind.is_empty() { Vec::new() } else { no_right(kind) },
        stopwatch: place.and_then(|place| place.stopwatch.clone()),
        questions: if kind.is_empty() { Vec::new() } else { scheme.checklist_for(kind).cloned().collect() },
        excluded: place.filter(|place| place.right == Right::No).map(|place| {
            place.why_not.clone().unwrap_or_else(|| "There is no right to enter a place of this kind.".to_owned())
        }),
    })
}
