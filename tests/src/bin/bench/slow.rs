//! A visit's words over a road of 20 kbit/s and a second there and back, which breaks every tenth time. The road does not
//! wait: what it would have taken is reckoned from what went over it.

use super::figure::{Measure, alone};
use anyhow::Result;
use journeys::slow::Slow;

const NOTES: usize = 60;

pub async fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut slow = Slow::new(folder.path()).await?;
    slow.relay.breaks_every(10);
    slow.write(NOTES)?;
    let words = slow.send().await?;
    alone(Measure { name: "slow_link_words_s", unit: "s", n: NOTES }, words.seconds);
    alone(
        Measure { name: "slow_link_words_bytes", unit: "bytes", n: NOTES },
        (words.carried.up + words.carried.down) as f64,
    );
    slow.photograph(7)?;
    let photo = slow.send().await?;
    alone(Measure { name: "slow_link_photo_s", unit: "s", n: 1 }, photo.seconds);
    slow.server.stop().await
}
