//! Reading a site: by its sitemap, or from link to link, politely and within bounds.

mod lists;
mod polite;
mod run;
mod skip;
mod wanted;

use std::time::Duration;

use bytes::Bytes;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use run::Crawl;
pub use skip::Skip;

use crate::{HostPattern, PathPattern};

/// Where a crawl begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// Reads the pages that a sitemap names, and those of sitemaps in it.
    Sitemap(Url),
    /// Reads a page and follows links, breadth first.
    Page(Url),
    /// Reads the sitemaps that the site's robots.txt names, else `/sitemap.xml`; when there is none, as [`Start::Page`].
    Site(Url),
}

impl Start {
    pub fn url(&self) -> &Url {
        match self {
            Self::Sitemap(url) | Self::Page(url) | Self::Site(url) => url,
        }
    }
}

/// What to read, and how politely. [`Plan::new`] gives the defaults.
#[derive(Clone, Debug)]
pub struct Plan {
    pub start: Start,
    /// Only these hosts are ever asked. Empty: the start's host, with and without `www.`.
    pub hosts: Vec<HostPattern>,
    /// Only pages with such a path. Empty: all. A start page is read for its links in any case.
    pub include: Vec<PathPattern>,
    /// No pages with such a path, nor links on them.
    pub exclude: Vec<PathPattern>,
    /// Pages, changed and unchanged, after which the crawl ends. At most `3 × max_pages + 100` requests are made for them.
    pub max_pages: usize,
    /// Largest page, in bytes.
    pub max_page_bytes: u64,
    /// Time from one request to a host to the next; longer when its robots.txt asks for it.
    pub delay: Duration,
    /// The longest that a host can make us wait between two requests, by `Crawl-delay` or `Retry-After`.
    pub max_wait: Duration,
    /// Media types that are pages, such as `text/html`.
    pub media_types: Vec<String>,
}

impl Plan {
    pub fn new(start: Start) -> Self {
        Self {
            start,
            hosts: Vec::new(),
            include: Vec::new(),
            exclude: Vec::new(),
            max_pages: 1_000,
            max_page_bytes: 20_000_000,
            delay: Duration::from_millis(500),
            max_wait: Duration::from_secs(30),
            media_types: MEDIA_TYPES.map(str::to_owned).to_vec(),
        }
    }
}

/// What people read: web pages, documents, text.
const MEDIA_TYPES: [&str; 9] = [
    "text/html",
    "application/xhtml+xml",
    "application/pdf",
    "text/plain",
    "text/markdown",
    "text/x-markdown",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
];

/// A page as an earlier crawl left it: the fields of [`Page`], kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Known {
    pub url: String,
    /// Where it was read, when that is not `url`.
    pub read_at: Option<String>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// Lower-case hexadecimal.
    pub sha256: Option<String>,
    /// Links on it. When they are not known, a crawl that follows links reads the page in full to find them.
    pub links: Option<Vec<String>>,
}

/// A page that is new or has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its canonical address: what the page says it is, if that is on the same host, else where it was read.
    pub url: Url,
    /// Where it was read.
    pub read_at: Url,
    pub status: u16,
    /// The header in full, such as `text/html; charset=gbk`; absent when the site did not say.
    pub content_type: Option<String>,
    pub bytes: Bytes,
    /// `ETag`, to be given back in [`Known`].
    pub etag: Option<String>,
    /// `Last-Modified`, to be given back in [`Known`].
    pub last_modified: Option<String>,
    /// When the sitemap says that it changed.
    pub changed_at: Option<OffsetDateTime>,
    /// Of the bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Links on it that are part of the crawl, in the page's order; `None` in a crawl by sitemap, which does not look for them.
    pub links: Option<Vec<Url>>,
}

impl Page {
    /// What to keep for the next crawl.
    pub fn known(&self) -> Known {
        Known {
            url: self.url.to_string(),
            read_at: (self.read_at != self.url).then(|| self.read_at.to_string()),
            etag: self.etag.clone(),
            last_modified: self.last_modified.clone(),
            sha256: Some(self.sha256.clone()),
            links: self.links.as_ref().map(|links| links.iter().map(Url::to_string).collect()),
        }
    }
}

/// What became of an address. Each known page that is not reached otherwise is asked for at the end, so that a crawl that ends with
/// [`End::Everything`] says something of every one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visit {
    /// New, or other bytes than before.
    Page(Box<Page>),
    /// The same bytes as before. What to keep for the next crawl is here, since the site may have given a new `ETag`.
    Unchanged(Known),
    /// A known page that is no more (404, 410).
    Gone { url: String, status: u16 },
    /// The site says for good that it is elsewhere; the new address is visited next, if it was not yet.
    Moved { url: String, to: String },
    /// Not read, or not wanted.
    Skipped { url: String, reason: Skip },
}

impl Visit {
    /// The address that this is about; the known one, for a known page.
    pub fn url(&self) -> &str {
        match self {
            Self::Page(page) => page.url.as_str(),
            Self::Unchanged(known) => &known.url,
            Self::Gone { url, .. } | Self::Moved { url, .. } | Self::Skipped { url, .. } => url,
        }
    }
}

/// How far a crawl is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// New and changed pages.
    pub pages: usize,
    pub unchanged: usize,
    pub gone: usize,
    pub moved: usize,
    pub skipped: usize,
    /// Addresses that are known and not yet visited.
    pub waiting: usize,
    /// Requests for pages and sitemaps.
    pub requests: usize,
    /// Bytes of pages.
    pub bytes: u64,
}

/// Why a crawl ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// There is nothing more to visit.
    Everything,
    /// [`Plan::max_pages`] was reached.
    PageLimit,
    /// Somebody stopped it.
    Cancelled,
}
