//! From JSON to typed things, part by part, so that every refusal can say where.

use super::check::{self, Vocabulary};
use super::entry::{KINDS, Recorded, ViewLine, What};
use super::{Outreach, Person, Place, Presentation, Scenario, Visit};
use domain::entry::View;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::fmt;
use std::path::{Path, PathBuf};

/// Why a file is not played; nothing has been started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The file.
    pub file: PathBuf,
    /// Where in it: `visits[0].entries[12] (kind view)`; empty for the file as a whole.
    pub at: String,
    /// What is not as it must be.
    pub reason: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file.display())?;
        if !self.at.is_empty() {
            write!(f, "{}: ", self.at)?;
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Refused {}

/// What every line of a visit has, whatever its kind; `expect` is for the reader of the file.
const HEAD: [&str; 5] = ["at", "tablet", "by", "kind", "expect"];

/// Reads and checks a whole file.
pub(super) fn read(file: &Path, words: &Vocabulary) -> Result<Scenario, Refused> {
    let refused = |reason: String| Refused { file: file.to_owned(), at: String::new(), reason };
    let text = std::fs::read_to_string(file).map_err(|e| refused(format!("cannot be read: {e}")))?;
    let json: Value = serde_json::from_str(&text).map_err(|e| refused(format!("is not JSON: {e}")))?;
    let Value::Object(top) = json else { return Err(refused("is not a scenario: it holds no object".into())) };
    let mut reader = Reader { file, passed_over: Vec::new() };
    let scenario = Scenario {
        file: file.to_owned(),
        organisation: reader.part("organisation", top.get("organisation"))?,
        people: reader.list::<Person>(&top, "people", true)?,
        places: reader.list::<Place>(&top, "places", false)?,
        visits: reader.each(&top, "visits", Reader::visit)?,
        outreach: reader.each(&top, "outreach", Reader::outreach)?,
        presentations: reader.list::<Presentation>(&top, "presentations", false)?,
        office: match top.get("office") {
            None | Some(Value::Null) => None,
            Some(office) => Some(reader.office(office)?),
        },
        passed_over: Vec::new(),
    };
    let mut scenario = Scenario { passed_over: reader.passed_over, ..scenario };
    check::check(&mut scenario, words)?;
    Ok(scenario)
}

struct Reader<'a> {
    file: &'a Path,
    passed_over: Vec<String>,
}

