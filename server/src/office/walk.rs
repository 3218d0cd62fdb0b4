//! The walk: every route of the table with every role, and signed out, through the real router and a real store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use super::testing::{House, Seat, ask};
use crate::auth::DOOR;
use crate::auth::may::{Right, Role, TABLE};
use axum::http::{StatusCode, header};
use axum::response::Response;

async fn signed_in(house: &House, role: Role) -> Seat {
    house.seat(&format!("Somebody, {}", role.word()), role.word()).await
}

async fn walked(house: &House, method: &str, path: &str, cookie: &str, body: String) -> Response {
    let path = path.replace("{id}", "01910000-0000-7000-8000-000000000001");
    let path = path.replace("{hash}", &"0".repeat(64)).replace("{name}", "office.css");
    ask(&house.office, method, &path, cookie, body).await
}

fn sent_to_the_door(answer: &Response) -> bool {
    let to = answer.headers().get(header::LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
    answer.status() == StatusCode::SEE_OTHER && to.starts_with("/sign-in")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_lets_in_whom_the_table_names_and_nobody_else() {
    let house = House::open().await;
    for role in Role::ALL {
        let Seat { cookie, csrf, .. } = signed_in(&house, role).await;
        for (method, path, right) in TABLE.iter().filter(|(_, path, _)| *path != "/sign-out") {
            let answer = walked(&house, method, path, &cookie, format!("csrf={csrf}")).await;
            let let_in = answer.status() != StatusCode::FORBIDDEN && !sent_to_the_door(&answer);
            assert_eq!(let_in, right.lets_in(Some(&[role])), "{role:?} {method} {path}: {}", answer.status());
            assert_ne!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR, "{role:?} {method} {path}");
        }
    }
    for (method, path, right) in TABLE {
        let answer = walked(&house, method, path, &format!("{DOOR}=x"), "csrf=x".into()).await;
        let to_the_door = !matches!(right, Right::Open | Right::Link);
        assert_eq!(sent_to_the_door(&answer), to_the_door, "signed out {method} {path}: {}", answer.status());
        if *right == Right::Link {
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "without a link {method} {path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_without_the_sessions_own_token_changes_nothing() {
    let house = House::open().await;
    let Seat { cookie, csrf, .. } = signed_in(&house, Role::Officer).await;
    for wrong in [String::new(), "csrf=".into(), "csrf=another".into()] {
        let answer =
            walked(&house, "POST", "/office/bodies/new", &cookie, format!("{wrong}&name=X&kind=provider")).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    }
    let answer =
        walked(&house, "POST", "/office/bodies/new", &cookie, format!("csrf={csrf}&name=X&kind=provider")).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe-inline"));
}
