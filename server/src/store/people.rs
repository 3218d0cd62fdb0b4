//! People: representatives, outreach workers, the host's staff, steering members, safeguarding leads.
//! What authorises them is in `authorisations`, how they sign in in `sessions`.

use anyhow::{Context, Result, bail};
use domain::authorisation::kept_apart;
use domain::scheme::Scheme;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::feed::Audience;
use super::fold::fold;
use super::orgs::publish_org;
use super::visits::publish_visits_to_come;
use super::{OrgStore, Tx};

/// A person to be added.
#[derive(Debug, Clone, Default)]
pub struct NewPerson {
    /// Made by the caller, UUIDv7.
    pub id: String,
    /// As on the authority card.
    pub name: String,
    /// The scheme's role names; at least one.
    pub roles: Vec<String>,
    /// For signing in and for mail.
    pub email: Option<String>,
    /// A number that may be rung; shown on tablets for safeguarding leads only.
    pub phone: Option<String>,
    /// Milliseconds since 1970.
    pub at: i64,
}

/// A person as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their id.
    pub id: String,
    /// As on the authority card.
    pub name: String,
    /// The scheme's role names.
    pub roles: Vec<String>,
    /// For signing in and for mail.
    pub email: Option<String>,
    /// A number that may be rung.
    pub phone: Option<String>,
    /// The day they left, if they did.
    pub left_on: Option<String>,
    /// Whether they can sign in with a password.
    pub has_password: bool,
}

/// Why somebody is not added or changed so. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PersonRefused {
    /// Somebody here has this name.
    #[error("{0} is here already. If it is somebody else, add a middle name so that nobody is mistaken.")]
    NameTaken(String),
    /// Somebody here has this mail address.
    #[error("{0} has this mail address already. Each person needs their own, for they sign in with it.")]
    MailTaken(String),
    /// Two roles that the pack keeps apart; why.
    #[error("{0}. Choose one of the two.")]
    RolesApart(String),
    /// Nobody would be left who can administer.
    #[error("They are the only administrator, and one has to remain. Make somebody else administrator first.")]
    LastAdministrator,
}

#[derive(FromRow)]
struct Row {
    id: String,
    name: String,
    roles: String,
    email: Option<String>,
    phone: Option<String>,
    left_on: Option<String>,
    has_password: i64,
}

impl TryFrom<Row> for Person {
    type Error = anyhow::Error;

    fn try_from(row: Row) -> Result<Person> {
        Ok(Person {
            roles: serde_json::from_str(&row.roles).context("a person's roles")?,
            id: row.id,
            name: row.name,
            email: row.email,
            phone: row.phone,
            left_on: row.left_on,
            has_password: row.has_password == 1,
        })
    }
}

/// What tablets are told of a person (feed kind `person`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct PersonItem {
    /// Their id.
    pub id: String,
    /// As on the authority card.
    pub name: String,
    /// JSON list of the scheme's role names.
    pub roles: String,
    /// The day they left, if they did.
    pub left_on: Option<String>,
    /// The last day of their authorisation.
    pub valid_until: Option<String>,
    /// The name of who judged their check, as on the authority card.
    pub check_seen_by: Option<String>,
}

impl OrgStore {
    /// Everybody, by name, those who left as well.
    pub async fn people(&self) -> Result<Vec<Person>> {
        let rows: Vec<Row> = self
            .all(rows!(
                "SELECT id, name, roles, email, phone, left_on, CASE WHEN password IS NULL THEN 0 ELSE 1 END AS has_password
                 FROM person WHERE org = $1 ORDER BY name, id",
                self.id()
            ))
            .await?;
        rows.into_iter().map(Person::try_from).collect()
    }

    /// One person, or nobody.
    pub async fn person(&self, id: &str) -> Result<Option<Person>> {
        let row: Option<Row> = self
            .optional(rows!(
                "SELECT id, name, roles, email, phone, left_on, CASE WHEN password IS NULL THEN 0 ELSE 1 END AS has_password
                 FROM person WHERE org = $1 AND id = $2",
                self.id(),
                id
            ))
            .await?;
        row.map(Person::try_from).transpose()
    }

    /// Adds a person; tablets are told the name and roles.
    pub async fn add_person(&self, new: NewPerson) -> Result<()> {
        if new.roles.is_empty() {
            bail!("{} has no role yet. Choose at least one.", new.name);
        }
        self.write(new, |tx, new| {
            Box::pin(async move {
                let roles = (new.roles.as_slice(), [].as_slice());
                judge(tx, &new.id, Some(&new.name), new.email.as_deref(), roles).await?;
                tx.run(sql!(
                    "INSERT INTO person (org, id, name, roles, email, phone, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    tx.org(),
                    &new.id,
                    &new.name,
                    serde_json::to_string(&new.roles)?,
                    new.email.as_deref().map(|email| email.trim().to_lowercase()),
                    &new.phone,
                    new.at
                ))
                .await?;
                publish_person(tx, &new.id).await
            })
        })
        .await
    }

