//! One's own page: who one is here, and one's own password.

use super::Shared;
use super::form::{Form, Problems};
use super::page::{Answer, Page, go_and_say};
use crate::auth::{Signed, password};
use axum::extract::State;
use serde_json::json;

/// Who one is at the office.
pub async fn page(signed: Signed) -> Answer {
    show(&signed, None)
}

fn show(signed: &Signed, refused: Option<(&Form, &Problems)>) -> Answer {
    let pack = signed.pack()?;
    let roles: Vec<String> = signed.roles.iter().map(|r| pack.role_words(r.word())).collect();
    let page = Page::new(
        "office/me.html",
        signed.name.clone(),
        json!({"own_roles": super::words::list(&roles),
        "scheme": {"id": pack.id, "version": pack.version, "about": pack.about}}),
    );
    match refused {
        Some((form, problems)) => page.refused(form, problems).show(signed, "/office/me"),
        None => page.show(signed, "/office/me"),
    }
}

/// Sets one's own password, which ends every session of one's own.
pub async fn password(State(office): State<Shared>, signed: Signed, form: Form) -> Answer {
    let mut problems = Problems::default();
    let (old, new) = (form.text("old_password"), form.text("password"));
    let kept = signed.org.password_of(&signed.person).await?.unwrap_or_default();
    let fits = tokio::task::spawn_blocking(move || password::fits(&old, &kept)).await?;
    if !fits {
        signed.record("try one's own password in vain", &signed.person).await?;
        problems.add("old_password", "This is not your password now.");
    }
    let hashed = tokio::task::spawn_blocking(move || password::hash(&new)).await?;
    match hashed {
        Ok(hash) if problems.is_empty() => {
            signed.does("set one's own password", &signed.person).set_password(&signed.person, &hash).await?;
            Ok(go_and_say("/sign-in", "", office.secure))
        }
        Ok(_) => show(&signed, Some((&form, &problems))),
        Err(why) => {
            problems.add("password", why.to_string());
            show(&signed, Some((&form, &problems)))
        }
    }
}
