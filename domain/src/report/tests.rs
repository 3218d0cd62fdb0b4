#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

mod answering;
mod holding;

const HOME: &str = "Beechway Care Ltd";
const COUNCIL: &str = "London Borough of Sutton";

fn rules() -> Rules<'static> {
    on_day(date(2027, 12, 31))
}

fn on_day(today: Date) -> Rules<'static> {
    Rules { scheme: Scheme::embedded("link-2008").unwrap(), calendar: Calendar::embedded(), today }
}

fn words(digest: &str) -> Words {
    let ask = |to: &str, what: &str| (to.to_owned(), what.to_owned());
    Words::new(
        digest,
        [
            ask(HOME, "Measure how long call bells ring."),
            ask(HOME, "Move stored equipment off the handrails."),
            ask(HOME, "Replace the complaints leaflet."),
            ask(COUNCIL, "Ask for the night rotas."),
        ],
    )
}

fn draft() -> Report {
    let team = ["Asha Patel", "Tom Okafor", "Grace Lindqvist"].map(str::to_owned).to_vec();
    Report::draft("Enter and view report: Hazel Court", team, vec!["Priya Nair".to_owned()], words("first"))
}

fn said(by: &str, says: &str) -> TeamAnswer {
    TeamAnswer { by: by.into(), says: says.into(), ..TeamAnswer::default() }
}

fn read_by_the_team() -> Deed {
    let answers = ["Asha Patel", "Tom Okafor", "Grace Lindqvist"].map(|by| said(by, "agreed")).to_vec();
    Deed::ReadByTeam { on: date(2026, 11, 12), answers }
}

fn checked() -> Deed {
    Deed::Checked { on: date(2026, 11, 12), by: "Priya Nair".into(), digest: "first".into() }
}

fn sent_for_facts() -> Deed {
    Deed::SentForFacts { on: date(2026, 11, 13), until: date(2026, 11, 27) }
}

fn fact_answered(outcome: Option<&str>) -> Deed {
    Deed::FactAnswered {
        on: date(2026, 11, 20),
        by: HOME.into(),
        says: "The call bell at 10:15 was answered after four minutes.".into(),
        outcome: outcome.map(str::to_owned),
        decided: outcome.map(|_| FactDecision::NotAccepted),
        given_by: None,
    }
}

fn signed_off(by: &str, digest: &str) -> Deed {
    Deed::SignedOff {
        on: date(2026, 11, 30),
        by: by.into(),
        under: "delegation of 2026-09-14".into(),
        digest: digest.into(),
        roles: vec!["steering group member".into()],
        left: None,
        declares: true,
        room: Room::default(),
        unfit: vec![],
        interested: vec![],
    }
}

fn to(name: &str, kind: &str) -> SendTo {
    SendTo { name: name.into(), kind: kind.into(), received: None, how: None }
}

fn sent() -> Deed {
    Deed::Sent { on: date(2026, 12, 1), to: vec![to(HOME, "provider"), to(COUNCIL, "commissioner")] }
}

fn promise(n: u32, will: Will, what: &str, by: Option<Date>) -> Promise {
    Promise { n, will, what: what.into(), by }
}

fn reply(answers: Vec<Promise>) -> Deed {
    Deed::Reply { on: date(2026, 12, 18), by: HOME.into(), acknowledgement: String::new(), answers, given_by: None }
}

fn home_replies() -> Deed {
    reply(vec![
        promise(1, Will::Yes, "Bell log from 4 January.", Some(date(2027, 2, 5))),
        promise(2, Will::InPart, "Equipment moved. Signs await the landlord.", Some(date(2027, 3, 31))),
        promise(3, Will::Yes, "New leaflet printed.", Some(date(2026, 12, 21))),
    ])
}

fn no_reply(on: Date) -> Deed {
    Deed::NoReply { on, by: COUNCIL.into() }
}

fn published(on: Date) -> Deed {
    Deed::Published { on, copies: vec![] }
}

