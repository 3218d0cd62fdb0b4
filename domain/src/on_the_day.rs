//! What a visit's notebook says of the day itself, beside its notes: who led from when, who came and who left, who was
//! added or waited outside, where nobody went and why, and that no photos were wanted. Tablet and office read it alike.
//!
//! Each is a fact of the notebook ([`Spot::About`]), with who wrote it and when; the names of these facts are only here.
//! Where two wrote one apart, both stand, and the later is read until a person settles it.

use crate::entry::{Entry, Millis};
use crate::ids::{DeviceId, PersonId};
use crate::notebook::{Field, Projection, Spot, Stated, Value};
use std::collections::{BTreeMap, BTreeSet};

const NO_PHOTOS: &str = "no photos";
const LEAD: &str = "lead ";
const CAME: &str = "came ";
const NOT_SEEN: &str = "not seen ";
const TRAVEL: &str = "travel ";
const ADDED: &str = "added";
const OUTSIDE: &str = "waited outside";

/// Somebody leads from a time on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Led {
    /// Who.
    pub person: PersonId,
    /// Why it changed.
    pub why: String,
    /// Who wrote it down.
    pub by: PersonId,
    /// When, by that tablet's clock.
    pub at: Millis,
}

/// What became of somebody who came and was not planned to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Came {
    /// They were added to the team.
    Added,
    /// They waited outside.
    Outside {
        /// Why, for the team and the office.
        why: String,
    },
}

/// Somebody came who was not planned to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// Who.
    pub person: PersonId,
    /// What became of it.
    pub came: Came,
    /// Who wrote it down.
    pub by: PersonId,
    /// When.
    pub at: Millis,
}

/// A place where nobody went, and why; or whoever said that no photos are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The reason, or who said it.
    pub words: String,
    /// Who wrote it down.
    pub by: PersonId,
    /// When.
    pub at: Millis,
}

/// One stay of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// Who.
    pub person: PersonId,
    /// When they came.
    pub from: Millis,
    /// When they left, once they have.
    pub until: Option<Millis>,
}

/// Somebody's way there and back, as they wrote it: for the host, and in no report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Who.
    pub person: PersonId,
    /// Miles.
    pub miles: String,
    /// Hours.
    pub hours: String,
}

/// A visit's day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OnTheDay {
    /// Each change of the lead, the earliest first.
    pub leads: Vec<Led>,
    /// Who came and was not planned to, by id.
    pub joined: Vec<Joined>,
    /// Where nobody went, by area, and why.
    pub not_seen: BTreeMap<String, Said>,
    /// Who said that no photos are wanted.
    pub no_photos: Option<Said>,
    /// Each stay of somebody, in the order in which they came.
    pub stays: Vec<Stay>,
    /// Mileage and hours, by person.
    pub travel: Vec<Way>,
}

/// Where it stands that somebody leads from `at` on. Two changes of a lead are two facts, and no difference.
#[must_use]
pub fn lead(at: Millis, tablet: DeviceId) -> Spot {
    Spot::About(format!("{LEAD}{at} {tablet}"))
}

/// What stands there.
#[must_use]
pub fn leads(person: PersonId, why: &str) -> Value {
    Value::List(vec![person.to_string(), why.to_owned()])
}

/// Where it stands that somebody came who was not planned to.
#[must_use]
pub fn came(person: PersonId) -> Spot {
    Spot::About(format!("{CAME}{person}"))
}

impl Came {
    /// What stands there.
    #[must_use]
    pub fn value(&self) -> Value {
        match self {
            Self::Added => Value::List(vec![ADDED.to_owned()]),
            Self::Outside { why } => Value::List(vec![OUTSIDE.to_owned(), why.clone()]),
        }
    }

    fn read(value: &Value) -> Option<Self> {
        let Value::List(words) = value else { return None };
        match words.first().map(String::as_str) {
            Some(ADDED) => Some(Self::Added),
            Some(OUTSIDE) => Some(Self::Outside { why: words.get(1).cloned().unwrap_or_default() }),
            _ => None,
        }
    }
}

/// Where it stands why nobody went to an area. Empty words take it back.
#[must_use]
pub fn not_seen(area: &str) -> Spot {
    Spot::About(format!("{NOT_SEEN}{area}"))
}

/// Where somebody's mileage and hours stand.
#[must_use]
pub fn travel(person: PersonId) -> Spot {
    Spot::About(format!("{TRAVEL}{person}"))
}

/// Where it stands who said that no photos are wanted. Empty words take it back.
#[must_use]
pub fn no_photos() -> Spot {
    Spot::About(NO_PHOTOS.to_owned())
}

