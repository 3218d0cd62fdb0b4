//! The NHS directory of practices (epraccur): taken row by row in the background, with a page that says how far it is
//! and which rows were refused and why. A row that is refused holds up no other.

use super::Shared;
use super::form::{Form, Problems};
use super::page::{Answer, Failure, Page, go_and_say};
use super::places::HERE;
use crate::auth::Signed;
use crate::store::OrgStore;
use crate::store::places::{ImportRefusal, NewPlace};
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// The pages of the import.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/office/places/import", get(form).post(begin))
        .route("/office/places/import/{id}", get(progress))
}

/// How far one import is.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    org: String,
    rows: usize,
    done: usize,
    taken: usize,
    refused: usize,
    over: bool,
    broken: bool,
}

/// Imports since this process started.
#[derive(Clone, Debug, Default)]
pub struct Imports {
    all: Arc<Mutex<BTreeMap<String, Progress>>>,
}

impl Imports {
    fn change(&self, id: &str, change: impl FnOnce(&mut Progress)) {
        change(self.all.lock().unwrap_or_else(PoisonError::into_inner).entry(id.to_owned()).or_default());
    }

    fn get(&self, id: &str) -> Option<Progress> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }
}

async fn form(signed: Signed) -> Answer {
    Page::new("office/import.html", "Take in the NHS directory", json!({})).show(&signed, HERE)
}

async fn begin(State(office): State<Shared>, signed: Signed, form: Form) -> Answer {
    let bytes = form.file("file").unwrap_or_default();
    if bytes.is_empty() {
        let problems = Problems::one("file", "Choose the file first: epraccur.csv.");
        return Page::new("office/import.html", "Take in the NHS directory", json!({}))
            .refused(&form, &problems)
            .show(&signed, HERE);
    }
    let id = super::new_id(signed.now);
    let (places, refused) = read(bytes, signed.now);
    let rows = places.len() + refused.len();
    office.imports.change(&id, |p| {
        *p = Progress {
            org: signed.org.id().to_owned(),
            rows,
            done: refused.len(),
            refused: refused.len(),
            ..Progress::default()
        };
    });
    tokio::spawn(take(office.imports.clone(), signed.org.clone(), id.clone(), places, refused));
    Ok(go_and_say(
        &format!("{HERE}/import/{id}"),
        "The file has come. It is taken in row by row; you can go on with other things.",
        office.secure,
    ))
}

/// How many rows go to the store at once: large enough to be quick, small enough that the page moves.
const AT_ONCE: usize = 500;

async fn take(imports: Imports, org: OrgStore, id: String, places: Vec<NewPlace>, refused: Vec<ImportRefusal>) {
    let mut waiting = Some(refused);
    let mut rest = places.as_slice();
    let mut broken = false;
    while !rest.is_empty() || waiting.is_some() {
        let (now, later) = rest.split_at(rest.len().min(AT_ONCE));
        rest = later;
        match org.take_directory(&id, now.to_vec(), waiting.take().unwrap_or_default()).await {
            Ok(taken) => imports.change(&id, |p| {
                p.taken += taken;
                p.done += now.len();
            }),
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "a directory import broke off");
                broken = true;
                break;
            }
        }
    }
    imports.change(&id, |p| {
        p.over = true;
        p.broken = broken;
    });
}

async fn progress(State(office): State<Shared>, signed: Signed, Path(id): Path<String>) -> Answer {
    let known = office.imports.get(&id).filter(|p| p.org == signed.org.id());
    let refusals = signed.org.import_refusals(&id).await?;
    if known.is_none() && refusals.is_empty() {
        return Err(Failure::NotFound);
    }
    let p = known.unwrap_or(Progress { over: true, refused: refusals.len(), ..Progress::default() });
    let rows: Vec<_> = refusals.iter().map(|r| json!({"line": r.line, "reason": r.reason, "raw": r.raw})).collect();
    let facts = json!({"rows": p.rows, "done": p.done, "taken": p.taken, "refused": p.refused, "over": p.over,
        "broken": p.broken, "refusals": rows});
    Page::new("office/import-progress.html", "Taking in the NHS directory", facts).show(&signed, HERE)
}

/// Reads the directory: 1 code, 2 name, 5–9 address, 10 postcode, 11 opened, 12 closed, 13 status, 26 setting.
fn read(bytes: &[u8], now: i64) -> (Vec<NewPlace>, Vec<ImportRefusal>) {
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
    if cell(1).is_empty() || cell(1).len() > 12 {
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
        id: super::new_id(now),
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
    super::words::capital(&words.join(" "))
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
