//! A photo's way in: what it is by its bytes, its limits before anything is decoded, then decode → 2,048 px → sRGB →
//! upright. Nothing of its metadata goes on. Decoding runs in a thread of its own, and a panic there is a refusal.

mod limits;

use crate::error::Error;
use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage};
use limits::Kind;
use std::io::Cursor;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

/// The longest side of a kept picture, in pixels.
const LONGEST_SIDE: u32 = 2_048;
/// The longest side of a thumbnail.
const THUMBNAIL_SIDE: u32 = 320;
/// JPEG quality, with 4:2:0.
const QUALITY: u8 = 82;
/// A picture of many scans is an attack or an accident.
const MOST_SCANS: usize = 100;

/// An upright picture in sRGB, three bytes a pixel.
#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgb: Vec<u8>,
    /// Width of the upright picture as it came.
    pub(crate) full_width: u32,
    /// Height of the upright picture as it came.
    pub(crate) full_height: u32,
}

/// Pixels as decoded, with what is needed to set them right.
struct Raw {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
    icc: Option<Vec<u8>>,
    orientation: Orientation,
}

/// Takes a photo in.
pub(crate) fn take(bytes: &[u8]) -> Result<Picture, Error> {
    let kind = limits::kind_of(bytes)?;
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(8 * 1024 * 1024).spawn_scoped(scope, || {
            let raw = match kind {
                Kind::Jpeg => jpeg(bytes)?,
                Kind::Png => other(bytes, ImageFormat::Png)?,
                Kind::WebP => other(bytes, ImageFormat::WebP)?,
            };
            set_right(raw)
        })?;
        worker.join().unwrap_or_else(|_| Err(damaged()))
    })
}

fn damaged() -> Error {
    Error::Photo("This photo is damaged or was cut off. Nothing else is lost: take it again, or choose another.".into())
}

fn jpeg(bytes: &[u8]) -> Result<Raw, Error> {
    limits::check_jpeg(bytes)?;
    let side = limits::LONGEST_SIDE as usize;
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(side)
        .set_max_height(side)
        .jpeg_set_max_scans(MOST_SCANS)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let rgb = decoder.decode().map_err(|_| damaged())?;
    let info = decoder.info().ok_or_else(damaged)?;
    // Metadata that cannot be read is no reason to refuse a picture that can: it is then taken as it lies.
    let orientation = decoder.exif().and_then(|exif| Orientation::from_exif_chunk(exif));
    Ok(Raw {
        width: u32::from(info.width),
        height: u32::from(info.height),
        rgb,
        icc: decoder.icc_profile(),
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
    })
}

fn other(bytes: &[u8], format: ImageFormat) -> Result<Raw, Error> {
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), format).into_decoder().map_err(|_| damaged())?;
    let (width, height) = decoder.dimensions();
    limits::check_size(width, height, limits::MOST_PIXELS)?;
    if decoder.total_bytes() > limits::MOST_OUTPUT {
        return Err(limits::too_large());
    }
    let mut allowed = image::Limits::default();
    (allowed.max_image_width, allowed.max_image_height) = (Some(limits::LONGEST_SIDE), Some(limits::LONGEST_SIDE));
    allowed.max_alloc = Some(2 * limits::MOST_OUTPUT);
    decoder.set_limits(allowed).map_err(|_| limits::too_large())?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let icc = decoder.icc_profile().unwrap_or_default();
    let decoded = DynamicImage::from_decoder(decoder).map_err(|_| damaged())?;
    Ok(Raw { width, height, rgb: on_white(decoded), icc, orientation })
}

/// What is transparent lies on white paper.
fn on_white(picture: DynamicImage) -> Vec<u8> {
    if !picture.color().has_alpha() {
        return picture.into_rgb8().into_raw();
    }
    let over = |ink: u8, alpha: u16| u8::try_from((u16::from(ink) * alpha + 255 * (255 - alpha)) / 255).unwrap_or(255);
    let pixels = picture.into_rgba8();
    pixels
        .pixels()
        .flat_map(|p| {
            let [r, g, b, a] = p.0;
            [r, g, b].map(|ink| over(ink, u16::from(a)))
        })
        .collect()
}

