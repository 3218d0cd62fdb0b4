//! Steps that hold against somebody: who was silent, what was not meant at which sentence, who may not sign, what became
//! of a fact, and that no clock moves unseen.

use super::*;
use crate::authorisation::RefusedAssignment;

const CALLS: &str = "At night calls wait.";

fn shown(on: Date) -> Deed {
    Deed::ShownToTeam { on }
}

fn answered(on: Date, answers: Vec<TeamAnswer>) -> Deed {
    Deed::ReadByTeam { on, answers }
}

fn checked_on(on: Date) -> Deed {
    Deed::Checked { on, by: "Priya Nair".into(), digest: "first".into() }
}

/// The refusal of the last of some deeds, as somebody reads it.
fn refusal(deeds: Vec<Deed>, deed: Deed) -> (crate::scheme::StepRule, String) {
    let refused = after(deeds).apply(deed, &rules()).unwrap_err();
    (refused.rule(), refused.said(rules().scheme))
}

#[test]
fn who_says_nothing_for_seven_days_is_recorded_as_silent_and_waited_for_no_longer() {
    let asha = || answered(date(2026, 11, 13), vec![said("Asha Patel", "agreed")]);
    let before = vec![shown(date(2026, 11, 12)), asha()];
    let (rule, words) = refusal(before.clone(), checked_on(date(2026, 11, 19)));
    assert_eq!(rule, crate::scheme::StepRule::Team);
    assert!(words.contains("Tom Okafor and Grace Lindqvist can say until 2026-11-19"), "{words}");
    let report = after([before, vec![checked_on(date(2026, 11, 20))]].concat());
    let silent = &report.stage().reading().unwrap().silent;
    assert_eq!(silent.iter().map(|s| s.by.as_str()).collect::<Vec<_>>(), ["Tom Okafor", "Grace Lindqvist"]);
    assert_eq!((silent[0].asked, silent[0].until), (date(2026, 11, 12), date(2026, 11, 19)));

    // Words change, Tom speaks after all: his silence is over, Grace's is not.
    let again = report.words_changed(words_of("second"), "Priya Nair", date(2026, 11, 21)).unwrap();
    let tom = answered(date(2026, 11, 21), vec![said("Tom Okafor", "agreed")]);
    let again = again.apply(tom, &rules()).unwrap();
    assert_eq!(again.stage().reading().unwrap().silent.len(), 1);
    assert_eq!(again.not_heard(), ["Grace Lindqvist"]);
}

fn words_of(digest: &str) -> Words {
    super::words(digest)
}

#[test]
fn where_nobody_wrote_down_when_they_had_it_the_first_answer_begins_the_window() {
    let asha = answered(date(2026, 11, 12), vec![said("Asha Patel", "agreed")]);
    let tom = answered(date(2026, 11, 18), vec![said("Tom Okafor", "agreed")]);
    let report = after([asha, tom]);
    assert_eq!(report.team_until(&rules()).unwrap(), Some(date(2026, 11, 19)));
    assert!(report.apply(checked_on(date(2026, 11, 19)), &rules()).is_err());
    assert!(report.apply(checked_on(date(2026, 11, 20)), &rules()).is_ok());
    assert_eq!(draft().team_until(&rules()).unwrap(), None, "nobody is waited for who has nothing to read");
}

#[test]
fn a_draft_that_all_of_them_pass_over_in_silence_is_checked_once_their_days_are_over() {
    let out_of_order = draft().apply(checked_on(date(2026, 11, 30)), &rules()).unwrap_err();
    assert!(matches!(out_of_order, StepRefused::OutOfOrder { .. }), "it was never given to them: {out_of_order}");
    let given = after([shown(date(2026, 11, 12))]);
    assert!(matches!(given.apply(checked_on(date(2026, 11, 19)), &rules()), Err(StepRefused::TeamHasTime { .. })));
    assert!(given.apply(shown(date(2026, 11, 11)), &rules()).is_err(), "a window is not begun earlier than it was");
    let report = given.apply(checked_on(date(2026, 11, 20)), &rules()).unwrap();
    assert_eq!(report.stage().reading().unwrap().silent.len(), 3);
}

