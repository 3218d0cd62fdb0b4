//! Photos, real ones and bad ones: what is taken, what is refused with words, and what is never on disk.

use super::office::{Office, Trouble};
use super::*;
use crate::sync::{Outcome, Round};
use crate::views::{PhotoUse, Shape, Whereabouts};
use image::{ExtendedColorType, ImageEncoder as _};
use proptest::prelude::*;
use tempfile::tempdir;

pub(super) fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data/photos").join(name)).unwrap()
}

fn allowed(shapes: Vec<Shape>) -> PhotoUse {
    PhotoUse { shapes, permission: "deputy manager".into(), nobody_recognisable: true, ..PhotoUse::default() }
}

/// Takes and uses a photo; its JPEG and thumbnail.
pub(super) fn kept(device: &mut Device, bytes: &[u8], shapes: Vec<Shape>) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let pending = device.take_photo(hazel_court(), bytes)?;
    let entry = device.use_photo(pending.id, &allowed(shapes), None)?;
    let page = device.visit(hazel_court())?;
    let photo = page.rows.iter().find(|row| row.entry == entry).unwrap().photo.clone().unwrap();
    Ok((device.photo(&photo.hash)?, device.thumbnail(&photo.hash)?))
}

fn pixels(jpeg: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut decoder = zune_jpeg::JpegDecoder::new(zune_core::bytestream::ZCursor::new(jpeg));
    let rgb = decoder.decode().unwrap();
    let info = decoder.info().unwrap();
    (u32::from(info.width), u32::from(info.height), rgb)
}

fn at(picture: &(u32, u32, Vec<u8>), x: u32, y: u32) -> [u8; 3] {
    let place = ((y * picture.0 + x) * 3) as usize;
    picture.2[place..place + 3].try_into().unwrap()
}

/// Four quarters: red, green / blue, white.
fn quarters(width: u32, height: u32) -> Vec<u8> {
    let colour = |x: u32, y: u32| match (x < width / 2, y < height / 2) {
        (true, true) => [220, 30, 30],
        (false, true) => [30, 200, 30],
        (true, false) => [30, 30, 220],
        (false, false) => [250, 250, 250],
    };
    (0..height).flat_map(|y| (0..width).flat_map(move |x| colour(x, y))).collect()
}

fn as_jpeg(width: u32, height: u32, rgb: &[u8]) -> Vec<u8> {
    let mut jpeg = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut jpeg, 95);
    encoder.encode(rgb, width as u16, height as u16, jpeg_encoder::ColorType::Rgb).unwrap();
    jpeg
}

fn as_png(width: u32, height: u32, rgb: &[u8]) -> Vec<u8> {
    let mut png = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut png);
    encoder.write_image(rgb, width, height, ExtendedColorType::Rgb8).unwrap();
    png
}

/// Puts a segment right behind the start of a JPEG.
fn with_segment(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, body, &jpeg[2..]].concat()
}

fn exif(orientation: u8) -> Vec<u8> {
    let mut body = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    body.extend([orientation, 0, 0, 0, 0, 0, 0]);
    body
}

#[test]
fn every_sound_photo_is_taken_upright_and_the_broken_metadata_too() {
    let dir = tempdir().unwrap();
    let (mut asha, _) = tablet(dir.path(), 1, ASHA);
    for (name, full, kept_as) in [
        ("DSCN0010.jpg", (640, 480), (640, 480)),
        ("portrait_6.jpg", (450, 600), (450, 600)),
        ("landscape_3.jpg", (600, 450), (600, 450)),
        ("BlueSquare.jpg", (360, 216), (360, 216)),
        ("image00971.jpg", (636, 227), (636, 227)),
        ("jolla.jpg", (3264, 2448), (2048, 1536)),
    ] {
        let pending = asha.take_photo(hazel_court(), &file(name)).unwrap();
        assert_eq!((pending.width, pending.height), full, "{name}");
        let preview = pixels(&pending.preview);
        assert_eq!((preview.0, preview.1), kept_as, "{name}");
        asha.use_photo(pending.id, &allowed(Vec::new()), None).unwrap();
    }
    let rows = asha.visit(hazel_court()).unwrap().rows;
    assert_eq!(rows.len(), 6);
    let thumbnail = pixels(&asha.thumbnail(&rows[5].photo.as_ref().unwrap().hash).unwrap());
    assert_eq!((thumbnail.0, thumbnail.1), (320, 240));
}

