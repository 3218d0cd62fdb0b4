//! The words of reports as they stood at a step: what changed since somebody read them is told from these.

use anyhow::Result;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::OrgStore;

/// A report's words as they stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Version {
    /// The report.
    pub report: String,
    /// The digest of all words.
    pub digest: String,
    /// The step at which they were kept first.
    pub step: String,
    /// Who took it.
    pub person: String,
    /// Milliseconds since 1970.
    pub made_at: i64,
    /// The sentences, JSON.
    pub parts: String,
}

impl OrgStore {
    /// What was kept of a report, oldest first.
    pub async fn report_versions(&self, report: &str) -> Result<Vec<Version>> {
        self.all(rows!(
            "SELECT report, digest, step, person, made_at, parts FROM report_version
             WHERE org = $1 AND report = $2 ORDER BY made_at, digest",
            self.id(),
            report
        ))
        .await
    }

    /// Keeps words as they stand; the same words a second time change nothing.
    pub async fn keep_version(&self, version: Version) -> Result<()> {
        self.write(version, |tx, v| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO report_version (org, report, digest, step, person, made_at, parts)
                     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (org, report, digest) DO NOTHING",
                    tx.org(),
                    &v.report,
                    &v.digest,
                    &v.step,
                    &v.person,
                    v.made_at,
                    &v.parts
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }
}
