//! A small office inside the test: it checks every signature and nonce, takes, publishes and tells, by the protocol.
//! The real one stands in another room; this one exists so that replies can be lost, late, refused or from another life.

use crate::Device;
use crate::sync::{Happened, Next, Outcome, Round};
use crate::transport::{NoAnswer, Reply, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::ids::{DeviceId, EntryId, NotebookId, OrgId, SealedId, StoreId};
use domain::notebook::{Actor, Hash, Notebook};
use domain::wire::{
    self, Cursor, Enrolled, EnrolmentCode, Fate, Feed, FeedItem, PhotoProgress, Pushed, SealedRecord, Spoken,
};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    None,
    /// It never arrives.
    Lost,
    /// It arrives, and the answer does not.
    AnswerLost,
    /// The office answers with this.
    Problem(u16, wire::ProblemCode),
    /// Something on the road answers with a page of its own.
    Page(u16),
}

pub(super) struct Office {
    pub(super) store: StoreId,
    keys: BTreeMap<DeviceId, VerifyingKey>,
    nonces: BTreeSet<String>,
    made: u64,
    /// Everything told, in order; the revision is the place.
    pub(super) log: Vec<FeedItem>,
    pub(super) changes: BTreeMap<NotebookId, Vec<(Hash, Vec<u8>)>>,
    pub(super) photos: BTreeMap<String, Vec<u8>>,
    sizes: BTreeMap<String, usize>,
    pub(super) sealed: BTreeMap<SealedId, SealedRecord>,
    pub(super) requests: Vec<String>,
    /// Changes that a tablet brought for another.
    pub(super) relayed: BTreeSet<Hash>,
    /// Changes whose values others said again, with the change that said so.
    pub(super) replaced: BTreeMap<Hash, Hash>,
    /// Changes that are refused by hash, or published only later.
    pub(super) publishes: bool,
    /// The versions that it speaks; one that is not taken for packed bodies packs none either.
    pub(super) spoken: Spoken,
    /// Bodies that came packed.
    pub(super) packed: usize,
    /// Notes that it was asked to take out, each time.
    pub(super) asked_back: Vec<EntryId>,
    /// Whether it knows what that is.
    pub(super) takes_back: bool,
}

impl Office {
    pub(super) fn new(life: u128, told: Vec<FeedItem>) -> Self {
        Self {
            store: StoreId::new(Uuid::from_u128(life)),
            keys: BTreeMap::new(),
            nonces: BTreeSet::new(),
            made: 0,
            log: told,
            changes: BTreeMap::new(),
            photos: BTreeMap::new(),
            sizes: BTreeMap::new(),
            sealed: BTreeMap::new(),
            requests: Vec::new(),
            relayed: BTreeSet::new(),
            replaced: BTreeMap::new(),
            publishes: true,
            spoken: Spoken::default(),
            packed: 0,
            asked_back: Vec::new(),
            takes_back: false,
        }
    }

    pub(super) fn enrol(&mut self, device: &mut Device) {
        let code =
            EnrolmentCode { address: "http://127.0.0.1:9".into(), fingerprint: None, secret: "7KQM-2F9D".into() };
        let request = device.enrolling(&code, "tablet 1").unwrap();
        let reply = self.answer(&request);
        device.enrolled(&code, "tablet 1", &request, &reply).unwrap();
    }

    /// An office that was restored knows its tablets from the backup.
    pub(super) fn remembers(&mut self, device: &Device) {
        self.keys.insert(device.id(), device.key.verifying_key());
    }

    /// Drives one round; `trouble` is asked before each request.
    pub(super) fn round(
        &mut self,
        device: &mut Device,
        round: Round,
        mut trouble: impl FnMut(&Request) -> Trouble,
    ) -> Outcome {
        let mut happened = Happened::Begin(round);
        for _ in 0..10_000 {
            happened = match device.step(happened).unwrap() {
                Next::Over(outcome) => return outcome,
                Next::Send(request) => match trouble(&request) {
                    Trouble::Lost => Happened::Silence(NoAnswer::Unreachable),
                    Trouble::AnswerLost => {
                        self.answer(&request);
                        Happened::Silence(NoAnswer::BrokenOff)
                    }
                    Trouble::Problem(status, code) => Happened::Answered(problem(status, code)),
                    Trouble::Page(status) => {
                        let body = b"<html>There is nothing here.</html>".to_vec();
                        Happened::Answered(Reply { status, headers: Vec::new(), body })
                    }
                    Trouble::None => Happened::Answered(self.answer(&request)),
                },
            };
        }
        panic!("this round never ends: {:?}", self.requests.iter().rev().take(8).collect::<Vec<_>>());
    }

