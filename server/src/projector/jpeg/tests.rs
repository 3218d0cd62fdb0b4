#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
use super::*;

fn drawn(progressive: bool) -> Vec<u8> {
    let pixels: Vec<u8> = (0..40 * 30 * 3_u32).map(|n| (n * 7 % 251) as u8).collect();
    let mut jpeg = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut jpeg, 82);
    encoder.set_progressive(progressive);
    encoder.encode(&pixels, 40, 30, jpeg_encoder::ColorType::Rgb).unwrap();
    jpeg
}

/// Where the first part with this marker begins, and where it ends.
fn part(jpeg: &[u8], marker: u8) -> (usize, usize) {
    let begin = jpeg.windows(2).position(|pair| pair == [0xff, marker]).unwrap();
    let length = usize::from(u16::from_be_bytes([jpeg[begin + 2], jpeg[begin + 3]]));
    (begin, begin + 2 + length)
}

#[test]
fn a_tablets_picture_is_taken_in_one_scan_or_in_several() {
    for progressive in [false, true] {
        assert_eq!(verify(&drawn(progressive)), Ok(Picture { width: 40, height: 30 }));
    }
}

#[test]
fn what_is_hidden_in_jfifs_own_part_is_refused() {
    let jpeg = drawn(false);
    let (begin, end) = part(&jpeg, 0xe0);
    let mut told = jpeg.clone();
    told.splice(begin + 4..end, *b"Elsie, room 9.");
    assert_eq!(verify(&told), Err(NotAPhoto::Carries(0xe0)));
    let mut twice = jpeg.clone();
    twice.splice(end..end, jpeg[begin..end].to_vec());
    assert_eq!(verify(&twice), Err(NotAPhoto::Carries(0xe0)));
}

#[test]
fn six_hundred_scans_are_refused_before_one_is_decoded() {
    let jpeg = drawn(true);
    let (begin, _) = part(&jpeg, 0xda);
    let scan = jpeg[begin..jpeg.len() - 2].to_vec();
    let mut many = jpeg;
    many.splice(begin..begin, std::iter::repeat_n(scan, 600).flatten());
    assert_eq!(verify(&many), Err(NotAPhoto::Scans));
}
