//! What an answer of the office means: what of it is kept, and what is done next.

use super::waits::{
    NO_ROOM_TO_LISTEN, NOT_UNDERSTOOD, OFFICE_TOO_OLD, REVOKED, UNKNOWN, VERSION, or, seconds, stopped,
};
use super::{Call, Effect, Sync};
use crate::transport::Reply;
use domain::entry::Millis;
use domain::wire::{self, Feed, PhotoProgress, Problem, ProblemCode, Pushed, Says};

/// Nonces refused in a row before it is called a fault.
const MOST_UNSIGNED: u8 = 3;

impl Sync {
    pub(super) fn answered(&mut self, reply: &Reply, now: Millis, random: u64) -> Vec<Effect> {
        let Some(call) = self.call.take() else { return vec![Effect::Look] };
        self.stride.answered(&call, now.saturating_sub(self.asked_at));
        let mut effects = Vec::new();
        let briefly: Option<Says> = reply.header(wire::BRIEF).and_then(|says| says.parse().ok());
        let says = briefly.as_ref();
        let nonce = says.map(|says| says.nonce.as_str()).or_else(|| reply.header(wire::NEXT_NONCE));
        self.nonce = nonce.map(str::to_owned).or_else(|| self.nonce.take());
        let time = reply.header(wire::SERVER_TIME).and_then(|time| time.parse().ok());
        effects.extend(time.or_else(|| says.and_then(Says::time)).map(Effect::ServerTime));
        let program = says.map(|says| says.program.as_str()).or_else(|| reply.header(wire::PROGRAM));
        effects.extend(program.map(|program| Effect::Program(program.to_owned())));
        let telling = self.telling.take();
        if (200..300).contains(&reply.status) {
            effects.extend(reply.header(wire::MARK).and_then(|mark| mark.parse().ok()).map(Effect::Mark));
        }
        if reply.status != 401 {
            self.unsigned = 0;
        }
        let said = self.speaks();
        // Whatever is on the road between the two says no version.
        let speaks =
            says.map(|says| says.version).or_else(|| reply.header(wire::SPEAKS).and_then(|text| text.parse().ok()));
        self.office = speaks.or(self.office);
        if (200..300).contains(&reply.status) && speaks.is_some() {
            self.told = telling.or_else(|| self.told.take());
        }
        effects.extend(match reply.status {
            // Whatever stands between may answer *well* too; only the office says which version it speaks.
            200..=299 if speaks.is_none() => vec![self.later(NOT_UNDERSTOOD, now, random)],
            // What it says may mean something else than this app reads in it.
            200..=299 if self.ours.to(self.office).is_err() => vec![self.patient("", OFFICE_TOO_OLD, now)],
            200..=299 => self.went_well(&call, reply, now, random),
            _ => self.went_wrong(&call, reply, said, (now, random)),
        });
        effects
    }

    fn went_well(&mut self, call: &Call, reply: &Reply, now: Millis, random: u64) -> Vec<Effect> {
        let mut not_held = None;
        let kept = match call {
            Call::Nonce if self.nonce.is_some() => None,
            Call::Nonce => return vec![self.later(NOT_UNDERSTOOD, now, random)],
            Call::Push { .. } => match serde_json::from_slice::<Pushed>(&reply.body) {
                Ok(pushed) => {
                    let more = Effect::TakingBack { taking: pushed.taking_back, out: pushed.taken_out };
                    return vec![Effect::Fates(pushed.fates), more, Effect::Look];
                }
                Err(_) => return vec![self.later(NOT_UNDERSTOOD, now, random)],
            },
            // Nothing has changed since it was last told how far the record has come.
            Call::Feed { wait, .. } if reply.status == 204 => {
                not_held = seconds(reply).filter(|_| *wait > 0);
                (self.fed, self.compared, self.feed_broke) = (true, true, false);
                None
            }
            Call::Feed { wait, most } => match serde_json::from_slice::<Feed>(&reply.body) {
                Ok(feed) => {
                    self.feed_broke = self.feed_broke && *most == 0;
                    not_held = seconds(reply).filter(|_| *wait > 0);
                    self.fed = !feed.more;
                    self.compared = true;
                    Some(Effect::Feed(Box::new(feed)))
                }
                Err(_) => return vec![self.later(NOT_UNDERSTOOD, now, random)],
            },
            Call::Sealed { id } => Some(Effect::SealedSent(*id)),
            Call::PhotoHead { hash } => Some(self.photo_is_there(hash, head_of(reply))),
            Call::PhotoPiece { hash, from, .. } => {
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
        let next = match not_held {
            Some(seconds) => self.pause(NO_ROOM_TO_LISTEN, seconds, now, random),
            None => Effect::Look,
        };
        kept.into_iter().chain([next]).collect()
    }

    fn photo_is_there(&mut self, hash: &str, progress: PhotoProgress) -> Effect {
        self.photo = (!progress.complete).then(|| (hash.to_owned(), progress.have));
        Effect::Photo { hash: hash.to_owned(), progress }
    }

    /// `said` is the version that was spoken in the request.
    fn went_wrong(&mut self, call: &Call, reply: &Reply, said: u16, (now, random): (Millis, u64)) -> Vec<Effect> {
        let problem = serde_json::from_slice::<Problem>(&reply.body).ok();
        match (call, &problem) {
            (Call::PhotoPiece { hash, from, .. }, None) if reply.status == 409 => {
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
            (Call::Push { most: 2.., .. }, None) if reply.status == 413 => {
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
            Some(ProblemCode::Version) => vec![self.another_version(&title, said, now)],
            Some(ProblemCode::Later | ProblemCode::Newer) | None => {
                // What is put off may be so because of something that the feed tells.
                self.feed_broke = false;
                vec![self.busy(&title, reply, now, random)]
            }
        }
    }

    /// An older office is asked again in its own version, where this app still speaks it; else somebody must update.
    fn another_version(&mut self, title: &str, said: u16, now: Millis) -> Effect {
        match self.ours.to(self.office) {
            Ok(version) if version < said => {
                self.before_push = None;
                Effect::Look
            }
            Ok(_) => self.patient(title, VERSION, now),
            Err(_) => self.patient("", OFFICE_TOO_OLD, now),
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
            Call::Push { most: 1, .. } => {
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
}

fn head_of(reply: &Reply) -> PhotoProgress {
    PhotoProgress {
        have: reply.header(wire::PHOTO_HAVE).and_then(|have| have.parse().ok()).unwrap_or_default(),
        complete: reply.header(wire::PHOTO_COMPLETE) == Some("yes"),
    }
}
