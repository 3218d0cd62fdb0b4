#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use jiff::civil::{Date, date};

use super::*;

const REPRESENTATIVE: &str = "authorised representative";

fn link() -> &'static Scheme {
    Scheme::embedded("link-2008").unwrap()
}

fn asha() -> Standing {
    Standing {
        name: "Asha Patel".into(),
        roles: vec![REPRESENTATIVE.into()],
        check_seen: Some(date(2026, 3, 2)),
        check_judged_by: Some("Priya Nair".into()),
        valid_until: Some(date(2029, 3, 1)),
        trained: Some(date(2026, 3, 14)),
        code_signed: Some(date(2026, 3, 14)),
        ..Standing::default()
    }
}

const DAYS: [Date; 2] = [date(2026, 11, 10), date(2026, 11, 11)];
const HAZEL_COURT: VisitTo<'static> =
    VisitTo { place: "Hazel Court", provider: Some("Beechway Care Ltd"), days: &DAYS };

fn reasons(standing: &Standing, interests: &[&str]) -> Vec<String> {
    let interests: Vec<Interest> = interests.iter().map(|words| Interest::from(*words)).collect();
    match may_be_assigned(REPRESENTATIVE, standing, &HAZEL_COURT, &interests, link()) {
        Ok(_) => Vec::new(),
        Err(refused) => refused.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn asha_is_cleared_for_both_days_at_hazel_court() {
    let cleared = may_be_assigned(REPRESENTATIVE, &asha(), &HAZEL_COURT, &[], link()).unwrap();
    assert_eq!((cleared.person(), cleared.place(), cleared.days()), ("Asha Patel", "Hazel Court", &DAYS[..]));
}

#[test]
fn maureens_check_expired_twelve_days_before_the_visit_and_she_is_stopped() {
    let maureen = Standing {
        name: "Maureen Shaw".into(),
        check_seen: Some(date(2023, 10, 30)),
        valid_until: Some(date(2026, 10, 29)),
        trained: Some(date(2023, 11, 5)),
        code_signed: Some(date(2023, 11, 5)),
        ..asha()
    };
    assert_eq!(reasons(&maureen, &[]), ["check expired on 2026-10-29"]);
}

#[test]
fn leon_works_for_the_provider_and_is_stopped() {
    assert_eq!(
        reasons(&asha(), &["works weekends for the provider of Hazel Court"]),
        ["declared interest in the provider"]
    );
}

#[test]
fn what_is_missing_or_over_is_named_one_by_one() {
    let change = |f: fn(&mut Standing)| {
        let mut standing = asha();
        f(&mut standing);
        reasons(&standing, &[])
    };
    assert_eq!(change(|s| s.trained = None), ["not trained"]);
    assert_eq!(change(|s| s.trained = Some(date(2026, 11, 11))), ["trained only on 2026-11-11"]);
    assert_eq!(change(|s| s.training_until = Some(date(2026, 11, 10))), ["training lapsed on 2026-11-10"]);
    assert_eq!(change(|s| s.check_seen = None), ["no criminal record check was seen"]);
    assert_eq!(change(|s| s.check_seen = Some(date(2026, 12, 1))), ["check seen only on 2026-12-01"]);
    assert_eq!(change(|s| s.valid_until = Some(date(2026, 11, 11))), [""; 0], "its last day still counts");
    assert_eq!(change(|s| s.term_until = Some(date(2026, 6, 30))), ["term of office ended on 2026-06-30"]);
    assert_eq!(change(|s| s.check_judged_by = Some("asha patel ".into())), ["judged their own check"]);
    assert_eq!(change(|s| s.check_judged_by = None), ["nobody is named who judged the check"]);
    assert_eq!(change(|s| s.roles.clear()), ["does not hold the role authorised representative"]);
    assert_eq!(
        change(|s| s.code_signed = None),
        ["principles of public life not signed", "code of conduct not signed"],
        "the code of this scheme contains the principles"
    );
    assert_eq!(
        change(|s| {
            s.code_signed = None;
            s.nolan = Some(date(2026, 1, 1));
        }),
        ["code of conduct not signed"]
    );
}

#[test]
fn a_check_without_a_last_day_holds_for_the_packs_three_years() {
    let mut standing = asha();
    standing.valid_until = None;
    standing.check_seen = Some(date(2023, 11, 11));
    assert_eq!(reasons(&standing, &[]), ["check expired on 2026-11-10"]);
    standing.check_seen = Some(date(2023, 11, 12));
    assert_eq!(reasons(&standing, &[]), [""; 0]);
}

#[test]
fn dilys_does_outreach_and_is_not_sent_to_enter_and_view() {
    let dilys = Standing { name: "Dilys Morgan".into(), roles: vec!["outreach worker".into()], ..asha() };
    let refused = may_be_assigned("outreach worker", &dilys, &HAZEL_COURT, &[], link()).unwrap_err();
    assert_eq!(
        refused,
        [RefusedAssignment::RoleMayNot { role: "outreach worker".into(), power: "enter and view".into() }]
    );
    let refused = may_be_assigned("chief", &dilys, &HAZEL_COURT, &[], link()).unwrap_err();
    assert_eq!(refused, [RefusedAssignment::RoleUnknown { role: "chief".into() }]);
    let no_day = VisitTo { days: &[], ..HAZEL_COURT };
    assert_eq!(may_be_assigned(REPRESENTATIVE, &asha(), &no_day, &[], link()), Err(vec![RefusedAssignment::NoDay]));
}

#[test]
fn nobody_decides_in_the_steering_group_and_works_for_the_host() {
    let roles = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let apart = kept_apart(&roles(&["host officer", "Steering group member"]), link()).unwrap();
    assert_eq!(apart.to_string(), "the role host officer may not be held together with steering group member");
    assert_eq!(kept_apart(&roles(&["host officer", "authorised representative"]), link()), None);
}

#[test]
fn an_interest_stands_against_a_visit_when_it_names_the_place_or_who_runs_it() {
    let provider = Some("declared interest in the provider");
    let place = Some("declared interest in the place");
    let table = [
        ("works weekends for the provider of Hazel Court", provider),
        ("my sister is a nurse with BEECHWAY CARE", provider),
        ("Holds shares in Beechway Care Limited.", provider),
        ("my mother lives at hazel court", place),
        ("works for the provider of Rose Lodge", None),
        ("trustee of Hazel Grove Court", None),
        ("volunteers at a library", None),
    ];
    for (words, expected) in table {
        assert_eq!(reasons(&asha(), &[words]).first().map(String::as_str), expected, "{words}");
    }
}

#[test]
fn an_interest_whose_party_the_office_filled_in_counts_as_well() {
    let conflict = |party: &str, visit: &VisitTo<'_>| {
        Interest { words: "works at Rose Lodge".into(), party: Some(party.into()) }.conflict(visit).is_some()
    };
    assert!(conflict("Beechway Care Ltd", &HAZEL_COURT));
    assert!(conflict("Beechway", &HAZEL_COURT));
    assert!(!conflict("Care", &HAZEL_COURT));
    let surgery = VisitTo { place: "The Chesser Surgery", provider: None, days: &DAYS };
    assert!(!conflict("Beechway Care Ltd", &surgery));
    let partner = Interest::from("is a patient of Chesser Surgery").conflict(&surgery);
    assert!(matches!(partner, Some(RefusedAssignment::InterestInProvider { .. })), "a surgery runs itself");
}

#[test]
fn sixty_and_fourteen_days_before_something_lapses_it_is_told() {
    let today_left = |today: Date| {
        asha().lapses(REPRESENTATIVE, today, 60, link()).iter().map(|l| (l.days_left, l.warning)).collect::<Vec<_>>()
    };
    assert_eq!(today_left(date(2028, 12, 30)), []);
    assert_eq!(today_left(date(2028, 12, 31)), [(60, Some(60))]);
    assert_eq!(today_left(date(2029, 2, 15)), [(14, Some(14))]);
    assert_eq!(today_left(date(2029, 3, 3)), [(-2, Some(14))]);
    let mut member = asha();
    member.term_until = Some(date(2028, 12, 31));
    let lapses = member.lapses(REPRESENTATIVE, date(2028, 12, 31), 90, link());
    assert_eq!(lapses.iter().map(|l| l.what).collect::<Vec<_>>(), [NeedKind::Term, NeedKind::Check]);
}
