//! What becomes of a report between its first draft and the last late answer, through the office's own pages: a real
//! server process, a real tablet, and everybody's own browser.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use domain::notebook::{Spot, Value};
use jiff::civil::{Date, date};
use journeys::browser::{Browser, Form, Page};
use journeys::play::{Played, play};
use journeys::scenario::{Scenario, Vocabulary};
use journeys::server::command;
use journeys::summary::text_of;
use serde_json::json;
use std::path::Path;

const HOME: &str = "Beechway Care Ltd";
const THRESHOLD: &str = "Level threshold, no step.";
/// The lines of the visit on which two things stand.
const SEEN: usize = 1;
const SAID: usize = 2;

/// One visit by Asha and Tom on one tablet, two findings, a recommendation from each, and a report nobody has read yet.
fn begun() -> serde_json::Value {
    let represents = |name: &str| {
        json!({"name": name, "role": "authorised representative", "check_seen": "2026-03-02", "valid_until": "2029-03-01",
            "trained": "2026-03-14", "code_signed": "2026-03-14"})
    };
    let line = |at: &str, by: &str, more: serde_json::Value| {
        let mut line = json!({"at": format!("2026-11-10T{at}"), "tablet": 1, "by": by});
        line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        line
    };
    json!({
        "organisation": {"name": "Sutton LINk", "scheme": "link-2008", "host": "SCVS"},
        "people": [represents("Asha Patel"), represents("Tom Okafor"), {"name": "Priya Nair", "role": "host officer"},
            {"name": "Samuel Adeyemi", "role": "host administrator"}, {"name": "Ruth Castellan", "role": "steering group member",
                "check_seen": "2026-02-02", "valid_until": "2029-02-01", "code_signed": "2026-02-20"}],
        "places": [{"name": "Hazel Court", "kind": "care home", "provider": HOME}],
        "visits": [{
            "place": "Hazel Court", "announcement": "announced", "purpose": "evenings",
            "team": ["Asha Patel", "Tom Okafor"], "lead": "Asha Patel",
            "entries": [
                line("10:02", "Asha Patel", json!({"kind": "arrival", "told": "nurse", "shown": "card"})),
                line("10:10", "Asha Patel", json!({"kind": "observation", "words": THRESHOLD, "how": ["seen"], "theme": "environment and accessibility"})),
                line("10:20", "Tom Okafor", json!({"kind": "view", "speaker": "resident", "consent": "quote", "words": "They know my tea.", "others_could_hear": false})),
                line("10:30", "Tom Okafor", json!({"kind": "view", "speaker": "relative", "consent": "not my words", "words": "She waits.", "others_could_hear": false})),
                line("11:00", "Asha Patel", json!({"kind": "sync"})),
            ]
        }],
        "office": {"report": "Enter and view report: Hazel Court", "by": "Priya Nair",
            "findings": [
                {"theme": "environment and accessibility", "text": "The door is easy.", "evidence": ["10 10:10"]},
                {"theme": "food and drink", "text": "Staff know how people take their tea.", "evidence": ["10 10:20", "10 10:30"]}],
            "recommendations": [
                {"to": HOME, "text": "Keep the door so.", "from": ["environment and accessibility"]},
                {"to": HOME, "text": "Write the small wishes down.", "from": ["food and drink"]}],
            "steps": []}
    })
}

/// A story: everything that was played, and the report in it.
struct Story {
    played: Played,
    out: tempfile::TempDir,
    visit: String,
    report: String,
}

