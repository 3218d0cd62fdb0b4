//! Bodies: providers, commissioners and whoever else a report or a recommendation is addressed to.

use anyhow::Result;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::OrgStore;
use super::fold::fold;

/// A provider, commissioner or other recipient.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Body {
    /// Made by the caller, UUIDv7.
    pub id: String,
    /// Its name: "Beechway Care Ltd".
    pub name: String,
    /// The scheme's kind of recipient: "provider", "commissioner", "regulator" …
    pub kind: String,
    /// Where a report's link is sent.
    pub email: Option<String>,
    /// Its postal address.
    pub address: Option<String>,
    /// Its telephone number, for when nobody answers.
    #[serde(default)]
    pub phone: Option<String>,
}

impl OrgStore {
    /// Every body, by kind and name.
    pub async fn bodies(&self) -> Result<Vec<Body>> {
        self.all(rows!(
            "SELECT id, name, kind, email, address, phone FROM body WHERE org = $1 ORDER BY kind, folded",
            self.id()
        ))
        .await
    }

    /// One body, or none.
    pub async fn body(&self, id: &str) -> Result<Option<Body>> {
        self.optional(rows!(
            "SELECT id, name, kind, email, address, phone FROM body WHERE org = $1 AND id = $2",
            self.id(),
            id
        ))
        .await
    }

    /// Adds a body, or finds the one of this kind and name (capitals and accents do not matter): answers its id.
    pub async fn add_body(&self, body: Body) -> Result<String> {
        self.write(body, |tx, body| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO body (org, id, name, kind, email, address, folded, phone) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                     ON CONFLICT (org, kind, folded) DO NOTHING",
                    tx.org(),
                    &body.id,
                    &body.name,
                    &body.kind,
                    &body.email,
                    &body.address,
                    fold(&body.name),
                    &body.phone
                ))
                .await?;
                let found = values!(
                    "SELECT id FROM body WHERE org = $1 AND kind = $2 AND folded = $3",
                    tx.org(),
                    &body.kind,
                    fold(&body.name)
                );
                Ok(tx.scalar(found).await?.unwrap_or_else(|| body.id.clone()))
            })
        })
        .await
    }

    /// Writes anew where a body can be reached. Its name and kind stay: reports are addressed to them.
    pub async fn change_body(&self, body: Body) -> Result<()> {
        self.write(body, |tx, body| {
            Box::pin(async move {
                tx.run(sql!(
                    "UPDATE body SET email = $3, address = $4, phone = $5 WHERE org = $1 AND id = $2",
                    tx.org(),
                    &body.id,
                    &body.email,
                    &body.address,
                    &body.phone
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }
}
