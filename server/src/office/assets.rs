//! What pages load beside themselves: one style sheet, one script and two fonts, compiled into the program.

use super::page::Failure;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

const ASSETS: &[(&str, &str, &[u8])] = &[
    ("office.css", "text/css; charset=utf-8", include_bytes!("../../assets/office.css")),
    ("office.js", "text/javascript; charset=utf-8", include_bytes!("../../assets/office.js")),
    (
        "AtkinsonHyperlegible-Regular.woff2",
        "font/woff2",
        include_bytes!("../../assets/fonts/AtkinsonHyperlegible-Regular.woff2"),
    ),
    (
        "AtkinsonHyperlegible-Bold.woff2",
        "font/woff2",
        include_bytes!("../../assets/fonts/AtkinsonHyperlegible-Bold.woff2"),
    ),
];

/// One of the files, by name.
pub async fn asset(Path(name): Path<String>) -> Result<Response, Failure> {
    let found = ASSETS.iter().find(|(n, _, _)| *n == name);
    let (_, kind, bytes) = found.ok_or(Failure::NotFound)?;
    Ok(([(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, "public, max-age=3600")], *bytes).into_response())
}