/// Whether a fact of this name is one of these, and read here.
#[must_use]
pub fn is_one(name: &str) -> bool {
    name == NO_PHOTOS || [LEAD, CAME, NOT_SEEN, TRAVEL].iter().any(|first| name.starts_with(first))
}

/// Of the name of a fact, whom it is about: the person who came.
#[must_use]
pub fn who_came(name: &str) -> Option<PersonId> {
    name.strip_prefix(CAME)?.parse().ok()
}

impl OnTheDay {
    /// Reads it from a notebook.
    #[must_use]
    pub fn read(read: &Projection) -> Self {
        let mut day = Self { stays: stays(read), ..Self::default() };
        for (name, field) in &read.about {
            let Some(stated) = field.values.last() else { continue };
            if name.starts_with(LEAD) {
                day.leads.extend(led(stated));
            } else if let Some(person) = who_came(name) {
                let (by, at) = (stated.by, stated.at);
                day.joined.extend(Came::read(&stated.value).map(|came| Joined { person, came, by, at }));
            } else if let Some(person) = name.strip_prefix(TRAVEL).and_then(|who| who.parse().ok()) {
                day.travel.extend(way(person, &stated.value));
            } else if let Some(area) = name.strip_prefix(NOT_SEEN) {
                day.not_seen.extend(said(field).map(|said| (area.to_owned(), said)));
            } else if name == NO_PHOTOS {
                day.no_photos = said(field);
            }
        }
        let seen = seen(read);
        day.not_seen.retain(|area, _| !seen.contains(area));
        day.leads.sort_by_key(|led| (led.at, led.person));
        day
    }

    /// Who leads now, where that was changed on the day.
    #[must_use]
    pub fn lead(&self) -> Option<PersonId> {
        self.leads.last().map(|led| led.person)
    }

    /// Who was added to the team.
    pub fn added(&self) -> impl Iterator<Item = PersonId> + '_ {
        self.joined.iter().filter(|joined| joined.came == Came::Added).map(|joined| joined.person)
    }

    /// Who is there now.
    #[must_use]
    pub fn still_there(&self) -> BTreeSet<PersonId> {
        self.stays.iter().filter(|stay| stay.until.is_none()).map(|stay| stay.person).collect()
    }
}

/// Areas in which something was noted.
#[must_use]
pub fn seen(read: &Projection) -> BTreeSet<String> {
    let stand = read.entries.iter().filter(|entry| entry.withdrawn.is_empty());
    stand
        .filter_map(|entry| match entry.entry()? {
            Entry::Observation(o) => o.area,
            Entry::View(v) => v.area,
            Entry::Photo(p) => p.area,
            Entry::Arrival(_) | Entry::Refusal(_) | Entry::Departure(_) | Entry::Count(_) => None,
        })
        .collect()
}

fn led(stated: &Stated) -> Option<Led> {
    let Value::List(words) = &stated.value else { return None };
    let person = words.first()?.parse().ok()?;
    Some(Led { person, why: words.get(1).cloned().unwrap_or_default(), by: stated.by, at: stated.at })
}

fn way(person: PersonId, value: &Value) -> Option<Way> {
    let Value::List(words) = value else { return None };
    let word = |place: usize| words.get(place).cloned().unwrap_or_default();
    let way = Way { person, miles: word(0), hours: word(1) };
    (!way.miles.is_empty() || !way.hours.is_empty()).then_some(way)
}

fn said(field: &Field) -> Option<Said> {
    let stated = field.values.last()?;
    let words = stated.value.text().map(str::trim).filter(|words| !words.is_empty())?;
    Some(Said { words: words.to_owned(), by: stated.by, at: stated.at })
}

