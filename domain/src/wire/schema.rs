//! What stands in these messages as one text, for whoever reads their schema (`docs/openapi.json`).

use super::{Bytes, Cursor};
use crate::ids::{DeviceId, EntryId, NotebookId, OrgId, PersonId, SealedId, StoreId};
use crate::notebook::Hash;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

macro_rules! text {
    ($($type:ident: $schema:tt),+ $(,)?) => {$(
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )+};
}

text! {
    DeviceId: { "type": "string", "format": "uuid", "description": "One tablet, from its setting up to its retirement." },
    EntryId: { "type": "string", "format": "uuid", "description": "One entry in a notebook." },
    NotebookId: { "type": "string", "format": "uuid", "description": "One notebook; a visit's has the visit's own id." },
    OrgId: { "type": "string", "format": "uuid", "description": "One local network and its host." },
    PersonId: { "type": "string", "format": "uuid", "description": "Somebody who works with the organisation." },
    SealedId: { "type": "string", "format": "uuid", "description": "One sealed record." },
    StoreId: { "type": "string", "format": "uuid", "description": "One life of the office's record." },
    Hash: { "type": "string", "pattern": "^[0-9a-f]{64}$", "description": "The hash of a change." },
    Bytes: { "type": "string", "contentEncoding": "base64" },
    Cursor: {
        "type": "string",
        "pattern": "^[0-9a-f-]{36}\\.[0-9]+$",
        "description": "Where a tablet has read up to: the store's life and a revision in it, with a point between.",
    },
}
