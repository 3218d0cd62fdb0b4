//! Concerns: to whom they are sealed, who opened them, and with what.

use crate::office::testing::{House, NOW, Seat};
use crate::store::sealed::NewSealed;
use age::x25519;
use axum::http::StatusCode;
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use domain::sealed::Concern;
use std::str::FromStr as _;

const WORDS: &str = "four quiet brown owls";

/// Femi sets up her key; what the page shows once.
async fn key(house: &House, femi: &Seat) -> String {
    let told = house.post(femi, "/office/concerns/key", &[("passphrase", WORDS)]).await;
    assert_eq!(told.status, StatusCode::OK);
    let (_, rest) = told.page.split_once("<p class=\"lead\"><b>").expect("the recovery key");
    rest.split_once("</b>").unwrap().0.to_owned()
}

/// As a tablet seals, to every lead that it was told of.
async fn sealed(house: &House, id: &str, words: &str) {
    let concern = Concern {
        words: words.into(),
        about: String::new(),
        told: String::new(),
        by: crate::office::new_id(NOW).parse().unwrap(),
        at: NOW,
        notebook: None,
    };
    let key = [7_u8; 32];
    let leads = house.org.leads().await.unwrap();
    let recipient = x25519::Recipient::from_str(&leads[0].public_key).unwrap();
    let plain = serde_json::to_vec(&concern).unwrap();
    let words = ChaCha20Poly1305::new(&Key::from(key)).encrypt(&Nonce::from([1; 12]), plain.as_slice()).unwrap();
    let record = NewSealed {
        id: id.into(),
        kind: "concern".into(),
        ciphertext: [[1_u8; 12].as_slice(), &words].concat(),
        wrapped: age::encrypt(&recipient, &key).unwrap(),
        ..NewSealed::default()
    };
    house.org.put_sealed(vec![record], NOW).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn femi_leaves_and_no_tablet_seals_to_her_any_more_and_the_desk_says_that_nobody_leads() {
    let house = House::open().await;
    let samuel = house.seat("Samuel Reed", "host administrator").await;
    let femi = house.seat("Femi Adewale", "safeguarding lead").await;
    assert!(house.get(&samuel, "/office").await.says("No safeguarding lead can be reached"));
    key(&house, &femi).await;
    assert_eq!(house.leads().await, ["Femi Adewale"]);
    assert!(!house.get(&samuel, "/office").await.says("No safeguarding lead can be reached"));

    let femis = format!("/office/people/{}", femi.person);
    let other = [("name", "Femi Adewale"), ("role", "outreach worker")];
    assert_eq!(house.post(&samuel, &femis, &other).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.leads().await, Vec::<String>::new(), "the key outlived the role");
    let lead = [("name", "Femi Adewale"), ("role", "safeguarding lead")];
    house.post(&samuel, &femis, &lead).await;
    assert_eq!(house.leads().await, ["Femi Adewale"]);
    let left = [lead[0], lead[1], ("left_on", "2026-11-06")];
    house.post(&samuel, &femis, &left).await;
    assert_eq!(house.leads().await, Vec::<String>::new());
    assert!(house.get(&samuel, "/office").await.says("No safeguarding lead can be reached"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_concern_that_another_leads_key_opens_is_not_called_read() {
    let house = House::open().await;
    let femi = house.seat("Femi Adewale", "safeguarding lead").await;
    key(&house, &femi).await;
    sealed(&house, "first", "She flinched when he came near.").await;
    let samuel = house.seat("Samuel Reed", "host administrator").await;
    let femis = format!("/office/people/{}", femi.person);
    house
        .post(&samuel, &femis, &[("name", "Femi Adewale"), ("role", "safeguarding lead"), ("left_on", "2026-11-06")])
        .await;

    let grace = house.seat("Grace Lindqvist", "safeguarding lead").await;
    key(&house, &grace).await;
    sealed(&house, "second", "A bruise on the arm.").await;
    let opened = house.post(&grace, "/office/concerns/open", &[("passphrase", WORDS)]).await;
    assert!(opened.says("A bruise on the arm.") && !opened.says("She flinched"));
    let lines = house.org.sealed("concern").await.unwrap();
    let read: Vec<_> = lines.iter().map(|line| (line.id.as_str(), line.readings)).collect();
    assert_eq!(read, [("first", 0), ("second", 1)]);
    assert!(house.get(&samuel, "/office/concerns").await.says("Not read yet."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn femi_forgot_her_words_and_the_recovery_key_opens_what_was_sealed_to_her() {
    let house = House::open().await;
    let femi = house.seat("Femi Adewale", "safeguarding lead").await;
    let recovery = key(&house, &femi).await;
    assert!(!house.get(&femi, "/office/concerns").await.page.contains(&recovery), "shown once");
    sealed(&house, "first", "She flinched when he came near.").await;
    let wrong = house.post(&femi, "/office/concerns/open", &[("passphrase", "four quiet owls")]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.says("recovery key"));
    let opened = house.post(&femi, "/office/concerns/open", &[("passphrase", &recovery.to_lowercase())]).await;
    assert!(opened.says("She flinched when he came near."), "{}", opened.page);
}
