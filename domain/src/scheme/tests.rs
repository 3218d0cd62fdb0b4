#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use jiff::civil::date;
use serde_json::{Value, json};

use super::*;
use crate::clock::Calendar;

fn link() -> &'static Scheme {
    Scheme::embedded("link-2008").unwrap()
}

#[test]
fn every_embedded_pack_is_sound_and_found_by_its_own_id() {
    for (id, text) in EMBEDDED {
        let pack = Scheme::parse(text).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(pack.id, id);
        assert_eq!(Scheme::embedded(id), Some(&pack));
    }
    assert_eq!(Scheme::embedded("link-1908"), None);
}

#[test]
fn a_pack_goes_to_the_tablet_as_json_and_comes_back_the_same() {
    let text = serde_json::to_string(link()).unwrap();
    assert_eq!(Scheme::parse(&text).as_ref(), Ok(link()));
    assert_eq!(link().stamp(), "link-2008/1");
}

#[test]
fn a_report_reaches_the_provider_on_the_first_of_december_and_is_due_on_the_thirtieth() {
    let clock = link().clock_for("provider");
    assert_eq!(clock.rule, "provider-report-reply");
    assert_eq!(clock.confidence, Confidence::Unverified);
    assert_eq!(clock.due(date(2026, 12, 1), Calendar::embedded()).unwrap().due, date(2026, 12, 30));
    assert_eq!(link().clock("provider-report-reply"), Some(clock));
}

#[test]
fn who_is_obliged_has_a_due_date_and_everybody_else_is_asked() {
    for (kind, obliged) in [
        ("provider", true),
        ("Commissioner", true),
        ("police", false),
        ("transport operator", false),
        ("unfunded provider", false),
        ("overview and scrutiny committee", false),
        ("a kind nobody knows", false),
    ] {
        assert_eq!(link().clock_for(kind).obliges(), obliged, "{kind}");
    }
    let referral = link().clock_on(Matter::Referral, "overview and scrutiny committee");
    assert_eq!((referral.rule.as_str(), referral.confidence), ("osc-referral-acknowledgement", Confidence::Read));
}

#[test]
fn the_eight_grounds_have_plain_words_and_their_place_in_the_law() {
    let letters: String = link().grounds.iter().map(|g| g.letter.as_str()).collect();
    assert_eq!(letters, "abcdefgh");
    assert_eq!(link().ground("(A)").unwrap().citation, "SI 2008/915 reg 3(2)(a)");
    assert_eq!(link().ground("i"), None);
}

#[test]
fn each_kind_of_place_offers_six_speakers_at_most_and_someone_else_last() {
    let kinds = link().places.iter().map(|p| p.code.as_str()).chain(["a stall"]);
    for kind in kinds {
        let speakers = link().speakers_for(kind);
        assert!(speakers.len() <= 7, "{kind}");
        assert_eq!(speakers.last().unwrap().code, "someone else", "{kind}");
    }
    let home: Vec<&str> = link().speakers_for("care home").iter().map(|s| s.code.as_str()).collect();
    assert_eq!(home, ["resident", "relative", "staff", "manager", "visitor", "someone else"]);
    assert!(link().areas_for("Care Home").contains(&"lounge".to_owned()));
}

#[test]
fn speakers_are_merged_in_print_until_none_could_be_one_person() {
    let print = |kind, code| link().printed_speaker(kind, code);
    assert_eq!(print("care home", "resident"), print("care home", "relative"));
    assert_eq!(print("care home", "staff"), "staff and managers");
    assert_eq!(print("GP practice", "patient"), "patients and carers");
    assert_eq!(print("care home", "the window cleaner"), "visitors and others");
    assert_eq!(link().speaker("manager").unwrap().alone.as_deref(), Some("the manager"));
}

#[test]
fn supported_living_is_not_ours_to_enter() {
    let place = link().place_kind("supported living").unwrap();
    assert_eq!(place.right, Right::No);
    assert!(place.why_not.as_ref().unwrap().contains("tenancy"));
    assert!(link().no_right_for("care home").iter().any(|n| n.code == "own room"));
}

