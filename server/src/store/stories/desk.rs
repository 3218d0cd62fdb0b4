//! Findings, recommendations, reports, recipients, sign-in, events: the office's own rows.

use crate::store::addressees::Addressee;
use crate::store::bodies::Body;
use crate::store::events::{Event, Reach};
use crate::store::findings::{Finding, Recommendation};
use crate::store::reports::{NewReport, ReportStep, Saved};
use crate::store::sessions::SignIn;
use crate::store::testing::{Bed, on_both};
use sha2::Digest as _;

async fn provider(bed: &Bed) {
    let body =
        Body { id: "beechway".into(), name: "Beechway Care Ltd".into(), kind: "provider".into(), ..Body::default() };
    bed.org.add_body(body).await.unwrap();
}

fn step(what: &str) -> ReportStep {
    ReportStep { who: "priya".into(), made_at: 5, what: what.into(), json: "{}".into() }
}

on_both! {
    async fn a_finding_stands_on_evidence_or_not_at_all(bed) {
        bed.cast().await;
        bed.visit("hazel").await;
        let finding = Finding {
            id: "f1".into(), visit: "hazel".into(), theme: "safety".into(), words: "Bells ring long.".into(), ord: 1,
            written_by: "priya".into(), evidence: vec!["e2".into(), "e1".into()],
        };
        bed.org.write_finding(finding.clone(), 3).await.unwrap();
        let other = Finding { id: "f0".into(), ord: 0, evidence: vec!["e1".into()], ..finding.clone() };
        bed.org.write_finding(other.clone(), 3).await.unwrap();
        assert_eq!(bed.org.findings("hazel").await.unwrap(), [other, finding.clone()]);
        let bare = Finding { evidence: vec![], ..finding.clone() };
        assert!(bed.org.write_finding(bare, 4).await.unwrap_err().to_string().contains("at least one entry"));
        let anew = Finding { words: "Bells rang nine minutes.".into(), evidence: vec!["e3".into()], ..finding };
        bed.org.write_finding(anew.clone(), 5).await.unwrap();
        bed.org.drop_finding("f0").await.unwrap();
        assert_eq!(bed.org.findings("hazel").await.unwrap(), [anew]);

        bed.org.set_good_practice("hazel", vec!["e9".into(), "e1".into()]).await.unwrap();
        bed.org.set_good_practice("hazel", vec!["e1".into(), "e9".into()]).await.unwrap();
        assert_eq!(bed.org.good_practice("hazel").await.unwrap(), ["e1", "e9"]);
        provider(bed).await;
        let asked = Recommendation {
            id: "r1".into(), visit: "hazel".into(), body: "beechway".into(), words: "Answer bells sooner.".into(), ord: 0,
            source: r#"{"themes":["safety"],"findings":["f1"]}"#.into(),
            asked_by: Some("2027-01-31".into()),
        };
        bed.org.write_recommendation(asked.clone(), "ruth", 6).await.unwrap();
        assert_eq!(bed.org.recommendations("hazel").await.unwrap(), [asked]);
        bed.org.drop_recommendation("r1").await.unwrap();
        assert_eq!(bed.org.recommendations("hazel").await.unwrap(), []);
        assert_eq!(bed.org.writers_of("hazel").await.unwrap(), ["priya", "ruth"], "also of what was taken out again");
    }

    async fn two_officers_at_two_screens_do_not_overwrite_each_other(bed) {
        bed.cast().await;
        bed.visit("hazel").await;
        let new = NewReport {
            id: "rep".into(), visit: "hazel".into(), title: "Hazel Court".into(), stage: "\"draft\"".into(),
            words: "{}".into(), words_digest: "d0".into(), by: "priya".into(), at: 4,
        };
        bed.org.begin_report(new).await.unwrap();
        let seen = bed.org.report("rep").await.unwrap().unwrap();
        let mine = crate::store::reports::Report { words_digest: "d1".into(), ..seen.clone() };
        let theirs = crate::store::reports::Report { words_digest: "d2".into(), ..seen.clone() };
        let (a, b) = tokio::join!(bed.org.save_report(mine, step("edited")), bed.org.save_report(theirs, step("edited")));
        let saved = [a.unwrap(), b.unwrap()];
        assert!(saved.contains(&Saved::At(2)) && saved.contains(&Saved::Missed), "{saved:?}");
        assert_eq!(bed.org.report_steps("rep").await.unwrap().len(), 2, "begun, and one edit");
        assert_eq!(bed.org.reports_of("hazel").await.unwrap(), bed.org.reports().await.unwrap());
        let now = bed.org.report("rep").await.unwrap().unwrap();
        assert_eq!(bed.org.signed_document("rep").await.unwrap(), None);
        let sent = crate::store::reports::Report { words_digest: hex::encode(sha2::Sha256::digest(b"{}")), ..now };
        assert_eq!(bed.org.send_report(sent.clone(), step("sent"), "{}".into()).await.unwrap(), Saved::At(3));
        assert_eq!(bed.org.signed_document("rep").await.unwrap().as_deref(), Some("{}"));
        let again = crate::store::reports::Report { version: 3, ..sent };
        assert!(bed.org.send_report(again, step("sent"), "[]".into()).await.is_err(), "what was signed is kept once");
    }

    async fn each_recipient_has_a_clock_of_its_own(bed) {
        bed.cast().await;
        bed.visit("hazel").await;
        provider(bed).await;
        let new = NewReport { id: "rep".into(), visit: "hazel".into(), ..NewReport::default() };
        bed.org.begin_report(new).await.unwrap();
        let sent = Addressee {
            id: "a1".into(), report: "rep".into(), body: "beechway".into(), sent_on: "2026-12-01".into(),
            received_on: "2026-12-01".into(), due_on: Some("2026-12-30".into()), rule: Some("provider reply".into()),
            ..Addressee::default()
        };
        bed.org.send_to(sent.clone()).await.unwrap();
        assert!(bed.org.send_to(Addressee { id: "a2".into(), ..sent }).await.is_err(), "sent twice to one body");
        bed.org.set_receipt("a1", "2026-12-02", "came back first", Some("2026-12-31")).await.unwrap();
        let kept = bed.org.addressees("rep").await.unwrap();
        assert_eq!((kept[0].due_on.as_deref(), kept[0].body_name.as_str()), (Some("2026-12-31"), "Beechway Care Ltd"));
        bed.org.keep_answer("a1", Some("2026-12-20"), "{}").await.unwrap();
        assert_eq!(bed.org.addressees("rep").await.unwrap()[0].answered_on.as_deref(), Some("2026-12-20"));
        assert!(bed.org.keep_answer("nobody", Some("2026-12-20"), "{}").await.is_err());
    }

    async fn signing_in_lasts_until_it_expires_or_ends(bed) {
        bed.cast().await;
        let session = |hash: &str| SignIn {
            hash: hash.into(), person: "priya".into(), csrf: "c".into(), made_at: 10, expires_at: 100,
        };
        bed.org.begin_session(session("h1")).await.unwrap();
        bed.org.begin_session(session("h2")).await.unwrap();
        assert_eq!(bed.store.org_of_session("h1").await.unwrap().as_deref(), Some("sutton"));
        assert_eq!(bed.store.org_of_session("h9").await.unwrap(), None);
        assert!(bed.org.session("h1", 99).await.unwrap().is_some());
        assert!(bed.org.session("h1", 100).await.unwrap().is_none(), "expired");
        bed.org.end_session("h1").await.unwrap();
        assert!(bed.org.session("h1", 20).await.unwrap().is_none());
        bed.org.set_password("priya", "new").await.unwrap();
        assert!(bed.org.session("h2", 20).await.unwrap().is_none(), "a new password ends what the old one opened");

        bed.org.begin_session(session("h3")).await.unwrap();
        let mut priya = bed.org.person("priya").await.unwrap().unwrap();
        priya.left_on = Some("2026-12-01".into());
        bed.org.change_person(priya).await.unwrap();
        assert!(bed.org.session("h3", 20).await.unwrap().is_none(), "somebody who left is not let in");

        assert!(bed.org.spend("nonce", 50, 10).await.unwrap());
        assert!(!bed.org.spend("nonce", 50, 49).await.unwrap());
        assert!(bed.org.spend("nonce", 90, 60).await.unwrap(), "its time was over, and it went");
    }

    async fn seventeen_presentations_reached_346_people(bed) {
        for n in 0..17i64 {
            let event = Event {
                id: format!("p{n}"), held_on: format!("2026-10-{:02}", n + 1), kind: "presentation".into(),
                people_group: "Age Concern".into(), place: "Sutton library".into(),
                present: if n == 0 { 26 } else { 20 }, method: "information".into(), ..Event::default()
            };
            bed.org.write_event(event.clone(), 1).await.unwrap();
            bed.org.write_event(event, 2).await.unwrap();
        }
        assert_eq!(bed.org.reach("2026-10-01", "2026-10-31").await.unwrap(), Reach { events: 17, people: 346 });
        assert_eq!(bed.org.reach("2026-11-01", "2026-11-30").await.unwrap(), Reach { events: 0, people: 0 });
        assert_eq!(bed.org.events().await.unwrap()[0].held_on, "2026-10-17");
        assert_eq!(bed.org.event("p0").await.unwrap().unwrap().present, 26);
    }
}
