//! Photos in and out: bytes come in as a request's raw body, pictures go out through the `photo:` protocol.
//!
//! Nothing is decoded or covered here; `device` does that.

use crate::{bridge::Failure, tablet::Tablet};
use device::views::{PendingId, PendingPhoto};
use domain::ids::NotebookId;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::ipc::InvokeBody;
use tauri::{Manager, Runtime, State, UriSchemeContext, UriSchemeResponder};

/// The header that says into which notebook a photo is taken.
const NOTEBOOK: &str = "notebook";

/// Takes a photo in. The bytes are the request's body; the notebook is in its header.
#[tauri::command(async)]
pub fn take_photo(tablet: State<'_, Tablet>, request: tauri::ipc::Request<'_>) -> Result<PendingPhoto, Failure> {
    let _until_done = tablet.signal().work();
    let named = request.headers().get(NOTEBOOK).and_then(|value| value.to_str().ok());
    let notebook: Option<NotebookId> = named.and_then(|text| text.parse().ok());
    match (request.body(), notebook) {
        (InvokeBody::Raw(bytes), Some(notebook)) => tokio::task::block_in_place(|| {
            let taken = tablet.with(|device| device.take_photo(notebook, bytes));
            tablet.signal().beat();
            taken
        }),
        _ => Err(Failure::new("photo", "The tablet did not get the photo. Nothing is lost. Choose it once more.")),
    }
}

/// Answers `photo://localhost/picture/HASH`, `/thumbnail/HASH` and `/waiting/ID`, off the screen's thread.
pub fn answer<R: Runtime>(context: UriSchemeContext<'_, R>, request: Request<Vec<u8>>, to: UriSchemeResponder) {
    let app = context.app_handle().clone();
    tauri::async_runtime::spawn_blocking(move || {
        let found = picture(&app.state::<Tablet>(), request.uri().path());
        let (status, bytes) = match found {
            Some(bytes) => (StatusCode::OK, bytes),
            None => (StatusCode::NOT_FOUND, Vec::new()),
        };
        let mut response = Response::new(bytes);
        *response.status_mut() = status;
        response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("image/jpeg"));
        response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
        to.respond(response);
    });
}

fn picture(tablet: &Tablet, path: &str) -> Option<Vec<u8>> {
    // The screens' own helper escapes the slash between kind and name.
    let path = path.trim_start_matches('/').replace("%2F", "/");
    let (kind, name) = path.split_once('/')?;
    let asked = tablet.with(|device| match kind {
        "picture" => device.photo(name).map(Some),
        "thumbnail" => device.thumbnail(name).map(Some),
        "waiting" => match name.parse() {
            Ok(id) => device.pending_preview(PendingId(id)).map(Some),
            Err(_) => Ok(None),
        },
        _ => Ok(None),
    });
    asked.ok().flatten()
}
