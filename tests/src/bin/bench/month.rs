//! Scenarios made from the example month: many visits, or one long report.

use anyhow::{Context, Result, anyhow};
use journeys::scenario::{Scenario, Vocabulary};
use serde_json::{Value, json};
use std::path::Path;

/// The example month, its files named by their whole path.
///
/// # Errors
/// It cannot be read; the bench is started in the project's root.
pub fn example() -> Result<Value> {
    let folder = std::env::current_dir()?.join("tests/examples/hazel-court");
    let mut month: Value = serde_json::from_slice(&std::fs::read(folder.join("scenario.json"))?)?;
    absolute(&mut month, &folder);
    Ok(month)
}

/// Reads a month as the rehearsal does.
///
/// # Errors
/// It is no scenario.
pub fn read(folder: &Path, month: &Value) -> Result<Scenario> {
    let file = folder.join("month.json");
    std::fs::write(&file, serde_json::to_vec(month)?)?;
    Scenario::read(&file, &Vocabulary::of_the_embedded_packs()).map_err(|refused| anyhow!("{refused}"))
}

/// Asha's first visit of the example, `n` times: who she told, and two things that she saw.
///
/// # Errors
/// As [`example`].
pub fn of(folder: &Path, n: usize) -> Result<Scenario> {
    let mut month = example()?;
    let mut visit = month.pointer("/visits/0").cloned().context("the example has a visit")?;
    let entries = visit.get_mut("entries").and_then(Value::as_array_mut).context("the visit has entries")?;
    entries.retain(|e| {
        e["by"] == "Asha Patel" && e["tablet"] == 1 && (e["kind"] == "arrival" || e["kind"] == "observation")
    });
    entries.truncate(3);
    let visit_of_hers = visit.as_object_mut().context("a visit is an object")?;
    visit_of_hers.insert("team".into(), json!(["Asha Patel"]));
    let all = month.as_object_mut().context("a scenario is an object")?;
    all.insert("visits".into(), Value::Array(vec![visit; n]));
    all.insert("outreach".into(), json!([]));
    all.insert("presentations".into(), json!([]));
    all.remove("office");
    if let Some(people) = all.get_mut("people").and_then(Value::as_array_mut) {
        people.retain(|person| person.get("expect").is_none());
    }
    if let Some(places) = all.get_mut("places").and_then(Value::as_array_mut) {
        places.truncate(1);
    }
    read(folder, &month)
}

fn absolute(value: &mut Value, beside: &Path) {
    match value {
        Value::String(text) if text.ends_with(".jpg") || text.ends_with(".csv") => {
            *text = beside.join(&*text).to_string_lossy().into_owned();
        }
        Value::Array(all) => all.iter_mut().for_each(|v| absolute(v, beside)),
        Value::Object(all) => all.values_mut().for_each(|v| absolute(v, beside)),
        _ => {}
    }
}