    pub(super) fn sync(&mut self, device: &mut Device) -> Outcome {
        self.round(device, Round::Once, |_| Trouble::None)
    }

    pub(super) fn answer(&mut self, request: &Request) -> Reply {
        self.requests.push(format!("{} {}", request.method, request.path.split('?').next().unwrap()));
        let mut reply = match self.proven(request) {
            Err(refusal) => refusal,
            Ok(()) => {
                let plain = self.unpacked(request);
                packed(request, self.done(&plain))
            }
        };
        reply.headers.push((wire::SPEAKS.into(), self.spoken.newest.to_string()));
        self.made += 1;
        let nonce = format!("nonce-{}", self.made);
        self.nonces.insert(nonce.clone());
        reply.headers.push((wire::NEXT_NONCE.into(), nonce));
        reply
    }

    /// Only an office that knows of packed bodies takes them.
    fn unpacked(&mut self, request: &Request) -> Request {
        if header(request, "content-encoding").is_empty() {
            return request.clone();
        }
        assert!(self.spoken.newest >= wire::PACKED_SINCE, "packed for an office that cannot unpack");
        self.packed += 1;
        Request { body: plain(request), ..request.clone() }
    }

    fn proven(&mut self, request: &Request) -> Result<(), Reply> {
        // Of an office that is too old for it, this is a header like any other.
        let briefly: Option<wire::Asks> = header(request, wire::BRIEF).parse().ok();
        let asks = briefly.filter(|_| self.spoken.newest >= wire::BRIEF_SINCE);
        let at_length = || header(request, wire::SPEAKS).parse().unwrap_or_default();
        if self.spoken.heard(asks.as_ref().map_or_else(at_length, |asks| asks.version)).is_err() {
            return Err(problem(426, wire::ProblemCode::Version));
        }
        if request.path.ends_with("/enrol") || request.path.ends_with("/nonce") {
            return Ok(());
        }
        let header = |name: &str| header(request, name);
        let asks = asks.unwrap_or_else(|| wire::Asks {
            version: 0,
            device: header(wire::DEVICE).parse().unwrap(),
            nonce: header(wire::NONCE),
            signature: STANDARD.decode(header(wire::SIGNATURE)).unwrap_or_default(),
        });
        let wire::Asks { device, nonce, signature, .. } = asks;
        let Some(key) = self.keys.get(&device) else {
            return Err(problem(401, wire::ProblemCode::UnknownDevice));
        };
        let body = hex::encode(Sha256::digest(&request.body));
        let text = wire::signed_text(request.method, &request.path, &body, &nonce);
        let signature = Signature::from_slice(&signature).unwrap();
        key.verify_strict(text.as_bytes(), &signature).expect("signed by the tablet");
        match self.nonces.remove(&nonce) {
            true => Ok(()),
            false => Err(problem(401, wire::ProblemCode::Unsigned)),
        }
    }

    fn done(&mut self, request: &Request) -> Reply {
        let path = request.path.split('?').next().unwrap().to_owned();
        match (request.method, path.as_str()) {
            ("GET", "/sync/v1/nonce") => Reply { status: 204, ..Reply::default() },
            ("POST", "/sync/v1/enrol") => {
                let enrol: wire::Enrol = serde_json::from_slice(&request.body).unwrap();
                let key: [u8; 32] = enrol.key.0.try_into().unwrap();
                self.keys.insert(enrol.device, VerifyingKey::from_bytes(&key).unwrap());
                let org = OrgId::new(Uuid::from_u128(1));
                let holders = [super::ASHA, super::TOM].map(super::person).to_vec();
                json(&Enrolled { org, store: self.store, holders })
            }
            ("POST", "/sync/v1/push") => self.push(&serde_json::from_slice(&request.body).unwrap()),
            ("GET", "/sync/v1/feed") => self.feed(&request.path),
            ("POST", "/sync/v1/sealed") => {
                let record: SealedRecord = serde_json::from_slice(&request.body).unwrap();
                self.sealed.insert(record.id, record);
                Reply { status: 204, ..Reply::default() }
            }
            (method, path) => self.photo(method, path.trim_start_matches("/sync/v1/photos/"), request),
        }
    }