#[test]
fn a_window_is_not_begun_earlier_than_it_was_and_no_answer_begins_it_anew() {
    let asha = answered(date(2026, 11, 13), vec![said("Asha Patel", "agreed")]);
    let again = after([shown(date(2026, 11, 12)), asha, shown(date(2026, 11, 18))]);
    assert_eq!(again.shown(), Some(date(2026, 11, 18)));
    let earlier = again.apply(shown(date(2026, 11, 14)), &rules());
    assert!(matches!(earlier, Err(StepRefused::BeforeLastStep { .. })), "a page that was open for days: {earlier:?}");
    let tom = answered(date(2026, 11, 20), vec![said("Tom Okafor", "agreed")]);
    assert_eq!(again.apply(tom, &rules()).unwrap().shown(), Some(date(2026, 11, 18)));
}

#[test]
fn who_joined_the_team_since_is_not_silent_but_is_given_the_draft() {
    let given = after([shown(date(2026, 11, 12))]);
    let joined = given.team_is(["Asha Patel", "Bola Adeyemi"].map(str::to_owned).to_vec());
    let refused = joined.apply(checked_on(date(2026, 11, 20)), &rules()).unwrap_err();
    let words = refused.said(rules().scheme);
    assert!(words.contains("Bola Adeyemi joined the team after the draft was given to it"), "{words}");
    let once_more = joined.apply(shown(date(2026, 11, 20)), &rules()).unwrap();
    let report = once_more.apply(checked_on(date(2026, 11, 28)), &rules());
    // Today of these rules is later than that, or the step would be refused for its day.
    assert_eq!(report.unwrap().stage().reading().unwrap().silent.len(), 2);
}

#[test]
fn what_is_not_meant_is_said_at_its_sentence_and_printed_until_it_is_settled() {
    let mark = |settled: Option<&str>| Mark {
        about: CALLS.into(),
        entry: None,
        says: "Two calls on one night.".into(),
        settled: settled.map(str::to_owned),
    };
    let tom = |mark: Mark| TeamAnswer { by: "Tom Okafor".into(), marks: vec![mark], ..TeamAnswer::default() };
    let report = after([answered(date(2026, 11, 12), vec![tom(mark(None))])]);
    let marked = mark(None);
    let to_print: Vec<_> = report.stage().reading().unwrap().to_print().collect();
    let expected = Disagreement { by: "Tom Okafor", about: Some(&marked), says: "Two calls on one night." };
    assert_eq!(to_print, [expected]);
    assert!(!report.stage().reading().unwrap().of("Tom Okafor").unwrap().agrees());
    let settled = answered(date(2026, 11, 13), vec![tom(mark(Some("the nights are named")))]);
    let report = report.apply(settled, &rules()).unwrap();
    assert_eq!(report.stage().reading().unwrap().to_print().count(), 0);
    let (_, words) = refusal(vec![], answered(date(2026, 11, 12), vec![said("Tom Okafor", " ")]));
    assert!(words.contains("what Tom Okafor says of it is empty"), "{words}");
}

#[test]
fn a_fact_is_accepted_with_the_change_or_not_with_the_reason() {
    let facts = || vec![read_by_the_team(), checked(), sent_for_facts()];
    let fact = |outcome: &str, decided| Deed::FactAnswered {
        on: date(2026, 11, 20),
        by: HOME.into(),
        says: "Four minutes.".into(),
        outcome: Some(outcome.into()),
        decided,
        given_by: None,
    };
    let (rule, words) = refusal(facts(), fact("timed by Tom", None));
    assert!(rule == crate::scheme::StepRule::Facts && words.contains("whether this was accepted"), "{words}");
    let kept = after([facts(), vec![fact("timed by Tom", Some(FactDecision::NotAccepted))]].concat());
    assert!(kept.stage().facts()[0].is_printed());
    let changed = kept.apply(fact("now: nine minutes", Some(FactDecision::Accepted)), &rules()).unwrap();
    let [one] = changed.stage().facts() else { panic!("one point") };
    assert_eq!((one.outcome.as_deref(), one.is_printed()), (Some("now: nine minutes"), false));
}

