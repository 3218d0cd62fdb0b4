//! What the office promises its people, told through its forms.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod answers;
mod before_sending;
mod concerns;
mod directories;
mod forms;
mod holding;
mod lines;
mod mails;
mod notes;
mod people;
mod planning;
mod reports;
mod steps;
mod tablets;
mod the_day;
mod trail;
mod weighing;
