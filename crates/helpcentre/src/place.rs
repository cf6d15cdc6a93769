//! Where a help centre is, and the addresses of its pages.

use std::fmt::Write as _;

use uuid::Uuid;
use yingda_model::EntryId;

use crate::anchor::words;

/// Where a help centre is reached. One behind a proxy on a domain of its own has another origin and an empty path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    origin: String,
    base: String,
    files: Vec<String>,
}

/// A place that no browser could reach.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPlace {
    /// The origin is no scheme and host.
    #[error("expected an origin such as https://help.example.com (no path), got {0:?}")]
    Origin(String),
    /// The path is not one.
    #[error("expected a path such as /help/shop (or nothing), got {0:?}")]
    Path(String),
}

impl Place {
    /// `origin`: scheme and host as browsers see them, such as `https://help.example.com`. `base`: what comes before `/{lang}/`
    /// in the path, such as `/help/shop`; empty on a domain of its own. `files`: beginnings of the paths or addresses under which
    /// our own pictures are served, such as `/api/v1/files/`; pictures from elsewhere become links.
    ///
    /// # Errors
    /// When the origin or the path cannot be one.
    pub fn new(origin: &str, base: &str, files: &[&str]) -> Result<Self, BadPlace> {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")).unwrap_or_default();
        let fine = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
        if host.is_empty() || !host.chars().all(fine) {
            return Err(BadPlace::Origin(origin.to_owned()));
        }
        let base = base.trim_end_matches('/');
        let fine = |c: char| c.is_ascii_alphanumeric() || "-_.~/%".contains(c);
        if !(base.is_empty() || base.starts_with('/')) || base.starts_with("//") || !base.chars().all(fine) {
            return Err(BadPlace::Path(base.to_owned()));
        }
        Ok(Self {
            origin: origin.to_owned(),
            base: base.to_owned(),
            files: files.iter().filter(|prefix| !prefix.is_empty()).map(|&prefix| prefix.to_owned()).collect(),
        })
    }

    /// Scheme and host.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// What comes before `/{lang}/` in the path, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    pub(crate) fn files(&self) -> &[String] {
        &self.files
    }

    /// The whole address of a path of this place.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The path of the page from which visitors are sent to their language: `/help/shop/`.
    pub fn root(&self) -> String {
        format!("{}/", self.base)
    }

    /// The path of the first page in a language: `/help/shop/zh/`.
    pub fn home(&self, lang: &str) -> String {
        format!("{}/{}/", self.base, encode(lang))
    }

    /// The path of a category's page: `/help/shop/zh/c/orders/returns`.
    pub fn category(&self, lang: &str, category: &str) -> String {
        // Browsers resolve `.` and `..` however they are written.
        let segments: Vec<_> =
            category.split('/').filter(|segment| !["", ".", ".."].contains(segment)).map(encode).collect();
        format!("{}/{}/c/{}", self.base, encode(lang), segments.join("/"))
    }

    /// The path of an article's page: `/help/shop/zh/a/怎么退货-{short id}`, percent-encoded.
    pub fn article(&self, lang: &str, title: &str, id: EntryId) -> String {
        let slug = words(title);
        let joint = if slug.is_empty() { "" } else { "-" };
        format!("{}/{}/a/{}{joint}{}", self.base, encode(lang), encode(&slug), short_id(id))
    }

    /// Where the form of an article's page is posted to.
    pub fn feedback(&self, lang: &str, title: &str, id: EntryId) -> String {
        format!("{}/feedback", self.article(lang, title, id))
    }

    /// The path of the search page, without a query.
    pub fn search(&self, lang: &str) -> String {
        format!("{}/{}/search", self.base, encode(lang))
    }

    /// The path of the search page for a query.
    pub fn search_for(&self, lang: &str, query: &str) -> String {
        format!("{}/{}/search?q={}", self.base, encode(lang), encode(query))
    }

    /// The path of the feed of changed articles.
    pub fn feed(&self, lang: &str) -> String {
        format!("{}/{}/feed.xml", self.base, encode(lang))
    }

    /// The path of the first file of the sitemap.
    pub fn sitemap(&self) -> String {
        format!("{}/sitemap.xml", self.base)
    }

    /// The path of a style sheet, script or icon.
    pub fn asset(&self, name: &str) -> String {
        format!("{}/assets/{name}", self.base)
    }
}

