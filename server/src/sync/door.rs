//! What stands before every request of a tablet: the versions must fit, the device must be known and not revoked, and
//! the request must be signed over a nonce of ours that nobody has used. Every reply says the time and the next nonce.

use super::body::{self, NoBody};
use super::nonce;
use super::pace::{self, NotBefore};
use super::room::AtWork;
use crate::error::Error;
use crate::serve::State;
use crate::store::OrgStore;
use crate::store::audit::Deed;
use crate::store::devices::{Device, Heard};
use axum::body::{Body, HttpBody as _};
use axum::extract::{Request, State as In};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::ids::DeviceId;
use domain::wire::{self, Asks, Behind, Mark, ProblemCode, Says};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// More than any version is long.
const LONGEST_VERSION: usize = 24;
/// How exactly it is known when a tablet was last heard, in milliseconds: to write it down at each request would cost more
/// than the request.
const A_MINUTE: i64 = 60_000;

/// Of an answer: nothing has changed since the tablet was last told how far the record has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct NothingNew;

/// The tablet that sends a request, proven.
#[derive(Clone)]
pub(super) struct Caller {
    /// Its organisation's part of the store.
    pub org: OrgStore,
    /// Which tablet.
    pub device: DeviceId,
    /// The furthest that it says it was told the record had come.
    pub mark: Option<Mark>,
    /// Its request's place among those that are worked on.
    pub at_work: AtWork,
}

/// On every reply, refusals too: our clock, our version, the nonce for the next request.
pub(super) async fn always(In(state): In<State>, request: Request, next: Next) -> Response {
    let is_brief = request.headers().contains_key(wire::BRIEF);
    let mut response = next.run(request).await;
    let now = state.now();
    let headers = response.headers_mut();
    if is_brief {
        let says = nonce::make(state.store.key(), now).map(|nonce| {
            let (version, program) = (state.spoken.newest, env!("CARGO_PKG_VERSION").to_owned());
            HeaderValue::try_from(Says { version, program, nonce }.to_string())
        });
        match says {
            Ok(Ok(says)) => {
                headers.insert(wire::BRIEF, says);
            }
            Ok(Err(_)) | Err(_) => tracing::error!("no nonce could be made: the tablet asks again"),
        }
        return response;
    }
    headers.insert(wire::SERVER_TIME, HeaderValue::from(now));
    headers.insert(wire::SPEAKS, HeaderValue::from(state.spoken.newest));
    headers.insert(wire::PROGRAM, HeaderValue::from_static(env!("CARGO_PKG_VERSION")));
    match nonce::make(state.store.key(), now).map(|nonce| HeaderValue::from_str(&nonce)) {
        Ok(Ok(nonce)) => {
            headers.insert(wire::NEXT_NONCE, nonce);
        }
        Ok(Err(_)) | Err(_) => tracing::error!("no nonce could be made: the tablet asks again"),
    }
    response
}

/// Both sides must speak one version; a newer tablet comes down to the newest of ours, which every reply says.
pub(super) async fn speaks(In(state): In<State>, request: Request, next: Next) -> Result<Response, Error> {
    let briefly = text(request.headers(), wire::BRIEF).and_then(|text| text.parse::<Asks>().ok());
    let at_length = || text(request.headers(), wire::SPEAKS).and_then(|text| text.parse::<u16>().ok());
    let theirs = briefly.map(|asks| asks.version).or_else(at_length);
    // Whoever says no version is older than any.
    match state.spoken.heard(theirs.unwrap_or_default()) {
        Ok(()) => Ok(next.run(request).await),
        Err(Behind::Office) => Err(Error::problem(
            ProblemCode::Version,
            "This tablet is newer than the office's server. Nothing is lost: it sends everything once the server is updated.",
        )),
        Err(Behind::Tablet) => Err(Error::problem(
            ProblemCode::Version,
            "The app on this tablet is too old for the office's server. Nothing is lost: update the app, and it sends everything.",
        )),
    }
}

