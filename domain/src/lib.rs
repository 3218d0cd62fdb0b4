//! The words and rules of enter and view: what may be said, by whom, in which order, by when.
//!
//! Nothing here reads a clock, draws a random number, opens a file or waits: time and new ids are
//! handed in, so that every story can be told again exactly. Only [`notebook`] knows automerge.

pub mod authorisation;
pub mod clock;
pub mod entry;
pub mod ids;
pub mod notebook;
pub mod on_the_day;
pub mod report;
pub mod scheme;
pub mod sealed;
pub mod wire;
