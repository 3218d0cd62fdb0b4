//! The traps that are known, a story each with its name: what other systems of this kind lose or let in.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use device::sync::Outcome;
use journeys::outgrown::Outgrown;
use journeys::sim::road::{Fate, Lie};
use journeys::sim::{ASHA, DILYS, MINUTE, World, person, visit};

const HAZEL_COURT: usize = 0;
const THE_LIMES: usize = 1;
/// The tablets by who holds them: their place in the world's list.
const ASHAS: usize = 0;
const TOMS: usize = 1;
const DILYSES: usize = 2;

async fn town(tablets: usize) -> World {
    World::new(tablets, 1, 7).await.unwrap()
}

/// Somebody writes a note, and it is shown as saved.
fn writes(world: &mut World, tablet: usize, place: usize, words: &str) {
    let World { slates, ledger, .. } = world;
    let slate = &mut slates[tablet];
    let entry = slate.note(visit(place), words).unwrap();
    ledger.saved(slate, visit(place), entry, words);
}

/// A round that goes well, and what it brought is published.
async fn sends(world: &mut World, tablet: usize) {
    assert_eq!(world.round(tablet).await.unwrap(), Outcome::Quiet);
    world.office.publish().await.unwrap();
}

/// The words of a visit on a tablet, in their order.
fn reads(world: &mut World, tablet: usize, place: usize) -> Vec<String> {
    let read = world.slates[tablet].reads(visit(place)).unwrap();
    let words = |entry: &domain::notebook::ProjectedEntry| {
        entry.fields["words"].values.iter().filter_map(|s| s.value.text().map(str::to_owned)).collect::<Vec<_>>()
    };
    read.into_iter().flat_map(|read| read.entries).flat_map(|entry| words(&entry)).collect()
}

async fn assigned(world: &World, place: usize, who: usize, there: bool) {
    let record = world.office.record().unwrap();
    let (book, who) = (visit(place).to_string(), person(who).to_string());
    match there {
        true => record.assign(&book, &who, &who, world.office.clock()).await.unwrap(),
        false => record.unassign(&book, &who).await.unwrap(),
    }
}

