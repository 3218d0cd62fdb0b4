//! Bodies: providers, commissioners and whoever else a report goes to.

use super::Shared;
use super::form::{Form, Problems};
use super::page::{Answer, Page, go_and_say};
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::store::bodies::Body;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};

/// The pages of bodies.
pub fn routes() -> Router<Shared> {
    Router::new().route(HERE, get(list)).route("/office/bodies/new", get(new).post(add))
}

const HERE: &str = "/office/bodies";

async fn list(signed: Signed) -> Answer {
    let bodies: Vec<Value> = signed
        .org
        .bodies()
        .await?
        .into_iter()
        .map(|b| json!({"name": b.name, "kind": b.kind, "email": b.email, "address": b.address}))
        .collect();
    let may_add = signed.is(Role::Officer) || signed.is(Role::Administrator);
    Page::new("office/bodies.html", "Providers and commissioners", json!({"bodies": bodies, "may_add": may_add}))
        .show(&signed, super::places::HERE)
}

fn kinds(signed: &Signed) -> anyhow::Result<Value> {
    let kinds: Vec<Value> =
        signed.pack()?.recipients.iter().map(|r| json!({"value": r.code, "label": r.label})).collect();
    Ok(json!({"kinds": kinds}))
}

async fn new(signed: Signed) -> Answer {
    Page::new("office/body-new.html", "Add a provider or commissioner", kinds(&signed)?)
        .show(&signed, super::places::HERE)
}

async fn add(State(office): State<Shared>, signed: Signed, form: Form) -> Answer {
    let mut problems = Problems::default();
    let name = problems.needed(&form, "name", "Write its name.");
    let kind = problems.needed(&form, "kind", "Say what it is: this decides whether an answer is due, and when.");
    if !kind.is_empty() && !signed.pack()?.recipients.iter().any(|r| r.code == kind) {
        problems.add("kind", "Choose one of the list.");
    }
    if !problems.is_empty() {
        return Page::new("office/body-new.html", "Add a provider or commissioner", kinds(&signed)?)
            .refused(&form, &problems)
            .show(&signed, super::places::HERE);
    }
    let body = Body {
        id: super::new_id(signed.now),
        name: name.clone(),
        kind,
        email: form.some("email"),
        address: form.some("address"),
    };
    signed.does("add a body", &body.id.clone()).add_body(body).await?;
    Ok(go_and_say(HERE, &format!("{name} is added."), office.secure))
}
