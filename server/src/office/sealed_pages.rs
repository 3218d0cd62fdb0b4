//! What is sealed: concerns, which only a safeguarding lead opens with their own words, and contacts, which the desk opens.
//! Others see a number and ages. What is opened is shown once and kept nowhere.

use super::Shared;
use super::form::{Form, Problems};
use super::page::{Answer, Page, go_and_say};
use super::words::{self, counted, short};
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::sealed;
use crate::store::orgs::LeadKey;
use age::secrecy::SecretString;
use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use serde_json::{Value, json};

/// The pages of what is sealed.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route(CONCERNS, get(concerns))
        .route("/office/concerns/open", post(open))
        .route("/office/concerns/key", post(make_key))
        .route("/office/contacts", get(contacts))
}

const CONCERNS: &str = "/office/concerns";

async fn concerns(State(office): State<Shared>, signed: Signed) -> Answer {
    concerns_page(&office, &signed, Vec::new()).await?.show(&signed, CONCERNS)
}

async fn concerns_page(office: &super::Office, signed: &Signed, opened: Vec<Value>) -> anyhow::Result<Page> {
    let lines = signed.org.sealed("concern").await?;
    let rows: Vec<Value> = lines
        .iter()
        .map(|line| {
            let (day, _) = words::local(line.received_at, &office.zone);
            let days = day.until(signed.today).map_or(0, |span| span.get_days());
            let age =
                if days == 0 { "today".to_owned() } else { counted(usize::try_from(days).unwrap_or(0), "day", "days") };
            json!({"on": short(day, signed.today), "age": age, "readings": line.readings})
        })
        .collect();
    let lead = signed.is(Role::SafeguardingLead);
    let has_key = signed.org.lead_keys().await?.iter().any(|k| k.person == signed.person);
    let facts = json!({"total": format!("{}.", words::capital(&counted(lines.len(), "concern", "concerns"))), "concerns": rows,
        "lead": lead, "has_key": has_key, "opened": opened, "steps": signed.pack()?.safeguarding.steps});
    Ok(Page::new("office/concerns.html", "Sealed concerns", facts))
}

async fn make_key(State(office): State<Shared>, signed: Signed, form: Form) -> Answer {
    let passphrase = form.text("passphrase");
    let there = signed.org.lead_keys().await?.iter().any(|k| k.person == signed.person);
    if passphrase.chars().count() < crate::auth::password::SHORTEST || there {
        let why = if there {
            "You have a key already; what is sealed to it would be lost with a new one."
        } else {
            "Take at least 10 characters."
        };
        let problems = Problems::one("passphrase", why);
        return concerns_page(&office, &signed, Vec::new()).await?.refused(&form, &problems).show(&signed, CONCERNS);
    }
    let (public_key, by_passphrase) = tokio::task::spawn_blocking(move || {
        let pair = sealed::new_pair();
        sealed::wrap(&pair.private, &passphrase).map(|wrapped| (pair.public, wrapped))
    })
    .await??;
    let key =
        LeadKey { person: signed.person.clone(), public_key, by_passphrase, by_recovery: None, made_at: signed.now };
    signed.org.set_lead_key(key).await?;
    Ok(go_and_say(CONCERNS, "Your key is made. Tablets hear of it with their next signal.", office.secure))
}

async fn open(State(office): State<Shared>, signed: Signed, form: Form) -> Answer {
    let keys = signed.org.lead_keys().await?;
    let wrapped = keys.into_iter().find(|k| k.person == signed.person).map(|k| k.by_passphrase).unwrap_or_default();
    let passphrase = form.text("passphrase");
    let private = tokio::task::spawn_blocking(move || sealed::unwrap(&wrapped, &passphrase)).await?;
    let Ok(private) = private else {
        let problems = Problems::one("passphrase", "These words do not open the key. Nothing was changed; try again.");
        return concerns_page(&office, &signed, Vec::new()).await?.refused(&form, &problems).show(&signed, CONCERNS);
    };
    let names = super::notes::names(&signed.org).await?;
    let mut opened = Vec::new();
    for line in signed.org.sealed("concern").await?.iter().filter(|l| l.forgotten == 0) {
        let record = signed.org.read_sealed(&line.id, &signed.person, signed.now).await?;
        let Some(wrapped) = record.wrapped else { continue };
        // One that is sealed to another lead's key stays shut, and the others are shown.
        if let Ok(concern) = sealed::open_concern(&private, &wrapped, &record.ciphertext) {
            let (day, time) = words::local(concern.at, &office.zone);
            let by = names.get(&concern.by.to_string()).cloned().unwrap_or_default();
            opened.push(json!({"words": concern.words, "about": concern.about, "told": concern.told, "by": by,
                "at": format!("{}, {time}", short(day, signed.today))}));
        }
    }
    concerns_page(&office, &signed, opened).await?.show(&signed, CONCERNS)
}

async fn contacts(State(office): State<Shared>, signed: Signed) -> Answer {
    let lines = signed.org.sealed("contact").await?;
    let (mut rows, mut unread) = (Vec::new(), 0);
    if !lines.is_empty() {
        let desk = signed.org.desk_private().await?;
        let desk = SecretString::from(String::from_utf8_lossy(&desk).into_owned());
        for line in lines.iter().filter(|l| l.forgotten == 0) {
            let record = signed.org.read_sealed(&line.id, &signed.person, signed.now).await?;
            let wrapped = record.wrapped.unwrap_or_default();
            match sealed::open_contact(&desk, &wrapped, &record.ciphertext) {
                Ok(contact) => {
                    let (day, _) = words::local(line.received_at, &office.zone);
                    let place = match &line.notebook {
                        Some(notebook) => signed.org.visit(notebook).await?.map(|v| v.place_name),
                        None => None,
                    };
                    rows.push(json!({"name": contact.name, "how": contact.how, "wants": contact.wants, "on": short(day, signed.today), "place": place}));
                }
                Err(_) => unread += 1,
            }
        }
    }
    let unread = (unread > 0).then(|| {
        format!(
            "{} could not be opened: sealed to another key, or changed on the way.",
            counted(unread, "record", "records")
        )
    });
    Page::new("office/contacts.html", "People who want to hear", json!({"contacts": rows, "unread": unread}))
        .show(&signed, "/office")
}
