//! The state machine of one round: what happened goes in with the time and a random number, what to do comes out. It
//! reads no store, no clock and no network, so a thousand tablets run in one test and any failure can be told again.

use super::{Outcome, Round};
use crate::transport::{NoAnswer, Reply};
use domain::entry::Millis;
use domain::ids::SealedId;
use domain::notebook::Hash;
use domain::wire::{self, Fate, Feed, PhotoProgress, Problem, ProblemCode, Pushed};

/// The first wait after a failed try; each further one doubles it.
const FIRST_WAIT: Millis = 2_000;
/// The longest wait while the office cannot be reached.
const LONGEST_WAIT: Millis = 10 * 60 * 1000;
/// Before asking an office again that says something which only a person there can change.
const PATIENCE: Millis = 15 * 60 * 1000;
/// Nonces refused in a row before it is called a fault.
const MOST_UNSIGNED: u8 = 3;
/// Pushes in a row after which the outbox may hold no fewer changes.
const MOST_IN_VAIN: u8 = 3;
/// How long [`Round::Settled`] listens at once, and how often, in seconds and times.
const SETTLE_WAIT: u64 = 5;
const MOST_SETTLING: u8 = 6;

/// What waits, as the store says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Changes in the outbox.
    pub changes: u32,
    /// Sealed records.
    pub sealed: Vec<SealedId>,
    /// Photos by hash and size.
    pub photos: Vec<(String, u64)>,
    /// Changes that are taken and not published.
    pub on_their_way: u32,
}

/// One request that the machine asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// A first nonce.
    Nonce,
    /// A page of the outbox, of at most so many changes.
    Push {
        /// The most.
        most: usize,
    },
    /// The feed, held for at most so many seconds.
    Feed {
        /// Seconds.
        wait: u64,
    },
    /// How much of a photo is there.
    PhotoHead {
        /// Its hash.
        hash: String,
    },
    /// A piece of a photo.
    PhotoPiece {
        /// Its hash.
        hash: String,
        /// From this byte on.
        from: u64,
    },
    /// A sealed record.
    Sealed {
        /// Its id.
        id: SealedId,
    },
}

/// What happens to a machine.
#[derive(Clone, Debug)]
pub enum Event {
    /// A round begins.
    Begin(Round),
    /// This waits.
    Work(Work),
    /// The office answered the call.
    Answered(Reply),
    /// It did not.
    Silence(NoAnswer),
}

/// What a machine wants done, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Say what waits.
    Look,
    /// Send this.
    Ask(Call),
    /// The server's clock, as its reply told it.
    ServerTime(Millis),
    /// The version of the office's program.
    Program(String),
    /// What became of pushed changes.
    Fates(Vec<(Hash, Fate)>),
    /// The first change of the outbox alone was refused.
    RefusedFirst(String),
    /// A page of the feed.
    Feed(Box<Feed>),
    /// So much of a photo is there.
    Photo {
        /// Its hash.
        hash: String,
        /// How much.
        progress: PhotoProgress,
    },
    /// A photo was refused.
    PhotoRefused {
        /// Its hash.
        hash: String,
        /// Why.
        reason: String,
    },
    /// A sealed record is there.
    SealedSent(SealedId),
    /// A sealed record was refused.
    SealedRefused(SealedId, String),
    /// The round is over.
    Over(Outcome),
}

/// One tablet's sending.
#[derive(Clone, Debug, Default)]
pub struct Sync {
    round: Option<Round>,
    call: Option<Call>,
    nonce: Option<String>,
    /// Failed rounds in a row.
    failed: u32,
    unsigned: u8,
    fed: bool,
    listened: bool,
    settled: u8,
    /// The page of the outbox is one change, to find the one that spoils a page.
    one_by_one: bool,
    /// Changes in the outbox before the last push.
    before_push: Option<u32>,
    /// Whether the feed was asked before anything was sent in this round.
    compared: bool,
    /// Pushes in a row after which the outbox held no fewer.
    no_fewer: u8,
    /// How much of the photo being sent is there.
    photo: Option<(String, u64)>,
    /// The office said that it does not know this tablet.
    not_known: bool,
}