/// Smaller first, because turning a large picture costs more than turning a small one.
fn set_right(raw: Raw) -> Result<Picture, Error> {
    let (width, height, mut rgb) = shrunk(raw.width, raw.height, raw.rgb, LONGEST_SIDE)?;
    if let Some(icc) = raw.icc {
        to_srgb(&mut rgb, &icc);
    }
    let picture = RgbImage::from_raw(width, height, rgb).ok_or_else(damaged)?;
    let mut picture = DynamicImage::ImageRgb8(picture);
    picture.apply_orientation(raw.orientation);
    let turned = matches!(
        raw.orientation,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    let (full_width, full_height) = if turned { (raw.height, raw.width) } else { (raw.width, raw.height) };
    let (width, height) = (picture.width(), picture.height());
    Ok(Picture { width, height, rgb: picture.into_rgb8().into_raw(), full_width, full_height })
}

/// Never enlarges.
fn shrunk(width: u32, height: u32, rgb: Vec<u8>, side: u32) -> Result<(u32, u32, Vec<u8>), Error> {
    let longest = width.max(height);
    if longest <= side {
        return Ok((width, height, rgb));
    }
    let scaled = |length: u32| {
        let exact = (u64::from(length) * u64::from(side) + u64::from(longest) / 2) / u64::from(longest);
        u32::try_from(exact.max(1)).unwrap_or(1)
    };
    let fault = |error: &dyn std::fmt::Display| Error::Fault(format!("the photo could not be made smaller: {error}"));
    let source = Image::from_vec_u8(width, height, rgb, PixelType::U8x3).map_err(|error| fault(&error))?;
    let mut smaller = Image::new(scaled(width), scaled(height), PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(&source, &mut smaller, &options).map_err(|error| fault(&error))?;
    Ok((smaller.width(), smaller.height(), smaller.into_vec()))
}

/// Colours as every screen shows them; a profile that cannot be used is as good as none.
fn to_srgb(rgb: &mut Vec<u8>, icc: &[u8]) {
    use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
    let Ok(profile) = ColorProfile::new_from_slice(icc) else { return };
    if profile.color_space != DataColorSpace::Rgb {
        return;
    }
    let to = ColorProfile::new_srgb();
    let Ok(transform) = profile.create_transform_8bit(Layout::Rgb, &to, Layout::Rgb, TransformOptions::default())
    else {
        return;
    };
    let mut converted = vec![0; rgb.len()];
    if transform.transform(rgb, &mut converted).is_ok() {
        *rgb = converted;
    }
}

impl Picture {
    /// As JPEG without any metadata: neither profile nor EXIF nor XMP.
    pub(crate) fn jpeg(&self) -> Result<Vec<u8>, Error> {
        encoded(self.width, self.height, &self.rgb)
    }

    /// A small JPEG from these very pixels, so that what is covered here is covered there.
    pub(crate) fn thumbnail(&self) -> Result<Vec<u8>, Error> {
        let (width, height, rgb) = shrunk(self.width, self.height, self.rgb.clone(), THUMBNAIL_SIDE)?;
        encoded(width, height, &rgb)
    }

    /// How light it is, at most `side` pixels long: width, height, one byte a pixel.
    pub(crate) fn grey(&self, side: u32) -> Result<(u32, u32, Vec<u8>), Error> {
        let (width, height, rgb) = shrunk(self.width, self.height, self.rgb.clone(), side)?;
        let rgb = zeroize::Zeroizing::new(rgb);
        // ITU-R BT.601, as pictures in JPEG are weighed.
        let light = |pixel: &[u8]| match pixel {
            [r, g, b] => ((u32::from(*r) * 299 + u32::from(*g) * 587 + u32::from(*b) * 114) / 1000) as u8,
            _ => 0,
        };
        Ok((width, height, rgb.chunks_exact(3).map(light).collect()))
    }

    /// For the sealed working copy: width, height, pixels.
    pub(crate) fn packed(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8 + self.rgb.len());
        bytes.extend(self.width.to_be_bytes());
        bytes.extend(self.height.to_be_bytes());
        bytes.extend_from_slice(&self.rgb);
        bytes
    }

    /// From the sealed working copy.
    pub(crate) fn unpacked(bytes: &[u8], full_width: u32, full_height: u32) -> Result<Self, Error> {
        let number = |part: &[u8]| part.try_into().map(u32::from_be_bytes).map_err(|_| damaged());
        let (sizes, rgb) = bytes.split_at_checked(8).ok_or_else(damaged)?;
        let (width, height) = sizes.split_at(4);
        let (width, height) = (number(width)?, number(height)?);
        match rgb.len() as u64 == u64::from(width) * u64::from(height) * 3 {
            true => Ok(Self { width, height, rgb: rgb.to_vec(), full_width, full_height }),
            false => Err(damaged()),
        }
    }
}

fn encoded(width: u32, height: u32, rgb: &[u8]) -> Result<Vec<u8>, Error> {
    let fault = || Error::Fault("the photo could not be written".into());
    let side = |length: u32| u16::try_from(length).map_err(|_| fault());
    let mut jpeg = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut jpeg, QUALITY);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
    encoder.encode(rgb, side(width)?, side(height)?, jpeg_encoder::ColorType::Rgb).map_err(|_| fault())?;
    Ok(jpeg)
}