/// Lets in what an enrolled tablet signed, if it does not come too fast and there is room.
pub(super) async fn signed(In(state): In<State>, request: Request, next: Next) -> Result<Response, Error> {
    let (mut parts, body) = request.into_parts();
    let unsigned =
        || Error::problem(ProblemCode::Unsigned, "This request is not signed as it must be. The tablet asks again.");
    let Asks { device, nonce, signature, .. } = asks(&parts.headers).ok_or_else(unsigned)?;
    if let Err(not_before) = state.pace.may_ask(device, state.now()) {
        body::let_by(&parts.headers, body).await;
        return Err(too_fast(&state, not_before));
    }
    let no_room = |not_before| full(&state, not_before);
    let unknown = || {
        Error::problem(
            ProblemCode::UnknownDevice,
            "The office does not know this tablet. Everything on it stays; ask the office for a new set-up code.",
        )
    };
    // Before there is room for its body: a stranger would need the id of a tablet to take any.
    let at_work = state.room.to_work().await.map_err(no_room)?;
    let Some(org) = state.store.org_of_device(&device.to_string()).await? else {
        drop(at_work);
        body::let_by(&parts.headers, body).await;
        return Err(unknown());
    };
    drop(at_work);
    let _room = match state.room.for_bytes(body::memory(&parts.headers, &body)) {
        Ok(room) => room,
        Err(not_before) => {
            body::let_by(&parts.headers, body).await;
            return Err(no_room(not_before));
        }
    };
    let body = match body::read(&parts.headers, body).await {
        Ok(body) => body,
        Err(NoBody::TooLarge) => return Err(too_large(&state, &parts).await?),
        // Nobody is there any more to read this, and nothing was refused.
        Err(NoBody::BrokenOff) => {
            tracing::info!(path = parts.uri.path(), "a body broke off on the road");
            return Err(Error::problem(
                ProblemCode::Later,
                "The connection broke off. Everything stays on the tablet.",
            ));
        }
    };
    let at_work = state.room.to_work().await.map_err(no_room)?;
    let org = state.store.org(&org);
    let known = org.device(&device.to_string()).await?.ok_or_else(unknown)?;
    let path = parts.uri.path_and_query().map_or(parts.uri.path(), |p| p.as_str());
    let said = wire::signed_text(parts.method.as_str(), path, &hex::encode(Sha256::digest(&body)), &nonce);
    if !is_signed(&known.verifying_key, &signature, &said) {
        return Err(unsigned());
    }
    let until = nonce::good_until(state.store.key(), &nonce, state.now()).ok_or_else(unsigned)?;
    let only_asks = matches!(parts.method, Method::GET | Method::HEAD);
    let heard = heard(&parts.headers, &known, state.now())?;
    // What only asks changes nothing on the tablet, and may be held for long before it is answered.
    let at_once = heard.clone().filter(|_| only_asks && known.revoked_at.is_none());
    // Used up only by whoever signed over it, so that nobody else can use up a tablet's nonces; and in the record, so
    // that a server which starts again knows it too.
    if !org.spend_and_hear(&nonce::hash(&nonce), until, state.now(), at_once).await? {
        return Err(unsigned());
    }
    let sent = body.len();
    state.pace.spend(device, org.id(), 1 + pace::cost(sent), state.now()).map_err(|late| too_fast(&state, late))?;
    if known.revoked_at.is_some() {
        if matches!(parts.method, Method::POST | Method::PATCH) {
            record(&org, device, state.now(), "refused what a revoked tablet sent".to_owned()).await?;
        }
        return Err(revoked());
    }
    let mark = text(&parts.headers, wire::MARK).and_then(|text| text.parse().ok());
    let asked = format!("{} {}", parts.method, parts.uri.path());
    let mut response = match body::unpacked(&mut parts.headers, body) {
        Ok(body) => {
            // What it is unpacked costs as well, once it is known.
            state.pace.owe(device, org.id(), pace::cost(body.len().saturating_sub(sent)));
            let mut request = Request::from_parts(parts, Body::from(body));
            request.extensions_mut().insert(Caller { org: org.clone(), device, mark, at_work });
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    };
    let told = usize::try_from(response.body().size_hint().lower()).unwrap_or(usize::MAX);
    state.pace.owe(device, org.id(), pace::cost(told));
    if !only_asks {
        if response.status().is_client_error() && response.status() != StatusCode::TOO_MANY_REQUESTS {
            record(&org, device, state.now(), format!("refused {asked}")).await?;
        }
        if let Some(Heard { device, at, version, waiting }) = heard {
            let waiting = waiting.filter(|_| response.status().is_success());
            org.heard_from(&device, at, version.as_deref(), waiting.as_deref()).await?;
        }
    }
    if response.status().is_success()
        && response.extensions().get::<NothingNew>().is_none()
        && let Some(mark) = org.mark().await?
    {
        let mark = format!("{}.{}.{}", mark.store_id, mark.rev, mark.start);
        response.headers_mut().insert(wire::MARK, HeaderValue::try_from(mark).map_err(anyhow::Error::from)?);
    }
    Ok(response)
}

/// The tablet asks more than it may; its words are kept there until it asks again.
fn too_fast(state: &State, NotBefore(after): NotBefore) -> Error {
    state.figures.later("too fast");
    let title = "This tablet sends more at once than the office takes. Everything is safe here; it goes on in a while.";
    Error::Busy { status: StatusCode::TOO_MANY_REQUESTS, after, title }
}

/// All together ask more than there is room for.
pub(super) fn full(state: &State, NotBefore(after): NotBefore) -> Error {
    state.figures.later("no room");
    let title = "The office is busy just now. Everything is safe here, and it is sent in a while.";
    Error::Busy { status: StatusCode::SERVICE_UNAVAILABLE, after, title }
}

/// Not too many at once set up tablets; that is not signed, and writes.
pub(super) async fn setting_up(In(state): In<State>, request: Request, next: Next) -> Result<Response, Error> {
    state.pace.set_up(state.now()).map_err(|late| full(&state, late))?;
    let _at_work = state.room.to_work().await.map_err(|late| full(&state, late))?;
    Ok(next.run(request).await)
}

/// Says that a body is larger than is taken. Nobody's signature can be looked at without the body, so it is recorded of a
/// tablet that is known, and at most once a minute: anybody may name one.
async fn too_large(state: &State, parts: &Parts) -> anyhow::Result<Error> {
    tracing::warn!(device = ?parts.headers.get(wire::DEVICE), path = parts.uri.path(), "refused: too large");
    if let Some(device) = asks(&parts.headers).map(|asks| asks.device)
        && let Some(org) = state.store.org_of_device(&device.to_string()).await?
        && state.large.is_time(device, state.now())
    {
        let what = format!("refused {} {}: too large, not signed", parts.method, parts.uri.path());
        record(&state.store.org(&org), device, state.now(), what).await?;
    }
    Ok(Error::refused("This is larger than the office takes at once. It was not taken, and stays on the tablet."))
}

/// When something was last recorded of each tablet that anybody may bring about.
#[derive(Debug, Default)]
pub struct Seldom(Mutex<BTreeMap<DeviceId, i64>>);

impl Seldom {
    const APART: i64 = 60_000;

    fn is_time(&self, device: DeviceId, now: i64) -> bool {
        // A thread that panicked here left a map that is whole all the same.
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.retain(|_, at| now.saturating_sub(*at) < Self::APART);
        let first = !last.contains_key(&device);
        last.entry(device).or_insert(now);
        first
    }
}

/// What was refused is in the record, by tablet and kind; its bytes never are.
async fn record(org: &OrgStore, device: DeviceId, at: i64, what: String) -> anyhow::Result<()> {
    tracing::warn!(%device, what, "refused");
    org.record(Deed { at, who: format!("tablet {device}"), what, subject: device.to_string() }).await
}

/// The office has ended this tablet's time.
pub(super) fn revoked() -> Error {
    Error::problem(
        ProblemCode::Revoked,
        "The office has retired this tablet or reported it lost. It sends and receives nothing more; ring the office.",
    )
}

/// Who asks, as it is said briefly or at length; what is missing of the latter is not signed.
fn asks(headers: &HeaderMap) -> Option<Asks> {
    if let Some(briefly) = text(headers, wire::BRIEF) {
        return briefly.parse().ok();
    }
    let signature = text(headers, wire::SIGNATURE).and_then(|text| STANDARD.decode(text).ok());
    Some(Asks {
        version: 0,
        device: text(headers, wire::DEVICE)?.parse().ok()?,
        nonce: text(headers, wire::NONCE).unwrap_or_default().to_owned(),
        signature: signature.unwrap_or_default(),
    })
}

/// What is to be kept of a tablet's being heard; nothing where it was heard in this minute and says nothing else.
fn heard(headers: &HeaderMap, known: &Device, at: i64) -> anyhow::Result<Option<Heard>> {
    // A program's own version; one that does not say it yet says at least what it speaks.
    let program = text(headers, wire::PROGRAM).filter(|version| version.len() <= LONGEST_VERSION);
    let version = program.or_else(|| text(headers, wire::SPEAKS)).map(str::to_owned);
    let waiting = text(headers, wire::WAITING).and_then(|text| text.parse::<wire::Waiting>().ok());
    let waiting = waiting.map(|waiting| serde_json::to_string(&waiting)).transpose()?;
    let lately = known.last_seen.is_some_and(|last| (0..A_MINUTE).contains(&at.saturating_sub(last)));
    let says_nothing_else = version.iter().all(|v| known.version.as_ref() == Some(v))
        && waiting.iter().all(|w| known.waiting.as_ref() == Some(w));
    let nothing = lately && says_nothing_else;
    Ok((!nothing).then(|| Heard { device: known.id.clone(), at, version, waiting }))
}

/// `key` is 64 hexadecimal digits, as the store keeps it.
fn is_signed(key: &str, signature: &[u8], said: &str) -> bool {
    let key = hex::decode(key).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let key = key.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok());
    let signature = Signature::from_slice(signature).ok();
    matches!((key, signature), (Some(key), Some(signature)) if key.verify_strict(said.as_bytes(), &signature).is_ok())
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Reads a JSON body of a tablet; the words say that sending it again will not help.
pub(super) fn json<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(body).map_err(|error| {
        Error::refused(format!("The office could not read this ({error}). It was not taken, and stays on the tablet."))
    })
}
