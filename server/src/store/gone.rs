//! What somebody asked us not to keep: its id is written down first, then its notebook is founded again without it, and
//! nothing of the earlier history stays. What comes late and stands on that history is answered *gone*.
//!
//! Finding the words and founding the notebook again is the projector's (`projector::refound`); here are the rows.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::acts::Act;
use super::changes::ChangeState;
use super::feed::Audience;
use super::grants::{grant, seeing};
use super::notebooks::Entry;
use super::published::write_entries;
use super::taken::TakenChange;
use super::taking::claim_actors;
use super::waits::{set_state, wake_waiting};
use super::{OrgStore, Tx};

/// Why a change is held that stands on what is no more, and that no tablet has written again yet.
pub(super) const ON_OLD_GROUND: &str =
    "It stands on a history that was founded again without what somebody took back; its tablet writes it again.";

/// Why a photo is not taken, any more or at all.
const PHOTO_TAKEN_BACK: &str = "Whoever is in this photo, or let us in, asked us not to keep it.";

/// What tablets are told of a notebook that was founded again (feed kind `gone`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoneItem {
    /// The notebook.
    pub notebook: String,
    /// Its generation from now on.
    pub generation: i64,
    /// Every entry that was ever taken out of it.
    pub entries: Vec<String>,
    /// The tablet may see it, and is given it as it is now.
    pub follows: bool,
}

/// A notebook as it is without what was taken back.
#[derive(Debug, Clone, Default)]
pub struct Refounded {
    /// The notebook.
    pub notebook: String,
    /// The version that this was made from.
    pub seen_version: i64,
    /// The entries that are no more.
    pub gone: Vec<String>,
    /// What was said in them, to know by it what is held and repeats it.
    pub said: Vec<String>,
    /// Photos that were in them and are in nothing else of the notebook, hashes.
    pub photos: Vec<String>,
    /// Contact details that belong to them, ids of sealed records.
    pub contacts: Vec<String>,
    /// The new compact form.
    pub chunk: Vec<u8>,
    /// Its heads, hashes.
    pub heads: Vec<String>,
    /// Its projection, the domain's JSON.
    pub projection: String,
    /// Its entries.
    pub entries: Vec<Entry>,
    /// Its changes but the first, which every founding makes the same; the office's own.
    pub changes: Vec<TakenChange>,
    /// The hash of the first.
    pub genesis: String,
}

/// A sealed record that might hold how to reach somebody, and the entry it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SealedContact {
    /// Its id.
    pub id: String,
    /// What the tablet sealed.
    pub ciphertext: Vec<u8>,
    /// Its data key, wrapped for the desk.
    pub wrapped: Vec<u8>,
}

impl OrgStore {
    /// Writes down that these entries of a notebook are not to be kept; the projector takes them out. Again is no error, and
    /// so is what never came here: then it is not shown when it comes.
    pub async fn take_back(&self, notebook: &str, entries: Vec<String>, who: &str, at: i64) -> Result<()> {
        let act = Act::TakenBack { notebook: notebook.to_owned(), entries: entries.clone(), who: who.to_owned(), at };
        self.bury_entries(notebook, entries, who, at).await?;
        self.written_down(act).await;
        Ok(())
    }

