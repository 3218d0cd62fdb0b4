//! Who may be sent on a visit: a criminal record check, training, signatures, a term, and interests declared for this
//! visit (GR 6.2, 6.5, 6.6; SI 2008/528 regs 3 and 9). What a role needs is the pack's; here it is judged for a day and a place.
//! No certificate is ever stored, only that it was seen, when, and by whom.

mod interest;
mod refused;

pub use interest::Interest;
pub use refused::RefusedAssignment;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::scheme::{Need, NeedKind, Role, Scheme, fold};

/// What is known of a person's authorisation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// Their name, to whom a clearance is made out.
    pub name: String,
    /// The roles they hold, by the pack's names.
    pub roles: Vec<String>,
    /// The day their criminal record check was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_seen: Option<Date>,
    /// Who judged it; not themself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_judged_by: Option<String>,
    /// The last day on which the check holds; without it the pack's months count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
    /// The day they were trained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trained: Option<Date>,
    /// The last day on which the training holds, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training_until: Option<Date>,
    /// The day they signed the code of conduct.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_signed: Option<Date>,
    /// The day they signed the principles of public life, where that was a paper of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nolan: Option<Date>,
    /// The last day of their term of office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term_until: Option<Date>,
}

/// Where a visit goes, and on which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisitTo<'a> {
    /// The name of the place.
    pub place: &'a str,
    /// Who runs it, where that is another name.
    pub provider: Option<&'a str>,
    /// The day of each session.
    pub days: &'a [Date],
}

/// A person cleared for one visit. Only [`may_be_assigned`] makes one, and none is read back from anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cleared {
    person: String,
    role: String,
    place: String,
    days: Vec<Date>,
}

impl Cleared {
    /// Who is cleared.
    #[must_use]
    pub fn person(&self) -> &str {
        &self.person
    }

    /// In which role.
    #[must_use]
    pub fn role(&self) -> &str {
        &self.role
    }

    /// For which place.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// For which days.
    #[must_use]
    pub fn days(&self) -> &[Date] {
        &self.days
    }
}

/// Something that lapses, or has lapsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Lapse {
    /// What.
    pub what: NeedKind,
    /// The last day on which it holds.
    pub on: Date,
    /// Days from today to that day; below nought when it has lapsed.
    pub days_left: i32,
    /// Which of the pack's warnings is due: the shortest that has been reached (60, then 14 days).
    pub warning: Option<u32>,
}

/// Whether a person may be assigned to a visit in a role, judged for every day of it.
///
/// # Errors
/// Every reason that stands against it, in the pack's order of needs and interests last; nothing is assigned.
pub fn may_be_assigned(
    role: &str,
    standing: &Standing,
    visit: &VisitTo<'_>,
    interests: &[Interest],
    scheme: &Scheme,
) -> Result<Cleared, Vec<RefusedAssignment>> {
    let refused = stands_against(ENTER_AND_VIEW, role, standing, visit, interests, scheme);
    if refused.is_empty() {
        Ok(Cleared {
            person: standing.name.clone(),
            role: role.to_owned(),
            place: visit.place.to_owned(),
            days: visit.days.to_vec(),
        })
    } else {
        Err(refused)
    }
}

const ENTER_AND_VIEW: &str = "enter and view";

/// Everything that stands against a person doing, in a role, what `power` names (`enter and view`, `sign off`) about a
/// place on some days: in the pack's order of needs, interests last.
#[must_use]
pub fn stands_against(
    power: &str,
    role: &str,
    standing: &Standing,
    visit: &VisitTo<'_>,
    interests: &[Interest],
    scheme: &Scheme,
) -> Vec<RefusedAssignment> {
    let mut refused = Vec::new();
    match scheme.role(role) {
        None => refused.push(RefusedAssignment::RoleUnknown { role: role.to_owned() }),
        Some(role) => {
            refused.extend(role_refusals(power, role, standing));
            let (first, last) = (visit.days.iter().min(), visit.days.iter().max());
            match first.zip(last) {
                None => refused.push(RefusedAssignment::NoDay),
                Some((first, last)) => {
                    refused.extend(role.needs.iter().filter_map(|need| unmet(need, standing, *first, *last)));
                }
            }
        }
    }
    match standing.check_judged_by.as_deref().map(str::trim) {
        Some(judge) if fold(judge) == fold(&standing.name) => refused.push(RefusedAssignment::CheckJudgedByThemself),
        None | Some("") if standing.check_seen.is_some() => refused.push(RefusedAssignment::CheckJudgedByNobody),
        _ => {}
    }
    refused.extend(interests.iter().filter_map(|interest| interest.conflict(visit)));
    refused
}