impl Reader<'_> {
    fn refused(&self, at: &str, reason: impl Into<String>) -> Refused {
        Refused { file: self.file.to_owned(), at: at.to_owned(), reason: reason.into() }
    }

    fn part<T: DeserializeOwned>(&self, at: &str, json: Option<&Value>) -> Result<T, Refused> {
        let Some(json) = json else { return Err(self.refused(at, "is missing")) };
        serde_json::from_value(json.clone()).map_err(|e| self.refused(at, plain(&e.to_string())))
    }

    fn array<'v>(&self, top: &'v Map<String, Value>, name: &str, needed: bool) -> Result<&'v [Value], Refused> {
        match top.get(name) {
            Some(Value::Array(all)) => Ok(all),
            Some(_) => Err(self.refused(name, "is not a list")),
            None if needed => Err(self.refused(name, "is missing")),
            None => Ok(&[]),
        }
    }

    fn list<T: DeserializeOwned>(&self, top: &Map<String, Value>, name: &str, needed: bool) -> Result<Vec<T>, Refused> {
        let all = self.array(top, name, needed)?;
        all.iter().enumerate().map(|(n, json)| self.part(&format!("{name}[{n}]"), Some(json))).collect()
    }

    fn each<T>(
        &mut self,
        top: &Map<String, Value>,
        name: &str,
        read: impl Fn(&mut Self, &str, &Map<String, Value>) -> Result<T, Refused>,
    ) -> Result<Vec<T>, Refused> {
        let all = self.array(top, name, false)?;
        let mut done = Vec::new();
        for (n, json) in all.iter().enumerate() {
            let at = format!("{name}[{n}]");
            let Value::Object(map) = json else { return Err(self.refused(&at, "is not an object")) };
            done.push(read(self, &at, map)?);
        }
        Ok(done)
    }

    fn field<T: DeserializeOwned>(&self, at: &str, map: &Map<String, Value>, name: &str) -> Result<T, Refused> {
        let Some(json) = map.get(name) else { return Err(self.refused(at, format!("the field `{name}` is missing"))) };
        serde_json::from_value(json.clone())
            .map_err(|e| self.refused(at, format!("the field `{name}`: {}", plain(&e.to_string()))))
    }

    fn visit(&mut self, at: &str, map: &Map<String, Value>) -> Result<Visit, Refused> {
        let mut entries = Vec::new();
        for (n, json) in self.array(map, "entries", true).map_err(|e| self.below(at, e))?.iter().enumerate() {
            entries.push(self.entry(at, n, json)?);
        }
        entries.sort_by_key(|entry| entry.at);
        Ok(Visit {
            place: self.field(at, map, "place")?,
            announcement: self.field(at, map, "announcement")?,
            purpose: self.field(at, map, "purpose")?,
            team: self.field(at, map, "team")?,
            lead: self.field(at, map, "lead")?,
            sessions: match map.get("sessions") {
                None => Vec::new(),
                Some(_) => self.field(at, map, "sessions")?,
            },
            entries,
        })
    }

    fn below(&self, at: &str, refused: Refused) -> Refused {
        self.refused(&format!("{at}.{}", refused.at), refused.reason)
    }

    fn entry(&mut self, visit: &str, line: usize, json: &Value) -> Result<Recorded, Refused> {
        let at = &format!("{visit}.entries[{line}]");
        let Value::Object(map) = json else { return Err(self.refused(at, "is not an object")) };
        let kind = match map.get("kind") {
            Some(Value::String(kind)) => kind.as_str(),
            Some(_) => return Err(self.refused(at, "the field `kind` is not a word")),
            None => return Err(self.refused(at, "the field `kind` is missing")),
        };
        let at = format!("{at} (kind {kind})");
        if !KINDS.contains(&kind) {
            return Err(self.refused(&at, format!("unknown kind `{kind}`; known are {}", KINDS.join(", "))));
        }
        let at = at.as_str();
        let recorded = Recorded {
            line,
            at: self.field(at, map, "at")?,
            tablet: self.field(at, map, "tablet")?,
            by: match (kind, map.get("by")) {
                ("sync", None) => String::new(),
                _ => self.field(at, map, "by")?,
            },
            what: self.what(at, kind, map)?,
        };
        Ok(recorded)
    }

    fn what(&mut self, at: &str, kind: &str, map: &Map<String, Value>) -> Result<What, Refused> {
        Ok(match kind {
            "arrival" => What::Arrival(self.body(at, map)?),
            "observation" => What::Observation(self.body(at, map)?),
            "view" => {
                let (view, contact) = self.view(at, map)?;
                What::View(view, contact)
            }
            "photo" => What::Photo(self.body(at, map)?),
            "summary edit" => What::SummaryEdit(self.body(at, map)?),
            "concern" => What::Concern(self.body(at, map)?),
            "refusal" => What::Refusal(self.body(at, map)?),
            "departure" => What::Departure(self.body(at, map)?),
            _ => What::Sync,
        })
    }

    fn view(&mut self, at: &str, map: &Map<String, Value>) -> Result<(View, Option<super::Contact>), Refused> {
        let line: ViewLine = self.body(at, map)?;
        line.parts().map_err(|reason| self.refused(at, reason))
    }

    /// What stands in a line besides its head; what the type does not know is noted as passed over.
    fn body<T: DeserializeOwned + Serialize>(&mut self, at: &str, map: &Map<String, Value>) -> Result<T, Refused> {
        let rest: Map<String, Value> =
            map.iter().filter(|(key, _)| !HEAD.contains(&key.as_str())).map(|(k, v)| (k.clone(), v.clone())).collect();
        let read: T = self.part(at, Some(&Value::Object(rest.clone())))?;
        let Ok(Value::Object(known)) = serde_json::to_value(&read) else { return Ok(read) };
        // A flag that is down and a list that is empty are not written back, and lose nothing.
        let empty = |json: &Value| matches!(json, Value::Null | Value::Bool(false)) || json == &Value::Array(vec![]);
        for (key, json) in &rest {
            if !known.contains_key(key) && !empty(json) {
                self.passed_over.push(format!("{at}: `{key}`"));
            }
        }
        Ok(read)
    }

    fn outreach(&mut self, at: &str, map: &Map<String, Value>) -> Result<Outreach, Refused> {
        let mut views = Vec::new();
        for (n, json) in self.array(map, "views", false).map_err(|e| self.below(at, e))?.iter().enumerate() {
            let at = format!("{at}.views[{n}]");
            let Value::Object(line) = json else { return Err(self.refused(&at, "is not an object")) };
            views.push(self.view(&at, line)?);
        }
        Ok(Outreach {
            event: self.field(at, map, "event")?,
            date: self.field(at, map, "date")?,
            method: self.field(at, map, "method")?,
            present: self.field(at, map, "present")?,
            by: self.field(at, map, "by")?,
            tablet: self.field(at, map, "tablet")?,
            views,
            equality_sheets: match map.get("equality_sheets") {
                None => Vec::new(),
                Some(_) => self.field(at, map, "equality_sheets")?,
            },
        })
    }

    fn office(&self, json: &Value) -> Result<super::Office, Refused> {
        let Value::Object(map) = json else { return Err(self.refused("office", "is not an object")) };
        for part in ["resolve", "findings", "good_practice", "recommendations", "steps"] {
            let lines = self.array(map, part, false).map_err(|e| self.below("office", e))?;
            for (n, line) in lines.iter().enumerate() {
                let at = format!("office.{part}[{n}]");
                match part {
                    "resolve" => drop(self.part::<super::Settled>(&at, Some(line))?),
                    "findings" => drop(self.part::<super::Finding>(&at, Some(line))?),
                    "good_practice" => drop(self.part::<super::Written>(&at, Some(line))?),
                    "recommendations" => drop(self.part::<super::Recommendation>(&at, Some(line))?),
                    _ => drop(self.part::<super::Dated>(&at, Some(line))?),
                }
            }
        }
        self.part("office", Some(json))
    }
}

/// serde's words in ours.
fn plain(reason: &str) -> String {
    let reason = reason.split(" at line ").next().unwrap_or(reason);
    if let Some(field) = reason.strip_prefix("missing field ") {
        return format!("the field {field} is missing");
    }
    reason.replace("unknown variant", "unknown word").replace("expected one of", "known are")
}
