//! Tablets and the one-time codes that enrol them: name, key, holders, when last heard, what is only there.
//! Revoking acts on the next request: whoever asks for a tablet's key gets none.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::acts::Act;
use super::grants::regrant_device;
use super::visits::publish_visit;
use super::{OrgStore, Tx};

/// A one-time code to be made.
#[derive(Debug, Clone, Default)]
pub struct NewCode {
    /// The hash of the code; the code itself is only on paper.
    pub hash: String,
    /// Who will hold the tablet (person ids).
    pub holders: Vec<String>,
    /// Who made it (person id, or "operator").
    pub made_by: String,
    /// Milliseconds since 1970.
    pub expires_at: i64,
}

/// What came of a code that was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeUse {
    /// It served; the tablet is enrolled.
    Enrolled {
        /// Who holds the tablet (person ids).
        holders: Vec<String>,
        /// The tablet was enrolled before.
        again: bool,
    },
    /// The tablet was retired or reported lost; the code was not used.
    Revoked,
    /// A tablet with another key has this id; the code was not used.
    AnotherKey,
    /// It is not one of this organisation's.
    Unknown,
    /// It served before.
    Used,
    /// Its time is over.
    Expired,
}

/// A tablet to be enrolled.
#[derive(Debug, Clone, Default)]
pub struct NewDevice {
    /// Made by the tablet.
    pub id: String,
    /// What people call it: "Tablet 2".
    pub name: String,
    /// Its Ed25519 verifying key, as text.
    pub verifying_key: String,
    /// The version of its program.
    pub version: Option<String>,
    /// Milliseconds since 1970.
    pub at: i64,
}

/// A tablet as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Device {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its Ed25519 verifying key.
    pub verifying_key: String,
    /// Milliseconds since 1970, as every time here.
    pub enrolled_at: i64,
    /// When it was last heard.
    pub last_seen: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// Retired, lost or stolen.
    pub revoked_why: Option<String>,
    /// The version of its program.
    pub version: Option<String>,
    /// JSON: what it last said is only on it.
    pub waiting: Option<String>,
}

/// That a tablet was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Its id.
    pub device: String,
    /// Milliseconds since 1970.
    pub at: i64,
    /// The version of its program; what was said before stays where it says nothing.
    pub version: Option<String>,
    /// JSON: what it says is only on it; the same.
    pub waiting: Option<String>,
}

