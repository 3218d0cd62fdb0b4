//! What a tablet wrote down of the day itself reaches the office and the report; who could have been added is judged anew.

use super::reports::Story;
use crate::office::fitness::cleared;
use crate::office::testing::{NOW, PACK};
use crate::store::authorisations::Interest;
use crate::sync::office_write;
use domain::entry::{Arrival, Entry};
use domain::ids::{DeviceId, PersonId};
use domain::notebook::{Spot, Value};
use domain::on_the_day::{self, Came};

impl Story {
    async fn states(&self, spot: Spot, value: Value) {
        let (book, by) = (self.visit.parse().unwrap(), self.team[0].person.parse().unwrap());
        office_write(&self.house.org, book, by, NOW, PACK, move |book, stamp| {
            let heads = book.heads();
            book.state(stamp, &spot, &value, &heads)
        })
        .await
        .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_report_says_who_led_where_nobody_went_and_that_no_photos_were_wanted_and_blames_nobody() {
    let story = Story::begun().await;
    let grace = story.house.representative("Grace Lindqvist", &story.priya.person).await;
    let who = |id: &str| -> PersonId { id.parse().unwrap() };
    let tom = who(&story.team[1].person);
    story
        .states(
            on_the_day::lead(NOW, DeviceId::new(uuid::Uuid::from_u128(5))),
            on_the_day::leads(tom, "Asha was called away"),
        )
        .await;
    story.states(on_the_day::not_seen("dining room"), Value::Text("people were eating".into())).await;
    let agreed = Arrival {
        told: "deputy manager".into(),
        shown: "authority card".into(),
        not_entered: vec!["dining room".into(), "kitchen".into()],
        ..Arrival::default()
    };
    story.house.noted(&story.visit, &story.team[0], PACK, Entry::Arrival(agreed)).await;
    story.states(on_the_day::no_photos(), Value::Text("deputy manager".into())).await;
    let outside = Came::Outside { why: "her check had lapsed".into() };
    story.states(on_the_day::came(who(&grace.person)), outside.value()).await;
    story.states(on_the_day::travel(tom), Value::List(vec!["12".into(), "4".into()])).await;

    let page = story.house.get(&story.priya, &format!("/office/visits/{}", story.visit)).await;
    for words in [
        "Asha was called away",
        "Dining room (people were eating)",
        "as we were asked (deputy manager)",
        "her check had lapsed",
        "miles 12, hours 4",
    ] {
        assert!(page.says(words), "{words}: {}", page.page);
    }
    let print = story.house.get(&story.priya, &format!("{}/preview", story.own)).await;
    for words in ["Lead from", "Dining room (people were eating)", "Grace Lindqvist", "as we were asked"] {
        assert!(print.says(words), "{words}: {}", print.page);
    }
    assert!(
        print.says("Kitchen") && print.page.matches("Dining room").count() == 1,
        "once, with its reason: {}",
        print.page
    );
    for words in ["called away", "check had lapsed", "miles 12"] {
        assert!(!print.says(words), "that is the host's own business: {words}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn grace_may_be_added_on_the_day_until_she_declares_an_interest_and_nobody_learns_which() {
    let story = Story::begun().await;
    let grace = story.house.representative("Grace Lindqvist", &story.priya.person).await;
    story.house.seat("Nadia Khan", "authorised representative").await;
    let may = cleared(&story.house.org, &story.visit).await.unwrap();
    assert_eq!(may, std::slice::from_ref(&grace.person), "the team goes anyway, and Nadia has no authority");
    let place = story.house.org.visit(&story.visit).await.unwrap().unwrap().place;
    let interest = Interest {
        id: "i1".into(),
        person: grace.person.clone(),
        words: "my mother lives there".into(),
        place: Some(place),
        declared_on: "2026-09-01".into(),
        ..Interest::default()
    };
    let before = story.house.org.this().await.unwrap().rev;
    story.house.org.declare_interest(interest).await.unwrap();
    assert_eq!(cleared(&story.house.org, &story.visit).await.unwrap(), Vec::<String>::new());
    assert!(story.house.org.this().await.unwrap().rev > before, "the team's tablets are told again");
}
