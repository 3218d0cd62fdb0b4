//! The child process: the same binary as `enterview project-worker`, given one job at a time over its standard
//! input, with limits on memory and time, and killed when it does not answer. Both ends of the pipe live here.

use super::{Answer, Ask};
use anyhow::{Context as _, bail};
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{ExitCode, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};

/// Memory that one job may take beyond what the program itself occupies, in bytes.
const MEMORY: u64 = 512 * 1024 * 1024;
/// Processor time that one job may take, in seconds.
const CPU_SECONDS: u64 = 5;
/// Time on the wall after which the child is killed; other processes may hold the processor meanwhile.
const PATIENCE: Duration = Duration::from_secs(30);
/// No frame is larger: 500 changes of 4 MiB in base64, or a notebook of years.
const LARGEST_FRAME: usize = 96 * 1024 * 1024;

/// The child could not even be started: the machine's trouble, and no fault of what it was to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the reading process could not be started")]
pub struct NotStarted;

/// The child ended over its job: by one of its limits, or in a way that must not happen. Another try ends the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the reading process ended")]
pub struct Ended;

/// The parent's end.
#[derive(Debug)]
pub(super) struct Worker {
    program: PathBuf,
    child: Option<Child>,
}

impl Worker {
    pub(super) const fn new(program: PathBuf) -> Self {
        Self { program, child: None }
    }

    /// Gives the child one job. An error means that it died of it or was killed; the next job starts another.
    pub(super) async fn ask(&mut self, ask: &Ask) -> anyhow::Result<Answer> {
        let frame = serde_json::to_vec(ask)?;
        // Taken out until it has answered: whoever gives up waiting drops it, and `kill_on_drop` ends it.
        // One that ended between two jobs, for whatever reason, ended over neither.
        let alive = self.child.take().and_then(|mut child| matches!(child.try_wait(), Ok(None)).then_some(child));
        let mut child = match alive {
            Some(child) => child,
            None => self.start().context(NotStarted)?,
        };
        let answer = tokio::time::timeout(PATIENCE, exchange(&mut child, &frame)).await;
        match answer {
            Ok(Ok(answer)) => {
                self.child = Some(child);
                Ok(answer)
            }
            Ok(Err(error)) => Err(error.context(Ended)),
            Err(_) => bail!("the reading process did not answer in {} s", PATIENCE.as_secs()),
        }
    }

    fn start(&self) -> anyhow::Result<Child> {
        Command::new(&self.program)
            .arg("project-worker")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .env_clear()
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("starting {}", self.program.display()))
    }
}

async fn exchange(child: &mut Child, frame: &[u8]) -> anyhow::Result<Answer> {
    let to = child.stdin.as_mut().context("no way in")?;
    to.write_u32(u32::try_from(frame.len())?).await?;
    to.write_all(frame).await?;
    to.flush().await?;
    let from = child.stdout.as_mut().context("no way out")?;
    let length = usize::try_from(from.read_u32().await?)?;
    if length > LARGEST_FRAME {
        bail!("an answer of {length} bytes");
    }
    let mut answer = vec![0; length];
    from.read_exact(&mut answer).await?;
    Ok(serde_json::from_slice(&answer)?)
}

/// The child's end: reads jobs until its input closes. Has no store, no network and no key.
#[must_use]
pub fn run() -> ExitCode {
    let (mut from, mut to) = (std::io::stdin().lock(), std::io::stdout().lock());
    loop {
        let mut length = [0; 4];
        if from.read_exact(&mut length).is_err() {
            return ExitCode::SUCCESS;
        }
        let Ok(length) = usize::try_from(u32::from_be_bytes(length)) else { return ExitCode::FAILURE };
        if length > LARGEST_FRAME {
            return ExitCode::FAILURE;
        }
        let mut frame = vec![0; length];
        let read = from.read_exact(&mut frame);
        limit();
        let answer = match read.map(|()| serde_json::from_slice::<Ask>(&frame)) {
            Ok(Ok(ask)) => ask.done(),
            _ => return ExitCode::FAILURE,
        };
        let Ok(frame) = serde_json::to_vec(&answer) else { return ExitCode::FAILURE };
        let Ok(length) = u32::try_from(frame.len()) else { return ExitCode::FAILURE };
        let written = to.write_all(&length.to_be_bytes()).and_then(|()| to.write_all(&frame)).and_then(|()| to.flush());
        if written.is_err() {
            return ExitCode::FAILURE;
        }
    }
}

/// Sets this process's limits for its next job: what it has used so far, and as much again as one job may.
#[cfg(target_os = "linux")]
fn limit() {
    use rlimit::Resource;
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let occupied = pages.split(' ').next().and_then(|p| p.parse::<u64>().ok()).unwrap_or_default() * 4096;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the closing bracket of the program's name: state is field 3, user and system time are 14 and 15.
    let fields = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let ticks: u64 = fields.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<u64>().ok()).sum();
    let hard = |resource| rlimit::getrlimit(resource).map_or(rlimit::INFINITY, |(_, hard)| hard);
    let set = |resource, soft: u64| rlimit::setrlimit(resource, soft.min(hard(resource)), hard(resource));
    // A system that does not let us is one without limits; the parent's clock still runs.
    let _ = set(Resource::AS, occupied + MEMORY);
    let _ = set(Resource::CPU, ticks / 100 + CPU_SECONDS + 1);
    let _ = rlimit::setrlimit(Resource::CORE, 0, 0);
}

#[cfg(not(target_os = "linux"))]
fn limit() {}
