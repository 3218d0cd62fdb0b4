//! People, what entitles them, places, visits and teams.

use crate::store::authorisations::{Authorisation, Interest};
use crate::store::bodies::Body;
use crate::store::people::NewPerson;
use crate::store::places::{ImportRefusal, NewPlace, PlaceSearch};
use crate::store::testing::on_both;
use crate::store::visits::{NewVisit, RefusedAssignment, VisitStep};

on_both! {
    async fn priya_adds_asha_and_no_second_person_with_her_mail(bed) {
        let new = NewPerson {
            id: "asha".into(), name: "Asha Patel".into(), roles: vec!["authorised representative".into()],
            email: Some(" Asha@Example.org ".into()), phone: Some("020 7946 0000".into()), at: 5,
        };
        bed.org.add_person(new.clone()).await.unwrap();
        let second = NewPerson { id: "other".into(), ..new.clone() };
        assert!(bed.org.add_person(second).await.is_err(), "two people with one mail address");
        assert!(bed.org.add_person(NewPerson { id: "x".into(), roles: vec![], ..new }).await.is_err());
        bed.org.set_password("asha", "$argon2id$…").await.unwrap();
        let asha = bed.org.person("asha").await.unwrap().unwrap();
        assert_eq!((asha.name.as_str(), asha.has_password), ("Asha Patel", true));
        assert_eq!(bed.org.password_of("asha").await.unwrap().as_deref(), Some("$argon2id$…"));

        let mut left = asha.clone();
        left.left_on = Some("2026-12-01".into());
        left.name = "Asha Patel-Jones".into();
        bed.org.change_person(left.clone()).await.unwrap();
        assert_eq!(bed.org.person("asha").await.unwrap(), Some(left));
    }

    async fn an_authorisation_is_recorded_and_nobody_judges_their_own_check(bed) {
        bed.cast().await;
        let full = Authorisation {
            person: "asha".into(), check_seen: Some("2026-03-02".into()), check_seen_by: Some("priya".into()),
            valid_until: Some("2029-03-01".into()), trained: Some("2026-03-14".into()),
            code_signed: Some("2026-03-14".into()), nolan_signed: None,
        };
        bed.org.authorise(full.clone()).await.unwrap();
        let full = Authorisation { nolan_signed: Some("2026-03-15".into()), ..full };
        bed.org.authorise(full.clone()).await.unwrap();
        assert_eq!(bed.org.authorisation("asha").await.unwrap(), Some(full.clone()));
        assert_eq!(bed.org.authorisations().await.unwrap(), std::slice::from_ref(&full));
        assert_eq!(bed.org.authorisation("tom").await.unwrap(), None);
        let own = Authorisation { check_seen_by: Some("asha".into()), ..full };
        assert!(bed.org.authorise(own).await.is_err());
        assert!(bed.org.authorise(Authorisation { person: "nobody".into(), ..Authorisation::default() }).await.is_err());

        let interest = Interest {
            id: "i1".into(), person: "tom".into(), words: "works weekends for the provider of Hazel Court".into(),
            declared_on: "2026-10-01".into(), ..Interest::default()
        };
        bed.org.declare_interest(interest.clone()).await.unwrap();
        let ended = Interest { ended_on: Some("2026-11-30".into()), ..interest };
        bed.org.declare_interest(ended.clone()).await.unwrap();
        assert_eq!(bed.org.interests("tom").await.unwrap(), [ended]);
        assert_eq!(bed.org.interests("asha").await.unwrap(), []);
    }

    async fn a_body_is_added_once_whatever_its_capitals(bed) {
        let body = |id: &str, name: &str| Body { id: id.into(), name: name.into(), kind: "provider".into(), ..Body::default() };
        assert_eq!(bed.org.add_body(body("b1", "Beechway Care Ltd")).await.unwrap(), "b1");
        assert_eq!(bed.org.add_body(body("b2", "BEECHWAY Care Ltd.")).await.unwrap(), "b1");
        let mailed = Body { email: Some("office@beechway.example".into()), ..body("b1", "Beechway Care Ltd") };
        bed.org.change_body(mailed.clone()).await.unwrap();
        assert_eq!(bed.org.bodies().await.unwrap(), std::slice::from_ref(&mailed));
        assert_eq!(bed.org.body("b1").await.unwrap(), Some(mailed));
        assert_eq!(bed.org.body("b2").await.unwrap(), None);
    }

    async fn a_directory_is_taken_in_and_again_and_its_bad_rows_are_kept(bed) {
        let row = |n: usize, name: &str| NewPlace {
            id: format!("id {n}"), name: name.into(), kind: "GP practice".into(), address: "1 High Street".into(),
            postcode: "SM1 1AA".into(), ods: Some(format!("H{n:05}")), ..NewPlace::default()
        };
        let mut rows: Vec<NewPlace> = (0..1203).map(|n| row(n, &format!("Surgery {n}"))).collect();
        rows[7].closed_on = Some("2017-10-31".into());
        let refused = vec![ImportRefusal { line: 9, reason: "no name".into(), raw: "H85021,,".into() }];
        assert_eq!(bed.org.take_directory("first", rows.clone(), refused.clone()).await.unwrap(), 1203);
        rows[3] = NewPlace { id: "another id".into(), ..row(3, "The Chesser Sürgery") };
        assert_eq!(bed.org.take_directory("second", rows, vec![]).await.unwrap(), 1203);

        let found = |words: &str, closed_too| PlaceSearch { words: words.into(), closed_too, page: 0, size: 50 };
        let chesser = bed.org.places(found("surgery CHESSER", false)).await.unwrap();
        assert_eq!(chesser.rows.iter().map(|place| place.id.as_str()).collect::<Vec<_>>(), ["id 3"]);
        assert_eq!(chesser.total, 1);
        let all = bed.org.places(found("", false)).await.unwrap();
        assert_eq!((all.total, all.rows.len()), (1202, 50));
        assert_eq!(bed.org.places(found("", true)).await.unwrap().total, 1203);
        assert_eq!(bed.org.places(found("h00042", true)).await.unwrap().rows[0].name, "Surgery 42");
        assert_eq!(bed.org.places(found("100%", true)).await.unwrap().total,
            12,
            "100, 1000 to 1009 and 1100: a percent sign is no joker"
        );
        let last = bed.org.places(PlaceSearch { page: 24, size: 50, closed_too: false, words: String::new() }).await.unwrap();
        assert_eq!(last.rows.len(), 2);
        assert_eq!(bed.org.import_refusals("first").await.unwrap(), refused);
        assert_eq!(bed.org.place_by_ods("H00003").await.unwrap().unwrap().id, "id 3");
    }

    async fn a_visit_is_planned_changed_led_and_done(bed) {
        bed.cast().await;
        bed.visit("hazel").await;
        let visit = bed.org.visit("hazel").await.unwrap().unwrap();
        assert_eq!((visit.place_name.as_str(), visit.state.as_str(), visit.sessions.len()), ("Hazel Court", "planned", 1));
        assert!(bed.org.name_lead("hazel", "asha").await.is_err(), "a lead from outside the team");
        for person in ["asha", "tom", "tom"] {
            bed.org.assign("hazel", person, "priya", 3).await.unwrap();
        }
        bed.org.name_lead("hazel", "asha").await.unwrap();
        assert_eq!(bed.org.visit("hazel").await.unwrap().unwrap().lead.as_deref(), Some("asha"));
        let team = |members: Vec<crate::store::teams::Member>| members.into_iter().map(|m| m.name).collect::<Vec<_>>();
        assert_eq!(team(bed.org.team("hazel").await.unwrap()), ["Asha Patel", "Tom Okafor"]);
        bed.org.unassign("hazel", "asha").await.unwrap();
        assert_eq!(team(bed.org.team("hazel").await.unwrap()), ["Tom Okafor"]);
        assert_eq!(bed.org.visit("hazel").await.unwrap().unwrap().lead, None);

        let done = VisitStep { state: "done".into(), who: "priya".into(), made_at: 9, reason: None };
        bed.org.set_visit_state("hazel", done).await.unwrap();
        let states: Vec<String> = bed.org.visit_steps("hazel").await.unwrap().into_iter().map(|step| step.state).collect();
        assert_eq!(states, ["planned", "done"]);
        let nowhere = NewVisit { id: "x".into(), place: "nowhere".into(), ..NewVisit::default() };
        assert!(bed.org.plan_visit(nowhere).await.is_err());

        let refused = RefusedAssignment {
            id: "r1".into(), visit: "hazel".into(), person: "grace".into(),
            reason: "check expired on 2026-10-29".into(), refused_on: "2026-11-01".into(),
        };
        bed.org.keep_refused_assignment(refused.clone()).await.unwrap();
        assert_eq!(bed.org.refused_assignments().await.unwrap(), [refused]);
    }
}
