//! Directories of places: how far one is, also after the server was started again.

use crate::office::testing::{House, NOW};
use crate::store::places::ImportRefusal;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_that_a_restart_broke_off_says_so_and_one_that_ended_says_how_many() {
    let house = House::open().await;
    let samuel = house.seat("Samuel Reed", "host administrator").await;
    let rows = "\"H85021\",\"THE CHESSER SURGERY\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"SM5 2RT\",\"\",\"\",\"A\"\n\"A1\",\"SHORT\"\n";
    let ended = house.upload(&samuel, "/office/places/import", rows).await.to;
    house.org.begin_import("broken", 14_303, NOW).await.unwrap();
    let refused = ImportRefusal { line: 9, reason: "no name".into(), raw: "H85021,,".into() };
    house.org.take_directory("broken", Vec::new(), vec![refused]).await.unwrap();

    let house = house.started_again();
    let page = house.get(&samuel, "/office/places/import/broken").await;
    assert!(page.says("It broke off") && page.says("Send the file again"), "{}", page.page);
    assert!(!page.says("The directory is here") && !page.says("http-equiv"));
    let page = house.get(&samuel, &ended).await;
    assert!(page.says("1 places were taken, 1 rows were not"), "{}", page.page);
}
