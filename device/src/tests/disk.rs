//! What is on disk when a verb has returned: killed at any moment, nothing that was shown as saved is gone.

use super::*;
use crate::views::{Closed, DraftKind};
use proptest::prelude::*;
use std::collections::BTreeSet;
use tempfile::tempdir;

/// The tablet's folder as a cut of power would leave it, while the tablet still runs.
fn as_cut_off(from: &Path, to: &Path) {
    for file in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(file.file_name());
        match file.file_type().unwrap().is_dir() {
            true => {
                std::fs::create_dir_all(&target).unwrap();
                as_cut_off(&file.path(), &target);
            }
            // The shared-memory index is not part of what survives.
            false if file.path().extension().is_some_and(|e| e.to_string_lossy().ends_with("-shm")) => {}
            false => drop(std::fs::copy(file.path(), target).unwrap()),
        }
    }
}

#[derive(Clone, Debug)]
enum Deed {
    Record(String),
    Open(bool),
    Save(usize, String),
    Close(usize),
    Kill,
    Cut,
}

fn deed() -> impl Strategy<Value = Deed> {
    let words = "[a-zé\\\\\"ß ]{0,9}[a-z]";
    prop_oneof![
        3 => words.prop_map(Deed::Record),
        2 => any::<bool>().prop_map(Deed::Open),
        4 => (0..4_usize, words).prop_map(|(n, w)| Deed::Save(n, w)),
        2 => (0..4_usize).prop_map(Deed::Close),
        1 => Just(Deed::Kill),
        1 => Just(Deed::Cut),
    ]
}

/// What a person was shown as saved.
#[derive(Default)]
struct Saved {
    entries: BTreeSet<String>,
    /// Sheet, whether it is a view (never finished here), its words.
    sheets: Vec<(crate::views::DraftId, bool, String)>,
}

impl Saved {
    fn check(&mut self, device: &mut Device) {
        // Finished sheets that a kill left over have become notes.
        let (views, notes): (Vec<_>, Vec<_>) = self.sheets.drain(..).partition(|(_, view, _)| *view);
        self.entries.extend(notes.into_iter().map(|(_, _, words)| words).filter(|words| !words.is_empty()));
        self.sheets = views.into_iter().filter(|(_, _, words)| !words.is_empty()).collect();
        let found: BTreeSet<String> = words(device, hazel_court()).into_iter().collect();
        assert!(found.is_superset(&self.entries), "{:?} of {found:?}", self.entries);
        let left: Vec<String> = device.unfinished().unwrap().into_iter().map(|draft| draft.fields).collect();
        for (_, _, words) in &self.sheets {
            let fields = fields(words);
            assert!(left.contains(&fields), "{fields} of {left:?}");
        }
    }
}

fn fields(words: &str) -> String {
    serde_json::json!({ "words": words, "speaker": "resident" }).to_string()
}

fn play(deeds: &[Deed]) {
    let dir = tempdir().unwrap();
    let (mut device, around) = tablet(dir.path(), 7, ASHA);
    let mut saved = Saved::default();
    for deed in deeds {
        around.pass(MINUTE);
        match deed {
            Deed::Record(words) => {
                device.record(hazel_court(), saw(words), None).unwrap();
                saved.entries.insert(words.clone());
            }
            Deed::Open(view) => {
                let kind = if *view { DraftKind::View } else { DraftKind::Observation };
                saved.sheets.push((device.open_draft(hazel_court(), kind).unwrap(), *view, String::new()));
            }
            Deed::Save(nth, words) => {
                if let Some((sheet, _, kept)) = saved.sheets.get_mut(*nth) {
                    device.save_draft(*sheet, &fields(words)).unwrap();
                    kept.clone_from(words);
                }
            }
            Deed::Close(nth) if *nth < saved.sheets.len() => {
                let (sheet, view, kept) = saved.sheets[*nth].clone();
                match device.close_draft(sheet).unwrap() {
                    Closed::Kept { .. } => {
                        saved.entries.insert(kept);
                        saved.sheets.remove(*nth);
                    }
                    Closed::Empty => drop(saved.sheets.remove(*nth)),
                    Closed::Unfinished { .. } => assert!(view),
                }
            }
            Deed::Close(_) => {}
            Deed::Kill => {
                // Never dropped, so nothing is written on the way out.
                killed(device);
                device = again(dir.path(), &around);
                saved.check(&mut device);
            }
            Deed::Cut => {
                let copy = tempdir().unwrap();
                as_cut_off(dir.path(), copy.path());
                let mut revived = again(copy.path(), &around);
                let mut expected = Saved { entries: saved.entries.clone(), sheets: saved.sheets.clone() };
                expected.check(&mut revived);
            }
        }
    }
    saved.check(&mut {
        killed(device);
        again(dir.path(), &around)
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_was_shown_as_saved_is_there_after_a_kill_at_any_moment(deeds in prop::collection::vec(deed(), 1..24)) {
        play(&deeds);
    }
}

#[test]
fn nothing_on_disk_can_be_read_without_the_pin() {
    let dir = tempdir().unwrap();
    let (mut device, around) = tablet(dir.path(), 1, ASHA);
    device.record(hazel_court(), saw("canary in the lounge"), None).unwrap();
    let sheet = device.open_draft(hazel_court(), DraftKind::Observation).unwrap();
    device.save_draft(sheet, r#"{"words":"canary being typed"}"#).unwrap();
    for file in std::fs::read_dir(dir.path()).unwrap().map(Result::unwrap).filter(|f| f.path().is_file()) {
        let bytes = std::fs::read(file.path()).unwrap();
        assert!(!bytes.starts_with(b"SQLite format 3"), "{file:?}");
        for plain in ["canary", "Asha", "Hazel", "CREATE TABLE"] {
            assert!(!bytes.windows(plain.len()).any(|w| w == plain.as_bytes()), "{plain} in {file:?}");
        }
    }
    drop(device);
    assert!(matches!(Device::open(dir.path(), "tea with sugar", around.clone()), Err(Error::WrongPin { .. })));
    assert!(matches!(Device::create(dir.path(), PIN, around.clone()), Err(Error::AlreadyThere)));
    assert_eq!(words(&mut again(dir.path(), &around), hazel_court()).len(), 2, "the sheet became its note");
}

#[test]
fn a_new_start_writes_as_a_new_actor() {
    let dir = tempdir().unwrap();
    let (mut device, around) = tablet(dir.path(), 1, ASHA);
    device.record(hazel_court(), saw("before"), None).unwrap();
    let before = device.actor.clone();
    drop(device);
    let mut device = again(dir.path(), &around);
    assert_ne!(device.actor, before);
    device.record(hazel_court(), saw("after"), None).unwrap();
    assert_eq!(words(&mut device, hazel_court()), ["before", "after"]);
}
