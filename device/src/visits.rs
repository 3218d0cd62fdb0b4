//! The first page and the authority card.

use crate::days;
use crate::device::{Device, Result};
use crate::error::Error;
use crate::store::{books, people, photos};
use crate::views::{AuthorityCard, EventCard, MyVisits, VisitCard, WaitingLine, Whereabouts};
use domain::entry::Millis;
use domain::ids::{NotebookId, PersonId};
use domain::notebook::{Kind, Projection};
use domain::wire::Visit;
use jiff::civil::Date;

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
        };
        let mut visits = self.visits()?;
        visits.sort_by(|a, b| (a.sessions.first(), a.id).cmp(&(b.sessions.first(), b.id)));
        for visit in &visits {
            let card = self.visit_card(visit)?;
            match if card.withdrawn { When::Before } else { when(visit, today) } {
                When::Today => page.today.push(card),
                When::ThisWeek => page.this_week.push(card),
                When::Later => page.later.push(card),
                When::Before => page.before.insert(0, card),
            }
        }
        let visits: Vec<NotebookId> = visits.iter().map(|visit| visit.id).collect();
        let others: Vec<NotebookId> =
            books::ids(self.store.read())?.into_keys().filter(|id| !visits.contains(id)).collect();
        for id in others {
            page.events.extend(self.event_card(id)?);
        }
        page.events.sort_by(|a, b| (&b.date, &b.name).cmp(&(&a.date, &a.name)));
        page.waiting = self.waiting_line()?;
        Ok(page)
    }

    fn visit_card(&mut self, visit: &Visit) -> Result<VisitCard> {
        let team = self.team_of(visit)?;
        let you = self.writing_as()?.map(|writer| writer.id);
        let (entries, only_here, whereabouts) = self.summed(visit.id)?;
        Ok(VisitCard {
            notebook: visit.id,
            place: visit.place.clone(),
            kind: visit.kind.clone(),
            address: visit.address.clone(),
            announcement: visit.announcement.clone(),
            purpose: visit.purpose.clone(),
            sessions: visit.sessions.clone(),
            you_lead: you.is_some() && visit.lead == you,
            team,
            cancelled: visit.state == "cancelled",
            withdrawn: books::withdrawn(self.store.read(), visit.id)?,
            entries,
            only_here,
            whereabouts,
        })
    }

    fn event_card(&mut self, id: NotebookId) -> Result<Option<EventCard>> {
        let read = self.projection(id)?;
        if read.kind() == Kind::Visit {
            return Ok(None);
        }
        let (entries, only_here, whereabouts) = self.summed(id)?;
        Ok(Some(EventCard {
            notebook: id,
            kind: read.kind(),
            name: about(&read, "name"),
            date: about(&read, "date"),
            entries,
            only_here,
            whereabouts,
        }))
    }

    /// Entries of a notebook, how many things of it are only here, and the furthest back of all that is in it.
    pub(crate) fn summed(&mut self, id: NotebookId) -> Result<(u32, u32, Whereabouts)> {
        let entries = self.projection(id)?.entries.len();
        let row = self.safe_row(id)?;
        let uncovered = photos::pending_in(self.store.read(), id)?;
        let only_here = row.entries.only_here + row.photos.only_here + row.sealed.only_here + row.drafts + uncovered;
        let mut places = self.places(id)?;
        for place in [&row.photos, &row.sealed] {
            place.places().iter().for_each(|place| places.and(place));
        }
        if row.drafts + uncovered > 0 {
            places.and(&Whereabouts::OnlyHere);
        }
        Ok((u32::try_from(entries).unwrap_or(u32::MAX), only_here, places.all()))
    }

    /// What waits on this tablet, in one line.
    ///
    /// # Errors
    /// What the store says.
    pub fn waiting_line(&mut self) -> Result<WaitingLine> {
        let safe = self.waiting()?;
        let mut since: Option<Millis> = None;
        for id in safe.notebooks.iter().filter_map(|row| row.notebook) {
            since = [since, self.places(id)?.oldest].into_iter().flatten().min();
        }
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
        let mut visits = Vec::new();
        for visit in self.visits()? {
            let may = visit.state != "cancelled" && visit.team.contains(&person);
            if may && when(&visit, today) == When::Today && !books::withdrawn(self.store.read(), visit.id)? {
                visits.push(self.visit_card(&visit)?);
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
