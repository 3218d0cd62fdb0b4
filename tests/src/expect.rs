//! What every summary must show, and what its own scenario expects of it.

use anyhow::Result;
use serde_json::Value;
use std::path::Path;

/// Every line of `summary` that is not as it must be.
///
/// # Errors
/// An output that cannot be read.
pub fn wrong(scenario: &Value, summary: &Value, out: &Path) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for visit in summary["visits"].as_array().into_iter().flatten() {
        for (key, must) in [("lost", 0), ("concerns_in_outputs", 0)] {
            same(&mut wrong, &format!("{}: {key}", visit["place"]), &visit[key], &must.into());
        }
    }
    counts(scenario, summary, &mut wrong);
    assignments(scenario, summary, &mut wrong);
    let report = out.join("report.html");
    let report = if report.exists() { printed(&std::fs::read_to_string(report)?) } else { String::new() };
    office(scenario, summary, &report, &mut wrong);
    quotes(scenario, &report, &mut wrong);
    let log = out.join("server.log");
    if log.exists() {
        words_in_the_log(scenario, &std::fs::read_to_string(log)?, &mut wrong);
    }
    Ok(wrong)
}

fn same(wrong: &mut Vec<String>, what: &str, is: &Value, must: &Value) {
    if is != must {
        wrong.push(format!("{what} is {is}, expected {must}"));
    }
}

/// The counts under `expect`, by a place's name written small with underscores.
fn counts(scenario: &Value, summary: &Value, wrong: &mut Vec<String>) {
    for visit in summary["visits"].as_array().into_iter().flatten() {
        let key = visit["place"].as_str().unwrap_or_default().to_lowercase().replace(' ', "_");
        for (count, must) in scenario["expect"].get(&key).and_then(Value::as_object).into_iter().flatten() {
            same(wrong, &format!("{}: {count}", visit["place"]), visit.get(count).unwrap_or(&Value::Null), must);
        }
    }
    for key in ["presentations", "presentation_people"] {
        if let Some(must) = scenario["expect"].get(key) {
            same(wrong, key, summary["outreach"].get(key).unwrap_or(&Value::Null), must);
        }
    }
}

/// Everybody with an `expect` was put forward and refused, with a reason.
fn assignments(scenario: &Value, summary: &Value, wrong: &mut Vec<String>) {
    let refused = summary["refused_assignments"].as_array().cloned().unwrap_or_default();
    for person in scenario["people"].as_array().into_iter().flatten().filter(|p| p.get("expect").is_some()) {
        let line = refused.iter().find(|r| r["person"] == person["name"]);
        let must = person["expect"].as_str().unwrap_or_default();
        let must = must.split_once("refused: ").map_or("", |(_, why)| why);
        let says = |r: &Value| r["reason"].as_str().is_some_and(|why| !why.is_empty() && why.contains(must));
        if !line.is_some_and(says) {
            wrong.push(format!("{} was not refused: {}", person["name"], person["expect"]));
        }
    }
}

fn office(scenario: &Value, summary: &Value, printed: &str, wrong: &mut Vec<String>) {
    let office = &scenario["office"];
    if office.is_null() {
        return;
    }
    let report = &summary["report"];
    let asked = office["recommendations"].as_array().map_or(0, Vec::len);
    same(wrong, "recommendations", &report["recommendations"], &asked.into());
    let steps = || office["steps"].as_array().into_iter().flatten();
    let answered: usize =
        steps().filter(|s| s["do"] == "reply").map(|s| s["answers"].as_array().map_or(0, Vec::len)).sum();
    same(wrong, "answered", &report["answered"], &answered.into());
    same(wrong, "unanswered", &report["unanswered"], &(asked - answered.min(asked)).into());
    if answered < asked && steps().any(|s| s["do"] == "no reply") && !printed.contains("No answer by") {
        wrong.push("the report does not say that an answer never came".into());
    }
    if let Some(last) = steps().next_back() {
        same(wrong, "stage", &report["stage"], &last["do"]);
    }
    let due = steps().find_map(|s| s["expect_due"].get("first_day_counts"));
    if let Some(due) = due {
        same(wrong, "due", &report["due"], due);
    }
    let fields = |settled: &Value| settled["field"].clone();
    let settled: Vec<Value> = office["resolve"].as_array().into_iter().flatten().map(fields).collect();
    let shown: u64 =
        summary["visits"].as_array().into_iter().flatten().filter_map(|v| v["conflicts_shown"].as_u64()).sum();
    if shown < settled.len() as u64 {
        wrong.push(format!("{shown} difference(s) were shown, and {} were settled", settled.len()));
    }
}

/// The words of a page, without what marks them up.
fn printed(html: &str) -> String {
    let text = scraper::Html::parse_document(html).root_element().text().collect::<Vec<_>>().join(" ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// No view's words stand in the report but those with consent to quote.
fn quotes(scenario: &Value, printed: &str, wrong: &mut Vec<String>) {
    let visits = scenario["visits"].as_array().into_iter().flatten();
    let lines = visits.flat_map(|v| v["entries"].as_array().into_iter().flatten());
    for line in lines.filter(|l| l["kind"] == "view" && l["consent"] != "quote") {
        let words = line["words"].as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        if words.len() > 12 && printed.contains(&words) {
            wrong.push(format!("the report prints words without consent to quote: {words}"));
        }
    }
}

/// Fields of a scenario in which somebody's words or names stand.
const WORDS: [&str; 14] = [
    "name",
    "words",
    "caption",
    "shows",
    "told",
    "said_by",
    "feedback",
    "about",
    "how",
    "wants",
    "permission",
    "text",
    "purpose",
    "address",
];

/// The server's log knows nobody's words and nobody's name: ids and counts only.
fn words_in_the_log(scenario: &Value, log: &str, wrong: &mut Vec<String>) {
    let log = log.to_lowercase();
    let mut all = Vec::new();
    // Its `office` holds the day's plan in our own words; `expect` and `organisation` are nobody's.
    for part in ["people", "visits", "outreach", "presentations"] {
        gather(&scenario[part], &mut all);
    }
    all.sort_unstable();
    all.dedup();
    for words in all.iter().filter(|words| words.chars().count() >= 8 && log.contains(&words.to_lowercase())) {
        wrong.push(format!("the server's log holds the words `{words}`"));
    }
}

fn gather(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| gather(value, all)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str().filter(|_| WORDS.contains(&name.as_str())) {
                    Some(words) => all.push(words.to_owned()),
                    None => gather(value, all),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::HAZEL_COURT;

    #[test]
    fn a_log_that_repeats_somebodys_words_or_name_is_named() {
        let mut wrong = Vec::new();
        let scenario = serde_json::from_str(HAZEL_COURT).unwrap_or_default();
        words_in_the_log(&scenario, "INFO changes were refused device=0191 count=3 care home\n", &mut wrong);
        assert_eq!(wrong, Vec::<String>::new());
        words_in_the_log(&scenario, "WARN level threshold. is held\nINFO signed in name=Priya Nair\n", &mut wrong);
        assert_eq!(wrong.len(), 2, "{wrong:?}");
    }
}
