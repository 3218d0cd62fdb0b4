//! Who goes on a visit: judged again when days, checks or interests change after the team was chosen.

use crate::office::testing::House;
use axum::http::StatusCode;

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_check_shortened_and_an_interest_declared_after_planning_show_on_the_visit_and_the_desk() {
    let house = House::open().await;
    let priya = house.seat("Priya Nair", "host officer").await;
    let (asha, tom) = (
        house.representative("Asha Patel", &priya.person).await,
        house.representative("Tom Okafor", &priya.person).await,
    );
    let (place, provider) = house.hazel_court().await;
    let visit = house.planned(&priya, &place, "2026-11-20", &[&asha, &tom]).await;
    let visits = format!("/office/visits/{visit}");
    assert!(!house.get(&priya, &visits).await.says("Who cannot go as it stands"));

    let shorter = [
        ("check_seen", "2026-03-02"),
        ("check_seen_by", priya.person.as_str()),
        ("valid_until", "2026-11-19"),
        ("trained", "2026-03-14"),
        ("code_signed", "2026-03-14"),
    ];
    house.post(&priya, &format!("/office/people/{}/authorisation", asha.person), &shorter).await;
    let own = [("words", "my sister works there"), ("body", provider.as_str()), ("on", "2026-11-09")];
    house.post(&priya, &format!("/office/people/{}/interests", tom.person), &own).await;
    let page = house.get(&priya, &visits).await;
    assert!(
        page.says("Check expired on 2026-11-19") && page.says("Declared interest in the provider"),
        "{}",
        page.page
    );
    let desk = house.get(&priya, "/office").await;
    assert!(desk.says("Asha Patel cannot go on") && desk.says("Tom Okafor cannot go on"), "{}", desk.page);

    let interest = house.org.interests(&tom.person).await.unwrap()[0].id.clone();
    let end = |on: &'static str| [("interest".to_owned(), interest.clone()), ("ended_on".to_owned(), on.to_owned())];
    let ends = format!("/office/people/{}/interests/end", tom.person);
    for (on, stands) in [("2026-11-20", true), ("2026-11-19", false)] {
        let form = end(on);
        let form: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(house.post(&priya, &ends, &form).await.status, StatusCode::SEE_OTHER);
        let page = house.get(&priya, &visits).await;
        assert_eq!(page.says("Declared interest in the provider"), stands, "ended on {on}, the visit is on the 20th");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interest_in_one_place_counts_there_and_for_whoever_runs_it_and_nowhere_else() {
    let house = House::open().await;
    let priya = house.seat("Priya Nair", "host officer").await;
    let team = [
        house.representative("Asha Patel", &priya.person).await,
        house.representative("Tom Okafor", &priya.person).await,
    ];
    let (place, _) = house.hazel_court().await;
    let declares = format!("/office/people/{}/interests", team[1].person);
    let nowhere = [("words", "I know somebody there"), ("place", "0191"), ("on", "2026-11-09")];
    assert_eq!(house.post(&priya, &declares, &nowhere).await.status, REFUSED);
    let there = [("words", "I know somebody there"), ("place", place.as_str()), ("on", "2026-11-09")];
    assert_eq!(house.post(&priya, &declares, &there).await.status, StatusCode::SEE_OTHER);
    let form = [
        ("place", place.as_str()),
        ("date", "2026-11-20"),
        ("announcement", "announced"),
        ("purpose", "Mealtimes"),
        ("team", team[0].person.as_str()),
        ("team", team[1].person.as_str()),
    ];
    let told = house.post(&priya, "/office/visits/new", &form).await;
    assert!(
        told.status == REFUSED && told.says("Tom Okafor cannot go on this visit: Declared interest in the provider"),
        "{}",
        told.page
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_days_are_judged_for_the_whole_team_and_who_is_not_ticked_is_out_of_it() {
    let house = House::open().await;
    let priya = house.seat("Priya Nair", "host officer").await;
    let mut team = Vec::new();
    for name in ["Asha Patel", "Tom Okafor", "Grace Lindqvist"] {
        team.push(house.representative(name, &priya.person).await);
    }
    let (place, _) = house.hazel_court().await;
    let visit = house.planned(&priya, &place, "2026-11-20", &[&team[0], &team[1], &team[2]]).await;
    let later = |people: &[usize]| {
        let mut form = vec![
            ("id", visit.as_str()),
            ("place", place.as_str()),
            ("date", "2029-03-02"),
            ("announcement", "announced"),
            ("purpose", "Mealtimes"),
        ];
        form.extend(people.iter().map(|n| ("team", team[*n].person.as_str())));
        form
    };
    let told = house.post(&priya, "/office/visits/new", &later(&[0, 1])).await;
    assert!(told.status == REFUSED && told.says("Check expired on 2029-03-01"), "{}", told.page);
    assert_eq!(house.org.team(&visit).await.unwrap(), [], "nobody may go then, and Grace was not asked again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_team_is_two_to_four_people_and_says_so() {
    let house = House::open().await;
    let priya = house.seat("Priya Nair", "host officer").await;
    let mut team = Vec::new();
    for name in ["Asha Patel", "Tom Okafor", "Grace Lindqvist", "Leon Brandt", "Maureen Shaw"] {
        team.push(house.representative(name, &priya.person).await);
    }
    let (place, _) = house.hazel_court().await;
    for people in [1, 5] {
        let mut form = vec![
            ("place", place.as_str()),
            ("date", "2026-11-20"),
            ("announcement", "announced"),
            ("purpose", "Mealtimes"),
        ];
        form.extend(team.iter().take(people).map(|seat| ("team", seat.person.as_str())));
        let told = house.post(&priya, "/office/visits/new", &form).await;
        assert!(told.status == REFUSED && told.says("A team is 2 to 4 people"), "{}", told.page);
    }
    let visit = house.planned(&priya, &place, "2026-11-20", &[&team[0], &team[1]]).await;
    let teams = format!("/office/visits/{visit}/team");
    let alone = house.post(&priya, &teams, &[("leave", &team[0].person)]).await;
    assert!(alone.status == REFUSED && alone.says("A team is 2 to 4 people"), "{}", alone.page);
    let instead =
        [("leave", team[0].person.as_str()), ("person", team[2].person.as_str()), ("lead", team[2].person.as_str())];
    assert_eq!(house.post(&priya, &teams, &instead).await.status, StatusCode::SEE_OTHER);
    let names: Vec<String> = house.org.team(&visit).await.unwrap().into_iter().map(|m| m.name).collect();
    assert_eq!(names, ["Grace Lindqvist", "Tom Okafor"]);
}
