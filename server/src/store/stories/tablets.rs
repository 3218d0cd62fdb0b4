//! Enrolment, holders, revoking, and what the feed shows to whom.

use crate::store::devices::{CodeUse, NewCode, NewDevice};
use crate::store::testing::{Bed, on_both};

fn tablet(id: &str) -> NewDevice {
    NewDevice {
        id: id.into(),
        name: format!("Tablet {id}"),
        verifying_key: format!("key of {id}"),
        version: None,
        at: 50,
    }
}

async fn kinds(bed: &Bed, device: &str, after: i64) -> Vec<String> {
    let feed = bed.org.feed_after(device, after, 1000).await.unwrap();
    feed.items.into_iter().map(|item| format!("{} {}", item.kind, item.reference)).collect()
}

on_both! {
    async fn a_code_enrols_one_tablet_once_and_in_time(bed) {
        bed.cast().await;
        let code = |hash: &str| NewCode {
            hash: hash.into(), holders: vec!["asha".into(), "tom".into()], made_by: "samuel".into(), expires_at: 100,
        };
        bed.org.add_code(code("c1")).await.unwrap();
        bed.org.add_code(code("c2")).await.unwrap();
        assert_eq!(bed.store.org_of_code("c1").await.unwrap().as_deref(), Some("sutton"));
        let (a, b) = tokio::join!(bed.org.use_code("c1", tablet("1")), bed.org.use_code("c1", tablet("2")));
        let enrolled = |again| CodeUse::Enrolled { holders: vec!["asha".into(), "tom".into()], again };
        let uses = [a.unwrap(), b.unwrap()];
        assert!(uses.contains(&enrolled(false)) && uses.contains(&CodeUse::Used), "{uses:?}");
        assert_eq!(bed.org.devices().await.unwrap().len(), 1);
        assert_eq!(bed.org.use_code("c2", NewDevice { at: 100, ..tablet("3") }).await.unwrap(), CodeUse::Expired);
        assert_eq!(bed.org.use_code("c9", tablet("3")).await.unwrap(), CodeUse::Unknown);
        let known = bed.org.devices().await.unwrap()[0].id.clone();
        let forger = NewDevice { verifying_key: "another key".into(), ..tablet(&known) };
        assert_eq!(bed.org.use_code("c1", forger.clone()).await.unwrap(), CodeUse::AnotherKey);
        assert_eq!(bed.org.use_code("c2", forger).await.unwrap(), CodeUse::AnotherKey);
        assert_eq!(bed.org.use_code("c1", tablet(&known)).await.unwrap(), enrolled(true), "the first answer was lost");
        assert_eq!(bed.org.use_code("c2", tablet("4")).await.unwrap(), enrolled(false), "the failed try used the code up");
        bed.org.add_code(NewCode { holders: vec!["grace".into()], ..code("c3") }).await.unwrap();
        let again = CodeUse::Enrolled { holders: vec!["grace".into()], again: true };
        assert_eq!(bed.org.use_code("c3", tablet(&known)).await.unwrap(), again, "a new code changes its hands");
        assert_eq!(bed.org.holders(&known).await.unwrap(), ["grace"]);
        assert_eq!(bed.org.devices().await.unwrap().len(), 2);
        bed.org.revoke_device(&known, 60, "lost").await.unwrap();
        assert_eq!(bed.org.use_code("c3", tablet(&known)).await.unwrap(), CodeUse::Revoked);
        assert_eq!(bed.store.org_of_device("4").await.unwrap().as_deref(), Some("sutton"));
        assert_eq!(bed.org.holders("4").await.unwrap(), ["asha", "tom"]);
    }

    async fn what_a_tablet_said_is_kept(bed) {
        bed.cast().await;
        bed.enrol(tablet("1"), vec!["tom".into()]).await;
        bed.org.heard_from("1", 60, Some("0.1.0"), Some(r#"{"photos":3}"#)).await.unwrap();
        bed.org.heard_from("1", 70, None, None).await.unwrap();
        let device = bed.org.device("1").await.unwrap().unwrap();
        assert_eq!(device.last_seen, Some(70));
        assert_eq!((device.version.as_deref(), device.waiting.as_deref()), (Some("0.1.0"), Some(r#"{"photos":3}"#)));
    }

    async fn a_tablet_sees_the_visits_of_its_holders_and_no_others(bed) {
        bed.cast().await;
        bed.visit("hazel").await;
        bed.visit("chesser").await;
        bed.enrol(tablet("1"), vec!["asha".into()]).await;
        bed.enrol(tablet("2"), vec!["tom".into(), "grace".into()]).await;
        let before = bed.org.this().await.unwrap().rev;
        bed.org.assign("hazel", "asha", "priya", 3).await.unwrap();
        bed.org.assign("hazel", "tom", "priya", 3).await.unwrap();
        bed.org.assign("chesser", "tom", "priya", 3).await.unwrap();
        assert_eq!(kinds(bed, "1", before).await, ["visit hazel"]);
        assert_eq!(kinds(bed, "2", before).await, ["visit hazel", "visit chesser"]);
        let fresh = kinds(bed, "1", 0).await;
        assert!(fresh.contains(&"person tom".to_owned()) && fresh.contains(&"org ".to_owned()), "{fresh:?}");
        assert!(!fresh.contains(&"visit chesser".to_owned()));
        assert_eq!(kinds(bed, "stranger", before).await, Vec::<String>::new());

        let feed = bed.org.feed_after("1", before, 100).await.unwrap();
        let item: crate::store::visits::VisitItem = serde_json::from_str(&feed.items[0].payload).unwrap();
        assert_eq!((item.place.name.as_str(), item.team.len()), ("Hazel Court", 2));
        let mut place = crate::store::places::NewPlace {
            id: "place of hazel".into(), name: "Hazel Court".into(), kind: "care home".into(), ..Default::default()
        };
        place.address = "15 Larch Grove".into();
        let now = feed.head;
        bed.org.change_place(place).await.unwrap();
        assert_eq!(kinds(bed, "1", now).await, ["visit hazel"]);

        let now = bed.org.this().await.unwrap().rev;
        bed.org.unassign("hazel", "tom").await.unwrap();
        assert_eq!(kinds(bed, "2", now).await, ["withdrawn hazel"]);
        assert!(!kinds(bed, "2", 0).await.contains(&"visit hazel".to_owned()));
        bed.org.assign("hazel", "grace", "priya", 4).await.unwrap();
        assert!(kinds(bed, "2", now).await.ends_with(&["visit hazel".to_owned()]));
        bed.org.set_holders("2", vec!["tom".into()]).await.unwrap();
        assert!(kinds(bed, "2", now).await.ends_with(&["withdrawn hazel".to_owned(), "visit chesser".to_owned()]));
    }

    async fn a_revoked_tablet_sees_nothing_more_of_any_visit(bed) {
        bed.cast().await;
        bed.visit("hazel").await;
        bed.org.assign("hazel", "asha", "priya", 3).await.unwrap();
        bed.enrol(tablet("1"), vec!["asha".into()]).await;
        assert!(kinds(bed, "1", 0).await.contains(&"visit hazel".to_owned()), "a new tablet sees what was planned before");
        bed.org.revoke_device("1", 80, "lost").await.unwrap();
        bed.org.revoke_device("1", 90, "again").await.unwrap();
        let device = bed.org.device("1").await.unwrap().unwrap();
        assert_eq!((device.revoked_at, device.revoked_why.as_deref()), (Some(80), Some("lost")));
        assert!(!kinds(bed, "1", 0).await.contains(&"visit hazel".to_owned()));
        bed.org.assign("hazel", "tom", "priya", 3).await.unwrap();
        assert!(!kinds(bed, "1", 0).await.contains(&"visit hazel".to_owned()), "a later assignment lets it in again");
    }

    async fn the_feed_comes_in_pieces_that_leave_nothing_out(bed) {
        bed.cast().await;
        for n in 0..10 {
            bed.org.put_pack_item(&format!("theme {n}"), "{}").await.unwrap();
        }
        bed.org.put_pack_item("theme 3", r#"{"anew":true}"#).await.unwrap();
        let head = bed.org.feed_after("1", 0, 99).await.unwrap().head;
        bed.org.put_pack_item("theme 3", r#"{ "anew": true }"#).await.unwrap();
        assert_eq!(bed.org.feed_after("1", 0, 99).await.unwrap().head, head, "nobody is told the same twice");
        let (mut cursor, mut seen) = (0, Vec::new());
        loop {
            let feed = bed.org.feed_after("1", cursor, 4).await.unwrap();
            seen.extend(feed.items.iter().map(|item| item.reference.clone()));
            cursor = feed.next;
            if feed.items.len() < 4 {
                assert_eq!(cursor, feed.head);
                break;
            }
        }
        let themes: Vec<&String> = seen.iter().filter(|item| item.starts_with("theme")).collect();
        assert_eq!(themes.len(), 10, "each once, the newer in place of the older");
        assert_eq!(themes[9], "theme 3");
        let idle = bed.org.feed_after("1", cursor, 4).await.unwrap();
        assert_eq!((idle.items.len(), idle.next), (0, cursor));
    }
}
