//! A visit that is sent over a slow road which breaks: the tablet's clock is told how long the road would have taken.

use crate::play::{Played, play};
use crate::relay::{Carried, Relay, TWO_G};
use crate::scenario::{Scenario, Vocabulary};
use crate::server::{Server, command};
use crate::tablet::Tablet;
use anyhow::{Context, Result, anyhow, bail};
use device::sync::{Happened, Next, Outcome, Round};
use device::views::PhotoUse;
use domain::entry::{Entry, Millis, Observation};
use domain::ids::NotebookId;
use std::collections::BTreeMap;
use std::path::Path;

/// The most rounds until everything must have gone.
const ROUNDS: usize = 400;

const HAZEL_COURT: &str = r#"{
    "organisation": {"name": "Sutton LINk", "scheme": "link-2008", "host": "SCVS"},
    "people": [
        {"name": "Samuel Osei", "role": "host administrator"}, {"name": "Priya Nair", "role": "host officer"},
        {"name": "Asha Patel", "role": "authorised representative", "check_seen": "2026-01-12",
         "valid_until": "2029-03-01", "trained": "2026-01-20", "code_signed": "2026-01-20"},
        {"name": "Tom Okafor", "role": "authorised representative", "check_seen": "2026-01-12",
         "valid_until": "2029-03-01", "trained": "2026-01-20", "code_signed": "2026-01-20"}
    ],
    "places": [{"name": "Hazel Court", "kind": "care home"}],
    "visits": [{
        "place": "Hazel Court", "announcement": "announced", "purpose": "evenings",
        "team": ["Asha Patel", "Tom Okafor"], "lead": "Asha Patel",
        "entries": [
            {"at": "2026-11-10T10:02", "tablet": 1, "by": "Asha Patel", "kind": "arrival", "told": "nurse", "shown": "card"}
        ]
    }]
}"#;

/// Words of which notes are made, so that no note is another's copy.
const WORDS: &[&str] = &[
    "the",
    "lounge",
    "was",
    "warm",
    "and",
    "residents",
    "sat",
    "in",
    "a",
    "half",
    "circle",
    "facing",
    "television",
    "nobody",
    "watched",
    "staff",
    "knelt",
    "to",
    "speak",
    "tea",
    "came",
    "late",
    "trolley",
    "stood",
    "by",
    "door",
    "corridor",
    "smelt",
    "of",
    "polish",
    "handrail",
    "loose",
    "near",
    "stairs",
    "garden",
    "locked",
    "key",
    "asked",
    "for",
    "choice",
    "menu",
    "pictures",
    "hearing",
    "loop",
    "did",
    "not",
    "work",
    "bell",
    "answered",
    "after",
    "four",
    "minutes",
    "daughter",
    "said",
    "mother",
    "liked",
    "singing",
    "on",
    "Thursdays",
    "room",
    "bright",
    "clean",
    "cold",
];

/// A tablet behind a slow road, and what it sent.
pub struct Slow {
    /// The office.
    pub server: Server,
    /// The road.
    pub relay: Relay,
    /// The tablet.
    pub tablet: Tablet,
    /// Its visit.
    pub visit: NotebookId,
    /// How often each piece of each photo went out, and how often its answer did not come.
    pub pieces: BTreeMap<(String, usize), (usize, usize)>,
}

/// What sending took.
#[derive(Clone, Copy, Debug)]
pub struct Took {
    /// Seconds by the tablet's clock: the road's, and the pauses after what broke off.
    pub seconds: f64,
    /// What the road carried.
    pub carried: Carried,
}

impl Slow {
    /// An office with a planned visit, and a second tablet of Asha's that was set up and brought up to date at the desk.
    ///
    /// # Errors
    /// Whatever a part says.
    pub async fn new(folder: &Path) -> Result<Self> {
        let parts = ["data", "tablets", "out", "slow"].map(|part| folder.join(part));
        parts.iter().try_for_each(std::fs::create_dir_all)?;
        let [data, tablets, out, slow] = parts;
        let file = out.join("scenario.json");
        std::fs::write(&file, HAZEL_COURT)?;
        let scenario =
            Scenario::read(&file, &Vocabulary::of_the_embedded_packs()).map_err(|refused| anyhow!("{refused}"))?;
        let Played { server, mut tablets, visits, .. } = play(&scenario, &data, &tablets, &out).await?;
        let office = server.address.trim_start_matches("https://").to_owned();
        let relay = Relay::to(office.parse().context("the server's address")?).await?;
        let said = command(&data, &["enrol", "--name", "slow", "--for", "Asha Patel"]).await?;
        let code = said.split_whitespace().find(|word| word.starts_with("EV1~")).context("no code was printed")?;
        let code = code.replace(&office, &relay.address.to_string());
        let now = tablets.get_mut(&1).context("the tablet that recorded")?.device().now();
        let mut tablet = Tablet::set_up(2, &slow, &code, now).await?;
        tablet.sync().await?;
        let visit = *visits.first().context("the visit")?;
        Ok(Self { server, relay, tablet, visit, pieces: BTreeMap::new() })
    }