impl Sync {
    /// Whether the office said in this round that it does not know this tablet.
    #[must_use]
    pub const fn is_not_known(&self) -> bool {
        self.not_known
    }

    /// The nonce for the next request, used up by asking.
    pub fn take_nonce(&mut self) -> Option<String> {
        self.nonce.take()
    }

    /// One step.
    pub fn step(&mut self, event: Event, now: Millis, random: u64) -> Vec<Effect> {
        match event {
            Event::Begin(round) => {
                *self = Self { round: Some(round), nonce: self.nonce.take(), failed: self.failed, ..Self::default() };
                vec![Effect::Look]
            }
            Event::Work(work) => vec![self.next(&work, now, random)],
            Event::Answered(reply) => self.answered(&reply, now, random),
            Event::Silence(why) => vec![self.silence(why, now, random)],
        }
    }

    fn next(&mut self, work: &Work, now: Millis, random: u64) -> Effect {
        if self.nonce.is_none() {
            return self.ask(Call::Nonce);
        }
        // First of all whether the office is still the one that was told of before: what it lost is to go up with the rest,
        // and pushing would hide that it was put back.
        let sends = work.changes > 0 || !work.sealed.is_empty();
        if sends && !self.compared {
            return self.ask(Call::Feed { wait: 0 });
        }
        if work.changes > 0 {
            // Somebody may write while a page is on the road; only when it shrinks in no try is nothing taken.
            let no_fewer = self.before_push.is_some_and(|before| work.changes >= before);
            self.no_fewer = if no_fewer { self.no_fewer.saturating_add(1) } else { 0 };
            if self.no_fewer > MOST_IN_VAIN {
                return self.later("The office did not take the notes. They are safe here.", now, random);
            }
            self.before_push = Some(work.changes);
            self.fed = false;
            let most = if self.one_by_one { 1 } else { wire::MOST_CHANGES };
            return self.ask(Call::Push { most });
        }
        if let Some(id) = work.sealed.first() {
            self.fed = false;
            return self.ask(Call::Sealed { id: *id });
        }
        if !self.fed {
            return self.ask(Call::Feed { wait: 0 });
        }
        if let Some((hash, _)) = work.photos.first() {
            return match self.photo.take() {
                Some((known, have)) if known == *hash => self.ask(Call::PhotoPiece { hash: hash.clone(), from: have }),
                _ => self.ask(Call::PhotoHead { hash: hash.clone() }),
            };
        }
        match self.round {
            Some(Round::Listen) if !self.listened => {
                self.listened = true;
                self.ask(Call::Feed { wait: wire::LONGEST_WAIT })
            }
            Some(Round::Settled) if work.on_their_way > 0 && self.settled < MOST_SETTLING => {
                self.settled += 1;
                self.ask(Call::Feed { wait: SETTLE_WAIT })
            }
            _ => {
                self.failed = 0;
                Effect::Over(Outcome::Quiet)
            }
        }
    }

    fn ask(&mut self, call: Call) -> Effect {
        self.call = Some(call.clone());
        Effect::Ask(call)
    }

    fn answered(&mut self, reply: &Reply, now: Millis, random: u64) -> Vec<Effect> {
        let Some(call) = self.call.take() else { return vec![Effect::Look] };
        let mut effects = Vec::new();
        if let Some(nonce) = reply.header(wire::NEXT_NONCE) {
            self.nonce = Some(nonce.to_owned());
        }
        effects.extend(reply.header(wire::SERVER_TIME).and_then(|time| time.parse().ok()).map(Effect::ServerTime));
        effects.extend(reply.header(wire::PROGRAM).map(|program| Effect::Program(program.to_owned())));
        if reply.status != 401 {
            self.unsigned = 0;
        }
        effects.extend(match reply.status {
            // Whatever stands between may answer *well* too; only the office says which version it speaks.
            200..=299 if reply.header(wire::SPEAKS).is_none() => vec![self.later(NOT_UNDERSTOOD, now, random)],
            200..=299 => self.went_well(&call, reply, now, random),
            _ => self.went_wrong(&call, reply, now, random),
        });
        effects
    }

