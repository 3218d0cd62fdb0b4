//! People: who they are, what authorises them, what they declared, and how they sign in.
//! Whether somebody may go on a visit is `domain::authorisation`'s to say.

use super::Shared;
use super::form::{Form, Problems, mark};
use super::page::{Answer, Failure, Page, go_and_say};
use super::words::{plain, short};
use crate::auth::may::Role;
use crate::auth::{Signed, password};
use crate::store::authorisations::{Authorisation, Interest};
use crate::store::people::{NewPerson, Person, PersonRefused};
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use jiff::civil::Date;
use serde_json::{Value, json};

/// The pages of people.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/office/people", get(list))
        .route("/office/people/new", get(new).post(add))
        .route("/office/people/{id}", get(one).post(change))
        .route("/office/people/{id}/authorisation", post(authorise))
        .route("/office/people/{id}/interests", post(declare))
        .route("/office/people/{id}/interests/end", post(end_interest))
        .route("/office/people/{id}/password", post(set_password))
}

const HERE: &str = "/office/people";

async fn list(signed: Signed) -> Answer {
    let authorisations = signed.org.authorisations().await?;
    let pack = signed.pack()?;
    let mut rows = Vec::new();
    for person in signed.org.people().await? {
        let until = authorisations
            .iter()
            .find(|a| a.person == person.id)
            .and_then(|a| a.valid_until.as_deref())
            .and_then(|d| d.parse::<Date>().ok());
        rows.push(json!({
            "id": person.id, "name": person.name, "roles": pack.roles_words(&person.roles),
            "until": until.map(plain), "lapsed": until.is_some_and(|d| d < signed.today),
            "left": person.left_on.and_then(|d| d.parse::<Date>().ok()).map(plain),
            "signs_in": person.has_password,
        }));
    }
    let may_add = signed.is(Role::Officer) || signed.is(Role::Administrator);
    Page::new("office/people.html", "People", json!({"people": rows, "may_add": may_add})).show(&signed, HERE)
}

/// What an officer may make somebody; the rest is the administrator's to give.
const OFFICER_GIVES: [Role; 2] = [Role::Representative, Role::Outreach];

fn role_choices(signed: &Signed, has: &[String]) -> anyhow::Result<Vec<Value>> {
    let pack = signed.pack()?;
    let may_give = |name: &str| {
        signed.is(Role::Administrator)
            || has.iter().any(|h| h == name)
            || Role::of(name).is_some_and(|role| OFFICER_GIVES.contains(&role))
    };
    let roles = pack.roles.iter().filter(|role| may_give(&role.name));
    Ok(roles.map(|role| json!({"value": role.name, "label": role.label})).collect())
}

fn chosen_roles(signed: &Signed, form: &Form, has: &[String], problems: &mut Problems) -> anyhow::Result<Vec<String>> {
    let roles = form.all("role");
    if roles.is_empty() {
        problems.add("role", "Say what they are: at least one.");
    }
    let may_give = role_choices(signed, has)?;
    for role in &roles {
        if signed.pack()?.role(role).is_none() {
            problems.add("role", format!("This scheme knows no {role}."));
        } else if !may_give.iter().any(|choice| choice["value"] == role.as_str()) {
            problems
                .add("role", format!("Only an administrator can make somebody {}.", signed.pack()?.role_words(role)));
        }
    }
    Ok(roles)
}

async fn new(signed: Signed) -> Answer {
    new_page(&signed)?.show(&signed, HERE)
}

fn new_page(signed: &Signed) -> anyhow::Result<Page> {
    Ok(Page::new("office/person-new.html", "Add a person", json!({"role_choices": role_choices(signed, &[])?})))
}

async fn add(State(office): State<Shared>, signed: Signed, form: Form) -> Answer {
    let mut problems = Problems::of(&form);
    let name = problems.needed(&form, "name", "Write their name.");
    let roles = chosen_roles(&signed, &form, &[], &mut problems)?;
    if !problems.is_empty() {
        return new_page(&signed)?.refused(&form, &problems).show(&signed, HERE);
    }
    let said = format!("{name} is added.");
    let once = form.once().unwrap_or_default();
    let same = signed.org.person(&once).await?.map(|there| there.name == name && there.roles == roles);
    let Some(id) = super::made_once(&form, signed.now, same) else {
        return Ok(go_and_say(&format!("{HERE}/{once}"), &said, office.secure));
    };
    let person = NewPerson {
        id: id.clone(),
        name: name.clone(),
        roles,
        email: form.some("email"),
        phone: form.some("phone"),
        at: signed.now,
    };
    let added = signed.does("add a person", &id).add_person(person).await;
    if !taken(added, &mut problems)? {
        return new_page(&signed)?.refused(&form, &problems).show(&signed, HERE);
    }
    Ok(go_and_say(&format!("{HERE}/{id}"), &said, office.secure))
}

