//! The day of a visit: who leads, who came and was not planned to, where nobody went, that no photos are wanted, and the
//! notes that somebody keeps to themselves. How it is read is `domain`'s (`on_the_day`).

use crate::days;
use crate::device::{Device, Result};
use crate::drafts::is_to_self;
use crate::error::Error;
use crate::pack::PlaceRules;
use crate::store::{drafts, people};
use crate::views::{
    Another, Day, DraftId, DraftKind, Led, MayJoin, NoPhotos, NotSeen, Outside, Question, There, Travel, Writer,
};
use domain::entry::{Entry, Unfinished};
use domain::ids::{NotebookId, PersonId};
use domain::notebook::{Projection, Value};
use domain::on_the_day::{self, Came, OnTheDay, Stay};
use domain::wire::{Person, Visit};
use std::collections::BTreeMap;

impl Device {
    /// From now on somebody of the team leads, and why.
    ///
    /// # Errors
    /// [`Error::NobodyWrites`] for anybody else; [`Error::Unfinished`] without a reason.
    pub fn lead_from_now(&mut self, notebook: NotebookId, person: PersonId, why: &str) -> Result<()> {
        let why = given(why, "why")?;
        if !self.writers(Some(notebook))?.iter().any(|writer| writer.id == person) {
            return Err(Error::NobodyWrites);
        }
        let spot = on_the_day::lead(self.around.now(), self.id);
        self.state(notebook, &spot, &on_the_day::leads(person, why))
    }

    /// Whoever else of the organisation could have come, and whether they could be added.
    ///
    /// # Errors
    /// [`Error::NoNotebook`].
    pub fn who_else(&mut self, notebook: NotebookId) -> Result<Vec<Another>> {
        let visit = people::visit(self.store.read(), notebook)?.ok_or(Error::NoNotebook)?;
        let team: Vec<PersonId> = self.writers(Some(notebook))?.iter().map(|writer| writer.id).collect();
        let others = self.people()?.into_iter().filter(|person| !team.contains(&person.id));
        Ok(others
            .map(|person| Another { may: self.may_join(&visit, &person), person: person.id, name: person.name })
            .collect())
    }

    /// What this tablet holds of somebody's authority, and what the office says of the place. A clock that was set back
    /// makes a card hold longer; the office sees who was added, and when.
    fn may_join(&self, visit: &Visit, person: &Person) -> MayJoin {
        let today = days::date_of(self.around.now());
        let last = person.valid_until.as_deref().and_then(|day| day.parse::<jiff::civil::Date>().ok());
        match last {
            Some(last) if last >= today => match visit.may_join.contains(&person.id) {
                true => MayJoin::Yes,
                false => MayJoin::NotCleared,
            },
            _ => MayJoin::Lapsed,
        }
    }

    /// Somebody who came and was not planned to joins the team.
    ///
    /// # Errors
    /// [`Error::MayNotJoin`] unless their authority is on this tablet, holds today, and the office has cleared them.
    pub fn add_to_team(&mut self, notebook: NotebookId, person: PersonId) -> Result<()> {
        let visit = people::visit(self.store.read(), notebook)?.ok_or(Error::NoNotebook)?;
        let known = people::person(self.store.read(), person)?.ok_or(Error::NobodyWrites)?;
        if self.may_join(&visit, &known) != MayJoin::Yes {
            return Err(Error::MayNotJoin { name: known.name });
        }
        self.state(notebook, &on_the_day::came(person), &Came::Added.value())
    }

    /// Somebody who came and could not join waited outside.
    ///
    /// # Errors
    /// [`Error::NobodyWrites`] for somebody the office has not told of; [`Error::Unfinished`] without a reason.
    pub fn waited_outside(&mut self, notebook: NotebookId, person: PersonId, why: &str) -> Result<()> {
        let why = given(why, "why")?.to_owned();
        people::person(self.store.read(), person)?.ok_or(Error::NobodyWrites)?;
        self.state(notebook, &on_the_day::came(person), &Came::Outside { why }.value())
    }

    /// Why nobody went to an area; empty words take it back.
    ///
    /// # Errors
    /// [`Error::NobodyWrites`].
    pub fn not_seen(&mut self, notebook: NotebookId, area: &str, why: &str) -> Result<()> {
        self.state(notebook, &on_the_day::not_seen(area), &Value::Text(why.trim().to_owned()))
    }

    /// Somebody said that no photos are wanted here; empty words take it back.
    ///
    /// # Errors
    /// [`Error::NobodyWrites`].
    pub fn no_photos(&mut self, notebook: NotebookId, said_by: &str) -> Result<()> {
        self.state(notebook, &on_the_day::no_photos(), &Value::Text(said_by.trim().to_owned()))
    }

