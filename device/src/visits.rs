//! The first page and the authority card.

use crate::days;
use crate::device::{Device, Result, team_among};
use crate::error::Error;
use crate::store::{books, people};
use crate::survey::{One, Survey};
use crate::views::{AuthorityCard, EventCard, MyVisits, VisitCard, WaitingLine};
use domain::entry::Millis;
use domain::ids::{NotebookId, PersonId};
use domain::notebook::{Kind, Projection};
use domain::wire::{Person, Visit};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// When a visit is, seen from today.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Today,
    ThisWeek,
    Later,
    Before,
}

impl Device {
    /// The first page.
    ///
    /// # Errors
    /// What the store says.
    pub fn my_visits(&mut self) -> Result<MyVisits> {
        let today = days::date_of(self.around.now());
        let mut page = MyVisits {
            organisation: self.organisation()?.map(|org| org.name).unwrap_or_default(),
            writing_as: self.writing_as()?,
            today: Vec::new(),
            this_week: Vec::new(),
            later: Vec::new(),
            before: Vec::new(),
            events: Vec::new(),
            waiting: WaitingLine::default(),
            standing: self.standing()?,
            own_pin: None,
        };
        page.own_pin = match &page.writing_as {
            Some(writer) => self.own_pin(writer.id)?,
            None => None,
        };
        let mut visits = self.visits()?;
        visits.sort_by(|a, b| (a.sessions.first(), a.id).cmp(&(b.sessions.first(), b.id)));
        let looked = self.looked()?;
        for visit in &visits {
            let card = looked.visit_card(visit);
            match if card.withdrawn { When::Before } else { when(visit, today) } {
                When::Today => page.today.push(card),
                When::ThisWeek => page.this_week.push(card),
                When::Later => page.later.push(card),
                When::Before => page.before.insert(0, card),
            }
        }
        let visits: BTreeSet<NotebookId> = visits.iter().map(|visit| visit.id).collect();
        let others = looked.survey.iter().filter(|(id, _)| !visits.contains(id));
        page.events.extend(others.filter_map(|(id, one)| event_card(*id, one)));
        page.events.sort_by(|a, b| (&b.date, &b.name).cmp(&(&a.date, &a.name)));
        page.waiting = self.waiting_line_in(&looked.survey)?;
        Ok(page)
    }

    /// What every card is made from, read once.
    fn looked(&mut self) -> Result<Looked> {
        Ok(Looked {
            survey: self.survey()?,
            people: self.people()?,
            you: self.writing_as()?.map(|writer| writer.id),
            withdrawn: books::ids(self.store.read())?,
        })
    }

    /// What waits on this tablet, in one line.
    ///
    /// # Errors
    /// What the store says.
    pub fn waiting_line(&mut self) -> Result<WaitingLine> {
        let survey = self.survey()?;
        self.waiting_line_in(&survey)
    }

    fn waiting_line_in(&self, survey: &Survey) -> Result<WaitingLine> {
        let safe = self.waiting_in(survey)?;
        let since: Option<Millis> = survey.values().filter_map(|one| one.brief.as_ref()?.oldest).min();
        Ok(WaitingLine {
            only_here: safe.entries + safe.photos + safe.sealed + safe.drafts + safe.pending_photos,
            on_their_way: safe.on_their_way,
            held: safe.held,
            since,
        })
    }

    /// The card that is shown at the door.
    ///
    /// # Errors
    /// [`Error::NobodyWrites`] for somebody whom the office has not told of.
    pub fn authority_card(&mut self, person: PersonId) -> Result<AuthorityCard> {
        let known = people::person(self.store.read(), person)?.ok_or(Error::NobodyWrites)?;
        let organisation = self.organisation()?;
        let today = days::date_of(self.around.now());
        let (looked, mut visits) = (self.looked()?, Vec::new());
        for visit in self.visits()? {
            let may = visit.state != "cancelled" && visit.team.contains(&person);
            if may && when(&visit, today) == When::Today && !looked.is_withdrawn(visit.id) {
                visits.push(looked.visit_card(&visit));
            }
        }
        let last_day = known.valid_until.as_deref().and_then(|day| day.parse::<Date>().ok());
        Ok(AuthorityCard {
            person,
            name: known.name,
            role: known.role,
            organisation: organisation.as_ref().map(|org| org.name.clone()).unwrap_or_default(),
            host: organisation.map(|org| org.host).unwrap_or_default(),
            valid_until: known.valid_until,
            lapsed: last_day.is_some_and(|day| day < today),
            verified_by: known.verified_by,
            number: known.card_number,
            agreed: self.standing()?.heard,
            today: visits,
        })
    }
}

/// What every card is made from.
struct Looked {
    survey: Survey,
    people: Vec<Person>,
    you: Option<PersonId>,
    withdrawn: BTreeMap<NotebookId, bool>,
}

impl Looked {
    fn is_withdrawn(&self, id: NotebookId) -> bool {
        self.withdrawn.get(&id).copied().unwrap_or_default()
    }

    fn visit_card(&self, visit: &Visit) -> VisitCard {
        let nothing = One::default();
        let one = self.survey.get(&visit.id).unwrap_or(&nothing);
        VisitCard {
            notebook: visit.id,
            place: visit.place.clone(),
            kind: visit.kind.clone(),
            address: visit.address.clone(),
            announcement: visit.announcement.clone(),
            purpose: visit.purpose.clone(),
            sessions: visit.sessions.clone(),
            you_lead: self.you.is_some() && visit.lead == self.you,
            team: team_among(&self.people, visit),
            cancelled: visit.state == "cancelled",
            withdrawn: self.is_withdrawn(visit.id),
            entries: one.entries(),
            only_here: one.only_here(),
            whereabouts: one.whereabouts(),
        }
    }
}

/// An event's or a day's card; a visit that the office no longer tells of has none.
fn event_card(id: NotebookId, one: &One) -> Option<EventCard> {
    let brief = one.brief.as_ref().filter(|brief| brief.kind != Kind::Visit)?;
    Some(EventCard {
        notebook: id,
        kind: brief.kind,
        name: brief.name.clone(),
        date: brief.date.clone(),
        entries: one.entries(),
        only_here: one.only_here(),
        whereabouts: one.whereabouts(),
    })
}

fn when(visit: &Visit, today: Date) -> When {
    let days: Vec<Date> = visit.sessions.iter().filter_map(|session| days::day_of_session(session)).collect();
    match days.iter().copied().filter(|day| *day >= today).min() {
        Some(day) if day == today => When::Today,
        Some(day) if day <= days::in_a_week(today) => When::ThisWeek,
        Some(_) => When::Later,
        None if days.is_empty() => When::Later,
        None => When::Before,
    }
}

/// A fact about an event or day, as words.
pub(crate) fn about(read: &Projection, name: &str) -> String {
    let value = read.about.get(name).and_then(|field| field.values.first());
    value.and_then(|stated| stated.value.text()).unwrap_or_default().to_owned()
}
