//! One target under libFuzzer, chosen by `ENTERVIEW_TARGET`; every second piece is bent by our own mutator, which mends
//! lengths and checksums. `../README.md` says how it is run.
#![no_main]

use fuzz::{Corpus, Target, named};
use journeys::hostile::Chance;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use std::sync::LazyLock;

static CHOSEN: LazyLock<(Target, Corpus)> = LazyLock::new(|| {
    // Panics below a target are the child's to survive, and `publish` turns them into reasons; libFuzzer would end at
    // each. What a target itself promises is seen all the same: it is not caught, and ends the process.
    std::panic::set_hook(Box::new(|_| ()));
    let name = std::env::var("ENTERVIEW_TARGET").unwrap_or_else(|_| "change".to_owned());
    let target = named(&name).unwrap_or_else(|| stop(&format!("there is no target {name}")));
    let corpus = Corpus::of(&name).unwrap_or_else(|error| stop(&format!("{error:#}")));
    (target, corpus)
});

fn stop(why: &str) -> ! {
    eprintln!("{why}");
    std::process::exit(2)
}

fuzz_target!(|bytes: &[u8]| {
    if std::panic::catch_unwind(|| (CHOSEN.0.read)(bytes)).is_err() {
        eprintln!("a promise of {} does not hold", CHOSEN.0.name);
        std::process::abort();
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    if seed % 2 == 0 {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    }
    let mut chance = Chance::new(u64::from(seed));
    let bent = CHOSEN.1.bent(data.get(..size).unwrap_or_default(), &mut chance);
    let length = bent.len().min(max_size);
    if let (Some(to), Some(from)) = (data.get_mut(..length), bent.get(..length)) {
        to.copy_from_slice(from);
    }
    length
});
