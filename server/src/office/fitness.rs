//! The bridge from rows to the domain's question: may this person go on this visit? Its reasons are the domain's own.

use super::visits::days;
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::store::OrgStore;
use crate::store::authorisations::Authorisation;
use crate::store::people::Person;
use crate::store::places::{Place, PlaceSearch};
use crate::store::visits::Visit;
use anyhow::{Context as _, Result};
use domain::authorisation::{Interest, Lapse, RefusedAssignment, Standing, VisitTo, may_be_assigned, stands_against};
use domain::scheme::Scheme;
use jiff::civil::Date;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Whether somebody may go on a visit, and if not, why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fitness {
    /// What stops them, one sentence a reason; empty when they may go.
    pub stops: Vec<String>,
}

fn day(text: Option<&String>) -> Option<Date> {
    text.and_then(|t| t.parse().ok())
}

fn standing(person: &Person, a: &Authorisation, judge: Option<String>) -> Standing {
    Standing {
        name: person.name.clone(),
        roles: person.roles.clone(),
        check_seen: day(a.check_seen.as_ref()),
        check_judged_by: judge,
        valid_until: day(a.valid_until.as_ref()),
        trained: day(a.trained.as_ref()),
        code_signed: day(a.code_signed.as_ref()),
        nolan: day(a.nolan_signed.as_ref()),
        ..Standing::default()
    }
}

/// The role in which somebody goes: the first of theirs that may enter and view, else the pack's first that may.
fn going_as(person: &Person, pack: &Scheme) -> String {
    let may = |name: &String| pack.role(name).is_some_and(|role| role.may("enter and view"));
    let own = person.roles.iter().find(|name| may(name)).cloned();
    own.or_else(|| pack.roles.iter().find(|role| role.may("enter and view")).map(|role| role.name.clone()))
        .unwrap_or_default()
}

/// What lapses of somebody's standing within the pack's days, or has: their own for each, everybody's for the host.
///
/// # Errors
/// The store's.
pub async fn lapsing(signed: &Signed) -> Result<Vec<Value>> {
    let pack = signed.pack()?;
    let host = signed.is(Role::Officer) || signed.is(Role::Administrator);
    let within = pack.warn_days.first().copied().unwrap_or_default();
    let all = signed.org.authorisations().await?;
    let mut rows = Vec::new();
    for person in signed.org.people().await?.iter().filter(|p| p.left_on.is_none()) {
        if !host && person.id != signed.person {
            continue;
        }
        let Some(a) = all.iter().find(|a| a.person == person.id) else { continue };
        let standing = standing(person, a, None);
        let mut lapses: Vec<_> =
            person.roles.iter().flat_map(|role| standing.lapses(role, signed.today, within, pack)).collect();
        lapses.sort_by_key(|lapse| (lapse.on, lapse.what));
        lapses.dedup_by_key(|lapse| lapse.what);
        let (who, path) = match host {
            true => (person.name.as_str(), format!("/office/people/{}", person.id)),
            false => ("You", "/office/me".to_owned()),
        };
        rows.extend(lapses.iter().map(|lapse| {
            json!({"who": who, "path": path, "since": null,
            "place": super::words::capital(lapse.what.name()), "what": lapse_words(lapse)})
        }));
    }
    Ok(rows)
}

fn lapse_words(lapse: &Lapse) -> String {
    let day = super::words::plain(lapse.on);
    match lapse.days_left {
        n if n < 0 => format!("It lapsed after {day}. A new one is needed before the next visit."),
        0 => "It lapses today.".to_owned(),
        1 => format!("It lapses tomorrow, {day}."),
        n => format!("It lapses in {n}\u{a0}days, on {day}."),
    }
}

/// Asks the domain whether `person` may go on `visit`.
///
/// # Errors
/// The store's, or a person or visit that is not there.
pub async fn of(signed: &Signed, person: &str, visit: &str) -> Result<Fitness> {
    let visit = signed.org.visit(visit).await?.context("This visit is not in the record.")?;
    let place = signed.org.place(&visit.place).await?.context("the visit's place")?;
    let Some(person) = signed.org.person(person).await? else {
        return Ok(Fitness { stops: vec!["Nobody of that name is here.".to_owned()] });
    };
    if person.left_on.is_some() {
        return Ok(Fitness { stops: vec!["They have left.".to_owned()] });
    }
    judged(&signed.org, signed.pack()?, &person, (&visit, &place)).await
}

