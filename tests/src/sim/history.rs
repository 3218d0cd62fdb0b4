//! A history that is drawn from a seed: who writes, what breaks, when somebody comes back. The same seed draws the same.

use super::road::{Fate, Lie};
use super::slate::{Disk, visits_of};
use super::{DAY, MINUTE, SECOND, World, visit};
use crate::outgrown::Outgrown;
use anyhow::{Context as _, Result};
use domain::ids::NotebookId;
use fastrand::Rng;

/// What came of a history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Notes that were shown as saved.
    pub notes: usize,
    /// Of these, whose every copy was destroyed.
    pub gone: usize,
    /// What happened, in lines.
    pub lines: usize,
}

/// A history that went wrong.
#[derive(Debug)]
pub struct Wrong {
    /// Its seed.
    pub seed: u64,
    /// What is wrong.
    pub what: String,
    /// All that happened.
    pub told: Vec<String>,
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "history {} went wrong: {}", self.seed, self.what)?;
        self.told.iter().try_for_each(|line| writeln!(f, "  {line}"))
    }
}

/// Tells one history in this thread, and all that happened in it.
///
/// # Errors
/// Something was lost, was read in two ways, or cannot go on.
pub fn tell(seed: u64) -> Result<(Told, Vec<String>), Box<Wrong>> {
    told(seed, async |tablets, servers| Ok((World::new(tablets, servers, seed).await?, None)))
}

/// As [`tell`], with the office's record in PostgreSQL and its photos in a store that speaks S3. What the database does in
/// which order is its own matter, so that the same seed need not tell the same again.
///
/// # Errors
/// As [`tell`], or neither is there.
pub fn tell_outgrown(seed: u64) -> Result<(Told, Vec<String>), Box<Wrong>> {
    told(seed, async |tablets, servers| {
        let at = Outgrown::new(&format!("history_{seed}"))?;
        Ok((World::outgrown(&at, tablets, servers, seed).await?, Some(at)))
    })
}

/// A world, and where its office keeps its record when that is not in the world's folder.
type Place = (World, Option<Outgrown>);

fn told(seed: u64, begin: impl AsyncFnOnce(usize, usize) -> Result<Place>) -> Result<(Told, Vec<String>), Box<Wrong>> {
    let wrong = |error: &anyhow::Error, told| Box::new(Wrong { seed, what: format!("{error:#}"), told });
    let begun = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = begun.map_err(|error| wrong(&error.into(), Vec::new()))?;
    runtime.block_on(async {
        let mut rng = Rng::with_seed(seed);
        let (tablets, servers) = (rng.usize(1..=4), 1 + usize::from(rng.u8(0..4) == 0));
        let (mut world, _kept) = begin(tablets, servers).await.map_err(|error| wrong(&error, Vec::new()))?;
        let done = live(&mut world, &mut rng).await;
        world.office.stop().await;
        let told = std::mem::take(&mut world.told);
        match done {
            Ok(()) => Ok((Told { notes: world.ledger.len(), gone: world.ledger.gone(), lines: told.len() }, told)),
            Err(error) => Err(wrong(&error, told)),
        }
    })
}

async fn live(world: &mut World, rng: &mut Rng) -> Result<()> {
    for n in 0..rng.usize(20..90) {
        world.pass(rng.i64(1..90) * SECOND);
        let number = rng.usize(0..world.slates.len());
        match rng.u8(0..100) {
            0..30 => somebody_writes(world, rng, number, n)?,
            30..70 => talk(world, rng, number).await?,
            70..80 => world.office.publish().await?,
            80..86 => tablet_happens(world, rng, number).await?,
            86..92 => office_happens(world, rng).await?,
            92..94 => team_changes(world, rng).await?,
            94 => something_is_taken_back(world, rng).await?,
            95..97 => world.late_one_arrives().await?,
            97..99 => time_jumps(world, rng, number),
            _ => disaster(world, rng, number).await?,
        }
    }
    world.nothing_is_lost().await
}

/// A few exchanges in a row; mostly all goes well.
async fn talk(world: &mut World, rng: &mut Rng, number: usize) -> Result<()> {
    if world.slates.get(number).is_none_or(|slate| slate.is_shut()) {
        return Ok(());
    }
    for _ in 0..rng.usize(1..12) {
        let fate = if rng.u8(0..10) < 8 { Fate::Well } else { bad_luck(rng) };
        if world.exchange(number, fate).await?.is_some() && rng.bool() {
            break;
        }
    }
    Ok(())
}

