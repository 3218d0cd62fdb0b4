//! What people say before a report goes, links by which recipients answer, and mail that is to go.

use crate::store::bodies::Body;
use crate::store::findings::Recommendation;
use crate::store::links::{Draft, Link, Mark};
use crate::store::looks::{Look, PrintedDifference};
use crate::store::outbox::Mail;
use crate::store::outcomes::Outcome;
use crate::store::reports::NewReport;
use crate::store::testing::{Bed, on_both};

async fn sent(bed: &Bed) {
    bed.cast().await;
    bed.visit("hazel").await;
    for (id, name) in [("beechway", "Beechway Care Ltd"), ("grove", "Grove Ltd")] {
        bed.org
            .add_body(Body { id: id.into(), name: name.into(), kind: "provider".into(), ..Body::default() })
            .await
            .unwrap();
    }
    bed.org.begin_report(NewReport { id: "rep".into(), visit: "hazel".into(), ..NewReport::default() }).await.unwrap();
}

fn link(id: &str, body: &str, parent: Option<&str>) -> Link {
    let asks = parent.map(|_| "[2]".to_owned());
    Link {
        id: id.into(),
        report: "rep".into(),
        body: body.into(),
        purpose: "answer".into(),
        asks,
        parent: parent.map(str::to_owned),
        made_by: "priya".into(),
        made_at: 5,
        ..Link::default()
    }
}

