//! A form that was sent after its session had ended: it waits, sealed, on the sign-in page, and is shown to whoever wrote it
//! once they are in again, to be sent on. Nobody else can read it or send it, and the record keeps nothing of it.

use super::form::Form;
use super::page::{Answer, Page};
use super::{Office, door};
use crate::auth::{self, Signed};
use anyhow::Result;
use axum::body::Body;
use axum::http::{HeaderMap, Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The field in which a waiting form comes back, sealed.
pub(super) const FIELD: &str = "carried";
/// The cookie that says whose session it was, and by which tokens their forms are known.
pub(super) const WAS: &str = "enterview_was";
/// How long it lasts, in seconds.
pub(super) const WAS_LASTS: i64 = 7 * 24 * 60 * 60;
/// How long a form waits on the sign-in page, in milliseconds.
const WAITS: i64 = 60 * 60 * 1000;
/// The largest form that waits, in bytes; a longer one nobody types.
const LARGEST: usize = 256 * 1024;
/// How many sessions back a form may be from.
const SESSIONS: usize = 3;
const WHO: &str = "who was signed in";
const FORM: &str = "a form that waits for its writer";

/// Who was signed in here, and the tokens of their last sessions.
#[derive(Serialize, Deserialize)]
struct Was {
    person: String,
    tokens: Vec<String>,
    until: i64,
}

/// A form that waits.
#[derive(Serialize, Deserialize)]
pub(super) struct Carried {
    person: String,
    path: String,
    fields: Vec<(String, String)>,
    until: i64,
}

fn sealed(office: &Office, purpose: &str, what: &impl Serialize) -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(office.store.key().seal(purpose, &serde_json::to_vec(what)?)?))
}

fn opened<T: for<'de> Deserialize<'de>>(office: &Office, purpose: &str, text: &str) -> Option<T> {
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    let inside = office.store.key().open(purpose, &sealed).ok()?;
    serde_json::from_slice(&inside).ok()
}

fn was(office: &Office, headers: &HeaderMap) -> Option<Was> {
    let was: Was = opened(office, WHO, auth::cookie(headers, WAS)?)?;
    (was.until > office.now()).then_some(was)
}

/// The cookie for a session that begins; the tokens of the same person's last ones stay with it.
pub(super) fn cookie(office: &Office, headers: &HeaderMap, signed: &Signed) -> Result<String> {
    let before = was(office, headers).filter(|was| was.person == signed.person);
    let tokens = std::iter::once(signed.csrf.clone()).chain(before.into_iter().flat_map(|was| was.tokens));
    let until = office.now() + WAS_LASTS * 1000;
    sealed(office, WHO, &Was { person: signed.person.clone(), tokens: tokens.take(SESSIONS).collect(), until })
}

/// The tokens of this person's last sessions here: a page that was drawn before they had to sign in again is still theirs.
pub(super) fn tokens(office: &Office, headers: &HeaderMap, person: &str) -> Vec<String> {
    was(office, headers).filter(|was| was.person == person).map(|was| was.tokens).unwrap_or_default()
}

/// Takes up a form that came without a session, sealed; nothing where it is none of ours, or holds what must not wait.
pub(super) async fn take_up(office: &Office, request: Request<Body>) -> Option<String> {
    let was = was(office, request.headers())?;
    let kind = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?.to_owned();
    if !kind.starts_with("application/x-www-form-urlencoded") || !door::from_our_page(request.headers()) {
        return None;
    }
    let path = request.uri().path().to_owned();
    let body = axum::body::to_bytes(request.into_body(), LARGEST).await.ok()?;
    let form = Form::urlencoded(&body);
    let ours = was.tokens.iter().any(|token| auth::token::same(token, &form.text("csrf")));
    let secret = form.fields().iter().any(|(name, _)| name.contains("password") || name.contains("passphrase"));
    if !ours || secret {
        return None;
    }
    let fields = form.fields().iter().filter(|(name, _)| name != "csrf").cloned().collect();
    sealed(office, FORM, &Carried { person: was.person, path, fields, until: office.now() + WAITS }).ok()
}

/// The form that waited, if it still may be sent.
pub(super) fn waiting(office: &Office, text: &str) -> Option<Carried> {
    let carried: Carried = opened(office, FORM, text)?;
    (carried.until > office.now()).then_some(carried)
}

impl Carried {
    /// Whether this person wrote it.
    pub(super) fn is_of(&self, signed: &Signed) -> bool {
        self.person == signed.person
    }

    /// The page on which its writer sends it on. What they wrote stands there; what only the form knows goes along.
    pub(super) fn page(&self, signed: &Signed) -> Answer {
        let words = self.fields.iter().map(|(_, value)| value.trim()).filter(|value| value.contains(' '));
        let facts = json!({"path": self.path, "words": words.collect::<Vec<_>>(),
            "fields": self.fields.iter().map(|(name, value)| json!({"name": name, "value": value})).collect::<Vec<_>>()});
        Page::new("office/carried.html", "Send it on", facts).show(signed, "")
    }
}
