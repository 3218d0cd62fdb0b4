//! Declared interests, per visit and per issue, and when one stands against a visit (GR 6.2, 6.5).

use serde::{Deserialize, Serialize};

use super::{RefusedAssignment, VisitTo};

/// An interest that a person declared, in their words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interest {
    /// What they said.
    pub words: String,
    /// With whom, where they or the office named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
}

impl From<&str> for Interest {
    fn from(words: &str) -> Self {
        Self { words: words.to_owned(), party: None }
    }
}

/// Endings of a company's name that people leave out when they speak of it.
const ENDINGS: [&str; 8] = ["ltd", "limited", "plc", "llp", "cic", "inc", "uk", "group"];

impl Interest {
    /// Why this interest stands against a visit, if it does.
    ///
    /// It does when its words or its party name the place or whoever runs it, whatever the capitals. What it cannot see
    /// is an interest in another place of the same provider: there the office fills in the party.
    pub(super) fn conflict(&self, visit: &VisitTo<'_>) -> Option<RefusedAssignment> {
        let place = name_words(visit.place);
        let provider = visit.provider.map(name_words).unwrap_or_default();
        let said = words(&self.words);
        let party = self.party.as_deref().map(name_words).unwrap_or_default();
        let names = |name: &[String]| stands_in(name, &said) || stands_in(name, &party) || begins(&party, name);
        let runs_itself = provider.is_empty() || provider == place;
        if names(&provider) || (names(&place) && (runs_itself || said.iter().any(|word| word == "provider"))) {
            return Some(RefusedAssignment::InterestInProvider { words: self.words.clone() });
        }
        names(&place).then(|| RefusedAssignment::InterestInPlace { words: self.words.clone() })
    }
}

/// The words of a text in small letters, without marks.
fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .replace(['\'', '’'], "")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The words of a name without a leading *the* and the endings of companies.
fn name_words(name: &str) -> Vec<String> {
    let mut words = words(name);
    if words.len() > 1 && words.first().is_some_and(|word| word == "the") {
        words.remove(0);
    }
    while words.len() > 1 && words.last().is_some_and(|word| ENDINGS.contains(&word.as_str())) {
        words.pop();
    }
    words
}

fn stands_in(name: &[String], text: &[String]) -> bool {
    !name.is_empty() && text.windows(name.len()).any(|window| window == name)
}

fn begins(part: &[String], name: &[String]) -> bool {
    !part.is_empty() && name.starts_with(part)
}