    /// So many notes of two or three lines each, without signal.
    ///
    /// # Errors
    /// What the tablet says.
    pub fn write(&self, notes: usize) -> Result<()> {
        let mut device = self.tablet.device();
        let asha = device.people()?.into_iter().find(|p| p.name.starts_with("Asha")).context("Asha")?.id;
        device.write_as(asha)?;
        let mut chance = 7_u64;
        for n in 0..notes {
            let mut words = format!("{n}:");
            for _ in 0..20 {
                chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let place = usize::try_from(chance >> 33).unwrap_or_default() % WORDS.len();
                words.push(' ');
                words.push_str(WORDS.get(place).copied().unwrap_or_default());
            }
            let seen = Observation {
                words,
                area: Some("lounge".into()),
                theme: None,
                tone: None,
                how: Vec::new(),
                ..Observation::default()
            };
            device.record(self.visit, Entry::Observation(seen), None)?;
        }
        Ok(())
    }

    /// Takes a picture of so many hundred kilobytes; each is another.
    ///
    /// # Errors
    /// What the tablet says.
    pub fn photograph(&self, which: u32) -> Result<()> {
        let mut device = self.tablet.device();
        let pending = device.take_photo(self.visit, &drawn(which)?)?;
        let used = PhotoUse { permission: "deputy manager".into(), nobody_recognisable: true, ..PhotoUse::default() };
        device.use_photo(pending.id, &used, None)?;
        Ok(())
    }

    /// Sends and receives until all is quiet, however often the road breaks.
    ///
    /// # Errors
    /// What the tablet says, or it does not end.
    pub async fn send(&mut self) -> Result<Took> {
        let (before, began) = (self.relay.carried(), self.tablet.device().now());
        for _ in 0..ROUNDS {
            match self.round().await? {
                Outcome::Quiet => {
                    let seconds = (self.tablet.device().now() - began) as f64 / 1000.0;
                    return Ok(Took { seconds, carried: self.relay.carried().since(&before) });
                }
                Outcome::Later { at, .. } => self.tablet.tell(at),
                Outcome::Stopped { sentence } => bail!("{sentence}"),
            }
        }
        bail!("{}", self.tablet.device().standing()?.sentence)
    }

    async fn round(&mut self) -> Result<Outcome> {
        let transport = self.tablet.device().transport()?;
        let mut happened = Happened::Begin(Round::Once);
        loop {
            let next = self.tablet.device().step(happened)?;
            let request = match next {
                Next::Over(outcome) => return Ok(outcome),
                Next::Send(request) => request,
            };
            let before = self.relay.carried();
            let came = transport.send(&request).await;
            let took = self.relay.carried().since(&before).seconds(TWO_G);
            let now = self.tablet.device().now();
            self.tablet.tell(now + (took * 1000.0) as Millis);
            if request.method == "PATCH" {
                let at = request.headers.iter().find(|(name, _)| name == domain::wire::PIECE_AT);
                let at = at.and_then(|(_, at)| at.parse().ok()).context("a piece says where it begins")?;
                let piece = self.pieces.entry((request.path.clone(), at)).or_default();
                *piece = (piece.0 + 1, piece.1 + usize::from(came.is_err()));
            }
            happened = came.map_or_else(Happened::Silence, Happened::Answered);
        }
    }
}

/// A drawing of 900 by 700 pixels with much grain, which is quick to make and not small when it is packed.
fn drawn(which: u32) -> Result<Vec<u8>> {
    let (width, height) = (900_u16, 700_u16);
    let mut chance = which;
    let grain = (0..usize::from(width) * usize::from(height) * 3).map(|_| {
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (chance >> 25) as u8 + 64
    });
    let mut jpeg = Vec::new();
    let pixels: Vec<u8> = grain.collect();
    jpeg_encoder::Encoder::new(&mut jpeg, 85).encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb)?;
    Ok(jpeg)
}
