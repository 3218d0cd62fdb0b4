//! People and planned visits, as the office told of them last.

use crate::error::Error;
use domain::ids::{NotebookId, PersonId};
use domain::wire::{Person, Visit};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::de::DeserializeOwned;

/// Everybody, by name.
pub(crate) fn people(on: &Connection) -> Result<Vec<Person>, Error> {
    let mut people: Vec<Person> = all(on, "SELECT json FROM person")?;
    people.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(people)
}

/// Somebody.
pub(crate) fn person(on: &Connection, id: PersonId) -> Result<Option<Person>, Error> {
    one(on, "SELECT json FROM person WHERE id = ?1", &id.to_string())
}

/// Somebody as they are now.
pub(crate) fn put_person(on: &Connection, person: &Person) -> Result<(), Error> {
    on.prepare("INSERT INTO person VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET json = excluded.json")?
        .execute(params![person.id.to_string(), serde_json::to_string(person)?])?;
    Ok(())
}

/// Every visit.
pub(crate) fn visits(on: &Connection) -> Result<Vec<Visit>, Error> {
    all(on, "SELECT json FROM visit ORDER BY id")
}

/// A visit.
pub(crate) fn visit(on: &Connection, id: NotebookId) -> Result<Option<Visit>, Error> {
    one(on, "SELECT json FROM visit WHERE id = ?1", &id.to_string())
}

/// A visit as it is planned now.
pub(crate) fn put_visit(on: &Connection, visit: &Visit) -> Result<(), Error> {
    on.prepare("INSERT INTO visit VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET json = excluded.json")?
        .execute(params![visit.id.to_string(), serde_json::to_string(visit)?])?;
    Ok(())
}

/// A visit that is no longer this tablet's.
pub(crate) fn drop_visit(on: &Connection, id: NotebookId) -> Result<(), Error> {
    on.execute("DELETE FROM visit WHERE id = ?1", [id.to_string()])?;
    Ok(())
}

fn all<T: DeserializeOwned>(on: &Connection, sql: &str) -> Result<Vec<T>, Error> {
    let mut statement = on.prepare(sql)?;
    let texts = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    texts.iter().map(|text| Ok(serde_json::from_str(text)?)).collect()
}

fn one<T: DeserializeOwned>(on: &Connection, sql: &str, id: &str) -> Result<Option<T>, Error> {
    let text: Option<String> = on.prepare(sql)?.query_row([id], |row| row.get(0)).optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}
