//! The town as it stands before each history: one office, four people, three visits, four tablets that have heard all
//! of it. It is made once a process and copied for each world.

use super::{DAY, copy_folder};
use age::secrecy::ExposeSecret as _;
use anyhow::{Context as _, Result, anyhow};
use axum::Router;
use device::sync::{Outcome, Round, drive, set_up};
use device::{Device, Stretch, Told};
use domain::ids::{NotebookId, PersonId};
use server::projector::Projector;
use server::sealed::{lead_key, new_pair};
use server::serve::{State, app};
use server::store::orgs::NewOrg;
use server::store::people::NewPerson;
use server::store::places::NewPlace;
use server::store::visits::{NewVisit, Session};
use server::store::{OrgStore, Store};
use server::sync::{NewCode, Terms, new_code};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use uuid::Uuid;

/// 10 November 2026, noon in London.
pub(super) const NOON: i64 = 1_794_312_000_000;
const ADDRESS: &str = "address";
/// The office's folder before any tablet was set up.
pub(super) const BEFORE_TABLETS: &str = "office before tablets";
/// What opens each tablet.
pub const PIN: &str = "tea without milk";

/// The first of the people; representatives all four.
pub const ASHA: usize = 0;
/// The second.
pub const TOM: usize = 1;
/// The third.
pub const DILYS: usize = 2;
/// The fourth.
pub const GRACE: usize = 3;
const PEOPLE: [&str; 4] = ["Asha Patel", "Tom Okafor", "Dilys Morgan", "Grace Lindqvist"];
/// Whose tablet each is.
pub(super) const HOLDERS: [&[usize]; 4] = [&[ASHA], &[TOM], &[DILYS], &[GRACE, ASHA]];
/// The visits, each with its team.
pub const VISITS: [(&str, &[usize]); 3] =
    [("Hazel Court", &[ASHA, TOM]), ("The Limes", &[TOM, DILYS]), ("Fern Lodge", &[ASHA, GRACE])];

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n)
}

/// One of the four.
#[must_use]
pub fn person(n: usize) -> PersonId {
    PersonId::new(id(0x100 + n as u128))
}

/// One of the three visits, and its notebook.
#[must_use]
pub fn visit(n: usize) -> NotebookId {
    NotebookId::new(id(0x200 + n as u128))
}

/// The organisation's id.
pub(crate) fn org_id() -> String {
    id(1).to_string()
}

/// Where the town lies, made when it is first asked for.
pub(crate) fn folder() -> Result<&'static Path> {
    static TOWN: OnceLock<Result<tempfile::TempDir, String>> = OnceLock::new();
    let made = TOWN.get_or_init(|| {
        let building = std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(build())
        });
        let built = building.join().map_err(|_| "the town's builder panicked".to_owned())?;
        built.map_err(|error| format!("{error:#}"))
    });
    made.as_ref().map(tempfile::TempDir::path).map_err(|error| anyhow!("{error}"))
}

/// Where the tablets look for the office.
pub(crate) fn address() -> Result<String> {
    Ok(std::fs::read_to_string(folder()?.join(ADDRESS))?)
}

async fn build() -> Result<tempfile::TempDir> {
    let folder = super::folder()?;
    let data = folder.path().join("office");
    let store = Store::open(&data, None).await?;
    plan(&store).await?;
    copy_folder(&data, &folder.path().join(BEFORE_TABLETS))?;
    let clock = || NOON;
    let state = State::on(Terms::default(), store.clone(), Projector::here(), Arc::new(clock));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    std::fs::write(folder.path().join(ADDRESS), &address)?;
    let serving = tokio::spawn(axum::serve(listener, app(state.clone(), Router::new())).into_future());
    for (number, holders) in HOLDERS.iter().enumerate() {
        let at = folder.path().join(format!("tablet-{}", number + 1));
        tablet(&state, &address, number, holders, &at).await?;
    }
    serving.abort();
    store.close().await;
    // Twice the same: what the stores leave open on closing is not part of a town.
    let whole = super::folder()?;
    copy_folder(folder.path(), whole.path())?;
    Ok(whole)
}

async fn plan(store: &Store) -> Result<()> {
    let at = NOON - 7 * DAY;
    let new = NewOrg {
        id: org_id(),
        name: "Sutton LINk".into(),
        host: "Sutton CVS".into(),
        scheme: "link-2008".into(),
        scheme_version: "1".into(),
        store_id: id(2).to_string(),
        at,
    };
    store.add_org(new).await?;
    let org = store.org(&org_id());
    let desk = new_pair();
    org.set_desk_key(&desk.public, desk.private.expose_secret().as_bytes()).await?;
    let lead = id(0x1ff).to_string();
    add_person(&org, &lead, "Femi Adewale", "safeguarding lead", at).await?;
    let (key, _) = lead_key(&lead, "seven quiet herons", at)?;
    org.set_lead_key(key).await?;
    for (n, name) in PEOPLE.iter().enumerate() {
        add_person(&org, &person(n).to_string(), name, "authorised representative", at).await?;
    }
    for (n, (place, team)) in VISITS.iter().enumerate() {
        let here = id(0x300 + n as u128).to_string();
        let new = NewPlace { id: here.clone(), name: (*place).into(), kind: "care home".into(), ..NewPlace::default() };
        org.add_place(new).await?;
        let by = person(*team.first().context("a team without anybody")?).to_string();
        let sessions = vec![Session { date: "2026-11-10".into(), from: Some("10:00".into()), to: None }];
        let new = NewVisit {
            id: visit(n).to_string(),
            place: here,
            purpose: "Mealtimes".into(),
            announcement: "announced".into(),
            sessions,
            by: by.clone(),
            at,
        };
        org.plan_visit(new).await?;
        for who in *team {
            org.assign(&visit(n).to_string(), &person(*who).to_string(), &by, at).await?;
        }
    }
    Ok(())
}

async fn add_person(org: &OrgStore, id: &str, name: &str, role: &str, at: i64) -> Result<()> {
    let roles = vec![role.to_owned()];
    org.add_person(NewPerson { id: id.into(), name: name.into(), roles, email: None, phone: None, at }).await
}

async fn tablet(state: &State, address: &str, number: usize, holders: &[usize], at: &Path) -> Result<()> {
    let org = state.store.org(&org_id());
    let code = NewCode {
        holders: holders.iter().map(|who| person(*who)).collect(),
        by: "operator".into(),
        address: address.to_owned(),
        fingerprint: None,
    };
    let code = new_code(&org, code, NOON).await?;
    let device = Device::create_with(at, PIN, Stretch::STORY, Told::new(NOON, 0x7ab + number as u64))?;
    let device = Mutex::new(device);
    set_up(&device, &code, &format!("tablet {}", number + 1)).await?;
    let transport = device.lock().map_err(|_| anyhow!("a tablet's lock"))?.transport()?;
    let outcome = drive(&device, &transport, Round::Once).await?;
    anyhow::ensure!(outcome == Outcome::Quiet, "a new tablet hears the office: {outcome:?}");
    let mut device = device.into_inner().map_err(|_| anyhow!("a tablet's lock"))?;
    let first = holders.first().context("a tablet that nobody holds")?;
    Ok(device.write_as(person(*first))?)
}
