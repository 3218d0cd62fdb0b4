//! What is asked of a recipient, and their answer: three choices, words and a day for each, kept until it is read through and
//! sent. Several replies stand after each other; the last word on each recommendation counts.

use super::typed::{Typed, Wrong};
use super::{Before, REPLY, answerer, at_words, given, refused_words, shown, take};
use crate::auth::holder::Holder;
use crate::office::form::{Form, Problems};
use crate::office::page::{Answer, Failure, Page, go_and_say};
use crate::office::words::{self, in_full, short};
use crate::office::{Office, Shared, distance_words};
use crate::reports::{Block, Document};
use crate::store::links::Mark;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect};
use domain::report::{Addressee, Deed, Duty, Promise, Reply, Will};
use serde_json::{Value, json};

const CHOICES: [(&str, Will, &str); 3] =
    [("yes", Will::Yes, "We will"), ("in part", Will::InPart, "We will, in part"), ("no", Will::No, "We will not")];

fn chosen(word: &str) -> Option<(Will, &'static str)> {
    CHOICES.iter().find(|(value, ..)| *value == word).map(|(_, will, label)| (*will, *label))
}

fn label(will: Will) -> &'static str {
    CHOICES.iter().find(|(_, of, _)| *of == will).map_or("", |(.., label)| label)
}

/// What the place does well, in words; photos by what they show.
fn good_practice(document: &Document) -> Vec<String> {
    let section = document.sections.iter().find(|section| section.code == "good practice");
    let line = |block: &Block| match block {
        Block::Observation(seen) => Some(seen.runs.iter().map(|run| run.words.as_str()).collect::<String>()),
        Block::Quote(quote) if quote.words.is_proven() => Some(format!("“{}”", quote.words.words())),
        Block::Photo(photo) => Some(photo.shows.clone()),
        _ => None,
    };
    section.into_iter().flat_map(|section| &section.blocks).filter_map(line).filter(|line| !line.is_empty()).collect()
}

pub(super) async fn page(
    office: &Office,
    holder: &Holder,
    before: &Before,
    refused: Option<(&Form, &Wrong)>,
) -> Result<Page, Failure> {
    let addressee = before.addressee(holder).ok_or(Failure::NotFound)?;
    let (kept, at) = Typed::of(holder).await?;
    let asks = asks(office, holder, before, addressee).await?;
    let passed_on = holder.link.parent.is_some();
    let document = before.gathered.document();
    let distance = domain::clock::distance(holder.today, addressee.until, &office.calendar).ok();
    let answered = before.asked(holder).iter().all(|n| addressee.answer_to(*n).is_some());
    let facts = json!({
        "place": before.gathered.place.name, "until": in_full(addressee.until), "obliged": addressee.duty == Duty::Due,
        "distance": distance.map(|d| distance_words(d, addressee.duty)), "answered": answered && addressee.own_replies().next().is_some(),
        "good": if passed_on { Vec::new() } else { good_practice(&document) }, "passed_on": passed_on, "told": holder.link.told,
        "facts_said": if passed_on { Vec::new() } else { super::facts::said(holder, before) },
        "asks": asks, "replies": replies(holder, before, addressee), "kept": at.map(|at| at_words(office, at)), "typed": kept.has_answers(),
        "may_pass": !passed_on && !asks.is_empty(), "longest": super::typed::LONGEST,
    });
    let page = Page::new("answers/asks.html", format!("{}: your answer", before.gathered.place.name), facts);
    Ok(match refused {
        // A small form of this page sends its own fields alone: what is kept stands in the others all the same.
        Some((form, wrong)) => page.filled(kept.values()).laid_over(form, wrong),
        None => page.filled(kept.values()),
    })
}

/// The recommendations that are theirs, each with why it is asked, to whom it was passed, and what was answered last.
async fn asks(office: &Office, holder: &Holder, before: &Before, addressee: &Addressee) -> anyhow::Result<Vec<Value>> {
    let gathered = &before.gathered;
    let links = holder.org.links_of(&holder.link.report).await?;
    let passed = |n: u32| {
        let own = links.iter().filter(|l| l.parent.as_deref() == Some(holder.link.id.as_str()) && l.ended_at.is_none());
        let last = own.rev().find(|link| link.part().is_some_and(|part| part.contains(&n)))?;
        let state = match (last.finished_at, last.opened_at) {
            (Some(at), _) => format!("answered {}", at_words(office, at)),
            (None, Some(at)) => format!("opened {}", at_words(office, at)),
            (None, None) => "not opened yet".to_owned(),
        };
        Some(json!({"told": last.told, "state": state}))
    };
    let mut rows = Vec::new();
    for n in before.asked(holder) {
        let ask = usize::try_from(n).ok().and_then(|n| n.checked_sub(1)).and_then(|at| gathered.asks.get(at));
        let text = before.report.words().recommendations().iter().find(|r| r.n == n).map(|r| r.text.clone());
        let because: Vec<String> = ask.map(|ask| crate::office::comes_from(&ask.source)).unwrap_or_default();
        let because: Vec<&str> =
            gathered.findings.iter().filter(|f| because.contains(&f.id)).map(|f| f.words.as_str()).collect();
        let last = addressee.answer_to(n);
        rows.push(json!({"n": n, "text": text, "because": because, "passed": passed(n),
            "answered": last.map(promised)}));
    }
    Ok(rows)
}

