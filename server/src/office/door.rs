//! The door: signing in and out, and the guard before every page. The guard asks the table of rights, reads the form,
//! and holds its token against the session's, so that no page behind it can forget to.

use super::form::{Form, Problems};
use super::page::{Answer, FLASH, Failure, Page, flash_of, go_and_say};
use super::{Office, Shared, carried};
use crate::auth::holder::{self, ANSWER, Holder};
use crate::auth::may::{self, Right, Role};
use crate::auth::{self, DOOR, SESSION, SESSION_LASTS, Signed, attributes, password, token};
use crate::store::audit::Deed;
use anyhow::Context as _;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest as _, FromRequestParts, Multipart, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use std::collections::BTreeMap;

/// The largest form, in bytes; a directory of fifty thousand rows fits.
const LARGEST_FORM: usize = 16 * 1024 * 1024;

/// The longest text of any one field, in characters; what a field itself takes is shorter, and is said beside it.
const LONGEST_FIELD: usize = 50_000;

/// The only policy under which a page of ours runs: nothing inline, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'";

/// Headers that every answer carries.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    let headers = answer.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    answer
}

/// Lets a request through to its page, or says why not.
pub async fn guard(State(office): State<Shared>, request: Request, next: Next) -> Response {
    let Some(path) = may::route_of(request.uri().path()) else { return Failure::NotFound.into_response() };
    match let_in(&office, path, request).await {
        Ok(request) => next.run(request).await,
        Err(answer) => answer,
    }
}

async fn let_in(office: &Office, path: &str, request: Request) -> Result<Request, Response> {
    let method = request.method().clone();
    let right = may::right(method.as_str(), path).ok_or_else(|| Failure::NotFound.into_response())?;
    if right == Right::Link {
        return held(office, request).await;
    }
    let signed = match right {
        Right::Open => None,
        _ => match who(office, request.headers()).await.map_err(|e| Failure::Broken(e).into_response())? {
            Some(signed) => Some(signed),
            None => return Err(outside(office, &method, request).await),
        },
    };
    if !right.lets_in(signed.as_ref().map(|s| s.roles.as_slice())) {
        return Err(Failure::NotYours.into_response());
    }
    let mut request = request;
    if method == Method::POST {
        let expected = match &signed {
            Some(signed) => {
                let before = carried::tokens(office, request.headers(), &signed.person);
                std::iter::once(signed.csrf.clone()).chain(before).collect()
            }
            None => vec![auth::cookie(request.headers(), DOOR).unwrap_or_default().to_owned()],
        };
        request = read_form(request, &expected).await.map_err(IntoResponse::into_response)?;
    }
    if let Some(signed) = signed {
        request.extensions_mut().insert(signed);
    }
    Ok(request)
}

/// Lets in who holds a recipient's link; their form's token follows from it.
async fn held(office: &Office, request: Request) -> Result<Request, Response> {
    let cookie = auth::cookie(request.headers(), ANSWER).unwrap_or_default().to_owned();
    let flash = flash_of(auth::cookie(request.headers(), FLASH));
    let holder = holder::came_in(office, &cookie, flash).await.map_err(|e| Failure::Broken(e).into_response())?;
    let holder = holder.ok_or_else(|| Failure::NoLink.into_response())?;
    let mut request = request;
    if request.method() == Method::POST {
        request = read_form(request, std::slice::from_ref(&holder.csrf)).await.map_err(IntoResponse::into_response)?;
    }
    request.extensions_mut().insert(holder);
    Ok(request)
}

/// Where somebody without a session is led. A form that they sent waits there with them.
async fn outside(office: &Office, method: &Method, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if *method != Method::POST {
        return to_the_door(method, &path).into_response();
    }
    let Some(waits) = carried::take_up(office, request).await else {
        return to_the_door(method, &path).into_response();
    };
    let lead = "You were signed in too long ago, so this was not kept yet. Sign in, and then send it on: nothing that you typed is lost.";
    let typed = Form::new(vec![(carried::FIELD.into(), waits)], BTreeMap::new());
    door_page(office, lead, &typed, None).await.into_response()
}

fn to_the_door(method: &Method, path: &str) -> Redirect {
    if *method == Method::GET && path != "/office" {
        Redirect::to(&format!("/sign-in?to={path}"))
    } else {
        Redirect::to("/sign-in")
    }
}

/// Who sends this request; nobody when there is no session, or it is over, or they have left.
async fn who(office: &Office, headers: &HeaderMap) -> anyhow::Result<Option<Signed>> {
    let Some(secret) = auth::cookie(headers, SESSION) else { return Ok(None) };
    auth::session::open(office, secret, flash_of(auth::cookie(headers, FLASH))).await
}

/// Whether a request comes from a page of ours. A program that is no browser sends neither header, and has the token.
pub(super) fn from_our_page(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
        (Some(_), None) => false,
        (None, _) => true,
    }
}

