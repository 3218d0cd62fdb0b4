//! What the tablets showed as saved, what was sent for it, and at the end what is missing.
//!
//! Something may be gone only where no copy of it is left: a disaster (a copy put back, a tablet revoked) is told to the
//! ledger, which then looks who still has what. Everything else must be at the office, whole, and on each tablet that
//! may see it.

use super::office::Office;
use super::slate::Slate;
use super::town::{VISITS, visit};
use anyhow::{Context as _, Result, ensure};
use device::transport::Request;
use domain::ids::{EntryId, NotebookId, SealedId};
use domain::notebook::{Hash, Projection};
use domain::wire::{LARGEST_PUSH, Push, unpack};
use std::collections::{BTreeMap, BTreeSet};

/// Something that a tablet showed as saved.
#[derive(Clone, Debug)]
struct Saved {
    /// The tablet's place in the list.
    tablet: usize,
    notebook: NotebookId,
    words: String,
    /// Why nobody has it any more.
    gone: Option<&'static str>,
}

/// What was shown as saved.
#[derive(Default)]
pub struct Ledger {
    entries: BTreeMap<EntryId, Saved>,
    sealed: BTreeMap<SealedId, usize>,
    photos: BTreeMap<EntryId, (usize, String)>,
    notebooks: BTreeSet<NotebookId>,
    /// What the office took out: nobody may have it at the end.
    taken_back: BTreeSet<EntryId>,
    /// How often each change was sent by each tablet.
    sent: BTreeMap<(usize, Hash), u32>,
    /// Bytes of each photo that each tablet sent, and its size.
    pieces: BTreeMap<(usize, String), (u64, u64)>,
    /// Whatever gives a tablet a reason to send something again.
    disturbed: BTreeMap<usize, u32>,
    /// What happened to everybody at once.
    upheavals: u32,
}

impl Ledger {
    /// A tablet showed this note as saved.
    pub fn saved(&mut self, slate: &Slate, notebook: NotebookId, entry: EntryId, words: &str) {
        self.notebooks.insert(notebook);
        // What is written on a tablet that the office has revoked stays there, and is no longer the office's to have.
        let gone = slate.revoked.then_some("the tablet was revoked before");
        self.entries.insert(entry, Saved { tablet: slate.number - 1, notebook, words: words.to_owned(), gone });
    }

    /// A concern was sealed.
    pub fn sealed(&mut self, tablet: usize, id: SealedId) {
        self.sealed.insert(id, tablet);
    }

    /// A photo was used.
    pub fn photo(&mut self, tablet: usize, entry: EntryId, hash: &str) {
        self.photos.insert(entry, (tablet, hash.to_owned()));
    }

    /// Somebody asked that it be forgotten, before it was sent.
    pub fn forgotten(&mut self, entry: EntryId) {
        self.entries.remove(&entry);
        self.photos.remove(&entry);
    }

    /// Somebody took back what they had said, and the office takes it out.
    pub fn taken_back(&mut self, entry: EntryId) {
        self.forgotten(entry);
        self.taken_back.insert(entry);
    }

    /// The notes that were saved on a tablet in a notebook, and are somewhere still.
    #[must_use]
    pub fn of(&self, tablet: usize, notebook: NotebookId) -> Vec<EntryId> {
        let mine = |(id, saved): (&EntryId, &Saved)| {
            (saved.tablet == tablet && saved.notebook == notebook && saved.gone.is_none()).then_some(*id)
        };
        self.entries.iter().filter_map(mine).collect()
    }

    /// How many notes were shown as saved.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many of them nobody has any more.
    #[must_use]
    pub fn gone(&self) -> usize {
        self.entries.values().filter(|saved| saved.gone.is_some()).count()
    }

    /// Something went wrong for this tablet; it may send again what it sent.
    pub fn disturbed(&mut self, tablet: usize) {
        *self.disturbed.entry(tablet).or_default() += 1;
    }

