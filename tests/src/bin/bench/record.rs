//! A record filled by the office's own store in this process, as its pages and a tablet's pushes would fill it; the road
//! would take hours for a hundred thousand notebooks. One office, Asha, tablets of hers, visits of hers.

use anyhow::{Context, Result};
use domain::entry::{Entry, Observation};
use domain::ids::{DeviceId, EntryId, NotebookId, PersonId};
use domain::notebook::{Actor, NewChange, Notebook, Stamp};
use domain::wire::{Bytes, PushedChange};
use ed25519_dalek::SigningKey;
use journeys::light::Light;
use journeys::server::{Server, command, command_told};
use server::store::devices::{NewCode, NewDevice};
use server::store::places::NewPlace;
use server::store::taken::{About, TakenChange};
use server::store::visits::{NewVisit, Session};
use server::store::{OrgStore, Store};
use server::sync::chunk;
use sha2::{Digest as _, Sha256};
use std::path::PathBuf;
use tempfile::TempDir;
use uuid::Uuid;

/// Whose all is.
pub const ASHA: &str = "Asha Patel";
/// Monday 2 November 2026, ten o'clock in London.
pub const MONDAY: i64 = 1_793_613_600_000;
/// Tasks that fill at the same time: what waits for the store goes into one commit.
const HANDS: usize = 48;
/// What her notes are made of.
const WORDS: [&str; 16] = [
    "the", "trolley", "came", "late", "and", "nobody", "said", "that", "call", "bells", "rang", "for", "minutes", "in",
    "lounge", "again",
];

/// The record of one office, and what is needed to write in it.
pub struct Record {
    pub folder: TempDir,
    pub data: PathBuf,
    pub asha: PersonId,
    org: String,
    place: String,
    tablets: usize,
    visits: usize,
}

/// A tablet that the office knows.
#[derive(Clone)]
pub struct Known {
    pub id: DeviceId,
    pub key: SigningKey,
}

impl Record {
    pub async fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        std::fs::create_dir_all(&data)?;
        let org = ["org", "add", "--name", "Sutton LINk", "--host", "Sutton CVS", "--scheme", "link-2008"];
        command(&data, &org).await?;
        let asha = ["person", "add", "--name", ASHA, "--role", "authorised representative", "--password-stdin"];
        command_told(&data, &asha, &journeys::password()?).await?;
        let store = Store::open(&data, None).await?;
        let org = store.org_ids().await?.pop().context("the organisation")?;
        let here = store.org(&org);
        let asha = here.people().await?.into_iter().find(|person| person.name == ASHA).context("Asha")?.id.parse()?;
        let (id, name, kind) = (numbered(3, 0).to_string(), "Hazel Court".to_owned(), "care home".to_owned());
        let place = NewPlace { id: id.clone(), name, kind, ..NewPlace::default() };
        here.add_place(place).await?;
        store.close().await;
        Ok(Self { folder, data, asha, org, place: id, tablets: 0, visits: 0 })
    }

    /// The record, open in this process as well as wherever else it is.
    pub async fn open(&self) -> Result<(Store, OrgStore)> {
        let store = Store::open(&self.data, None).await?;
        let org = store.org(&self.org);
        Ok((store, org))
    }

    /// The organisation's id.
    pub fn org_id(&self) -> &str {
        &self.org
    }

    pub async fn serve(&self) -> Result<Server> {
        Server::start(&self.data, &self.folder.path().join("server.log"), 0).await
    }

    /// So many more tablets of hers.
    pub async fn tablets(&mut self, n: usize) -> Result<Vec<Known>> {
        let (store, org) = self.open().await?;
        let mut known = Vec::new();
        for _ in 0..n {
            self.tablets += 1;
            let key = SigningKey::from_bytes(&Sha256::digest(format!("tablet {}", self.tablets)).into());
            let (id, code) = (DeviceId::new(numbered(5, self.tablets)), format!("{:064x}", self.tablets));
            let holders = vec![self.asha.to_string()];
            org.add_code(NewCode { hash: code.clone(), holders, made_by: "operator".into(), expires_at: i64::MAX })
                .await?;
            let device = NewDevice {
                id: id.to_string(),
                name: format!("tablet {}", self.tablets),
                verifying_key: hex::encode(key.verifying_key().to_bytes()),
                version: None,
                at: MONDAY,
            };
            org.use_code(&code, device).await?;
            known.push(Known { id, key });
        }
        store.close().await;
        Ok(known)
    }

    /// So many more visits of hers, each with so many notes from this tablet, taken and published.
    pub async fn fill(&mut self, by: &Known, visits: usize, notes: usize) -> Result<Vec<NotebookId>> {
        let (store, org) = self.open().await?;
        let first = self.visits;
        self.visits += visits;
        let all: Vec<NotebookId> = (first..self.visits).map(|n| NotebookId::new(numbered(6, n))).collect();
        let mut hands = tokio::task::JoinSet::new();
        for hand in 0..HANDS {
            let mine: Vec<_> = all.iter().copied().enumerate().skip(hand).step_by(HANDS).collect();
            let pen = Pen { org: org.clone(), place: self.place.clone(), asha: self.asha, tablet: by.id };
            hands.spawn(async move {
                for (n, visit) in mine {
                    pen.visit(visit).await?;
                    if notes > 0 {
                        pen.notebook(visit, first + n, notes).await?;
                    }
                }
                anyhow::Ok(())
            });
        }
        while let Some(done) = hands.join_next().await {
            done??;
        }
        store.close().await;
        Ok(all)
    }

    /// One of her visits as the office plans it; written again it is news to her tablets.
    pub fn plan(&self, visit: NotebookId, purpose: &str) -> NewVisit {
        planned(visit, &self.place, self.asha, purpose)
    }
}

