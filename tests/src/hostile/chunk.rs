//! A change taken apart into its fields, bent, and put together again with the right length and checksum, so that it
//! comes past the outer check and whoever reads further has to do with it.

use super::Chance;
use sha2::{Digest as _, Sha256};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const DEFLATED: u64 = 0b1000;
/// Specifications that automerge knows, and some that it does not.
const SPECS: [u64; 18] = [
    0x01,
    0x02,
    0x11,
    0x13,
    0x15,
    0x34,
    0x42,
    0x56,
    0x57,
    0x70,
    0x71,
    0x73,
    0x94,
    0xa5,
    0x42 | DEFLATED,
    0x00,
    0x77,
    0x1f2,
];

/// A change's fields, as its bytes say them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chunk {
    kind: u8,
    deps: Vec<[u8; 32]>,
    actor: Vec<u8>,
    seq: u64,
    start: u64,
    time: i64,
    message: Vec<u8>,
    others: Vec<Vec<u8>>,
    columns: Vec<(u64, Vec<u8>)>,
    after: Vec<u8>,
}

impl Chunk {
    /// Takes a valid change apart.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut at = At(bytes.get(8..)?);
        let kind = *at.take(1)?.first()?;
        let length = at.length()?;
        if length != at.0.len() {
            return None;
        }
        let mut chunk = Self { kind, ..Self::default() };
        for _ in 0..at.length()? {
            chunk.deps.push(at.take(32)?.try_into().ok()?);
        }
        chunk.actor = at.prefixed()?.to_vec();
        (chunk.seq, chunk.start) = (at.unsigned()?, at.unsigned()?);
        chunk.time = at.signed()?;
        chunk.message = at.prefixed()?.to_vec();
        for _ in 0..at.length()? {
            chunk.others.push(at.prefixed()?.to_vec());
        }
        let layout = (0..at.length()?).map(|_| Some((at.unsigned()?, at.length()?))).collect::<Option<Vec<_>>>()?;
        for (spec, length) in layout {
            chunk.columns.push((spec, at.take(length)?.to_vec()));
        }
        chunk.after = at.0.to_vec();
        Some(chunk)
    }

    /// Puts it together, with the right length and checksum.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        sealed(self.kind, &self.body())
    }

    fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        unsigned(&mut body, self.deps.len() as u64);
        self.deps.iter().for_each(|dep| body.extend_from_slice(dep));
        prefixed(&mut body, &self.actor);
        unsigned(&mut body, self.seq);
        unsigned(&mut body, self.start);
        signed(&mut body, self.time);
        prefixed(&mut body, &self.message);
        unsigned(&mut body, self.others.len() as u64);
        self.others.iter().for_each(|actor| prefixed(&mut body, actor));
        unsigned(&mut body, self.columns.len() as u64);
        for (spec, column) in &self.columns {
            unsigned(&mut body, *spec);
            unsigned(&mut body, column.len() as u64);
        }
        self.columns.iter().for_each(|(_, column)| body.extend_from_slice(column));
        body.extend_from_slice(&self.after);
        body
    }

    /// A change like this one, bent at one place or a few; one in many is bent after it was put together, so that its
    /// counts lie, and a few keep the wrong checksum.
    #[must_use]
    pub fn bent(&self, others: &[Self], chance: &mut Chance) -> Vec<u8> {
        let mut bent = self.clone();
        for _ in 0..=chance.below(3) {
            bent.bend(others, chance);
        }
        let mut body = bent.body();
        if chance.once_in(5) {
            chance.bend(&mut body);
        }
        let mut bytes = sealed(bent.kind, &body);
        if chance.once_in(60) {
            chance.bend(&mut bytes);
        }
        bytes
    }

    fn bend(&mut self, others: &[Self], chance: &mut Chance) {
        match chance.below(28) {
            0 => self.seq = chance.number(self.seq),
            1 | 2 => self.start = chance.number(self.start),
            3 => self.time = chance.draw().cast_signed(),
            4 => self.bend_deps(others, chance),
            5 => bend_actor(&mut self.actor, chance),
            6 => match chance.below(4) {
                0 => self.others.push((0..16).map(|_| chance.byte()).collect()),
                1 => drop(self.others.pop()),
                2 => self.others.reverse(),
                _ => {
                    let n = chance.below(self.others.len());
                    if let Some(actor) = self.others.get_mut(n) {
                        bend_actor(actor, chance);
                    }
                }
            },
            7 if chance.once_in(4) => self.after = (0..=chance.below(40)).map(|_| chance.byte()).collect(),
            7 => chance.bend(&mut self.message),
            8 if chance.once_in(8) => self.kind = chance.byte() & 3,
            8 | 9 => self.bend_layout(others, chance),
            _ => self.bend_column(chance),
        }
    }

    fn bend_deps(&mut self, others: &[Self], chance: &mut Chance) {
        match chance.below(4) {
            0 => drop(self.deps.pop()),
            1 => self.deps.extend_from_within(..),
            2 => self.deps.extend(chance.of(others).map(|other| other.deps.clone()).unwrap_or_default()),
            _ => {
                let n = chance.below(self.deps.len());
                if let Some(byte) = self.deps.get_mut(n).and_then(|dep| dep.get_mut(chance.below(32))) {
                    *byte ^= 1;
                }
            }
        }
    }

    fn bend_layout(&mut self, others: &[Self], chance: &mut Chance) {
        let n = chance.below(self.columns.len());
        let spec = chance.of(&SPECS).copied().unwrap_or_default();
        let foreign = chance.of(others).and_then(|other| chance.of(&other.columns)).cloned();
        match chance.below(6) {
            0 if n < self.columns.len() => drop(self.columns.remove(n)),
            1 => self.columns.push((spec, (0..chance.below(12)).map(|_| chance.byte()).collect())),
            2 => self.columns.reverse(),
            3 => self.columns.extend(foreign),
            4 => {
                if let (Some((_, column)), Some((_, theirs))) = (self.columns.get_mut(n), foreign) {
                    *column = theirs;
                }
            }
            _ => {
                if let Some(column) = self.columns.get_mut(n) {
                    column.0 = spec;
                }
            }
        }
    }

    /// Bends what one column says: a number of it, a run that claims more, or its bytes.
    fn bend_column(&mut self, chance: &mut Chance) {
        let n = chance.below(self.columns.len());
        let Some((_, column)) = self.columns.get_mut(n) else { return };
        let at = chance.below(column.len() + 1);
        match chance.below(5) {
            0 => {
                let mut number = Vec::new();
                let near = column.get(at).copied().unwrap_or_default();
                unsigned(&mut number, chance.number(near.into()));
                column.splice(at..(at + 1).min(column.len()), number);
            }
            1 => {
                let mut run = Vec::new();
                let length = 1_u64 << chance.below(20);
                signed(&mut run, if chance.once_in(3) { 0 } else { length.cast_signed() });
                unsigned(&mut run, if chance.once_in(2) { length } else { chance.below(9) as u64 });
                column.splice(at..at, run);
            }
            _ => chance.bend(column),
        }
    }
}