    /// A tablet sends this.
    pub(super) fn sent(&mut self, tablet: usize, request: &Request) -> Result<()> {
        if request.path == "/sync/v1/push" {
            let packed = request.headers.iter().any(|(name, _)| name == "content-encoding");
            let body = if packed { unpack(&request.body, LARGEST_PUSH)? } else { request.body.clone() };
            let push: Push = serde_json::from_slice(&body).context("a tablet's push")?;
            for change in push.changes {
                *self.sent.entry((tablet, change.hash)).or_default() += 1;
            }
        }
        if let Some(hash) = request.path.strip_prefix("/sync/v1/photos/").filter(|_| request.method == "PATCH") {
            let size = request.headers.iter().find(|(name, _)| name == domain::wire::PHOTO_SIZE);
            let size = size.context("a piece without its photo's size")?.1.parse()?;
            let sum = self.pieces.entry((tablet, hash.to_owned())).or_default();
            *sum = (sum.0 + request.body.len() as u64, size);
        }
        Ok(())
    }

    /// Something befell everybody: who still has what is looked at, and what nobody has is gone for this reason.
    ///
    /// # Errors
    /// What tablets and office say.
    pub async fn upheaval(&mut self, slates: &mut [Slate], office: &Office, why: &'static str) -> Result<usize> {
        self.upheavals += 1;
        let mut there = office.has().await?;
        let record = office.record()?;
        let mut sealed: BTreeSet<String> = record.sealed("concern").await?.into_iter().map(|kept| kept.id).collect();
        let mut photos: BTreeSet<String> = record.photos().await?.into_iter().map(|kept| kept.hash).collect();
        for slate in slates.iter_mut().filter(|slate| !slate.revoked && !slate.is_shut()) {
            there.extend(slate.has(&self.notebooks)?);
            for (id, tablet) in &self.sealed {
                if *tablet + 1 == slate.number && slate.has_sealed(*id) {
                    sealed.insert(id.to_string());
                }
            }
            for (_, hash) in self.photos.values() {
                if slate.device()?.photo(hash).is_ok() {
                    photos.insert(hash.clone());
                }
            }
        }
        let mut gone = 0;
        for (id, saved) in &mut self.entries {
            if saved.gone.is_none() && !there.contains(id) {
                saved.gone = Some(why);
                gone += 1;
            }
        }
        self.sealed.retain(|id, _| sealed.contains(&id.to_string()));
        self.photos.retain(|_, (_, hash)| photos.contains(hash));
        Ok(gone)
    }

    /// What a tablet says is at the office is there.
    pub(super) async fn safe_means_safe(&self, slate: &mut Slate, office: &Office) -> Result<()> {
        if !slate.device()?.waiting()?.safe {
            return Ok(());
        }
        let there = office.has().await?;
        let here = slate.has(&self.notebooks)?;
        for (id, saved) in self.entries.iter().filter(|(_, saved)| saved.tablet + 1 == slate.number) {
            ensure!(
                there.contains(id) || !here.contains(id),
                "tablet {} says that all is at the office, and `{}` is not",
                slate.number,
                saved.words
            );
        }
        let record = office.record()?;
        let sealed: BTreeSet<String> = record.sealed("concern").await?.into_iter().map(|kept| kept.id).collect();
        for (id, _) in self.sealed.iter().filter(|(_, tablet)| **tablet + 1 == slate.number) {
            ensure!(sealed.contains(&id.to_string()), "tablet {} says so, and a concern is not", slate.number);
        }
        let stored = record.photos().await?.into_iter().filter(|photo| photo.state == "stored").map(|photo| photo.hash);
        let stored: BTreeSet<String> = stored.collect();
        let number = slate.number;
        for (_, hash) in self.photos.values().filter(|(tablet, _)| tablet + 1 == number) {
            ensure!(stored.contains(hash), "tablet {number} says so, and a photo is not");
        }
        Ok(())
    }

