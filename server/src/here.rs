//! Whether this machine is a good place for a record: what it says of itself, and what a person should hear of that. It
//! asks nobody on a network, and where something cannot be told from here it says so.
//! The record itself is read by [`crate::check`].

mod look;

pub use look::look;

use crate::office::words::counted;
use domain::wire::{Reach, host};
use std::net::IpAddr;

/// An hour, in milliseconds.
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// Less room than this is too little for an afternoon of photos.
const LEAST_ROOM: u64 = 2 << 30;
/// How old a backup and a drill may be.
const BACKUP: i64 = 2 * DAY;
const DRILL: i64 = 35 * DAY;

/// What is known of a machine and of what it keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// The address in set-up codes; none before the first start.
    pub address: Option<String>,
    /// Whether the address's number is one of this machine's; none where it is a name.
    pub is_here: Option<bool>,
    /// This machine's own number on its network.
    pub own: Option<IpAddr>,
    /// Whether the system says that it keeps its clock right; none where it does not say.
    pub clock_kept: Option<bool>,
    /// The latest time that the record knows.
    pub last_written: Option<i64>,
    /// Bytes that are free where the data folder is.
    pub room: Option<u64>,
    /// Bytes that the record takes there.
    pub size: u64,
    /// What sends this machine to sleep; none where nothing can be read.
    pub sleep: Option<Sleep>,
    /// When the last backup was written.
    pub backup: Option<i64>,
    /// When a backup was last tried.
    pub drill: Option<i64>,
}

/// What sends a machine to sleep, as its settings say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sleep {
    /// It cannot sleep.
    Never,
    /// Nothing of the system's does; a desktop of its own may.
    NotByItself,
    /// This does: "when the lid is shut".
    When(Vec<String>),
}

/// How a line is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Right,
    /// Somebody should do something.
    Wrong,
    /// It cannot be told from here.
    Unknown,
}

/// One line of advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How it is meant.
    pub tone: Tone,
    /// What it says.
    pub words: String,
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = match self.tone {
            Tone::Right => "well:        ",
            Tone::Wrong => "to be done:  ",
            Tone::Unknown => "not known:   ",
        };
        write!(f, "{sign}{}", self.words)
    }
}

fn line(tone: Tone, words: impl Into<String>) -> Line {
    Line { tone, words: words.into() }
}

/// What a person should hear.
#[must_use]
pub fn advice(machine: &Machine, now: i64) -> Vec<Line> {
    let mut all = vec![way(machine), clock(machine, now), room(machine), sleep(machine)];
    all.extend(backups(machine, now));
    all
}

/// How tablets come here.
fn way(machine: &Machine) -> Line {
    let Some(address) = &machine.address else {
        return line(Tone::Unknown, "How tablets reach this office: the server was not started yet.");
    };
    match (Reach::of(address), machine.is_here) {
        (Reach::ThisMachine, _) => line(
            Tone::Wrong,
            format!(
                "Set-up codes say {address}, which is this machine and nothing else: no tablet reaches it. Start the server \
                 with --host 0.0.0.0 for the office's own network."
            ),
        ),
        (Reach::OwnNetwork, Some(false)) => line(
            Tone::Wrong,
            format!(
                "Set-up codes say {address}, which is not this machine's number any more{}. Tablets look for it there: give \
                 this machine a fixed number in the router, or set up each tablet with a new code.",
                machine.own.map(|own| format!(" (it has {own})")).unwrap_or_default()
            ),
        ),
        (Reach::OwnNetwork, here) => line(
            here.map_or(Tone::Unknown, |_| Tone::Right),
            format!(
                "Office only: set-up codes say {address}, on the office's own network{}. Tablets send when they are there; \
                 elsewhere they keep everything and say that the office is shut.",
                match here {
                    Some(_) => "",
                    None => "; whether that name leads to this machine cannot be told without asking the network",
                }
            ),
        ),
        (Reach::Anywhere, Some(true)) => line(
            Tone::Right,
            format!("A public server: set-up codes say {address}, which is this machine. Tablets send from anywhere."),
        ),
        (Reach::Anywhere, _) => line(
            Tone::Unknown,
            format!(
                "A public server: set-up codes say {address}. Whether {} leads here, through every router on the way, cannot \
                 be told from here: open {address}/health on a telephone without Wi-Fi.",
                host(address)
            ),
        ),
    }
}

fn clock(machine: &Machine, now: i64) -> Line {
    match (machine.last_written, machine.clock_kept) {
        (Some(last), _) if last > now + 5 * 60_000 => line(
            Tone::Wrong,
            format!(
                "The clock is behind: something in the record was written {} from now. Put it right.",
                ago(last - now)
            ),
        ),
        (_, Some(true)) => line(Tone::Right, "The clock is kept right by this system."),
        (_, Some(false)) => {
            line(Tone::Wrong, "The clock is kept right by nobody: turn on the setting of the time by network.")
        }
        (_, None) => line(
            Tone::Unknown,
            "Whether the clock is right: this system does not say who keeps it. Compare it with a telephone.",
        ),
    }
}

fn room(machine: &Machine) -> Line {
    let giga = |bytes: u64| format!("{:.1} GB", bytes as f64 / 1e9);
    match machine.room {
        None => line(Tone::Unknown, "How much room is left on the disk."),
        Some(room) if room < LEAST_ROOM || room < machine.size / 5 => line(
            Tone::Wrong,
            format!("{} are left on the disk, beside a record of {}. Make room.", giga(room), giga(machine.size)),
        ),
        Some(room) => line(
            Tone::Right,
            format!("{} are left on the disk, beside a record of {}.", giga(room), giga(machine.size)),
        ),
    }
}

