//! The office's server as a person starts it: the program `enterview`, in a process of its own, on a data folder.

use crate::process::Process;
use crate::times::{millis, on};
use anyhow::{Context, Result, bail};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};

/// A running server; it ends with this value.
pub struct Server {
    child: Child,
    data: PathBuf,
    ahead: Option<Ahead>,
    /// `https://127.0.0.1:PORT`.
    pub address: String,
    /// The certificate that it made for itself, PEM; none on plain HTTP.
    pub certificate: Option<Vec<u8>>,
}

/// The program: named by `ENTERVIEW_PROGRAM`, or beside this one, or one folder up (tests lie in `deps`).
///
/// # Errors
/// It is in none of these places.
pub fn program() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("ENTERVIEW_PROGRAM") {
        return Ok(named.into());
    }
    let own = std::env::current_exe()?;
    let beside = own.ancestors().skip(1).take(2).map(|folder| folder.join("enterview"));
    beside
        .into_iter()
        .find(|path| path.is_file())
        .context("the program enterview is not built; script/rehearse does that")
}

/// What the environment says of a record that is not in its data folder: `ENTERVIEW_DATABASE`, `ENTERVIEW_OBJECTS`, `AWS_…`.
pub type Settings = Vec<(String, String)>;

static ELSEWHERE: Mutex<BTreeMap<PathBuf, Settings>> = Mutex::new(BTreeMap::new());

/// From here on every server and command on this data folder is told these settings: what an operator sets once for a
/// machine. Where nothing is set the environment of the whole run holds.
pub fn elsewhere(data: &Path, settings: Settings) {
    ELSEWHERE.lock().unwrap_or_else(PoisonError::into_inner).insert(data.to_owned(), settings);
}

/// The program with a command, as it is typed on the machine of this data folder.
///
/// # Errors
/// As [`program`].
fn typed(data: &Path, arguments: &[&str]) -> Result<Command> {
    let mut run = Command::new(program()?);
    run.args(arguments).arg("--data").arg(data);
    if let Some(settings) = ELSEWHERE.lock().unwrap_or_else(PoisonError::into_inner).get(data) {
        run.envs(settings.iter().cloned());
    }
    Ok(run)
}

/// Runs one of the program's commands on a data folder and returns what it printed.
///
/// # Errors
/// It ended with something other than 0; its words are in the error.
pub async fn command(data: &Path, arguments: &[&str]) -> Result<String> {
    command_told(data, arguments, "").await
}

/// As [`command`], with something on its standard input: a password, which is never an argument.
///
/// # Errors
/// As [`command`].
pub async fn command_told(data: &Path, arguments: &[&str], told: &str) -> Result<String> {
    let mut run = typed(data, arguments)?;
    run.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = run.spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // A command that ends without reading has its reasons, and says them itself.
        let _ = input.write_all(told.as_bytes()).await;
    }
    let done = child.wait_with_output().await?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        bail!("enterview {} ended with {}: {}", arguments.join(" "), done.status, said.trim());
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// A rehearsal's hold on its server's clock: the file that the server reads, and where it stands.
struct Ahead {
    file: tempfile::NamedTempFile,
    set_to: Option<Date>,
}

impl Server {
    /// Starts the server on `data` and waits until it says where it is; everything it says goes to `log`.
    ///
    /// # Errors
    /// It ended before it was ready, or is not ready after a minute.
    pub async fn start(data: &Path, log: &Path, port: u16) -> Result<Self> {
        Self::start_with(data, log, &["--host", "127.0.0.1", "--port", &port.to_string()], None).await
    }

