//! The server's own certificate, made at its first start and kept: a tablet's set-up code carries its fingerprint, so
//! no authority is asked. A host with a public name puts its own two files in their place.

use crate::store::Store;
use anyhow::{Context as _, bail};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, SanType, date_time_ymd};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use sha2::{Digest as _, Sha256};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The certificate with its key, both as PEM.
pub struct Certificate {
    /// The certificate.
    pub pem: Vec<u8>,
    /// Its key.
    pub key: Vec<u8>,
    /// SHA-256 of its DER form, 64 hexadecimal digits, as set-up codes carry it.
    pub fingerprint: String,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Certificate({})", self.fingerprint)
    }
}

/// Reads `certificate.pem` and `certificate.key` from the data folder, or makes them.
///
/// # Errors
/// Files that cannot be read or written, or are no certificate.
pub fn open_or_make(data: &Path) -> anyhow::Result<Certificate> {
    let (pem_file, key_file) = (data.join("certificate.pem"), data.join("certificate.key"));
    if !pem_file.exists() {
        make(&pem_file, &key_file)?;
    }
    let read = |file: &PathBuf| fs::read(file).with_context(|| format!("reading {}", file.display()));
    let (pem, key) = (read(&pem_file)?, read(&key_file)?);
    let der = CertificateDer::from_pem_slice(&pem)
        .map_err(|error| anyhow::anyhow!("{} is no certificate: {error:?}", pem_file.display()))?;
    let fingerprint = hex::encode(Sha256::digest(&der));
    Ok(Certificate { pem, key, fingerprint })
}

/// As [`open_or_make`], where several servers show one certificate because they serve one record: the first server's, which
/// the record keeps sealed under the store's key. With `anew` the one in this folder takes its place.
///
/// # Errors
/// Another certificate than the record's lies in this folder: tablets would not know it.
pub async fn shared(data: &Path, store: &Store, anew: bool, now: i64) -> anyhow::Result<Certificate> {
    let (pem_file, key_file) = (data.join("certificate.pem"), data.join("certificate.key"));
    let here = pem_file.exists();
    let kept = store.certificate().await?;
    if let (Some(kept), false) = (&kept, here) {
        put(data, kept)?;
        return open_or_make(data);
    }
    let own = open_or_make(data)?;
    if kept.is_none() || anew {
        store.keep_certificate(&[own.key.as_slice(), own.pem.as_slice()].concat(), anew, now).await?;
    }
    // Two may have begun at once, and one of them was first.
    let kept = store.certificate().await?.context("the certificate that was kept a moment ago")?;
    if *kept == [own.key.as_slice(), own.pem.as_slice()].concat() {
        return Ok(own);
    }
    if here {
        bail!(
            "The certificate in {} is not the one that the other servers of this record show, and no tablet would know it. \
             Take certificate.pem and certificate.key away to have the record's; or start once with --new-certificate to \
             make this one the record's, and set up every tablet anew.",
            data.display()
        );
    }
    fs::remove_file(&key_file)?;
    put(data, &kept)?;
    open_or_make(data)
}

/// Lets a certificate go along with its record to another folder, unless one is there; says whether it did.
///
/// # Errors
/// Files that cannot be read or written.
pub fn follow(from: &Path, to: &Path) -> anyhow::Result<bool> {
    if !from.join("certificate.pem").exists() || to.join("certificate.pem").exists() {
        return Ok(false);
    }
    let read = |name: &str| fs::read(from.join(name)).with_context(|| format!("reading {name}"));
    put(to, &[read("certificate.key")?, read("certificate.pem")?].concat())?;
    Ok(true)
}

/// Writes both files out of what the record keeps: the key, then the certificate.
fn put(data: &Path, both: &[u8]) -> anyhow::Result<()> {
    const BETWEEN: &[u8] = b"-----BEGIN CERTIFICATE-----";
    let at = both.windows(BETWEEN.len()).position(|bytes| bytes == BETWEEN).context("the record's certificate")?;
    let (key, pem) = both.split_at(at);
    write(&data.join("certificate.key"), key, true)?;
    write(&data.join("certificate.pem"), pem, false)
}

fn make(pem_file: &Path, key_file: &Path) -> anyhow::Result<()> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(vec!["localhost".to_owned(), "enterview.local".to_owned()])?;
    params.subject_alt_names.extend([
        SanType::IpAddress(std::net::Ipv4Addr::LOCALHOST.into()),
        SanType::IpAddress(std::net::Ipv6Addr::LOCALHOST.into()),
    ]);
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, "Enterview office server");
    params.distinguished_name = name;
    // Tablets know it by its fingerprint; an end of its own would only lock a host out one morning.
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2090, 1, 1);
    let certificate = params.self_signed(&key)?;
    // The key first: a certificate that is there says that its key is, too.
    write(key_file, key.serialize_pem().as_bytes(), true)?;
    write(pem_file, certificate.pem().as_bytes(), false)
}

fn write(path: &Path, bytes: &[u8], private: bool) -> anyhow::Result<()> {
    let temporary = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = private;
    let mut file = options.open(&temporary).with_context(|| format!("making {}", temporary.display()))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn the_certificate_is_made_once_and_kept() {
        let data = tempfile::tempdir().unwrap();
        let first = open_or_make(data.path()).unwrap();
        let second = open_or_make(data.path()).unwrap();
        assert_eq!(first.fingerprint, second.fingerprint);
        assert_eq!(first.fingerprint.len(), 64);
        let other = tempfile::tempdir().unwrap();
        assert_ne!(open_or_make(other.path()).unwrap().fingerprint, first.fingerprint);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn servers_over_one_record_show_one_certificate_or_do_not_start() {
        let bed = crate::store::testing::Bed::postgres().await;
        let folders: Vec<_> = (0..4).map(|_| tempfile::tempdir().unwrap()).collect();
        let show = async |n: usize, anew| shared(folders[n].path(), &bed.store, anew, 1).await;
        let first = show(0, false).await.unwrap().fingerprint;
        assert_eq!(show(0, false).await.unwrap().fingerprint, first);
        assert_eq!(show(1, false).await.unwrap().fingerprint, first, "it found it in the record");
        assert_eq!(open_or_make(folders[1].path()).unwrap().fingerprint, first, "and keeps it");

        let own = open_or_make(folders[2].path()).unwrap().fingerprint;
        let refused = show(2, false).await.unwrap_err().to_string();
        assert!(refused.contains("no tablet would know it"), "{refused}");
        assert_eq!(open_or_make(folders[2].path()).unwrap().fingerprint, own, "nothing was overwritten");
        assert_eq!(show(2, true).await.unwrap().fingerprint, own, "on purpose");
        assert_eq!(show(3, false).await.unwrap().fingerprint, own);
        assert!(show(0, false).await.is_err(), "the first is the stranger now");
        bed.end().await;
    }
}
