//! Sealed files: ChaCha20-Poly1305 STREAM in chunks of 64 KiB, so that a chunk flipped, swapped or cut is refused.

use crate::error::Error;
use crate::lock::durable;
use aead_stream::{DecryptorBE32, EncryptorBE32};
use chacha20poly1305::aead::KeyInit as _;
use chacha20poly1305::{ChaCha20Poly1305, Key};
use std::path::Path;

/// Plain bytes in one chunk.
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
/// The nonce that stands first in the file; the stream's counter fills the rest of the twelve.
const NONCE: usize = 7;

/// Seals and writes: temporary → fsync → rename → folder fsync.
pub(crate) fn write(folder: &Path, path: &Path, key: &[u8; 32], nonce: [u8; NONCE], plain: &[u8]) -> Result<(), Error> {
    let fault = || Error::Fault("a photo could not be sealed".into());
    let cipher = ChaCha20Poly1305::new(&Key::from(*key));
    let mut stream = EncryptorBE32::from_aead(cipher, &nonce.into());
    let mut sealed = nonce.to_vec();
    sealed.reserve(plain.len() + plain.len() / CHUNK * TAG + TAG);
    let (before, last) = plain.split_at(plain.len().saturating_sub(1) / CHUNK * CHUNK);
    let mut piece = Vec::with_capacity(CHUNK + TAG);
    for chunk in before.chunks(CHUNK) {
        piece.clear();
        piece.extend_from_slice(chunk);
        stream.encrypt_next_in_place(&[], &mut piece).map_err(|_| fault())?;
        sealed.extend_from_slice(&piece);
    }
    piece.clear();
    piece.extend_from_slice(last);
    stream.encrypt_last_in_place(&[], &mut piece).map_err(|_| fault())?;
    sealed.extend_from_slice(&piece);
    durable(folder, path, &sealed)
}

/// Opens a sealed file.
pub(crate) fn read(path: &Path, key: &[u8; 32]) -> Result<Vec<u8>, Error> {
    let sealed = match std::fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Error::NoPhoto),
        other => other?,
    };
    opened(&sealed, key)
        .ok_or_else(|| Error::Photo("This photo's file is damaged. The rest of the visit is safe.".into()))
}

fn opened(sealed: &[u8], key: &[u8; 32]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    let mut stream = DecryptorBE32::from_aead(ChaCha20Poly1305::new(&Key::from(*key)), &nonce.into());
    let whole = CHUNK + TAG;
    let (before, last) = sealed.split_at_checked(sealed.len().saturating_sub(1) / whole * whole)?;
    let mut plain = Vec::with_capacity(sealed.len());
    for chunk in before.chunks(whole) {
        let mut piece = chunk.to_vec();
        stream.decrypt_next_in_place(&[], &mut piece).ok()?;
        plain.append(&mut piece);
    }
    let mut piece = last.to_vec();
    stream.decrypt_last_in_place(&[], &mut piece).ok()?;
    plain.append(&mut piece);
    Some(plain)
}

/// Removes a file; one that is not there is as good.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => Ok(other?),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn a_sealed_file_reads_back_and_a_chunk_flipped_swapped_or_cut_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.sealed");
        for size in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5] {
            let plain: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            write(dir.path(), &path, &[7; 32], [1; NONCE], &plain).unwrap();
            assert_eq!(read(&path, &[7; 32]).unwrap(), plain, "{size}");
            assert!(read(&path, &[8; 32]).is_err());
        }
        let good = std::fs::read(&path).unwrap();
        let whole = CHUNK + TAG;
        let mut flipped = good.clone();
        flipped[NONCE + 2 * whole] ^= 1;
        let mut swapped = good.clone();
        swapped[NONCE..NONCE + 2 * whole].rotate_left(whole);
        let cut_mid = good[..good.len() - 3].to_vec();
        let cut_chunk = good[..NONCE + 3 * whole].to_vec();
        for bad in [flipped, swapped, cut_mid, cut_chunk, Vec::new()] {
            assert!(opened(&bad, &[7; 32]).is_none());
        }
        assert!(opened(&good, &[7; 32]).is_some());
    }
}
