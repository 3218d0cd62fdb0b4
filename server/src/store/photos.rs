//! Photos on their way: pieces at an offset until all are there, then one object elsewhere and a row that says so.
//! The bytes of a whole photo are in `objects`; what a photo shows is in the notebook.

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::{OrgStore, Tx};

/// The most bytes in a piece: 256 KiB.
pub const PIECE: usize = 256 * 1024;

/// A piece of a photo.
#[derive(Debug, Clone, Default)]
pub struct PhotoPiece {
    /// SHA-256 of the whole photo, hexadecimal, as the tablet says.
    pub hash: String,
    /// The notebook it belongs to.
    pub notebook: Option<String>,
    /// Bytes of the whole photo.
    pub size: i64,
    /// Where this piece begins.
    pub offset: i64,
    /// At most [`PIECE`].
    pub bytes: Vec<u8>,
}

/// How far a photo has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromRow)]
pub struct PhotoProgress {
    /// Its hash.
    pub hash: String,
    /// Bytes of the whole.
    pub size: i64,
    /// Bytes that are here: the next piece's offset.
    pub have: i64,
    /// coming, stored or refused.
    pub state: String,
    /// Why it was refused.
    pub reason: Option<String>,
    /// The notebook it belongs to.
    pub notebook: Option<String>,
    /// The tablet that sends it.
    pub device: String,
}

impl OrgStore {
    /// How far a photo has come; none when nothing of it is here.
    pub async fn photo_progress(&self, hash: &str) -> Result<Option<PhotoProgress>> {
        self.optional(rows!(
            "SELECT hash, size, have, state, reason, notebook, device FROM photo WHERE org = $1 AND hash = $2",
            self.id(),
            hash
        ))
        .await
    }

    /// Every photo, and how far it has come.
    pub async fn photos(&self) -> Result<Vec<PhotoProgress>> {
        self.all(rows!(
            "SELECT hash, size, have, state, reason, notebook, device FROM photo WHERE org = $1 ORDER BY hash",
            self.id()
        ))
        .await
    }

    /// Takes a piece if it begins where the last one ended; answers how far the photo has come either way, so that a tablet
    /// that lost an answer goes on from there.
    pub async fn photo_piece(&self, device: &str, piece: PhotoPiece) -> Result<PhotoProgress> {
        let len = i64::try_from(piece.bytes.len())?;
        if piece.bytes.is_empty() || piece.bytes.len() > PIECE || piece.offset < 0 || piece.offset + len > piece.size {
            bail!(
                "This piece of a photo does not fit: it is empty, longer than 256 KiB, or goes beyond the photo's end."
            );
        }
        self.write((device.to_owned(), piece, len), |tx, (device, piece, len)| {
            Box::pin(take_piece(tx, device, piece, *len))
        })
        .await
    }

    /// The bytes of a photo that has come whole, to be verified and stored as an object.
    pub async fn photo_bytes(&self, hash: &str) -> Result<Vec<u8>> {
        let pieces: Vec<Vec<u8>> = self
            .scalars(values!(
                "SELECT bytes FROM photo_piece WHERE org = $1 AND hash = $2 ORDER BY start",
                self.id(),
                hash
            ))
            .await?;
        Ok(pieces.concat())
    }

    /// The photos that have come whole and wait to be verified and stored, oldest id first.
    pub async fn photos_come(&self) -> Result<Vec<PhotoProgress>> {
        self.all(rows!(
            "SELECT hash, size, have, state, reason, notebook, device FROM photo
             WHERE org = $1 AND state = 'coming' AND have = size ORDER BY hash",
            self.id()
        ))
        .await
    }

    /// Forgets the pieces of a photo that were not what its name says, so that it can be sent from the start again.
    pub async fn photo_forget(&self, hash: &str) -> Result<()> {
        self.write(hash.to_owned(), |tx, hash| {
            Box::pin(async move {
                let coming =
                    sql!("DELETE FROM photo WHERE org = $1 AND hash = $2 AND state = 'coming'", tx.org(), hash);
                if tx.run(coming).await? == 1 {
                    tx.run(sql!("DELETE FROM photo_piece WHERE org = $1 AND hash = $2", tx.org(), hash)).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// A stored photo's object is not there any more: nothing of it is known, so that it can be sent again.
    pub async fn photo_lost(&self, hash: &str) -> Result<()> {
        self.write(hash.to_owned(), |tx, hash| {
            Box::pin(async move {
                tx.next_rev().await?;
                tx.run(sql!("DELETE FROM photo WHERE org = $1 AND hash = $2 AND state = 'stored'", tx.org(), hash))
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Keeps that a photo is stored as an object; its pieces go.
    pub async fn photo_complete(&self, hash: &str, at: i64) -> Result<()> {
        self.end_photo(hash, at, "stored", None).await
    }

    /// Keeps that a photo was refused, and why; its pieces go; the tablet is told by the answer.
    pub async fn photo_refused(&self, hash: &str, at: i64, reason: &str) -> Result<()> {
        self.end_photo(hash, at, "refused", Some(reason.to_owned())).await
    }

    async fn end_photo(&self, hash: &str, at: i64, state: &'static str, reason: Option<String>) -> Result<()> {
        self.write((hash.to_owned(), at, state, reason), |tx, (hash, at, state, reason)| {
            Box::pin(async move {
                // Nobody is told by the feed, but a copy of the record that is put back can be known by it.
                tx.next_rev().await?;
                let ended = tx
                    .run(sql!(
                        "UPDATE photo SET state = $3, reason = $4, received_at = $5
                         WHERE org = $1 AND hash = $2 AND state = 'coming'",
                        tx.org(),
                        hash,
                        *state,
                        reason,
                        *at
                    ))
                    .await?;
                if ended > 0 {
                    tx.run(sql!("DELETE FROM photo_piece WHERE org = $1 AND hash = $2", tx.org(), hash)).await?;
                }
                Ok(())
            })
        })
        .await
    }
}

async fn take_piece(tx: &mut Tx, device: &str, piece: &PhotoPiece, len: i64) -> Result<PhotoProgress> {
    tx.run(sql!(
        "INSERT INTO photo (org, hash, notebook, device, size, have, state) VALUES ($1, $2, $3, $4, $5, 0, 'coming')
         ON CONFLICT (org, hash) DO NOTHING",
        tx.org(),
        &piece.hash,
        &piece.notebook,
        device,
        piece.size
    ))
    .await?;
    let fits = tx
        .run(sql!(
            "UPDATE photo SET have = have + $4 WHERE org = $1 AND hash = $2 AND have = $3 AND size = $5 AND state = 'coming'",
            tx.org(),
            &piece.hash,
            piece.offset,
            len,
            piece.size
        ))
        .await?;
    if fits == 1 {
        tx.run(sql!(
            "INSERT INTO photo_piece (org, hash, start, bytes) VALUES ($1, $2, $3, $4)",
            tx.org(),
            &piece.hash,
            piece.offset,
            &piece.bytes
        ))
        .await?;
    }
    let now = rows!(
        "SELECT hash, size, have, state, reason, notebook, device FROM photo WHERE org = $1 AND hash = $2",
        tx.org(),
        &piece.hash
    );
    match tx.optional(now).await? {
        Some(progress) => Ok(progress),
        None => bail!("a photo's row that was there a moment ago"),
    }
}
