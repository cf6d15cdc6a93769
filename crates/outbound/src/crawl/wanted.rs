//! Which addresses are part of a crawl, and when two are one.

use reqwest::Url;

use super::Plan;
use crate::HostPattern;
use crate::path::path_of;

/// Which addresses are part of a crawl.
pub(super) struct Wanted {
    hosts: Vec<HostPattern>,
    plan: Plan,
}

/// Parameters that say where a visitor came from, not what the page is.
const TRACKING: [&str; 7] = ["gclid", "fbclid", "msclkid", "yclid", "mc_cid", "mc_eid", "_ga"];

/// What no page is called.
const NO_PAGES: [&str; 44] = [
    "jpg", "jpeg", "png", "gif", "webp", "avif", "svg", "ico", "bmp", "tif", "tiff", "css", "js", "mjs", "json", "xml",
    "rss", "atom", "map", "woff", "woff2", "ttf", "otf", "eot", "mp3", "mp4", "m4a", "m4v", "mov", "avi", "webm",
    "ogg", "wav", "zip", "gz", "tar", "rar", "7z", "exe", "dmg", "apk", "iso", "bin", "wasm",
];

impl Wanted {
    pub fn new(plan: Plan) -> Self {
        let mut hosts = plan.hosts.clone();
        if hosts.is_empty() {
            let start = plan.start.url();
            hosts.extend(HostPattern::of(start));
            let host = start.host_str().unwrap_or_default();
            let sibling = host.strip_prefix("www.").map_or_else(|| format!("www.{host}"), str::to_owned);
            hosts.extend(sibling.parse());
        }
        Self { hosts, plan }
    }

    /// Says whether a host may be asked at all.
    pub fn host(&self, url: &Url) -> bool {
        matches!(url.scheme(), "http" | "https") && self.hosts.iter().any(|host| host.matches(url))
    }

    /// Says whether an address may be a page of the crawl.
    pub fn page(&self, url: &Url) -> bool {
        let path = path_of(url);
        let included =
            self.plan.include.is_empty() || self.plan.include.iter().any(|pattern| pattern.matches_path(&path));
        self.host(url)
            && included
            && !self.plan.exclude.iter().any(|pattern| pattern.matches_path(&path))
            && !is_file(url)
    }

    /// Says whether a media type is a page's.
    pub fn media_type(&self, found: &str) -> bool {
        self.plan.media_types.iter().any(|wanted| wanted.eq_ignore_ascii_case(found))
    }
}

fn is_file(url: &Url) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(_, end)| NO_PAGES.iter().any(|no_page| end.eq_ignore_ascii_case(no_page)))
}

/// The address without its fragment, a dot at the end of the host, and parameters that only track visitors.
pub(super) fn tidy(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    if let Some(host) = url.host_str().and_then(|host| host.strip_suffix('.')).map(str::to_owned) {
        // A name stays a name without its last dot.
        let _ = url.set_host(Some(&host));
    }
    if let Some(query) = url.query() {
        let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !is_tracking(pair)).collect();
        let kept = kept.join("&");
        url.set_query((!kept.is_empty()).then_some(&kept));
    }
    url
}

fn is_tracking(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default();
    name.starts_with("utm_") || TRACKING.contains(&name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::Start;

    fn tidied(url: &str) -> String {
        tidy(&Url::parse(url).unwrap()).to_string()
    }

    #[test]
    fn addresses_of_one_page_are_one() {
        assert_eq!(tidied("HTTPS://A.example.:443/x/../b?utm_source=m&q=1&gclid=2#top"), "https://a.example/b?q=1");
        assert_eq!(tidied("https://a.example/b?utm_source=m"), "https://a.example/b");
        assert_eq!(tidied("https://a.example/b?&b=2&a=1"), "https://a.example/b?b=2&a=1");
    }

    #[test]
    fn a_site_is_its_host_with_and_without_www_and_no_other() {
        let wanted = Wanted::new(Plan::new(Start::Page(Url::parse("https://a.example/").unwrap())));
        for (url, is) in [
            ("https://a.example/b", true),
            ("http://www.a.example/b", true),
            ("https://shop.a.example/b", false),
            ("https://b.example/", false),
            ("https://a.example/x.JPG", false),
            ("https://a.example/x.pdf", true),
            ("https://a.example/v1.2/help", true),
        ] {
            assert_eq!(wanted.page(&Url::parse(url).unwrap()), is, "{url}");
        }
    }

    #[test]
    fn paths_are_included_and_excluded() {
        let mut plan = Plan::new(Start::Page(Url::parse("https://a.example/").unwrap()));
        plan.include = vec!["/help/".parse().unwrap(), "/faq".parse().unwrap()];
        plan.exclude = vec!["/*/old".parse().unwrap()];
        let wanted = Wanted::new(plan);
        for (path, is) in [("/help/a", true), ("/faq?x", true), ("/shop", false), ("/help/old/a", false)] {
            assert_eq!(wanted.page(&Url::parse("https://a.example").unwrap().join(path).unwrap()), is, "{path}");
        }
    }
}
