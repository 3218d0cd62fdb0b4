//! `POST /sync/v1/sealed`: concerns, contact details and equality sheets, through a door of their own. They are kept
//! as they come; who may open them is [`crate::sealed`]'s matter.

use super::door::{Caller, json};
use crate::error::Error;
use crate::projector::refound;
use crate::serve::State;
use crate::store::sealed::NewSealed;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State as In;
use axum::http::StatusCode;
use domain::sealed::SealedKind;
use domain::wire::{LARGEST_SEALED, SealedRecord};

/// The shortest that can be one: a nonce and a tag.
const SHORTEST: usize = 12 + 16;

/// `POST /sync/v1/sealed`; a repeat is answered the same.
pub(super) async fn take(
    In(state): In<State>,
    Extension(caller): Extension<Caller>,
    body: Bytes,
) -> Result<StatusCode, Error> {
    let record: SealedRecord = json(&body)?;
    let size = record.sealed.0.len() + record.wrapped_key.0.len();
    if size > LARGEST_SEALED || record.sealed.0.len() < SHORTEST || record.wrapped_key.0.is_empty() {
        return Err(Error::refused(
            "This sealed record is too large, or cut off. It was not taken, and stays on the tablet.",
        ));
    }
    let equality = record.kind == SealedKind::Equality;
    if equality && record.notebook.is_some() {
        return Err(Error::refused("An equality sheet names no visit. It was not taken, and stays on the tablet."));
    }
    if let Some(notebook) = record.notebook
        && state.store.is_another_orgs(caller.org.id(), &notebook.to_string()).await?
    {
        return Err(Error::refused(
            "This visit is another organisation's. It was not taken, and stays on the tablet; ring the office.",
        ));
    }
    let kind = match record.kind {
        SealedKind::Concern => "concern",
        SealedKind::Contact => "contact",
        SealedKind::Equality => "equality",
    };
    // How to reach somebody whose words were taken back is kept no more than they are: without its key it opens for nobody.
    let taken_back = match (record.kind, record.notebook) {
        (SealedKind::Contact, Some(notebook)) => {
            refound::belongs_to_what_was_taken_back(&caller.org, notebook, &record.wrapped_key.0, &record.sealed.0)
                .await?
        }
        _ => false,
    };
    let wrapped = if taken_back { Vec::new() } else { record.wrapped_key.0 };
    let device = caller.device.to_string();
    caller
        .org
        .put_sealed(
            vec![NewSealed {
                id: record.id.to_string(),
                kind: kind.to_owned(),
                notebook: record.notebook.map(|id| id.to_string()),
                about: None,
                // Whose tablet a sheet came from would tie it to a person.
                device: (!equality).then_some(device),
                ciphertext: record.sealed.0,
                wrapped,
            }],
            state.now(),
        )
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
