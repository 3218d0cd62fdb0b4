//! `GET /sync/v1/feed`: what a tablet may know, in order. One SELECT at the start and none while it waits; a commit in
//! this process wakes it at once, one of another within a second. A tablet has one held feed, the process so many.

use super::door::{Caller, NothingNew, full, revoked};
use super::room::HeldFeed;
use crate::error::Error;
use crate::serve::{State, new_id};
use crate::store::OrgStore;
use crate::store::feed::{Feed as Found, FeedItem as Row, Piece};
use crate::store::gone::GoneItem;
use crate::store::grants::{GrantedItem, WithdrawnItem};
use crate::store::orgs::OrgItem;
use crate::store::people::PersonItem;
use crate::store::published::ChangeItem;
use crate::store::starts::Course;
use crate::store::taken::{ChangeState, StateItem};
use crate::store::visits::VisitItem;
use anyhow::Context as _;
use axum::extract::{Query, State as In};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use domain::ids::{OrgId, StoreId};
use domain::wire::{
    Bytes, Cursor, Feed, FeedItem, LONGEST_WAIT, Lead, Organisation, Person, Place, ProblemCode, Visit,
};
use serde::Deserialize;
use std::time::Duration;

/// The most items in one reply; a tablet asks again at once while there is more.
const MOST: i64 = 200;

/// Bytes after which a page ends when the tablet says nothing.
const LARGEST_PAGE: i64 = 512 * 1024;
/// After how many seconds a tablet asks again whose feed could not be held.
const NOT_HELD: u32 = 30;

/// The most revisions that a copy is believed to be behind: some years of an office's writing.
const FARTHEST: i64 = 1_000_000;

/// What of a pack the tablets' door looks at; the rest goes on as it was put.
#[derive(Deserialize)]
struct PackName {
    id: String,
    version: String,
}

#[derive(Deserialize)]
pub(super) struct Ask {
    after: Option<String>,
    #[serde(default)]
    wait: u64,
    /// 1: a tablet that lost its own changes asks for their bytes.
    #[serde(default)]
    own: u8,
    /// Bytes after which a page ends: a slow road breaks before a large one is through. 0 asks for no page.
    most: Option<i64>,
}

/// `GET /sync/v1/feed?after=CURSOR&wait=SECONDS`
pub(super) async fn feed(
    In(state): In<State>,
    Extension(caller): Extension<Caller>,
    Query(ask): Query<Ask>,
) -> Result<Response, Error> {
    let after = ask.after.as_deref().filter(|text| !text.is_empty()).map(After::read).transpose()?;
    let mut this = caller.org.course(after.map_or(0, After::revision)).await?;
    if never_was_there(&caller, &this, after).await? {
        // The tablet was told of what this store never wrote: then it is a copy that was put back, and from here on it
        // lives anew. Nobody can prove it, so it must be likely, and not be said every hour.
        let farthest = after.map(After::revision).into_iter().chain(caller.mark.map(|mark| mark.at.revision)).max();
        if farthest.is_some_and(|at| at.saturating_sub(this.rev) > FARTHEST) {
            return Err(Error::refused(
                "This place in the feed is farther than the office ever was. Nothing was done.",
            ));
        }
        let id = new_id(state.now())?.to_string();
        if !caller.org.begin_anew(&id, &this.store_id, &caller.device.to_string(), state.now()).await? {
            return Err(Error::problem(
                ProblemCode::Later,
                "The office began a new life of its record on this tablet's word less than a day ago. Everything on the \
                 tablet stays, and it asks again; ring the office if the record was put back twice.",
            ));
        }
        this = caller.org.course(0).await?;
    }
    let store: StoreId = this.store_id.parse().context("the store's id cannot be read")?;
    // Another life of the store (a restore, a move) is told from the beginning.
    let after = after.filter(|after| after.is_in(store));
    let revision = after.map_or(0, After::revision);
    // Said briefly, it is the furthest that the tablet was told: then there is nothing to look for.
    let is_all = |head: i64| matches!(after, Some(After::Place(place)) if place.revision == head);
    let device = caller.device.to_string();
    let piece =
        Piece { items: MOST, bytes: ask.most.unwrap_or(LARGEST_PAGE).clamp(0, LARGEST_PAGE), own: ask.own == 1 };
    // Whoever has words to send asks first only how far this record has come, and in which life.
    let mut found = match piece.bytes {
        0 => Found { items: Vec::new(), next: revision, head: this.rev },
        _ if is_all(this.rev) => Found { items: Vec::new(), next: revision, head: this.rev },
        _ => read(&state, &caller.org, &device, revision, piece).await?,
    };
    let patience = Duration::from_secs(ask.wait.min(LONGEST_WAIT));
    let mut not_held = false;
    if found.items.is_empty() && !patience.is_zero() && piece.bytes > 0 {
        match state.room.to_hold(caller.device) {
            Some(held) => {
                caller.at_work.rest();
                found = news(&state, &caller, held, (found.next, piece), patience).await?;
            }
            None => not_held = true,
        }
    }
    let mut response = match found.items.is_empty() && found.next == found.head && is_all(found.head) {
        true => {
            let mut response = StatusCode::NO_CONTENT.into_response();
            response.extensions_mut().insert(NothingNew);
            response
        }
        false => {
            let mut page = page(&this, store, found)?;
            who_may_join(&caller.org, &mut page, state.now()).await?;
            Json(page).into_response()
        }
    };
    if not_held {
        state.figures.later("no room to hold");
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(NOT_HELD));
    }
    Ok(response)
}

