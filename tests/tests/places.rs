//! The two places of a host's machine: under a desk, on the office's own network, and rented, with a public name. What
//! `docs/operations` tells a host to type is typed here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use device::sync::Outcome;
use domain::wire::{EnrolmentCode, Reach};
use journeys::server::{Server, command};
use journeys::tablet::Tablet;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::net::ToSocketAddrs as _;
use std::path::Path;

const NOON: i64 = 1_794_312_000_000;

/// An office with Asha in it.
async fn office(data: &Path) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    command(data, &["org", "add", "--name", "Sutton LINk", "--host", "SCVS", "--scheme", "link-2008"]).await.unwrap();
    let asha = ["person", "add", "--name", "Asha Patel", "--role", "authorised representative"];
    command(data, &asha).await.unwrap();
}

async fn code(data: &Path) -> EnrolmentCode {
    let said = command(data, &["enrol", "--for", "Asha Patel", "--name", "tablet 1"]).await.unwrap();
    said.lines().next().unwrap().parse().unwrap()
}

/// This machine's name as its own network knows it.
fn name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let name = name.trim().split('.').next().unwrap().to_owned();
    assert!((name.as_str(), 1).to_socket_addrs().is_ok(), "{name} must lead to this machine: put it into /etc/hosts");
    name
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_on_its_own_network_is_found_there_and_is_shut_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let [data, out, one, two] = ["data", "out", "one", "two"].map(|name| folder.path().join(name));
    for made in [&data, &out, &one, &two] {
        std::fs::create_dir(made).unwrap();
    }
    office(&data).await;
    // As it is typed: on every address of the machine. The code says its own number.
    let server = Server::start_on(&data, &out.join("number.log"), &["--host", "0.0.0.0", "--port", "0"]).await.unwrap();
    let by_number = code(&data).await;
    assert_eq!(by_number.address, server.address);
    assert!(by_number.fingerprint.is_some() && !by_number.address.contains("0.0.0.0"), "{by_number}");
    let mut tablet = Tablet::set_up(1, &one, &by_number.to_string(), NOON).await.unwrap();
    tablet.sync().await.unwrap();
    let here = command(&data, &["check", "--here"]).await.unwrap();
    assert!(!here.contains("not this machine's number"), "{here}");
    server.stop().await.unwrap();

    // And by the name that the office's network gives it.
    let named = ["--host", "0.0.0.0", "--public", &name(), "--port", "0"];
    let server = Server::start_on(&data, &out.join("name.log"), &named).await.unwrap();
    let by_name = code(&data).await;
    assert_eq!(Reach::of(&by_name.address), Reach::OwnNetwork);
    let mut tablet = Tablet::set_up(2, &two, &by_name.to_string(), NOON).await.unwrap();
    tablet.sync().await.unwrap();
    assert!(command(&data, &["check", "--here"]).await.unwrap().contains("Office only: "));
    let port = server.address.rsplit(':').next().unwrap().to_owned();
    server.stop().await.unwrap();

    let Outcome::Later { sentence, .. } = tablet.once().await.unwrap() else { panic!("somebody answered") };
    assert_eq!(sentence, "The office is shut, or this tablet is not on its network. Everything is safe here.");
    assert_eq!(tablet.device().standing().unwrap().sentence, sentence, "the bar says it");
    let again = ["--host", "0.0.0.0", "--public", &name(), "--port", &port];
    let server = Server::start_on(&data, &out.join("again.log"), &again).await.unwrap();
    tablet.sync().await.unwrap();
    server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_a_public_name_is_known_by_it() {
    // What this system trusts is said to a process at its start: so the story is told in one of its own.
    const AUTHORITY: &str = "SSL_CERT_FILE";
    let folder = tempfile::tempdir().unwrap();
    if std::env::var_os("ENTERVIEW_STORY").is_none() {
        let [authority, renewed] = ["authority.pem", "server.pem"].map(|name| folder.path().join(name));
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        std::fs::write(&authority, issuer.pem()).unwrap();
        for year in ["first", "second"] {
            let key = KeyPair::generate().unwrap();
            let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
            std::fs::write(renewed.with_extension(format!("{year}.pem")), leaf.pem()).unwrap();
            std::fs::write(renewed.with_extension(format!("{year}.key")), key.serialize_pem()).unwrap();
        }
        let mut told = tokio::process::Command::new(std::env::current_exe().unwrap());
        told.args(["--exact", "places::a_server_with_a_public_name_is_known_by_it", "--nocapture"]);
        told.env(AUTHORITY, authority).env("ENTERVIEW_STORY", folder.path());
        let told = told.output().await.unwrap();
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        assert!(String::from_utf8_lossy(&told.stdout).contains("1 passed"), "the story was not told");
        return;
    }
    let given = std::path::PathBuf::from(std::env::var_os("ENTERVIEW_STORY").unwrap());
    let [data, out, tablets] = ["data", "out", "tablets"].map(|name| folder.path().join(name));
    for made in [&data, &out, &tablets] {
        std::fs::create_dir(made).unwrap();
    }
    let certificate = |year: &str| {
        for (from, to) in [("pem", "certificate.pem"), ("key", "certificate.key")] {
            std::fs::copy(given.join(format!("server.{year}.{from}")), data.join(to)).unwrap();
        }
    };
    office(&data).await;
    certificate("first");
    let public = ["--public", "localhost", "--known-by-name", "--port", "0"];
    let server = Server::start_on(&data, &out.join("first.log"), &public).await.unwrap();
    let code = code(&data).await;
    assert_eq!(code.fingerprint, None, "the name is enough: {code}");
    let mut tablet = Tablet::set_up(1, &tablets, &code.to_string(), NOON).await.unwrap();
    tablet.sync().await.unwrap();
    let port = server.address.rsplit(':').next().unwrap().to_owned();
    server.stop().await.unwrap();

    let Outcome::Later { sentence, .. } = tablet.once().await.unwrap() else { panic!("somebody answered") };
    assert_eq!(sentence, "The office cannot be reached just now. Everything is safe here.");
    certificate("second");
    let renewed = ["--public", "localhost", "--known-by-name", "--port", &port];
    let server = Server::start_on(&data, &out.join("second.log"), &renewed).await.unwrap();
    tablet.sync().await.unwrap();
    server.stop().await.unwrap();

    // One that makes its own certificate under the same name is not the office.
    for own in ["certificate.pem", "certificate.key"] {
        std::fs::remove_file(data.join(own)).unwrap();
    }
    let server = Server::start_on(&data, &out.join("own.log"), &renewed).await.unwrap();
    assert!(matches!(tablet.once().await.unwrap(), Outcome::Later { .. }));
    server.stop().await.unwrap();
}
