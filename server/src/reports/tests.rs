//! Stories of the report on Hazel Court, told through all writers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod checking;
mod forms;
mod hazel_court;
mod hostile;
mod reading;
