//! Notes: what may be settled where two wrote apart, and who lets a remark that others heard be quoted.

use crate::office::notes;
use crate::office::testing::{House, Seat};
use axum::http::StatusCode;
use domain::entry::{Consent, Entry, Refusal, View};
use domain::ids::EntryId;
use domain::notebook::{Field, Spot, Value};
use domain::scheme::Scheme;

async fn visited(house: &House) -> (Seat, Seat, Seat, String) {
    let priya = house.seat("Priya Nair", "host officer").await;
    let asha = house.representative("Asha Patel", &priya.person).await;
    let tom = house.representative("Tom Okafor", &priya.person).await;
    let (place, _) = house.hazel_court().await;
    let visit = house.planned(&priya, &place, "2026-11-10", &[&asha, &tom]).await;
    (priya, asha, tom, visit)
}

async fn read(house: &House, visit: &str, entry: EntryId) -> View {
    let books = notes::all(&house.org, Some(visit)).await.unwrap();
    let entry = books[0].read.entries.iter().find(|e| e.id == entry).unwrap();
    let Some(domain::entry::Entry::View(view)) = entry.entry() else { panic!("no view") };
    view
}

/// What the form of a difference carries.
async fn form(house: &House, visit: &str, spot: &Spot) -> (Vec<(String, String)>, Field) {
    let books = notes::all(&house.org, Some(visit)).await.unwrap();
    let all = books[0].read.differences();
    let field = all.into_iter().find(|(s, _)| s == spot).unwrap().1.clone();
    let form = vec![
        ("notebook".to_owned(), visit.to_owned()),
        ("spot".to_owned(), serde_json::to_string(spot).unwrap()),
        ("seen".to_owned(), crate::office::differences::seen_mark(&field)),
    ];
    (form, field)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_answers_only_the_strictest_can_be_settled_on_and_a_code_is_never_joined() {
    let house = House::open().await;
    let (_, asha, tom, visit) = visited(&house).await;
    let entry = house.said(&visit, &asha, "The tea is cold.", false).await;
    let text = |words: &str| Value::Text(words.to_owned());
    let consent = Spot::Entry(entry, "consent".into());
    house.apart(&visit, consent.clone(), [(&asha, text("quote")), (&tom, text("not my words"))]).await;
    let theme = Spot::Entry(entry, "theme".into());
    house.apart(&visit, theme.clone(), [(&asha, text("food")), (&tom, text("dignity"))]).await;
    let path = format!("/office/visits/{visit}/differences");
    let settle = async |spot: &Spot, more: (&str, String)| {
        let (mut form, _) = form(&house, &visit, spot).await;
        form.push((more.0.to_owned(), more.1));
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        house.post(&asha, &path, &form).await.status
    };
    let (_, field) = form(&house, &visit, &consent).await;
    let nth = |words: &str| field.values.iter().position(|s| s.value == text(words)).unwrap().to_string();
    assert_eq!(settle(&consent, ("use", nth("quote"))).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(settle(&consent, ("words", "quote".into())).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(settle(&theme, ("words", "food dignity".into())).await, StatusCode::UNPROCESSABLE_ENTITY);
    let page = house.get(&asha, &path).await;
    assert_eq!(page.page.matches("Use this").count(), 3, "one answer, two themes: {}", page.page);
    assert!(!page.says("Join them"));
    assert_eq!(settle(&consent, ("use", nth("not my words"))).await, StatusCode::SEE_OTHER);
    assert_eq!(settle(&theme, ("use", "0".into())).await, StatusCode::SEE_OTHER);
    assert_eq!(read(&house, &visit, entry).await.consent, Consent::NotMyWords);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn priya_weighs_a_remark_that_others_could_hear_and_it_says_who_let_it_go() {
    let house = House::open().await;
    let (priya, asha, _, visit) = visited(&house).await;
    let entry = house.said(&visit, &asha, "They shout at night.", true).await;
    let plain = house.said(&visit, &asha, "The garden is lovely.", false).await;
    let reading = format!("/office/reading?visit={visit}");
    assert!(house.get(&priya, &reading).await.says("Let it be quoted"));
    assert!(!house.get(&asha, &reading).await.says("Let it be quoted"), "only an officer decides");
    assert!(read(&house, &visit, entry).await.quotable().is_none());
    let release = format!("/office/visits/{visit}/release");
    let (entry_id, plain_id) = (entry.to_string(), plain.to_string());
    assert_eq!(house.post(&asha, &release, &[("release", &entry_id)]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(house.post(&priya, &release, &[("release", &plain_id)]).await.status, StatusCode::CONFLICT);
    assert_eq!(house.post(&priya, &release, &[("release", &entry_id)]).await.status, StatusCode::SEE_OTHER);
    assert!(read(&house, &visit, entry).await.quotable().is_some());
    let page = house.get(&priya, &reading).await;
    assert!(page.says("let go to be quoted, by Priya Nair, Monday 9 November 2026"), "{}", page.page);
    house.post(&priya, &release, &[("keep_back", &entry_id)]).await;
    assert!(read(&house, &visit, entry).await.quotable().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resident_asks_us_not_to_keep_what_she_said_and_priya_sees_what_rests_on_it_first() {
    let house = House::open().await;
    let (priya, asha, _, visit) = visited(&house).await;
    let said = house.said(&visit, &asha, "My daughter never comes.", false).await.to_string();
    let other = house.said(&visit, &asha, "The tea is cold.", false).await.to_string();
    let findings = format!("/office/visits/{visit}/findings");
    for (words, rests) in [("Few visitors.", [said.as_str()].as_slice()), ("Cold.", &[said.as_str(), other.as_str()])] {
        let mut form = vec![("theme", "food"), ("words", words)];
        form.extend(rests.iter().map(|entry| ("evidence", *entry)));
        assert_eq!(house.post(&priya, &findings, &form).await.status, StatusCode::SEE_OTHER);
    }
    let reading = house.get(&priya, &format!("/office/reading?visit={visit}")).await;
    let here = format!("/office/notes/{said}/take-back");
    assert!(reading.page.contains(&here), "{}", reading.page);
    assert!(!house.get(&asha, &format!("/office/reading?visit={visit}")).await.page.contains(&here));
    assert_eq!(house.get(&asha, &here).await.status, StatusCode::FORBIDDEN);
    let page = house.get(&priya, &here).await;
    assert!(page.says("My daughter never comes.") && page.says("alone, and then rests on nothing"), "{}", page.page);
    assert_eq!(page.page.matches("rests on it").count(), 2, "{}", page.page);

    assert_eq!(house.post(&priya, &here, &[]).await.to, format!("/office/reading?visit={visit}"));
    assert_eq!(house.org.taken_back(&visit).await.unwrap(), [said]);
    let line = house.org.audit_after(0, 10_000).await.unwrap().pop().unwrap();
    assert_eq!((&line.who, line.what.as_str()), (&priya.person, "take out a note that somebody took back"));
    let gone = format!("/office/notes/{}/take-back", EntryId::new(uuid::Uuid::nil()));
    assert_eq!(house.get(&priya, &gone).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_recorded_under_version_1_keeps_its_ground_under_version_2() {
    let house = House::open().await;
    let (priya, asha, _, visit) = visited(&house).await;
    let said = |ground: &str| Refusal { ground: ground.into(), said_by: "nurse".into(), words: "Not today.".into() };
    let packs = ["link-2008/1", "link-2008/2", "lay-visiting/1"];
    for pack in packs {
        house.noted(&visit, &asha, pack, Entry::Refusal(said("e"))).await;
    }
    let plain = packs.map(|pack| Scheme::recorded_under(pack).unwrap().ground("e").unwrap().plain.as_str());
    let page = house.get(&priya, &format!("/office/reading?visit={visit}")).await;
    let today = jiff::civil::date(2026, 11, 12);
    let gathered = crate::collate::Gathered::of_visit(&house.org, &visit, today).await.unwrap();
    let printed = serde_json::to_string(&gathered.written()).unwrap();
    for words in plain {
        assert!(page.says(words), "{words}: {}", page.page);
        assert_eq!(printed.matches(words).count(), 1, "{words}");
    }
    assert!(printed.contains("Police Reform Act 2002 s 51") && printed.contains("SI 2008/915 reg 3(2)(e)"));
}
