//! A picture of 12 megapixels (a drawing of ours, which has less noise than a photo), from its bytes to the sealed file and its thumbnail, beside `vipsthumbnail`
//! making the same two sizes as plain files. Ours also checks limits, drops the metadata, hashes, encrypts and commits.

use super::figure::{Measure, beside, median, ms, process};
use super::town::Town;
use anyhow::{Context, Result};
use device::views::PhotoUse;
use std::path::PathBuf;
use std::time::Instant;

const TIMES: usize = 9;

pub async fn run() -> Result<()> {
    let file: PathBuf = std::env::current_dir()?.join("tests/examples/hazel-court/photos/corridor.jpg");
    let bytes = std::fs::read(&file).with_context(|| file.display().to_string())?;
    let mut town = Town::new().await?;
    let mut tablet = town.tablet().await?;
    tablet.sync().await?;
    let event = town.event(&mut tablet, 0)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let input = file.to_string_lossy();
    let out = |size: &str| format!("{}/{size}.jpg[Q=82,strip]", town.folder.path().display());
    let (large, small) = (out("large"), out("small"));
    for n in 0..TIMES {
        let began = Instant::now();
        let pending = tablet.device().take_photo(event, &bytes)?;
        let used = PhotoUse {
            shapes: Vec::new(),
            permission: "deputy manager".into(),
            caption: String::new(),
            shows: format!("Corridor, {n}"),
            nobody_recognisable: true,
            area: None,
            theme: None,
        };
        tablet.device().use_photo(pending.id, &used, None)?;
        ours.push(ms(began));
        let large = process("vipsthumbnail", &[&input, "--size", "2048x2048", "-o", &large])?;
        theirs.push(large + process("vipsthumbnail", &[&input, "--size", "320x320", "-o", &small])?);
    }
    let of = Measure { name: "photo_12_megapixels", unit: "ms", n: TIMES };
    beside(of, median(&ours), "vipsthumbnail, two processes", median(&theirs));
    town.server.stop().await
}
