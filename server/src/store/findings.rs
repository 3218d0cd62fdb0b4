//! Findings with their evidence, good practice, and recommendations: what the office makes of a visit's entries.
//! A finding is written together with its first evidence and keeps at least one; the tables know no finding without.

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::{OrgStore, Tx};

/// A finding with the entries it rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Made by the caller, UUIDv7.
    pub id: String,
    /// The visit.
    pub visit: String,
    /// The theme.
    pub theme: String,
    /// What was found.
    pub words: String,
    /// Its place in the report, from 0.
    pub ord: i64,
    /// Who wrote it last (person id).
    pub written_by: String,
    /// Entry ids, in the order to be shown; at least one.
    pub evidence: Vec<String>,
}

/// What somebody is asked to do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Recommendation {
    /// Made by the caller, UUIDv7.
    pub id: String,
    /// The visit.
    pub visit: String,
    /// The body it is addressed to.
    pub body: String,
    /// What is asked.
    pub words: String,
    /// Its place in the report, from 0.
    pub ord: i64,
    /// JSON `{"themes": [], "findings": []}`: what it comes from.
    pub source: String,
    /// The day by which it is asked for, where one is.
    pub asked_by: Option<String>,
}

#[derive(FromRow)]
struct Row {
    id: String,
    visit: String,
    theme: String,
    words: String,
    ord: i64,
    written_by: String,
}

/// That a finding rests on a note; one that has lost all it rested on is there as well, so that numbers stay.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Use {
    /// The visit.
    pub visit: String,
    /// The finding.
    pub finding: String,
    /// The note.
    pub entry: Option<String>,
}

/// Findings, or recommendations, with the numbers that print gives them: by their place, from 1. `ord` only orders.
pub fn numbered<T>(in_order: impl IntoIterator<Item = T>) -> impl Iterator<Item = (u32, T)> {
    (1..).zip(in_order)
}

impl OrgStore {
    /// A visit's findings in their order, each with its evidence.
    pub async fn findings(&self, visit: &str) -> Result<Vec<Finding>> {
        let rows: Vec<Row> = self
            .all(rows!(
                "SELECT id, visit, theme, words, ord, written_by FROM finding WHERE org = $1 AND visit = $2 ORDER BY ord, id",
                self.id(),
                visit
            ))
            .await?;
        let evidence: Vec<(String, String)> = self
            .all(rows!(
                "SELECT e.finding, e.entry FROM evidence e JOIN finding f ON f.org = $1 AND f.id = e.finding
                 WHERE e.org = $1 AND f.visit = $2 ORDER BY e.finding, e.ord, e.entry",
                self.id(),
                visit
            ))
            .await?;
        let of = |finding: &str| {
            evidence.iter().filter(|(of, _)| of == finding).map(|(_, entry)| entry.clone()).collect::<Vec<_>>()
        };
        Ok(rows
            .into_iter()
            .map(|row| Finding {
                evidence: of(&row.id),
                id: row.id,
                visit: row.visit,
                theme: row.theme,
                words: row.words,
                ord: row.ord,
                written_by: row.written_by,
            })
            .collect())
    }

    /// The visit that a finding is of, or none.
    pub async fn visit_of_finding(&self, id: &str) -> Result<Option<String>> {
        let found: Vec<String> =
            self.scalars(values!("SELECT visit FROM finding WHERE org = $1 AND id = $2", self.id(), id)).await?;
        Ok(found.into_iter().next())
    }

    /// The visit that a recommendation is of, or none.
    pub async fn visit_of_recommendation(&self, id: &str) -> Result<Option<String>> {
        let found: Vec<String> =
            self.scalars(values!("SELECT visit FROM recommendation WHERE org = $1 AND id = $2", self.id(), id)).await?;
        Ok(found.into_iter().next())
    }

    /// What rests on which note, of every visit: visits in any order, findings in theirs.
    pub async fn uses(&self) -> Result<Vec<Use>> {
        self.all(rows!(
            "SELECT f.visit, f.id AS finding, e.entry FROM finding f
             LEFT JOIN evidence e ON e.org = $1 AND e.finding = f.id
             WHERE f.org = $1 ORDER BY f.visit, f.ord, f.id, e.ord",
            self.id()
        ))
        .await
    }

    /// Every note that shows good practice, of every visit.
    pub async fn all_good_practice(&self) -> Result<Vec<String>> {
        self.scalars(values!("SELECT entry FROM good_practice WHERE org = $1 ORDER BY entry", self.id())).await
    }

    /// Writes a finding, new or anew, with its evidence; refused without any.
    pub async fn write_finding(&self, finding: Finding, at: i64) -> Result<()> {
        if finding.evidence.is_empty() {
            bail!(
                "A finding rests on something that was seen, heard or told. Choose at least one entry as its evidence."
            );
        }
        self.write((finding, at), |tx, (finding, at)| Box::pin(write_finding(tx, finding, *at))).await
    }

