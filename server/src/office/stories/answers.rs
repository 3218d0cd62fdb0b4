//! The page of a recipient: one link, what is asked of them and nothing else; what is kept, sent, passed on, disowned.

use super::lines::hidden;
use super::reports::Story;
use crate::office::testing::{Seat, Told, ask};
use axum::http::StatusCode;

impl Story {
    /// The report with the provider, for facts only.
    async fn shown(&self) {
        self.read().await;
        let digest = hidden(&self.page().await, "digest");
        self.takes("checked", &[("on", "2026-09-02"), ("digest", &digest)]).await;
        self.takes("facts", &[("on", "2026-09-03"), ("until", "2026-11-20")]).await;
    }

    /// What is asked, of whom: tea and biscuits of the provider, rotas of the council.
    pub(super) async fn asks(&self) -> String {
        let council = [("name", "Sutton Council"), ("kind", "commissioner")];
        self.house.post(&self.priya, "/office/bodies/new", &council).await;
        let bodies = self.house.org.bodies().await.unwrap();
        let council = bodies.iter().find(|b| b.name == "Sutton Council").unwrap().id.clone();
        let finding = self.house.org.findings(&self.visit).await.unwrap()[0].id.clone();
        let path = format!("/office/visits/{}/recommendations", self.visit);
        for (body, words) in [
            (&self.provider, "Bring the tea hot."),
            (&council, "Ask for the rotas."),
            (&self.provider, "Offer biscuits."),
        ] {
            let form = [("body", body.as_str()), ("words", words), ("finding", &finding)];
            assert_eq!(self.house.post(&self.priya, &path, &form).await.status, StatusCode::SEE_OTHER);
        }
        council
    }

    /// The report sent to the provider and the council.
    pub(super) async fn sent(&self) -> String {
        let council = self.asks().await;
        self.signed().await;
        let to = [("on", "2026-11-02"), ("to", self.provider.as_str()), ("to", council.as_str())];
        self.takes("sent", &to).await;
        council
    }

    /// The address that Priya is shown, once.
    pub(super) async fn link(&self, body: &str) -> String {
        let told = self.step("link", &[("body", body)]).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.page);
        let (_, rest) = told.page.split_once("id=\"link\">").expect("the address");
        let address = rest.split_once('<').unwrap().0.replace("&#x2f;", "/");
        address.split_once("/a?k=").expect("an address").1.to_owned()
    }

    pub(super) async fn manager(&self) -> Seat {
        self.house.opens(&self.link(&self.provider).await).await
    }

    async fn answer(&self, seat: &Seat, path: &str, form: &[(&str, &str)]) -> Told {
        self.house.post(seat, &format!("/answer/{path}"), form).await
    }

    async fn answers(&self, seat: &Seat, path: &str, form: &[(&str, &str)]) {
        let told = self.answer(seat, path, form).await;
        assert_eq!(told.status, StatusCode::SEE_OTHER, "{path}: {}", told.page);
    }
}

