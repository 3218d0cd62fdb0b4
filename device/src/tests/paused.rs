//! A busy office says for how long it wants to be asked nothing, and is asked nothing for so long.

use super::office::{Office, Trouble, problem};
use super::sending::set_up;
use super::*;
use crate::sync::machine::{Effect, Event, Sync};
use crate::sync::{Happened, Next, Outcome, Round};
use domain::wire::ProblemCode;
use tempfile::tempdir;

fn busy(seconds: &str) -> crate::transport::Reply {
    let mut reply = problem(429, ProblemCode::Later);
    reply.headers.push(("Retry-After".into(), seconds.into()));
    reply
}

#[test]
fn a_busy_office_is_asked_nothing_before_the_time_it_says_whatever_is_written_meanwhile() {
    let dir = tempdir().unwrap();
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let (mut asha, around) = set_up(&mut office, dir.path(), 1, ASHA);
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    let Next::Send(_) = asha.step(Happened::Begin(Round::Once)).unwrap() else { panic!("there is something to send") };
    let Next::Over(Outcome::Later { sentence, at }) = asha.step(Happened::Answered(busy("40"))).unwrap() else {
        panic!("it waits")
    };
    assert_eq!(sentence, "Later, in words.");
    assert!((40_000..=51_000).contains(&(at - TEN_O_CLOCK)), "{}", at - TEN_O_CLOCK);
    office.requests.clear();
    around.pass(39_000);
    asha.record(hazel_court(), saw("A loop system."), None).unwrap();
    let again = office.round(&mut asha, Round::Once, |_| Trouble::None);
    assert!(
        matches!(&again, Outcome::Later { sentence, at: same } if *same == at && sentence.contains("busy")),
        "{again:?}"
    );
    assert_eq!(office.requests, Vec::<String>::new(), "not even a nonce");
    around.pass(at - TEN_O_CLOCK - 39_000);
    assert_eq!(office.sync(&mut asha), Outcome::Quiet);
    assert!(asha.waiting().unwrap().safe);
}

#[test]
fn no_office_makes_a_tablet_wait_for_more_than_an_hour_and_no_clock_that_is_put_back_does() {
    for (said, least, most) in [
        ("0", 0, 2_000),
        ("1", 1_000, 3_000),
        ("3600", 3_600_000, 4_600_000),
        ("999999999", 3_600_000, 4_600_000),
        // A date, or nonsense: then as if nothing had been said.
        ("Wed, 21 Oct 2026 07:28:00 GMT", 0, 15 * 60_000),
        ("-4", 0, 15 * 60_000),
    ] {
        for random in [0, 1, u64::MAX / 2, u64::MAX] {
            let mut machine = Sync::default();
            machine.step(Event::Begin(Round::Once), 0, random);
            machine.step(Event::Work(crate::sync::machine::Work::default()), 0, random);
            let effects = machine.step(Event::Answered(busy(said)), 0, random);
            let Some(Effect::Over(Outcome::Later { at, .. })) = effects.last() else { panic!("{effects:?}") };
            assert!((least..=most).contains(at), "{said}: {at}");
            // The tablet's clock was a day ahead, and is put right.
            assert!(
                matches!(machine.step(Event::Begin(Round::Once), -86_400_000, random)[..], [Effect::Look]),
                "{said}"
            );
        }
    }
}
