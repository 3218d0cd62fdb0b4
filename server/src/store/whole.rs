//! Reading the whole record to see that it is sound: `enterview check`. Every change's hash, every projection made again,
//! every object opened, what was signed and sent, the audit log's chain. It changes nothing.

use std::collections::BTreeSet;
use std::future::Future;

use anyhow::Result;
use serde::Serialize;

use super::changes::{Change, ChangeState};
use super::connect::Dialect;
use super::notebooks::{Entry, EntrySearch, Notebook};
use super::{OrgStore, Store};

/// What a notebook's published changes come to when they are applied again.
#[derive(Debug, Clone, Default)]
pub struct Remade {
    /// The projection, the domain's JSON.
    pub projection: String,
    /// The heads, hashes.
    pub heads: Vec<String>,
    /// Every entry, projected.
    pub entries: Vec<Entry>,
}

/// How a check makes again what was made: the store knows bytes and hashes only.
pub trait Remake {
    /// The hash that a change's bytes have.
    fn hash(&self, change: &[u8]) -> Result<String>;
    /// Whether a report at this stage (the domain's JSON) has gone out, and its words are kept for good.
    fn is_out(&self, stage: &str) -> Result<bool>;
    /// A notebook from its published changes, in the order they were published.
    fn remake(&self, notebook: &Notebook, changes: Vec<Change>) -> impl Future<Output = Result<Remade>> + Send;
}

/// What a check read, and what is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Changes whose hash was computed again.
    pub changes: usize,
    /// Notebooks that were made again.
    pub notebooks: usize,
    /// Objects that were opened.
    pub objects: usize,
    /// In words, each naming the record by its id; empty when all is sound.
    pub problems: Vec<String>,
}

impl Store {
    /// Checks the database file and every organisation.
    pub async fn check<R: Remake + Sync>(&self, remake: &R) -> Result<Checked> {
        let mut checked = Checked { problems: self.check_file().await?, ..Checked::default() };
        for id in self.org_ids().await? {
            let one = self.org(&id).check(remake).await?;
            checked.changes += one.changes;
            checked.notebooks += one.notebooks;
            checked.objects += one.objects;
            checked.problems.extend(one.problems);
        }
        Ok(checked)
    }

    /// SQLCipher signs every page and SQLite can walk its trees; PostgreSQL has its own tools for its files.
    async fn check_file(&self) -> Result<Vec<String>> {
        if self.dialect() == Dialect::Postgres {
            return Ok(Vec::new());
        }
        let readers = &self.inner.readers;
        let mut wrong: Vec<String> = sqlx::query_scalar("PRAGMA cipher_integrity_check").fetch_all(readers).await?;
        let trees: Vec<String> = sqlx::query_scalar("PRAGMA quick_check").fetch_all(readers).await?;
        wrong.extend(trees.into_iter().filter(|line| line != "ok"));
        Ok(wrong.into_iter().map(|line| format!("The database file: {line}")).collect())
    }
}

impl OrgStore {
    /// Checks one organisation: changes, notebooks, photos, reports that were sent, evidence, audit log.
    pub async fn check<R: Remake + Sync>(&self, remake: &R) -> Result<Checked> {
        let mut checked = Checked::default();
        let moment = self.snapshot().await?;
        for line in moment.notebooks().await? {
            let Some(notebook) = moment.notebook(&line.id).await? else { continue };
            checked.notebooks += 1;
            moment.check_notebook(&notebook, remake, &mut checked).await?;
        }
        moment.check_photos(&mut checked).await?;
        moment.check_reports(remake, &mut checked).await?;
        let bare: Vec<String> = moment
            .scalars(values!(
                "SELECT f.id FROM finding f LEFT JOIN evidence e ON e.org = $1 AND e.finding = f.id
                 WHERE f.org = $1 AND e.finding IS NULL ORDER BY f.id",
                self.id()
            ))
            .await?;
        checked.problems.extend(bare.into_iter().map(|id| format!("Finding {id} has no evidence.")));
        checked.problems.extend(self.check_audit().await?);
        Ok(checked)
    }

