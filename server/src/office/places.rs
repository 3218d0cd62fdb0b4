//! Places: looking one up among thousands, adding one, and saying who runs it and who pays for it.

use super::Shared;
use super::form::{Form, Problems, mark};
use super::page::{Answer, Failure, Page, go_and_say};
use super::people::choices_of_bodies;
use super::words::{counted, plain};
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::store::places::{NewPlace, PlaceSearch};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

/// The pages of places.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/office/places", get(list))
        .route("/office/places/new", get(new).post(add))
        .route("/office/places/{id}", get(one).post(change))
}

pub(super) const HERE: &str = "/office/places";
const A_PAGE: i64 = 30;

/// What is looked for, in the address.
#[derive(Debug, Default, Deserialize)]
struct Looked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: i64,
    #[serde(default)]
    closed: String,
}

async fn list(signed: Signed, Query(looked): Query<Looked>) -> Answer {
    let page = (looked.page - 1).max(0);
    let search = PlaceSearch { words: looked.q.clone(), closed_too: looked.closed == "yes", page, size: A_PAGE };
    let found = signed.org.places(search).await?;
    let rows: Vec<Value> = found
        .rows
        .iter()
        .map(|p| {
            json!({"id": p.id, "name": p.name, "kind": p.kind, "address": p.address, "postcode": p.postcode, "ods": p.ods,
                "provider": p.provider_name,
                "closed": p.closed_on.as_deref().and_then(|d| d.parse::<Date>().ok()).map(plain)})
        })
        .collect();
    let pages = (found.total + A_PAGE - 1) / A_PAGE;
    let total = counted(usize::try_from(found.total).unwrap_or(0), "place", "places");
    let facts = json!({"places": rows, "total": total, "none": found.total == 0, "q": looked.q, "closed": looked.closed == "yes",
        "page": page + 1, "pages": pages, "may_add": may_add(&signed)});
    Page::new("office/places.html", "Places", facts).show(&signed, HERE)
}

fn may_add(signed: &Signed) -> bool {
    signed.is(Role::Officer) || signed.is(Role::Administrator)
}

/// What a place is called that is none of the scheme's kinds.
const ANOTHER_KIND: &str = "other place";

/// `now` is the kind that a place has: a directory may know one that the scheme does not, and saving must not change it.
async fn choices(signed: &Signed, now: Option<&str>) -> anyhow::Result<Value> {
    let pack = signed.pack()?;
    let known = pack.places.iter().map(|k| json!({"value": k.code, "label": k.label}));
    let own = now.filter(|kind| *kind != ANOTHER_KIND && !pack.places.iter().any(|k| k.code == *kind));
    let own = own.map(|kind| json!({"value": kind, "label": super::words::capital(kind)}));
    let another = json!({"value": ANOTHER_KIND, "label": "Another kind of place"});
    let kinds: Vec<Value> = known.chain(own).chain([another]).collect();
    Ok(json!({"kinds": kinds, "bodies": choices_of_bodies(signed).await?}))
}

async fn new(signed: Signed) -> Answer {
    let facts = choices(&signed, None).await?;
    Page::new("office/place-new.html", "Add a place", facts).show(&signed, HERE)
}

async fn typed_place(signed: &Signed, form: &Form, id: String, problems: &mut Problems) -> anyhow::Result<NewPlace> {
    let place = NewPlace {
        id,
        name: problems.needed(form, "name", "Write the place’s name."),
        kind: problems.needed(form, "kind", "Say what kind of place it is."),
        provider: form.some("provider"),
        commissioner: form.some("commissioner"),
        address: form.text("address").replace('\n', ", "),
        postcode: form.text("postcode").to_uppercase(),
        ods: form.some("ods"),
        closed_on: problems.day(form, "closed_on").map(|d| d.to_string()),
    };
    for (field, body) in [("provider", &place.provider), ("commissioner", &place.commissioner)] {
        if let Some(body) = body
            && signed.org.body(body).await?.is_none()
        {
            problems.add(field, "Choose one of the list.");
        }
    }
    if let Some(ods) = &place.ods
        && signed.org.place_by_ods(ods).await?.is_some_and(|other| other.id != place.id)
    {
        problems.add("ods", format!("Another place has the code {ods}."));
    }
    Ok(place)
}

