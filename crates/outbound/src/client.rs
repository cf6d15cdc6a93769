//! The one way out.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue, LOCATION, USER_AGENT};
use reqwest::{Method, StatusCode, Url, redirect};
use tokio::time::{Instant, timeout_at};

use crate::error::Error;
use crate::host::host_of;
use crate::policy::{Connecting, Policy, Reach, Resolver, SystemResolver, public_addresses};
use crate::request::{Redirects, Request, is_harmless};
use crate::response::{Incoming, Response};
use crate::{HostPattern, tls};

/// How to reach the outside.
#[derive(Clone)]
pub struct Settings {
    /// Hosts that may be reached though they are on private addresses, from an administrator. The default allows none.
    pub allowed: Vec<HostPattern>,
    /// Who asks, as [`user_agent`] gives it.
    pub user_agent: String,
    /// Until a connection stands, TLS too.
    pub connect: Duration,
    /// Until the last byte of a response, over all redirects.
    pub whole: Duration,
    /// Largest body, as sent and unpacked, in bytes.
    pub max_body: u64,
    /// `http://proxy.example:3128`, through which public hosts are reached; allowed ones are reached directly. Proxies in the
    /// environment are not looked at. What a name that only the proxy can resolve leads to is for the proxy to judge.
    pub proxy: Option<Url>,
    /// Authorities to trust besides the system's, PEM.
    pub extra_roots: Vec<Vec<u8>>,
    /// Who turns names into addresses.
    pub resolver: Arc<dyn Resolver>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            allowed: Vec::new(),
            user_agent: user_agent(None),
            connect: Duration::from_secs(10),
            whole: Duration::from_secs(30),
            max_body: 20_000_000,
            proxy: None,
            extra_roots: Vec::new(),
            resolver: Arc::new(SystemResolver),
        }
    }
}

/// `Yingda/VERSION (+CONTACT)`; the contact is a page where a site's owner learns who asks and why.
pub fn user_agent(contact: Option<&Url>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    match contact {
        Some(contact) => format!("Yingda/{version} (+{contact})"),
        None => format!("Yingda/{version}"),
    }
}

/// At most so many redirects are followed.
pub const MAX_REDIRECTS: usize = 5;

/// Makes every request to the outside: webhooks, pages, models. It cannot be made to reach a private address, by no URL, redirect or
/// DNS answer, unless an administrator allows the host. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    parts: Arc<Parts>,
    policy: Arc<Policy>,
}

struct Parts {
    /// Connects to public addresses only.
    public: reqwest::Client,
    /// Connects to anywhere; for URLs that the policy allows only.
    allowed: reqwest::Client,
    settings: Settings,
}

