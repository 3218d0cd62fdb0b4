//! The first page of a change, read by ourselves before automerge sees a byte: whose it is, on what it stands, and
//! how many rows its columns claim. A few bytes can claim a billion rows (`docs/protocol.md`, *Hostile bytes*).
//! What the rows say is not read here; the projector's child does that.

use domain::notebook::{Actor, Hash};
use sha2::{Digest as _, Sha256};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHANGE: u8 = 1;
const DEFLATED: u64 = 0b1000;
/// More rows in one column than any change of ours has; a visit of a day has some thousands.
pub const MOST_ROWS: u64 = 200_000;
/// More changes than one change ever stands on: one for each tablet that wrote apart.
pub const MOST_DEPS: u64 = 256;
const MOST_COLUMNS: u64 = 64;
const MOST_ACTORS: u64 = 1_024;
const LONGEST_ACTOR: u64 = 64;
/// The column of what each operation does: it has one row for each, so its rows are how many there are.
const DOES: u64 = 0x42;
/// What operations of ours do: make a map, put a value, make a list. Others take away, count, mark, or splice texts.
const OURS: [u64; 3] = [0, 1, 2];
/// The column of how many values each operation puts itself in the place of.
const REPLACES: u64 = 0x70;
/// No operation of ours has a number near this; automerge counts in 32 bits, and what overflows there cannot be undone.
const LAST_OPERATION: u64 = 1 << 31;

/// What the first page of a change says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The change's hash, reckoned from its bytes.
    pub hash: Hash,
    /// The changes it stands on.
    pub deps: Vec<Hash>,
    /// Who wrote it, as automerge counts.
    pub actor: Actor,
    /// Its number with that actor, from 1.
    pub seq: u64,
    /// The number of its first operation: one more than the highest that its writer knew.
    pub start: u64,
    /// How many operations it claims.
    pub ops: u64,
    /// Whether an operation does something that no version of ours does, such as taking away.
    pub foreign: bool,
    /// Whether it puts something in the place of something else.
    pub replaces: bool,
    /// The rows that its largest column claims.
    pub rows: u64,
}

/// Why bytes are not taken for a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAChange {
    /// They do not begin as one.
    #[error("it does not begin as a change")]
    Magic,
    /// It is a document, a bundle or a compressed change: tablets send plain changes only.
    #[error("it is not a plain change")]
    Kind,
    /// Something is cut off, or follows after the end.
    #[error("it is cut off or has something after its end")]
    Length,
    /// The checksum does not fit the bytes.
    #[error("its checksum does not fit: it was damaged on the way")]
    Checksum,
    /// A number or a length that cannot be.
    #[error("its first page cannot be read")]
    Unreadable,
    /// It claims more than any notebook holds.
    #[error("it claims more than a notebook can hold")]
    TooMuch,
}

/// Reads the first page of one change chunk.
///
/// # Errors
/// Says what is wrong; never panics, and never allocates more than the bytes' own size.
pub fn read(bytes: &[u8]) -> Result<Header, NotAChange> {
    let mut at = Reader(bytes);
    if at.take(4).map_err(|_| NotAChange::Magic)? != MAGIC {
        return Err(NotAChange::Magic);
    }
    let checksum = at.take(4)?;
    let hashed = at.0;
    if at.byte()? != CHANGE {
        return Err(NotAChange::Kind);
    }
    let length = at.unsigned()?;
    if u64::try_from(at.0.len()).ok() != Some(length) {
        return Err(NotAChange::Length);
    }
    let hash: [u8; 32] = Sha256::digest(canonical(hashed, at.0, length)).into();
    if hash.get(..4) != Some(checksum) {
        return Err(NotAChange::Checksum);
    }
    let deps = (0..at.count(MOST_DEPS)?).map(|_| at.hash()).collect::<Result<Vec<_>, _>>()?;
    let actor = at.actor()?;
    let seq = at.unsigned()?;
    let (start, _time) = (at.unsigned()?, at.signed()?);
    if seq == 0 || start == 0 {
        return Err(NotAChange::Unreadable);
    }
    if start > LAST_OPERATION {
        return Err(NotAChange::TooMuch);
    }
    let message = at.unsigned()?;
    std::str::from_utf8(at.take_long(message)?).map_err(|_| NotAChange::Unreadable)?;
    for _ in 0..at.count(MOST_ACTORS)? {
        at.actor()?;
    }
    let Claims { rows, ops, foreign, replaces } = columns(&mut at)?;
    // Automerge keeps what stands after the columns, an author's name among it; no tablet of ours writes any.
    if !at.0.is_empty() {
        return Err(NotAChange::Length);
    }
    Ok(Header { hash: named(&hash)?, deps, actor, seq, start, ops, foreign, replaces, rows })
}

/// The bytes that are hashed; a length written longer than needed would give one change two hashes.
fn canonical<'a>(hashed: &'a [u8], data: &[u8], length: u64) -> std::borrow::Cow<'a, [u8]> {
    let mut again = vec![CHANGE];
    let mut rest = length;
    loop {
        let seven = u8::try_from(rest & 0x7f).unwrap_or_default();
        rest >>= 7;
        again.push(if rest == 0 { seven } else { seven | 0x80 });
        if rest == 0 {
            break;
        }
    }
    if hashed.len() == again.len() + data.len() {
        return std::borrow::Cow::Borrowed(hashed);
    }
    again.extend_from_slice(data);
    std::borrow::Cow::Owned(again)
}

fn named(hash: &[u8]) -> Result<Hash, NotAChange> {
    hex::encode(hash).parse().map_err(|_| NotAChange::Unreadable)
}

