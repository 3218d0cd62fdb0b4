//! Links by which recipients of a report answer on a page of their own, and what they typed there and have not sent.
//! A link's secret is not here: only the hash of each that was given out.

use anyhow::Result;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::OrgStore;

/// One recipient's link.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Link {
    /// Made by the caller, UUIDv7.
    pub id: String,
    /// The report.
    pub report: String,
    /// Whose link it is.
    pub body: String,
    /// `facts` or `answer`.
    pub purpose: String,
    /// JSON, numbers of recommendations, where only a part was passed on.
    pub asks: Option<String>,
    /// To whom a part was passed, in words.
    pub told: Option<String>,
    /// The link from which a part was passed on.
    pub parent: Option<String>,
    /// Who made it: a person's id, or a link's.
    pub made_by: String,
    /// Milliseconds since 1970.
    pub made_at: i64,
    /// When somebody first opened it.
    pub opened_at: Option<i64>,
    /// When something was first typed there.
    pub begun_at: Option<i64>,
    /// When everything that it asks was answered.
    pub finished_at: Option<i64>,
    /// When it was ended.
    pub ended_at: Option<i64>,
}

impl Link {
    /// The numbers that were passed on; none where all is theirs.
    #[must_use]
    pub fn part(&self) -> Option<Vec<u32>> {
        self.asks.as_deref().map(|asks| serde_json::from_str(asks).unwrap_or_default())
    }
}

/// Why mail that carried a link does not go, once somebody ended it.
pub const LINK_ENDED: &str = "the link was ended at the office";

/// What happened with a link for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Somebody opened it.
    Opened,
    /// Something was typed there.
    Begun,
    /// All of it is answered.
    Finished,
}

/// What somebody typed and has not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Draft {
    /// JSON, by field.
    pub typed: String,
    /// Milliseconds since 1970.
    pub kept_at: i64,
}

impl OrgStore {
    /// Makes a link, with the hash of its first secret.
    pub async fn make_link(&self, link: Link, hash: &str) -> Result<()> {
        self.write((link, hash.to_owned()), |tx, (link, hash)| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO answer_link (org, id, report, body, purpose, asks, told, parent, made_by, made_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                    tx.org(),
                    &link.id,
                    &link.report,
                    &link.body,
                    &link.purpose,
                    &link.asks,
                    &link.told,
                    &link.parent,
                    &link.made_by,
                    link.made_at
                ))
                .await?;
                give(tx, &link.id, hash, link.made_at).await
            })
        })
        .await
    }

    /// Gives a link out once more, under another secret; the earlier ones still lead to it.
    pub async fn give_link_again(&self, link: &str, hash: &str, at: i64) -> Result<()> {
        self.write((link.to_owned(), hash.to_owned(), at), |tx, (link, hash, at)| {
            Box::pin(async move { give(tx, link, hash, *at).await })
        })
        .await
    }

    /// The link to which a secret leads, by its hash, ended or not.
    pub async fn link_of_key(&self, hash: &str) -> Result<Option<Link>> {
        self.optional(rows!(
            "SELECT l.id, l.report, l.body, l.purpose, l.asks, l.told, l.parent, l.made_by, l.made_at, l.opened_at, l.begun_at,
               l.finished_at, l.ended_at
             FROM answer_key k JOIN answer_link l ON l.org = $1 AND l.id = k.link WHERE k.org = $1 AND k.hash = $2",
            self.id(),
            hash
        ))
        .await
    }

    /// A report's links, oldest first.
    pub async fn links_of(&self, report: &str) -> Result<Vec<Link>> {
        self.all(rows!(
            "SELECT id, report, body, purpose, asks, told, parent, made_by, made_at, opened_at, begun_at, finished_at, ended_at
             FROM answer_link WHERE org = $1 AND report = $2 ORDER BY made_at, id",
            self.id(),
            report
        ))
        .await
    }

    /// Keeps that something happened with a link, the first time.
    pub async fn mark_link(&self, link: &str, mark: Mark, at: i64) -> Result<()> {
        self.write((link.to_owned(), mark, at), |tx, (link, mark, at)| {
            Box::pin(async move {
                let text = match mark {
                    Mark::Opened => sql!(
                        "UPDATE answer_link SET opened_at = $3 WHERE org = $1 AND id = $2 AND opened_at IS NULL",
                        tx.org(),
                        link,
                        *at
                    ),
                    Mark::Begun => sql!(
                        "UPDATE answer_link SET begun_at = $3 WHERE org = $1 AND id = $2 AND begun_at IS NULL",
                        tx.org(),
                        link,
                        *at
                    ),
                    Mark::Finished => sql!(
                        "UPDATE answer_link SET finished_at = $3 WHERE org = $1 AND id = $2 AND finished_at IS NULL",
                        tx.org(),
                        link,
                        *at
                    ),
                };
                tx.run(text).await?;
                Ok(())
            })
        })
        .await
    }

    /// Ends every link of a recipient to a report, and what was passed on from them; what was typed and not sent
    /// goes, and mail that waits is dropped.
    pub async fn end_links(&self, report: &str, body: &str, at: i64) -> Result<()> {
        self.write((report.to_owned(), body.to_owned(), at), |tx, (report, body, at)| {
            Box::pin(async move {
                tx.run(sql!(
                    "DELETE FROM answer_draft WHERE org = $1 AND link IN (
                       SELECT id FROM answer_link WHERE org = $1 AND report = $2 AND body = $3)",
                    tx.org(),
                    report,
                    body
                ))
                .await?;
                tx.run(sql!(
                    "UPDATE answer_link SET ended_at = $4 WHERE org = $1 AND report = $2 AND body = $3 AND ended_at IS NULL",
                    tx.org(),
                    report,
                    body,
                    *at
                ))
                .await?;
                tx.run(sql!(
                    "UPDATE outbox SET state = 'dropped', ended_at = $4, claimed_until = NULL,
                       why = CASE WHEN kind = 'code' THEN NULL ELSE $5 END
                     WHERE org = $1 AND report = $2 AND body = $3 AND state IN ('waits', 'held')",
                    tx.org(),
                    report,
                    body,
                    *at,
                    LINK_ENDED
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// What was typed on a link's page and not sent.
    pub async fn draft(&self, link: &str) -> Result<Option<Draft>> {
        self.optional(rows!("SELECT typed, kept_at FROM answer_draft WHERE org = $1 AND link = $2", self.id(), link))
            .await
    }

    /// Keeps what was typed, over what was kept before; and that it was begun.
    pub async fn keep_draft(&self, link: &str, draft: Draft) -> Result<()> {
        self.write((link.to_owned(), draft), |tx, (link, draft)| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO answer_draft (org, link, typed, kept_at) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (org, link) DO UPDATE SET typed = excluded.typed, kept_at = excluded.kept_at",
                    tx.org(),
                    link,
                    &draft.typed,
                    draft.kept_at
                ))
                .await?;
                tx.run(sql!(
                    "UPDATE answer_link SET begun_at = $3 WHERE org = $1 AND id = $2 AND begun_at IS NULL",
                    tx.org(),
                    link,
                    draft.kept_at
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }
}

async fn give(tx: &mut super::Tx, link: &str, hash: &str, at: i64) -> Result<()> {
    tx.run(sql!("INSERT INTO answer_key (org, hash, link, made_at) VALUES ($1, $2, $3, $4)", tx.org(), hash, link, at))
        .await?;
    Ok(())
}