fn bad_luck(rng: &mut Rng) -> Fate {
    match rng.u8(0..10) {
        0 | 1 => Fate::RequestLost,
        2 | 3 => Fate::AnswerLost,
        4 => Fate::Twice,
        5 => Fate::Late,
        6 | 7 => Fate::Cut(rng.u16(0..1_000)),
        _ => Fate::Lie(match rng.u8(0..4) {
            0 => Lie::Portal,
            1 => Lie::Empty,
            2 => Lie::Gateway,
            _ => Lie::Half,
        }),
    }
}

fn somebody_writes(world: &mut World, rng: &mut Rng, number: usize, n: usize) -> Result<()> {
    let visits = visits_of(number + 1);
    let book = visit(visits.get(rng.usize(0..visits.len())).copied().context("a tablet without a visit")?);
    let words = format!("note {n} of tablet {}", number + 1);
    let World { slates, ledger, told, .. } = world;
    let slate = slates.get_mut(number).context("no such tablet")?;
    if slate.is_shut() {
        return Ok(());
    }
    let deed = rng.u8(0..20);
    let done: Result<String> = match deed {
        0..9 => slate.note(book, &words).map(|entry| {
            ledger.saved(slate, book, entry, &words);
            format!("tablet {}: {words}", number + 1)
        }),
        9..12 => slate.sum_up(book, &words).map(|()| format!("tablet {}: sums up", number + 1)),
        12 => slate.worry(book, &words).map(|id| {
            ledger.sealed(number, id);
            format!("tablet {}: seals a concern", number + 1)
        }),
        13 => slate.photograph(book, rng.u8(..)).map(|(entry, hash)| {
            ledger.saved(slate, book, entry, "");
            ledger.photo(number, entry, &hash);
            format!("tablet {}: takes a photo", number + 1)
        }),
        14 => withdrawn_or_forgotten(slate, ledger, rng, number, book),
        15 | 16 => slate.open_sheet(book).map(|()| format!("tablet {}: opens a sheet", number + 1)),
        17 => slate.type_on_sheet(&words).map(|()| format!("tablet {}: types {words}", number + 1)),
        _ => {
            let typed = slate.sheets.last().map(|(_, _, typed)| typed.clone()).unwrap_or_default();
            slate.close_sheet().map(|closed| {
                if let Some((book, entry)) = closed {
                    ledger.saved(slate, book, entry, &typed);
                }
                format!("tablet {}: closes a sheet", number + 1)
            })
        }
    };
    match done {
        Ok(line) => told.push(line),
        // It said so, and showed nothing as saved: a disk that refuses, a visit that is somebody else's by now.
        Err(error) if slate.disk_is_bad() || is_a_refusal(&error) => {
            told.push(format!("tablet {}: {error}", number + 1))
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

fn withdrawn_or_forgotten(
    slate: &mut super::slate::Slate,
    ledger: &mut super::ledger::Ledger,
    rng: &mut Rng,
    number: usize,
    book: NotebookId,
) -> Result<String> {
    let mine = ledger.of(number, book);
    let Some(entry) = mine.get(rng.usize(0..mine.len().max(1))) else { return Ok("nothing to take back".into()) };
    if rng.bool() {
        slate.withdraw(book, *entry)?;
        return Ok(format!("tablet {}: withdraws a note", number + 1));
    }
    slate.forget(book, *entry)?;
    ledger.forgotten(*entry);
    Ok(format!("tablet {}: forgets a note", number + 1))
}

fn is_a_refusal(error: &anyhow::Error) -> bool {
    matches!(
        error.downcast_ref::<device::Error>(),
        Some(device::Error::AlreadySent | device::Error::NoNotebook | device::Error::NobodyWrites)
    ) || matches!(error.downcast_ref::<device::Error>(), Some(device::Error::Notebook(_)))
}

async fn tablet_happens(world: &mut World, rng: &mut Rng, number: usize) -> Result<()> {
    let place = world.place(&format!("tablet {} after {} lines", number + 1, world.told.len()));
    world.ledger.disturbed(number);
    let slate = world.slates.get_mut(number).context("no such tablet")?;
    let line = match rng.u8(0..6) {
        0 | 1 if !slate.is_shut() => {
            slate.kill(place)?;
            "is killed"
        }
        2 if !slate.is_shut() => {
            slate.copy(place)?;
            "is copied"
        }
        3 => {
            slate.disk(Disk::Full { left: rng.u64(0..20_000) });
            "has a full disk"
        }
        4 => {
            slate.disk(Disk::Well);
            "has room again"
        }
        _ => {
            // Whoever holds it sees that it does not open, and makes room.
            slate.disk(Disk::Well);
            for (book, entry, words) in slate.start_again()? {
                world.ledger.saved(slate, book, entry, &words);
            }
            "starts"
        }
    };
    world.tell(format!("tablet {} {line}", number + 1));
    Ok(())
}

async fn office_happens(world: &mut World, rng: &mut Rng) -> Result<()> {
    match rng.u8(0..5) {
        0 => world.office_is_killed().await,
        1 => {
            world.tell("the office is started again");
            world.office.start_again(None).await
        }
        2 => {
            world.tell("the office is shut");
            world.office.shut();
            Ok(())
        }
        3 if world.office.is_open() && world.office.is_a_folder() => {
            let place = world.place("office copy");
            if place.exists() {
                std::fs::remove_dir_all(&place)?;
            }
            world.tell("the office is copied");
            world.office.copy(&place)
        }
        _ => {
            world.tell("the office opens; what is held is looked at again");
            world.office.reopen_if_shut().await?;
            world.office.record()?.retry_held().await
        }
    }
}

async fn team_changes(world: &mut World, rng: &mut Rng) -> Result<()> {
    let (n, who) = (rng.usize(0..3), rng.usize(0..4));
    let (book, person) = (visit(n).to_string(), super::person(who).to_string());
    let record = world.office.record()?;
    let there = record.team(&book).await?.iter().any(|member| member.person == person);
    if there {
        record.unassign(&book, &person).await?;
    } else {
        record.assign(&book, &person, &person, world.office.clock()).await?;
    }
    let line = if there { "leaves" } else { "joins" };
    world.tell(format!("person {who} {line} the team of visit {n}"));
    // What a tablet held of others' words goes with the right to see them: it is no copy to rely on any more.
    Ok(())
}

/// Somebody asks the office not to keep what they said.
async fn something_is_taken_back(world: &mut World, rng: &mut Rng) -> Result<()> {
    let book = visit(rng.usize(0..3));
    let Some(read) = world.office.reads(book).await? else { return Ok(()) };
    let Some(entry) = read.entries.get(rng.usize(0..read.entries.len().max(1))) else { return Ok(()) };
    let who = super::person(rng.usize(0..4)).to_string();
    let record = world.office.record()?;
    record.take_back(&book.to_string(), vec![entry.id.to_string()], &who, world.office.clock()).await?;
    world.ledger.taken_back(entry.id);
    world.tell(format!("note {} is taken back", entry.id));
    Ok(())
}

fn time_jumps(world: &mut World, rng: &mut Rng, number: usize) {
    match rng.u8(0..4) {
        0 => {
            let by = rng.i64(-2 * DAY..2 * DAY);
            world.slates.iter().skip(number).take(1).for_each(|slate| slate.clock.pass(by));
            world.tell(format!("the clock of tablet {} jumps by {} minutes", number + 1, by / MINUTE));
        }
        1 => {
            let clock = world.office.clock() + rng.i64(-3 * MINUTE..DAY);
            world.office.set_clock(clock);
            world.tell("the office's clock jumps");
        }
        2 => world.road.reorder(),
        _ => {
            world.pass(rng.i64(1..20) * 60 * MINUTE);
            world.tell("hours pass");
        }
    }
}

/// What destroys copies. Whatever somebody still has must come through.
async fn disaster(world: &mut World, rng: &mut Rng, number: usize) -> Result<()> {
    let place = world.place(&format!("put back after {} lines", world.told.len()));
    let why = match rng.u8(0..5) {
        0 | 1 => {
            let copy = world.place("office copy");
            if !copy.exists() {
                return Ok(());
            }
            let anew = rng.bool();
            world.tell(format!("the office is put back to its copy{}", if anew { " and lives anew" } else { "" }));
            world.office.put_back(&copy, place, anew).await?;
            world.slates.iter_mut().for_each(|slate| slate.stale = true);
            "the office was put back"
        }
        2 | 3 => {
            let slate = world.slates.get_mut(number).context("no such tablet")?;
            let Some(copy) = slate.copies.first().cloned() else { return Ok(()) };
            slate.disk(Disk::Well);
            slate.put_back(&copy, place)?;
            world.tell(format!("tablet {} is put back to its copy", number + 1));
            "the tablet was put back"
        }
        _ if world.slates.len() > 1 => {
            let slate = world.slates.get_mut(number).context("no such tablet")?;
            if slate.is_shut() {
                return Ok(());
            }
            let id = slate.device()?.id().to_string();
            slate.revoked = true;
            world.office.record()?.revoke_device(&id, world.office.clock(), "lost").await?;
            world.tell(format!("tablet {} is revoked", number + 1));
            "the tablet was revoked"
        }
        _ => return Ok(()),
    };
    world.open_all()?;
    let World { slates, office, ledger, .. } = world;
    let gone = ledger.upheaval(slates, office, why).await?;
    world.tell(format!("{gone} notes have no copy left"));
    Ok(())
}