fn promised(promise: &Promise) -> Value {
    json!({"n": promise.n, "will": label(promise.will), "what": promise.what, "by": promise.by.map(in_full)})
}

/// What was sent before, newest last; for a part that was passed on, only what answers it.
fn replies(holder: &Holder, before: &Before, addressee: &Addressee) -> Vec<Value> {
    let asked = before.asked(holder);
    let part = holder.link.parent.is_some();
    let shown = |(nth, reply): (usize, &Reply)| {
        let answers: Vec<Value> = reply.answers.iter().filter(|p| asked.contains(&p.n)).map(promised).collect();
        (!part || !answers.is_empty()).then(|| {
            json!({"nth": nth, "on": short(reply.on, holder.today), "given_by": given(reply.given_by.as_ref()), "answers": answers,
                "acknowledgement": if part { "" } else { reply.acknowledgement.as_str() },
                "disowned": reply.disowned.as_ref().map(|d| json!({"on": short(d.on, holder.today), "why": d.why}))})
        })
    };
    (1..).zip(&addressee.replies).filter_map(shown).collect()
}

pub(super) fn fields(asked: &[u32], part: bool) -> Vec<String> {
    let each = asked.iter().flat_map(|n| [format!("will_{n}"), format!("what_{n}"), format!("by_{n}")]);
    let mut fields: Vec<String> = each.collect();
    if !part {
        fields.push("acknowledgement".to_owned());
    }
    fields
}

/// The answers that are ready, and what is wrong with the others.
fn answers(typed: &Typed, asked: &[u32], wrong: &mut Wrong) -> Vec<Promise> {
    let form = typed.form();
    let mut ready = Vec::new();
    for n in asked {
        let (what, field) = (typed.text(&format!("what_{n}")).to_owned(), format!("what_{n}"));
        let by = wrong.day(&form, &format!("by_{n}"));
        match chosen(typed.text(&format!("will_{n}"))) {
            Some(_) if what.is_empty() => {
                wrong.add(field, format!("Say what you will do about recommendation {n}, or why not."));
            }
            Some((will, _)) => ready.push(Promise { n: *n, will, what, by }),
            None if !what.is_empty() || by.is_some() => {
                wrong.add(format!("will_{n}"), format!("Choose whether you will follow recommendation {n}."));
            }
            None => {}
        }
    }
    ready
}

/// A link that asks which facts are wrong answers nothing else.
fn answers_here(holder: &Holder) -> Result<(), Failure> {
    if holder.link.purpose == REPLY { Ok(()) } else { Err(Failure::NotFound) }
}

pub(super) async fn keep(State(office): State<Shared>, holder: Holder, form: Form) -> Answer {
    answers_here(&holder)?;
    let before = Before::of(&holder).await?;
    let asked = before.asked(&holder);
    let fields = fields(&asked, holder.link.parent.is_some());
    let typed = Typed::of(&holder).await?.0.with(&form, &fields);
    let mut wrong = Problems::default();
    typed.not_too_long(&mut wrong);
    if !wrong.is_empty() {
        return shown(&office, &holder, Some((&form, &wrong))).await;
    }
    typed.keep(&holder, "keep what a recipient typed").await?;
    if form.text("do") != "read" {
        return Ok(go_and_say(
            super::HERE,
            "It is kept. Nothing is sent yet; come back by the same link.",
            holder.secure,
        ));
    }
    let ready = answers(&typed, &asked, &mut wrong);
    if wrong.is_empty() && ready.is_empty() && typed.text("acknowledgement").is_empty() {
        wrong.add("asks", "Nothing is answered yet. Choose at least one answer, then read it through.");
    }
    if !wrong.is_empty() {
        return shown(&office, &holder, Some((&form, &wrong))).await;
    }
    Ok(Redirect::to("/answer/read").into_response())
}

pub(super) async fn read(holder: Holder) -> Answer {
    answers_here(&holder)?;
    let before = Before::of(&holder).await?;
    let (typed, _) = Typed::of(&holder).await?;
    read_page(&holder, &before, &typed, None)?.show_to(&holder)
}