    async fn check_notebook<R: Remake + Sync>(
        &self,
        notebook: &Notebook,
        remake: &R,
        checked: &mut Checked,
    ) -> Result<()> {
        let id = &notebook.id;
        let mut published = Vec::new();
        for change in self.changes(id).await? {
            checked.changes += 1;
            match remake.hash(&change.bytes) {
                Ok(hash) if hash == change.hash => {}
                // What is held may be held because it cannot be read.
                Err(_) if matches!(change.state, ChangeState::Held | ChangeState::Replaced) => {}
                Ok(hash) => checked.problems.push(format!("Change {} of {id} has the hash {hash}.", change.hash)),
                Err(error) => {
                    checked.problems.push(format!("Change {} of {id} cannot be read: {error:#}", change.hash))
                }
            }
            if change.state == ChangeState::Published {
                published.push(change);
            }
        }
        if notebook.version == 0 {
            return Ok(());
        }
        published.sort_by_key(|change| change.rev);
        match remake.remake(notebook, published).await {
            Ok(remade) => self.compare(notebook, &remade, checked).await,
            Err(error) => {
                checked.problems.push(format!("Notebook {id} cannot be made again from its changes: {error:#}"));
                Ok(())
            }
        }
    }

    async fn compare(&self, notebook: &Notebook, remade: &Remade, checked: &mut Checked) -> Result<()> {
        let id = &notebook.id;
        if notebook.projection.as_deref() != Some(remade.projection.as_str()) {
            checked.problems.push(format!("Notebook {id}: the projection is not what its changes come to."));
        }
        let kept: BTreeSet<String> = serde_json::from_str(&notebook.heads)?;
        if kept != remade.heads.iter().cloned().collect() {
            checked.problems.push(format!("Notebook {id}: the heads are not those of its changes."));
        }
        let entries = self.entries(EntrySearch { notebook: Some(id.clone()), ..EntrySearch::default() }).await?;
        let missing = remade.entries.iter().filter(|entry| !entries.contains(entry));
        let extra = entries.iter().filter(|entry| !remade.entries.contains(entry));
        for entry in missing {
            checked.problems.push(format!("Entry {} of {id} is missing or not what its notebook says.", entry.id));
        }
        for entry in extra.filter(|entry| !remade.entries.iter().any(|other| other.id == entry.id)) {
            checked.problems.push(format!("Entry {} of {id} is not in its notebook.", entry.id));
        }
        Ok(())
    }

    /// What was signed and sent is there, and is what was signed.
    async fn check_reports<R: Remake + Sync>(&self, remake: &R, checked: &mut Checked) -> Result<()> {
        for report in self.reports().await? {
            let id = &report.id;
            match (self.signed_document(id).await, remake.is_out(&report.stage)) {
                (Ok(Some(_)), Ok(_)) | (Ok(None), Ok(false)) => {}
                (Ok(None), Ok(true)) => {
                    checked.problems.push(format!("Report {id} was sent, and what was sent is not kept."));
                }
                (Err(error), _) => checked.problems.push(format!("{error:#}")),
                (Ok(_), Err(error)) => checked.problems.push(format!("Report {id}: {error:#}")),
            }
        }
        Ok(())
    }

    async fn check_photos(&self, checked: &mut Checked) -> Result<()> {
        let objects = self.store().objects();
        for photo in self.photos().await?.into_iter().filter(|photo| photo.state == "stored") {
            checked.objects += 1;
            match objects.get(self.id(), &photo.hash).await {
                Ok(Some(bytes)) if i64::try_from(bytes.len()).ok() == Some(photo.size) => {}
                Ok(Some(_)) => checked.problems.push(format!("Photo {} has another size than was said.", photo.hash)),
                Ok(None) => checked.problems.push(format!("Photo {} is missing from the objects.", photo.hash)),
                Err(error) => checked.problems.push(format!("Photo {}: {error:#}", photo.hash)),
            }
        }
        Ok(())
    }
}
