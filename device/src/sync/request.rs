//! Making a call into a signed request: method, path, body's hash and the server's nonce, never a time.

use super::machine::Call;
use crate::device::{Device, Result};
use crate::store::{books, drafts, meta, photos, sealed, sheets, taken_back};
use crate::transport::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::wire::{self, Asks, Cursor, Mark, Place, Push, TakeBack, Waiting};
use ed25519_dalek::Signer as _;
use sha2::{Digest as _, Sha256};

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

impl Device {
    /// A call as the request that goes out.
    pub(crate) fn request(&mut self, call: &Call) -> Result<Request> {
        let mut waits = self.what_waits()?;
        let mut request = match call {
            Call::Nonce => {
                let request = Request {
                    method: "GET",
                    path: "/sync/v1/nonce".into(),
                    headers: self.at_length(),
                    body: Vec::new(),
                };
                return Ok(request);
            }
            Call::Push { most, bytes } => {
                let page = books::outbox(self.store.read(), *most, *bytes)?;
                // From here on any of them may be at the office, whatever becomes of the reply.
                self.store.write(|tx| books::try_sending(tx, &page))?;
                waits.changes = waits.changes.saturating_sub(count(page.len()));
                let take_back = self.to_take_back()?;
                self.packed("/sync/v1/push", serde_json::to_vec(&Push { changes: page, take_back })?)
            }
            Call::Feed { wait, most } => {
                let on = self.store.read();
                let (cursor, mark): (Option<Cursor>, Option<Mark>) =
                    (meta::get(on, meta::name::CURSOR)?, meta::get(on, meta::name::MARK)?);
                let own = meta::get::<bool>(on, meta::name::OWN_TOO)?.is_some();
                // Whoever was told of nothing further than it has read says both in few letters.
                let place =
                    mark.filter(|mark| self.sync.is_brief() && cursor == Some(mark.at)).map(|mark| Place::of(&mark));
                let after = place.map(|place| place.to_string()).or(cursor.map(|cursor| cursor.to_string()));
                let mut path = format!("/sync/v1/feed?after={}", after.unwrap_or_default());
                if *wait > 0 || !self.sync.is_brief() {
                    path.push_str(&format!("&wait={wait}"));
                }
                if *most < wire::LARGEST_PUSH || !self.sync.is_brief() {
                    path.push_str(&format!("&most={most}"));
                }
                if own {
                    path.push_str("&own=1");
                }
                let mut asked = self.plain("GET", path, Vec::new());
                let mark = mark.filter(|_| place.is_none());
                asked.headers.extend(mark.map(|mark| (wire::MARK.to_owned(), mark.to_string())));
                asked
            }
            Call::PhotoHead { hash } => self.plain("HEAD", format!("/sync/v1/photos/{hash}"), Vec::new()),
            Call::PhotoPiece { hash, from, most } => {
                let (piece, size, last) = self.piece(hash, *from, *most)?;
                if last {
                    waits.photos = waits.photos.saturating_sub(1);
                    waits.photo_bytes = waits.photo_bytes.saturating_sub(size);
                }
                piece
            }
            Call::Sealed { id } => {
                let record = sealed::get(self.store.read(), *id)?;
                waits.sealed = waits.sealed.saturating_sub(1);
                self.packed("/sync/v1/sealed", serde_json::to_vec(&record)?)
            }
        };
        let waits = waits.to_string();
        if self.sync.tells(&waits) {
            request.headers.push((wire::PROGRAM.to_owned(), env!("CARGO_PKG_VERSION").to_owned()));
            request.headers.push((wire::WAITING.into(), waits));
        }
        Ok(self.signed(request))
    }

    /// A piece of a photo from this byte on, the photo's size, and whether the piece is its last.
    fn piece(&self, hash: &str, from: u64, most: usize) -> Result<(Request, u64, bool)> {
        let whole = self.photo(hash)?;
        let from = usize::try_from(from).unwrap_or(usize::MAX).min(whole.len());
        let until = whole.len().min(from.saturating_add(most.min(wire::LARGEST_PIECE)));
        let piece = whole.get(from..until).unwrap_or_default().to_vec();
        let mut request = self.plain("PATCH", format!("/sync/v1/photos/{hash}"), piece);
        request.headers.push((wire::PIECE_AT.into(), from.to_string()));
        request.headers.push((wire::PHOTO_SIZE.into(), whole.len().to_string()));
        Ok((request, whole.len() as u64, until == whole.len()))
    }

    /// Packed for an office that is known to unpack, where that makes it smaller.
    fn packed(&self, path: &str, body: Vec<u8>) -> Request {
        let packed = if self.sync.packs() { wire::pack(&body, wire::Effort::Small) } else { None };
        let is_packed = packed.is_some();
        let mut request = self.plain("POST", path.to_owned(), packed.unwrap_or(body));
        if is_packed {
            request.headers.push(("content-encoding".into(), wire::DEFLATE.into()));
        }
        request
    }

    fn plain(&self, method: &'static str, path: String, body: Vec<u8>) -> Request {
        let mut headers = if self.sync.is_brief() { Vec::new() } else { self.at_length() };
        if method == "POST" {
            headers.push(("content-type".into(), "application/json".into()));
        }
        Request { method, path, headers, body }
    }

    /// What an office hears that may be too old for less.
    fn at_length(&self) -> Vec<(String, String)> {
        vec![
            (wire::SPEAKS.to_owned(), self.sync.speaks().to_string()),
            (wire::DEVICE.to_owned(), self.id.to_string()),
            ("accept-encoding".to_owned(), wire::DEFLATE.to_owned()),
        ]
    }

    fn signed(&mut self, mut request: Request) -> Request {
        // Without a nonce the server answers *unsigned* with one, and the same work is asked for again.
        let nonce = self.sync.take_nonce().unwrap_or_default();
        let hash = hex::encode(Sha256::digest(&request.body));
        let text = wire::signed_text(request.method, &request.path, &hash, &nonce);
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        if self.sync.is_brief() {
            let (version, device, signature) = (self.sync.speaks(), self.id, signature.to_vec());
            let asks = Asks { version, device, nonce, signature };
            request.headers.push((wire::BRIEF.to_owned(), asks.to_string()));
            return request;
        }
        let signature = STANDARD.encode(signature);
        request.headers.push((wire::NONCE.to_owned(), nonce));
        request.headers.push((wire::SIGNATURE.to_owned(), signature));
        request
    }

    /// What the office is asked to take out: all that it has not heard, and again each day what it has not done.
    pub(crate) fn to_take_back(&self) -> Result<Vec<TakeBack>> {
        taken_back::waiting(self.store.read(), self.around.now() - super::A_DAY, wire::MOST_TAKEN_BACK)
    }

    /// What waits on this tablet, for the office to see.
    pub(crate) fn what_waits(&self) -> Result<Waiting> {
        let on = self.store.read();
        let (photos, photo_bytes) = photos::not_there(on)?;
        Ok(Waiting {
            changes: books::only_ours(on)?,
            photos,
            photo_bytes,
            // However many sheets wait for the end of their event: were each counted as it comes, its time would be told.
            sealed: count(sealed::stubs(on)?.iter().filter(|stub| stub.state != "office").count())
                + u32::from(!sheets::waiting(on)?.is_empty()),
            drafts: count(drafts::all(on)?.len()),
        })
    }
}