async fn read_form(request: Request, expected: &[String]) -> Result<Request, Failure> {
    if !from_our_page(request.headers()) {
        return Err(Failure::NotOurForm);
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let (mut parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, LARGEST_FORM).await.map_err(|_| {
        Failure::Unreadable("What was sent is larger than 16 MB, or broke off. Nothing was kept.".to_owned())
    })?;
    let form = if kind.starts_with("multipart/form-data") {
        multipart(&parts, bytes).await?
    } else {
        Form::urlencoded(&bytes)
    };
    let sent = form.text("csrf");
    if !expected.iter().any(|token| token::same(&sent, token)) {
        return Err(Failure::NotOurForm);
    }
    if let Some((name, _)) =
        form.fields().iter().find(|(name, value)| name != carried::FIELD && value.chars().count() > LONGEST_FIELD)
    {
        let name = name.replace('_', " ");
        return Err(Failure::Unreadable(format!(
            "What was typed for “{name}” is longer than {LONGEST_FIELD} characters, and was not kept. Go back, where it still stands, and make it shorter."
        )));
    }
    parts.extensions.insert(form);
    Ok(Request::from_parts(parts, Body::empty()))
}

async fn multipart(parts: &Parts, bytes: Bytes) -> Result<Form, Failure> {
    let unreadable = |_| Failure::Unreadable("The upload broke off. Nothing was kept; send it again.".to_owned());
    let mut whole = Request::new(Body::from(bytes));
    *whole.headers_mut() = parts.headers.clone();
    // The whole body has been held against our own limit already; axum's own would stop a directory at 2 MB.
    DefaultBodyLimit::disable().apply(&mut whole);
    let mut pieces =
        Multipart::from_request(whole, &()).await.map_err(|_| Failure::Unreadable("This is no upload.".to_owned()))?;
    let (mut fields, mut files) = (Vec::new(), BTreeMap::new());
    while let Some(piece) = pieces.next_field().await.map_err(unreadable)? {
        let name = piece.name().unwrap_or_default().to_owned();
        let is_file = piece.file_name().is_some();
        let bytes = piece.bytes().await.map_err(unreadable)?;
        if is_file {
            files.insert(name, bytes.to_vec());
        } else {
            fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    Ok(Form::new(fields, files))
}

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Self>().cloned().ok_or(Failure::NotYours)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Holder {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Self>().cloned().ok_or(Failure::NoLink)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Form {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        parts.extensions.get::<Self>().cloned().ok_or(Failure::NotOurForm)
    }
}

/// The first page: the desk, which sends who is not signed in to the door.
pub async fn first() -> Redirect {
    Redirect::to("/office")
}

/// The sign-in form.
pub async fn form(State(office): State<Shared>, Query(query): Query<BTreeMap<String, String>>) -> Answer {
    let to = query.get("to").map(String::as_str).unwrap_or_default();
    let lead = if to.is_empty() {
        "For the people of the office."
    } else {
        "Sign in to go on. If you were signed in, it was too long ago."
    };
    let to = Form::new(vec![("to".into(), to.into())], BTreeMap::new());
    door_page(&office, lead, &to, None).await
}

/// What stands at the door of a record without an organisation.
const NOBODY_YET: &str = "There is no organisation here yet. On this machine, “enterview scheme list” says which schemes there \
                          are, and “enterview org add --help” how an organisation is added under one of them.";

async fn door_page(office: &Office, lead: &str, typed: &Form, problems: Option<Problems>) -> Answer {
    let orgs = office.store.orgs().await?;
    let lead = match orgs.as_slice() {
        [] => NOBODY_YET,
        _ => lead,
    };
    let title = match orgs.as_slice() {
        [one] => one.name.clone(),
        _ => "Enterview".to_owned(),
    };
    let choices: Vec<_> = match orgs.as_slice() {
        [] | [_] => Vec::new(),
        several => several.iter().map(|o| json!({"value": o.id, "label": o.name})).collect(),
    };
    let secret = token::random()?;
    let mut page = Page::new(
        "office/sign-in.html",
        "Sign in",
        json!({"lead": lead, "to": own_path(&typed.text("to")), "carried": typed.text(carried::FIELD), "orgs": choices}),
    );
    if let Some(problems) = problems {
        page = page.refused(typed, &problems);
    }
    let mut answer = page.show_outside(&title, &secret)?;
    give_cookie(&mut answer, DOOR, &secret, office.secure, Some(3600));
    Ok(answer)
}

/// A path of the office to go on to; anything else becomes the desk, so that a link cannot lead elsewhere.
fn own_path(path: &str) -> &str {
    if path.starts_with("/office") && !path.contains(['\\', '\r', '\n']) { path } else { "/office" }
}

fn give_cookie(answer: &mut Response, name: &str, value: &str, secure: bool, seconds: Option<i64>) {
    if let Ok(cookie) = HeaderValue::from_str(&format!("{name}={value}; {}", attributes(secure, seconds))) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Signs somebody in by name and password.
pub async fn sign_in(State(office): State<Shared>, headers: HeaderMap, typed: Form) -> Answer {
    let (name, secret) = (typed.text("name"), typed.text("password"));
    let now = office.now();
    let key = crate::store::fold::fold(&name);
    if let Some(wait) = office.limit.wait(&key, now) {
        let words = format!("Too many wrong tries with this name. Wait {} seconds, then try again.", wait / 1000 + 1);
        return door_page(&office, "For the people of the office.", &typed, Some(Problems::one("name", words))).await;
    }
    let Some(found) = auth::session::find(&office, &typed.text("org"), &name).await? else {
        tokio::task::spawn_blocking(move || password::fits_nobody(&secret)).await?;
        somebody_unknown(&office, now).await?;
        return wrong(&office, &typed, &key, now).await;
    };
    let kept = found.password.clone();
    if !tokio::task::spawn_blocking(move || password::fits(&secret, &kept)).await? {
        found.record("try a password in vain", now).await?;
        return wrong(&office, &typed, &key, now).await;
    }
    office.limit.right(&key);
    let token = auth::session::begin(&found, now).await?;
    let signed = auth::session::open(&office, &token, None).await?.context("the session that has just begun")?;
    let mut answer = match carried::waiting(&office, &typed.text(carried::FIELD)) {
        Some(carried) if carried.is_of(&signed) => carried.page(&signed)?,
        Some(_) => go_and_say("/office", NOT_YOURS_TO_SEND, office.secure),
        None => Redirect::to(own_path(&typed.text("to"))).into_response(),
    };
    give_cookie(&mut answer, SESSION, &token, office.secure, Some(SESSION_LASTS / 1000));
    let was = carried::cookie(&office, &headers, &signed)?;
    give_cookie(&mut answer, carried::WAS, &was, office.secure, Some(carried::WAS_LASTS));
    give_cookie(&mut answer, DOOR, "", office.secure, Some(0));
    Ok(answer)
}

/// What whoever signs in is told, where somebody else's form waited.
const NOT_YOURS_TO_SEND: &str = "Somebody else had written something here before their session ended. It was not sent in your name. It is theirs to write again.";

/// Keeps in the log of the only organisation that a name was tried which nobody has, no more often than one name may be
/// tried: a stranger must not fill the log. With several organisations nobody knows whose door was meant.
async fn somebody_unknown(office: &Office, now: i64) -> anyhow::Result<()> {
    // No name can be typed that reads like this one.
    const NOBODY: &str = "\0";
    let orgs = office.store.org_ids().await?;
    if let ([org], None) = (orgs.as_slice(), office.limit.wait(NOBODY, now)) {
        office.limit.wrong(NOBODY, now);
        let what = "try a name in vain".to_owned();
        office.store.org(org).record(Deed { at: now, who: "nobody".to_owned(), what, subject: String::new() }).await?;
    }
    Ok(())
}

async fn wrong(office: &Office, typed: &Form, key: &str, now: i64) -> Answer {
    office.limit.wrong(key, now);
    let words = "The name and the password do not belong together. Check both; capitals matter in the password.";
    door_page(office, "For the people of the office.", typed, Some(Problems::one("name", words))).await
}

/// Signs somebody out: the session is gone from the store as well.
pub async fn sign_out(State(office): State<Shared>, signed: Signed, headers: HeaderMap) -> Answer {
    if let Some(secret) = auth::cookie(&headers, SESSION) {
        auth::session::end(&signed, secret).await?;
    }
    let mut answer = Redirect::to("/sign-in").into_response();
    give_cookie(&mut answer, SESSION, "", office.secure, Some(0));
    give_cookie(&mut answer, carried::WAS, "", office.secure, Some(0));
    Ok(answer)
}

/// The roles that a person's words for them give at the office.
#[must_use]
pub fn roles_of(words: &[String]) -> Vec<Role> {
    words.iter().filter_map(|word| Role::of(word)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_form_from_another_site_is_known_by_its_headers() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs
                .iter()
                .map(|(n, v)| (header::HeaderName::from_static(n), HeaderValue::from_static(v)))
                .collect::<HeaderMap>()
        };
        assert!(from_our_page(&headers(&[("sec-fetch-site", "same-origin"), ("host", "office:8080")])));
        assert!(!from_our_page(&headers(&[("sec-fetch-site", "cross-site"), ("host", "office:8080")])));
        assert!(!from_our_page(&headers(&[("sec-fetch-site", "same-site")])));
        assert!(from_our_page(&headers(&[("origin", "http://office:8080"), ("host", "office:8080")])));
        assert!(!from_our_page(&headers(&[("origin", "http://evil:8080"), ("host", "office:8080")])));
        assert!(from_our_page(&headers(&[("host", "office:8080")])));
    }

    #[test]
    fn after_signing_in_one_stays_in_the_office() {
        assert_eq!(own_path("/office/visits"), "/office/visits");
        for elsewhere in ["//evil", "https://evil", "", "/sign-out", "/office\\evil"] {
            assert_eq!(own_path(elsewhere), "/office");
        }
    }
}
