//! The NHS directory of practices (epraccur), row by row, for the office's page and the command line alike. A row that
//! cannot be taken has its reason and holds up no other; what becomes of the rows is the store's.

use crate::office::{new_id, words};
use crate::store::places::{ImportRefusal, NewPlace};
use std::collections::BTreeSet;

/// Reads the directory: 1 code, 2 name, 5–9 address, 10 postcode, 11 opened, 12 closed, 13 status, 26 setting; no header.
/// The rows that are taken, and those that are not with the reason of each.
#[must_use]
pub fn read(bytes: &[u8], now: i64) -> (Vec<NewPlace>, Vec<ImportRefusal>) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let (mut places, mut refused, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (row, line) in reader.byte_records().zip(1_i64..) {
        let taken = row
            .map_err(|e| (format!("not readable as CSV: {e}"), String::new()))
            .and_then(|row| place_of(&row, now).map_err(|why| (why.to_owned(), raw(&row))))
            .and_then(|place| match seen.insert(place.ods.clone()) {
                true => Ok(place),
                false => Err(("this code stands in an earlier row as well".to_owned(), place.name)),
            });
        match taken {
            Ok(place) => places.push(place),
            Err((reason, raw)) => refused.push(ImportRefusal { line, reason, raw }),
        }
    }
    (places, refused)
}

fn raw(row: &csv::ByteRecord) -> String {
    let cells: Vec<_> = row.iter().take(13).map(String::from_utf8_lossy).collect();
    cells.join(", ").replace('\0', "")
}

fn place_of(row: &csv::ByteRecord, now: i64) -> Result<NewPlace, &'static str> {
    if row.len() < 13 {
        return Err("fewer than 13 columns");
    }
    let mut cells = Vec::with_capacity(row.len());
    for cell in row {
        cells.push(std::str::from_utf8(cell).map_err(|_| "letters that are not UTF-8")?.trim().replace('\0', ""));
    }
    let cell = |n: usize| cells.get(n - 1).map(String::as_str).unwrap_or_default();
    if cell(1).is_empty() || cell(1).len() > 12 || !cell(1).bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err("no code");
    }
    if cell(2).is_empty() {
        return Err("no name");
    }
    if cell(10).is_empty() {
        return Err("no postcode");
    }
    let closed_on = match cell(12) {
        "" => None,
        day => Some(compact_day(day).ok_or("the day of closing is no day")?),
    };
    let mut address: Vec<String> = (5..=9).map(|n| titled(cell(n))).filter(|part| !part.is_empty()).collect();
    address.dedup();
    let kind = if matches!(cell(26), "" | "4") { "GP practice" } else { "other NHS service" };
    Ok(NewPlace {
        id: new_id(now),
        name: titled(cell(2)),
        kind: kind.to_owned(),
        provider: None,
        commissioner: None,
        address: address.join(", "),
        postcode: cell(10).to_owned(),
        ods: Some(cell(1).to_owned()),
        closed_on,
    })
}

/// `20171031` as `2017-10-31`.
fn compact_day(text: &str) -> Option<String> {
    let date = jiff::civil::Date::strptime("%Y%m%d", text).ok()?;
    Some(date.to_string())
}

/// Words that the directory writes in capitals, as people write them: `ST MARY'S` becomes *St Mary's*.
fn titled(text: &str) -> String {
    if text.chars().any(char::is_lowercase) {
        return text.to_owned();
    }
    let word = |word: &str| match word {
        "NHS" | "GP" | "PCT" | "CCG" | "HMP" | "OOH" | "UK" | "II" | "III" => word.to_owned(),
        "AND" | "OF" | "THE" | "ON" | "AT" | "IN" | "UPON" | "FOR" | "LE" => word.to_lowercase(),
        _ => {
            let mut letters = word.chars();
            let mut start = true;
            let mut out = String::with_capacity(word.len());
            for letter in letters.by_ref() {
                if start {
                    out.extend(letter.to_uppercase())
                } else {
                    out.extend(letter.to_lowercase())
                }
                start = !letter.is_alphanumeric() && letter != '\'';
            }
            out
        }
    };
    let words: Vec<String> = text.split_whitespace().map(word).collect();
    words::capital(&words.join(" "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    const ROWS: &str = "\"H85021\",\"THE CHESSER SURGERY\",\"Y56\",\"Q71\",\"THE CHESSER SURGERY\",\"121 WRYTHE LANE\",\"CARSHALTON\",\"SURREY\",\"\",\"SM5 2RT\",\"19740401\",\"\",\"A\"\n\
        \"A81003\",\"VICTORIA MEDICAL PRACTICE\",\"\",\"\",\"THE HEALTH CENTRE\",\"\",\"\",\"\",\"\",\"TS26 8DB\",\"19740401\",\"20171031\",\"C\"\n\
        \"\",\"NAMELESS\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"X\",\"\",\"\",\"A\"\n\
        \"H85021\",\"AGAIN\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"SM5 2RT\",\"\",\"\",\"A\"\n\
        \"A1\",\"SHORT\"\n\
        \"A2\",\"ST MARY'S\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"X1\",\"\",\"20179931\",\"C\"\n";

    #[test]
    fn rows_are_taken_and_refused_ones_keep_their_line_and_reason() {
        let (places, refused) = read(ROWS.as_bytes(), 1_700_000_000_000);
        assert_eq!(places.len(), 2);
        assert_eq!(places[0].name, "The Chesser Surgery");
        assert_eq!(places[0].address, "The Chesser Surgery, 121 Wrythe Lane, Carshalton, Surrey");
        assert_eq!(places[1].closed_on.as_deref(), Some("2017-10-31"));
        let why: Vec<_> = refused.iter().map(|r| (r.line, r.reason.as_str())).collect();
        assert_eq!(
            why,
            [
                (3, "no code"),
                (4, "this code stands in an earlier row as well"),
                (5, "fewer than 13 columns"),
                (6, "the day of closing is no day")
            ]
        );
    }

    #[test]
    fn capitals_become_words() {
        assert_eq!(titled("ST MARY'S NHS CENTRE"), "St Mary's NHS Centre");
        assert_eq!(titled("STOCKTON-ON-TEES"), "Stockton-On-Tees");
        assert_eq!(titled("Hazel Court"), "Hazel Court");
    }
}