impl Client {
    /// # Errors
    /// [`Error::Settings`] when the user agent is no header, an extra certificate cannot be read, or the proxy is no http URL.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let wrong = |why: String| Error::Settings { why };
        HeaderValue::from_str(&settings.user_agent)
            .map_err(|_| wrong(format!("the user agent “{}” is no text for a header", settings.user_agent)))?;
        let tls = tls::config(&settings.extra_roots)?;
        let build = |reach: Reach, proxy: Option<&Url>| {
            let resolver = Arc::clone(&settings.resolver);
            let builder = reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .redirect(redirect::Policy::none())
                .no_proxy()
                .referer(false)
                .connect_timeout(settings.connect)
                // Through a proxy it is the proxy's own name that is resolved, and that may be private.
                .dns_resolver(Connecting { resolver, reach: if proxy.is_some() { Reach::Allowed } else { reach } });
            let builder = match proxy {
                Some(proxy) if matches!(proxy.scheme(), "http" | "https") => {
                    builder.proxy(reqwest::Proxy::all(proxy.as_str()).map_err(|why| wrong(root_cause(&why)))?)
                }
                Some(proxy) => return Err(wrong(format!("the proxy {proxy} must be an http or https URL"))),
                None => builder,
            };
            builder.build().map_err(|why| wrong(root_cause(&why)))
        };
        let public = build(Reach::Public, settings.proxy.as_ref())?;
        let allowed = build(Reach::Allowed, None)?;
        let policy = Arc::new(Policy { allowed: settings.allowed.clone() });
        Ok(Self { parts: Arc::new(Parts { public, allowed, settings }), policy })
    }

    /// The same client with another list of an administrator's allowed hosts.
    pub fn with_allowed(&self, allowed: Vec<HostPattern>) -> Self {
        Self { parts: Arc::clone(&self.parts), policy: Arc::new(Policy { allowed }) }
    }

    /// Who this client says it is.
    pub fn user_agent(&self) -> &str {
        &self.parts.settings.user_agent
    }

    /// Says what is wrong with a URL before it is stored: its form, its scheme, its host, and what the host resolves to now. A
    /// later request is checked again.
    ///
    /// # Errors
    /// As [`Client::send`], as far as no connection is needed.
    pub async fn check(&self, url: &Url) -> Result<(), Error> {
        let reach = self.policy.check(url)?;
        let host = host_of(url).unwrap_or_default();
        if reach == Reach::Public && crate::host::address_of(url).is_none() {
            match (public_addresses(&*self.parts.settings.resolver, host).await, &self.parts.settings.proxy) {
                // Behind a proxy, names of the outside are often known to the proxy only.
                (Ok(_), _) | (Err(Error::Unresolved { .. }), Some(_)) => {}
                (Err(error), _) => return Err(error),
            }
        }
        Ok(())
    }

    /// Sends a request and reads all of its answer, whatever its status.
    ///
    /// # Errors
    /// Any [`Error`] but `Settings`. A status such as 404 or 500 is none: it is in the [`Response`].
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        self.open(request).await?.read().await
    }

    /// Sends a request and gives the head of its answer; the body is read piece by piece, or not.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn open(&self, request: Request) -> Result<Incoming, Error> {
        let settings = &self.parts.settings;
        let whole = request.whole.unwrap_or(settings.whole);
        let deadline = Instant::now() + whole;
        let max_body = request.max_body.unwrap_or(settings.max_body);
        let mut url = request.url;
        url.set_fragment(None);
        let mut headers = request.headers;
        let mut passed = Vec::new();
        loop {
            let host = host_of(&url).unwrap_or_default().to_owned();
            let sent = self.hop(&request.method, &url, &headers, request.body.clone());
            let response = match timeout_at(deadline, sent).await {
                Ok(response) => response?,
                Err(_) => return Err(Error::TimedOut { host, limit: whole }),
            };
            let moved = is_redirect(response.status()) && request.redirects == Redirects::Follow;
            let Some(location) = response.headers().get(LOCATION).filter(|_| moved) else {
                return Incoming::new(url, passed, response, max_body, deadline, whole);
            };
            let to = target(&url, location)?;
            if !matches!(request.method, Method::GET | Method::HEAD) {
                return Err(Error::Moved { host, to: to.to_string() });
            }
            if passed.len() == MAX_REDIRECTS {
                let first = passed.first().and_then(host_of).unwrap_or(&host).to_owned();
                return Err(Error::TooManyRedirects { host: first, limit: MAX_REDIRECTS });
            }
            // The URL's own check comes before anything else is decided about it.
            self.policy.check(&to)?;
            headers = headers_for(&url, &to, headers)?;
            passed.push(std::mem::replace(&mut url, to));
        }
    }

    /// One request, one answer's head.
    async fn hop(
        &self,
        method: &Method,
        url: &Url,
        headers: &HeaderMap,
        body: Option<bytes::Bytes>,
    ) -> Result<reqwest::Response, Error> {
        let parts = &*self.parts;
        let client = match self.policy.check(url)? {
            Reach::Allowed => &parts.allowed,
            Reach::Public => {
                if parts.settings.proxy.is_some() {
                    self.check(url).await?;
                }
                &parts.public
            }
        };
        let mut headers = headers.clone();
        headers.entry(ACCEPT_ENCODING).or_insert(HeaderValue::from_static("gzip"));
        if let Ok(agent) = HeaderValue::from_str(&parts.settings.user_agent) {
            headers.entry(USER_AGENT).or_insert(agent);
        }
        let mut request = client.request(method.clone(), url.clone()).headers(headers);
        if let Some(body) = body {
            request = request.body(body);
        }
        let host = host_of(url).unwrap_or_default();
        request.send().await.map_err(|error| from_reqwest(&error, host, parts.settings.connect))
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Where a redirect leads.
pub(crate) fn target(from: &Url, location: &HeaderValue) -> Result<Url, Error> {
    let location = String::from_utf8_lossy(location.as_bytes());
    let mut to = from.join(location.trim()).map_err(|why| Error::BadRedirect {
        host: host_of(from).unwrap_or_default().to_owned(),
        why: format!("“{}”: {why}", crate::error::given(&location)),
    })?;
    to.set_fragment(None);
    Ok(to)
}

/// The headers of a request that goes on from one URL to another: another origin gets none that names a person or a secret.
fn headers_for(from: &Url, to: &Url, mut headers: HeaderMap) -> Result<HeaderMap, Error> {
    if to.origin() == from.origin() {
        return Ok(headers);
    }
    let secret: Vec<HeaderName> = headers.keys().filter(|name| !is_harmless(name)).cloned().collect();
    if !secret.is_empty() && from.scheme() == "https" && to.scheme() == "http" {
        let name = |url| host_of(url).unwrap_or_default().to_owned();
        return Err(Error::Downgrade { host: name(from), to: name(to) });
    }
    for name in secret {
        headers.remove(name);
    }
    Ok(headers)
}

/// What a failed request means: our own refusal, when that is what is at the bottom of it.
pub(crate) fn from_reqwest(error: &reqwest::Error, host: &str, connect: Duration) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(this) = cause {
        if let Some(ours) = this.downcast_ref::<Error>() {
            return ours.clone();
        }
        cause = this.source();
    }
    let host = host.to_owned();
    if error.is_timeout() {
        Error::TimedOut { host, limit: connect }
    } else if error.is_connect() {
        Error::Unreachable { host, why: root_cause(error) }
    } else {
        Error::Broken { host, why: root_cause(error) }
    }
}