    /// Somebody's mileage and hours, for the office.
    ///
    /// # Errors
    /// [`Error::NobodyWrites`] for somebody who does not write here.
    pub fn travelled(&mut self, notebook: NotebookId, person: PersonId, miles: &str, hours: &str) -> Result<()> {
        self.may_write(person)?;
        let way = Value::List(vec![miles.trim().to_owned(), hours.trim().to_owned()]);
        self.state(notebook, &on_the_day::travel(person), &way)
    }

    /// Makes a note to oneself an observation that is being written: from then on it is one like any other.
    ///
    /// # Errors
    /// [`Error::NoDraft`] where it is no such note, or another's.
    pub fn make_observation(&mut self, draft: DraftId) -> Result<String> {
        let writer = self.writing_as()?.map(|writer| writer.id);
        let known = drafts::get(self.store.read(), draft)?.filter(is_to_self).filter(|d| Some(d.by) == writer);
        let known = known.ok_or(Error::NoDraft)?;
        self.store.write(|tx| drafts::become_kind(tx, draft, &DraftKind::Observation))?;
        Ok(known.fields)
    }

    /// The visit's team as it is on the day, whoever leads then first.
    pub(crate) fn team_on_the_day(&mut self, visit: &Visit) -> Result<Vec<Writer>> {
        let day = OnTheDay::read(&self.projection(visit.id)?);
        let mut as_it_is = visit.clone();
        as_it_is.team.extend(day.added());
        as_it_is.lead = day.lead().or(visit.lead);
        self.team_of(&as_it_is)
    }

    /// Whether somebody was added to a visit of these days.
    pub(crate) fn was_added(&mut self, person: PersonId) -> Result<bool> {
        let today = days::date_of(self.around.now());
        for visit in self.visits()? {
            let near = visit.sessions.iter().filter_map(|session| days::day_of_session(session));
            let near = near.map(|day| (day - today).get_days().abs()).min().is_some_and(|days| days <= NEAR);
            if near && OnTheDay::read(&self.projection(visit.id)?).added().any(|added| added == person) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The day as its page shows it.
    pub(crate) fn day_of(&mut self, read: &Projection, rules: &PlaceRules, team: &[Writer]) -> Result<Day> {
        let day = OnTheDay::read(read);
        let mut noted: BTreeMap<String, u32> = BTreeMap::new();
        for entry in read.entries.iter().filter(|entry| entry.withdrawn.is_empty()) {
            if let Some(Entry::Observation(seen)) = entry.entry()
                && let Some(question) = seen.question
            {
                *noted.entry(question).or_default() += 1;
            }
        }
        let questions = rules.questions.iter().map(|question| Question {
            noted: noted.get(&question.code).copied().unwrap_or_default(),
            code: question.code.clone(),
            ask: question.ask.clone(),
            theme: question.theme.clone(),
        });
        let no_photos = match &day.no_photos {
            Some(said) => Some(NoPhotos { said_by: said.words.clone(), name: self.name_of(said.by)?, at: said.at }),
            None => None,
        };
        let mut shown =
            Day { questions: questions.collect(), stopwatch: rules.stopwatch.clone(), no_photos, ..Day::default() };
        for (area, said) in &day.not_seen {
            let name = self.name_of(said.by)?;
            shown.not_seen.push(NotSeen { area: area.clone(), why: said.words.clone(), name });
        }
        for led in &day.leads {
            let (name, by) = (self.name_of(led.person)?, self.name_of(led.by)?);
            shown.leads.push(Led { name, why: led.why.clone(), by, at: led.at });
        }
        for joined in &day.joined {
            if let Came::Outside { why } = &joined.came {
                shown.outside.push(Outside { name: self.name_of(joined.person)?, why: why.clone(), at: joined.at });
            }
        }
        for way in &day.travel {
            let name = self.name_of(way.person)?;
            let (miles, hours) = (way.miles.clone(), way.hours.clone());
            shown.travel.push(Travel { person: way.person, name, miles, hours });
        }
        shown.there = team.iter().map(|writer| there(writer, &day)).collect();
        Ok(shown)
    }
}

/// So many days from today a visit is looked at for who was added.
const NEAR: i32 = 7;

fn given<'w>(words: &'w str, what: &'static str) -> Result<&'w str> {
    match words.trim() {
        "" => Err(Unfinished::Missing(what).into()),
        words => Ok(words),
    }
}

fn there(writer: &Writer, day: &OnTheDay) -> There {
    let last: Option<&Stay> = day.stays.iter().rfind(|stay| stay.person == writer.id);
    There {
        person: writer.id,
        name: writer.name.clone(),
        from: last.map(|stay| stay.from),
        until: last.and_then(|stay| stay.until),
        added: day.added().any(|added| added == writer.id),
    }
}
