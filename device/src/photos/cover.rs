//! Covers: solid fill only. Blurred or coarse faces are matched with ease; what is filled is gone.

use super::intake::Picture;
use crate::views::Shape;

/// The ink of every cover.
const INK: [u8; 3] = [0, 0, 0];
/// Where the picture was made smaller, a pixel beside a cover still holds a trace of what is under it (Lanczos3 reaches
/// three pixels far); so the cover grows by these.
const TRACE: f32 = 4.0;

/// Fills the shapes, given in pixels of the upright full-size picture, and says what was covered, a line each.
pub(crate) fn burn_in(picture: &mut Picture, shapes: &[Shape]) -> Vec<String> {
    let scale = picture.width as f32 / picture.full_width.max(1) as f32;
    let more = if picture.width < picture.full_width { TRACE } else { 0.0 };
    shapes.iter().map(|shape| cover(picture, shape, scale, more)).collect()
}

fn cover(picture: &mut Picture, shape: &Shape, scale: f32, more: f32) -> String {
    let why = match shape {
        Shape::Box { x, y, w, h, why } => {
            let (left, right) = (x.min(x + w) * scale - more, x.max(x + w) * scale + more);
            let (top, bottom) = (y.min(y + h) * scale - more, y.max(y + h) * scale + more);
            fill(picture, (left, top), (right, bottom), |_, _| true);
            why
        }
        Shape::Brush { points, radius, why } => {
            let reach = radius.abs() * scale + more;
            let points: Vec<(f32, f32)> = points.iter().map(|(x, y)| (x * scale, y * scale)).collect();
            let ends = points.iter().skip(1).chain(points.last());
            for (from, to) in points.iter().zip(ends) {
                let low = (from.0.min(to.0) - reach, from.1.min(to.1) - reach);
                let high = (from.0.max(to.0) + reach, from.1.max(to.1) + reach);
                fill(picture, low, high, |x, y| near((x, y), *from, *to, reach));
            }
            why
        }
    };
    if why.trim().is_empty() { "covered".to_owned() } else { why.clone() }
}

/// Fills every pixel that the rectangle touches and `inside` says yes to; both are given in pixels.
fn fill(picture: &mut Picture, low: (f32, f32), high: (f32, f32), inside: impl Fn(f32, f32) -> bool) {
    let within = |edge: f32, length: u32| (edge.max(0.0) as u32).min(length);
    let (left, right) = (within(low.0.floor(), picture.width), within(high.0.ceil(), picture.width));
    let (top, bottom) = (within(low.1.floor(), picture.height), within(high.1.ceil(), picture.height));
    let row = picture.width as usize * 3;
    for y in top..bottom {
        let Some(line) = picture.rgb.get_mut(y as usize * row..(y as usize + 1) * row) else { return };
        for (x, pixel) in (0_u32..).zip(line.chunks_exact_mut(3)).take(right as usize).skip(left as usize) {
            if inside(x as f32 + 0.5, y as f32 + 0.5) {
                pixel.copy_from_slice(&INK);
            }
        }
    }
}

/// Whether a pixel's middle is so near to a stroke that a part of the pixel lies under the brush.
fn near(at: (f32, f32), from: (f32, f32), to: (f32, f32), reach: f32) -> bool {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx * dx + dy * dy;
    let along =
        if length > 0.0 { (((at.0 - from.0) * dx + (at.1 - from.1) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    let (px, py) = (at.0 - from.0 - along * dx, at.1 - from.1 - along * dy);
    px * px + py * py <= (reach + 0.71) * (reach + 0.71)
}
