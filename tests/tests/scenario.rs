//! A scenario file is read whole or refused with the file, the entry and the reason, before anything is played.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use journeys::scenario::{Scenario, Vocabulary, What};
use serde_json::{Value, json};
use std::path::Path;

fn words() -> Vocabulary {
    let set = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
    Vocabulary { schemes: set(&["link-2008"]), speakers: set(&["resident", "relative"]), grounds: set(&["a", "b"]) }
}

fn small() -> Value {
    json!({
        "organisation": {"name": "Sutton LINk", "scheme": "link-2008", "host": "SCVS"},
        "people": [{"name": "Asha Patel", "role": "authorised representative"}, {"name": "Priya Nair", "role": "host officer"}],
        "places": [{"name": "Hazel Court", "kind": "care home"}],
        "visits": [{
            "place": "Hazel Court", "announcement": "announced", "purpose": "evenings",
            "team": ["Asha Patel"], "lead": "Asha Patel",
            "entries": [
                {"at": "2026-11-10T10:02", "tablet": 1, "by": "Asha Patel", "kind": "arrival", "told": "nurse", "shown": "card"},
                {"at": "2026-11-10T10:10", "tablet": 1, "by": "Asha Patel", "kind": "view", "speaker": "resident", "consent": "quote", "words": "They know my tea.", "others_could_hear": false},
                {"at": "2026-11-10T10:20", "tablet": 1, "by": "Asha Patel", "kind": "observation", "words": "Level threshold.", "theme": "a theme of their own", "area": "under the stairs"},
                {"at": "2026-11-10T10:30", "tablet": 1, "by": "Asha Patel", "kind": "refusal", "ground": "a", "said_by": "manager"},
                {"at": "2026-11-10T10:40", "tablet": 1, "kind": "sync"}
            ]
        }],
        "office": {"report": "Enter and view report: Hazel Court", "by": "Priya Nair",
            "findings": [{"theme": "food", "text": "Good tea.", "evidence": ["10 10:10"]}],
            "recommendations": [{"to": "Beechway Care Ltd", "text": "More tea."}],
            "steps": [{"on": "2026-11-12", "do": "checked", "by": "Priya Nair"}]}
    })
}

fn read(json: &Value) -> Result<Scenario, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scenario.json");
    std::fs::write(&file, json.to_string()).unwrap();
    let shown = file.display().to_string();
    Scenario::read(&file, &words()).map_err(|refused| {
        let said = refused.to_string();
        said.strip_prefix(&shown).unwrap_or_else(|| panic!("{said} does not begin with the file")).to_owned()
    })
}

#[test]
fn a_file_that_holds_together_is_read_with_free_themes_and_areas() {
    let scenario = read(&small()).unwrap();
    let What::Observation(seen) = &scenario.visits[0].entries[2].what else { panic!("an observation") };
    assert_eq!(seen.theme.as_deref(), Some("a theme of their own"));
    assert_eq!(seen.area.as_deref(), Some("under the stairs"));
    assert_eq!(scenario.passed_over, Vec::<String>::new());
    assert_eq!(scenario.tablets().into_iter().collect::<Vec<_>>(), [1]);
}

