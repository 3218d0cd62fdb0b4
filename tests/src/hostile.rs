//! Bytes as somebody makes them who means harm: valid ones, bent where it hurts, with every checksum put right again.
//! Seeded, so that whatever is found is found again. What takes these bytes is not here (`fuzz/`, `bench hostile`).

mod chance;
mod chunk;
mod picture;
mod seeds;
mod words;

pub use chance::Chance;
pub use chunk::Chunk;
pub use picture::bent as bent_picture;
pub use seeds::{Field, pictures};
pub use words::bent as bent_words;
