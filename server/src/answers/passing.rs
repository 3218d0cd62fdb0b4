//! Part of what is asked passed on to a colleague: a link of its own that shows that part and nothing else.

use super::asks::fields;
use super::typed::{LONGEST, Typed};
use super::{Before, REPLY, address, shown};
use crate::auth::holder::Holder;
use crate::auth::token;
use crate::office::form::{Form, Problems};
use crate::office::page::{Answer, Failure, Page};
use crate::office::words::list;
use crate::office::{Shared, new_id};
use crate::store::links::Link;
use axum::extract::State;
use serde_json::json;

pub(super) async fn pass(State(office): State<Shared>, holder: Holder, form: Form) -> Answer {
    if holder.link.parent.is_some() || holder.link.purpose != REPLY {
        return Err(Failure::NotFound);
    }
    let before = Before::of(&holder).await?;
    let mut wrong = Problems::default();
    let told = wrong.needed(&form, "told", "Write to whom you pass it.");
    if told.chars().count() > LONGEST {
        wrong.add("told", "A name is enough.");
    }
    let asked = before.asked(&holder);
    // Its button stands in the form of the answers: what was typed there comes along, and is kept.
    let (kept, _) = Typed::of(&holder).await?;
    let typed = kept.clone().and(&form, &fields(&asked, false));
    let mut long = Problems::default();
    typed.not_too_long(&mut long);
    if !long.is_empty() {
        return shown(&office, &holder, Some((&form, &long))).await;
    }
    if typed != kept {
        typed.keep(&holder, "keep what a recipient typed").await?;
    }
    let part: Vec<u32> = form.all("part").iter().filter_map(|n| n.parse().ok()).filter(|n| asked.contains(n)).collect();
    if part.is_empty() {
        wrong.add("part", "Tick what they are to answer.");
    }
    if !wrong.is_empty() {
        return shown(&office, &holder, Some((&form, &wrong))).await;
    }
    let secret = token::random()?;
    let link = Link {
        id: new_id(holder.now),
        report: holder.link.report.clone(),
        body: holder.link.body.clone(),
        purpose: REPLY.to_owned(),
        asks: Some(serde_json::to_string(&part)?),
        told: Some(told.clone()),
        parent: Some(holder.link.id.clone()),
        made_by: holder.link.id.clone(),
        made_at: holder.now,
        ..Link::default()
    };
    let subject = format!("{} {}", holder.link.id, link.id);
    holder.does("pass on part of what is asked", &subject).make_link(link, &token::hashed(&secret)).await?;
    let numbers: Vec<String> = part.iter().map(ToString::to_string).collect();
    let facts =
        json!({"address": address(&office, &secret), "told": told, "numbers": list(&numbers), "many": part.len() > 1});
    Page::new("answers/passed.html", "A link for a colleague", facts).show_to(&holder)
}
