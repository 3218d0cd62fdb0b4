//! Who goes on a visit: the team, its lead, and the assignments that were refused, with their reasons.
//! Whether somebody may be assigned is the domain's to say.

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::OrgStore;
use super::grants::regrant_visit;
use super::visits::publish_visit;

/// Somebody in a visit's team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Member {
    /// Their person id.
    pub person: String,
    /// Their name.
    pub name: String,
}

/// An assignment that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct RefusedAssignment {
    /// Made by the caller, UUIDv7.
    pub id: String,
    /// The visit.
    pub visit: String,
    /// The person.
    pub person: String,
    /// Why, in words that name the rule.
    pub reason: String,
    /// The day.
    pub refused_on: String,
}

impl OrgStore {
    /// Puts a person into the team (again is no error); their tablets come to see the visit and its notebooks.
    pub async fn assign(&self, visit: &str, person: &str, by: &str, at: i64) -> Result<()> {
        let input = (visit.to_owned(), person.to_owned(), by.to_owned(), at);
        self.write(input, |tx, (visit, person, by, at)| {
            Box::pin(async move {
                tx.next_rev().await?;
                tx.run(sql!(
                    "INSERT INTO assignment (org, visit, person, assigned_at, assigned_by) VALUES ($1, $2, $3, $4, $5)
                     ON CONFLICT (org, visit, person) DO NOTHING",
                    tx.org(),
                    visit,
                    person,
                    *at,
                    by
                ))
                .await?;
                regrant_visit(tx, visit).await?;
                publish_visit(tx, visit).await
            })
        })
        .await
    }

    /// Takes a person out of the team, and out of the lead; tablets that nobody of the team holds stop seeing it.
    pub async fn unassign(&self, visit: &str, person: &str) -> Result<()> {
        self.write((visit.to_owned(), person.to_owned()), |tx, (visit, person)| {
            Box::pin(async move {
                tx.next_rev().await?;
                tx.run(sql!(
                    "DELETE FROM assignment WHERE org = $1 AND visit = $2 AND person = $3",
                    tx.org(),
                    visit,
                    person
                ))
                .await?;
                tx.run(sql!(
                    "UPDATE visit SET lead = NULL WHERE org = $1 AND id = $2 AND lead = $3",
                    tx.org(),
                    visit,
                    person
                ))
                .await?;
                regrant_visit(tx, visit).await?;
                publish_visit(tx, visit).await
            })
        })
        .await
    }

    /// Names the lead, who must be in the team.
    pub async fn name_lead(&self, visit: &str, person: &str) -> Result<()> {
        self.write((visit.to_owned(), person.to_owned()), |tx, (visit, person)| {
            Box::pin(async move {
                let named = tx
                    .run(sql!(
                        "UPDATE visit SET lead = $3 WHERE org = $1 AND id = $2 AND EXISTS
                         (SELECT 1 FROM assignment a WHERE a.org = $1 AND a.visit = $2 AND a.person = $3)",
                        tx.org(),
                        visit,
                        person
                    ))
                    .await?;
                if named == 0 {
                    bail!("The lead must be in the team. Assign them first.");
                }
                publish_visit(tx, visit).await
            })
        })
        .await
    }

    /// A visit's team, by name.
    pub async fn team(&self, visit: &str) -> Result<Vec<Member>> {
        self.all(rows!(
            "SELECT a.person, p.name FROM assignment a JOIN person p ON p.org = $1 AND p.id = a.person
             WHERE a.org = $1 AND a.visit = $2 ORDER BY p.name, a.person",
            self.id(),
            visit
        ))
        .await
    }

    /// Keeps that an assignment was refused, and why.
    pub async fn keep_refused_assignment(&self, refused: RefusedAssignment) -> Result<()> {
        self.write(refused, |tx, refused| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO refused_assignment (org, id, visit, person, reason, refused_on)
                     VALUES ($1, $2, $3, $4, $5, $6)",
                    tx.org(),
                    &refused.id,
                    &refused.visit,
                    &refused.person,
                    &refused.reason,
                    &refused.refused_on
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Every refused assignment, in the order they were refused.
    pub async fn refused_assignments(&self) -> Result<Vec<RefusedAssignment>> {
        self.all(rows!(
            "SELECT id, visit, person, reason, refused_on FROM refused_assignment WHERE org = $1 ORDER BY refused_on, id",
            self.id()
        ))
        .await
    }
}
