//! Organisations: name, scheme and host, the desk's key and the safeguarding leads' keys.
//! The desk's private half is sealed under the key file; a lead's is wrapped by the lead, and the server cannot open it.

use anyhow::{Context, Result, bail};
use domain::scheme::Scheme;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use zeroize::Zeroizing;

use super::audit::Deed;
use super::feed::Audience;
use super::{OrgStore, Store, Tx};

/// What the audit log says of a new life: the tablet says it, and nobody can prove it.
const PUT_BACK: &str = "a tablet says that the record was put back to an earlier state: tablets compare and send again";

const A_DAY: i64 = 24 * 3_600_000;

/// The purpose for which a desk's private half is sealed.
pub(super) fn desk_key(org: &str) -> String {
    format!("desk key {org}")
}

/// An organisation to be founded.
#[derive(Debug, Clone)]
pub struct NewOrg {
    /// Made by the caller, UUIDv7.
    pub id: String,
    /// As on its reports: "Sutton LINk".
    pub name: String,
    /// Who employs the staff: "Sutton Centre for the Voluntary Sector".
    pub host: String,
    /// The scheme pack's id.
    pub scheme: String,
    /// The pack's version.
    pub scheme_version: String,
    /// A random id of this copy of the record; a restore or a move makes a new one.
    pub store_id: String,
    /// Milliseconds since 1970.
    pub at: i64,
}

/// An organisation as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct Org {
    /// Its id.
    #[sqlx(rename = "org")]
    pub id: String,
    /// As on its reports.
    pub name: String,
    /// Who employs the staff.
    pub host: String,
    /// The scheme pack's id.
    pub scheme: String,
    /// The pack's version.
    pub scheme_version: String,
    /// The id of this copy of the record: the first half of every cursor.
    pub store_id: String,
    /// The latest revision.
    pub rev: i64,
    /// The desk's public key, once made.
    pub desk_public: Option<String>,
    /// Milliseconds since 1970.
    pub made_at: i64,
}

/// A safeguarding lead's key.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct LeadKey {
    /// The lead.
    pub person: String,
    /// What tablets seal concerns to.
    pub public_key: String,
    /// The private half, wrapped by the lead's passphrase.
    pub by_passphrase: Vec<u8>,
    /// The private half, wrapped by the printed recovery key.
    pub by_recovery: Option<Vec<u8>>,
    /// Milliseconds since 1970.
    pub made_at: i64,
}

/// What tablets are told of their organisation (feed kind `org`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgItem {
    /// As on its reports.
    pub name: String,
    /// Who employs the staff.
    pub host: String,
    /// The scheme pack's id.
    pub scheme: String,
    /// The pack's version.
    pub scheme_version: String,
    /// What contacts and equality sheets are sealed to.
    pub desk_public: Option<String>,
    /// What concerns are sealed to, by lead.
    pub leads: Vec<LeadItem>,
}

/// One safeguarding lead's name and key, as tablets are told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadItem {
    /// The lead's person id.
    pub person: String,
    /// The lead's name.
    pub name: String,
    /// The number to ring.
    pub phone: Option<String>,
    /// What a concern is sealed to.
    pub public_key: String,
}

/// Somebody who has a key and has not left: (person, name, phone, public key, roles as JSON).
type KeyHolder = (String, String, Option<String>, String, String);

/// Those of them who may still read what is sealed to them: a key outlives the role it was made for.
fn who_lead(holders: Vec<KeyHolder>, scheme: &str) -> Vec<LeadItem> {
    let pack = Scheme::embedded(scheme);
    let may = |role: &String| pack.and_then(|pack| pack.role(role)).is_some_and(|role| role.may("read concerns"));
    let leads = holders.into_iter().filter(|(.., roles)| {
        let roles: Vec<String> = serde_json::from_str(roles).unwrap_or_default();
        roles.iter().any(may)
    });
    leads.map(|(person, name, phone, public_key, _)| LeadItem { person, name, phone, public_key }).collect()
}

