//! Photos for who is signed in: by hash, never kept by the browser, and only where their visit may be seen.

use super::Shared;
use super::page::{Answer, Failure};
use super::visits::seen;
use crate::auth::Signed;
use crate::auth::may::Role;
use crate::collate::photo_bytes;
use axum::Router;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::routing::get;

/// The photos' route.
pub fn routes() -> Router<Shared> {
    Router::new().route("/office/photos/{hash}", get(photo))
}

async fn photo(signed: Signed, Path(hash): Path<String>) -> Answer {
    if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Failure::NotFound);
    }
    let progress = signed.org.photo_progress(&hash).await?.ok_or(Failure::NotFound)?;
    if let (false, Some(notebook)) = (signed.is(Role::Officer), &progress.notebook) {
        let visit = signed.org.notebook(notebook).await?.and_then(|n| n.visit).ok_or(Failure::NotFound)?;
        seen(&signed, &visit).await?;
    }
    let bytes = photo_bytes(&signed.org, signed.org.store().objects(), &hash).await?.ok_or(Failure::NotFound)?;
    Ok(([(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "no-store")], bytes).into_response())
}
