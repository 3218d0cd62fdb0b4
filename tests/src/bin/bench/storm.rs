//! `bench storm [--tablets N] [--orgs N] [--minutes N]`: a county comes home. Thousands of light tablets of many
//! organisations, each with twenty notes and a photo, against one server process over TLS; the tablets run in this process
//! and so share the machine with the server. What was said to be taken is counted in the office's own store at the end.

use super::figure::{Measure, alone, quantile};
use anyhow::{Context, Result, bail};
use domain::entry::{Entry, Observation};
use domain::ids::{DeviceId, EntryId, NotebookId, PersonId};
use domain::notebook::{Actor, Hash, Notebook, Stamp};
use domain::wire::{Bytes, PushedChange};
use ed25519_dalek::SigningKey;
use journeys::light::Light;
use journeys::server::Server;
use server::store::Store;
use server::store::devices::{NewCode, NewDevice};
use server::store::orgs::NewOrg;
use server::store::people::NewPerson;
use server::store::places::NewPlace;
use server::store::visits::{NewVisit, Session};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Notes of one tablet.
const NOTES: usize = 20;
/// Monday 2 November 2026, ten o'clock in London.
const MONDAY: i64 = 1_793_613_600_000;

/// How large a storm.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    tablets: usize,
    orgs: usize,
    minutes: f64,
}

impl Size {
    /// A quick look, or what the arguments say.
    pub fn of(arguments: &[String]) -> Result<Self> {
        let mut size = Self { tablets: 300, orgs: 10, minutes: 0.5 };
        for pair in arguments.chunks(2) {
            match pair {
                [name, value] if name == "--tablets" => size.tablets = value.parse()?,
                [name, value] if name == "--orgs" => size.orgs = value.parse()?,
                [name, value] if name == "--minutes" => size.minutes = value.parse()?,
                _ => bail!("storm knows --tablets N, --orgs N and --minutes N"),
            }
        }
        Ok(size)
    }
}

/// A tablet before it comes home.
struct Waiting {
    id: DeviceId,
    key: SigningKey,
    person: PersonId,
    visit: NotebookId,
    number: usize,
}

/// What one tablet says afterwards.
struct Home {
    push: f64,
    published: f64,
    later: usize,
    taken: Vec<(NotebookId, Hash)>,
    photo: String,
}

pub async fn run(size: Size) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    std::fs::create_dir_all(&data)?;
    eprintln!("storm: setting up {} tablets of {} organisations", size.tablets, size.orgs);
    let waiting = set_up(&data, size).await?;
    let server = Server::start(&data, &folder.path().join("server.log"), 0).await?;
    let fingerprint = std::fs::read_to_string(data.join("address"))?.lines().nth(1).map(str::to_owned);
    let (address, photo) = (server.address.clone(), Arc::new(drawn()?));
    let began = Instant::now();
    let apart = Duration::from_secs_f64((size.minutes * 60.0 / size.tablets.max(1) as f64).max(0.000_1));
    let mut next = tokio::time::interval(apart);
    let mut coming = tokio::task::JoinSet::new();
    let mut homes = Vec::new();
    for tablet in waiting {
        next.tick().await;
        coming.spawn(comes_home(tablet, address.clone(), fingerprint.clone(), photo.clone()));
        while let Some(home) = coming.try_join_next() {
            homes.push(home?);
        }
    }
    while let Some(home) = coming.join_next().await {
        homes.push(home?);
    }
    let (took, cpu, peak) = (began.elapsed(), server.cpu_ms()?, server.peak_memory()?);
    server.stop().await?;
    let failed = homes.iter().filter_map(|home| home.as_ref().err()).collect::<Vec<_>>();
    for error in failed.iter().take(3) {
        eprintln!("storm: {error:#}");
    }
    let failures = failed.len();
    let homes: Vec<Home> = homes.into_iter().filter_map(Result::ok).collect();
    let lost = lost(&data, &homes).await?;
    let of = |name, unit| Measure { name, unit, n: homes.len() };
    let all = |pick: fn(&Home) -> f64| homes.iter().map(pick).collect::<Vec<_>>();
    alone(of("storm_push_p50", "ms"), quantile(&all(|home| home.push), 0.5));
    alone(of("storm_push_p99", "ms"), quantile(&all(|home| home.push), 0.99));
    alone(of("storm_published_p50", "ms"), quantile(&all(|home| home.published), 0.5));
    alone(of("storm_published_p99", "ms"), quantile(&all(|home| home.published), 0.99));
    alone(of("storm_server_memory_peak", "KiB"), peak as f64);
    alone(of("storm_server_cpu_per_tablet", "ms"), cpu / homes.len().max(1) as f64);
    alone(of("storm_later", "requests"), homes.iter().map(|home| home.later).sum::<usize>() as f64);
    alone(of("storm_took", "s"), took.as_secs_f64());
    alone(of("storm_tablets_that_failed", "tablets"), failures as f64);
    alone(of("storm_lost", "changes and photos"), lost as f64);
    Ok(())
}

