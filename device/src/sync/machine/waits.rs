//! How long a tablet waits before it tries again, and in which words it says so.

use super::{Call, Effect, Outcome, Sync};
use crate::transport::{NoAnswer, Reply};
use domain::entry::Millis;

/// The first wait after a failed try; each further one doubles it.
const FIRST_WAIT: Millis = 2_000;
/// The longest wait while the office cannot be reached.
const LONGEST_WAIT: Millis = 10 * 60 * 1000;
/// Before asking an office again that says something which only a person there can change.
const PATIENCE: Millis = 15 * 60 * 1000;
/// The longest pause that a busy office is granted at once: an hour.
const LONGEST_PAUSE: Millis = 60 * 60 * 1000;

impl Sync {
    pub(super) fn silence(&mut self, why: NoAnswer, now: Millis, random: u64) -> Effect {
        if let Some(call) = self.call.take() {
            self.stride.broke_off(&call);
            let is_page = matches!(call, Call::Feed { most: 1.., .. });
            self.feed_broke = self.feed_broke || (is_page && why == NoAnswer::BrokenOff);
        }
        // The nonce may have been used by a request whose answer was lost.
        self.nonce = None;
        match why {
            NoAnswer::Unreachable => self.later("The office cannot be reached just now. Everything is safe here.", now, random),
            NoAnswer::Shut => {
                self.later("The office is shut, or this tablet is not on its network. Everything is safe here.", now, random)
            }
            NoAnswer::BrokenOff => self.later("The connection broke off. Everything is safe here.", now, random),
            NoAnswer::AnotherCertificate => self.later(
                "Something answered that is not your office, so nothing was sent. Try another network, or ask the office.",
                now,
                random,
            ),
        }
    }

    /// The office, or what stands before it, is busy: where it says for how long, it is asked nothing before that.
    pub(super) fn busy(&mut self, title: &str, reply: &Reply, now: Millis, random: u64) -> Effect {
        match seconds(reply) {
            Some(seconds) => self.pause(or(title, BUSY), seconds, now, random),
            None => self.later(or(title, BUSY), now, random),
        }
    }

    /// Never before what the office said; by chance up to a quarter and a second later, so that all do not come at once.
    pub(super) fn pause(&mut self, sentence: &str, seconds: Millis, now: Millis, random: u64) -> Effect {
        let asked = seconds.saturating_mul(1000).clamp(0, LONGEST_PAUSE);
        let at = now + asked + by_chance(asked / 4 + 1000, random);
        self.failed = self.failed.saturating_add(1);
        self.not_before = Some(at);
        Effect::Over(Outcome::Later { sentence: sentence.to_owned(), at })
    }

    /// The round ends before it begins while the office's pause lasts; a clock that was put back does not prolong it.
    pub(super) fn still_paused(&mut self, now: Millis) -> Option<Effect> {
        let at = self.not_before.filter(|at| *at > now && *at - now <= 2 * LONGEST_PAUSE);
        self.not_before = at;
        at.map(|at| Effect::Over(Outcome::Later { sentence: BUSY.to_owned(), at }))
    }

    /// Try again after a wait that doubles, half of it by chance so that tablets do not come all at once.
    pub(super) fn later(&mut self, sentence: &str, now: Millis, random: u64) -> Effect {
        let wait = (FIRST_WAIT << self.failed.min(12)).min(LONGEST_WAIT);
        self.failed = self.failed.saturating_add(1);
        let half = wait / 2;
        let at = now + half + by_chance(half, random);
        Effect::Over(Outcome::Later { sentence: sentence.to_owned(), at })
    }

    pub(super) fn patient(&mut self, title: &str, else_say: &str, now: Millis) -> Effect {
        self.failed = self.failed.saturating_add(1);
        Effect::Over(Outcome::Later { sentence: or(title, else_say).to_owned(), at: now + PATIENCE })
    }
}

/// Between nothing and `most`.
fn by_chance(most: Millis, random: u64) -> Millis {
    Millis::try_from(random % (most.unsigned_abs() + 1)).unwrap_or_default()
}

/// `retry-after` in seconds; a date there would have to be believed to a clock, and is not.
pub(super) fn seconds(reply: &Reply) -> Option<Millis> {
    reply.header("retry-after").and_then(|text| text.trim().parse::<u32>().ok()).map(Millis::from)
}

pub(super) const NOT_UNDERSTOOD: &str =
    "The office answered something that this tablet does not understand. Everything is safe here.";
pub(super) const NO_ROOM_TO_LISTEN: &str =
    "The office is busy: what was written here is there, and what is new there comes a little later.";
const BUSY: &str = "The office is busy. Everything is safe here, and it will be sent later.";
pub(super) const REVOKED: &str = "The office has retired this tablet. What is still here stays here: ask the office.";
pub(super) const UNKNOWN: &str =
    "The office does not know this tablet. Nothing is lost: everything stays here. Ask the office.";
pub(super) const VERSION: &str =
    "This tablet and the office need the same version. Everything is safe here until one is updated.";

pub(super) const OFFICE_TOO_OLD: &str =
    "The office's server is too old for this app. Everything is safe here: it is sent once the server is updated.";

pub(super) fn stopped(title: &str, else_say: &str) -> Effect {
    Effect::Over(Outcome::Stopped { sentence: or(title, else_say).to_owned() })
}

pub(super) fn or<'a>(title: &'a str, else_say: &'a str) -> &'a str {
    if title.trim().is_empty() { else_say } else { title }
}
