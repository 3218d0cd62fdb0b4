//! A tablet of which there can be thousands: a real key, real signatures, a real notebook and the tablet's own road, but
//! no store. It sends by the protocol, waits where the office says so, and keeps what it was told was taken.

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use device::transport::{Reply, Request, Transport};
use domain::ids::{DeviceId, NotebookId};
use domain::notebook::Hash;
use domain::wire::{self, Cursor, Feed, FeedItem, Push, PushedChange};
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Tries of one request before it is called lost.
const TRIES: usize = 40;

/// One light tablet.
pub struct Light {
    /// Its id, which the office knows.
    pub id: DeviceId,
    /// Its key.
    pub key: SigningKey,
    /// Changes that the office said are taken.
    pub taken: Vec<(NotebookId, Hash)>,
    /// How often it was asked to come again later.
    pub later: usize,
    /// Bytes of requests and answers, both ways.
    pub traffic: u64,
    transport: Transport,
    nonce: String,
    cursor: Option<Cursor>,
}

/// What a request carries.
struct Ask<'a> {
    method: &'static str,
    path: String,
    body: Vec<u8>,
    headers: &'a [(&'static str, String)],
}

impl Light {
    /// A tablet that the office knows by this id and key.
    ///
    /// # Errors
    /// An address that is no office's.
    pub fn new(id: DeviceId, key: SigningKey, address: &str, fingerprint: Option<&str>) -> Result<Self> {
        let transport = Transport::to(address, fingerprint)?;
        Ok(Self { id, key, taken: Vec::new(), later: 0, traffic: 0, transport, nonce: String::new(), cursor: None })
    }

    /// As if it had read everything up to here.
    pub const fn stands_at(&mut self, cursor: Cursor) {
        self.cursor = Some(cursor);
    }

    /// Pushes changes; says how long each try took until its answer, those that were asked to come again left out.
    ///
    /// # Errors
    /// The office refused, or did not answer.
    pub async fn push(&mut self, changes: Vec<PushedChange>) -> Result<Duration> {
        let named: Vec<_> = changes.iter().map(|change| (change.hash, change.notebook)).collect();
        let plain = serde_json::to_vec(&Push { changes, ..Push::default() })?;
        let packed = wire::pack(&plain, wire::Effort::Small).context("so many notes become smaller")?;
        let deflate = [("content-encoding", wire::DEFLATE.to_owned())];
        let ask = Ask { method: "POST", path: "/sync/v1/push".into(), body: packed, headers: &deflate };
        let (reply, took) = self.ask(ask).await?;
        let pushed: wire::Pushed = serde_json::from_slice(&reply.body)?;
        for (hash, fate) in pushed.fates {
            match fate {
                wire::Fate::Taken | wire::Fate::Published => {
                    let (_, notebook) = named.iter().find(|(sent, _)| *sent == hash).context("a hash that was sent")?;
                    self.taken.push((*notebook, hash));
                }
                other => bail!("a change was not taken: {other:?}"),
            }
        }
        Ok(took)
    }

    /// Everything that is new.
    ///
    /// # Errors
    /// As [`Light::push`].
    pub async fn feed(&mut self, wait: u64) -> Result<Vec<FeedItem>> {
        let mut items = Vec::new();
        loop {
            let after = self.cursor.map(|cursor| cursor.to_string()).unwrap_or_default();
            let path = format!("/sync/v1/feed?after={after}&wait={wait}");
            let unpacks = [("accept-encoding", wire::DEFLATE.to_owned())];
            let (reply, _) = self.ask(Ask { method: "GET", path, body: Vec::new(), headers: &unpacks }).await?;
            let feed: Feed = serde_json::from_slice(&reply.body)?;
            self.cursor = Some(feed.cursor);
            items.extend(feed.items);
            if !feed.more {
                return Ok(items);
            }
        }
    }

    /// Reads on until all of these are published.
    ///
    /// # Errors
    /// As [`Light::push`], or it takes longer than five minutes.
    pub async fn published(&mut self, mut mine: BTreeSet<Hash>) -> Result<()> {
        for _ in 0..40 {
            for item in self.feed(8).await? {
                match item {
                    FeedItem::Fate { hash, held: None, .. } => drop(mine.remove(&hash)),
                    FeedItem::Fate { held: Some(reason), .. } => bail!("held: {reason}"),
                    _ => {}
                }
            }
            if mine.is_empty() {
                return Ok(());
            }
        }
        bail!("{} changes were not published", mine.len())
    }