    pub(super) async fn bury_entries(&self, notebook: &str, entries: Vec<String>, who: &str, at: i64) -> Result<()> {
        self.write((notebook.to_owned(), entries, who.to_owned(), at), |tx, (notebook, entries, who, at)| {
            Box::pin(async move {
                tx.next_rev().await?;
                for entry in entries {
                    tx.run(sql!(
                        "INSERT INTO gone (org, kind, ref, notebook, open, who, gone_at) VALUES ($1, 'entry', $2, $3, 1, $4, $5)
                         ON CONFLICT (org, kind, ref) DO UPDATE SET open = 1",
                        tx.org(),
                        entry,
                        notebook,
                        who,
                        *at
                    ))
                    .await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// The entries that were ever taken back in a notebook.
    pub async fn taken_back(&self, notebook: &str) -> Result<Vec<String>> {
        self.scalars(values!(
            "SELECT ref FROM gone WHERE org = $1 AND notebook = $2 AND kind = 'entry' ORDER BY ref",
            self.id(),
            notebook
        ))
        .await
    }

    /// Whether something of this was taken back and is still there.
    pub async fn is_being_taken_back(&self, notebook: &str) -> Result<bool> {
        let open = values!(
            "SELECT count(*) FROM gone g JOIN entry e ON e.org = $1 AND e.id = g.ref
             WHERE g.org = $1 AND g.notebook = $2 AND g.kind = 'entry'",
            self.id(),
            notebook
        );
        Ok(self.scalars::<i64>(open).await?.into_iter().any(|open| open > 0))
    }

    /// How to reach people, sealed, as it was written beside a notebook.
    pub async fn contacts_of(&self, notebook: &str) -> Result<Vec<SealedContact>> {
        self.all(rows!(
            "SELECT s.id, s.ciphertext, k.wrapped FROM sealed s JOIN sealed_key k ON k.org = $1 AND k.id = s.id
             WHERE s.org = $1 AND s.kind = 'contact' AND s.notebook = $2 ORDER BY s.id",
            self.id(),
            notebook
        ))
        .await
    }

    /// Puts the notebook without what was taken back in the old one's place, and takes the old history away. `false`: somebody
    /// published in between, or more waits to be read first; nothing was written.
    pub async fn refound(&self, refounded: Refounded, office: &str, at: i64) -> Result<bool> {
        self.write((refounded, office.to_owned(), at), |tx, (refounded, office, at)| {
            Box::pin(refound(tx, refounded, office, *at))
        })
        .await
    }

    /// An object that was taken back is no more.
    pub async fn object_removed(&self, hash: &str) -> Result<()> {
        self.in_its_wake()
            .write(hash.to_owned(), |tx, hash| {
                Box::pin(async move {
                    let done = sql!(
                        "UPDATE gone SET open = 0 WHERE org = $1 AND kind = 'object' AND ref = $2",
                        tx.org(),
                        hash
                    );
                    tx.run(done).await?;
                    Ok(())
                })
            })
            .await
    }
}

async fn refound(tx: &mut Tx, new: &Refounded, office: &str, at: i64) -> Result<bool> {
    tx.next_rev().await?;
    let taken: Option<i64> = tx
        .scalar(values!(
            "SELECT count(*) FROM change WHERE org = $1 AND notebook = $2 AND state = 'taken'",
            tx.org(),
            &new.notebook
        ))
        .await?;
    if taken != Some(0) {
        return Ok(false);
    }
    // Grows for ever, also where a copy of the record that knew of none was put back: so it is a time.
    let founded: Option<i64> = tx
        .scalar(values!(
            "UPDATE notebook SET version = version + 1, chunk = $4, heads = $5, projection = $6,
               generation = CASE WHEN generation < $7 THEN $7 ELSE generation + 1 END
             WHERE org = $1 AND id = $2 AND version = $3 RETURNING generation",
            tx.org(),
            &new.notebook,
            new.seen_version,
            &new.chunk,
            serde_json::to_string(&new.heads)?,
            &new.projection,
            at / 1000
        ))
        .await?;
    let Some(generation) = founded else { return Ok(false) };
    let tablets = tablets_of(tx, &new.notebook, office).await?;
    purge(tx, new, at).await?;
    for change in &new.changes {
        put_own(tx, change, office, at).await?;
    }
    write_entries(tx, &new.notebook, &new.entries).await?;
    forget_uses(tx, new, at).await?;
    tell(tx, new, generation, &tablets).await?;
    let came = new.changes.iter().map(|change| change.hash.clone()).collect();
    wake_waiting(tx, &new.notebook, &BTreeSet::new(), &came).await?;
    Ok(true)
}

/// Every tablet that has, or may have, something of the notebook.
async fn tablets_of(tx: &mut Tx, notebook: &str, office: &str) -> Result<BTreeSet<String>> {
    let tablets: Vec<String> = tx
        .scalars(values!(
            "SELECT device FROM grants WHERE org = $1 AND kind = 'notebook' AND ref = $2
             UNION SELECT device FROM grants WHERE org = $1 AND kind = 'visit'
                   AND ref = (SELECT visit FROM notebook WHERE org = $1 AND id = $2)
             UNION SELECT device FROM change WHERE org = $1 AND notebook = $2",
            tx.org(),
            notebook
        ))
        .await?;
    Ok(tablets.into_iter().filter(|tablet| tablet != office).collect())
}

/// The old history goes. What was shown goes whole; what is held or waits stays if it neither repeats what was taken back
/// nor stands on what is no more, and where it only stands on that, until its tablet has written it again.
async fn purge(tx: &mut Tx, new: &Refounded, at: i64) -> Result<()> {
    let all: Vec<(String, String, String)> = tx
        .all(rows!(
            "SELECT hash, state, deps FROM change WHERE org = $1 AND notebook = $2 AND hash <> $3 ORDER BY arrival",
            tx.org(),
            &new.notebook,
            &new.genesis
        ))
        .await?;
    let mut purged = BTreeSet::new();
    let mut kept: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (hash, state, deps) in all {
        let shown = matches!(ChangeState::parse(&state)?, ChangeState::Published | ChangeState::Replaced);
        if shown || repeats(tx, &hash, &new.said).await? {
            entomb(tx, &new.notebook, &hash, at).await?;
            purged.insert(hash);
        } else {
            kept.insert(hash, serde_json::from_str(&deps).context("a change's dependencies")?);
        }
    }
    loop {
        let falls = kept.iter().find(|(_, deps)| deps.iter().any(|dep| purged.contains(dep)));
        let Some(hash) = falls.map(|(hash, _)| hash.clone()) else { return Ok(()) };
        kept.remove(&hash);
        set_state(tx, &new.notebook, &hash, ChangeState::Held, Some(ON_OLD_GROUND)).await?;
        purged.insert(hash);
    }
}

/// Whether a change that nobody could read holds any of these words. Values stand in its bytes as they are, what a
/// correction replaces among them.
async fn repeats(tx: &mut Tx, hash: &str, said: &[String]) -> Result<bool> {
    let bytes: Option<Vec<u8>> =
        tx.scalar(values!("SELECT bytes FROM change WHERE org = $1 AND hash = $2", tx.org(), hash)).await?;
    let bytes = bytes.unwrap_or_default();
    Ok(said.iter().any(|words| bytes.windows(words.len().max(1)).any(|part| part == words.as_bytes())))
}

/// A change goes for good: what is left is its hash.
async fn entomb(tx: &mut Tx, notebook: &str, hash: &str, at: i64) -> Result<()> {
    tx.run(sql!("DELETE FROM change WHERE org = $1 AND hash = $2", tx.org(), hash)).await?;
    tx.run(sql!("DELETE FROM feed WHERE org = $1 AND kind = 'change' AND ref = $2", tx.org(), hash)).await?;
    tx.run(sql!("DELETE FROM feed WHERE org = $1 AND kind = 'state' AND ref = $2", tx.org(), hash)).await?;
    bury(tx, "change", notebook, hash, 0, at).await
}

async fn bury(tx: &mut Tx, kind: &str, notebook: &str, reference: &str, open: i64, at: i64) -> Result<()> {
    tx.run(sql!(
        "INSERT INTO gone (org, kind, ref, notebook, open, gone_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (org, kind, ref) DO UPDATE SET open = excluded.open",
        tx.org(),
        kind,
        reference,
        notebook,
        open,
        at
    ))
    .await?;
    Ok(())
}

/// A change of the new founding. No tablet is told of it by itself: the compact form that it is granted holds it.
async fn put_own(tx: &mut Tx, change: &TakenChange, office: &str, at: i64) -> Result<()> {
    claim_actors(tx, office, std::slice::from_ref(change)).await?;
    let rev = tx.next_rev().await?;
    tx.run(sql!(
        "INSERT INTO change (org, hash, notebook, actor, seq, deps, device, state, bytes, received_at, arrival, rev)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'published', $8, $9, $10, $10)",
        tx.org(),
        &change.hash,
        &change.notebook,
        &change.actor,
        change.seq,
        serde_json::to_string(&change.deps)?,
        office,
        &change.bytes,
        at,
        rev
    ))
    .await?;
    Ok(())
}

/// What rested on it: evidence, good practice, photos, how to reach whoever spoke.
async fn forget_uses(tx: &mut Tx, new: &Refounded, at: i64) -> Result<()> {
    for entry in &new.gone {
        tx.run(sql!("DELETE FROM evidence WHERE org = $1 AND entry = $2", tx.org(), entry)).await?;
        tx.run(sql!("DELETE FROM good_practice WHERE org = $1 AND entry = $2", tx.org(), entry)).await?;
        tx.run(sql!("DELETE FROM outcome_evidence WHERE org = $1 AND entry = $2", tx.org(), entry)).await?;
        let out = sql!("UPDATE gone SET open = 0 WHERE org = $1 AND kind = 'entry' AND ref = $2", tx.org(), entry);
        tx.run(out).await?;
    }
    for hash in &new.photos {
        let used: Option<i64> = tx
            .scalar(values!(
                "SELECT count(*) FROM entry WHERE org = $1 AND kind = 'photo' AND json LIKE $2",
                tx.org(),
                format!("%{hash}%")
            ))
            .await?;
        if used.is_none_or(|used| used == 0) {
            forget_photo(tx, &new.notebook, hash, at).await?;
        }
    }
    for id in &new.contacts {
        tx.run(sql!("DELETE FROM sealed_key WHERE org = $1 AND id = $2", tx.org(), id)).await?;
    }
    Ok(())
}

async fn forget_photo(tx: &mut Tx, notebook: &str, hash: &str, at: i64) -> Result<()> {
    tx.run(sql!("DELETE FROM photo_piece WHERE org = $1 AND hash = $2", tx.org(), hash)).await?;
    // A row that says so, so that a tablet which still sends it is not taken at its word.
    tx.run(sql!(
        "INSERT INTO photo (org, hash, device, size, have, state, reason, received_at) VALUES ($1, $2, '', 0, 0, 'refused', $3, $4)
         ON CONFLICT (org, hash) DO UPDATE SET state = 'refused', have = 0, reason = excluded.reason",
        tx.org(),
        hash,
        PHOTO_TAKEN_BACK,
        at
    ))
    .await?;
    bury(tx, "object", notebook, hash, 1, at).await
}

/// All tablets that know the notebook hear what is gone; those that may see it then get it as it is now.
async fn tell(tx: &mut Tx, new: &Refounded, generation: i64, tablets: &BTreeSet<String>) -> Result<()> {
    let ever: Vec<String> = tx
        .scalars(values!(
            "SELECT ref FROM gone WHERE org = $1 AND notebook = $2 AND kind = 'entry' ORDER BY ref",
            tx.org(),
            &new.notebook
        ))
        .await?;
    let seeing = seeing(tx, &new.notebook).await?;
    for tablet in tablets {
        let (notebook, entries, follows) = (new.notebook.clone(), ever.clone(), seeing.contains(tablet));
        let item = GoneItem { notebook, generation, entries, follows };
        tx.put_feed("gone", &new.notebook, Audience::Device(tablet), &item).await?;
    }
    for tablet in seeing {
        grant(tx, &tablet, "notebook", &new.notebook).await?;
    }
    let last = tx.next_rev().await?;
    tx.run(sql!("UPDATE notebook SET last_rev = $3 WHERE org = $1 AND id = $2", tx.org(), &new.notebook, last)).await?;
    Ok(())
}

/// Whether a change is gone, or stands on one that is. It leaves no row: what a tablet sends makes no tombstones.
pub(super) async fn is_gone(tx: &mut Tx, change: &TakenChange) -> Result<bool> {
    for hash in std::iter::once(&change.hash).chain(&change.deps) {
        if has_gone(tx, hash).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn has_gone(tx: &mut Tx, hash: &str) -> Result<bool> {
    let row = values!("SELECT ref FROM gone WHERE org = $1 AND kind = 'change' AND ref = $2", tx.org(), hash);
    Ok(tx.scalar::<String>(row).await?.is_some())
}
