//! Reports: their words, their stage (the domain's JSON) and every step they took. A report has a version, so that two
//! people at two screens cannot overwrite each other unseen. Recipients and their answers are in `addressees`.

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sqlx::FromRow;

use super::{OrgStore, Tx};

/// A report to be begun.
#[derive(Debug, Clone, Default)]
pub struct NewReport {
    /// Made by the caller, UUIDv7.
    pub id: String,
    /// The visit.
    pub visit: String,
    /// Its title.
    pub title: String,
    /// The first stage, the domain's JSON.
    pub stage: String,
    /// The sections typed by the office, JSON.
    pub words: String,
    /// A digest of everything that is signed.
    pub words_digest: String,
    /// Who began it (person id).
    pub by: String,
    /// Milliseconds since 1970.
    pub at: i64,
}

/// A report as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Report {
    /// Its id.
    pub id: String,
    /// The visit.
    pub visit: String,
    /// Its title.
    pub title: String,
    /// The stage with its facts, the domain's JSON.
    pub stage: String,
    /// The sections typed by the office, JSON.
    pub words: String,
    /// A digest of everything that is signed.
    pub words_digest: String,
    /// Who edited it last (person id).
    pub edited_by: String,
    /// Grows with every change; hand it back with the next one.
    pub version: i64,
    /// Milliseconds since 1970.
    pub made_at: i64,
}

/// A step in a report's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct ReportStep {
    /// Who (person id).
    pub who: String,
    /// Milliseconds since 1970.
    pub made_at: i64,
    /// What was done: "signed off".
    pub what: String,
    /// The step's facts, JSON.
    pub json: String,
}

#[derive(FromRow)]
struct Kept {
    digest: String,
    document: String,
}

/// What a change found: whether it was the next, or somebody else came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// Kept; the report now has this version.
    At(i64),
    /// Somebody changed the report since it was read; nothing was written.
    Missed,
}

impl OrgStore {
    /// Every report, latest first.
    pub async fn reports(&self) -> Result<Vec<Report>> {
        self.all(rows!(
            "SELECT id, visit, title, stage, words, words_digest, edited_by, version, made_at
             FROM report WHERE org = $1 ORDER BY made_at DESC, id DESC",
            self.id()
        ))
        .await
    }

    /// One report, or none.
    pub async fn report(&self, id: &str) -> Result<Option<Report>> {
        self.optional(rows!(
            "SELECT id, visit, title, stage, words, words_digest, edited_by, version, made_at
             FROM report WHERE org = $1 AND id = $2",
            self.id(),
            id
        ))
        .await
    }

    /// A visit's reports, oldest first.
    pub async fn reports_of(&self, visit: &str) -> Result<Vec<Report>> {
        self.all(rows!(
            "SELECT id, visit, title, stage, words, words_digest, edited_by, version, made_at
             FROM report WHERE org = $1 AND visit = $2 ORDER BY made_at, id",
            self.id(),
            visit
        ))
        .await
    }

    /// Begins a report; its history begins with it.
    pub async fn begin_report(&self, new: NewReport) -> Result<()> {
        self.write(new, |tx, new| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO report (org, id, visit, title, stage, words, words_digest, edited_by, version, made_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)",
                    tx.org(),
                    &new.id,
                    &new.visit,
                    &new.title,
                    &new.stage,
                    &new.words,
                    &new.words_digest,
                    &new.by,
                    new.at
                ))
                .await?;
                let step = ReportStep {
                    who: new.by.clone(),
                    made_at: new.at,
                    what: "begun".to_owned(),
                    json: new.stage.clone(),
                };
                keep_step(tx, &new.id, &step).await
            })
        })
        .await
    }

    /// Writes title, words, digest and stage anew if the report still has `report.version`, and keeps the step.
    pub async fn save_report(&self, report: Report, step: ReportStep) -> Result<Saved> {
        self.save(report, step, None).await
    }

    /// As [`OrgStore::save_report`], and keeps `document`, whose digest the report has, as what was signed and sent.
    pub async fn send_report(&self, report: Report, step: ReportStep, document: String) -> Result<Saved> {
        self.save(report, step, Some(document)).await
    }

    async fn save(&self, report: Report, step: ReportStep, document: Option<String>) -> Result<Saved> {
        self.write((report, step, document), |tx, (report, step, document)| {
            Box::pin(async move {
                let version: Option<i64> = tx
                    .scalar(values!(
                        "UPDATE report SET title = $3, stage = $4, words = $5, words_digest = $6, edited_by = $7,
                           version = version + 1 WHERE org = $1 AND id = $2 AND version = $8 RETURNING version",
                        tx.org(),
                        &report.id,
                        &report.title,
                        &report.stage,
                        &report.words,
                        &report.words_digest,
                        &step.who,
                        report.version
                    ))
                    .await?;
                let Some(version) = version else {
                    tx.nothing_done();
                    return Ok(Saved::Missed);
                };
                keep_step(tx, &report.id, step).await?;
                if let Some(document) = document {
                    tx.run(sql!(
                        "INSERT INTO report_signed (org, report, digest, document) VALUES ($1, $2, $3, $4)",
                        tx.org(),
                        &report.id,
                        &report.words_digest,
                        document
                    ))
                    .await?;
                }
                Ok(Saved::At(version))
            })
        })
        .await
    }

    /// What was signed and sent, as JSON; none before that. Words that are not those of their digest are an error.
    pub async fn signed_document(&self, report: &str) -> Result<Option<String>> {
        let kept: Option<Kept> = self
            .optional(rows!(
                "SELECT digest, document FROM report_signed WHERE org = $1 AND report = $2",
                self.id(),
                report
            ))
            .await?;
        kept.map(|kept| {
            let digest = hex::encode(Sha256::digest(&kept.document));
            if digest != kept.digest {
                bail!(
                    "What is kept of report {report} is not what was signed: its digest is {digest}, not {}.",
                    kept.digest
                );
            }
            Ok(kept.document)
        })
        .transpose()
    }

    /// A report's history, oldest first.
    pub async fn report_steps(&self, report: &str) -> Result<Vec<ReportStep>> {
        self.all(rows!(
            "SELECT who, made_at, what, json FROM report_step WHERE org = $1 AND report = $2 ORDER BY n",
            self.id(),
            report
        ))
        .await
    }
}

async fn keep_step(tx: &mut Tx, report: &str, step: &ReportStep) -> Result<()> {
    // The report's row is ours in this transaction, so the count cannot be taken twice.
    tx.run(sql!(
        "INSERT INTO report_step (org, report, n, who, made_at, what, json)
         VALUES ($1, $2, (SELECT count(*) FROM report_step WHERE org = $1 AND report = $2), $3, $4, $5, $6)",
        tx.org(),
        report,
        &step.who,
        step.made_at,
        &step.what,
        &step.json
    ))
    .await?;
    Ok(())
}
