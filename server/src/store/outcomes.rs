//! What came of what was asked: whether a promise was kept, when that was seen, and what shows it. Nothing here is written
//! over; what turned out to be wrong stays, with why.

use anyhow::Result;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::OrgStore;

/// What is known of a recommendation on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Made by the caller, UUIDv7.
    pub id: String,
    /// The recommendation.
    pub recommendation: String,
    /// The day on which it was seen or heard of.
    pub day: String,
    /// `done`, `in part`, `not yet` or `not done`.
    pub state: String,
    /// What changed.
    pub words: String,
    /// How that is known, where no note shows it.
    pub known: String,
    /// When it is asked after again.
    pub again_on: Option<String>,
    /// Who wrote it (person id).
    pub who: String,
    /// Milliseconds since 1970.
    pub made_at: i64,
    /// Why it does not stand any more.
    pub wrong: Option<String>,
    /// Entry ids of the notes that show it.
    pub evidence: Vec<String>,
}

#[derive(FromRow)]
struct Row {
    id: String,
    recommendation: String,
    day: String,
    state: String,
    words: String,
    known: String,
    again_on: Option<String>,
    who: String,
    made_at: i64,
    wrong: Option<String>,
}

impl OrgStore {
    /// What came of a visit's recommendations, oldest first; of every visit's where `visit` is empty.
    pub async fn outcomes(&self, visit: &str) -> Result<Vec<Outcome>> {
        let rows: Vec<Row> = self
            .all(rows!(
                "SELECT o.id, o.recommendation, o.day, o.state, o.words, o.known, o.again_on, o.who, o.made_at, o.wrong
                 FROM outcome o JOIN recommendation r ON r.org = $1 AND r.id = o.recommendation
                 WHERE o.org = $1 AND ($2 = '' OR r.visit = $2) ORDER BY o.day, o.made_at, o.id",
                self.id(),
                visit
            ))
            .await?;
        let evidence: Vec<(String, String)> = self
            .all(rows!(
                "SELECT e.outcome, e.entry FROM outcome_evidence e JOIN outcome o ON o.org = $1 AND o.id = e.outcome
                 JOIN recommendation r ON r.org = $1 AND r.id = o.recommendation
                 WHERE e.org = $1 AND ($2 = '' OR r.visit = $2) ORDER BY e.outcome, e.ord, e.entry",
                self.id(),
                visit
            ))
            .await?;
        let shown_by = |id: &str| evidence.iter().filter(|(of, _)| of == id).map(|(_, entry)| entry.clone()).collect();
        let outcome = |row: Row| Outcome {
            evidence: shown_by(&row.id),
            id: row.id,
            recommendation: row.recommendation,
            day: row.day,
            state: row.state,
            words: row.words,
            known: row.known,
            again_on: row.again_on,
            who: row.who,
            made_at: row.made_at,
            wrong: row.wrong,
        };
        Ok(rows.into_iter().map(outcome).collect())
    }

    /// Keeps what came of a recommendation; the same one a second time changes nothing.
    pub async fn keep_outcome(&self, outcome: Outcome) -> Result<()> {
        self.write(outcome, |tx, outcome| {
            Box::pin(async move {
                let new = tx
                    .run(sql!(
                        "INSERT INTO outcome (org, id, recommendation, day, state, words, known, again_on, who, made_at)
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (org, id) DO NOTHING",
                        tx.org(),
                        &outcome.id,
                        &outcome.recommendation,
                        &outcome.day,
                        &outcome.state,
                        &outcome.words,
                        &outcome.known,
                        outcome.again_on.clone(),
                        &outcome.who,
                        outcome.made_at
                    ))
                    .await?;
                if new == 0 {
                    tx.nothing_done();
                    return Ok(());
                }
                for (entry, ord) in outcome.evidence.iter().zip(0i64..) {
                    tx.run(sql!(
                        "INSERT INTO outcome_evidence (org, outcome, entry, ord) VALUES ($1, $2, $3, $4)
                         ON CONFLICT (org, outcome, entry) DO NOTHING",
                        tx.org(),
                        &outcome.id,
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

    /// Says why something that was kept does not stand any more. What was said first stays.
    pub async fn outcome_was_wrong(&self, id: &str, why: &str) -> Result<()> {
        self.write((id.to_owned(), why.to_owned()), |tx, (id, why)| {
            Box::pin(async move {
                tx.run(sql!(
                    "UPDATE outcome SET wrong = $3 WHERE org = $1 AND id = $2 AND wrong IS NULL",
                    tx.org(),
                    id,
                    why
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }
}
