//! `enterview due`: by which day an answer is due. No record, no network: the pack, the calendar and a day.

use super::{Data, say};
use crate::calendar;
use anyhow::bail;
use clap::{Args, ValueEnum};
use domain::clock::{Calendar, FirstDay, Unit, due};
use domain::scheme::Scheme;
use jiff::civil::Date;
use std::path::{Path, PathBuf};

/// What is asked.
#[derive(Debug, Args)]
pub(super) struct Due {
    /// A rule of the scheme: provider-report-reply
    #[arg(long, conflicts_with_all = ["days", "first_day"], required_unless_present = "days")]
    rule: Option<String>,
    /// The scheme that has the rule
    #[arg(long, default_value = "link-2008")]
    scheme: String,
    /// How many working days, when no rule is meant
    #[arg(long, requires = "first_day")]
    days: Option<u32>,
    /// Whether the day itself is day 1
    #[arg(long, value_enum)]
    first_day: Option<First>,
    /// The day it begins: 2026-12-01
    #[arg(long, value_name = "DAY")]
    on: Date,
    /// A newer list of bank holidays than the program has, as https://www.gov.uk/bank-holidays.json gives it; without
    /// it the data folder's bank-holidays.json counts, as it does for the server
    #[arg(long, value_name = "FILE")]
    calendar: Option<PathBuf>,
    #[command(flatten)]
    data: Data,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum First {
    Counts,
    DoesNotCount,
}

impl Due {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        self.lines()?.iter().for_each(|line| say(line));
        Ok(())
    }

    /// The bank holidays to go by, and which they are: the list that was given, or what a server would read in the data
    /// folder, or those of the program.
    fn calendar(&self) -> anyhow::Result<(Calendar, String)> {
        let newer = |file: &Path| format!("bank holidays: {}, over the list of this program", file.display());
        if let Some(file) = &self.calendar {
            return Ok((calendar::with_file(file)?, newer(file)));
        }
        // Without any folder there is none to read, and the question can be answered all the same.
        let own = self.data.folder().ok().map(|folder| folder.join(calendar::FILE));
        Ok(match own {
            Some(file) if file.try_exists()? => (calendar::with_file(&file)?, newer(&file)),
            _ => (Calendar::embedded().clone(), "bank holidays: the list of this program".to_owned()),
        })
    }

    /// The day first, then the working, then the list of bank holidays.
    fn lines(&self) -> anyhow::Result<Vec<String>> {
        let (calendar, list) = self.calendar()?;
        let (working, citation) = match (&self.rule, self.days, self.first_day) {
            (Some(rule), ..) => {
                let Some(scheme) = Scheme::embedded(&self.scheme) else {
                    bail!("There is no scheme called {}.", self.scheme);
                };
                let Some(clock) = scheme.clock(rule) else {
                    let known: Vec<_> = scheme.clocks.iter().map(|c| c.rule.as_str()).collect();
                    bail!("{} has no rule called {rule}. It has: {}.", self.scheme, known.join(", "));
                };
                (clock.due(self.on, &calendar)?, Some(clock.citation.clone()))
            }
            (None, Some(days), Some(first)) => {
                let first = match first {
                    First::Counts => FirstDay::Counts,
                    First::DoesNotCount => FirstDay::DoesNotCount,
                };
                (due(self.on, days, Unit::WorkingDays, first, &calendar)?, None)
            }
            _ => bail!("Give --rule, or --days with --first-day."),
        };
        let mut lines = vec![working.due.to_string()];
        lines.extend(working.lines(citation.as_deref()).into_iter().filter(|line| *line != working.due.to_string()));
        lines.push(list);
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    fn asked(rule: Option<&str>, days: Option<u32>, first_day: Option<First>, on: &str) -> Due {
        let (rule, scheme) = (rule.map(str::to_owned), "link-2008".to_owned());
        let data = Data { data: Some(PathBuf::from("no-such-folder")) };
        Due { rule, scheme, days, first_day, on: on.parse().unwrap(), calendar: None, data }
    }

    #[test]
    fn the_first_line_is_the_day_by_rule_and_by_count() {
        let by_rule = asked(Some("provider-report-reply"), None, None, "2026-12-01").lines().unwrap();
        assert_eq!(by_rule[0], "2026-12-30");
        assert!(by_rule.iter().any(|line| line.contains("Christmas")), "{by_rule:?}");
        for (first, on, day) in [
            (First::Counts, "2026-11-23", "2026-12-18"),
            (First::DoesNotCount, "2026-11-23", "2026-12-21"),
            (First::DoesNotCount, "2026-12-24", "2027-01-26"),
        ] {
            assert_eq!(asked(None, Some(20), Some(first), on).lines().unwrap()[0], day);
        }
        assert!(asked(None, Some(20), Some(First::Counts), "2034-01-02").lines().is_err());
        assert!(asked(Some("no-such-rule"), None, None, "2026-12-01").lines().is_err());
    }
}