/// The report after these deeds, each of which must be legal.
fn after(deeds: impl IntoIterator<Item = Deed>) -> Report {
    deeds.into_iter().fold(draft(), |report, deed| {
        let name = deed.name();
        report.apply(deed, &rules()).unwrap_or_else(|e| panic!("{name}: {e}"))
    })
}

fn until_signed() -> Vec<Deed> {
    vec![
        read_by_the_team(),
        checked(),
        sent_for_facts(),
        fact_answered(Some("not changed: timed by Tom Okafor; printed beside it")),
        signed_off("Ruth Castellan", "first"),
    ]
}

fn until_sent() -> Vec<Deed> {
    [until_signed(), vec![sent()]].concat()
}

#[test]
fn hazel_courts_report_goes_its_way_and_is_published_with_one_answer_missing() {
    let report = after(until_sent());
    let home = report.addressee(HOME).unwrap();
    assert_eq!((home.until, home.duty, home.rule.as_str()), (date(2026, 12, 30), Duty::Due, "provider-report-reply"));
    assert_eq!(home.recommendations, [1, 2, 3]);
    assert_eq!(report.addressee(COUNCIL).unwrap().recommendations, [4]);
    assert_eq!(report.unanswered(), [1, 2, 3, 4]);
    assert_eq!(home.state(date(2026, 12, 30)), AnswerState::Waiting, "the last day is not yet over");
    assert_eq!(home.state(date(2026, 12, 31)), AnswerState::Overdue);

    let report = report.apply(home_replies(), &rules()).unwrap();
    assert_eq!(report.unanswered(), [4]);
    assert_eq!(report.answer_to(2).unwrap().will, Will::InPart);

    let report = report.apply(no_reply(date(2027, 1, 4)), &rules()).unwrap();
    let council = report.addressee(COUNCIL).unwrap();
    assert!(council.overdue(date(2027, 1, 4)));
    assert_eq!(report.silent(date(2027, 1, 4)).map(|a| a.name.as_str()).collect::<Vec<_>>(), [COUNCIL]);

    let report = report.apply(published(date(2027, 1, 5)), &rules()).unwrap();
    let Stage::Published { published, .. } = report.stage() else { panic!("{:?}", report.stage()) };
    assert_eq!(published.without_answer, [(COUNCIL.to_owned(), date(2026, 12, 30))]);
    let council = report.addressee(COUNCIL).unwrap();
    assert_eq!(
        council.state(date(2026, 11, 24)),
        AnswerState::Overdue,
        "what was noted holds on a clock that is behind"
    );
    assert_eq!(published.copies, rules().scheme.copies_to);

    let late = Deed::Reply {
        on: date(2027, 2, 1),
        by: COUNCIL.into(),
        acknowledgement: "Sorry.".into(),
        answers: vec![promise(4, Will::No, "The contract does not ask for rotas.", None)],
        given_by: None,
    };
    assert_eq!(report.apply(late, &rules()).unwrap().unanswered(), [0; 0], "a late answer is still an answer");
}

#[test]
fn a_report_is_kept_as_json_and_is_the_same_afterwards() {
    let report = after([until_sent(), vec![home_replies(), no_reply(date(2027, 1, 4))]].concat());
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
}

#[test]
fn the_steps_on_paper_are_read_as_deeds() {
    let step = r#"{"on": "2026-12-18", "do": "reply", "by": "Beechway Care Ltd",
        "answers": [{"n": 2, "will": "in part", "what": "Equipment moved.", "by": "2027-03-31"}]}"#;
    let deed: Deed = serde_json::from_str(step).unwrap();
    assert_eq!(deed, reply(vec![promise(2, Will::InPart, "Equipment moved.", Some(date(2027, 3, 31)))]));
    let step = r#"{"on": "2027-01-05", "do": "published"}"#;
    assert_eq!(serde_json::from_str::<Deed>(step).unwrap(), published(date(2027, 1, 5)));
}