/// Who is not in the team of a visit and could be added on the day, as far as is known now. Their ids alone are told to the
/// team's tablets: neither what somebody declared, nor whom it keeps out.
///
/// # Errors
/// The store's.
pub(crate) async fn cleared(org: &OrgStore, visit: &str) -> Result<Vec<String>> {
    let pack = Scheme::embedded(&org.this().await?.scheme).context("the organisation's scheme pack")?;
    let Some(visit) = org.visit(visit).await? else { return Ok(Vec::new()) };
    let place = org.place(&visit.place).await?.context("the visit's place")?;
    let team = org.team(&visit.id).await?;
    let mut may = Vec::new();
    for person in org.people().await? {
        let goes = person.roles.iter().any(|name| pack.role(name).is_some_and(|role| role.may("enter and view")));
        let another = person.left_on.is_none() && !team.iter().any(|member| member.person == person.id);
        if goes && another && judged(org, pack, &person, (&visit, &place)).await?.stops.is_empty() {
            may.push(person.id);
        }
    }
    Ok(may)
}

async fn judged(org: &OrgStore, pack: &Scheme, person: &Person, (visit, place): (&Visit, &Place)) -> Result<Fitness> {
    let a = org.authorisation(&person.id).await?.unwrap_or_default();
    let judge = judge(org, &a).await?;
    let days = days(visit);
    let interests = interests_on(org, &person.id, days.first().copied()).await?;
    let to = VisitTo { place: &place.name, provider: place.provider_name.as_deref(), days: &days };
    let judged = may_be_assigned(&going_as(person, pack), &standing(person, &a, judge), &to, &interests, pack);
    let sentence = |reason: String| {
        let reason = super::words::capital(&reason);
        if reason.ends_with('.') { reason } else { format!("{reason}.") }
    };
    let mut stops: Vec<String> = Vec::new();
    for stop in judged.err().unwrap_or_default().into_iter().map(|refused| sentence(refused.to_string())) {
        // An interest that is known by its body and by its place is one reason.
        if !stops.contains(&stop) {
            stops.push(stop);
        }
    }
    Ok(Fitness { stops })
}

/// What stands against somebody signing off the report of a visit on that day: what their role needs, and what they have
/// declared. Nothing where they hold no role that signs: the domain says that by itself.
///
/// # Errors
/// The store's, or a visit that is not there.
pub async fn against_signing(
    signed: &Signed,
    person: &Person,
    visit: &str,
    on: Date,
) -> Result<Vec<RefusedAssignment>> {
    const SIGN_OFF: &str = "sign off";
    let pack = signed.pack()?;
    let signs = |name: &&String| pack.role(name).is_some_and(|role| role.may(SIGN_OFF));
    let Some(role) = person.roles.iter().find(signs) else { return Ok(Vec::new()) };
    let visit = signed.org.visit(visit).await?.context("This visit is not in the record.")?;
    let place = signed.org.place(&visit.place).await?.context("the visit's place")?;
    let a = signed.org.authorisation(&person.id).await?.unwrap_or_default();
    let judge = judge(&signed.org, &a).await?;
    // What was over before the visit stands against nobody.
    let interests = interests_on(&signed.org, &person.id, days(&visit).first().copied()).await?;
    let to = VisitTo { place: &place.name, provider: place.provider_name.as_deref(), days: &[on] };
    Ok(stands_against(SIGN_OFF, role, &standing(person, &a, judge), &to, &interests, pack))
}

/// Who judged somebody's check, by name.
async fn judge(org: &OrgStore, a: &Authorisation) -> Result<Option<String>> {
    Ok(match &a.check_seen_by {
        Some(id) => org.person(id).await?.map(|p| p.name),
        None => None,
    })
}

/// What a person declared that is not over by the visit's first day: with whom, as far as a body or a place was named.
async fn interests_on(org: &OrgStore, person: &str, first: Option<Date>) -> Result<Vec<Interest>> {
    let mut interests = Vec::new();
    for interest in org.interests(person).await? {
        let ended = interest.ended_on.as_ref().and_then(|d| d.parse::<Date>().ok());
        if ended.zip(first).is_some_and(|(ended, first)| ended < first) {
            continue;
        }
        let mut parties = Vec::new();
        if let Some(body) = &interest.body {
            parties.extend(org.body(body).await?.map(|b| b.name));
        }
        if let Some(place) = &interest.place
            && let Some(place) = org.place(place).await?
        {
            parties.extend(place.provider_name);
            parties.push(place.name);
        }
        if parties.is_empty() {
            interests.push(Interest { words: interest.words, party: None });
        } else {
            let with = |party| Interest { words: interest.words.clone(), party: Some(party) };
            interests.extend(parties.into_iter().map(with));
        }
    }
    Ok(interests)
}

