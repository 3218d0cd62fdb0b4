//! What a page shows of somebody's own PIN.

use domain::entry::Millis;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How somebody's own PIN came to be the one that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Chosen {
    /// There was none before.
    First,
    /// By whoever knew the one before.
    Changed,
    /// The one before was forgotten, and what it opened is lost.
    Anew,
}

/// Somebody's own PIN on this tablet. Whoever it belongs to sees by this that nobody else chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OwnPin {
    /// Since when; nought where that was not written down yet.
    #[ts(type = "number")]
    pub since: Millis,
    /// How it was chosen.
    pub chosen: Chosen,
    /// What they sealed and can read back with it: lost once it is set anew.
    pub copies: u32,
    /// What they began and did not seal: nobody can read it once it is set anew.
    pub begun: u32,
}