/// Whether the record took it; what it refuses stands beside its field.
fn taken(kept: anyhow::Result<()>, problems: &mut Problems) -> Result<bool, Failure> {
    let Err(error) = kept else { return Ok(true) };
    let field = match error.downcast_ref::<PersonRefused>() {
        Some(PersonRefused::NameTaken(_)) => "name",
        Some(PersonRefused::MailTaken(_)) => "email",
        Some(PersonRefused::RolesApart(_) | PersonRefused::LastAdministrator) => "role",
        None => return Err(error.into()),
    };
    problems.add(field, error.to_string());
    Ok(false)
}

async fn found(signed: &Signed, id: &str) -> Result<Person, Failure> {
    signed.org.person(id).await?.ok_or(Failure::NotFound)
}

async fn one(signed: Signed, Path(id): Path<String>) -> Answer {
    let person = found(&signed, &id).await?;
    person_page(&signed, &person, None, "").await
}

/// The page of one person; `refused` belongs to the form that `which` names.
async fn person_page(signed: &Signed, person: &Person, refused: Option<(&Form, &Problems)>, which: &str) -> Answer {
    drawn(signed, person, refused, which).await?.show(signed, HERE)
}

async fn drawn(
    signed: &Signed,
    person: &Person,
    refused: Option<(&Form, &Problems)>,
    which: &str,
) -> anyhow::Result<Page> {
    let authorisation = signed.org.authorisation(&person.id).await?.unwrap_or_default();
    let people = signed.org.people().await?;
    let name_of = |id: &str| people.iter().find(|p| p.id == id).map(|p| p.name.clone());
    let day = |d: &Option<String>| d.as_deref().and_then(|d| d.parse::<Date>().ok());
    let until = day(&authorisation.valid_until);
    let judges: Vec<Value> = std::iter::once(json!({"value": "", "label": "Nobody yet"}))
        .chain(
            people
                .iter()
                .filter(|p| p.id != person.id && p.left_on.is_none())
                .map(|p| json!({"value": p.id, "label": p.name})),
        )
        .collect();
    let bodies = choices_of_bodies(signed).await?;
    let interests: Vec<Value> = signed
        .org
        .interests(&person.id)
        .await?
        .into_iter()
        .map(|i| {
            let day = i.declared_on.parse::<Date>().map(|d| short(d, signed.today)).unwrap_or(i.declared_on);
            let ended = i.ended_on.as_deref().and_then(|d| d.parse::<Date>().ok());
            json!({"id": i.id, "words": i.words, "on": day, "ended": ended.map(|d| short(d, signed.today))})
        })
        .collect();
    let places = super::fitness::places_to_choose(signed, "", None).await?;
    let may_change = signed.is(Role::Officer) || signed.is(Role::Administrator);
    let facts = json!({
        "person": {"id": person.id, "name": person.name, "roles": signed.pack()?.roles_words(&person.roles), "email": person.email,
            "phone": person.phone, "seen": person_mark(person), "has_password": person.has_password},
        "seen": day(&authorisation.check_seen).map(plain), "judge": authorisation.check_seen_by.as_deref().and_then(name_of),
        "until": until.map(plain), "lapsed": until.is_some_and(|d| d < signed.today),
        "trained": day(&authorisation.trained).map(plain), "code": day(&authorisation.code_signed).map(plain),
        "nolan": day(&authorisation.nolan_signed).map(plain),
        "interests": interests, "judges": judges, "bodies": bodies, "places": places,
        "may_change": may_change, "may_password": signed.is(Role::Administrator),
        "role_choices": role_choices(signed, &person.roles)?,
        "own": {"values": own_values(person, &authorisation), "problems": []},
        "which": which,
    });
    let page = Page::new("office/person.html", person.name.clone(), facts);
    Ok(match refused {
        Some((form, problems)) => page.refused(form, problems),
        None => page,
    })
}

/// A mark of what is written about somebody, which two people may change at two screens.
fn person_mark(person: &Person) -> String {
    mark(&(&person.name, &person.roles, &person.email, &person.phone, &person.left_on))
}

