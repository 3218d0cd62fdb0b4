//! What a report's pages say between its first draft and its sending, when something changes underneath.

use super::lines::hidden;
use crate::office::testing::{House, NOW, PACK, Seat, Told};
use crate::sync::office_write;
use axum::http::StatusCode;
use domain::ids::{EntryId, NotebookId};
use domain::notebook::{Spot, Value};

const TEA: &str = "The tea is cold by four.";

/// A report on a visit of Asha and Tom, with one finding that rests on what a resident said.
pub(super) struct Story {
    pub(super) house: House,
    pub(super) priya: Seat,
    pub(super) ruth: Seat,
    pub(super) team: [Seat; 2],
    pub(super) visit: String,
    pub(super) provider: String,
    pub(super) said: EntryId,
    pub(super) own: String,
}

impl Story {
    pub(super) async fn begun() -> Story {
        let house = House::open().await;
        let priya = house.seat("Priya Nair", "host officer").await;
        let ruth = house.member("Ruth Levy", &priya.person).await;
        let (place, provider) = house.hazel_court().await;
        let asha = house.representative("Asha Patel", &priya.person).await;
        let tom = house.representative("Tom Okafor", &priya.person).await;
        let visit = house.planned(&priya, &place, "2026-11-09", &[&asha, &tom]).await;
        let said = house.said(&visit, &asha, TEA, false).await;
        let evidence = said.to_string();
        let form = [("theme", "food"), ("words", "Tea comes cold."), ("evidence", evidence.as_str())];
        house.post(&priya, &format!("/office/visits/{visit}/findings"), &form).await;
        let own = house.post(&priya, &format!("/office/visits/{visit}/report"), &[]).await.to;
        Story { house, priya, ruth, team: [asha, tom], visit, provider, said, own }
    }

    pub(super) async fn page(&self) -> Told {
        self.house.get(&self.priya, &self.own).await
    }

    pub(super) async fn step(&self, name: &str, form: &[(&str, &str)]) -> Told {
        self.house.post(&self.priya, &format!("{}/{name}", self.own), form).await
    }

    pub(super) async fn takes(&self, name: &str, form: &[(&str, &str)]) {
        let told = self.step(name, form).await;
        assert_eq!(told.status, StatusCode::SEE_OTHER, "{name}: {}", told.page);
    }

    /// Somebody says of each quote that is asked about how many people in that building could have said it.
    pub(super) async fn weighs(&self, people: &str) {
        let page = self.page().await.page;
        for form in page.split("/could\"").skip(1) {
            let (_, rest) = form.split_once("name=\"entry\" value=\"").expect("the entry");
            let entry = rest.split_once('"').unwrap().0;
            self.takes("could", &[("entry", entry), ("people", people)]).await;
        }
    }

    pub(super) async fn read(&self) {
        self.weighs("12").await;
        let answers = [&self.team[0], &self.team[1]].map(|seat| format!("answer_{}", seat.person));
        let form = [("on", "2026-09-01"), (answers[0].as_str(), "agreed"), (answers[1].as_str(), "agreed")];
        self.takes("read", &form).await;
    }

    pub(super) async fn signed(&self) {
        self.read().await;
        let digest = hidden(&self.page().await, "digest");
        self.takes("checked", &[("on", "2026-09-02"), ("digest", &digest)]).await;
        self.takes("facts", &[("on", "2026-09-03"), ("until", "2026-09-17")]).await;
        let digest = hidden(&self.page().await, "digest");
        let (by, under) = (self.ruth.person.as_str(), "steering meeting of 18 September");
        let form =
            [("on", "2026-09-18"), ("by", by), ("under", under), ("digest", digest.as_str()), ("declares", "yes")];
        self.takes("sign-off", &form).await;
    }

