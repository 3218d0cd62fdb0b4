//! The sign-off by the steering group: who signs under which decision, who was there, who left the room, who did not agree.

use super::{Entered, take};
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::office::fitness;
use crate::office::form::{Form, Problems};
use crate::office::page::{Answer, Failure};
use crate::office::reports::found;
use crate::office::{Shared, words};
use crate::store::people::Person;
use axum::extract::{Path, State};
use domain::authorisation::RefusedAssignment;
use domain::report::{Against, Deed, LeftRoom, Room};
use domain::scheme::Scheme;

/// Those who may sign off and have not left: who can be in the room.
pub(super) fn members<'p>(people: &'p [Person], pack: &Scheme) -> Vec<&'p Person> {
    let signs =
        |person: &Person| person.roles.iter().any(|name| pack.role(name).is_some_and(|role| role.may("sign off")));
    people.iter().filter(|person| person.left_on.is_none() && signs(person)).collect()
}

pub(super) async fn sign_off(
    State(office): State<Shared>,
    signed: Signed,
    Path(id): Path<String>,
    form: Form,
) -> Answer {
    let mut problems = Problems::of(&form);
    let on = problems.day_needed(&form, "on", signed.today);
    let by = problems.needed(&form, "by", "Say who signs.");
    let under = problems.needed(&form, "under", "Name the meeting, or the delegation that it rests on.");
    if !signed.is(Role::Officer) && !by.is_empty() && by != signed.person {
        return Err(Failure::NotYours);
    }
    let (row, _) = found(&signed, &id).await?;
    let signer = signed.org.person(&by).await?;
    if signer.is_none() && !by.is_empty() {
        problems.add("by", "Choose somebody of the list.");
    }
    let unfit = match &signer {
        Some(person) => fitness::against_signing(&signed, person, &row.visit, on).await?,
        None => Vec::new(),
    };
    let people = signed.org.people().await?;
    let members = members(&people, signed.pack()?);
    let room = room(&form, &mut problems, &members, signer.as_ref());
    let mut interested = Vec::new();
    for person in members.iter().filter(|person| room.present.contains(&person.name)) {
        let against = fitness::against_signing(&signed, person, &row.visit, on).await?;
        if against.iter().any(|why| RefusedAssignment::interest(why).is_some()) {
            interested.push(person.name.clone());
        }
    }
    let (by, roles, left) = signer.map(|p| (p.name, p.roles, p.left_on)).unwrap_or_default();
    let left = left.map(|day| day.parse()).transpose()?;
    let declares = form.text("declares") == "yes";
    let digest = form.text("digest");
    let deed = Deed::SignedOff { on, by, under, digest, roles, left, declares, room, unfit, interested };
    let step = Entered::new(deed, "The report is signed off. Any change of words undoes it.");
    take(&office, &signed, &id, &form, problems, step).await
}

/// Who was there, as typed; whoever signs was, unless it is said that they left.
fn room(form: &Form, problems: &mut Problems, members: &[&Person], signer: Option<&Person>) -> Room {
    let mut room = Room::default();
    for Person { id, name, .. } in members {
        let says = form.text(&format!("against_{id}"));
        let print = form.text(&format!("print_{id}")) == "yes";
        let against = form.text(&format!("disagreed_{id}")) == "yes" || !says.is_empty();
        match form.text(&format!("was_{id}")).as_str() {
            "left" => {
                let why = form.text(&format!("why_{id}"));
                if why.is_empty() {
                    problems.add(format!("why_{id}"), format!("Say why {name} left the room."));
                }
                room.left.push(LeftRoom { who: name.clone(), why });
            }
            "present" => room.present.push(name.clone()),
            _ if signer.is_some_and(|signer| signer.id == *id) => room.present.push(name.clone()),
            _ if against => {
                problems
                    .add(format!("against_{id}"), format!("Say that {name} was there, or leave out what they said."));
            }
            _ => {}
        }
        if against && form.text(&format!("was_{id}")) == "left" {
            problems.add(
                format!("against_{id}"),
                format!(
                    "{name} left the room, so took no part. Leave out what they said, or say that they were there."
                ),
            );
        }
        if print && says.is_empty() {
            problems.add(format!("against_{id}"), format!("Write what {name} wants printed."));
        }
        if against {
            room.against.push(Against { who: name.clone(), says, print });
        }
    }
    room
}

/// The room as the report's page tells it, a sentence each; nothing where nobody was written down.
pub(super) fn told(room: &Room) -> Vec<String> {
    let mut told = Vec::new();
    if !room.present.is_empty() {
        told.push(format!("There: {}.", words::list(&room.present)));
    }
    told.extend(room.left.iter().map(|left| format!("{} left the room: {}.", left.who, full_stop_off(&left.why))));
    for against in &room.against {
        let printed = if against.print { "It is printed." } else { "It is not printed." };
        told.push(match against.says.as_str() {
            "" => format!("{} did not agree.", against.who),
            says => format!("{} did not agree: {}. {printed}", against.who, full_stop_off(says)),
        });
    }
    told
}

fn full_stop_off(words: &str) -> &str {
    words.trim().trim_end_matches('.')
}
