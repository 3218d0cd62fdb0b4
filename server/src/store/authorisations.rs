//! What entitles a person to visit: a check seen (never the certificate), training, code and principles signed, and the
//! interests they declared. Whether it is enough is the domain's to say.

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::OrgStore;
use super::people::publish_person;
use super::visits::publish_visits_to_come;

/// What is recorded of one person's authorisation; every day as 2026-12-30 (GR 6.2, 6.5).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Authorisation {
    /// Whose.
    pub person: String,
    /// The day the check was seen.
    pub check_seen: Option<String>,
    /// The nominated person who judged it; never themself (SI 2008/528 reg 9).
    pub check_seen_by: Option<String>,
    /// The last day it is valid.
    pub valid_until: Option<String>,
    /// The day of training.
    pub trained: Option<String>,
    /// The day the code of conduct was signed.
    pub code_signed: Option<String>,
    /// The day the Nolan principles were signed.
    pub nolan_signed: Option<String>,
}

/// An interest that a person declared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Interest {
    /// Made by the caller, UUIDv7.
    pub id: String,
    /// Whose.
    pub person: String,
    /// As declared: "works weekends for the provider of Hazel Court".
    pub words: String,
    /// The provider or commissioner it concerns, when known.
    pub body: Option<String>,
    /// The place it concerns, when it is one place.
    pub place: Option<String>,
    /// The day it was declared.
    pub declared_on: String,
    /// The day it ended, if it did.
    pub ended_on: Option<String>,
}

impl OrgStore {
    /// Everybody's authorisation.
    pub async fn authorisations(&self) -> Result<Vec<Authorisation>> {
        self.all(rows!(
            "SELECT person, check_seen, check_seen_by, valid_until, trained, code_signed, nolan_signed
             FROM authorisation WHERE org = $1 ORDER BY person",
            self.id()
        ))
        .await
    }

    /// One person's authorisation, if anything is recorded.
    pub async fn authorisation(&self, person: &str) -> Result<Option<Authorisation>> {
        self.optional(rows!(
            "SELECT person, check_seen, check_seen_by, valid_until, trained, code_signed, nolan_signed
             FROM authorisation WHERE org = $1 AND person = $2",
            self.id(),
            person
        ))
        .await
    }

    /// Records or replaces a person's authorisation; refused when they would have judged their own check.
    pub async fn authorise(&self, authorisation: Authorisation) -> Result<()> {
        if authorisation.check_seen_by.as_deref() == Some(authorisation.person.as_str()) {
            bail!("A check is judged by somebody else than the person it is about.");
        }
        self.write(authorisation, |tx, a| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO authorisation (org, person, check_seen, check_seen_by, valid_until, trained, code_signed, nolan_signed)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                     ON CONFLICT (org, person) DO UPDATE SET check_seen = excluded.check_seen,
                       check_seen_by = excluded.check_seen_by, valid_until = excluded.valid_until, trained = excluded.trained,
                       code_signed = excluded.code_signed, nolan_signed = excluded.nolan_signed",
                    tx.org(),
                    &a.person,
                    &a.check_seen,
                    &a.check_seen_by,
                    &a.valid_until,
                    &a.trained,
                    &a.code_signed,
                    &a.nolan_signed
                ))
                .await?;
                publish_person(tx, &a.person).await?;
                publish_visits_to_come(tx).await
            })
        })
        .await
    }

    /// Records an interest, or the same one with an end.
    pub async fn declare_interest(&self, interest: Interest) -> Result<()> {
        self.write(interest, |tx, i| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO interest (org, id, person, words, body, place, declared_on, ended_on)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                     ON CONFLICT (org, id) DO UPDATE SET words = excluded.words, body = excluded.body,
                       place = excluded.place, ended_on = excluded.ended_on",
                    tx.org(),
                    &i.id,
                    &i.person,
                    &i.words,
                    &i.body,
                    &i.place,
                    &i.declared_on,
                    &i.ended_on
                ))
                .await?;
                publish_visits_to_come(tx).await
            })
        })
        .await
    }

    /// What a person declared, ended ones as well, oldest first.
    pub async fn interests(&self, person: &str) -> Result<Vec<Interest>> {
        self.all(rows!(
            "SELECT id, person, words, body, place, declared_on, ended_on FROM interest
             WHERE org = $1 AND person = $2 ORDER BY declared_on, id",
            self.id(),
            person
        ))
        .await
    }
}
