//! Paths of a site, as robots.txt writes them (RFC 9309 §2.2.2): `/help/`, `/*/print`, `/*.pdf$`.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The beginning of a path with its query; `*` is any text, `$` at the end is the end.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PathPattern {
    written: String,
    /// What stands between the stars, percent-encoding made uniform.
    parts: Vec<String>,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum End {
    Open,
    Closed,
}

impl PathPattern {
    /// A pattern; anything is one. Empty: matches nothing.
    pub(crate) fn new(written: &str) -> Self {
        let (text, end) = match written.strip_suffix('$') {
            Some(text) => (text, End::Closed),
            None => (written, End::Open),
        };
        Self { written: written.to_owned(), parts: text.split('*').map(uniform).collect(), end }
    }

    /// Says whether the path and query of a URL are meant.
    pub fn matches(&self, url: &Url) -> bool {
        self.matches_path(&path_of(url))
    }

    /// As [`PathPattern::matches`], of what [`path_of`] gives.
    pub(crate) fn matches_path(&self, path: &str) -> bool {
        if self.written.is_empty() {
            return false;
        }
        let (Some(first), Some(last)) = (self.parts.first(), self.parts.last()) else { return false };
        let Some(mut rest) = path.strip_prefix(first.as_str()) else { return false };
        if self.parts.len() == 1 {
            return self.end == End::Open || rest.is_empty();
        }
        // Taking each part where it first occurs leaves the most for those after it.
        for part in &self.parts[1..self.parts.len() - 1] {
            let Some(at) = rest.find(part.as_str()) else { return false };
            rest = &rest[at + part.len()..];
        }
        match self.end {
            End::Open => rest.contains(last.as_str()),
            End::Closed => rest.ends_with(last.as_str()),
        }
    }

    /// How precise a rule is: its length in octets.
    pub(crate) fn precision(&self) -> usize {
        self.written.len()
    }
}

/// Path and query of a URL, percent-encoding made uniform.
pub(crate) fn path_of(url: &Url) -> String {
    match url.query() {
        Some(query) => uniform(&format!("{}?{query}", url.path())),
        None => uniform(url.path()),
    }
}

/// Writes what needs no encoding plainly, and everything else as `%XX`, so that `/ä`, `/%c3%a4` and `/%C3%A4` are the same.
fn uniform(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match (byte, bytes.get(at..at + 2).and_then(hex)) {
            (b'%', Some(value)) => {
                at += 2;
                if value.is_ascii_alphanumeric() || b"-._~".contains(&value) {
                    out.push(char::from(value));
                } else {
                    out.push_str(&format!("%{value:02X}"));
                }
            }
            (0x21..=0x7e, _) => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn hex(two: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(two[0])? * 16 + digit(two[1])?).ok()
}

impl FromStr for PathPattern {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if !text.starts_with(['/', '*']) {
            return Err(Error::NotAPath { given: crate::error::given(text) });
        }
        Ok(Self::new(text))
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl TryFrom<String> for PathPattern {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<PathPattern> for String {
    fn from(pattern: PathPattern) -> Self {
        pattern.written
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        PathPattern::new(pattern).matches(&Url::parse("https://a.example").unwrap().join(path).unwrap())
    }

    #[test]
    fn a_pattern_is_the_beginning_of_a_path() {
        assert!(matches("/help", "/help"));
        assert!(matches("/help", "/help/a?b"));
        assert!(matches("/help", "/helpful"));
        assert!(!matches("/help/", "/help"));
        assert!(!matches("/Help", "/help"));
        assert!(!matches("", "/help"));
        assert!(matches("/", "/"));
    }

    #[test]
    fn a_star_is_any_text_and_a_dollar_the_end() {
        assert!(matches("/*.pdf$", "/a/b.pdf"));
        assert!(!matches("/*.pdf$", "/a/b.pdf?x=1"));
        assert!(matches("/*.pdf", "/a/b.pdf?x=1"));
        assert!(matches("/a*b*c", "/a1b2c3"));
        assert!(matches("/a*b*b$", "/ab-b"));
        assert!(!matches("/a*b*b$", "/ab"));
        assert!(matches("/$", "/"));
        assert!(!matches("/$", "/a"));
        assert!(matches("*?session=", "/a?session=1"));
        assert!(matches("/help/*", "/help/"));
    }

    #[test]
    fn encoding_makes_no_difference() {
        assert!(matches("/帮助", "/%E5%B8%AE%e5%8a%a9/a"));
        assert!(matches("/%e5%b8%ae", "/帮助"));
        assert!(matches("/%7Ejoe/", "/~joe/"));
        assert!(!matches("/a%2Fb", "/a/b"), "an encoded slash is no slash");
    }

    proptest! {
        #[test]
        fn any_text_can_be_a_pattern(pattern in ".{0,40}", path in "/[a-z*$%/?]{0,40}") {
            let _ = PathPattern::new(&pattern).matches_path(&path);
        }
    }
}