#[test]
fn all_eight_orientations_come_out_upright() {
    // Where the stored red, green and blue quarters are to be seen: left or right, top or bottom.
    let expected = [
        [(0, 0), (1, 0), (0, 1)],
        [(1, 0), (0, 0), (1, 1)],
        [(1, 1), (0, 1), (1, 0)],
        [(0, 1), (1, 1), (0, 0)],
        [(0, 0), (0, 1), (1, 0)],
        [(1, 0), (1, 1), (0, 0)],
        [(1, 1), (1, 0), (0, 1)],
        [(0, 1), (0, 0), (1, 1)],
    ];
    let stored = as_jpeg(96, 64, &quarters(96, 64));
    for (orientation, places) in (1_u8..).zip(expected) {
        let picture = super::super::photos::intake_for_tests(&with_segment(&stored, 0xe1, &exif(orientation)));
        let turned = orientation > 4;
        assert_eq!((picture.0, picture.1), if turned { (64, 96) } else { (96, 64) }, "{orientation}");
        for (channel, (x, y)) in places.into_iter().enumerate() {
            let pixel = at(&picture, picture.0 / 4 + x * picture.0 / 2, picture.1 / 4 + y * picture.1 / 2);
            let strongest = (0..3).max_by_key(|c| pixel[*c]).unwrap();
            assert!(strongest == channel && pixel[channel] > 150, "{orientation}: {pixel:?} at {x},{y}");
        }
    }
}

#[test]
fn no_word_of_the_metadata_and_no_marker_but_the_pictures_own_comes_through() {
    let dir = tempdir().unwrap();
    let (mut asha, _) = tablet(dir.path(), 1, ASHA);
    let mut carrier = as_jpeg(400, 300, &quarters(400, 300));
    let mut camera = exif(1);
    camera.extend(b"canary GPS");
    for (marker, body) in [
        (0xe1, camera.as_slice()),
        (0xe1, b"http://ns.adobe.com/xap/1.0/\0canary xmp"),
        (0xe2, b"canary app2"),
        (0xed, b"Photoshop 3.0\0canary iptc"),
        (0xfe, b"canary comment"),
    ] {
        carrier = with_segment(&carrier, marker, body);
    }
    carrier.extend(b"canary trailer");
    for bytes in [carrier, file("BlueSquare.jpg"), file("DSCN0010.jpg")] {
        let (jpeg, thumbnail) = kept(&mut asha, &bytes, Vec::new()).unwrap();
        for picture in [jpeg, thumbnail] {
            for word in ["canary", "Exif", "xap", "Photoshop", "ICC_PROFILE", "NIKON", "GPS"] {
                assert!(!picture.windows(word.len()).any(|w| w == word.as_bytes()), "{word}");
            }
            assert!(picture.ends_with(&[0xff, 0xd9]));
            let mut place = 2;
            while picture[place + 1] != 0xda {
                assert!(matches!(picture[place + 1], 0xe0 | 0xdb | 0xc0 | 0xc4), "marker {:x}", picture[place + 1]);
                place += 2 + usize::from(u16::from_be_bytes([picture[place + 2], picture[place + 3]]));
            }
        }
    }
}

#[test]
fn a_picture_in_a_wider_colour_space_comes_out_as_every_screen_shows_it() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let flat: Vec<u8> = [200, 80, 80].repeat(64 * 64);
    let mut segment = b"ICC_PROFILE\0\x01\x01".to_vec();
    segment.extend(profile);
    let picture = super::super::photos::intake_for_tests(&with_segment(&as_jpeg(64, 64, &flat), 0xe2, &segment));
    let [r, g, b] = at(&picture, 32, 32);
    // 200, 80, 80 in Display P3 is about 215, 71, 75 in sRGB.
    assert!((211..=219).contains(&r) && (66..=77).contains(&g) && (70..=80).contains(&b), "{r} {g} {b}");
}

