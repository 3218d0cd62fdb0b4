//! What can be seen of a running server from outside: whether it is alive, for whoever watches that, and figures for
//! Prometheus on an address of their own. Counts and times; never an id, a path or anybody's words.

use super::State;
use crate::store::about::Kept as Keeping;
use axum::Router;
use axum::extract::State as In;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// Whose door a request came to, and how it ended: `("door", "office"), ("status", "2xx")`.
type Ended = [(&'static str, &'static str); 2];

/// The figures of one server; cheap to clone.
#[derive(Clone, Debug)]
pub struct Figures(Arc<Kept>);

#[derive(Debug)]
struct Kept {
    registry: Registry,
    requests: Family<Ended, Counter>,
    took: Histogram,
    later: Family<[(&'static str, &'static str); 1], Counter>,
    feed_reads: Counter,
    held: Gauge,
    taken: Gauge,
    oldest: Gauge,
    tablets: Gauge,
    backup: Gauge,
    drill: Gauge,
}

impl Default for Figures {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("enterview");
        let requests = Family::<Ended, Counter>::default();
        // From a millisecond to a minute; a long wait for news is not counted here.
        let took = Histogram::new([0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0]);
        let later = Family::<[(&'static str, &'static str); 1], Counter>::default();
        let (feed_reads, held) = (Counter::default(), Gauge::default());
        registry.register("later", "Requests of tablets that were asked to come again, and why", later.clone());
        registry.register("feed_reads", "Times that the record was read for a feed", feed_reads.clone());
        registry.register("feeds_held", "Feeds that are held open", held.clone());
        let (taken, oldest, tablets) = (Gauge::default(), Gauge::default(), Gauge::default());
        let (backup, drill) = (Gauge::default(), Gauge::default());
        registry.register("requests", "Requests by door and how they ended", requests.clone());
        registry.register_with_unit("reply", "Time to a reply, waiting for news left out", Unit::Seconds, took.clone());
        registry.register("changes_taken", "Changes that are kept and not published yet", taken.clone());
        registry.register_with_unit("changes_oldest", "Age of the oldest of them", Unit::Seconds, oldest.clone());
        registry.register("tablets", "Tablets that are set up and not retired", tablets.clone());
        registry.register_with_unit(
            "backup_age",
            "Since the last backup was written; -1 for never",
            Unit::Seconds,
            backup.clone(),
        );
        registry.register_with_unit(
            "drill_age",
            "Since a backup was last tried; -1 for never",
            Unit::Seconds,
            drill.clone(),
        );
        let kept = Kept { registry, requests, took, later, feed_reads, held, taken, oldest, tablets, backup, drill };
        Self(Arc::new(kept))
    }
}

impl Figures {
    /// A request was answered.
    pub fn answered(&self, path: &str, status: StatusCode, took: Duration) {
        let door = match path {
            path if path.starts_with("/sync/") => "tablets",
            path if path.starts_with("/office") => "office",
            path if path == "/a" || path.starts_with("/answer") => "answers",
            _ => "other",
        };
        let status = match status.as_u16() {
            100..=299 => "2xx",
            300..=399 => "3xx",
            400..=499 => "4xx",
            _ => "5xx",
        };
        self.0.requests.get_or_create(&[("door", door), ("status", status)]).inc();
        if !path.ends_with("/feed") {
            self.0.took.observe(took.as_secs_f64());
        }
    }
}

impl Figures {
    /// A tablet was asked to come again: it came too fast, or there was no room.
    pub fn later(&self, why: &'static str) {
        self.0.later.get_or_create(&[("why", why)]).inc();
    }

    /// The record was read for a feed.
    pub fn feed_read(&self) {
        self.0.feed_reads.inc();
    }
}

/// `GET /health`: 200 while the record can be read, 503 with a sentence when it cannot.
pub(super) async fn health(In(state): In<State>) -> Response {
    match state.store.waiting_room().await {
        Ok(_) => {
            let speaks = domain::wire::VERSION;
            let body = json!({"alive": true, "version": env!("CARGO_PKG_VERSION"), "speaks": speaks}).to_string();
            ([(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
        Err(error) => {
            tracing::error!(cause = %format!("{error:#}"), "the record cannot be read");
            (StatusCode::SERVICE_UNAVAILABLE, "The record cannot be read. The server's log says why.\n").into_response()
        }
    }
}

/// The figures alone, for an address that only the host reaches.
pub fn figures(state: State) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(state)
}

async fn metrics(In(state): In<State>) -> Result<Response, crate::error::Error> {
    let room = state.store.waiting_room().await?;
    let kept = &state.figures.0;
    kept.held.set(i64::try_from(state.room.held()).unwrap_or(i64::MAX));
    kept.taken.set(room.changes);
    kept.oldest.set(room.since.map_or(0, |since| (state.now() - since).max(0) / 1000));
    kept.tablets.set(room.tablets);
    for (gauge, what) in [(&kept.backup, Keeping::Backup), (&kept.drill, Keeping::Drill)] {
        let last = state.store.last_kept(what).await?;
        gauge.set(last.map_or(-1, |last| (state.now() - last).max(0) / 1000));
    }
    let mut text = String::new();
    encode(&mut text, &kept.registry).map_err(anyhow::Error::from)?;
    Ok(([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response())
}
