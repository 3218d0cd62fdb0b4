//! Opening the store: encrypted from the first byte, the key beside it, a lost key said in words.

use super::wholeness::a_full_record;
use crate::objects::place::Place;
use crate::store::key::KEY_FILE;
use crate::store::testing::{Bed, add_org, on_each};
use crate::store::{Elsewhere, Store};

/// As it was before marks were made.
async fn forget_the_mark(bed: &Bed) {
    bed.org
        .write((), |tx, ()| Box::pin(async move { tx.run(sql!("DELETE FROM about_store WHERE name = 'mark'")).await }))
        .await
        .unwrap();
}

on_each! {
    async fn what_was_saved_is_there_after_a_restart(bed) {
        bed.cast().await;
        let again = bed.beside().await;
        assert_eq!(again.org("sutton").people().await.unwrap().len(), 4);
        again.close().await;
        let error = again.org("sutton").people().await;
        assert!(error.is_err(), "a closed store still answers");
    }

    async fn another_folder_without_the_key_file_is_refused_and_makes_no_key(bed) {
        let key = bed.data().join(KEY_FILE);
        let aside = bed.data().join("aside");
        std::fs::rename(&key, &aside).unwrap();
        let missing = bed.try_beside().await.err().unwrap().to_string();
        assert!(missing.contains("is missing") && missing.contains("unharmed"), "{missing}");
        assert!(!key.exists());
        std::fs::rename(&aside, &key).unwrap();
        bed.beside().await.close().await;
    }

    async fn another_key_is_refused_in_words_before_it_seals_anything(bed) {
        let key = bed.data().join(KEY_FILE);
        let right = std::fs::read(&key).unwrap();
        std::fs::write(&key, "00".repeat(32)).unwrap();
        let wrong = format!("{:#}", bed.try_beside().await.err().unwrap());
        // SQLite's file does not open at all; PostgreSQL would, and nothing in it could be read.
        assert!(wrong.contains("does not open with this key") || wrong.contains("not the one that this record"), "{wrong}");
        std::fs::write(&key, right).unwrap();
        bed.beside().await.close().await;
    }

    async fn photos_that_are_not_where_they_were_are_missed_at_the_start(bed) {
        let elsewhere = match bed.elsewhere() {
            // The same bucket, another prefix; or the folder's disk was not there.
            Elsewhere { objects: Place::Bucket { name, settings, .. }, database, .. } => {
                let objects = Place::Bucket { name, prefix: "others".into(), settings };
                Elsewhere { database, objects, without_old_photos: false }
            }
            folder => {
                std::fs::rename(bed.objects(), bed.data().join("aside")).unwrap();
                folder
            }
        };
        let missed = Store::open_with(bed.data(), &elsewhere).await.err().unwrap().to_string();
        assert!(missed.contains("are not in") && missed.contains("--without-old-photos"), "{missed}");
        let lost = Elsewhere { without_old_photos: true, ..elsewhere.clone() };
        Store::open_with(bed.data(), &lost).await.unwrap().close().await;
        Store::open_with(bed.data(), &elsewhere).await.unwrap().close().await;
    }

    async fn a_record_of_an_earlier_version_is_marked_only_by_its_own_key_and_beside_its_photos(bed) {
        bed.org.set_desk_key("age1public", b"AGE-SECRET").await.unwrap();
        let photo = a_full_record(bed).await;
        forget_the_mark(bed).await;
        let key = bed.data().join(KEY_FILE);
        let right = std::fs::read(&key).unwrap();
        std::fs::write(&key, "00".repeat(32)).unwrap();
        assert!(bed.try_beside().await.is_err());
        std::fs::write(&key, right).unwrap();
        let at = bed.objects().join("sutton").join(&photo[..2]);
        let aside = bed.data().join("aside");
        std::fs::rename(&at, &aside).unwrap();
        let missed = bed.try_beside().await.err().unwrap().to_string();
        assert!(missed.contains("are not in"), "{missed}");
        std::fs::rename(&aside, &at).unwrap();
        bed.beside().await.close().await;
    }

    async fn two_servers_that_begin_at_once_know_each_other(bed) {
        forget_the_mark(bed).await;
        let (one, other) = tokio::join!(bed.try_beside(), bed.try_beside());
        one.unwrap().close().await;
        other.unwrap().close().await;
        bed.beside().await.close().await;
    }

    async fn the_desks_key_is_sealed_kept_once_and_opened_by_this_server_only(bed) {
        bed.org.set_desk_key("age1public", b"AGE-SECRET").await.unwrap();
        assert!(bed.org.set_desk_key("age1other", b"OTHER").await.is_err());
        assert_eq!(bed.org.desk_private().await.unwrap().as_slice(), b"AGE-SECRET");
        let sealed: Vec<Vec<u8>> =
            bed.org.scalars(values!("SELECT desk_private FROM org WHERE org = $1", "sutton")).await.unwrap();
        assert!(!sealed[0].windows(10).any(|bytes| bytes == b"AGE-SECRET"));
        let feed = bed.org.feed_after("tablet", 0, 100).await.unwrap();
        let org = feed.items.iter().find(|item| item.kind == "org").unwrap();
        assert!(org.payload.contains("age1public") && !org.payload.contains("SECRET"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_the_file_can_be_read_without_the_key() {
    let data = tempfile::tempdir().unwrap();
    let store = Store::open(data.path(), None).await.unwrap();
    add_org(&store, "sutton", "Canary Wharf").await;
    for file in ["enterview.db", "enterview.db-wal"] {
        let bytes = std::fs::read(data.path().join(file)).unwrap();
        assert!(!bytes.starts_with(b"SQLite format 3"), "{file} is in clear");
        assert!(!bytes.windows(12).any(|part| part == b"Canary Wharf"), "{file} is in clear");
    }
    store.close().await;
    let bytes = std::fs::read(data.path().join("enterview.db")).unwrap();
    assert!(bytes.len() > 4096 && !bytes.windows(12).any(|part| part == b"Canary Wharf"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_with_another_key_stays_shut_and_unharmed() {
    let data = tempfile::tempdir().unwrap();
    let store = Store::open(data.path(), None).await.unwrap();
    add_org(&store, "sutton", "Sutton LINk").await;
    store.close().await;
    let key = std::fs::read(data.path().join(KEY_FILE)).unwrap();

    std::fs::write(data.path().join(KEY_FILE), "00".repeat(32)).unwrap();
    let wrong = Store::open(data.path(), None).await.err().unwrap().to_string();
    assert!(wrong.contains("does not open with this key"), "{wrong}");

    std::fs::write(data.path().join(KEY_FILE), key).unwrap();
    let store = Store::open(data.path(), None).await.unwrap();
    assert_eq!(store.orgs().await.unwrap()[0].name, "Sutton LINk");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_folder_may_have_any_name() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("Priya's 100% data? #2 für Sutton");
    let store = Store::open(&folder, None).await.unwrap();
    add_org(&store, "sutton", "Sutton LINk").await;
    store.close().await;
    assert!(folder.join("enterview.db").exists());
}
