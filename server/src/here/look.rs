//! Reading what a machine says of itself. Every reader answers nothing where its system has no such thing.

use super::{Machine, Sleep};
use crate::serve::last_address;
use crate::store::Store;
use crate::store::about::Kept;
use domain::wire::host;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::process::Command;

/// What is known of this machine and of the record in this folder.
///
/// # Errors
/// What the store says.
pub async fn look(data: &Path, store: &Store) -> anyhow::Result<Machine> {
    let address = last_address(data).ok().map(|(address, _)| address);
    let number = address.as_deref().and_then(|address| host(address).parse::<IpAddr>().ok());
    Ok(Machine {
        is_here: number.map(is_here),
        address,
        own: own(),
        clock_kept: clock_kept(),
        last_written: store.last_written().await?,
        room: fs4::available_space(data).ok(),
        size: size(data),
        sleep: sleep(),
        backup: store.last_kept(Kept::Backup).await?,
        drill: store.last_kept(Kept::Drill).await?,
    })
}

/// Whether a number is this machine's: only then can it be bound.
fn is_here(number: IpAddr) -> bool {
    UdpSocket::bind(SocketAddr::new(number, 0)).is_ok()
}

/// This machine's number on its network. Connecting a datagram socket sends nothing.
fn own() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    socket.local_addr().ok().map(|local| local.ip())
}

/// What a command of the system prints; nothing where it is not there or says that it cannot.
fn says(command: &str, arguments: &[&str]) -> Option<String> {
    let said = Command::new(command).args(arguments).output().ok()?;
    said.status.success().then(|| String::from_utf8_lossy(&said.stdout).into_owned())
}

