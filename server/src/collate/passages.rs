//! The draft as those who went read it: sentence by sentence, so that each can be pointed at, and their own notes known.

use super::Gathered;
use crate::office::form::mark;
use crate::reports::{Block, How, Run};
use serde::Serialize;

/// A part of the draft under one heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its heading.
    pub heading: String,
    /// What stands there.
    pub passages: Vec<Passage>,
}

/// Something that stands together on the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Passage {
    /// What stands beside it: *Finding 2*, *We saw*, *Residents and relatives*.
    pub side: String,
    /// Whether these are words that somebody said.
    pub spoken: bool,
    /// Its sentences.
    pub sentences: Vec<Sentence>,
    /// Whose note it is (person id); none for what the office wrote.
    pub by: Option<String>,
}

impl Passage {
    /// The same as what is printed of one note: to be pointed at as a whole.
    fn of_note(mut self, (entry, by): (String, String)) -> Self {
        let words: Vec<&str> = self.sentences.iter().map(|sentence| sentence.words.as_str()).collect();
        let about = match (self.spoken, self.side.strip_prefix("Photo: ")) {
            (true, _) => format!("a quote of {}", self.side.to_lowercase()),
            (_, Some(_)) => "a photo".to_owned(),
            _ => "something that is printed from a note".to_owned(),
        };
        self.sentences =
            vec![Sentence { key: key_of(Some(&entry), ""), words: words.join(" "), about, entry: Some(entry) }];
        self.by = Some(by);
        self
    }
}

/// A sentence that somebody may point at, or a note as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sentence {
    /// Known by its words, or by the note: the same has the same key wherever it stands.
    pub key: String,
    /// The words.
    pub words: String,
    /// What is written down of it: the words, and of a note never its words.
    pub about: String,
    /// The note.
    pub entry: Option<String>,
}

impl Sentence {
    /// A sentence of ours.
    #[must_use]
    pub fn new(words: &str) -> Self {
        Self { key: key_of(None, words), words: words.to_owned(), about: words.to_owned(), entry: None }
    }
}

/// The key of what somebody pointed at.
#[must_use]
pub fn key_of(entry: Option<&str>, about: &str) -> String {
    entry.map_or_else(|| mark(&about), |entry| mark(&("note", entry)))
}

impl Gathered {
    /// The draft as it stands, in sentences.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        for section in self.written().sections {
            let heading = section.heading.clone().unwrap_or_else(|| "What we found".to_owned());
            let of_practice = section.code == "good practice";
            // Of good practice the notes that were chosen; elsewhere only a no at the door is printed by itself.
            let printed = if of_practice { self.practice.clone() } else { self.refused() };
            let mut notes = self.printed_notes(&printed).into_iter();
            let mut passages = Vec::new();
            for block in &section.blocks {
                let own = passages_of(block);
                match block {
                    Block::Finding(finding) => {
                        passages.extend(own);
                        let at = usize::try_from(finding.number).unwrap_or_default().saturating_sub(1);
                        let ids = self.findings.get(at).map(|f| f.evidence.as_slice()).unwrap_or_default();
                        passages.extend(of_notes(&finding.evidence, &mut self.printed_notes(ids).into_iter()));
                    }
                    Block::Observation(_) | Block::Quote(_) | Block::Photo(_) | Block::Refusal(_) => {
                        passages.extend(of_notes(std::slice::from_ref(block), &mut notes));
                    }
                    _ => passages.extend(own),
                }
            }
            passages.retain(|passage| !passage.sentences.is_empty());
            if !passages.is_empty() {
                parts.push(Part { heading, passages });
            }
        }
        parts
    }

    /// What is printed of these entries, in the order of print: each with who wrote it.
    fn printed_notes(&self, ids: &[String]) -> Vec<(String, String)> {
        let printed = ids.iter().filter(|id| self.block(id).is_some());
        printed.filter_map(|id| Some((id.clone(), self.entries.get(id)?.read.writer().to_string()))).collect()
    }
}

