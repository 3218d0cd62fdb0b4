//! What a person has weighed in the words of a report: how many could have said a quote, and who is not to be named.

use anyhow::Result;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::OrgStore;

/// How many people in that building could have said a quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct CouldHaveSaid {
    /// The view's entry.
    pub entry: String,
    /// A mark of exactly what was weighed.
    pub seen: String,
    /// How many.
    pub people: i64,
    /// Who said so.
    pub person: String,
    /// Milliseconds since 1970.
    pub made_at: i64,
}

/// Somebody of a place who did not agree to be named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct KeptName {
    /// The visit.
    pub visit: String,
    /// The name.
    pub name: String,
    /// Who wrote it down.
    pub person: String,
    /// Milliseconds since 1970.
    pub made_at: i64,
}

impl OrgStore {
    /// What was said of a quote, if anything was.
    pub async fn could_have_said(&self, entry: &str) -> Result<Option<CouldHaveSaid>> {
        self.optional(rows!(
            "SELECT entry, seen, people, person, made_at FROM could_have_said WHERE org = $1 AND entry = $2",
            self.id(),
            entry
        ))
        .await
    }

    /// What was said of every quote, for the export.
    pub async fn all_who_could_have_said(&self) -> Result<Vec<CouldHaveSaid>> {
        self.all(rows!(
            "SELECT entry, seen, people, person, made_at FROM could_have_said WHERE org = $1 ORDER BY made_at, entry",
            self.id()
        ))
        .await
    }

    /// Keeps how many could have said a quote; a later answer takes its place.
    pub async fn say_who_could(&self, said: CouldHaveSaid) -> Result<()> {
        self.write(said, |tx, said| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO could_have_said (org, entry, seen, people, person, made_at) VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT (org, entry) DO UPDATE SET seen = excluded.seen, people = excluded.people,
                       person = excluded.person, made_at = excluded.made_at",
                    tx.org(),
                    &said.entry,
                    &said.seen,
                    said.people,
                    &said.person,
                    said.made_at
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Who is not to be named in the report of a visit, by name.
    pub async fn kept_names(&self, visit: &str) -> Result<Vec<KeptName>> {
        self.all(rows!(
            "SELECT visit, name, person, made_at FROM kept_name WHERE org = $1 AND visit = $2 ORDER BY name",
            self.id(),
            visit
        ))
        .await
    }

    /// Says who is not to be named, all at once; who stood there before keeps who wrote them down.
    pub async fn set_kept_names(&self, visit: &str, names: Vec<String>, person: &str, at: i64) -> Result<()> {
        self.write((visit.to_owned(), names, person.to_owned(), at), |tx, (visit, names, person, at)| {
            Box::pin(async move {
                let there =
                    values!("SELECT name FROM kept_name WHERE org = $1 AND visit = $2 ORDER BY name", tx.org(), visit);
                let there: Vec<String> = tx.scalars(there).await?;
                for gone in there.iter().filter(|name| !names.contains(name)) {
                    tx.run(sql!(
                        "DELETE FROM kept_name WHERE org = $1 AND visit = $2 AND name = $3",
                        tx.org(),
                        visit,
                        gone
                    ))
                    .await?;
                }
                for name in names.iter() {
                    tx.run(sql!(
                        "INSERT INTO kept_name (org, visit, name, person, made_at) VALUES ($1, $2, $3, $4, $5)
                         ON CONFLICT (org, visit, name) DO NOTHING",
                        tx.org(),
                        visit,
                        name,
                        person,
                        *at
                    ))
                    .await?;
                }
                Ok(())
            })
        })
        .await
    }
}
