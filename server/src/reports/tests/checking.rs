//! What `check` says, and that what it calls held back is in no form even when nobody asked it.

use super::hazel_court::{self, TEA, photo};
use super::reading::{all_forms, squeezed};
use crate::reports::*;

fn problems_of(change: impl FnOnce(&mut Document, &mut Photos)) -> Vec<Problem> {
    let (mut report, mut photos) = (hazel_court::report(), hazel_court::photos());
    change(&mut report, &mut photos);
    check(&report, &photos)
}

/// The photo of the second finding.
fn corridor(report: &mut Document) -> &mut Photo {
    let Block::Finding(finding) = &mut report.sections[0].blocks[1] else { panic!("a finding") };
    let Block::Photo(photo) = &mut finding.evidence[0] else { panic!("a photo") };
    photo
}

#[test]
fn a_whole_report_has_no_problem() {
    assert_eq!(problems_of(|_, _| {}), []);
}

#[test]
fn each_fault_is_named_where_it_stands_and_reaches_as_far_as_it_should() {
    use Severity::{HeldBack, Notice, StopsSending};
    type Change = fn(&mut Document, &mut Photos);
    let cases: [(Change, Severity, &str, &str); 17] = [
        (|r, _| corridor(r).shows = " ".into(), HeldBack, "photo", "described"),
        (|r, _| corridor(r).cover_confirmed = false, HeldBack, "Finding 2", "covered"),
        (|r, _| corridor(r).second_look = false, StopsSending, "Finding 2", "has looked at it"),
        (|_, p| drop(p.remove("corridor")), HeldBack, "Finding 2", "not arrived"),
        (|_, p| drop(p.insert("corridor".into(), b"GIF89a".to_vec())), HeldBack, "Finding 2", "broken"),
        (|r, _| corridor(r).width = 801, Notice, "Finding 2", "another size"),
        (|r, _| corridor(r).permission = String::new(), StopsSending, "Finding 2", "permitted"),
        (|r, _| r.sections[1].blocks.clear(), StopsSending, "Good practice", "Nothing stands"),
        (|r, _| r.sections[1].level = 4, StopsSending, "Good practice", "skipped"),
        (|r, _| r.sections[1].heading = None, StopsSending, "Findings", "no heading"),
        (|r, _| r.title.place = String::new(), StopsSending, "Title page", "the place"),
        (|r, _| r.title.found.push("A sixth thing.".into()), Notice, "Title page", "6 lines"),
        (
            |r, _| r.title.found[2] = "Handrails are blocked by a hoist and two wheelchairs.".repeat(2),
            Notice,
            "Title page",
            "more than one line",
        ),
        (
            |r, _| r.title.who = "Everybody who was there spoke to us. ".repeat(60),
            Notice,
            "Title page",
            "not fit one page",
        ),
        (|r, _| r.sections[2].blocks = vec![unsettled()], StopsSending, "overall impression", "not settled"),
        (|r, _| r.title.kind = "Report 🙂".into(), Notice, "Title page", "U+1F642"),
        (
            |r, _| r.sections[1].blocks.push(Block::Observation(Observation::new(vec![], "Warm."))),
            StopsSending,
            "Good practice",
            "how it is known",
        ),
    ];
    for (at, (change, severity, place, what)) in cases.into_iter().enumerate() {
        let problems = problems_of(change);
        let found = problems
            .iter()
            .find(|p| p.what.contains(what))
            .unwrap_or_else(|| panic!("case {at}, {what}: {problems:#?}"));
        assert_eq!(found.severity, severity, "case {at}");
        assert!(found.where_.contains(place), "case {at}: {}", found.where_);
        assert!(!found.do_.is_empty());
        assert_eq!(problems.len(), 1, "case {at}: {problems:#?}");
    }
}

fn unsettled() -> Block {
    let Block::Differences(mut differences) = hazel_court::impression() else { panic!("differences") };
    differences.printed_by_decision = false;
    Block::Differences(differences)
}

#[test]
fn both_texts_of_a_difference_stand_with_their_names_while_it_is_open() {
    let mut report = hazel_court::report();
    report.sections[2].blocks = vec![unsettled()];
    for (form, words) in all_forms(&report, &hazel_court::photos()) {
        for said in [
            "Warm staff in a building",
            "Kind people, stretched thin",
            "Asha Patel",
            "Tom Okafor",
            "until it is settled",
        ] {
            assert!(words.contains(&squeezed(said)), "{form}: {said}");
        }
    }
}

#[test]
fn a_quote_read_back_from_a_file_is_printed_nowhere_until_consent_is_shown_again() {
    let photos = hazel_court::photos();
    let stored = serde_json::to_string(&hazel_court::report()).unwrap();
    let mut report: Document = serde_json::from_str(&stored).unwrap();
    let held = |report: &Document| check(report, &photos).iter().filter(|p| p.severity == Severity::HeldBack).count();
    assert_eq!(held(&report), 4);
    for (form, words) in all_forms(&report, &photos) {
        assert!(!words.contains(&squeezed(TEA)), "the {form} quotes without consent");
        assert!(words.contains("Thesewordsareheldback"), "{form}");
    }

    // The resident still agrees; in the meantime the manager has changed her mind, and another's words were altered.
    report.prove(&[
        Quotable::from_quotable_view("10-1030", TEA),
        Quotable::from_quotable_view("10-1041", "They are kind."),
    ]);
    assert_eq!(held(&report), 3);
    for (form, words) in all_forms(&report, &photos) {
        assert!(words.contains(&squeezed(TEA)), "{form}");
        assert!(!words.contains("Twonightposts"), "the {form} quotes the manager");
        assert!(!words.contains("askedthreetimes"), "the {form} quotes words that were not agreed to");
    }
}

#[test]
fn a_photo_that_nobody_covered_is_in_no_form() {
    let photos = hazel_court::photos();
    let mut report = hazel_court::report();
    corridor(&mut report).cover_confirmed = false;
    let jpeg = &photos["corridor"];
    let holds = |file: &[u8]| file.windows(jpeg.len()).any(|window| window == jpeg.as_slice());
    assert!(!holds(&docx(&report, &photos).unwrap()));
    assert!(!holds(&pdf(&report, &photos).unwrap()));
    let page = html(&report, &photos).unwrap();
    assert_eq!(page.matches("<img ").count(), 2);
    assert!(page.contains("nobody has confirmed"));
}

#[test]
fn a_draft_with_everything_wrong_still_prints() {
    let mut report = hazel_court::report();
    report.language = "nonsense-tag!".to_owned();
    report.title.place = String::new();
    report.title.found.clear();
    report.sections = vec![
        Section { level: 9, ..Section::new("", vec![]) },
        Section {
            code: String::new(),
            heading: None,
            level: 0,
            blocks: vec![Block::paragraph(""), Block::List { numbered: true, items: vec![] }],
        },
        Section::new("Photos", vec![photo("nowhere", "", "", None), Block::Facts { rows: vec![] }]),
        Section::new(
            "Tables",
            vec![
                Block::Table(Table { caption: String::new(), header: vec![], rows: vec![vec![]], note: None }),
                Block::Recommendations(Recommendations { rows: vec![], how_to_answer: None }),
                Block::Differences(Differences {
                    field: String::new(),
                    texts: vec![],
                    printed_by_decision: false,
                    decided: None,
                }),
            ],
        ),
    ];
    assert!(check(&report, &Photos::new()).len() > 5);
    all_forms(&report, &Photos::new());
    pdf(&report, &Photos::new()).unwrap();
}