    fn went_well(&mut self, call: &Call, reply: &Reply, now: Millis, random: u64) -> Vec<Effect> {
        let kept = match call {
            Call::Nonce if self.nonce.is_some() => None,
            Call::Nonce => return vec![self.later(NOT_UNDERSTOOD, now, random)],
            Call::Push { .. } => match serde_json::from_slice::<Pushed>(&reply.body) {
                Ok(pushed) => Some(Effect::Fates(pushed.fates)),
                Err(_) => return vec![self.later(NOT_UNDERSTOOD, now, random)],
            },
            Call::Feed { .. } => match serde_json::from_slice::<Feed>(&reply.body) {
                Ok(feed) => {
                    self.fed = !feed.more;
                    self.compared = true;
                    Some(Effect::Feed(Box::new(feed)))
                }
                Err(_) => return vec![self.later(NOT_UNDERSTOOD, now, random)],
            },
            Call::Sealed { id } => Some(Effect::SealedSent(*id)),
            Call::PhotoHead { hash } => Some(self.photo_is_there(hash, head_of(reply))),
            Call::PhotoPiece { hash, from } => {
                let progress = serde_json::from_slice::<PhotoProgress>(&reply.body).unwrap_or_else(|_| head_of(reply));
                if !progress.complete && progress.have <= *from {
                    return vec![self.later(
                        "The photos do not go through at the moment. They are safe here.",
                        now,
                        random,
                    )];
                }
                Some(self.photo_is_there(hash, progress))
            }
        };
        kept.into_iter().chain([Effect::Look]).collect()
    }

    fn photo_is_there(&mut self, hash: &str, progress: PhotoProgress) -> Effect {
        self.photo = (!progress.complete).then(|| (hash.to_owned(), progress.have));
        Effect::Photo { hash: hash.to_owned(), progress }
    }

    fn went_wrong(&mut self, call: &Call, reply: &Reply, now: Millis, random: u64) -> Vec<Effect> {
        let problem = serde_json::from_slice::<Problem>(&reply.body).ok();
        match (call, &problem) {
            (Call::PhotoPiece { hash, from }, None) if reply.status == 409 => {
                let progress = serde_json::from_slice::<PhotoProgress>(&reply.body).unwrap_or_else(|_| head_of(reply));
                if progress.have != *from {
                    return vec![self.photo_is_there(hash, progress), Effect::Look];
                }
            }
            // An answer to HEAD has no body to read; the first piece will tell what is the matter.
            (Call::PhotoHead { hash }, _) if reply.status != 401 && reply.status < 500 => {
                self.photo = Some((hash.clone(), 0));
                return vec![Effect::Look];
            }
            // Whatever is on the way takes less at once than the office does.
            (Call::Push { most: 2.. }, None) if reply.status == 413 => {
                self.one_by_one = true;
                self.before_push = None;
                return vec![Effect::Look];
            }
            _ => {}
        }
        let code = problem.as_ref().map(|problem| problem.code);
        let title = problem.map(|problem| problem.title).unwrap_or_default();
        // Only the office refuses, and says so in its own way; what something on the road answers is no verdict.
        let code = code.or((reply.status == 401).then_some(ProblemCode::Unsigned));
        match code {
            Some(ProblemCode::Unsigned) => vec![self.unsigned(now, random)],
            Some(ProblemCode::Refused) => self.refused(call, &title, now, random),
            Some(ProblemCode::Revoked) => vec![stopped(&title, REVOKED)],
            Some(ProblemCode::BadCode) => vec![stopped(&title, UNKNOWN)],
            Some(ProblemCode::UnknownDevice) => {
                self.not_known = true;
                vec![self.patient(&title, UNKNOWN, now)]
            }
            Some(ProblemCode::Version) => vec![self.patient(&title, VERSION, now)],
            Some(ProblemCode::Later) | None => vec![self.later(or(&title, BUSY), now, random)],
        }
    }

