//! What the office told and this app is too old to read. It is passed over, so that the rest goes on, and it is not lost:
//! the first place before it is remembered, and an app that is updated asks for the feed again from there.

use crate::device::Result;
use crate::store::meta::{self, name};
use domain::wire::{self, Cursor};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

/// Said while something was passed over.
pub(super) const SENTENCE: &str = "The office told something that this app is too old to read. Nothing is lost: once the app is \
                                   updated, it is asked for again.";

/// The first place before something that could not be read.
#[derive(Debug, Serialize, Deserialize)]
struct PassedOver {
    /// The place; none is the feed's beginning.
    before: Option<Cursor>,
    /// Which app could not read it.
    app: String,
}

/// This app, as far as reading the feed goes.
fn this_app() -> String {
    format!("{} {}", wire::VERSION, env!("CARGO_PKG_VERSION"))
}

/// A page after `before` holds something that this app cannot read.
pub(super) fn pass_over(on: &Connection, before: Option<Cursor>) -> Result<()> {
    // The first place counts: everything after it comes again anyway.
    if !is_passed_over(on)? {
        meta::set(on, name::NEWER, &PassedOver { before, app: this_app() })?;
    }
    Ok(())
}

/// Whether something was passed over that no app on this tablet has read yet.
pub(super) fn is_passed_over(on: &Connection) -> Result<bool> {
    Ok(meta::get::<PassedOver>(on, name::NEWER)?.is_some())
}

/// Another app than the one that could not read it asks from there again; what is told twice does no harm.
pub(super) fn ask_again_after_an_update(on: &Connection) -> Result<()> {
    let Some(passed) = meta::get::<PassedOver>(on, name::NEWER)?.filter(|passed| passed.app != this_app()) else {
        return Ok(());
    };
    match passed.before {
        Some(before) => meta::set(on, name::CURSOR, &before)?,
        // From the beginning, of the life that is known: another one is to be noticed all the same.
        None => {
            if let Some(known) = meta::get::<Cursor>(on, name::CURSOR)? {
                meta::set(on, name::CURSOR, &Cursor { revision: 0, ..known })?;
            }
        }
    }
    meta::clear(on, name::NEWER)
}