/// Digits of the short form of ids: 62 of them, safe in addresses.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Digits that 128 bits need at base 62.
const SHORT: usize = 22;

/// An id in 22 letters and digits instead of 36 characters. It stands for the whole id, so nothing need be looked up.
pub fn short_id(id: EntryId) -> String {
    let mut rest = id.0.as_u128();
    let mut digits = [b'0'; SHORT];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[usize::try_from(rest % 62).unwrap_or_default()];
        rest /= 62;
    }
    digits.iter().map(|&digit| char::from(digit)).collect()
}

/// The id in the last segment of an article's path (`return-policy-{short id}`), whatever the title was when the link was made.
/// If the path differs from [`Place::article`] of the article as it is now, send the reader there (301).
pub fn article_id(segment: &str) -> Option<EntryId> {
    let short = segment.rsplit('-').next()?;
    if short.len() != SHORT {
        return None;
    }
    let mut value: u128 = 0;
    for byte in short.bytes() {
        let digit = DIGITS.iter().position(|&digit| digit == byte)?;
        value = value.checked_mul(62)?.checked_add(u128::try_from(digit).ok()?)?;
    }
    Some(EntryId(Uuid::from_u128(value)))
}

/// The anchor of a heading as an address has it after `#`.
pub fn encoded_anchor(anchor: &str) -> String {
    encode(anchor)
}

/// Percent-encodes all but the unreserved characters of RFC 3986 §2.3: good for a segment of a path and for a value of a query.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place::new("https://example.com", "/help/shop/", &["/files/"]).unwrap()
    }

    #[test]
    fn an_article_is_found_again_by_its_path() {
        for value in [0, 1, u128::MAX, 0x0192_f0c1_2345_7abc_8def_0123_4567_89ab] {
            let id = EntryId(Uuid::from_u128(value));
            for title in ["How to return", "怎么退货？", "!!!", ""] {
                let path = place().article("zh", title, id);
                let segment = path.rsplit('/').next().unwrap();
                assert_eq!(article_id(segment), Some(id), "{path}");
            }
        }
    }

    #[test]
    fn what_is_no_id_is_none() {
        for segment in
            ["", "-", "how-to-return", "zzzzzzzzzzzzzzzzzzzzzz", "a-0000000000000000000é", "000000000000000000000"]
        {
            assert_eq!(article_id(segment), None, "{segment}");
        }
    }

    #[test]
    fn paths_are_encoded() {
        assert_eq!(place().category("zh", "订单/a b"), "/help/shop/zh/c/%E8%AE%A2%E5%8D%95/a%20b");
        assert_eq!(place().category("zh", "../x"), "/help/shop/zh/c/x");
        assert_eq!(place().search_for("en", "a&b=\"<"), "/help/shop/en/search?q=a%26b%3D%22%3C");
    }

    #[test]
    fn a_brand_has_a_domain_of_its_own() {
        let place = Place::new("https://help.example.com", "", &[]).unwrap();
        assert_eq!(place.absolute(&place.home("en")), "https://help.example.com/en/");
    }

    #[test]
    fn places_that_lead_elsewhere_are_refused() {
        for (origin, base) in [
            ("example.com", ""),
            ("https://", ""),
            ("https://a/b", ""),
            ("https://a\"", ""),
            ("javascript:alert(1)", ""),
            ("https://a", "help"),
            ("https://a", "//evil.com"),
            ("https://a", "/a?b"),
        ] {
            assert!(Place::new(origin, base, &[]).is_err(), "{origin} {base}");
        }
    }
}
