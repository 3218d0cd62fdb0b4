//! Bodies that are packed for the road, both ways, and those that only claim to be.

use crate::tablet::{all, read};
use crate::world::World;
use domain::wire::*;
use reqwest::{Method, Response};

fn how(encoding: &str) -> (&'static str, String) {
    ("content-encoding", encoding.to_owned())
}

async fn refused(response: Response) -> Problem {
    read::<Pushed>(response).await.unwrap_err().1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_push_is_taken_and_the_feed_comes_packed_to_whoever_unpacks() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let mut book = tablet.notebook(world.hazel_court);
    for n in 0..40 {
        tablet.saw(&mut book, world.asha, &format!("Nobody told us that the clinic had moved, {n}."));
    }
    let plain = serde_json::to_vec(&Push { changes: all(&book), ..Push::default() }).unwrap();
    let packed = pack(&plain, Effort::Small).unwrap();
    assert!(packed.len() * 5 < plain.len() * 4, "{} of {}", packed.len(), plain.len());
    let sent = tablet.send(Method::POST, "/sync/v1/push", packed, &[how(DEFLATE)]).await;
    let pushed: Pushed = read(sent).await.unwrap();
    assert!(pushed.fates.len() == 41 && pushed.fates.iter().all(|(_, fate)| *fate == Fate::Taken));

    let unpacks = [("accept-encoding", "br, deflate".to_owned())];
    let reply = tablet.send(Method::GET, "/sync/v1/feed", Vec::new(), &unpacks).await;
    assert_eq!(reply.headers()["content-encoding"], DEFLATE);
    let packed = reply.bytes().await.unwrap();
    let feed: Feed = serde_json::from_slice(&unpack(&packed, LARGEST_PUSH).unwrap()).unwrap();
    assert!(feed.items.iter().any(|item| matches!(item, FeedItem::Visit(visit) if visit.place == "Hazel Court")));
    let reply = tablet.send(Method::GET, "/sync/v1/feed", Vec::new(), &[]).await;
    assert!(!reply.headers().contains_key("content-encoding"));
    let same: Feed = read(reply).await.unwrap();
    // Meanwhile the notes are published, and the rest is told as before.
    assert!(same.items.iter().any(|item| matches!(item, FeedItem::Visit(visit) if visit.place == "Hazel Court")));
    let short = tablet.send(Method::HEAD, &format!("/sync/v1/photos/{}", "a".repeat(64)), Vec::new(), &unpacks).await;
    assert!(short.status() == 404 && !short.headers().contains_key("content-encoding"), "what is short goes as it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_unpacks_to_more_than_is_taken_or_not_at_all_is_refused_with_words_and_recorded() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let before = world.org.audit_after(0, 100).await.unwrap().len();
    let large = pack(&vec![b' '; LARGEST_PUSH + 1], Effort::Small).unwrap();
    assert!(large.len() < 10_000);
    for (encoding, body, said) in [
        (DEFLATE, large, "larger than is taken"),
        (DEFLATE, b"{\"changes\":[]}".to_vec(), "damaged"),
        (DEFLATE, Vec::new(), "damaged"),
        ("br", b"{\"changes\":[]}".to_vec(), "does not know how this is packed"),
    ] {
        let problem = refused(tablet.send(Method::POST, "/sync/v1/push", body, &[how(encoding)]).await).await;
        assert_eq!(problem.code, ProblemCode::Refused);
        assert!(problem.title.contains(said), "{said}: {problem:?}");
    }
    let lines = world.org.audit_after(0, 100).await.unwrap();
    assert_eq!(lines.len(), before + 4, "{lines:?}");
    let mut book = tablet.notebook(world.hazel_court);
    tablet.saw(&mut book, world.asha, "Good food.");
    assert_eq!(tablet.push(all(&book)).await.unwrap(), vec![Fate::Taken; 2], "and the tablet goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_over_the_bytes_on_the_road_and_not_over_what_they_unpack_to() {
    let world = World::new().await;
    let mut tablet = world.tablet(1, &[world.asha]).await;
    let plain = format!("{{\"changes\":[]{}}}", " ".repeat(2_000)).into_bytes();
    let [small, quick] = [Effort::Small, Effort::Quick].map(|effort| pack(&plain, effort).unwrap());
    tablet.send(Method::POST, "/sync/v1/push", small.clone(), &[how(DEFLATE)]).await;
    let nonce = tablet.nonce.clone();
    let said = |body: &[u8]| {
        use sha2::Digest as _;
        signed_text("POST", "/sync/v1/push", &hex::encode(sha2::Sha256::digest(body)), &nonce)
    };
    let sign = |body: &[u8]| {
        use base64::Engine as _;
        use ed25519_dalek::Signer as _;
        base64::engine::general_purpose::STANDARD.encode(tablet.key.sign(said(body).as_bytes()).to_bytes())
    };
    for (signed_over, sent, status) in [(&plain, &small, 401), (&quick, &small, if quick == small { 200 } else { 401 })]
    {
        let request = reqwest::Client::new()
            .post(format!("{}/sync/v1/push", world.address))
            .header(SPEAKS, VERSION.to_string())
            .header(DEVICE, tablet.id.to_string())
            .header(NONCE, &nonce)
            .header(SIGNATURE, sign(signed_over))
            .header("content-encoding", DEFLATE)
            .body(sent.clone());
        assert_eq!(request.send().await.unwrap().status(), status);
    }
}
