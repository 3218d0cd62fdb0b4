//! A tablet without a screen: the real [`Device`] in a folder of its own, with a clock that is told the time.
//! It keeps a list of all that it recorded, so that a story can ask afterwards whether anything was lost.

use crate::scenario::{Concern, Contact, PhotoFile, Recorded, What};
use anyhow::{Context, Result, bail};
use device::surroundings::Told;
use device::sync::{Happened, Next, Outcome, Round};
use device::views::{EventFacts, PhotoUse, Shape};
use device::{Device, Error};
use domain::entry::{Count, Entry, Millis, View};
use domain::ids::{EntryId, NotebookId, PersonId};
use domain::notebook::{Spot, Value};
use domain::sealed::Answers;
use domain::wire::SERVER_TIME;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What went over the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Bytes of requests: line, headers and body.
    pub up: u64,
    /// Bytes of answers: headers and body.
    pub down: u64,
    /// Requests.
    pub requests: u64,
}

/// A photo that the tablet refused with words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedPhoto {
    /// The file's name.
    pub file: String,
    /// What the tablet said.
    pub reason: String,
}

/// One tablet.
pub struct Tablet {
    /// Its number in the scenario.
    pub number: u32,
    device: Mutex<Device>,
    told: Arc<Told>,
    /// Every entry recorded on it.
    pub recorded: Vec<(NotebookId, EntryId)>,
    /// Sealed concerns recorded on it.
    pub concerns: usize,
    /// Photos that it refused.
    pub refused_photos: Vec<RefusedPhoto>,
    /// What it sent and received.
    pub traffic: Traffic,
    people: BTreeMap<String, PersonId>,
}

impl Tablet {
    /// A new tablet in `folder`, set up with the office by its code, told that it is `now`.
    ///
    /// # Errors
    /// What the tablet says.
    pub async fn set_up(number: u32, folder: &Path, code: &str, now: Millis) -> Result<Self> {
        let told = Told::new(now, u64::from(number));
        let device = Device::create(folder, PIN, told.clone()).with_context(|| format!("tablet {number}"))?;
        let tablet = Self {
            number,
            device: Mutex::new(device),
            told,
            recorded: Vec::new(),
            concerns: 0,
            refused_photos: Vec::new(),
            traffic: Traffic::default(),
            people: BTreeMap::new(),
        };
        let code = code.parse().with_context(|| format!("the office gave the code {code:?}"))?;
        device::sync::set_up(&tablet.device, &code, &format!("tablet {number}")).await?;
        Ok(tablet)
    }

    /// The device, for looking.
    pub fn device(&self) -> MutexGuard<'_, Device> {
        self.device.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It is now `now`; a tablet's clock is never put back by a story that runs on.
    pub fn tell(&self, now: Millis) {
        self.told.set(now);
    }

    /// There is signal: sends and receives until all is quiet.
    ///
    /// # Errors
    /// What the tablet says when it cannot go on; nothing on it is lost by that.
    pub async fn sync(&mut self) -> Result<()> {
        for _ in 0..TRIES {
            match self.round(Round::Once).await? {
                Outcome::Quiet => {
                    let people = self.device().people()?;
                    self.people = people.into_iter().map(|p| (p.name, p.id)).collect();
                    return Ok(());
                }
                Outcome::Later { at, .. } => self.told.set(at.max(self.device().now())),
                Outcome::Stopped { sentence } => bail!("tablet {}: {sentence}", self.number),
            }
        }
        bail!("tablet {}: {}", self.number, self.device().standing()?.sentence)
    }

    /// There may be signal: one round, whatever comes of it.
    ///
    /// # Errors
    /// What the tablet's store says.
    pub async fn once(&mut self) -> Result<Outcome> {
        self.round(Round::Once).await
    }

    /// Sends, and listens until all that it sent is published: what the office shows next, it shows whole.
    ///
    /// # Errors
    /// As [`Tablet::sync`], or the office never publishes it.
    pub async fn sync_until_shown(&mut self) -> Result<()> {
        for _ in 0..TRIES {
            self.sync().await?;
            if self.device().waiting()?.on_their_way == 0 {
                return Ok(());
            }
            self.round(Round::Settled).await?;
        }
        bail!("tablet {}: what it sent is not published: {:?}", self.number, self.device().waiting()?)
    }

    async fn round(&mut self, round: Round) -> Result<Outcome> {
        let transport = self.device().transport()?;
        let mut happened = Happened::Begin(round);
        loop {
            let next = self.device().step(happened)?;
            let request = match next {
                Next::Over(outcome) => return Ok(outcome),
                Next::Send(request) => request,
            };
            self.traffic.requests += 1;
            self.traffic.up += request.size();
            happened = match transport.send(&request).await {
                Ok(mut reply) => {
                    // A month is played in a minute: the office's clock is told the same time as the tablet's, or it
                    // would say of every tablet that it is weeks wrong, and of each by another measure.
                    let now = self.device().now().to_string();
                    self.traffic.down += reply.size();
                    reply.headers.retain(|(name, _)| !name.eq_ignore_ascii_case(SERVER_TIME));
                    reply.headers.push((SERVER_TIME.to_owned(), now));
                    Happened::Answered(reply)
                }
                Err(none) => Happened::Silence(none),
            };
        }
    }

    fn write_as(&self, name: &str) -> Result<()> {
        let person = self.people.get(name).with_context(|| format!("tablet {} knows no {name}", self.number))?;
        Ok(self.device().write_as(*person)?)
    }