#[test]
fn ruth_whose_sister_works_there_may_not_sign_and_neither_may_whoever_is_not_fit() {
    let words = "my sister is a nurse with Beechway Care";
    let interest = vec![RefusedAssignment::InterestInProvider { words: words.into() }];
    let lapsed = vec![RefusedAssignment::Lapsed { what: crate::scheme::NeedKind::Check, on: date(2026, 10, 29) }];
    let out = |who: &str| LeftRoom { who: who.into(), why: "her sister works there".into() };
    let room = |left: Vec<LeftRoom>| Room { present: vec!["Ruth Castellan".into()], left, against: vec![] };
    let femi = || vec!["Femi Adewale".to_owned()];
    use crate::scheme::StepRule::{Fit, Interest};
    let table = [
        (true, interest, room(vec![]), vec![], Some((Interest, "has declared an interest: my sister is a nurse"))),
        (true, lapsed, room(vec![]), vec![], Some((Fit, "cannot sign: check expired on 2026-10-29"))),
        (true, vec![], room(vec![out("ruth castellan")]), vec![], Some((Interest, "said to have left the room"))),
        (false, vec![], room(vec![]), vec![], Some((Interest, "has not said that they wrote none of it"))),
        (true, vec![], room(vec![]), femi(), Some((Interest, "Femi Adewale has declared an interest and is not said"))),
        (true, vec![], room(vec![out("Femi Adewale")]), femi(), None),
    ];
    let before = after([read_by_the_team(), checked(), sent_for_facts()]);
    for (says, stands_against, there, with_interest, expected) in table {
        let mut deed = signed_off("Ruth Castellan", "first");
        let Deed::SignedOff { declares, unfit, room, interested, .. } = &mut deed else { panic!("a sign-off") };
        (*declares, *unfit, *room, *interested) = (says, stands_against, there, with_interest);
        let kept = serde_json::to_string(&deed).unwrap();
        assert!(!kept.contains("sister is a nurse") && !kept.contains("2026-10-29"), "no history names it: {kept}");
        match (before.apply(deed, &rules()), expected) {
            (Ok(signed), None) => assert!(signed.stage().signed().unwrap().room.has_left("Femi Adewale")),
            (Err(refused), Some((rule, words))) => {
                let said = refused.said(rules().scheme);
                assert!(refused.rule() == rule && said.contains(words), "{said}");
            }
            (taken, expected) => panic!("{taken:?} {expected:?}"),
        }
    }
}

#[test]
fn a_corrected_day_keeps_the_old_one_and_why() {
    let received = |on, why: &str| Deed::Received { by: COUNCIL.into(), on, why: why.into() };
    let report = after([until_sent(), vec![received(date(2026, 12, 3), "their stamp on the letter")]].concat());
    let report = report.apply(no_reply(date(2027, 1, 5)), &on_day(date(2027, 1, 5))).unwrap();
    let report = report.apply(received(date(2026, 12, 4), "the stamp read again"), &on_day(date(2027, 1, 6))).unwrap();
    let council = report.addressee(COUNCIL).unwrap();
    assert_eq!((council.receipt.on, council.until), (date(2026, 12, 4), date(2027, 1, 5)));
    let [first, second] = &council.earlier[..] else { panic!("{:?}", council.earlier) };
    assert_eq!(
        (first.receipt.on, first.receipt.why.as_deref(), first.until),
        (date(2026, 12, 1), None, date(2026, 12, 30))
    );
    assert_eq!(second.receipt.why.as_deref(), Some("their stamp on the letter"));
    assert_eq!((second.until, second.changed), (date(2027, 1, 4), date(2027, 1, 6)));
    assert_eq!(second.no_reply_noted, Some(date(2027, 1, 5)), "what was noted is not forgotten");
}

#[test]
fn how_it_went_and_every_copy_are_written_down() {
    let mut sent = sent();
    if let Deed::Sent { to, .. } = &mut sent {
        to[0].how = Some("by post".into());
    }
    let after_post = after([until_signed(), vec![sent]].concat());
    assert_eq!(after_post.addressee(HOME).unwrap().how.as_deref(), Some("by post"));
    let out = after([until_sent(), vec![published(date(2027, 1, 5))]].concat());
    let copy = |on| Deed::CopyGiven { on, to: "Care Quality Commission".into(), how: "by e-mail".into() };
    let out = out.apply(copy(date(2027, 1, 6)), &rules()).unwrap();
    let Stage::Published { published, .. } = out.stage() else { panic!("published") };
    assert_eq!(published.given[0].to, "Care Quality Commission");
    assert!(matches!(out.apply(copy(date(2027, 1, 4)), &rules()), Err(StepRefused::BeforeLastStep { .. })));
}