impl OrgStore {
    /// Keeps a one-time code.
    pub async fn add_code(&self, code: NewCode) -> Result<()> {
        self.write(code, |tx, code| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO enrolment_code (org, hash, holders, made_by, expires_at) VALUES ($1, $2, $3, $4, $5)",
                    tx.org(),
                    &code.hash,
                    serde_json::to_string(&code.holders)?,
                    &code.made_by,
                    code.expires_at
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Uses a code up and enrols the tablet with it, both or neither; the tablet comes to see its holders' visits. One
    /// that is enrolled already changes hands with a new code, and with the code that it used hears the same again.
    pub async fn use_code(&self, hash: &str, device: NewDevice) -> Result<CodeUse> {
        self.write((hash.to_owned(), device), |tx, (hash, device)| Box::pin(use_code(tx, hash, device))).await
    }

    /// Every tablet, by name, revoked ones as well.
    pub async fn devices(&self) -> Result<Vec<Device>> {
        self.all(rows!(
            "SELECT id, name, verifying_key, enrolled_at, last_seen, revoked_at, revoked_why, version, waiting
             FROM device WHERE org = $1 ORDER BY name, id",
            self.id()
        ))
        .await
    }

    /// One tablet, or none; look at `revoked_at` before you believe it.
    pub async fn device(&self, id: &str) -> Result<Option<Device>> {
        self.optional(rows!(
            "SELECT id, name, verifying_key, enrolled_at, last_seen, revoked_at, revoked_why, version, waiting
             FROM device WHERE org = $1 AND id = $2",
            self.id(),
            id
        ))
        .await
    }

    /// Who holds a tablet (person ids).
    pub async fn holders(&self, device: &str) -> Result<Vec<String>> {
        self.scalars(values!(
            "SELECT person FROM device_holder WHERE org = $1 AND device = $2 ORDER BY person",
            self.id(),
            device
        ))
        .await
    }

    /// Says who holds a tablet from now on, all at once; what it may see follows.
    pub async fn set_holders(&self, device: &str, holders: Vec<String>) -> Result<()> {
        self.write((device.to_owned(), holders), |tx, (device, holders)| Box::pin(set_holders(tx, device, holders)))
            .await
    }

    /// Keeps that a tablet was heard, its version, and what it says is only on it (JSON; `None` leaves what was said before).
    pub async fn heard_from(&self, device: &str, at: i64, version: Option<&str>, waiting: Option<&str>) -> Result<()> {
        let (version, waiting) = (version.map(str::to_owned), waiting.map(str::to_owned));
        let heard = Heard { device: device.to_owned(), at, version, waiting };
        self.write(heard, |tx, heard| Box::pin(hear(tx, heard))).await
    }

    /// Revokes a tablet: it sees nothing any more, and its next request is refused. What it sent stays.
    pub async fn revoke_device(&self, device: &str, at: i64, why: &str) -> Result<()> {
        // At once, whatever becomes of the objects' store: it may be lost or stolen.
        self.shut_out(device, at, why).await?;
        self.written_down(Act::Revoked { device: device.to_owned(), why: why.to_owned(), at }).await;
        Ok(())
    }

    pub(super) async fn shut_out(&self, device: &str, at: i64, why: &str) -> Result<()> {
        self.write((device.to_owned(), at, why.to_owned()), |tx, (device, at, why)| {
            Box::pin(async move {
                tx.next_rev().await?;
                tx.run(sql!(
                    "UPDATE device SET revoked_at = $3, revoked_why = $4 WHERE org = $1 AND id = $2 AND revoked_at IS NULL",
                    tx.org(),
                    device,
                    *at,
                    why
                ))
                .await?;
                let rev = tx.next_rev().await?;
                tx.run(sql!(
                    "UPDATE grants SET until = $3 WHERE org = $1 AND device = $2 AND until IS NULL",
                    tx.org(),
                    device,
                    rev
                ))
                .await?;
                tx.run(sql!(
                    "DELETE FROM feed WHERE org = $1 AND audience = 'device' AND audience_ref = $2",
                    tx.org(),
                    device
                ))
                .await?;
                Ok(())
            })
        })
        .await
    }
}

pub(super) async fn hear(tx: &mut Tx, heard: &Heard) -> Result<()> {
    tx.run(sql!(
        "UPDATE device SET last_seen = $3, version = coalesce($4, version), waiting = coalesce($5, waiting)
         WHERE org = $1 AND id = $2",
        tx.org(),
        &heard.device,
        heard.at,
        &heard.version,
        &heard.waiting
    ))
    .await?;
    Ok(())
}

async fn use_code(tx: &mut Tx, hash: &str, device: &NewDevice) -> Result<CodeUse> {
    let enrolled: Option<(String, Option<i64>)> = tx
        .optional(rows!(
            "SELECT verifying_key, revoked_at FROM device WHERE org = $1 AND id = $2",
            tx.org(),
            &device.id
        ))
        .await?;
    let again = enrolled.is_some();
    match enrolled {
        Some((key, _)) if key != device.verifying_key => return Ok(CodeUse::AnotherKey),
        Some((_, Some(_))) => return Ok(CodeUse::Revoked),
        Some(_) | None => {}
    }
    let holders: Option<String> = tx
        .scalar(values!(
            "UPDATE enrolment_code SET used_by = $3, used_at = $4
             WHERE org = $1 AND hash = $2 AND used_by IS NULL AND expires_at > $4 RETURNING holders",
            tx.org(),
            hash,
            &device.id,
            device.at
        ))
        .await?;
    if let Some(holders) = holders {
        let holders: Vec<String> = serde_json::from_str(&holders).context("a code's holders")?;
        match again {
            true => set_holders(tx, &device.id, &holders).await?,
            false => enrol(tx, device, &holders).await?,
        }
        return Ok(CodeUse::Enrolled { holders, again });
    }
    let code: Option<(Option<String>, i64)> = tx
        .optional(rows!("SELECT used_by, expires_at FROM enrolment_code WHERE org = $1 AND hash = $2", tx.org(), hash))
        .await?;
    Ok(match code {
        None => CodeUse::Unknown,
        Some((_, until)) if until <= device.at => CodeUse::Expired,
        // The first answer was lost on the way.
        Some((Some(by), _)) if again && by == device.id => {
            let held = values!(
                "SELECT person FROM device_holder WHERE org = $1 AND device = $2 ORDER BY person",
                tx.org(),
                &device.id
            );
            CodeUse::Enrolled { holders: tx.scalars(held).await?, again }
        }
        Some(_) => CodeUse::Used,
    })
}

async fn enrol(tx: &mut Tx, device: &NewDevice, holders: &[String]) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO device (org, id, name, verifying_key, enrolled_at, version) VALUES ($1, $2, $3, $4, $5, $6)",
        tx.org(),
        &device.id,
        &device.name,
        &device.verifying_key,
        device.at,
        &device.version
    ))
    .await?;
    set_holders(tx, &device.id, holders).await
}

async fn set_holders(tx: &mut Tx, device: &str, holders: &[String]) -> Result<()> {
    tx.next_rev().await?;
    tx.run(sql!("DELETE FROM device_holder WHERE org = $1 AND device = $2", tx.org(), device)).await?;
    for holder in holders {
        tx.run(sql!(
            "INSERT INTO device_holder (org, device, person) VALUES ($1, $2, $3)
             ON CONFLICT (org, device, person) DO NOTHING",
            tx.org(),
            device,
            holder
        ))
        .await?;
    }
    for visit in regrant_device(tx, device).await? {
        publish_visit(tx, &visit).await?;
    }
    Ok(())
}
