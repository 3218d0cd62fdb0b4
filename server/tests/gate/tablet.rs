//! A tablet as the protocol sees it: a key, a notebook, signed requests. Nothing of the tablet's own room.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::entry::{Entry, Observation};
use domain::ids::{DeviceId, EntryId, NotebookId, OrgId, PersonId};
use domain::notebook::{Actor, NewChange, Notebook, Spot, Stamp, Value};
use domain::wire::*;
use ed25519_dalek::{Signer as _, SigningKey};
use reqwest::{Method, Response};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

pub struct Tablet {
    pub id: DeviceId,
    pub key: SigningKey,
    pub nonce: String,
    pub cursor: Option<Cursor>,
    pub belongs: Option<OrgId>,
    address: String,
    client: reqwest::Client,
    n: u8,
    number: i64,
    /// The version that it says it speaks; none at all where it is nothing.
    pub speaks: Option<u16>,
}

pub type Refusal = (u16, Problem);

impl Tablet {
    pub fn new(n: u8, address: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            id: DeviceId::new(Uuid::from_u128(9_000 + u128::from(n))),
            key: SigningKey::from_bytes(&[n; 32]),
            nonce: String::new(),
            cursor: None,
            belongs: None,
            address: address.to_owned(),
            client: reqwest::Client::new(),
            n,
            number: 0,
            speaks: Some(VERSION),
        }
    }

    pub async fn enrol(&mut self, secret: &str) -> Result<Enrolled, Refusal> {
        let ask = Enrol {
            secret: secret.to_owned(),
            device: self.id,
            name: format!("tablet {}", self.n),
            key: Bytes(self.key.verifying_key().to_bytes().to_vec()),
            belongs: self.belongs,
        };
        let url = format!("{}/sync/v1/enrol", self.address);
        let request = self.client.post(url).header(SPEAKS, VERSION.to_string()).body(serde_json::to_vec(&ask).unwrap());
        let response = self.learn(request.send().await.unwrap());
        read(response).await
    }

    /// Sends a signed request and learns the next nonce.
    pub async fn send(&mut self, method: Method, path: &str, body: Vec<u8>, extra: &[(&str, String)]) -> Response {
        if self.nonce.is_empty() {
            let url = format!("{}/sync/v1/nonce", self.address);
            let response = self.client.get(url).header(SPEAKS, VERSION.to_string()).send().await.unwrap();
            self.learn(response);
        }
        let nonce = self.nonce.clone();
        self.send_over(&nonce, method, path, body, extra).await
    }

    pub async fn send_over(
        &mut self,
        nonce: &str,
        method: Method,
        path: &str,
        body: Vec<u8>,
        extra: &[(&str, String)],
    ) -> Response {
        let said = signed_text(method.as_str(), path, &hex::encode(Sha256::digest(&body)), nonce);
        let signature = STANDARD.encode(self.key.sign(said.as_bytes()).to_bytes());
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.address))
            .header(DEVICE, self.id.to_string())
            .header(NONCE, nonce)
            .header(SIGNATURE, signature)
            .body(body);
        if let Some(version) = self.speaks {
            request = request.header(SPEAKS, version.to_string());
        }
        for (name, value) in extra {
            request = request.header(*name, value);
        }
        let response = request.send().await.unwrap();
        self.learn(response)
    }

    /// Asks briefly, over this nonce, and learns the next.
    pub async fn ask_briefly(&mut self, nonce: &str, path: &str) -> Response {
        let said = signed_text("GET", path, &hex::encode(Sha256::digest(b"")), nonce);
        let (version, signature) = (VERSION, self.key.sign(said.as_bytes()).to_bytes().to_vec());
        let asks = Asks { version, device: self.id, nonce: nonce.to_owned(), signature };
        let request = self.client.get(format!("{}{path}", self.address)).header(BRIEF, asks.to_string());
        let response = request.send().await.unwrap();
        let says: Says = response.headers()[BRIEF].to_str().unwrap().parse().unwrap();
        assert_eq!(says.version, VERSION);
        self.nonce = says.nonce;
        response
    }

    fn learn(&mut self, response: Response) -> Response {
        let headers = response.headers();
        assert!(headers.contains_key(SERVER_TIME) && headers.contains_key(SPEAKS), "{headers:?}");
        self.nonce = headers.get(NEXT_NONCE).unwrap().to_str().unwrap().to_owned();
        response
    }

    pub async fn push(&mut self, changes: Vec<PushedChange>) -> Result<Vec<Fate>, Refusal> {
        let push = Push { changes, ..Push::default() };
        let waits = Waiting { changes: 1, ..Waiting::default() }.to_string();
        let response =
            self.send(Method::POST, "/sync/v1/push", serde_json::to_vec(&push).unwrap(), &[(WAITING, waits)]).await;
        Ok(read::<Pushed>(response).await?.fates.into_iter().map(|(_, fate)| fate).collect())
    }

    /// Everything that is new, until there is no more; waits while nothing is.
    pub async fn feed(&mut self, wait: u64) -> Result<Vec<FeedItem>, Refusal> {
        let mut items = Vec::new();
        loop {
            let after = self.cursor.map(|c| c.to_string()).unwrap_or_default();
            let path = format!("/sync/v1/feed?after={after}&wait={wait}");
            let feed: Feed = read(self.send(Method::GET, &path, Vec::new(), &[]).await).await?;
            self.cursor = Some(feed.cursor);
            items.extend(feed.items);
            if !feed.more {
                return Ok(items);
            }
        }
    }

    /// Reads on until something of this kind has come; held requests make it quick, and there is an end.
    pub async fn feed_until(&mut self, what: impl Fn(&FeedItem) -> bool) -> Vec<FeedItem> {
        let mut items = Vec::new();
        for _ in 0..20 {
            items.extend(self.feed(2).await.unwrap());
            if items.iter().any(&what) {
                return items;
            }
        }
        panic!("it never came: {items:?}");
    }

    pub fn stamp(&mut self, by: PersonId) -> Stamp {
        self.number += 1;
        let at = 1_794_300_000_000 + self.number;
        Stamp { by, at, tablet: self.id, number: self.number, skew: 0, pack: "link-2008/1".into() }
    }

    pub fn notebook(&self, id: NotebookId) -> Notebook {
        Notebook::found(id, &Actor::new([self.n; 16])).unwrap()
    }

    pub fn saw(&mut self, book: &mut Notebook, by: PersonId, words: &str) -> NewChange {
        let stamp = self.stamp(by);
        let entry = EntryId::new(Uuid::from_u128(u128::from(self.n) << 64 | u128::try_from(stamp.number).unwrap()));
        let words = words.to_owned();
        let seen = book.heads();
        let what = Entry::Observation(Observation {
            words,
            area: Some("lounge".into()),
            theme: None,
            tone: None,
            how: vec![],
            ..Observation::default()
        });
        book.record(&stamp, entry, what, &seen).unwrap()
    }

    pub fn summed_up(&mut self, book: &mut Notebook, by: PersonId, words: &str) -> NewChange {
        let (stamp, seen) = (self.stamp(by), book.heads());
        book.state(&stamp, &Spot::Summary("overall".into()), &Value::Text(words.into()), &seen).unwrap()
    }
}

pub fn pushed(notebook: NotebookId, change: &NewChange) -> PushedChange {
    PushedChange {
        notebook,
        hash: change.hash,
        bytes: Bytes(change.bytes.clone()),
        relayed: false,
        replaces: Vec::new(),
    }
}

pub fn all(book: &Notebook) -> Vec<PushedChange> {
    book.changes().iter().map(|change| pushed(book.id(), change)).collect()
}

pub async fn read<T: serde::de::DeserializeOwned>(response: Response) -> Result<T, Refusal> {
    let (status, kind) = (response.status(), response.headers().get("content-type").cloned());
    let body = response.bytes().await.unwrap();
    if status.is_success() {
        return Ok(serde_json::from_slice(&body).unwrap());
    }
    assert_eq!(kind.unwrap(), "application/problem+json", "{}", String::from_utf8_lossy(&body));
    Err((status.as_u16(), serde_json::from_slice(&body).unwrap()))
}