    /// Sends a photo in pieces.
    ///
    /// # Errors
    /// As [`Light::push`].
    pub async fn photo(&mut self, hash: &str, jpeg: &[u8]) -> Result<()> {
        let path = format!("/sync/v1/photos/{hash}");
        let mut at = 0;
        loop {
            let piece = jpeg.get(at..jpeg.len().min(at + wire::LARGEST_PIECE)).unwrap_or_default();
            let headers = [(wire::PIECE_AT, at.to_string()), (wire::PHOTO_SIZE, jpeg.len().to_string())];
            let ask = Ask { method: "PATCH", path: path.clone(), body: piece.to_vec(), headers: &headers };
            let (reply, _) = self.ask(ask).await?;
            let progress: wire::PhotoProgress = serde_json::from_slice(&reply.body)?;
            if progress.complete {
                return Ok(());
            }
            at = usize::try_from(progress.have)?;
        }
    }

    /// Posts these bytes as they are.
    ///
    /// # Errors
    /// As [`Light::push`], with the office's own words.
    pub async fn raw(&mut self, path: &str, body: Vec<u8>, headers: &[(&'static str, String)]) -> Result<()> {
        self.ask(Ask { method: "POST", path: path.to_owned(), body, headers }).await.map(|_| ())
    }

    /// Sends one request until it is answered well, as a tablet does: again over a new nonce, and later where it is told so.
    async fn ask(&mut self, ask: Ask<'_>) -> Result<(Reply, Duration)> {
        for _ in 0..TRIES {
            if self.nonce.is_empty() {
                let nonce = self.request("GET", "/sync/v1/nonce", Vec::new());
                self.learn(self.transport.send(&nonce).await.ok());
            }
            let request = self.signed(&ask);
            let began = Instant::now();
            let reply = self.transport.send(&request).await.ok();
            let took = began.elapsed();
            self.traffic += request.size() + reply.as_ref().map_or(0, Reply::size);
            let Some(reply) = self.learn(reply) else { continue };
            match reply.status {
                200..=299 => return Ok((reply.unpacked().context("a reply that unpacks")?, took)),
                // The nonce was old; the reply brought another.
                401 => {}
                429 | 503 => {
                    self.later += 1;
                    let seconds =
                        reply.header("retry-after").and_then(|text| text.parse().ok()).unwrap_or(2_u64).max(1);
                    let pause = Duration::from_secs(seconds);
                    tokio::time::interval_at((Instant::now() + pause).into(), pause).tick().await;
                }
                other => bail!("{} {}: {other} {}", ask.method, ask.path, String::from_utf8_lossy(&reply.body)),
            }
        }
        bail!("{} {} was never answered", ask.method, ask.path)
    }

    fn learn(&mut self, reply: Option<Reply>) -> Option<Reply> {
        let nonce = reply.as_ref().and_then(|reply| reply.header(wire::NEXT_NONCE));
        self.nonce = nonce.map(str::to_owned).unwrap_or_default();
        reply
    }

    fn request(&self, method: &'static str, path: &str, body: Vec<u8>) -> Request {
        let headers =
            vec![(wire::SPEAKS.to_owned(), wire::VERSION.to_string()), (wire::DEVICE.to_owned(), self.id.to_string())];
        Request { method, path: path.to_owned(), headers, body }
    }

    fn signed(&self, ask: &Ask<'_>) -> Request {
        let mut request = self.request(ask.method, &ask.path, ask.body.clone());
        let hash = hex::encode(Sha256::digest(&request.body));
        let text = wire::signed_text(ask.method, &ask.path, &hash, &self.nonce);
        let signature = STANDARD.encode(self.key.sign(text.as_bytes()).to_bytes());
        request.headers.push((wire::NONCE.to_owned(), self.nonce.clone()));
        request.headers.push((wire::SIGNATURE.to_owned(), signature));
        request.headers.push((wire::WAITING.to_owned(), wire::Waiting::default().to_string()));
        request.headers.extend(ask.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        request
    }
}
