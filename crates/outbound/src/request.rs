//! What is asked of the outside.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{
    ACCEPT, ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, USER_AGENT,
};
use reqwest::{Method, Url};

use crate::error::{Error, given};

/// A request. Limits that it does not name are those of the client's [`Settings`](crate::Settings).
#[derive(Clone, Debug)]
pub struct Request {
    pub method: Method,
    pub url: Url,
    /// Sent to the URL's own origin. Elsewhere, after a redirect, only what names neither a person nor a secret is sent.
    pub headers: HeaderMap,
    pub body: Option<Bytes>,
    pub redirects: Redirects,
    /// Until the last byte of the response.
    pub whole: Option<Duration>,
    /// Largest body of the response, in bytes.
    pub max_body: Option<u64>,
}

/// What to do with an answer that sends on to another URL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Redirects {
    /// GET and HEAD follow, each hop checked like the first; other methods end with [`Error::Moved`].
    #[default]
    Follow,
    /// The redirect is the answer.
    Stay,
}

impl Request {
    /// A request without headers, a body or limits of its own.
    pub fn new(method: Method, url: Url) -> Self {
        Self {
            method,
            url,
            headers: HeaderMap::new(),
            body: None,
            redirects: Redirects::Follow,
            whole: None,
            max_body: None,
        }
    }

    pub fn get(url: Url) -> Self {
        Self::new(Method::GET, url)
    }

    pub fn post(url: Url, body: impl Into<Bytes>) -> Self {
        Self { body: Some(body.into()), ..Self::new(Method::POST, url) }
    }

    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }
}

/// Reads a URL that somebody wrote, such as `https://hooks.example.com/a`.
///
/// # Errors
/// [`Error::NotAUrl`].
pub fn parse_url(text: &str) -> Result<Url, Error> {
    Url::parse(text.trim()).map_err(|why| Error::NotAUrl { given: given(text), why: why.to_string() })
}

/// Says whether a header may be shown to a host that it was not meant for.
pub(crate) fn is_harmless(name: &HeaderName) -> bool {
    [ACCEPT, ACCEPT_LANGUAGE, USER_AGENT, IF_NONE_MATCH, IF_MODIFIED_SINCE].contains(name)
}