impl Store {
    /// Founds an organisation, and the audit log with it; its name need not be new, its id must be.
    pub async fn add_org(&self, new: NewOrg) -> Result<()> {
        let (who, what) = ("operator".to_owned(), "add the organisation".to_owned());
        let deed = Deed { at: new.at, who, what, subject: new.id.clone() };
        let org = self.org(&new.id).doing(deed);
        org.write(new, |tx, new| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO org (org, name, host, scheme, scheme_version, store_id, rev, audit_count, audit_head, made_at)
                     VALUES ($1, $2, $3, $4, $5, $6, 0, 0, '', $7)",
                    tx.org(),
                    &new.name,
                    &new.host,
                    &new.scheme,
                    &new.scheme_version,
                    &new.store_id,
                    new.at
                ))
                .await?;
                publish_org(tx).await
            })
        })
        .await
    }

    /// Every organisation, oldest first: for the operator.
    pub async fn orgs(&self) -> Result<Vec<Org>> {
        let mut orgs = Vec::new();
        for id in self.org_ids().await? {
            orgs.push(self.org(&id).this().await?);
        }
        Ok(orgs)
    }
}

impl OrgStore {
    /// The organisation itself.
    pub async fn this(&self) -> Result<Org> {
        self.one(rows!(
            "SELECT org, name, host, scheme, scheme_version, store_id, rev, desk_public, made_at FROM org WHERE org = $1",
            self.id()
        ))
        .await
    }

    /// Takes up `pack` as the organisation's scheme from `at` on, and tells tablets. A version that they know is told no
    /// more, and an older one never: then an older program runs on a newer one's record.
    pub async fn take_up_scheme(&self, pack: &Scheme, at: i64) -> Result<()> {
        let (who, what) = ("operator".to_owned(), "take up a version of the scheme".to_owned());
        let deed = Deed { at, who, what, subject: pack.stamp() };
        let told = (pack.id.clone(), pack.version.clone(), serde_json::to_value(pack)?);
        self.write((told, deed), |tx, ((id, version, json), deed)| {
            Box::pin(async move {
                let known: Option<String> = tx
                    .scalar(values!(
                        "SELECT payload FROM feed WHERE org = $1 AND kind = 'pack' AND ref = $2",
                        tx.org(),
                        id.as_str()
                    ))
                    .await?;
                let known: Option<serde_json::Value> = known.map(|text| serde_json::from_str(&text)).transpose()?;
                if known.as_ref() == Some(&*json) {
                    return Ok(());
                }
                let number = |version: &str| version.parse::<u32>().unwrap_or_default();
                let of_known = known.as_ref().and_then(|pack| pack.get("version")?.as_str()).map_or(0, number);
                if of_known > number(version) {
                    tracing::warn!(
                        of_known,
                        version,
                        "the record knows a newer version of its scheme than this program"
                    );
                    return Ok(());
                }
                tx.put_feed("pack", id, Audience::All, &*json).await?;
                let taken = sql!(
                    "UPDATE org SET scheme_version = $2 WHERE org = $1 AND scheme = $3",
                    tx.org(),
                    &*version,
                    &*id
                );
                tx.run(taken).await?;
                tx.record(deed).await?;
                publish_org(tx).await
            })
        })
        .await
    }

    /// Gives the store a new life under `id`, because `device` says that it has read beyond what is held: it is a copy
    /// that was put back. Only once, whoever notices first; `false`, and nothing was done, when this tablet has brought
    /// about another life within a day.
    pub async fn begin_anew(&self, id: &str, was: &str, device: &str, at: i64) -> Result<bool> {
        let who = format!("tablet {device}");
        let deed = Deed { at, who, what: PUT_BACK.to_owned(), subject: was.to_owned() };
        self.write((id.to_owned(), deed), |tx, (id, deed)| {
            Box::pin(async move {
                let lately: i64 = tx
                    .scalar(values!(
                        "SELECT CAST(count(*) AS BIGINT) FROM audit
                         WHERE org = $1 AND who = $2 AND what = $3 AND made_at > $4",
                        tx.org(),
                        &deed.who,
                        &deed.what,
                        deed.at.saturating_sub(A_DAY)
                    ))
                    .await?
                    .unwrap_or_default();
                if lately > 0 {
                    return Ok(false);
                }
                let was = &deed.subject;
                let anew = sql!("UPDATE org SET store_id = $2 WHERE org = $1 AND store_id = $3", tx.org(), &*id, was);
                if tx.run(anew).await? == 1 {
                    tx.record(deed).await?;
                }
                Ok(true)
            })
        })
        .await
    }