    /// As [`Server::start`], with what else is typed behind `enterview serve`.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn start_on(data: &Path, log: &Path, arguments: &[&str]) -> Result<Self> {
        Self::start_with(data, log, arguments, None).await
    }

    /// As [`Server::start`], on any free port, with a clock that [`Server::wait_for`] sets forward.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn rehearse(data: &Path, log: &Path) -> Result<Self> {
        let file = tempfile::NamedTempFile::new()?;
        Self::start_with(data, log, &["--host", "127.0.0.1", "--port", "0"], Some(Ahead { file, set_to: None })).await
    }

    /// Lets it be noon of that day at the server, unless it is later there already. Says whether its clock was moved:
    /// whoever was signed in is then signed out, as after so long they would be.
    ///
    /// # Errors
    /// The server was not started as a rehearsal's.
    pub fn wait_for(&mut self, day: Date) -> Result<bool> {
        let ahead = self.ahead.as_mut().context("the clock of this server is the one on the wall")?;
        if ahead.set_to.is_some_and(|set_to| set_to >= day) {
            return Ok(false);
        }
        let by = millis(on(day, 12, 0))? - jiff::Timestamp::now().as_millisecond();
        if by <= 0 {
            return Ok(false);
        }
        std::fs::write(ahead.file.path(), by.to_string())?;
        ahead.set_to = Some(day);
        Ok(true)
    }

    /// The day to which its clock was last set; none while it is the one on the wall.
    #[must_use]
    pub fn clock_set_to(&self) -> Option<Date> {
        self.ahead.as_ref().and_then(|ahead| ahead.set_to)
    }

    async fn start_with(data: &Path, log: &Path, arguments: &[&str], ahead: Option<Ahead>) -> Result<Self> {
        let mut run = typed(data, &[&["serve"], arguments].concat())?;
        if let Some(ahead) = &ahead {
            run.arg("--clock-ahead").arg(ahead.file.path());
        }
        run.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::from(File::create(log)?)).kill_on_drop(true);
        let mut child = run.spawn()?;
        let said = child.stdout.take().context("the server's words")?;
        let mut lines = BufReader::new(said).lines();
        let ready = async {
            while let Some(line) = lines.next_line().await? {
                if let Some(address) =
                    line.split_whitespace().find(|w| w.starts_with("http://") || w.starts_with("https://"))
                {
                    return Ok(address.trim_end_matches(['/', '.', ',']).to_owned());
                }
            }
            bail!("the server ended before it was ready; its words are in {}", log.display())
        };
        let address =
            tokio::time::timeout(Duration::from_secs(60), ready).await.context("the server is not ready")??;
        let path = data.join("certificate.pem");
        let certificate = if address.starts_with("https") {
            Some(std::fs::read(&path).with_context(|| path.display().to_string())?)
        } else {
            None
        };
        Ok(Self { child, data: data.to_owned(), ahead, address, certificate })
    }

    /// Its data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Its process, for memory and processor time.
    ///
    /// # Errors
    /// It has gone.
    pub fn process(&self) -> Result<Process> {
        Ok(Process::numbered(self.child.id().context("the server has gone")?))
    }

    /// Memory that it holds now, in KiB, without its children.
    ///
    /// # Errors
    /// As [`Process::memory`].
    pub fn memory(&self) -> Result<u64> {
        self.process()?.memory()
    }

    /// The most memory that it ever held, in KiB, without its children.
    ///
    /// # Errors
    /// As [`Process::memory`].
    pub fn peak_memory(&self) -> Result<u64> {
        self.process()?.peak_memory()
    }

    /// Processor time that it has used so far, in milliseconds, without its children.
    ///
    /// # Errors
    /// As [`Process::memory`].
    pub fn cpu_ms(&self) -> Result<f64> {
        self.process()?.cpu_ms()
    }

    /// Ends the server and waits until it has gone.
    ///
    /// # Errors
    /// The system's.
    pub async fn stop(mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }

    /// Waits until the server ends by itself or a person ends it.
    ///
    /// # Errors
    /// The system's.
    pub async fn wait(mut self) -> Result<()> {
        tokio::select! {
            done = self.child.wait() => bail!("the server ended with {}", done?),
            _ = tokio::signal::ctrl_c() => self.stop().await,
        }
    }
}
