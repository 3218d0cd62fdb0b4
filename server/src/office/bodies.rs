//! Bodies: providers, commissioners and whoever else a report goes to, and where each can be reached.

use super::Shared;
use super::form::{Form, Problems, mark};
use super::page::{Answer, Failure, Page, go_and_say};
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::store::bodies::Body;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use serde_json::{Value, json};

/// The pages of bodies.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route(HERE, get(list))
        .route("/office/bodies/new", get(new).post(add))
        .route("/office/bodies/{id}", get(one).post(change))
}

const HERE: &str = "/office/bodies";

fn may_change(signed: &Signed) -> bool {
    signed.is(Role::Officer) || signed.is(Role::Administrator)
}

async fn list(signed: Signed) -> Answer {
    let bodies: Vec<Value> = signed.org.bodies().await?.into_iter().map(|b| json!(b)).collect();
    let facts = json!({"bodies": bodies, "may_add": may_change(&signed)});
    Page::new("office/bodies.html", "Providers and commissioners", facts).show(&signed, super::places::HERE)
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
    let mut problems = Problems::of(&form);
    let name = problems.needed(&form, "name", "Write its name.");
    let kind = problems.needed(&form, "kind", "Say what it is: this decides whether an answer is due, and when.");
    if !kind.is_empty() && !signed.pack()?.recipients.iter().any(|r| r.code == kind) {
        problems.add("kind", "Choose one of the list.");
    }
    let once = form.once().unwrap_or_default();
    let mut body = reached(Body { id: once.clone(), name, kind, ..Body::default() }, &form, &mut problems);
    if !problems.is_empty() {
        return Page::new("office/body-new.html", "Add a provider or commissioner", kinds(&signed)?)
            .refused(&form, &problems)
            .show(&signed, super::places::HERE);
    }
    let said = format!("{} is added.", body.name);
    let same = signed.org.body(&once).await?.map(|there| there == body);
    if let Some(id) = super::made_once(&form, signed.now, same) {
        body.id = id;
        signed.does("add a body", &body.id.clone()).add_body(body).await?;
    }
    Ok(go_and_say(HERE, &said, office.secure))
}

/// The body with where it can be reached, as typed.
fn reached(body: Body, form: &Form, problems: &mut Problems) -> Body {
    let email = form.some("email");
    if email.as_deref().is_some_and(|email| !is_address(email)) {
        problems.add("email", "This is no e-mail address. It reads like manager@beechway.example.");
    }
    Body { email, address: form.some("address"), phone: form.some("phone"), ..body }
}

/// Whether something can be an e-mail address; whether anybody reads it there, only a message tells.
fn is_address(text: &str) -> bool {
    let plain = text.chars().all(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, ',' | ';' | '<' | '>'));
    let parts = text.split_once('@');
    plain && parts.is_some_and(|(name, at)| !name.is_empty() && at.len() > 2 && at.contains('.') && !at.contains('@'))
}

async fn one(signed: Signed, Path(id): Path<String>) -> Answer {
    let body = signed.org.body(&id).await?.ok_or(Failure::NotFound)?;
    body_page(&signed, &body)?.show(&signed, super::places::HERE)
}

fn body_page(signed: &Signed, body: &Body) -> anyhow::Result<Page> {
    let kind = signed.pack()?.recipients.iter().find(|r| r.code == body.kind).map(|r| r.label.clone());
    let one = |v: &Option<String>| v.iter().cloned().collect::<Vec<_>>();
    let values = json!({"email": one(&body.email), "address": one(&body.address), "phone": one(&body.phone)});
    let facts = json!({"body": body, "kind": kind.unwrap_or_else(|| body.kind.clone()), "seen": mark(body),
        "may_change": may_change(signed)});
    Ok(Page::new("office/body.html", body.name.clone(), facts).filled(values))
}

async fn change(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let body = signed.org.body(&id).await?.ok_or(Failure::NotFound)?;
    let mut problems = Problems::of(&form);
    let stale = problems.stale(&form, &mark(&body));
    let anew = reached(body.clone(), &form, &mut problems);
    if !problems.is_empty() {
        let mut page = body_page(&signed, &body)?.refused(&form, &problems);
        if stale {
            page = page.beside(&[
                ("Email", body.email.unwrap_or_default()),
                ("Telephone", body.phone.unwrap_or_default()),
                ("Address", body.address.unwrap_or_default()),
            ]);
        }
        return page.show(&signed, super::places::HERE);
    }
    let said = format!("Where {} can be reached is changed.", anew.name);
    signed.does("change a body", &id).change_body(anew).await?;
    Ok(go_and_say(&format!("{HERE}/{id}"), &said, office.secure))
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn an_address_is_one_word_with_a_place_to_it() {
        for good in ["manager@beechway.example", "o'neill+hazel@care.co.uk"] {
            assert!(is_address(good), "{good}");
        }
        for bad in
            ["", "manager", "a@b", "@beechway.example", "a b@c.de", "a@b.de\nBcc: x@y.zz", "a@b.de, c@d.ef", "<a@b.de>"]
        {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
