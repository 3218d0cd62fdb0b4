//! Bodies made smaller for the road: `content-encoding: deflate`, which is zlib's form (RFC 1950) and carries its own
//! checksum. Whoever unpacks says how much it may become; what claims more is let go at that mark.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// The value of `content-encoding` and `accept-encoding`.
pub const DEFLATE: &str = "deflate";
/// What is shorter is sent as it is: it would hardly shrink.
pub const WORTH_PACKING: usize = 256;
/// Bytes that are made room for at once.
const STEP: usize = 32 * 1024;

/// Why a packed body was not unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotUnpacked {
    /// It becomes larger than is taken.
    #[error("unpacked it is larger than is taken")]
    TooLarge,
    /// Cut off, damaged, or no packed body at all.
    #[error("it is damaged, or not packed as it says")]
    Damaged,
}

/// How hard to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// Small, for a slow road: a tablet's own bodies.
    Small,
    /// Quick, where many wait: the office's replies.
    Quick,
}

/// A body packed, or nothing where that would not make it smaller.
#[must_use]
pub fn pack(body: &[u8], effort: Effort) -> Option<Vec<u8>> {
    if body.len() < WORTH_PACKING {
        return None;
    }
    let level = match effort {
        Effort::Small => Compression::new(6),
        Effort::Quick => Compression::fast(),
    };
    let mut packing = Compress::new(level, true);
    let mut packed = Vec::with_capacity(body.len());
    match packing.compress_vec(body, &mut packed, FlushCompress::Finish).ok()? {
        Status::StreamEnd => (packed.len() < body.len()).then_some(packed),
        // No room is left in what the plain body would take: it is not worth it.
        Status::Ok | Status::BufError => None,
    }
}

/// The body that was packed, of at most `most` bytes. Memory is taken as it fills, never as it is claimed.
///
/// # Errors
/// [`NotUnpacked`].
pub fn unpack(packed: &[u8], most: usize) -> Result<Vec<u8>, NotUnpacked> {
    let mut unpacking = Decompress::new(true);
    let mut body = Vec::new();
    loop {
        let read = usize::try_from(unpacking.total_in()).map_err(|_| NotUnpacked::Damaged)?;
        let rest = packed.get(read..).ok_or(NotUnpacked::Damaged)?;
        // One byte beyond the mark tells a body that ends there from one that goes on.
        let room = STEP.max(body.len()).min(most.saturating_sub(body.len()).saturating_add(1));
        body.reserve_exact(room);
        let before = body.len();
        let status = unpacking.decompress_vec(rest, &mut body, FlushDecompress::None);
        if body.len() > most {
            return Err(NotUnpacked::TooLarge);
        }
        match status.map_err(|_| NotUnpacked::Damaged)? {
            Status::StreamEnd if unpacking.total_in() == packed.len() as u64 => return Ok(body),
            Status::StreamEnd => return Err(NotUnpacked::Damaged),
            // It wants to read on and there is nothing more: cut off.
            Status::Ok | Status::BufError if body.len() == before && unpacking.total_in() == read as u64 => {
                return Err(NotUnpacked::Damaged);
            }
            Status::Ok | Status::BufError => {}
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;
    use proptest::prelude::*;

    fn words(n: usize) -> Vec<u8> {
        "Nobody told us that the clinic had moved. ".bytes().cycle().take(n).collect()
    }

    #[test]
    fn a_body_that_becomes_larger_than_is_taken_is_let_go_at_the_mark() {
        let body = words(100_000);
        let packed = pack(&body, Effort::Small).unwrap();
        assert!(packed.len() < 2_000, "{}", packed.len());
        assert_eq!(unpack(&packed, body.len()).as_ref(), Ok(&body));
        assert_eq!(unpack(&packed, body.len() - 1), Err(NotUnpacked::TooLarge));
        assert_eq!(unpack(&packed, 0), Err(NotUnpacked::TooLarge));
    }

    #[test]
    fn what_is_cut_off_damaged_or_goes_on_behind_its_end_is_refused() {
        let body = words(5_000);
        let packed = pack(&body, Effort::Quick).unwrap();
        for cut in [0, 1, 2, packed.len() / 2, packed.len() - 1] {
            assert_eq!(unpack(&packed[..cut], 10_000), Err(NotUnpacked::Damaged), "cut at {cut}");
        }
        assert_eq!(unpack(&[packed.clone(), vec![0]].concat(), 10_000), Err(NotUnpacked::Damaged));
        let mut flipped = packed.clone();
        *flipped.last_mut().unwrap() ^= 1;
        assert_eq!(unpack(&flipped, 10_000), Err(NotUnpacked::Damaged), "its checksum is looked at");
        assert_eq!(unpack(b"{\"changes\":[]}", 10_000), Err(NotUnpacked::Damaged));
    }

    #[test]
    fn what_would_not_become_smaller_goes_as_it_is() {
        assert_eq!(pack(&words(WORTH_PACKING - 1), Effort::Small), None);
        // What was packed once cannot be packed again.
        let packed = pack(&words(5_000_000), Effort::Quick).unwrap();
        let noise: Vec<u8> = (0..2_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert!(packed.len() > WORTH_PACKING && pack(&noise, Effort::Small).is_none_or(|p| p.len() < noise.len()));
    }

    proptest! {
        #[test]
        fn whatever_is_packed_reads_back(body in prop::collection::vec(any::<u8>(), 0..4_000), times in 1_usize..60) {
            let body = body.repeat(times);
            for effort in [Effort::Small, Effort::Quick] {
                if let Some(packed) = pack(&body, effort) {
                    prop_assert!(packed.len() < body.len());
                    prop_assert_eq!(unpack(&packed, body.len()), Ok(body.clone()));
                }
            }
        }

        #[test]
        fn bytes_from_anywhere_never_become_more_than_is_taken(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let mut claimed = vec![0x78, 0x9c];
            claimed.extend(&bytes);
            if let Ok(body) = unpack(&claimed, 1_000) {
                prop_assert!(body.len() <= 1_000);
            }
        }
    }
}