/// The first two of somebody's roles that the pack keeps apart, if any are (GR 6.4, 6.5).
#[must_use]
pub fn kept_apart(roles: &[String], scheme: &Scheme) -> Option<RefusedAssignment> {
    let held: Vec<&Role> = roles.iter().filter_map(|name| scheme.role(name)).collect();
    held.iter().find_map(|role| {
        let with = role.not_with.iter().find(|other| held.iter().any(|held| fold(&held.name) == fold(other)))?;
        Some(RefusedAssignment::RolesTogether { role: role.name.clone(), with: with.clone() })
    })
}

fn role_refusals(power: &str, role: &Role, standing: &Standing) -> Vec<RefusedAssignment> {
    let mut refused = Vec::new();
    let holds = |name: &str| standing.roles.iter().any(|held| fold(held) == fold(name));
    if !role.may(power) {
        refused.push(RefusedAssignment::RoleMayNot { role: role.name.clone(), power: power.to_owned() });
    }
    if !holds(&role.name) {
        refused.push(RefusedAssignment::RoleNotHeld { role: role.name.clone() });
    }
    for other in role.not_with.iter().filter(|other| holds(other)) {
        refused.push(RefusedAssignment::RolesTogether { role: role.name.clone(), with: other.clone() });
    }
    refused
}

/// From when and until when a person has what is needed, if ever.
fn held(need: &Need, standing: &Standing) -> (Option<Date>, Option<Date>) {
    let (given, until) = dates(need.what, standing);
    let given = given.or_else(|| need.given_with.and_then(|with| dates(with, standing).0));
    let by_pack = given
        .zip(need.valid_months)
        .and_then(|(given, months)| given.checked_add(months.months()).and_then(|day| day.yesterday()).ok());
    (given, until.or(by_pack))
}

fn dates(what: NeedKind, standing: &Standing) -> (Option<Date>, Option<Date>) {
    match what {
        NeedKind::Check => (standing.check_seen, standing.valid_until),
        NeedKind::Nolan => (standing.nolan, None),
        NeedKind::Code => (standing.code_signed, None),
        NeedKind::Training => (standing.trained, standing.training_until),
        NeedKind::Term => (standing.term_until.map(|_| Date::MIN), standing.term_until),
    }
}

fn unmet(need: &Need, standing: &Standing, first: Date, last: Date) -> Option<RefusedAssignment> {
    match held(need, standing) {
        (None, _) if need.only_if_known => None,
        (None, _) => Some(RefusedAssignment::Missing { what: need.what }),
        (_, Some(until)) if until < last => Some(RefusedAssignment::Lapsed { what: need.what, on: until }),
        (Some(given), _) if given > first => Some(RefusedAssignment::NotYet { what: need.what, from: given }),
        _ => None,
    }
}

impl Standing {
    /// What of this person's standing in a role lapses within so many days of `today`, or has lapsed, soonest first.
    #[must_use]
    pub fn lapses(&self, role: &str, today: Date, within: u32, scheme: &Scheme) -> Vec<Lapse> {
        let needs = scheme.role(role).map(|role| role.needs.as_slice()).unwrap_or_default();
        let mut lapses: Vec<Lapse> = needs
            .iter()
            .filter_map(|need| {
                let on = held(need, self).1?;
                let days_left = today.until(on).ok()?.get_days();
                let warning =
                    scheme.warn_days.iter().copied().filter(|days| i64::from(days_left) <= i64::from(*days)).min();
                (i64::from(days_left) <= i64::from(within)).then_some(Lapse { what: need.what, on, days_left, warning })
            })
            .collect();
        lapses.sort_by_key(|lapse| lapse.on);
        lapses
    }
}

#[cfg(test)]
mod tests;
