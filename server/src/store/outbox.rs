//! Mail that is to go out: what about and to whom, by ids, and what became of it. What it says, and the address, are looked
//! up when it goes. Several servers may serve one record, so whoever sends claims it first.

use anyhow::Result;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::OrgStore;

/// One message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Mail {
    /// Its id; of a reminder made from what it reminds of.
    pub id: String,
    /// `link`, `code`, `before`, `on` or `after`.
    pub kind: String,
    /// The report.
    pub report: String,
    /// To whom.
    pub body: String,
    /// The link whose code it carries.
    pub link: Option<String>,
    /// The day it is about.
    pub day: String,
    /// `waits`, `held`, `sent` or `dropped`.
    pub state: String,
    /// How often it was tried.
    pub tries: i64,
    /// Not before this: milliseconds since 1970.
    pub next_at: i64,
    /// When it was written.
    pub made_at: i64,
    /// When it went, or was given up.
    pub ended_at: Option<i64>,
    /// Why it has not gone.
    pub why: Option<String>,
}

impl OrgStore {
    /// Writes a message down to be sent; one that is there already stays as it is.
    pub async fn queue_mail(&self, mail: Mail) -> Result<()> {
        self.write(mail, |tx, m| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO outbox (org, id, kind, report, body, link, day, state, tries, next_at, made_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10) ON CONFLICT (org, id) DO NOTHING",
                    tx.org(),
                    &m.id,
                    &m.kind,
                    &m.report,
                    &m.body,
                    &m.link,
                    &m.day,
                    &m.state,
                    m.next_at,
                    m.made_at
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Whether a message of this id was ever written down.
    pub async fn has_mail(&self, id: &str) -> Result<bool> {
        let found: Vec<i64> =
            self.scalars(values!("SELECT count(*) FROM outbox WHERE org = $1 AND id = $2", self.id(), id)).await?;
        Ok(found.first().is_some_and(|n| *n > 0))
    }

    /// What may go now and nobody has in hand, oldest first.
    pub async fn mail_to_send(&self, now: i64) -> Result<Vec<Mail>> {
        self.all(rows!(
            "SELECT id, kind, report, body, link, day, state, tries, next_at, made_at, ended_at, why FROM outbox
             WHERE org = $1 AND state IN ('waits', 'held') AND state = 'waits' AND next_at <= $2
               AND coalesce(claimed_until, 0) <= $2
             ORDER BY next_at, id LIMIT 50",
            self.id(),
            now
        ))
        .await
    }

    /// What waits for somebody's word, has been tried in vain, or was given up since `since`: for the desk.
    pub async fn mail_in_trouble(&self, since: i64) -> Result<Vec<Mail>> {
        self.all(rows!(
            "SELECT id, kind, report, body, link, day, state, tries, next_at, made_at, ended_at, why FROM outbox
             WHERE org = $1 AND (state = 'held' OR (state = 'waits' AND tries > 0 AND why IS NOT NULL)
               OR (state = 'dropped' AND why IS NOT NULL AND ended_at >= $2))
             ORDER BY made_at, id",
            self.id(),
            since
        ))
        .await
    }

    /// A report's messages, oldest first.
    pub async fn mail_of(&self, report: &str) -> Result<Vec<Mail>> {
        self.all(rows!(
            "SELECT id, kind, report, body, link, day, state, tries, next_at, made_at, ended_at, why FROM outbox
             WHERE org = $1 AND report = $2 ORDER BY made_at, id",
            self.id(),
            report
        ))
        .await
    }

    /// Takes a message in hand until `until`: `false` where another server has it, or has tried it a moment ago, or it has gone.
    pub async fn claim_mail(&self, id: &str, now: i64, until: i64) -> Result<bool> {
        self.write((id.to_owned(), now, until), |tx, (id, now, until)| {
            Box::pin(async move {
                let claimed = sql!(
                    "UPDATE outbox SET claimed_until = $4, tries = tries + 1
                     WHERE org = $1 AND id = $2 AND state = 'waits' AND next_at <= $3
                       AND coalesce(claimed_until, 0) <= $3",
                    tx.org(),
                    id,
                    *now,
                    *until
                );
                Ok(tx.run(claimed).await? == 1)
            })
        })
        .await
    }

    /// Keeps what became of a message: `sent`, `held` or `dropped`, or `waits` until `next_at`, with why it has not gone.
    pub async fn settle_mail(
        &self,
        id: &str,
        state: &'static str,
        at: i64,
        next_at: i64,
        why: Option<String>,
    ) -> Result<()> {
        self.write((id.to_owned(), state, at, next_at, why), |tx, (id, state, at, next_at, why)| {
            Box::pin(async move {
                let ended = (*state == "sent" || *state == "dropped").then_some(*at);
                tx.run(sql!(
                    "UPDATE outbox SET state = $3, ended_at = $4, next_at = $5, why = $6, claimed_until = NULL
                     WHERE org = $1 AND id = $2 AND state IN ('waits', 'held')",
                    tx.org(),
                    id,
                    *state,
                    ended,
                    *next_at,
                    why
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Lets a message go that was held: it counts as written now.
    pub async fn release_mail(&self, id: &str, now: i64) -> Result<()> {
        self.write((id.to_owned(), now), |tx, (id, now)| {
            Box::pin(async move {
                tx.run(sql!(
                    "UPDATE outbox SET state = 'waits', made_at = $3, next_at = $3, why = NULL, claimed_until = NULL
                     WHERE org = $1 AND id = $2 AND state = 'held'",
                    tx.org(),
                    id,
                    *now
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Keeps the code that goes to a link's recipient; an earlier one is none any more.
    pub async fn keep_code(&self, link: &str, hash: &str, expires_at: i64) -> Result<()> {
        self.write((link.to_owned(), hash.to_owned(), expires_at), |tx, (link, hash, expires_at)| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO answer_code (org, link, hash, expires_at) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (org, link) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at",
                    tx.org(),
                    link,
                    hash,
                    *expires_at
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Uses a code up: `true` once, where it is the right one and in time.
    pub async fn use_answer_code(&self, link: &str, hash: &str, now: i64) -> Result<bool> {
        self.write((link.to_owned(), hash.to_owned(), now), |tx, (link, hash, now)| {
            Box::pin(async move {
                let used = sql!(
                    "DELETE FROM answer_code WHERE org = $1 AND link = $2 AND hash = $3 AND expires_at > $4",
                    tx.org(),
                    link,
                    hash,
                    *now
                );
                Ok(tx.run(used).await? == 1)
            })
        })
        .await
    }
}
