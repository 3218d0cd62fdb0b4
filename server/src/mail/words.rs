//! What a message says: who writes, what is asked by when, and a link. No word of a report and nobody's name is in it; nor
//! does anything that somebody typed stand in a header.

use super::due::Stands;
use crate::office::page::text;
use crate::office::words::in_full;
use crate::store::OrgStore;
use crate::store::bodies::Body;
use crate::store::outbox::Mail;
use anyhow::{Context as _, Result};
use serde_json::json;

/// A message: its subject, and its text in lines.
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) text: String,
}

impl Letter {
    /// Reads what a template says: the subject on its first line.
    fn of(said: &str) -> Result<Self> {
        let (subject, text) = said.trim_start().split_once('\n').context("a message without a text")?;
        let subject = subject.strip_prefix("Subject: ").context("a message without a subject")?;
        Ok(Self { subject: plain(subject), text: plain(text.trim_start()) })
    }
}

/// Without the spaces that do not break: not every mail program shows them.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

/// The six digits that open a link.
pub(super) async fn code(org: &OrgStore, body: &Body, code: &str) -> Result<Letter> {
    let this = org.this().await?;
    Letter::of(&text("mail/code.txt", &json!({"org": this.name, "host": this.host, "body": body.name, "code": code}))?)
}

/// A link with what it is for, or a reminder.
pub(super) async fn about(org: &OrgStore, body: &Body, mail: &Mail, stands: &Stands, address: &str) -> Result<Letter> {
    let this = org.this().await?;
    let facts = json!({"org": this.name, "host": this.host, "body": body.name, "place": stands.place, "purpose": stands.purpose,
        "until": in_full(stands.until), "obliged": stands.obliged, "kind": mail.kind, "address": address});
    Letter::of(&text("mail/link.txt", &facts)?)
}
