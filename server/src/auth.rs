//! Who somebody is, and what they may do: sessions, passwords, and the table of rights.
//! The only place at the office's door where an organisation's part of the store is opened.

pub mod holder;
pub mod limit;
pub mod may;
pub mod password;
pub mod session;
pub mod token;

use crate::store::OrgStore;
use crate::store::audit::Deed;
use anyhow::{Context as _, Result};
use axum::http::{HeaderMap, header};
use domain::scheme::Scheme;
use jiff::civil::Date;
use may::Role;

/// The cookie that carries a session's secret.
pub const SESSION: &str = "enterview_session";
/// The cookie that binds the sign-in form to the browser that loaded it.
pub const DOOR: &str = "enterview_door";
/// How long a session lasts, in milliseconds.
pub const SESSION_LASTS: i64 = 12 * 60 * 60 * 1000;

/// Somebody who is signed in, for one request.
#[derive(Clone)]
pub struct Signed {
    /// Their organisation's part of the store.
    pub org: OrgStore,
    /// The organisation's name.
    pub org_name: String,
    /// The body that supports it.
    pub host: String,
    /// The id of the scheme pack under which it works.
    pub scheme: String,
    /// Their id.
    pub person: String,
    /// Their name.
    pub name: String,
    /// What they are at the office.
    pub roles: Vec<Role>,
    /// What each of their forms must carry.
    pub csrf: String,
    /// What the next page says once.
    pub flash: Option<String>,
    /// Today, where the office is.
    pub today: Date,
    /// Now, in milliseconds since 1970.
    pub now: i64,
    /// Whether cookies may only travel over TLS.
    pub secure: bool,
}

impl Signed {
    /// Whether they have a role.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Their organisation's part of the store for something that they do: `what` is a short verb and noun, `subject` the
    /// ids it is done to, and neither is anything that somebody typed.
    #[must_use]
    pub fn does(&self, what: &str, subject: &str) -> OrgStore {
        let (who, what, subject) = (self.person.clone(), what.to_owned(), subject.to_owned());
        self.org.doing(Deed { at: self.now, who, what, subject })
    }

    /// Keeps in the audit log what they did where nothing is written: what they took with them, or tried in vain.
    ///
    /// # Errors
    /// The store's.
    pub async fn record(&self, what: &str, subject: &str) -> Result<()> {
        let (who, what, subject) = (self.person.clone(), what.to_owned(), subject.to_owned());
        self.org.record(Deed { at: self.now, who, what, subject }).await
    }

    /// The scheme pack under which their organisation works.
    ///
    /// # Errors
    /// A pack that this program does not bring along.
    pub fn pack(&self) -> Result<&'static Scheme> {
        Scheme::embedded(&self.scheme).with_context(|| format!("there is no scheme pack {}", self.scheme))
    }
}

/// A cookie of a request, by name.
#[must_use]
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, v)| v)
}

/// What every cookie of ours carries beside its value.
#[must_use]
pub fn attributes(secure: bool, seconds: Option<i64>) -> String {
    let age = seconds.map(|s| format!("; Max-Age={s}")).unwrap_or_default();
    format!("Path=/; HttpOnly; SameSite=Lax{}{age}", if secure { "; Secure" } else { "" })
}
