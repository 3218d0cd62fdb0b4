//! Sending and receiving. [`machine`] says what to do, [`Device::step`] does what is the store's part of it, and the
//! thin [`drive`] carries requests. The device is never held while the network is waited for.

mod enrol;
mod feed;
mod gone;
pub mod machine;
mod newer;
mod request;

pub use enrol::set_up;

use crate::device::{Device, Result};
use crate::error::Error;
use crate::store::{books, meta, photos, sealed, taken_back};
use crate::surroundings::random;
use crate::transport::{NoAnswer, Reply, Request, Transport};
use crate::views::Standing;
use domain::entry::Millis;
use domain::wire::{Fate, Mark};
use machine::{Call, Effect, Event, Work};
use std::sync::{Mutex, PoisonError};

const A_DAY: Millis = 24 * 60 * 60 * 1000;

/// How long a round goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// Until everything is sent and everything new is here.
    Once,
    /// As [`Round::Once`], then until what was sent is published, for half a minute at most.
    Settled,
    /// As [`Round::Once`], then one held feed request of at most 25 seconds.
    Listen,
}

/// What happened, for [`Device::step`].
#[derive(Clone, Debug)]
pub enum Happened {
    /// A round begins.
    Begin(Round),
    /// The office answered.
    Answered(Reply),
    /// It did not.
    Silence(NoAnswer),
}

/// What to do next.
#[derive(Clone, Debug)]
pub enum Next {
    /// Send this, and tell what came of it.
    Send(Request),
    /// The round is over.
    Over(Outcome),
}

/// How a round ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All that could be sent is at the office, all that is new is here.
    Quiet,
    /// Something went wrong on the way; try again at this time. Everything is still here.
    Later {
        /// For a person to read.
        sentence: String,
        /// By this tablet's clock.
        at: Millis,
    },
    /// Trying again does not help before a person has acted. Everything is still here.
    Stopped {
        /// For a person to read.
        sentence: String,
    },
}

/// Drives one round until it is quiet or cannot go on.
///
/// # Errors
/// What the store says; the network's troubles are an [`Outcome`].
pub async fn drive(device: &Mutex<Device>, transport: &Transport, round: Round) -> Result<Outcome> {
    let mut happened = Happened::Begin(round);
    loop {
        let next = device.lock().unwrap_or_else(PoisonError::into_inner).step(happened)?;
        happened = match next {
            Next::Over(outcome) => return Ok(outcome),
            Next::Send(request) => match transport.send(&request).await {
                Ok(reply) => Happened::Answered(reply),
                Err(why) => Happened::Silence(why),
            },
        };
    }
}

impl Device {
    /// The way to this tablet's office.
    ///
    /// # Errors
    /// [`crate::Error::NotSetUp`].
    pub fn transport(&self) -> Result<Transport> {
        let office = self.office()?.ok_or(Error::NotSetUp)?;
        Transport::to(&office.address, office.fingerprint.as_deref())
    }

    /// One step of sending: what happened goes in, what to do comes out. [`drive`] turns it into a round.
    ///
    /// # Errors
    /// [`crate::Error::NotSetUp`], and what the store says.
    pub fn step(&mut self, happened: Happened) -> Result<Next> {
        if matches!(happened, Happened::Begin(_)) {
            self.trouble = None;
        }
        let next = self.stepping(happened);
        if let Err(error) = &next {
            // Kept in memory: the store may be what is in trouble.
            self.trouble = Some(error.to_string());
        }
        next
    }

