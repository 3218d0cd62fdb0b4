//! An office that has outgrown one machine: its record in PostgreSQL, in a schema of its own, and its photos in a store that
//! speaks S3. Servers and commands are told of both by settings, as an operator sets them.

use crate::server::Settings;
use anyhow::{Context, Result, ensure};
use bucket::Bucket;
use server::objects::place::Place;
use server::store::Elsewhere;
use std::process::Command;

/// The variable with the address of a PostgreSQL for tests.
const POSTGRES: &str = "ENTERVIEW_TEST_POSTGRES";

/// Where such an office keeps its record; it ends with this value.
pub struct Outgrown {
    /// The photos' store.
    pub bucket: Bucket,
    /// The database's address.
    pub database: String,
}

impl Outgrown {
    /// A new one, with nothing in it; `name` is its schema's, and no other story's.
    ///
    /// # Errors
    /// No PostgreSQL for tests is there: `script/with-postgres COMMAND`.
    pub fn new(name: &str) -> Result<Self> {
        let url = std::env::var(POSTGRES)
            .with_context(|| format!("{POSTGRES} is not set; script/with-postgres COMMAND starts one"))?;
        let made = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
        let psql = Command::new("psql").args(["-q", "-X", "-v", "ON_ERROR_STOP=1", "-c", &made, &url]).output();
        let psql = psql.context("psql, which comes with PostgreSQL")?;
        ensure!(psql.status.success(), "{}", String::from_utf8_lossy(&psql.stderr));
        let more = if url.contains('?') { '&' } else { '?' };
        let database = format!("{url}{more}options=-c%20search_path%3D{name}");
        Ok(Self { bucket: Bucket::start()?, database })
    }

    /// What a machine of this office is told.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let owned = |(key, value): (&str, String)| (key.to_owned(), value);
        let database = ("ENTERVIEW_DATABASE", self.database.clone());
        self.bucket.settings("photos").into_iter().chain([database]).map(owned).collect()
    }

    /// The same, for opening the record without the program.
    ///
    /// # Errors
    /// None that these settings bring about.
    pub fn elsewhere(&self) -> Result<Elsewhere> {
        let settings = self.settings();
        let address = settings.iter().find(|(key, _)| key == "ENTERVIEW_OBJECTS").map(|(_, value)| value.clone());
        let objects = Place::read(address.as_deref(), settings.into_iter())?;
        Ok(Elsewhere { database: Some(self.database.clone()), objects, without_old_photos: false })
    }
}
