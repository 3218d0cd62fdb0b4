//! Which parts of a place were seen, and which were not: drafted from what was noted there and agreed at the door.

use super::Gathered;
use crate::office::on_the_day::Day;
use crate::office::words::{capital, list};
use crate::reports::Fact;
use domain::entry::Entry;
use std::collections::BTreeMap;

impl Gathered {
    /// The areas in which something was seen, and those that were not entered; nothing of what nobody wrote down, and
    /// nothing twice where the day says why.
    pub(super) fn areas(&self, day: &Day<'_>) -> Vec<Fact> {
        let (mut seen, mut not) = (BTreeMap::new(), BTreeMap::new());
        let note = |areas: &mut BTreeMap<String, String>, area: &str| {
            let area = area.trim();
            if !area.is_empty() {
                areas.entry(area.to_lowercase()).or_insert_with(|| capital(area));
            }
        };
        for entry in self.entries.values().filter_map(super::gather::Noted::standing) {
            match entry {
                Entry::Observation(seen_there) => note(&mut seen, seen_there.area.as_deref().unwrap_or_default()),
                Entry::Photo(photo) => note(&mut seen, photo.area.as_deref().unwrap_or_default()),
                Entry::Arrival(arrival) => arrival.not_entered.iter().for_each(|area| note(&mut not, area)),
                _ => {}
            }
        }
        not.retain(|area, _| !seen.contains_key(area) && !day.says_why_not(area));
        let row = |label: &str, areas: BTreeMap<String, String>| {
            let areas: Vec<String> = areas.into_values().collect();
            (!areas.is_empty()).then(|| Fact::new(label, list(&areas)))
        };
        [row("Areas seen", seen), row("Not entered", not)].into_iter().flatten().collect()
    }
}
