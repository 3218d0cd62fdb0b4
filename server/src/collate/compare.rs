//! What changed between two versions of a report, sentence by sentence. A version holds our own sentences; of a note that
//! is printed it holds which one and a mark of its words, so that whatever is taken back is in no old version either.

use super::passages::Part;
use crate::office::form::mark;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A sentence as a version keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSentence {
    /// Where it stood: heading and side.
    pub place: String,
    /// Its key.
    pub key: String,
    /// The words of a sentence of ours; what it is, where it is a note.
    pub about: String,
    /// A mark of the words as they were printed.
    pub words: String,
    /// Whether it is a note.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub note: bool,
}

/// The sentences of a draft as a version keeps them.
#[must_use]
pub fn kept(parts: &[Part]) -> Vec<KeptSentence> {
    let mut all = Vec::new();
    for part in parts {
        for passage in &part.passages {
            let place = [part.heading.as_str(), passage.side.as_str()];
            let place: Vec<&str> = place.into_iter().filter(|words| !words.is_empty()).collect();
            all.extend(passage.sentences.iter().map(|sentence| KeptSentence {
                place: place.join(", "),
                key: sentence.key.clone(),
                about: sentence.about.clone(),
                words: mark(&sentence.words),
                note: sentence.entry.is_some(),
            }));
        }
    }
    all
}

/// One place in which something changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Where.
    pub place: String,
    /// What stood there and does not any more.
    pub gone: Vec<String>,
    /// What stands there now and did not.
    pub come: Vec<String>,
}

/// What changed from `before` to `now`, in the order of the newer.
#[must_use]
pub fn changes(before: &[KeptSentence], now: &[KeptSentence]) -> Vec<Change> {
    let key = |s: &KeptSentence| (s.key.clone(), s.words.clone());
    let (old, new): (BTreeSet<_>, BTreeSet<_>) = (before.iter().map(key).collect(), now.iter().map(key).collect());
    let mut order: Vec<&str> = Vec::new();
    let mut found: BTreeMap<&str, Change> = BTreeMap::new();
    let gone = before.iter().filter(|s| !new.contains(&key(s))).map(|s| (s, false));
    let come = now.iter().filter(|s| !old.contains(&key(s))).map(|s| (s, true));
    let places = now.iter().chain(before).map(|s| s.place.as_str());
    for (sentence, is_new) in gone.chain(come) {
        let change = found.entry(&sentence.place).or_default();
        change.place.clone_from(&sentence.place);
        let words = match (sentence.note, is_new) {
            (false, _) => sentence.about.clone(),
            (true, true) => format!("{} (a note, as it stands now)", sentence.about),
            (true, false) => format!("{} (a note, as it stood)", sentence.about),
        };
        if is_new { change.come.push(words) } else { change.gone.push(words) }
    }
    for place in places {
        if !order.contains(&place) {
            order.push(place);
        }
    }
    order.into_iter().filter_map(|place| found.remove(place)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Change, KeptSentence, changes};

    fn sentence(place: &str, about: &str, words: &str) -> KeptSentence {
        let (place, about, words) = (place.to_owned(), about.to_owned(), words.to_owned());
        KeptSentence { place, key: about.clone(), about, words, note: false }
    }

    #[test]
    fn ruth_sees_the_nine_minutes_and_nothing_else_marked() {
        let same = || sentence("Summary", "Kind people.", "1");
        let before = [same(), sentence("Finding 1", "Calls wait four minutes.", "2")];
        let now = [same(), sentence("Finding 1", "Calls wait nine minutes.", "3")];
        let expected = Change {
            place: "Finding 1".into(),
            gone: vec!["Calls wait four minutes.".into()],
            come: vec!["Calls wait nine minutes.".into()],
        };
        assert_eq!(changes(&before, &now), [expected]);
        assert!(changes(&now, &now).is_empty());
    }
}
