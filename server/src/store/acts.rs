//! What no copy of the record that is put back may undo: what was taken back, and which tablets may send nothing any more.
//! Each is written beside the objects as soon as it is done, ids only, and done again at the start of a server whose record
//! does not know of it. So it stands outside every backup of the rows.

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::{OrgStore, Store};

/// Such an act, as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Act {
    /// Entries of a notebook are not to be kept.
    TakenBack {
        /// The notebook.
        notebook: String,
        /// The entries.
        entries: Vec<String>,
        /// Who asked for it.
        who: String,
        /// Milliseconds since 1970.
        at: i64,
    },
    /// A tablet may send nothing any more.
    Revoked {
        /// The tablet.
        device: String,
        /// Why, as it was typed.
        why: String,
        /// Milliseconds since 1970.
        at: i64,
    },
}

impl Act {
    /// The same act has the same name.
    fn name(&self) -> Result<String> {
        Ok(crate::objects::hash_of(&serde_json::to_vec(self)?))
    }
}

impl OrgStore {
    /// Writes down an act that was done. Where the objects' store does not answer it is written at the next start.
    pub(super) async fn written_down(&self, act: Act) {
        if let Err(error) = self.write_down(&act).await {
            tracing::error!(cause = %format!("{error:#}"), "what no backup may undo is not written down yet");
        }
    }

    async fn write_down(&self, act: &Act) -> Result<()> {
        self.store().objects().put_act(self.id(), &act.name()?, serde_json::to_vec(act)?).await
    }

    /// Writes down what was done and stands nowhere yet.
    async fn write_the_rest(&self, written: &[Act]) -> Result<()> {
        let revoked: Vec<(String, String, i64)> = self
            .all(rows!(
                "SELECT id, coalesce(revoked_why, ''), revoked_at FROM device
                 WHERE org = $1 AND revoked_at IS NOT NULL ORDER BY id",
                self.id()
            ))
            .await?;
        for (device, why, at) in revoked {
            let known = |act: &Act| matches!(act, Act::Revoked { device: of, .. } if *of == device);
            if !written.iter().any(known) {
                self.write_down(&Act::Revoked { device, why, at }).await?;
            }
        }
        let gone: Vec<(String, String, String, i64)> = self
            .all(rows!(
                "SELECT ref, notebook, coalesce(who, ''), gone_at FROM gone
                 WHERE org = $1 AND kind = 'entry' ORDER BY ref",
                self.id()
            ))
            .await?;
        for (entry, notebook, who, at) in gone {
            let known = |act: &Act| matches!(act, Act::TakenBack { entries, .. } if entries.contains(&entry));
            if !written.iter().any(known) {
                self.write_down(&Act::TakenBack { notebook, entries: vec![entry], who, at }).await?;
            }
        }
        Ok(())
    }

    async fn do_again(&self, act: Act) -> Result<bool> {
        match act {
            Act::TakenBack { notebook, entries, who, at } => {
                let known = self.taken_back(&notebook).await?;
                let missing: Vec<String> = entries.into_iter().filter(|entry| !known.contains(entry)).collect();
                if missing.is_empty() {
                    return Ok(false);
                }
                self.bury_entries(&notebook, missing, &who, at).await?;
            }
            Act::Revoked { device, why, at } => {
                if self.device(&device).await?.is_none_or(|known| known.revoked_at.is_some()) {
                    return Ok(false);
                }
                self.shut_out(&device, at, &why).await?;
            }
        }
        Ok(true)
    }
}

impl Store {
    /// Does again what was written down and this record does not know: it is a copy that was put back. Answers how many.
    ///
    /// # Errors
    /// The store's, or an act that cannot be read: then nobody is to be let in.
    pub async fn do_acts_again(&self) -> Result<usize> {
        let mut done = 0;
        for id in self.org_ids().await? {
            let org = self.org(&id);
            let mut written = Vec::new();
            for (name, text) in self.objects().acts(&id).await? {
                // A file that somebody's system left there is no act; one of ours that cannot be read is a reason to stop.
                if name.len() != 64 {
                    tracing::warn!(org = %id, file = %name, "this is no act, and is passed over");
                    continue;
                }
                let act: Act = serde_json::from_slice(&text)
                    .with_context(|| format!("the act {name} of {id}, which no backup may undo, cannot be read"))?;
                done += usize::from(org.do_again(act.clone()).await?);
                written.push(act);
            }
            org.write_the_rest(&written).await?;
        }
        Ok(done)
    }
}