/// What is about to be sent, and who sends it.
fn read_page(
    holder: &Holder,
    before: &Before,
    typed: &Typed,
    refused: Option<(&Form, &Wrong)>,
) -> Result<Page, Failure> {
    let addressee = before.addressee(holder).ok_or(Failure::NotFound)?;
    let asked = before.asked(holder);
    let ready = answers(typed, &asked, &mut Problems::default());
    let text = |n: u32| before.report.words().recommendations().iter().find(|r| r.n == n).map(|r| r.text.clone());
    let open: Vec<String> = asked
        .iter()
        .filter(|n| !ready.iter().any(|p| p.n == **n) && addressee.answer_to(**n).is_none())
        .map(ToString::to_string)
        .collect();
    let rows: Vec<Value> = ready.iter().map(|p| json!({"text": text(p.n), "answer": promised(p)})).collect();
    let facts = json!({"place": before.gathered.place.name, "answers": rows, "open": words::list(&open), "many": open.len() > 1,
        "acknowledgement": typed.text("acknowledgement"), "body": holder.body.name, "seen": typed.mark()});
    let page = Page::new("answers/read.html", format!("{}: read it through", before.gathered.place.name), facts);
    Ok(match refused {
        Some((form, wrong)) => page.refused(form, wrong),
        None => page.filled(typed.values()),
    })
}

pub(super) async fn send(State(office): State<Shared>, holder: Holder, form: Form) -> Answer {
    answers_here(&holder)?;
    let before = Before::of(&holder).await?;
    let who = ["name".to_owned(), "role".to_owned()];
    let typed = Typed::of(&holder).await?.0.with(&form, &who);
    let mut wrong = Problems::default();
    typed.not_too_long(&mut wrong);
    let by = answerer(&form, &mut wrong);
    let ready = answers(&typed, &before.asked(&holder), &mut wrong);
    let acknowledgement = typed.text("acknowledgement").to_owned();
    if ready.is_empty() && acknowledgement.is_empty() {
        // Sent a second time, or from an old page: what was there to send is gone from here because it went.
        return Ok(go_and_say(
            super::HERE,
            "There was nothing more to send. What was sent stands below.",
            holder.secure,
        ));
    }
    if form.some("seen").is_some_and(|seen| seen != typed.mark()) {
        wrong.add("main", "Something was changed here since you read it through. It stands below as it is kept now: read it again, then send it.");
    }
    if wrong.is_empty() {
        let deed = Deed::Reply {
            on: holder.today,
            by: holder.body.name.clone(),
            acknowledgement,
            answers: ready,
            given_by: Some(by),
        };
        match take(&office, &holder, &deed, None).await? {
            Ok(after) => {
                Typed::default().with(&form, &who).keep(&holder, "keep what a recipient typed").await?;
                finish(&holder, &after).await?;
                let said =
                    "It is sent, and stands below as the office has it. Print this page if you want it on paper.";
                return Ok(go_and_say(super::HERE, said, holder.secure));
            }
            Err(refused) => wrong.add("main", refused_words(&holder, &refused)?),
        }
    }
    read_page(&holder, &before, &typed, Some((&form, &wrong)))?.show_to(&holder)
}

/// Marks the link as finished once all that it asks is answered.
async fn finish(holder: &Holder, after: &domain::report::Report) -> anyhow::Result<()> {
    let Some(addressee) = after.addressee(&holder.body.name) else { return Ok(()) };
    let asked = holder.link.part().unwrap_or_else(|| addressee.recommendations.clone());
    if asked.iter().all(|n| addressee.answer_to(*n).is_some()) {
        holder.org.mark_link(&holder.link.id, Mark::Finished, holder.now).await?;
    }
    Ok(())
}

/// *This was not us*: a reply that came in their name and is not theirs.
pub(super) async fn disown(State(office): State<Shared>, holder: Holder, form: Form) -> Answer {
    answers_here(&holder)?;
    if holder.link.parent.is_some() {
        return Err(Failure::NotFound);
    }
    let mut wrong = Problems::default();
    let why = wrong.needed(&form, "why", "Say why it is not yours.");
    let by = answerer(&form, &mut wrong);
    if wrong.is_empty() {
        let reply = form.text("reply").parse().unwrap_or(0);
        let name = holder.body.name.clone();
        let deed = Deed::Disowned { on: holder.today, by: name, reply, why, said_by: Some(by) };
        match take(&office, &holder, &deed, None).await? {
            Ok(_) => {
                let said = "It is kept that this was not yours. It answers nothing any more; both are kept.";
                return Ok(go_and_say(super::HERE, said, holder.secure));
            }
            Err(refused) => wrong.add("main", refused_words(&holder, &refused)?),
        }
    }
    shown(&office, &holder, Some((&form, &wrong))).await
}
