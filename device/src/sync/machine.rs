//! The state machine of one round: what happened goes in with the time and a random number, what to do comes out. It
//! reads no store, no clock and no network, so a thousand tablets run in one test and any failure can be told again.

mod replies;
mod stride;
mod waits;

use super::{Outcome, Round};
use crate::transport::{NoAnswer, Reply};
use domain::entry::Millis;
use domain::ids::{EntryId, SealedId};
use domain::notebook::Hash;
use domain::wire::{self, Fate, Feed, Mark, PhotoProgress, Spoken};
use stride::Stride;

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
    /// Notes that somebody asked not to be kept, and of which the office has not been asked.
    pub take_back: u32,
}

/// One request that the machine asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// A first nonce.
    Nonce,
    /// A page of the outbox, of at most so many changes and about so many bytes.
    Push {
        /// The most.
        most: usize,
        /// Bytes of changes.
        bytes: usize,
    },
    /// The feed, held for at most so many seconds.
    Feed {
        /// Seconds.
        wait: u64,
        /// Bytes after which the page is to end; 0 asks for no page, only how far the office has come.
        most: usize,
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
        /// Bytes.
        most: usize,
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
    /// How far the office's record has come, before anything else of the answer is kept.
    Mark(Mark),
    /// The version of the office's program.
    Program(String),
    /// What became of pushed changes.
    Fates(Vec<(Hash, Fate)>),
    /// Notes that the office is taking out.
    TakingBack {
        /// What it is taking out.
        taking: Vec<EntryId>,
        /// What is out.
        out: Vec<EntryId>,
    },
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
    /// What waits here, as the office last heard it, and as it is being told.
    told: Option<String>,
    telling: Option<String>,
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
    /// Whether the office said how far it has come before anything was sent in this round.
    compared: bool,
    /// The last page of the feed did not come through: what is here does not wait for it.
    feed_broke: bool,
    /// Pushes in a row after which the outbox held no fewer.
    no_fewer: u8,
    /// The office was asked in this round to take notes out; one that is too old to know what that is says nothing.
    asked_back: bool,
    /// How much of the photo being sent is there.
    photo: Option<(String, u64)>,
    /// The office said that it does not know this tablet.
    not_known: bool,
    /// The versions that this app speaks.
    ours: Spoken,
    /// The newest version that the office said it speaks.
    office: Option<u16>,
    /// How much the road carries at once.
    stride: Stride,
    /// When the last request went out.
    asked_at: Millis,
    /// The office is busy, and is asked nothing before this.
    not_before: Option<Millis>,
}

impl Sync {
    /// The sending of an app that speaks these versions.
    #[must_use]
    pub fn of(ours: Spoken) -> Self {
        Self { ours, ..Self::default() }
    }

    /// Whether the office said in this round that it does not know this tablet.
    #[must_use]
    pub const fn is_not_known(&self) -> bool {
        self.not_known
    }

    /// What the feed told is not all that is to be told: it is asked again in this round.
    pub(crate) const fn feed_again(&mut self) {
        self.fed = false;
    }

    /// The nonce for the next request, used up by asking.
    pub fn take_nonce(&mut self) -> Option<String> {
        self.nonce.take()
    }

    /// The version that the next request speaks: the office's newest, where it is older than this app's.
    #[must_use]
    pub fn speaks(&self) -> u16 {
        self.ours.to(self.office).unwrap_or(self.ours.newest)
    }

    /// Whether the office is known to take packed bodies.
    #[must_use]
    pub fn packs(&self) -> bool {
        self.office.is_some_and(|office| office.min(self.ours.newest) >= wire::PACKED_SINCE)
    }

    /// Whether the office is known to understand what is said briefly.
    #[must_use]
    pub fn is_brief(&self) -> bool {
        self.office.is_some_and(|office| office.min(self.ours.newest) >= wire::BRIEF_SINCE)
    }

