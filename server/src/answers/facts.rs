//! Which facts are wrong: the provider says so beside the finding, once or several times, until their window ends. They
//! have no veto; what becomes of it the office writes beside it.

use super::typed::{Typed, Wrong};
use super::{Before, answerer, given, refused_words, shown, take};
use crate::auth::holder::Holder;
use crate::office::Shared;
use crate::office::form::{Form, Problems};
use crate::office::page::{Answer, Page, go_and_say};
use crate::office::words::{in_full, outcome_words, short};
use crate::store::findings::numbered;
use crate::store::links::Mark;
use axum::extract::State;
use domain::report::{Deed, Stage};
use serde_json::{Value, json};

/// What was said about facts before, and what became of it.
pub(super) fn said(holder: &Holder, before: &Before) -> Vec<Value> {
    let theirs = before.report.stage().facts().iter().filter(|f| f.by == holder.body.name);
    theirs
        .map(|f| json!({"on": short(f.on, holder.today), "says": f.says, "outcome": outcome_words(f), "given_by": given(f.given_by.as_ref())}))
        .collect()
}

pub(super) async fn page(holder: &Holder, before: &Before, refused: Option<(&Form, &Wrong)>) -> anyhow::Result<Page> {
    let findings: Vec<Value> =
        numbered(&before.gathered.findings).map(|(n, f)| json!({"n": n, "id": f.id, "words": f.words})).collect();
    let (kept, at) = Typed::of(holder).await?;
    let (until, agreed) = match before.report.stage() {
        Stage::WithProvider { facts, .. } => (in_full(facts.until), facts.agreed.as_ref()),
        _ => (String::new(), None),
    };
    let asks = &holder.pack()?.report.facts_window.asks;
    let facts = json!({"place": before.gathered.place.name, "until": until, "asks": asks, "findings": findings,
        "said": said(holder, before), "kept": at.is_some() && kept.has_answers(), "longest": super::typed::LONGEST,
        "agreed": agreed.map(|a| json!({"on": short(a.on, holder.today), "given_by": given(a.given_by.as_ref())}))});
    let page = Page::new("answers/facts.html", format!("{}: the facts", before.gathered.place.name), facts);
    Ok(match refused {
        Some((form, wrong)) => page.refused(form, wrong),
        None => page.filled(kept.values()),
    })
}

/// The fields of the form: one for each finding, one for everything else, and who says so.
fn fields(before: &Before) -> Vec<String> {
    let mut fields: Vec<String> = before.gathered.findings.iter().map(|f| format!("wrong_{}", f.id)).collect();
    fields.extend(["wrong_else", "name", "role"].map(str::to_owned));
    fields
}

pub(super) async fn sent(State(office): State<Shared>, holder: Holder, form: Form) -> Answer {
    let before = Before::of(&holder).await?;
    if !before.takes_facts(&holder) {
        return shown(&office, &holder, None).await;
    }
    let fields = fields(&before);
    let typed = Typed::of(&holder).await?.0.with(&form, &fields);
    let mut wrong = Problems::default();
    typed.not_too_long(&mut wrong);
    if !wrong.is_empty() {
        return shown(&office, &holder, Some((&form, &wrong))).await;
    }
    // Whatever happens next, what was typed is kept.
    typed.keep(&holder, "keep what a recipient typed").await?;
    if form.text("do") == "later" {
        return Ok(go_and_say(
            super::HERE,
            "It is kept. Nothing is sent yet; come back by the same link.",
            holder.secure,
        ));
    }
    let by = answerer(&form, &mut wrong);
    let agrees = form.text("do") == "agree";
    let says: Vec<(String, Option<String>)> = fields
        .iter()
        .filter_map(|field| Some((typed.text(field).to_owned(), field.strip_prefix("wrong_")?.to_owned())))
        .filter(|(says, _)| !says.is_empty())
        .map(|(says, finding)| (says, Some(finding).filter(|finding| finding != "else")))
        .collect();
    match (agrees, says.is_empty()) {
        (true, false) => wrong
            .add("main", "You wrote that something is wrong, and that the facts are right. Take out one of the two."),
        (false, true) => wrong.add("wrong_else", "Write what is wrong, or say below that the facts are right."),
        _ => {}
    }
    if !wrong.is_empty() {
        return shown(&office, &holder, Some((&form, &wrong))).await;
    }
    let on = holder.today;
    let name = holder.body.name.clone();
    let deeds: Vec<(Deed, Option<(String, String)>)> = if agrees {
        vec![(Deed::FactsAgreed { on, by: name, given_by: Some(by) }, None)]
    } else {
        let deed = |(says, finding): (String, Option<String>)| {
            let given_by = Some(by.clone());
            let deed =
                Deed::FactAnswered { on, by: name.clone(), says: says.clone(), outcome: None, decided: None, given_by };
            (deed, finding.map(|finding| (says, finding)))
        };
        says.into_iter().map(deed).collect()
    };
    for (deed, beside) in deeds {
        let beside = beside.as_ref().map(|(says, finding)| (says.as_str(), finding.as_str()));
        if let Err(refused) = take(&office, &holder, &deed, beside).await? {
            wrong.add("main", refused_words(&holder, &refused)?);
            return shown(&office, &holder, Some((&form, &wrong))).await;
        }
    }
    let left = Typed::default().with(&form, &["name".to_owned(), "role".to_owned()]);
    left.keep(&holder, "keep what a recipient typed").await?;
    holder.org.mark_link(&holder.link.id, Mark::Finished, holder.now).await?;
    let thanks = if agrees {
        "Thank you. It is kept that the facts are right."
    } else {
        "It is sent. The office decides what becomes of it, and writes that beside it."
    };
    Ok(go_and_say(super::HERE, thanks, holder.secure))
}
