//! What is asked beside the very words before a report goes: one report for each fault.

use super::reports::Story;
use crate::office::testing::{PACK, Told};
use axum::http::StatusCode;
use domain::entry::{Consent, Entry, How, Interpreter, Observation, View};

/// A remark with this answer, and nothing else said of it.
pub(super) fn view(words: &str, speaker: &str, consent: Consent) -> View {
    View {
        words: words.into(),
        speaker: speaker.into(),
        consent,
        tone: None,
        theme: None,
        area: None,
        service: None,
        language: None,
        interpreter: None,
        others_could_hear: false,
        released: false,
        by_themselves: false,
    }
}

impl Story {
    async fn says(&self, view: View) -> String {
        self.house.noted(&self.visit, &self.team[0], PACK, Entry::View(view)).await.to_string()
    }

    async fn rests_on(&self, entry: &str) {
        let finding = self.house.org.findings(&self.visit).await.unwrap()[0].id.clone();
        let told =
            self.house.post(&self.priya, &format!("/office/findings/{finding}/evidence"), &[("evidence", entry)]).await;
        assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.page);
    }

    async fn found(&self, words: &str) {
        let finding = self.house.org.findings(&self.visit).await.unwrap()[0].id.clone();
        let said = self.said.to_string();
        let form = [("theme", "food"), ("words", words), ("evidence", said.as_str())];
        let told = self.house.post(&self.priya, &format!("/office/findings/{finding}"), &form).await;
        assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.page);
    }

    async fn print(&self) -> Told {
        self.house.get(&self.priya, &format!("{}/preview", self.own)).await
    }
}

