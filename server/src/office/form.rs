//! What somebody typed into a form, and what is wrong with it, each word beside its field.
//! Nothing typed is lost: a page that refuses shows it again.

use super::words::typed_day;
use jiff::civil::Date;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The fields of one form, as sent; a name may come several times.
#[derive(Clone, Debug, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
    files: BTreeMap<String, Vec<u8>>,
}

impl Form {
    /// Takes fields in the order in which they came.
    #[must_use]
    pub fn new(fields: Vec<(String, String)>, files: BTreeMap<String, Vec<u8>>) -> Self {
        Self { fields, files }
    }

    /// Reads a body of the usual kind, `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn urlencoded(body: &[u8]) -> Self {
        let pair = |piece: &[u8]| {
            let mut halves = piece.splitn(2, |b| *b == b'=');
            (decode(halves.next().unwrap_or_default()), decode(halves.next().unwrap_or_default()))
        };
        let fields = body.split(|b| *b == b'&').filter(|p| !p.is_empty()).map(pair).collect();
        Self { fields, files: BTreeMap::new() }
    }

    /// Every field as it came.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// The id that the page gave what this form makes: sent twice it makes one thing.
    #[must_use]
    pub fn once(&self) -> Option<String> {
        self.some("once").filter(|id| id.parse::<uuid::Uuid>().is_ok())
    }

    /// The first value of a name, trimmed; empty where there is none. A NUL is never let in.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        let first = self.fields.iter().find(|(n, _)| n == name).map(|(_, v)| v.trim());
        first.unwrap_or_default().replace('\0', "").replace("\r\n", "\n")
    }

    /// The first value of a name, or `None` where it is empty.
    #[must_use]
    pub fn some(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Whether the form has a field of this name, empty or not.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(n, _)| n == name)
    }

    /// Every value of a name that is not empty.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<String> {
        let of_name = self.fields.iter().filter(|(n, v)| n == name && !v.trim().is_empty());
        of_name.map(|(_, v)| v.trim().replace('\0', "")).collect()
    }

    /// The bytes of an uploaded file.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.get(name).map(Vec::as_slice)
    }

    /// A day, `None` where nothing was typed.
    ///
    /// # Errors
    /// What was typed is no day.
    pub fn day(&self, name: &str) -> Result<Option<Date>, NoDay> {
        self.some(name).map(|text| typed_day(&text).ok_or(NoDay)).transpose()
    }

    /// What was typed, by name, for showing it again.
    #[must_use]
    pub fn typed(&self) -> BTreeMap<String, Vec<String>> {
        let mut typed: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in self.fields.iter().filter(|(n, _)| n != "csrf" && !n.contains("password")) {
            typed.entry(name.clone()).or_default().push(value.clone());
        }
        typed
    }
}

