//! A packed body of a megabyte that becomes gigabytes costs the office no memory, and the tablet's words nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use domain::ids::DeviceId;
use domain::wire;
use ed25519_dalek::SigningKey;
use flate2::{Compress, Compression, FlushCompress};
use journeys::light::Light;
use journeys::server::Server;
use server::store::Store;
use server::store::devices::{NewCode, NewDevice};
use server::store::orgs::NewOrg;
use uuid::Uuid;

/// Nothing but spaces: a piece of a mebibyte that stands alone, so often after itself that all of it is a gibibyte.
fn bomb() -> Vec<u8> {
    let spaces = vec![b' '; 1024 * 1024];
    let mut packing = Compress::new(Compression::best(), true);
    let mut first = Vec::with_capacity(64 * 1024);
    packing.compress_vec(&spaces, &mut first, FlushCompress::Full).unwrap();
    let mut again = Vec::with_capacity(64 * 1024);
    packing.compress_vec(&spaces, &mut again, FlushCompress::Full).unwrap();
    [first, again.repeat(1023)].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bomb_of_a_megabyte_is_let_go_at_the_mark_and_costs_no_memory() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (data, id) = (tempfile::tempdir().unwrap(), DeviceId::new(Uuid::from_u128(7)));
    let key = SigningKey::from_bytes(&[7; 32]);
    let store = Store::open(data.path(), None).await.unwrap();
    let (org, at) = (Uuid::from_u128(1).to_string(), 1_793_613_600_000);
    let text = str::to_owned;
    let (name, host, scheme, scheme_version) = (text("Sutton LINk"), text("SCVS"), text("link-2008"), text("1"));
    let store_id = Uuid::from_u128(2).to_string();
    store.add_org(NewOrg { id: org.clone(), name, host, scheme, scheme_version, store_id, at }).await.unwrap();
    let code = NewCode { hash: text("c"), holders: Vec::new(), made_by: text("operator"), expires_at: i64::MAX };
    store.org(&org).add_code(code).await.unwrap();
    let verifying_key = hex::encode(key.verifying_key().to_bytes());
    let device = NewDevice { id: id.to_string(), name: text("tablet 1"), verifying_key, version: None, at };
    store.org(&org).use_code("c", device).await.unwrap();
    store.close().await;

    let server = Server::start(data.path(), &data.path().join("server.log"), 0).await.unwrap();
    let fingerprint = std::fs::read_to_string(data.path().join("address")).unwrap();
    let fingerprint = fingerprint.lines().nth(1).map(str::to_owned);
    let mut tablet = Light::new(id, key, &server.address, fingerprint.as_deref()).unwrap();
    tablet.feed(0).await.unwrap();
    let (bomb, before) = (bomb(), server.peak_memory().unwrap());
    assert!((900 * 1024..1_200 * 1024).contains(&bomb.len()), "{}", bomb.len());
    for _ in 0..8 {
        let refused =
            tablet.raw("/sync/v1/push", bomb.clone(), &[("content-encoding", wire::DEFLATE.to_owned())]).await;
        let said = refused.unwrap_err().to_string();
        assert!(said.contains("422") && said.contains("larger than is taken"), "{said}");
    }
    let more = server.peak_memory().unwrap() - before;
    assert!(more < 48 * 1024, "{more} KiB more than before");
    tablet.feed(0).await.unwrap();
    server.stop().await.unwrap();
}
