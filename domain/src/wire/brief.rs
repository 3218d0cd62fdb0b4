//! The brief way to say what stands with each request and reply, since version 3: one short header each way, and a place in
//! the feed in some twenty letters. Where nothing is new, this is nearly all that goes over the road.

use super::Mark;
use crate::ids::{DeviceId, StoreId};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Header of a brief request, as [`Asks`] writes it, and of the reply to one, as [`Says`] does.
pub const BRIEF: &str = "ev";

/// Letters of a nonce that say when it was made: six bytes.
const TIME: usize = 8;

/// Text that is not what is said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not said as it must be")]
pub struct NotBrief;

/// Who asks. As text `VERSION DEVICE NONCE SIGNATURE`, device and signature as base64 for URLs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asks {
    /// The version that is spoken in this request.
    pub version: u16,
    /// Which tablet.
    pub device: DeviceId,
    /// The nonce that it is signed over, as the office wrote it.
    pub nonce: String,
    /// Ed25519 over [`super::signed_text`].
    pub signature: Vec<u8>,
}

impl fmt::Display for Asks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let device = URL_SAFE_NO_PAD.encode(self.device.uuid().as_bytes());
        write!(f, "{} {device} {} {}", self.version, self.nonce, URL_SAFE_NO_PAD.encode(&self.signature))
    }
}

impl FromStr for Asks {
    type Err = NotBrief;

    fn from_str(text: &str) -> Result<Self, NotBrief> {
        let words: Vec<&str> = text.split(' ').collect();
        let [version, device, nonce, signature] = words.as_slice() else { return Err(NotBrief) };
        let device = URL_SAFE_NO_PAD.decode(device).map_err(|_| NotBrief)?;
        Ok(Self {
            version: version.parse().map_err(|_| NotBrief)?,
            device: DeviceId::new(Uuid::from_slice(&device).map_err(|_| NotBrief)?),
            nonce: (*nonce).to_owned(),
            signature: URL_SAFE_NO_PAD.decode(signature).map_err(|_| NotBrief)?,
        })
    }
}

/// What stands with every reply. As text `VERSION PROGRAM NONCE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Says {
    /// The newest version that the office speaks.
    pub version: u16,
    /// The version of the office's program.
    pub program: String,
    /// The nonce for the next request.
    pub nonce: String,
}

impl Says {
    /// The server's clock, in milliseconds since 1970: the first six bytes of the nonce.
    #[must_use]
    pub fn time(&self) -> Option<i64> {
        let made = URL_SAFE_NO_PAD.decode(self.nonce.get(..TIME)?).ok()?;
        Some(made.iter().fold(0, |time, byte| time << 8 | i64::from(*byte)))
    }
}

impl fmt::Display for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.version, self.program, self.nonce)
    }
}

impl FromStr for Says {
    type Err = NotBrief;

    fn from_str(text: &str) -> Result<Self, NotBrief> {
        let words: Vec<&str> = text.split(' ').collect();
        let [version, program, nonce] = words.as_slice() else { return Err(NotBrief) };
        let version = version.parse().map_err(|_| NotBrief)?;
        Ok(Self { version, program: (*program).to_owned(), nonce: (*nonce).to_owned() })
    }
}

/// Where a tablet has read up to that was told of nothing further: a [`Mark`] in few letters, `LIFE.REVISION.START`. Of the
/// record's life and of the start their last six bytes stand there, as base64 for URLs: chance, and enough to tell two apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    life: [u8; 6],
    /// Everything up to this has been read.
    pub revision: i64,
    start: [u8; 6],
}

fn tail(of: Uuid) -> [u8; 6] {
    of.as_bytes().last_chunk().copied().unwrap_or_default()
}

impl Place {
    /// The place of a mark.
    #[must_use]
    pub fn of(mark: &Mark) -> Self {
        Self { life: tail(mark.at.store.uuid()), revision: mark.at.revision, start: tail(mark.start) }
    }

    /// Whether it is in this life of the record.
    #[must_use]
    pub fn is_in(&self, life: StoreId) -> bool {
        self.life == tail(life.uuid())
    }

    /// Whether this start was the newest there.
    #[must_use]
    pub fn is_since(&self, start: Uuid) -> bool {
        self.start == tail(start)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", URL_SAFE_NO_PAD.encode(self.life), self.revision, URL_SAFE_NO_PAD.encode(self.start))
    }
}

impl FromStr for Place {
    type Err = NotBrief;

    fn from_str(text: &str) -> Result<Self, NotBrief> {
        let parts: Vec<&str> = text.split('.').collect();
        let [life, revision, start] = parts.as_slice() else { return Err(NotBrief) };
        let six = |text: &str| URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok();
        Ok(Self {
            life: six(life).ok_or(NotBrief)?,
            revision: revision.parse().map_err(|_| NotBrief)?,
            start: six(start).ok_or(NotBrief)?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::wire::Cursor;

    #[test]
    fn what_is_said_briefly_reads_back_and_half_of_it_is_refused() {
        let device = DeviceId::new(Uuid::from_u128(7));
        let asks = Asks { version: 3, device, nonce: "nonce".into(), signature: vec![9; 64] };
        assert_eq!(asks.to_string().parse(), Ok(asks.clone()));
        assert!(asks.to_string().len() < 125, "{asks}");
        let says = Says { version: 3, program: "0.1.0".into(), nonce: "AZ-z0AAA".into() };
        assert_eq!(says.to_string().parse(), Ok(says.clone()));
        assert_eq!(says.time(), Some(0x019f_b3d0_0000));
        assert_eq!("3 0.1.0".parse::<Says>(), Err(NotBrief));
        assert_eq!("3 AAAA nonce AAAA".parse::<Asks>(), Err(NotBrief));
    }

    #[test]
    fn a_place_tells_lives_and_starts_apart_in_few_letters() {
        let [here, there] = [7, 8].map(|n| StoreId::new(Uuid::from_u128(n)));
        let mark = Mark { at: Cursor { store: here, revision: 12_345 }, start: Uuid::from_u128(9) };
        let place: Place = Place::of(&mark).to_string().parse().unwrap();
        assert!(place.is_in(here) && !place.is_in(there));
        assert!(place.is_since(mark.start) && !place.is_since(Uuid::from_u128(10)));
        assert_eq!((place.revision, place.to_string().len()), (12_345, 23));
        assert_eq!(mark.to_string().parse::<Place>(), Err(NotBrief), "nobody takes one for the other");
        assert!(place.to_string().parse::<Mark>().is_err() && place.to_string().parse::<Cursor>().is_err());
    }
}
