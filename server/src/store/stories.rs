//! What the store promises, told on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod answering;
mod bounds;
mod copies;
mod desk;
mod log;
mod opening;
mod organisations;
mod planning;
mod plans;
mod sync;
mod tablets;
mod texts;
mod together;
mod wholeness;
