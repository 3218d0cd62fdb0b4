//! What a visit's notebooks say of the day itself, in words: for the visit's page, and, without what is the host's own
//! business, for the report. No rule lives here; `domain::on_the_day` reads it.

use super::notes::Notes;
use super::words::{capital, list, local, plain};
use domain::ids::PersonId;
use domain::on_the_day::{Came, OnTheDay, Said, Stay};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

const fn dash(words: &str) -> &str {
    if words.is_empty() { "–" } else { words }
}

/// A heading and what stands beside it.
pub type Fact = (String, String);

/// The day of a visit, with the names of people.
pub struct Day<'n> {
    days: Vec<OnTheDay>,
    names: &'n BTreeMap<String, String>,
    zone: TimeZone,
}

impl<'n> Day<'n> {
    /// Of these notebooks.
    #[must_use]
    pub fn of(books: &[Notes], names: &'n BTreeMap<String, String>, zone: TimeZone) -> Self {
        Self { days: books.iter().map(|book| OnTheDay::read(&book.read)).collect(), names, zone }
    }

    /// Everything, for the office.
    #[must_use]
    pub fn for_the_office(&self) -> Vec<Fact> {
        let outside = self.days.iter().flat_map(|day| &day.joined).filter_map(|joined| match &joined.came {
            Came::Outside { why } => Some(format!("{}: {why}", self.name(joined.person))),
            Came::Added => None,
        });
        let mut facts = self.facts(outside.collect::<Vec<_>>().join("; "), true);
        let ways = self.days.iter().flat_map(|day| &day.travel);
        let ways = ways
            .map(|way| format!("{}: miles {}, hours {}", self.name(way.person), dash(&way.miles), dash(&way.hours)));
        let ways = ways.collect::<Vec<_>>().join("; ");
        if !ways.is_empty() {
            facts.push(("Mileage and hours".to_owned(), ways));
        }
        facts
    }

    /// What a report prints: who waited outside and who led from when, and not why; people write illness there, and that is
    /// between them and the host.
    #[must_use]
    pub fn for_the_report(&self) -> Vec<Fact> {
        let outside = self.days.iter().flat_map(|day| &day.joined).filter(|joined| joined.came != Came::Added);
        let names: Vec<String> = outside.map(|joined| self.name(joined.person)).collect();
        self.facts(list(&names), false)
    }

    /// Whether somebody wrote down why an area, in small letters, was not seen.
    pub(crate) fn says_why_not(&self, area: &str) -> bool {
        self.days.iter().flat_map(|day| day.not_seen.keys()).any(|other| other.to_lowercase() == area)
    }

    fn facts(&self, outside: String, with_reasons: bool) -> Vec<Fact> {
        let mut facts: Vec<Fact> = Vec::new();
        let mut put = |heading: &str, words: String| {
            if !words.is_empty() {
                facts.push((heading.to_owned(), words));
            }
        };
        let stays: Vec<&Stay> = self.days.iter().flat_map(|day| &day.stays).collect();
        put("There", stays.iter().map(|stay| self.stay(stay, &stays)).collect::<Vec<_>>().join("; "));
        for led in self.days.iter().flat_map(|day| &day.leads) {
            let from = local(led.at, &self.zone).1;
            let name = self.name(led.person);
            let said = if with_reasons { format!("{name}: {}", led.why) } else { name };
            put(&format!("Lead from {from}"), said);
        }
        let added: Vec<String> = self.days.iter().flat_map(OnTheDay::added).map(|who| self.name(who)).collect();
        put("Added on the day", list(&added));
        put("Waited outside", outside);
        let not_seen = self.days.iter().flat_map(|day| &day.not_seen);
        put(
            "Not seen",
            not_seen.map(|(area, said)| format!("{} ({})", capital(area), said.words)).collect::<Vec<_>>().join("; "),
        );
        for said in self.days.iter().filter_map(|day| day.no_photos.as_ref()) {
            put("Photos", self.no_photos(said));
        }
        facts
    }

    /// A plain fact, and no reproach: whoever asks for no photos is within their right.
    fn no_photos(&self, said: &Said) -> String {
        format!("None from {} on, as we were asked ({}).", local(said.at, &self.zone).1, said.words)
    }

    fn stay(&self, stay: &Stay, all: &[&Stay]) -> String {
        let ((day, from), until) = (local(stay.from, &self.zone), stay.until.map(|at| local(at, &self.zone)));
        let one_day = all.iter().all(|other| local(other.from, &self.zone).0 == day);
        let on = if one_day { String::new() } else { format!("{}, ", plain(day)) };
        match until {
            Some((_, until)) => format!("{}, {on}{from} to {until}", self.name(stay.person)),
            None => format!("{}, {on}from {from}", self.name(stay.person)),
        }
    }

    fn name(&self, who: PersonId) -> String {
        self.names.get(&who.to_string()).cloned().unwrap_or_else(|| "somebody who is not here any more".to_owned())
    }
}
