//! Whether a concern's words stand in any output: every file is searched, in whatever it is packed.

use crate::scenario::{Visit, What};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The words of each concern of a visit, and about whom it is.
#[must_use]
pub fn concerns_of(visit: &Visit) -> Vec<Vec<String>> {
    let concerns = visit.entries.iter().filter_map(|line| match &line.what {
        What::Concern(concern) => Some(vec![concern.words.clone(), concern.about.clone(), concern.told.clone()]),
        _ => None,
    });
    concerns.collect()
}

/// How many of the outputs in `out` hold a piece of a concern: five words of it in a row, or all where it is shorter.
#[must_use]
pub fn concerns_in_outputs(concerns: &[Vec<String>], out: &Path) -> usize {
    let pieces: Vec<String> = concerns.iter().flatten().flat_map(|text| pieces(text)).collect();
    let Ok(listed) = std::fs::read_dir(out) else { return 0 };
    let files = listed.filter_map(Result::ok).map(|entry| entry.path()).filter(|p| p.is_file());
    files.filter(|file| holds(file, &pieces)).count()
}

/// Runs of five words; a shorter text is one piece, and one of fewer than three words would be found anywhere.
fn pieces(text: &str) -> Vec<String> {
    let words: Vec<String> = plain(text).split_whitespace().map(str::to_owned).collect();
    match words.len() {
        0..3 => Vec::new(),
        3..6 => vec![words.join(" ")],
        _ => words.windows(5).map(|run| run.join(" ")).collect(),
    }
}

/// Letters and digits alone, in small letters: so that no markup, quotation mark or line break hides a word.
fn plain(text: &str) -> String {
    let text = text.replace("&#x27;", " ").replace("&#39;", " ").replace("&quot;", " ").replace("\\n", " ");
    let kept: String = text.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    kept.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of a PDF or a Word file, letters and digits alone and in small letters; none without the tool that reads it.
#[must_use]
pub fn text_of(file: &Path) -> Option<String> {
    let text = match file.extension().and_then(|e| e.to_str()) {
        Some("pdf") => run("pdftotext", &[file.as_os_str(), "-".as_ref()]),
        Some("docx") => run("unzip", &["-p".as_ref(), file.as_os_str(), "word/document.xml".as_ref()]),
        _ => None,
    };
    text.map(|bytes| plain(&String::from_utf8_lossy(&bytes)))
}

fn holds(file: &PathBuf, pieces: &[String]) -> bool {
    let Ok(bytes) = std::fs::read(file) else { return false };
    let text = match file.extension().and_then(|e| e.to_str()) {
        Some("pdf") => run("pdftotext", &[file.as_os_str(), "-".as_ref()]).unwrap_or_default(),
        Some("docx") => run("unzip", &["-p".as_ref(), file.as_os_str()]).unwrap_or_default(),
        _ => Vec::new(),
    };
    [bytes, text].iter().any(|bytes| {
        let text = plain(&String::from_utf8_lossy(bytes));
        pieces.iter().any(|piece| text.contains(piece.as_str()))
    })
}

/// What a tool prints; nothing where it is not installed (the file's own bytes are searched all the same).
fn run(tool: &str, arguments: &[&std::ffi::OsStr]) -> Option<Vec<u8>> {
    Command::new(tool).args(arguments).output().ok().map(|done| done.stdout)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_concern_is_found_whatever_it_is_wrapped_in_and_absent_words_are_not() {
        let out = tempfile::tempdir().unwrap();
        let concern = vec![vec![
            "Bruise on a resident's forearm; she said so.".to_owned(),
            "resident, Elsie, upstairs".to_owned(),
        ]];
        let write = |name: &str, text: &str| std::fs::write(out.path().join(name), text).unwrap();
        write("report.html", "<p>Toilet signs are words only; she said so.</p>");
        assert_eq!(concerns_in_outputs(&concern, out.path()), 0);
        write("export.json", "{\"words\":\"Bruise on\\na resident&#x27;s <b>forearm</b>\"}");
        assert_eq!(concerns_in_outputs(&concern, out.path()), 1);
        write("server.log", "RESIDENT — Elsie, upstairs");
        assert_eq!(concerns_in_outputs(&concern, out.path()), 2);
    }
}
