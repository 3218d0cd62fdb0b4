//! Who a report was sent to: each with its own receipt, due date, rule and answer. The date itself is the domain's.

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::OrgStore;

/// One recipient of a report, with its clock.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Addressee {
    /// Made by the caller, UUIDv7.
    pub id: String,
    /// The report.
    pub report: String,
    /// The body.
    pub body: String,
    /// The body's name; read, not written.
    pub body_name: String,
    /// The day it was sent.
    pub sent_on: String,
    /// The day it was received: that of sending unless another was typed.
    pub received_on: String,
    /// Why another day was typed.
    pub received_why: Option<String>,
    /// The day an answer is due, or asked by; none where no clock runs.
    pub due_on: Option<String>,
    /// The rule it was counted by.
    pub rule: Option<String>,
    /// The day the answer came.
    pub answered_on: Option<String>,
    /// The answer, JSON: an acknowledgement and what will be done for each recommendation.
    pub answer: Option<String>,
}

impl OrgStore {
    /// A report's recipients, in the order they were added.
    pub async fn addressees(&self, report: &str) -> Result<Vec<Addressee>> {
        self.all(rows!(
            "SELECT a.id, a.report, a.body, b.name AS body_name, a.sent_on, a.received_on, a.received_why, a.due_on, a.rule,
               a.answered_on, a.answer FROM addressee a JOIN body b ON b.org = $1 AND b.id = a.body
             WHERE a.org = $1 AND a.report = $2 ORDER BY a.id",
            self.id(),
            report
        ))
        .await
    }

    /// Keeps that a report was sent to a body; a body receives a report once.
    pub async fn send_to(&self, addressee: Addressee) -> Result<()> {
        self.write(addressee, |tx, a| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO addressee (org, id, report, body, sent_on, received_on, received_why, due_on, rule)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    tx.org(),
                    &a.id,
                    &a.report,
                    &a.body,
                    &a.sent_on,
                    &a.received_on,
                    &a.received_why,
                    &a.due_on,
                    &a.rule
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Writes another day of receipt with its reason, and the due date that follows from it.
    pub async fn set_receipt(&self, id: &str, received_on: &str, why: &str, due_on: Option<&str>) -> Result<()> {
        let input = (id.to_owned(), received_on.to_owned(), why.to_owned(), due_on.map(str::to_owned));
        self.write(input, |tx, (id, received_on, why, due_on)| {
            Box::pin(async move {
                let set = sql!(
                    "UPDATE addressee SET received_on = $3, received_why = $4, due_on = $5 WHERE org = $1 AND id = $2",
                    tx.org(),
                    id,
                    received_on,
                    why,
                    due_on
                );
                if tx.run(set).await? == 0 {
                    bail!("This report was not sent to them.");
                }
                Ok(())
            })
        })
        .await
    }

    /// Keeps an answer; a second one takes the first one's place (both are in the report's steps). No day where none of it is theirs.
    pub async fn keep_answer(&self, id: &str, answered_on: Option<&str>, answer: &str) -> Result<()> {
        let input = (id.to_owned(), answered_on.map(str::to_owned), answer.to_owned());
        self.write(input, |tx, (id, answered_on, answer)| {
            Box::pin(async move {
                let kept = sql!(
                    "UPDATE addressee SET answered_on = $3, answer = $4 WHERE org = $1 AND id = $2",
                    tx.org(),
                    id,
                    answered_on,
                    answer
                );
                if tx.run(kept).await? == 0 {
                    bail!("This report was not sent to them.");
                }
                Ok(())
            })
        })
        .await
    }
}
