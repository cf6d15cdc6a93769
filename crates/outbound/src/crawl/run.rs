//! The crawl itself: one address after the other, in an order that depends on the site alone.

use std::collections::{HashMap, HashSet, VecDeque};

use bytes::Bytes;
use reqwest::header::{
    ACCEPT, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use reqwest::{StatusCode, Url};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use super::polite::Polite;
use super::wanted::{Wanted, tidy};
use super::{End, Known, Page, Plan, Progress, Skip, Start, Visit};
use crate::client::target;
use crate::response::{media_type, text_of};
use crate::{Client, Error, Incoming, MAX_REDIRECTS, PageHead, Redirects, Request, Response, Wishes};

/// A crawl under way. Ask for [`Crawl::next`] until it gives nothing; [`Crawl::end`] then says why.
///
/// It asks for one thing at a time, so the same site gives the same visits in the same order. What fails is a visit too; nothing
/// ends a crawl but its end, its limits and its cancellation. Dropping it stops it.
pub struct Crawl {
    pub(super) polite: Polite,
    pub(super) wanted: Wanted,
    pub(super) plan: Plan,
    cancelled: CancellationToken,
    finding: Finding,
    begun: Begun,
    pub(super) queue: VecDeque<Address>,
    pub(super) sitemaps: VecDeque<(Url, usize)>,
    /// Visits that are found out on the way.
    pub(super) told_next: VecDeque<Visit>,
    known: Vec<Known>,
    /// By where a known page was read.
    known_by_address: HashMap<String, usize>,
    known_by_url: HashMap<String, usize>,
    /// Pages that sitemaps named.
    pub(super) listed: usize,
    /// Addresses that were ever queued.
    pub(super) seen: HashSet<String>,
    /// Addresses that were asked for.
    asked: HashSet<String>,
    /// Addresses that a visit was about.
    told: HashSet<String>,
    /// Addresses of pages that were found, changed or not.
    found: HashSet<String>,
    /// SHA-256 to the page that has it.
    contents: HashMap<String, String>,
    pub(super) progress: Progress,
    end: Option<End>,
}

/// How pages are found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Finding {
    Listed,
    Following,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Begun {
    NotYet,
    Reading,
    /// The known pages that were not met.
    Leftovers,
}

/// An address to visit.
pub(super) struct Address {
    pub url: Url,
    /// Redirects that led here.
    pub hops: usize,
    pub changed_at: Option<OffsetDateTime>,
}

impl Address {
    fn new(url: Url) -> Self {
        Self { url, hops: 0, changed_at: None }
    }
}

impl Crawl {
    /// Prepares a crawl; nothing is asked before [`Crawl::next`]. `known` is what earlier crawls of the same site left.
    pub fn new(client: Client, plan: Plan, known: Vec<Known>, cancelled: CancellationToken) -> Self {
        let by_address =
            known.iter().enumerate().map(|(at, page)| (page.read_at.clone().unwrap_or(page.url.clone()), at));
        let by_url = known.iter().enumerate().map(|(at, page)| (page.url.clone(), at));
        Self {
            polite: Polite::new(client, plan.delay, plan.max_wait),
            wanted: Wanted::new(plan.clone()),
            finding: if matches!(plan.start, Start::Page(_)) { Finding::Following } else { Finding::Listed },
            plan,
            cancelled,
            begun: Begun::NotYet,
            queue: VecDeque::new(),
            sitemaps: VecDeque::new(),
            told_next: VecDeque::new(),
            known_by_address: by_address.collect(),
            known_by_url: by_url.collect(),
            known,
            listed: 0,
            seen: HashSet::new(),
            asked: HashSet::new(),
            told: HashSet::new(),
            found: HashSet::new(),
            contents: HashMap::new(),
            progress: Progress::default(),
            end: None,
        }
    }

    pub fn progress(&self) -> Progress {
        Progress { waiting: self.queue.len(), ..self.progress }
    }

    /// Why there are no more visits; `None` while there may be.
    pub fn end(&self) -> Option<End> {
        self.end
    }

    /// The next visit; `None` at the end. To stop early, cancel the token: a call that is dropped loses the visit under way.
    pub async fn next(&mut self) -> Option<Visit> {
        if self.end.is_some() {
            return None;
        }
        let cancelled = self.cancelled.clone();
        let visit = tokio::select! {
            biased;
            () = cancelled.cancelled() => Err(End::Cancelled),
            visit = self.step() => visit,
        };
        match visit {
            Ok(visit) => {
                self.count(&visit);
                Some(visit)
            }
            Err(end) => {
                self.end = Some(end);
                None
            }
        }
    }

    fn count(&mut self, visit: &Visit) {
        self.told.insert(visit.url().to_owned());
        let progress = &mut self.progress;
        match visit {
            Visit::Page(page) => {
                progress.pages += 1;
                progress.bytes += page.bytes.len() as u64;
            }
            Visit::Unchanged(_) => progress.unchanged += 1,
            Visit::Gone { .. } => progress.gone += 1,
            Visit::Moved { .. } => progress.moved += 1,
            Visit::Skipped { .. } => progress.skipped += 1,
        }
    }

    async fn step(&mut self) -> Result<Visit, End> {
        loop {
            if let Some(visit) = self.told_next.pop_front() {
                return Ok(visit);
            }
            let pages = self.progress.pages + self.progress.unchanged;
            if pages >= self.plan.max_pages || self.progress.requests >= self.max_requests() {
                return Err(End::PageLimit);
            }
            if self.begun == Begun::NotYet {
                self.begun = Begun::Reading;
                self.begin().await;
            } else if let Some(address) = self.queue.pop_front() {
                // Another page may have been found to be this one since it was queued.
                if !self.found.contains(address.url.as_str()) {
                    return Ok(self.visit(address).await);
                }
            } else if let Some((url, depth)) = self.sitemaps.pop_front() {
                // One sitemap at a time, so that no more than its addresses are held.
                self.read_sitemap(url, depth).await;
            } else if self.falls_back() {
                self.finding = Finding::Following;
                self.queue_start();
            } else if self.begun == Begun::Reading {
                self.begun = Begun::Leftovers;
                self.queue_leftovers();
            } else if self.queue.is_empty() {
                return Err(End::Everything);
            }
        }
    }

    pub(super) fn max_requests(&self) -> usize {
        self.plan.max_pages.saturating_mul(3).saturating_add(100)
    }

    /// Says whether a site turned out to have no sitemap with pages.
    fn falls_back(&self) -> bool {
        matches!(self.plan.start, Start::Site(_)) && self.finding == Finding::Listed && self.listed == 0
    }

    pub(super) fn queue_start(&mut self) {
        let url = tidy(self.plan.start.url());
        self.seen.insert(url.to_string());
        self.queue.push_back(Address::new(url));
    }

    /// Known pages that nothing led to are asked for themselves: they may be gone.
    fn queue_leftovers(&mut self) {
        for at in 0..self.known.len() {
            let page = &self.known[at];
            if self.told.contains(&page.url) {
                continue;
            }
            let addresses = [page.read_at.as_ref(), Some(&page.url)].into_iter().flatten();
            let mut addresses = addresses.filter_map(|text| Url::parse(text).ok()).map(|url| tidy(&url));
            let fresh = addresses.find(|url| !self.asked.contains(url.as_str()));
            match fresh {
                Some(url) if self.wanted.page(&url) => {
                    if self.seen.insert(url.to_string()) {
                        self.queue.push_back(Address::new(url));
                    }
                }
                _ => {
                    let url = page.url.clone();
                    self.told_next.push_back(Visit::Skipped { url, reason: Skip::NotWanted });
                }
            }
        }
    }

    async fn visit(&mut self, address: Address) -> Visit {
        let key = address.url.to_string();
        self.asked.insert(key.clone());
        let known = self.known_by_address.get(&key).map(|at| self.known[*at].clone());
        match self.read(address, known).await {
            Ok(visit) => visit,
            // Of a page that is kept under another address only this one failed; the other is asked for at the end.
            Err(reason) => Visit::Skipped { url: key, reason },
        }
    }

    async fn read(&mut self, address: Address, known: Option<Known>) -> Result<Visit, Skip> {
        let url = address.url.clone();
        if !self.polite.robots(&url).await?.allows(&url) {
            return Err(Skip::Robots);
        }
        self.progress.requests += 1;
        let request = self.request(&url, known.as_ref());
        let response = self.polite.get(request).await?;
        match response.status.as_u16() {
            200 | 203 => self.page(address, response).await,
            304 => match known {
                Some(known) => self.unchanged(known, &response.headers),
                None => Err(Skip::Status { status: 304 }),
            },
            301 | 302 | 303 | 307 | 308 => self.redirect(&address, &response),
            status @ (404 | 410) if self.known_by_url.contains_key(url.as_str()) => {
                Ok(Visit::Gone { url: url.into(), status })
            }
            status => Err(Skip::Status { status }),
        }
    }

    fn request(&self, url: &Url, known: Option<&Known>) -> Request {
        let mut request = Request::get(url.clone());
        request.redirects = Redirects::Stay;
        request.max_body = Some(self.plan.max_page_bytes);
        request.headers.insert(ACCEPT, HeaderValue::from_static("text/html,application/xhtml+xml,*/*;q=0.5"));
        // "Not modified" comes without the links; without them the crawl would not go on from here.
        let conditional = known.filter(|page| self.finding == Finding::Listed || page.links.is_some());
        if let Some(page) = conditional {
            let values = [(IF_NONE_MATCH, &page.etag), (IF_MODIFIED_SINCE, &page.last_modified)];
            for (name, value) in values {
                if let Some(value) = value.as_ref().and_then(|value| HeaderValue::from_str(value).ok()) {
                    request.headers.insert(name, value);
                }
            }
        }
        request
    }

    fn redirect(&mut self, address: &Address, response: &Incoming) -> Result<Visit, Skip> {
        let to = tidy(&redirected(&address.url, &response.headers).map_err(Skip::Failed)?);
        if to == address.url {
            return Err(Skip::RedirectLoop);
        }
        // A start page need not be one of the pages, nor where it sends on to.
        let start = !self.wanted.page(&address.url) && self.wanted.host(&to);
        if !start && !self.wanted.page(&to) {
            return Err(Skip::OffSite { to: to.into() });
        }
        if address.hops == MAX_REDIRECTS {
            return Err(Skip::TooManyRedirects);
        }
        if self.seen.insert(to.to_string()) {
            let changed_at = address.changed_at;
            self.queue.push_front(Address { url: to.clone(), hops: address.hops + 1, changed_at });
        }
        if matches!(response.status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT) {
            return Ok(Visit::Moved { url: address.url.to_string(), to: to.into() });
        }
        Err(Skip::Redirected { to: to.into() })
    }

    fn unchanged(&mut self, mut known: Known, headers: &HeaderMap) -> Result<Visit, Skip> {
        if !self.found.insert(known.url.clone()) {
            return Err(Skip::DuplicateOf { url: known.url });
        }
        if let Some(sha256) = &known.sha256 {
            self.contents.entry(sha256.clone()).or_insert_with(|| known.url.clone());
        }
        known.etag = text_of(headers, ETAG).or(known.etag);
        known.last_modified = text_of(headers, LAST_MODIFIED).or(known.last_modified);
        for link in known.links.iter().flatten() {
            if let Ok(link) = Url::parse(link) {
                self.queue_link(&link);
            }
        }
        Ok(Visit::Unchanged(known))
    }

    async fn page(&mut self, address: Address, response: Incoming) -> Result<Visit, Skip> {
        let kind = media_type(&response.headers);
        if let Some(kind) = kind.as_ref().filter(|kind| !self.wanted.media_type(kind)) {
            self.polite.answered(&address.url);
            return Err(Skip::MediaType { found: kind.clone() });
        }
        let response = match response.read().await {
            Ok(response) => response,
            Err(error) => {
                self.polite.failed(&address.url, &error);
                return Err(Skip::Failed(error));
            }
        };
        self.polite.answered(&address.url);
        let kind = kind.unwrap_or_else(|| {
            let markup = response.body.trim_ascii_start().starts_with(b"<");
            if markup { "text/html" } else { "application/octet-stream" }.to_owned()
        });
        let head = self.head(&kind, &address.url, &response).await?;
        let links = self.links(&head);
        for link in links.iter().flatten() {
            self.queue_link(link);
        }
        if head.wishes.noindex {
            return Err(Skip::NoIndex);
        }
        if !self.wanted.page(&address.url) {
            // A start page that is read for its links only.
            return Err(Skip::NotWanted);
        }
        let url = self.canonical(&address.url, head.canonical.as_ref())?;
        let sha256 = sha256(&response.body);
        if let Some(same) = self.contents.get(&sha256).filter(|same| *same != url.as_str()) {
            return Err(Skip::DuplicateOf { url: same.clone() });
        }
        let page = Page {
            read_at: address.url,
            status: response.status.as_u16(),
            content_type: text_of(&response.headers, CONTENT_TYPE),
            etag: text_of(&response.headers, ETAG),
            last_modified: text_of(&response.headers, LAST_MODIFIED),
            changed_at: address.changed_at,
            sha256,
            links,
            bytes: response.body,
            url,
        };
        self.seen.insert(page.url.to_string());
        self.found.insert(page.url.to_string());
        self.contents.insert(page.sha256.clone(), page.url.to_string());
        let before = self.known_by_url.get(page.url.as_str()).and_then(|at| self.known[*at].sha256.as_ref());
        match before {
            Some(before) if *before == page.sha256 => Ok(Visit::Unchanged(page.known())),
            _ => Ok(Visit::Page(Box::new(page))),
        }
    }

    async fn head(&self, kind: &str, url: &Url, response: &Response) -> Result<PageHead, Skip> {
        let agent = self.polite.agent();
        if !matches!(kind, "text/html" | "application/xhtml+xml") {
            return Ok(PageHead { wishes: Wishes::of_headers(&response.headers, &agent), ..PageHead::default() });
        }
        let (url, response) = (url.clone(), response.clone());
        aside(move || PageHead::read(&response.body, &url, &response.headers, &agent)).await
    }

    /// The links of a page that are part of the crawl, when it goes by links.
    fn links(&self, head: &PageHead) -> Option<Vec<Url>> {
        if self.finding == Finding::Listed {
            return None;
        }
        let mut once = HashSet::new();
        let links = head.links.iter().map(tidy).filter(|link| self.wanted.page(link));
        Some(links.filter(|link| once.insert(link.clone())).collect())
    }

    fn queue_link(&mut self, link: &Url) {
        // What can never be visited is not remembered either: a site can make up links without end.
        let full = self.queue.len() + self.asked.len() >= self.max_requests();
        if self.finding == Finding::Following
            && !full
            && self.wanted.page(link)
            && !self.found.contains(link.as_str())
            && self.seen.insert(link.to_string())
        {
            self.queue.push_back(Address::new(link.clone()));
        }
    }

    /// The address that a page is kept under. A page can speak for its own host only, and not for an address that is visited
    /// itself.
    fn canonical(&self, url: &Url, named: Option<&Url>) -> Result<Url, Skip> {
        let named = named.map(tidy).filter(|named| {
            named != url && named.host_str() == url.host_str() && named.port() == url.port() && self.wanted.page(named)
        });
        let Some(named) = named else { return Ok(url.clone()) };
        let (seen, asked) = (self.seen.contains(named.as_str()), self.asked.contains(named.as_str()));
        if self.found.contains(named.as_str()) || seen && !asked {
            return Err(Skip::DuplicateOf { url: named.into() });
        }
        // It was asked for and is no page: then this one is.
        Ok(if asked { url.clone() } else { named })
    }
}

fn sha256(bytes: &Bytes) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Does long work where it holds up nobody else.
pub(super) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Skip> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|why| Skip::Unreadable { why: why.to_string() })
}

/// Where an answer sends on to.
pub(super) fn redirected(from: &Url, headers: &HeaderMap) -> Result<Url, Error> {
    let Some(location) = headers.get(reqwest::header::LOCATION) else {
        let host = from.host_str().unwrap_or_default().to_owned();
        return Err(Error::BadRedirect { host, why: "it does not say where to".into() });
    };
    target(from, location)
}