    /// A field of the resident's words as Asha changes it.
    async fn changes(&self, field: &str, to: &str) {
        let (spot, value) = (Spot::Entry(self.said, field.into()), Value::Text(to.into()));
        let (book, by): (NotebookId, _) = (self.visit.parse().unwrap(), self.team[0].person.parse().unwrap());
        office_write(&self.house.org, book, by, NOW, PACK, move |book, stamp| {
            let heads = book.heads();
            book.state(stamp, &spot, &value, &heads)
        })
        .await
        .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_has_checked_words_that_did_not_lie_before_them() {
    let story = Story::begun().await;
    story.read().await;
    let before = hidden(&story.page().await, "digest");
    story.changes("words", "The tea is cold by three.").await;
    for digest in [before.as_str(), ""] {
        let told = story.step("checked", &[("on", "2026-09-02"), ("digest", digest)]).await;
        assert!(told.says("are not those that stand there now"), "{}", told.page);
    }
    let now = hidden(&story.page().await, "digest");
    let told = story.step("checked", &[("on", "2026-09-02"), ("digest", &now)]).await;
    assert!(told.says("Who in this building could have said this?"), "other words ask again: {}", told.page);
    story.weighs("12").await;
    story.takes("checked", &[("on", "2026-09-02"), ("digest", &now)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_yes_that_was_taken_back_after_the_sending_is_on_no_page_of_the_report() {
    let story = Story::begun().await;
    story.signed().await;
    story.takes("sent", &[("on", "2026-09-21"), ("to", &story.provider)]).await;
    assert!(story.page().await.says(TEA));
    story.changes("consent", "in confidence").await;
    let page = story.page().await;
    assert!(!page.says(TEA), "{}", page.page);
    assert!(page.says("held back: they no longer agree to be quoted"), "{}", page.page);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_desk_and_the_list_know_that_a_signature_has_fallen() {
    let story = Story::begun().await;
    story.signed().await;
    assert!(story.house.get(&story.priya, "/office").await.says("To send it: it is signed off."));
    story.changes("words", "The tea is cold by three.").await;
    let desk = story.house.get(&story.priya, "/office").await;
    assert!(!desk.says("it is signed off") && desk.says("To sign it off."), "{}", desk.page);
    let list = story.house.get(&story.priya, "/office/reports").await;
    assert!(list.says("next: signed off") && !list.says("next: sent"), "{}", list.page);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_joins_the_team_later_can_answer_and_nobody_waits_for_who_left() {
    let story = Story::begun().await;
    let grace = story.house.representative("Grace Lindqvist", &story.priya.person).await;
    let asha = format!("answer_{}", story.team[0].person);
    story.takes("read", &[("on", "2026-11-09"), (&asha, "agreed")]).await;
    let form = [("person", grace.person.as_str()), ("leave", story.team[1].person.as_str())];
    let told = story.house.post(&story.priya, &format!("/office/visits/{}/team", story.visit), &form).await;
    assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.page);

    let desk = story.house.get(&story.priya, "/office").await;
    assert!(
        desk.says("Grace Lindqvist") && desk.says("To say whether the draft is") && !desk.says("Tom Okafor"),
        "{}",
        desk.page
    );
    story.takes("read", &[("on", "2026-11-09"), (&format!("answer_{}", grace.person), "agreed")]).await;
    let page = story.page().await;
    assert!(page.says("2 of 2 agreed"), "what Asha said stays: {}", page.page);
    assert!(story.house.get(&story.priya, "/office").await.says("To check it for consent"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_never_says_that_nobody_was_asked_who_spoke_in_confidence() {
    let story = Story::begun().await;
    story.changes("consent", "in confidence").await;
    let page = story.page().await;
    assert!(page.says("No views are counted in this report"), "{}", page.page);
    assert!(!page.says("Nobody was asked"), "{}", page.page);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signature_that_fell_with_a_change_to_the_visit_is_not_blamed_on_what_came_in() {
    let story = Story::begun().await;
    story.signed().await;
    let grace = story.house.representative("Grace Lindqvist", &story.priya.person).await;
    let team = format!("/office/visits/{}/team", story.visit);
    story.house.post(&story.priya, &team, &[("person", &grace.person)]).await;
    let page = story.page().await;
    assert!(page.says("words changed (what came in since, or a change to the visit)"), "{}", page.page);
}
