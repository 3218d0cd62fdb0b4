//! What the tablet's screens weigh, as `gzip -9` packs them.

use super::figure::{Measure, alone};
use anyhow::{Context, Result};
use std::process::Command;

pub fn run() -> Result<()> {
    let folder = std::env::current_dir()?.join("ui/dist/assets");
    let (mut bytes, mut files) = (0, 0);
    for file in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = file?.path();
        if !path.extension().is_some_and(|e| e == "js" || e == "css") {
            continue;
        }
        let packed = Command::new("gzip").args(["-9", "-c"]).arg(&path).output().context("gzip")?;
        bytes += packed.stdout.len();
        files += 1;
    }
    alone(Measure { name: "ui_bundle_gzipped", unit: "bytes", n: files }, bytes as f64);
    Ok(())
}
