//! `bench [NAME…]`: what the product costs, one JSON object a line on standard output; what goes on, on standard error.
//! Everything runs through real parts: the tablet's encrypted store, a server process of its own, TLS, the report's own
//! program. Where a peer is named it does the same work in the same run, by turns; the machine's noise hits both.
//! `script/bench` builds and calls it; `docs/bench.md` says what each line means.

mod crash;
mod draft;
mod feed;
mod figure;
mod hostile;
mod memory;
mod month;
mod peers;
mod photo;
mod pull;
mod push;
mod record;
mod report;
mod screens;
mod slow;
mod soak;
mod storm;
mod sync;
mod tablet;
mod town;
mod writes;

use anyhow::{Result, bail};

const ALL: [&str; 10] = ["draft", "writes", "sync", "feed", "memory", "slow", "photo", "report", "hostile", "screens"];
/// Of these some are parts of it, and it takes a window: it is only run when it is asked for.
const TABLET: &str = "tablet";

fn main() -> Result<()> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    match asked.split_first() {
        // A history has a runtime of its own, of one thread.
        Some((first, rest)) if first == "soak" => soak::run(rest),
        // Started by `tablet`, for a process that has done nothing before.
        Some((first, rest)) if first == "list-of" => tablet::list_of(rest),
        _ => tokio::runtime::Runtime::new()?.block_on(measure(&asked)),
    }
}

async fn measure(asked: &[String]) -> Result<()> {
    // One source of encryption for every connection of this program; a second call would change nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Each of these takes minutes and the whole machine, so it is only run when it is asked for.
    match asked.split_first() {
        Some((first, rest)) if first == "storm" => return storm::run(storm::Size::of(rest)?).await,
        Some((first, rest)) if first == "crash" => return crash::run(rest).await,
        Some((first, [])) if first == TABLET => return tablet::run().await,
        // Two parts of `sync`, without the peers beside them.
        Some((first, [])) if first == "push" => return push::run(&mut peers::Ours::new()).await,
        Some((first, [])) if first == "pull" => {
            return pull::run(&mut peers::Ours::new(), tempfile::tempdir()?.path()).await;
        }
        _ => {}
    }
    if let Some(unknown) = asked.iter().find(|name| !ALL.contains(&name.as_str())) {
        bail!("bench knows no {unknown}; it knows {}, and {TABLET}, push, pull, storm, soak and crash", ALL.join(", "));
    }
    for name in ALL {
        if !asked.is_empty() && !asked.iter().any(|a| a == name) {
            continue;
        }
        eprintln!("measuring: {name}");
        match name {
            "draft" => draft::run().await?,
            "writes" => writes::run().await?,
            "sync" => sync::run().await?,
            "feed" => feed::run().await?,
            "memory" => memory::run().await?,
            "slow" => slow::run().await?,
            "photo" => photo::run().await?,
            "report" => report::run().await?,
            "hostile" => hostile::run().await?,
            _ => screens::run()?,
        }
    }
    Ok(())
}