/// Somebody in the team of a visit to come who cannot go on it, or not any more.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// The visit.
    pub visit: Visit,
    /// Their person id.
    pub person: String,
    /// Their name.
    pub name: String,
    /// Why, in sentences.
    pub why: String,
}

/// Everybody in a team of a visit to come who cannot go as things stand now: days, checks and interests change after a
/// team was chosen, so this is asked anew each time it is shown.
///
/// # Errors
/// The store's.
pub async fn stopped(signed: &Signed) -> Result<Vec<Stopped>> {
    let mut all = Vec::new();
    for visit in signed.org.visits().await? {
        let over = days(&visit).last().is_none_or(|last| *last < signed.today);
        if over || visit.state != "planned" {
            continue;
        }
        for member in signed.org.team(&visit.id).await? {
            let fitness = of(signed, &member.person, &visit.id).await?;
            if !fitness.stops.is_empty() {
                let (person, name, why) = (member.person, member.name, fitness.stops.join(" "));
                all.push(Stopped { visit: visit.clone(), person, name, why });
            }
        }
    }
    Ok(all)
}

/// Everybody who might go on a visit, with what is known of them; who was stopped has the reasons in its place.
///
/// # Errors
/// The store's.
pub async fn who_could_go(signed: &Signed, stopped: Option<&BTreeMap<String, Fitness>>) -> Result<Vec<Value>> {
    let pack = signed.pack()?;
    let all = signed.org.authorisations().await?;
    let mut people = Vec::new();
    for person in signed.org.people().await? {
        let may = person.roles.iter().any(|name| pack.role(name).is_some_and(|role| role.may("enter and view")));
        if !may || person.left_on.is_some() {
            continue;
        }
        let a = all.iter().find(|a| a.person == person.id).cloned().unwrap_or_default();
        let stops = stopped.and_then(|s| s.get(&person.id)).map(|f| f.stops.clone()).unwrap_or_default();
        let hint = if stops.is_empty() { known(signed, &person, &a).await? } else { stops.join(" ") };
        people.push(json!({"value": person.id, "label": person.name, "hint": hint, "stopped": !stops.is_empty()}));
    }
    Ok(people)
}

async fn known(signed: &Signed, person: &Person, a: &Authorisation) -> Result<String> {
    let plain = |d: Date| super::words::plain(d);
    let check = match (day(a.check_seen.as_ref()), day(a.valid_until.as_ref())) {
        (Some(seen), Some(until)) => format!("Check seen {}, good until {}.", plain(seen), plain(until)),
        (Some(seen), None) => format!("Check seen {}.", plain(seen)),
        _ => "No check seen yet.".to_owned(),
    };
    let interests = signed.org.interests(&person.id).await?;
    let declared: Vec<String> = interests.into_iter().filter(|i| i.ended_on.is_none()).map(|i| i.words).collect();
    let declared = if declared.is_empty() {
        "No interest declared.".to_owned()
    } else {
        format!("Declared: {}.", declared.join("; "))
    };
    Ok(format!("{check} {declared}"))
}

/// Places to choose from when a visit is planned: the one chosen, those looked for, those visited before, and those
/// that somebody added by hand; never the whole directory.
///
/// # Errors
/// The store's.
pub async fn places_to_choose(signed: &Signed, chosen: &str, q: Option<&str>) -> Result<Vec<Value>> {
    let mut ids: BTreeSet<String> = signed.org.visits().await?.into_iter().map(|v| v.place).collect();
    ids.insert(chosen.to_owned());
    let mut places = BTreeMap::new();
    for id in ids.iter().filter(|id| !id.is_empty()) {
        if let Some(place) = signed.org.place(id).await? {
            places.insert(place.id.clone(), place);
        }
    }
    let looked = q.unwrap_or_default().to_owned();
    let search = PlaceSearch { words: looked.clone(), closed_too: false, page: 0, size: 50 };
    let found = signed.org.places(search).await?;
    if !looked.is_empty() || found.total <= 50 {
        places.extend(found.rows.into_iter().map(|p| (p.id.clone(), p)));
    } else {
        places.extend(signed.org.places_by_hand().await?.into_iter().map(|p| (p.id.clone(), p)));
    }
    let mut rows: Vec<_> = places.into_values().collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    let label = |p: &crate::store::places::Place| {
        let more: Vec<&str> = [p.kind.as_str(), p.postcode.as_str()].into_iter().filter(|t| !t.is_empty()).collect();
        format!("{} ({})", p.name, more.join(", "))
    };
    let first = json!({"value": "", "label": "Choose"});
    Ok(std::iter::once(first).chain(rows.iter().map(|p| json!({"value": p.id, "label": label(p)}))).collect())
}
