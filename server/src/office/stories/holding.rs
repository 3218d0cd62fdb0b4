//! Steps that hold against somebody, on the office's pages: who was silent, which sentence was not meant, what became of a
//! fact, who did not agree and wants it printed, and that an old day stays beside the new one.

use super::lines::hidden;
use super::reports::Story;
use crate::collate::{Sentence, key_of};
use axum::http::StatusCode;

const FOUND: &str = "Tea comes cold.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn toms_silence_is_written_down_after_seven_days_and_not_before() {
    let story = Story::begun().await;
    story.weighs("12").await;
    story.takes("shown", &[("on", "2026-09-01")]).await;
    let page = story.page().await;
    assert!(page.says("by Tuesday 8 September 2026 is written down as silent"), "{}", page.page);
    let asha = format!("answer_{}", story.team[0].person);
    story.takes("read", &[("on", "2026-09-02"), (&asha, "agreed")]).await;
    let digest = hidden(&story.page().await, "digest");
    let early = story.step("checked", &[("on", "2026-09-08"), ("digest", &digest)]).await;
    assert!(early.says("Tom Okafor can say until 2026-09-08 what is not meant"), "{}", early.page);
    assert!(early.says("within a window; whoever says nothing"), "{}", early.page);
    story.takes("checked", &[("on", "2026-09-09"), ("digest", &digest)]).await;
    let page = story.page().await;
    assert!(page.says("Tom Okafor said nothing of the draft by Tuesday 8 September 2026."), "{}", page.page);
    assert!(page.says("1 of 2 agreed, 1 silent"), "{}", page.page);
    let print = story.house.get(&story.priya, &format!("{}/preview", story.own)).await;
    assert!(!print.says("silent"), "what nobody said is nobody's business outside");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asha_sees_her_own_notes_in_the_draft_and_says_at_the_sentence_what_she_meant() {
    let story = Story::begun().await;
    let (asha, tom) = (&story.team[0], &story.team[1]);
    let here = format!("{}/read", story.own);
    let draft = story.house.get(asha, &here).await;
    assert!(draft.says("Your note") && draft.says("The tea is cold by four."), "{}", draft.page);
    assert!(!story.house.get(tom, &here).await.says("Your note"), "Tom noted none of it");

    let mark = format!("mark_{}", Sentence::new(FOUND).key);
    let both = [
        ("on", "2026-09-01"),
        ("for", asha.person.as_str()),
        ("answer", "agreed"),
        (mark.as_str(), "Only after four."),
    ];
    let told = story.house.post(asha, &here, &both).await;
    assert!(
        told.says("Take out one of the two.") && told.says("Only after four."),
        "nothing typed is lost: {}",
        told.page
    );
    let marked = [both[0], both[1], ("answer", "not what I meant"), both[3]];
    assert_eq!(story.house.post(asha, &here, &marked).await.status, StatusCode::SEE_OTHER);
    let print = story.house.get(&story.priya, &format!("{}/preview", story.own)).await;
    assert!(print.says("does not agree with “Tea comes cold.”: Only after four."), "{}", print.page);
    assert!(story.house.get(tom, &here).await.says("Only after four."), "each sees what the others say");
    let unknown = [both[0], ("for", tom.person.as_str()), ("mark_0123456789abcdef", "Which sentence?")];
    let told = story.house.post(tom, &here, &unknown).await;
    assert!(told.says("has changed since you opened this page"), "{}", told.page);

    // At a remark, nothing of its words is written down: whoever said it may ask us to forget it.
    let remark = format!("mark_{}", key_of(Some(&story.said.to_string()), ""));
    let at_it = [("on", "2026-09-01"), ("for", tom.person.as_str()), (remark.as_str(), "It was three.")];
    assert_eq!(story.house.post(tom, &here, &at_it).await.status, StatusCode::SEE_OTHER);
    let print = story.house.get(&story.priya, &format!("{}/preview", story.own)).await;
    assert!(print.says("does not agree with a quote of residents and relatives: It was three."), "{}", print.page);
    let row = story.house.org.report(story.own.rsplit('/').next().unwrap()).await.unwrap().unwrap();
    assert!(row.stage.contains("It was three.") && !row.stage.contains("cold by four"), "{}", row.stage);

    let (answer, settled) =
        (format!("answer_{}", asha.person), format!("settled_{}_{}", asha.person, Sentence::new(FOUND).key));
    let form = [("on", "2026-09-02"), (answer.as_str(), "not what I meant"), (settled.as_str(), "The hour is named.")];
    story.takes("read", &form).await;
    let print = story.house.get(&story.priya, &format!("{}/preview", story.own)).await;
    assert!(!print.says("Only after four."), "what is settled is not printed: {}", print.page);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fact_says_whether_it_was_accepted_and_only_what_was_not_is_printed_beside_ours() {
    let story = Story::begun().await;
    story.read().await;
    let digest = hidden(&story.page().await, "digest");
    story.takes("checked", &[("on", "2026-09-02"), ("digest", &digest)]).await;
    story.takes("facts", &[("on", "2026-09-03"), ("until", "2026-11-20")]).await;
    let manager = story.manager().await;
    let says = [("wrong_else", "The urn is hot at five."), ("name", "D. Whitlock"), ("role", "manager")];
    let sent = story.house.post(&manager, "/answer/facts", &says).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.page);
    let page = story.page().await;
    assert!(page.says("Nobody has decided yet") && page.says("accepted, and the words are changed"), "{}", page.page);
    let fact = [("on", "2026-11-09"), ("by", "Beechway Care Ltd"), ("says", says[0].1)];
    let undecided = story.step("fact", &[&fact[..], &[("outcome", "timed twice")]].concat()).await;
    assert!(undecided.says("Say whether it was accepted."), "{}", undecided.page);
    let no_reason = story.step("fact", &[&fact[..], &[("decided", "not accepted")]].concat()).await;
    assert!(no_reason.says("Write why it was not."), "{}", no_reason.page);
    story.takes("fact", &[&fact[..], &[("decided", "not accepted"), ("outcome", "timed twice")]].concat()).await;
    let preview = format!("{}/preview", story.own);
    assert!(story.house.get(&story.priya, &preview).await.says("The urn is hot at five."));
    story.takes("fact", &[&fact[..], &[("decided", "accepted"), ("outcome", "the hour is named")]].concat()).await;
    assert!(!story.house.get(&story.priya, &preview).await.says("The urn is hot at five."));
    let told = story.house.get(&manager, "/answer").await;
    assert!(told.says("Accepted, and changed: the hour is named"), "{}", told.page);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_did_not_agree_and_wants_it_printed_stands_in_the_report_and_undoes_no_signature() {
    let story = Story::begun().await;
    let omar = story.house.member("Omar Haddad", &story.priya.person).await;
    story.read().await;
    let digest = hidden(&story.page().await, "digest");
    story.takes("checked", &[("on", "2026-09-02"), ("digest", &digest)]).await;
    story.takes("facts", &[("on", "2026-09-03"), ("until", "2026-09-17")]).await;
    let digest = hidden(&story.page().await, "digest");
    let field = |name: &str| format!("{name}_{}", omar.person);
    let [was, against, print] = ["was", "against", "print"].map(field);
    let form = [
        ("on", "2026-09-18"),
        ("by", story.ruth.person.as_str()),
        ("under", "steering meeting of 18 September"),
        ("digest", digest.as_str()),
        ("declares", "yes"),
        (was.as_str(), "present"),
        (against.as_str(), "One visit is too few."),
        (print.as_str(), "yes"),
    ];
    story.takes("sign-off", &form).await;
    let page = story.page().await;
    assert!(page.says("There: Omar Haddad and Ruth Levy.") && page.says("It is printed."), "{}", page.page);
    let how = format!("how_{}", story.provider);
    story.takes("sent", &[("on", "2026-09-21"), ("to", &story.provider), (&how, "by post")]).await;
    let printed = story.house.get(&story.priya, &format!("{}/preview", story.own)).await;
    assert!(printed.says("Not everybody in the steering group agreed"), "{}", printed.page);
    assert!(printed.says("Omar Haddad did not agree to this report: One visit is too few."), "{}", printed.page);
    assert!(story.page().await.says(", by post."), "how it went is written down");

    let received = [("on", "2026-09-23"), ("by", "Beechway Care Ltd"), ("why", "their stamp")];
    story.takes("received", &received).await;
    let page = story.page().await;
    assert!(page.says("it was thought that they had it on Monday 21 September 2026"), "{}", page.page);
    assert!(page.says("Received Wednesday 23 September 2026 (their stamp)"), "{}", page.page);
    let id = story.own.rsplit('/').next().unwrap();
    assert!(story.house.org.signed_document(id).await.unwrap().is_some_and(|words| !words.contains("One visit")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ruth_sees_what_changed_since_she_signed_and_nothing_else() {
    let story = Story::begun().await;
    story.signed().await;
    let finding = story.house.org.findings(&story.visit).await.unwrap()[0].id.clone();
    let said = story.said.to_string();
    let form = [("theme", "food"), ("words", "Tea comes late."), ("evidence", said.as_str())];
    story.house.post(&story.priya, &format!("/office/findings/{finding}"), &form).await;
    let page = story.house.get(&story.ruth, &story.own).await;
    assert!(page.says("What changed since it was signed off"), "{}", page.page);
    let (_, rest) = page.page.split_once("/changes?since=").expect("the link");
    let path = format!("{}/changes?since={}", story.own, rest.split_once('"').unwrap().0);
    let changes = story.house.get(&story.ruth, &path).await;
    assert!(changes.says("Tea comes cold.") && changes.says("Tea comes late."), "{}", changes.page);
    assert!(!changes.says("The tea is cold by four."), "what nobody changed is not there: {}", changes.page);
    let id = story.own.rsplit('/').next().unwrap();
    let kept = story.house.org.report_versions(id).await.unwrap();
    assert!(!kept.is_empty() && kept.iter().all(|version| !version.parts.contains("cold by four")), "{kept:?}");
}
