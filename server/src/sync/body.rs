//! Bodies as they come: read up to what is taken, unpacked, and replies packed (`content-encoding: deflate`). A signature
//! is over the bytes on the road, so unpacking is behind it, and never makes more of a body than the door takes.

use crate::error::Error;
use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::wire::{self, Effort};
use futures_util::StreamExt as _;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How many times as large a tablet's changes become at most when they are unpacked.
const UNPACKS_TO: usize = 8;

/// How long nothing of a body may come, on the slowest road.
const PIECE: Duration = Duration::from_secs(60);
/// How long a whole one may take: the largest at 2 KB a second.
const WHOLE: Duration = Duration::from_secs(40 * 60);

/// Why a body did not come.
#[derive(Debug)]
pub(super) enum NoBody {
    /// It goes on beyond what is taken, or says that it would.
    TooLarge,
    /// The road ended in the middle of it.
    BrokenOff,
}

/// Reads a body of at most [`wire::LARGEST_PUSH`] bytes; one that says that it is larger is not begun.
pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, NoBody> {
    let said = length(headers).unwrap_or_default();
    if said > wire::LARGEST_PUSH {
        return Err(NoBody::TooLarge);
    }
    let (mut pieces, mut come) = (body.into_data_stream(), Vec::new());
    let until = Instant::now() + WHOLE;
    while let Some(piece) =
        timeout_at(until.min(Instant::now() + PIECE), pieces.next()).await.map_err(|_| NoBody::BrokenOff)?
    {
        let piece = piece.map_err(|_| NoBody::BrokenOff)?;
        if come.len() + piece.len() > wire::LARGEST_PUSH {
            return Err(NoBody::TooLarge);
        }
        come.extend_from_slice(&piece);
    }
    Ok(come.into())
}

/// Of a request that is not looked at: its body runs by, up to a photo's piece, so that the sender reads the answer
/// instead of finding the road closed. Nothing of it is kept.
pub(super) async fn let_by(headers: &HeaderMap, body: Body) {
    if length(headers).is_some_and(|length| length > wire::LARGEST_PIECE) {
        return;
    }
    let (mut pieces, mut gone_by) = (body.into_data_stream(), 0);
    let until = Instant::now() + PIECE;
    while let Ok(Some(Ok(piece))) = timeout_at(until, pieces.next()).await {
        gone_by += piece.len();
        if gone_by > wire::LARGEST_PIECE {
            return;
        }
    }
}

/// How much memory a request may need: as much as it says that it brings, or all that is taken where it says nothing and
/// brings something; a packed one some times as much.
pub(super) fn memory(headers: &HeaderMap, body: &Body) -> usize {
    let comes = length(headers).unwrap_or(if body.is_end_stream() { 0 } else { wire::LARGEST_PUSH });
    let unpacks = headers.contains_key(header::CONTENT_ENCODING);
    let unpacked = if unpacks { comes.saturating_mul(UNPACKS_TO).min(wire::LARGEST_PUSH) } else { 0 };
    comes.min(wire::LARGEST_PUSH).saturating_add(unpacked)
}

/// How long a body says that it is.
pub(super) fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A request's body as it was before it was packed.
pub(super) fn unpacked(headers: &mut HeaderMap, body: Bytes) -> Result<Bytes, Error> {
    let Some(packed) = headers.remove(header::CONTENT_ENCODING) else { return Ok(body) };
    if packed != wire::DEFLATE {
        return Err(Error::refused(
            "The office does not know how this is packed. It was not taken, and stays on the tablet.",
        ));
    }
    let body = wire::unpack(&body, wire::LARGEST_PUSH).map_err(|why| {
        Error::refused(format!("The office could not unpack this: {why}. It was not taken, and stays on the tablet."))
    })?;
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    Ok(body.into())
}

/// Packs the reply for whoever says that it unpacks.
pub(super) async fn replies(request: Request, next: Next) -> Result<Response, Error> {
    let asked = request.headers().get_all(header::ACCEPT_ENCODING).iter();
    let unpacks = asked.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(','));
    // Whoever speaks briefly unpacks, and need not say so.
    let unpacks = request.headers().contains_key(wire::BRIEF) || unpacks.map(str::trim).any(|how| how == wire::DEFLATE);
    let response = next.run(request).await;
    let worth = response.body().size_hint().lower() >= wire::WORTH_PACKING as u64;
    if !unpacks || !worth || response.headers().contains_key(header::CONTENT_ENCODING) {
        return Ok(response);
    }
    let (mut parts, body) = response.into_parts();
    // A reply of ours is whole in memory already; nothing is read from anywhere.
    let body = to_bytes(body, usize::MAX).await.map_err(anyhow::Error::from)?;
    let Some(packed) = wire::pack(&body, Effort::Quick) else {
        return Ok(Response::from_parts(parts, Body::from(body)));
    };
    parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(wire::DEFLATE));
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(packed.len()));
    Ok(Response::from_parts(parts, Body::from(packed)))
}
