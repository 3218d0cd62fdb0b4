//! Before anybody goes out: the organisation, its people and what authorises them, bodies, places, plans, tablets.

use super::Played;
use crate::office::Office;
use crate::scenario::{Person, Place, Scenario, Step, Visit};
use crate::server::{Server, command, command_told};
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::path::Path;

/// The pack's word for who gives passwords.
const ADMINISTRATOR: &str = "host administrator";
/// The pack's word for who plans and writes.
const OFFICER: &str = "host officer";

/// The pack's word for who reads concerns.
const LEAD: &str = "safeguarding lead";

/// Makes the organisation by the command line, starts the server, and does what an office does in its first week.
pub(super) async fn prepare(scenario: &Scenario, data: &Path, out: &Path) -> Result<Played> {
    let password = crate::password()?;
    let administrator = named(scenario, ADMINISTRATOR).unwrap_or("The administrator");
    let officer = scenario.office.as_ref().map(|o| o.by.as_str()).or_else(|| named(scenario, OFFICER));
    let officer = officer.unwrap_or(administrator);
    let org = &scenario.organisation;
    command(data, &["org", "add", "--name", &org.name, "--host", &org.host, "--scheme", &org.scheme]).await?;
    let first = ["person", "add", "--name", administrator, "--role", ADMINISTRATOR, "--password-stdin"];
    command_told(data, &first, &password).await?;

    let server = Server::rehearse(data, &out.join("server.log")).await?;
    let mut office = Office::of(&server, administrator, officer, &password);
    office.find_person(administrator).await?;
    for person in scenario.people.iter().filter(|p| p.name != administrator) {
        office.add_person(person, administrator).await.with_context(|| person.name.clone())?;
        if person.role == LEAD {
            office.make_key(&person.name).await.with_context(|| person.name.clone())?;
        }
    }
    bodies(&mut office, scenario).await?;
    for place in &scenario.places {
        office.add_place(place).await.with_context(|| place.name.clone())?;
    }
    for person in &scenario.people {
        for words in &person.interests {
            office.declare(person, words, concerned(scenario, words)).await?;
        }
    }
    for shown in &scenario.presentations {
        office.add_presentation(shown).await.with_context(|| shown.group.clone())?;
    }
    let mut played = Played {
        server,
        office,
        tablets: BTreeMap::new(),
        visits: Vec::new(),
        events: Vec::new(),
        entries: Vec::new(),
        refused: Vec::new(),
        differed: Vec::new(),
        report: None,
        password,
    };
    for (n, visit) in scenario.visits.iter().enumerate() {
        let forward = put_forward(scenario, n, visit);
        let planned =
            played.office.plan(visit, &forward).await.with_context(|| format!("the visit to {}", visit.place))?;
        played.visits.push(planned.notebook);
        played.refused.extend(planned.refused);
    }
    Ok(played)
}

fn named<'a>(scenario: &'a Scenario, role: &str) -> Option<&'a str> {
    scenario.people.iter().find(|p| p.role == role).map(|p| p.name.as_str())
}

/// Every body that the file names, with what it is to the first place that names it.
async fn bodies(office: &mut Office, scenario: &Scenario) -> Result<()> {
    for place in &scenario.places {
        if let Some(provider) = &place.provider {
            office.add_body(provider, "provider").await?;
        }
        if let Some(commissioner) = &place.commissioner {
            office.add_body(commissioner, "commissioner").await?;
        }
    }
    if let Some(desk) = &scenario.office {
        let sent = desk.steps.iter().flat_map(|s| if let Step::Sent { to } = &s.step { to.as_slice() } else { &[] });
        for name in desk.recommendations.iter().map(|r| &r.to).chain(sent) {
            office.add_body(name, "other").await?;
        }
    }
    Ok(())
}

/// Whom declared words are about: a body that they name, or the one that runs (or pays for) a place that they name.
fn concerned<'a>(scenario: &'a Scenario, words: &str) -> Option<&'a str> {
    let places = &scenario.places;
    let bodies = places.iter().flat_map(|p| [p.provider.as_deref(), p.commissioner.as_deref()]).flatten();
    let of_place = |place: &'a Place| {
        let pays = words.contains("commission") || words.contains("pays for");
        if pays { place.commissioner.as_deref() } else { place.provider.as_deref() }
    };
    bodies
        .into_iter()
        .find(|b| words.contains(*b))
        .or_else(|| places.iter().find(|p| words.contains(&p.name)).and_then(of_place))
}

/// Who is put forward for a visit beyond its team: those whose `expect` names its place or one of its days, and, for
/// the first visit, those whose `expect` names no visit at all.
fn put_forward<'a>(scenario: &'a Scenario, n: usize, visit: &Visit) -> Vec<&'a str> {
    let names = |visit: &Visit, expect: &str| {
        expect.contains(&visit.place) || visit.entries.iter().any(|e| expect.contains(&e.at.date().to_string()))
    };
    let chosen = |person: &&Person| {
        let Some(expect) = &person.expect else { return false };
        let on_the_team = visit.team.contains(&person.name);
        let nowhere = !scenario.visits.iter().any(|v| names(v, expect));
        !on_the_team && (names(visit, expect) || (n == 0 && nowhere))
    };
    scenario.people.iter().filter(chosen).map(|p| p.name.as_str()).collect()
}

impl Played {
    /// A code for a tablet, for those who will hold it.
    pub(super) async fn enrol(&self, number: u32, holders: &[String]) -> Result<String> {
        let name = format!("tablet {number}");
        let mut arguments = vec!["enrol", "--name", &name];
        for holder in holders {
            arguments.extend(["--for", holder]);
        }
        let address = self.server.address.clone();
        arguments.extend(["--address", &address]);
        let said = command(self.server.data(), &arguments).await?;
        let code = said.split_whitespace().find(|word| word.starts_with("EV1~"));
        code.map(str::to_owned).with_context(|| format!("enterview enrol printed no code: {said}"))
    }
}
