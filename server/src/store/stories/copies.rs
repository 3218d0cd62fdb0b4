//! The record in another place: backups, and an organisation that moves from one kind of database to the other.

use super::wholeness::{a_full_record, a_photo};
use crate::backup;
use crate::backup::Contents;
use crate::backup::folder::{self, Earlier};
use crate::store::copy::{Cell, LEFT_BEHIND, TABLES};
use crate::store::testing::{Bed, add_org, on_each};
use crate::store::{Dialect, Store};
use age::x25519::Identity;
use std::path::Path;

async fn written(bed: &Bed, key: &Identity) -> Vec<u8> {
    let mut file = Vec::new();
    backup::write(&bed.store, bed.data(), &key.to_public(), &mut file, 9).await.unwrap();
    file
}

/// Writes one into a folder of backups, as the command does.
async fn written_into(at: &Path, name: &str, bed: &Bed, key: &Identity) -> Earlier {
    let (store, to) = (&bed.store, key.to_public());
    let earlier = folder::earlier(at, store.key(), &to).unwrap();
    let out = std::fs::File::create(at.join(name)).unwrap();
    let whole = backup::write_after(store, bed.data(), &to, out, 9, &earlier).await.unwrap();
    folder::vouch(at, name, store.key(), &to, earlier.new_in(&whole.objects)).unwrap();
    earlier
}

/// Restores it with what lies beside it, and says what is missing.
async fn what_is_there(at: &Path, name: &str, key: &Identity) -> (Contents, backup::Missing) {
    let data = tempfile::tempdir().unwrap();
    let fresh = Store::open(data.path(), None).await.unwrap();
    let from = std::fs::File::open(at.join(name)).unwrap();
    let beside = |name: &str| Ok(std::fs::File::open(at.join(name))?);
    let read = backup::read_what_is_there(from, key, &fresh, data.path(), beside).await;
    fresh.close().await;
    read.unwrap()
}

/// Restores it with those that lie beside it, and says what came of it.
async fn restored(at: &Path, name: &str, key: &Identity) -> anyhow::Result<Contents> {
    let data = tempfile::tempdir().unwrap();
    let fresh = Store::open(data.path(), None).await.unwrap();
    let from = std::fs::File::open(at.join(name)).unwrap();
    let beside = |name: &str| Ok(std::fs::File::open(at.join(name))?);
    let read = backup::read(from, key, &fresh, data.path(), beside).await;
    fresh.close().await;
    read
}