    fn stepping(&mut self, happened: Happened) -> Result<Next> {
        self.office()?.ok_or(Error::NotSetUp)?;
        let event = match happened {
            Happened::Begin(round) => {
                self.try_refused_daily()?;
                self.events_over()?;
                if newer::is_passed_over(self.store.read())? {
                    self.store.write(|tx| newer::ask_again_after_an_update(tx))?;
                }
                Event::Begin(round)
            }
            Happened::Silence(why) => Event::Silence(why),
            Happened::Answered(reply) => {
                self.totals.bytes_down += reply.size();
                // What does not unpack, or becomes too large for a tablet, has not come.
                reply.unpacked().map_or(Event::Silence(NoAnswer::BrokenOff), Event::Answered)
            }
        };
        let mut effects: std::collections::VecDeque<Effect> = self.stepped(event).into();
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Look => {
                    let work = self.work()?;
                    effects.extend(self.stepped(Event::Work(work)));
                }
                Effect::Ask(call) => {
                    let request = match self.request(&call) {
                        // A picture that is gone or damaged is said so, and the rest goes on.
                        Err(error @ (Error::NoPhoto | Error::Photo(_))) => {
                            self.keep(photo_is_lost(&call, &error)?)?;
                            effects.push_front(Effect::Look);
                            continue;
                        }
                        other => other?,
                    };
                    self.totals.requests += 1;
                    self.totals.bytes_up += request.size();
                    return Ok(Next::Send(request));
                }
                Effect::Over(outcome) => {
                    self.over(&outcome)?;
                    return Ok(Next::Over(outcome));
                }
                kept => self.keep(kept)?,
            }
        }
        // The machine always ends in a request or an outcome; were it not so, a later round finds everything here.
        Ok(Next::Over(Outcome::Quiet))
    }

    /// What was refused is tried again once a day: what was in the way may be mended.
    fn try_refused_daily(&mut self) -> Result<()> {
        let (now, last) = (self.around.now(), meta::get::<Millis>(self.store.read(), meta::name::TRIED_AGAIN)?);
        if last.is_some_and(|last| (0..A_DAY).contains(&(now - last))) {
            return Ok(());
        }
        self.store.write(|tx| {
            meta::set(tx, meta::name::TRIED_AGAIN, &now)?;
            // The first time is its start, when it was done.
            if last.is_some() { books::try_refused_again(tx) } else { Ok(()) }
        })
    }

    fn stepped(&mut self, event: Event) -> Vec<Effect> {
        let random = u64::from_be_bytes(random(self.around.as_ref()));
        self.sync.step(event, self.around.now(), random)
    }

    fn work(&self) -> Result<Work> {
        let on = self.store.read();
        Ok(Work {
            changes: books::count(on, "here")?,
            sealed: sealed::waiting(on)?,
            photos: photos::waiting(on)?,
            on_their_way: books::count(on, "way")?,
            take_back: u32::try_from(self.to_take_back()?.len()).unwrap_or(u32::MAX),
        })
    }

    /// Does what an answer asks of the store.
    fn keep(&mut self, effect: Effect) -> Result<()> {
        let now = self.around.now();
        match effect {
            Effect::ServerTime(server) => {
                let skew: Option<Millis> = meta::get(self.store.read(), meta::name::SKEW)?;
                // A second more or less is the road, not the clock; it is not worth a write.
                if skew.is_none_or(|known| (known - (server - now)).abs() > 1_000) {
                    self.store.write(|tx| meta::set(tx, meta::name::SKEW, &(server - now)))?;
                }
                Ok(())
            }
            Effect::Program(program) => {
                let known: Option<String> = meta::get(self.store.read(), meta::name::PROGRAM)?;
                if known.as_ref() == Some(&program) {
                    return Ok(());
                }
                // Another program may take what the one before refused.
                self.store.write(|tx| {
                    meta::set(tx, meta::name::PROGRAM, &program)?;
                    if known.is_some() { books::try_refused_again(tx) } else { Ok(()) }
                })
            }
            Effect::Mark(mark) => {
                let known: Option<Mark> = meta::get(self.store.read(), meta::name::MARK)?;
                let behind = |known: &Mark| known.at.store == mark.at.store && known.at.revision >= mark.at.revision;
                match known.is_some_and(|known| behind(&known)) {
                    true => Ok(()),
                    false => self.store.write(|tx| meta::set(tx, meta::name::MARK, &mark)),
                }
            }
            Effect::Fates(fates) => {
                self.store.write(|tx| fates.iter().try_for_each(|(hash, fate)| books::fate(tx, hash, fate, now)))
            }
            Effect::TakingBack { taking, out } => self.store.write(|tx| {
                taken_back::heard(tx, &taking, now)?;
                taken_back::gone(tx, &out, now)
            }),
            Effect::RefusedFirst(reason) => self.store.write(|tx| {
                let first = books::outbox(tx, 1, 0)?;
                let fate = Fate::Refused { reason };
                first.iter().try_for_each(|change| books::fate(tx, &change.hash, &fate, now))
            }),
            Effect::Feed(feed) => self.take_feed(*feed),
            Effect::Photo { hash, progress } => {
                self.store.write(|tx| photos::progress(tx, &hash, progress.have, progress.complete, now))
            }
            Effect::PhotoRefused { hash, reason } => self.store.write(|tx| photos::refused(tx, &hash, &reason, now)),
            Effect::SealedSent(id) => self.store.write(|tx| sealed::sent(tx, id, now)),
            Effect::SealedRefused(id, reason) => self.store.write(|tx| sealed::refused(tx, id, &reason, now)),
            Effect::Look | Effect::Ask(_) | Effect::Over(_) => Ok(()),
        }
    }

    fn over(&mut self, outcome: &Outcome) -> Result<()> {
        let before = self.standing()?;
        // An office that could not be reached since has not said anything else.
        let (heard, not_known) = (before.heard, before.not_known || self.sync.is_not_known());
        let standing = match outcome {
            Outcome::Quiet => {
                let newer = newer::is_passed_over(self.store.read())?;
                let sentence = if newer { newer::SENTENCE.to_owned() } else { String::new() };
                Standing { sentence, heard: Some(self.around.now()), ..Standing::default() }
            }
            Outcome::Later { sentence, at } => {
                Standing { sentence: sentence.clone(), heard, next_try: Some(*at), stopped: false, not_known }
            }
            Outcome::Stopped { sentence } => {
                Standing { sentence: sentence.clone(), heard, next_try: None, stopped: true, not_known }
            }
        };
        let totals = self.totals;
        self.store.write(|tx| {
            meta::set(tx, meta::name::STANDING, &standing)?;
            meta::set(tx, meta::name::TOTALS, &totals)
        })
    }
}

fn photo_is_lost(call: &Call, why: &Error) -> Result<Effect> {
    match call {
        Call::PhotoHead { hash } | Call::PhotoPiece { hash, .. } => {
            Ok(Effect::PhotoRefused { hash: hash.clone(), reason: why.to_string() })
        }
        _ => Err(Error::Fault("a photo is missing that nobody asked for".into())),
    }
}
