//! The tablets' door: HTTPS requests signed by an enrolled tablet (`docs/protocol.md`). What a change says is
//! judged behind it, by [`crate::projector`]; SQL lives in [`crate::store`].

mod body;
pub mod chunk;
mod door;
mod enrol;
mod feed;
mod nonce;
mod pace;
#[cfg(test)]
mod paths;
mod photos;
mod push;
mod room;
mod seal;
pub(crate) mod write;

pub use door::Seldom;
pub(crate) use enrol::secret;
pub use enrol::{CODE_LASTS, NewCode, hash_of_code, new_code};
pub use pace::{Allowance, Pace, Paces};
pub(crate) use photos::finish_all;
pub use room::{Bounds, Room};
pub use write::office_write;

use crate::serve::State;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, head, post};
use domain::wire;

/// On which terms tablets are let in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terms {
    /// The versions that are spoken.
    pub spoken: wire::Spoken,
    /// How much each may ask.
    pub paces: Paces,
    /// How much there is room for.
    pub bounds: Bounds,
}

/// The routes under `/sync/v1/`.
pub fn router(state: State) -> Router {
    let signed = Router::new()
        .route("/sync/v1/push", post(push::push))
        .route("/sync/v1/feed", get(feed::feed))
        .route("/sync/v1/photos/{hash}", head(photos::have).patch(photos::piece))
        .route("/sync/v1/sealed", post(seal::take))
        .route_layer(from_fn_with_state(state.clone(), door::signed));
    let enrolling = Router::new()
        .route("/sync/v1/enrol", post(enrol::enrol))
        .route_layer(from_fn_with_state(state.clone(), door::setting_up));
    Router::new()
        .merge(signed)
        .merge(enrolling)
        .route("/sync/v1/nonce", get(|| async { StatusCode::NO_CONTENT }))
        .route_layer(from_fn_with_state(state.clone(), door::speaks))
        .layer(from_fn(body::replies))
        .layer(from_fn_with_state(state.clone(), door::always))
        .layer(DefaultBodyLimit::max(wire::LARGEST_PUSH))
        .with_state(state)
}
