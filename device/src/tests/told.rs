//! What a tablet knows of its own standing: visits that are no longer its, what the office is told waits, packs to come.

use super::office::{Office, Trouble};
use super::photos::file;
use super::sending::set_up;
use super::*;
use crate::store::meta;
use crate::views::{PhotoUse, Whereabouts};
use domain::wire::ProblemCode;
use serde_json::{Value, json};
use tempfile::tempdir;

#[test]
fn who_was_taken_off_a_visit_has_no_card_for_it_and_keeps_what_she_wrote() {
    let dir = tempdir().unwrap();
    let (mut asha, _) = tablet(dir.path(), 1, ASHA);
    assert_eq!(asha.authority_card(person(ASHA)).unwrap().today.len(), 1);
    asha.told_by_office(vec![FeedItem::Withdrawn { notebook: hazel_court() }]).unwrap();
    let page = asha.my_visits().unwrap();
    assert!(page.today.is_empty() && page.before.is_empty());
    assert!(asha.authority_card(person(ASHA)).unwrap().today.is_empty());

    asha.told_by_office(vec![FeedItem::Visit(visit("planned"))]).unwrap();
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    asha.told_by_office(vec![FeedItem::Withdrawn { notebook: hazel_court() }]).unwrap();
    let page = asha.my_visits().unwrap();
    assert!(page.today.is_empty() && page.before[0].withdrawn);
    assert!(asha.authority_card(person(ASHA)).unwrap().today.is_empty());
    assert_eq!(words(&mut asha, hazel_court()), ["Raised beds."]);

    asha.told_by_office(vec![FeedItem::Visit(visit("planned"))]).unwrap();
    assert!(!asha.my_visits().unwrap().today[0].withdrawn, "she is on the team again");
}

#[test]
fn what_others_wrote_goes_with_the_visit_and_what_she_wrote_stays() {
    let (one, two) = (tempdir().unwrap(), tempdir().unwrap());
    let (mut tom, _) = tablet(two.path(), 2, TOM);
    tom.record(hazel_court(), saw("A commode in the hall."), None).unwrap();
    tom.state(hazel_court(), &super::sending::impression(), &domain::notebook::Value::Text("Rushed.".into())).unwrap();
    let chunk = domain::wire::Bytes(tom.book(hazel_court()).unwrap().notebook.save());
    let granted = || FeedItem::Granted { notebook: hazel_court(), generation: 0, chunk: chunk.clone() };
    let taken_off = || vec![FeedItem::Withdrawn { notebook: hazel_court() }];

    let (mut asha, _) = tablet(one.path(), 1, ASHA);
    asha.told_by_office(vec![granted()]).unwrap();
    assert_eq!(words(&mut asha, hazel_court()), ["A commode in the hall."]);
    asha.told_by_office(taken_off()).unwrap();
    assert!(matches!(asha.visit(hazel_court()), Err(Error::NoNotebook)), "nothing of it is hers");
    assert!(asha.my_visits().unwrap().before.is_empty());

    asha.told_by_office(vec![FeedItem::Visit(visit("planned")), granted()]).unwrap();
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    asha.told_by_office(taken_off()).unwrap();
    let screen = asha.visit(hazel_court()).unwrap();
    let rows: Vec<&str> = screen.rows.iter().map(|row| row.words.as_str()).collect();
    assert_eq!((rows, screen.summary.len()), (vec!["Raised beds."], 0));
}

