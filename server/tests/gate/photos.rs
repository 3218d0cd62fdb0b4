use crate::tablet::{Tablet, read};
use crate::world::World;
use domain::wire::*;
use reqwest::Method;
use sha2::{Digest as _, Sha256};

/// A drawn picture of 700 by 500 pixels, larger than one piece, as a tablet encodes.
pub fn drawn() -> Vec<u8> {
    let (width, height) = (700_u16, 500_u16);
    let mut seed = 7_u32;
    let pixels: Vec<u8> = (0..usize::from(width) * usize::from(height) * 3)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed.to_be_bytes()[0]
        })
        .collect();
    let mut jpeg = Vec::new();
    jpeg_encoder::Encoder::new(&mut jpeg, 90).encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb).unwrap();
    assert!(jpeg.len() > LARGEST_PIECE, "{}", jpeg.len());
    jpeg
}

pub fn named(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

async fn piece(tablet: &mut Tablet, hash: &str, size: usize, at: usize, bytes: &[u8]) -> Result<PhotoProgress, u16> {
    let headers = [(PIECE_AT, at.to_string()), (PHOTO_SIZE, size.to_string())];
    let response = tablet.send(Method::PATCH, &format!("/sync/v1/photos/{hash}"), bytes.to_vec(), &headers).await;
    read(response).await.map_err(|refused| refused.0)
}

pub async fn whole(tablet: &mut Tablet, hash: &str, bytes: &[u8]) -> Result<PhotoProgress, u16> {
    let mut last = Err(0);
    for (n, part) in bytes.chunks(LARGEST_PIECE).enumerate() {
        last = piece(tablet, hash, bytes.len(), n * LARGEST_PIECE, part).await;
        last?;
    }
    last
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_broke_off_goes_on_from_there_and_is_kept_byte_for_byte() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let jpeg = drawn();
    let hash = named(&jpeg);
    let path = format!("/sync/v1/photos/{hash}");
    assert_eq!(tablet.send(Method::HEAD, &path, vec![], &[]).await.status(), 404);
    let first = piece(&mut tablet, &hash, jpeg.len(), 0, &jpeg[..1000]).await.unwrap();
    assert_eq!(first, PhotoProgress { have: 1000, complete: false });
    // The answer was lost: the same piece again is answered with how much is here.
    assert_eq!(piece(&mut tablet, &hash, jpeg.len(), 0, &jpeg[..1000]).await.unwrap().have, 1000);
    let head = tablet.send(Method::HEAD, &path, vec![], &[]).await;
    assert_eq!(
        (&head.headers()[PHOTO_HAVE], &head.headers()[PHOTO_COMPLETE]),
        (&"1000".parse().unwrap(), &"no".parse().unwrap())
    );
    let mut at = 1000;
    while at < jpeg.len() {
        let end = (at + LARGEST_PIECE).min(jpeg.len());
        let done = piece(&mut tablet, &hash, jpeg.len(), at, &jpeg[at..end]).await.unwrap();
        assert_eq!(done.complete, end == jpeg.len());
        at = end;
    }
    let kept = world.state.store.objects().get(world.org.id(), &hash).await.unwrap().unwrap();
    assert!(kept == jpeg);
    assert_eq!(tablet.send(Method::HEAD, &path, vec![], &[]).await.headers()[PHOTO_COMPLETE], "yes");
    let audit = world.org.audit_after(0, 100).await.unwrap();
    assert!(!audit.iter().any(|line| line.what.contains("refused")), "an ordinary photo is no refusal: {audit:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_is_none_cut_off_misnamed_or_talkative_is_refused_and_the_visit_goes_on() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let jpeg = drawn();
    let cut = &jpeg[..jpeg.len() / 2];
    assert_eq!(whole(&mut tablet, &named(cut), cut).await, Err(422));
    let mut talkative = jpeg[..2].to_vec();
    talkative.extend_from_slice(b"\xff\xe1\x00\x0aExif\0\0xx");
    talkative.extend_from_slice(&jpeg[2..]);
    assert_eq!(whole(&mut tablet, &named(&talkative), &talkative).await, Err(422));
    assert_eq!(whole(&mut tablet, &named(b"not a photo"), b"not a photo").await, Err(422));
    // Damaged on the way: the same name may be sent again from the start.
    let mut damaged = jpeg.clone();
    damaged[5000] ^= 0xff;
    assert_eq!(whole(&mut tablet, &named(&jpeg), &damaged).await, Err(422));
    assert!(whole(&mut tablet, &named(&jpeg), &jpeg).await.unwrap().complete);
    let too_large = usize::try_from(LARGEST_PHOTO).unwrap() + 1;
    assert_eq!(piece(&mut tablet, &"a".repeat(64), too_large, 0, b"x").await, Err(422));
    assert_eq!(piece(&mut tablet, "not-a-hash", 10, 0, b"x").await, Err(422));
    tablet.feed(0).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_came_whole_and_could_not_be_looked_at_is_kept_when_the_tablet_asks_again() {
    let world = World::with_child("/nowhere/enterview".into()).await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let jpeg = drawn();
    let hash = named(&jpeg);
    assert_eq!(whole(&mut tablet, &hash, &jpeg).await, Err(503));
    let path = format!("/sync/v1/photos/{hash}");
    let head = tablet.send(Method::HEAD, &path, vec![], &[]).await;
    assert_eq!(head.headers()[PHOTO_COMPLETE], "no");
    let mut tablet = Tablet::new(1, &world.mended().await);
    let done = piece(&mut tablet, &hash, jpeg.len(), jpeg.len(), b"").await.unwrap();
    assert_eq!(done, PhotoProgress { have: jpeg.len() as u64, complete: true });
    assert!(world.state.store.objects().get(world.org.id(), &hash).await.unwrap().unwrap() == jpeg);
}
