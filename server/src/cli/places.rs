//! `enterview places import`: the NHS directory of practices from the command line.

use super::{OfOrg, say};
use crate::serve::{new_id, wall_clock};
use crate::store::places::{ImportRefusal, NewPlace};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// The most refused rows that are printed; all of them are kept.
const PRINTED: usize = 20;

/// Places.
#[derive(Debug, Subcommand)]
pub(super) enum Places {
    /// Takes in the NHS directory of GP practices (epraccur.csv)
    ///
    /// New ones are added, known ones (by code) brought up to date. A row that cannot be taken is listed with its
    /// reason and holds up no other. The first line says how many were taken.
    ///
    /// Example: enterview places import epraccur.csv
    #[command(verbatim_doc_comment)]
    Import(Import),
}

/// A directory to be taken in.
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(flatten)]
    org: OfOrg,
    /// The file
    file: PathBuf,
}

impl Places {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Import(import) = self;
        import.run().await
    }
}

impl Import {
    async fn run(self) -> anyhow::Result<()> {
        let bytes = std::fs::read(&self.file).with_context(|| format!("reading {}", self.file.display()))?;
        let org = self.org.open().await?;
        let at = wall_clock()();
        let (places, refused) = read(&bytes, at)?;
        let taken = org.take_directory(&new_id(at)?.to_string(), places, refused.clone()).await?;
        org.store().close().await;
        say(&format!("{taken} places taken, {} rows refused", refused.len()));
        for row in refused.iter().take(PRINTED) {
            say(&format!("row {}: {}", row.line, row.reason));
        }
        if refused.len() > PRINTED {
            say(&format!("and {} more", refused.len() - PRINTED));
        }
        Ok(())
    }
}

/// Reads epraccur: 1 code, 2 name, 5–9 address, 10 postcode, 12 closed; no header.
fn read(bytes: &[u8], at: i64) -> anyhow::Result<(Vec<NewPlace>, Vec<ImportRefusal>)> {
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let (mut places, mut refused, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (line, row) in (1_i64..).zip(rows.records()) {
        let raw = row.as_ref().map(|r| r.iter().collect::<Vec<_>>().join(",")).unwrap_or_default();
        let place = row.map_err(|_| "it cannot be read as text").and_then(|row| place(&row));
        match place {
            Ok(place) if !seen.insert(place.ods.clone()) => {
                refused.push(ImportRefusal { line, reason: "its code stands further up as well".into(), raw });
            }
            Ok(place) => places.push(NewPlace { id: new_id(at)?.to_string(), ..place }),
            Err(reason) => refused.push(ImportRefusal { line, reason: reason.into(), raw }),
        }
    }
    Ok((places, refused))
}

fn place(row: &csv::StringRecord) -> Result<NewPlace, &'static str> {
    let field = |place: usize| row.get(place - 1).unwrap_or_default().trim().to_owned();
    let (code, name) = (field(1), field(2));
    if row.len() < 12 {
        return Err("it has fewer columns than the directory has");
    }
    if code.is_empty() || !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err("it has no code");
    }
    if name.is_empty() {
        return Err("it has no name");
    }
    let address: Vec<String> = (5..=9).map(field).filter(|part| !part.is_empty()).collect();
    let closed = field(12);
    let closed_on = match (closed.get(..4), closed.get(4..6), closed.get(6..8)) {
        (Some(year), Some(month), Some(day)) => Some(format!("{year}-{month}-{day}")),
        _ => None,
    };
    Ok(NewPlace {
        name,
        kind: "GP practice".into(),
        address: address.join(", "),
        postcode: field(10),
        ods: Some(code),
        closed_on,
        ..NewPlace::default()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn good_rows_are_taken_and_each_bad_one_is_named_with_its_reason() {
        let csv = "\"A81001\",\"THE DENSHAM SURGERY\",\"Y63\",\"Q74\",\"LAWSON STREET\",\"STOCKTON\",\"\",\"\",\"\",\"TS18 1HU\",\"19740401\",\"20200331\"\n\
                   \"A81001\",\"AGAIN\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"\n\
                   \"A81002\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"\nshort,row\n";
        let (places, refused) = read(csv.as_bytes(), 0).unwrap();
        assert_eq!((places.len(), refused.len()), (1, 3));
        assert_eq!(places[0].address, "LAWSON STREET, STOCKTON");
        assert_eq!(places[0].closed_on.as_deref(), Some("2020-03-31"));
        assert_eq!(refused.iter().map(|r| r.line).collect::<Vec<_>>(), [2, 3, 4]);
    }
}
