//! Names for things that two machines must agree on: UUIDs, version 7, made by whoever creates the thing.
//!
//! Nothing here makes an id: the device's surroundings and the server's edge do.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use ts_rs::TS;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        #[ts(type = "string")]
        pub struct $name(Uuid);

        impl $name {
            /// Takes a UUID that somebody else has made.
            pub const fn new(uuid: Uuid) -> Self { Self(uuid) }
            /// The UUID within.
            pub const fn uuid(self) -> Uuid { self.0 }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { Uuid::parse_str(text).map(Self) }
        }
    };
}

id! {
    /// One notebook: a visit's, an outreach event's, or one tablet's for one day. A visit's notebook has the visit's own id.
    NotebookId
}
id! {
    /// One entry in a notebook, given by the tablet on which it was made.
    EntryId
}
id! {
    /// Somebody who works with the organisation: representative, outreach worker, officer, administrator.
    PersonId
}
id! {
    /// One tablet, from its setting up to its retirement.
    DeviceId
}
id! {
    /// One local network and its host: whoever the people, visits and reports belong to.
    OrgId
}
id! {
    /// One sealed record: a concern, contact details or an equality sheet.
    SealedId
}
id! {
    /// One life of a server's store; a restored or moved store takes a new one (`docs/protocol.md`).
    StoreId
}
