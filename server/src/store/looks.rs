//! What has to be said of a report's material by people before it goes: that a second pair of eyes has seen a photo, and
//! that texts which differ are printed as they are.

use anyhow::Result;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::OrgStore;

/// Somebody who did not take a photo has looked at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Look {
    /// The photo's hash: other bytes are another photo.
    pub hash: String,
    /// Who looked.
    pub person: String,
    /// Milliseconds since 1970.
    pub looked_at: i64,
}

/// A decision of the team that two texts are printed beside each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct PrintedDifference {
    /// The notebook.
    pub notebook: String,
    /// Where in it, the domain's JSON.
    pub spot: String,
    /// A mark of exactly the texts that stood there.
    pub seen: String,
    /// Who decided, JSON: ids of people.
    pub decided_by: String,
    /// On which day.
    pub decided_on: String,
    /// Who entered it (person id).
    pub who: String,
    /// Milliseconds since 1970.
    pub made_at: i64,
}

impl OrgStore {
    /// Who has looked at a photo, first to last.
    pub async fn looks(&self, hash: &str) -> Result<Vec<Look>> {
        self.all(rows!(
            "SELECT hash, person, looked_at FROM photo_look WHERE org = $1 AND hash = $2 ORDER BY looked_at, person",
            self.id(),
            hash
        ))
        .await
    }

    /// Every look at a photo, for the export.
    pub async fn all_looks(&self) -> Result<Vec<Look>> {
        self.all(rows!(
            "SELECT hash, person, looked_at FROM photo_look WHERE org = $1 ORDER BY looked_at, hash, person",
            self.id()
        ))
        .await
    }

    /// Keeps that somebody has looked; a second time changes nothing.
    pub async fn keep_look(&self, look: Look) -> Result<()> {
        self.write(look, |tx, look| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO photo_look (org, hash, person, looked_at) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (org, hash, person) DO NOTHING",
                    tx.org(),
                    &look.hash,
                    &look.person,
                    look.looked_at
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Takes back that somebody has looked.
    pub async fn drop_look(&self, hash: &str, person: &str) -> Result<()> {
        self.write((hash.to_owned(), person.to_owned()), |tx, (hash, person)| {
            Box::pin(async move {
                let gone =
                    sql!("DELETE FROM photo_look WHERE org = $1 AND hash = $2 AND person = $3", tx.org(), hash, person);
                tx.run(gone).await?;
                Ok(())
            })
        })
        .await
    }

    /// What is printed of a notebook though it differs.
    pub async fn printed_differences(&self, notebook: &str) -> Result<Vec<PrintedDifference>> {
        self.all(rows!(
            "SELECT notebook, spot, seen, decided_by, decided_on, who, made_at FROM printed_difference
             WHERE org = $1 AND notebook = $2 ORDER BY spot",
            self.id(),
            notebook
        ))
        .await
    }

    /// Keeps that these texts are printed as they are; a later decision on the same spot takes its place.
    pub async fn print_difference(&self, decided: PrintedDifference) -> Result<()> {
        self.write(decided, |tx, d| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO printed_difference (org, notebook, spot, seen, decided_by, decided_on, who, made_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                     ON CONFLICT (org, notebook, spot) DO UPDATE SET seen = excluded.seen, decided_by = excluded.decided_by,
                       decided_on = excluded.decided_on, who = excluded.who, made_at = excluded.made_at",
                    tx.org(),
                    &d.notebook,
                    &d.spot,
                    &d.seen,
                    &d.decided_by,
                    &d.decided_on,
                    &d.who,
                    d.made_at
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Takes such a decision back.
    pub async fn unprint_difference(&self, notebook: &str, spot: &str) -> Result<()> {
        self.write((notebook.to_owned(), spot.to_owned()), |tx, (notebook, spot)| {
            Box::pin(async move {
                let gone = sql!(
                    "DELETE FROM printed_difference WHERE org = $1 AND notebook = $2 AND spot = $3",
                    tx.org(),
                    notebook,
                    spot
                );
                tx.run(gone).await?;
                Ok(())
            })
        })
        .await
    }
}