/// Each trap in an office with a folder, and in one with PostgreSQL and a store that speaks S3.
macro_rules! traps {
    ($($(#[$said:meta])* async fn $name:ident($world:ident of $tablets:literal) $trap:block)*) => {$(
        $(#[$said])*
        mod $name {
            use super::*;

            async fn trap($world: &mut World) $trap

            #[tokio::test(flavor = "multi_thread")]
            async fn in_a_folder() {
                trap(&mut town($tablets).await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn outgrown() {
                // A schema has at most 63 letters.
                let name: String = stringify!($name).chars().take(50).collect();
                let at = Outgrown::new(&format!("trap_{name}")).unwrap();
                let mut world = World::outgrown(&at, $tablets, 1, 7).await.unwrap();
                trap(&mut world).await;
                world.office.stop().await;
            }
        }
    )*};
}

traps! {
    async fn two_tablets_start_one_visit_knowing_different_assignments(world of 3) {
        // Dilys joins, and only her tablet and Tom's hear of it; Asha's knows the team as it was.
        assigned(world, HAZEL_COURT, DILYS, true).await;
        for tablet in [TOMS, DILYSES] {
            assert_eq!(world.round(tablet).await.unwrap(), Outcome::Quiet);
        }
        let team = |world: &mut World, tablet: usize| {
            let visits = world.slates[tablet].device().unwrap().visits().unwrap();
            visits.into_iter().find(|known| known.id == visit(HAZEL_COURT)).unwrap().team.len()
        };
        assert_ne!(team(world, ASHAS), team(world, DILYSES));
        // Both begin it without signal: their notebooks begin with the same bytes all the same.
        writes(world, ASHAS, HAZEL_COURT, "The ramp is steep.");
        writes(world, DILYSES, HAZEL_COURT, "Nobody answered the bell.");
        world.nothing_is_lost().await.unwrap();
        for tablet in [ASHAS, TOMS, DILYSES] {
            let mut words = reads(world, tablet, HAZEL_COURT);
            words.sort();
            assert_eq!(words, ["Nobody answered the bell.", "The ramp is steep."], "tablet {}", tablet + 1);
        }
    }

    async fn a_person_added_to_a_team_after_the_revisions_passed(world of 3) {
        writes(world, TOMS, HAZEL_COURT, "Level threshold.");
        sends(world, TOMS).await;
        // Dilys's tablet reads far beyond the revisions of that note, of which it was told nothing.
        writes(world, DILYSES, THE_LIMES, "Quiet at lunch.");
        sends(world, DILYSES).await;
        sends(world, DILYSES).await;
        assert_eq!(reads(world, DILYSES, HAZEL_COURT), Vec::<String>::new());
        assigned(world, HAZEL_COURT, DILYS, true).await;
        sends(world, DILYSES).await;
        assert_eq!(reads(world, DILYSES, HAZEL_COURT), ["Level threshold."]);
        world.nothing_is_lost().await.unwrap();
    }

    async fn a_person_taken_off_a_team_while_offline(world of 3) {
        assigned(world, THE_LIMES, DILYS, false).await;
        // She knows nothing of it, goes on, and what she saw is taken and marked, never refused.
        writes(world, DILYSES, THE_LIMES, "The garden door was locked.");
        sends(world, DILYSES).await;
        sends(world, DILYSES).await;
        assert!(world.slates[DILYSES].device().unwrap().waiting().unwrap().safe);
        sends(world, TOMS).await;
        assert_eq!(reads(world, TOMS, THE_LIMES), ["The garden door was locked."]);
        let troubles = world.office.record().unwrap().troubles().await.unwrap();
        assert_eq!(troubles.iter().map(|trouble| trouble.marked).sum::<i64>(), 1, "{troubles:?}");
        // Of what others write there from now on her tablet hears nothing.
        writes(world, TOMS, THE_LIMES, "Opened by noon.");
        sends(world, TOMS).await;
        sends(world, DILYSES).await;
        assert_eq!(reads(world, DILYSES, THE_LIMES), ["The garden door was locked."]);
        world.nothing_is_lost().await.unwrap();
    }

    async fn a_tablet_restored_from_last_week(world of 2) {
        writes(world, ASHAS, HAZEL_COURT, "Monday.");
        let (copy, back) = (world.place("copy"), world.place("back"));
        world.slates[ASHAS].copy(copy).unwrap();
        writes(world, ASHAS, HAZEL_COURT, "Tuesday, sent.");
        sends(world, ASHAS).await;
        sends(world, ASHAS).await;
        let copy = world.slates[ASHAS].copies[0].clone();
        world.slates[ASHAS].put_back(&copy, back).unwrap();
        // It writes on where it had once written something else: under another name, so nothing takes another's place.
        writes(world, ASHAS, HAZEL_COURT, "Wednesday.");
        world.nothing_is_lost().await.unwrap();
        for tablet in [ASHAS, TOMS] {
            let mut words = reads(world, tablet, HAZEL_COURT);
            words.sort();
            assert_eq!(words, ["Monday.", "Tuesday, sent.", "Wednesday."], "tablet {}", tablet + 1);
        }
    }

    async fn a_draft_closed_after_a_sync(world of 2) {
        writes(world, TOMS, HAZEL_COURT, "Before her.");
        sends(world, TOMS).await;
        sends(world, ASHAS).await;
        let book = visit(HAZEL_COURT);
        world.slates[ASHAS].sum_up(book, "Cheerful.").unwrap();
        sends(world, ASHAS).await;
        sends(world, TOMS).await;
        // Both change the same field: Asha has her sheet open while Tom's value arrives; she closes it afterwards.
        let sheet = world.slates[ASHAS].open_summary_sheet(book, "Cheerful, and noisy at noon.").unwrap();
        world.slates[TOMS].sum_up(book, "Tired.").unwrap();
        sends(world, TOMS).await;
        sends(world, ASHAS).await;
        world.slates[ASHAS].close_summary_sheet(sheet).unwrap();
        world.nothing_is_lost().await.unwrap();
        for tablet in [ASHAS, TOMS] {
            let read = world.slates[tablet].reads(book).unwrap().unwrap();
            let mut values: Vec<&str> = read.summary["impression"].values.iter().filter_map(|s| s.value.text()).collect();
            values.sort_unstable();
            assert_eq!(
                values,
                ["Cheerful, and noisy at noon.", "Tired."],
                "hers did not take the place of what she never saw"
            );
        }
    }

    async fn something_that_answers_well_in_the_offices_place_ends_nothing(world of 1) {
        writes(world, ASHAS, HAZEL_COURT, "Behind a portal.");
        let concern = world.slates[ASHAS].worry(visit(HAZEL_COURT), "A bruise.").unwrap();
        world.ledger.sealed(ASHAS, concern);
        for lie in [Lie::Portal, Lie::Empty, Lie::Gateway, Lie::Half] {
            for turn in 0..12 {
                world.exchange(ASHAS, if turn % 2 == 0 { Fate::Well } else { Fate::Lie(lie) }).await.unwrap();
            }
            world.pass(20 * MINUTE);
        }
        world.nothing_is_lost().await.unwrap();
        assert_eq!(world.office.record().unwrap().sealed("concern").await.unwrap().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_restored_from_yesterday() {
    for anew in [true, false] {
        let mut world = town(2).await;
        writes(&mut world, ASHAS, HAZEL_COURT, "Before the copy.");
        sends(&mut world, ASHAS).await;
        let (copy, back) = (world.place("copy"), world.place("back"));
        world.office.copy(&copy).unwrap();
        writes(&mut world, ASHAS, HAZEL_COURT, "After the copy.");
        sends(&mut world, ASHAS).await;
        sends(&mut world, ASHAS).await;
        assert!(world.slates[ASHAS].device().unwrap().waiting().unwrap().safe);
        world.office.put_back(&copy, back, anew).await.unwrap();
        // The office goes on working before any tablet comes: its record is soon longer than the one that was lost.
        for _ in 0..20 {
            assigned(&world, THE_LIMES, ASHA, true).await;
            assigned(&world, THE_LIMES, ASHA, false).await;
        }
        writes(&mut world, TOMS, HAZEL_COURT, "Tom knew nothing of it.");
        sends(&mut world, TOMS).await;
        world.nothing_is_lost().await.unwrap();
        let mut words = reads(&mut world, TOMS, HAZEL_COURT);
        words.sort();
        assert_eq!(words, ["After the copy.", "Before the copy.", "Tom knew nothing of it."], "anew: {anew}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_device_that_is_not_revoked() {
    let mut world = town(2).await;
    // An office that was put back to a day before this tablet was set up does not know it.
    let (before, back) = (world.before_any_tablet(), world.place("back"));
    world.office.put_back(&before, back, true).await.unwrap();
    writes(&mut world, ASHAS, HAZEL_COURT, "Nobody knows me.");
    let outcome = world.round(ASHAS).await.unwrap();
    let Outcome::Later { sentence, .. } = outcome else { panic!("it must go on trying: {outcome:?}") };
    assert!(sentence.contains("does not know this tablet") && sentence.contains("stays"), "{sentence}");
    assert_eq!(reads(&mut world, ASHAS, HAZEL_COURT), ["Nobody knows me."], "nothing was dropped or locked");
    // One that is revoked is told so in other words, and keeps its words too.
    let mut world = town(2).await;
    let toms = world.slates[TOMS].device().unwrap().id().to_string();
    world.office.record().unwrap().revoke_device(&toms, world.office.clock(), "lost").await.unwrap();
    writes(&mut world, TOMS, HAZEL_COURT, "Revoked.");
    let outcome = world.round(TOMS).await.unwrap();
    let Outcome::Stopped { sentence } = outcome else { panic!("it must stop: {outcome:?}") };
    assert!(sentence.contains("retired"), "{sentence}");
    assert_eq!(reads(&mut world, TOMS, HAZEL_COURT), ["Revoked."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_taken_back_before_the_server_and_a_tablet_are_restored_from_yesterday() {
    let mut world = town(2).await;
    writes(&mut world, ASHAS, HAZEL_COURT, "canary");
    writes(&mut world, ASHAS, HAZEL_COURT, "The ramp is steep.");
    sends(&mut world, ASHAS).await;
    sends(&mut world, TOMS).await;
    let (office, tablet) = (world.place("office yesterday"), world.place("tablet yesterday"));
    world.office.copy(&office).unwrap();
    world.slates[TOMS].copy(tablet).unwrap();
    // Tom writes on what he knows; the words are taken back, and one tablet hears of it.
    writes(&mut world, TOMS, HAZEL_COURT, "Nobody answered the bell.");
    let canary = world.office.reads(visit(HAZEL_COURT)).await.unwrap().unwrap().entries[0].id;
    let record = world.office.record().unwrap();
    let (book, who, now) = (visit(HAZEL_COURT).to_string(), person(ASHA).to_string(), world.office.clock());
    record.take_back(&book, vec![canary.to_string()], &who, now).await.unwrap();
    world.ledger.taken_back(canary);
    world.office.publish().await.unwrap();
    sends(&mut world, ASHAS).await;
    assert_eq!(reads(&mut world, ASHAS, HAZEL_COURT), ["The ramp is steep."]);
    // Both copies know the words and nothing of their being taken back.
    let (there, here) = (world.place("office today"), world.place("tablet today"));
    sends(&mut world, TOMS).await;
    world.office.put_back(&office, there, true).await.unwrap();
    let yesterday = world.slates[TOMS].copies[0].clone();
    world.slates[TOMS].put_back(&yesterday, here).unwrap();
    assert!(reads(&mut world, TOMS, HAZEL_COURT).contains(&"canary".to_owned()));
    world.ledger.upheaval(&mut world.slates, &world.office, "both were put back").await.unwrap();
    world.nothing_is_lost().await.unwrap();
    for tablet in [ASHAS, TOMS] {
        assert!(!reads(&mut world, tablet, HAZEL_COURT).contains(&"canary".to_owned()), "tablet {tablet}");
    }
}
