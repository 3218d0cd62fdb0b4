//! Who answers for a recipient of a report: whoever came in by the link that was made for them. No account and no session
//! in the record; their cookie is sealed by the store's key, and the token of their forms follows from it.

use super::token;
use crate::office::{Office, words};
use crate::store::OrgStore;
use crate::store::audit::Deed;
use crate::store::bodies::Body;
use crate::store::links::Link;
use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::scheme::Scheme;
use jiff::civil::Date;

/// The cookie of who came in by a link.
pub const ANSWER: &str = "enterview_answer";
/// How long it lasts, in seconds; the link itself opens the page again.
pub const ANSWER_LASTS: i64 = 12 * 60 * 60;
const PURPOSE: &str = "who came in by a link";

/// Somebody who came by a link, for one request.
#[derive(Clone)]
pub struct Holder {
    /// The organisation's part of the store.
    pub org: OrgStore,
    /// Its name.
    pub org_name: String,
    /// The body that supports it.
    pub host: String,
    /// The id of the scheme pack under which it works.
    pub scheme: String,
    /// The link.
    pub link: Link,
    /// For whom it was made.
    pub body: Body,
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

impl Holder {
    /// The store for something that they do: the audit log then names the link, for nobody can say who they are.
    #[must_use]
    pub fn does(&self, what: &str, subject: &str) -> OrgStore {
        let (who, what, subject) = (self.who(), what.to_owned(), subject.to_owned());
        self.org.doing(Deed { at: self.now, who, what, subject })
    }

    /// How histories name them.
    #[must_use]
    pub fn who(&self) -> String {
        format!("link {}", self.link.id)
    }

    /// The scheme pack.
    ///
    /// # Errors
    /// A pack that this program does not bring along.
    pub fn pack(&self) -> Result<&'static Scheme> {
        Scheme::embedded(&self.scheme).with_context(|| format!("there is no scheme pack {}", self.scheme))
    }
}

/// A cookie for who came in: which link, until when, and a word of its own. Only this record can have made it.
///
/// # Errors
/// No source of chance.
pub fn cookie(office: &Office, secret: &str) -> Result<String> {
    let until = office.now() + ANSWER_LASTS * 1000;
    let inside = serde_json::to_vec(&(token::hashed(secret), until, token::random()?))?;
    Ok(URL_SAFE_NO_PAD.encode(office.store.key().seal(PURPOSE, &inside)?))
}

/// Who has this cookie; nobody where it is not ours or too old, or the link was ended.
///
/// # Errors
/// The store's.
pub async fn came_in(office: &Office, cookie: &str, flash: Option<String>) -> Result<Option<Holder>> {
    let Ok(sealed) = URL_SAFE_NO_PAD.decode(cookie) else { return Ok(None) };
    let Ok(inside) = office.store.key().open(PURPOSE, &sealed) else { return Ok(None) };
    let (hash, until, own): (String, i64, String) = serde_json::from_slice(&inside)?;
    if until <= office.now() {
        return Ok(None);
    }
    let csrf = token::hashed(&format!("the forms of {own}"));
    Ok(of_key(office, &hash).await?.map(|holder| Holder { csrf, flash, ..holder }))
}

/// Whose link a secret leads to; nobody where it is unknown, or the link was ended.
///
/// # Errors
/// The store's.
pub async fn open(office: &Office, secret: &str) -> Result<Option<Holder>> {
    of_key(office, &token::hashed(secret)).await
}

async fn of_key(office: &Office, hash: &str) -> Result<Option<Holder>> {
    let Some(org) = office.store.org_of_answer_key(hash).await? else { return Ok(None) };
    let org = office.store.org(&org);
    let Some(link) = org.link_of_key(hash).await?.filter(|link| link.ended_at.is_none()) else { return Ok(None) };
    let body = org.body(&link.body).await?.context("for whom a link was made")?;
    let (this, now) = (org.this().await?, office.now());
    Ok(Some(Holder {
        org,
        org_name: this.name,
        host: this.host,
        scheme: this.scheme,
        link,
        body,
        csrf: String::new(),
        flash: None,
        today: words::local(now, &office.zone).0,
        now,
        secure: office.secure,
    }))
}
