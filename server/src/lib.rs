//! The host's server: what comes from the tablets, what the office does with it, what leaves as a report.
//!
//! Each module says at its head what lives in it. This room never sees `device`; what the two share is `domain`.

pub mod answers;
pub mod auth;
pub mod backup;
pub mod calendar;
pub mod check;
pub mod cli;
pub mod collate;
pub mod directory;
pub mod error;
pub mod here;
pub mod mail;
pub mod objects;
pub mod office;
pub mod projector;
pub mod reports;
pub mod sealed;
pub mod serve;
pub mod store;
pub mod sync;