/// The innermost reason: the outer ones repeat the URL, with what may be secret in it.
fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use reqwest::header::{ACCEPT, AUTHORIZATION};

    use super::*;

    fn passed_on(from: &str, to: &str, secret: bool) -> Result<usize, &'static str> {
        let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("text/html"))]);
        if secret {
            headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer x"));
        }
        let headers = headers_for(&Url::parse(from).unwrap(), &Url::parse(to).unwrap(), headers);
        headers.map(|headers| headers.len()).map_err(|error| error.code())
    }

    #[test]
    fn credentials_stay_with_their_origin() {
        assert_eq!(passed_on("https://a.example/1", "https://a.example/2", true), Ok(2));
        assert_eq!(passed_on("https://a.example/1", "https://b.example/2", true), Ok(1));
        assert_eq!(passed_on("https://a.example/1", "https://a.example:8443/2", true), Ok(1));
    }

    #[test]
    fn credentials_never_go_from_https_to_http() {
        assert_eq!(passed_on("https://a.example/1", "http://a.example/1", true), Err("downgrade"));
        assert_eq!(passed_on("https://a.example/1", "http://a.example/1", false), Ok(1));
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        let proxy = Url::parse("ftp://proxy.example").unwrap();
        let wrong = [
            Settings { user_agent: "a\nb".into(), ..Settings::default() },
            Settings { proxy: Some(proxy), ..Settings::default() },
            Settings { extra_roots: vec![b"x".to_vec()], ..Settings::default() },
        ];
        for settings in wrong {
            assert_eq!(Client::new(settings).err().map(|error| error.code()), Some("settings"));
        }
    }
}
