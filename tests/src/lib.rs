//! Stories played on real parts: a real server process, real tablets without a screen, the office's own pages.
//!
//! What a scenario file says is read in [`scenario`]; nothing here knows any one file's contents.

pub mod browser;
pub mod crash;
pub mod expect;
pub mod hostile;
pub mod light;
pub mod office;
pub mod outgrown;
pub mod play;
pub mod process;
pub mod relay;
pub mod scenario;
pub mod server;
pub mod sim;
pub mod slow;
pub mod summary;
pub mod tablet;
pub mod times;

/// A new password of sixteen letters and digits in four groups.
///
/// # Errors
/// The system has no source of chance.
pub fn password() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("{e}"))?;
    let text = hex::encode(bytes);
    let groups: Vec<&str> = text.as_bytes().chunks(4).filter_map(|c| std::str::from_utf8(c).ok()).collect();
    Ok(groups.join("-"))
}
