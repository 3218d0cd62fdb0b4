//! How the program is linked: the table by which it is moved to its place in memory is packed where the system can read
//! that. It would be some ten megabytes otherwise, all of which are read at each start and stay resident.
#![allow(clippy::print_stdout, reason = "this is how a build script speaks")]

use std::process::Command;

/// The first glibc that reads it, as major and minor.
const READS_IT: (u32, u32) = (2, 36);

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|set| set == value);
    let here = std::env::var("HOST").ok() == std::env::var("TARGET").ok();
    let glibc_on_linux = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    if here && glibc_on_linux && glibc().is_some_and(|version| version >= READS_IT) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// This machine's glibc: `glibc 2.36`. Where it cannot be asked the table stays as it is.
fn glibc() -> Option<(u32, u32)> {
    let said = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let (major, minor) = said.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}
