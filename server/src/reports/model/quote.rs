//! A quote, and the proof without which it cannot be printed.
//! Who may be quoted is the domain's to say; here a proof is only carried, and lost when it was written down.

use serde::{Deserialize, Serialize};

use super::{Block, Document};

/// Proof that a person agreed to be quoted in these words.
///
/// To be made only from the domain's `QuotableView`, which `View::quotable()` gives for a view with consent *quote*
/// and for no other. Any other caller prints words that nobody agreed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotable {
    entry: String,
    words: String,
}

impl Quotable {
    /// The proof for one view: the entry's id and the words as recorded. Only for code that holds a `QuotableView`.
    pub fn from_quotable_view(entry: impl Into<String>, words: impl Into<String>) -> Self {
        Self { entry: entry.into(), words: words.into() }
    }
}

/// A person's exact words, made from a [`Quotable`] and in no other way.
///
/// Read back from a file it has lost its proof, since consent may have been withdrawn meanwhile;
/// [`Document::prove`] gives it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteRun {
    words: String,
    entry: String,
    #[serde(skip)]
    proven: bool,
}

impl QuoteRun {
    /// The quote that a proof allows.
    pub fn new(proof: Quotable) -> Self {
        Self { words: proof.words, entry: proof.entry, proven: true }
    }

    /// The words.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// The id of the view's entry.
    pub fn entry(&self) -> &str {
        &self.entry
    }

    /// Whether a proof stands behind the words now.
    pub fn is_proven(&self) -> bool {
        self.proven
    }

    /// Words that have lost their proof go with it: no page can print them by mistake.
    fn prove(&mut self, proofs: &[Quotable]) {
        self.proven = proofs.iter().any(|p| p.entry == self.entry && p.words == self.words);
        if !self.proven {
            self.words.clear();
        }
    }
}

/// A quote on the page. It has no field for a time, a floor, a room or a sex, because a quote carries none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The words with their proof.
    pub words: QuoteRun,
    /// The merged kind of speaker: *Residents and relatives*.
    pub speaker: String,
}

impl Document {
    /// Each quote's entry and words, in order, proven or not.
    #[must_use]
    pub fn quotes(&self) -> Vec<(String, String)> {
        let mut quotes = Vec::new();
        for section in &self.sections {
            quotes_of(&section.blocks, &mut quotes);
        }
        quotes
    }

    /// Holds each quote against the views that may be quoted today; one without a match has neither proof nor words afterwards.
    pub fn prove(&mut self, proofs: &[Quotable]) {
        for section in &mut self.sections {
            prove_blocks(&mut section.blocks, proofs);
        }
    }
}

fn quotes_of(blocks: &[Block], quotes: &mut Vec<(String, String)>) {
    for block in blocks {
        match block {
            Block::Quote(quote) => quotes.push((quote.words.entry.clone(), quote.words.words.clone())),
            Block::Finding(finding) => quotes_of(&finding.evidence, quotes),
            _ => {}
        }
    }
}

fn prove_blocks(blocks: &mut [Block], proofs: &[Quotable]) {
    for block in blocks {
        match block {
            Block::Quote(quote) => quote.words.prove(proofs),
            Block::Finding(finding) => prove_blocks(&mut finding.evidence, proofs),
            _ => {}
        }
    }
}
