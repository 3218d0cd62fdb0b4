//! The road to the office: HTTPS with the certificate pinned by its fingerprint; plain HTTP only on this machine.
//! It carries requests that are already signed and knows nothing of what is in them.

mod pin;

use crate::error::Error;
use domain::wire::{self, Reach};
use std::time::Duration;

/// How long nothing may come: longer than a held feed. What is sent at once is small enough for a slow road.
const PATIENCE: Duration = Duration::from_secs(wire::LONGEST_WAIT + 20);
/// How long an answer may take in all, on a road that carries it slowly and does not break.
const LONGEST: Duration = Duration::from_secs(15 * 60);
const CONNECT: Duration = Duration::from_secs(10);
/// No answer of an office is larger; a tablet must not be filled up by whoever answers.
const LARGEST_ANSWER: usize = 64 * 1024 * 1024;

/// A request, ready to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `HEAD`, `POST`, `PATCH`.
    pub method: &'static str,
    /// Path with query.
    pub path: String,
    /// Headers by name.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// The office's answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Headers by lower-case name.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// Bytes on the road: line, headers, body; what TLS adds is not counted.
    #[must_use]
    pub fn size(&self) -> u64 {
        let line = self.method.len() + self.path.len() + " HTTP/1.1\r\n".len() + 1;
        (line + of_headers(&self.headers) + self.body.len()) as u64
    }
}

impl Reply {
    /// A header's value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The same with its body as it was before it was packed; nothing where it does not unpack, or becomes larger than
    /// any answer of an office.
    #[must_use]
    pub fn unpacked(mut self) -> Option<Self> {
        match self.header("content-encoding") {
            None => Some(self),
            Some(wire::DEFLATE) => {
                self.body = wire::unpack(&self.body, LARGEST_ANSWER).ok()?;
                self.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-encoding"));
                Some(self)
            }
            Some(_) => None,
        }
    }

    /// Bytes on the road: line, headers, body as it came; what TLS adds is not counted.
    #[must_use]
    pub fn size(&self) -> u64 {
        let line = if self.status == 204 { "HTTP/1.1 204 No Content\r\n" } else { "HTTP/1.1 200 OK\r\n" };
        (line.len() + of_headers(&self.headers) + self.body.len()) as u64
    }
}

fn of_headers(headers: &[(String, String)]) -> usize {
    headers.iter().map(|(name, value)| name.len() + value.len() + ": \r\n".len()).sum::<usize>() + 2
}

/// Why no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// No connection.
    Unreachable,
    /// No connection to an office that is on its own network and nowhere else.
    Shut,
    /// Somebody answered who is not the office that this tablet knows.
    AnotherCertificate,
    /// The answer broke off or took too long.
    BrokenOff,
}

/// The way to one office.
#[derive(Clone, Debug)]
pub struct Transport {
    address: String,
    client: reqwest::Client,
}

impl Transport {
    /// The way to `address`, whose certificate has this SHA-256 (64 hexadecimal digits), or a public name.
    ///
    /// # Errors
    /// An address that is neither HTTPS nor on this machine.
    pub fn to(address: &str, fingerprint: Option<&str>) -> Result<Self, Error> {
        let here = address.starts_with("http://127.0.0.1:") || address.starts_with("http://localhost:");
        if !here && !address.starts_with("https://") {
            return Err(Error::Office("This address is not safe: it must begin with https.".into()));
        }
        let fault = |error: &dyn std::fmt::Display| Error::Fault(format!("the way to the office: {error}"));
        // A proxy would read a tablet's requests, and a redirect would take them to somebody else.
        let mut builder = reqwest::Client::builder()
            .no_proxy()
            // Bytes are counted as they come, and unpacked within this tablet's own bounds.
            .no_gzip()
            .redirect(reqwest::redirect::Policy::none())
            .read_timeout(PATIENCE)
            .timeout(LONGEST)
            .connect_timeout(CONNECT);
        match fingerprint {
            Some(known) => builder = builder.tls_backend_preconfigured(pin::config(known).map_err(|e| fault(&e))?),
            // Without a fingerprint the system's own roots decide, by name; they need a provider of the process.
            None => pin::provide(),
        }
        let client = builder.build().map_err(|error| fault(&error))?;
        Ok(Self { address: address.trim_end_matches('/').to_owned(), client })
    }

    /// Sends one request and waits for its answer.
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub async fn send(&self, request: &Request) -> Result<Reply, NoAnswer> {
        let method = request.method.parse().unwrap_or(reqwest::Method::GET);
        let mut building = self.client.request(method, format!("{}{}", self.address, request.path));
        for (name, value) in &request.headers {
            building = building.header(name, value);
        }
        let mut answer = building.body(request.body.clone()).send().await.map_err(|error| self.why(&error))?;
        let headers = answer.headers().iter();
        let headers = headers
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        let mut reply = Reply { status: answer.status().as_u16(), headers: headers.collect(), body: Vec::new() };
        while let Some(piece) = answer.chunk().await.map_err(|_| NoAnswer::BrokenOff)? {
            if reply.body.len() + piece.len() > LARGEST_ANSWER {
                return Err(NoAnswer::BrokenOff);
            }
            reply.body.extend_from_slice(&piece);
        }
        Ok(reply)
    }

    fn why(&self, error: &reqwest::Error) -> NoAnswer {
        let mut cause: Option<&dyn std::error::Error> = Some(error);
        while let Some(error) = cause {
            if error.to_string().contains(pin::NOT_THE_OFFICE) {
                return NoAnswer::AnotherCertificate;
            }
            cause = error.source();
        }
        match (error.is_connect(), Reach::of(&self.address)) {
            (true, Reach::OwnNetwork) => NoAnswer::Shut,
            (true, _) => NoAnswer::Unreachable,
            (false, _) => NoAnswer::BrokenOff,
        }
    }
}