fn sleep(machine: &Machine) -> Line {
    match &machine.sleep {
        Some(Sleep::Never) => line(Tone::Right, "This machine does not go to sleep."),
        Some(Sleep::NotByItself) => line(
            Tone::Unknown,
            "Nothing of the system sends this machine to sleep; whether its desktop does is said in the desktop's settings.",
        ),
        Some(Sleep::When(whens)) => line(
            Tone::Wrong,
            format!("This machine goes to sleep {}, and no tablet reaches it then.", whens.join(" and ")),
        ),
        None => line(Tone::Unknown, "Whether this machine goes to sleep: this system does not say."),
    }
}

fn backups(machine: &Machine, now: i64) -> Vec<Line> {
    let Some(backup) = machine.backup else {
        return vec![line(Tone::Wrong, "There is no backup. One disk is one accident: enterview backup --help")];
    };
    let age = ago(now - backup);
    let backed = match now - backup > BACKUP {
        true => line(Tone::Wrong, format!("The last backup was written {age} ago.")),
        false => line(Tone::Right, format!("The last backup was written {age} ago.")),
    };
    let tried = match machine.drill {
        Some(drill) if now - drill <= DRILL => {
            line(Tone::Right, format!("A backup was last tried {} ago.", ago(now - drill)))
        }
        Some(drill) => {
            line(Tone::Wrong, format!("A backup was last tried {} ago: enterview drill --help", ago(now - drill)))
        }
        None => line(
            Tone::Unknown,
            "Whether a backup can be restored: none was tried here. The key belongs elsewhere, and so may the trying: \
             enterview drill --help",
        ),
    };
    vec![backed, tried]
}

/// A length of time in words: "3 hours".
fn ago(length: i64) -> String {
    let (hours, days) = (length / HOUR, length / DAY);
    let n = |n: i64| usize::try_from(n).unwrap_or(0);
    match (hours, days) {
        (..=0, _) => counted(n(length.max(0) / 60_000), "minute", "minutes"),
        (_, ..=2) => counted(n(hours), "hour", "hours"),
        _ => counted(n(days), "day", "days"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    const NOW: i64 = 1_794_300_000_000;

    fn good() -> Machine {
        Machine {
            address: Some("https://192.168.1.20:8443".into()),
            is_here: Some(true),
            own: "192.168.1.20".parse().ok(),
            clock_kept: Some(true),
            last_written: Some(NOW - HOUR),
            room: Some(80 << 30),
            size: 3 << 30,
            sleep: Some(Sleep::Never),
            backup: Some(NOW - 5 * HOUR),
            drill: Some(NOW - 9 * DAY),
        }
    }

    #[test]
    fn a_machine_under_the_desk_that_is_well_kept_has_nothing_to_be_done() {
        let lines = advice(&good(), NOW);
        assert!(lines.iter().all(|line| line.tone == Tone::Right), "{lines:?}");
        assert!(lines[0].words.starts_with("Office only") && lines[0].words.contains("the office is shut"));
        assert!(lines[4].words.contains("5\u{a0}hours") && lines[5].words.contains("9\u{a0}days"), "{lines:?}");
    }

    #[test]
    fn each_thing_that_is_wrong_or_cannot_be_told_is_said() {
        use Tone::{Unknown, Wrong};
        let moved = "192.168.1.31".parse().ok();
        for (tone, said, machine) in [
            (Unknown, "was not started yet", Machine { address: None, ..good() }),
            (Wrong, "no tablet reaches it", Machine { address: Some("https://127.0.0.1:8443".into()), ..good() }),
            (Wrong, "it has 192.168.1.31", Machine { is_here: Some(false), own: moved, ..good() }),
            (
                Unknown,
                "cannot be told",
                Machine { address: Some("https://nas.lan:8443".into()), is_here: None, ..good() },
            ),
            (
                Unknown,
                "/health on a telephone",
                Machine { address: Some("https://a.example.org".into()), is_here: None, ..good() },
            ),
            (Wrong, "The clock is behind", Machine { last_written: Some(NOW + DAY), ..good() }),
            (Wrong, "by nobody", Machine { clock_kept: Some(false), ..good() }),
            (Unknown, "Compare it with a telephone", Machine { clock_kept: None, ..good() }),
            (Wrong, "Make room", Machine { room: Some(1 << 30), ..good() }),
            (Wrong, "Make room", Machine { size: 900 << 30, ..good() }),
            (
                Wrong,
                "when the lid is shut",
                Machine { sleep: Some(Sleep::When(vec!["when the lid is shut".into()])), ..good() },
            ),
            (Unknown, "desktop", Machine { sleep: Some(Sleep::NotByItself), ..good() }),
            (Unknown, "does not say", Machine { sleep: None, ..good() }),
            (Wrong, "There is no backup", Machine { backup: None, ..good() }),
            (Wrong, "3\u{a0}days ago", Machine { backup: Some(NOW - 3 * DAY), ..good() }),
            (Unknown, "none was tried here", Machine { drill: None, ..good() }),
            (Wrong, "40\u{a0}days ago", Machine { drill: Some(NOW - 40 * DAY), ..good() }),
        ] {
            let lines = advice(&machine, NOW);
            let found = lines.iter().filter(|line| line.tone != Tone::Right).collect::<Vec<_>>();
            assert!(found.len() == 1 && found[0].tone == tone && found[0].words.contains(said), "{said}: {lines:?}");
        }
        let public = Machine { address: Some("https://203.0.113.9:8443".into()), ..good() };
        assert!(advice(&public, NOW)[0].words.starts_with("A public server"));
    }
}