/// One tablet's evening: what is new, its notes, its photo, and the news that all is published.
async fn comes_home(of: Waiting, address: String, fingerprint: Option<String>, photo: Arc<Vec<u8>>) -> Result<Home> {
    let mut tablet = Light::new(of.id, of.key.clone(), &address, fingerprint.as_deref())?;
    tablet.feed(0).await?;
    let changes = notes(&of)?;
    let mine: BTreeSet<Hash> = changes.iter().map(|change| change.hash).collect();
    let push = tablet.push(changes).await?.as_secs_f64() * 1000.0;
    let (taken, jpeg) = (Instant::now(), its_own(&photo, of.number));
    tablet.published(mine).await?;
    let published = taken.elapsed().as_secs_f64() * 1000.0;
    let hash = hex::encode(Sha256::digest(&jpeg));
    tablet.photo(&hash, &jpeg).await?;
    Ok(Home { push, published, later: tablet.later, taken: tablet.taken, photo: hash })
}

fn notes(of: &Waiting) -> Result<Vec<PushedChange>> {
    let number = u128::try_from(of.number)?;
    let mut book = Notebook::found(of.visit, &Actor::new((number + 1).to_be_bytes()))?;
    for n in 0..NOTES {
        let number_here = i64::try_from(n)? + 1;
        let stamp = Stamp {
            by: of.person,
            at: MONDAY + number_here * 60_000,
            tablet: of.id,
            number: number_here,
            skew: 0,
            pack: "link-2008/1".into(),
        };
        let words =
            format!("Note {n} of tablet {}: the trolley came late, and nobody had said that it would.", of.number);
        let seen = Observation {
            words,
            area: Some("lounge".into()),
            theme: None,
            tone: None,
            how: Vec::new(),
            ..Observation::default()
        };
        let entry = EntryId::new(Uuid::from_u128(1 << 100 | number << 32 | u128::try_from(n)?));
        let heads = book.heads();
        book.record(&stamp, entry, Entry::Observation(seen), &heads)?;
    }
    // The first change is nobody's: the office makes it itself.
    let own = book.changes().into_iter().filter(|change| change.actor != Actor::genesis());
    let pushed = own.map(|change| PushedChange {
        notebook: of.visit,
        hash: change.hash,
        bytes: Bytes(change.bytes.clone()),
        relayed: false,
        replaces: Vec::new(),
    });
    Ok(pushed.collect())
}

/// A drawing of 2,048 by 1,536 pixels with a grain, as a tablet encodes a photo.
fn drawn() -> Result<Vec<u8>> {
    let (width, height) = (2_048_u16, 1_536_u16);
    let mut seed = 7_u32;
    let mut pixels = Vec::with_capacity(usize::from(width) * usize::from(height) * 3);
    for y in 0..u32::from(height) {
        for x in 0..u32::from(width) {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = (seed >> 28) as u8;
            pixels.extend([(x / 10) as u8 / 2 + grain, (y / 8) as u8 / 2 + grain, ((x + y) / 16) as u8 / 2 + grain]);
        }
    }
    let mut jpeg = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut jpeg, 82);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::R_4_2_0);
    encoder.encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb)?;
    Ok(jpeg)
}

/// The same picture with another density in its JFIF header: its own name, the same work for whoever looks at it.
fn its_own(photo: &[u8], number: usize) -> Vec<u8> {
    let mut own = photo.to_vec();
    let density = u32::try_from(number).unwrap_or_default().wrapping_add(0x0048_0048).to_be_bytes();
    if let Some(place) = own.get_mut(14..18) {
        place.copy_from_slice(&density);
    }
    own
}

