//! How much is sent or asked for at once. On a slow road a large piece takes minutes, and whatever breaks it off has
//! wasted them: so a tablet begins small, takes twice as much after what went quickly, and half after what did not.

use super::Call;
use domain::entry::Millis;
use domain::wire;

/// The least at once, in bytes.
const LEAST: usize = 8 * 1024;
/// Where a tablet begins.
const FIRST: usize = 64 * 1024;
/// What went through in so much time could have been larger, in milliseconds.
const QUICK: Millis = 5_000;
/// What took longer should have been smaller.
const SLOW: Millis = 20_000;
/// Bytes of changes in one push: as base64, with what stands around them, they stay below the limit.
const LARGEST_PAGE: usize = wire::LARGEST_PUSH / 2;

/// Bytes at once, from [`LEAST`] to the largest piece of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stride(usize);

impl Default for Stride {
    fn default() -> Self {
        Self(FIRST)
    }
}

impl Stride {
    /// Bytes of a photo's piece.
    pub(super) const fn piece(self) -> usize {
        self.0
    }

    /// Bytes of a page of the feed.
    pub(super) const fn page(self) -> usize {
        self.unbounded(wire::LARGEST_PUSH)
    }

    /// Bytes of changes in a push.
    pub(super) const fn push(self) -> usize {
        self.unbounded(LARGEST_PAGE)
    }

    /// On a road that carries the largest piece there is no need to cut what is larger.
    const fn unbounded(self, most: usize) -> usize {
        if self.0 < wire::LARGEST_PIECE { self.0 } else { most }
    }

    /// A call was answered after so long. Only one that carries much says anything of the road, and a clock that was put
    /// back or forward does no more harm than one step.
    pub(super) fn answered(&mut self, call: &Call, took: Millis) {
        match call {
            Call::Push { .. } | Call::PhotoPiece { .. } | Call::Feed { wait: 0, .. } if took > SLOW => self.halve(),
            Call::Push { .. } | Call::PhotoPiece { .. } if (0..QUICK).contains(&took) => {
                self.0 = (self.0 * 2).min(wire::LARGEST_PIECE);
            }
            _ => {}
        }
    }

    /// A call was not answered.
    pub(super) fn broke_off(&mut self, call: &Call) {
        if matches!(call, Call::Push { .. } | Call::PhotoPiece { .. } | Call::Feed { wait: 0, .. }) {
            self.halve();
        }
    }

    fn halve(&mut self) {
        self.0 = (self.0 / 2).max(LEAST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_road_gets_smaller_pieces_and_a_quick_one_larger_and_neither_goes_beyond_its_end() {
        let piece = Call::PhotoPiece { hash: String::new(), from: 0, most: 0 };
        let mut stride = Stride::default();
        assert_eq!((stride.piece(), stride.page(), stride.push()), (FIRST, FIRST, FIRST));
        stride.answered(&piece, 26_000);
        assert_eq!(stride.piece(), FIRST / 2);
        stride.answered(&piece, 13_000);
        assert_eq!(stride.piece(), FIRST / 2, "neither quick nor slow");
        for _ in 0..9 {
            stride.broke_off(&piece);
        }
        assert_eq!(stride.piece(), LEAST);
        for _ in 0..9 {
            stride.answered(&piece, 100);
        }
        assert_eq!((stride.piece(), stride.push()), (wire::LARGEST_PIECE, LARGEST_PAGE));
        stride.answered(&Call::Feed { wait: 25, most: 0 }, 25_000);
        stride.broke_off(&Call::Nonce);
        stride.answered(&piece, -100);
        assert_eq!(
            stride.piece(),
            wire::LARGEST_PIECE,
            "a held feed, a nonce, a clock put back say nothing of the road"
        );
    }
}
