//! Asking a site no more, and no faster, than it likes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{StatusCode, Url};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use tokio::time::{Instant, sleep, sleep_until};

use super::Skip;
use crate::robots::{MAX_ROBOTS_BYTES, Robots, product_token};
use crate::{Client, Error, Incoming, Request};

/// A busy site is asked so many times in all.
const ATTEMPTS: u32 = 3;
/// Failed connections in a row after which a host is left alone.
const PATIENCE: u32 = 3;

/// Requests to many sites, one at a time.
pub(super) struct Polite {
    client: Client,
    delay: Duration,
    max_wait: Duration,
    /// By origin.
    sites: HashMap<String, Site>,
}

struct Site {
    /// Its rules, or why there are none now.
    robots: Option<Result<Arc<Robots>, Skip>>,
    delay: Duration,
    /// Not asked before.
    next: Instant,
    /// Connections that failed in a row.
    failures: u32,
    /// Why it is not asked any more.
    resting: Option<Skip>,
}

impl Polite {
    pub fn new(client: Client, delay: Duration, max_wait: Duration) -> Self {
        Self { client, delay, max_wait, sites: HashMap::new() }
    }

    /// The program's name for robots.txt.
    pub fn agent(&self) -> String {
        product_token(self.client.user_agent()).to_owned()
    }

    fn site(&mut self, url: &Url) -> &mut Site {
        let delay = self.delay;
        self.sites.entry(url.origin().ascii_serialization()).or_insert_with(|| Site {
            robots: None,
            delay,
            next: Instant::now(),
            failures: 0,
            resting: None,
        })
    }

    /// The rules of the site that `url` is on; read once.
    pub async fn robots(&mut self, url: &Url) -> Result<Arc<Robots>, Skip> {
        if let Some(robots) = &self.site(url).robots {
            return robots.clone();
        }
        let robots = self.read_robots(url).await.map(Arc::new);
        let max_wait = self.max_wait;
        let site = self.site(url);
        if let Some(delay) = robots.as_ref().ok().and_then(|robots| robots.crawl_delay) {
            site.delay = site.delay.max(delay.min(max_wait));
            site.next = Instant::now() + site.delay;
        }
        site.robots = Some(robots.clone());
        robots
    }

    async fn read_robots(&mut self, url: &Url) -> Result<Robots, Skip> {
        let Ok(at) = url.join("/robots.txt") else { return Ok(Robots::allow_all()) };
        let mut request = Request::get(at);
        // More than is read, so that a long file is read as far as it counts.
        request.max_body = Some(MAX_ROBOTS_BYTES * 4);
        let unavailable = |why: String| Skip::RobotsUnavailable { why };
        let mut response = match self.get(request).await {
            Ok(response) => response,
            // A site that sends on for ever has no robots.txt (RFC 9309 §2.3.1.2).
            Err(Skip::Failed(Error::TooManyRedirects { .. } | Error::BadRedirect { .. } | Error::TooLarge { .. })) => {
                return Ok(Robots::allow_all());
            }
            Err(Skip::Failed(error)) if error.is_passing() => return Err(unavailable(error.en())),
            Err(skip) => return Err(skip),
        };
        match response.status.as_u16() {
            200..=299 => {}
            429 | 500.. => return Err(unavailable(format!("status {}", response.status.as_u16()))),
            _ => return Ok(Robots::allow_all()),
        }
        let mut text = Vec::new();
        while (text.len() as u64) < MAX_ROBOTS_BYTES {
            match response.chunk().await {
                Ok(Some(piece)) => text.extend_from_slice(&piece),
                Ok(None) => break,
                Err(error) => return Err(unavailable(error.en())),
            }
        }
        Ok(Robots::parse(&text, &self.agent()))
    }

    /// Sends a GET when it is the site's turn; waits and asks again when the site is busy (429, 503). Whoever reads the body of
    /// an answer with status 200 says whether it came: [`Polite::answered`] or [`Polite::failed`].
    pub async fn get(&mut self, request: Request) -> Result<Incoming, Skip> {
        let mut attempt = 1;
        loop {
            let site = self.site(&request.url);
            if let Some(why) = &site.resting {
                return Err(why.clone());
            }
            sleep_until(site.next).await;
            site.next = Instant::now() + site.delay;
            let response = match self.client.open(request.clone()).await {
                Ok(response) => response,
                Err(error) => {
                    self.failed(&request.url, &error);
                    return Err(Skip::Failed(error));
                }
            };
            if response.status != StatusCode::OK {
                self.answered(&request.url);
            }
            if !matches!(response.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
                return Ok(response);
            }
            let asked = retry_after(&response.headers, OffsetDateTime::now_utc());
            if let Some(rest) = asked.filter(|rest| *rest > self.max_wait) {
                self.site(&request.url).resting = Some(Skip::Busy { rest });
                return Err(Skip::Busy { rest });
            }
            if attempt == ATTEMPTS {
                return Ok(response);
            }
            drop(response);
            sleep(asked.unwrap_or(Duration::from_secs(2) * attempt).min(self.max_wait)).await;
            attempt += 1;
        }
    }

    /// A host that answers is not down.
    pub fn answered(&mut self, url: &Url) {
        self.site(url).failures = 0;
    }

    /// Counts failures of a host's connections; what is wrong with one page is not the host's failure.
    pub fn failed(&mut self, url: &Url, error: &Error) {
        let site = self.site(url);
        if error.is_passing() {
            site.failures += 1;
        }
        if site.failures >= PATIENCE {
            let host = url.host_str().unwrap_or_default().to_owned();
            site.resting = Some(Skip::HostDown { host });
        }
    }
}

/// What `Retry-After` asks for: seconds, or a date (RFC 9110 §10.2.3).
fn retry_after(headers: &HeaderMap, now: OffsetDateTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = OffsetDateTime::parse(value, &Rfc2822).ok()?;
    Some(Duration::try_from(until - now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use reqwest::header::HeaderValue;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_rest_is_asked_for_in_seconds_or_by_a_date() {
        let now = datetime!(2026-11-22 10:00 UTC);
        let asked = |value: &'static str| {
            retry_after(&HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(value))]), now)
        };
        assert_eq!(asked("120"), Some(Duration::from_secs(120)));
        assert_eq!(asked("Sun, 22 Nov 2026 10:01:00 GMT"), Some(Duration::from_secs(60)));
        assert_eq!(asked("Sun, 22 Nov 2026 09:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(asked("soon"), None);
        assert_eq!(asked("-5"), None);
    }
}
