//! The part of a crawl that reads sitemaps.

use reqwest::Url;

use super::run::{Address, Crawl, aside, redirected};
use super::wanted::tidy;
use super::{Skip, Start, Visit};
use crate::{Error, MAX_REDIRECTS, MAX_SITEMAP_BYTES, Redirects, Request, Sitemap, SitemapFault};

/// An index, sitemaps in it, and no deeper than sitemaps in those.
const MAX_SITEMAP_DEPTH: usize = 3;

impl Crawl {
    /// Queues what the plan starts with.
    pub(super) async fn begin(&mut self) {
        match self.plan.start.clone() {
            Start::Sitemap(url) => self.sitemaps.push_back((url, 1)),
            Start::Page(_) => self.queue_start(),
            Start::Site(url) => {
                let robots = self.polite.robots(&url).await;
                let named = robots.map(|robots| robots.sitemaps.clone()).unwrap_or_default();
                let named = named.iter().filter_map(|sitemap| url.join(sitemap).ok());
                self.sitemaps.extend(named.filter(|sitemap| self.wanted.host(sitemap)).map(|sitemap| (sitemap, 1)));
                if self.sitemaps.is_empty() {
                    self.sitemaps.extend(url.join("/sitemap.xml").map(|sitemap| (sitemap, 1)));
                }
            }
        }
    }

    /// Queues the pages of a sitemap, and the sitemaps in it.
    pub(super) async fn read_sitemap(&mut self, url: Url, depth: usize) {
        let (sitemap, at) = match self.fetch_sitemap(url.clone()).await {
            Ok(found) => found,
            Err(reason) => {
                // A site need not have the sitemap that nobody spoke of.
                let guessed = matches!(self.plan.start, Start::Site(_)) && url.path() == "/sitemap.xml";
                if !(guessed && matches!(reason, Skip::Status { status: 400..=499 })) {
                    self.told_next.push_back(Visit::Skipped { url: url.into(), reason });
                }
                return;
            }
        };
        let mut foreign = None;
        for entry in &sitemap.pages {
            let Ok(page) = at.join(&entry.url).map(|page| tidy(&page)) else { continue };
            if !self.wanted.host(&page) {
                foreign = foreign.or(Some(page));
            } else if self.wanted.page(&page) && self.seen.insert(page.to_string()) {
                self.listed += 1;
                self.queue.push_back(Address { url: page, hops: 0, changed_at: entry.last_modified });
            }
        }
        let mut faults: Vec<SitemapFault> = sitemap.fault.into_iter().collect();
        if depth == MAX_SITEMAP_DEPTH && !sitemap.sitemaps.is_empty() {
            faults.push(SitemapFault::TooDeep);
        } else {
            for entry in &sitemap.sitemaps {
                let Ok(child) = at.join(&entry.url) else { continue };
                // What can never be asked for is not remembered either.
                let full = self.sitemaps.len() + self.progress.requests >= self.max_requests();
                if !self.wanted.host(&child) {
                    foreign = foreign.or(Some(child));
                } else if !full && self.seen.insert(format!("sitemap {child}")) {
                    self.sitemaps.push_back((child, depth + 1));
                }
            }
        }
        // Told once a sitemap: that a host is missing from the plan is what somebody wants to know.
        let foreign = foreign.map(|foreign| Visit::Skipped { url: foreign.into(), reason: Skip::NotWanted });
        self.told_next.extend(foreign);
        let faulty = |fault| Visit::Skipped { url: url.to_string(), reason: Skip::Sitemap(fault) };
        self.told_next.extend(faults.into_iter().map(faulty));
    }

    /// A sitemap and where it was in the end. Redirects within the crawl's hosts are followed.
    async fn fetch_sitemap(&mut self, mut url: Url) -> Result<(Sitemap, Url), Skip> {
        for _ in 0..=MAX_REDIRECTS {
            if !self.wanted.host(&url) {
                return Err(Skip::OffSite { to: url.into() });
            }
            self.progress.requests += 1;
            let mut request = Request::get(url.clone());
            request.redirects = Redirects::Stay;
            request.max_body = Some(MAX_SITEMAP_BYTES);
            let too_large = |error| match error {
                Error::TooLarge { .. } => Skip::Sitemap(SitemapFault::TooLarge),
                error => Skip::Failed(error),
            };
            let response = match self.polite.get(request).await {
                Err(Skip::Failed(error)) => return Err(too_large(error)),
                response => response?,
            };
            match response.status.as_u16() {
                200 => {
                    let response = response.read().await.map_err(too_large)?;
                    let sitemap = aside(move || Sitemap::parse(&response.body)).await?;
                    return Ok((sitemap, url));
                }
                301 | 302 | 303 | 307 | 308 => url = redirected(&url, &response.headers).map_err(Skip::Failed)?,
                status => return Err(Skip::Status { status }),
            }
        }
        Err(Skip::TooManyRedirects)
    }
}
