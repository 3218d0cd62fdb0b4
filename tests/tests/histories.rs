//! A thousand histories in which everything goes wrong that can, and nothing is lost. One that fails prints all that
//! happened; `script/bench soak --histories 1 --from SEED` tells it again.
#![allow(clippy::unwrap_used, clippy::panic)]

use journeys::sim::history::{tell, tell_outgrown};

fn nothing_is_lost_in(seeds: std::ops::Range<u64>) {
    let (mut notes, mut gone) = (0, 0);
    for seed in seeds {
        match tell(seed) {
            Ok((told, _)) => (notes, gone) = (notes + told.notes, gone + told.gone),
            Err(wrong) => panic!("{wrong}"),
        }
    }
    // A world in which nobody writes, or in which every note is destroyed, would show nothing.
    assert!(notes > 1_000 && gone * 10 < notes, "{notes} notes, {gone} of them destroyed");
}

#[test]
fn nothing_is_lost_in_the_first_quarter_of_a_thousand_histories() {
    nothing_is_lost_in(0..250);
}

#[test]
fn nothing_is_lost_in_the_second_quarter_of_a_thousand_histories() {
    nothing_is_lost_in(250..500);
}

#[test]
fn nothing_is_lost_in_the_third_quarter_of_a_thousand_histories() {
    nothing_is_lost_in(500..750);
}

#[test]
fn nothing_is_lost_in_the_fourth_quarter_of_a_thousand_histories() {
    nothing_is_lost_in(750..1_000);
}

#[test]
fn nothing_is_lost_with_the_record_in_postgresql_and_the_photos_in_s3() {
    let mut notes = 0;
    for seed in 5_000..5_040 {
        match tell_outgrown(seed) {
            Ok((told, _)) => notes += told.notes,
            Err(wrong) => panic!("{wrong}"),
        }
    }
    assert!(notes > 100, "{notes} notes");
}

#[test]
fn the_same_seed_tells_the_same_history() {
    for seed in [3, 1_003, 2_003] {
        let (once, twice) = (tell(seed).unwrap(), tell(seed).unwrap());
        assert!(once.0.lines > 20, "{once:?}");
        assert_eq!(once, twice);
    }
}
