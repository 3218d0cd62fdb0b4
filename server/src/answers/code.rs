//! The code that goes to the address on record, where mail goes out: so that whoever only came upon a link cannot answer by it.
//! A part that was passed on asks for none: whoever passed it on had typed theirs.

use super::typed::Wrong;
use crate::auth::holder::Holder;
use crate::mail::code_hash;
use crate::office::form::{Form, Problems};
use crate::office::{Office, new_id};
use crate::store::outbox::Mail;
use anyhow::Result;

/// What came of a code that was typed, or not.
pub(super) enum Tried {
    /// It is the one that was sent.
    Right,
    /// None was typed.
    None,
    /// It is not.
    Wrong(Wrong),
}

/// To which address a code goes, as far as a stranger may read it; none where the link alone opens the page.
pub(super) fn goes_to(office: &Office, holder: &Holder) -> Option<String> {
    let mail = holder.body.email.as_deref().filter(|_| office.post.is_some() && holder.link.parent.is_none())?;
    let (name, at) = mail.split_once('@')?;
    Some(format!("{}…@{at}", name.chars().next().unwrap_or('…')))
}

/// Whether the right code was typed. Wrong ones are counted for each link, and soon have to wait.
pub(super) async fn right(office: &Office, holder: &Holder, form: &Form) -> Result<Tried> {
    let code: String = form.text("code").chars().filter(char::is_ascii_digit).collect();
    if form.text("code").is_empty() {
        return Ok(Tried::None);
    }
    let key = format!("the code of {}", holder.link.id);
    if let Some(wait) = office.limit.wait(&key, holder.now) {
        let words = format!("Too many wrong codes. Wait {} seconds, then try again.", wait / 1000 + 1);
        return Ok(Tried::Wrong(Problems::one("code", words)));
    }
    let deed = holder.does("type a code", &holder.link.id);
    if deed.use_answer_code(&holder.link.id, &code_hash(&holder.link.id, &code), holder.now).await? {
        office.limit.right(&key);
        return Ok(Tried::Right);
    }
    office.limit.wrong(&key, holder.now);
    let words = "This is not the code that was sent last, or it is older than half an hour. Leave the field empty to be sent another.";
    Ok(Tried::Wrong(Problems::one("code", words)))
}

/// Has a code sent, or says why none is. Nobody can fill somebody's mailbox with them: after a few they wait.
pub(super) async fn send(office: &Office, holder: &Holder) -> Result<Option<Wrong>> {
    let key = format!("codes to {}", holder.link.id);
    if let Some(wait) = office.limit.wait(&key, holder.now) {
        let words = format!(
            "No other code is sent just now. Type the six digits that came last, or wait {} seconds and ask again.",
            wait / 1000 + 1
        );
        return Ok(Some(Problems::one("code", words)));
    }
    office.limit.wrong(&key, holder.now);
    let mail = Mail {
        id: new_id(holder.now),
        kind: "code".to_owned(),
        report: holder.link.report.clone(),
        body: holder.body.id.clone(),
        link: Some(holder.link.id.clone()),
        day: holder.today.to_string(),
        state: "waits".to_owned(),
        next_at: holder.now,
        made_at: holder.now,
        ..Mail::default()
    };
    holder.does("ask for a code", &holder.link.id).queue_mail(mail).await?;
    if let Some(post) = &office.post {
        post.look();
    }
    Ok(None)
}
