//! Words that would not be printed as they were written: characters without a glyph, and characters that nobody sees.

use super::{Findings, Severity, fonts};
use crate::reports::text::is_hidden;

impl Findings<'_> {
    /// Looks at words that stand in the place where the reader is, or in a part of it.
    pub(super) fn words(&mut self, part: &str, words: &str) {
        let mut unknown: Vec<char> = words.chars().filter(|c| !is_hidden(*c) && *c != '\t').collect();
        let hidden = words.chars().any(|c| is_hidden(c) && !matches!(c, '\r' | '\t' | '\u{AD}' | '\u{FEFF}'));
        unknown.retain(|c| {
            fonts::printable(c.encode_utf8(&mut [0; 4])).starts_with(fonts::STAND_IN) && *c != fonts::STAND_IN
        });
        unknown.sort_unstable();
        unknown.dedup();
        if unknown.is_empty() && !hidden {
            return;
        }
        if !part.is_empty() {
            self.place.push(part.to_owned());
        }
        if !unknown.is_empty() {
            let list: Vec<String> = unknown.iter().take(8).map(|c| format!("{c} (U+{:04X})", u32::from(*c))).collect();
            self.say(
                Severity::Notice,
                format!("The PDF has no letter form for {} and prints □ instead.", list.join(", ")),
                "Write it in other letters, or in words. The page and the Word file have it as written.",
            );
        }
        if hidden {
            self.say(
                Severity::Notice,
                "There are characters here that nobody can see, and that could turn words round. They are left out.",
                "Nothing need be done. Read the words once more if they came from elsewhere.",
            );
        }
        if !part.is_empty() {
            self.place.pop();
        }
    }
}
