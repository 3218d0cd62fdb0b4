//! The host's office in the browser: every page works without script, on a phone, and by keyboard.
//! Here are the routes and what they share; who may use which is `auth::may`, all SQL is `store`.

pub mod door;
pub mod form;
pub mod page;
pub mod words;

mod assets;
mod bodies;
mod carried;
mod deeds;
mod desk;
mod differences;
mod export;
mod findings;
pub(crate) mod fitness;
mod import;
mod links;
mod mails;
mod me;
pub mod notes;
pub mod on_the_day;
mod outreach;
mod people;
mod photos;
mod places;
mod promises;
mod reading;
mod release;
pub(crate) mod reports;
mod sealed_pages;
pub(crate) mod stops;
#[cfg(test)]
mod stories;
pub(crate) mod tablet_rows;
mod tablets;
mod taken_back;
#[cfg(test)]
mod testing;
mod trail;
mod versions;
pub mod visits;
#[cfg(test)]
mod walk;
mod weighing;

pub(crate) use deeds::{body_of, mirror};
pub(crate) use desk::distance_words;
pub(crate) use findings::comes_from;
pub use import::Imports;

use crate::auth::limit::Limit;
use crate::mail::Post;
use crate::store::Store;
use axum::Router;
use axum::routing::{get, post};
use domain::clock::Calendar;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// Where the time comes from: milliseconds since 1970. Handed in, so that a story can be told on its own day.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What every page of the office needs.
pub struct Office {
    /// The host's record.
    pub store: Store,
    /// The bank holidays.
    pub calendar: Calendar,
    /// The zone in which the office's days begin.
    pub zone: TimeZone,
    /// Now.
    pub clock: Clock,
    /// Whether the browser comes over TLS: then cookies travel on nothing else.
    pub secure: bool,
    /// Where tablets find this server, for the code that sets one up: `https://192.0.2.7:8443`.
    pub address: String,
    /// SHA-256 of the server's certificate, 64 hexadecimal digits, where it made its own.
    pub fingerprint: Option<String>,
    /// Wrong tries at the door.
    pub limit: Limit,
    /// Where mail goes out; nowhere until that is set up.
    pub post: Option<Arc<Post>>,
    /// Directory imports that are under way.
    pub imports: Imports,
}

/// The office as handlers hold it.
pub type Shared = Arc<Office>;

impl Office {
    /// Milliseconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        (self.clock)()
    }

    /// Today, where the office is.
    #[must_use]
    pub fn today(&self) -> Date {
        words::local(self.now(), &self.zone).0
    }
}

/// Every page of the office, with the guard before each of them.
pub fn router(office: Shared) -> Router {
    let routes = Router::new()
        .route("/", get(door::first))
        .route("/assets/{name}", get(assets::asset))
        .route("/sign-in", get(door::form).post(door::sign_in))
        .route("/sign-out", post(door::sign_out))
        .route("/office", get(desk::desk))
        .route("/office/me", get(me::page))
        .route("/office/me/password", post(me::password))
        .merge(people::routes())
        .merge(places::routes())
        .merge(import::routes())
        .merge(bodies::routes())
        .merge(visits::routes())
        .merge(differences::routes())
        .merge(reading::routes())
        .merge(release::routes())
        .merge(taken_back::routes())
        .merge(trail::routes())
        .merge(promises::routes())
        .merge(findings::routes())
        .merge(reports::routes())
        .merge(deeds::routes())
        .merge(versions::routes())
        .merge(weighing::routes())
        .merge(links::routes())
        .merge(mails::routes())
        .merge(crate::answers::routes())
        .merge(photos::routes())
        .merge(outreach::routes())
        .merge(tablets::routes())
        .merge(sealed_pages::routes())
        .merge(export::routes());
    routes
        .route_layer(axum::middleware::from_fn_with_state(office.clone(), door::guard))
        .layer(axum::middleware::from_fn(door::headers))
        .with_state(office)
}

/// The id of what a form makes: the one that its page gave it, unless something else has that by now. `same` says whether
/// what is there is what the form says: then it was sent twice, and is done.
pub(crate) fn made_once(form: &form::Form, now: i64, same: Option<bool>) -> Option<String> {
    match same {
        Some(true) => None,
        Some(false) => Some(new_id(now)),
        None => Some(form.once().unwrap_or_else(|| new_id(now))),
    }
}

/// A new id, UUIDv7 of this moment.
pub(crate) fn new_id(now: i64) -> String {
    let mut chance = [0_u8; 10];
    // Without a source of chance the id still has its time; a clash is refused by the store's keys.
    let _ = getrandom::fill(&mut chance);
    uuid::Builder::from_unix_timestamp_millis(u64::try_from(now).unwrap_or(0), &chance).into_uuid().to_string()
}
