//! What one note becomes in print. A view is printed through `View::quotable` or not at all.

use super::{Gathered, zone};
use crate::office::form::mark;
use crate::office::notes::{may_be_evidence, pack_of};
use crate::office::words::{self, in_full, local, plain};
use crate::reports::{
    Block, Differences, Finding, How, Observation, Photo, Quotable, Quote, QuoteRun, Refusal, Run, Told,
};
use crate::store::looks::PrintedDifference;
use domain::entry::{self, Entry};
use domain::ids::PersonId;
use domain::notebook::{Field, ProjectedEntry, Spot, Stated, Value};
use domain::scheme::Scheme;

impl Gathered {
    /// One finding with what it rests on: what may be evidence still. *Not my words* counts and is not printed.
    pub(super) fn finding(&self, number: u32, finding: &crate::store::findings::Finding) -> Finding {
        let carries = |id: &&String| {
            let entry = self.entries.get(*id).and_then(super::gather::Noted::standing);
            entry.is_some_and(|entry| may_be_evidence(&entry))
        };
        let standing: Vec<&String> = finding.evidence.iter().filter(carries).collect();
        let theme = self.pack.theme(&finding.theme).map_or(finding.theme.as_str(), |t| t.label.as_str());
        let mut evidence = self.blocks_of(&finding.evidence);
        evidence.extend(self.provider_words(Some(&finding.id)));
        Finding {
            number,
            theme: words::capital(theme),
            text: finding.words.clone(),
            rests_on: u32::try_from(standing.len()).unwrap_or(u32::MAX),
            strength: (!self.as_before && !standing.is_empty()).then(|| self.strength(&standing)),
            evidence,
        }
    }

    /// What is printed of these entries, in their order.
    pub(super) fn blocks_of(&self, ids: &[String]) -> Vec<Block> {
        ids.iter().filter_map(|id| self.block(id)).collect()
    }

    pub(super) fn block(&self, id: &str) -> Option<Block> {
        let noted = self.entries.get(id)?;
        match noted.standing()? {
            Entry::Observation(o) => Some(Block::Observation(Observation {
                how: o.how.iter().map(|h| how(*h)).collect(),
                area: o.area.as_deref().map(words::capital),
                runs: vec![Run::plain(o.words)],
            })),
            Entry::View(_) => {
                // Only a view that stands, and about which nobody differs, can be quoted.
                let view = noted.read.view()?;
                let quotable = view.quotable()?;
                // So few could have said it that whoever did would be known by it.
                if self.asked_of(id).is_some_and(|asked| asked.stays_out()) {
                    return None;
                }
                let proof = Quotable::from_quotable_view(id, quotable.words());
                let speaker = self.quoted_speaker(quotable.speaker(), pack_of(&noted.read, self.pack));
                Some(Block::Quote(Quote { words: QuoteRun::new(proof), speaker: words::capital(&speaker) }))
            }
            Entry::Photo(p) => Some(Block::Photo(photo(p))),
            Entry::Refusal(r) => Some(self.refusal(&r, &noted.read)),
            Entry::Arrival(_) | Entry::Departure(_) | Entry::Count(_) => None,
        }
    }

    /// The merged kind of speaker; the manager, who agreed to be quoted, by office.
    fn quoted_speaker(&self, code: &str, pack: &Scheme) -> String {
        let alone = pack.speaker(code).and_then(|s| s.alone.clone());
        let merged = || {
            let kind = pack.printed_speaker(&self.place.kind, code);
            self.labels().get(kind).cloned().unwrap_or_else(|| kind.to_owned())
        };
        alone.unwrap_or_else(merged)
    }

    /// The notes of a no at the door that stand, in the order of print.
    pub(super) fn refused(&self) -> Vec<String> {
        let entries = self.books.iter().flat_map(|b| &b.read.entries);
        let refused = |e: &&ProjectedEntry| matches!(crate::office::notes::standing(e), Some(Entry::Refusal(_)));
        entries.filter(refused).map(|e| e.id.to_string()).collect()
    }

    /// Every refusal of this visit.
    pub(super) fn refusals(&self) -> Vec<Block> {
        self.refused().iter().filter_map(|id| self.block(id)).collect()
    }

