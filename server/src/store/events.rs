//! Outreach events and presentations: when, where, with whom, how many, by which method of involvement.

use anyhow::Result;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::OrgStore;

/// An outreach event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Event {
    /// Made by the caller, UUIDv7.
    pub id: String,
    /// The day.
    pub held_on: String,
    /// The scheme's kind: stall, presentation, coffee morning …
    pub kind: String,
    /// The group or the public.
    pub people_group: String,
    /// Where, in words.
    pub place: String,
    /// How many were there.
    pub present: i64,
    /// Who presented (person id or words).
    pub presented_by: Option<String>,
    /// information, consultation, participation, delegation or co-production (GR 3.3).
    pub method: String,
    /// Anything else.
    pub notes: Option<String>,
}

/// How much outreach there was in a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromRow)]
pub struct Reach {
    /// Events.
    pub events: i64,
    /// People present, counted once an event.
    pub people: i64,
}

impl OrgStore {
    /// Writes an event, new or anew.
    pub async fn write_event(&self, event: Event, at: i64) -> Result<()> {
        self.write((event, at), |tx, (e, at)| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO event (org, id, held_on, kind, people_group, place, present, presented_by, method, notes, made_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                     ON CONFLICT (org, id) DO UPDATE SET held_on = excluded.held_on, kind = excluded.kind,
                       people_group = excluded.people_group, place = excluded.place, present = excluded.present,
                       presented_by = excluded.presented_by, method = excluded.method, notes = excluded.notes",
                    tx.org(),
                    &e.id,
                    &e.held_on,
                    &e.kind,
                    &e.people_group,
                    &e.place,
                    e.present,
                    &e.presented_by,
                    &e.method,
                    &e.notes,
                    *at
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Every event, latest first.
    pub async fn events(&self) -> Result<Vec<Event>> {
        self.all(rows!(
            "SELECT id, held_on, kind, people_group, place, present, presented_by, method, notes
             FROM event WHERE org = $1 ORDER BY held_on DESC, id DESC",
            self.id()
        ))
        .await
    }

    /// One event, or none.
    pub async fn event(&self, id: &str) -> Result<Option<Event>> {
        self.optional(rows!(
            "SELECT id, held_on, kind, people_group, place, present, presented_by, method, notes
             FROM event WHERE org = $1 AND id = $2",
            self.id(),
            id
        ))
        .await
    }

    /// How many events from `first` to `last` (days, both counted), and how many people were there.
    pub async fn reach(&self, first: &str, last: &str) -> Result<Reach> {
        self.one(rows!(
            "SELECT count(*) AS events, CAST(coalesce(sum(present), 0) AS BIGINT) AS people
             FROM event WHERE org = $1 AND held_on >= $2 AND held_on <= $3",
            self.id(),
            first,
            last
        ))
        .await
    }
}
