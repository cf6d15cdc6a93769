//! What came back.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use reqwest::{StatusCode, Url};
use tokio::time::{Instant, timeout_at};

use crate::body::{BodyFault, Packing, Unpacking};
use crate::client::from_reqwest;
use crate::error::{Error, given};
use crate::host::host_of;

/// An answer, read in full.
#[derive(Clone, Debug)]
pub struct Response {
    /// Where the answer is from: after the redirects.
    pub url: Url,
    /// The URLs before it, first to last; empty without a redirect.
    pub passed: Vec<Url>,
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Unpacked.
    pub body: Bytes,
}

/// An answer whose body is still to come. Dropping it ends the connection.
pub struct Incoming {
    pub url: Url,
    pub passed: Vec<Url>,
    pub status: StatusCode,
    pub headers: HeaderMap,
    response: reqwest::Response,
    unpacking: Unpacking,
    came: u64,
    max_body: u64,
    deadline: Instant,
    whole: Duration,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Coming,
    Ended,
}

impl Incoming {
    pub(crate) fn new(
        url: Url,
        passed: Vec<Url>,
        response: reqwest::Response,
        max_body: u64,
        deadline: Instant,
        whole: Duration,
    ) -> Result<Self, Error> {
        let host = || host_of(&url).unwrap_or_default().to_owned();
        let headers = response.headers().clone();
        let packing = match headers.get(CONTENT_ENCODING).map(|value| value.as_bytes().to_ascii_lowercase()) {
            None => Packing::Plain,
            Some(name) => match &*name {
                b"" | b"identity" => Packing::Plain,
                b"gzip" | b"x-gzip" => Packing::Gzip,
                other => {
                    return Err(Error::Encoding { host: host(), encoding: given(&String::from_utf8_lossy(other)) });
                }
            },
        };
        if response.content_length().is_some_and(|length| length > max_body) {
            return Err(Error::TooLarge { host: host(), limit: max_body });
        }
        let status = response.status();
        let unpacking = Unpacking::new(packing, max_body);
        let state = State::Coming;
        Ok(Self { url, passed, status, headers, response, unpacking, came: 0, max_body, deadline, whole, state })
    }

    /// The next piece of the body, unpacked; `None` after the last.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::TimedOut`], [`Error::Broken`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        while self.state == State::Coming {
            let piece = match timeout_at(self.deadline, self.response.chunk()).await {
                Err(_) => return Err(Error::TimedOut { host: self.host(), limit: self.whole }),
                Ok(Err(error)) => return Err(from_reqwest(&error, &self.host(), self.whole)),
                Ok(Ok(piece)) => piece,
            };
            let unpacked = match piece {
                Some(piece) => {
                    self.came += piece.len() as u64;
                    self.unpacking.push(piece)
                }
                None => {
                    self.state = State::Ended;
                    self.unpacking.end(self.came)
                }
            };
            let unpacked = unpacked.map_err(|fault| self.fault(fault))?;
            if !unpacked.is_empty() {
                return Ok(Some(unpacked));
            }
        }
        Ok(None)
    }

    /// Reads the rest.
    ///
    /// # Errors
    /// As [`Incoming::chunk`].
    pub async fn read(mut self) -> Result<Response, Error> {
        let mut body = Vec::new();
        while let Some(piece) = self.chunk().await? {
            body.extend_from_slice(&piece);
        }
        Ok(Response {
            url: self.url,
            passed: self.passed,
            status: self.status,
            headers: self.headers,
            body: body.into(),
        })
    }

    fn host(&self) -> String {
        host_of(&self.url).unwrap_or_default().to_owned()
    }

    fn fault(&self, fault: BodyFault) -> Error {
        let host = self.host();
        match fault {
            BodyFault::TooLarge => Error::TooLarge { host, limit: self.max_body },
            BodyFault::NotGzip(why) => Error::Broken { host, why: format!("its gzip cannot be unpacked: {why}") },
        }
    }
}

/// `text/html` of `Text/HTML; charset=gbk`, lower case.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let kind = value.split(';').next()?.trim().to_ascii_lowercase();
    (!kind.is_empty()).then_some(kind)
}

/// A header as text.
pub(crate) fn text_of(headers: &HeaderMap, name: reqwest::header::HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}
