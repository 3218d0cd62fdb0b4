//! What goes wrong at the tablets' door, as `application/problem+json` with words for a person. A fault of our own is
//! logged with its cause and told without it. Pages for people have their own way (`office`).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::wire::{Problem, ProblemCode};

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A refusal that the tablet acts upon.
    #[error("{}", .0.title)]
    Problem(Problem),
    /// Nothing of it was done, for there is no room or it came too fast; to be sent again after so many seconds.
    #[error("{title}")]
    Busy {
        /// 429 where the tablet asks too much, 503 where all together do.
        status: StatusCode,
        /// In how many seconds.
        after: u32,
        /// For a person.
        title: &'static str,
    },
    /// Our own fault: nothing of the request was done.
    #[error(transparent)]
    Fault(#[from] anyhow::Error),
}

impl Error {
    /// A refusal with its code and words.
    #[must_use]
    pub fn problem(code: ProblemCode, title: impl Into<String>) -> Self {
        Self::Problem(Problem { code, title: title.into() })
    }

    /// Too large or not readable.
    #[must_use]
    pub fn refused(title: impl Into<String>) -> Self {
        Self::problem(ProblemCode::Refused, title)
    }
}

const fn status(code: ProblemCode) -> StatusCode {
    match code {
        ProblemCode::BadCode => StatusCode::FORBIDDEN,
        ProblemCode::UnknownDevice | ProblemCode::Unsigned => StatusCode::UNAUTHORIZED,
        ProblemCode::Revoked => StatusCode::GONE,
        ProblemCode::Refused => StatusCode::UNPROCESSABLE_ENTITY,
        ProblemCode::Version => StatusCode::UPGRADE_REQUIRED,
        ProblemCode::Later | ProblemCode::Newer => StatusCode::SERVICE_UNAVAILABLE,
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut after = None;
        let (status, problem) = match self {
            Self::Problem(problem) => (status(problem.code), problem),
            Self::Busy { status, after: seconds, title } => {
                after = Some(seconds);
                (status, Problem { code: ProblemCode::Later, title: title.into() })
            }
            Self::Fault(fault) => {
                tracing::error!(cause = %format!("{fault:#}"), "a request failed");
                let title =
                    "The office's server could not do this just now. Nothing on the tablet is lost; it tries again.";
                (StatusCode::SERVICE_UNAVAILABLE, Problem { code: ProblemCode::Later, title: title.into() })
            }
        };
        let mut response = (status, axum::Json(&problem)).into_response();
        if let Some(seconds) = after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}
