//! Two organisations in one store do not see each other.

use crate::store::audit::Deed;
use crate::store::testing::{add_org, on_both};

on_both! {
    async fn merton_sees_nothing_of_sutton(bed) {
        let merton = add_org(&bed.store, "merton", "Merton LINk").await;
        bed.cast().await;
        bed.visit("hazel").await;
        bed.org.record(Deed { at: 1, who: "priya".into(), what: "plan visit".into(), subject: "hazel".into() }).await.unwrap();
        assert_eq!(merton.people().await.unwrap(), []);
        assert_eq!(merton.visits().await.unwrap(), []);
        assert_eq!(merton.visit("hazel").await.unwrap(), None);
        assert_eq!(merton.audit_after(1, 10).await.unwrap(), [], "its own founding is all that stands in its log");
        assert!(merton.assign("hazel", "asha", "priya", 1).await.is_err());
        let feed = merton.feed_after("tablet", 0, 100).await.unwrap();
        assert_eq!(feed.items.iter().map(|item| item.kind.as_str()).collect::<Vec<_>>(), ["org"]);
        assert_eq!(bed.store.org_ids().await.unwrap(), ["merton", "sutton"]);
        let names: Vec<String> = bed.store.orgs().await.unwrap().into_iter().map(|org| org.name).collect();
        assert_eq!(names, ["Merton LINk", "Sutton LINk"]);
    }

    async fn an_organisation_is_founded_once(bed) {
        let again = crate::store::orgs::NewOrg {
            id: "sutton".into(), name: "Another".into(), host: String::new(), scheme: "link-2008".into(),
            scheme_version: "1".into(), store_id: "s".into(), at: 2,
        };
        assert!(bed.store.add_org(again).await.is_err());
        assert_eq!(bed.org.this().await.unwrap().name, "Sutton LINk");
        assert!(bed.store.org("nobody").this().await.is_err());
        assert!(bed.store.org("nobody").put_pack_item("x", "{}").await.is_err());
    }
}