/// Where a tablet says that it has read up to.
#[derive(Clone, Copy)]
enum After {
    Cursor(Cursor),
    /// And it was told of nothing further.
    Place(Place),
}

impl After {
    fn read(text: &str) -> Result<Self, Error> {
        let read = text.parse().map(Self::Place).or_else(|_| text.parse().map(Self::Cursor));
        read.map_err(|_| Error::refused("This is not a place in the feed. The tablet begins again from the start."))
    }

    const fn revision(self) -> i64 {
        match self {
            Self::Cursor(cursor) => cursor.revision,
            Self::Place(place) => place.revision,
        }
    }

    fn is_in(&self, life: StoreId) -> bool {
        match self {
            Self::Cursor(cursor) => cursor.store == life,
            Self::Place(place) => place.is_in(life),
        }
    }
}

fn page(this: &Course, store: StoreId, found: Found) -> anyhow::Result<Feed> {
    let org: OrgId = this.org.parse().context("the organisation's id cannot be read")?;
    let mut items = Vec::new();
    for row in found.items {
        items.extend(told(org, row)?);
    }
    Ok(Feed { cursor: Cursor { store, revision: found.next }, items, more: found.next < found.head })
}

/// Says of each visit to come who could be added on the day, as it is judged now and not when the visit was told.
async fn who_may_join(org: &OrgStore, page: &mut Feed, now: i64) -> anyhow::Result<()> {
    let today = jiff::Timestamp::from_millisecond(now)?.to_zoned(crate::collate::zone()).date().to_string();
    for item in &mut page.items {
        let FeedItem::Visit(visit) = item else { continue };
        let to_come = visit.sessions.iter().any(|session| session.get(..10).is_some_and(|day| day >= today.as_str()));
        if visit.state == "planned" && to_come {
            let may = crate::office::fitness::cleared(org, &visit.id.to_string()).await?;
            visit.may_join = may.iter().map(|id| id.parse()).collect::<Result<_, _>>()?;
        }
    }
    Ok(())
}

/// Whether the tablet was told that this life of the record had come to where it never was.
async fn never_was_there(caller: &Caller, this: &Course, after: Option<After>) -> Result<bool, Error> {
    let life: StoreId = this.store_id.parse().context("the store's id cannot be read")?;
    let of_this_life = |at: &Cursor| at.store == life;
    if let Some(after) = after.filter(|after| after.is_in(life)) {
        let start = this.at_that.as_deref().map(str::parse).transpose().context("a start's id cannot be read")?;
        let is_another = matches!(after, After::Place(place) if !start.is_some_and(|start| place.is_since(start)));
        if after.revision() > this.rev || is_another {
            return Ok(true);
        }
    }
    match caller.mark.filter(|mark| of_this_life(&mark.at)) {
        Some(mark) => Ok(!caller.org.has_been_at(mark.at.revision, &mark.start.to_string()).await?),
        None => Ok(false),
    }
}

async fn read(state: &State, org: &OrgStore, device: &str, after: i64, piece: Piece) -> Result<Found, Error> {
    state.figures.feed_read();
    Ok(org.feed_piece_after(device, after, piece).await?)
}

/// Waits for news at most so long, and no longer than until the tablet asks anew. What it finds may be nothing.
async fn news(
    state: &State,
    caller: &Caller,
    held: HeldFeed,
    (after, piece): (i64, Piece),
    patience: Duration,
) -> Result<Found, Error> {
    let device = caller.device.to_string();
    let until = tokio::time::Instant::now() + patience;
    let mut found = Found { items: Vec::new(), next: after, head: after };
    while found.items.is_empty() {
        let left = until.saturating_duration_since(tokio::time::Instant::now());
        let woken = tokio::select! {
            woken = state.store.wait_beyond(caller.org.id(), found.next, left) => woken,
            () = held.ended() => false,
        };
        if !woken {
            break;
        }
        let _at_work = state.room.to_work().await.map_err(|late| full(state, late))?;
        // Revoking wakes it too, and ends a held request.
        if caller.org.device(&device).await?.is_none_or(|device| device.revoked_at.is_some()) {
            return Err(revoked());
        }
        found = read(state, &caller.org, &device, found.next, piece).await?;
    }
    Ok(found)
}