    /// Records one line of a visit, by whoever wrote it, at the time it says.
    ///
    /// # Errors
    /// What the tablet says; a photo that it refuses with words is kept as that, and is no error.
    pub fn record(&mut self, notebook: NotebookId, line: &Recorded, at: Millis) -> Result<Option<EntryId>> {
        self.tell(at);
        if matches!(line.what, What::Sync) {
            return Ok(None);
        }
        let before = self.recorded.len();
        self.put_down(notebook, line)?;
        Ok(self.recorded.get(before).map(|(_, entry)| *entry))
    }

    fn put_down(&mut self, notebook: NotebookId, line: &Recorded) -> Result<()> {
        self.write_as(&line.by)?;
        match &line.what {
            What::Arrival(arrival) => self.keep(notebook, Entry::Arrival(arrival.clone())),
            What::Observation(seen) => self.keep(notebook, Entry::Observation(seen.clone())),
            What::View(view, contact) => self.hear(notebook, view, contact.as_ref()),
            What::Refusal(refusal) => self.keep(notebook, Entry::Refusal(refusal.clone())),
            What::Departure(departure) => self.keep(notebook, Entry::Departure(departure.clone())),
            What::Photo(photo) => self.photograph(notebook, photo),
            What::SummaryEdit(edit) => {
                let spot = Spot::Summary(edit.field.clone());
                Ok(self.device().state(notebook, &spot, &Value::Text(edit.words.clone()))?)
            }
            What::Concern(concern) => self.worry(notebook, &line.by, concern),
            What::Sync => Ok(()),
        }
    }

    fn keep(&mut self, notebook: NotebookId, entry: Entry) -> Result<()> {
        let id = self.device().record(notebook, entry, None)?;
        self.recorded.push((notebook, id));
        Ok(())
    }

    /// Records what somebody said, and seals how to reach them where they wished it.
    ///
    /// # Errors
    /// What the tablet says.
    fn hear(&mut self, notebook: NotebookId, view: &View, contact: Option<&Contact>) -> Result<()> {
        let id = self.device().record(notebook, Entry::View(view.clone()), None)?;
        self.recorded.push((notebook, id));
        if let Some(contact) = contact {
            let contact = domain::sealed::Contact {
                name: contact.name.clone(),
                how: contact.how.clone(),
                wants: contact.wants.clone(),
                view: Some(id),
                notebook: Some(notebook),
            };
            self.device().keep_contact(&contact)?;
        }
        Ok(())
    }

    fn worry(&mut self, notebook: NotebookId, by: &str, concern: &Concern) -> Result<()> {
        let by = *self.people.get(by).with_context(|| format!("tablet {} knows no {by}", self.number))?;
        let concern = domain::sealed::Concern {
            words: concern.words.clone(),
            about: concern.about.clone(),
            told: concern.told.clone(),
            by,
            at: self.device().now(),
            notebook: Some(notebook),
        };
        self.device().worry(&concern)?;
        self.concerns += 1;
        Ok(())
    }

    fn photograph(&mut self, notebook: NotebookId, photo: &PhotoFile) -> Result<()> {
        let bytes = std::fs::read(&photo.file).with_context(|| photo.file.display().to_string())?;
        let taken = self.device().take_photo(notebook, &bytes);
        let pending = match taken {
            Ok(pending) => pending,
            Err(Error::Photo(reason)) => {
                let file = photo.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                self.refused_photos.push(RefusedPhoto { file, reason });
                return Ok(());
            }
            Err(other) => return Err(other.into()),
        };
        let covers = photo.redact.iter().map(|c| Shape::Box {
            x: c.x as f32,
            y: c.y as f32,
            w: c.w as f32,
            h: c.h as f32,
            why: c.why.clone(),
        });
        let used = PhotoUse {
            shapes: covers.collect(),
            permission: photo.permission.clone(),
            person_said: None,
            caption: photo.caption.clone(),
            shows: photo.shows.clone(),
            nobody_recognisable: true,
            area: photo.area.clone(),
            theme: photo.theme.clone(),
        };
        let id = self.device().use_photo(pending.id, &used, None)?;
        self.recorded.push((notebook, id));
        Ok(())
    }

    /// Begins an event or presentation and returns its notebook.
    ///
    /// # Errors
    /// What the tablet says.
    pub fn begin_event(&mut self, by: &str, facts: &EventFacts, at: Millis) -> Result<NotebookId> {
        self.tell(at);
        self.write_as(by)?;
        Ok(self.device().begin_event(facts)?)
    }

    /// Records a view at an event, and counts the person.
    ///
    /// # Errors
    /// What the tablet says.
    pub fn told_at_event(
        &mut self,
        event: NotebookId,
        view: &View,
        contact: Option<&Contact>,
        at: Millis,
    ) -> Result<()> {
        self.tell(at);
        self.hear(event, view, contact)?;
        self.keep(event, Entry::Count(Count { of: view.speaker.clone(), people: 1 }))
    }

    /// Keeps an event's equality sheets, and says that it is over.
    ///
    /// # Errors
    /// What the tablet says.
    pub fn keep_sheets(&mut self, event: NotebookId, sheets: &[BTreeMap<String, String>]) -> Result<()> {
        for answers in sheets {
            let given = answers.iter().map(|(strand, one)| (strand.clone(), Answers(vec![one.clone()]))).collect();
            self.device().keep_sheet(event, &given)?;
        }
        Ok(self.device().event_over(event)?)
    }
}

/// A tablet in a story opens with this.
pub const PIN: &str = "20261110";
/// Rounds after which a tablet that cannot get through says so.
const TRIES: usize = 40;
