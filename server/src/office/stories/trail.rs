//! From one remark to what changed, and back; and numbers that open what they count.

use super::reports::Story;
use crate::office::testing::{Seat, Told};
use axum::http::StatusCode;
use domain::entry::{Consent, Entry};
use jiff::civil::date;

/// The addresses of the links of a page whose own words begin with a number, with that number.
fn numbers(page: &Told) -> Vec<(usize, String)> {
    let links = page.page.split("<a href=\"").skip(1).filter_map(|rest| {
        let (href, rest) = rest.split_once('"')?;
        let (_, rest) = rest.split_once('>')?;
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        Some((digits.parse().ok()?, href.replace("&#x2f;", "/").replace("&amp;", "&")))
    });
    links.filter(|(_, href)| href.starts_with("/office/reading")).collect()
}

fn notes_on(page: &Told) -> usize {
    page.page.matches("<li class=\"note").count()
}

impl Story {
    /// The report sent, and the provider's promise about the tea kept beside it; the recommendation's id.
    async fn promised(&self) -> String {
        self.sent().await;
        let form = [
            ("on", "2026-11-06"),
            ("by", "Beechway Care Ltd"),
            ("will_1", "yes"),
            ("what_1", "A new urn."),
            ("by_1", "2026-11-20"),
        ];
        self.takes("reply", &form).await;
        self.house.org.recommendations(&self.visit).await.unwrap()[0].id.clone()
    }

    async fn later(&mut self, day: jiff::civil::Date) {
        self.house.wait_for(day);
        self.priya = self.house.again(&self.priya.person, "Priya Nair").await;
    }

    async fn get(&self, path: &str) -> Told {
        let told = self.house.get(&self.priya, path).await;
        assert_eq!(told.status, StatusCode::OK, "{path}: {}", told.page);
        told
    }
}

