//! What a photo may be, read from its first bytes before anything is decoded. Each refusal says what to do instead.

use crate::error::Error;

/// The largest file, in bytes.
const LARGEST_FILE: usize = 12 * 1024 * 1024;
/// The longest side, in pixels.
pub(super) const LONGEST_SIDE: u32 = 6_000;
/// The most pixels.
pub(super) const MOST_PIXELS: u64 = 24_000_000;
/// The most pixels of a progressive JPEG, which is held whole as coefficients.
const MOST_PROGRESSIVE: u64 = 16_000_000;
/// The most decoded bytes.
pub(super) const MOST_OUTPUT: u64 = 128 * 1024 * 1024;

/// A format that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Jpeg,
    Png,
    WebP,
}

/// What the bytes are, whatever the file is called.
pub(super) fn kind_of(bytes: &[u8]) -> Result<Kind, Error> {
    if bytes.len() > LARGEST_FILE {
        return Err(too_large());
    }
    let at = |from: usize, what: &[u8]| bytes.get(from..from + what.len()) == Some(what);
    let brand = bytes.get(8..12).unwrap_or_default();
    let modern: [&[u8]; 9] = [b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"];
    match () {
        () if at(0, &[0xff, 0xd8, 0xff]) => Ok(Kind::Jpeg),
        () if at(0, b"\x89PNG\r\n\x1a\n") => Ok(Kind::Png),
        () if at(0, b"RIFF") && at(8, b"WEBP") => Ok(Kind::WebP),
        () if at(4, b"ftyp") && modern.contains(&brand) => Err(Error::Photo(
            "This photo is in a format (HEIC or AVIF) that not everybody can open. On an iPhone choose Settings > Camera > \
             Formats > Most Compatible, or take the photo here in the app."
                .into(),
        )),
        () => Err(Error::Photo("This file is not a photo. Choose a photo (JPEG, PNG or WebP).".into())),
    }
}

pub(super) fn too_large() -> Error {
    Error::Photo(
        "This photo is too large: at most 12 MB, 24 megapixels and 6,000 pixels a side. Choose a smaller size in the \
         camera, or take it here in the app."
            .into(),
    )
}

/// Whether a picture of this size is taken.
pub(super) fn check_size(width: u32, height: u32, most: u64) -> Result<(), Error> {
    let pixels = u64::from(width) * u64::from(height);
    let fits =
        width > 0 && height > 0 && width.max(height) <= LONGEST_SIDE && pixels <= most && pixels * 3 <= MOST_OUTPUT;
    if fits { Ok(()) } else { Err(too_large()) }
}

/// Looks at a JPEG's frame header.
pub(super) fn check_jpeg(bytes: &[u8]) -> Result<(), Error> {
    let frame = frame_of(bytes).ok_or_else(super::damaged)?;
    if frame.components == 4 {
        return Err(Error::Photo(
            "This picture is made for printing (four colours) and would come out in wrong colours. Choose an ordinary photo."
                .into(),
        ));
    }
    check_size(frame.width, frame.height, if frame.progressive { MOST_PROGRESSIVE } else { MOST_PIXELS })
}

struct Frame {
    progressive: bool,
    width: u32,
    height: u32,
    components: u8,
}

/// Walks over segments to the frame header, without a look at what is in them.
fn frame_of(bytes: &[u8]) -> Option<Frame> {
    let mut at = 2_usize;
    loop {
        match *bytes.get(at)? {
            0xff => {}
            // Some cameras leave a stray byte between segments.
            _ => {
                at += 1;
                continue;
            }
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            0xff => at += 1,
            0x00 | 0x01 | 0xd0..=0xd8 => at += 2,
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let [_, _, _, h1, h2, w1, w2, components] = *bytes.get(at + 2..at + 10)? else { return None };
                return Some(Frame {
                    progressive: matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce),
                    height: u32::from(u16::from_be_bytes([h1, h2])),
                    width: u32::from(u16::from_be_bytes([w1, w2])),
                    components,
                });
            }
            // Picture data or the end before any frame.
            0xd9 | 0xda => return None,
            _ => {
                let [high, low] = *bytes.get(at + 2..at + 4)? else { return None };
                at += 2 + usize::from(u16::from_be_bytes([high, low]));
            }
        }
    }
}