#[test]
fn a_step_before_its_time_says_what_comes_first() {
    let steps = [
        read_by_the_team(),
        checked(),
        sent_for_facts(),
        fact_answered(Some("kept")),
        signed_off("Ruth Castellan", "first"),
        sent(),
        home_replies(),
        published(date(2027, 1, 5)),
    ];
    // From each stage, every deed that is not its next: after n legal deeds, which deeds are refused as out of order.
    let legal: [&[usize]; 5] = [&[0], &[0, 1], &[2], &[3, 4], &[5]];
    for (n, legal) in legal.iter().enumerate() {
        let deeds = if n == 4 { until_signed() } else { steps[..n].to_vec() };
        let report = after(deeds);
        for (m, deed) in steps.iter().enumerate().filter(|(m, _)| !legal.contains(m)) {
            let refused = report.apply(deed.clone(), &rules()).unwrap_err();
            assert!(matches!(refused, StepRefused::OutOfOrder { .. }), "{n} {m}: {refused}");
        }
    }
    let refused = draft().apply(sent(), &rules()).unwrap_err();
    assert_eq!(
        refused.said(rules().scheme),
        "Nothing was changed: “sent” cannot be done to a report at the stage “draft”. The rule: a report goes from one step to the next and leaves none out (practice of published enter and view reports). First: read by the team."
    );
}

