//! The running server: one binary, its own certificate, tablets under `/sync/v1/`, people everywhere else.
//! What tablets may do is in [`crate::sync`], what people see in `office`; here are binding, limits and the ends.

pub mod certificate;
pub mod seeing;

use crate::auth::limit::Limit;
use crate::mail::Post;
use crate::office::{self, Office};
use crate::projector::Projector;
use crate::store::{Dialect, Elsewhere, Store};
use crate::sync;
use anyhow::{Context as _, bail};
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use certificate::Certificate;
use domain::clock::Calendar;
use domain::scheme::Scheme;
use domain::wire::{self, Spoken};
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::tz::TimeZone;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tower_http::catch_panic::CatchPanicLayer;

/// Where the time comes from: milliseconds since 1970 (UTC). Handed in, so that a story can be told on its own day.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What every request of a tablet needs; cheap to clone.
#[derive(Clone)]
pub struct State(Arc<App>);

/// The parts of a running server.
pub struct App {
    /// The record.
    pub store: Store,
    /// The way to the child that reads what comes from outside.
    pub projector: Projector,
    /// Wakes the projector's task.
    pub wake: Notify,
    /// Of which tablets too large bodies were recorded a moment ago.
    pub large: sync::Seldom,
    /// The versions that are spoken with tablets.
    pub spoken: Spoken,
    /// How much each tablet may still ask.
    pub pace: sync::Pace,
    /// How much this process still takes on.
    pub room: sync::Room,
    /// Now.
    pub clock: Clock,
    /// What is counted.
    pub figures: seeing::Figures,
}

impl std::ops::Deref for State {
    type Target = App;
    fn deref(&self) -> &App {
        &self.0
    }
}

impl State {
    /// Puts a server together; `program` is the `enterview` binary, started as the projector's child.
    #[must_use]
    pub fn new(store: Store, program: PathBuf, clock: Clock) -> Self {
        Self::on(sync::Terms::default(), store, Projector::new(program), clock)
    }

    /// As [`State::new`], for a server that lets tablets in on other terms than ours, or reads in another way.
    #[must_use]
    pub fn on(terms: sync::Terms, store: Store, projector: Projector, clock: Clock) -> Self {
        Self(Arc::new(App {
            store,
            projector,
            wake: Notify::new(),
            large: sync::Seldom::default(),
            spoken: terms.spoken,
            pace: sync::Pace::of(terms.paces),
            room: sync::Room::of(terms.bounds),
            clock,
            figures: seeing::Figures::default(),
        }))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        (self.clock)()
    }
}

/// The clock on the wall, in milliseconds since 1970 (UTC).
#[must_use]
pub fn wall_clock() -> Clock {
    Arc::new(|| jiff::Timestamp::now().as_millisecond())
}

/// The clock on the wall, ahead by as many milliseconds as stand in `file`. For rehearsals, in which weeks of an office
/// pass in a minute: whoever plays one writes the file, and it is read anew at every look. What is no number, or is less
/// than nothing, moves nothing.
#[must_use]
pub fn clock_ahead(file: PathBuf) -> Clock {
    let wall = wall_clock();
    Arc::new(move || {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        wall().saturating_add(text.trim().parse().unwrap_or(0_i64).max(0))
    })
}

/// A new id, UUIDv7 of this moment.
///
/// # Errors
/// The system gives no randomness.
pub fn new_id(now: i64) -> anyhow::Result<uuid::Uuid> {
    let mut chance = [0_u8; 10];
    getrandom::fill(&mut chance).map_err(|error| anyhow::anyhow!("no randomness from the system: {error}"))?;
    Ok(uuid::Builder::from_unix_timestamp_millis(u64::try_from(now).unwrap_or_default(), &chance).into_uuid())
}

/// Everything that is served: the tablets' door, and beside it whatever `beside` brings (the office).
pub fn app(state: State, beside: Router) -> Router {
    let figures = state.figures.clone();
    Router::new()
        .route("/health", get(seeing::health))
        .with_state(state.clone())
        .merge(sync::router(state))
        .merge(beside)
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn(security_headers))
        .layer(middleware::from_fn(move |request, next| one_line(figures.clone(), request, next)))
}

/// One line in the log for each request: what was asked, how it ended, how long it took. The query stays out, for a
/// search is somebody's words.
async fn one_line(figures: seeing::Figures, request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let began = Instant::now();
    let response = next.run(request).await;
    figures.answered(&path, response.status(), began.elapsed());
    let (status, ms) = (response.status().as_u16(), began.elapsed().as_millis());
    tracing::info!(%method, path, status, ms, "request");
    response
}

