//! The audit log: who did what to which record, ids only, each line hashed with the one before it, so that a line taken out
//! or changed later is seen.

use anyhow::{Context, Result};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::FromRow;

use super::{OrgStore, Tx};

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Milliseconds since 1970.
    pub at: i64,
    /// A person's or device's id, or "operator" for the command line.
    pub who: String,
    /// A short verb and noun: "assign visit". Never words that somebody typed.
    pub what: String,
    /// The ids it was done to.
    pub subject: String,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct AuditLine {
    /// Its number, from 1.
    pub n: i64,
    /// Milliseconds since 1970.
    pub made_at: i64,
    /// Who.
    pub who: String,
    /// What.
    pub what: String,
    /// To which record.
    pub subject: String,
    /// SHA-256 over the line before and this line, hexadecimal.
    pub hash: String,
}

impl Tx {
    /// Writes a line of the audit log in the same transaction as what was done.
    pub async fn record(&mut self, deed: &Deed) -> Result<()> {
        // Taking the organisation's row first keeps two processes from writing the same number.
        let taken = rows!(
            "UPDATE org SET audit_count = audit_count + 1 WHERE org = $1 RETURNING audit_count, audit_head",
            self.org()
        );
        let (n, head): (i64, String) = self.optional(taken).await?.context("There is no such organisation.")?;
        let hash = chained(&head, n, deed);
        self.run(sql!(
            "INSERT INTO audit (org, n, made_at, who, what, subject, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            self.org(),
            n,
            deed.at,
            &deed.who,
            &deed.what,
            &deed.subject,
            &hash
        ))
        .await?;
        self.run(sql!("UPDATE org SET audit_head = $2 WHERE org = $1", self.org(), &hash)).await?;
        Ok(())
    }
}

impl OrgStore {
    /// Writes a line of the audit log for what is no write, such as an export or a wrong try at the door.
    pub async fn record(&self, deed: Deed) -> Result<()> {
        self.in_its_wake().write(deed, |tx, deed| Box::pin(tx.record(deed))).await
    }

    /// Lines after number `after`, oldest first, at most `limit`.
    pub async fn audit_after(&self, after: i64, limit: i64) -> Result<Vec<AuditLine>> {
        self.all(rows!(
            "SELECT n, made_at, who, what, subject, hash FROM audit WHERE org = $1 AND n > $2 ORDER BY n LIMIT $3",
            self.id(),
            after,
            limit
        ))
        .await
    }

    /// Reads the whole chain; answers what is wrong with it, in words, or nothing. Reads one moment of the record.
    pub async fn check_audit(&self) -> Result<Option<String>> {
        let moment = self.snapshot().await?;
        let end = rows!("SELECT audit_count, audit_head FROM org WHERE org = $1", self.id());
        let (count, last): (i64, String) = moment.one(end).await?;
        let (mut n, mut head) = (0, String::new());
        loop {
            let lines = moment.audit_after(n, 1000).await?;
            if lines.is_empty() {
                break;
            }
            for line in lines {
                let deed = Deed { at: line.made_at, who: line.who, what: line.what, subject: line.subject };
                if line.n != n + 1 || line.hash != chained(&head, line.n, &deed) {
                    return Ok(Some(format!("The audit log was changed at or before line {}.", line.n)));
                }
                (n, head) = (line.n, line.hash);
            }
        }
        let short =
            (n != count || head != last).then(|| format!("The audit log ends at line {n} and should have {count}."));
        Ok(short)
    }
}

fn chained(before: &str, n: i64, deed: &Deed) -> String {
    let mut hash = Sha256::new();
    let numbers = [n.to_string(), deed.at.to_string()];
    for part in [before, &numbers[0], &numbers[1], &deed.who, &deed.what, &deed.subject] {
        // Each part with its length, so that no two lines read the same.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(hash.finalize())
}
