//! Where objects lie: a folder beside the record, or a store that speaks S3. What is in them is in [`super`].

use anyhow::{Context as _, Result, bail, ensure};
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ClientOptions, ObjectStore, RetryConfig};
use std::net::IpAddr;
use std::path::Path as Folder;
use std::sync::Arc;
use std::time::Duration;

/// How long a request may take, and how long one that fails is tried again: shorter than a tablet's patience.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where photos and finished reports lie.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Place {
    /// The folder `objects` in the data folder.
    #[default]
    Folder,
    /// A bucket of a store that speaks S3.
    Bucket {
        /// Its name.
        name: String,
        /// What stands before each object's name; empty for nothing.
        prefix: String,
        /// `AWS_…` settings as the command line tools of such stores read them.
        settings: Vec<(String, String)>,
    },
}

/// Without the settings, among which is a secret.
impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Place({self})")
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Folder => f.write_str("the folder “objects”"),
            Place::Bucket { name, prefix, .. } => write!(f, "s3://{name}/{prefix}"),
        }
    }
}

impl Place {
    /// Reads `s3://BUCKET/PREFIX`; nothing means the folder. Of the settings those that begin with `AWS_` are kept.
    ///
    /// # Errors
    /// It is no such address.
    pub fn read(address: Option<&str>, settings: impl Iterator<Item = (String, String)>) -> Result<Place> {
        let Some(address) = address.filter(|address| !address.is_empty()) else { return Ok(Place::Folder) };
        let wrong = || format!("“{address}” is no place for photos. It is written s3://BUCKET or s3://BUCKET/PREFIX.");
        let (name, prefix) =
            address.strip_prefix("s3://").map(|rest| rest.split_once('/').unwrap_or((rest, ""))).with_context(wrong)?;
        ensure!(!name.is_empty(), wrong());
        let settings = settings.filter(|(key, _)| key.starts_with("AWS_")).collect();
        Ok(Place::Bucket { name: name.to_owned(), prefix: prefix.trim_matches('/').to_owned(), settings })
    }

    /// Opens it. What is put into the folder is written under a temporary name, synced, renamed and the folder synced, so
    /// that a power cut takes nothing and leaves no half; a bucket answers when it has the whole.
    pub(super) fn open(&self, data: &Folder) -> Result<Arc<dyn ObjectStore>> {
        match self {
            Place::Folder => {
                let folder = data.join("objects");
                std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
                let kept = LocalFileSystem::new_with_prefix(&folder).context("opening the folder of objects")?;
                Ok(Arc::new(kept.with_fsync(true)))
            }
            Place::Bucket { name, prefix, settings } => {
                let kept = bucket(name, settings)?;
                match prefix.is_empty() {
                    true => Ok(Arc::new(kept)),
                    false => Ok(Arc::new(PrefixStore::new(kept, Path::parse(prefix).context("the bucket's prefix")?))),
                }
            }
        }
    }
}

fn bucket(name: &str, settings: &[(String, String)]) -> Result<object_store::aws::AmazonS3> {
    // The client speaks TLS with what the process has chosen; an error says that it has chosen already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut building = AmazonS3Builder::new()
        .with_client_options(ClientOptions::new().with_timeout(PATIENCE).with_connect_timeout(Duration::from_secs(5)))
        .with_retry(RetryConfig { backoff: BackoffConfig::default(), max_retries: 5, retry_timeout: PATIENCE });
    for (key, value) in settings {
        // Whether plain HTTP is right is decided here, by the address. Other words of the family are none of ours.
        match key.to_ascii_lowercase().parse::<AmazonS3ConfigKey>() {
            Ok(AmazonS3ConfigKey::Client(_)) | Err(_) => {}
            Ok(key) => building = building.with_config(key, value),
        }
    }
    let endpoints = [AmazonS3ConfigKey::S3Endpoint, AmazonS3ConfigKey::Endpoint];
    let plain = endpoints.iter().filter_map(|key| building.get_config_value(key)).find(|at| at.starts_with("http://"));
    if let Some(at) = plain {
        if !is_loopback(&at) {
            bail!(
                "The photos' store at {at} would be spoken to in clear. Give its https address; plain http is for this machine only."
            );
        }
        building = building.with_allow_http(true);
    }
    building.with_bucket_name(name).build().context("the settings of the photos' store (AWS_…) do not fit together")
}

fn is_loopback(address: &str) -> bool {
    let rest = address.trim_start_matches("http://");
    let host = rest.split('/').next().unwrap_or_default();
    let host = host
        .strip_prefix('[')
        .and_then(|host| host.split_once(']'))
        .map_or_else(|| host.rsplit_once(':').map_or(host, |(host, _)| host), |(host, _)| host);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    fn read(address: &str, settings: &[(&str, &str)]) -> Result<Place> {
        Place::read(Some(address), settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn a_place_is_the_folder_or_a_bucket_and_its_secret_is_not_said() {
        assert_eq!(Place::read(None, std::iter::empty()).unwrap(), Place::Folder);
        assert_eq!(read("", &[]).unwrap(), Place::Folder);
        let place = read("s3://sutton/photos/", &[("AWS_SECRET_ACCESS_KEY", "hush"), ("HOME", "/root")]).unwrap();
        assert_eq!(place.to_string(), "s3://sutton/photos");
        assert!(!format!("{place:?}").contains("hush"));
        for wrong in ["s3://", "s3:///photos", "https://sutton", "/srv/photos"] {
            assert!(read(wrong, &[]).unwrap_err().to_string().contains("s3://BUCKET"), "{wrong}");
        }
    }

    #[test]
    fn a_bucket_is_spoken_to_in_clear_on_this_machine_only() {
        let opened = |endpoint: &str| {
            let key = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b"), ("AWS_ALLOW_HTTP", "true")];
            let settings = [&key[..], &[("AWS_ENDPOINT_URL", endpoint)]].concat();
            read("s3://sutton", &settings).unwrap().open(Folder::new("/nowhere")).map(|_| ())
        };
        for good in ["http://127.0.0.1:9000", "http://localhost:3900/", "http://[::1]:9000", "https://s3.example.org"] {
            opened(good).unwrap();
        }
        for bad in
            ["http://10.0.0.7:9000", "http://s3.example.org", "http://localhost.example.org", "http://[fd00::1]:9000"]
        {
            assert!(opened(bad).unwrap_err().to_string().contains("in clear"), "{bad}");
        }
    }
}