#[test]
fn what_is_no_photo_cut_off_too_large_or_four_coloured_is_refused_with_words_and_the_visit_goes_on() {
    let dir = tempdir().unwrap();
    let (mut asha, _) = tablet(dir.path(), 1, ASHA);
    let whole = file("DSCN0010.jpg");
    let mut bad: Vec<(Vec<u8>, &str)> = [10, 50, 90, 99]
        .map(|percent| (whole[..whole.len() * percent / 100].to_vec(), "damaged or was cut off"))
        .into();
    let claims = |width: u16, height: u16, components: u8| {
        let mut jpeg = vec![0xff, 0xd8, 0xff, 0xc0, 0, 17, 8];
        jpeg.extend([height.to_be_bytes(), width.to_be_bytes()].concat());
        jpeg.push(components);
        jpeg.resize(759, 0);
        jpeg
    };
    bad.push((claims(6_000, 4_000, 3), "damaged or was cut off"));
    bad.push((claims(65_000, 65_000, 3), "too large"));
    bad.push((claims(6_001, 10, 3), "too large"));
    bad.push((claims(100, 100, 4), "four colours"));
    let mut cmyk = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut cmyk, 90);
    encoder.encode(&[9; 64 * 64 * 4], 64, 64, jpeg_encoder::ColorType::Cmyk).unwrap();
    bad.push((cmyk, "four colours"));
    let mut bomb = as_png(8, 8, &[0; 192]);
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    bad.push((bomb, "damaged"));
    let png = as_png(64, 64, &quarters(64, 64));
    bad.push((png[..png.len() / 2].to_vec(), "damaged"));
    bad.push((file("not-a-photo.jpg"), "not a photo"));
    bad.push((b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(), "Most Compatible"));
    bad.push((b"\0\0\0\x18ftypavif\0\0\0\0".to_vec(), "Most Compatible"));
    bad.push((vec![0xff; 13 * 1024 * 1024], "too large"));
    bad.push((Vec::new(), "not a photo"));
    for (n, (bytes, says)) in bad.into_iter().enumerate() {
        let Err(Error::Photo(words)) = asha.take_photo(hazel_court(), &bytes) else { panic!("{n} was taken: {says}") };
        assert!(words.contains(says), "{n}: {words}");
    }
    kept(&mut asha, &png, Vec::new()).unwrap();
    assert_eq!(std::fs::read_dir(dir.path().join("photos")).unwrap().count(), 1);
}

#[test]
fn pictures_that_differ_only_under_the_cover_are_the_same_bytes() {
    let dir = tempdir().unwrap();
    let (mut asha, _) = tablet(dir.path(), 1, ASHA);
    for width in [600_u32, 2_600] {
        let height = width / 2;
        let box_of = |w: u32| (w / 4, w / 8, w / 5, w / 9);
        let (x, y, w, h) = box_of(width);
        let mut plain = quarters(width, height);
        let mut named = plain.clone();
        for (row, column) in (y..y + h).flat_map(|row| (x..x + w).map(move |column| (row, column))) {
            let place = ((row * width + column) * 3) as usize;
            named[place..place + 3].copy_from_slice(&[(row * 7) as u8, (column * 13) as u8, 99]);
            plain[place] = 200;
        }
        let cover = vec![
            Shape::Box { x: x as f32, y: y as f32, w: w as f32, h: h as f32, why: "name on a door".into() },
            Shape::Brush { points: vec![(9.0, 9.0), (60.0, 40.0)], radius: 8.0, why: String::new() },
        ];
        let one = kept(&mut asha, &as_png(width, height, &plain), cover.clone()).unwrap();
        let two = kept(&mut asha, &as_png(width, height, &named), cover).unwrap();
        assert_eq!(one, two, "{width}");
        let picture = pixels(&one.0);
        let scale = |n: u32| n * picture.0 / width;
        assert!(at(&picture, scale(x + w / 2), scale(y + h / 2)).iter().all(|ink| *ink < 12), "{width}");
        assert!(at(&picture, scale(30), scale(24)).iter().all(|ink| *ink < 12), "the brush, {width}");
    }
    let facts = asha.visit(hazel_court()).unwrap().rows[0].facts.clone();
    assert!(facts.contains(&("covered".into(), "name on a door, covered".into())), "{facts:?}");
}

