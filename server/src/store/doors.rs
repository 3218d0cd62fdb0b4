//! What is asked before the organisation is known: whose session, device or code this is, and what is new anywhere.
//! The only SQL that may stand without an organisation; it answers ids and numbers, never a person's words.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AnyPool};
use tokio::sync::watch;

use super::Store;

/// The latest revision seen of each organisation.
pub(super) type Revisions = BTreeMap<String, i64>;

/// A statement with its values, to be run.
type Statement = Query<'static, Any, AnyArguments>;

/// A read that fixes a snapshot's moment and answers nothing of anybody.
pub(super) const MOMENT: &str = "SELECT count(*) FROM org WHERE org = ''";

/// What waits to be published, and how many tablets there are, in every organisation together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct WaitingRoom {
    /// Changes that are kept and not published.
    pub changes: i64,
    /// When the oldest of them came.
    pub since: Option<i64>,
    /// Tablets that are set up and not retired.
    pub tablets: i64,
}

impl Store {
    /// The organisation of an office session, by the hash of its token.
    pub async fn org_of_session(&self, hash: &str) -> Result<Option<String>> {
        self.asked("SELECT org FROM session WHERE hash = $1", hash).await
    }

    /// The organisation of an enrolled tablet, revoked or not.
    pub async fn org_of_device(&self, device: &str) -> Result<Option<String>> {
        self.asked("SELECT org FROM device WHERE id = $1", device).await
    }

    /// The organisation that made a one-time code, used or not.
    pub async fn org_of_code(&self, hash: &str) -> Result<Option<String>> {
        self.asked("SELECT org FROM enrolment_code WHERE hash = $1", hash).await
    }

    /// The organisation of a recipient's link, ended or not, by the hash of its secret.
    pub async fn org_of_answer_key(&self, hash: &str) -> Result<Option<String>> {
        self.asked("SELECT org FROM answer_key WHERE hash = $1", hash).await
    }

    /// Whether this id is another organisation's visit or notebook: what is sent for it is refused.
    pub async fn is_another_orgs(&self, org: &str, id: &str) -> Result<bool> {
        let found: Vec<String> = sqlx::query_scalar(
            "SELECT org FROM visit WHERE id = $2 AND org <> $1 UNION SELECT org FROM notebook WHERE id = $2 AND org <> $1",
        )
        .bind(org)
        .bind(id)
        .fetch_all(&self.inner.readers)
        .await?;
        Ok(!found.is_empty())
    }

    /// Every organisation's id, for the operator's command line and for work that goes round all of them.
    pub async fn org_ids(&self) -> Result<Vec<String>> {
        let ids = sqlx::query_scalar("SELECT org FROM org ORDER BY made_at, org");
        Ok(ids.fetch_all(&self.inner.readers).await?)
    }

    /// The notebooks that wait for the projector, because something came or was taken back, with their organisations, that which has waited longest first.
    pub async fn unpublished_notebooks(&self) -> Result<Vec<(String, String)>> {
        let waiting = sqlx::query_as(
            "SELECT org, notebook FROM (
               SELECT org, notebook, received_at, arrival FROM change WHERE state = 'taken'
               UNION ALL
               SELECT g.org, g.notebook, g.gone_at AS received_at, 0 AS arrival FROM gone g
               JOIN entry e ON e.org = g.org AND e.id = g.ref AND e.notebook = g.notebook
               WHERE g.kind = 'entry') AS waits
             GROUP BY org, notebook ORDER BY min(received_at), org, min(arrival)",
        );
        Ok(waiting.fetch_all(&self.inner.readers).await?)
    }

    /// Objects that were taken back and are still to be removed, with their organisations.
    pub async fn objects_gone(&self) -> Result<Vec<(String, String)>> {
        let open = sqlx::query_as("SELECT org, ref FROM gone WHERE kind = 'object' AND open = 1 ORDER BY org, ref");
        Ok(open.fetch_all(&self.inner.readers).await?)
    }

    /// How much waits at the door, for figures; counts only.
    pub async fn waiting_room(&self) -> Result<WaitingRoom> {
        let room = sqlx::query_as(
            "SELECT (SELECT count(*) FROM change WHERE state = 'taken') AS changes,
                    (SELECT min(received_at) FROM change WHERE state = 'taken') AS since,
                    (SELECT count(*) FROM device WHERE revoked_at IS NULL) AS tablets",
        );
        Ok(room.fetch_one(&self.inner.readers).await?)
    }

    /// The latest time at which anything was done that the audit log tells; for a look at the clock.
    pub async fn last_written(&self) -> Result<Option<i64>> {
        Ok(sqlx::query_scalar("SELECT max(made_at) FROM audit").fetch_one(&self.inner.readers).await?)
    }

    async fn asked(&self, sql: &'static str, key: &str) -> Result<Option<String>> {
        Ok(sqlx::query_scalar(sql).bind(key).fetch_optional(&self.inner.readers).await?)
    }
}

/// A value about the store as a whole, and when it was written.
pub(super) async fn about(connection: &mut AnyConnection, name: &str) -> Result<Option<(i64, Vec<u8>)>> {
    let found = sqlx::query_as("SELECT at, sealed FROM about_store WHERE name = $1").bind(name.to_owned());
    Ok(found.fetch_optional(connection).await?)
}

/// Writes a value about the store unless there is one.
pub(super) fn begin_about(name: &str, at: i64, sealed: Vec<u8>) -> Statement {
    sql!(
        "INSERT INTO about_store (name, at, sealed) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
        name,
        at,
        sealed
    )
}

/// Writes a value about the store over the one before.
pub(super) fn set_about(name: &str, at: i64, sealed: Vec<u8>) -> Statement {
    sql!(
        "INSERT INTO about_store (name, at, sealed) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET at = excluded.at, sealed = excluded.sealed",
        name,
        at,
        sealed
    )
}

/// Any organisation's desk key, sealed: what the right key opens.
pub(super) async fn a_desk(connection: &mut AnyConnection) -> Result<Option<(String, Vec<u8>)>> {
    let found = sqlx::query_as("SELECT org, desk_private FROM org WHERE desk_private IS NOT NULL ORDER BY org LIMIT 1");
    Ok(found.fetch_optional(connection).await?)
}

/// Any organisation's stored photo: what lies in the right place.
pub(super) async fn a_photo(connection: &mut AnyConnection) -> Result<Option<(String, String)>> {
    let found = sqlx::query_as("SELECT org, hash FROM photo WHERE state = 'stored' ORDER BY org, hash LIMIT 1");
    Ok(found.fetch_optional(connection).await?)
}

/// Once a second, while somebody waits for news: what other processes have written.
pub(super) async fn look_for_revisions(readers: AnyPool, revisions: watch::Sender<Revisions>) {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        second.tick().await;
        if revisions.receiver_count() == 0 {
            continue;
        }
        let rows: Result<Vec<(String, i64)>, sqlx::Error> =
            sqlx::query_as("SELECT org, rev FROM org").fetch_all(&readers).await;
        match rows {
            Ok(rows) => {
                revisions.send_if_modified(|all| {
                    let before = all.clone();
                    for (org, rev) in rows {
                        let known = all.entry(org).or_insert(rev);
                        *known = rev.max(*known);
                    }
                    *all != before
                });
            }
            Err(error) => tracing::warn!(%error, "could not look for news"),
        }
    }
}
