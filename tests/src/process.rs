//! What the system says of a process: memory, processor time, its child; and how it is made to pause. Linux's `/proc`.

use anyhow::{Context, Result, ensure};
use std::process::Command;

/// A process of this machine, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process(u32);

impl Process {
    /// This one.
    #[must_use]
    pub fn this() -> Self {
        Self(std::process::id())
    }

    /// The one with this number.
    #[must_use]
    pub const fn numbered(id: u32) -> Self {
        Self(id)
    }

    /// Memory that it holds now, in KiB (`VmRSS`), the program's own pages among it.
    ///
    /// # Errors
    /// It has gone, or this system has no `/proc`.
    pub fn memory(self) -> Result<u64> {
        self.status("VmRSS:")
    }

    /// Of that what it made itself, in KiB (`RssAnon`): without the pages of the program and its libraries.
    ///
    /// # Errors
    /// As [`Process::memory`].
    pub fn own_memory(self) -> Result<u64> {
        self.status("RssAnon:")
    }

    /// The most memory that it ever held, in KiB (`VmHWM`).
    ///
    /// # Errors
    /// As [`Process::memory`].
    pub fn peak_memory(self) -> Result<u64> {
        self.status("VmHWM:")
    }

    /// From here on the peak is counted anew.
    ///
    /// # Errors
    /// The system does not let us.
    pub fn forget_peak(self) -> Result<()> {
        std::fs::write(self.file("clear_refs"), "5").context("counting the peak anew")
    }

    /// Processor time that it has used so far, in milliseconds, to a hundredth of a second, without its children.
    ///
    /// # Errors
    /// As [`Process::memory`].
    pub fn cpu_ms(self) -> Result<f64> {
        // User and system time are the fourteenth and fifteenth field, in hundredths of a second.
        let ticks = self.stat()?.iter().skip(11).take(2).map(|ticks| ticks.parse::<u64>()).sum::<Result<u64, _>>()?;
        Ok(ticks as f64 * 10.0)
    }

    /// A process that it started and that still runs.
    ///
    /// # Errors
    /// This system has no `/proc`.
    pub fn child(self) -> Result<Option<Self>> {
        let numbers =
            std::fs::read_dir("/proc")?.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        // One that ends while it is looked at is nobody's child any more.
        Ok(numbers.map(Self).find(|process| process.parent().is_ok_and(|parent| parent == self)))
    }

    fn parent(self) -> Result<Self> {
        Ok(Self(self.stat()?.get(1).context("no parent")?.parse()?))
    }

    /// Stops it where it stands.
    ///
    /// # Errors
    /// The system's.
    pub fn pause(self) -> Result<()> {
        self.signal("-STOP")
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// The system's.
    pub fn go_on(self) -> Result<()> {
        self.signal("-CONT")
    }

    fn signal(self, which: &str) -> Result<()> {
        let done = Command::new("kill").args([which, &self.0.to_string()]).status()?;
        ensure!(done.success(), "kill {which} ended with {done}");
        Ok(())
    }

    /// The fields behind the name in brackets, from the third on.
    fn stat(self) -> Result<Vec<String>> {
        let stat = std::fs::read_to_string(self.file("stat")).context("the process has gone")?;
        let behind = stat.rsplit(')').next().unwrap_or_default();
        Ok(behind.split_whitespace().map(str::to_owned).collect())
    }

    fn status(self, name: &'static str) -> Result<u64> {
        let status = std::fs::read_to_string(self.file("status")).context("the process has gone")?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context(name)?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    }

    fn file(self, name: &str) -> String {
        format!("/proc/{}/{name}", self.0)
    }
}
