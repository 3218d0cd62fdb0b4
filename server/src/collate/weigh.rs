//! What has to be weighed in the words themselves, and that nobody sees in print alone: why a remark is not quoted, who in
//! that building could have said a quote, names, and somebody's own words in a text of ours. `reports::check` asks the rest.

use super::Gathered;
use super::gather::Noted;
use crate::office::form::mark;
use crate::office::notes::pack_of;
use crate::office::words::{capital, counted};
use crate::reports::{Block, Problem, Severity};
use crate::store::findings::numbered;
use domain::entry::{Consent, Entry, Interpreter, View};
use std::collections::{BTreeMap, BTreeSet};

/// Fewer than these may be known by what they say.
pub const FEW: i64 = 3;
/// So many words in a row are nobody's by chance.
const RUN: usize = 5;

/// A quote of which it is asked who could have said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// How many of this kind spoke to us.
    pub spoke: usize,
    /// The kind, as it is printed.
    pub kind: String,
    /// A mark of what is weighed: these words, this kind, so many who spoke.
    pub seen: String,
    /// How many people could have said it, as somebody answered; none while nobody has, or about something else.
    pub people: Option<i64>,
}

impl Asked {
    /// Whether somebody said that so few could have said it that the words stay out.
    #[must_use]
    pub fn stays_out(&self) -> bool {
        self.people.is_some_and(|people| people < FEW)
    }
}

/// A note that carries a finding and whose words are not printed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// The entry.
    pub entry: String,
    /// Why, in a sentence.
    pub why: &'static str,
    /// Whether an officer may let it go.
    pub waits: bool,
}

impl Gathered {
    /// What is asked of a quote; nothing where enough of that kind spoke and none of them works there.
    #[must_use]
    pub fn asked_of(&self, id: &str) -> Option<Asked> {
        let noted = self.entries.get(id)?;
        let quotable = noted.read.view()?.quotable()?;
        let pack = pack_of(&noted.read, self.pack);
        let speaker = pack.speaker(quotable.speaker());
        // The manager, who agreed, is named by office: nobody is guessed at.
        if speaker.is_some_and(|speaker| speaker.alone.is_some()) {
            return None;
        }
        let place = &self.place.kind;
        let kind = pack.printed_speaker(place, quotable.speaker());
        let works_there = pack.speaker("staff").is_some() && pack.printed_speaker(place, "staff") == kind;
        let spoke = self.kinds().get(kind).copied().unwrap_or_default();
        if !works_there && i64::try_from(spoke).unwrap_or(i64::MAX) >= FEW {
            return None;
        }
        let seen = mark(&(quotable.words(), kind, spoke));
        let said = self.could.get(id).filter(|said| said.seen == seen);
        Some(Asked { spoke, kind: kind.to_owned(), people: said.map(|said| said.people), seen })
    }

    /// The notes of a finding, or of good practice, that count and whose words are not printed.
    #[must_use]
    pub fn withheld(&self, ids: &[String]) -> Vec<Withheld> {
        ids.iter().filter_map(|id| self.why_not_quoted(id)).collect()
    }

    fn why_not_quoted(&self, id: &str) -> Option<Withheld> {
        let withheld = |why, waits| Some(Withheld { entry: id.to_owned(), why, waits });
        let Some(noted) = self.entries.get(id) else {
            return withheld("It was taken out of the record: it carries nothing any more.", false);
        };
        let Some(entry) = noted.standing() else {
            return withheld("Whoever wrote it withdrew it: it carries nothing any more.", false);
        };
        let Entry::View(view) = entry else { return None };
        if noted.read.view().is_none() {
            return withheld("Two people wrote it differently, and it is not settled.", false);
        }
        match view.consent {
            Consent::Quote if view.interpreter == Some(Interpreter::Staff) => {
                withheld("Staff of the place interpreted: it is never quoted.", false)
            }
            Consent::Quote if view.others_could_hear && !view.released => {
                withheld("Others could hear it: it waits for an officer’s yes.", true)
            }
            Consent::Quote if self.asked_of(id).is_some_and(|asked| asked.stays_out()) => {
                withheld("So few people could have said it that its words stay out.", false)
            }
            Consent::Quote => None,
            Consent::NotMyWords => withheld("They let us use it, and not their words.", false),
            Consent::InConfidence => withheld("It was said in confidence: it carries nothing.", false),
            Consent::No | Consent::CouldNotSay => withheld("They did not let us keep it.", false),
        }
    }

