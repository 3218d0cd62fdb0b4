//! What is typed is not lost and not done twice: sent after the session ended, sent twice, too long.

use super::lines::hidden;
use super::reports::Story;
use crate::office::testing::{House, Seat, Told};
use axum::http::StatusCode;

const HOURS: i64 = 60;

impl House {
    /// Signs somebody in by their password, at the page where they are; what the office answers.
    async fn comes_back(&self, seat: &Seat, door: &Told, name: &str) -> (Told, Seat) {
        let csrf = hidden(door, "csrf");
        let carried = hidden(door, "carried");
        let form = [("name", name), ("password", "tea without milk"), ("carried", carried.as_str())];
        let at_door = Seat { person: String::new(), cookie: format!("{}; enterview_door={csrf}", seat.cookie), csrf };
        let (told, cookies) = self.post_for_cookies(&at_door, "/sign-in", &form).await;
        let now = Seat { person: seat.person.clone(), cookie: cookies, csrf: String::new() };
        (told, now)
    }

    /// Somebody who signs in by their password at the door.
    async fn signs_in(&self, role: &str, name: &str) -> Seat {
        let seat = self.seat(name, role).await;
        let hash = crate::auth::password::hash("tea without milk").unwrap();
        self.org.set_password(&seat.person, &hash).await.unwrap();
        let door = Seat { person: seat.person.clone(), cookie: "enterview_door=x".into(), csrf: "x".into() };
        let form = [("name", name), ("password", "tea without milk")];
        let (_, cookie) = self.post_for_cookies(&door, "/sign-in", &form).await;
        let seat = Seat { person: seat.person, cookie, csrf: String::new() };
        let csrf = hidden(&self.get(&seat, "/office").await, "csrf");
        Seat { csrf, ..seat }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_sent_after_the_session_ended_is_sent_on_after_signing_in() {
    let house = House::open().await;
    let priya = house.signs_in("host officer", "Priya Nair").await;
    let samuel = house.signs_in("host administrator", "Samuel Reed").await;
    house.wait_minutes(13 * HOURS);
    let typed = [("name", "Beechway Care Ltd"), ("kind", "provider"), ("address", "1 Beech Way, by the green")];
    let door = house.post(&priya, "/office/bodies/new", &typed).await;
    assert!(door.says("You were signed in too long ago") && !door.says("by the green"), "{}", door.page);
    assert!(house.org.bodies().await.unwrap().is_empty());

    let (other, _) = house.comes_back(&priya, &door, "Samuel Reed").await;
    assert_eq!((other.status, other.to.as_str()), (StatusCode::SEE_OTHER, "/office"), "{}", other.page);
    let (again, seat) = house.comes_back(&priya, &door, "Priya Nair").await;
    assert!(again.says("You are signed in again") && again.says("1 Beech Way, by the green"), "{}", again.page);
    assert!(house.org.bodies().await.unwrap().is_empty(), "nothing is sent without her");
    let seat = Seat { csrf: hidden(&again, "csrf"), ..seat };
    assert_eq!(house.post(&seat, "/office/bodies/new", &typed).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.org.bodies().await.unwrap()[0].address.as_deref(), Some("1 Beech Way, by the green"));

    // A page that was drawn before she had to sign in again is still hers.
    let old = Seat { csrf: priya.csrf.clone(), ..seat };
    let form = [("name", "Grove Ltd"), ("kind", "provider")];
    assert_eq!(house.post(&old, "/office/bodies/new", &form).await.status, StatusCode::SEE_OTHER);
    let theirs = Seat { csrf: samuel.csrf, ..old };
    assert_eq!(house.post(&theirs, "/office/bodies/new", &form).await.status, StatusCode::FORBIDDEN, "not anybody's");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_must_not_wait_at_the_door_does_not() {
    let house = House::open().await;
    let priya = house.signs_in("host officer", "Priya Nair").await;
    house.wait_minutes(13 * HOURS);
    let secret = [("old_password", "tea without milk"), ("password", "coffee without milk")];
    let told = house.post(&priya, "/office/me/password", &secret).await;
    assert_eq!((told.status, told.to.as_str()), (StatusCode::SEE_OTHER, "/sign-in"), "no password waits");
    let forged = Seat { person: String::new(), cookie: priya.cookie.clone(), csrf: "made up elsewhere".into() };
    let told = house.post(&forged, "/office/bodies/new", &[("name", "X"), ("kind", "provider")]).await;
    assert_eq!(told.status, StatusCode::SEE_OTHER, "a form that is none of ours is not carried");
    let typed = [("name", "Beechway Care Ltd"), ("kind", "provider")];
    let door = house.post(&priya, "/office/bodies/new", &typed).await;
    house.wait_minutes(2 * HOURS);
    let (late, _) = house.comes_back(&priya, &door, "Priya Nair").await;
    assert_eq!((late.status, late.to.as_str()), (StatusCode::SEE_OTHER, "/office"), "after an hour it is gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sent_twice_is_done_once_and_what_was_changed_in_between_is_another_thing() {
    let story = Story::begun().await;
    let (house, priya) = (&story.house, &story.priya);
    let (visit, said) = (story.visit.as_str(), story.said.to_string());
    let finding = house.org.findings(visit).await.unwrap()[0].id.clone();
    let samuel = house.seat("Samuel Reed", "host administrator").await;
    let forms = [
        (
            "a finding",
            priya,
            format!("/office/visits/{visit}/findings"),
            vec![("theme", "food"), ("evidence", said.as_str())],
            "words",
        ),
        (
            "a recommendation",
            priya,
            format!("/office/visits/{visit}/recommendations"),
            vec![("body", story.provider.as_str()), ("finding", finding.as_str())],
            "words",
        ),
        (
            "an event",
            priya,
            "/office/outreach/new".to_owned(),
            vec![("on", "2026-11-03"), ("present", "12"), ("kind", "stall"), ("method", "information")],
            "group",
        ),
        ("a place", &samuel, "/office/places/new".to_owned(), vec![("kind", "care home")], "name"),
        ("a person", &samuel, "/office/people/new".to_owned(), vec![("role", "outreach worker")], "name"),
        ("a body", &samuel, "/office/bodies/new".to_owned(), vec![("kind", "provider")], "name"),
        (
            "an interest",
            &samuel,
            format!("/office/people/{}/interests", story.team[0].person),
            vec![("on", "2026-10-01")],
            "words",
        ),
    ];
    for (n, (what, seat, path, fields, words)) in forms.into_iter().enumerate() {
        let once = format!("01910000-0000-7000-8000-{n:012}");
        let count = async || {
            let events = house.org.events().await.unwrap().len();
            let people = house.org.people().await.unwrap().len();
            let places = house.org.places_by_hand().await.unwrap().len();
            let interests = house.org.interests(&story.team[0].person).await.unwrap().len();
            let asks = house.org.recommendations(visit).await.unwrap().len();
            house.org.findings(visit).await.unwrap().len()
                + asks
                + events
                + people
                + places
                + interests
                + house.org.bodies().await.unwrap().len()
        };
        let before = count().await;
        for (text, more) in [("Evening calls wait.", 1), ("Evening calls wait.", 1), ("Night calls wait too.", 2)] {
            let form = [fields.clone(), vec![(words, text), ("once", &once)]].concat();
            let told = house.post(seat, &path, &form).await;
            assert_eq!(told.status, StatusCode::SEE_OTHER, "{what}: {}", told.page);
            assert_eq!(count().await, before + more, "{what}: “{text}”");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_too_long_says_how_long_it_may_be_and_stays_in_the_form() {
    let story = Story::begun().await;
    let long = "word ".repeat(900);
    let said = story.said.to_string();
    let visit = &story.visit;
    let samuel = story.house.seat("Samuel Reed", "host administrator").await;
    let forms = [
        (
            &story.priya,
            format!("/office/visits/{visit}/findings"),
            vec![("theme", "food"), ("evidence", said.as_str()), ("words", long.as_str())],
        ),
        (&story.priya, format!("{}/words", story.own), vec![("title", "Tea"), ("contact", long.as_str())]),
        (&samuel, "/office/people/new".to_owned(), vec![("role", "outreach worker"), ("name", long.as_str())]),
        (
            &samuel,
            "/office/bodies/new".to_owned(),
            vec![("kind", "provider"), ("name", "X"), ("address", long.as_str())],
        ),
        (&samuel, "/office/places/new".to_owned(), vec![("kind", "care home"), ("name", long.as_str())]),
    ];
    for (seat, path, form) in forms {
        let told = story.house.post(seat, &path, &form).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", told.page);
        assert!(told.says("This is 4499 characters long, and") && told.says(&long), "{path}: {}", told.page);
    }
    let more = "w".repeat(50_001);
    let told = story.house.post(&story.priya, &format!("{}/fact", story.own), &[("says", &more)]).await;
    assert!(told.says("longer than 50000 characters"), "{}", told.page);
}
