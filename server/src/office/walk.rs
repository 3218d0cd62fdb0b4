//! The walk: every route of the table with every role, and signed out, through the real router and a real store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::{Office, Shared, router};
use crate::auth::limit::Limit;
use crate::auth::may::{Right, Role, TABLE};
use crate::auth::{DOOR, SESSION, password, session};
use crate::store::Store;
use crate::store::orgs::NewOrg;
use crate::store::people::NewPerson;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use domain::clock::Calendar;
use jiff::tz::TimeZone;
use std::sync::Arc;
use tower::ServiceExt as _;

const NOW: i64 = 1_794_300_000_000;

async fn office(data: &std::path::Path) -> Shared {
    let store = Store::open(data, None).await.unwrap();
    let org = NewOrg {
        id: super::new_id(NOW),
        name: "Sutton LINk".into(),
        host: "Sutton CVS".into(),
        scheme: "link-2008".into(),
        scheme_version: "1".into(),
        store_id: super::new_id(NOW),
        at: NOW,
    };
    store.add_org(org).await.unwrap();
    Arc::new(Office {
        store,
        calendar: Calendar::embedded().clone(),
        zone: TimeZone::UTC,
        clock: Arc::new(|| NOW),
        secure: true,
        address: "https://127.0.0.1:1".into(),
        fingerprint: None,
        limit: Limit::default(),
        imports: super::Imports::default(),
    })
}

/// Somebody with this role, signed in: the session's secret and what each form must carry.
async fn signed_in(office: &Office, role: Role, phc: &str) -> (String, String) {
    let id = office.store.org_ids().await.unwrap().remove(0);
    let org = office.store.org(&id);
    let person = NewPerson {
        id: super::new_id(NOW),
        name: format!("Somebody, {}", role.word()),
        roles: vec![role.word().into()],
        at: NOW,
        ..NewPerson::default()
    };
    let (name, person_id) = (person.name.clone(), person.id.clone());
    org.add_person(person).await.unwrap();
    org.set_password(&person_id, phc).await.unwrap();
    let found = session::find(office, "", &name).await.unwrap().expect("they can sign in");
    let secret = session::begin(&found, NOW).await.unwrap();
    let csrf = session::open(office, &secret, None).await.unwrap().unwrap().csrf;
    (secret, csrf)
}

async fn ask(office: &Shared, method: &str, path: &str, cookie: &str, body: String) -> Response {
    let path = path.replace("{id}", "01910000-0000-7000-8000-000000000001");
    let path = path.replace("{hash}", &"0".repeat(64)).replace("{name}", "office.css");
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap();
    router(office.clone()).oneshot(request).await.unwrap()
}

fn sent_to_the_door(answer: &Response) -> bool {
    let to = answer.headers().get(header::LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
    answer.status() == StatusCode::SEE_OTHER && to.starts_with("/sign-in")
}

#[tokio::test]
async fn every_route_lets_in_whom_the_table_names_and_nobody_else() {
    let data = tempfile::tempdir().unwrap();
    let office = office(data.path()).await;
    let phc = password::hash("tea without milk").unwrap();
    for role in Role::ALL {
        let (secret, csrf) = signed_in(&office, role, &phc).await;
        let cookie = format!("{SESSION}={secret}; {DOOR}={csrf}");
        for (method, path, right) in TABLE.iter().filter(|(_, path, _)| *path != "/sign-out") {
            let answer = ask(&office, method, path, &cookie, format!("csrf={csrf}")).await;
            let let_in = answer.status() != StatusCode::FORBIDDEN && !sent_to_the_door(&answer);
            assert_eq!(let_in, right.lets_in(Some(&[role])), "{role:?} {method} {path}: {}", answer.status());
            assert_ne!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR, "{role:?} {method} {path}");
        }
    }
    for (method, path, right) in TABLE {
        let answer = ask(&office, method, path, &format!("{DOOR}=x"), "csrf=x".into()).await;
        let open = *right == Right::Open;
        assert_eq!(sent_to_the_door(&answer), !open, "signed out {method} {path}: {}", answer.status());
    }
}

#[tokio::test]
async fn a_form_without_the_sessions_own_token_changes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let office = office(data.path()).await;
    let phc = password::hash("tea without milk").unwrap();
    let (secret, csrf) = signed_in(&office, Role::Officer, &phc).await;
    let cookie = format!("{SESSION}={secret}");
    for wrong in [String::new(), "csrf=".into(), "csrf=another".into()] {
        let answer = ask(&office, "POST", "/office/bodies/new", &cookie, format!("{wrong}&name=X&kind=provider")).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    }
    let answer = ask(&office, "POST", "/office/bodies/new", &cookie, format!("csrf={csrf}&name=X&kind=provider")).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe-inline"));
}
