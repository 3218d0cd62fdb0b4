//! Tablets: setting one up by a code that works once, retiring one, and the two ways out for what is kept of one and
//! not shown.

use super::form::{Form, Problems};
use super::page::{Answer, Failure, Page, go_and_say};
use super::words::{self, counted, list as listed};
use super::{Office, Shared, tablet_rows};
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::sync::{NewCode, new_code};
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use serde_json::{Value, json};

/// The pages of tablets.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route(HERE, get(page))
        .route("/office/tablets/enrol", post(enrol))
        .route("/office/tablets/{id}/retire", post(retire))
        .route("/office/tablets/{id}/look-again", post(look_again))
        .route("/office/tablets/{id}/write-again", post(write_again))
}

const HERE: &str = "/office/tablets";

async fn page(State(office): State<Shared>, signed: Signed) -> Answer {
    tablets_page(&office, &signed).await?.show(&signed, HERE)
}

async fn tablets_page(office: &Office, signed: &Signed) -> anyhow::Result<Page> {
    let pack = signed.pack()?;
    let people: Vec<Value> = signed
        .org
        .people()
        .await?
        .into_iter()
        .filter(|p| p.left_on.is_none())
        .map(|p| json!({"value": p.id, "label": p.name, "hint": pack.roles_words(&p.roles)}))
        .collect();
    let tablets = tablet_rows::rows(office, signed).await?;
    let stuck = tablets.iter().any(|tablet| tablet["kept"].as_array().is_some_and(|kept| !kept.is_empty()));
    let facts = json!({
        "tablets": tablets, "stuck": stuck, "people": people, "administrator": signed.is(Role::Administrator),
        "put_back": put_back(office, signed).await?,
    });
    Ok(Page::new("office/tablets.html", "Tablets", facts))
}

/// What is not here again since a copy of the record was put back, in words; nothing where all is, or none ever was.
async fn put_back(office: &Office, signed: &Signed) -> anyhow::Result<Option<Value>> {
    let Some(since) = signed.org.since_put_back().await? else { return Ok(None) };
    let mut lacks = Vec::new();
    if !since.not_heard.is_empty() {
        let names = words::list(&since.not_heard);
        lacks.push(format!(
            "Not heard since: {names}. What only these have is not here yet; ask their holders to open them."
        ));
    }
    let n = |n: i64| usize::try_from(n).unwrap_or_default();
    if since.waits > 0 {
        let notes = counted(n(since.waits), "note or correction stands", "notes or corrections stand");
        lacks.push(format!(
            "{notes} on earlier words that no tablet has brought. Nobody can read them before those come."
        ));
    }
    if since.photos > 0 {
        let photos = counted(n(since.photos), "photo is", "photos are");
        lacks.push(format!("{photos} named in a note, and no tablet has brought the picture."));
    }
    if !lacks.is_empty() && since.not_heard.is_empty() {
        lacks.push(
            "Every tablet has been heard since. What is missing above is only in a later backup, if anywhere.".into(),
        );
    }
    let on = words::in_full(words::local(since.at, &office.zone).0);
    Ok((!lacks.is_empty()).then(|| json!({"on": on, "lacks": lacks})))
}

async fn enrol(State(office): State<Shared>, signed: Signed, form: Form) -> Answer {
    let mut problems = Problems::of(&form);
    let people = signed.org.people().await?;
    let chosen: Vec<_> = people.iter().filter(|p| form.all("holder").contains(&p.id)).collect();
    if chosen.is_empty() {
        problems.add("holder", "Say who will write on it.");
        return tablets_page(&office, &signed).await?.refused(&form, &problems).show(&signed, HERE);
    }
    let code = NewCode {
        holders: chosen.iter().filter_map(|p| p.id.parse().ok()).collect(),
        by: signed.person.clone(),
        address: office.address.clone(),
        fingerprint: office.fingerprint.clone(),
    };
    let code = new_code(&signed.org, code, signed.now).await?;
    let names: Vec<&str> = chosen.iter().map(|p| p.name.as_str()).collect();
    let facts = json!({"code": code.to_string(), "holders": listed(&names)});
    Page::new("office/code.html", "A code", facts).show(&signed, HERE)
}

async fn retire(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let device = signed.org.device(&id).await?.ok_or(Failure::NotFound)?;
    let why = form.some("why").unwrap_or_else(|| "retired".to_owned());
    signed.does("retire a tablet", &id).revoke_device(&id, signed.now, &why).await?;
    Ok(go_and_say(HERE, &format!("{} is retired. It can send nothing more.", device.name), office.secure))
}

/// The first way out: what is held is looked at once more.
async fn look_again(State(office): State<Shared>, signed: Signed, Path(id): Path<String>) -> Answer {
    let device = signed.org.device(&id).await?.ok_or(Failure::NotFound)?;
    signed.does("look again at what is held of a tablet", &id).retry_held_of(&id).await?;
    let said =
        format!("What {} sent is looked at again. Load this page in a moment to see what came of it.", device.name);
    Ok(go_and_say(HERE, &said, office.secure))
}

/// The second: its tablet writes its values again.
async fn write_again(State(office): State<Shared>, signed: Signed, Path(id): Path<String>) -> Answer {
    let device = signed.org.device(&id).await?.ok_or(Failure::NotFound)?;
    signed.does("ask a tablet to write again what is held of it", &id).ask_again(&id).await?;
    let said = format!("{} is asked to write it again. It does so the next time it is heard.", device.name);
    Ok(go_and_say(HERE, &said, office.secure))
}
