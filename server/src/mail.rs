//! Mail by SMTP: off until it is set up. What goes out is a link, a reminder or a code, and nothing confidential; when it goes,
//! and that it goes once, is in `due` and the store's outbox. A crash between sending and keeping sends twice: the text is harmless.

mod due;
mod smtp;
mod words;

pub use due::remind;

use crate::answers::address;
use crate::auth::token;
use crate::office::Office;
use crate::store::OrgStore;
use crate::store::audit::Deed;
use crate::store::links::LINK_ENDED;
use crate::store::outbox::Mail;
use anyhow::{Context as _, Result, bail};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::TlsParameters;
use lettre::transport::smtp::extension::ClientId;
use smtp::{No, Server, Tls};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::Notify;

/// How long a server may have a message in hand before another takes it up.
const IN_HAND: i64 = 5 * 60 * 1000;
/// How long one conversation with the mail server takes at most.
const AT_MOST: Duration = Duration::from_secs(120);
/// How long a code is good.
pub const CODE_LASTS: i64 = 30 * 60 * 1000;
/// How often the record is looked at for what is due.
const EVERY: Duration = Duration::from_secs(60);

/// Where mail goes out.
pub struct Post {
    server: Server,
    from: Mailbox,
    wake: Notify,
}

/// Why a message did not go.
#[derive(Debug)]
enum NotSent {
    /// The mail server said no to it for good.
    Refused(String),
    /// It may go later.
    NotYet(String),
}

impl Post {
    /// The post by way of `smtp` (`smtps://NAME@HOST:465`, or `smtp://NAME@HOST:587`, which goes over to TLS), from an address
    /// like `Sutton LINk <office@link.example>`. Without TLS only to this machine itself.
    ///
    /// # Errors
    /// Neither reads as what it should be.
    pub fn of(smtp: &str, from: &str, password: Option<String>) -> Result<Self> {
        let from: Mailbox = from.parse().with_context(|| {
            format!("--mail-from “{from}” is no address. Write it as \"Sutton LINk <office@link.example>\".")
        })?;
        let (way, rest) = smtp.split_once("://").context("--smtp reads like smtps://NAME@mail.example:465")?;
        let (name, at) = match rest.rsplit_once('@') {
            Some((name, at)) => (Some(name), at),
            None => (None, rest),
        };
        let (host, port) = match at.trim_end_matches('/').rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse::<u16>().context("the port of --smtp is no number")?)),
            None => (at.trim_end_matches('/'), None),
        };
        let here = matches!(host, "localhost" | "127.0.0.1");
        let tls = || TlsParameters::new(host.to_owned());
        let (tls, usual) = match way {
            "smtps" => (Tls::Wrapped(tls()?), 465),
            "smtp" if here => (Tls::None, 25),
            "smtp" => (Tls::Started(tls()?), 587),
            _ => bail!("--smtp begins with smtps:// or smtp://"),
        };
        let credentials = match (name, password) {
            (Some(name), Some(password)) => Some(Credentials::new(name.to_owned(), password)),
            (Some(_), None) => bail!(
                "--smtp names somebody, and there is no password: put it into ENTERVIEW_SMTP_PASSWORD, or into the file smtp-password of the data folder."
            ),
            (None, _) => None,
        };
        let hello = ClientId::Domain(from.email.domain().to_owned());
        let server = Server { host: host.to_owned(), port: port.unwrap_or(usual), tls, credentials, hello };
        Ok(Self { server, from, wake: Notify::new() })
    }

    /// From whom mail comes.
    #[must_use]
    pub fn from(&self) -> String {
        self.from.to_string()
    }

    /// Has what waits looked at now.
    pub fn look(&self) {
        self.wake.notify_one();
    }

    async fn send(&self, to: &str, letter: words::Letter, id: &str, now: i64) -> Result<(), NotSent> {
        let to = to.parse().map_err(|_| NotSent::Refused("the address that is written down is none".to_owned()))?;
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(now).unwrap_or_default());
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .date(at)
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .raw_header(automatic)
            .subject(letter.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text)
            .map_err(|_| NotSent::Refused("the message could not be put together".to_owned()))?;
        let Ok(told) = tokio::time::timeout(AT_MOST, self.server.take(&message)).await else {
            return Err(NotSent::NotYet("the mail server did not answer".to_owned()));
        };
        told.map_err(|no| NotSent::of(&no))
    }
}

