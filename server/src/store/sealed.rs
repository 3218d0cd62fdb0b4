//! Sealed records: concerns, contacts and equality sheets, as the tablet sealed them. The wrapped key of each has a table of
//! its own, outside feed and export; forgetting it is the erasure. Who opened one, and when, is kept.

use anyhow::Result;
use serde::Serialize;
use sqlx::FromRow;

use super::{OrgStore, Tx};

/// A sealed record to be kept.
#[derive(Debug, Clone, Default)]
pub struct NewSealed {
    /// Made by the tablet; random for an equality sheet.
    pub id: String,
    /// concern, contact or equality.
    pub kind: String,
    /// The notebook it was written beside; none for an equality sheet.
    pub notebook: Option<String>,
    /// The entry a contact belongs to; an equality sheet's event and month.
    pub about: Option<String>,
    /// The tablet; none for an equality sheet.
    pub device: Option<String>,
    /// What the tablet sealed.
    pub ciphertext: Vec<u8>,
    /// Its data key, wrapped for whoever may open it; empty where it is forgotten from the start.
    pub wrapped: Vec<u8>,
}

/// A sealed record without its words: what an officer may know of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct SealedLine {
    /// Its id.
    pub id: String,
    /// concern, contact or equality.
    pub kind: String,
    /// The notebook it was written beside.
    pub notebook: Option<String>,
    /// The entry, or the event and month.
    pub about: Option<String>,
    /// Milliseconds since 1970.
    pub received_at: i64,
    /// How often it was opened.
    pub readings: i64,
    /// 1 when its key was forgotten: it cannot be opened any more.
    pub forgotten: i64,
}

/// A sealed record, for whoever can open it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SealedRecord {
    /// Its id.
    pub id: String,
    /// concern, contact or equality.
    pub kind: String,
    /// The entry, or the event and month.
    pub about: Option<String>,
    /// What the tablet sealed.
    pub ciphertext: Vec<u8>,
    /// Its data key, wrapped; none when it was forgotten.
    pub wrapped: Option<Vec<u8>>,
}

impl OrgStore {
    /// Keeps sealed records, all or none; one that is there already is left as it is. Answers the ids that are now kept.
    pub async fn put_sealed(&self, records: Vec<NewSealed>, at: i64) -> Result<Vec<String>> {
        self.write((records, at), |tx, (records, at)| {
            Box::pin(async move {
                // Nobody is told by the feed, but a copy of the record that is put back can be known by it.
                tx.next_rev().await?;
                for record in records {
                    put_one(tx, record, *at).await?;
                }
                Ok(records.iter().map(|record| record.id.clone()).collect())
            })
        })
        .await
    }

    /// The sealed records of a kind, oldest first, without their words.
    pub async fn sealed(&self, kind: &str) -> Result<Vec<SealedLine>> {
        self.all(rows!(
            "SELECT s.id, s.kind, s.notebook, s.about, s.received_at,
               (SELECT count(*) FROM sealed_reading r WHERE r.org = $1 AND r.id = s.id) AS readings,
               CAST(CASE WHEN k.id IS NULL THEN 1 ELSE 0 END AS BIGINT) AS forgotten
             FROM sealed s LEFT JOIN sealed_key k ON k.org = $1 AND k.id = s.id
             WHERE s.org = $1 AND s.kind = $2 ORDER BY s.received_at, s.id",
            self.id(),
            kind
        ))
        .await
    }

    /// A sealed record, still sealed: whoever opens it says so with [`OrgStore::keep_reading`] before its words are shown.
    pub async fn sealed_record(&self, id: &str) -> Result<SealedRecord> {
        self.one(rows!(
            "SELECT s.id, s.kind, s.about, s.ciphertext, k.wrapped FROM sealed s
             LEFT JOIN sealed_key k ON k.org = $1 AND k.id = s.id WHERE s.org = $1 AND s.id = $2",
            self.id(),
            id
        ))
        .await
    }

    /// Keeps that a person opened a sealed record and has its words.
    pub async fn keep_reading(&self, id: &str, person: &str, at: i64) -> Result<()> {
        self.write((id.to_owned(), person.to_owned(), at), |tx, (id, person, at)| {
            Box::pin(async move {
                // Two readers at once get two numbers.
                tx.next_rev().await?;
                tx.run(sql!(
                    "INSERT INTO sealed_reading (org, id, n, person, read_at)
                     VALUES ($1, $2, (SELECT count(*) FROM sealed_reading WHERE org = $1 AND id = $2), $3, $4)",
                    tx.org(),
                    id,
                    person,
                    *at
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }
}

async fn put_one(tx: &mut Tx, record: &NewSealed, at: i64) -> Result<()> {
    let new = tx
        .run(sql!(
            "INSERT INTO sealed (org, id, kind, notebook, about, device, received_at, ciphertext)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (org, id) DO NOTHING",
            tx.org(),
            &record.id,
            &record.kind,
            &record.notebook,
            &record.about,
            &record.device,
            at,
            &record.ciphertext
        ))
        .await?;
    // Only with the record itself: a repeat does not bring back a key that was forgotten.
    if new == 1 && !record.wrapped.is_empty() {
        tx.run(sql!(
            "INSERT INTO sealed_key (org, id, wrapped) VALUES ($1, $2, $3)",
            tx.org(),
            &record.id,
            &record.wrapped
        ))
        .await?;
    }
    Ok(())
}
