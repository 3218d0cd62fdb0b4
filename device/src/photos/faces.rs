//! Suggestions of what may be a face, for a person to look at: rustface's own model, on the upright picture made small.
//!
//! It finds faces that look at the camera. Profiles, faces that lie or are half hidden it misses, and the page says so: it
//! never says that nobody is in a picture. It runs without the tablet's lock, for it takes longer than a page may wait.

use super::file;
use super::intake::Picture;
use crate::device::{Device, Result};
use crate::error::Error;
use crate::store::photos;
use crate::views::{Face, PendingId};
use rustface::{ImageData, create_detector_with_model, read_model};
use std::io::Cursor;
use std::path::PathBuf;
use zeroize::{Zeroize as _, Zeroizing};

/// The model that comes with rustface (`THIRD-PARTY.md`).
const MODEL: &[u8] = include_bytes!("seeta_fd_frontal_v1.0.bin");
/// The longest side of what is looked at, in pixels: a face of a fortieth of that is still found.
const SIDE: u32 = 640;
/// The smallest face that is looked for, in these pixels; the model knows none smaller.
const SMALLEST: u32 = 20;
/// How sure it must be.
const SURE: f64 = 2.0;
/// So much of a face's width is added on each side: hair and chin are known again too.
const MORE: f32 = 0.15;

/// A photo that waits for its covers, to be looked at while the tablet does other things.
pub struct ToLookAt {
    path: PathBuf,
    key: Zeroizing<[u8; 32]>,
    width: u32,
    height: u32,
}

impl Device {
    /// What is needed to look at a photo that waits for its covers.
    ///
    /// # Errors
    /// [`Error::NoPhoto`].
    pub fn to_look_at(&self, photo: PendingId) -> Result<ToLookAt> {
        let row = photos::pending(self.store.read())?.into_iter().find(|p| p.id == photo).ok_or(Error::NoPhoto)?;
        let path = self.working_path(photo)?;
        Ok(ToLookAt { path, key: Zeroizing::new(row.key), width: row.width, height: row.height })
    }
}

impl ToLookAt {
    /// Where there may be faces, in pixels of the upright picture at full size.
    ///
    /// # Errors
    /// [`Error::NoPhoto`] where it was used or thrown away meanwhile.
    pub fn faces(&self) -> Result<Vec<Face>> {
        let packed = Zeroizing::new(file::read(&self.path, &self.key)?);
        let mut picture = Picture::unpacked(&packed, self.width, self.height)?;
        let found = found(&picture);
        picture.rgb.zeroize();
        found
    }
}

fn found(picture: &Picture) -> Result<Vec<Face>> {
    let (width, height, grey) = picture.grey(SIDE)?;
    let grey = Zeroizing::new(grey);
    if width.min(height) < 2 * SMALLEST {
        return Ok(Vec::new());
    }
    let model = read_model(Cursor::new(MODEL)).map_err(|error| Error::Fault(format!("the model of faces: {error}")))?;
    let mut detector = create_detector_with_model(model);
    detector.set_min_face_size(SMALLEST);
    detector.set_score_thresh(SURE);
    detector.set_pyramid_scale_factor(0.8);
    detector.set_slide_window_step(4, 4);
    let faces = detector.detect(&ImageData::new(&grey, width, height));
    let scale = picture.full_width as f32 / width.max(1) as f32;
    let (most_x, most_y) = (picture.full_width as f32, picture.full_height as f32);
    let mut shown: Vec<Face> = faces
        .iter()
        .map(|face| {
            let at = face.bbox();
            let (w, h) = (at.width() as f32, at.height() as f32);
            let (left, top) = (at.x() as f32 - w * MORE, at.y() as f32 - h * MORE);
            let (right, bottom) = (left + w * (1.0 + 2.0 * MORE), top + h * (1.0 + 2.0 * MORE));
            let (x, y) = ((left * scale).clamp(0.0, most_x), (top * scale).clamp(0.0, most_y));
            Face { x, y, w: (right * scale).clamp(x, most_x) - x, h: (bottom * scale).clamp(y, most_y) - y }
        })
        .collect();
    shown.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    Ok(shown)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    /// A drawing: an oval with brows, eyes, nose and mouth, lit from above. No real face is in this repository.
    fn drawn(faces: &[(i32, i32, i32)], width: u32, height: u32, sideways: bool) -> Picture {
        let mut rgb = vec![0; (width * height * 3) as usize];
        for y in 0..height as i32 {
            for x in 0..width as i32 {
                let mut light = 168.0 + 20.0 * (f64::from(x) / 37.0).sin();
                for (cx, cy, r) in faces {
                    let (dx, dy) = (f64::from(x - cx) / f64::from(*r), f64::from(y - cy) / f64::from(*r));
                    let (dx, dy) = if sideways { (dy, -dx) } else { (dx, dy) };
                    light = shade(dx, dy).unwrap_or(light);
                }
                let at = ((y as u32 * width + x as u32) * 3) as usize;
                rgb[at..at + 3].fill(light.clamp(0.0, 255.0) as u8);
            }
        }
        Picture { width, height, rgb, full_width: width, full_height: height }
    }

    fn shade(dx: f64, dy: f64) -> Option<f64> {
        let near = |x: f64, y: f64, w: f64, h: f64| (((dx - x) / w).powi(2) + ((dy - y) / h).powi(2)).sqrt();
        if near(0.0, 0.0, 0.78, 1.05) > 1.0 {
            return (near(0.0, -0.15, 0.95, 1.1) < 1.0).then_some(45.0);
        }
        let mut light = 205.0 - 55.0 * (dx / 0.78).powi(2) - 20.0 * dy;
        let dark = |light: &mut f64, by: f64, d: f64| *light -= by * (1.0 - d).clamp(0.0, 1.0).sqrt();
        for side in [-0.34, 0.34] {
            dark(&mut light, 55.0, near(side, -0.18, 0.30, 0.20));
            dark(&mut light, 120.0, near(side, -0.17, 0.15, 0.08));
            dark(&mut light, 95.0, near(side, -0.38, 0.27, 0.07));
            dark(&mut light, 45.0, near(side * 0.36, 0.26, 0.09, 0.06));
        }
        dark(&mut light, -30.0, near(0.0, 0.05, 0.10, 0.32));
        dark(&mut light, 30.0, near(0.0, 0.30, 0.22, 0.10));
        dark(&mut light, 85.0, near(0.0, 0.58, 0.34, 0.10));
        dark(&mut light, 30.0, near(0.0, 0.78, 0.25, 0.08));
        Some(if dy < -0.72 { 50.0 } else { light })
    }

    #[test]
    fn a_face_is_suggested_where_it_is_drawn_and_a_sideways_one_is_not() {
        let upright = found(&drawn(&[(300, 240, 90)], 1_280, 960, false)).unwrap();
        assert_eq!(upright.len(), 1, "{upright:?}");
        let (x, y) = (upright[0].x + upright[0].w / 2.0, upright[0].y + upright[0].h / 2.0);
        assert!((x - 300.0).abs() < 60.0 && (y - 240.0).abs() < 60.0, "{upright:?}");
        // What the page says that it misses.
        assert!(found(&drawn(&[(300, 240, 90)], 1_280, 960, true)).unwrap().is_empty());
    }

    #[test]
    fn where_there_is_nobody_and_where_there_is_hardly_a_picture_nothing_is_suggested() {
        assert!(found(&drawn(&[], 900, 700, false)).unwrap().is_empty());
        assert!(found(&drawn(&[], 12, 700, false)).unwrap().is_empty());
    }
}