    /// Keeps the desk's key pair, once; the private half (never shown in the feed) is sealed under the key file.
    pub async fn set_desk_key(&self, public: &str, private: &[u8]) -> Result<()> {
        let sealed = self.store().key().seal(&desk_key(self.id()), private)?;
        self.write((public.to_owned(), sealed), |tx, (public, sealed)| {
            Box::pin(async move {
                let kept = tx
                    .run(sql!(
                        "UPDATE org SET desk_public = $2, desk_private = $3 WHERE org = $1 AND desk_public IS NULL",
                        tx.org(),
                        public,
                        sealed
                    ))
                    .await?;
                if kept == 0 {
                    bail!("The desk has a key already; what is sealed to it would be lost with a new one.");
                }
                publish_org(tx).await
            })
        })
        .await
    }

    /// The desk's private key, opened.
    pub async fn desk_private(&self) -> Result<Zeroizing<Vec<u8>>> {
        let sealed: Vec<Option<Vec<u8>>> =
            self.scalars(values!("SELECT desk_private FROM org WHERE org = $1", self.id())).await?;
        let sealed = sealed.into_iter().flatten().next().context("The desk has no key yet.")?;
        self.store().key().open(&desk_key(self.id()), &sealed)
    }

    /// Keeps or replaces a safeguarding lead's key; tablets are told the public half.
    pub async fn set_lead_key(&self, key: LeadKey) -> Result<()> {
        self.write(key, |tx, key| {
            Box::pin(async move {
                tx.run(sql!(
                    "INSERT INTO lead_key (org, person, public_key, by_passphrase, by_recovery, made_at)
                     VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT (org, person) DO UPDATE SET public_key = excluded.public_key,
                       by_passphrase = excluded.by_passphrase, by_recovery = excluded.by_recovery, made_at = excluded.made_at",
                    tx.org(),
                    &key.person,
                    &key.public_key,
                    &key.by_passphrase,
                    &key.by_recovery,
                    key.made_at
                ))
                .await?;
                publish_org(tx).await
            })
        })
        .await
    }

    /// The safeguarding leads to whom tablets seal concerns now.
    pub async fn leads(&self) -> Result<Vec<LeadItem>> {
        let holders = self
            .all(rows!(
                "SELECT k.person, p.name, p.phone, k.public_key, p.roles FROM lead_key k
                 JOIN person p ON p.org = $1 AND p.id = k.person
                 WHERE k.org = $1 AND p.left_on IS NULL ORDER BY k.person",
                self.id()
            ))
            .await?;
        Ok(who_lead(holders, &self.this().await?.scheme))
    }

    /// The safeguarding leads' keys, those of leads who left as well.
    pub async fn lead_keys(&self) -> Result<Vec<LeadKey>> {
        self.all(rows!(
            "SELECT person, public_key, by_passphrase, by_recovery, made_at FROM lead_key WHERE org = $1 ORDER BY person",
            self.id()
        ))
        .await
    }
}

/// Puts what tablets are told of the organisation into the feed again.
pub(super) async fn publish_org(tx: &mut Tx) -> Result<()> {
    let holders = tx
        .all(rows!(
            "SELECT k.person, p.name, p.phone, k.public_key, p.roles FROM lead_key k
             JOIN person p ON p.org = $1 AND p.id = k.person
             WHERE k.org = $1 AND p.left_on IS NULL ORDER BY k.person",
            tx.org()
        ))
        .await?;
    let org: Org = tx
        .optional(rows!(
            "SELECT org, name, host, scheme, scheme_version, store_id, rev, desk_public, made_at FROM org WHERE org = $1",
            tx.org()
        ))
        .await?
        .context("There is no such organisation.")?;
    let Org { name, host, scheme, scheme_version, desk_public, .. } = org;
    let leads = who_lead(holders, &scheme);
    let item = OrgItem { name, host, scheme, scheme_version, desk_public, leads };
    tx.put_feed("org", "", Audience::All, &item).await?;
    Ok(())
}
