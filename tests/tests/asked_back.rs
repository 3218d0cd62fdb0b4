//! A month that was played: what somebody takes back on a tablet afterwards is gone from the office and from every tablet,
//! and nobody can tell whose equality sheet is whose.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use device::views::VisitScreen;
use domain::entry::{Entry, Observation};
use domain::ids::NotebookId;
use journeys::play::{Played, play};
use journeys::scenario::{Scenario, Vocabulary};
use journeys::tablet::Tablet;
use server::store::Store;
use server::store::copy::Cell;
use std::collections::BTreeSet;

const CANARY: &str = "canary: my daughter has not come since May";

struct Month {
    played: Played,
    data: tempfile::TempDir,
    _folders: [tempfile::TempDir; 2],
}

/// The month as far as the tablets go.
async fn month() -> Month {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let [data, out, tablets] = [0; 3].map(|_| tempfile::tempdir().unwrap());
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/hazel-court/scenario.json");
    let mut scenario = Scenario::read(&file, &Vocabulary::of_the_embedded_packs()).unwrap();
    scenario.office = None;
    let played = play(&scenario, data.path(), tablets.path(), out.path()).await.unwrap();
    Month { played, data, _folders: [out, tablets] }
}

fn page(tablet: &Tablet, visit: NotebookId) -> VisitScreen {
    tablet.device().visit(visit).unwrap()
}

/// Every text and every byte of the record, but for what is sealed.
async fn rows(data: &std::path::Path) -> String {
    let store = Store::open(data, None).await.unwrap();
    let org = store.org(&store.org_ids().await.unwrap()[0]);
    let mut all = String::new();
    org.each_row(|row| {
        for cell in row.cells.values() {
            if let Cell::Text(text) = cell {
                all.push_str(text);
                all.push('\n');
            }
        }
        Ok(())
    })
    .await
    .unwrap();
    store.close().await;
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn what_asha_is_asked_not_to_keep_after_it_was_sent_is_gone_from_the_office_and_from_toms_tablet() {
    let mut month = month().await;
    let visit = month.played.visits[0];
    let seen = Observation {
        words: CANARY.into(),
        area: None,
        theme: None,
        tone: None,
        how: Vec::new(),
        ..Observation::default()
    };
    let tablets = &mut month.played.tablets;
    let entry = tablets[&1].device().record(visit, Entry::Observation(seen), None).unwrap();
    tablets.get_mut(&1).unwrap().sync_until_shown().await.unwrap();
    tablets.get_mut(&2).unwrap().sync().await.unwrap();
    let stands = |tablet: &Tablet| page(tablet, visit).rows.iter().any(|row| row.words == CANARY);
    assert!(stands(&tablets[&1]) && stands(&tablets[&2]), "it was never sent");
    assert!(rows(month.data.path()).await.contains(CANARY), "the canary was never there");

    tablets[&1].device().take_back(visit, entry).unwrap();
    assert!(!stands(&tablets[&1]), "nobody reads it here any more");
    // Tom has no signal meanwhile.
    for _ in 0..20 {
        tablets.get_mut(&1).unwrap().sync_until_shown().await.unwrap();
        if page(&tablets[&1], visit).taken_back[0].gone.is_some() {
            break;
        }
    }
    let taken = page(&tablets[&1], visit).taken_back.remove(0);
    assert!(taken.heard.is_some() && taken.gone.is_some(), "{taken:?}");
    assert!(!rows(month.data.path()).await.contains(CANARY));
    assert!(stands(&tablets[&2]));
    tablets.get_mut(&2).unwrap().sync().await.unwrap();
    assert!(!stands(&tablets[&2]));
    month.played.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_can_tell_whose_equality_sheet_it_was() {
    let month = month().await;
    let event = month.played.events[0];
    let number = month.played.tablets.iter().find(|(_, t)| t.device().visit(event).is_ok()).unwrap().0;
    let views: Vec<i64> = page(&month.played.tablets[number], event).rows.iter().map(|row| row.at).collect();
    month.played.server.stop().await.unwrap();
    let store = Store::open(month.data.path(), None).await.unwrap();
    let org = store.org(&store.org_ids().await.unwrap()[0]);
    let sheets = org.sealed("equality").await.unwrap();
    assert!(sheets.len() > 1 && !views.is_empty(), "there is nothing to join");
    let mut lengths = BTreeSet::new();
    for sheet in &sheets {
        // By its id: no time stands in it. By what it lies beside: nothing.
        assert_eq!(sheet.id.parse::<uuid::Uuid>().unwrap().get_version_num(), 4);
        assert_eq!((sheet.notebook.as_ref(), sheet.about.as_ref()), (None, None));
        lengths.insert(org.sealed_record(&sheet.id).await.unwrap().ciphertext.len());
    }
    // By when it came: together, where no view came between, as the tablet tells of no time of theirs.
    let times: BTreeSet<i64> = sheets.iter().map(|sheet| sheet.received_at).collect();
    let (first, last) = (times.first().unwrap(), times.last().unwrap());
    assert!(last - first < 60_000, "{times:?}");
    // By its length: they have one.
    assert_eq!(lengths.len(), 1, "{lengths:?}");
    // By its place: rows lie in the order of ids that nobody chose.
    let mut by_id: Vec<&str> = sheets.iter().map(|sheet| sheet.id.as_str()).collect();
    by_id.sort_unstable();
    assert_eq!(by_id.len(), BTreeSet::from_iter(by_id.clone()).len());
}
