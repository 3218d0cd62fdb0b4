//! The targets: one for each kind of bytes that comes from outside.

use domain::scheme::Scheme;
use domain::wire::{Bytes, Push};
use journeys::hostile::Field;
use journeys::scenario::{Scenario, Vocabulary};
use server::projector::{Publish, publish, verify};
use server::sync::chunk;
use std::sync::LazyLock;

/// Something that reads bytes from outside.
#[derive(Clone, Copy)]
pub struct Target {
    /// What it is called, and its folder under `corpus`.
    pub name: &'static str,
    /// Reads the bytes; panics where what it promises does not hold.
    pub read: fn(&[u8]),
}

/// Every target.
pub const ALL: [Target; 6] = [
    Target { name: "frame", read: frame },
    Target { name: "change", read: change },
    Target { name: "photo", read: photo },
    Target { name: "pack", read: pack },
    Target { name: "spreadsheet", read: spreadsheet },
    Target { name: "scenario", read: scenario },
];

/// The target of this name.
#[must_use]
pub fn named(name: &str) -> Option<Target> {
    ALL.into_iter().find(|target| target.name == name)
}

/// A push's body at the door: whatever is read as a change has the hash that its bytes give, again and again.
fn frame(bytes: &[u8]) {
    let Ok(push) = serde_json::from_slice::<Push>(bytes) else { return };
    for pushed in &push.changes {
        let page = chunk::read(&pushed.bytes.0);
        assert_eq!(page, chunk::read(&pushed.bytes.0), "the same bytes were read in two ways");
    }
}

#[allow(clippy::expect_used, reason = "without its field there is nothing to run on")]
static FIELD: LazyLock<Field> = LazyLock::new(|| Field::new().expect("a notebook of our own"));

/// A change onto a notebook that is published. Whatever is let in, somebody honest can write after it, and nothing of
/// what stood there is gone. A panic of automerge's own is the child's to survive, and `publish` turns it into a reason.
fn change(bytes: &[u8]) {
    let Ok(page) = chunk::read(bytes) else { return };
    assert!(page.rows <= chunk::MOST_ROWS);
    let job =
        Publish { notebook: FIELD.id, chunk: Some(Bytes(FIELD.base.clone())), changes: vec![Bytes(bytes.to_vec())] };
    let done = publish(&job).expect_or("the published form was loaded before");
    if done.published.is_empty() {
        return;
    }
    let next = FIELD.next_on(&done.chunk.0, 0).expect_or("what was published could not be loaded or written in again");
    let job = Publish { changes: vec![Bytes(next.bytes)], chunk: Some(done.chunk), ..job };
    let after = publish(&job).expect_or("what was published could not be loaded");
    assert_eq!(after.published, [next.hash], "nobody can write after it: {:?}", after.held);
    assert!(after.projection.keeps(&done.projection).is_ok(), "something is gone");
}

/// A photo: what is taken has a size that is taken.
fn photo(bytes: &[u8]) {
    if let Ok(picture) = verify(bytes) {
        assert!(picture.width.max(picture.height) <= 6_000, "{picture:?}");
    }
}

/// A scheme pack from an office, and one that this program ships.
fn pack(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(scheme) = Scheme::received(text) {
        // What a screen asks of it, whatever it says.
        let kinds = scheme.places.iter().map(|place| place.code.as_str()).chain(["care home", ""]);
        for kind in kinds {
            let asked =
                scheme.speakers_for(kind).len() + scheme.areas_for(kind).len() + scheme.checklist_for(kind).count();
            let _ = std::hint::black_box((asked, scheme.printed_speaker(kind, "")));
        }
        let _ = std::hint::black_box(scheme.clock_for(""));
    }
    if let Ok(scheme) = Scheme::parse(text) {
        assert!(Scheme::received(text).is_ok_and(|again| again == scheme), "one pack was read as two");
    }
}

/// A directory of practices: every row is taken or refused with its line.
fn spreadsheet(bytes: &[u8]) {
    let (places, refused) = server::directory::read(bytes, 1_790_000_000_000);
    assert!(places.iter().all(|place| !place.name.contains('\0') && !place.postcode.is_empty()));
    assert!(refused.iter().all(|row| !row.reason.is_empty() && !row.raw.contains('\0')));
}

/// A scenario file; what is refused says where.
fn scenario(bytes: &[u8]) {
    let Ok(folder) = tempfile::tempdir() else { return };
    let file = folder.path().join("scenario.json");
    if std::fs::write(&file, bytes).is_ok()
        && let Err(refused) = Scenario::read(&file, &Vocabulary::of_the_embedded_packs())
    {
        assert!(!refused.reason.is_empty());
    }
}

/// What cannot be otherwise, or else it is what is sought.
trait ExpectOr<T> {
    fn expect_or(self, promise: &str) -> T;
}

impl<T, E: std::fmt::Display> ExpectOr<T> for Result<T, E> {
    #[allow(clippy::panic, reason = "a promise that does not hold is what a target is there to find")]
    fn expect_or(self, promise: &str) -> T {
        match self {
            Ok(value) => value,
            Err(error) => panic!("{promise}: {error}"),
        }
    }
}