    fn unsigned(&mut self, now: Millis, random: u64) -> Effect {
        self.unsigned = self.unsigned.saturating_add(1);
        if self.unsigned > MOST_UNSIGNED {
            return self.later(
                "The office does not accept this tablet's signature. Everything is safe here.",
                now,
                random,
            );
        }
        // The same work again, over the new nonce; a push that was not looked at has not failed.
        self.before_push = None;
        Effect::Look
    }

    fn refused(&mut self, call: &Call, title: &str, now: Millis, random: u64) -> Vec<Effect> {
        let reason = or(title, "The office could not read it.").to_owned();
        match call {
            Call::Push { most: 1 } => {
                self.one_by_one = false;
                vec![Effect::RefusedFirst(reason), Effect::Look]
            }
            Call::Push { .. } => {
                self.one_by_one = true;
                self.before_push = None;
                vec![Effect::Look]
            }
            Call::Sealed { id } => vec![Effect::SealedRefused(*id, reason), Effect::Look],
            Call::PhotoHead { hash } | Call::PhotoPiece { hash, .. } => {
                self.photo = None;
                vec![Effect::PhotoRefused { hash: hash.clone(), reason }, Effect::Look]
            }
            Call::Feed { .. } | Call::Nonce => vec![self.later(&reason, now, random)],
        }
    }

    fn silence(&mut self, why: NoAnswer, now: Millis, random: u64) -> Effect {
        // The nonce may have been used by a request whose answer was lost.
        self.nonce = None;
        match why {
            NoAnswer::Unreachable => self.later("The office cannot be reached just now. Everything is safe here.", now, random),
            NoAnswer::BrokenOff => self.later("The connection broke off. Everything is safe here.", now, random),
            NoAnswer::AnotherCertificate => self.later(
                "Something answered that is not your office, so nothing was sent. Try another network, or ask the office.",
                now,
                random,
            ),
        }
    }

    /// Try again after a wait that doubles, half of it by chance so that tablets do not come all at once.
    fn later(&mut self, sentence: &str, now: Millis, random: u64) -> Effect {
        let wait = (FIRST_WAIT << self.failed.min(12)).min(LONGEST_WAIT);
        self.failed = self.failed.saturating_add(1);
        let half = wait / 2;
        let chance = i64::try_from(random % (half.unsigned_abs() + 1)).unwrap_or_default();
        Effect::Over(Outcome::Later { sentence: sentence.to_owned(), at: now + half + chance })
    }

    fn patient(&mut self, title: &str, else_say: &str, now: Millis) -> Effect {
        self.failed = self.failed.saturating_add(1);
        Effect::Over(Outcome::Later { sentence: or(title, else_say).to_owned(), at: now + PATIENCE })
    }
}

const NOT_UNDERSTOOD: &str =
    "The office answered something that this tablet does not understand. Everything is safe here.";
const BUSY: &str = "The office is busy. Everything is safe here, and it will be sent later.";
const REVOKED: &str = "The office has retired this tablet. What is still here stays here: ask the office.";
const UNKNOWN: &str = "The office does not know this tablet. Nothing is lost: everything stays here. Ask the office.";
const VERSION: &str = "This tablet and the office need the same version. Everything is safe here until one is updated.";

fn stopped(title: &str, else_say: &str) -> Effect {
    Effect::Over(Outcome::Stopped { sentence: or(title, else_say).to_owned() })
}

fn or<'a>(title: &'a str, else_say: &'a str) -> &'a str {
    if title.trim().is_empty() { else_say } else { title }
}

fn head_of(reply: &Reply) -> PhotoProgress {
    PhotoProgress {
        have: reply.header(wire::PHOTO_HAVE).and_then(|have| have.parse().ok()).unwrap_or_default(),
        complete: reply.header(wire::PHOTO_COMPLETE) == Some("yes"),
    }
}