#[test]
fn nothing_of_a_picture_can_be_read_on_disk_and_nothing_outlives_its_use() {
    let dir = tempdir().unwrap();
    let (mut asha, around) = tablet(dir.path(), 1, ASHA);
    let folder = dir.path().join("photos");
    let names = || {
        let mut names: Vec<String> =
            std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let pending = asha.take_photo(hazel_court(), &file("DSCN0010.jpg")).unwrap();
    assert!(matches!(asha.use_photo(pending.id, &PhotoUse::default(), None), Err(Error::Unfinished(_))));
    assert_eq!(asha.waiting().unwrap().pending_photos, 1);
    // A kill while it is covered, and files that no row names.
    killed(asha);
    std::fs::write(folder.join("0000.sealed"), b"between file and row").unwrap();
    std::fs::write(folder.join("0001.tmp"), b"half").unwrap();
    let mut asha = again(dir.path(), &around);
    assert_eq!(names(), [format!("{}.working", pending.id.0)]);
    assert_eq!(asha.pending_photos(hazel_court()).unwrap().len(), 1);
    assert_eq!(asha.pending_preview(pending.id).unwrap(), pending.preview);
    let entry = asha.use_photo(pending.id, &allowed(Vec::new()), None).unwrap();
    let hash = asha.visit(hazel_court()).unwrap().rows[0].photo.clone().unwrap().hash;
    assert_eq!(names(), [format!("{hash}.sealed")]);
    for path in names().iter().map(|name| folder.join(name)).chain([dir.path().join("tablet.store-wal")]) {
        let bytes = std::fs::read(path).unwrap();
        assert!(!bytes.windows(4).any(|w| w == [0xff, 0xd8, 0xff, 0xe0]));
    }
    assert!(matches!(asha.use_photo(pending.id, &allowed(Vec::new()), None), Err(Error::NoPhoto)));
    asha.forget(hazel_court(), &[entry]).unwrap();
    assert!(names().is_empty());
    let thrown = asha.take_photo(hazel_court(), &file("DSCN0010.jpg")).unwrap();
    asha.drop_photo(thrown.id).unwrap();
    assert!(names().is_empty() && asha.pending_photos(hazel_court()).unwrap().is_empty());
}

#[test]
fn a_photo_goes_up_in_pieces_and_goes_on_where_it_broke_off() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let dir = tempdir().unwrap();
    let mut asha = Device::create(dir.path(), PIN, Told::new(TEN_O_CLOCK, 1)).unwrap();
    office.enrol(&mut asha);
    office.sync(&mut asha);
    asha.write_as(person(ASHA)).unwrap();
    let (jpeg, _) = kept(&mut asha, &file("jolla.jpg"), Vec::new()).unwrap();
    let mut went = Vec::new();
    let broke = office.round(&mut asha, Round::Once, |request| {
        if request.method == "PATCH" {
            went.push(request.body.len());
        }
        if went.len() == 2 { Trouble::Lost } else { Trouble::None }
    });
    assert!(matches!(broke, Outcome::Later { .. }));
    let row = asha.visit(hazel_court()).unwrap().rows[0].clone();
    assert!(matches!(row.whereabouts, Whereabouts::AtTheOffice { .. }), "the entry did not wait for its photo");
    assert_eq!(row.photo.unwrap().whereabouts, Whereabouts::OnlyHere);
    let safe = asha.waiting().unwrap();
    assert_eq!((safe.photos, safe.photo_bytes), (1, (jpeg.len() - went[0]) as u64));
    let mut again = Vec::new();
    let done = office.round(&mut asha, Round::Once, |request| {
        if request.method == "PATCH" {
            again.push(request.body.len());
        }
        Trouble::None
    });
    assert_eq!(done, Outcome::Quiet);
    assert_eq!(again.iter().sum::<usize>(), jpeg.len() - went[0], "the first piece was not sent again");
    assert!(again[0] < went[1], "after one that broke off, smaller ones: {went:?}, then {again:?}");
    assert!(again.iter().all(|bytes| *bytes <= domain::wire::LARGEST_PIECE));
    assert_eq!(office.photos.values().next().unwrap(), &jpeg);
    assert!(asha.waiting().unwrap().safe);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mutation_of_a_photo_brings_the_tablet_down(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = file("BlueSquare.jpg");
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        drop(super::super::photos::take_for_tests(&bytes));
    }
}

#[test]
fn no_photos_here_is_obeyed_by_every_tablet_and_what_was_used_before_stays() {
    let dir = tempdir().unwrap();
    let (mut device, _) = tablet(dir.path(), 1, ASHA);
    let jpeg = as_jpeg(64, 48, &quarters(64, 48));
    kept(&mut device, &jpeg, Vec::new()).unwrap();
    device.no_photos(hazel_court(), "deputy manager").unwrap();
    let Err(Error::Photo(words)) = device.take_photo(hazel_court(), &jpeg) else { panic!("it was taken") };
    assert!(words.contains("deputy manager"), "{words}");
    assert!(device.visit(hazel_court()).unwrap().rows[0].photo.as_ref().unwrap().here);
    device.no_photos(hazel_court(), "").unwrap();
    assert!(device.take_photo(hazel_court(), &jpeg).is_ok());
}

#[test]
fn who_in_view_said_yes_is_kept_and_a_picture_of_nobody_suggests_nothing() {
    let dir = tempdir().unwrap();
    let (mut device, _) = tablet(dir.path(), 1, ASHA);
    let jpeg = as_jpeg(640, 480, &quarters(640, 480));
    let pending = device.take_photo(hazel_court(), &jpeg).unwrap();
    let look = device.to_look_at(pending.id).unwrap();
    assert_eq!(look.faces().unwrap(), []);
    let used = PhotoUse { person_said: Some("her daughter".into()), ..allowed(Vec::new()) };
    device.use_photo(pending.id, &used, None).unwrap();
    let row = device.visit(hazel_court()).unwrap().rows.remove(0);
    assert!(row.facts.contains(&("person said".to_owned(), "her daughter".to_owned())), "{:?}", row.facts);
    assert!(matches!(look.faces(), Err(Error::NoPhoto)), "nothing of it is left to look at");
    assert!(matches!(device.to_look_at(pending.id), Err(Error::NoPhoto)));
}