    /// Writes a person's name, roles, mail address, number and day of leaving anew; the password stays.
    pub async fn change_person(&self, person: Person) -> Result<()> {
        self.write(person, |tx, person| {
            Box::pin(async move {
                let before: Option<Row> = tx
                    .optional(rows!(
                        "SELECT id, name, roles, email, phone, left_on, CASE WHEN password IS NULL THEN 0 ELSE 1 END AS has_password
                         FROM person WHERE org = $1 AND id = $2",
                        tx.org(),
                        &person.id
                    ))
                    .await?;
                let before = Person::try_from(before.context("This person is not in the record.")?)?;
                let renamed = fold(&person.name) != fold(&before.name) || before.left_on.is_some();
                let name = Some(person.name.as_str()).filter(|_| renamed && person.left_on.is_none());
                let now = if person.left_on.is_none() { person.roles.as_slice() } else { &[] };
                let held = if before.left_on.is_none() { before.roles.as_slice() } else { &[] };
                judge(tx, &person.id, name, person.email.as_deref(), (now, held)).await?;
                let changed = tx
                    .run(sql!(
                        "UPDATE person SET name = $3, roles = $4, email = $5, phone = $6, left_on = $7
                         WHERE org = $1 AND id = $2",
                        tx.org(),
                        &person.id,
                        &person.name,
                        serde_json::to_string(&person.roles)?,
                        person.email.as_deref().map(|email| email.trim().to_lowercase()),
                        &person.phone,
                        &person.left_on
                    ))
                    .await?;
                if changed == 0 {
                    bail!("This person is not in the record.");
                }
                publish_person(tx, &person.id).await?;
                publish_visits_to_come(tx).await?;
                publish_org(tx).await
            })
        })
        .await
    }

    /// Keeps a password's argon2id words (a PHC string) and ends every session of the person.
    pub async fn set_password(&self, person: &str, phc: &str) -> Result<()> {
        self.write((person.to_owned(), phc.to_owned()), |tx, (person, phc)| {
            Box::pin(async move {
                let set = sql!("UPDATE person SET password = $3 WHERE org = $1 AND id = $2", tx.org(), person, phc);
                if tx.run(set).await? == 0 {
                    bail!("This person is not in the record.");
                }
                tx.run(sql!("DELETE FROM session WHERE org = $1 AND person = $2", tx.org(), person)).await?;
                Ok(())
            })
        })
        .await
    }
}

/// Holds a person against everybody else: `name` where it is new, the mail address, and the roles they have from now on
/// beside those they held.
async fn judge(
    tx: &mut Tx,
    person: &str,
    name: Option<&str>,
    mail: Option<&str>,
    (now, held): (&[String], &[String]),
) -> Result<()> {
    // Two who add the same name at once come one after the other.
    tx.next_rev().await?;
    let scheme = tx.scalar::<String>(values!("SELECT scheme FROM org WHERE org = $1", tx.org())).await?;
    let pack = scheme.as_deref().and_then(Scheme::embedded);
    if let Some(apart) = pack.filter(|_| now != held).and_then(|pack| kept_apart(now, pack)) {
        let mut words = apart.to_string();
        words.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
        bail!(PersonRefused::RolesApart(words));
    }
    let others: Vec<(String, String, Option<String>, Option<String>)> = tx
        .all(rows!(
            "SELECT name, roles, email, left_on FROM person WHERE org = $1 AND id <> $2 ORDER BY id",
            tx.org(),
            person
        ))
        .await?;
    let mail = mail.map(|mail| mail.trim().to_lowercase());
    let mut administered = false;
    let administers = |roles: &[String]| {
        roles.iter().any(|role| pack.and_then(|pack| pack.role(role)).is_some_and(|role| role.may("administer")))
    };
    for (other, roles, other_mail, left) in others {
        if mail.is_some() && other_mail == mail {
            bail!(PersonRefused::MailTaken(other));
        }
        if left.is_none() {
            let roles: Vec<String> = serde_json::from_str(&roles).context("a person's roles")?;
            administered |= administers(&roles);
            if name.is_some_and(|name| fold(name) == fold(&other)) {
                bail!(PersonRefused::NameTaken(other));
            }
        }
    }
    if administers(held) && !administers(now) && !administered {
        bail!(PersonRefused::LastAdministrator);
    }
    Ok(())
}

/// Puts what tablets are told of a person into the feed again.
pub(super) async fn publish_person(tx: &mut Tx, person: &str) -> Result<()> {
    let item: Option<PersonItem> = tx
        .optional(rows!(
            "SELECT p.id, p.name, p.roles, p.left_on, a.valid_until, j.name AS check_seen_by FROM person p
             LEFT JOIN authorisation a ON a.org = $1 AND a.person = p.id
             LEFT JOIN person j ON j.org = $1 AND j.id = a.check_seen_by WHERE p.org = $1 AND p.id = $2",
            tx.org(),
            person
        ))
        .await?;
    let item = item.context("This person is not in the record.")?;
    tx.put_feed("person", person, Audience::All, &item).await?;
    Ok(())
}
