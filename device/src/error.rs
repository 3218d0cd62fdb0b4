//! What can go wrong on a tablet, in words for the person who holds it: what happened, what is safe, what to do.

use domain::entry::{Millis, Unfinished};
use domain::notebook::NotebookError;

/// Why the tablet did not do what was asked. Nothing that was saved before is lost by any of these.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The PIN is wrong.
    #[error("That is not the PIN. Nothing is lost. You can try again {}.", in_seconds(*.wait))]
    WrongPin {
        /// How long until the next try is taken, in milliseconds.
        wait: Millis,
    },
    /// A try came too soon after wrong ones.
    #[error("Too many wrong PINs. Nothing is lost. You can try again {}.", in_seconds(*.wait))]
    TooSoon {
        /// How long until the next try is taken, in milliseconds.
        wait: Millis,
    },
    /// A PIN that is too easy to guess.
    #[error("A PIN needs at least eight digits, or three words.")]
    WeakPin,
    /// A PIN of somebody's own that is too easy to guess.
    #[error("A PIN of your own needs at least six digits, or three words.")]
    WeakOwnPin,
    /// Somebody has chosen no PIN of their own.
    #[error("There is no PIN of your own here yet. Choose one first, under \u{201c}Sign off my notes\u{201d}.")]
    NoOwnPin,
    /// What is to be sealed, and somebody else wants to take up.
    #[error("This is for whoever wrote it, and nobody else takes it up.")]
    Theirs,
    /// What was begun under a PIN that is forgotten.
    #[error(
        "This was begun under a PIN that is forgotten, so nobody can read it here. Seal it as it is, or throw it away."
    )]
    Shut,
    /// Somebody who may not be added to a visit.
    #[error(
        "{name} cannot be added here: this tablet holds no authority of theirs for this place and day. Write down that they \
         waited outside."
    )]
    MayNotJoin {
        /// Who.
        name: String,
    },
    /// A note that its writer has signed.
    #[error("This note is signed. Add what is to be said beside it.")]
    Signed,
    /// There is already a store in this folder.
    #[error("There is already a notebook on this tablet. Open it with its PIN.")]
    AlreadyThere,
    /// There is no store in this folder.
    #[error("This tablet has not been set up yet. Choose a PIN to begin.")]
    NothingHere,
    /// There is a tablet in this folder, and the file with its notes is gone.
    #[error(
        "The file with this tablet's notes is not where it was. Photos and the lock are still here. Nothing was changed: do not \
         set it up anew. Leave it as it is, and ring the office."
    )]
    StoreMissing,
    /// Another window has this tablet open.
    #[error("This tablet is open in another window already. Nothing is lost: go on there, or close it first.")]
    OpenElsewhere,
    /// The tablet does not belong to an office yet.
    #[error("This tablet is not set up with an office yet. Read in the set-up code that the office printed.")]
    NotSetUp,
    /// Nobody is chosen under *Writing as*.
    #[error("Choose first who is writing.")]
    NobodyWrites,
    /// There is no such visit, event or day here.
    #[error("This tablet has no such visit.")]
    NoNotebook,
    /// There is no such draft.
    #[error("This note has already been put away.")]
    NoDraft,
    /// There is no such photo here.
    #[error("This photo is not on this tablet.")]
    NoPhoto,
    /// The entry is not finished.
    #[error("Not finished: {0}. It stays on this tablet.")]
    Unfinished(#[from] Unfinished),
    /// Fields that are no such note.
    #[error("These fields are no {kind}: {reason}")]
    Fields {
        /// The kind of note.
        kind: String,
        /// What did not fit.
        reason: String,
    },
    /// A photo that is not taken; the visit goes on.
    #[error("{0}")]
    Photo(String),
    /// What was to be forgotten has been sent already.
    #[error("This has already gone to the office. Withdraw it here and tell the office to remove it.")]
    AlreadySent,
    /// No safeguarding lead has a key.
    #[error(
        "Nobody can receive this through the tablet yet. It stays here as a draft. Ring {who} now, from any telephone."
    )]
    NoLead {
        /// Name and number to ring.
        who: String,
        /// The number alone, empty where none is known.
        phone: String,
    },
    /// The office has no desk key yet.
    #[error("The office cannot receive contact details yet. Nothing was kept. Write them on the paper form.")]
    NoDesk,
    /// The office did not do what was asked.
    #[error("{0}")]
    Office(String),
    /// The office could not be reached.
    #[error("The office cannot be reached. Everything stays safe on this tablet.")]
    Unreachable,
    /// The disk is full.
    #[error("This tablet's memory is full. What is saved is safe. Remove something else from the tablet, then go on.")]
    DiskFull,
    /// A notebook that cannot be read, or could not do what was asked.
    #[error("The tablet could not do this. What was saved before is safe. ({0})")]
    Notebook(NotebookError),
    /// A fault that nobody at the tablet can mend.
    #[error("The tablet could not do this. What was saved before is safe. ({0})")]
    Fault(String),
}

impl Error {
    /// A short name for callers that branch.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WrongPin { .. } => "wrong-pin",
            Self::TooSoon { .. } => "too-soon",
            Self::WeakPin | Self::WeakOwnPin => "weak-pin",
            Self::NoOwnPin => "no-own-pin",
            Self::Theirs => "theirs",
            Self::Shut => "shut",
            Self::MayNotJoin { .. } => "may-not-join",
            Self::Signed => "signed",
            Self::AlreadyThere => "already-there",
            Self::NothingHere => "nothing-here",
            Self::StoreMissing => "store-missing",
            Self::OpenElsewhere => "open-elsewhere",
            Self::NotSetUp => "not-set-up",
            Self::NobodyWrites => "nobody-writes",
            Self::NoNotebook => "no-notebook",
            Self::NoDraft => "no-draft",
            Self::NoPhoto => "no-photo",
            Self::Unfinished(_) => "unfinished",
            Self::Fields { .. } => "fields",
            Self::Photo(_) => "photo",
            Self::AlreadySent => "already-sent",
            Self::NoLead { .. } => "no-lead",
            Self::NoDesk => "no-desk",
            Self::Office(_) => "office",
            Self::Unreachable => "unreachable",
            Self::DiskFull => "disk-full",
            Self::Notebook(_) | Self::Fault(_) => "fault",
        }
    }
}

fn in_seconds(wait: Millis) -> String {
    match (wait + 999) / 1000 {
        ..=0 => "now".to_owned(),
        1 => "in a second".to_owned(),
        seconds @ 2..=90 => format!("in {seconds} seconds"),
        seconds => format!("in {} minutes", (seconds + 59) / 60),
    }
}

impl From<NotebookError> for Error {
    fn from(error: NotebookError) -> Self {
        match error {
            NotebookError::Unfinished(unfinished) => Self::Unfinished(unfinished),
            other => Self::Notebook(other),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::DiskFull,
            _ => Self::Fault(error.to_string()),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull => Self::DiskFull,
            _ => Self::Fault(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Fault(error.to_string())
    }
}
