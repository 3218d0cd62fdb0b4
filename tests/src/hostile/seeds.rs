//! What is bent: a visit to Hazel Court that Asha and Tom wrote apart, what could be written next in it, by the rules
//! and against them, and small pictures as tablets send them.

use super::Chunk;
use anyhow::{Context, Result};
use automerge::transaction::{CommitOptions, Transactable as _, Transaction};
use automerge::{ActorId, Automerge, ObjType, ROOT, ReadDoc as _, ScalarValue};
use domain::entry::{Entry, Observation};
use domain::ids::{DeviceId, EntryId, NotebookId, PersonId};
use domain::notebook::{Actor, NewChange, Notebook, Spot, Stamp, Value};
use uuid::Uuid;

/// A notebook that is published, and changes that could come next.
#[derive(Debug)]
pub struct Field {
    /// Which notebook.
    pub id: NotebookId,
    /// Its compact form.
    pub base: Vec<u8>,
    changes: Vec<Vec<u8>>,
    chunks: Vec<Chunk>,
    written: usize,
}

impl Field {
    /// Writes it all.
    ///
    /// # Errors
    /// None that chance could bring about.
    pub fn new() -> Result<Self> {
        let id = NotebookId::new(Uuid::from_u128(0x4a2e));
        let mut asha = Notebook::found(id, &Actor::new([1; 16]))?;
        let mut tom = Notebook::found(id, &Actor::new([2; 16]))?;
        for n in 0..6 {
            let (book, other) = if n % 2 == 0 { (&mut asha, &mut tom) } else { (&mut tom, &mut asha) };
            note(book, n)?;
            impression(book, n)?;
            if n % 3 == 2 {
                let all = book.changes();
                other.apply(all.iter().map(|change| change.bytes.as_slice()))?;
            }
        }
        let all = tom.changes();
        asha.apply(all.iter().map(|change| change.bytes.as_slice()))?;
        let base = asha.save();
        let mut changes: Vec<Vec<u8>> = asha.changes().into_iter().map(|change| change.bytes).collect();
        let written = changes.len();
        for n in 10..16 {
            // Each by an actor of its own, so that every one of them stands on what is published.
            let own = u8::try_from(n)?;
            let mut next = Notebook::load(id, &base, &Actor::new([100 + own; 16]))?;
            changes.push(note(&mut next, n)?.bytes);
            let mut next = Notebook::load(id, &base, &Actor::new([120 + own; 16]))?;
            changes.push(impression(&mut next, n)?.bytes);
        }
        let mut next = Notebook::load(id, &base, &Actor::new([3; 16]))?;
        let entry = EntryId::new(Uuid::from_u128(1_002));
        changes.push(next.withdraw(&stamp(20), entry, "wrong corridor")?.bytes);
        changes.extend(against_the_rules(&base)?);
        let chunks: Vec<Chunk> = changes.iter().filter_map(|bytes| Chunk::read(bytes)).collect();
        Ok(Self { id, base, changes, chunks, written })
    }

    /// Of the changes taken apart, those that could come next.
    #[must_use]
    pub fn next(&self) -> &[Chunk] {
        self.chunks.get(self.written..).unwrap_or_default()
    }

    /// The valid changes, as bytes.
    #[must_use]
    pub fn changes(&self) -> &[Vec<u8>] {
        &self.changes
    }

    /// The valid changes, taken apart.
    #[must_use]
    pub fn chunks(&self) -> &[Chunk] {
        &self.chunks
    }

    /// What somebody honest writes next on a compact form, whatever else stands in it.
    ///
    /// # Errors
    /// It cannot be loaded or written in any more: what this is asked for.
    pub fn next_on(&self, chunk: &[u8], n: u8) -> Result<NewChange> {
        let mut book = Notebook::load(self.id, chunk, &Actor::new([200_u8.wrapping_add(n); 16]))?;
        note(&mut book, 5_000 + i64::from(n))
    }
}

fn stamp(n: i64) -> Stamp {
    Stamp {
        by: PersonId::new(Uuid::from_u128(7)),
        at: 1_790_000_000_000 + n,
        tablet: DeviceId::new(Uuid::from_u128(8)),
        number: n,
        skew: 0,
        pack: "link-2008/1".into(),
    }
}

