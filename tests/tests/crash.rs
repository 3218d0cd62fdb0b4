//! Processes that die, some hundreds of times; `script/bench crash` does it as often as one likes.
#![allow(clippy::unwrap_used)]

use journeys::crash::{kills, power};

#[tokio::test]
async fn nothing_shown_as_saved_or_sent_is_lost_when_tablets_and_office_are_killed() {
    let done = kills(120, 1).await.unwrap();
    assert!(done.tablets > 50 && done.offices > 20, "{done:?}");
    assert!(done.saved > 100 && done.sent > 20, "a world in which nobody writes would show nothing: {done:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn nothing_shown_as_saved_or_sent_is_lost_when_the_power_is_cut() {
    let done = power::cuts(300, 1).await.unwrap();
    assert!(done.saved > 1_000 && done.offices > 50, "{done:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_lies_about_syncing_is_found_out() {
    assert!(power::seen_on_a_disk_that_lies(20, 1).unwrap() > 10);
}