async fn security_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let (is_brief, is_empty) =
        (response.headers().contains_key(wire::BRIEF), response.status() == StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    // A tablet that speaks briefly shows no pages; what is empty is not worth keeping either.
    if is_brief {
        if !is_empty {
            headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        }
        return response;
    }
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&jiff::Timestamp::now());
    if let Some(date) = date.ok().and_then(|date| HeaderValue::try_from(date).ok()) {
        headers.entry(header::DATE).or_insert(date);
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// How a server is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// The data folder.
    pub data: PathBuf,
    /// What of the record is not there.
    pub elsewhere: Elsewhere,
    /// The address to bind.
    pub host: IpAddr,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// Plain HTTP, on loopback only.
    pub plain: bool,
    /// The name or number under which tablets reach it, when it is not `host`.
    pub public: Option<String>,
    /// Tablets know it by that name and an authority's certificate, and not by its fingerprint.
    pub known_by_name: bool,
    /// The certificate in this folder becomes that of every server of this record.
    pub new_certificate: bool,
    /// Where figures for Prometheus are given; nowhere when it is not said.
    pub metrics: Option<SocketAddr>,
    /// The mail server and the address that mail comes from; without them none goes out.
    pub mail: Option<Mail>,
    /// A rehearsal's file of how far its clock is ahead; none on a server that people work with.
    pub clock_ahead: Option<PathBuf>,
}

/// How mail goes out.
#[derive(Clone, Debug)]
pub struct Mail {
    /// `smtps://NAME@HOST:PORT`, without the password.
    pub smtp: String,
    /// `Sutton LINk <office@link.example>`.
    pub from: String,
}

/// The file of the data folder that may hold the mail server's password.
const SMTP_PASSWORD: &str = "smtp-password";

/// The post, where it is set up. Its password is in the environment or in a file, never an argument that others can see.
fn post(options: &Options) -> anyhow::Result<Option<Arc<Post>>> {
    let Some(Mail { smtp, from }) = &options.mail else { return Ok(None) };
    let set = std::env::var("ENTERVIEW_SMTP_PASSWORD").ok().filter(|password| !password.is_empty());
    let file = options.data.join(SMTP_PASSWORD);
    let kept = if file.exists() { Some(std::fs::read_to_string(&file)?.trim().to_owned()) } else { None };
    let post = Post::of(smtp, from, set.or(kept))?;
    tracing::info!("mail goes out");
    Ok(Some(Arc::new(post)))
}

/// Binds, says `listening on ADDRESS` on the first line of standard output, and serves until it is told to stop.
///
/// # Errors
/// The data folder, the certificate or the port cannot be used.
pub async fn run(options: Options) -> anyhow::Result<()> {
    if options.known_by_name && (options.plain || options.public.is_none()) {
        bail!("--known-by-name needs --public NAME and the certificate that an authority gave for that name.");
    }
    if options.plain && !options.host.is_loopback() {
        bail!("Plain HTTP is for this machine only. Leave --plain out: the server makes its own certificate.");
    }
    // One provider for the process; a second start in one process (a test's) finds it there already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let calendar = crate::calendar::of_folder(&options.data)?;
    let store = Store::open_with(&options.data, &options.elsewhere).await?;
    tell_packs(&store, wall_clock()()).await?;
    let again = store.do_acts_again().await?;
    if again > 0 {
        tracing::warn!(again, "this record was put back; what was taken back or shut out since is so again");
    }
    let clock = options.clock_ahead.clone().map_or_else(wall_clock, |file| {
        tracing::warn!(file = %file.display(), "this server's clock is set by a file: it is a rehearsal");
        clock_ahead(file)
    });
    let state = State::new(store.clone(), this_program()?, clock);
    let certificate = certificate(&options, &store, state.now()).await?;
    let listener = TcpListener::bind(SocketAddr::new(options.host, options.port)).with_context(|| {
        format!("port {} on {} cannot be used; is another server running?", options.port, options.host)
    })?;
    listener.set_nonblocking(true)?;
    let bound = listener.local_addr()?;
    let address = address(&options, bound);
    // Who is known by name shows what an authority gave, which is another one every few weeks.
    let known_by = certificate.as_ref().filter(|_| !options.known_by_name).map(|c| c.fingerprint.clone());
    keep_address(&options.data, &address, known_by.as_deref())?;
    let office = office(&state, calendar, &address, known_by, post(&options)?);
    let mail = tokio::spawn(crate::mail::run(office.clone()));
    let beside = office::router(office);
    let service = app(state.clone(), beside).into_make_service();
    let handle = Handle::new();
    tokio::spawn(stop_when_told(handle.clone()));
    let drain = tokio::spawn(crate::projector::drain(state.clone()));
    let finishing = state.clone();
    let photos = tokio::spawn(async move {
        if let Err(error) = sync::finish_all(&finishing).await {
            tracing::error!(cause = %format!("{error:#}"), "photos that had come whole were not looked at");
        }
    });
    if let Some(at) = options.metrics {
        let listener = tokio::net::TcpListener::bind(at).await.with_context(|| format!("giving figures on {at}"))?;
        tracing::info!(address = %listener.local_addr()?, "figures for Prometheus");
        let figures = axum::serve(listener, seeing::figures(state));
        tokio::spawn(async move {
            if let Err(error) = figures.await {
                tracing::error!(%error, "figures are given no more");
            }
        });
    }
    tracing::info!(address, version = env!("CARGO_PKG_VERSION"), "the server listens");
    say(&format!("listening on {address}"));
    match certificate {
        Some(certificate) => {
            let tls = RustlsConfig::from_pem(certificate.pem, certificate.key).await?;
            let mut server = axum_server::from_tcp_rustls(listener, tls)?.handle(handle);
            // The day is said where somebody reads it (`security_headers`).
            server.http_builder().http1().auto_date_header(false);
            server.serve(service).await?;
        }
        None => axum_server::from_tcp(listener)?.handle(handle).serve(service).await?,
    }
    drain.abort();
    mail.abort();
    photos.abort();
    store.close().await;
    Ok(())
}

