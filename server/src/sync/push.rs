//! `POST /sync/v1/push`: changes for good keeping. What is answered *taken* is on disk; what it says is judged later,
//! behind this door. One bad change is refused with its reason and the rest goes on.

use super::chunk;
use super::door::{Caller, full, json};
use super::room::{AFTER_MENDING, AFTER_PUBLISHING};
use crate::error::Error;
use crate::serve::State;
use crate::store::audit::Deed;
use crate::store::notebooks::Entry;
use crate::store::taken::{About, Change, ChangeState, TakenChange, TooMuch, Took};
use axum::body::Bytes;
use axum::extract::State as In;
use axum::http::StatusCode;
use axum::{Extension, Json};
use domain::ids::{EntryId, NotebookId};
use domain::notebook::{Actor, Notebook, ProjectedEntry};
use domain::wire::{Fate, MOST_CHANGES, MOST_TAKEN_BACK, Push, Pushed, PushedChange, TakeBack};
use std::collections::BTreeMap;

/// The most changes that one push names as replaced: each is looked up by the one writer.
const MOST_REPLACED: usize = 4 * MOST_CHANGES;
/// What a push costs of which nothing could be taken, in requests.
const FOR_NOTHING: i64 = 20;

/// A change whose first page was read, and the notebook it is for.
struct Looked {
    place: usize,
    change: TakenChange,
}

/// `POST /sync/v1/push`
pub(super) async fn push(
    In(state): In<State>,
    Extension(caller): Extension<Caller>,
    body: Bytes,
) -> Result<Json<Pushed>, Error> {
    state.room.for_changes(&state).await?.map_err(|late| full(&state, late))?;
    let push: Push = json(&body)?;
    if push.changes.len() > MOST_CHANGES {
        let title = format!("More than {MOST_CHANGES} changes at once. None was taken; the tablet sends fewer.");
        return Err(Error::refused(title));
    }
    if push.changes.iter().map(|change| change.replaces.len()).sum::<usize>() > MOST_REPLACED {
        let title =
            format!("More than {MOST_REPLACED} changes would be replaced at once. None was taken; ring the office.");
        return Err(Error::refused(title));
    }
    if push.take_back.len() > MOST_TAKEN_BACK {
        let title =
            format!("More than {MOST_TAKEN_BACK} notes are to be taken out at once. None was; ring the office.");
        return Err(Error::refused(title));
    }
    let now = state.now();
    let mut fates = vec![None; push.changes.len()];
    let mut notebooks = Notebooks::new(&state, &caller);
    let mut good: Vec<Looked> = Vec::new();
    for (place, pushed) in push.changes.iter().enumerate() {
        match look(pushed, &mut notebooks).await? {
            Ok(change) => good.push(Looked { place, change }),
            Err(reason) => set(&mut fates, place, refused(reason)),
        }
    }
    let founding = notebooks.founding()?;
    let before = founding.len();
    let taken = founding.into_iter().chain(good.iter().map(|g| g.change.clone())).collect::<Vec<_>>();
    let device = caller.device.to_string();
    let took =
        match taken.is_empty() {
            true => Vec::new(),
            false => caller.org.take_changes_within(&device, taken, now, state.room.of_a_tablet()).await.map_err(
                |error| match error.downcast_ref::<TooMuch>() {
                    Some(why) => too_much(&state, &caller, *why),
                    None => error.into(),
                },
            )?,
        };
    for (looked, took) in good.iter().zip(took.into_iter().skip(before)) {
        set(&mut fates, looked.place, fate(&caller, &looked.change.hash, took).await?);
    }
    let fates: Vec<Fate> =
        fates.into_iter().map(|fate| fate.unwrap_or_else(|| refused("it was not looked at".into()))).collect();
    record_refusals(&caller, &push, &fates, now).await?;
    let (taking_back, taken_out) = take_back(&state, &caller, &push.take_back, now).await?;
    state.wake.notify_one();
    Ok(Json(Pushed { fates: push.changes.iter().map(|c| c.hash).zip(fates).collect(), taking_back, taken_out }))
}

fn set(fates: &mut [Option<Fate>], place: usize, fate: Fate) {
    if let Some(slot) = fates.get_mut(place) {
        *slot = Some(fate);
    }
}

fn refused(reason: String) -> Fate {
    Fate::Refused { reason }
}

