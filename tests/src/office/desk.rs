//! The administrator's part: people and what authorises them, bodies, places, the directory, tablets.

use super::{Office, id_of, taken};
use crate::scenario::{Person, Place, Presentation};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::time::Duration;

impl Office {
    /// Adds somebody with what authorises them, and lets them sign in.
    ///
    /// # Errors
    /// What the page says.
    pub async fn add_person(&mut self, person: &Person, judge: &str) -> Result<()> {
        let browser = self.administrator().await?;
        let here = "/office/people/new";
        let form = browser.open(here).await?.form(here)?.fill("name", &person.name)?.choose("role", &person.role)?;
        let form = form.fill_if("phone", person.phone.as_deref())?;
        let page = taken(&person.name, here, browser.send(form).await?)?;
        self.people.insert(person.name.clone(), page.id().to_owned());
        self.authorise(person, judge).await?;
        self.let_sign_in(&person.name).await
    }

    /// Notes somebody who was added before the server ran, by their line in the list of people.
    ///
    /// # Errors
    /// They are not in the list.
    pub async fn find_person(&mut self, name: &str) -> Result<()> {
        let browser = self.administrator().await?;
        let list = browser.open("/office/people").await?;
        let links = list.links("/office/people/")?;
        let (href, _) =
            links.into_iter().find(|(_, text)| text == name).with_context(|| format!("{name} is not in the list"))?;
        let id = href.rsplit('/').next().unwrap_or_default().to_owned();
        self.people.insert(name.to_owned(), id);
        Ok(())
    }

    /// Writes down what authorises somebody.
    ///
    /// # Errors
    /// What the page says.
    pub async fn authorise(&mut self, person: &Person, judge: &str) -> Result<()> {
        if person.check_seen.is_none() && person.valid_until.is_none() && person.code_signed.is_none() {
            return Ok(());
        }
        let browser = self.administrator().await?;
        let here = format!("/office/people/{}", id_of(&self.people, &person.name)?);
        let day = |date: Option<jiff::civil::Date>| date.map(|d| d.to_string());
        let mut form = browser.open(&here).await?.form("/authorisation")?;
        form = form.fill_if("check_seen", day(person.check_seen))?.fill_if("valid_until", day(person.valid_until))?;
        form = form.fill_if("trained", day(person.trained))?.fill_if("code_signed", day(person.code_signed))?;
        form = form.fill_if("nolan_signed", day(person.code_signed))?;
        if judge != person.name {
            form = form.choose("check_seen_by", judge)?;
        }
        taken("an authorisation", &format!("{here}/authorisation"), browser.send(form).await?)?;
        Ok(())
    }

    async fn let_sign_in(&mut self, name: &str) -> Result<()> {
        let browser = self.administrator().await?;
        let here = format!("/office/people/{}", id_of(&self.people, name)?);
        let form = browser.open(&here).await?.form("/password")?.fill("password", self.password.clone())?;
        taken("a password", &format!("{here}/password"), browser.send(form).await?)?;
        Ok(())
    }

    /// A safeguarding lead makes the key to which tablets seal concerns.
    ///
    /// # Errors
    /// What the page says.
    pub async fn make_key(&mut self, lead: &str) -> Result<()> {
        let browser = self.as_person(lead).await?;
        let form = browser.open("/office/concerns").await?.form("/concerns/key")?;
        let form = form.fill("passphrase", format!("{}, five words", self.password))?;
        taken("a lead's key", "/office/concerns/key", browser.send(form).await?)?;
        Ok(())
    }

    /// Writes down an interest; `body` is whom it concerns, where anybody can tell.
    ///
    /// # Errors
    /// What the page says.
    pub async fn declare(&mut self, person: &Person, words: &str, body: Option<&str>) -> Result<()> {
        let browser = self.administrator().await?;
        let here = format!("/office/people/{}", id_of(&self.people, &person.name)?);
        let mut form = browser.open(&here).await?.form("/interests")?.fill("words", words)?;
        if let Some(body) = body {
            form = form.choose("body", body)?;
        }
        let on = person.code_signed.or(person.check_seen).map(|d| d.to_string());
        let form = form.fill_if("on", on)?;
        taken("an interest", &format!("{here}/interests"), browser.send(form).await?)?;
        Ok(())
    }

    /// Adds a provider, commissioner or other body, once.
    ///
    /// # Errors
    /// What the page says.
    pub async fn add_body(&mut self, name: &str, kind: &str) -> Result<()> {
        if self.bodies.contains_key(name) {
            return Ok(());
        }
        let browser = self.administrator().await?;
        let here = "/office/bodies/new";
        let form = browser.open(here).await?.form(here)?.fill("name", name)?;
        let kind = if form.choices("kind").iter().any(|(value, _)| value == kind) { kind } else { "provider" };
        taken(name, here, browser.send(form.choose("kind", kind)?).await?)?;
        self.bodies.insert(name.to_owned(), ());
        Ok(())
    }

