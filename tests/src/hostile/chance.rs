//! A source of chance that is the same again for the same seed (SplitMix64).

/// Numbers, drawn one after the other.
#[derive(Clone, Debug)]
pub struct Chance(u64);

/// Numbers at which counting goes wrong.
const EDGES: [u64; 24] = [
    0,
    1,
    2,
    3,
    63,
    64,
    127,
    128,
    255,
    256,
    16_383,
    16_384,
    65_535,
    199_999,
    200_001,
    (1 << 31) - 1,
    1 << 31,
    (1 << 32) - 1,
    1 << 32,
    (1 << 53) + 1,
    i64::MAX as u64,
    1 << 63,
    u64::MAX - 1,
    u64::MAX,
];

impl Chance {
    /// The same seed gives the same numbers.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 where that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let end = end.max(1) as u64;
        (self.draw() % end) as usize
    }

    /// Once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// A byte.
    pub fn byte(&mut self) -> u8 {
        (self.draw() & 0xff) as u8
    }

    /// A number at which counting goes wrong, or one beside `near`.
    pub fn number(&mut self, near: u64) -> u64 {
        match self.below(4) {
            0 => near.wrapping_add(1 + self.below(4) as u64),
            1 => near.wrapping_sub(1 + self.below(4) as u64),
            2 => self.draw() >> self.below(64),
            _ => EDGES.get(self.below(EDGES.len())).copied().unwrap_or_default(),
        }
    }

    /// One of these.
    pub fn of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }

    /// Bends bytes at one place: a byte changed, a bit turned, bytes put in, taken out, doubled, or the end cut off.
    pub fn bend(&mut self, bytes: &mut Vec<u8>) {
        let at = self.below(bytes.len());
        let end = bytes.len().min(at + 1 + self.below(8));
        match self.below(6) {
            0 | 1 => {
                let to = self.byte();
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = to;
                }
            }
            2 => {
                let bit = 1 << self.below(8);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= bit;
                }
            }
            3 => {
                let more: Vec<u8> = (0..=self.below(4)).map(|_| self.byte()).collect();
                bytes.splice(at..at, more);
            }
            4 => drop(bytes.drain(at..end)),
            _ if self.once_in(4) => bytes.truncate(at),
            _ => {
                let again: Vec<u8> = bytes.get(at..end).unwrap_or_default().to_vec();
                bytes.splice(at..at, again);
            }
        }
    }
}
