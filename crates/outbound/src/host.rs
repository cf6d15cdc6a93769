//! Hosts as people write them in a list: `shop.example.com`, `*.example.com`, `10.0.0.5:8080`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::error::{Error, given};

/// A host, or all hosts below one, with or without a port.
///
/// `shop.example.com` is that host on any port, `shop.example.com:8443` only there; `*.example.com` is every host below
/// `example.com`, not itself; `10.0.0.5`, `[fd00::5]:8080` and `fd00::5` are addresses. Upper and lower case, a dot at the end and
/// the notation of an address (`0x7f.1`) make no difference.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostPattern {
    /// As in a URL, without a dot at the end; an IPv6 address is in brackets.
    host: String,
    below: Below,
    port: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Below {
    Itself,
    AllBelow,
}

impl HostPattern {
    /// The host of `url` on any port; `None` when it has none.
    pub fn of(url: &Url) -> Option<Self> {
        Some(Self { host: host_of(url)?.to_owned(), below: Below::Itself, port: None })
    }

    /// Says whether a URL leads to this host.
    pub fn matches(&self, url: &Url) -> bool {
        let Some(host) = host_of(url) else { return false };
        if self.port.is_some() && self.port != url.port_or_known_default() {
            return false;
        }
        match self.below {
            Below::Itself => host == self.host,
            Below::AllBelow => host.strip_suffix(&self.host).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
        }
    }
}

/// The host of a URL without a dot at its end.
pub(crate) fn host_of(url: &Url) -> Option<&str> {
    let host = url.host_str()?;
    Some(host.strip_suffix('.').unwrap_or(host))
}

/// The address, when the host of a URL is one. The URL parser has already understood `0x7f.1`, `2130706433` and the like.
pub(crate) fn address_of(url: &Url) -> Option<IpAddr> {
    let host = host_of(url)?;
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host).parse().ok()
}

impl FromStr for HostPattern {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = || Error::NotAHost { given: given(text) };
        let text = text.trim();
        let (below, rest) = match text.strip_prefix("*.") {
            Some(rest) => (Below::AllBelow, rest),
            None => (Below::Itself, text),
        };
        if rest.is_empty() || rest.contains(|sign: char| "/?#@*\\%".contains(sign) || sign.is_whitespace()) {
            return Err(wrong());
        }
        let bracketed = match rest.parse::<std::net::Ipv6Addr>() {
            Ok(address) => format!("[{address}]"),
            Err(_) => rest.to_owned(),
        };
        // A URL parser is what will read the hosts that this is compared with. A port of the scheme would be dropped, so the
        // port is taken off before.
        let (host, port) = match bracketed.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port.parse::<u16>().map_err(|_| wrong())?)),
            _ => (bracketed.as_str(), None),
        };
        if port == Some(0) || host.is_empty() {
            return Err(wrong());
        }
        let url = Url::parse(&format!("http://{host}/")).map_err(|_| wrong())?;
        if below == Below::AllBelow && address_of(&url).is_some() {
            return Err(wrong());
        }
        let host = host_of(&url).filter(|host| !host.is_empty()).ok_or_else(wrong)?.to_owned();
        Ok(Self { host, below, port })
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.below == Below::AllBelow {
            f.write_str("*.")?;
        }
        f.write_str(&self.host)?;
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

impl TryFrom<String> for HostPattern {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<HostPattern> for String {
    fn from(pattern: HostPattern) -> Self {
        pattern.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn matches(pattern: &str, url: &str) -> bool {
        pattern.parse::<HostPattern>().unwrap().matches(&Url::parse(url).unwrap())
    }

    #[test]
    fn a_host_is_that_host_on_any_port() {
        assert!(matches("Shop.Example.com", "https://shop.example.com/a"));
        assert!(matches("shop.example.com", "http://shop.example.com:8080"));
        assert!(matches("shop.example.com.", "http://shop.example.com."));
        assert!(!matches("shop.example.com", "http://myshop.example.com"));
        assert!(!matches("shop.example.com", "http://shop.example.com.evil.test"));
        assert!(
            matches("商店.example", "http://xn--nlq03j.example/")
                == matches("xn--nlq03j.example", "http://商店.example/")
        );
    }

    #[test]
    fn a_port_narrows_it() {
        assert!(matches("shop.example.com:443", "https://shop.example.com/"));
        assert!(matches("shop.example.com:80", "http://shop.example.com/"));
        assert!(!matches("shop.example.com:443", "http://shop.example.com/"));
        assert!(!matches("shop.example.com:8080", "http://shop.example.com:8081/"));
    }

    #[test]
    fn a_star_is_every_host_below() {
        assert!(matches("*.example.com", "https://a.example.com/"));
        assert!(matches("*.example.com", "https://a.b.example.com/"));
        assert!(!matches("*.example.com", "https://example.com/"));
        assert!(!matches("*.example.com", "https://badexample.com/"));
        assert!(!matches("*.example.com", "https://example.com.evil.test/"));
    }

    #[test]
    fn addresses_match_in_any_notation() {
        assert!(matches("127.0.0.1", "http://0x7f.1/"));
        assert!(matches("2130706433", "http://127.0.0.1/"));
        assert!(matches("fd00::5", "http://[fd00:0::5]/"));
        assert!(matches("[fd00::5]:8080", "http://[fd00::5]:8080/"));
        assert!(!matches("[fd00::5]:8080", "http://[fd00::5]/"));
    }

    #[test]
    fn what_is_not_a_host_is_refused() {
        for wrong in [
            "",
            " ",
            "*",
            "*.",
            "http://a.example",
            "a.example/x",
            "a@b.example",
            "a b",
            "a.*.example",
            "a:0",
            "a:x",
            "*.10.0.0.1",
            "10.0.0.0/8",
            ":80",
            ".",
        ] {
            let error = wrong.parse::<HostPattern>().unwrap_err();
            assert_eq!(error.code(), "not_a_host", "{wrong}");
        }
    }

    #[test]
    fn a_pattern_is_written_as_it_is_read() {
        for pattern in ["a.example", "*.a.example", "a.example:81", "[fd00::5]:81", "10.0.0.5"] {
            assert_eq!(pattern.parse::<HostPattern>().unwrap().to_string(), pattern);
        }
    }
}