/// Who came when, and left when. Who leaves is named; a note from before that names nobody is of everybody there.
fn stays(read: &Projection) -> Vec<Stay> {
    let mut stays: Vec<Stay> = Vec::new();
    for entry in read.entries.iter().filter(|entry| entry.withdrawn.is_empty()) {
        match entry.entry() {
            Some(Entry::Arrival(arrival)) => {
                for person in arrival.who {
                    // Who is there already has not come again.
                    if !stays.iter().any(|stay| stay.person == person && stay.until.is_none()) {
                        stays.push(Stay { person, from: entry.at, until: None });
                    }
                }
            }
            Some(Entry::Departure(departure)) => {
                let leaves = |who: &PersonId| departure.who.is_empty() || departure.who.contains(who);
                for stay in stays.iter_mut().filter(|stay| stay.until.is_none() && leaves(&stay.person)) {
                    stay.until = Some(entry.at);
                }
            }
            _ => {}
        }
    }
    stays
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::entry::{Arrival, Departure, Observation};
    use crate::ids::{EntryId, NotebookId};
    use crate::notebook::{Actor, Notebook, Stamp, project};
    use uuid::Uuid;

    const ASHA: u128 = 1;
    const TOM: u128 = 2;
    const GRACE: u128 = 3;

    fn person(id: u128) -> PersonId {
        PersonId::new(Uuid::from_u128(id))
    }

    struct Visit(Notebook, i64);

    impl Visit {
        fn new() -> Self {
            let actor = Actor::new([7; 16]);
            Self(Notebook::found(NotebookId::new(Uuid::from_u128(9)), &actor).unwrap(), 0)
        }
        fn stamp(&mut self, at: Millis) -> Stamp {
            self.1 += 1;
            let tablet = DeviceId::new(Uuid::from_u128(5));
            Stamp { by: person(ASHA), at, tablet, number: self.1, skew: 0, pack: "link-2008/2".into() }
        }
        fn records(&mut self, at: Millis, entry: Entry) {
            let (stamp, seen) = (self.stamp(at), self.0.heads());
            let id = EntryId::new(Uuid::from_u128(u128::try_from(self.1).unwrap()));
            self.0.record(&stamp, id, entry, &seen).unwrap();
        }
        fn states(&mut self, at: Millis, spot: &Spot, value: &Value) {
            let (stamp, seen) = (self.stamp(at), self.0.heads());
            self.0.state(&stamp, spot, value, &seen).unwrap();
        }
        fn day(&self) -> OnTheDay {
            OnTheDay::read(&project(&self.0).unwrap())
        }
    }

    fn at_the_door(who: &[u128]) -> Entry {
        let who = who.iter().map(|id| person(*id)).collect();
        Entry::Arrival(Arrival { told: "deputy manager".into(), who, ..Arrival::default() })
    }

    #[test]
    fn each_has_their_own_times_and_tom_leads_from_noon() {
        let mut visit = Visit::new();
        visit.records(10, at_the_door(&[ASHA, TOM]));
        visit.records(20, at_the_door(&[GRACE, TOM]));
        let left =
            |who: Vec<PersonId>| Entry::Departure(Departure { told: "manager".into(), who, ..Departure::default() });
        visit.records(30, left(vec![person(ASHA)]));
        let tablet = DeviceId::new(Uuid::from_u128(5));
        visit.states(30, &lead(30, tablet), &leads(person(TOM), "Asha was called away"));
        let day = visit.day();
        let times: Vec<_> = day.stays.iter().map(|stay| (stay.person, stay.from, stay.until)).collect();
        assert_eq!(times, [(person(ASHA), 10, Some(30)), (person(TOM), 10, None), (person(GRACE), 20, None)]);
        assert_eq!(day.still_there(), BTreeSet::from([person(TOM), person(GRACE)]));
        assert_eq!(day.lead(), Some(person(TOM)));
        assert_eq!(day.leads.first().map(|led| led.why.as_str()), Some("Asha was called away"));
        visit.records(40, left(Vec::new()));
        assert!(visit.day().still_there().is_empty(), "a note that names nobody is of everybody there");
    }

    #[test]
    fn a_room_that_was_seen_after_all_and_photos_that_are_wanted_again_stand_no_more() {
        let mut visit = Visit::new();
        visit.states(1, &not_seen("dining room"), &Value::Text("people were eating".into()));
        visit.states(2, &not_seen("garden"), &Value::Text("rain".into()));
        visit.states(3, &no_photos(), &Value::Text("deputy manager".into()));
        let day = visit.day();
        assert_eq!(day.not_seen.keys().collect::<Vec<_>>(), ["dining room", "garden"]);
        assert_eq!(day.no_photos.map(|said| said.words), Some("deputy manager".into()));
        let words = "Tea was hot.".into();
        visit.records(
            4,
            Entry::Observation(Observation { words, area: Some("dining room".into()), ..Observation::default() }),
        );
        visit.states(5, &no_photos(), &Value::Text(String::new()));
        let day = visit.day();
        assert_eq!(day.not_seen.keys().collect::<Vec<_>>(), ["garden"]);
        assert_eq!(day.no_photos, None);
    }

    #[test]
    fn who_was_not_planned_was_added_or_waited_outside() {
        let mut visit = Visit::new();
        visit.states(1, &came(person(TOM)), &Came::Added.value());
        visit.states(1, &came(person(GRACE)), &Came::Outside { why: "no card".into() }.value());
        let day = visit.day();
        assert_eq!(day.added().collect::<Vec<_>>(), [person(TOM)]);
        assert_eq!(day.joined.len(), 2);
        let names = ["no photos", "lead 1 x", "came x", "not seen lounge", "travel x", "name"].map(is_one);
        assert_eq!(names, [true, true, true, true, true, false]);
    }
}