    /// Adds a place, or finds it in the directory that it comes from.
    ///
    /// # Errors
    /// What the page says.
    pub async fn add_place(&mut self, place: &Place) -> Result<()> {
        if let (Some(ods), Some(from)) = (&place.ods, &place.from) {
            self.take_directory(from).await?;
            return self.find_place(place, ods).await;
        }
        let browser = self.administrator().await?;
        let here = "/office/places/new";
        let form = browser.open(here).await?.form(here)?.fill("name", &place.name)?;
        // Not every scheme knows every kind of place.
        let known = form.choices("kind").iter().any(|(value, _)| *value == place.kind);
        let mut form = form.choose("kind", if known { &place.kind } else { "other place" })?;
        for (field, body) in [("provider", &place.provider), ("commissioner", &place.commissioner)] {
            if let Some(body) = body {
                form = form.choose(field, body)?;
            }
        }
        form = form.fill_if("address", place.address.as_deref())?.fill_if("postcode", place.postcode.as_deref())?;
        form = form.fill_if("ods", place.ods.as_deref())?;
        let page = taken(&place.name, here, browser.send(form).await?)?;
        self.places.insert(place.name.clone(), page.id().to_owned());
        Ok(())
    }

    async fn take_directory(&mut self, file: &Path) -> Result<()> {
        if self.directories.iter().any(|taken| taken == file) {
            return Ok(());
        }
        let browser = self.administrator().await?;
        let here = "/office/places/import";
        let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
        let form = browser.open(here).await?.form(here)?.attach("file", "epraccur.csv", bytes);
        let mut page = taken("the directory", here, browser.send(form).await?)?;
        let mut tick = tokio::time::interval(Duration::from_millis(200));
        let address = page.path.clone();
        for _ in 0..600 {
            // The page asks to be looked at again while rows are still being taken in.
            if !page.html.contains("http-equiv=\"refresh\"") {
                self.directories.push(file.to_owned());
                return Ok(());
            }
            tick.tick().await;
            page = browser.open(&address).await?;
        }
        bail!("the directory is not taken in after two minutes: {}", page.told())
    }

    async fn find_place(&mut self, place: &Place, ods: &str) -> Result<()> {
        let browser = self.administrator().await?;
        let mut look = reqwest::Url::parse("http://x/office/places")?;
        look.query_pairs_mut().append_pair("q", &place.name);
        let list = browser.open(&format!("{}?{}", look.path(), look.query().unwrap_or_default())).await?;
        for (href, _) in list.links("/office/places/")? {
            let page = browser.open(&href).await?;
            if page.html.contains(ods) {
                self.places.insert(place.name.clone(), page.id().to_owned());
                return self.complete_place(place).await;
            }
        }
        bail!("{} ({ods}) is not among the places after the directory was taken in", place.name)
    }

    /// What the directory does not say: who runs it, who pays for it.
    async fn complete_place(&mut self, place: &Place) -> Result<()> {
        let browser = self.administrator().await?;
        let here = format!("/office/places/{}", id_of(&self.places, &place.name)?);
        let mut form =
            browser.open(&here).await?.form(&here)?.fill("name", &place.name)?.choose("kind", &place.kind)?;
        for (field, body) in [("provider", &place.provider), ("commissioner", &place.commissioner)] {
            if let Some(body) = body {
                form = form.choose(field, body)?;
            }
        }
        taken(&place.name, &here, browser.send(form).await?)?;
        Ok(())
    }

    /// Writes down a presentation.
    ///
    /// # Errors
    /// What the page says.
    pub async fn add_presentation(&mut self, shown: &Presentation) -> Result<()> {
        let browser = self.administrator().await?;
        let here = "/office/outreach/new";
        let form = browser.open(here).await?.form(here)?;
        let mut form =
            form.fill_if("name", Some(shown.group.as_str()))?.fill_if("group", Some(shown.group.as_str()))?;
        for (field, value) in [("kind", "presentation"), ("method", shown.method.as_str())] {
            if form.has(field) {
                form =
                    if form.choices(field).is_empty() { form.fill(field, value)? } else { form.choose(field, value)? };
            }
        }
        let date = shown.date.to_string();
        let present = shown.present.to_string();
        let form = form.fill_if("date", Some(date.as_str()))?.fill_if("on", Some(date.as_str()))?;
        let form = form.fill_if("present", Some(present))?;
        taken(&shown.group, here, browser.send(form).await?)?;
        Ok(())
    }
}