    /// Everything that is to be weighed, in the order of the report.
    #[must_use]
    pub fn weighed(&self) -> Vec<Problem> {
        let mut problems = self.notes_weighed();
        problems.extend(self.names_weighed());
        problems.extend(self.typed_weighed());
        problems
    }

    fn notes_weighed(&self) -> Vec<Problem> {
        let findings = numbered(&self.findings).map(|(n, finding)| (format!("Finding {n}"), &finding.evidence));
        let mut problems = Vec::new();
        for (where_, ids) in findings.chain([("Good practice".to_owned(), &self.practice)]) {
            for id in ids.iter().filter(|id| self.block(id).is_some()) {
                let Some(Asked { spoke, kind, people: None, .. }) = self.asked_of(id) else { continue };
                problems.push(Problem {
                    severity: Severity::StopsSending,
                    where_: format!("{where_}, quote of {kind}"),
                    what: format!(
                        "Who in this building could have said this? {} to us.",
                        capital(&counted(spoke, "remark of this kind came", "remarks of this kind came"))
                    ),
                    do_: "Say beside the quote how many could have. Below three, its words stay out.".to_owned(),
                });
            }
            for withheld in self.withheld(ids) {
                problems.push(Problem {
                    severity: Severity::Notice,
                    where_: where_.clone(),
                    what: format!("A remark is not quoted. {}", withheld.why),
                    do_: if withheld.waits {
                        "Read it and decide, on the page of notes.".to_owned()
                    } else {
                        "Nothing need be done.".to_owned()
                    },
                });
            }
        }
        problems
    }

    /// Names that are not to be printed, wherever they stand; and what looks like one.
    fn names_weighed(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let title =
            [self.title.as_str(), &self.visit.purpose].map(|words| ("The title page".to_owned(), words.to_owned()));
        let parts = self.parts();
        let passages = parts.iter().flat_map(|part| part.passages.iter().map(move |passage| (part, passage)));
        let printed = passages.map(|(part, passage)| {
            let words: Vec<&str> = passage.sentences.iter().map(|sentence| sentence.words.as_str()).collect();
            let side = if passage.side.is_empty() { String::new() } else { format!(", {}", passage.side) };
            (format!("{}{side}", part.heading), format!("{} {}", passage.side, words.join(" ")))
        });
        for (where_, words) in title.into_iter().chain(printed).chain(self.printed_beside()) {
            let said = name_words(&words);
            for kept in self.kept_names.iter().filter(|kept| stands_in(&name_words(kept), &said)) {
                problems.push(Problem {
                    severity: Severity::StopsSending,
                    where_: where_.clone(),
                    what: format!("“{kept}” stands here, and did not agree to be named."),
                    do_: "Write it without the name, or take it off the list of names if they agreed.".to_owned(),
                });
            }
            for name in titled(&words) {
                let known = self.kept_names.iter().any(|kept| stands_in(&name_words(kept), &name_words(&name)));
                let ours =
                    self.team.iter().any(|member| name.ends_with(member.name.split(' ').next_back().unwrap_or("\n")));
                if !known && !ours {
                    problems.push(Problem {
                        severity: Severity::Notice,
                        where_: where_.clone(),
                        what: format!("“{name}” looks like somebody’s name."),
                        do_: "Leave it only if they agreed. Otherwise write what they are there.".to_owned(),
                    });
                }
            }
        }
        problems
    }

