//! From a view's facts to a page: the embedded templates, what every page shows, and how a failure looks.
//! Templates are compiled into the program; an undefined name in one is an error and not an empty place.

use super::form::{Form, Problems};
use crate::auth::holder::Holder;
use crate::auth::{Signed, may};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use minijinja::{Environment, UndefinedBehavior};
use serde_json::{Value, json};
use std::sync::LazyLock;

macro_rules! templates {
    ($($name:literal),* $(,)?) => {
        const TEMPLATES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../templates/", $name)))),*];
    };
}

templates!(
    "base.html",
    "office/forms.html",
    "office/sign-in.html",
    "office/failure.html",
    "office/carried.html",
    "office/desk.html",
    "office/me.html",
    "office/people.html",
    "office/person.html",
    "office/person-new.html",
    "office/places.html",
    "office/place.html",
    "office/place-new.html",
    "office/import.html",
    "office/import-progress.html",
    "office/bodies.html",
    "office/body-new.html",
    "office/body.html",
    "office/photos.html",
    "office/visits.html",
    "office/visit-new.html",
    "office/visit.html",
    "office/place-fields.html",
    "office/note.html",
    "office/evidence.html",
    "office/reading.html",
    "office/findings.html",
    "office/finding.html",
    "office/practice.html",
    "office/asks.html",
    "office/reports.html",
    "office/report.html",
    "office/block.html",
    "office/deeds.html",
    "office/margin.html",
    "office/team.html",
    "office/changes.html",
    "office/differences.html",
    "office/outreach.html",
    "office/outreach-new.html",
    "office/event.html",
    "office/tablets.html",
    "office/code.html",
    "office/concerns.html",
    "office/contacts.html",
    "office/take-back.html",
    "office/way.html",
    "office/trail.html",
    "office/recommendation.html",
    "office/promises.html",
    "office/link.html",
    "answers/parts.html",
    "answers/door.html",
    "answers/facts.html",
    "answers/asks.html",
    "answers/read.html",
    "answers/over.html",
    "answers/passed.html",
    "mail/link.txt",
    "mail/code.txt",
);

static PAGES: LazyLock<Result<Environment<'static>, String>> = LazyLock::new(|| {
    let mut pages = Environment::new();
    pages.set_undefined_behavior(UndefinedBehavior::Strict);
    pages.add_filter("urlencode", |text: String| percent(&text));
    for (name, source) in TEMPLATES {
        pages.add_template(name, source).map_err(|e| format!("{name}: {e:#}"))?;
    }
    Ok(pages)
});

/// Text for the query of an address.
pub(super) fn percent(text: &str) -> String {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~');
    text.bytes().map(|b| if plain(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Why a page could not be shown, in words for the person who asked for it.
#[derive(Debug)]
pub enum Failure {
    /// There is no such thing here, or it is another organisation's.
    NotFound,
    /// Their roles do not let them in.
    NotYours,
    /// They hold no link that leads here.
    NoLink,
    /// The link that they opened is unknown, or was ended.
    LinkEnded,
    /// The form was not sent from our own page, or is too old.
    NotOurForm,
    /// What was sent is larger than is taken, or cannot be read.
    Unreadable(String),
    /// A rule stands against it; why.
    Stopped(String),
    /// Something broke; the cause is in the server's log.
    Broken(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Broken(error.into())
    }
}

/// What a handler answers.
pub type Answer = Result<Response, Failure>;

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, title, words) = match self {
            Self::NotFound => (
                StatusCode::NOT_FOUND,
                "This is not here",
                "There is no such page, or it was taken away. Nothing was changed.".to_owned(),
            ),
            Self::NotYours => (
                StatusCode::FORBIDDEN,
                "This page is somebody else’s",
                "What you are at the office does not let you in here. Nothing was changed. An administrator can say who may.".to_owned(),
            ),
            Self::NoLink | Self::LinkEnded => (
                if matches!(self, Self::NoLink) { StatusCode::FORBIDDEN } else { StatusCode::GONE },
                "Please open your link again",
                "This page belongs to a link that was sent to somebody. Open that link once more. If it leads here again, it was ended or is not whole: ask whoever sent it for another. Nothing that you sent is lost.".to_owned(),
            ),
            Self::NotOurForm => (
                StatusCode::FORBIDDEN,
                "Please send this again",
                "The form did not come from this page, or the page was too old. Nothing was changed. Go back, load the page again, and send it once more.".to_owned(),
            ),
            Self::Stopped(why) => (StatusCode::CONFLICT, "This cannot be done now", why),
            Self::Unreadable(why) => (StatusCode::BAD_REQUEST, "This could not be read", why),
            Self::Broken(error) => {
                tracing::error!(error = format!("{error:#}"), "a page of the office failed");
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Something broke on our side",
                    "Nothing that was kept before is lost. Try again; if it goes on, tell the administrator the time: the cause is in the server’s log.".to_owned(),
                )
            }
        };
        let context = json!({"title": title, "words": words, "org": "Enterview", "host": "", "nav": [], "me": null,
            "csrf": "", "flash": "", "current": "", "beside": [], "form": {"values": {}, "problems": []}});
        match template("office/failure.html", &context) {
            Ok(page) => (status, Html(page)).into_response(),
            Err(_) => (status, words).into_response(),
        }
    }
}