/// The tablet itself has too much at the office that is not shown; the others go on.
fn too_much(state: &State, caller: &Caller, why: TooMuch) -> Error {
    state.figures.later("too much of one tablet");
    tracing::warn!(device = %caller.device, %why, "a push is asked to come again");
    // What was done for it was undone: it must not be asked for without end.
    state.pace.owe(caller.device, caller.org.id(), FOR_NOTHING);
    let (after, title) = match why {
        TooMuch::Unread => (
            AFTER_PUBLISHING,
            "The office has still to read much that this tablet sent. The rest is safe here, and it is sent in a while.",
        ),
        TooMuch::Stuck => (
            AFTER_MENDING,
            "The office holds many notes of this tablet. The rest is safe here; ask the office to look at the page of tablets.",
        ),
    };
    Error::Busy { status: StatusCode::SERVICE_UNAVAILABLE, after: after.0, title }
}

/// Reads the first page; the inner error is the reason for a refusal.
async fn look(pushed: &PushedChange, notebooks: &mut Notebooks<'_>) -> Result<Result<TakenChange, String>, Error> {
    let page = match chunk::read(&pushed.bytes.0) {
        Ok(page) => page,
        Err(error) => return Ok(Err(format!("This is no change of a notebook: {error}. It stays on the tablet."))),
    };
    if page.hash != pushed.hash {
        return Ok(Err("Its bytes are not those that its name says: it was damaged. It stays on the tablet.".into()));
    }
    let founding = page.actor == Actor::genesis();
    if founding && page.hash != Notebook::genesis(pushed.notebook).map_err(anyhow::Error::from)?.hash {
        return Ok(Err("It says that it founds this notebook, and does not. It stays on the tablet.".into()));
    }
    let about = match notebooks.about(pushed.notebook).await? {
        Ok(about) => about,
        Err(reason) => return Ok(Err(reason)),
    };
    let Ok(seq) = i64::try_from(page.seq) else { return Ok(Err("Its number is too large.".into())) };
    Ok(Ok(TakenChange {
        hash: page.hash.to_string(),
        notebook: pushed.notebook.to_string(),
        about,
        actor: page.actor.base().as_str().to_owned(),
        seq,
        deps: page.deps.iter().map(ToString::to_string).collect(),
        founding,
        relayed: pushed.relayed,
        replaces: pushed.replaces.iter().map(ToString::to_string).collect(),
        bytes: pushed.bytes.0.clone(),
    }))
}

async fn fate(caller: &Caller, hash: &str, took: Took) -> Result<Fate, Error> {
    Ok(match took {
        Took::Taken => Fate::Taken,
        Took::Waits | Took::Known(_) => match caller.org.change(hash).await? {
            // What another tablet brought is told to this one only if it may see the notebook: it has no more to do for it.
            Some(change)
                if matches!(change.state, ChangeState::Published | ChangeState::Taken)
                    && change.device != caller.device.to_string() =>
            {
                Fate::Published
            }
            Some(Change {
                state: ChangeState::Held | ChangeState::Waits | ChangeState::Replaced,
                reason: Some(reason),
                ..
            }) => Fate::Held { reason },
            _ => Fate::Taken,
        },
        Took::Gone => Fate::Gone,
        Took::AnothersActor => {
            refused("Another tablet writes under this name. It stays on the tablet; ring the office.".into())
        }
        Took::OtherNotebook => {
            refused("This notebook is about something else. It stays on the tablet; ring the office.".into())
        }
    })
}