#[test]
fn whatever_is_wrong_is_refused_with_where_and_why() {
    let entry = |n: usize, field: &str| format!("/visits/0/entries/{n}/{field}");
    let table: &[(String, Option<Value>, &str)] = &[
        (
            entry(2, "kind"),
            Some(json!("smell")),
            ": visits[0].entries[2] (kind smell): unknown kind `smell`; known are arrival, observation, view, photo, summary edit, concern, refusal, departure, sync",
        ),
        (entry(2, "kind"), None, ": visits[0].entries[2]: the field `kind` is missing"),
        (
            entry(1, "consent"),
            Some(json!("maybe")),
            ": visits[0].entries[1] (kind view): unknown word `maybe`, known are `quote`, `not my words`, `in confidence`, `no`, `could not say`, `they could not say`",
        ),
        (entry(1, "consent"), None, ": visits[0].entries[1] (kind view): the field `consent` is missing"),
        (entry(1, "words"), None, ": visits[0].entries[1] (kind view): the field `words` is missing"),
        (
            entry(1, "speaker"),
            Some(json!("ghost")),
            ": visits[0].entries[1] (kind view): unknown speaker `ghost`; known are relative, resident",
        ),
        (entry(1, "speaker"), None, ": visits[0].entries[1] (kind view): the field `speaker` is missing"),
        (
            entry(2, "tone"),
            Some(json!("lovely")),
            ": visits[0].entries[2] (kind observation): unknown word `lovely`, known are `good`, `mixed`, `poor`, `neutral`",
        ),
        (entry(2, "words"), None, ": visits[0].entries[2] (kind observation): the field `words` is missing"),
        (entry(2, "at"), None, ": visits[0].entries[2] (kind observation): the field `at` is missing"),
        (entry(2, "by"), None, ": visits[0].entries[2] (kind observation): the field `by` is missing"),
        (
            entry(2, "by"),
            Some(json!("Nobody")),
            ": visits[0].entries[2] (kind observation): the person `Nobody` is not in this file",
        ),
        (entry(2, "tablet"), None, ": visits[0].entries[2] (kind observation): the field `tablet` is missing"),
        (
            entry(3, "ground"),
            Some(json!("z")),
            ": visits[0].entries[3] (kind refusal): unknown ground `z`; known are a, b",
        ),
        (entry(3, "said_by"), None, ": visits[0].entries[3] (kind refusal): the field `said_by` is missing"),
        ("/organisation".into(), None, ": organisation: is missing"),
        (
            "/organisation/scheme".into(),
            Some(json!("guild-1400")),
            ": organisation: unknown scheme `guild-1400`; known are link-2008",
        ),
        ("/people".into(), None, ": people: is missing"),
        ("/people/0/role".into(), None, ": people[0]: the field `role` is missing"),
        ("/visits/0/place".into(), Some(json!("Elsewhere")), ": visits[0]: the place `Elsewhere` is not in this file"),
        ("/visits/0/lead".into(), None, ": visits[0]: the field `lead` is missing"),
        (
            "/office/findings/0/evidence/0".into(),
            Some(json!("11 10:10")),
            ": office.findings[0]: no entry of the visit to Hazel Court was written at `11 10:10`",
        ),
        (
            "/office/findings/0/evidence".into(),
            None,
            ": office.findings[0]: a finding stands on evidence, and none is named",
        ),
        ("/office/steps/0/do".into(), Some(json!("dance")), ": office.steps[0]: unknown word `dance`, known are"),
    ];
    for (pointer, value, expected) in table {
        let mut file = small();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = file.pointer_mut(parent).unwrap();
        match (value, parent) {
            (Some(value), Value::Array(list)) => list[key.parse::<usize>().unwrap()] = value.clone(),
            (Some(value), parent) => parent[key] = value.clone(),
            (None, parent) => drop(parent.as_object_mut().unwrap().remove(key).unwrap()),
        }
        let said = read(&file).expect_err(pointer);
        assert!(said.starts_with(expected), "{pointer}\n  said      {said}\n  expected  {expected}");
    }
}

#[test]
fn a_photo_that_is_not_there_is_refused_before_anything_starts_and_one_that_is_there_is_found_beside_the_file() {
    let mut file = small();
    file["visits"][0]["entries"][4] = json!({"at": "2026-11-10T10:40", "tablet": 1, "by": "Asha Patel", "kind": "photo", "file": "gone.jpg", "permission": "manager"});
    let said = read(&file).unwrap_err();
    assert!(said.starts_with(": visits[0].entries[4] (kind photo): gone.jpg cannot be read: "), "{said}");

    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("gone.jpg"), "here after all").unwrap();
    let path = folder.path().join("scenario.json");
    std::fs::write(&path, file.to_string()).unwrap();
    let scenario = Scenario::read(&path, &words()).unwrap();
    let What::Photo(photo) = &scenario.visits[0].entries[4].what else { panic!("a photo") };
    assert_eq!(photo.file, folder.path().join("gone.jpg"));
}

#[test]
fn a_field_that_nobody_knows_is_passed_over_and_said() {
    let mut file = small();
    file["visits"][0]["entries"][2]["weather"] = json!("rain");
    file["visits"][0]["entries"][2]["expect"] = json!("for the reader");
    assert_eq!(read(&file).unwrap().passed_over, ["visits[0].entries[2] (kind observation): `weather`"]);
}

#[test]
fn text_that_is_no_scenario_is_refused_with_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("scenario.json");
    for (text, expected) in [("{", "is not JSON"), ("[]", "it holds no object"), ("\u{0}", "is not JSON")] {
        std::fs::write(&file, text).unwrap();
        assert!(Scenario::read(&file, &words()).unwrap_err().to_string().contains(expected), "{text}");
    }
    let absent = Scenario::read(Path::new("no-such-folder/s.json"), &words()).unwrap_err();
    assert!(absent.to_string().starts_with("no-such-folder/s.json: cannot be read"), "{absent}");
}