    /// What is printed and is no passage that anybody reads as a sentence: who allowed a photo, who said no at the door, and
    /// two texts of which both are printed.
    fn printed_beside(&self) -> Vec<(String, String)> {
        let sections = self.written().sections;
        let blocks = sections.iter().flat_map(|section| &section.blocks);
        let within = blocks.flat_map(|block| match block {
            Block::Finding(finding) => finding.evidence.iter().collect(),
            block => vec![block],
        });
        let mut beside = Vec::new();
        for block in within {
            match block {
                Block::Photo(photo) => beside.push(("Who allowed a photo".to_owned(), photo.permission.clone())),
                Block::Refusal(refusal) => beside.push(("Who did not let us in".to_owned(), refusal.said_by.clone())),
                Block::Differences(two) => {
                    beside.extend(two.texts.iter().map(|text| (two.field.clone(), text.words.clone())));
                }
                _ => {}
            }
        }
        beside
    }

    /// What somebody said and did not let us print, word for word in a text of ours.
    fn typed_weighed(&self) -> Vec<Problem> {
        let kept: BTreeMap<String, &Noted> = self
            .entries
            .iter()
            .filter(|(id, noted)| self.may_not_be_printed(id, noted))
            .flat_map(|(_, noted)| runs(&view_words(noted)).into_iter().map(move |run| (run, noted)))
            .collect();
        let findings = numbered(&self.findings).map(|(n, f)| (format!("Finding {n}"), f.words.as_str()));
        let asks = numbered(&self.asks).map(|(n, r)| (format!("Recommendation {n}"), r.words.as_str()));
        let typed = [
            ("What we found".to_owned(), self.typed.summary.as_str()),
            ("How to reach us".to_owned(), self.typed.contact.as_str()),
            ("The title".to_owned(), self.title.as_str()),
            ("The purpose".to_owned(), self.visit.purpose.as_str()),
        ];
        let mut problems = Vec::new();
        for (where_, words) in findings.chain(asks).chain(typed) {
            let Some((run, _)) = runs(words).into_iter().find_map(|run| kept.get_key_value(&run)) else { continue };
            problems.push(Problem {
                severity: Severity::StopsSending,
                where_,
                what: format!("“… {run} …” are somebody’s own words, and they did not let us print them."),
                do_: "Say it in other words, or take it out.".to_owned(),
            });
        }
        problems
    }

    fn may_not_be_printed(&self, id: &str, noted: &Noted) -> bool {
        let quotable = noted.read.view().and_then(|view| view.quotable()).is_some();
        !quotable || self.asked_of(id).is_some_and(|asked| asked.stays_out())
    }

    /// How strong a finding is: how many notes of which kinds, by how many of us, in how many places. Never how many people
    /// think so: a remark is somebody's, and nobody counted who.
    pub(super) fn strength(&self, ids: &[&String]) -> String {
        let notes: Vec<&Noted> = ids.iter().filter_map(|id| self.entries.get(*id)).collect();
        let labels = self.labels();
        let mut seen = 0;
        let mut said: BTreeMap<String, usize> = BTreeMap::new();
        let (mut by, mut places) = (BTreeSet::new(), BTreeSet::new());
        for noted in notes {
            by.insert(noted.read.writer().to_string());
            let area = match noted.standing() {
                Some(Entry::View(view)) => {
                    let pack = pack_of(&noted.read, self.pack);
                    let alone = pack.speaker(&view.speaker).and_then(|speaker| speaker.alone.as_deref());
                    let kind = pack.printed_speaker(&self.place.kind, &view.speaker);
                    let merged = labels.get(kind).map_or(kind, String::as_str);
                    let label = alone.filter(|_| view.quotable().is_some()).unwrap_or(merged);
                    *said.entry(label.to_owned()).or_default() += 1;
                    view.area
                }
                Some(Entry::Observation(seen_there)) => {
                    seen += 1;
                    seen_there.area
                }
                Some(Entry::Photo(photo)) => {
                    seen += 1;
                    photo.area
                }
                _ => {
                    seen += 1;
                    None
                }
            };
            places.extend(area.map(|area| area.trim().to_lowercase()));
        }
        let mut kinds = Vec::new();
        if seen > 0 {
            kinds.push(format!("{seen} seen or heard"));
        }
        kinds.extend(said.iter().map(|(kind, n)| format!("{} of {kind}", counted(*n, "remark", "remarks"))));
        let of_us = format!("Noted by {} of us", by.len());
        let where_ = if places.is_empty() {
            String::new()
        } else {
            format!(", in {}", counted(places.len(), "place", "places"))
        };
        format!("{}. {of_us}{where_}.", capital(&kinds.join(", ")))
    }

