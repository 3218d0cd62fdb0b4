//! What is bent: the bytes kept in `corpus/TARGET` and those that are made here; and how a target's bytes are bent.

use anyhow::{Context as _, Result};
use domain::notebook::NewChange;
use domain::wire::{Bytes, Push, PushedChange};
use journeys::hostile::{Chance, Chunk, Field, bent_picture, bent_words, pictures};
use std::path::{Path, PathBuf};

/// Valid bytes of one target, and a way to bend them.
#[derive(Debug)]
pub struct Corpus {
    target: String,
    field: Field,
    seeds: Vec<Vec<u8>>,
}

/// The folder of a target's kept bytes.
#[must_use]
pub fn kept(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

impl Corpus {
    /// Everything kept for a target, and what is made for it here.
    ///
    /// # Errors
    /// A kept file that cannot be read.
    pub fn of(target: &str) -> Result<Self> {
        let field = Field::new()?;
        let house = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let text = |path: &str| std::fs::read(house.join(path)).with_context(|| path.to_owned());
        let mut seeds = match target {
            "frame" => vec![serde_json::to_vec(&push(&field)?)?],
            "change" => field.changes().to_vec(),
            "photo" => pictures()?,
            "pack" => vec![text("schemes/link-2008.json")?],
            "spreadsheet" => {
                let all = text("tests/data/ods/epraccur.csv")?;
                vec![all.split_inclusive(|byte| *byte == b'\n').take(30).flatten().copied().collect()]
            }
            _ => vec![text("tests/examples/awkward/scenario.json")?, text("tests/examples/hazel-court/scenario.json")?],
        };
        let mut files: Vec<PathBuf> = std::fs::read_dir(kept(target))
            .map(|files| files.filter_map(|file| file.ok().map(|file| file.path())).collect())
            .unwrap_or_default();
        files.sort();
        for file in files {
            seeds.push(std::fs::read(&file).with_context(|| file.display().to_string())?);
        }
        Ok(Self { target: target.to_owned(), field, seeds })
    }

    /// The bytes as they are kept or made, unbent.
    #[must_use]
    pub fn seeds(&self) -> &[Vec<u8>] {
        &self.seeds
    }

    /// The next bytes to try.
    ///
    /// # Errors
    /// None that chance could bring about.
    pub fn next(&self, chance: &mut Chance) -> Result<Vec<u8>> {
        let seed = chance.of(&self.seeds).cloned().unwrap_or_default();
        if self.target == "frame" && chance.once_in(2) {
            let mut push = push(&self.field)?;
            for pushed in &mut push.changes {
                pushed.bytes = Bytes(self.change(&pushed.bytes.0, chance));
            }
            return Ok(serde_json::to_vec(&push)?);
        }
        Ok(self.bent(&seed, chance))
    }

    /// Bytes like these, bent as this target's are.
    #[must_use]
    pub fn bent(&self, bytes: &[u8], chance: &mut Chance) -> Vec<u8> {
        match self.target.as_str() {
            "change" => self.change(bytes, chance),
            "photo" => bent_picture(bytes, chance),
            _ => bent_words(bytes, chance),
        }
    }

    fn change(&self, seed: &[u8], chance: &mut Chance) -> Vec<u8> {
        match Chunk::read(seed) {
            Some(chunk) => chunk.bent(self.field.chunks(), chance),
            None => {
                let mut bytes = seed.to_vec();
                chance.bend(&mut bytes);
                bytes
            }
        }
    }
}

fn push(field: &Field) -> Result<Push> {
    let mut changes = Vec::new();
    for bytes in field.changes().iter().take(6) {
        let page = server::sync::chunk::read(bytes)?;
        changes.push(PushedChange {
            notebook: field.id,
            hash: page.hash,
            bytes: Bytes(bytes.clone()),
            relayed: false,
            replaces: vec![],
        });
    }
    let next: NewChange = field.next_on(&field.base, 1)?;
    changes.push(PushedChange {
        notebook: field.id,
        hash: next.hash,
        bytes: Bytes(next.bytes),
        relayed: true,
        replaces: vec![next.hash],
    });
    Ok(Push { changes, ..Push::default() })
}
