//! People: what an officer may not do to them, and what the record refuses whoever asks.

use crate::office::testing::House;
use axum::http::StatusCode;

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn priya_can_neither_depose_samuel_nor_end_his_time_and_he_cannot_leave_nobody_behind() {
    let house = House::open().await;
    let priya = house.seat("Priya Nair", "host officer").await;
    let samuel = house.seat("Samuel Reed", "host administrator").await;
    let samuels = format!("/office/people/{}", samuel.person);
    let made_less = [("name", "Samuel Reed"), ("role", "outreach worker")];
    let told = house.post(&priya, &samuels, &made_less).await;
    assert!(told.status == REFUSED && told.says("Only an administrator can take host administrator away"));
    let ended = [("name", "Samuel Reed"), ("role", "host administrator"), ("left_on", "2026-11-06")];
    let told = house.post(&priya, &samuels, &ended).await;
    assert!(told.status == REFUSED && told.says("Only an administrator can say when"));
    let told = house.post(&samuel, &samuels, &made_less).await;
    assert!(told.status == REFUSED && told.says("one has to remain"), "{}", told.page);

    let asha = house.seat("Asha Patel", "authorised representative").await;
    let ashas = format!("/office/people/{}", asha.person);
    let ended = [("name", "Asha Patel"), ("role", "authorised representative"), ("left_on", "2026-11-06")];
    assert_eq!(house.post(&priya, &ashas, &ended).await.status, StatusCode::SEE_OTHER, "an officer's own to end");
    house.seat("Dilys Morgan", "host administrator").await;
    assert_eq!(house.post(&samuel, &samuels, &made_less).await.status, StatusCode::SEE_OTHER, "somebody else is there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_left_stays_away_when_their_telephone_is_put_right() {
    let house = House::open().await;
    let samuel = house.seat("Samuel Reed", "host administrator").await;
    let asha = house.seat("Asha Patel", "authorised representative").await;
    let ashas = format!("/office/people/{}", asha.person);
    let ended = [("name", "Asha Patel"), ("role", "authorised representative"), ("left_on", "2026-11-06")];
    house.post(&samuel, &ashas, &ended).await;
    let page = house.get(&samuel, &ashas).await;
    assert!(page.says("name=\"left_on\" value=\"2026-11-06\""), "the day is in the form, and goes back with it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_stands_for_one_person_and_two_roles_that_the_pack_keeps_apart_for_nobody() {
    let house = House::open().await;
    let samuel = house.seat("Samuel Reed", "host administrator").await;
    house.seat("Asha Patel", "authorised representative").await;
    let tom = house.seat("Tom Okafor", "authorised representative").await;
    let again = [("name", "ASHA PATEL"), ("role", "outreach worker")];
    let told = house.post(&samuel, "/office/people/new", &again).await;
    assert!(told.status == REFUSED && told.says("Asha Patel is here already"));
    let renamed = [("name", "asha patel"), ("role", "authorised representative")];
    let told = house.post(&samuel, &format!("/office/people/{}", tom.person), &renamed).await;
    assert!(told.status == REFUSED && told.says("Asha Patel is here already"));
    let both = [("name", "Ruth Levy"), ("role", "steering group member"), ("role", "host officer")];
    let told = house.post(&samuel, "/office/people/new", &both).await;
    assert!(told.status == REFUSED && told.says("may not be held together"), "{}", told.page);
    let people = house.org.people().await.unwrap();
    assert_eq!(people.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["Asha Patel", "Samuel Reed", "Tom Okafor"]);
}
