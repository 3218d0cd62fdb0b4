//! What a person's words go through before they are printed: what cannot be seen is taken out, and nothing else.
//! Escaping for a format is each writer's own last step.

/// The words without characters that are not to be seen: controls, and those that turn the direction of what follows.
/// A line break stays as `\n`.
pub fn clean(words: &str) -> String {
    let lines = words.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    lines.chars().map(|c| if c == '\t' { ' ' } else { c }).filter(|c| !is_hidden(*c)).collect()
}

/// The words on one line, for a heading, a label or a cell. No-break spaces stay: they hold *9 working days* together.
pub fn one_line(words: &str) -> String {
    let cleaned = clean(words);
    let parts: Vec<&str> = cleaned.split([' ', '\n']).filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// Whether a character is taken out: C0 and C1 controls, direction overrides and isolates, byte order mark,
/// soft hyphen, tags and what Unicode says is no character.
pub fn is_hidden(c: char) -> bool {
    if c == '\n' {
        return false;
    }
    let code = u32::from(c);
    c.is_control()
        || matches!(code, 0x00AD | 0x061C | 0x200E | 0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFEFF)
        || matches!(code, 0xFDD0..=0xFDEF | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF)
        || code & 0xFFFE == 0xFFFE
}

/// Whether words begin, for their reader, at the right: their first letter decides, as `dir="auto"` has it.
pub fn is_right_to_left(words: &str) -> bool {
    words.chars().find(|c| c.is_alphabetic()).is_some_and(is_rtl_letter)
}

/// Whether a letter belongs to a script that is written from the right.
pub fn is_rtl_letter(c: char) -> bool {
    matches!(u32::from(c), 0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFE | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF)
}
