//! Whether a concern's words stand in any output: every file is searched, in whatever it is packed.

use crate::scenario::{Visit, What};
use anyhow::{Context as _, Result, bail};
use std::io::Read as _;
use std::path::Path;
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
///
/// # Errors
/// An output that cannot be looked into: nothing is said of it then, least of all that it holds no such words.
pub fn concerns_in_outputs(concerns: &[Vec<String>], out: &Path) -> Result<usize> {
    let pieces: Vec<String> = concerns.iter().flatten().flat_map(|text| pieces(text)).collect();
    let mut found = 0;
    for entry in std::fs::read_dir(out).with_context(|| out.display().to_string())? {
        let file = entry?.path();
        if file.is_file() && holds(&file, &pieces).with_context(|| format!("looking into {}", file.display()))? {
            found += 1;
        }
    }
    Ok(found)
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

/// The words of a PDF or a Word file, letters and digits alone and in small letters.
///
/// # Errors
/// The file or the tool that reads it is not there; another kind of file.
pub fn text_of(file: &Path) -> Result<String> {
    let bytes = match file.extension().and_then(|e| e.to_str()) {
        Some("pdf") => printed(file)?,
        Some("docx") => unpacked(file)?,
        _ => bail!("{} is neither a PDF nor a Word file", file.display()),
    };
    Ok(plain(&String::from_utf8_lossy(&bytes)))
}

fn holds(file: &Path, pieces: &[String]) -> Result<bool> {
    let bytes = std::fs::read(file)?;
    let text = match file.extension().and_then(|e| e.to_str()) {
        Some("pdf") => printed(file)?,
        Some("docx") => unpacked(file)?,
        _ => Vec::new(),
    };
    Ok([bytes, text].iter().any(|bytes| {
        let text = plain(&String::from_utf8_lossy(bytes));
        pieces.iter().any(|piece| text.contains(piece.as_str()))
    }))
}

/// The words of a PDF, as `pdftotext` (of poppler-utils) reads them.
fn printed(file: &Path) -> Result<Vec<u8>> {
    let done = Command::new("pdftotext").arg(file).arg("-").output().context("pdftotext (poppler-utils)")?;
    if !done.status.success() {
        bail!("pdftotext ended with {}: {}", done.status, String::from_utf8_lossy(&done.stderr).trim());
    }
    Ok(done.stdout)
}

/// Every part of a Word file, one after another.
fn unpacked(file: &Path) -> Result<Vec<u8>> {
    let mut parts = zip::ZipArchive::new(std::fs::File::open(file)?)?;
    let mut all = Vec::new();
    for n in 0..parts.len() {
        parts.by_index(n)?.read_to_end(&mut all)?;
    }
    Ok(all)
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
        assert_eq!(concerns_in_outputs(&concern, out.path()).unwrap(), 0);
        write("export.json", "{\"words\":\"Bruise on\\na resident&#x27;s <b>forearm</b>\"}");
        assert_eq!(concerns_in_outputs(&concern, out.path()).unwrap(), 1);
        write("server.log", "RESIDENT — Elsie, upstairs");
        assert_eq!(concerns_in_outputs(&concern, out.path()).unwrap(), 2);
    }

    /// A PDF of one line, whose letters stand in it as hexadecimal numbers.
    fn pdf(words: &str) -> Vec<u8> {
        let line = format!("BT /F1 12 Tf 40 700 Td <{}> Tj ET", hex::encode(words));
        let parts = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
                .to_owned(),
            format!("<< /Length {} >>\nstream\n{line}\nendstream", line.len()),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        ];
        let (mut text, mut places) = ("%PDF-1.4\n".to_owned(), String::new());
        for (n, part) in parts.iter().enumerate() {
            places.push_str(&format!("{:010} 00000 n \n", text.len()));
            text.push_str(&format!("{} 0 obj\n{part}\nendobj\n", n + 1));
        }
        let table = text.len();
        text.push_str(&format!("xref\n0 6\n0000000000 65535 f \n{places}"));
        text.push_str(&format!("trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"));
        text.into_bytes()
    }

    #[test]
    fn a_pdf_and_a_word_file_are_looked_into_and_one_that_cannot_be_is_an_error() {
        let out = tempfile::tempdir().unwrap();
        let concern = vec![vec!["Bruise on a forearm".to_owned()]];
        std::fs::write(out.path().join("report.pdf"), pdf("Warm staff, raised beds.")).unwrap();
        assert_eq!(concerns_in_outputs(&concern, out.path()).unwrap(), 0);
        let told = pdf("There was a bruise on a forearm.");
        assert!(!String::from_utf8_lossy(&told).contains("bruise"), "only who reads the PDF finds it");
        std::fs::write(out.path().join("report.pdf"), told).unwrap();
        assert_eq!(concerns_in_outputs(&concern, out.path()).unwrap(), 1);
        let mut word = zip::ZipWriter::new(std::fs::File::create(out.path().join("report.docx")).unwrap());
        let packed = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        word.start_file("word/document.xml", packed).unwrap();
        std::io::Write::write_all(&mut word, b"<w:t>bruise on a forearm, and bruise on a forearm</w:t>").unwrap();
        word.finish().unwrap();
        assert_eq!(concerns_in_outputs(&concern, out.path()).unwrap(), 2);
        std::fs::write(out.path().join("report.pdf"), b"no PDF at all").unwrap();
        assert!(concerns_in_outputs(&concern, out.path()).is_err());
    }
}