/// A remark that somebody made in confidence.
pub(super) fn in_confidence(words: &str) -> Entry {
    Entry::View(super::weighing::view(words, "resident", Consent::InConfidence))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_remark_leads_to_what_changed_and_what_changed_leads_back_to_it() {
    let mut story = Story::begun().await;
    let unused = story.house.said(&story.visit, &story.team[1], "The garden is lovely.", false).await;
    let ask = story.promised().await;
    let own = format!("/office/notes/{}", story.said);
    let page = story.get(&own).await;
    for told in [
        "The tea is cold by four.",
        "Tea comes cold.",
        "Bring the tea hot.",
        "answered: we will",
        "A new urn.",
        "Not known yet. We ask on the day.",
        "Fri 20 November",
        "in 9 working days",
    ] {
        assert!(page.says(told), "{told}: {}", page.page);
    }
    assert!(story.get(&format!("/office/notes/{unused}")).await.says("No finding rests on it yet."));

    story.later(date(2026, 11, 23)).await;
    let changed = format!("/office/recommendations/{ask}/changed");
    let nothing = [("day", "2026-11-22"), ("state", "done"), ("words", "A new urn stands in the lounge.")];
    let refused = story.house.post(&story.priya, &changed, &nothing).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.says("Say how you know") && refused.says("A new urn stands in the lounge."), "{}", refused.page);
    let form = [
        nothing[0],
        nothing[1],
        nothing[2],
        ("known", "Asha saw it."),
        ("once", "01910000-0000-7000-8000-00000000beef"),
    ];
    for _ in 0..2 {
        assert_eq!(story.house.post(&story.priya, &changed, &form).await.status, StatusCode::SEE_OTHER);
    }
    let kept = story.house.org.outcomes(&story.visit).await.unwrap();
    assert_eq!(kept.len(), 1, "sent twice, kept once");
    let page = story.get(&own).await;
    assert!(page.says("A new urn stands in the lounge.") && page.says("Asha saw it."), "{}", page.page);

    let back = story.get(&format!("/office/recommendations/{ask}")).await;
    assert!(back.says(&own.replace('/', "&#x2f;")) || back.says(&own), "it leads back to the remark: {}", back.page);
    assert!(back.says("A new urn stands in the lounge."));
    let wrong = [("do", "wrong"), ("outcome", kept[0].id.as_str()), ("why", "It was the old urn, polished.")];
    assert_eq!(story.house.post(&story.priya, &changed, &wrong).await.status, StatusCode::SEE_OTHER);
    let page = story.get(&own).await;
    assert!(
        page.says("This was wrong: It was the old urn, polished.") && page.says("A new urn stands"),
        "both are kept"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promise_is_asked_after_on_its_day_and_again_on_the_day_that_somebody_set() {
    let mut story = Story::begun().await;
    let ask = story.promised().await;
    assert!(story.get("/office").await.says("promised for Fri 20 November, in 9 working days"));
    let promises = story.get("/office/promises").await;
    assert!(
        promises.says("1 promise is open, none is past its day.") && promises.says("A new urn."),
        "{}",
        promises.page
    );
    story.later(date(2026, 11, 23)).await;
    assert!(story.get("/office").await.says("Ask what became of it."));
    assert!(story.get("/office/promises").await.says("Ask now"));
    let changed = format!("/office/recommendations/{ask}/changed");
    let again = |day: &'static str, state: &'static str, again: &'static str| {
        [
            ("day", day),
            ("state", state),
            ("words", "The urn is on its way."),
            ("known", "They rang."),
            ("again_on", again),
        ]
    };
    for (form, why) in [
        (again("2026-11-24", "not yet", ""), "has not come yet"),
        (again("2026-10-30", "not yet", ""), "The report was sent on"),
        (again("2026-11-23", "not yet", "2026-11-23"), "Ask again on a later day"),
        (again("2026-11-23", "done", "2026-12-24"), "is not asked after again"),
        (again("2026-11-23", "perhaps", ""), "Say whether they have done it"),
    ] {
        let told = story.house.post(&story.priya, &changed, &form).await;
        assert!(told.status == StatusCode::UNPROCESSABLE_ENTITY && told.says(why), "{why}: {}", told.page);
    }
    let later = again("2026-11-23", "not yet", "2026-12-24");
    assert_eq!(story.house.post(&story.priya, &changed, &later).await.status, StatusCode::SEE_OTHER);
    assert!(!story.get("/office").await.says("Ask what became of it."), "not before its new day is near");
    story.later(date(2026, 12, 24)).await;
    assert!(story.get("/office").await.says("promised for Thu 24 December, today"));
    let over = again("2026-12-24", "not done", "");
    assert_eq!(story.house.post(&story.priya, &changed, &over).await.status, StatusCode::SEE_OTHER);
    assert!(story.get("/office/promises").await.says("No promise is open."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_on_any_page_opens_exactly_so_many_notes() {
    let story = Story::begun().await;
    story.house.noted(&story.visit, &story.team[0], crate::office::testing::PACK, in_confidence("Do not tell.")).await;
    story.house.said(&story.visit, &story.team[1], "The garden is lovely.", false).await;
    story.house.photographed(&story.visit, &story.team[0], "a cup").await;
    let mut walked = 0;
    for from in [
        "/office".to_owned(),
        format!("/office/visits/{}", story.visit),
        format!("/office/visits/{}/findings", story.visit),
        story.own.clone(),
        format!("/office/notes/{}", story.said),
        format!("/office/reading?visit={}", story.visit),
        format!("/office/reading?visit={}&what=said", story.visit),
        "/office/outreach".to_owned(),
    ] {
        for (n, href) in numbers(&story.get(&from).await) {
            let opened = story.get(&href).await;
            assert_eq!(notes_on(&opened), n, "{from} says {n}, {href} shows others");
            walked += 1;
        }
    }
    assert!(walked >= 12, "only {walked} numbers were found");
    let all = story.get(&format!("/office/reading?visit={}", story.visit)).await;
    assert_eq!(notes_on(&all), 4, "what was said in confidence is read there, and in no number");
    assert!(all.says("3 notes"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn grace_who_was_not_there_finds_no_note_of_it_and_ruth_no_note_at_all() {
    let story = Story::begun().await;
    let ask = story.promised().await;
    let hidden = story
        .house
        .noted(&story.visit, &story.team[0], crate::office::testing::PACK, in_confidence("Do not tell."))
        .await;
    let grace = story.house.representative("Grace Lindqvist", &story.priya.person).await;
    let finding = story.house.org.findings(&story.visit).await.unwrap()[0].id.clone();
    let note = format!("/office/notes/{}", story.said);
    let asked = format!("/office/recommendations/{ask}");
    let status = async |seat: &Seat, path: &str| story.house.get(seat, path).await.status;
    for (seat, path, expected) in [
        (&grace, note.as_str(), StatusCode::NOT_FOUND),
        (&grace, asked.as_str(), StatusCode::NOT_FOUND),
        (&grace, &format!("/office/reading?rests={finding}"), StatusCode::NOT_FOUND),
        (&story.team[0], note.as_str(), StatusCode::OK),
        (&story.team[0], asked.as_str(), StatusCode::OK),
        (&story.ruth, note.as_str(), StatusCode::FORBIDDEN),
        (&story.ruth, asked.as_str(), StatusCode::OK),
    ] {
        assert_eq!(status(seat, path).await, expected, "{path}");
    }
    let page = story.house.get(&story.ruth, &asked).await;
    assert!(
        page.says("Tea comes cold.") && !page.says("The tea is cold by four."),
        "Ruth reads our words: {}",
        page.page
    );
    assert!(!page.says("Write down what changed"));
    assert!(story.house.get(&story.ruth, "/office/promises").await.says("A new urn."));
    let kept = story.get(&format!("/office/notes/{hidden}")).await;
    assert!(kept.says("It stops here, words and all.") && !kept.says("Do not tell."), "{}", kept.page);
}