async fn add(State(office): State<Shared>, signed: Signed, form: Form) -> Answer {
    let mut problems = Problems::of(&form);
    let once = form.once().unwrap_or_default();
    // A code that this very place has by now is no other place's.
    let mut place = typed_place(&signed, &form, once.clone(), &mut problems).await?;
    if !problems.is_empty() {
        let facts = choices(&signed, None).await?;
        return Page::new("office/place-new.html", "Add a place", facts).refused(&form, &problems).show(&signed, HERE);
    }
    let name = place.name.clone();
    let added = |id: &str| go_and_say(&format!("{HERE}/{id}"), &format!("{name} is added."), office.secure);
    let there = signed.org.place(&once).await?;
    let same =
        there.map(|there| there.name == place.name && there.kind == place.kind && there.postcode == place.postcode);
    let Some(id) = super::made_once(&form, signed.now, same) else { return Ok(added(&once)) };
    place.id.clone_from(&id);
    signed.does("add a place", &id).add_place(place).await?;
    Ok(added(&id))
}

async fn one(signed: Signed, Path(id): Path<String>) -> Answer {
    place_page(&signed, &id, None).await
}

async fn place_page(signed: &Signed, id: &str, refused: Option<(&Form, &Problems)>) -> Answer {
    drawn(signed, id, refused).await?.show(signed, HERE)
}

async fn drawn(signed: &Signed, id: &str, refused: Option<(&Form, &Problems)>) -> Result<Page, Failure> {
    let place = signed.org.place(id).await?.ok_or(Failure::NotFound)?;
    let kind = signed.pack()?.place_kind(&place.kind);
    let no_right: Vec<Value> = signed
        .pack()?
        .no_right_for(&place.kind)
        .into_iter()
        .map(|n| json!({"plain": n.plain, "unless": n.unless, "citation": n.citation}))
        .collect();
    let visits: Vec<Value> = signed
        .org
        .visits()
        .await?
        .into_iter()
        .filter(|v| v.place == id)
        .map(|v| json!({"id": v.id, "when": super::visits::when_of(&v), "purpose": v.purpose}))
        .collect();
    let mut facts = choices(signed, Some(&place.kind)).await?;
    if let Value::Object(map) = &mut facts {
        map.insert("place".into(), json!(place));
        map.insert("seen".into(), json!(mark(&place)));
        map.insert("closed".into(), json!(place.closed_on.as_deref().and_then(|d| d.parse::<Date>().ok()).map(plain)));
        map.insert("why_not".into(), json!(kind.and_then(|k| k.why_not.clone())));
        map.insert("no_right".into(), json!(no_right));
        map.insert("visits".into(), json!(visits));
        map.insert("may_add".into(), json!(may_add(signed)));
        map.insert("may_plan".into(), json!(signed.is(Role::Officer)));
    }
    let one = |v: &Option<String>| v.iter().cloned().collect::<Vec<_>>();
    let values = json!({"name": [place.name], "kind": [place.kind], "provider": one(&place.provider),
        "commissioner": one(&place.commissioner), "address": [place.address], "postcode": [place.postcode],
        "ods": one(&place.ods), "closed_on": one(&place.closed_on)});
    let page = Page::new("office/place.html", place.name.clone(), facts);
    Ok(match refused {
        Some((form, problems)) => page.refused(form, problems),
        None => page.filled(values),
    })
}

async fn change(State(office): State<Shared>, signed: Signed, Path(id): Path<String>, form: Form) -> Answer {
    let there = signed.org.place(&id).await?.ok_or(Failure::NotFound)?;
    let mut problems = Problems::of(&form);
    let stale = problems.stale(&form, &mark(&there));
    let place = typed_place(&signed, &form, id.clone(), &mut problems).await?;
    if !problems.is_empty() {
        let mut page = drawn(&signed, &id, Some((&form, &problems))).await?;
        if stale {
            page = page.beside(&[
                ("Name", there.name),
                ("Kind", there.kind),
                ("Run by", there.provider_name.unwrap_or_default()),
                ("Paid for by", there.commissioner_name.unwrap_or_default()),
                ("Address", format!("{} {}", there.address, there.postcode)),
                ("NHS code", there.ods.unwrap_or_default()),
                ("Closed on", there.closed_on.unwrap_or_default()),
            ]);
        }
        return page.show(&signed, HERE);
    }
    let words = format!("What is written about {} is changed.", place.name);
    signed.does("change a place", &id).change_place(place).await?;
    Ok(go_and_say(&format!("{HERE}/{id}"), &words, office.secure))
}
