//! Places that are visited: care homes, surgeries, wards. A directory of many thousand rows is taken in chunks, and the rows
//! that cannot be taken are kept with their reason.

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::OrgStore;
use super::fold::{fold, patterns};
use super::visits::publish_visits_at;

/// How many rows of a directory go into one job, so that others can write in between.
const CHUNK: usize = 500;

/// A place to be added or changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPlace {
    /// Made by the caller, UUIDv7; when the NHS code is known already, the place keeps its older id.
    pub id: String,
    /// Its name: "Hazel Court".
    pub name: String,
    /// The scheme's kind of place: "care home", "GP practice".
    pub kind: String,
    /// The provider's body id.
    pub provider: Option<String>,
    /// The commissioner's body id.
    pub commissioner: Option<String>,
    /// Address on one line, without the postcode.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// The NHS directory's code.
    pub ods: Option<String>,
    /// The day it closed, if it did.
    pub closed_on: Option<String>,
}

/// A place as recorded, with its bodies' names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Place {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The scheme's kind of place.
    pub kind: String,
    /// The provider's body id.
    pub provider: Option<String>,
    /// The provider's name.
    pub provider_name: Option<String>,
    /// The commissioner's body id.
    pub commissioner: Option<String>,
    /// The commissioner's name.
    pub commissioner_name: Option<String>,
    /// Address on one line, without the postcode.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// The NHS directory's code.
    pub ods: Option<String>,
    /// The day it closed, if it did.
    pub closed_on: Option<String>,
}

/// What to look for among places.
#[derive(Debug, Clone, Default)]
pub struct PlaceSearch {
    /// Up to four words, each found in name, address, postcode or code; empty finds all.
    pub words: String,
    /// Closed places as well.
    pub closed_too: bool,
    /// The page, from 0.
    pub page: i64,
    /// Rows on a page, at most 200.
    pub size: i64,
}

/// One page of many rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// How many there are on all pages.
    pub total: i64,
    /// This page, from 0.
    pub page: i64,
    /// Rows on a page.
    pub size: i64,
}

/// A row of a directory that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct ImportRefusal {
    /// The row's number in the file, from 1.
    pub line: i64,
    /// Why, in words.
    pub reason: String,
    /// The row as it stood.
    pub raw: String,
}

/// A directory import as recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Import {
    /// Rows in the file.
    pub rows: i64,
    /// Rows taken, once it came to its end.
    pub taken: Option<i64>,
}

impl OrgStore {
    /// One place, or none.
    pub async fn place(&self, id: &str) -> Result<Option<Place>> {
        self.optional(rows!(
            "SELECT p.id, p.name, p.kind, p.provider, b.name AS provider_name, p.commissioner, c.name AS commissioner_name,
               p.address, p.postcode, p.ods, p.closed_on
             FROM place p LEFT JOIN body b ON b.org = $1 AND b.id = p.provider
             LEFT JOIN body c ON c.org = $1 AND c.id = p.commissioner WHERE p.org = $1 AND p.id = $2",
            self.id(),
            id
        ))
        .await
    }

    /// The place with this code of the NHS directory, or none.
    pub async fn place_by_ods(&self, ods: &str) -> Result<Option<Place>> {
        let ids: Vec<String> =
            self.scalars(values!("SELECT id FROM place WHERE org = $1 AND ods = $2", self.id(), ods)).await?;
        match ids.first() {
            Some(id) => self.place(id).await,
            None => Ok(None),
        }
    }

    /// A page of the places that hold every word, by name.
    pub async fn places(&self, search: PlaceSearch) -> Result<Page<Place>> {
        let [a, b, c, d] = patterns(&search.words);
        let closed = if search.closed_too { "too" } else { "not" };
        let (page, size) = (search.page.max(0), search.size.clamp(1, 200));
        let total: Vec<i64> = self
            .scalars(values!(
                "SELECT count(*) FROM place WHERE org = $1 AND folded LIKE $2 AND folded LIKE $3 AND folded LIKE $4
                 AND folded LIKE $5 AND ($6 = 'too' OR closed_on IS NULL)",
                self.id(),
                &a,
                &b,
                &c,
                &d,
                closed
            ))
            .await?;
        let rows = self
            .all(rows!(
                "SELECT p.id, p.name, p.kind, p.provider, b.name AS provider_name, p.commissioner,
                   c.name AS commissioner_name, p.address, p.postcode, p.ods, p.closed_on
                 FROM place p LEFT JOIN body b ON b.org = $1 AND b.id = p.provider
                 LEFT JOIN body c ON c.org = $1 AND c.id = p.commissioner
                 WHERE p.org = $1 AND p.folded LIKE $2 AND p.folded LIKE $3 AND p.folded LIKE $4 AND p.folded LIKE $5
                 AND ($6 = 'too' OR p.closed_on IS NULL) ORDER BY p.folded, p.id LIMIT $7 OFFSET $8",
                self.id(),
                &a,
                &b,
                &c,
                &d,
                closed,
                size,
                page.saturating_mul(size)
            ))
            .await?;
        Ok(Page { rows, total: total.first().copied().unwrap_or(0), page, size })
    }

