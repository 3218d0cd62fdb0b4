//! Texts with a shape (JSON, CSV), bent: bytes anywhere, numbers that cannot be, pieces of it elsewhere, brackets
//! without an end.

use super::Chance;

/// What makes readers of texts stumble.
const PIECES: [&str; 22] = [
    "null",
    "true",
    "-1",
    "1e999",
    "18446744073709551616",
    "\"\"",
    "{}",
    "[]",
    "\\u0000",
    "\\ud800",
    "\u{202e}",
    "\u{0}",
    ",,",
    "\"\"\"",
    "\r\n",
    "=1+1",
    "9999-12-31",
    "0000-00-00",
    "2026-02-30",
    "24:61",
    "{\"a\":",
    "[[[[[[[[[[[[",
];

/// A text like `seed`, bent; bytes that may be no text at all.
#[must_use]
pub fn bent(seed: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len() + 1);
        match chance.below(6) {
            0 => {
                let piece = chance.of(&PIECES).copied().unwrap_or_default();
                bytes.splice(at..at, piece.bytes());
            }
            1 => replace_number(&mut bytes, at, chance),
            2 => {
                let length = 1 + chance.below(60);
                let from = chance.below(bytes.len() + 1);
                let piece = bytes.get(from..(from + length).min(bytes.len())).unwrap_or_default().to_vec();
                bytes.splice(at..at, piece);
            }
            3 if chance.once_in(20) => {
                let deep = chance.of(&["[", "{\"a\":", "\"", ","]).copied().unwrap_or_default().repeat(4_000);
                bytes.splice(at..at, deep.into_bytes());
            }
            _ => chance.bend(&mut bytes),
        }
    }
    bytes
}

/// Puts another number in the place of the next one from `at` on.
fn replace_number(bytes: &mut Vec<u8>, at: usize, chance: &mut Chance) {
    let rest = bytes.get(at..).unwrap_or_default();
    let Some(begin) = rest.iter().position(u8::is_ascii_digit) else { return };
    let length = rest.iter().skip(begin).take_while(|byte| byte.is_ascii_digit()).count();
    let number = chance.number(7).to_string();
    bytes.splice(at + begin..at + begin + length, number.into_bytes());
}