    /// Takes a finding out, with its evidence; the entries stay.
    pub async fn drop_finding(&self, id: &str) -> Result<()> {
        self.write(id.to_owned(), |tx, id| {
            Box::pin(async move {
                tx.run(sql!("DELETE FROM evidence WHERE org = $1 AND finding = $2", tx.org(), id)).await?;
                tx.run(sql!("DELETE FROM finding WHERE org = $1 AND id = $2", tx.org(), id)).await?;
                Ok(())
            })
        })
        .await
    }

    /// The entries that are shown as good practice, in their order.
    pub async fn good_practice(&self, visit: &str) -> Result<Vec<String>> {
        self.scalars(values!(
            "SELECT entry FROM good_practice WHERE org = $1 AND visit = $2 ORDER BY ord, entry",
            self.id(),
            visit
        ))
        .await
    }

    /// Says which entries are shown as good practice, all at once and in this order.
    pub async fn set_good_practice(&self, visit: &str, entries: Vec<String>) -> Result<()> {
        self.write((visit.to_owned(), entries), |tx, (visit, entries)| {
            Box::pin(async move {
                tx.run(sql!("DELETE FROM good_practice WHERE org = $1 AND visit = $2", tx.org(), visit)).await?;
                for (entry, ord) in entries.iter().zip(0i64..) {
                    tx.run(sql!(
                        "INSERT INTO good_practice (org, visit, entry, ord) VALUES ($1, $2, $3, $4)",
                        tx.org(),
                        visit,
                        entry,
                        ord
                    ))
                    .await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// A visit's recommendations in their order.
    pub async fn recommendations(&self, visit: &str) -> Result<Vec<Recommendation>> {
        self.all(rows!(
            "SELECT id, visit, body, words, ord, source, asked_by FROM recommendation WHERE org = $1 AND visit = $2 ORDER BY ord, id",
            self.id(),
            visit
        ))
        .await
    }

    /// Who wrote a finding or a recommendation of a visit, whatever became of it (person ids).
    pub async fn writers_of(&self, visit: &str) -> Result<Vec<String>> {
        self.scalars(values!(
            "SELECT person FROM visit_writer WHERE org = $1 AND visit = $2 ORDER BY person",
            self.id(),
            visit
        ))
        .await
    }

    /// Writes a recommendation, new or anew, by that person.
    pub async fn write_recommendation(&self, recommendation: Recommendation, by: &str, at: i64) -> Result<()> {
        self.write((recommendation, by.to_owned(), at), |tx, (r, by, at)| {
            Box::pin(async move {
                keep_writer(tx, &r.visit, by).await?;
                tx.run(sql!(
                    "INSERT INTO recommendation (org, id, visit, body, words, ord, source, made_at, asked_by)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                     ON CONFLICT (org, id) DO UPDATE SET body = excluded.body, words = excluded.words, ord = excluded.ord,
                       source = excluded.source, asked_by = excluded.asked_by",
                    tx.org(),
                    &r.id,
                    &r.visit,
                    &r.body,
                    &r.words,
                    r.ord,
                    &r.source,
                    *at,
                    &r.asked_by
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Takes a recommendation out.
    pub async fn drop_recommendation(&self, id: &str) -> Result<()> {
        self.write(id.to_owned(), |tx, id| {
            Box::pin(async move {
                tx.run(sql!("DELETE FROM recommendation WHERE org = $1 AND id = $2", tx.org(), id)).await?;
                Ok(())
            })
        })
        .await
    }
}

async fn keep_writer(tx: &mut Tx, visit: &str, person: &str) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO visit_writer (org, visit, person) VALUES ($1, $2, $3) ON CONFLICT (org, visit, person) DO NOTHING",
        tx.org(),
        visit,
        person
    ))
    .await?;
    Ok(())
}

async fn write_finding(tx: &mut Tx, finding: &Finding, at: i64) -> Result<()> {
    keep_writer(tx, &finding.visit, &finding.written_by).await?;
    tx.run(sql!(
        "INSERT INTO finding (org, id, visit, theme, words, ord, written_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (org, id) DO UPDATE SET theme = excluded.theme, words = excluded.words, ord = excluded.ord,
           written_by = excluded.written_by",
        tx.org(),
        &finding.id,
        &finding.visit,
        &finding.theme,
        &finding.words,
        finding.ord,
        &finding.written_by,
        at
    ))
    .await?;
    tx.run(sql!("DELETE FROM evidence WHERE org = $1 AND finding = $2", tx.org(), &finding.id)).await?;
    for (entry, ord) in finding.evidence.iter().zip(0i64..) {
        tx.run(sql!(
            "INSERT INTO evidence (org, finding, entry, ord) VALUES ($1, $2, $3, $4)
             ON CONFLICT (org, finding, entry) DO NOTHING",
            tx.org(),
            &finding.id,
            entry,
            ord
        ))
        .await?;
    }
    Ok(())
}
