//! The tablet's shell: the window, its commands over [`device`], and the way photos reach the screen.
//!
//! No rule of the field and no storage lives here; a command is a few lines over `Device`.

pub mod bridge;
pub mod commands;
mod handed;
pub mod photos;
pub mod sending;
pub mod tablet;
pub mod window;
pub mod words;

pub use window::run;
