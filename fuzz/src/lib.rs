//! Everything of ours that reads bytes from outside, as functions that take any bytes at all. What a target promises it
//! says itself: none may panic, and what it lets through must hold. `README.md` says how they are run.

mod corpus;
mod targets;

pub use corpus::{Corpus, kept};
pub use targets::{ALL, Target, named};
