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
    for (id, version, text) in EMBEDDED {
        let pack = Scheme::parse(text).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((pack.id.as_str(), pack.version.as_str()), (id, version));
        assert_eq!(Scheme::recorded_under(&pack.stamp()), Some(&pack));
        let newest = Scheme::embedded(id).unwrap();
        assert!(newest.version.parse::<u32>().unwrap() >= version.parse().unwrap(), "{id}");
    }
    assert_eq!(Scheme::embedded("link-1908"), None);
    assert_eq!(Scheme::embedded_ids().collect::<Vec<_>>(), ["link-2008", "healthwatch-2013", "lay-visiting"]);
}

#[test]
fn a_pack_goes_to_the_tablet_as_json_and_comes_back_the_same() {
    let text = serde_json::to_string(link()).unwrap();
    assert_eq!(Scheme::parse(&text).as_ref(), Ok(link()));
    assert_eq!(link().stamp(), "link-2008/2");
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
    let mut pack: Value = serde_json::from_str(EMBEDDED[0].2).unwrap();
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
    assert_eq!((half.pack.as_str(), half.line, half.path.as_str()), ("(unnamed)", 1, "column 6"), "{half}");
}

#[test]
fn a_pack_of_a_newer_or_an_older_office_is_read_for_what_both_know() {
    let mut pack: Value = serde_json::from_str(EMBEDDED[0].2).unwrap();
    pack["colour"] = json!("teal");
    for newer in ["rules", "no_views"] {
        pack["report"].as_object_mut().unwrap().remove(newer);
    }
    let read = Scheme::received(&pack.to_string()).unwrap();
    assert_eq!((&read.themes, &read.consent), (&link().themes, &link().consent));
    assert!(Scheme::parse(&pack.to_string()).is_err());
}