#[test]
fn each_rule_stops_its_own_step_and_names_its_source() {
    let facts_open = || vec![read_by_the_team(), checked(), sent_for_facts()];
    let signing = |on: Date, under: &str, roles: &[&str], left: Option<Date>| Deed::SignedOff {
        on,
        by: "Ruth Castellan".into(),
        under: under.into(),
        digest: "first".into(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        left,
        declares: true,
        room: Room::default(),
        unfit: vec![],
        interested: vec![],
    };
    let (steering, monday) = (["steering group member"], date(2026, 11, 30));
    let early = signing(date(2026, 11, 27), "delegation", &steering, None);
    let undecided = signing(monday, " ", &steering, None);
    let team = |by: &str| Deed::ReadByTeam { on: date(2026, 11, 12), answers: vec![said(by, "agreed")] };
    let to_all = |to: Vec<SendTo>| Deed::Sent { on: date(2026, 12, 1), to };
    let typed = |on, why: Option<&str>| {
        let received = Some(Receipt { on, why: why.map(str::to_owned) });
        to_all(vec![SendTo { received, ..to(HOME, "provider") }, to(COUNCIL, "commissioner")])
    };
    let with_answers: Vec<Deed> = [until_sent(), vec![home_replies()]].concat();
    let table: Vec<(Vec<Deed>, Deed, &str, &str)> = vec![
        (vec![], Deed::ReadByTeam { on: date(2026, 11, 12), answers: vec![] }, "nobody who went", "practice"),
        (vec![], team("Dilys Morgan"), "Dilys Morgan was not on this visit", "practice"),
        (
            vec![read_by_the_team()],
            Deed::Checked { on: date(2026, 11, 11), by: "Priya Nair".into(), digest: "first".into() },
            "before the step of 2026-11-12",
            "practice",
        ),
        (
            vec![read_by_the_team()],
            Deed::Checked { on: date(2026, 11, 12), by: "Priya Nair".into(), digest: "second".into() },
            "not those that stand there now",
            "GR 6.1",
        ),
        (
            vec![read_by_the_team(), checked()],
            Deed::SentForFacts { on: date(2026, 11, 13), until: date(2026, 11, 13) },
            "leaves the provider no day",
            "practice",
        ),
        (
            facts_open(),
            signing(monday, "delegation", &["host officer", "authorised representative"], None),
            "Ruth Castellan is nobody who signs reports off",
            "GR 6.1",
        ),
        (
            facts_open(),
            signing(monday, "delegation", &steering, Some(date(2026, 11, 29))),
            "nobody who signs",
            "GR 6.1",
        ),
        (facts_open(), early, "the provider has until 2026-11-27", "practice"),
        (
            [facts_open(), vec![fact_answered(None)]].concat(),
            signed_off("Ruth Castellan", "first"),
            "nobody has decided what becomes of",
            "practice",
        ),
        (facts_open(), signed_off(" priya nair", "first"), "wrote some of it", "GR 6.2"),
        (facts_open(), undecided, "no meeting and no delegation", "SI 2008/528 reg 2(1)(d)"),
        (facts_open(), signed_off("Ruth Castellan", "other"), "not those that stand there now", "GR 6.1"),
        (until_signed(), to_all(vec![]), "nobody is named", "s 224"),
        (
            until_signed(),
            to_all(vec![to(HOME, "provider"), to("beechway care ltd", "provider")]),
            "named twice",
            "s 224",
        ),
        (
            until_signed(),
            to_all(vec![to(HOME, "provider")]),
            "recommendation 4 is for London Borough of Sutton",
            "s 224",
        ),
        (until_signed(), typed(date(2026, 11, 30), Some("by hand")), "received it on 2026-11-30", "s 224"),
        (until_signed(), typed(date(2026, 12, 3), None), "received it on 2026-12-03", "s 224"),
        (until_sent(), no_reply(date(2026, 12, 30)), "has until 2026-12-30", "SI 2008/528 Part 2"),
        (
            until_sent(),
            Deed::NoReply { on: date(2027, 1, 4), by: "The Mayor".into() },
            "did not go to The Mayor",
            "s 224",
        ),
        (until_sent(), reply(vec![promise(4, Will::Yes, "", None)]), "recommendation 4 is not for Beechway", "s 224"),
        (until_sent(), reply(vec![]), "says nothing", "s 224"),
        (until_sent(), published(date(2026, 12, 30)), "has until 2026-12-30", "SI 2008/528 Part 2"),
        (with_answers.clone(), Deed::NoReply { on: date(2027, 1, 4), by: HOME.into() }, "has answered", "s 224"),
        (with_answers, published(date(2026, 12, 22)), "London Borough of Sutton has until 2026-12-30", "SI 2008/528"),
    ];
    for (deeds, deed, words, citation) in table {
        let refused = after(deeds).apply(deed, &rules()).unwrap_err();
        let said = refused.said(rules().scheme);
        assert!(said.contains(words) && said.contains(&rules().scheme.report.rules.of(refused.rule()).rule), "{said}");
        assert!(refused.citation(rules().scheme).contains(citation) && said.contains(citation), "{said}");
        assert!(!refused.first().is_empty(), "{refused}");
    }
}

#[test]
fn each_of_those_who_went_answers_for_themself_on_whatever_day() {
    let answer = |on: Date, answers: Vec<TeamAnswer>| Deed::ReadByTeam { on, answers };
    let mine = after([
        answer(date(2026, 11, 12), vec![said("Asha Patel", "That is not what I meant.")]),
        answer(date(2026, 11, 13), vec![said("Tom Okafor", "agreed")]),
        answer(date(2026, 11, 14), vec![said(" asha patel", "agreed")]),
    ]);
    let read = mine.stage().reading().unwrap();
    assert_eq!(read.answers.iter().map(|a| a.says.as_str()).collect::<Vec<_>>(), ["agreed", "agreed"]);
    assert_eq!(read.on, date(2026, 11, 14));
    assert!(read.of("Tom Okafor").is_some() && read.of("Grace Lindqvist").is_none());
}

#[test]
fn nothing_is_entered_before_it_was_done_however_far_ahead_the_day_is_typed() {
    let on_the_eve = |deed: &Deed| on_day(deed.on().yesterday().unwrap());
    let mut report = draft();
    for deed in [until_sent(), vec![home_replies(), no_reply(date(2027, 1, 4)), published(date(2027, 1, 5))]].concat() {
        let refused = report.apply(deed.clone(), &on_the_eve(&deed)).unwrap_err();
        assert!(matches!(refused, StepRefused::NotYet { .. }), "{refused}");
        report = report.apply(deed.clone(), &on_day(deed.on())).unwrap();
    }
    let received = Some(Receipt { on: date(2026, 12, 3), why: Some("by hand".into()) });
    let ahead = vec![SendTo { received, ..to(HOME, "provider") }, to(COUNCIL, "commissioner")];
    let sent = Deed::Sent { on: date(2026, 12, 1), to: ahead };
    let refused = after(until_signed()).apply(sent, &on_day(date(2026, 12, 2))).unwrap_err();
    assert_eq!(refused.rule(), crate::scheme::StepRule::Day);
    assert!(refused.said(rules().scheme).contains("2026-12-03 lies ahead: today is 2026-12-02"), "{refused}");
}

#[test]
fn a_reply_before_the_report_was_received_is_refused() {
    let mut early = home_replies();
    if let Deed::Reply { on, .. } = &mut early {
        *on = date(2026, 11, 30);
    }
    let refused = after(until_sent()).apply(early, &rules()).unwrap_err();
    assert_eq!(refused, StepRefused::ReplyBeforeReceipt { who: HOME.into(), received: date(2026, 12, 1) });
}

#[test]
fn any_change_of_words_after_sign_off_undoes_it() {
    let signed = after(until_signed());
    assert_eq!(signed.words_changed(words("first"), "Priya Nair", date(2026, 11, 30)).unwrap(), signed);

    let changed = signed.words_changed(words("second"), "Priya Nair", date(2026, 11, 30)).unwrap();
    assert_eq!(changed.stage().name(), "with the provider for facts");
    assert_eq!(changed.undone()[0].signed.by, "Ruth Castellan");
    assert!(matches!(changed.apply(sent(), &rules()), Err(StepRefused::OutOfOrder { .. })));
    assert_eq!(changed.apply(signed_off("Ruth Castellan", "first"), &rules()), Err(StepRefused::OtherWords));
    let again = changed.apply(signed_off("Ruth Castellan", "second"), &rules()).unwrap();
    assert!(again.apply(sent(), &rules()).is_ok());
}

#[test]
fn a_change_after_the_check_asks_for_another_and_one_after_sending_is_a_new_edition() {
    let checked_once = after([read_by_the_team(), checked()]);
    let changed = checked_once.words_changed(words("second"), "Priya Nair", date(2026, 11, 12)).unwrap();
    assert_eq!(changed.stage().name(), "read by the team");
    let refused = after(until_sent()).words_changed(words("second"), "Priya Nair", date(2026, 12, 2)).unwrap_err();
    assert_eq!(refused, StepRefused::SentIsFinal { on: date(2026, 12, 1) });
    assert!(refused.first().contains("new edition"), "{refused}");
}

#[test]
fn ruth_may_not_sign_what_she_rewrote_herself() {
    let report = after([read_by_the_team(), checked(), sent_for_facts()]);
    let report = report.words_changed(words("second"), "Ruth Castellan", date(2026, 11, 20)).unwrap();
    let refused = report.apply(signed_off("Ruth Castellan", "second"), &rules()).unwrap_err();
    assert_eq!(refused, StepRefused::WroteIt { who: "Ruth Castellan".into() });
    assert!(report.apply(signed_off("Femi Adewale", "second"), &rules()).is_ok());
}

#[test]
fn a_disagreement_that_nobody_settled_is_printed() {
    let grace = said("Grace Lindqvist", "That is not what I meant.");
    let tom = TeamAnswer { settled: Some("reworded with him".into()), ..said("Tom Okafor", "The bell was nearer.") };
    let deed = Deed::ReadByTeam { on: date(2026, 11, 12), answers: vec![said("Asha Patel", "Agreed"), tom, grace] };
    let report = after([deed]);
    let Stage::ReadByTeam { read } = report.stage() else { panic!() };
    assert_eq!(read.to_print().map(|a| a.by).collect::<Vec<_>>(), ["Grace Lindqvist"]);
}

#[test]
fn another_day_of_receipt_starts_the_clock_anew_for_that_recipient_alone() {
    let received =
        Deed::Received { by: COUNCIL.into(), on: date(2026, 12, 3), why: "their stamp on the letter".into() };
    let report = after([until_sent(), vec![received]].concat());
    assert_eq!(report.addressee(COUNCIL).unwrap().until, date(2027, 1, 4));
    assert_eq!(report.addressee(HOME).unwrap().until, date(2026, 12, 30));
}

#[test]
fn where_no_law_obliges_it_is_asked_for_and_never_overdue() {
    let send = Deed::Sent {
        on: date(2026, 12, 1),
        to: vec![to(HOME, "unfunded provider"), to(COUNCIL, "commissioner"), to("Police", "police")],
    };
    let report = after([until_signed(), vec![send]].concat());
    let home = report.addressee(HOME).unwrap();
    assert_eq!((home.rule.as_str(), home.duty), ("asked-by", Duty::AskedBy));
    assert_eq!(home.until, date(2026, 12, 30));
    assert_eq!(home.state(date(2027, 1, 4)), AnswerState::Silent);
    assert!(!home.overdue(date(2027, 1, 4)));
    assert_eq!(report.addressee(COUNCIL).unwrap().duty, Duty::Due);
}

#[test]
fn a_calendar_that_ends_too_soon_stops_the_sending() {
    let send = Deed::Sent { on: date(2027, 12, 20), to: vec![to(HOME, "provider"), to(COUNCIL, "commissioner")] };
    let refused = after(until_signed()).apply(send, &rules()).unwrap_err();
    assert!(refused.to_string().contains("bank holidays of 2028 are not known"), "{refused}");
}

#[derive(Debug, Clone)]
enum Act {
    Do(Deed),
    Rewrite(&'static str, &'static str),
}

/// Deeds and changes by several hands, in any order; days are far enough apart for the window to matter.
fn any_act() -> impl Strategy<Value = Act> {
    let digest = || prop_oneof![Just("first"), Just("second"), Just("third")];
    let signer = prop_oneof![Just("Ruth Castellan"), Just("Priya Nair"), Just("Femi Adewale")];
    prop_oneof![
        2 => Just(Act::Do(read_by_the_team())),
        2 => Just(Act::Do(checked())),
        2 => Just(Act::Do(sent_for_facts())),
        1 => Just(Act::Do(fact_answered(Some("kept")))),
        1 => Just(Act::Do(fact_answered(None))),
        4 => (signer, digest()).prop_map(|(by, digest)| Act::Do(signed_off(by, digest))),
        3 => Just(Act::Do(sent())),
        1 => Just(Act::Do(home_replies())),
        1 => Just(Act::Do(no_reply(date(2027, 1, 4)))),
        1 => Just(Act::Do(published(date(2027, 1, 5)))),
        2 => (digest(), prop_oneof![Just("Priya Nair"), Just("Ruth Castellan")]).prop_map(|(d, by)| Act::Rewrite(d, by)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]
    #[test]
    fn nothing_is_sent_but_the_very_words_that_another_hand_signed(
        acts in proptest::collection::vec(any_act(), 0..60), start in 0..6_usize
    ) {
        // Some runs start part of the way, or few random ones would come as far as sending.
        let mut report = after(until_sent().into_iter().take(start));
        for act in acts {
            let next = match act {
                Act::Do(deed) => report.apply(deed, &rules()),
                Act::Rewrite(digest, by) => report.words_changed(words(digest), by, date(2026, 11, 30)),
            };
            if let Ok(next) = next {
                report = next;
            }
            match report.stage() {
                Stage::SignedOff { signed, .. } | Stage::Sent { signed, .. } | Stage::Published { signed, .. } => {
                    prop_assert_eq!(signed.digest.as_str(), report.words().digest());
                    prop_assert!(!report.written_by().contains(&signed.by));
                }
                _ => {}
            }
            let again: Report = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
            prop_assert_eq!(&again, &report);
        }
    }
}

#[test]
fn an_answer_says_what_will_be_done_or_why_not() {
    for will in [Will::Yes, Will::InPart, Will::No] {
        let deed = reply(vec![promise(1, will, "  ", None)]);
        let refused = after(until_sent()).apply(deed, &rules()).unwrap_err();
        assert!(matches!(refused, StepRefused::EmptyPromise { n: 1, .. }), "{refused:?}");
    }
}
