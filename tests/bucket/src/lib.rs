//! A store that speaks S3, for stories: the objects lie in a temporary folder, the requests and their signatures are real.
//! Only tests know it; the server is told of it by settings, as of any other.

use anyhow::Context as _;
use axum::Router;
use axum::error_handling::HandleError;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::IntoResponse as _;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What signs requests here.
const KEY: [&str; 2] = ["enterview", "a secret of the stories"];

/// A running store with one bucket; it ends with this value.
#[derive(Debug)]
pub struct Bucket {
    /// Where it listens: `http://127.0.0.1:PORT`.
    pub endpoint: String,
    folder: tempfile::TempDir,
    away: Arc<AtomicBool>,
    serving: std::thread::JoinHandle<()>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
}

/// The bucket's name.
pub const NAME: &str = "enterview";

impl Bucket {
    /// Starts one, on a thread of its own: a story may end its own runtime and go on.
    ///
    /// # Errors
    /// No folder or port to be had.
    pub fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        std::fs::create_dir(folder.path().join(NAME))?;
        let files = FileSystem::new(folder.path()).map_err(|why| anyhow::anyhow!("the bucket's folder: {why:?}"))?;
        let mut building = S3ServiceBuilder::new(files);
        building.set_auth(SimpleAuth::from_single(KEY[0], KEY[1]));
        let service = HandleError::new(building.build(), |why: s3s::HttpError| async move {
            (StatusCode::INTERNAL_SERVER_ERROR, format!("{why:?}"))
        });
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let away = Arc::new(AtomicBool::new(false));
        let gate = away.clone();
        let gate = middleware::from_fn(move |request: Request, next: Next| {
            let shut = gate.load(Ordering::SeqCst);
            async move { if shut { StatusCode::SERVICE_UNAVAILABLE.into_response() } else { next.run(request).await } }
        });
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let serving = std::thread::spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                let app = Router::new().fallback_service(service).layer(gate);
                let serve = async { axum::serve(listener, app).await };
                tokio::select! { _ = serve => (), _ = stopped => () }
            });
        });
        Ok(Self { endpoint, folder, away, serving, stop: Some(stop) })
    }

    /// What a server is told so that it keeps its objects here, under a prefix.
    #[must_use]
    pub fn settings(&self, prefix: &str) -> Vec<(&'static str, String)> {
        let [id, secret] = KEY.map(str::to_owned);
        vec![
            ("ENTERVIEW_OBJECTS", format!("s3://{NAME}/{prefix}")),
            ("AWS_ENDPOINT_URL", self.endpoint.clone()),
            ("AWS_REGION", "eu-west-2".to_owned()),
            ("AWS_ACCESS_KEY_ID", id),
            ("AWS_SECRET_ACCESS_KEY", secret),
        ]
    }

    /// Whether it is out of order from now on: then it answers nothing but that.
    pub fn is_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    /// Where the bucket's objects lie as files.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.folder.path().join(NAME)
    }

    /// Ends it, and says whether it had served until then.
    ///
    /// # Errors
    /// It had ended by itself.
    pub fn stop(mut self) -> anyhow::Result<()> {
        if let Some(stop) = self.stop.take() {
            stop.send(()).ok().context("the bucket had gone")?;
        }
        self.serving.join().map_err(|_| anyhow::anyhow!("the bucket's thread"))
    }
}
