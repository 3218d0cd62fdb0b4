//! What stands between a draft and its sending, and the way past it: a photo without words or without a second look, two
//! texts that differ, two officers who write at once, a body that has moved.

use super::lines::hidden;
use super::reports::Story;
use crate::office::differences::seen_mark;
use crate::office::notes;
use crate::office::testing::Seat;
use axum::http::StatusCode;
use domain::notebook::{Spot, Value};

impl Story {
    /// The finding rests on this photo as well.
    async fn lends(&self, photo: &str) {
        let finding = self.house.org.findings(&self.visit).await.unwrap()[0].id.clone();
        let told =
            self.house.post(&self.priya, &format!("/office/findings/{finding}/evidence"), &[("evidence", photo)]).await;
        assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.page);
    }

    async fn photos(&self, seat: &Seat, what: &str, form: &[(&str, &str)]) -> StatusCode {
        self.house.post(seat, &format!("/office/visits/{}/photos{what}", self.visit), form).await.status
    }

    async fn overall_impression(&self, texts: [&str; 2]) {
        let told = texts.map(|words| Value::Text(words.to_owned()));
        let [one, other] = told;
        let spot = Spot::Summary("overall impression".into());
        self.house.apart(&self.visit, spot, [(&self.team[0], one), (&self.team[1], other)]).await;
    }

    async fn differs(&self) -> (String, String) {
        let books = notes::all(&self.house.org, Some(&self.visit)).await.unwrap();
        let (spot, field) = books[0].read.differences().into_iter().next().expect("a difference");
        (serde_json::to_string(&spot).unwrap(), seen_mark(field))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn priya_describes_a_photo_and_the_report_may_go() {
    let story = Story::begun().await;
    let (entry, _) = story.house.photographed(&story.visit, &story.team[0], "The leaflet rack").await;
    let entry = entry.to_string();
    story.lends(&entry).await;
    let page = story.page().await;
    assert!(page.says("held back: nobody has described") || page.says("Describe it in a sentence"), "{}", page.page);
    assert!(page.says("Only the person who took this photo has looked at it."), "{}", page.page);

    let (shows, form) = (format!("shows_{entry}"), [("entry", entry.as_str())]);
    let seen = story.house.get(&story.priya, &format!("/office/visits/{}/photos", story.visit)).await;
    assert!(
        seen.says("has looked whether anybody can be recognised") && seen.says("The leaflet rack"),
        "{}",
        seen.page
    );
    let said = [form[0], (shows.as_str(), "An empty rack for leaflets beside the door.")];
    assert_eq!(story.photos(&story.priya, "/shows", &[form[0]]).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(story.photos(&story.priya, "/shows", &said).await, StatusCode::SEE_OTHER);
    assert_eq!(story.photos(&story.team[1], "/look", &form).await, StatusCode::SEE_OTHER, "Tom did not take it");
    let page = story.page().await;
    assert!(page.says("An empty rack for leaflets") && !page.says("Only the person who took"), "{}", page.page);
    story.signed().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_taker_is_no_second_pair_of_eyes_and_who_did_not_go_sees_no_photo() {
    let story = Story::begun().await;
    let (entry, hash) = story.house.photographed(&story.visit, &story.team[0], "The leaflet rack").await;
    let (entry, asha) = (entry.to_string(), &story.team[0]);
    let form = [("entry", entry.as_str())];
    assert_eq!(story.photos(asha, "/look", &form).await, StatusCode::CONFLICT);
    assert!(story.house.org.looks(&hash).await.unwrap().is_empty());
    let grace = story.house.representative("Grace Lindqvist", &story.priya.person).await;
    assert_eq!(story.photos(&grace, "/look", &form).await, StatusCode::NOT_FOUND);
    assert_eq!(story.photos(&story.ruth, "/look", &form).await, StatusCode::FORBIDDEN);
    let samuel = story.house.seat("Samuel Reed", "host administrator").await;
    assert_eq!(story.photos(&samuel, "/look", &form).await, StatusCode::SEE_OTHER);
    assert_eq!(story.house.org.looks(&hash).await.unwrap()[0].person, samuel.person);
    assert_eq!(story.photos(&samuel, "/look", &[form[0], ("do", "undo")]).await, StatusCode::SEE_OTHER);
    assert!(story.house.org.looks(&hash).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_look_undoes_no_signature() {
    let story = Story::begun().await;
    let (entry, hash) = story.house.photographed(&story.visit, &story.team[0], "The leaflet rack").await;
    let (entry, shows) = (entry.to_string(), format!("shows_{entry}"));
    let said = [("entry", entry.as_str()), (shows.as_str(), "An empty rack.")];
    story.photos(&story.priya, "/shows", &said).await;
    story.photos(&story.priya, "/look", &said[..1]).await;
    story.lends(&entry).await;
    story.signed().await;
    story.house.org.drop_look(&hash, &story.priya.person).await.unwrap();
    let told = story.step("sent", &[("on", "2026-09-21"), ("to", &story.provider)]).await;
    assert!(told.says("Only the person who took this photo has looked at it"), "{}", told.page);
    story.photos(&story.team[1], "/look", &said[..1]).await;
    story.takes("sent", &[("on", "2026-09-21"), ("to", &story.provider)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_texts_are_printed_when_the_team_says_so_and_a_third_text_asks_again() {
    let story = Story::begun().await;
    story.overall_impression(["Warm staff in a tired building.", "Kind people, stretched thin."]).await;
    let page = story.page().await;
    assert!(page.says("or let the team decide to print both"), "{}", page.page);
    let (spot, seen) = story.differs().await;
    let here = format!("/office/visits/{}/differences", story.visit);
    let form =
        [("notebook", story.visit.as_str()), ("spot", &spot), ("seen", &seen), ("do", "print"), ("on", "2026-11-09")];
    let nobody = story.house.post(&story.priya, &here, &form).await;
    assert!(nobody.says("Say who of the team decided it."), "{}", nobody.page);
    let stranger = [&form[..], &[("decided", story.priya.person.as_str())]].concat();
    assert_eq!(story.house.post(&story.priya, &here, &stranger).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let both = story.team.each_ref().map(|seat| ("decided", seat.person.as_str()));
    let decided = [&form[..], &both[..]].concat();
    assert_eq!(story.house.post(&story.priya, &here, &decided).await.status, StatusCode::SEE_OTHER);
    let page = story.page().await;
    assert!(!page.says("or let the team decide to print both"), "{}", page.page);
    assert!(page.says("Decided by Asha Patel and Tom Okafor on 9 November 2026."), "{}", page.page);
    let print = story.house.get(&story.priya, &format!("{}/preview", story.own)).await;
    assert!(print.says("Warm staff in a tired building.") && print.says("Decided by Asha Patel"), "{}", print.page);

    story.overall_impression(["Warm, and too few of them.", "Kind people, stretched thin, and cold tea."]).await;
    assert!(story.page().await.says("or let the team decide to print both"), "other texts ask again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_officers_change_the_title_and_both_see_both() {
    let story = Story::begun().await;
    let nadia = story.house.seat("Nadia Khan", "host officer").await;
    let seen = hidden(&story.page().await, "seen");
    let words = |title: &'static str| [("seen", seen.clone()), ("title", title.to_owned()), ("contact", String::new())];
    let send = async |seat: &Seat, form: [(&str, String); 3]| {
        let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
        story.house.post(seat, &format!("{}/words", story.own), &form).await
    };
    assert_eq!(send(&nadia, words("Teatime at Hazel Court")).await.status, StatusCode::SEE_OTHER);
    let told = send(&story.priya, words("Mealtimes at Hazel Court")).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.says("Teatime at Hazel Court") && told.says("Mealtimes at Hazel Court"), "{}", told.page);
    let now = hidden(&told, "seen");
    let again = [("seen", now), ("title", "Mealtimes at Hazel Court".to_owned()), ("contact", String::new())];
    assert_eq!(send(&story.priya, again).await.status, StatusCode::SEE_OTHER);
    assert!(story.page().await.says("Mealtimes at Hazel Court"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_form_that_changes_something_shows_theirs_beside_ours_when_it_is_old() {
    let story = Story::begun().await;
    let finding = story.house.org.findings(&story.visit).await.unwrap()[0].id.clone();
    let asks = format!("/office/visits/{}/recommendations", story.visit);
    let ask = [("body", story.provider.as_str()), ("words", "Bring the tea hot."), ("finding", &finding)];
    story.house.post(&story.priya, &asks, &ask).await;
    let ask = story.house.org.recommendations(&story.visit).await.unwrap()[0].id.clone();
    let place = story.house.org.visit(&story.visit).await.unwrap().unwrap().place;
    let said = story.said.to_string();
    let evidence = ("evidence", said.as_str());
    let tom = story.team[1].person.clone();
    for (page, path, ours, theirs) in [
        (
            None,
            format!("/office/findings/{finding}"),
            vec![("theme", "food"), ("words", "Tea is late."), evidence],
            "Tea comes cold.",
        ),
        (
            Some(asks),
            format!("/office/recommendations/{ask}"),
            vec![("words", "Bring tea on time.")],
            "Bring the tea hot.",
        ),
        (None, format!("/office/places/{place}"), vec![("name", "Hazel Grove"), ("kind", "care home")], "Hazel Court"),
        (
            None,
            format!("/office/people/{tom}"),
            vec![("name", "Tom O."), ("role", "authorised representative")],
            "Tom Okafor",
        ),
        (None, format!("/office/bodies/{}", story.provider), vec![("phone", "020 7946 0101")], "Nothing."),
    ] {
        let shown = story.house.get(&story.priya, page.as_deref().unwrap_or(&path)).await;
        assert_eq!(shown.page.matches("name=\"seen\"").count(), 1, "{path}");
        let old = [&[("seen", "0123456789abcdef")], &ours[..]].concat();
        let told = story.house.post(&story.priya, &path, &old).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        let (_, beside) = told.page.split_once("What stands there now").expect("theirs");
        let beside = beside.split_once("</dl>").unwrap().0;
        assert!(beside.contains(theirs), "{path}: {beside}");
        let ours_too = ours.iter().any(|(name, words)| *name != "theme" && told.says(words));
        assert!(ours_too, "{path}: what was typed is lost: {}", told.page);
        let seen = hidden(&told, "seen");
        let now = [&[("seen", seen.as_str())], &ours[..]].concat();
        assert_eq!(story.house.post(&story.priya, &path, &now).await.status, StatusCode::SEE_OTHER, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_moved_is_reached_at_its_new_address_and_no_line_break_is_one() {
    let story = Story::begun().await;
    let path = format!("/office/bodies/{}", story.provider);
    let wrong = [("email", "a@b.example\nBcc: everybody@c.example")];
    assert_eq!(story.house.post(&story.priya, &path, &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reach = [("email", "manager@beechway.example"), ("phone", "020 7946 0101"), ("address", "3 Mill Lane")];
    assert_eq!(story.house.post(&story.priya, &path, &reach).await.status, StatusCode::SEE_OTHER);
    let page = story.house.get(&story.ruth, &path).await;
    assert!(page.says("manager@beechway.example") && page.says("020 7946 0101"), "{}", page.page);
    assert!(!page.says("Keep these changes"), "a steering member only reads");
    assert_eq!(story.house.post(&story.ruth, &path, &reach).await.status, StatusCode::FORBIDDEN);
}