/// Organisations, people, visits of two, and tablets, written by the office's own store before the server starts.
async fn set_up(data: &Path, size: Size) -> Result<Vec<Waiting>> {
    let store = Store::open(data, None).await?;
    let each = size.tablets.div_ceil(size.orgs.max(1));
    let mut setting_up = tokio::task::JoinSet::new();
    for org in 0..size.orgs {
        let tablets = each.min(size.tablets.saturating_sub(org * each));
        setting_up.spawn(one_org(store.clone(), org, tablets, org * each));
    }
    let mut by_org: Vec<Vec<Waiting>> = Vec::new();
    while let Some(waiting) = setting_up.join_next().await {
        by_org.push(waiting??);
    }
    store.close().await;
    // They come home as they live: one of this organisation, one of that.
    let mut all = Vec::with_capacity(size.tablets);
    while by_org.iter().any(|rest| !rest.is_empty()) {
        all.extend(by_org.iter_mut().filter_map(Vec::pop));
    }
    Ok(all)
}

async fn one_org(store: Store, n: usize, tablets: usize, first: usize) -> Result<Vec<Waiting>> {
    let id = |kind: u128, n: usize| Uuid::from_u128(kind << 96 | n as u128);
    let name = format!("LINk {n}");
    store
        .add_org(NewOrg {
            id: id(1, n).to_string(),
            name,
            host: "CVS".into(),
            scheme: "link-2008".into(),
            scheme_version: "1".into(),
            store_id: id(2, n).to_string(),
            at: MONDAY,
        })
        .await?;
    let org = store.org(&id(1, n).to_string());
    let place = NewPlace {
        id: id(3, n).to_string(),
        name: "Hazel Court".into(),
        kind: "care home".into(),
        ..NewPlace::default()
    };
    org.add_place(place).await?;
    let mut waiting = Vec::new();
    for number in first..first + tablets {
        let (person, device, visit) =
            (id(4, number).to_string(), id(5, number).to_string(), id(6, number / 2).to_string());
        let (name, roles) = (format!("Representative {number}"), vec!["authorised representative".to_owned()]);
        org.add_person(NewPerson { id: person.clone(), name, roles, email: None, phone: None, at: MONDAY }).await?;
        if org.visit(&visit).await?.is_none() {
            org.plan_visit(NewVisit {
                id: visit.clone(),
                place: id(3, n).to_string(),
                purpose: "Mealtimes".into(),
                announcement: "announced".into(),
                sessions: vec![Session { date: "2026-11-02".into(), from: Some("10:00".into()), to: None }],
                by: person.clone(),
                at: MONDAY,
            })
            .await?;
        }
        org.assign(&visit, &person, &person, MONDAY).await?;
        let key = SigningKey::from_bytes(&Sha256::digest(format!("storm {number}")).into());
        let code = format!("{number:064x}");
        let (holders, expires_at) = (vec![person.clone()], i64::MAX);
        org.add_code(NewCode { hash: code.clone(), holders, made_by: "operator".into(), expires_at }).await?;
        let verifying_key = hex::encode(key.verifying_key().to_bytes());
        let new = NewDevice { id: device, name: format!("tablet {number}"), verifying_key, version: None, at: MONDAY };
        org.use_code(&code, new).await?;
        waiting.push(Waiting {
            id: DeviceId::new(id(5, number)),
            key,
            person: PersonId::new(id(4, number)),
            visit: NotebookId::new(id(6, number / 2)),
            number,
        });
    }
    Ok(waiting)
}

/// Changes and photos that a tablet was told are at the office, and that are not there, published and stored.
async fn lost(data: &Path, homes: &[Home]) -> Result<usize> {
    let store = Store::open(data, None).await?;
    let (mut published, mut stored) = (BTreeSet::new(), BTreeSet::new());
    let notebooks: BTreeSet<NotebookId> = homes.iter().flat_map(|home| &home.taken).map(|(id, _)| *id).collect();
    for id in store.org_ids().await? {
        let org = store.org(&id);
        stored.extend(org.photos().await?.into_iter().filter(|photo| photo.state == "stored").map(|photo| photo.hash));
        for line in org.notebooks().await? {
            let notebook: NotebookId = line.id.parse().context("a notebook's id")?;
            if notebooks.contains(&notebook) {
                let changes = org.changes(&notebook.to_string()).await?;
                let changes =
                    changes.into_iter().filter(|change| change.state == server::store::taken::ChangeState::Published);
                published.extend(changes.map(|change| change.hash));
            }
        }
    }
    store.close().await;
    let changes = homes.iter().flat_map(|home| &home.taken).filter(|(_, hash)| !published.contains(&hash.to_string()));
    Ok(changes.count() + homes.iter().filter(|home| !stored.contains(&home.photo)).count())
}