/// A message in plain words, from the template `name`.
///
/// # Errors
/// A template that does not fit its facts.
pub(crate) fn text(name: &str, context: &Value) -> anyhow::Result<String> {
    template(name, context)
}

fn template(name: &str, context: &Value) -> anyhow::Result<String> {
    let pages = PAGES.as_ref().map_err(|e| anyhow::anyhow!("the pages do not compile: {e}"))?;
    let context = minijinja::Value::from(minijinja::value::Serde(context));
    pages.get_template(name).and_then(|page| page.render(context)).map_err(|e| anyhow::anyhow!("{name}: {e:#}"))
}

const NAV: &[(&str, &str)] = &[
    ("/office", "Desk"),
    ("/office/visits", "Visits"),
    ("/office/reading", "Reading"),
    ("/office/reports", "Reports"),
    ("/office/outreach", "Outreach"),
    ("/office/people", "People"),
    ("/office/places", "Places"),
    ("/office/tablets", "Tablets"),
];

/// One page for somebody who is signed in.
#[derive(Debug)]
pub struct Page {
    name: &'static str,
    context: Value,
    form: Value,
    status: StatusCode,
}

impl Page {
    /// The template `name` with the facts it shows (an object) and its title.
    #[must_use]
    pub fn new(name: &'static str, title: impl Into<String>, facts: Value) -> Self {
        let mut context = facts;
        set(&mut context, "title", Value::String(title.into()));
        set(&mut context, "beside", json!([]));
        Self { name, context, form: json!({"values": {}, "problems": []}), status: StatusCode::OK }
    }

    /// Values for the form's fields, by name.
    #[must_use]
    pub fn filled(mut self, values: Value) -> Self {
        self.form = json!({"values": values, "problems": []});
        self
    }

    /// What was typed and what is wrong with it; the page is then answered as 422.
    #[must_use]
    pub fn refused(mut self, typed: &Form, problems: &Problems) -> Self {
        self.form = json!({"values": typed.typed(), "problems": problems});
        self.status = StatusCode::UNPROCESSABLE_ENTITY;
        self
    }

    /// What was typed over the values that are there already, and what is wrong with it; answered as 422.
    #[must_use]
    pub fn laid_over(mut self, typed: &Form, problems: &Problems) -> Self {
        let there = self.form.get("values").cloned().unwrap_or_default();
        self = self.refused(typed, problems);
        if let (Some(Value::Object(values)), Value::Object(there)) = (self.form.get_mut("values"), there) {
            for (name, value) in there {
                values.entry(name).or_insert(value);
            }
        }
        self
    }

    /// What stands there by now, label and words, beside what was typed: somebody else wrote meanwhile.
    #[must_use]
    pub fn beside(mut self, theirs: &[(&str, String)]) -> Self {
        let rows: Vec<Value> = theirs.iter().map(|(label, words)| json!({"label": label, "words": words})).collect();
        set(&mut self.context, "beside", json!(rows));
        self
    }

