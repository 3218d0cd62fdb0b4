//! samod and automerge-repo's server at the same work: the same notebooks, by programs of their own (`tests/peers`), in the
//! same run. What each of ours is compared with stands in [`KINDS`].

use super::figure::{Measure, alone, beside};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Our figures, by name.
pub type Ours = BTreeMap<&'static str, f64>;

/// Ours, the peer's, unit.
const KINDS: [(&str, &str, &str); 13] = [
    ("push_200_notebooks_of_60_durable", "push_200_notebooks_of_60_ms", "ms"),
    ("push_200_notebooks_of_60_cpu", "push_200_notebooks_of_60_server_cpu", "ms"),
    ("push_200_notebooks_of_60_bytes", "push_200_notebooks_of_60_bytes", "bytes"),
    ("first_pull_of_1000_notebooks", "first_pull_ms", "ms"),
    ("first_pull_client_cpu", "first_pull_client_cpu", "ms"),
    ("first_pull_server_cpu", "first_pull_server_cpu", "ms"),
    ("first_pull_bytes", "first_pull_bytes", "bytes"),
    ("reconnect_1000", "reconnect_1000_ms", "ms"),
    ("reconnect_1000_client_cpu", "reconnect_1000_client_cpu", "ms"),
    ("reconnect_1000_server_cpu", "reconnect_1000_server_cpu", "ms"),
    ("reconnect_1000_bytes", "reconnect_1000_bytes", "bytes"),
    ("reconnect_1000_server_cpu", "reconnect_1000_to_a_server_just_started_server_cpu", "ms"),
    ("reconnect_1000_bytes", "reconnect_1000_to_a_server_just_started_bytes", "bytes"),
];

/// Runs both on these documents, one file each.
pub fn run(ours: &Ours, docs: &Path) -> Result<()> {
    let docs = docs.to_str().context("a folder's name")?;
    drive("samod", &["drive", "samod", docs], ours)?;
    drive("automerge-repo", &["drive", "automerge-repo", docs, "tests/peers/automerge-repo/server.mjs"], ours)
}

fn drive(peer: &str, arguments: &[&str], ours: &Ours) -> Result<()> {
    let program = std::env::var_os("ENTERVIEW_PEER").context("script/bench builds samod-peer and says where it is")?;
    eprintln!("measuring: {peer}");
    let done = Command::new(program).args(arguments).output()?;
    ensure!(done.status.success(), "{peer} ended with {}: {}", done.status, String::from_utf8_lossy(&done.stderr));
    let said: BTreeMap<String, Value> = serde_json::from_slice(&done.stdout)?;
    let number = |name: &str| said.get(name).and_then(Value::as_f64).with_context(|| format!("{peer} said no {name}"));
    for (our, their, unit) in KINDS {
        let name = match their.contains("just_started") {
            true => format!("{peer}, its server just started"),
            false => peer.to_owned(),
        };
        let value = *ours.get(our).with_context(|| format!("no figure of ours is called {our}"))?;
        beside(Measure { name: our, unit, n: 1 }, value, &name, number(their)?);
    }
    for memory in ["server_memory_at_rest", "server_memory_after_1000"] {
        alone(Measure { name: &format!("{peer}_{memory}"), unit: "KiB", n: 1 }, number(memory)?);
    }
    Ok(())
}
