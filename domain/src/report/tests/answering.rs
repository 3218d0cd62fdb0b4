//! Who answers in whose name, and what was never theirs.

use super::*;

fn manager() -> Option<Answerer> {
    Some(Answerer { name: "D. Whitlock".into(), role: "manager".into() })
}

fn disowned(reply: usize, on: Date, why: &str) -> Deed {
    Deed::Disowned { on, by: HOME.into(), reply, why: why.into(), said_by: manager() }
}

#[test]
fn an_answer_in_the_wrong_name_is_disowned_and_both_are_kept() {
    let answered = after([until_sent(), vec![home_replies()]].concat());
    assert_eq!(answered.unanswered(), [4]);
    let day = date(2026, 12, 21);
    let report = answered.apply(disowned(1, day, "Mr Whitlock rang: he never wrote this."), &rules()).unwrap();
    assert_eq!(report.unanswered(), [1, 2, 3, 4], "what they never said answers nothing");
    let home = report.addressee(HOME).unwrap();
    assert_eq!(home.state(date(2027, 1, 4)), AnswerState::Overdue, "and their clock runs on");
    assert_eq!(home.replies.len(), 1, "but it is kept");

    let Deed::Reply { by, answers, .. } = home_replies() else { panic!("a reply") };
    let theirs =
        Deed::Reply { on: date(2026, 12, 22), by, acknowledgement: String::new(), answers, given_by: manager() };
    let report = report.apply(theirs, &rules()).unwrap();
    assert_eq!(report.unanswered(), [4]);
    let replies = &report.addressee(HOME).unwrap().replies;
    assert_eq!((replies.len(), replies[0].disowned.is_some(), replies[1].given_by.clone()), (2, true, manager()));

    for (deed, words) in [
        (disowned(1, day, "Once more."), "no reply 1 of Beechway"),
        (disowned(3, day, "Which?"), "no reply 3 of Beechway"),
        (disowned(0, day, "Which?"), "no reply 0 of Beechway"),
        (disowned(2, day, "Before it came."), "no reply 2 of Beechway"),
        (disowned(2, date(2026, 12, 23), " "), "is not said"),
    ] {
        let said = report.apply(deed, &rules()).unwrap_err().said(rules().scheme);
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn a_provider_who_says_that_the_facts_are_right_ends_their_window_and_nobody_elses() {
    let shown = after(vec![read_by_the_team(), checked(), sent_for_facts()]);
    let sign = || Deed::SignedOff {
        on: date(2026, 11, 20),
        by: "Ruth Levy".into(),
        under: "meeting of 20 November".into(),
        digest: "first".into(),
        roles: vec!["steering group member".into()],
        left: None,
        declares: true,
        room: Room::default(),
        unfit: vec![],
        interested: vec![],
    };
    assert!(matches!(shown.apply(sign(), &rules()), Err(StepRefused::WindowOpen { .. })));
    let agreed = Deed::FactsAgreed { on: date(2026, 11, 19), by: HOME.into(), given_by: manager() };
    assert!(shown.apply(agreed.clone(), &rules()).unwrap().apply(sign(), &rules()).is_ok());
    let sent = after(until_sent());
    assert!(matches!(sent.apply(agreed, &rules()), Err(StepRefused::OutOfOrder { .. })));
}

#[test]
fn a_report_that_was_kept_before_answers_had_names_reads_as_it_did() {
    let report = after([until_sent(), vec![home_replies()]].concat());
    let text = serde_json::to_string(&report).unwrap();
    for newer in ["given_by", "disowned", "agreed\":", "silent", "marks", "room", "earlier", "how\"", "copy"] {
        assert!(!text.contains(newer), "{newer} is written where nobody said it");
    }
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
}