/// A row of the store as tablets read it; nothing for what they have no use for.
fn told(org: OrgId, row: Row) -> anyhow::Result<Option<FeedItem>> {
    let reference = row.reference;
    let bytes = row.bytes.map(Bytes);
    let payload = row.payload.as_str();
    Ok(match row.kind.as_str() {
        "org" => Some(FeedItem::Organisation(organisation(org, serde_json::from_str(payload)?)?)),
        "person" => Some(FeedItem::Person(person(serde_json::from_str(payload)?)?)),
        "pack" => {
            let pack: PackName = serde_json::from_str(payload)?;
            Some(FeedItem::Pack { id: pack.id, version: pack.version.parse()?, json: payload.to_owned() })
        }
        "visit" => Some(FeedItem::Visit(visit(serde_json::from_str(payload)?)?)),
        "granted" => {
            let granted: GrantedItem = serde_json::from_str(payload)?;
            Some(FeedItem::Granted {
                notebook: granted.notebook.parse()?,
                generation: u32::try_from(granted.generation)?,
                chunk: bytes.unwrap_or_default(),
            })
        }
        "gone" => {
            let gone: GoneItem = serde_json::from_str(payload)?;
            Some(FeedItem::Gone {
                notebook: gone.notebook.parse()?,
                generation: u32::try_from(gone.generation)?,
                entries: gone.entries.iter().map(|id| id.parse()).collect::<Result<_, _>>()?,
                follows: gone.follows,
            })
        }
        "withdrawn" => {
            let withdrawn: WithdrawnItem = serde_json::from_str(payload)?;
            // A visit and its notebook share their id; one line says it.
            (withdrawn.kind == "visit" || withdrawn.kind == "notebook")
                .then(|| withdrawn.id.parse().map(|notebook| FeedItem::Withdrawn { notebook }))
                .transpose()?
        }
        "change" => {
            let change: ChangeItem = serde_json::from_str(payload)?;
            let (notebook, hash) = (change.notebook.parse()?, reference.parse()?);
            Some(match bytes {
                Some(bytes) => FeedItem::Change { notebook, hash, bytes },
                // The tablet's own: it has the bytes, and learns that the office has them too.
                None => FeedItem::Fate { notebook, hash, held: None, again: false },
            })
        }
        "state" => {
            let state: StateItem = serde_json::from_str(payload)?;
            let (notebook, hash) = (state.notebook.parse()?, reference.parse()?);
            let again = state.again;
            match state.state {
                ChangeState::Held => {
                    Some(FeedItem::Fate { notebook, hash, held: Some(state.reason.unwrap_or_default()), again })
                }
                ChangeState::Waits => Some(FeedItem::Fate {
                    notebook,
                    hash,
                    held: Some(state.reason.unwrap_or_else(|| "It stands on something that has not come.".into())),
                    again,
                }),
                ChangeState::Taken | ChangeState::Published | ChangeState::Replaced => None,
            }
        }
        _ => None,
    })
}

fn organisation(id: OrgId, item: OrgItem) -> anyhow::Result<Organisation> {
    let lead = |lead: crate::store::orgs::LeadItem| {
        Ok(Lead {
            person: lead.person.parse()?,
            name: lead.name,
            phone: lead.phone.unwrap_or_default(),
            key: lead.public_key,
        })
    };
    Ok(Organisation {
        id,
        name: item.name,
        host: item.host,
        desk_key: item.desk_public.unwrap_or_default(),
        leads: item.leads.into_iter().map(lead).collect::<anyhow::Result<_>>()?,
    })
}

fn person(item: PersonItem) -> anyhow::Result<Person> {
    let roles: Vec<String> = serde_json::from_str(&item.roles)?;
    Ok(Person {
        id: item.id.parse()?,
        name: item.name,
        role: roles.into_iter().next().unwrap_or_default(),
        valid_until: item.valid_until,
        verified_by: item.check_seen_by,
        card_number: None,
    })
}

fn visit(item: VisitItem) -> anyhow::Result<Visit> {
    let VisitItem { visit, place, team } = item;
    let session = |s: crate::store::visits::Session| match s.from {
        Some(from) => format!("{} {from}", s.date),
        None => s.date,
    };
    let address = [place.address, place.postcode].into_iter().filter(|part| !part.is_empty());
    Ok(Visit {
        id: visit.id.parse()?,
        place: place.name,
        kind: place.kind,
        address: address.collect::<Vec<_>>().join(", "),
        provider: place.provider_name,
        purpose: visit.purpose,
        announcement: visit.announcement,
        sessions: visit.sessions.into_iter().map(session).collect(),
        team: team.into_iter().map(|member| member.person.parse()).collect::<Result<_, _>>()?,
        lead: visit.lead.map(|lead| lead.parse()).transpose()?,
        not_to_enter: Vec::new(),
        state: visit.state,
        may_join: Vec::new(),
    })
}