fn bend_actor(actor: &mut Vec<u8>, chance: &mut Chance) {
    match chance.below(5) {
        0 => actor.clear(),
        1 => *actor = vec![0; 16],
        2 => *actor = [&[0x13, 0xb2, 0x23, 0x09, chance.byte() & 0x7f], actor.as_slice()].concat(),
        3 => actor.resize(chance.below(70), 7),
        _ => chance.bend(actor),
    }
}

fn sealed(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut hashed = vec![kind];
    unsigned(&mut hashed, body.len() as u64);
    hashed.extend_from_slice(body);
    let hash = Sha256::digest(&hashed);
    [MAGIC.as_slice(), hash.get(..4).unwrap_or_default(), &hashed].concat()
}

fn prefixed(to: &mut Vec<u8>, bytes: &[u8]) {
    unsigned(to, bytes.len() as u64);
    to.extend_from_slice(bytes);
}

fn unsigned(to: &mut Vec<u8>, mut value: u64) {
    loop {
        let seven = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            return to.push(seven);
        }
        to.push(seven | 0x80);
    }
}

fn signed(to: &mut Vec<u8>, mut value: i64) {
    loop {
        let seven = (value & 0x7f) as u8;
        value >>= 7;
        if (value == 0 && seven & 0x40 == 0) || (value == -1 && seven & 0x40 != 0) {
            return to.push(seven);
        }
        to.push(seven | 0x80);
    }
}

/// Reads on; nothing where the bytes end.
struct At<'a>(&'a [u8]);

impl<'a> At<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (first, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(first)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = *self.take(1)?.first()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let mut value = 0_i64;
        for shift in (0..64).step_by(7) {
            let byte = *self.take(1)?.first()?;
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let negative = byte & 0x40 != 0 && shift + 7 < 64;
                return Some(if negative { value | (-1_i64 << (shift + 7)) } else { value });
            }
        }
        None
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.unsigned()?).ok()
    }

    fn prefixed(&mut self) -> Option<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::Field;
    use super::*;

    #[test]
    fn a_change_is_taken_apart_and_put_together_to_the_same_bytes_and_comes_past_the_door_when_bent() {
        let field = Field::new().unwrap();
        for bytes in field.changes() {
            assert_eq!(&Chunk::read(bytes).unwrap().write(), bytes);
        }
        let chunks = field.chunks();
        let mut chance = Chance::new(1);
        let past = (0..2_000)
            .filter(|n| {
                server::sync::chunk::read(&chunks.get(n % chunks.len()).unwrap().bent(chunks, &mut chance)).is_ok()
            })
            .count();
        assert!(past > 300, "{past} of 2,000 came past the first page: a mutator that never does is worth nothing");
    }
}
