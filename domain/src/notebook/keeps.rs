//! Nothing that somebody wrote goes from a notebook by what another adds to it: whatever stood there stands there
//! still, or among what was replaced. Only founding it again (`amend`) takes words out.

use super::{Field, ProjectedEntry, Projection, Stated, Unsound};
use std::collections::BTreeMap;

impl Projection {
    /// Whether everything of an earlier reading is still here, as a value or as something that was replaced.
    ///
    /// # Errors
    /// The first thing that is gone.
    pub fn keeps(&self, earlier: &Self) -> Result<(), Unsound> {
        let here: BTreeMap<_, _> = self.entries.iter().map(|entry| (entry.id, entry)).collect();
        for before in &earlier.entries {
            let lost = || Unsound::Lost(format!("entry {}", before.id));
            let now = here.get(&before.id).ok_or_else(lost)?;
            // A second mark of withdrawal stands in the place of the first; that there is one stays.
            let restored = now.withdrawn.is_empty() && !before.withdrawn.is_empty();
            if restored || author(now) != author(before) {
                return Err(lost());
            }
            all_kept(&now.fields, &before.fields)?;
        }
        all_kept(&self.summary, &earlier.summary)?;
        all_kept(&self.about, &earlier.about)
    }
}

/// What an entry says of its own making; nobody changes it afterwards.
fn author(entry: &ProjectedEntry) -> impl PartialEq + '_ {
    (&entry.kind, entry.by, entry.at, entry.tablet, entry.number)
}

fn all_kept(now: &BTreeMap<String, Field>, before: &BTreeMap<String, Field>) -> Result<(), Unsound> {
    for (name, field) in before {
        let known = now.get(name);
        let mut stated = field.values.iter().flat_map(all_of);
        if stated.any(|old| !known.is_some_and(|field| field.values.iter().flat_map(all_of).any(|new| new.same(old)))) {
            return Err(Unsound::Lost(format!("`{name}`")));
        }
    }
    Ok(())
}

fn all_of(stated: &Stated) -> impl Iterator<Item = &Stated> {
    stated.was.iter().chain(std::iter::once(stated))
}