impl NotSent {
    /// What a *no* comes to. Only one that is about the recipient or the message itself is for good: whatever else is wrong
    /// can be put right, and what waits then goes.
    fn of(no: &No) -> Self {
        let (No::ToUs(error) | No::ToThem(error)) = no;
        let code = error.status().map(u16::from);
        match (no, code) {
            (No::ToThem(_), Some(code @ 550..=554)) => Self::Refused(format!("the mail server refused it ({code})")),
            (_, Some(code @ 500..)) => {
                tracing::warn!(code, "the mail server does not take our mail");
                Self::NotYet(format!(
                    "the mail server does not take our mail ({code}): its name, password or sender may not be right"
                ))
            }
            (_, Some(_)) => Self::NotYet("the mail server asked to wait".to_owned()),
            (_, None) => {
                tracing::warn!(cause = %error, "mail could not be given to the mail server");
                Self::NotYet(
                    "the mail server cannot be reached, or its certificate or password is not right".to_owned(),
                )
            }
        }
    }
}

/// Sends what is due, for as long as the server runs: at once when something is written, else every minute.
pub async fn run(office: Arc<Office>) {
    let Some(post) = office.post.clone() else { return };
    let mut minute = tokio::time::interval(EVERY);
    minute.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! { _ = minute.tick() => (), () = post.wake.notified() => () }
        if let Err(error) = work(&office).await {
            tracing::error!(cause = %format!("{error:#}"), "mail was not looked at; it is tried again in a minute");
        }
    }
}

/// Writes down what is due, and sends what may go now.
///
/// # Errors
/// The store's.
pub async fn work(office: &Office) -> Result<()> {
    let Some(post) = &office.post else { return Ok(()) };
    for id in office.store.org_ids().await? {
        let org = office.store.org(&id);
        // What is wrong with one organisation's record keeps nobody else's mail back.
        if let Err(error) = remind(office, &org).await {
            tracing::error!(org = id, cause = %format!("{error:#}"), "what is due was not looked at");
        }
        if let Err(error) = work_of(office, post, &org).await {
            tracing::error!(org = id, cause = %format!("{error:#}"), "the mail of an organisation was not looked at");
        }
    }
    Ok(())
}

/// Sends what may go now for one organisation.
async fn work_of(office: &Office, post: &Post, org: &OrgStore) -> Result<()> {
    let put_back = org.since_put_back().await?.map(|since| since.at);
    for mail in org.mail_to_send(office.now()).await? {
        let now = office.now();
        let gone = if put_back.is_some_and(|at| mail.made_at < at) {
            // Written before the record was put back: it may have gone since, and goes again only at somebody's word.
            let (state, why) =
                if mail.kind == "code" { ("dropped", None) } else { ("held", Some(MAYBE_SENT.to_owned())) };
            org.settle_mail(&mail.id, state, now, mail.next_at, why).await
        } else if org.claim_mail(&mail.id, now, now + IN_HAND).await? {
            deliver(office, post, org, &mail).await
        } else {
            Ok(())
        };
        if let Err(error) = gone {
            tracing::error!(mail = mail.id, cause = %format!("{error:#}"), "a message could not be put together");
            let why = "something in its record cannot be read; the cause is in the server’s log".to_owned();
            org.settle_mail(&mail.id, "waits", now, now + wait(&mail), Some(why)).await?;
        }
    }
    Ok(())
}

/// For how long a message that has not gone waits: longer each time.
fn wait(mail: &Mail) -> i64 {
    60_000_i64.saturating_mul(1 << mail.tries.clamp(0, 9)).min(6 * 60 * 60 * 1000)
}