#[test]
fn whoever_writes_a_pack_is_told_the_line_and_the_reason() {
    // What stands in the file, what somebody wrote there instead, and on the line of which words the mistake is said to be.
    let table = [
        (r#""version": "2""#, r#""version": "two""#, r#""version""#, "whole number"),
        (r#""steering": "steering group""#, r#""steering": """#, r#""steering""#, "is empty"),
        (
            r#""code": "cleanliness",
      "label""#,
            r#""code": "safety",
      "label""#,
            r#""code": "safety""#,
            "there twice",
        ),
        (
            r#""theme": "safety", "ask": "Are ways"#,
            r#""theme": "moon", "ask": "Are ways"#,
            r#""code": "safe-2""#,
            "no theme",
        ),
        (r#""letter": "d""#, r#""letter": "D1""#, r#""letter": "D1""#, "one small letter"),
        (r#""citation": "SI 2008/915 reg 3(2)(f)""#, r#""citation": """#, r#""letter": "f""#, "a citation"),
        (r#""length": 10,"#, r#""length": "ten","#, r#""length": "ten""#, "invalid type"),
        (r#""footer""#, r#""fotter""#, r#""report": {"#, "missing field `footer`"),
        (r#""about": "Local"#, r#""abuot": "x", "about": "Local"#, r#""abuot""#, "is no field"),
        (r#""most": 4"#, r#""most": 1"#, r#""team": {"#, "more than its most"),
        (r#""may": ["administer"]"#, r#""may": ["nothing"]"#, r#""roles": ["#, "nobody may administer"),
        (r#""warn_days": [60, 14]"#, r#""warn_days": [14, 60]"#, r#""warn_days""#, "longest first"),
        (r#""nolan": ["#, r#""nolan": [,"#, r#""nolan""#, "expected value"),
    ];
    for (words, instead, on, reason) in table {
        let (words, instead) = (words.replace("\\n", "\n"), instead.replace("\\n", "\n"));
        assert!(EMBEDDED[0].2.contains(&words), "{words}");
        let text = EMBEDDED[0].2.replacen(&words, &instead, 1);
        let error = Scheme::parse(&text).unwrap_err();
        assert!(error.reason.contains(reason), "{error}");
        let named = text.lines().nth(error.line - 1).unwrap();
        let around: Vec<&str> = text.lines().skip(error.line - 1).take(2).collect();
        assert!(
            named.contains(on) || around.concat().contains(on) || reason.starts_with("missing"),
            "{error}: {named}"
        );
        assert!(error.to_string().contains(&format!("line {}", error.line)), "{error}");
    }
}

#[test]
fn what_was_recorded_under_an_older_version_keeps_its_words() {
    let (old, new) = (Scheme::recorded_under("link-2008/1").unwrap(), Scheme::recorded_under("link-2008/2").unwrap());
    assert_eq!(new, link());
    assert_ne!(old.ground("e").unwrap().plain, new.ground("e").unwrap().plain);
    assert_eq!(old.ground("e").unwrap().citation, new.ground("e").unwrap().citation);
    // One that a newer program wrote is read by the newest of its id; nothing is guessed from another scheme.
    assert_eq!(Scheme::recorded_under("link-2008/99"), Some(link()));
    assert_eq!(Scheme::recorded_under("guild-1400/1"), None);
    assert_eq!(Scheme::recorded_under("none/0"), None);
}

fn packs() -> impl Iterator<Item = &'static Scheme> {
    Scheme::embedded_ids().filter_map(Scheme::embedded)
}

#[test]
fn three_schemes_have_their_own_words_grounds_clocks_and_checklists() {
    let of = |what: fn(&Scheme) -> String| packs().map(what).collect::<Vec<_>>();
    let told = |what: fn(&Scheme) -> String| {
        let all = of(what);
        all.iter().collect::<std::collections::BTreeSet<_>>().len() == all.len()
    };
    assert!(told(|p| p.names.network.clone()) && told(|p| p.names.card.clone()));
    assert!(told(|p| p.ground("a").unwrap().citation.clone()));
    assert!(told(|p| p.consent.read_aloud.clone()));
    assert!(told(|p| p.report.rules.signer.rule.clone()));
    for pack in packs() {
        assert!(pack.checklist.len() >= 27, "{}", pack.id);
        assert!(!pack.names.card.is_empty() && !pack.names.may.is_empty(), "{}", pack.id);
        assert!(pack.checklist.iter().all(|q| q.ask.ends_with('?')), "{}", pack.id);
        assert!(pack.consent.answers.iter().all(|a| !a.label.is_empty() && !a.does.is_empty()), "{}", pack.id);
    }
}

#[test]
fn healthwatch_has_twenty_and_thirty_days_and_says_that_neither_was_read() {
    let pack = Scheme::embedded("healthwatch-2013").unwrap();
    for (kind, days, day) in [("provider", 20, date(2026, 12, 30)), ("NHS body", 30, date(2027, 1, 14))] {
        let clock = pack.clock_for(kind);
        assert_eq!((clock.length, clock.confidence), (days, Confidence::Unverified), "{kind}");
        assert_eq!(clock.due(date(2026, 12, 1), Calendar::embedded()).unwrap().due, day, "{kind}");
    }
    assert!(!pack.clock_for("charity").obliges());
    // What was read is said to be, and what was not is said not to be.
    assert!(pack.grounds.iter().all(|g| g.confidence == Confidence::Read && g.citation.starts_with("SI 2013/351")));
    assert!(pack.no_right.iter().any(|n| n.confidence == Confidence::Unverified));
    assert!(pack.theme("accessible information").is_some());
}

#[test]
fn lay_visiting_knows_no_care_home_no_resident_and_no_law_that_sets_a_day() {
    let pack = Scheme::embedded("lay-visiting").unwrap();
    assert_eq!((pack.place_kind("care home"), pack.speaker("resident")), (None, None));
    assert_eq!(pack.areas_for("care home"), pack.elsewhere.areas);
    assert_eq!(pack.printed_speaker("care home", "resident"), "visitors and others");
    assert!(pack.clocks.is_empty() && !pack.clock_for("provider").obliges());
    assert_eq!(pack.place_kind("court cells").unwrap().right, Right::No);
    assert!(pack.checklist_for("custody suite").count() >= 27);
    assert_eq!(
        pack.printed_speaker("custody suite", "detainee"),
        pack.printed_speaker("custody suite", "young detainee")
    );
    assert!(pack.grounds.iter().all(|g| g.confidence != Confidence::Read), "the code's words were not read");
    assert_eq!(pack.role_words("authorised representative"), "custody visitor");
    assert!(pack.team.wrong(2).is_none() && pack.team.wrong(1).is_some());
}
