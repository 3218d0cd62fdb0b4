//! Opening the store: encrypted from the first byte, the key beside it, a lost key said in words.

use crate::store::Store;
use crate::store::key::KEY_FILE;
use crate::store::testing::{add_org, on_both};

on_both! {
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
