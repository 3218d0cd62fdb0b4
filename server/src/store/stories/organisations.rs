//! Two organisations in one store do not see each other.

use crate::store::audit::Deed;
use crate::store::testing::{add_org, on_both};
use domain::scheme::Scheme;

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

    async fn a_newer_version_of_the_scheme_is_told_once_and_an_older_one_never(bed) {
        let (old, new) = (Scheme::recorded_under("link-2008/1").unwrap(), Scheme::recorded_under("link-2008/2").unwrap());
        let told = async || {
            let feed = bed.org.feed_after("tablet", 0, 100).await.unwrap();
            let packs: Vec<Scheme> = feed.items.iter().filter(|i| i.kind == "pack").map(|i| Scheme::received(&i.payload).unwrap()).collect();
            (packs.iter().map(Scheme::stamp).collect::<Vec<_>>(), bed.org.this().await.unwrap().scheme_version)
        };
        bed.org.take_up_scheme(old, 1).await.unwrap();
        assert_eq!(told().await, (vec!["link-2008/1".to_owned()], "1".to_owned()));
        bed.org.take_up_scheme(new, 2).await.unwrap();
        let (rev, lines) = (bed.org.this().await.unwrap().rev, bed.org.audit_after(0, 100).await.unwrap());
        assert_eq!(lines.last().unwrap().subject, "link-2008/2");
        for again in [new, old] {
            bed.org.take_up_scheme(again, 3).await.unwrap();
        }
        assert_eq!(told().await, (vec!["link-2008/2".to_owned()], "2".to_owned()));
        assert_eq!(bed.org.this().await.unwrap().rev, rev, "tablets are told nothing that they know");
        assert_eq!(bed.org.audit_after(0, 100).await.unwrap().len(), lines.len());
    }
}
