//! The store's key: 256 random bits in a file of its own beside the data, readable by its owner only.
//! Everything else that needs a key on the server derives it from this one, under a name.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key as Bytes32, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The name of the key's file in the data folder.
pub const KEY_FILE: &str = "store.key";

/// 256 bits that open the database, the objects and the sealed columns. Never printed by `Debug`.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// Reads the key file, or makes it when the store is new. A store that has begun without its key file is refused:
    /// a new key would open nothing.
    pub fn open_or_make(data: &Path, has_begun: bool) -> Result<Key> {
        let path = data.join(KEY_FILE);
        match File::open(&path) {
            Ok(mut file) => {
                let mut text = Zeroizing::new(String::new());
                file.read_to_string(&mut text)?;
                Key::parse(&text).with_context(|| format!("{} is not a store key", path.display()))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && has_begun => bail!(
                "The key file {} is missing. The record is there and unharmed, but only that key opens it. \
                 Put the file back from the printed recovery sheet or a copy, or, where this is another machine for the same \
                 record, copy it from the first, then start again.",
                path.display()
            ),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Key::make(data, &path),
            Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
        }
    }

    fn make(data: &Path, path: &Path) -> Result<Key> {
        std::fs::create_dir_all(data).with_context(|| format!("making {}", data.display()))?;
        let mut bytes = Zeroizing::new([0u8; 32]);
        getrandom::fill(bytes.as_mut_slice()).map_err(|error| anyhow!("no randomness from the system: {error}"))?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).with_context(|| format!("making {}", path.display()))?;
        let text = Zeroizing::new(format!("{}\n", hex::encode(bytes.as_slice())));
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        // The folder too, so that a power cut cannot leave a database whose key's name was never written down.
        #[cfg(unix)]
        File::open(data)?.sync_all()?;
        Ok(Key(bytes))
    }

    fn parse(text: &str) -> Result<Key> {
        let mut bytes = Zeroizing::new([0u8; 32]);
        hex::decode_to_slice(text.trim(), bytes.as_mut_slice())
            .map_err(|_| anyhow!("it must hold 64 hexadecimal digits"))?;
        Ok(Key(bytes))
    }

    /// The words that open an SQLCipher database with this key, raw and not as a passphrase.
    pub(super) fn pragma(&self) -> Zeroizing<String> {
        let digits = Zeroizing::new(hex::encode(self.0.as_slice()));
        Zeroizing::new(format!("PRAGMA key = \"x'{}'\"", digits.as_str()))
    }

    /// A key for one purpose; knowing it tells nothing about this one or another.
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut hash = Sha256::new();
        hash.update(b"enterview 1 ");
        hash.update(purpose.as_bytes());
        hash.update([0]);
        hash.update(self.0.as_slice());
        Zeroizing::new(hash.finalize().into())
    }

    /// Seals `plain` for `purpose`: 24 bytes of nonce, then the ciphertext with its tag.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0u8; 24];
        getrandom::fill(&mut nonce).map_err(|error| anyhow!("no randomness from the system: {error}"))?;
        let payload = Payload { msg: plain, aad: purpose.as_bytes() };
        let sealed = self.cipher(purpose).encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| anyhow!("sealing failed"))?;
        Ok([nonce.as_slice(), sealed.as_slice()].concat())
    }

    /// Opens what [`Key::seal`] made for the same purpose; anything else, and any flipped bit, is an error.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let (nonce, rest) = sealed.split_first_chunk::<24>().context("a sealed value is cut off")?;
        let payload = Payload { msg: rest, aad: purpose.as_bytes() };
        let plain = self.cipher(purpose).decrypt(&XNonce::from(*nonce), payload);
        Ok(Zeroizing::new(plain.map_err(|_| anyhow!("a sealed value was changed, or another key sealed it"))?))
    }

    fn cipher(&self, purpose: &str) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Bytes32::from(*self.derive(purpose)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn the_key_is_made_once_and_only_its_owner_may_read_it() {
        let data = tempfile::tempdir().unwrap();
        let made = Key::open_or_make(data.path(), false).unwrap();
        let read = Key::open_or_make(data.path(), true).unwrap();
        assert_eq!(*made.0, *read.0);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(data.path().join(KEY_FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_lost_key_is_said_in_words_and_never_replaced() {
        let data = tempfile::tempdir().unwrap();
        let error = Key::open_or_make(data.path(), true).unwrap_err().to_string();
        assert!(error.contains("is missing") && error.contains("recovery sheet"), "{error}");
        assert!(!data.path().join(KEY_FILE).exists());
    }

    #[test]
    fn a_sealed_value_opens_for_its_purpose_only_and_not_with_a_flipped_bit() {
        let data = tempfile::tempdir().unwrap();
        let key = Key::open_or_make(data.path(), false).unwrap();
        let mut sealed = key.seal("desk key", b"private half").unwrap();
        assert_eq!(key.open("desk key", &sealed).unwrap().as_slice(), b"private half");
        assert!(key.open("object", &sealed).is_err());
        let last = sealed.len() - 1;
        sealed[last] ^= 1;
        assert!(key.open("desk key", &sealed).is_err());
    }
}