/// What a change's columns claim.
#[derive(Default)]
struct Claims {
    rows: u64,
    ops: u64,
    foreign: bool,
    replaces: bool,
}

/// Walks every column for the rows it claims, without making one of them.
fn columns(at: &mut Reader<'_>) -> Result<Claims, NotAChange> {
    let mut layout = Vec::new();
    for _ in 0..at.count(MOST_COLUMNS)? {
        let (spec, length) = (at.unsigned()?, at.unsigned()?);
        if spec & DEFLATED != 0 {
            return Err(NotAChange::Kind);
        }
        layout.push((spec, length));
    }
    let mut claims = Claims::default();
    for (spec, length) in layout {
        let bytes = at.take_long(length)?;
        let mut column = Reader(bytes);
        let rows = match spec & 0b111 {
            0 => column.runs(Cell::Group)?,
            1 | 2 | 6 => column.runs(Cell::Unsigned)?,
            3 => column.runs(Cell::Signed)?,
            4 => column.switches()?,
            5 => column.runs(Cell::Words)?,
            // Raw values: their lengths stand in the column before.
            _ => 0,
        };
        claims.rows = claims.rows.max(rows);
        match spec {
            DOES => {
                claims.ops = rows;
                claims.foreign = Reader(bytes).any(|does| !OURS.contains(&does))?;
            }
            REPLACES => claims.replaces = Reader(bytes).any(|values| values != 0)?,
            _ => {}
        }
    }
    Ok(claims)
}

#[derive(Clone, Copy)]
enum Cell {
    Group,
    Unsigned,
    Signed,
    Words,
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], NotAChange> {
        let (first, rest) = self.0.split_at_checked(length).ok_or(NotAChange::Length)?;
        self.0 = rest;
        Ok(first)
    }

    fn take_long(&mut self, length: u64) -> Result<&'a [u8], NotAChange> {
        self.take(usize::try_from(length).map_err(|_| NotAChange::Length)?)
    }

    fn byte(&mut self) -> Result<u8, NotAChange> {
        self.take(1)?.first().copied().ok_or(NotAChange::Length)
    }

    fn unsigned(&mut self) -> Result<u64, NotAChange> {
        let (mut value, mut shift) = (0_u64, 0_u32);
        loop {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if shift > 63 || (shift == 63 && part > 1) {
                return Err(NotAChange::Unreadable);
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
            shift += 7;
        }
    }

    fn signed(&mut self) -> Result<i64, NotAChange> {
        let (mut value, mut shift) = (0_i64, 0_u32);
        loop {
            let byte = self.byte()?;
            if shift > 63 || (shift == 63 && !matches!(byte, 0 | 0x7f)) {
                return Err(NotAChange::Unreadable);
            }
            value |= i64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                if shift < 64 && byte & 0x40 != 0 {
                    value |= -1_i64 << shift;
                }
                return Ok(value);
            }
        }
    }

    fn count(&mut self, most: u64) -> Result<u64, NotAChange> {
        let count = self.unsigned()?;
        if count > most { Err(NotAChange::TooMuch) } else { Ok(count) }
    }

    fn hash(&mut self) -> Result<Hash, NotAChange> {
        named(self.take(32)?)
    }

    fn actor(&mut self) -> Result<Actor, NotAChange> {
        let length = self.count(LONGEST_ACTOR)?;
        Actor::named(self.take_long(length)?).ok_or(NotAChange::Unreadable)
    }

    /// Rows of a run-length column: a run and its value, a minus and so many values, or a zero and so many gaps.
    fn runs(&mut self, cell: Cell) -> Result<u64, NotAChange> {
        let mut rows = 0_u64;
        while !self.0.is_empty() {
            let run = self.signed()?;
            let (count, each) = match run {
                0 => (self.unsigned()?, 0),
                1.. => (run.unsigned_abs(), self.cell(cell)?),
                ..0 => {
                    let mut heaviest = 0;
                    for _ in 0..run.unsigned_abs() {
                        heaviest = heaviest.max(self.cell(cell)?);
                    }
                    (run.unsigned_abs(), heaviest)
                }
            };
            rows = rows
                .checked_add(count.checked_mul(each.max(1)).ok_or(NotAChange::TooMuch)?)
                .ok_or(NotAChange::TooMuch)?;
            if rows > MOST_ROWS {
                return Err(NotAChange::TooMuch);
            }
        }
        Ok(rows)
    }

    /// Whether a run-length column of whole numbers, which was walked before, has one like this.
    fn any(&mut self, like: impl Fn(u64) -> bool) -> Result<bool, NotAChange> {
        while !self.0.is_empty() {
            let run = self.signed()?;
            let values = if run < 0 { run.unsigned_abs() } else { u64::from(run > 0) };
            if run == 0 {
                self.unsigned()?;
            }
            for _ in 0..values {
                if like(self.unsigned()?) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Passes over one value; a group's value is how many rows of the next columns belong to it.
    fn cell(&mut self, cell: Cell) -> Result<u64, NotAChange> {
        match cell {
            Cell::Group => self.unsigned(),
            Cell::Unsigned => self.unsigned().map(|_| 0),
            Cell::Signed => self.signed().map(|_| 0),
            Cell::Words => {
                let length = self.unsigned()?;
                self.take_long(length).map(|_| 0)
            }
        }
    }

    /// Rows of a column of yes and no: the lengths of its stretches.
    fn switches(&mut self) -> Result<u64, NotAChange> {
        let mut rows = 0_u64;
        while !self.0.is_empty() {
            rows = rows.checked_add(self.unsigned()?).ok_or(NotAChange::TooMuch)?;
            if rows > MOST_ROWS {
                return Err(NotAChange::TooMuch);
            }
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests;