    /// The page for somebody who is signed in.
    ///
    /// # Errors
    /// A template that does not fit its facts.
    pub fn show(mut self, to: &Signed, current: &str) -> Answer {
        let nav: Vec<Value> = NAV
            .iter()
            .filter(|(path, _)| may::sees(&to.roles, path))
            .map(|(path, name)| json!({"path": path, "name": name}))
            .collect();
        for (key, value) in [
            ("org", json!(to.org_name)),
            ("host", json!(to.host)),
            ("nav", json!(nav)),
            ("current", json!(current)),
            ("me", json!({"id": to.person, "name": to.name})),
            ("csrf", json!(to.csrf)),
            ("flash", json!(to.flash)),
            ("today", json!(to.today.to_string())),
            ("roles", json!(to.roles)),
            ("once", json!(super::new_id(to.now))),
            ("form", self.form.clone()),
        ] {
            set(&mut self.context, key, value);
        }
        let page = template(self.name, &self.context)?;
        let mut answer = (self.status, Html(page)).into_response();
        if to.flash.is_some() {
            forget_flash(&mut answer, to.secure);
        }
        Ok(answer)
    }

    /// The page for somebody who came by a link.
    ///
    /// # Errors
    /// A template that does not fit its facts.
    pub fn show_to(self, holder: &Holder) -> Answer {
        let csrf = holder.csrf.clone();
        let mut answer = self.show_at(holder, &csrf)?;
        if holder.flash.is_some() {
            forget_flash(&mut answer, holder.secure);
        }
        Ok(answer)
    }

    /// The page for somebody at the door of a link, whose forms carry `csrf`.
    ///
    /// # Errors
    /// As [`Page::show_to`].
    pub fn show_at(mut self, holder: &Holder, csrf: &str) -> Answer {
        for (key, value) in [
            ("org", json!(holder.org_name)),
            ("host", json!(holder.host)),
            ("home", json!(crate::answers::HERE)),
            ("whom", json!(holder.body.name)),
            ("nav", json!([])),
            ("current", json!("")),
            ("me", Value::Null),
            ("csrf", json!(csrf)),
            ("flash", json!(holder.flash)),
            ("today", json!(holder.today.to_string())),
            ("form", self.form.clone()),
        ] {
            set(&mut self.context, key, value);
        }
        Ok((self.status, Html(template(self.name, &self.context)?)).into_response())
    }

    /// The page for somebody who is not signed in.
    ///
    /// # Errors
    /// A template that does not fit its facts.
    pub fn show_outside(mut self, org: &str, csrf: &str) -> Answer {
        for (key, value) in [
            ("org", json!(org)),
            ("host", json!("")),
            ("nav", json!([])),
            ("current", json!("")),
            ("me", Value::Null),
            ("csrf", json!(csrf)),
            ("flash", json!("")),
            ("form", self.form.clone()),
        ] {
            set(&mut self.context, key, value);
        }
        Ok((self.status, Html(template(self.name, &self.context)?)).into_response())
    }
}

fn set(context: &mut Value, key: &str, value: Value) {
    if let Value::Object(map) = context {
        map.insert(key.to_owned(), value);
    }
}

/// The cookie in which one sentence waits for the next page.
pub const FLASH: &str = "enterview_said";

/// Goes on to another page, which then says `words` once.
#[must_use]
pub fn go_and_say(path: &str, words: &str, secure: bool) -> Response {
    let mut answer = Redirect::to(path).into_response();
    let cookie = format!("{FLASH}={}; {}", URL_SAFE_NO_PAD.encode(words), crate::auth::attributes(secure, Some(60)));
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}

/// The sentence that waits in the cookie, if any.
#[must_use]
pub fn flash_of(cookie: Option<&str>) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(cookie?).ok()?;
    String::from_utf8(bytes).ok().filter(|words| !words.is_empty() && words.len() < 600)
}

fn forget_flash(answer: &mut Response, secure: bool) {
    let cookie = format!("{FLASH}=; {}", crate::auth::attributes(secure, Some(0)));
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn every_template_compiles() {
        if let Err(error) = PAGES.as_ref() {
            panic!("{error}");
        }
    }

    #[test]
    fn a_sentence_crosses_one_redirect() {
        let kept = URL_SAFE_NO_PAD.encode("Asha’s visit is planned.");
        assert_eq!(flash_of(Some(&kept)).as_deref(), Some("Asha’s visit is planned."));
        assert_eq!(flash_of(Some("%%%")), None);
        assert_eq!(flash_of(None), None);
    }
}