fn note(book: &mut Notebook, n: i64) -> Result<NewChange> {
    let words = format!("Seen in the lounge, and it was warm there: {n}");
    let entry = Entry::Observation(Observation {
        words,
        area: Some("lounge".into()),
        theme: None,
        tone: None,
        how: vec![],
        ..Observation::default()
    });
    let seen = book.heads();
    Ok(book.record(&stamp(n), EntryId::new(Uuid::from_u128(1_000 + u128::from(n.unsigned_abs()))), entry, &seen)?)
}

fn impression(book: &mut Notebook, n: i64) -> Result<NewChange> {
    let seen = book.heads();
    Ok(book.state(&stamp(n), &Spot::Summary("overall".into()), &Value::Text(format!("Fine, {n}.")), &seen)?)
}

/// Every kind of thing that automerge writes and a notebook does not, one change each.
fn against_the_rules(base: &[u8]) -> Result<Vec<Vec<u8>>> {
    type Edit = fn(&mut Transaction<'_>) -> Result<()>;
    let edits: [Edit; 8] = [
        |tx| {
            let text = tx.put_object(ROOT, "text", ObjType::Text)?;
            Ok(tx.splice_text(&text, 0, 0, "A text that is edited inside, letter by letter")?)
        },
        |tx| {
            let list = tx.put_object(ROOT, "list", ObjType::List)?;
            for n in 0..30 {
                tx.insert(&list, 0, i64::from(n))?;
            }
            Ok(tx.delete(&list, 4)?)
        },
        |tx| {
            tx.put(ROOT, "count", ScalarValue::counter(3))?;
            Ok(tx.increment(ROOT, "count", 4)?)
        },
        |tx| Ok(tx.delete(ROOT, "summary")?),
        |tx| {
            let mut map = tx.put_object(ROOT, "deep", ObjType::Map)?;
            for _ in 0..30 {
                map = tx.put_object(&map, "deeper", ObjType::Map)?;
            }
            Ok(())
        },
        |tx| {
            for (name, value) in [("a", 1.5.into()), ("b", ScalarValue::Timestamp(-9)), ("c", ScalarValue::Null)] {
                tx.put::<_, _, ScalarValue>(ROOT, name, value)?;
            }
            Ok(tx.put(ROOT, "d", vec![0_u8, 255, 7])?)
        },
        |tx| {
            let (_, entries) = tx.get(ROOT, "entries")?.context("no entries")?;
            let entry = tx.put_object(&entries, Uuid::from_u128(1_002).to_string(), ObjType::Map)?;
            Ok(tx.put(&entry, "kind", "observation")?)
        },
        |tx| Ok(tx.put(ROOT, "id", "another")?),
    ];
    let mut all = Vec::new();
    for (n, edit) in edits.into_iter().enumerate() {
        let mut doc = Automerge::load(base)?;
        doc.set_actor(ActorId::from([40 + u8::try_from(n)?; 16]));
        let mut tx = doc.transaction();
        edit(&mut tx)?;
        let hash = tx.commit_with(CommitOptions::default().with_time(0)).0.context("nothing was written")?;
        let change = doc.get_change_by_hash(&hash).context("what was just written")?;
        all.push(change.raw_bytes().to_vec());
    }
    Ok(all)
}

/// Small pictures as tablets send them, and one in three scans.
///
/// # Errors
/// None that chance could bring about.
pub fn pictures() -> Result<Vec<Vec<u8>>> {
    let mut all = Vec::new();
    for (width, height, progressive) in [(33_u16, 17_u16, false), (200, 120, false), (64, 64, true)] {
        let pixels: Vec<u8> = (0..u32::from(width) * u32::from(height) * 3).map(|n| (n * 7 % 251) as u8).collect();
        let mut jpeg = Vec::new();
        let mut encoder = jpeg_encoder::Encoder::new(&mut jpeg, 82);
        encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
        encoder.set_progressive(progressive);
        encoder.encode(&pixels, width, height, jpeg_encoder::ColorType::Rgb)?;
        all.push(jpeg);
    }
    Ok(all)
}
