//! Finding what was typed by name or id: an organisation, a person, a tablet.

use super::OfOrg;
use crate::store::people::Person;
use crate::store::{OrgStore, Store};
use anyhow::bail;

impl OfOrg {
    /// The organisation that was named, or the only one.
    pub(super) async fn open(&self) -> anyhow::Result<OrgStore> {
        self.of(&self.data.open().await?).await
    }

    pub(super) async fn of(&self, store: &Store) -> anyhow::Result<OrgStore> {
        let orgs = store.orgs().await?;
        let names = || orgs.iter().map(|o| o.name.as_str()).collect::<Vec<_>>().join(", ");
        let Some(asked) = &self.org else {
            return match orgs.as_slice() {
                [one] => Ok(store.org(&one.id)),
                [] => bail!("There is no organisation yet. Begin with: enterview org add --help"),
                _ => bail!("There are several organisations: {}. Say which with --org.", names()),
            };
        };
        let found: Vec<_> = orgs.iter().filter(|o| o.id == *asked || same(&o.name, asked)).collect();
        match found.as_slice() {
            [one] => Ok(store.org(&one.id)),
            [] => bail!("There is no organisation called {asked}. There are: {}.", names()),
            _ => bail!("Several organisations are called {asked}. Give the id instead."),
        }
    }
}

/// One person by name or id.
pub(super) async fn person(org: &OrgStore, asked: &str) -> anyhow::Result<Person> {
    let people = org.people().await?;
    let mut found: Vec<Person> = people.into_iter().filter(|p| p.id == asked || same(&p.name, asked)).collect();
    match (found.pop(), found.is_empty()) {
        (Some(person), true) => Ok(person),
        (Some(_), false) => bail!("Several people are called {asked}. Give the id instead."),
        (None, _) => bail!("Nobody here is called {asked}. Add them first: enterview person add --help"),
    }
}

pub(super) fn same(name: &str, asked: &str) -> bool {
    name.trim().to_lowercase() == asked.trim().to_lowercase()
}