fn clock_kept() -> Option<bool> {
    if cfg!(windows) {
        return clock_kept_by_windows(&says("w32tm", &["/query", "/status", "/verbose"])?);
    }
    match says("timedatectl", &["show", "--property=NTPSynchronized", "--value"])?.trim() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// Its words are of the system's language, its numbers are not: the first is the leap indicator, 3 for *not in step*.
fn clock_kept_by_windows(said: &str) -> Option<bool> {
    let first = said.lines().next()?.split_once(':')?.1.trim();
    Some(!first.starts_with('3'))
}

/// Bytes of everything in a folder.
fn size(folder: &Path) -> u64 {
    let Ok(listed) = std::fs::read_dir(folder) else { return 0 };
    let sizes = listed.filter_map(Result::ok).map(|entry| match entry.metadata() {
        Ok(about) if about.is_dir() => size(&entry.path()),
        Ok(about) => about.len(),
        // It went away while it was looked at.
        Err(_) => 0,
    });
    sizes.sum()
}

fn sleep() -> Option<Sleep> {
    if cfg!(windows) {
        return sleep_by_windows(&says("powercfg", &["/query", "SCHEME_CURRENT", "SUB_SLEEP", "STANDBYIDLE"])?);
    }
    sleep_by_systemd(Path::new("/"))
}

/// The last line with a number is that on batteries, the one before on the mains: seconds of idleness, 0 for never.
fn sleep_by_windows(said: &str) -> Option<Sleep> {
    let seconds = said.lines().filter_map(|line| line.rsplit_once("0x").map(|(_, digits)| digits.trim()));
    let seconds: Vec<u64> = seconds.filter_map(|digits| u64::from_str_radix(digits, 16).ok()).collect();
    let [.., mains, _] = seconds.as_slice() else { return None };
    Some(match mains {
        0 => Sleep::NotByItself,
        seconds => Sleep::When(vec![format!("after {} minutes without anybody", seconds.div_ceil(60))]),
    })
}

/// What systemd's files below this root say. A masked target cannot be reached at all.
fn sleep_by_systemd(root: &Path) -> Option<Sleep> {
    let systemd = root.join("etc/systemd");
    if !systemd.is_dir() {
        return None;
    }
    let masked =
        |unit: &str| std::fs::read_link(systemd.join("system").join(unit)).is_ok_and(|to| to == Path::new("/dev/null"));
    if masked("sleep.target") || (masked("suspend.target") && masked("hibernate.target")) {
        return Some(Sleep::Never);
    }
    let set = logind(&systemd);
    let sends = |key: &str, otherwise: &str| {
        let what = set.get(key).map_or(otherwise, String::as_str);
        ["suspend", "hibernate", "hybrid-sleep", "suspend-then-hibernate", "sleep"].contains(&what)
    };
    let mut whens = Vec::new();
    if sends("IdleAction", "ignore") {
        whens.push("after a while without anybody".to_owned());
    }
    // Its lid is shut with a key in hand; a machine without one has no such switch.
    if has_lid(root) && sends("HandleLidSwitch", "suspend") {
        whens.push("when the lid is shut".to_owned());
    }
    Some(if whens.is_empty() { Sleep::NotByItself } else { Sleep::When(whens) })
}

fn has_lid(root: &Path) -> bool {
    std::fs::read_dir(root.join("proc/acpi/button/lid")).is_ok_and(|mut lids| lids.next().is_some())
}

/// `logind.conf` and what is set over it, the last word for each key.
fn logind(systemd: &Path) -> BTreeMap<String, String> {
    let mut files = vec![systemd.join("logind.conf")];
    if let Ok(more) = std::fs::read_dir(systemd.join("logind.conf.d")) {
        let mut more: Vec<_> = more.filter_map(Result::ok).map(|entry| entry.path()).collect();
        more.sort();
        files.extend(more);
    }
    let text: String =
        files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect::<Vec<_>>().join("\n");
    let pairs = text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])).filter_map(|line| {
        let (key, value) = line.split_once('=')?;
        Some((key.trim().to_owned(), value.trim().to_owned()))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    #[cfg(unix)]
    #[test]
    fn what_sends_a_linux_machine_to_sleep_is_read_from_its_files() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(sleep_by_systemd(root.path()), None, "no systemd, nothing said");
        let write = |file: &str, text: &str| {
            let file = root.path().join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        write("etc/systemd/logind.conf", "[Login]\n#IdleAction=suspend\n#HandleLidSwitch=suspend\n");
        assert_eq!(
            sleep_by_systemd(root.path()),
            Some(Sleep::NotByItself),
            "comments set nothing, and there is no lid"
        );
        write("proc/acpi/button/lid/LID0/state", "state: open\n");
        assert_eq!(sleep_by_systemd(root.path()), Some(Sleep::When(vec!["when the lid is shut".into()])));
        write("etc/systemd/logind.conf.d/10-office.conf", "[Login]\nHandleLidSwitch=ignore\nIdleAction = suspend\n");
        assert_eq!(sleep_by_systemd(root.path()), Some(Sleep::When(vec!["after a while without anybody".into()])));
        std::fs::create_dir_all(root.path().join("etc/systemd/system")).unwrap();
        std::os::unix::fs::symlink("/dev/null", root.path().join("etc/systemd/system/sleep.target")).unwrap();
        assert_eq!(sleep_by_systemd(root.path()), Some(Sleep::Never));
    }

    #[test]
    fn what_windows_says_is_read_by_its_numbers() {
        let said = |mains: &str| {
            format!(
                "Power Scheme GUID: 381b4222-f694-41f0-9685-ff5bb260df2e  (Balanced)\n  Minimum Possible Setting: 0x00000000\n\
                 \x20 Maximum Possible Setting: 0xffffffff\n    Current AC Power Setting Index: 0x{mains}\n    \
                 Current DC Power Setting Index: 0x00000384\n"
            )
        };
        assert_eq!(sleep_by_windows(&said("00000000")), Some(Sleep::NotByItself));
        assert_eq!(
            sleep_by_windows(&said("00000708")),
            Some(Sleep::When(vec!["after 30 minutes without anybody".into()]))
        );
        assert_eq!(sleep_by_windows("Invalid parameters"), None);
        assert_eq!(clock_kept_by_windows("Leap Indicator: 0(no warning)\nStratum: 4"), Some(true));
        assert_eq!(clock_kept_by_windows("Sprungindikator: 3(nicht synchronisiert)\nStratum: 0"), Some(false));
    }

    #[test]
    fn a_number_is_this_machines_or_another() {
        assert!(is_here("127.0.0.1".parse().unwrap()));
        assert!(!is_here("203.0.113.9".parse().unwrap()));
    }
}
