//! What tablet and office say to each other over HTTPS: the one thing both rooms know besides the notebook.
//!
//! Bodies are JSON; bytes stand in it as base64. `docs/protocol.md` tells the same in words. No transport lives here.

mod brief;
mod code;
mod feed;
mod mark;
mod packed;
mod reach;
mod schema;
mod spoken;

pub use brief::{Asks, BRIEF, NotBrief, Place, Says};
pub use code::{EnrolmentCode, NotACode};
pub use feed::{Cursor, Feed, FeedItem, Lead, NotACursor, Organisation, Person, Visit};
pub use mark::Mark;
pub use packed::{DEFLATE, Effort, NotUnpacked, WORTH_PACKING, pack, unpack};
pub use reach::{Reach, host};
pub use spoken::{Behind, Spoken};

use crate::ids::{DeviceId, EntryId, NotebookId, OrgId, PersonId, SealedId, StoreId};
use crate::notebook::Hash;
use crate::sealed::SealedKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use ts_rs::TS;

/// The newest version of these messages that this build speaks: since 2, bodies may be packed; since 3, what stands with each
/// may be said briefly.
pub const VERSION: u16 = 3;
/// The oldest version that this build still speaks: what was written two versions ago is understood.
pub const OLDEST: u16 = 1;
/// The version since which an office takes packed bodies; one that is older would call them unreadable.
pub const PACKED_SINCE: u16 = 2;
/// The version since which an office understands [`BRIEF`].
pub const BRIEF_SINCE: u16 = 3;
/// The largest body of a push, in bytes.
pub const LARGEST_PUSH: usize = 4 * 1024 * 1024;
/// The largest piece of a photo, in bytes.
pub const LARGEST_PIECE: usize = 256 * 1024;
/// The largest photo that a tablet sends, in bytes; an encoded 2,048 px picture is a tenth of it.
pub const LARGEST_PHOTO: u64 = 8 * 1024 * 1024;
/// The largest sealed record, in bytes.
pub const LARGEST_SEALED: usize = 64 * 1024;
/// The most changes in one push.
pub const MOST_CHANGES: usize = 500;
/// The most notes that one push asks to be taken out.
pub const MOST_TAKEN_BACK: usize = 100;
/// How long a feed request is held open, in seconds.
pub const LONGEST_WAIT: u64 = 25;

/// Header: which device asks.
pub const DEVICE: &str = "x-enterview-device";
/// Header: the server's nonce that the request is signed over.
pub const NONCE: &str = "x-enterview-nonce";
/// Header of a reply to a signed request: how far the record has come, as [`Mark`] writes it. Header of a feed request: the
/// furthest that this tablet was told.
pub const MARK: &str = "x-enterview-mark";
/// Header: Ed25519 signature over [`signed_text`], base64.
pub const SIGNATURE: &str = "x-enterview-signature";
/// Header of every reply: the nonce for the next request.
pub const NEXT_NONCE: &str = "x-enterview-next-nonce";
/// Header of every reply: the server's clock, in milliseconds since 1970 (UTC).
pub const SERVER_TIME: &str = "x-enterview-time";
/// Header of a signed request: what waits on the tablet once this request is answered well, as [`Waiting`] writes it.
pub const WAITING: &str = "x-enterview-waiting";
/// Header of every reply: the version of the office's program, so that a tablet tries again what an older one refused; and
/// of a tablet's signed request: that of its own program, for the office's page of tablets.
pub const PROGRAM: &str = "x-enterview-program";
/// Header: of a request, the version that is spoken in it; of every reply, the newest that the office speaks.
pub const SPEAKS: &str = "x-enterview-version";

/// What a device signs: method, path with query, the body's SHA-256 in hexadecimal, and the server's nonce; never a time.
#[must_use]
pub fn signed_text(method: &str, path_and_query: &str, body_sha256: &str, nonce: &str) -> String {
    format!("enterview/1\n{method}\n{path_and_query}\n{body_sha256}\n{nonce}")
}

/// Bytes that stand in JSON as base64.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Bytes(pub Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use base64::Engine as _;
        to.serialize_str(&base64::engine::general_purpose::STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use base64::Engine as _;
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        base64::engine::general_purpose::STANDARD.decode(text.as_bytes()).map(Self).map_err(serde::de::Error::custom)
    }
}

/// `POST /sync/v1/enrol`: a tablet makes itself known, for the first time or again. It is not signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Enrol {
    /// The code's secret.
    pub secret: String,
    /// The tablet's id, made by itself.
    pub device: DeviceId,
    /// What people call it: *tablet 2*.
    pub name: String,
    /// Its Ed25519 verifying key, 32 bytes.
    pub key: Bytes,
    /// The organisation that it was set up with before; a code of another one is not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub belongs: Option<OrgId>,
}

/// The answer to [`Enrol`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Enrolled {
    /// The organisation.
    pub org: OrgId,
    /// The store's present life.
    pub store: StoreId,
    /// Whose tablet it is: one person, or a team that shares it.
    pub holders: Vec<PersonId>,
}

/// `POST /sync/v1/push`: changes for good keeping.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Push {
    /// At most [`MOST_CHANGES`], those that others stand on first.
    pub changes: Vec<PushedChange>,
    /// Notes of this tablet that somebody asked not to be kept, at most [`MOST_TAKEN_BACK`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub take_back: Vec<TakeBack>,
}

