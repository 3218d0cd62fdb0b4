//! What a photo's bytes say of themselves, from their head alone. Decoding is the tablet's and the projector's business.

use zune_core::bytestream::ZCursor;
use zune_jpeg::JpegDecoder;

/// Width and height in pixels, if the bytes begin as a JPEG does.
pub fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut decoder = JpegDecoder::new(ZCursor::new(bytes));
    decoder.decode_headers().ok()?;
    let info = decoder.info()?;
    (info.width > 0 && info.height > 0).then(|| (u32::from(info.width), u32::from(info.height)))
}
