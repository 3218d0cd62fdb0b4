//! Stories at the tablets' door: a real server on a real socket, a real store, a real child; only the clock is the test's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod brief;
mod busy;
mod enrolling;
mod gone;
mod packed;
mod photos;
mod program;
mod pushing;
mod quarantine;
mod sealing;
mod seeing;
mod spoilt;
mod tablet;
mod versions;
mod world;
