//! Whether bytes are a whole JPEG as our tablets write it: decoded strictly, with limits before a pixel is made, and
//! with no marker that could carry a place, a camera or a note. Runs in the child.

use serde::{Deserialize, Serialize};
use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::JpegDecoder;

/// The longest side that is taken, in pixels; a tablet sends 2,048.
const LONGEST_SIDE: usize = 6_000;
/// The most pixels that are taken.
const MOST_PIXELS: usize = 24_000_000;
/// The most pixels of a picture that comes in several scans: each of them goes over all of it.
const MOST_PROGRESSIVE: usize = 16_000_000;
/// The most scans. A tablet writes one; programs that write several write ten or so.
const MOST_SCANS: usize = 32;
/// JFIF's own part, without a thumbnail: its length and its name.
const JFIF: [u8; 7] = [0, 16, b'J', b'F', b'I', b'F', 0];

/// A picture that was decoded to its last row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// Why a photo is refused; words for the tablet's screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum NotAPhoto {
    /// It is no JPEG, or it is cut off or damaged.
    #[error("it is not a whole JPEG picture: {0}")]
    Unreadable(String),
    /// More pixels than are taken.
    #[error("it has more than {LONGEST_SIDE} pixels on a side or more than 24 million in all")]
    TooLarge,
    /// A marker outside the allow-list (EXIF, XMP, ICC, comments and the like).
    #[error("it carries data beside the picture (marker FF{0:02X}); a tablet sends none")]
    Carries(u8),
    /// More scans than a picture needs.
    #[error("it goes over its picture more than {MOST_SCANS} times")]
    Scans,
    /// Grey with alpha, CMYK, YCCK.
    #[error("it has four colour channels, which come out wrong")]
    Channels,
    /// Bytes after the picture's end.
    #[error("something follows after the picture's end")]
    Trailing,
}

/// Checks one photo.
///
/// # Errors
/// The first thing that is wrong.
pub fn verify(bytes: &[u8]) -> Result<Picture, NotAPhoto> {
    let scans = only_allowed_markers(bytes)?;
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(LONGEST_SIDE)
        .set_max_height(LONGEST_SIDE)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let unreadable = |error: zune_jpeg::errors::DecodeErrors| NotAPhoto::Unreadable(format!("{error:?}"));
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(unreadable)?;
    let (width, height) = decoder.dimensions().ok_or(NotAPhoto::TooLarge)?;
    let most = if scans > 1 { MOST_PROGRESSIVE } else { MOST_PIXELS };
    if width.max(height) > LONGEST_SIDE || width.saturating_mul(height) > most {
        return Err(NotAPhoto::TooLarge);
    }
    if matches!(decoder.input_colorspace(), Some(ColorSpace::CMYK | ColorSpace::YCCK)) {
        return Err(NotAPhoto::Channels);
    }
    decoder.decode().map_err(unreadable)?;
    let side = |pixels: usize| u32::try_from(pixels).map_err(|_| NotAPhoto::TooLarge);
    Ok(Picture { width: side(width)?, height: side(height)? })
}

/// Walks the markers: tables, frame, scans, restart and JFIF's own, once and at the beginning; nothing else, and nothing
/// after the end. Answers how many scans there are.
fn only_allowed_markers(bytes: &[u8]) -> Result<usize, NotAPhoto> {
    let cut = || NotAPhoto::Unreadable("it is cut off".to_owned());
    let mut rest = bytes
        .strip_prefix(&[0xff, 0xd8])
        .ok_or_else(|| NotAPhoto::Unreadable("it does not begin as one".to_owned()))?;
    let (mut in_scan, mut scans, mut first_part) = (false, 0, true);
    loop {
        let (first, after) = rest.split_first().ok_or_else(cut)?;
        if *first != 0xff {
            if !in_scan {
                return Err(NotAPhoto::Unreadable("a marker is missing".to_owned()));
            }
            rest = after;
            continue;
        }
        let (marker, after) = after.split_first().ok_or_else(cut)?;
        match marker {
            0x00 | 0xd0..=0xd7 if in_scan => rest = after,
            0xff => rest = rest.get(1..).ok_or_else(cut)?,
            0xd9 => return if after.is_empty() { Ok(scans) } else { Err(NotAPhoto::Trailing) },
            0xe0 if !first_part || !after.starts_with(&JFIF) => return Err(NotAPhoto::Carries(*marker)),
            0xc0..=0xc2 | 0xc4 | 0xda | 0xdb | 0xdd | 0xe0 => {
                let (length, _) = after.split_first_chunk::<2>().ok_or_else(cut)?;
                rest = after.get(usize::from(u16::from_be_bytes(*length))..).ok_or_else(cut)?;
                (in_scan, first_part) = (*marker == 0xda, false);
                scans += usize::from(in_scan);
                if scans > MOST_SCANS {
                    return Err(NotAPhoto::Scans);
                }
            }
            other => return Err(NotAPhoto::Carries(*other)),
        }
    }
}

#[cfg(test)]
mod tests;