/// What the desk says of mail that may have gone before the record was put back.
pub(crate) const MAYBE_SENT: &str = "The record was put back from a copy since, so it may have gone already";

const NO_ADDRESS: &str = "there is no e-mail address for them any more";

async fn deliver(office: &Office, post: &Post, org: &OrgStore, mail: &Mail) -> Result<()> {
    let now = office.now();
    let (to, letter) = match written(office, org, mail).await? {
        Ok(written) => written,
        Err(why) => return org.settle_mail(&mail.id, "dropped", now, now, why).await,
    };
    match post.send(&to, letter, &mail.id, now).await {
        Ok(()) => {
            let what = format!("send mail: {}", mail.kind);
            let deed =
                Deed { at: now, who: "server".to_owned(), what, subject: format!("{} {}", mail.report, mail.body) };
            org.doing(deed).settle_mail(&mail.id, "sent", now, now, None).await
        }
        Err(NotSent::Refused(why)) => org.settle_mail(&mail.id, "dropped", now, now, Some(why)).await,
        Err(NotSent::NotYet(why)) => org.settle_mail(&mail.id, "waits", now, now + wait(mail), Some(why)).await,
    }
}

/// To whom a message goes and what it says, as things stand now; where it has become pointless why, if anybody should know.
async fn written(
    office: &Office,
    org: &OrgStore,
    mail: &Mail,
) -> Result<Result<(String, words::Letter), Option<String>>> {
    // A link was written at somebody's word, so they hear why it did not go; a reminder or a code was not.
    let unless = |why: &str| Ok(Err((mail.kind == "link").then(|| why.to_owned())));
    let Some(body) = org.body(&mail.body).await? else { return unless(NO_ADDRESS) };
    let Some(to) = body.email.clone() else { return unless(NO_ADDRESS) };
    let now = office.now();
    if mail.kind == "code" {
        // Nobody waits any more for one that could not go while it was good.
        let Some(link) = mail.link.as_ref().filter(|_| now < mail.made_at + CODE_LASTS) else { return Ok(Err(None)) };
        let code = six_digits()?;
        org.keep_code(link, &code_hash(link, &code), now + CODE_LASTS).await?;
        return Ok(Ok((to, words::code(org, &body, &code).await?)));
    }
    let Some(stands) = due::stands(office, org, mail, &body).await? else { return Ok(Err(None)) };
    let secret = token::random()?;
    if !due::link(office, org, mail, &stands, &token::hashed(&secret)).await? {
        return Ok(Err(Some(LINK_ENDED.to_owned())));
    }
    Ok(Ok((to, words::about(org, &body, mail, &stands, &address(office, &secret)).await?)))
}

/// What is kept of a code.
#[must_use]
pub fn code_hash(link: &str, code: &str) -> String {
    token::hashed(&format!("{link} {code}"))
}

fn six_digits() -> Result<String> {
    let mut chance = [0_u8; 8];
    getrandom::fill(&mut chance).map_err(|e| anyhow::anyhow!("this machine gives no random numbers: {e}"))?;
    Ok(format!("{:06}", u64::from_le_bytes(chance) % 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::Post;

    #[test]
    fn what_is_typed_for_the_mail_server_is_understood_or_says_what_is_wrong() {
        let from = "Sutton LINk <office@link.example>";
        assert!(Post::of("smtps://priya@mail.example:465", from, Some("tea".into())).is_ok());
        assert!(Post::of("smtp://127.0.0.1:2525", from, None).is_ok());
        for (smtp, from, words) in [
            ("mail.example", from, "reads like"),
            ("http://mail.example", from, "begins with"),
            ("smtps://priya@mail.example", from, "ENTERVIEW_SMTP_PASSWORD"),
            ("smtps://mail.example:mail", from, "no number"),
            ("smtps://mail.example", "the office", "is no address"),
        ] {
            let said = Post::of(smtp, from, None).err().map(|error| format!("{error:#}")).unwrap_or_default();
            assert!(said.contains(words), "{smtp}: {said}");
        }
    }
}