/// Every deed at every stage: it is taken, or refused with the rule that one step comes after the other.
#[test]
fn every_deed_at_every_stage_is_taken_or_refused_with_the_rule() {
    let home_received = Deed::Received { by: HOME.into(), on: date(2026, 12, 2), why: "signed for".into() };
    let disowned =
        Deed::Disowned { on: date(2027, 1, 5), by: HOME.into(), reply: 1, why: "not ours".into(), said_by: None };
    let agreed = Deed::FactsAgreed { on: date(2026, 11, 20), by: HOME.into(), given_by: None };
    let copy = Deed::CopyGiven { on: date(2027, 1, 6), to: "the council".into(), how: "by post".into() };
    let replied = || [until_sent(), vec![home_replies()]].concat();
    // Each stage by what leads to it, and the names of the deeds that may be done there.
    let stages: [(Vec<Deed>, &[&str]); 7] = [
        (vec![], &["shown to the team", "read by the team"]),
        (vec![read_by_the_team()], &["shown to the team", "read by the team", "checked"]),
        (vec![read_by_the_team(), checked()], &["sent for facts"]),
        (vec![read_by_the_team(), checked(), sent_for_facts()], &["fact answered", "facts agreed", "signed off"]),
        (until_signed(), &["sent"]),
        (replied(), &["received", "reply", "disowned", "no reply", "published"]),
        ([replied(), vec![published(date(2027, 1, 5))]].concat(), &["reply", "disowned", "copy given"]),
    ];
    for (lead, allowed) in stages {
        let report = after(lead);
        let late = |deed: Deed| match deed {
            Deed::Reply { by, answers, .. } => {
                Deed::Reply { on: date(2027, 1, 5), by, answers, acknowledgement: String::new(), given_by: None }
            }
            other => other,
        };
        let all = [
            shown(date(2026, 11, 12)),
            read_by_the_team(),
            checked(),
            sent_for_facts(),
            fact_answered(Some("kept")),
            agreed.clone(),
            signed_off("Ruth Castellan", "first"),
            sent(),
            home_received.clone(),
            late(home_replies()),
            disowned.clone(),
            no_reply(date(2027, 1, 4)),
            published(date(2027, 1, 5)),
            copy.clone(),
        ];
        for deed in all {
            let name = deed.name();
            match report.apply(deed, &rules()) {
                Ok(_) => assert!(allowed.contains(&name), "{name} at {}", report.stage().name()),
                Err(refused) => {
                    assert!(!allowed.contains(&name), "{name} at {}: {refused}", report.stage().name());
                    assert!(matches!(refused, StepRefused::OutOfOrder { .. }), "{name}: {refused}");
                    let said = refused.said(rules().scheme);
                    assert!(
                        said.contains(&rules().scheme.report.rules.order.rule) && said.contains("First: "),
                        "{said}"
                    );
                }
            }
        }
    }
}

/// What a server of before wrote down reads as it did; these very bytes are on hosts' discs.
#[test]
fn a_report_from_before_silence_and_rooms_were_kept_reads_as_it_did() {
    let before = r#"{"title":"Hazel Court","team":["Asha Patel"],"written_by":["Priya Nair"],
        "words":{"digest":"first","recommendations":[{"n":1,"to":"Beechway Care Ltd","text":"Measure."}]},
        "stage":{"at":"sent","checked":{"read":{"on":"2026-11-12","answers":[{"by":"Asha Patel","says":"agreed"}]},
        "by":"Priya Nair","on":"2026-11-12"},"facts":{"sent_on":"2026-11-13","until":"2026-11-27","answers":[
        {"by":"Beechway Care Ltd","on":"2026-11-20","says":"Four minutes.","outcome":"kept"}]},
        "signed":{"by":"Ruth Castellan","on":"2026-11-30","under":"delegation","digest":"first"},
        "sent":{"on":"2026-12-01","to":[{"name":"Beechway Care Ltd","kind":"provider","receipt":{"on":"2026-12-01"},
        "duty":"due","until":"2026-12-30","rule":"provider-report-reply","citation":"SI 2008/528 Part 2",
        "confidence":"unverified","recommendations":[1],"replies":[]}]}}}"#;
    let report: Report = serde_json::from_str(before).unwrap();
    let plain: serde_json::Value = serde_json::from_str(before).unwrap();
    assert_eq!(serde_json::to_value(&report).unwrap(), plain, "and is written down as it was");
    assert!(report.stage().facts()[0].is_printed());
    assert!(report.apply(home_replies_to_one(), &rules()).is_ok());
}

fn home_replies_to_one() -> Deed {
    reply(vec![promise(1, Will::Yes, "Bell log from 4 January.", Some(date(2027, 2, 5)))])
}
