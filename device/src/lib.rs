//! Everything a tablet can do, without a window: [`Device`] holds an encrypted store, photos, sealed records and the
//! sending. It knows no Tauri, reads no clock and draws no random number but through [`Surroundings`].

mod days;
mod device;
mod drafts;
mod error;
pub mod handed;
mod lock;
mod on_the_day;
mod own;
mod pack;
mod photos;
mod rewrite;
mod safe;
mod screen;
mod seal;
mod shelf;
mod store;
pub mod surroundings;
mod survey;
pub mod sync;
pub mod transport;
pub mod views;
mod visits;
mod whereabouts;
mod writing;

pub use device::{Device, There};
pub use error::Error;
pub use lock::Stretch;
pub use photos::ToLookAt;
pub use surroundings::{Around, Real, Surroundings, Told};
pub use transport::Transport;

#[cfg(test)]
mod tests;
