//! The month of Hazel Court under each scheme: the same tablets and the same office in other words, with other reasons for
//! a no, and with the day by which that scheme lets somebody answer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use domain::scheme::Scheme;
use journeys::play::{Played, play};
use journeys::scenario::{Scenario, Vocabulary};
use serde_json::{Value, json};
use std::path::Path;

const HAZEL_COURT: usize = 0;
const THE_SURGERY: usize = 1;

/// The example's file as another scheme's: the same people, places and words. Its pictures, the directory of practices and the
/// presentations are told elsewhere, and take minutes.
fn under(scheme: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/hazel-court");
    let mut month: Value = serde_json::from_slice(&std::fs::read(folder.join("scenario.json")).unwrap()).unwrap();
    month["organisation"]["scheme"] = json!(scheme);
    month.as_object_mut().unwrap().remove("presentations");
    for place in month["places"].as_array_mut().unwrap() {
        place.as_object_mut().unwrap().retain(|name, _| name != "from" && name != "ods");
    }
    let mut pictures = Vec::new();
    for visit in month["visits"].as_array_mut().unwrap() {
        visit["entries"].as_array_mut().unwrap().retain(|entry| {
            let is_picture = entry["kind"] == json!("photo");
            // Evidence names an entry by its day and time.
            let at = entry["at"].as_str().filter(|_| is_picture).and_then(|at| at.get(8..));
            pictures.extend(at.map(|at| at.replace('T', " ")));
            !is_picture
        });
    }
    let is_there = |written: &Value| !pictures.iter().any(|at| written == at);
    let office = month["office"].as_object_mut().unwrap();
    office["good_practice"].as_array_mut().unwrap().retain(is_there);
    for finding in office["findings"].as_array_mut().unwrap() {
        finding["evidence"].as_array_mut().unwrap().retain(is_there);
    }
    month
}

struct Month {
    played: Played,
    scheme: &'static Scheme,
    _out: tempfile::TempDir,
}

impl Month {
    async fn of(scheme: &str, month: &Value) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let out = tempfile::tempdir().unwrap();
        let file = out.path().join("scenario.json");
        std::fs::write(&file, month.to_string()).unwrap();
        let scenario = Scenario::read(&file, &Vocabulary::of_the_embedded_packs()).unwrap();
        for folder in ["data", "tablets", "out"] {
            std::fs::create_dir(out.path().join(folder)).unwrap();
        }
        let folder = |name: &str| out.path().join(name);
        let played = play(&scenario, &folder("data"), &folder("tablets"), &folder("out")).await.unwrap();
        Self { played, scheme: Scheme::embedded(scheme).unwrap(), _out: out }
    }

    async fn reads(&mut self, path: &str) -> String {
        let officer = self.played.office.officer_name().to_owned();
        self.played
            .office
            .as_person(&officer)
            .await
            .unwrap()
            .open(path)
            .await
            .unwrap()
            .each("main, footer")
            .unwrap()
            .join(" ")
    }

    async fn export(&mut self) -> Value {
        let file = self.played.office.administrator().await.unwrap().download("/office/export.json").await.unwrap();
        serde_json::from_slice(&file).unwrap()
    }

    /// What holds under every scheme.
    async fn is_told_in_its_own_words(&mut self) {
        let scheme = self.scheme;
        // Each note carries the pack under which it was written.
        let surgery = self.played.visits[THE_SURGERY];
        for (number, tablet) in &mut self.played.tablets {
            assert_eq!(tablet.device().pack_stamp().unwrap().as_deref(), Some(scheme.stamp().as_str()), "{number}");
            if let Ok(read) = tablet.device().read(surgery) {
                assert!(read.entries.iter().all(|entry| entry.pack == scheme.stamp()));
            }
        }
        // The no at the surgery stands with this scheme's reason, and where it is written.
        let ground = scheme.ground("a").unwrap();
        let reading = self.reads(&format!("/office/reading?visit={surgery}")).await;
        assert!(reading.contains(&ground.plain) && reading.contains(&ground.citation), "{reading}");

        // The report says what this scheme says of itself.
        let report = self.played.report.clone().unwrap();
        let printed = self.reads(&format!("/office/reports/{report}/preview")).await;
        assert!(printed.contains(&scheme.report.footer) && printed.contains(&scheme.report.kind), "{printed}");
        for section in scheme.report.sections.iter().filter(|section| section.code != "good practice") {
            assert!(printed.contains(&section.heading), "{}: {printed}", section.heading);
        }
        for other in Scheme::embedded_ids().filter_map(Scheme::embedded).filter(|other| other.id != scheme.id) {
            let own = |pack: &Scheme| pack.report.sections.iter().map(|s| s.standing.clone()).collect::<Vec<_>>();
            let foreign = own(other).into_iter().filter(|words| !words.contains('{') && !own(scheme).contains(words));
            for words in foreign.filter(|words| !words.is_empty()) {
                assert!(!printed.contains(&words), "{} in a report under {}", words, scheme.id);
            }
        }

        // The clock is this scheme's, and binds only whom its law binds.
        let export = self.export().await;
        let reports = export["reports"].as_array().unwrap();
        let sent = reports.iter().find(|r| r["id"] == json!(report)).unwrap();
        let text = sent["report"].to_string();
        assert!(text.contains(&scheme.clock_for("provider").rule), "{text}");
        assert_eq!(export["organisation"]["scheme"], json!(scheme.id));

        // People are called what this scheme calls them.
        let people = self.reads("/office/people").await;
        assert!(people.contains(&scheme.role_words("authorised representative")), "{people}");
        let hazel = self.played.visits[HAZEL_COURT];
        assert!(self.reads(&format!("/office/visits/{hazel}")).await.contains("Hazel Court"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_month_of_hazel_court_as_a_link() {
    Month::of("link-2008", &under("link-2008")).await.is_told_in_its_own_words().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_month_of_hazel_court_as_a_healthwatch() {
    Month::of("healthwatch-2013", &under("healthwatch-2013")).await.is_told_in_its_own_words().await;
}

/// Hazel Court as a custody suite: who was a resident is held there, and whoever came for them stands by them.
#[tokio::test(flavor = "multi_thread")]
async fn the_month_of_hazel_court_as_lay_visiting() {
    let mut month = under("lay-visiting");
    for place in month["places"].as_array_mut().unwrap() {
        if place["kind"] == json!("care home") {
            place["kind"] = json!("custody suite");
        }
    }
    let called = [
        ("resident", "detainee"),
        ("relative", "appropriate adult"),
        ("staff", "detention officer"),
        ("manager", "custody officer"),
    ];
    for visit in month["visits"].as_array_mut().unwrap() {
        for entry in visit["entries"].as_array_mut().unwrap() {
            if let Some((_, now)) = called.iter().find(|(before, _)| entry["speaker"] == json!(before)) {
                entry["speaker"] = json!(now);
            }
        }
    }
    let mut month = Month::of("lay-visiting", &month).await;
    month.is_told_in_its_own_words().await;
    let report = month.played.report.clone().unwrap();
    let printed = month.reads(&format!("/office/reports/{report}/preview")).await;
    assert!(printed.contains("They spoke with custody staff, people held there and people who came"), "{printed}");
}