    fn refusal(&self, refusal: &entry::Refusal, read: &ProjectedEntry) -> Block {
        let inside = self.entries.values().any(|n| matches!(n.standing(), Some(Entry::Arrival(_))));
        let ground = pack_of(read, self.pack).ground(&refusal.ground);
        let (day, time) = local(read.at, &zone());
        Block::Refusal(Refusal {
            cut_short: inside,
            ground: refusal.ground.clone(),
            ground_words: ground.map(|g| g.plain.clone()).unwrap_or_default(),
            citation: ground.map(|g| g.citation.clone()).unwrap_or_default(),
            runs: vec![Run::plain(refusal.words.clone())],
            said_by: refusal.said_by.clone(),
            when: format!("{}, {time}", in_full(day)),
        })
    }

    /// Every field in which two people's texts still stand beside each other.
    pub(super) fn differences(&self) -> Vec<Block> {
        let told = |stated: &Stated| {
            let (day, time) = local(stated.at, &zone());
            Told {
                words: value_words(&stated.value),
                by: self.names.get(&stated.by.to_string()).cloned().unwrap_or_default(),
                at: format!("{}, {time}", in_full(day)),
            }
        };
        let mut blocks = Vec::new();
        for book in &self.books {
            for (spot, field) in book.read.differences() {
                let decided = self.decided(&book.notebook, &spot, field);
                let name = match spot {
                    Spot::Summary(key) | Spot::About(key) => key,
                    // What was said in confidence, or taken back, is printed nowhere; nor is a difference about it.
                    Spot::Entry(id, key) if self.may_print(&id.to_string()) => key,
                    Spot::Entry(..) => continue,
                };
                blocks.push(Block::Differences(Differences {
                    field: words::capital(&self.field_name(&name)),
                    texts: field.values.iter().map(told).collect(),
                    printed_by_decision: decided.is_some(),
                    decided,
                }));
            }
        }
        blocks
    }

    /// What a field is called; the fact that somebody came is about them, and not about their id.
    fn field_name(&self, name: &str) -> String {
        let came = domain::on_the_day::who_came(name).and_then(|who| self.names.get(&who.to_string()));
        came.map_or_else(|| name.to_owned(), |who| format!("whether {who} came"))
    }

    /// Who decided to print exactly these texts beside each other, in words.
    fn decided(&self, notebook: &str, spot: &Spot, field: &Field) -> Option<String> {
        let (spot, seen) = (serde_json::to_string(spot).ok()?, mark(field));
        let holds = |d: &&PrintedDifference| d.notebook == notebook && d.spot == spot && d.seen == seen;
        let decided = self.printed.iter().find(holds)?;
        let ids: Vec<String> = serde_json::from_str(&decided.decided_by).ok()?;
        let names: Vec<&str> = ids.iter().filter_map(|id| self.names.get(id)).map(String::as_str).collect();
        let on = decided.decided_on.parse().ok().map(plain)?;
        Some(format!("Decided by {} on {on}.", words::list(&names)))
    }

    fn may_print(&self, id: &str) -> bool {
        let used =
            self.findings.iter().any(|f| f.evidence.iter().any(|e| e == id)) || self.practice.iter().any(|e| e == id);
        let view = matches!(self.entries.get(id).and_then(super::gather::Noted::standing), Some(Entry::View(_)) | None);
        used && !view
    }
}

/// A value as words.
#[must_use]
pub fn value_words(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Whole(number) => number.to_string(),
        Value::Flag(true) => "yes".to_owned(),
        Value::Flag(false) => "no".to_owned(),
        // A person's id is for programs; their name stands beside it where it is read.
        Value::List(words) => {
            let words: Vec<&String> = words.iter().filter(|word| word.parse::<PersonId>().is_err()).collect();
            words::list(&words)
        }
    }
}

const fn how(how: entry::How) -> How {
    match how {
        entry::How::Seen => How::Seen,
        entry::How::Heard => How::Heard,
        entry::How::Smelt => How::Smelt,
        entry::How::Told => How::Told,
        entry::How::Read => How::Read,
    }
}

fn photo(photo: entry::Photo) -> Photo {
    let covered = match photo.covered.as_slice() {
        [] => None,
        [one] => Some(format!("Covered: {one}.")),
        several => Some(format!("Covered: {}.", words::list(several))),
    };
    Photo {
        hash: photo.hash,
        width: photo.width,
        height: photo.height,
        shows: photo.shows,
        caption: photo.caption,
        covered,
        cover_confirmed: photo.nobody_recognisable,
        second_look: false,
        // Who is in view is not said in print: their name beside the picture would undo its covers.
        permission: match photo.person_said {
            Some(_) => format!("{} and of whoever is in view", photo.permission),
            None => photo.permission,
        },
    }
}
