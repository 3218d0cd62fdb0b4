//! Scenarios made from the example month.

use anyhow::{Result, anyhow};
use journeys::scenario::{Scenario, Vocabulary};
use serde_json::Value;
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
