//! What whoever watches the server sees of it.

use crate::world::World;

pub async fn figures(state: &server::serve::State) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("http://{}/metrics", listener.local_addr().unwrap());
    let service = server::serve::seeing::figures(state.clone());
    tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
    reqwest::get(at).await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_says_that_it_is_alive_and_counts_without_naming_anybody() {
    // One provider for the process; reqwest asks for it even where nothing is encrypted.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let world = World::new().await;
    let health = reqwest::get(format!("{}/health", world.address)).await.unwrap();
    assert!(health.status().is_success());
    assert!(health.text().await.unwrap().starts_with(r#"{"alive":true"#));
    world.tablet(1, &[world.asha]).await;
    let text = figures(&world.state).await;
    assert!(text.contains(r#"enterview_requests_total{door="other",status="2xx"} 1"#), "{text}");
    assert!(text.contains(r#"enterview_requests_total{door="tablets",status="2xx"}"#), "{text}");
    assert!(text.contains("enterview_tablets 1"), "{text}");
    let ids = [world.asha.to_string(), world.hazel_court.to_string()];
    assert!(!ids.iter().any(|id| text.contains(id.as_str())) && !text.contains("Asha"), "{text}");
    world.state.store.close().await;
    let dead = reqwest::get(format!("{}/health", world.address)).await.unwrap();
    assert_eq!(dead.status(), reqwest::StatusCode::SERVICE_UNAVAILABLE);
}