#[test]
fn a_theme_is_proposed_from_the_words_of_a_note() {
    let table = [
        ("Level threshold, automatic door, hearing loop sign by the bell.", "environment and accessibility"),
        (
            "Complaints leaflet in the rack is dated 2019 and names a manager who has left.",
            "information and complaints",
        ),
        (
            "Handrails both sides, but a hoist and two wheelchairs are parked against the left one.",
            "environment and accessibility",
        ),
        ("Call bell rang for nine minutes, 10:15 to 10:24, before anyone came.", "safety"),
        ("There's bingo on Tuesdays and then it is a long week.", "activities"),
        ("He eats here. He'd stopped eating at home.", "food and drink"),
        ("No stale smell; carpets damp-cleaned that morning, sign out.", "cleanliness"),
        (
            "They are kind, but I've asked three times about her glasses and three people have written it down.",
            "being listened to",
        ),
        ("I got my dementia training in my first week and a mentor for a month.", "training"),
        ("Eight o’clock, engaged, engaged, engaged, all gone.", "access"),
        ("Two night posts are out to advert. Agency covers four nights in seven.", "staffing and staff manner"),
        ("Activities board shows last month.", "information and complaints"),
    ];
    for (words, theme) in table {
        assert_eq!(link().propose_theme(words).map(|t| t.code.as_str()), Some(theme), "{words}");
    }
    assert_eq!(link().propose_theme("Something else altogether."), None);
    assert_eq!(link().propose_theme(""), None);
    assert_eq!(link().propose_theme("The signature was there"), None, "part of a word is not the word");
}

#[test]
fn the_checklist_asks_about_call_bells_in_a_home_and_not_at_the_surgery() {
    let asks = |kind| link().checklist_for(kind).any(|q| q.code == "safe-1");
    assert!(asks("care home"));
    assert!(!asks("GP practice"));
}

#[test]
fn what_equality_monitoring_asks_is_in_the_pack() {
    let strands: Vec<&str> = link().equality.strands.iter().map(|s| s.code.as_str()).collect();
    for strand in ["age", "disability", "ethnicity", "gender", "sexual orientation", "religion and belief"] {
        assert!(strands.contains(&strand), "{strand}");
    }
}

/// The pack with one thing changed, parsed.
fn with(change: impl FnOnce(&mut Value)) -> SchemeError {
    let mut pack: Value = serde_json::from_str(EMBEDDED[0].1).unwrap();
    change(&mut pack);
    Scheme::parse(&pack.to_string()).unwrap_err()
}

#[test]
fn a_broken_pack_is_refused_with_its_name_the_place_and_the_reason() {
    type Change = fn(&mut Value);
    let table: [(&str, &str, Change); 12] = [
        ("checklist[0]", "“colour” is no theme", |p| p["checklist"][0]["theme"] = json!("colour")),
        ("places[0].speakers", "“ghost” is no speaker", |p| p["places"][0]["speakers"][0] = json!("ghost")),
        ("elsewhere.speakers", "six fit", |p| {
            p["elsewhere"]["speakers"].as_array_mut().unwrap().push(json!("visitor"))
        }),
        ("places[10].why_not", "without a right", |p| p["places"][10]["why_not"] = Value::Null),
        ("places[0].no_right", "“moon” is no entry", |p| p["places"][0]["no_right"][0] = json!("moon")),
        ("clocks[0]", "“king” is no recipient", |p| p["clocks"][0]["recipients"][0] = json!("king")),
        ("clocks[0].calendar", "“mars” is no calendar", |p| p["clocks"][0]["calendar"] = json!("mars")),
        ("clocks[1].recipients", "has another clock", |p| p["clocks"][1]["matter"] = json!("report")),
        ("consent.answers", "five answers", |p| p["consent"]["answers"][1]["code"] = json!("quote")),
        ("themes[1]", "there twice", |p| p["themes"][1]["code"] = p["themes"][0]["code"].clone()),
        ("report.title", "nothing fills in “{palace}”", |p| p["report"]["title"] = json!("At {palace}")),
        ("roles[0].not_with", "“king” is no role", |p| p["roles"][0]["not_with"] = json!(["king"])),
    ];
    for (path, reason, change) in table {
        let error = with(change);
        assert_eq!((error.pack.as_str(), error.path.as_str()), ("link-2008", path), "{error}");
        assert!(error.reason.contains(reason), "{error}");
    }
}

#[test]
fn an_unknown_field_or_half_a_file_is_no_pack() {
    let unknown = with(|p| p["colour"] = json!("teal"));
    assert_eq!((unknown.path.as_str(), unknown.pack.as_str()), ("colour", "link-2008"), "{unknown}");
    let deeper = with(|p| p["roles"][0]["needs"][1]["colour"] = json!("teal"));
    assert_eq!(deeper.path, "roles.0.needs.1.colour", "{deeper}");
    let half = Scheme::parse("{\"id\":").unwrap_err();
    assert_eq!((half.pack.as_str(), half.path.as_str()), ("(unnamed)", "line 1, column 6"), "{half}");
}

#[test]
fn a_pack_of_a_newer_or_an_older_office_is_read_for_what_both_know() {
    let mut pack: Value = serde_json::from_str(EMBEDDED[0].1).unwrap();
    pack["colour"] = json!("teal");
    for newer in ["rules", "no_views"] {
        pack["report"].as_object_mut().unwrap().remove(newer);
    }
    let read = Scheme::received(&pack.to_string()).unwrap();
    assert_eq!((&read.themes, &read.consent), (&link().themes, &link().consent));
    assert!(Scheme::parse(&pack.to_string()).is_err());
}