impl Story {
    async fn begin() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let out = tempfile::tempdir().unwrap();
        let file = out.path().join("scenario.json");
        std::fs::write(&file, begun().to_string()).unwrap();
        let scenario = Scenario::read(&file, &Vocabulary::of_the_embedded_packs()).unwrap();
        for folder in ["data", "tablets", "out"] {
            std::fs::create_dir(out.path().join(folder)).unwrap();
        }
        let folder = |name: &str| out.path().join(name);
        let played = play(&scenario, &folder("data"), &folder("tablets"), &folder("out")).await.unwrap();
        let (visit, report) = (played.visits[0].to_string(), played.report.clone().unwrap());
        Self { played, out, visit, report }
    }

    async fn as_person(&mut self, name: &str) -> Browser {
        self.played.office.as_person(name).await.unwrap()
    }

    fn id(&self, name: &str) -> String {
        self.played.office.people[name].clone()
    }

    fn path(&self, end: &str) -> String {
        format!("/office/reports/{}{end}", self.report)
    }

    async fn page(&mut self, name: &str) -> Page {
        let path = self.path("");
        self.as_person(name).await.open(&path).await.unwrap()
    }

    /// The words of the report as it is printed now.
    async fn printed(&mut self) -> String {
        let path = self.path("/preview");
        let page = self.as_person("Priya Nair").await.open(&path).await.unwrap();
        page.each("main, footer").unwrap().join(" ")
    }

    /// Takes a step by its form, filled in by `fill`; what the page says afterwards.
    async fn step(&mut self, name: &str, deed: &str, on: Date, fill: impl FnOnce(Form) -> Form) -> Page {
        let form = self.page(name).await.form(&format!("/{deed}")).unwrap().fill("on", on.to_string()).unwrap();
        self.as_person(name).await.send(fill(form)).await.unwrap()
    }

    async fn done(&mut self, name: &str, deed: &str, on: Date, fill: impl FnOnce(Form) -> Form) {
        let page = self.step(name, deed, on, fill).await;
        assert!(page.status < 400 && !page.html.contains("deed-error"), "{deed}: {}", page.told());
    }

    async fn agree(&mut self, name: &str) {
        let answer = format!("answer_{}", self.id(name));
        self.done(name, "read", date(2026, 11, 12), |form| form.choose(&answer, "agreed").unwrap()).await;
    }

    /// As far as the provider's window for facts, which is over when this returns.
    async fn reach_facts(&mut self) {
        self.agree("Asha Patel").await;
        self.agree("Tom Okafor").await;
        self.done("Priya Nair", "checked", date(2026, 11, 13), |form| form).await;
        self.done("Priya Nair", "facts", date(2026, 11, 13), |form| form.fill("until", "2026-11-20").unwrap()).await;
    }

    async fn sign(&mut self) {
        let ruth = self.id("Ruth Castellan");
        let fill = |form: Form| {
            let form = form.choose("by", &ruth).unwrap().fill("under", "meeting of 3 November").unwrap();
            form.choose("declares", "yes").unwrap()
        };
        self.done("Ruth Castellan", "sign-off", date(2026, 11, 23), fill).await;
    }

    fn wait_for(&mut self, day: Date) {
        if self.played.server.wait_for(day).unwrap() {
            self.played.office.sign_in_anew();
        }
    }

    async fn send_it(&mut self) {
        self.done("Priya Nair", "sent", date(2026, 11, 24), |form| form).await;
    }

    /// What Asha corrects on her tablet afterwards, and it reaches the office.
    async fn correct_on_the_tablet(&mut self, line: usize, words: &str) {
        let entry = self.played.entries[0][&line];
        let spot = Spot::Entry(entry, "words".into());
        let (notebook, tablet) = (self.played.visits[0], self.played.tablets.get_mut(&1).unwrap());
        tablet.device().state(notebook, &spot, &Value::Text(words.into())).unwrap();
        tablet.sync().await.unwrap();
        self.can_read(words).await;
    }

    /// Waits until what came in has been read by the server, and stands on the page of reading.
    async fn can_read(&mut self, words: &str) {
        let (priya, path) = (self.as_person("Priya Nair").await, format!("/office/reading?visit={}", self.visit));
        for _ in 0..2_000 {
            if priya.open(&path).await.unwrap().text().contains(words) {
                return;
            }
        }
        panic!("“{words}” never came in");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_the_team_says_their_own_and_neither_erases_the_other() {
    let mut story = Story::begin().await;
    let (asha, tom) = (story.id("Asha Patel"), story.id("Tom Okafor"));
    let disagrees = |form: Form| {
        let form = form.choose(&format!("answer_{asha}"), "not what I meant").unwrap();
        form.fill(&format!("says_{asha}"), "The door was held open for us.").unwrap()
    };
    // Today as the office has it: within the days in which those who went are waited for.
    let today: Date = story.page("Asha Patel").await.form("/read").unwrap().value("on").unwrap().parse().unwrap();
    story.done("Asha Patel", "read", today, disagrees).await;
    let desk = story.as_person("Priya Nair").await.open("/office").await.unwrap().text();
    assert!(desk.contains("Tom Okafor") && desk.contains("say whether the draft is what they meant"), "{desk}");
    let before = story.page("Priya Nair").await.form("/read").unwrap();
    let agrees = format!("answer_{tom}");
    story.done("Tom Okafor", "read", today, |form| form.choose(&agrees, "agreed").unwrap()).await;

    let desk = story.as_person("Priya Nair").await.open("/office").await.unwrap().text();
    assert!(desk.contains("To check it for consent"), "{desk}");
    let form = story.page("Priya Nair").await.form("/read").unwrap();
    assert_eq!(form.value(&format!("answer_{asha}")), Some("not what I meant"));
    assert_eq!(form.value(&format!("says_{asha}")), Some("The door was held open for us."));
    assert_eq!(form.value(&format!("answer_{tom}")), Some("agreed"));
    assert!(story.printed().await.contains("Asha Patel read this report and does not agree: The door was held open"));

    // Priya had the page open since before Tom answered: her form says nothing for him, and takes nothing from him.
    let stale = before.fill("on", today.to_string()).unwrap();
    let page = story.as_person("Priya Nair").await.send(stale).await.unwrap();
    assert!(page.told().contains("Somebody else took a step with this report meanwhile"), "{}", page.told());

    // Who has nothing to do with a report does not see what anybody said of it.
    let path = story.path("");
    assert!(story.as_person("Samuel Adeyemi").await.open(&path).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_signed_is_what_prints_whatever_is_changed_after_it_was_sent() {
    let mut story = Story::begin().await;
    let words =
        story.page("Priya Nair").await.form("/words").unwrap().fill("title", "Evenings at Hazel Court").unwrap();
    story.as_person("Priya Nair").await.send(words).await.unwrap();
    story.reach_facts().await;
    story.sign().await;
    story.wait_for(date(2026, 11, 24));
    story.send_it().await;
    let sent = story.printed().await;
    assert!(sent.contains("Evenings at Hazel Court") && sent.contains("Asha Patel (lead)"), "{sent}");

    let priya = story.as_person("Priya Nair").await;
    let place = format!("/office/places/{}", story.played.office.places["Hazel Court"]);
    let form = priya.open(&place).await.unwrap().form(&place).unwrap().fill("name", "Hazel House").unwrap();
    assert!(priya.send(form).await.unwrap().text().contains("Hazel House"));
    let person = format!("/office/people/{}", story.id("Asha Patel"));
    let samuel = story.as_person("Samuel Adeyemi").await;
    let form = samuel.open(&person).await.unwrap().form(&person).unwrap().fill("name", "Asha Shah").unwrap();
    assert!(samuel.send(form).await.unwrap().text().contains("Asha Shah"));
    story.correct_on_the_tablet(SEEN, "A high step at the door.").await;
    story.correct_on_the_tablet(SAID, "They never know my tea.").await;

    assert_eq!(story.printed().await, sent, "a changed record changes no report that is out");
    for format in ["pdf", "docx"] {
        let path = story.path(&format!("/report.{format}"));
        let file = story.out.path().join(format!("report.{format}"));
        std::fs::write(&file, story.as_person("Priya Nair").await.download(&path).await.unwrap()).unwrap();
        let text = text_of(&file).unwrap();
        assert!(text.contains("level threshold no step") && text.contains("they know my tea"), "{format}: {text}");
        assert!(
            !text.contains("hazel house") && !text.contains("asha shah") && !text.contains("high step"),
            "{format}"
        );
    }

    // What comes after the sending does flow in, also after publication.
    story.wait_for(date(2026, 12, 22));
    story.done("Priya Nair", "no-reply", date(2026, 12, 22), |form| form).await;
    story.done("Priya Nair", "published", date(2026, 12, 22), |form| form).await;
    assert!(story.printed().await.contains("No answer by Monday"), "{}", story.printed().await);
    let answers = |form: Form| {
        let form = form.choose("will_1", "yes").unwrap().fill("what_1", "It stays as it is.").unwrap();
        form.choose("will_2", "in part").unwrap().fill("what_2", "A card by each cup.").unwrap()
    };
    story.done("Priya Nair", "reply", date(2026, 12, 22), answers).await;
    let late = story.printed().await;
    assert!(late.contains("A card by each cup.") && !late.contains("No answer by"), "{late}");
    assert!(
        late.contains("They know my tea.") && late.contains("Hazel Court") && !late.contains("Hazel House"),
        "{late}"
    );
    let export = story.as_person("Samuel Adeyemi").await.download("/office/export.json").await.unwrap();
    let export: serde_json::Value = serde_json::from_slice(&export).unwrap();
    assert_eq!(export["reports"][0]["addressees"][0]["answered_on"], "2026-12-22");
    let checked = command(&story.out.path().join("data"), &["check"]).await.unwrap();
    assert!(checked.contains("All is well"), "{checked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_comes_late_undoes_the_signature_and_the_report_says_so_everywhere() {
    let mut story = Story::begin().await;
    story.reach_facts().await;
    story.sign().await;
    assert!(!story.printed().await.contains("Draft"));
    story.correct_on_the_tablet(SEEN, "A level threshold, and a narrow door.").await;

    let draft = story.printed().await;
    assert!(draft.contains("Draft: words changed after it was signed off on Monday 23"), "{draft}");
    let page = story.page("Priya Nair").await;
    assert!(!page.has_form("/sent") && page.text().contains("The sign-off by Ruth Castellan"), "{}", page.text());
    story.sign().await;
    assert!(!story.printed().await.contains("Draft"));
    assert!(story.printed().await.contains("A level threshold, and a narrow door."));
    story.wait_for(date(2026, 11, 24));
    story.send_it().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_signs_who_may_not_and_nothing_is_entered_before_its_day() {
    let mut story = Story::begin().await;
    story.reach_facts().await;
    let far = date(2037, 1, 5);
    let ruth = story.id("Ruth Castellan");
    let fill = |form: Form| form.choose("by", &ruth).unwrap().fill("under", "a meeting").unwrap();
    let page = story.step("Ruth Castellan", "sign-off", far, fill).await;
    assert!(page.told().contains("lies ahead") && page.told().contains("once it was taken"), "{}", page.told());

    // The form offers only who may sign; somebody who sends another name all the same is refused by the rule.
    for (name, why) in [("Tom Okafor", "nobody who signs reports off"), ("Priya Nair", "wrote some of it")] {
        let form = story.page("Priya Nair").await.form("/sign-off").unwrap();
        assert!(form.clone().choose("by", name).is_err());
        let form = form.fill("on", "2026-11-23").unwrap().fill("under", "a meeting").unwrap();
        let form = form.forge("by", &story.id(name));
        let page = story.as_person("Priya Nair").await.send(form).await.unwrap();
        assert!(page.told().contains(why), "{name}: {}", page.told());
    }
    assert!(story.printed().await.contains("Draft"));
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_have_one_number_everywhere_and_none_goes_while_something_is_asked_because_of_it() {
    let mut story = Story::begin().await;
    let priya = story.as_person("Priya Nair").await;
    let here = format!("/office/visits/{}", story.visit);
    let findings = priya.open(&format!("{here}/findings")).await.unwrap();
    let (first, _) = findings.links("Change finding 1").unwrap().remove(0);
    let drop_it = |page: Page, action: &str| page.form(action).unwrap().press("do", "drop").unwrap();
    let page = priya.send(drop_it(priya.open(&first).await.unwrap(), &first)).await.unwrap();
    assert!(page.told().contains("Recommendation 1 comes from this finding"), "{}", page.told());

    let asks = priya.open(&format!("{here}/recommendations")).await.unwrap();
    let ask = asks.forms("").unwrap().into_iter().find(|f| f.action().starts_with("/office/recommendations/")).unwrap();
    priya.send(ask.press("do", "drop").unwrap()).await.unwrap();
    let page = priya.send(drop_it(priya.open(&first).await.unwrap(), &first)).await.unwrap();
    assert!(page.text().contains("The finding is taken out"), "{}", page.told());

    let findings = priya.open(&format!("{here}/findings")).await.unwrap();
    assert_eq!(findings.links("Change finding").unwrap().len(), 1);
    assert!(findings.text().contains("Finding 1"), "{}", findings.text());
    let asks = priya.open(&format!("{here}/recommendations")).await.unwrap().text();
    assert!(asks.contains("From finding 1."), "{asks}");
    let printed = story.printed().await;
    assert!(printed.contains("Finding 1") && !printed.contains("Finding 2"), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_that_was_taken_back_carries_no_finding_and_no_pdf_goes_without_one() {
    let mut story = Story::begin().await;
    let notebook = story.played.visits[0];
    let carried = [story.played.entries[0][&2], story.played.entries[0][&3]];
    {
        let tablet = story.played.tablets.get_mut(&1).unwrap();
        for entry in carried {
            let spot = Spot::Entry(entry, "consent".into());
            tablet.device().state(notebook, &spot, &Value::Text("in confidence".into())).unwrap();
        }
        tablet.sync().await.unwrap();
    }
    // Both came in one sending; once neither is shown as something that may be used, both have been read.
    let (priya, path) = (story.as_person("Priya Nair").await, format!("/office/reading?visit={}", story.visit));
    let used = |text: &str| text.contains("may be quoted") || text.contains("use it, not my words");
    let mut waited = 0;
    while used(&priya.open(&path).await.unwrap().each("li.note").unwrap().join(" ")) {
        waited += 1;
        assert!(waited < 2_000, "what was taken back never came in");
    }
    let page = story.page("Priya Nair").await.text();
    assert!(page.contains("This finding rests on no note."), "{page}");
    let data = story.out.path().join("data");
    let file = story.out.path().join("x.pdf").display().to_string();
    let refused = command(&data, &["report", &story.report, "--format", "pdf", "--out", &file]).await.unwrap_err();
    assert!(refused.to_string().contains("This finding rests on no note."), "{refused:#}");
    assert!(!Path::new(&file).exists());
    assert!(story.printed().await.contains("Staff know how people take their tea."), "the draft can still be read");
}