fn own_values(person: &Person, a: &Authorisation) -> Value {
    let one = |v: &Option<String>| v.iter().cloned().collect::<Vec<_>>();
    json!({
        "name": [person.name], "role": person.roles, "email": one(&person.email), "phone": one(&person.phone),
        "left_on": one(&person.left_on), "check_seen": one(&a.check_seen), "check_seen_by": one(&a.check_seen_by), "valid_until": one(&a.valid_until),
        "trained": one(&a.trained), "code_signed": one(&a.code_signed), "nolan_signed": one(&a.nolan_signed),
    })
}

/// Bodies to choose from, *none* first.
pub(super) async fn choices_of_bodies(signed: &Signed) -> anyhow::Result<Vec<Value>> {
    let bodies = signed.org.bodies().await?;
    let named = bodies.iter().map(|b| json!({"value": b.id, "label": format!("{} ({})", b.name, b.kind)}));
    Ok(std::iter::once(json!({"value": "", "label": "None"})).chain(named).collect())
}

async fn change(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let mut person = found(&signed, &id).await?;
    let mut problems = Problems::of(&form);
    let stale = problems.stale(&form, &person_mark(&person));
    let name = problems.needed(&form, "name", "Write their name.");
    let roles = chosen_roles(&signed, &form, &person.roles, &mut problems)?;
    let left_on = problems.day(&form, "left_on");
    let left_on = left_on.map(|d| d.to_string());
    if left_on.is_some() && id == signed.person {
        problems.add("left_on", "You cannot end your own time here; somebody else has to.");
    }
    keep_from_officers(&signed, &person, &roles, left_on.as_deref(), &mut problems);
    if !problems.is_empty() {
        let mut page = drawn(&signed, &person, Some((&form, &problems)), "details").await?;
        if stale {
            page = page.beside(&[
                ("Name", person.name),
                ("Roles", person.roles.join(", ")),
                ("Email", person.email.unwrap_or_default()),
                ("Telephone", person.phone.unwrap_or_default()),
                ("Left on", person.left_on.unwrap_or_default()),
            ]);
        }
        return page.show(&signed, HERE);
    }
    person.name = name;
    person.roles = roles;
    person.email = form.some("email");
    person.phone = form.some("phone");
    person.left_on = left_on;
    let words = format!("What is written about {} is changed.", person.name);
    let changed = signed.does("change a person", &id).change_person(person).await;
    if !taken(changed, &mut problems)? {
        let person = found(&signed, &id).await?;
        return person_page(&signed, &person, Some((&form, &problems)), "details").await;
    }
    Ok(go_and_say(&format!("{HERE}/{id}"), &words, office.secure))
}

/// What only an administrator may do to somebody who holds more than an officer gives: take it away, end their time
/// here, or bring them back.
fn keep_from_officers(
    signed: &Signed,
    person: &Person,
    roles: &[String],
    left_on: Option<&str>,
    problems: &mut Problems,
) {
    if signed.is(Role::Administrator) {
        return;
    }
    let gives = |name: &String| Role::of(name).is_some_and(|role| OFFICER_GIVES.contains(&role));
    let called = |name: &str| signed.pack().map_or_else(|_| name.to_owned(), |pack| pack.role_words(name));
    let beyond: Vec<&str> = person.roles.iter().filter(|name| !gives(name)).map(String::as_str).collect();
    for name in beyond.iter().filter(|name| !roles.iter().any(|role| role == *name)) {
        problems.add("role", format!("Only an administrator can take {} away from somebody.", called(name)));
    }
    if !beyond.is_empty() && left_on != person.left_on.as_deref() {
        let what = super::words::list(&beyond.iter().map(|name| called(name)).collect::<Vec<_>>());
        problems.add("left_on", format!("Only an administrator can say when somebody who is {what} left."));
    }
}

/// The visits to come on which somebody cannot go as things stand now, in a sentence; empty when there is none.
async fn cannot_go(signed: &Signed, id: &str) -> anyhow::Result<String> {
    let stopped = super::fitness::stopped(signed).await?;
    let visits: Vec<String> = stopped
        .iter()
        .filter(|s| s.person == id)
        .map(|s| format!("{} on {}", s.visit.place_name, super::visits::when_of(&s.visit)))
        .collect();
    Ok(match visits.is_empty() {
        true => String::new(),
        false => format!(" They cannot go to {} as it stands: choose somebody else.", super::words::list(&visits)),
    })
}

