//! The audit log: complete, in order, and a line taken out or changed is seen.

use crate::store::audit::Deed;
use crate::store::testing::on_both;

fn deed(n: i64) -> Deed {
    Deed { at: n, who: "priya".into(), what: "assign visit".into(), subject: format!("hazel asha {n}") }
}

on_both! {
    async fn two_processes_write_one_chain(bed) {
        let other = bed.beside().await;
        let lines = (0..40).map(|n| {
            let store = if n % 2 == 0 { bed.store.clone() } else { other.clone() };
            tokio::spawn(async move { store.org("sutton").record(deed(n)).await })
        });
        for line in lines.collect::<Vec<_>>() {
            line.await.unwrap().unwrap();
        }
        let lines = bed.org.audit_after(0, 100).await.unwrap();
        assert_eq!(lines.iter().map(|line| line.n).collect::<Vec<_>>(), (1..=41).collect::<Vec<_>>());
        assert_eq!(bed.org.check_audit().await.unwrap(), None);
        assert_eq!(bed.org.audit_after(39, 100).await.unwrap().len(), 2);
        other.close().await;
    }

    async fn a_line_that_was_changed_or_cut_off_is_seen(bed) {
        for n in 0..5 {
            bed.org.record(deed(n)).await.unwrap();
        }
        bed.org.write((), |tx, ()| Box::pin(async move {
            tx.run(sql!("DELETE FROM audit WHERE org = $1 AND n = 6", tx.org())).await
        })).await.unwrap();
        let cut = bed.org.check_audit().await.unwrap().unwrap();
        assert!(cut.contains("ends at line 5"), "{cut}");
        bed.org.write((), |tx, ()| Box::pin(async move {
            tx.run(sql!("UPDATE audit SET who = 'asha' WHERE org = $1 AND n = 2", tx.org())).await
        })).await.unwrap();
        let changed = bed.org.check_audit().await.unwrap().unwrap();
        assert!(changed.contains("line 2"), "{changed}");
    }

    async fn a_deed_is_logged_with_its_write_or_not_at_all(bed) {
        bed.cast().await;
        let doing = bed.org.doing(deed(7));
        doing.set_password("asha", "$argon2id$…").await.unwrap();
        assert!(doing.set_password("nobody", "$argon2id$…").await.is_err());
        bed.org.set_password("tom", "$argon2id$…").await.unwrap();
        let lines = bed.org.audit_after(1, 10).await.unwrap();
        assert_eq!(lines.iter().map(|line| line.subject.as_str()).collect::<Vec<_>>(), ["hazel asha 7"]);
        doing.write((), |tx, ()| Box::pin(async move {
            tx.nothing_done();
            Ok(())
        })).await.unwrap();
        assert_eq!(bed.org.audit_after(1, 10).await.unwrap().len(), 1);
        assert_eq!(bed.org.check_audit().await.unwrap(), None);
    }
}
