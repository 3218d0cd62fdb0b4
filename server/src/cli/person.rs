//! `enterview person add`: somebody with a role, what authorises them, a password to begin with, and for a
//! safeguarding lead the key that only they can use.

use super::{OfOrg, by_operator, find, say};
use crate::auth::password;
use crate::sealed;
use crate::serve::{new_id, wall_clock};
use crate::store::OrgStore;
use crate::store::authorisations::Authorisation;
use crate::store::people::NewPerson;
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use domain::scheme::Scheme;
use jiff::civil::Date;

const LEAD: &str = "safeguarding lead";

/// People.
#[derive(Debug, Subcommand)]
pub(super) enum Person {
    /// Adds a person, with a role and what authorises them
    ///
    /// The first line is their id. Without --password-stdin a password is made and printed, once, to be handed over.
    /// A safeguarding lead also gets a passphrase and a recovery key for what is sealed to them; both are printed
    /// once and kept nowhere.
    ///
    /// Examples: enterview person add --name "Asha Patel" --role "authorised representative" \
    ///             --check-seen 2026-01-12 --seen-by "Priya Shah" --valid-until 2027-01-11 --trained 2026-01-20
    ///           enterview person add --name "Femi Adewale" --role "safeguarding lead" --phone "020 7946 0101"
    #[command(verbatim_doc_comment)]
    Add(Box<Add>),
}

/// A person to be added.
#[derive(Debug, Args)]
pub(super) struct Add {
    #[command(flatten)]
    org: OfOrg,
    /// As on the authority card
    #[arg(long)]
    name: String,
    /// A role of the scheme; may be given again
    #[arg(long, required = true)]
    role: Vec<String>,
    /// The number to ring; tablets show a safeguarding lead's
    #[arg(long)]
    phone: Option<String>,
    /// For mail
    #[arg(long)]
    email: Option<String>,
    /// The day on which the criminal record check was seen; the certificate itself is never kept
    #[arg(long, value_name = "DAY")]
    check_seen: Option<Date>,
    /// Who judged the check: a person already added, never the same
    #[arg(long, value_name = "NAME")]
    seen_by: Option<String>,
    /// The last day of their authority
    #[arg(long, value_name = "DAY")]
    valid_until: Option<Date>,
    /// The day of their training
    #[arg(long, value_name = "DAY")]
    trained: Option<Date>,
    /// The day they signed the code of conduct
    #[arg(long, value_name = "DAY")]
    code_signed: Option<Date>,
    /// The day they signed the Nolan principles
    #[arg(long, value_name = "DAY")]
    nolan_signed: Option<Date>,
    /// The password; who looks at this machine's processes sees it, so --password-stdin is better
    #[arg(long, value_name = "WORDS", conflicts_with = "password_stdin")]
    password: Option<String>,
    /// Reads the password from standard input; a second line is a lead's passphrase
    #[arg(long)]
    password_stdin: bool,
}

impl Person {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Add(add) = self;
        add.run().await
    }
}

impl Add {
    async fn run(self) -> anyhow::Result<()> {
        let org = self.org.open().await?;
        let this = org.this().await?;
        let scheme = Scheme::embedded(&this.scheme).context("The organisation's scheme is not in this program.")?;
        let mut roles = Vec::new();
        for role in &self.role {
            // By its code, or as people of this scheme call it.
            let called = |r: &&domain::scheme::Role| r.label.eq_ignore_ascii_case(role.trim());
            let Some(role) = scheme.role(role).or_else(|| scheme.roles.iter().find(called)) else {
                let known: Vec<_> = scheme.roles.iter().map(|r| r.label.to_lowercase()).collect();
                bail!("{} knows no role {role}. It knows: {}. Nobody was added.", scheme.id, known.join(", "));
            };
            roles.push(role.name.clone());
        }
        let mut typed = if self.password_stdin { std::io::read_to_string(std::io::stdin())? } else { String::new() }
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .into_iter();
        let (typed_password, phrase) = (typed.next(), typed.next());
        let given = self.password.clone().or(typed_password);
        if self.password_stdin && given.is_none() {
            bail!("No password came on standard input. Nobody was added.");
        }
        let made = given.is_none();
        let password = match given {
            Some(given) => given,
            None => crate::sync::secret()?,
        };
        let phc = password::hash(&password)?;
        let is_lead = roles.iter().any(|role| role == LEAD);
        if let Some(why) = phrase.as_deref().filter(|_| is_lead).and_then(sealed::too_short) {
            bail!("The passphrase of {} is too short. {why} Nobody was added.", self.name.trim());
        }
        let at = wall_clock()();
        let id = new_id(at)?.to_string();
        let authorisation = self.authorisation(&org, &id).await?;
        let (name, phone, email) = (self.name.trim().to_owned(), self.phone.clone(), self.email.clone());
        let does = |what| org.doing(by_operator(what, &id, at));
        let new = NewPerson { id: id.clone(), name: name.clone(), roles, email, phone, at };
        does("add a person").add_person(new).await?;
        if let Some(authorisation) = authorisation {
            does("authorise a person").authorise(authorisation).await?;
        }
        does("set a password").set_password(&id, &phc).await?;
        say(&id);
        if made {
            say(&format!("Password for {name}, to be changed after the first sign-in: {password}"));
        }
        if is_lead {
            lead(&org, &id, phrase, at).await?;
        }
        org.store().close().await;
        Ok(())
    }

    async fn authorisation(&self, org: &OrgStore, id: &str) -> anyhow::Result<Option<Authorisation>> {
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        let seen_by = match &self.seen_by {
            Some(name) => Some(find::person(org, name).await?.id),
            None => None,
        };
        let authorisation = Authorisation {
            person: id.to_owned(),
            check_seen: day(self.check_seen),
            check_seen_by: seen_by,
            valid_until: day(self.valid_until),
            trained: day(self.trained),
            code_signed: day(self.code_signed),
            nolan_signed: day(self.nolan_signed),
        };
        let nothing = Authorisation { person: id.to_owned(), ..Authorisation::default() };
        Ok((authorisation != nothing).then_some(authorisation))
    }
}

/// Makes a lead's key; the server keeps only what their words open.
async fn lead(org: &OrgStore, person: &str, phrase: Option<String>, made_at: i64) -> anyhow::Result<()> {
    let printed = phrase.is_none();
    let phrase = match phrase {
        Some(phrase) => phrase,
        None => crate::sync::secret()?,
    };
    let (key, recovery) = sealed::lead_key(person, &phrase, made_at)?;
    org.doing(by_operator("make a lead's key", person, made_at)).set_lead_key(key).await?;
    if printed {
        say(&format!("Passphrase that opens concerns, for the lead alone: {phrase}"));
    }
    say(&format!("Recovery key, to be printed and locked away; it is kept nowhere else: {recovery}"));
    Ok(())
}
