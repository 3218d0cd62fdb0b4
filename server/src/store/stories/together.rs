//! Many writers, two processes, faults: nothing that was answered is lost, and revisions become visible in order.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::bail;

use crate::store::testing::on_both;
use crate::store::{Dialect, OrgStore};

const WRITERS: usize = 50;
const EACH: usize = 20;

on_both! {
    async fn fifty_people_save_at_once_in_two_processes_and_nothing_is_lost(bed) {
        let other = bed.beside().await;
        let before = bed.org.this().await.unwrap().rev;
        let follower = tokio::spawn(follow(bed.org.clone(), before));
        let mut writers = Vec::new();
        for writer in 0..WRITERS {
            let store = if writer % 2 == 0 { bed.store.clone() } else { other.clone() };
            writers.push(tokio::spawn(async move {
                for n in 0..EACH {
                    store.org("sutton").put_pack_item(&format!("{writer} {n}"), "{}").await.unwrap();
                }
            }));
        }
        for writer in writers {
            writer.await.unwrap();
        }
        bed.org.put_pack_item("the end", "{}").await.unwrap();
        let (items, revs) = follower.await.unwrap();
        assert_eq!(items.len(), WRITERS * EACH, "a reader that followed along missed something");
        assert!(revs.is_sorted_by(|a, b| a < b), "a revision became visible after a later one");
        assert_eq!(bed.org.this().await.unwrap().rev, before + (WRITERS * EACH) as i64 + 1);
        other.close().await;
    }

    async fn one_bad_job_spoils_nobody_elses(bed) {
        let good = (0..10).map(|n| {
            let org = bed.org.clone();
            tokio::spawn(async move { org.put_pack_item(&format!("good {n}"), "{}").await })
        });
        let good: Vec<_> = good.collect();
        let refused = bed.org.write((), |tx, ()| Box::pin(async move {
            tx.put_feed("pack", "half done", crate::store::feed::Audience::All, "").await?;
            if tx.org() == "sutton" { bail!("on second thoughts") }
            Ok(())
        }));
        let broken = bed.org.write((), |tx, ()| Box::pin(async move {
            tx.put_feed("pack", "half done", crate::store::feed::Audience::All, "").await?;
            if tx.org() == "sutton" { panic!("a fault in enterview") }
            Ok(())
        }));
        let twice = bed.org.add_person(crate::store::people::NewPerson {
            id: "asha".into(), name: "Asha Patel".into(), roles: vec!["x".into()], at: 1, ..Default::default()
        });
        let again = bed.org.add_person(crate::store::people::NewPerson {
            id: "asha".into(), name: "Another".into(), roles: vec!["x".into()], at: 1, ..Default::default()
        });
        let (refused, broken, twice, again) = tokio::join!(refused, broken, twice, again);
        assert_eq!(refused.unwrap_err().to_string(), "on second thoughts");
        assert!(broken.unwrap_err().to_string().contains("was not saved"));
        assert!(twice.is_ok() && again.is_err());
        for good in good {
            good.await.unwrap().unwrap();
        }
        let feed = bed.org.feed_after("tablet", 0, 1000).await.unwrap();
        assert_eq!(feed.items.iter().filter(|item| item.reference.starts_with("good")).count(), 10);
        assert!(!feed.items.iter().any(|item| item.reference == "half done"));
        assert_eq!(bed.org.person("asha").await.unwrap().unwrap().name, "Asha Patel");
    }

    async fn somebody_who_waits_is_woken_by_this_process_and_by_another(bed) {
        let other = bed.beside().await;
        let now = bed.org.this().await.unwrap().rev;
        assert!(!bed.store.wait_beyond("sutton", now, Duration::from_millis(20)).await);
        // The same news told again would wake nobody.
        for (store, news) in [(bed.store.clone(), "first"), (other.clone(), "second")] {
            let now = bed.org.this().await.unwrap().rev;
            let waiting = bed.store.clone();
            let woken = tokio::spawn(async move { waiting.wait_beyond("sutton", now, Duration::from_secs(20)).await });
            store.org("sutton").put_pack_item(news, "{}").await.unwrap();
            assert!(woken.await.unwrap());
        }
        other.close().await;
    }

    async fn a_caller_that_went_away_has_its_work_done_all_the_same(bed) {
        let org = bed.org.clone();
        let mut saving = Box::pin(org.put_pack_item("kept", "{}"));
        // Polled once, so that it is on its way, and then dropped.
        assert!(futures_util::poll!(&mut saving).is_pending());
        drop(saving);
        bed.org.put_pack_item("after", "{}").await.unwrap();
        let feed = bed.org.feed_after("tablet", 0, 1000).await.unwrap();
        assert!(feed.items.iter().any(|item| item.reference == "kept"));
    }

    async fn a_snapshot_stays_at_its_moment_and_cannot_write(bed) {
        let moment = bed.org.snapshot().await.unwrap();
        bed.cast().await;
        assert_eq!(moment.people().await.unwrap().len(), 0);
        assert_eq!(bed.org.people().await.unwrap().len(), 4);
        drop(moment);
        for _ in 0..8 {
            assert_eq!(bed.org.people().await.unwrap().len(), 4, "a reader was left inside an old transaction");
        }
    }

    async fn the_connections_that_read_cannot_write(bed) {
        let wrote: anyhow::Result<Vec<i64>> =
            bed.org.scalars(values!("UPDATE org SET rev = rev + 1 WHERE org = $1 RETURNING rev", "sutton")).await;
        assert!(wrote.is_err());
    }

    async fn a_lost_database_connection_is_made_again_and_the_work_done(bed) {
        if bed.store.dialect() == Dialect::Sqlite {
            // A file has no connection to lose; what it has is a second writer that holds the lock for a while.
            let other = bed.beside().await;
            let org = other.org("sutton");
            let held = org.write((), |tx, ()| Box::pin(async move {
                for _ in 0..2000 { tx.next_rev().await?; }
                Ok(())
            }));
            let (held, saved) = tokio::join!(held, bed.org.put_pack_item("kept", "{}"));
            held.unwrap();
            saved.unwrap();
            other.close().await;
        } else {
            let other = bed.beside().await;
            let backend = bed.org.write((), |tx, ()| Box::pin(async move {
                Ok(tx.scalar::<i64>(values!("SELECT CAST(pg_backend_pid() AS BIGINT)")).await?.unwrap())
            }));
            let backend = backend.await.unwrap();
            other.org("sutton").write(backend, |tx, backend| Box::pin(async move {
                tx.run(sql!("SELECT pg_terminate_backend(CAST($1 AS INTEGER))", *backend)).await?;
                Ok(())
            })).await.unwrap();
            bed.org.put_pack_item("kept", "{}").await.unwrap();
            other.close().await;
        }
        let feed = bed.org.feed_after("tablet", 0, 1000).await.unwrap();
        assert!(feed.items.iter().any(|item| item.reference == "kept"));
    }
}

/// Follows the feed as a tablet does, in small pieces, until the last item.
async fn follow(org: OrgStore, from: i64) -> (BTreeSet<String>, Vec<i64>) {
    let (mut items, mut revs, mut cursor) = (BTreeSet::new(), Vec::new(), from);
    loop {
        let feed = org.feed_after("tablet", cursor, 7).await.unwrap();
        for item in feed.items {
            if item.reference == "the end" {
                return (items, revs);
            }
            revs.push(item.rev);
            assert!(items.insert(item.reference), "an item came twice");
        }
        cursor = feed.next;
        if cursor == feed.head {
            org.store().wait_beyond(org.id(), cursor, Duration::from_secs(5)).await;
        }
    }
}