#[test]
fn a_sheet_becomes_the_note_of_whoever_stands_over_it() {
    let dir = tempdir().unwrap();
    let (mut asha, _) = tablet(dir.path(), 1, ASHA);
    let sheet = asha.open_draft(hazel_court(), crate::views::DraftKind::Observation).unwrap();
    asha.save_draft(sheet, r#"{"words":"Raised beds."}"#).unwrap();
    asha.draft_by(sheet, person(TOM)).unwrap();
    assert!(matches!(asha.draft_by(sheet, person(0xbad)), Err(Error::NobodyWrites)));
    asha.close_draft(sheet).unwrap();
    assert_eq!(asha.visit(hazel_court()).unwrap().rows[0].by, person(TOM));
    assert_eq!(asha.writing_as().unwrap().unwrap().id, person(TOM));
}

#[test]
fn forgetting_a_photo_in_one_visit_leaves_it_to_the_event_that_uses_it_too() {
    let dir = tempdir().unwrap();
    let (mut asha, _) = tablet(dir.path(), 1, ASHA);
    let today = asha.day().unwrap();
    let used = PhotoUse { permission: "deputy".into(), nobody_recognisable: true, ..PhotoUse::default() };
    let mut takes = |book| {
        let photo = asha.take_photo(book, &file("DSCN0010.jpg")).unwrap().id;
        asha.use_photo(photo, &used, None).unwrap()
    };
    let (here, _) = (takes(hazel_court()), takes(today));
    let hash = asha.visit(today).unwrap().rows[0].photo.clone().unwrap().hash;
    asha.forget(hazel_court(), &[here]).unwrap();
    assert!(!asha.photo(&hash).unwrap().is_empty());
    assert_eq!(asha.waiting().unwrap().photos, 1);
}

#[test]
fn a_photo_without_covers_is_only_here_and_what_was_typed_under_it_outlives_a_kill() {
    let dir = tempdir().unwrap();
    let (mut asha, around) = tablet(dir.path(), 1, ASHA);
    let photo = asha.take_photo(hazel_court(), &file("DSCN0010.jpg")).unwrap().id;
    let typed = r#"{"permission":"deputy manager","shapes":[]}"#;
    asha.save_photo(photo, typed).unwrap();
    drop(asha);
    let mut asha = again(dir.path(), &around);
    assert_eq!(asha.pending_photos(hazel_court()).unwrap()[0].fields, typed);
    let screen = asha.visit(hazel_court()).unwrap();
    assert_eq!((screen.uncovered, screen.only_here, screen.whereabouts), (1, 1, Whereabouts::OnlyHere));
    asha.drop_photo(photo).unwrap();
    assert!(matches!(asha.save_photo(photo, typed), Err(Error::NoPhoto)));
}

#[test]
fn the_office_hears_of_what_it_refused_and_of_photos_without_covers() {
    let mut office = Office::new(1, first_feed("", Vec::new()));
    let dir = tempdir().unwrap();
    let (mut asha, _) = set_up(&mut office, dir.path(), 1, ASHA);
    let waits = |asha: &Device| asha.what_waits().unwrap();
    assert_eq!(waits(&asha), domain::wire::Waiting::default());
    let photo = asha.take_photo(hazel_court(), &file("DSCN0010.jpg")).unwrap().id;
    let used = PhotoUse { permission: "deputy".into(), nobody_recognisable: true, ..PhotoUse::default() };
    asha.use_photo(photo, &used, None).unwrap();
    asha.take_photo(hazel_court(), &file("DSCN0010.jpg")).unwrap();
    for _ in 0..9 {
        office.round(&mut asha, crate::sync::Round::Once, |request| {
            match request.path.contains("/feed") || request.path.ends_with("/nonce") {
                true => Trouble::None,
                false => Trouble::Problem(422, ProblemCode::Refused),
            }
        });
    }
    let said = waits(&asha);
    assert!(said.changes > 0, "{said:?}");
    assert_eq!(said.photos, 2, "{said:?}");
    assert!(matches!(asha.my_visits().unwrap().today[0].whereabouts, Whereabouts::Held { .. }));
}

#[test]
fn a_pack_that_only_a_newer_version_can_read_waits_for_it() {
    let dir = tempdir().unwrap();
    let (mut asha, around) = tablet(dir.path(), 1, ASHA);
    let mut pack: Value = serde_json::from_str(include_str!("../../../schemes/link-2008.json")).unwrap();
    pack["colour"] = json!("teal");
    let sent = |pack: &Value| FeedItem::Pack { id: "link-2008".into(), version: 2, json: pack.to_string() };
    asha.told_by_office(vec![sent(&pack)]).unwrap();
    assert_eq!(asha.pack_text().unwrap(), Some(pack.to_string()), "what is not known is left aside");

    let mut newer = pack.clone();
    newer["tones"] = json!("as many as there are stars");
    asha.told_by_office(vec![sent(&newer)]).unwrap();
    assert_eq!(asha.pack_text().unwrap(), Some(pack.to_string()));
    assert_eq!(asha.visit(hazel_court()).unwrap().place, "Hazel Court");

    // The newer version that understands it, which is this one with the words set right.
    let waiting: Option<crate::pack::PackText> = meta::get(asha.store.read(), meta::name::PACK_WAITS).unwrap();
    let waiting = crate::pack::PackText { json: pack.to_string().replace("teal", "green"), ..waiting.unwrap() };
    asha.store.write(|tx| meta::set(tx, meta::name::PACK_WAITS, &waiting)).unwrap();
    drop(asha);
    let asha = again(dir.path(), &around);
    assert_eq!(asha.pack_text().unwrap(), Some(waiting.json));
    let left: Option<crate::pack::PackText> = meta::get(asha.store.read(), meta::name::PACK_WAITS).unwrap();
    assert_eq!(left, None);
}

#[test]
fn a_notebook_that_came_spoilt_hides_nothing_else_and_is_given_again() {
    let (one, two) = (tempdir().unwrap(), tempdir().unwrap());
    let (mut tom, _) = tablet(two.path(), 2, TOM);
    tom.record(hazel_court(), saw("A commode in the hall."), None).unwrap();
    let chunk = tom.book(hazel_court()).unwrap().notebook.save();
    let granted = |chunk: &[u8]| FeedItem::Granted {
        notebook: hazel_court(),
        generation: 0,
        chunk: domain::wire::Bytes(chunk.to_vec()),
    };

    let (mut asha, _) = tablet(one.path(), 1, ASHA);
    let today = asha.day().unwrap();
    asha.record(today, saw("Raised beds."), None).unwrap();
    let mut spoilt = chunk.clone();
    if let Some(last) = spoilt.last_mut() {
        *last ^= 1;
    }
    for spoilt in [&spoilt, &chunk[..chunk.len() / 2], &[]] {
        asha.told_by_office(vec![granted(spoilt)]).unwrap();
        assert_eq!(words(&mut asha, hazel_court()), [""; 0]);
        let page = asha.my_visits().unwrap();
        assert_eq!((page.today.len(), page.events.len()), (1, 1), "the page opens, with all that can be read");
        assert_eq!(words(&mut asha, today), ["Raised beds."]);
    }
    asha.told_by_office(vec![granted(&chunk)]).unwrap();
    assert_eq!(words(&mut asha, hazel_court()), ["A commode in the hall."]);
}

#[test]
fn a_tablet_of_version_1_gets_version_2_in_the_middle_of_a_visit() {
    let dir = tempdir().unwrap();
    let (mut asha, around) = tablet(dir.path(), 1, ASHA);
    let refused = |words: &str| {
        domain::entry::Entry::Refusal(domain::entry::Refusal {
            ground: "e".into(),
            said_by: "nurse".into(),
            words: words.into(),
        })
    };
    asha.record(hazel_court(), refused("Before."), None).unwrap();
    let sheet = asha.open_draft(hazel_court(), crate::views::DraftKind::Observation).unwrap();
    asha.save_draft(sheet, r#"{"words":"Raised beds."}"#).unwrap();

    let newer = domain::scheme::Scheme::embedded("link-2008").unwrap();
    let json = serde_json::to_string(newer).unwrap();
    let sent = || FeedItem::Pack { id: "link-2008".into(), version: 2, json: json.clone() };
    asha.told_by_office(vec![sent()]).unwrap();
    asha.told_by_office(vec![sent()]).unwrap();
    asha.close_draft(sheet).unwrap();
    asha.record(hazel_court(), refused("After."), None).unwrap();
    drop(asha);

    let mut asha = again(dir.path(), &around);
    let rows = asha.visit(hazel_court()).unwrap().rows;
    let read: Vec<(&str, &str)> = rows.iter().map(|row| (row.words.as_str(), row.pack.as_str())).collect();
    assert_eq!(read, [("Before.", "link-2008/1"), ("Raised beds.", "link-2008/2"), ("After.", "link-2008/2")]);
    assert_eq!(asha.pack_stamp().unwrap().as_deref(), Some("link-2008/2"));
    let before = asha.packs_before().unwrap();
    assert_eq!(before.iter().map(|(stamp, _)| stamp.as_str()).collect::<Vec<_>>(), ["link-2008/1"]);
    let old = domain::scheme::Scheme::received(&before[0].1).unwrap();
    assert_eq!(Some(&old), domain::scheme::Scheme::recorded_under("link-2008/1"));
    assert_ne!(old.ground("e"), newer.ground("e"));
}

#[test]
fn the_lists_keep_a_line_of_each_notebook_and_make_it_anew_only_after_a_change() {
    let dir = tempdir().unwrap();
    let (mut asha, around) = tablet(dir.path(), 1, ASHA);
    let kept =
        |device: &Device| crate::store::briefs::all(device.store.read()).unwrap().into_keys().collect::<Vec<_>>();
    let today = asha.day().unwrap();
    asha.record(hazel_court(), saw("Raised beds."), None).unwrap();
    asha.record(today, saw("Nobody at the desk."), None).unwrap();
    assert_eq!(kept(&asha), []);
    let page = asha.my_visits().unwrap();
    assert_eq!((page.today[0].entries, page.today[0].only_here, page.events[0].entries), (1, 1, 1));
    assert_eq!(kept(&asha).len(), 2);
    asha.record(hazel_court(), saw("A quiet lounge."), None).unwrap();
    assert_eq!(kept(&asha), [today], "the other notebook is not read again");
    let sheet = asha.open_draft(hazel_court(), crate::views::DraftKind::Observation).unwrap();
    asha.save_draft(sheet, r#"{"words":"Half a"}"#).unwrap();
    drop(asha);

    let mut asha = again(dir.path(), &around);
    let page = asha.my_visits().unwrap();
    assert_eq!((page.today[0].entries, page.today[0].only_here), (3, 3), "what was begun became a note");
    assert_eq!(page.waiting.only_here, 4);
    drop(asha);

    let mut asha = again(dir.path(), &around);
    assert_eq!(asha.my_visits().unwrap(), page);
    assert!(asha.books.is_empty(), "no notebook was taken into memory for it");
}