/// Takes out what somebody asked not to be kept, where this tablet wrote it: no other may ask for a note. What has not been
/// read yet is not answered, and is asked for again. Answers what is being taken out, and what is not there any more.
async fn take_back(
    state: &State,
    caller: &Caller,
    asked: &[TakeBack],
    now: i64,
) -> Result<(Vec<EntryId>, Vec<EntryId>), Error> {
    let mut taking: BTreeMap<NotebookId, Vec<EntryId>> = BTreeMap::new();
    let mut out = Vec::new();
    for one in asked {
        match caller.org.entry(&one.entry.to_string()).await? {
            Some(entry) if is_its_own(&entry, caller, one)? => taking.entry(one.notebook).or_default().push(one.entry),
            Some(_) => tracing::warn!(device = %caller.device, "a tablet asks for a note of another to be taken out"),
            None if caller.org.taken_back(&one.notebook.to_string()).await?.contains(&one.entry.to_string()) => {
                out.push(one.entry);
            }
            None => {}
        }
    }
    // A notebook is founded again for it: that is work.
    if !taking.is_empty() {
        state.pace.owe(caller.device, caller.org.id(), FOR_NOTHING);
    }
    let who = format!("tablet {}", caller.device);
    for (notebook, entries) in &taking {
        let ids: Vec<String> = entries.iter().map(ToString::to_string).collect();
        let what = format!("asked that a note be taken out, because somebody took it back: {}", ids.join(" "));
        caller.org.record(Deed { at: now, who: who.clone(), what, subject: caller.device.to_string() }).await?;
        caller.org.take_back(&notebook.to_string(), ids, &who, now).await?;
    }
    // An older tablet looks only whether it was heard.
    Ok((taking.into_values().flatten().chain(out.iter().copied()).collect(), out))
}

/// Whether the note was written on this tablet, in the notebook that it names.
fn is_its_own(entry: &Entry, caller: &Caller, asked: &TakeBack) -> Result<bool, Error> {
    let read: ProjectedEntry = serde_json::from_str(&entry.json).map_err(anyhow::Error::from)?;
    Ok(entry.notebook == asked.notebook.to_string() && read.tablet == caller.device)
}

/// What is refused is recorded, by device and count; never its bytes.
async fn record_refusals(caller: &Caller, push: &Push, fates: &[Fate], now: i64) -> Result<(), Error> {
    let mut by_notebook: BTreeMap<NotebookId, usize> = BTreeMap::new();
    for (change, fate) in push.changes.iter().zip(fates) {
        if matches!(fate, Fate::Refused { .. }) {
            *by_notebook.entry(change.notebook).or_default() += 1;
        }
    }
    for (notebook, count) in by_notebook {
        tracing::warn!(device = %caller.device, %notebook, count, "changes were refused");
        let what = format!("{count} changes refused, for notebook {notebook}");
        let who = format!("tablet {}", caller.device);
        caller.org.record(Deed { at: now, who, what, subject: caller.device.to_string() }).await?;
    }
    Ok(())
}

/// What each notebook of a push is about, looked up once.
struct Notebooks<'a> {
    state: &'a State,
    caller: &'a Caller,
    seen: BTreeMap<NotebookId, Result<About, String>>,
    new: Vec<NotebookId>,
}

impl<'a> Notebooks<'a> {
    const fn new(state: &'a State, caller: &'a Caller) -> Self {
        Self { state, caller, seen: BTreeMap::new(), new: Vec::new() }
    }

    async fn about(&mut self, id: NotebookId) -> Result<Result<About, String>, Error> {
        if let Some(seen) = self.seen.get(&id) {
            return Ok(seen.clone());
        }
        let about = self.find(id).await?;
        self.seen.insert(id, about.clone());
        Ok(about)
    }

    async fn find(&mut self, id: NotebookId) -> Result<Result<About, String>, Error> {
        let (org, text) = (&self.caller.org, id.to_string());
        let (about, is_there) = org.about_notebook(&text).await?;
        if is_there {
            return Ok(Ok(about));
        }
        if self.state.store.is_another_orgs(org.id(), &text).await? {
            return Ok(Err(
                "This visit is another organisation's. It was not taken, and stays on the tablet; ring the office."
                    .into(),
            ));
        }
        self.new.push(id);
        Ok(Ok(about))
    }

    /// The first change of each new notebook, made here: its bytes are the same everywhere, so nobody need send it.
    fn founding(&self) -> Result<Vec<TakenChange>, Error> {
        let mut founding = Vec::new();
        for id in &self.new {
            let genesis = Notebook::genesis(*id).map_err(anyhow::Error::from)?;
            let Some(Ok(about)) = self.seen.get(id) else { continue };
            founding.push(TakenChange {
                hash: genesis.hash.to_string(),
                notebook: id.to_string(),
                about: about.clone(),
                actor: genesis.actor.as_str().to_owned(),
                seq: 1,
                deps: Vec::new(),
                founding: true,
                relayed: false,
                replaces: Vec::new(),
                bytes: genesis.bytes,
            });
        }
        Ok(founding)
    }
}