const WHO: &str = "Who in this building could have said this?";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn priya_says_who_could_have_said_it_and_a_fourth_speaker_asks_again() {
    let story = Story::begun().await;
    let carer = story.says(view("We are two at night.", "staff", Consent::Quote)).await;
    story.says(view("We run.", "staff", Consent::NotMyWords)).await;
    story.says(view("Nobody sits down.", "staff", Consent::NotMyWords)).await;
    story.rests_on(&carer).await;
    assert!(story.page().await.says(WHO));
    let nothing = story.step("could", &[("entry", &carer), ("people", "some")]).await;
    assert!(nothing.says("Write a number") && nothing.says("value=\"some\""), "{}", nothing.page);
    story.weighs("9").await;
    assert!(!story.page().await.says(WHO) && story.page().await.says("9 people could have said this."));
    story.says(view("There were four of us once.", "staff", Consent::NotMyWords)).await;
    let page = story.page().await;
    assert!(page.says(WHO) && page.says("4 remarks of staff and managers came to us"), "{}", page.page);
    assert!(story.print().await.says("We are two at night."));
    story.takes("could", &[("entry", &carer), ("people", "2")]).await;
    assert!(!story.print().await.says("We are two at night."), "so few could have said it");
    let page = story.page().await;
    assert!(page.says("Quotes that stay out") && page.says("So few people could have said it"), "{}", page.page);
    let stranger = story.step("could", &[("entry", "0191"), ("people", "9")]).await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_is_not_checked_while_a_quote_a_name_or_somebodys_own_words_stand_against_it() {
    let story = Story::begun().await;
    let words = "I have waited for an hour every single night";
    story.says(view(words, "relative", Consent::InConfidence)).await;
    let answers = [&story.team[0], &story.team[1]].map(|seat| format!("answer_{}", seat.person));
    let form = [("on", "2026-09-01"), (answers[0].as_str(), "agreed"), (answers[1].as_str(), "agreed")];
    story.takes("read", &form).await;
    let check = async |story: &Story| {
        let digest = super::lines::hidden(&story.page().await, "digest");
        story.step("checked", &[("on", "2026-09-02"), ("digest", &digest)]).await
    };
    assert!(check(&story).await.says(WHO));
    story.weighs("12").await;

    story.found("They have waited for an hour every single night, says a daughter.").await;
    let told = check(&story).await;
    assert!(told.says("are somebody's own words") || told.says("are somebody’s own words"), "{}", told.page);
    assert!(told.says("“… have waited for an hour …”"), "{}", told.page);

    story.found("Mrs Whitlock brings the tea cold.").await;
    assert!(story.page().await.says("“Mrs Whitlock” looks like somebody’s name."));
    let before = super::lines::hidden(&story.page().await, "list");
    story.takes("names", &[("names", "Whitlock\n\nOkoye")]).await;
    let late = story.step("names", &[("names", "Lee"), ("list", &before)]).await;
    assert!(
        late.status == StatusCode::UNPROCESSABLE_ENTITY && late.says("It now holds: Okoye and Whitlock"),
        "{}",
        late.page
    );
    let told = check(&story).await;
    assert!(told.says("“Whitlock” stands here, and did not agree to be named."), "{}", told.page);
    story.found("The cook brings the tea cold.").await;
    assert_eq!(check(&story).await.status, StatusCode::SEE_OTHER);
    let lines = story.house.org.audit_after(0, 100_000).await.unwrap();
    assert!(lines.iter().all(|line| !line.subject.contains("Whitlock") && !line.what.contains("Whitlock")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_margin_says_why_a_remark_is_not_quoted() {
    let story = Story::begun().await;
    let not_mine = story.says(view("She waits.", "relative", Consent::NotMyWords)).await;
    let overheard = View { others_could_hear: true, ..view("They shout.", "resident", Consent::Quote) };
    let overheard = story.says(overheard).await;
    let interpreted =
        View { interpreter: Some(Interpreter::Staff), ..view("All is well.", "resident", Consent::Quote) };
    let interpreted = story.says(interpreted).await;
    for entry in [&not_mine, &overheard, &interpreted] {
        story.rests_on(entry).await;
    }
    let page = story.page().await;
    for why in [
        "They let us use it, and not their words.",
        "Others could hear it: it waits for an officer’s yes.",
        "Staff of the place interpreted: it is never quoted.",
    ] {
        assert!(page.says(why), "{why}: {}", page.page);
    }
    assert!(page.says("3 not quoted, and why") && page.says(&format!("#n-{overheard}")), "{}", page.page);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_member_of_staff_is_never_a_kind_of_their_own() {
    let story = Story::begun().await;
    story.says(view("We are kind here.", "resident", Consent::NotMyWords)).await;
    let carer = story.says(view("We are two at night.", "staff", Consent::Quote)).await;
    story.rests_on(&carer).await;
    story.weighs("12").await;
    let print = story.print().await;
    assert!(print.says("We are two at night.") && !print.says("Staff and managers"), "{}", print.page);
    assert!(print.says("People who live, work or visit there"), "{}", print.page);
    story.says(view("So we are.", "staff", Consent::NotMyWords)).await;
    assert!(story.print().await.says("Staff and managers"), "two of a kind are nobody");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_finding_says_how_strong_it_is_and_a_recommendation_by_when_it_is_asked_for() {
    let story = Story::begun().await;
    let seen = |words: &str, area: &str| {
        Entry::Observation(Observation {
            words: words.into(),
            how: vec![How::Seen],
            area: Some(area.into()),
            ..Observation::default()
        })
    };
    let (asha, tom) = (&story.team[0], &story.team[1]);
    for (by, area) in [(asha, "Lounge"), (tom, "lounge"), (tom, "Kitchen")] {
        let entry = story.house.noted(&story.visit, by, PACK, seen("A cold cup.", area)).await;
        story.rests_on(&entry.to_string()).await;
    }
    let print = story.print().await;
    assert!(
        print.says("3 seen or heard, 1 remark of residents and relatives. Noted by 2 of us, in 2 places."),
        "{}",
        print.page
    );
    assert!(print.says("Areas seen") && print.says("Kitchen and Lounge"));

    let finding = story.house.org.findings(&story.visit).await.unwrap()[0].id.clone();
    let path = format!("/office/visits/{}/recommendations", story.visit);
    let form = [("body", story.provider.as_str()), ("words", "Bring it hot."), ("finding", &finding)];
    let wrong = story.house.post(&story.priya, &path, &[&form[..], &[("asked_by", "soon")]].concat()).await;
    assert!(wrong.says("“soon” is not a day."), "{}", wrong.page);
    story.house.post(&story.priya, &path, &[&form[..], &[("asked_by", "2027-01-31")]].concat()).await;
    assert!(story.house.get(&story.priya, &path).await.says("We ask for it by Sunday 31 January 2027."));
    assert!(story.print().await.says("We ask for it by Sunday 31 January 2027."));
    let ask = story.house.org.recommendations(&story.visit).await.unwrap()[0].id.clone();
    let change = [("words", "Bring it hot."), ("asked_by", "")];
    story.house.post(&story.priya, &format!("/office/recommendations/{ask}"), &change).await;
    assert!(!story.print().await.says("We ask for it by"));
}
