//! From *taken* to *published*: changes are brought into their notebook by a child process that may be killed, and
//! the result is published if nobody was quicker; what fails is held with its reason, what stands on it waits.
//! What reads bytes is in `job` and `jpeg`; SQL is in [`crate::store`].

mod child;
mod drain;
mod follows;
mod job;
mod jpeg;
pub(crate) mod refound;

pub use child::{Ended, NotStarted, run as run_worker};
pub use drain::{drain, drained, entries, publish_here};
pub use job::{Publish, Published, publish};
pub use jpeg::{NotAPhoto, Picture, verify};

use domain::wire::Bytes;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::PoisonError;
use tokio::sync::Mutex;

/// A job for the child.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Ask {
    /// Bring changes into a notebook.
    Publish(Publish),
    /// Look whether this is a photo.
    Photo(Bytes),
}

/// What the child says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// To [`Ask::Publish`]; an error says that the compact form so far cannot be read.
    Published(Result<Box<Published>, String>),
    /// To [`Ask::Photo`].
    Photo(Result<Picture, NotAPhoto>),
}

impl Ask {
    /// Does the job in this process.
    #[must_use]
    pub fn done(&self) -> Answer {
        match self {
            Self::Publish(job) => Answer::Published(publish(job).map(Box::new).map_err(|e| e.to_string())),
            Self::Photo(bytes) => Answer::Photo(verify(&bytes.0)),
        }
    }
}

/// The way to whoever reads what tablets sent.
#[derive(Debug)]
pub struct Projector {
    way: Way,
    /// How often each change failed alone without ending the child.
    tried: std::sync::Mutex<BTreeMap<String, u8>>,
}

/// How often such a change is tried before it is held; what is held is looked at again at the next start.
const TRIES: u8 = 3;

#[derive(Debug)]
enum Way {
    Child(Box<Mutex<child::Worker>>),
    Here,
}

impl Projector {
    /// `program` is the `enterview` binary; it is started at the first job and again after each death.
    #[must_use]
    pub fn new(program: PathBuf) -> Self {
        Self::going(Way::Child(Box::new(Mutex::new(child::Worker::new(program)))))
    }

    /// Reads in this process and at once, for a simulation whose every byte comes from its own tablets.
    #[must_use]
    pub const fn here() -> Self {
        Self::going(Way::Here)
    }

    const fn going(way: Way) -> Self {
        Self { way, tried: std::sync::Mutex::new(BTreeMap::new()) }
    }

    fn is_given_another_try(&self, hash: &str) -> bool {
        // A thread that panicked here left a map that is whole all the same.
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        let times = tried.entry(hash.to_owned()).or_default();
        *times += 1;
        let again = *times < TRIES;
        if !again {
            tried.remove(hash);
        }
        again
    }

    /// One job, one at a time.
    ///
    /// # Errors
    /// The child died of it or was killed; nothing else is harmed.
    pub async fn ask(&self, ask: &Ask) -> anyhow::Result<Answer> {
        match &self.way {
            Way::Child(worker) => worker.lock().await.ask(ask).await,
            Way::Here => Ok(ask.done()),
        }
    }
}