    /// Adds a place.
    pub async fn add_place(&self, place: NewPlace) -> Result<()> {
        self.take_directory("", vec![place], Vec::new()).await.map(|_| ())
    }

    /// Writes a place anew; tablets with a visit there are told.
    pub async fn change_place(&self, place: NewPlace) -> Result<()> {
        self.write(place, |tx, place| {
            Box::pin(async move {
                let changed = tx
                    .run(sql!(
                        "UPDATE place SET name = $3, kind = $4, provider = $5, commissioner = $6, address = $7, postcode = $8,
                           ods = $9, closed_on = $10, folded = $11 WHERE org = $1 AND id = $2",
                        tx.org(),
                        &place.id,
                        &place.name,
                        &place.kind,
                        &place.provider,
                        &place.commissioner,
                        &place.address,
                        &place.postcode,
                        &place.ods,
                        &place.closed_on,
                        place.folded()
                    ))
                    .await?;
                if changed == 0 {
                    bail!("This place is not in the record.");
                }
                publish_visits_at(tx, &place.id).await
            })
        })
        .await
    }

    /// Takes rows of a directory: new ones are added, known ones (by NHS code) brought up to date without touching their
    /// provider and commissioner. `refused` is kept under the import's id. Answers how many were taken.
    pub async fn take_directory(
        &self,
        import: &str,
        places: Vec<NewPlace>,
        refused: Vec<ImportRefusal>,
    ) -> Result<usize> {
        let mut taken = 0;
        for chunk in places.chunks(CHUNK) {
            taken += self.write(chunk.to_vec(), |tx, chunk| Box::pin(take_chunk(tx, chunk))).await?;
        }
        for chunk in refused.chunks(CHUNK) {
            let input = (import.to_owned(), chunk.to_vec());
            self.write(input, |tx, (import, chunk)| Box::pin(keep_refusals(tx, import, chunk))).await?;
        }
        Ok(taken)
    }

    /// Keeps that an import is begun.
    pub async fn begin_import(&self, import: &str, rows: i64, at: i64) -> Result<()> {
        self.write((import.to_owned(), rows, at), |tx, (import, rows, at)| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO directory_import (org, id, row_count, begun_at) VALUES ($1, $2, $3, $4)",
                    tx.org(),
                    import,
                    *rows,
                    *at
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Keeps that an import came to its end, and how many rows were taken.
    pub async fn end_import(&self, import: &str, taken: usize) -> Result<()> {
        self.write((import.to_owned(), i64::try_from(taken)?), |tx, (import, taken)| {
            Box::pin(async move {
                tx.run(sql!(
                    "UPDATE directory_import SET taken = $3 WHERE org = $1 AND id = $2",
                    tx.org(),
                    import,
                    *taken
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// An import of this organisation, or none.
    pub async fn import(&self, import: &str) -> Result<Option<Import>> {
        self.optional(rows!(
            "SELECT row_count AS rows, taken FROM directory_import WHERE org = $1 AND id = $2",
            self.id(),
            import
        ))
        .await
    }

    /// The rows of an import that were not taken, in the file's order.
    pub async fn import_refusals(&self, import: &str) -> Result<Vec<ImportRefusal>> {
        self.all(rows!(
            "SELECT line, reason, raw FROM import_refusal WHERE org = $1 AND import = $2 ORDER BY line",
            self.id(),
            import
        ))
        .await
    }
}

impl NewPlace {
    fn folded(&self) -> String {
        let ods = self.ods.as_deref().unwrap_or_default();
        fold(&format!("{} {} {} {ods}", self.name, self.address, self.postcode))
    }
}

async fn take_chunk(tx: &mut super::Tx, chunk: &[NewPlace]) -> Result<usize> {
    for place in chunk {
        tx.run(sql!(
            "INSERT INTO place (org, id, name, kind, provider, commissioner, address, postcode, ods, closed_on, folded)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (org, ods) DO UPDATE SET name = excluded.name, kind = excluded.kind, address = excluded.address,
               postcode = excluded.postcode, closed_on = excluded.closed_on, folded = excluded.folded",
            tx.org(),
            &place.id,
            &place.name,
            &place.kind,
            &place.provider,
            &place.commissioner,
            &place.address,
            &place.postcode,
            &place.ods,
            &place.closed_on,
            place.folded()
        ))
        .await?;
    }
    Ok(chunk.len())
}

async fn keep_refusals(tx: &mut super::Tx, import: &str, chunk: &[ImportRefusal]) -> Result<()> {
    for row in chunk {
        tx.run(sql!(
            "INSERT INTO import_refusal (org, import, line, reason, raw) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (org, import, line) DO UPDATE SET reason = excluded.reason, raw = excluded.raw",
            tx.org(),
            import,
            row.line,
            &row.reason,
            &row.raw
        ))
        .await?;
    }
    Ok(())
}
