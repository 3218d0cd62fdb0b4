//! One conversation with the mail server. It is held here step by step, because what a *no* means hangs on what it answers:
//! said to a password or a sender our settings are wrong, said to a recipient or a text this message will never go.

use anyhow::Result;
use lettre::message::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use std::time::Duration;

/// How the way to the mail server is closed to others.
pub(super) enum Tls {
    /// Not at all: it is on this machine.
    None,
    /// From the first byte.
    Wrapped(TlsParameters),
    /// Gone over to, or nothing is said.
    Started(TlsParameters),
}

/// Where mail is handed over, and as whom.
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Tls,
    pub(super) credentials: Option<Credentials>,
    pub(super) hello: ClientId,
}

/// What the mail server said no to.
#[derive(Debug)]
pub(super) enum No {
    /// To us: it is away, or our name, password or sender is not right.
    ToUs(Error),
    /// To the recipient, or to the message.
    ToThem(Error),
}

impl Server {
    /// Hands a message over.
    pub(super) async fn take(&self, message: &Message) -> Result<(), No> {
        let mut line = self.open().await.map_err(No::ToUs)?;
        let taken = self.hand_over(&mut line, message).await;
        // It is taken or not by now, however the farewell goes.
        line.abort().await;
        taken
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, Error> {
        let wrapped = if let Tls::Wrapped(tls) = &self.tls { Some(tls.clone()) } else { None };
        let (at, wait) = ((self.host.as_str(), self.port), Some(Duration::from_secs(30)));
        let mut line = AsyncSmtpConnection::connect_tokio1(at, wait, &self.hello, wrapped, None).await?;
        if let Tls::Started(tls) = &self.tls {
            line.starttls(tls.clone(), &self.hello).await?;
        }
        Ok(line)
    }

    async fn hand_over(&self, line: &mut AsyncSmtpConnection, message: &Message) -> Result<(), No> {
        if let Some(credentials) = &self.credentials {
            line.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await.map_err(No::ToUs)?;
        }
        let (envelope, text) = (message.envelope(), message.formatted());
        let mut how = Vec::new();
        let plain = envelope.to().iter().chain(envelope.from()).all(|address| address.to_string().is_ascii());
        if !plain && line.server_info().supports_feature(Extension::SmtpUtfEight) {
            how.push(MailParameter::SmtpUtfEight);
        }
        if !text.is_ascii() && line.server_info().supports_feature(Extension::EightBitMime) {
            how.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        line.command(Mail::new(envelope.from().cloned(), how)).await.map_err(No::ToUs)?;
        for to in envelope.to() {
            line.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(No::ToThem)?;
        }
        line.command(Data).await.map_err(No::ToThem)?;
        line.message(&text).await.map_err(No::ToThem)?;
        Ok(())
    }
}
