//! samod, and automerge-repo's server, doing the work of `script/bench sync`: the same notebooks, over a web socket on this
//! machine without TLS, between two processes; the client is samod with its documents in memory, either server keeps files.
//!
//! `samod-peer serve FOLDER` is the server. `samod-peer drive samod DOCS` and `samod-peer drive automerge-repo DOCS SERVER.mjs`
//! start a server, do the work, and print one JSON object: milliseconds, bytes of messages, KiB.

mod drive;
mod server;

use anyhow::{Result, bail};
use std::path::Path;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["serve", folder] => server::serve(Path::new(folder)).await,
        ["drive", "samod", docs] => drive::run(Path::new(docs), &server::Program::Samod).await,
        ["drive", "automerge-repo", docs, script] => {
            drive::run(Path::new(docs), &server::Program::AutomergeRepo((*script).to_owned())).await
        }
        _ => bail!("samod-peer serve FOLDER | drive samod DOCS | drive automerge-repo DOCS SERVER.mjs"),
    }
}
