//! `check` finds what was spoilt behind the program's back, and nothing in a sound record.

use anyhow::Result;

use super::sync::{change, publication};
use crate::objects::hash_of;
use crate::store::changes::Change;
use crate::store::notebooks::Notebook;
use crate::store::photos::PhotoPiece;
use crate::store::reports::{NewReport, Report, ReportStep};
use crate::store::testing::{Bed, on_each};
use crate::store::whole::{Remade, Remake};

/// Stands for the notebook's rules: a change's hash is that of its bytes, a projection is empty.
struct Plain;

impl Remake for Plain {
    fn hash(&self, change: &[u8]) -> Result<String> {
        Ok(hash_of(change))
    }

    fn is_out(&self, stage: &str) -> Result<bool> {
        Ok(stage == "sent")
    }

    async fn remake(&self, _: &Notebook, changes: Vec<Change>) -> Result<Remade> {
        let heads = changes.last().map(|change| change.hash.clone()).into_iter().collect();
        Ok(Remade { projection: "{}".into(), heads, entries: vec![] })
    }
}

pub(super) async fn a_photo(bed: &Bed, photo: &[u8]) -> String {
    let (hash, size) = (hash_of(photo), i64::try_from(photo.len()).unwrap());
    let piece = PhotoPiece { hash: hash.clone(), notebook: None, size, offset: 0, bytes: photo.to_vec() };
    bed.org.photo_piece("1", piece).await.unwrap();
    bed.store.objects().put("sutton", &hash, photo).await.unwrap();
    bed.org.photo_complete(&hash, 20).await.unwrap();
    hash
}

pub(super) async fn a_full_record(bed: &Bed) -> String {
    bed.cast().await;
    bed.visit("hazel").await;
    bed.org.take_changes("1", vec![change("a", "a1", &[]), change("b", "a1", &["a"])], 10).await.unwrap();
    bed.org.publish(publication(0, &["a", "b"], vec![])).await.unwrap();
    let hash = a_photo(bed, b"a photo").await;
    let deed =
        crate::store::audit::Deed { at: 1, who: "priya".into(), what: "plan visit".into(), subject: "hazel".into() };
    bed.org.record(deed).await.unwrap();
    hash
}

on_each! {
    async fn a_sound_record_has_no_problems_and_a_spoilt_one_each_by_name(bed) {
        let photo = a_full_record(bed).await;
        let checked = bed.store.check(&Plain).await.unwrap();
        assert_eq!(checked.problems, Vec::<String>::new());
        assert_eq!((checked.changes, checked.notebooks, checked.objects), (2, 1, 1));

        std::fs::remove_file(bed.objects().join("sutton").join(&photo[..2]).join(&photo)).unwrap();
        bed.org.write((), |tx, ()| Box::pin(async move {
            tx.run(sql!("UPDATE change SET bytes = $2 WHERE org = $1 AND seq = 1 AND rev = (SELECT max(rev) FROM change WHERE org = $1)",
                tx.org(), b"spoilt".as_slice())).await?;
            tx.run(sql!("UPDATE notebook SET projection = 'other' WHERE org = $1", tx.org())).await?;
            tx.run(sql!("UPDATE audit SET what = 'nothing' WHERE org = $1", tx.org())).await
        })).await.unwrap();
        let problems = bed.store.check(&Plain).await.unwrap().problems;
        let b = hash_of(b"b");
        for sign in [b.as_str(), "projection is not", photo.as_str(), "audit log"] {
            assert!(problems.iter().any(|problem| problem.contains(sign)), "{sign} is not in {problems:?}");
        }
        assert_eq!(problems.len(), 4, "{problems:?}");
    }

    async fn what_was_sent_and_is_not_what_was_signed_or_is_gone_is_named(bed) {
        a_full_record(bed).await;
        for id in ["sound", "other", "gone", "draft"] {
            let new = NewReport { id: id.into(), visit: "hazel".into(), by: "priya".into(), ..NewReport::default() };
            bed.org.begin_report(new).await.unwrap();
            if id != "draft" {
                let begun = bed.org.report(id).await.unwrap().unwrap();
                let sent = Report { stage: "sent".into(), words_digest: hash_of(b"{}"), ..begun };
                let step = ReportStep { who: "priya".into(), made_at: 5, what: "sent".into(), json: "{}".into() };
                bed.org.send_report(sent, step, "{}".into()).await.unwrap();
            }
        }
        assert_eq!(bed.store.check(&Plain).await.unwrap().problems, Vec::<String>::new());
        bed.org.write((), |tx, ()| Box::pin(async move {
            tx.run(sql!("UPDATE report_signed SET document = '[]' WHERE org = $1 AND report = 'other'", tx.org())).await?;
            tx.run(sql!("DELETE FROM report_signed WHERE org = $1 AND report = 'gone'", tx.org())).await
        })).await.unwrap();
        let mut problems = bed.store.check(&Plain).await.unwrap().problems;
        problems.sort();
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].contains("Report gone was sent"), "{problems:?}");
        assert!(problems[1].contains("report other is not what was signed"), "{problems:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_in_the_file_is_found() {
    let bed = Bed::sqlite().await;
    a_full_record(&bed).await;
    bed.store.close().await;
    let file = bed.data().join("enterview.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let found = match crate::store::Store::open(bed.data(), None).await {
        Ok(store) => match store.check(&Plain).await {
            Ok(checked) => !checked.problems.is_empty(),
            Err(_) => true,
        },
        Err(_) => true,
    };
    assert!(found);
}