fn decode(text: &[u8]) -> String {
    let hex = |b: Option<&u8>| b.and_then(|b| char::from(*b).to_digit(16));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match (first, hex(after.first()), hex(after.get(1))) {
            (b'+', _, _) => bytes.push(b' '),
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                rest = after.get(2..).unwrap_or_default();
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A mark of what stands somewhere, for a form's `seen`: another mark later means that somebody else wrote meanwhile.
#[must_use]
pub fn mark(of: &impl Serialize) -> String {
    let text = serde_json::to_vec(of).unwrap_or_default();
    hex::encode(Sha256::digest(&text)).chars().take(16).collect()
}

/// What was typed is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDay;

/// One thing that is wrong, and the field it stands beside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The id of the field on the page.
    pub field: String,
    /// What is wrong and what to do, for a person.
    pub text: String,
}

/// Everything that is wrong with a form; empty means it can be kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Problems(Vec<Problem>);

/// How many characters a field takes, by its name; one that is there several times is named `what_1`, `says_PERSON`.
/// What a person writes at length is longer than any page of a report; a name still fits its line in print.
const LENGTHS: &[(&str, usize)] = &[
    ("name", 200),
    ("role", 200),
    ("title", 200),
    ("group", 200),
    ("presented_by", 200),
    ("email", 254),
    ("phone", 60),
    ("postcode", 20),
    ("ods", 20),
    ("address", 500),
    ("contact", 1000),
    ("summary", 2000),
    ("purpose", 1000),
    ("words", 4000),
    ("notes", 4000),
    ("says", 4000),
    ("outcome", 4000),
    ("acknowledgement", 4000),
    ("what", 4000),
    ("wrong", 4000),
    ("copies", 4000),
    ("shows", 1000),
    ("known", 1000),
    ("why", 1000),
    ("reason", 1000),
    ("under", 500),
    ("password", 200),
];
/// What our own pages put into a form.
const MADE_BY_PAGES: &[&str] = &["csrf", "carried", "seen", "list", "spot"];
/// What any other field takes.
const LENGTH: usize = 2000;

/// How many characters the field `name` takes.
fn length(name: &str) -> usize {
    let of = |name: &str| LENGTHS.iter().find(|(n, _)| *n == name).map(|(_, most)| *most);
    of(name).or_else(|| of(name.split('_').next()?)).unwrap_or(LENGTH)
}

impl Problems {
    /// What is too long of what was typed: said beside its field, which still has all of it. Nothing is cut.
    #[must_use]
    pub fn of(form: &Form) -> Self {
        let mut problems = Self::default();
        for (name, value) in form.fields.iter().filter(|(name, _)| !MADE_BY_PAGES.contains(&name.as_str())) {
            let (long, most) = (value.trim().chars().count(), length(name));
            if long > most {
                problems.add(
                    name,
                    format!("This is {long} characters long, and {most} fit. Make it shorter; nothing was cut."),
                );
            }
        }
        problems
    }

    /// Says what is wrong with a field.
    pub fn add(&mut self, field: impl Into<String>, text: impl Into<String>) {
        self.0.push(Problem { field: field.into(), text: text.into() });
    }

    /// One problem alone.
    #[must_use]
    pub fn one(field: impl Into<String>, text: impl Into<String>) -> Self {
        let mut problems = Self::default();
        problems.add(field, text);
        problems
    }

    /// Whether there is nothing wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a form was drawn before somebody else changed what it writes, which is then a problem of the whole form.
    /// A form that does not say what it had before it is taken as it is.
    pub fn stale(&mut self, form: &Form, now: &str) -> bool {
        let stale = form.some("seen").is_some_and(|seen| seen != now);
        if stale {
            self.add(
                "main",
                "Somebody else changed this while you wrote. Yours is still in the form, and theirs stands below. Put in what you want of theirs, then send again.",
            );
        }
        stale
    }

    /// The words of a field that must be there.
    pub fn needed(&mut self, form: &Form, field: &str, otherwise: &str) -> String {
        let text = form.text(field);
        if text.is_empty() {
            self.add(field, otherwise);
        }
        text
    }

    /// A day that may be left out; what is no day is a problem.
    pub fn day(&mut self, form: &Form, field: &str) -> Option<Date> {
        form.day(field).unwrap_or_else(|NoDay| {
            self.add(field, format!("“{}” is not a day. Write it as 10/11/2026.", form.text(field)));
            None
        })
    }

    /// A day that must be there; `fallback` is only used when a problem was added.
    pub fn day_needed(&mut self, form: &Form, field: &str, fallback: Date) -> Date {
        let before = self.0.len();
        let day = self.day(form, field);
        if day.is_none() && self.0.len() == before {
            self.add(field, "Say on which day.");
        }
        day.unwrap_or(fallback)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_reads_as_browsers_send_it() {
        let form = Form::urlencoded(b"name=Asha+Patel&team=1&team=2&why=caf%C3%A9%0D%0Anight&odd=%zz&nul=a%00b");
        assert_eq!(form.text("name"), "Asha Patel");
        assert_eq!(form.all("team"), ["1", "2"]);
        assert_eq!(form.text("why"), "café\nnight");
        assert_eq!(form.text("odd"), "%zz");
        assert_eq!(form.text("nul"), "ab");
        assert_eq!(form.some("absent"), None);
    }

    #[test]
    fn what_is_too_long_is_said_beside_its_field_and_nothing_is_cut() {
        let form = Form::new(
            vec![
                ("name".into(), "é".repeat(200)),
                ("title".into(), "a".repeat(201)),
                ("what_3".into(), "b".repeat(4001)),
                ("anything".into(), "c".repeat(2001)),
                ("seen".into(), "d".repeat(9000)),
            ],
            BTreeMap::new(),
        );
        let problems = Problems::of(&form);
        assert_eq!(problems.0.iter().map(|p| p.field.as_str()).collect::<Vec<_>>(), ["title", "what_3", "anything"]);
        assert_eq!(form.text("what_3").len(), 4001);
        assert_eq!(Problems::of(&Form::default()), Problems::default());
    }

    #[test]
    fn what_is_wrong_stands_beside_its_field() {
        let form = Form::urlencoded(b"on=tomorrow");
        let mut problems = Problems::default();
        problems.needed(&form, "name", "Say who.");
        problems.day(&form, "on");
        assert_eq!(problems.0.iter().map(|p| p.field.as_str()).collect::<Vec<_>>(), ["name", "on"]);
    }
}
