//! The server of a peer, as a process of its own, and what the system says of it.

use anyhow::{Context, Result};
use samod::{Repo, Url};
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

/// samod's server on a folder, until it is killed; its first line says where it is.
#[allow(clippy::print_stdout)]
pub async fn serve(folder: &Path) -> Result<()> {
    let storage = samod::storage::TokioFilesystemStorage::new(folder);
    let repo = Repo::build_tokio().with_storage(storage).with_peer_id("server".into()).load().await;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("ws://{}/", listener.local_addr()?);
    let acceptor = repo.make_acceptor(Url::parse(&url)?)?;
    println!("{url}");
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let socket = tokio_tungstenite::accept_async(stream).await?;
        acceptor.accept_tungstenite(socket)?;
    }
}

/// Which server.
pub enum Program {
    Samod,
    /// The script that starts it.
    AutomergeRepo(String),
}

/// A running server; it ends with this value.
pub struct Server {
    child: Child,
    pub url: Url,
}

impl Program {
    pub async fn start(&self, folder: &Path) -> Result<Server> {
        let mut run = match self {
            Self::Samod => {
                let mut run = Command::new(std::env::current_exe()?);
                run.arg("serve").arg(folder);
                run
            }
            Self::AutomergeRepo(script) => {
                let mut run = Command::new("node");
                run.arg(script).arg(folder);
                run
            }
        };
        let mut child = run.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("its words")?).lines();
        let url = lines.next_line().await?.context("the server ended before it was ready")?;
        Ok(Server { child, url: Url::parse(&url)? })
    }
}

impl Server {
    pub fn cpu_ms(&self) -> Result<f64> {
        cpu_ms(self.child.id().context("the server has gone")?)
    }

    pub fn memory(&self) -> Result<u64> {
        let id = self.child.id().context("the server has gone")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    }

    pub async fn stop(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }
}

/// Processor time of a process in milliseconds, to a hundredth of a second.
pub fn cpu_ms(id: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
    let behind = stat.rsplit(')').next().unwrap_or_default();
    let ticks = behind.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
    Ok(ticks.sum::<Result<u64, _>>()? as f64 * 10.0)
}
