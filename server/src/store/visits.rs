//! Visits: where, why, when, announced or not; planned, done or cancelled, with the history of that. Who goes is in `teams`.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::feed::Audience;
use super::places::Place;
pub use super::teams::{Member, RefusedAssignment};
use super::{OrgStore, Tx};

/// One time there: a visit has one or more.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The day, as 2026-11-10.
    pub date: String,
    /// When it begins, as 10:00.
    pub from: Option<String>,
    /// When it ends.
    pub to: Option<String>,
}

/// A visit to be planned.
#[derive(Debug, Clone, Default)]
pub struct NewVisit {
    /// Made by the caller, UUIDv7.
    pub id: String,
    /// The place's id.
    pub place: String,
    /// Why: printed in the report.
    pub purpose: String,
    /// The scheme's word: announced, unannounced, within a window.
    pub announcement: String,
    /// At least one.
    pub sessions: Vec<Session>,
    /// Who planned it (person id).
    pub by: String,
    /// Milliseconds since 1970.
    pub at: i64,
}

/// A visit as recorded, with what a list of visits shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Its id.
    pub id: String,
    /// The place's id.
    pub place: String,
    /// The place's name.
    pub place_name: String,
    /// Why.
    pub purpose: String,
    /// The scheme's word.
    pub announcement: String,
    /// When.
    pub sessions: Vec<Session>,
    /// The lead's person id, once named.
    pub lead: Option<String>,
    /// planned, done or cancelled.
    pub state: String,
}

#[derive(FromRow)]
struct Row {
    id: String,
    place: String,
    place_name: String,
    purpose: String,
    announcement: String,
    sessions: String,
    lead: Option<String>,
    state: String,
}

impl TryFrom<Row> for Visit {
    type Error = anyhow::Error;

    fn try_from(row: Row) -> Result<Visit> {
        let Row { id, place, place_name, purpose, announcement, sessions, lead, state } = row;
        let sessions = serde_json::from_str(&sessions).context("a visit's sessions")?;
        Ok(Visit { id, place, place_name, purpose, announcement, sessions, lead, state })
    }
}

/// A step in a visit's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct VisitStep {
    /// The state it came to.
    pub state: String,
    /// Who (person id).
    pub who: String,
    /// Milliseconds since 1970.
    pub made_at: i64,
    /// Why, where a reason was asked.
    pub reason: Option<String>,
}

/// What tablets of the team are told of a visit (feed kind `visit`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitItem {
    /// The visit.
    pub visit: Visit,
    /// The place in full.
    pub place: Place,
    /// The team.
    pub team: Vec<Member>,
}

impl OrgStore {
    /// Every visit, latest first.
    pub async fn visits(&self) -> Result<Vec<Visit>> {
        let rows: Vec<Row> = self
            .all(rows!(
                "SELECT v.id, v.place, p.name AS place_name, v.purpose, v.announcement, v.sessions, v.lead, v.state
                 FROM visit v JOIN place p ON p.org = $1 AND p.id = v.place WHERE v.org = $1 ORDER BY v.first_on DESC, v.id DESC",
                self.id()
            ))
            .await?;
        rows.into_iter().map(Visit::try_from).collect()
    }

    /// One visit, or none.
    pub async fn visit(&self, id: &str) -> Result<Option<Visit>> {
        let row: Option<Row> = self
            .optional(rows!(
                "SELECT v.id, v.place, p.name AS place_name, v.purpose, v.announcement, v.sessions, v.lead, v.state
                 FROM visit v JOIN place p ON p.org = $1 AND p.id = v.place WHERE v.org = $1 AND v.id = $2",
                self.id(),
                id
            ))
            .await?;
        row.map(Visit::try_from).transpose()
    }

    /// Plans a visit.
    pub async fn plan_visit(&self, new: NewVisit) -> Result<()> {
        self.write(new, |tx, new| Box::pin(plan(tx, new))).await
    }

    /// Writes purpose, announcement and sessions anew; the team's tablets are told.
    pub async fn change_visit(&self, changed: NewVisit) -> Result<()> {
        self.write(changed, |tx, v| {
            Box::pin(async move {
                let found = tx
                    .run(sql!(
                        "UPDATE visit SET place = $3, purpose = $4, announcement = $5, sessions = $6, first_on = $7
                         WHERE org = $1 AND id = $2",
                        tx.org(),
                        &v.id,
                        &v.place,
                        &v.purpose,
                        &v.announcement,
                        serde_json::to_string(&v.sessions)?,
                        v.first_on()?
                    ))
                    .await?;
                if found == 0 {
                    bail!("This visit is not in the record.");
                }
                publish_visit(tx, &v.id).await
            })
        })
        .await
    }

