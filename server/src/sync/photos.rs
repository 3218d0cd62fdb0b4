//! `HEAD` and `PATCH /sync/v1/photos/{hash}`: photos in pieces, taken up where they broke off. A whole one is compared
//! with its name, decoded strictly in the child, and only then kept as one sealed object.

use super::door::{Caller, full};
use crate::error::Error;
use crate::projector::{Answer, Ask, Ended};
use crate::serve::State;
use crate::store::OrgStore;
use crate::store::photos::PhotoPiece;
use anyhow::Context as _;
use axum::body::Bytes;
use axum::extract::{Path, State as In};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use domain::wire::{self, LARGEST_PHOTO, LARGEST_PIECE, PhotoProgress, ProblemCode};
use sha2::{Digest as _, Sha256};

/// `HEAD /sync/v1/photos/{hash}`
pub(super) async fn have(Extension(caller): Extension<Caller>, Path(hash): Path<String>) -> Result<Response, Error> {
    let progress = caller.org.photo_progress(&named(&hash)?).await?;
    let Some(progress) = progress else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(wire::PHOTO_HAVE, HeaderValue::from(progress.have));
    headers.insert(wire::PHOTO_SIZE, HeaderValue::from(progress.size));
    let complete = if progress.state == "stored" { "yes" } else { "no" };
    headers.insert(wire::PHOTO_COMPLETE, HeaderValue::from_static(complete));
    Ok(response)
}

/// `PATCH /sync/v1/photos/{hash}`
pub(super) async fn piece(
    In(state): In<State>,
    Extension(caller): Extension<Caller>,
    Path(hash): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<PhotoProgress>, Error> {
    let hash = named(&hash)?;
    let number = |name| headers.get(name).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok());
    let misfit =
        || Error::refused("This piece of a photo does not fit. It was not taken; the tablet asks how much is here.");
    let (offset, size) = (number(wire::PIECE_AT).ok_or_else(misfit)?, number(wire::PHOTO_SIZE).ok_or_else(misfit)?);
    let length = u64::try_from(body.len()).map_err(|_| misfit())?;
    if size == 0 || size > LARGEST_PHOTO {
        return Err(Error::refused("This photo is larger than the office takes (8 MB). It stays on the tablet."));
    }
    // A tablet that heard *all is here, and not looked at yet* sends an empty piece at the end: look again.
    let asks_again = body.is_empty() && offset == size;
    if (body.is_empty() && !asks_again)
        || body.len() > LARGEST_PIECE
        || offset.checked_add(length).is_none_or(|end| end > size)
    {
        return Err(misfit());
    }
    let (size, offset) = (i64::try_from(size).map_err(|_| misfit())?, i64::try_from(offset).map_err(|_| misfit())?);
    if let Some(before) = caller.org.photo_progress(&hash).await? {
        if before.state == "refused" {
            return Err(Error::refused(before.reason.unwrap_or_default()));
        }
        // Somebody began it with another size: one of the two was wrong, and only the whole can say which.
        if before.state == "coming" && before.size != size {
            caller.org.photo_forget(&hash).await?;
        }
    }
    if asks_again {
        let here = caller.org.photo_progress(&hash).await?.ok_or_else(misfit)?;
        if here.state == "coming" && here.have == here.size {
            finish_for(&state, &caller, &hash).await?;
        }
        return progress(&caller.org, &hash).await;
    }
    let piece = PhotoPiece { hash: hash.clone(), notebook: None, size, offset, bytes: body.to_vec() };
    let come = caller.org.photo_piece(&caller.device.to_string(), piece).await?;
    if come.state == "coming" && come.have == come.size {
        finish_for(&state, &caller, &hash).await?;
    }
    progress(&caller.org, &hash).await
}

async fn progress(org: &OrgStore, hash: &str) -> Result<Json<PhotoProgress>, Error> {
    let here = org.photo_progress(hash).await?.context("a photo that was here a moment ago")?;
    let have = u64::try_from(here.have).unwrap_or_default();
    Ok(Json(PhotoProgress { have, complete: here.state == "stored" }))
}

/// Looks at what came whole before the server was stopped, so that no tablet need ask.
pub(crate) async fn finish_all(state: &State) -> anyhow::Result<()> {
    for org in state.store.org_ids().await? {
        let org = state.store.org(&org);
        for photo in org.photos_come().await? {
            if let Err(error) = finish(state, &org, &photo.hash).await {
                // Refused, or to be looked at later: what the tablet is told says which.
                tracing::warn!(photo = photo.hash, ?error, "a photo that had come whole is not stored");
            }
        }
    }
    Ok(())
}

/// Looks at a photo while its tablet waits, if not too many wait for that; its pieces are kept either way.
async fn finish_for(state: &State, caller: &Caller, hash: &str) -> Result<(), Error> {
    let _room = state.room.for_photo().map_err(|late| full(state, late))?;
    caller.at_work.rest();
    finish(state, &caller.org, hash).await
}

/// All pieces are here: is it what its name says, and a photo?
async fn finish(state: &State, org: &OrgStore, hash: &str) -> Result<(), Error> {
    let bytes = org.photo_bytes(hash).await?;
    if hex::encode(Sha256::digest(&bytes)) != hash {
        org.photo_forget(hash).await?;
        return Err(Error::refused(
            "The photo that arrived is not the one that was sent: it was damaged on the way. The tablet sends it again.",
        ));
    }
    let now = state.now();
    match state.projector.ask(&Ask::Photo(wire::Bytes(bytes.clone()))).await {
        Ok(Answer::Photo(Ok(_))) => {
            state.store.objects().put(org.id(), hash, &bytes).await?;
            org.photo_complete(hash, now).await?;
            Ok(())
        }
        Ok(Answer::Photo(Err(why))) => {
            let reason = format!("The office did not take this photo: {why}. The visit goes on without it.");
            org.photo_refused(hash, now, &reason).await?;
            Err(Error::refused(reason))
        }
        Ok(Answer::Published(_)) => Err(Error::Fault(anyhow::anyhow!("the child answered something else"))),
        Err(error) if error.is::<Ended>() => {
            tracing::warn!(cause = %format!("{error:#}"), "a photo ended the reading process");
            let reason = "The office did not take this photo: it could not be read within the limits of memory and time \
                          that one photo has. The visit goes on without it.";
            org.photo_refused(hash, now, reason).await?;
            Err(Error::refused(reason))
        }
        Err(error) => {
            // The machine's trouble: the pieces stay, and the next try says more.
            tracing::warn!(cause = %format!("{error:#}"), "a photo was not looked at");
            Err(Error::problem(
                ProblemCode::Later,
                "The office could not look at this photo just now. It is kept; the tablet tries again.",
            ))
        }
    }
}

fn named(hash: &str) -> Result<String, Error> {
    let good = hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if good { Ok(hash.to_owned()) } else { Err(Error::refused("This is not the name of a photo.")) }
}
