//! What is sealed: concerns, which only a safeguarding lead opens with their own words, and contacts, which the desk opens.
//! Others see a number and ages. What is opened is shown once and kept nowhere.

use super::Shared;
use super::form::{Form, Problems};
use super::page::{Answer, Page};
use super::words::{self, counted, short};
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::sealed;
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
    concerns_page(&office, &signed, Vec::new(), None).await?.show(&signed, CONCERNS)
}

/// `recovery` is the key that is shown this once, after a lead's key was made.
async fn concerns_page(
    office: &super::Office,
    signed: &Signed,
    opened: Vec<Value>,
    recovery: Option<String>,
) -> anyhow::Result<Page> {
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
        "lead": lead, "has_key": has_key, "opened": opened, "recovery": recovery, "steps": signed.pack()?.safeguarding.steps});
    Ok(Page::new("office/concerns.html", "Sealed concerns", facts))
}

async fn make_key(State(office): State<Shared>, signed: Signed, form: Form) -> Answer {
    let passphrase = form.text("passphrase");
    let there = signed.org.lead_keys().await?.iter().any(|k| k.person == signed.person);
    let there = there.then(|| "You have a key already; what is sealed to it would be lost with a new one.".to_owned());
    if let Some(why) = there.or_else(|| sealed::too_short(&passphrase)) {
        let problems = Problems::one("passphrase", why);
        let page = concerns_page(&office, &signed, Vec::new(), None).await?;
        return page.refused(&form, &problems).show(&signed, CONCERNS);
    }
    let (person, at) = (signed.person.clone(), signed.now);
    let (key, recovery) = tokio::task::spawn_blocking(move || sealed::lead_key(&person, &passphrase, at)).await??;
    signed.does("make a lead's key", &signed.person).set_lead_key(key).await?;
    // Answered with the page itself: a redirect would have to carry the recovery key in a cookie.
    concerns_page(&office, &signed, Vec::new(), Some(recovery)).await?.show(&signed, CONCERNS)
}

async fn open(State(office): State<Shared>, signed: Signed, form: Form) -> Answer {
    let keys = signed.org.lead_keys().await?;
    let key = keys.into_iter().find(|k| k.person == signed.person);
    let passphrase = form.text("passphrase");
    let private = match key {
        Some(key) => tokio::task::spawn_blocking(move || sealed::unwrap_lead(&key, &passphrase)).await?.ok(),
        None => None,
    };
    let Some(private) = private else {
        signed.record("try a lead's key in vain", &signed.person).await?;
        let why = "These words do not open the key. Nothing was changed: try again, or type the recovery key that was \
                   printed when the key was made.";
        let page = concerns_page(&office, &signed, Vec::new(), None).await?;
        return page.refused(&form, &Problems::one("passphrase", why)).show(&signed, CONCERNS);
    };
    signed.record("open the sealed concerns", &signed.person).await?;
    let names = super::notes::names(&signed.org).await?;
    let mut opened = Vec::new();
    for line in signed.org.sealed("concern").await?.iter().filter(|l| l.forgotten == 0) {
        let record = signed.org.sealed_record(&line.id).await?;
        let Some(wrapped) = record.wrapped else { continue };
        // One that is sealed to another lead's key stays shut and not read, and the others are shown.
        if let Ok(concern) = sealed::open_concern(&private, &wrapped, &record.ciphertext) {
            signed.does("read a concern", &line.id).keep_reading(&line.id, &signed.person, signed.now).await?;
            let (day, time) = words::local(concern.at, &office.zone);
            let by = names.get(&concern.by.to_string()).cloned().unwrap_or_default();
            opened.push(json!({"words": concern.words, "about": concern.about, "told": concern.told, "by": by,
                "at": format!("{}, {time}", short(day, signed.today))}));
        }
    }
    concerns_page(&office, &signed, opened, None).await?.show(&signed, CONCERNS)
}

async fn contacts(State(office): State<Shared>, signed: Signed) -> Answer {
    let lines = signed.org.sealed("contact").await?;
    let (mut rows, mut unread) = (Vec::new(), 0);
    if !lines.is_empty() {
        let desk = signed.org.desk_private().await?;
        let desk = SecretString::from(String::from_utf8_lossy(&desk).into_owned());
        for line in lines.iter().filter(|l| l.forgotten == 0) {
            let record = signed.org.sealed_record(&line.id).await?;
            let wrapped = record.wrapped.unwrap_or_default();
            match sealed::open_contact(&desk, &wrapped, &record.ciphertext) {
                Ok(contact) => {
                    signed.does("read a contact", &line.id).keep_reading(&line.id, &signed.person, signed.now).await?;
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