    /// Brings a visit to a state (planned, done, cancelled) and writes the step down.
    pub async fn set_visit_state(&self, visit: &str, step: VisitStep) -> Result<()> {
        self.write((visit.to_owned(), step), |tx, (visit, step)| {
            Box::pin(async move {
                let set = sql!("UPDATE visit SET state = $3 WHERE org = $1 AND id = $2", tx.org(), visit, &step.state);
                if tx.run(set).await? == 0 {
                    bail!("This visit is not in the record.");
                }
                keep_step(tx, visit, step).await?;
                publish_visit(tx, visit).await
            })
        })
        .await
    }

    /// A visit's history, oldest first.
    pub async fn visit_steps(&self, visit: &str) -> Result<Vec<VisitStep>> {
        self.all(rows!(
            "SELECT state, who, made_at, reason FROM visit_step WHERE org = $1 AND visit = $2 ORDER BY n",
            self.id(),
            visit
        ))
        .await
    }
}

impl NewVisit {
    fn first_on(&self) -> Result<&str> {
        let days = self.sessions.iter().map(|session| session.date.as_str());
        days.min().context("A visit has at least one session. Give its day.")
    }
}

async fn plan(tx: &mut Tx, new: &NewVisit) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO visit (org, id, place, purpose, announcement, sessions, first_on, state, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'planned', $8)",
        tx.org(),
        &new.id,
        &new.place,
        &new.purpose,
        &new.announcement,
        serde_json::to_string(&new.sessions)?,
        new.first_on()?,
        new.at
    ))
    .await?;
    let step = VisitStep { state: "planned".to_owned(), who: new.by.clone(), made_at: new.at, reason: None };
    keep_step(tx, &new.id, &step).await?;
    publish_visit(tx, &new.id).await
}

async fn keep_step(tx: &mut Tx, visit: &str, step: &VisitStep) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO visit_step (org, visit, n, state, who, made_at, reason)
         VALUES ($1, $2, (SELECT count(*) FROM visit_step WHERE org = $1 AND visit = $2), $3, $4, $5, $6)",
        tx.org(),
        visit,
        &step.state,
        &step.who,
        step.made_at,
        &step.reason
    ))
    .await?;
    Ok(())
}

/// Puts what the team's tablets are told of a visit into the feed again.
pub(super) async fn publish_visit(tx: &mut Tx, id: &str) -> Result<()> {
    let row: Option<Row> = tx
        .optional(rows!(
            "SELECT v.id, v.place, p.name AS place_name, v.purpose, v.announcement, v.sessions, v.lead, v.state
             FROM visit v JOIN place p ON p.org = $1 AND p.id = v.place WHERE v.org = $1 AND v.id = $2",
            tx.org(),
            id
        ))
        .await?;
    let visit = Visit::try_from(row.context("This visit is not in the record.")?)?;
    let place: Option<Place> = tx
        .optional(rows!(
            "SELECT p.id, p.name, p.kind, p.provider, b.name AS provider_name, p.commissioner, c.name AS commissioner_name,
               p.address, p.postcode, p.ods, p.closed_on
             FROM place p LEFT JOIN body b ON b.org = $1 AND b.id = p.provider
             LEFT JOIN body c ON c.org = $1 AND c.id = p.commissioner WHERE p.org = $1 AND p.id = $2",
            tx.org(),
            &visit.place
        ))
        .await?;
    let team = tx
        .all(rows!(
            "SELECT a.person, p.name FROM assignment a JOIN person p ON p.org = $1 AND p.id = a.person
             WHERE a.org = $1 AND a.visit = $2 ORDER BY p.name, a.person",
            tx.org(),
            id
        ))
        .await?;
    let item = VisitItem { visit, place: place.context("the visit's place")?, team };
    tx.put_feed("visit", id, Audience::Visit(id), &item).await?;
    Ok(())
}

/// Visits to come that are told again when it changes who may be added to them: more than any organisation has planned.
const TO_COME: i64 = 50;

/// Tells the tablets again of the visits to come: who could be added to them on the day may be others now.
pub(super) async fn publish_visits_to_come(tx: &mut Tx) -> Result<()> {
    let visits: Vec<String> = tx
        .scalars(values!(
            "SELECT id FROM visit WHERE org = $1 AND state = 'planned' ORDER BY first_on DESC, id LIMIT $2",
            tx.org(),
            TO_COME
        ))
        .await?;
    for visit in visits {
        publish_visit(tx, &visit).await?;
    }
    Ok(())
}

/// Tells the tablets of every visit to a place.
pub(super) async fn publish_visits_at(tx: &mut Tx, place: &str) -> Result<()> {
    let visits: Vec<String> =
        tx.scalars(values!("SELECT id FROM visit WHERE org = $1 AND place = $2 ORDER BY id", tx.org(), place)).await?;
    for visit in visits {
        publish_visit(tx, &visit).await?;
    }
    Ok(())
}