    /// Whether the next request is to say what waits here: the office has not heard it, or something else.
    pub(crate) fn tells(&mut self, waits: &str) -> bool {
        let is_news = !self.is_brief() || self.told.as_deref() != Some(waits);
        self.telling = Some(waits.to_owned());
        is_news
    }

    /// The office may have forgotten what it was told.
    pub(crate) fn tell_again(&mut self) {
        self.told = None;
    }

    /// One step.
    pub fn step(&mut self, event: Event, now: Millis, random: u64) -> Vec<Effect> {
        match event {
            Event::Begin(round) => {
                *self = Self {
                    round: Some(round),
                    nonce: self.nonce.take(),
                    told: self.told.take(),
                    failed: self.failed,
                    ours: self.ours,
                    office: self.office,
                    not_before: self.not_before,
                    stride: self.stride,
                    feed_broke: self.feed_broke,
                    ..Self::default()
                };
                vec![self.still_paused(now).unwrap_or(Effect::Look)]
            }
            Event::Work(work) => vec![self.next(&work, now, random)],
            Event::Answered(reply) => self.answered(&reply, now, random),
            Event::Silence(why) => vec![self.silence(why, now, random)],
        }
    }

    fn next(&mut self, work: &Work, now: Millis, random: u64) -> Effect {
        if self.nonce.is_none() {
            return self.ask(Call::Nonce, now);
        }
        // First of all whether the office is still the one that was told of before: what it lost is to go up with the rest,
        // and pushing would hide that it was put back. Where a page did not come through, words do not wait for the next.
        let asks_back = work.take_back > 0 && !self.asked_back;
        let sends = work.changes > 0 || asks_back || !work.sealed.is_empty();
        if sends && !self.compared {
            let first = if self.feed_broke { Call::Feed { wait: 0, most: 0 } } else { self.feed(0) };
            return self.ask(first, now);
        }
        if work.changes > 0 || asks_back {
            self.asked_back = true;
            // Somebody may write while a page is on the road; only when it shrinks in no try is nothing taken.
            let no_fewer = work.changes > 0 && self.before_push.is_some_and(|before| work.changes >= before);
            self.no_fewer = if no_fewer { self.no_fewer.saturating_add(1) } else { 0 };
            if self.no_fewer > MOST_IN_VAIN {
                return self.later("The office did not take the notes. They are safe here.", now, random);
            }
            self.before_push = Some(work.changes);
            self.fed = false;
            let most = if self.one_by_one { 1 } else { wire::MOST_CHANGES };
            return self.ask(Call::Push { most, bytes: self.stride.push() }, now);
        }
        if let Some(id) = work.sealed.first() {
            self.fed = false;
            return self.ask(Call::Sealed { id: *id }, now);
        }
        if !self.fed && (!self.feed_broke || work.photos.is_empty()) {
            return self.ask(self.feed(0), now);
        }
        if let Some((hash, _)) = work.photos.first() {
            return match self.photo.take() {
                Some((known, have)) if known == *hash => {
                    let most = self.stride.piece();
                    self.ask(Call::PhotoPiece { hash: hash.clone(), from: have, most }, now)
                }
                _ => self.ask(Call::PhotoHead { hash: hash.clone() }, now),
            };
        }
        match self.round {
            Some(Round::Listen) if !self.listened => {
                self.listened = true;
                self.ask(self.feed(wire::LONGEST_WAIT), now)
            }
            Some(Round::Settled) if work.on_their_way > 0 && self.settled < MOST_SETTLING => {
                self.settled += 1;
                self.ask(self.feed(SETTLE_WAIT), now)
            }
            _ => {
                self.failed = 0;
                Effect::Over(Outcome::Quiet)
            }
        }
    }

    const fn feed(&self, wait: u64) -> Call {
        Call::Feed { wait, most: self.stride.page() }
    }

    fn ask(&mut self, call: Call, now: Millis) -> Effect {
        self.asked_at = now;
        self.call = Some(call.clone());
        Effect::Ask(call)
    }
}
