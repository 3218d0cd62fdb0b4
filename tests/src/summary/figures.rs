//! Figures out of the export: what the server holds, read by whoever gets the file, without knowing the server.

use crate::play::Played;
use domain::report::{Report, Stage};
use domain::scheme::Scheme;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What the export holds of one notebook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VisitFigures {
    /// Ids of all its entries.
    pub ids: BTreeSet<String>,
    /// Things seen, heard, smelt.
    pub observations: usize,
    /// Views of every consent.
    pub views: usize,
    /// Views whose words may be printed.
    pub quotable: usize,
    /// Views in confidence.
    pub in_confidence: usize,
    /// Pictures.
    pub photos: usize,
    /// The ground's letter of a refusal.
    pub ground: Option<String>,
}

/// Several visits' figures.
pub type Figures = Vec<VisitFigures>;

/// Every object below `json`, the outermost first.
fn objects<'v>(json: &'v Value, found: &mut Vec<&'v serde_json::Map<String, Value>>) {
    match json {
        Value::Object(map) => {
            found.push(map);
            map.values().for_each(|v| objects(v, found));
        }
        Value::Array(all) => all.iter().for_each(|v| objects(v, found)),
        _ => {}
    }
}

/// A field of an entry, whether it stands bare or with its name and time.
fn field<'v>(entry: &'v Value, name: &str) -> Option<&'v Value> {
    let fields = entry.get("fields").unwrap_or(entry);
    let field = fields.get(name).or_else(|| entry.get(name))?;
    let first = field.get("values").and_then(|values| values.get(0)).unwrap_or(field);
    Some(first.get("value").unwrap_or(first))
}

fn entries<'v>(export: &'v Value, notebook: &str) -> Vec<&'v Value> {
    let mut found = Vec::new();
    objects(export, &mut found);
    let of_book = |map: &&serde_json::Map<String, Value>| {
        let named = ["id", "notebook"].iter().any(|key| map.get(*key).and_then(Value::as_str) == Some(notebook));
        named && map.get("entries").is_some_and(Value::is_array)
    };
    let book = found.into_iter().find(of_book);
    book.and_then(|map| map.get("entries")).and_then(Value::as_array).into_iter().flatten().collect()
}

impl VisitFigures {
    /// Counts what `export` holds of `notebook`.
    #[must_use]
    pub fn of(export: &Value, notebook: &str) -> Self {
        let mut figures = Self::default();
        for entry in entries(export, notebook) {
            if let Some(id) = entry.get("id").and_then(Value::as_str) {
                figures.ids.insert(id.to_owned());
            }
            match entry.get("kind").and_then(Value::as_str).unwrap_or_default() {
                "observation" => figures.observations += 1,
                "photo" => figures.photos += 1,
                "view" => figures.view(entry),
                "refusal" => figures.ground = field(entry, "ground").and_then(Value::as_str).map(str::to_owned),
                _ => {}
            }
        }
        figures
    }

    fn view(&mut self, entry: &Value) {
        self.views += 1;
        let consent = field(entry, "consent").and_then(Value::as_str).unwrap_or_default();
        let flag = |name: &str| field(entry, name).and_then(Value::as_bool).unwrap_or(false);
        let by_staff = field(entry, "interpreter").and_then(Value::as_str) == Some("staff");
        let overheard = flag("others_could_hear") && !flag("released");
        self.quotable += usize::from(consent == "quote" && !by_staff && !overheard);
        self.in_confidence += usize::from(consent == "in confidence");
    }

    /// The refusal's ground with the law that the pack cites for it.
    #[must_use]
    pub fn refusal(&self, scheme: &str) -> Value {
        let Some(letter) = &self.ground else { return Value::Null };
        let ground = Scheme::embedded(scheme).and_then(|pack| pack.ground(letter));
        json!({"ground": letter, "citation": ground.map(|g| g.citation.clone())})
    }
}

/// The report as the export has it: when the provider's answer is due, by which rule, and what came of each request.
#[must_use]
pub fn report(export: &Value, id: Option<&str>, provider: Option<&str>) -> Value {
    let reports = export.get("reports").and_then(Value::as_array);
    let found = reports.into_iter().flatten().find(|r| r.get("id").and_then(Value::as_str) == id && id.is_some());
    let read = found.and_then(|r| serde_json::from_value::<Report>(r.get("report")?.clone()).ok());
    let Some(report) = read else { return Value::Null };
    let of_provider = provider.and_then(|name| report.addressee(name)).or_else(|| report.addressees().first());
    let unanswered = report.unanswered();
    let recommendations = report.words().recommendations().len();
    let stage = match report.stage() {
        Stage::Draft => "draft",
        Stage::ReadByTeam { .. } => "read by the team",
        Stage::Checked { .. } => "checked",
        Stage::WithProvider { .. } => "with the provider",
        Stage::SignedOff { .. } => "signed off",
        Stage::Sent { .. } => "sent",
        Stage::Published { .. } => "published",
    };
    let addressee = |a: &domain::report::Addressee| json!({"name": a.name, "received": a.receipt.on.to_string(), "due": a.until.to_string(), "rule": a.rule, "answered": a.is_answered()});
    json!({
        "title": report.title(),
        "stage": stage,
        "due": of_provider.map(|a| a.until.to_string()),
        "rule": of_provider.map(|a| a.rule.clone()),
        "recommendations": recommendations,
        "answered": recommendations.saturating_sub(unanswered.len()),
        "unanswered": unanswered.len(),
        "unanswered_numbers": unanswered,
        "addressees": report.addressees().iter().map(addressee).collect::<Vec<_>>(),
    })
}

/// What the export says of events: those that tablets recorded and those that the office wrote down.
#[must_use]
pub fn outreach(export: &Value, played: &Played) -> Value {
    let written = || export.get("events").and_then(Value::as_array).into_iter().flatten();
    let present = |event: &Value| event.get("present").and_then(Value::as_i64).unwrap_or(0);
    let ids: Vec<String> = played.events.iter().map(ToString::to_string).collect();
    // An event that a tablet recorded may stand in both lists; it is one event.
    let by_hand: Vec<&Value> =
        written().filter(|e| !ids.iter().any(|id| e.get("id").and_then(Value::as_str) == Some(id))).collect();
    let on_tablets: i64 = ids.iter().map(|id| about(export, id, "present")).sum();
    let views: usize = ids.iter().map(|id| VisitFigures::of(export, id).views).sum();
    let presented: i64 = by_hand.iter().map(|e| present(e)).sum();
    json!({
        "events": by_hand.len() + ids.len(),
        "people": presented + on_tablets,
        "views": views,
        "presentations": by_hand.len(),
        "presentation_people": presented,
    })
}

/// A number that a tablet stated about an event.
fn about(export: &Value, notebook: &str, key: &str) -> i64 {
    let mut found = Vec::new();
    objects(export, &mut found);
    let book =
        found.into_iter().find(|m| m.get("id").and_then(Value::as_str) == Some(notebook) && m.contains_key("about"));
    let stated = book.and_then(|m| m.get("about")?.get(key)?.get("values")?.get(0)?.get("value"));
    stated.and_then(Value::as_i64).unwrap_or(0)
}