/// Passages of blocks that are printed from notes, one after the other; what no note stands behind comes as it is.
fn of_notes(blocks: &[Block], notes: &mut impl Iterator<Item = (String, String)>) -> Vec<Passage> {
    let mut passages = Vec::new();
    for block in blocks {
        let note = notes.next();
        for passage in passages_of(block) {
            passages.push(match &note {
                Some(note) => passage.of_note(note.clone()),
                None => passage,
            });
        }
    }
    passages
}

fn plain(runs: &[Run]) -> String {
    runs.iter().map(|run| run.words.as_str()).collect()
}

fn passage(side: impl Into<String>, words: &str) -> Passage {
    Passage { side: side.into(), sentences: sentences(words), ..Passage::default() }
}

/// Words that stay whole: somebody's own, or a row of facts.
fn whole(side: impl Into<String>, words: &str) -> Passage {
    let sentences = if words.trim().is_empty() { Vec::new() } else { vec![Sentence::new(words.trim())] };
    Passage { side: side.into(), sentences, ..Passage::default() }
}

/// What a block holds, without what a finding rests on.
fn passages_of(block: &Block) -> Vec<Passage> {
    match block {
        Block::Paragraph { runs } => vec![passage("", &plain(runs))],
        Block::List { items, .. } => items.iter().map(|item| whole("", &plain(item))).collect(),
        Block::Facts { rows } => rows.iter().map(|row| whole(row.label.clone(), &plain(&row.runs))).collect(),
        Block::Finding(finding) => vec![passage(format!("Finding {}", finding.number), &finding.text)],
        Block::Observation(seen) => vec![passage(how_words(&seen.how), &plain(&seen.runs))],
        Block::Quote(quote) if quote.words.is_proven() => {
            vec![Passage { spoken: true, ..whole(quote.speaker.clone(), quote.words.words()) }]
        }
        Block::Quote(_) => Vec::new(),
        Block::Photo(photo) => vec![passage(format!("Photo: {}", photo.caption), &photo.shows)],
        Block::ProviderWords(theirs) => vec![passage(theirs.label.clone(), &theirs.words)],
        // Two texts of the team: they settle these on a page of their own.
        Block::Differences(_) => Vec::new(),
        Block::Recommendations(asks) => asks
            .rows
            .iter()
            .map(|row| passage(format!("Recommendation {}, to {}", row.number, row.to), &row.text))
            .collect(),
        Block::Table(table) => table.rows.iter().map(|row| whole(table.caption.clone(), &row.join(": "))).collect(),
        Block::Refusal(refusal) => vec![passage("Not let in", &plain(&refusal.runs))],
    }
}

fn how_words(how: &[How]) -> String {
    let word = |how: &How| match how {
        How::Seen => "saw",
        How::Heard => "heard",
        How::Smelt => "smelt",
        How::Told => "were told",
        How::Read => "read",
    };
    match how {
        [] => String::new(),
        some => format!("We {}", some.iter().map(word).collect::<Vec<_>>().join(", ")),
    }
}

/// The sentences of some words: each ends where a full stop, a question or an exclamation is followed by a space.
#[must_use]
pub fn sentences(words: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    let mut sentence = String::new();
    let mut chars = words.chars().peekable();
    while let Some(c) = chars.next() {
        sentence.push(c);
        let over = matches!(c, '.' | '?' | '!' | '…') && chars.peek().is_none_or(|next| next.is_whitespace());
        if over || c == '\n' || chars.peek().is_none() {
            let whole = sentence.trim();
            if !whole.is_empty() {
                found.push(Sentence::new(whole));
            }
            sentence.clear();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::sentences;

    #[test]
    fn words_fall_into_sentences_and_no_letter_is_lost() {
        let words = "Calls wait at 10.15. Does nobody come? No…\nTwo of us heard it";
        let found: Vec<String> = sentences(words).into_iter().map(|s| s.words).collect();
        assert_eq!(found, ["Calls wait at 10.15.", "Does nobody come?", "No…", "Two of us heard it"]);
        assert!(sentences(" \n ").is_empty());
    }
}