/// What the server shows; nothing on plain HTTP. Servers over one PostgreSQL show one certificate, or tablets that know
/// one would not know the other.
async fn certificate(options: &Options, store: &Store, now: i64) -> anyhow::Result<Option<Certificate>> {
    match (options.plain, options.known_by_name, store.dialect()) {
        (true, ..) => Ok(None),
        (false, false, Dialect::Postgres) => {
            certificate::shared(&options.data, store, options.new_certificate, now).await.map(Some)
        }
        (false, ..) => certificate::open_or_make(&options.data).map(Some),
    }
}

/// A version of this program may bring a newer pack: it is taken up, and tablets are told, once.
async fn tell_packs(store: &Store, now: i64) -> anyhow::Result<()> {
    for org in store.orgs().await? {
        if let Some(pack) = Scheme::embedded(&org.scheme) {
            store.org(&org.id).take_up_scheme(pack, now).await?;
        }
    }
    Ok(())
}

/// The running program, to be started as its own child; on Linux also after an update has put another in its place.
fn this_program() -> anyhow::Result<PathBuf> {
    let itself = Path::new("/proc/self/exe");
    if cfg!(target_os = "linux") && itself.exists() {
        return Ok(itself.to_owned());
    }
    std::env::current_exe().context("finding the program itself")
}

/// The office's pages, on the same record and clock.
fn office(
    state: &State,
    calendar: Calendar,
    address: &str,
    fingerprint: Option<String>,
    post: Option<Arc<Post>>,
) -> Arc<Office> {
    let secure = address.starts_with("https://");
    Arc::new(Office {
        store: state.store.clone(),
        calendar,
        zone: TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC),
        clock: state.clock.clone(),
        secure,
        address: address.to_owned(),
        fingerprint,
        limit: Limit::default(),
        post,
        imports: office::Imports::default(),
    })
}

fn address(options: &Options, bound: SocketAddr) -> String {
    let scheme = if options.plain { "http" } else { "https" };
    match &options.public {
        // A name with a port of its own: something stands between, such as a balancer.
        Some(name) if name.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) => {
            format!("{scheme}://{name}")
        }
        Some(name) => format!("{scheme}://{name}:{}", bound.port()),
        // Nobody can ring up *every address*; this machine's own first one is found without sending anything.
        None if bound.ip().is_unspecified() => {
            let here = std::net::UdpSocket::bind("0.0.0.0:0")
                .and_then(|socket| socket.connect("192.0.2.1:9").and_then(|()| socket.local_addr()))
                .map_or(IpAddr::from([127, 0, 0, 1]), |local| local.ip());
            format!("{scheme}://{}", SocketAddr::new(here, bound.port()))
        }
        None => format!("{scheme}://{bound}"),
    }
}

const ADDRESS_FILE: &str = "address";

/// Where the server was last started and its fingerprint, for `enterview enrol` beside a running server.
fn keep_address(data: &Path, address: &str, fingerprint: Option<&str>) -> anyhow::Result<()> {
    let text = format!("{address}\n{}\n", fingerprint.unwrap_or("-"));
    std::fs::write(data.join(ADDRESS_FILE), text).context("writing the server's address into the data folder")
}

/// The address under which the server of this data folder was last started, with its certificate's fingerprint.
///
/// # Errors
/// It was never started.
pub fn last_address(data: &Path) -> anyhow::Result<(String, Option<String>)> {
    let text = std::fs::read_to_string(data.join(ADDRESS_FILE)).context(
        "This server has not been started yet, so nobody knows its address. Run `enterview serve` once, or give --address.",
    )?;
    let mut lines = text.lines();
    let address = lines.next().unwrap_or_default().to_owned();
    Ok((address, lines.next().filter(|f| *f != "-").map(str::to_owned)))
}

/// A line for whoever started the server, at once also through a pipe.
#[allow(clippy::print_stdout, reason = "a script waits for this line")]
fn say(line: &str) {
    use std::io::Write as _;
    println!("{line}");
    // Nobody reading it is no reason to stop.
    let _ = std::io::stdout().flush();
}

async fn stop_when_told(handle: Handle<SocketAddr>) {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! { _ = interrupted => (), _ = terminated.recv() => () }
            }
            Err(_) => {
                let _ = interrupted.await;
            }
        }
    }
    #[cfg(not(unix))]
    let _ = interrupted.await;
    tracing::info!("stopping: requests under way are finished first");
    handle.graceful_shutdown(Some(Duration::from_secs(5)));
}
