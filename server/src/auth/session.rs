//! Sessions: opened from the browser's secret, begun after a right password, ended on signing out.

use super::{SESSION_LASTS, Signed, token};
use crate::office::{Office, door::roles_of, words};
use crate::store::OrgStore;
use crate::store::audit::Deed;
use crate::store::fold::fold;
use crate::store::sessions::SignIn;
use anyhow::Result;

/// Somebody with this name who can sign in, before their password was looked at.
pub struct Found {
    org: OrgStore,
    person: String,
    /// The PHC string that their password must fit.
    pub password: String,
}

impl Found {
    fn deed(&self, what: &str, at: i64) -> Deed {
        Deed { at, who: self.person.clone(), what: what.to_owned(), subject: self.person.clone() }
    }

    /// Keeps in the audit log what happened at the door under their name.
    ///
    /// # Errors
    /// The store's.
    pub async fn record(&self, what: &str, at: i64) -> Result<()> {
        self.org.record(self.deed(what, at)).await
    }
}

/// Who has this name (or mail address), in the organisation `org` where it is given; nobody where two have it.
///
/// # Errors
/// The store's.
pub async fn find(office: &Office, org: &str, name: &str) -> Result<Option<Found>> {
    let wanted = fold(name);
    let mut found = Vec::new();
    for id in office.store.org_ids().await? {
        if !org.is_empty() && org != id {
            continue;
        }
        let store = office.store.org(&id);
        for person in store.people().await? {
            let mail = person.email.as_deref().map(fold);
            let named = fold(&person.name) == wanted || mail.as_deref() == Some(wanted.as_str());
            if named
                && person.left_on.is_none()
                && person.has_password
                && let Some(password) = store.password_of(&person.id).await?
            {
                found.push(Found { org: store.clone(), person: person.id, password });
            }
        }
    }
    Ok(if found.len() == 1 { found.pop() } else { None })
}

/// Begins a session and gives its secret, of which the store keeps the hash alone.
///
/// # Errors
/// The store's, or no source of chance.
pub async fn begin(found: &Found, now: i64) -> Result<String> {
    let secret = token::random()?;
    found.org.sweep_expired(now).await?;
    let session = SignIn {
        hash: token::hashed(&secret),
        person: found.person.clone(),
        csrf: token::random()?,
        made_at: now,
        expires_at: now + SESSION_LASTS,
    };
    found.org.doing(found.deed("sign in", now)).begin_session(session).await?;
    Ok(secret)
}

/// Who holds this secret now; nobody when the session is over or they have left.
///
/// # Errors
/// The store's.
pub async fn open(office: &Office, secret: &str, flash: Option<String>) -> Result<Option<Signed>> {
    let (hash, now) = (token::hashed(secret), office.now());
    let Some(org) = office.store.org_of_session(&hash).await? else { return Ok(None) };
    let org = office.store.org(&org);
    let Some(session) = org.session(&hash, now).await? else { return Ok(None) };
    let Some(person) = org.person(&session.person).await? else { return Ok(None) };
    let this = org.this().await?;
    Ok(Some(Signed {
        org,
        org_name: this.name,
        host: this.host,
        scheme: this.scheme,
        person: person.id,
        name: person.name,
        roles: roles_of(&person.roles),
        csrf: session.csrf,
        flash,
        today: words::local(now, &office.zone).0,
        now,
        secure: office.secure,
    }))
}

/// Ends a session for good.
///
/// # Errors
/// The store's.
pub async fn end(signed: &Signed, secret: &str) -> Result<()> {
    signed.does("sign out", &signed.person).end_session(&token::hashed(secret)).await
}