on_both! {
    async fn what_came_of_a_recommendation_is_kept_once_and_never_written_over(bed) {
        sent(bed).await;
        let asked = Recommendation {
            id: "ask".into(), visit: "hazel".into(), body: "beechway".into(), words: "Bring the tea hot.".into(),
            source: "{}".into(), ..Recommendation::default()
        };
        bed.org.write_recommendation(asked, "priya", 5).await.unwrap();
        let outcome = |id: &str, day: &str| Outcome {
            id: id.into(), recommendation: "ask".into(), day: day.into(), state: "not yet".into(), words: "The urn is late.".into(),
            again_on: Some("2027-02-01".into()), who: "priya".into(), made_at: 7, evidence: vec!["e2".into(), "e1".into()],
            ..Outcome::default()
        };
        let (late, early) = (outcome("late", "2027-01-20"), outcome("early", "2027-01-10"));
        for one in [&late, &early, &early] {
            bed.org.keep_outcome(one.clone()).await.unwrap();
        }
        let other = Outcome { words: "Something else.".into(), evidence: vec!["e3".into()], ..early.clone() };
        bed.org.keep_outcome(other).await.unwrap();
        assert_eq!(bed.org.outcomes("hazel").await.unwrap(), [early.clone(), late.clone()]);
        assert_eq!(bed.org.outcomes("").await.unwrap().len(), 2);
        assert_eq!(bed.org.outcomes("elsewhere").await.unwrap(), []);
        assert_eq!(bed.org.visit_of_recommendation("ask").await.unwrap().as_deref(), Some("hazel"));
        for why in ["It was another home's.", "No."] {
            bed.org.outcome_was_wrong("early", why).await.unwrap();
        }
        let wrong = Outcome { wrong: Some("It was another home's.".into()), ..early };
        assert_eq!(bed.org.outcomes("hazel").await.unwrap(), [wrong, late]);
    }

    async fn who_looked_at_a_photo_and_what_is_printed_as_it_is_can_be_taken_back(bed) {
        bed.cast().await;
        let look = |person: &str, looked_at: i64| Look { hash: "h".into(), person: person.into(), looked_at };
        for one in [look("tom", 7), look("tom", 8), look("priya", 6)] {
            bed.org.keep_look(one).await.unwrap();
        }
        assert_eq!(bed.org.looks("h").await.unwrap(), [look("priya", 6), look("tom", 7)]);
        assert_eq!(bed.org.looks("other").await.unwrap(), []);
        bed.org.drop_look("h", "tom").await.unwrap();
        assert_eq!(bed.org.all_looks().await.unwrap(), [look("priya", 6)]);

        let decided = PrintedDifference {
            notebook: "n".into(), spot: "s".into(), seen: "one".into(), decided_by: "[]".into(), decided_on: "2026-11-09".into(),
            who: "priya".into(), made_at: 3,
        };
        bed.org.print_difference(decided.clone()).await.unwrap();
        let anew = PrintedDifference { seen: "two".into(), ..decided };
        bed.org.print_difference(anew.clone()).await.unwrap();
        assert_eq!(bed.org.printed_differences("n").await.unwrap(), [anew]);
        bed.org.unprint_difference("n", "s").await.unwrap();
        assert_eq!(bed.org.printed_differences("n").await.unwrap(), []);
    }

    async fn each_secret_of_a_link_leads_to_it_until_it_is_ended_with_what_was_passed_on_from_it(bed) {
        sent(bed).await;
        bed.org.make_link(link("l1", "beechway", None), "k1").await.unwrap();
        bed.org.make_link(link("l2", "beechway", Some("l1")), "k2").await.unwrap();
        bed.org.make_link(link("l3", "grove", None), "k3").await.unwrap();
        bed.org.give_link_again("l1", "k4", 6).await.unwrap();
        assert!(bed.org.give_link_again("l1", "k3", 6).await.is_err(), "one secret, one link");
        assert_eq!(bed.store.org_of_answer_key("k4").await.unwrap().as_deref(), Some("sutton"));
        for (key, id) in [("k1", "l1"), ("k2", "l2"), ("k3", "l3"), ("k4", "l1")] {
            assert_eq!(bed.org.link_of_key(key).await.unwrap().unwrap().id, id);
        }
        assert_eq!(bed.org.link_of_key("k9").await.unwrap(), None);
        for (mark, at) in [(Mark::Opened, 7), (Mark::Opened, 8), (Mark::Finished, 9)] {
            bed.org.mark_link("l1", mark, at).await.unwrap();
        }
        for (typed, kept_at) in [("{}", 10), ("{\"a\":\"b\"}", 11)] {
            bed.org.keep_draft("l1", Draft { typed: typed.into(), kept_at }).await.unwrap();
        }
        assert_eq!(bed.org.draft("l1").await.unwrap().unwrap().kept_at, 11);
        let first = &bed.org.links_of("rep").await.unwrap()[0];
        assert_eq!((first.opened_at, first.begun_at, first.finished_at), (Some(7), Some(10), Some(9)), "the first time");
        assert_eq!(bed.org.link_of_key("k2").await.unwrap().unwrap().part(), Some(vec![2]));

        bed.org.end_links("rep", "beechway", 12).await.unwrap();
        let ended: Vec<_> = bed.org.links_of("rep").await.unwrap().into_iter().map(|l| (l.id, l.ended_at)).collect();
        assert_eq!(ended, [("l1".into(), Some(12)), ("l2".into(), Some(12)), ("l3".into(), None)]);
        assert_eq!(bed.org.draft("l1").await.unwrap(), None, "what was not sent goes");
    }

    async fn a_message_is_in_one_hand_at_a_time_and_goes_once(bed) {
        sent(bed).await;
        let mail = |id: &str, state: &str, next_at: i64| Mail {
            id: id.into(), kind: "before".into(), report: "rep".into(), body: "beechway".into(), day: "2026-11-27".into(),
            state: state.into(), next_at, made_at: 1, ..Mail::default()
        };
        for one in [mail("m1", "waits", 5), mail("m1", "waits", 1), mail("m2", "held", 1), mail("m3", "waits", 99)] {
            bed.org.queue_mail(one).await.unwrap();
        }
        assert!(bed.org.has_mail("m2").await.unwrap() && !bed.org.has_mail("m9").await.unwrap());
        let ids = |all: Vec<Mail>| all.into_iter().map(|m| m.id).collect::<Vec<_>>();
        assert_eq!(ids(bed.org.mail_to_send(4).await.unwrap()), [""; 0]);
        assert_eq!(ids(bed.org.mail_to_send(5).await.unwrap()), ["m1"]);
        assert!(bed.org.claim_mail("m1", 5, 20).await.unwrap());
        assert!(!bed.org.claim_mail("m1", 6, 21).await.unwrap(), "somebody has it in hand");
        assert_eq!(ids(bed.org.mail_to_send(6).await.unwrap()), [""; 0]);
        assert!(bed.org.claim_mail("m1", 20, 40).await.unwrap(), "whoever had it is gone");
        bed.org.settle_mail("m1", "waits", 21, 30, Some("away".into())).await.unwrap();
        assert_eq!(ids(bed.org.mail_in_trouble(0).await.unwrap()), ["m1", "m2"]);
        bed.org.settle_mail("m1", "sent", 31, 31, None).await.unwrap();
        bed.org.settle_mail("m1", "dropped", 32, 32, Some("late".into())).await.unwrap();
        assert_eq!(bed.org.mail_of("rep").await.unwrap()[0].state, "sent", "what went has gone");
        assert!(!bed.org.claim_mail("m1", 50, 60).await.unwrap());
        assert_eq!(ids(bed.org.mail_to_send(31).await.unwrap()), [""; 0], "held is held");
        bed.org.release_mail("m2", 33).await.unwrap();
        assert_eq!(ids(bed.org.mail_to_send(33).await.unwrap()), ["m2"]);

        bed.org.keep_code("l1", "old", 50).await.unwrap();
        bed.org.keep_code("l1", "new", 50).await.unwrap();
        for (code, now, right) in [("old", 10, false), ("new", 50, false), ("new", 49, true), ("new", 49, false)] {
            assert_eq!(bed.org.use_answer_code("l1", code, now).await.unwrap(), right, "{code} at {now}");
        }
    }
}
