//! A page or file as it goes out, and whether the reader's browser has it already (RFC 9110 §8.8, §13.1).

use ring::digest::{SHA256, digest};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};
use yingda_model::Timestamp;

use crate::texts::moment;

/// How long browsers and proxies may keep what they got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// For ever: its address has its content in it.
    Forever,
    /// Ask each time whether it changed.
    Ask,
    /// As `Ask`, and no proxy may keep it: it has what a reader typed in it.
    Private,
}

/// A page or file as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// 200, 404 or 410.
    pub status: u16,
    pub content_type: &'static str,
    pub body: String,
    /// `W/"…"`: of the body. Weak, so that it holds for the compressed body too.
    pub etag: String,
    pub last_modified: Option<Timestamp>,
    pub keep: Keep,
    /// The content security policy, for pages.
    pub policy: Option<String>,
}

impl Page {
    pub(crate) fn new(content_type: &'static str, body: String, last_modified: Option<Timestamp>) -> Self {
        let etag = format!("W/\"{}\"", fingerprint(&body));
        Self { status: 200, content_type, body, etag, last_modified, keep: Keep::Ask, policy: None }
    }

    /// The headers to send with it, also with a 304: names in lower case.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let keep = match self.keep {
            Keep::Forever => "public, max-age=31536000, immutable",
            Keep::Ask => "public, no-cache",
            Keep::Private => "private, no-cache",
        };
        let mut headers = vec![
            ("content-type", self.content_type.to_owned()),
            ("cache-control", keep.to_owned()),
            ("etag", self.etag.clone()),
            ("x-content-type-options", "nosniff".to_owned()),
        ];
        if let Some(at) = self.last_modified {
            headers.push(("last-modified", http_date(at)));
        }
        if let Some(policy) = &self.policy {
            headers.push(("content-security-policy", policy.clone()));
            headers.push(("referrer-policy", "strict-origin-when-cross-origin".to_owned()));
        }
        headers
    }

    /// Whether the browser, by its `If-None-Match` and `If-Modified-Since`, has this very page: answer 304 without the body.
    pub fn is_known(&self, if_none_match: Option<&str>, if_modified_since: Option<&str>) -> bool {
        if self.status != 200 {
            return false;
        }
        let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        match (if_none_match, if_modified_since) {
            (Some(tags), _) => tags.split(',').any(|tag| tag.trim() == "*" || bare(tag) == bare(&self.etag)),
            (None, Some(since)) => match (parse_http_date(since), self.last_modified) {
                (Some(since), Some(at)) => at.0.div_euclid(1000) <= since,
                _ => false,
            },
            (None, None) => false,
        }
    }
}

/// 16 hexadecimal digits that change when the text does.
pub(crate) fn fingerprint(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

const HTTP_DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// A moment as HTTP writes it (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
pub fn http_date(at: Timestamp) -> String {
    // The format has only parts that every date has.
    moment(at).format(HTTP_DATE).unwrap_or_default()
}

/// Seconds since 1970 of an HTTP date.
fn parse_http_date(text: &str) -> Option<i64> {
    PrimitiveDateTime::parse(text.trim(), HTTP_DATE)
        .ok()
        .map(PrimitiveDateTime::assume_utc)
        .map(OffsetDateTime::unix_timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_has_the_page_is_told_so() {
        let page = Page::new("text/html", "x".to_owned(), Some(Timestamp(784_111_777_900)));
        assert_eq!(http_date(Timestamp(784_111_777_900)), "Sun, 06 Nov 1994 08:49:37 GMT");
        let strong = page.etag.trim_start_matches("W/").to_owned();
        for tags in [page.etag.as_str(), strong.as_str(), "\"a\", *", &format!("\"a\", {}", page.etag)] {
            assert!(page.is_known(Some(tags), None), "{tags}");
        }
        assert!(!page.is_known(Some("\"other\""), Some("Sun, 06 Nov 1994 08:49:37 GMT")), "the tag decides");
        assert!(page.is_known(None, Some("Sun, 06 Nov 1994 08:49:37 GMT")));
        assert!(!page.is_known(None, Some("Sun, 06 Nov 1994 08:49:36 GMT")));
        assert!(!page.is_known(None, Some("yesterday")));
        assert!(!page.is_known(None, None));
    }
}
