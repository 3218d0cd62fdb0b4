//! The host's office as its people use it: each verb opens a page, fills in its form, and reads what the page answers.

mod desk;
mod planning;
mod report;

pub use planning::{Planned, RefusedAssignment};
pub use report::Reported;

use crate::browser::{Browser, Page};
use crate::server::Server;
use anyhow::{Context, Result, bail};
use domain::ids::EntryId;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Everybody's browser, by name, and what the office has called things so far.
pub struct Office {
    address: String,
    certificate: Option<Vec<u8>>,
    password: String,
    administrator: String,
    officer: String,
    browsers: BTreeMap<String, Browser>,
    /// People's ids by name.
    pub people: BTreeMap<String, String>,
    /// Places' ids by name.
    pub places: BTreeMap<String, String>,
    /// Bodies that are added, by name.
    pub bodies: BTreeMap<String, ()>,
    /// Directories that are taken in.
    pub directories: Vec<PathBuf>,
}

/// Where each line of the reported visit ended up.
pub type Entries = BTreeMap<usize, EntryId>;

impl Office {
    /// The office of `server`, whose people all sign in with `password`.
    #[must_use]
    pub fn of(server: &Server, administrator: &str, officer: &str, password: &str) -> Self {
        Self {
            address: server.address.clone(),
            certificate: server.certificate.clone(),
            password: password.to_owned(),
            administrator: administrator.to_owned(),
            officer: officer.to_owned(),
            browsers: BTreeMap::new(),
            people: BTreeMap::new(),
            places: BTreeMap::new(),
            bodies: BTreeMap::new(),
            directories: Vec::new(),
        }
    }

    /// Everybody signs in again before they do anything else.
    pub fn sign_in_anew(&mut self) {
        self.browsers.clear();
    }

    /// Somebody's browser, signed in.
    ///
    /// # Errors
    /// The door does not let them in.
    pub async fn as_person(&mut self, name: &str) -> Result<Browser> {
        if let Some(browser) = self.browsers.get(name) {
            return Ok(browser.clone());
        }
        let browser = Browser::new(&self.address, self.certificate.as_deref())?;
        let door = browser.open("/sign-in").await?;
        let form = door.form("/sign-in")?.fill("name", name)?.fill("password", self.password.clone())?;
        let inside = browser.send(form).await?;
        if inside.path == "/sign-in" || inside.status >= 400 {
            bail!("{name} is not let in: {}", inside.told());
        }
        self.browsers.insert(name.to_owned(), browser.clone());
        Ok(browser)
    }

    /// The officer's browser.
    ///
    /// # Errors
    /// As [`Office::as_person`].
    pub async fn officer(&mut self) -> Result<Browser> {
        let name = self.officer.clone();
        self.as_person(&name).await
    }

    /// The officer's name.
    #[must_use]
    pub fn officer_name(&self) -> &str {
        &self.officer
    }

    /// The administrator's browser.
    ///
    /// # Errors
    /// As [`Office::as_person`].
    pub async fn administrator(&mut self) -> Result<Browser> {
        let name = self.administrator.clone();
        self.as_person(&name).await
    }
}

/// A page that answers a form by showing it again has refused it.
fn taken(form: &str, before: &str, answer: Page) -> Result<Page> {
    if answer.status >= 400 || answer.path == before && answer.html.contains("aria-invalid") {
        bail!("the office did not take {form}: {}", answer.told());
    }
    Ok(answer)
}

fn id_of<'a>(all: &'a BTreeMap<String, String>, name: &str) -> Result<&'a str> {
    all.get(name).map(String::as_str).with_context(|| format!("the office knows no {name}"))
}