    fn push(&mut self, push: &wire::Push) -> Reply {
        assert!(push.changes.len() <= wire::MOST_CHANGES);
        let mut fates = Vec::new();
        for change in &push.changes {
            if change.relayed {
                self.relayed.insert(change.hash);
            }
            self.replaced.extend(change.replaces.iter().map(|replaced| (*replaced, change.hash)));
            let known = self.changes.entry(change.notebook).or_default();
            if !known.iter().any(|(hash, _)| *hash == change.hash) {
                known.push((change.hash, change.bytes.0.clone()));
                if self.publishes {
                    let (notebook, hash, bytes) = (change.notebook, change.hash, change.bytes.clone());
                    self.log.push(FeedItem::Change { notebook, hash, bytes });
                    self.log.push(FeedItem::Fate { notebook, hash, held: None, again: false });
                }
            }
            fates.push((change.hash, Fate::Taken));
        }
        self.asked_back.extend(push.take_back.iter().map(|one| one.entry));
        let taking_back =
            if self.takes_back { push.take_back.iter().map(|one| one.entry).collect() } else { Vec::new() };
        json(&Pushed { fates, taking_back, taken_out: Vec::new() })
    }

    fn feed(&self, path: &str) -> Reply {
        let after = path.split("after=").nth(1).unwrap().split('&').next().unwrap();
        let after: Option<Cursor> = after.parse().ok();
        let from = after.filter(|cursor| cursor.store == self.store).map_or(0, |cursor| cursor.revision);
        let most = if path.contains("most=0") { 0 } else { 7 };
        let items: Vec<FeedItem> = self.log.iter().skip(usize::try_from(from).unwrap()).take(most).cloned().collect();
        let revision = from + i64::try_from(items.len()).unwrap();
        let more = revision < i64::try_from(self.log.len()).unwrap();
        let cursor = Cursor { store: self.store, revision };
        let mut page = serde_json::to_value(Feed { cursor, items: Vec::new(), more }).unwrap();
        // What today's app has no word for is told in one of tomorrow's.
        let told = |item: &FeedItem| match item {
            FeedItem::Newer => serde_json::json!({"item": "weather", "rain": true}),
            known => serde_json::to_value(known).unwrap(),
        };
        page["items"] = items.iter().map(told).collect();
        json(&page)
    }

    fn photo(&mut self, method: &str, hash: &str, request: &Request) -> Reply {
        let have = self.photos.entry(hash.to_owned()).or_default();
        if method == "PATCH" {
            let number = |name: &str| -> usize {
                request.headers.iter().find(|(known, _)| known == name).unwrap().1.parse().unwrap()
            };
            assert!(request.body.len() <= wire::LARGEST_PIECE);
            self.sizes.insert(hash.to_owned(), number(wire::PHOTO_SIZE));
            if number(wire::PIECE_AT) == have.len() {
                have.extend_from_slice(&request.body);
            }
        }
        let complete = self.sizes.get(hash) == Some(&have.len());
        if complete {
            assert_eq!(hex::encode(Sha256::digest(&have)), hash);
        }
        let progress = PhotoProgress { have: have.len() as u64, complete };
        let mut reply = json(&progress);
        if method == "HEAD" {
            reply.body.clear();
        }
        reply.headers.push((wire::PHOTO_HAVE.into(), progress.have.to_string()));
        reply.headers.push((wire::PHOTO_COMPLETE.into(), if complete { "yes" } else { "no" }.into()));
        reply
    }

    /// The notebook as this office has it.
    pub(super) fn book(&self, id: NotebookId) -> Notebook {
        let mut book = Notebook::found(id, &Actor::genesis()).unwrap();
        let changes = self.changes.get(&id).cloned().unwrap_or_default();
        book.apply(changes.iter().map(|(_, bytes)| bytes.as_slice())).unwrap();
        book
    }
}

fn header(request: &Request, name: &str) -> String {
    let found = request.headers.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

/// A request's body as it was before it was packed.
pub(super) fn plain(request: &Request) -> Vec<u8> {
    match header(request, "content-encoding").as_str() {
        "" => request.body.clone(),
        how => {
            assert_eq!(how, wire::DEFLATE);
            wire::unpack(&request.body, wire::LARGEST_PUSH).unwrap()
        }
    }
}

fn packed(request: &Request, mut reply: Reply) -> Reply {
    let unpacks = header(request, "accept-encoding") == wire::DEFLATE || !header(request, wire::BRIEF).is_empty();
    if unpacks && let Some(packed) = wire::pack(&reply.body, wire::Effort::Quick) {
        reply.body = packed;
        reply.headers.push(("content-encoding".into(), wire::DEFLATE.into()));
    }
    reply
}

fn json(of: &impl serde::Serialize) -> Reply {
    Reply { status: 200, headers: Vec::new(), body: serde_json::to_vec(of).unwrap() }
}

pub(super) fn problem(status: u16, code: wire::ProblemCode) -> Reply {
    let problem = wire::Problem { code, title: format!("{code:?}, in words.") };
    Reply { status, headers: Vec::new(), body: serde_json::to_vec(&problem).unwrap() }
}