const WHO: [(&str, &str); 2] = [("name", "D. Whitlock"), ("role", "manager")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_manager_answers_one_of_two_leaves_and_comes_back() {
    let story = Story::begun().await;
    story.sent().await;
    let secret = story.link(&story.provider).await;
    assert!(story.page().await.says("nobody has opened it"));
    let manager = story.house.opens(&secret).await;
    assert!(story.page().await.says("They opened it on Mon 9 November"));
    let page = story.house.get(&manager, "/answer").await;
    assert!(page.says("Bring the tea hot.") && page.says("Because: Tea comes cold."), "{}", page.page);
    assert!(page.says("Nothing is kept or sent yet"));
    let typed = [("will_1", "yes"), ("what_1", "A new urn."), ("by_1", "2027-01-31"), ("what_3", "We must ask.")];
    story.answers(&manager, "keep", &typed).await;
    assert!(story.page().await.says("They began to write on Mon 9 November"));

    let again = story.house.opens(&secret).await;
    let page = story.house.get(&again, "/answer").await;
    assert!(
        page.says("A new urn.") && page.says("We must ask.") && page.says("Kept Monday 9 November 2026"),
        "{}",
        page.page
    );
    let told = story.answer(&again, "keep", &[&typed[..], &[("do", "read")]].concat()).await;
    assert!(told.says("Choose whether you will follow recommendation 3."), "{}", told.page);
    assert!(told.says("We must ask."), "what was typed is lost: {}", told.page);
    story.answers(&again, "keep", &[&typed[..3], &[("do", "read")]].concat()).await;
    let page = story.house.get(&again, "/answer/read").await;
    assert!(page.says("A new urn.") && page.says("Recommendation 3 is not answered yet"), "{}", page.page);
    let told = story.answer(&again, "send", &[]).await;
    assert!(told.says("Write your name"), "{}", told.page);
    assert!(story.page().await.says("An answer is due"), "nothing was sent");
    story.answers(&again, "send", &WHO).await;
    let page = story.house.get(&again, "/answer").await;
    assert!(
        page.says("What was sent") && page.says("D. Whitlock, manager") && page.says("A new urn."),
        "{}",
        page.page
    );
    assert!(story.page().await.says("through D. Whitlock, manager"));
    assert!(story.house.get(&story.priya, "/office").await.says("They began to write"), "one is not answered");

    let second = [("will_3", "no"), ("what_3", "The doctor says no."), ("do", "read")];
    story.answers(&again, "keep", &second).await;
    story.answers(&again, "send", &WHO).await;
    let page = story.house.get(&again, "/answer").await;
    assert!(page.says("All of it is answered."), "{}", page.page);
    story.answers(&again, "send", &WHO).await;
    let report = story.page().await;
    assert!(report.says("They sent everything on Mon 9 November"), "{}", report.page);
    assert_eq!(
        report.page.matches("through D. Whitlock").count(),
        2,
        "sent a third time, nothing came: {}",
        report.page
    );
    let print = story.house.get(&story.priya, &format!("{}/preview", story.own)).await;
    assert!(print.says("A new urn.") && print.says("The doctor says no."), "{}", print.page);
    assert!(!print.says("Whitlock"), "a name is the office's, not print's");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_shows_nothing_that_is_not_asked_of_them() {
    let story = Story::begun().await;
    let council = story.sent().await;
    let manager = story.manager().await;
    let commissioner = story.house.opens(&story.link(&council).await).await;
    let page = story.house.get(&manager, "/answer").await;
    assert!(!page.says("Ask for the rotas.") && !page.page.contains("\"/office"), "{}", page.page);
    let theirs = story.house.get(&commissioner, "/answer").await;
    assert!(theirs.says("Ask for the rotas.") && !theirs.says("Bring the tea hot."), "{}", theirs.page);
    for path in ["/office", &story.own, &format!("{}/preview", story.own), "/office/reading", "/office/people"] {
        let told = story.house.get(&manager, path).await;
        assert!(told.to.starts_with("/sign-in"), "{path}: {} {}", told.status, told.page);
    }
    let other = [("will_2", "yes"), ("what_2", "Not ours to say."), ("do", "read")];
    let told = story.answer(&manager, "keep", &other).await;
    assert!(told.says("Nothing is answered yet."), "{}", told.page);
    story.answers(&manager, "send", &WHO).await;
    assert!(!story.page().await.says("Not ours to say."));
    let wrong = story.house.post(&Seat { csrf: "x".into(), ..story.manager().await }, "/answer/keep", &other).await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN, "a form of another page");

    let secret = story.link(&story.provider).await;
    let kept = story.house.org.links_of(story.own.rsplit('/').next().unwrap()).await.unwrap();
    assert!(!format!("{kept:?}").contains(&secret), "the secret itself is nowhere");
    story.takes("link/end", &[("body", &story.provider)]).await;
    assert_eq!(story.house.get(&manager, "/answer").await.status, StatusCode::FORBIDDEN);
    for secret in [secret.as_str(), "", "nobody's"] {
        let door = ask(&story.house.office, "GET", &format!("/a?k={secret}"), "", String::new()).await;
        assert_eq!(door.status(), StatusCode::GONE);
    }
    assert_eq!(story.house.get(&commissioner, "/answer").await.status, StatusCode::OK, "another's link stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn facts_come_before_answers_and_who_has_nothing_to_say_ends_the_window() {
    let story = Story::begun().await;
    let early = story.step("link", &[("body", &story.provider)]).await;
    assert!(early.says("Nothing is asked of Beechway Care Ltd just now"), "{}", early.page);
    story.shown().await;
    let council = story.asks_nothing_yet().await;
    assert_eq!(story.step("link", &[("body", &council)]).await.status, StatusCode::CONFLICT);
    let manager = story.manager().await;
    let page = story.house.get(&manager, "/answer").await;
    assert!(page.says("Finding 1: Tea comes cold.") && page.says("Until Friday 20 November 2026"), "{}", page.page);
    let draft = story.house.get(&manager, "/answer/report").await;
    assert!(draft.says("Draft, for the provider to check facts"), "{}", draft.page);
    for path in ["keep", "send", "disown"] {
        let told = story.answer(&manager, path, &[WHO[0], WHO[1], ("acknowledgement", "x"), ("why", "x")]).await;
        assert_eq!(told.status, StatusCode::NOT_FOUND, "{path}: this link asks for facts alone");
    }
    assert_eq!(story.house.get(&manager, "/answer/read").await.status, StatusCode::NOT_FOUND);
    let finding = story.house.org.findings(&story.visit).await.unwrap()[0].id.clone();
    let field = format!("wrong_{finding}");
    let wrong = [(field.as_str(), "It was lukewarm at 15:00."), ("do", "later")];
    story.answers(&manager, "facts", &wrong).await;
    assert!(story.house.get(&manager, "/answer").await.says("It was lukewarm at 15:00."), "kept, not sent");
    assert!(!story.page().await.says("It was lukewarm at 15:00."));
    let both = [wrong[0], WHO[0], WHO[1], ("do", "agree")];
    assert!(story.answer(&manager, "facts", &both).await.says("Take out one of the two"));
    story.answers(&manager, "facts", &[wrong[0], WHO[0], WHO[1], ("do", "send")]).await;
    let report = story.page().await;
    assert!(report.says("It was lukewarm at 15:00.") && report.says("(D. Whitlock, manager)"), "{}", report.page);
    assert!(report.says("Nobody has decided yet what becomes of it"));
    story.answers(&manager, "facts", &[WHO[0], WHO[1], ("do", "agree")]).await;
    assert!(story.page().await.says("agreed 9 November"));
    let fact = [
        ("on", "2026-11-09"),
        ("by", "Beechway Care Ltd"),
        ("says", "It was lukewarm at 15:00."),
        ("outcome", "kept"),
        ("decided", "not accepted"),
    ];
    story.takes("fact", &fact).await;
    let page = story.house.get(&manager, "/answer").await;
    assert!(page.says("What became of it: Not accepted, because: kept"), "{}", page.page);

    let digest = hidden(&story.page().await, "digest");
    let (by, under) = (story.ruth.person.as_str(), "steering meeting");
    let form = [("on", "2026-11-09"), ("by", by), ("under", under), ("digest", digest.as_str()), ("declares", "yes")];
    story.takes("sign-off", &form).await;
    let page = story.house.get(&manager, "/answer").await;
    assert!(page.says("The report is signed.") && !page.says("Send what is wrong"), "{}", page.page);
    assert_eq!(story.house.get(&manager, "/answer/report").await.status, StatusCode::NOT_FOUND);
}

impl Story {
    async fn asks_nothing_yet(&self) -> String {
        let council = [("name", "Sutton Council"), ("kind", "commissioner")];
        self.house.post(&self.priya, "/office/bodies/new", &council).await;
        let bodies = self.house.org.bodies().await.unwrap();
        bodies.iter().find(|b| b.kind == "commissioner").unwrap().id.clone()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_in_the_wrong_name_is_disowned_and_both_are_kept() {
    let story = Story::begun().await;
    story.sent().await;
    let stranger = story.manager().await;
    let typed =
        [("will_1", "no"), ("what_1", "We will not."), ("will_3", "no"), ("what_3", "Nor that."), ("do", "read")];
    story.answers(&stranger, "keep", &typed).await;
    story.answers(&stranger, "send", &[("name", "X. Ample"), ("role", "agency nurse")]).await;
    assert!(story.page().await.says("They sent everything"));

    let manager = story.manager().await;
    story.answers(&manager, "keep", &[("will_1", "yes"), ("what_1", "A new urn.")]).await;
    let told = story.answer(&manager, "disown", &[("reply", "1"), ("why", "")]).await;
    assert!(told.says("Say why it is not yours."), "{}", told.page);
    assert!(told.says("A new urn."), "what is kept looks lost: {}", told.page);
    let why = [("reply", "1"), ("why", "She left in May."), WHO[0], WHO[1]];
    story.answers(&manager, "disown", &why).await;
    let report = story.page().await;
    assert!(
        report.says("Disowned on") && report.says("She left in May.") && report.says("X. Ample, agency nurse"),
        "{}",
        report.page
    );
    let desk = story.house.get(&story.priya, "/office").await;
    assert!(desk.says("Beechway Care Ltd"), "the answer is due again: {}", desk.page);
    let print = story.house.get(&story.priya, &format!("{}/preview", story.own)).await;
    assert!(!print.says("We will not.") && !print.says("Nor that."), "{}", print.page);
    let ours = [("will_1", "yes"), ("what_1", "A new urn."), ("do", "read")];
    story.answers(&manager, "keep", &ours).await;
    story.answers(&manager, "send", &WHO).await;
    let report = story.page().await;
    assert!(report.says("through D. Whitlock, manager") && report.says("X. Ample, agency nurse"), "{}", report.page);

    let by_ruth = story.house.post(&story.ruth, &format!("{}/disowned", story.own), &[("on", "2026-11-09")]).await;
    assert_eq!(by_ruth.status, StatusCode::FORBIDDEN);
    let form = [("on", "2026-11-09"), ("by", "Beechway Care Ltd"), ("reply", "2"), ("why", "They rang.")];
    story.takes("disowned", &form).await;
    assert_eq!(story.page().await.page.matches("It is kept, and answers nothing.").count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_that_is_passed_on_shows_that_part_alone() {
    let story = Story::begun().await;
    story.sent().await;
    let manager = story.manager().await;
    story.answers(&manager, "keep", &[("will_1", "yes"), ("what_1", "A new urn.")]).await;
    let told = story.answer(&manager, "pass", &[("told", ""), ("what_1", ""), ("what_3", "Ask the cook.")]).await;
    assert!(told.says("Write to whom you pass it.") && told.says("Tick what they are to answer."), "{}", told.page);
    assert!(told.says("Ask the cook."), "what was typed looks lost: {}", told.page);
    let page = story.house.get(&manager, "/answer").await;
    assert!(page.says("A new urn.") && page.says("Ask the cook."), "what was typed is lost: {}", page.page);
    let told = story.answer(&manager, "pass", &[("told", "Mrs Osei, cook")]).await;
    assert!(told.says("A new urn.") && told.says("Ask the cook."), "what is kept looks lost: {}", told.page);
    let told = story.answer(&manager, "pass", &[("told", "Mrs Osei, cook"), ("part", "3"), ("part", "2")]).await;
    assert!(told.says("recommendation 3 and nothing else"), "{}", told.page);
    let (_, rest) =
        told.page.replace("&#x2f;", "/").split_once("/a?k=").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let cook = story.house.opens(rest.split_once('<').unwrap().0).await;
    let page = story.house.get(&cook, "/answer").await;
    assert!(page.says("Offer biscuits.") && page.says("For Mrs Osei, cook"), "{}", page.page);
    assert!(
        !page.says("Bring the tea hot.") && !page.says("whole report") && !page.says("Somebody else answers"),
        "{}",
        page.page
    );
    assert_eq!(story.house.get(&cook, "/answer/report").await.status, StatusCode::NOT_FOUND);
    assert_eq!(story.answer(&cook, "pass", &[("told", "x"), ("part", "3")]).await.status, StatusCode::NOT_FOUND);
    assert!(story.house.get(&manager, "/answer").await.says("Passed on to Mrs Osei, cook: opened Monday 9 November"));
    story.answers(&cook, "keep", &[("will_3", "yes"), ("what_3", "Every day."), ("do", "read")]).await;
    story.answers(&cook, "send", &[("name", "B. Osei"), ("role", "cook")]).await;
    let page = story.house.get(&manager, "/answer").await;
    assert!(page.says("answered Monday 9 November") && page.says("B. Osei, cook"), "{}", page.page);
    assert!(story.page().await.says("Part of it was passed on."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_is_what_was_read_through() {
    let story = Story::begun().await;
    story.sent().await;
    let manager = story.manager().await;
    let typed = [("will_1", "yes"), ("what_1", "A new urn.")];
    story.answers(&manager, "keep", &typed).await;
    let read = hidden(&story.house.get(&manager, "/answer/read").await, "seen");
    let colleague = story.manager().await;
    story.answers(&colleague, "keep", &[("will_1", "no"), ("what_1", "There is no money.")]).await;
    let told = story.answer(&manager, "send", &[WHO[0], WHO[1], ("seen", &read)]).await;
    assert!(told.says("read it again, then send it") && told.says("There is no money."), "{}", told.page);
    assert!(!story.page().await.says("through D. Whitlock"), "nothing was sent");
    let now = hidden(&told, "seen");
    story.answers(&manager, "send", &[WHO[0], WHO[1], ("seen", &now)]).await;
    assert!(story.page().await.says("There is no money."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_words_beside_two_findings_stand_beside_both() {
    let story = Story::begun().await;
    let evidence = story.said.to_string();
    let form = [("theme", "food"), ("words", "Biscuits are few."), ("evidence", evidence.as_str())];
    story.house.post(&story.priya, &format!("/office/visits/{}/findings", story.visit), &form).await;
    story.shown().await;
    let manager = story.manager().await;
    let findings = story.house.org.findings(&story.visit).await.unwrap();
    let fields: Vec<String> = findings.iter().map(|f| format!("wrong_{}", f.id)).collect();
    let wrong: Vec<(&str, &str)> = fields.iter().map(|field| (field.as_str(), "It was a Sunday.")).collect();
    assert_eq!(wrong.len(), 2);
    story.answers(&manager, "facts", &[&wrong[..], &WHO[..], &[("do", "send")]].concat()).await;
    let print = story.house.get(&story.priya, &format!("{}/preview", story.own)).await;
    assert_eq!(print.page.matches("It was a Sunday.").count(), 2, "{}", print.page);
}
