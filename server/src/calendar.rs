//! The bank holidays that this server goes by: those it was built with, and over them a newer list in the data folder.

use anyhow::Context as _;
use domain::clock::Calendar;
use std::path::Path;

/// The newer list's name in the data folder, as <https://www.gov.uk/bank-holidays.json> is called.
pub const FILE: &str = "bank-holidays.json";

/// What this server goes by; the list in the data folder, where there is one, stands over the built-in one.
///
/// # Errors
/// The list cannot be read: a day that a law fixes is not worked out beside it.
pub fn of_folder(data: &Path) -> anyhow::Result<Calendar> {
    let file = data.join(FILE);
    if file.try_exists().with_context(|| format!("looking for {}", file.display()))? {
        with_file(&file)
    } else {
        Ok(Calendar::embedded().clone())
    }
}

/// The built-in bank holidays with a newer list over them.
///
/// # Errors
/// The list cannot be read.
pub fn with_file(file: &Path) -> anyhow::Result<Calendar> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let later = Calendar::parse(&text).with_context(|| format!("{} is no list of bank holidays", file.display()))?;
    Ok(Calendar::embedded().with(&later))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;
    use domain::scheme::Scheme;
    use jiff::civil::date;

    #[test]
    fn a_newer_list_in_the_folder_moves_a_due_day_and_a_broken_one_stops_the_start() {
        let (data, rule) = (tempfile::tempdir().unwrap(), Scheme::embedded("link-2008").unwrap());
        let due = |calendar: &Calendar| {
            rule.clock("provider-report-reply").unwrap().due(date(2026, 12, 1), calendar).unwrap().due
        };
        assert_eq!(due(&of_folder(data.path()).unwrap()), date(2026, 12, 30));

        let built_in = include_str!("../../schemes/calendars/england-and-wales.json");
        let mut newer: serde_json::Value = serde_json::from_str(built_in).unwrap();
        let jubilee = serde_json::json!({"title": "Jubilee", "date": "2026-12-02", "notes": "", "bunting": true});
        let days = newer["england-and-wales"]["events"].as_array_mut().unwrap();
        days.push(jubilee);
        days.sort_by_key(|day| day["date"].as_str().unwrap().to_owned());
        std::fs::write(data.path().join(FILE), newer.to_string()).unwrap();
        assert_eq!(due(&of_folder(data.path()).unwrap()), date(2026, 12, 31));

        std::fs::write(data.path().join(FILE), "<html>").unwrap();
        assert!(format!("{:#}", of_folder(data.path()).unwrap_err()).contains("is no list of bank holidays"));
    }
}