/// A note that was sent, and is to be kept nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TakeBack {
    /// In which notebook.
    pub notebook: NotebookId,
    /// Which.
    pub entry: EntryId,
}

/// One change of one notebook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PushedChange {
    /// Which notebook.
    pub notebook: NotebookId,
    /// The change's hash.
    pub hash: Hash,
    /// One change chunk.
    pub bytes: Bytes,
    /// Another tablet wrote it, and this one only brings what an office that was put back had lost.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub relayed: bool,
    /// Changes of this tablet's that are held or wait, and whose values this one and those before it say again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaces: Vec<Hash>,
}

/// What waits on a tablet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Waiting {
    /// Changes that the office has not taken, refused ones too.
    pub changes: u32,
    /// Photos not yet complete there, refused ones and those that wait for their covers too.
    pub photos: u32,
    /// Bytes of these photos.
    #[ts(type = "number")]
    pub photo_bytes: u64,
    /// Sealed records not yet there.
    pub sealed: u32,
    /// Drafts that nobody has finished.
    pub drafts: u32,
}

/// As in the header [`WAITING`]: changes, photos, bytes of photos, sealed records, drafts, with points between.
impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { changes, photos, photo_bytes, sealed, drafts } = self;
        write!(f, "{changes}.{photos}.{photo_bytes}.{sealed}.{drafts}")
    }
}

impl FromStr for Waiting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let no = || format!("`{text}` does not say what waits on a tablet");
        let parts: Vec<&str> = text.split('.').collect();
        let [changes, photos, photo_bytes, sealed, drafts] = parts.as_slice() else { return Err(no()) };
        let small = |part: &str| part.parse::<u32>().map_err(|_| no());
        Ok(Self {
            changes: small(changes)?,
            photos: small(photos)?,
            photo_bytes: photo_bytes.parse().map_err(|_| no())?,
            sealed: small(sealed)?,
            drafts: small(drafts)?,
        })
    }
}

/// What became of one pushed change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum Fate {
    /// Durable on the server's disk; the tablet may clear its outbox. A repeat is answered the same.
    Taken,
    /// Durable at the office already, because another tablet brought it; this one has no more to do for it.
    Published,
    /// Taken, but not shown: why.
    Held {
        /// For a person to read.
        reason: String,
    },
    /// Refused: why. It stays on the tablet.
    Refused {
        /// For a person to read.
        reason: String,
    },
    /// Not taken: the notebook was founded again without what somebody took back, and this is, or stands on, what is no
    /// more. The feed says which entries are gone; what else this says is written again on the new ground.
    Gone,
    /// Something that only a newer tablet understands. Nothing is known of the change, so it stays on the tablet.
    #[serde(other, skip_serializing)]
    #[schemars(skip)]
    Newer,
}

/// The answer to [`Push`], once all that is *taken* is on disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pushed {
    /// One fate for each change.
    pub fates: Vec<(Hash, Fate)>,
    /// Of [`Push::take_back`], what is being taken out. What is not named here is asked for again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taking_back: Vec<EntryId>,
    /// Of [`Push::take_back`], what is out already, or was before it ever came: nothing of it is at the office.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken_out: Vec<EntryId>,
}

/// `POST /sync/v1/sealed`: one record behind another door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SealedRecord {
    /// Made by the tablet; a repeat is answered the same.
    pub id: SealedId,
    /// Which door.
    pub kind: SealedKind,
    /// During which visit; never for equality sheets.
    pub notebook: Option<NotebookId>,
    /// The record's own 256-bit key, encrypted to the recipients with age (binary).
    pub wrapped_key: Bytes,
    /// ChaCha20-Poly1305 under that key: 12 bytes of nonce, then the JSON of the record with its tag.
    pub sealed: Bytes,
}

/// Answer to `HEAD` and `PATCH /sync/v1/photos/HASH`: how much of the photo is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PhotoProgress {
    /// Bytes here, from the first on.
    pub have: u64,
    /// All is here, verified and durable.
    pub complete: bool,
}

/// Header of a `PATCH`: at which byte this piece begins.
pub const PIECE_AT: &str = "x-enterview-offset";
/// Header of a `PATCH` and of the answers: the photo's whole size in bytes.
pub const PHOTO_SIZE: &str = "x-enterview-size";
/// Header of the answer to `HEAD`: bytes here.
pub const PHOTO_HAVE: &str = "x-enterview-have";
/// Header of the answer to `HEAD`: `yes` when complete.
pub const PHOTO_COMPLETE: &str = "x-enterview-complete";

/// A refusal, as `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// Stable, for the tablet to branch on.
    pub code: ProblemCode,
    /// For a person: what happened, what is safe, what to do.
    pub title: String,
}

/// Refusals that a tablet treats differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemCode {
    /// The set-up code is wrong, used or too old.
    BadCode,
    /// The server does not know this device. Never treated as revoked.
    UnknownDevice,
    /// The office retired this device or reported it lost.
    Revoked,
    /// Signature or nonce is not right; ask again with the new nonce.
    Unsigned,
    /// Too large or not readable; sending it again will not help.
    Refused,
    /// One of the two is too old; the text says which must be updated.
    Version,
    /// Busy, or its disk is full; try again later, and not before what `retry-after` says.
    Later,
    /// A code that only a newer tablet understands; to be tried again later.
    #[serde(other, skip_serializing)]
    #[schemars(skip)]
    Newer,
}
