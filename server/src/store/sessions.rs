//! Who is signed in at the office, by the hash of a token that only their browser has; and words that serve once.

use anyhow::Result;
use serde::Serialize;
use sqlx::FromRow;

use super::OrgStore;
use super::devices::{Heard, hear};

/// How the hash of a word begins that sweeps on its way: one in sixteen, for the table is read for it.
const SWEEPS: char = '0';

/// A signed-in person's session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct SignIn {
    /// The hash of the browser's token.
    pub hash: String,
    /// Who is signed in.
    pub person: String,
    /// The secret that every form carries.
    pub csrf: String,
    /// Milliseconds since 1970.
    pub made_at: i64,
    /// Milliseconds since 1970.
    pub expires_at: i64,
}

impl OrgStore {
    /// Signs a person in.
    pub async fn begin_session(&self, session: SignIn) -> Result<()> {
        self.write(session, |tx, s| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO session (org, hash, person, csrf, made_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
                    tx.org(),
                    &s.hash,
                    &s.person,
                    &s.csrf,
                    s.made_at,
                    s.expires_at
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// The session with this token's hash, if it has not expired and the person has not left.
    pub async fn session(&self, hash: &str, now: i64) -> Result<Option<SignIn>> {
        self.optional(rows!(
            "SELECT s.hash, s.person, s.csrf, s.made_at, s.expires_at FROM session s
             JOIN person p ON p.org = $1 AND p.id = s.person
             WHERE s.org = $1 AND s.hash = $2 AND s.expires_at > $3 AND p.left_on IS NULL",
            self.id(),
            hash,
            now
        ))
        .await
    }

    /// Signs out.
    pub async fn end_session(&self, hash: &str) -> Result<()> {
        self.write(hash.to_owned(), |tx, hash| {
            Box::pin(async move {
                tx.run(sql!("DELETE FROM session WHERE org = $1 AND hash = $2", tx.org(), hash)).await?;
                Ok(())
            })
        })
        .await
    }

    /// Uses up a word that serves once (a nonce, by its hash): `true` the first time, `false` for as long as it would
    /// be good. Words whose time is over go on the way, now and then.
    pub async fn spend(&self, hash: &str, expires_at: i64, now: i64) -> Result<bool> {
        self.spend_and_hear(hash, expires_at, now, None).await
    }

    /// As [`OrgStore::spend`], and keeps in the same write that the tablet was heard which used it, if it was the first.
    pub async fn spend_and_hear(&self, hash: &str, expires_at: i64, now: i64, heard: Option<Heard>) -> Result<bool> {
        self.write((hash.to_owned(), expires_at, now, heard), |tx, (hash, expires_at, now, heard)| {
            Box::pin(async move {
                if hash.starts_with(SWEEPS) {
                    tx.run(sql!("DELETE FROM spent WHERE org = $1 AND expires_at <= $2", tx.org(), *now)).await?;
                }
                let first = sql!(
                    "INSERT INTO spent (org, hash, expires_at) VALUES ($1, $2, $3)
                     ON CONFLICT (org, hash) DO UPDATE SET expires_at = excluded.expires_at WHERE spent.expires_at <= $4",
                    tx.org(),
                    hash,
                    *expires_at,
                    *now
                );
                let is_first = tx.run(first).await? == 1;
                if let Some(heard) = heard.as_ref().filter(|_| is_first) {
                    hear(tx, heard).await?;
                }
                Ok(is_first)
            })
        })
        .await
    }

    /// Sweeps sessions that expired before `now`.
    pub async fn sweep_expired(&self, now: i64) -> Result<()> {
        self.write(now, |tx, now| {
            Box::pin(async move {
                tx.run(sql!("DELETE FROM session WHERE org = $1 AND expires_at <= $2", tx.org(), *now)).await?;
                Ok(())
            })
        })
        .await
    }
}