    /// What is missing at the end, a line each.
    pub(super) async fn at_the_end(&mut self, slates: &mut [Slate], office: &Office) -> Result<Vec<String>> {
        let mut missing = Vec::new();
        let mut read = BTreeMap::new();
        for id in &self.notebooks {
            if let Some(book) = office.reads(*id).await? {
                read.insert(*id, book);
            }
        }
        for saved in self.at_the_office(&read) {
            missing.push(format!("not at the office: {saved}"));
        }
        let record = office.record()?;
        let sealed: BTreeSet<String> = record.sealed("concern").await?.into_iter().map(|kept| kept.id).collect();
        for (id, tablet) in &self.sealed {
            if !sealed.contains(&id.to_string()) && !is_revoked(slates, *tablet) {
                missing.push(format!("a concern of tablet {} is not at the office", tablet + 1));
            }
        }
        let photos = record.photos().await?;
        for (tablet, hash) in self.photos.values() {
            let stored = photos.iter().any(|photo| photo.hash == *hash && photo.state == "stored");
            if !stored && !is_revoked(slates, *tablet) {
                missing.push(format!("a photo of tablet {} is not at the office: {hash}", tablet + 1));
            }
        }
        missing.extend(self.is_still_there("the office", &office.has().await?));
        for slate in slates.iter_mut().filter(|slate| !slate.revoked) {
            missing.extend(self.is_still_there(&format!("tablet {}", slate.number), &slate.has(&self.notebooks)?));
            missing.extend(same_reading(slate, &read, office).await?);
            let waits = slate.device()?.waiting()?;
            if waits.entries + waits.on_their_way + waits.held + waits.photos + waits.sealed > 0 {
                missing.push(format!("tablet {} still has something: {waits:?}", slate.number));
            }
        }
        missing.extend(self.waste());
        Ok(missing)
    }

    /// What somebody took back and is there all the same.
    fn is_still_there(&self, who: &str, has: &BTreeSet<EntryId>) -> Vec<String> {
        let still = self.taken_back.iter().filter(|entry| has.contains(entry));
        still.map(|entry| format!("{who} still has {entry}, which was taken back")).collect()
    }

    fn at_the_office(&self, read: &BTreeMap<NotebookId, Projection>) -> Vec<String> {
        let mut missing = Vec::new();
        for (id, saved) in self.entries.iter().filter(|(_, saved)| saved.gone.is_none()) {
            let there = read.get(&saved.notebook).and_then(|book| book.entries.iter().find(|entry| entry.id == *id));
            let words = there.and_then(|entry| entry.fields.get("words")).map(|field| &field.values);
            let same = there.is_some()
                && (saved.words.is_empty()
                    || words.is_some_and(|all| all.iter().any(|s| s.value.text() == Some(saved.words.as_str()))));
            if !same {
                missing.push(format!("`{}` of tablet {}", saved.words, saved.tablet + 1));
            }
        }
        missing
    }

    /// Nothing is sent twice without need: each thing once, and once more for each thing that went wrong.
    fn waste(&self) -> Vec<String> {
        let may = |tablet: usize| 1 + self.upheavals + self.disturbed.get(&tablet).copied().unwrap_or_default();
        let changes = self.sent.iter().filter(|((tablet, _), times)| **times > may(*tablet));
        let changes = changes
            .map(|((tablet, hash), times)| format!("tablet {} sent the change {hash} {times} times", tablet + 1));
        let photos = self.pieces.iter().filter(|((tablet, _), (sent, size))| *sent > size * u64::from(may(*tablet)));
        let photos = photos.map(|((tablet, hash), (sent, size))| {
            format!("tablet {} sent {sent} bytes of the photo {hash}, which has {size}", tablet + 1)
        });
        changes.chain(photos).collect()
    }
}

fn is_revoked(slates: &[Slate], tablet: usize) -> bool {
    slates.get(tablet).is_some_and(|slate| slate.revoked)
}

/// A tablet that may see a notebook reads what the office reads.
async fn same_reading(
    slate: &mut Slate,
    read: &BTreeMap<NotebookId, Projection>,
    office: &Office,
) -> Result<Vec<String>> {
    let record = office.record()?;
    let holders = record.holders(&slate.device()?.id().to_string()).await?;
    let mut differing = Vec::new();
    for n in 0..VISITS.len() {
        let team = record.team(&visit(n).to_string()).await?;
        let sees = team.iter().any(|member| holders.contains(&member.person));
        let (Some(office), true) = (read.get(&visit(n)), sees) else { continue };
        let here = slate.reads(visit(n))?;
        if here.as_ref() != Some(office) {
            let count = |book: &Projection| (book.entries.len(), book.summary.len());
            differing.push(format!(
                "tablet {} reads visit {n} otherwise than the office: {:?} against {:?}",
                slate.number,
                here.as_ref().map(count),
                count(office)
            ));
        }
    }
    Ok(differing)
}