    /// How many remarks of each printed kind of speaker, in confidence left out; not merged any further.
    pub(super) fn kinds(&self) -> BTreeMap<String, usize> {
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        for (view, pack) in self.views().filter(|(view, _)| view.consent != Consent::InConfidence) {
            *kinds.entry(pack.printed_speaker(&self.place.kind, &view.speaker).to_owned()).or_default() += 1;
        }
        kinds
    }

    /// What each printed kind is called in this report: all by one name where one of them could be one person.
    pub(super) fn labels(&self) -> BTreeMap<String, String> {
        let kinds = self.kinds();
        let one_could_be_known = kinds.len() > 1 && kinds.values().any(|n| *n == 1);
        let label = |kind: String| match one_could_be_known && !self.as_before {
            true => (kind, self.pack.report.everybody.clone()),
            false => (kind.clone(), kind),
        };
        kinds.into_keys().map(label).collect()
    }
}

fn view_words(noted: &Noted) -> String {
    let view: Option<View> = noted.standing().and_then(|entry| match entry {
        Entry::View(view) => Some(view),
        _ => None,
    });
    view.map(|view| view.words).unwrap_or_default()
}

/// The words of a text in small letters, without marks; an apostrophe inside a word is one sign, however it was typed.
fn name_words(text: &str) -> Vec<String> {
    let letters = |c: char| !c.is_alphanumeric() && c != '\'';
    let text = text.to_lowercase().replace(['’', '‘', 'ʼ'], "'");
    text.split(letters).map(|word| word.trim_matches('\'')).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Every run of so many words in a row.
fn runs(text: &str) -> Vec<String> {
    name_words(text).windows(RUN).map(|run| run.join(" ")).collect()
}

/// Whether a name stands in a text, also where something is theirs: *Whitlock's*.
fn stands_in(name: &[String], text: &[String]) -> bool {
    let same = |(name, word): (&String, &String)| word == name || word.strip_suffix("'s") == Some(name.as_str());
    !name.is_empty() && text.windows(name.len()).any(|window| name.iter().zip(window).all(same))
}

/// What looks like a name: a title and a word that begins large.
fn titled(text: &str) -> Vec<String> {
    const TITLES: [&str; 9] = ["Mr", "Mrs", "Ms", "Miss", "Dr", "Nurse", "Sister", "Matron", "Auntie"];
    let words: Vec<&str> = text.split_whitespace().collect();
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let pair = |two: &[&str]| match two {
        [title, name] if TITLES.contains(&title.trim_end_matches('.')) => {
            let name = bare(name);
            name.chars().next().is_some_and(char::is_uppercase).then(|| format!("{title} {name}"))
        }
        _ => None,
    };
    words.windows(2).filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::{name_words, runs, stands_in, titled};

    #[test]
    fn a_name_is_found_however_its_apostrophe_is_typed_and_whatever_is_theirs() {
        let stands = |name: &str, text: &str| stands_in(&name_words(name), &name_words(text));
        for (name, text) in [
            ("Whitlock", "Mrs Whitlock’s room was cold."),
            ("Whitlock", "One of them, ‘Whitlock’, said so."),
            ("O'Brien", "We met Nora O’Brien there."),
            ("Nora O’Brien", "Nora O'Brien's tea"),
        ] {
            assert!(stands(name, text), "{name} in {text}");
        }
        assert!(!stands("Whit", "Whitlock's room"));
    }

    #[test]
    fn five_words_in_a_row_are_somebodys_and_a_title_before_a_name_is_seen() {
        assert_eq!(runs("They shout at night."), [""; 0]);
        assert_eq!(runs("They shout at night, always!"), ["they shout at night always"]);
        assert_eq!(titled("Ask Mrs. Whitlock or the nurse, Dr Okoye; not a Miss"), ["Mrs. Whitlock", "Dr Okoye"]);
    }
}