on_each! {
    async fn a_folder_of_backups_holds_each_photo_once_and_every_one_of_them_restores_whole(bed) {
        let first = a_full_record(bed).await;
        let at = tempfile::tempdir().unwrap();
        let at = at.path();
        let key = Identity::generate();
        assert_eq!(written_into(at, "1.enterview", bed, &key).await, Earlier::default());
        a_photo(bed, b"another photo").await;
        let then = backup::contents(&bed.store).await.unwrap();
        let leans = written_into(at, "2.enterview", bed, &key).await;
        assert_eq!(leans.files, ["1.enterview"]);
        assert!(leans.objects["sutton"].contains(&first));
        let third = written_into(at, "3.enterview", bed, &key).await;
        assert_eq!(third.files, ["1.enterview", "2.enterview"]);

        for name in ["2.enterview", "3.enterview"] {
            let whole = restored(at, name, &key).await.unwrap();
            assert_eq!(whole.differences(&then), Vec::<String>::new());
        }
        assert_eq!(restored(at, "1.enterview", &key).await.unwrap().objects(), 1);

        // One that is gone, cut, or sealed to another key is not leaned on; and missing it is said, by its name.
        assert_eq!(folder::earlier(at, bed.store.key(), &Identity::generate().to_public()).unwrap(), Earlier::default());
        std::fs::rename(at.join("1.enterview"), at.join("aside")).unwrap();
        let missing = format!("{:#}", restored(at, "3.enterview", &key).await.unwrap_err());
        assert!(missing.contains("leans on 1.enterview"), "{missing}");
        let (rest, missing) = what_is_there(at, "3.enterview", &key).await;
        assert_eq!((rest.objects(), missing.files), (1, vec!["1.enterview".to_owned()]));
        assert_eq!(missing.objects["sutton"].iter().collect::<Vec<_>>(), [&first]);
        let now = folder::earlier(at, bed.store.key(), &key.to_public()).unwrap();
        assert_eq!(now.files, ["2.enterview"]);
        std::fs::write(at.join("2.enterview"), b"cut").unwrap();
        assert_eq!(written_into(at, "4.enterview", bed, &key).await, Earlier::default());
        assert_eq!(restored(at, "4.enterview", &key).await.unwrap().differences(&then), Vec::<String>::new());
    }

    async fn a_backup_is_the_whole_record_and_opens_in_another_place(bed) {
        let photo = a_full_record(bed).await;
        bed.org.set_desk_key("age1desk", b"private half").await.unwrap();
        let key = Identity::generate();
        let file = written(bed, &key).await;
        assert!(!file.windows(11).any(|bytes| bytes == b"Hazel Court"), "a backup lies in clear");

        let data = tempfile::tempdir().unwrap();
        let fresh = Store::open(data.path(), None).await.unwrap();
        let there = backup::read(file.as_slice(), &key, &fresh, data.path(), backup::alone).await.unwrap();
        assert_eq!(there.differences(&backup::contents(&bed.store).await.unwrap()), Vec::<String>::new());
        assert_eq!((there.rows("change"), there.objects()), (2, 1));
        let sutton = fresh.org("sutton");
        assert_eq!(sutton.desk_private().await.unwrap().as_slice(), b"private half", "sealed under the new key");
        assert!(fresh.objects().get("sutton", &photo).await.unwrap().is_some());

        backup::live_again(&fresh, 10).await.unwrap();
        assert_ne!(sutton.this().await.unwrap().store_id, bed.org.this().await.unwrap().store_id);
        assert!(backup::read(file.as_slice(), &key, &fresh, data.path(), backup::alone).await.is_err(), "over a record that is there");
        fresh.close().await;
    }

    async fn a_backup_that_was_cut_or_changed_or_meets_another_key_is_refused(bed) {
        a_full_record(bed).await;
        let key = Identity::generate();
        let file = written(bed, &key).await;
        let mut spoilt = file.clone();
        let middle = spoilt.len() / 2;
        spoilt[middle] ^= 1;
        for (bytes, key) in [(&file[..file.len() - 30], &key), (&spoilt, &key), (&file, &Identity::generate())] {
            let data = tempfile::tempdir().unwrap();
            let fresh = Store::open(data.path(), None).await.unwrap();
            assert!(backup::read(bytes, key, &fresh, data.path(), backup::alone).await.is_err());
            fresh.close().await;
        }
    }

    async fn an_organisation_moves_in_beside_another_with_all_it_has(bed) {
        a_full_record(bed).await;
        let data = tempfile::tempdir().unwrap();
        let old = Store::open(data.path(), None).await.unwrap();
        let merton = add_org(&old, "merton", "Merton LINk").await;
        merton.set_desk_key("age1merton", b"Merton's half").await.unwrap();
        let before = backup::contents(&bed.store).await.unwrap();
        backup::carry(&merton, &bed.store).await.unwrap();
        let there = bed.store.org("merton");
        assert_eq!(there.desk_private().await.unwrap().as_slice(), b"Merton's half");
        let after = backup::contents(&bed.store).await.unwrap();
        assert_eq!(after.tables["sutton"], before.tables["sutton"], "the other is as it was");
        assert!(backup::carry(&merton, &bed.store).await.is_err(), "it is there already");
        old.close().await;
    }

    async fn a_row_of_another_organisation_or_of_no_table_is_not_put_in(bed) {
        let mut rows = Vec::new();
        bed.org.each_row(|row| { rows.push(row); Ok(()) }).await.unwrap();
        let row = rows[0].clone();
        let mut theirs = row.clone();
        theirs.cells.insert("org".into(), Cell::Text("merton".into()));
        let mut nowhere = row.clone();
        nowhere.table = "sqlite_master".into();
        let mut column = row;
        column.cells.insert("name) VALUES ('x'); --".into(), Cell::Number(1));
        for hostile in [theirs, nowhere, column] {
            assert!(bed.org.put_rows(vec![hostile]).await.is_err());
        }
    }

    async fn every_table_of_the_record_is_carried_or_left_behind_on_purpose(bed) {
        let text = match bed.store.dialect() {
            Dialect::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            Dialect::Postgres => "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = ANY (current_schemas(false))",
        };
        let mut found: Vec<String> = sqlx::query_scalar(text).fetch_all(&bed.store.inner.readers).await.unwrap();
        found.retain(|name| name != "_sqlx_migrations");
        found.sort();
        let mut known: Vec<String> = TABLES.iter().chain(&LEFT_BEHIND).map(|name| (*name).to_owned()).collect();
        known.sort();
        assert_eq!(found, known);
    }
}