async fn authorise(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let person = found(&signed, &id).await?;
    let mut problems = Problems::of(&form);
    let mut day = |field: &str| problems.day(&form, field).map(|d| d.to_string());
    let authorisation = Authorisation {
        person: id.clone(),
        check_seen: day("check_seen"),
        check_seen_by: form.some("check_seen_by"),
        valid_until: day("valid_until"),
        trained: day("trained"),
        code_signed: day("code_signed"),
        nolan_signed: day("nolan_signed"),
    };
    if authorisation.check_seen_by.as_deref() == Some(id.as_str()) {
        let written = signed.pack()?.judged_by_another();
        problems.add(
            "check_seen_by",
            format!("A check is judged by somebody else than the person it is about ({written})."),
        );
    }
    if let (Some(seen), Some(until)) = (&authorisation.check_seen, &authorisation.valid_until)
        && until < seen
    {
        problems.add("valid_until", "It cannot lapse before the check was seen.");
    }
    if !problems.is_empty() {
        return person_page(&signed, &person, Some((&form, &problems)), "authorisation").await;
    }
    if let Some(judge) = &authorisation.check_seen_by
        && signed.org.person(judge).await?.is_none()
    {
        problems.add("check_seen_by", "Choose somebody of the list.");
        return person_page(&signed, &person, Some((&form, &problems)), "authorisation").await;
    }
    signed.does("authorise a person", &id).authorise(authorisation).await?;
    let words = format!("What authorises {} is written down.{}", person.name, cannot_go(&signed, &id).await?);
    Ok(go_and_say(&format!("{HERE}/{id}"), &words, office.secure))
}

async fn declare(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let person = found(&signed, &id).await?;
    let mut problems = Problems::of(&form);
    let words = problems.needed(&form, "words", "Write the interest as they declared it.");
    let on = problems.day_needed(&form, "on", signed.today);
    let body = form.some("body");
    if let Some(body) = &body
        && signed.org.body(body).await?.is_none()
    {
        problems.add("body", "Choose one of the list.");
    }
    let place = form.some("place");
    if let Some(place) = &place
        && signed.org.place(place).await?.is_none()
    {
        problems.add("place", "Choose a place of the list.");
    }
    if !problems.is_empty() {
        return person_page(&signed, &person, Some((&form, &problems)), "interest").await;
    }
    let mut interest = Interest {
        id: form.once().unwrap_or_default(),
        person: id.clone(),
        words,
        body,
        place,
        declared_on: on.to_string(),
        ended_on: None,
    };
    let there = signed.org.interests(&id).await?.into_iter().find(|there| there.id == interest.id);
    let same = there.map(|there| Interest { ended_on: None, ..there } == interest);
    if let Some(new) = super::made_once(&form, signed.now, same) {
        interest.id = new;
        signed.does("declare an interest", &interest.id.clone()).declare_interest(interest).await?;
    }
    let words = format!("The interest of {} is written down.{}", person.name, cannot_go(&signed, &id).await?);
    Ok(go_and_say(&format!("{HERE}/{id}"), &words, office.secure))
}

/// Says on which day a declared interest was over; it counts against visits until then.
async fn end_interest(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let person = found(&signed, &id).await?;
    let all = signed.org.interests(&id).await?;
    let interest = all.into_iter().find(|i| i.id == form.text("interest")).ok_or(Failure::NotFound)?;
    let mut problems = Problems::of(&form);
    let on = problems.day_needed(&form, "ended_on", signed.today).to_string();
    if on < interest.declared_on {
        problems.add("ended_on", "It cannot have ended before it was declared.");
    }
    if !problems.is_empty() {
        return person_page(&signed, &person, Some((&form, &problems)), "end").await;
    }
    let ended = Interest { ended_on: Some(on), ..interest };
    signed.does("end an interest", &ended.id.clone()).declare_interest(ended).await?;
    Ok(go_and_say(&format!("{HERE}/{id}"), "The end of the interest is written down.", office.secure))
}

async fn set_password(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let person = found(&signed, &id).await?;
    let new = form.text("password");
    match tokio::task::spawn_blocking(move || password::hash(&new)).await? {
        Ok(hash) => {
            signed.does("set a password", &id).set_password(&id, &hash).await?;
            let words = format!(
                "{} can sign in with the new password. Wherever they were signed in, they no longer are.",
                person.name
            );
            Ok(go_and_say(&format!("{HERE}/{id}"), &words, office.secure))
        }
        Err(why) => {
            let problems = Problems::one("password", why.to_string());
            person_page(&signed, &person, Some((&form, &problems)), "password").await
        }
    }
}