/// The tablet without a store, at this server.
pub fn light(of: &Known, server: &Server) -> Result<Light> {
    let fingerprint = std::fs::read_to_string(server.data().join("address"))?.lines().nth(1).map(str::to_owned);
    Light::new(of.id, of.key.clone(), &server.address, fingerprint.as_deref())
}

/// A visit's notebook of so many notes of some twenty words, in as many changes; the first founds it.
pub fn notes(visit: NotebookId, by: PersonId, tablet: DeviceId, number: usize, notes: usize) -> Result<Notebook> {
    let mut chance = fastrand::Rng::with_seed(number as u64);
    let mut book = Notebook::found(visit, &Actor::new((number as u128 + 1).to_be_bytes()))?;
    for n in 0..notes {
        let number_here = i64::try_from(n)? + 1;
        let at = MONDAY + number_here * 60_000;
        let stamp = Stamp { by, at, tablet, number: number_here, skew: 0, pack: "link-2008/1".into() };
        let words: Vec<&str> = (0..20).filter_map(|_| chance.choice(WORDS)).collect();
        let (area, words) = (Some("lounge".into()), words.join(" "));
        let seen = Observation { words, area, theme: None, tone: None, how: Vec::new(), ..Observation::default() };
        let entry = EntryId::new(Uuid::from_u128(1 << 100 | (number as u128) << 32 | n as u128));
        let heads = book.heads();
        book.record(&stamp, entry, Entry::Observation(seen), &heads)?;
    }
    Ok(book)
}

/// What a tablet pushes of it: the first change is nobody's, the office makes it itself.
pub fn pushed(visit: NotebookId, book: &Notebook) -> Vec<PushedChange> {
    let own = book.changes().into_iter().filter(|change| change.actor != Actor::genesis());
    let pushed = own.map(|change| PushedChange {
        notebook: visit,
        hash: change.hash,
        bytes: Bytes(change.bytes),
        relayed: false,
        replaces: Vec::new(),
    });
    pushed.collect()
}

/// Writes one visit after the other.
struct Pen {
    org: OrgStore,
    place: String,
    asha: PersonId,
    tablet: DeviceId,
}

impl Pen {
    async fn visit(&self, visit: NotebookId) -> Result<()> {
        self.org.plan_visit(planned(visit, &self.place, self.asha, "Mealtimes")).await?;
        self.org.assign(&visit.to_string(), &self.asha.to_string(), &self.asha.to_string(), MONDAY).await
    }

    async fn notebook(&self, visit: NotebookId, number: usize, n: usize) -> Result<()> {
        let book = notes(visit, self.asha, self.tablet, number, n)?;
        let taken = book.changes().iter().map(|change| taken(visit, change)).collect::<Result<Vec<_>>>()?;
        let hashes = taken.iter().map(|change| change.hash.clone()).collect();
        self.org.take_changes(&self.tablet.to_string(), taken, MONDAY).await?;
        server::projector::publish_here(&self.org, visit, &hashes, MONDAY).await
    }
}

/// As the tablets' door hands it to the store.
pub fn taken(visit: NotebookId, change: &NewChange) -> Result<TakenChange> {
    let page = chunk::read(&change.bytes)?;
    let id = visit.to_string();
    Ok(TakenChange {
        hash: page.hash.to_string(),
        notebook: id.clone(),
        about: About { kind: "visit".into(), visit: Some(id), event: None },
        actor: page.actor.base().as_str().to_owned(),
        seq: i64::try_from(page.seq)?,
        deps: page.deps.iter().map(ToString::to_string).collect(),
        founding: page.actor == Actor::genesis(),
        relayed: false,
        replaces: Vec::new(),
        bytes: change.bytes.clone(),
    })
}

fn planned(visit: NotebookId, place: &str, by: PersonId, purpose: &str) -> NewVisit {
    NewVisit {
        id: visit.to_string(),
        place: place.to_owned(),
        purpose: purpose.to_owned(),
        announcement: "announced".into(),
        sessions: vec![Session { date: "2026-11-02".into(), from: Some("10:00".into()), to: None }],
        by: by.to_string(),
        at: MONDAY,
    }
}

/// An id of this kind with this number.
fn numbered(kind: u128, n: usize) -> Uuid {
    Uuid::from_u128(kind << 96 | n as u128)
}
