//! Where links lead.

use std::net::IpAddr;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::fixed;
use crate::piece::{Broken, Piece};
use crate::saying::Rule;

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:(?:https?|hxxps?|ftp|weixin|alipays?|javascript|data|file|tel|sms)\s?:\s?/{0,2}|www\.)[^\s，。；、！？）】》”\])>]+|\p{Alphabetic}[\p{Alphabetic}\d.+_-]*@(?:[\p{L}\d-]+\.)+[\p{L}]{2,}|(?:[\p{L}\d](?:[\p{L}\d-]*[\p{L}\d])?(?:\.|\[\.\]|\(\.\)|\s?\[dot\]\s?|\s?\(dot\)\s?))+[\p{L}]{2,24}(?::\d+)?(?:/[^\s，。；、！？）】》”\])>]*)?|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:/[^\s，。；]*)?",
    )
});
/// Endings of domains that are taken for one without `https://` or a path.
static ENDING: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"^(?:com|net|org|cn|edu|gov|io|co|info|biz|me|tv|top|xyz|shop|store|app|dev|uk|de|fr|jp|hk|tw|us|ca|au|eu|ru|nl|it|ch|se|no|dk|br|in|kr|sg|cc|vip|club|site|online|link|live|pro|ltd|work|fun|icu|wang|ren|mobi|ly|gl|gg|to|ws|pw|tk|ml|example|test|invalid|localhost)$",
    )
});

/// A place in a text that leads somewhere.
#[derive(Debug, PartialEq)]
pub(crate) struct Link {
    pub span: Range<usize>,
    /// The host in lower case, as it is written; empty when the scheme has none.
    pub host: String,
    pub mail: bool,
}

/// The links of a folded text: addresses with and without scheme, in markdown or bare, also written to hide.
pub(crate) fn links(text: &str) -> Vec<Link> {
    if !text.contains(['.', ':', '[']) {
        return Vec::new();
    }
    let mut links = Vec::new();
    for found in ADDRESS.find_iter(text) {
        let written = found.as_str().trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '"', '*']);
        let span = found.start()..found.start() + written.len();
        let plain = written
            .replace("[.]", ".")
            .replace("(.)", ".")
            .replace("[dot]", ".")
            .replace("(dot)", ".")
            .replace(' ', "");
        let (scheme, rest) = match plain.find(':') {
            Some(colon) if plain[..colon].bytes().all(|b| b.is_ascii_alphabetic()) => {
                (Some(&plain[..colon]), plain[colon + 1..].trim_start_matches('/'))
            }
            _ => (None, plain.as_str()),
        };
        let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
        let mail = scheme.is_none() && authority.contains('@');
        // What stands before the last @ is a user's name, whatever it looks like.
        let host = authority.rsplit('@').next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default().trim_matches('.').to_owned();
        let bare = scheme.is_none() && !rest.starts_with("www.") && !mail;
        if bare {
            let is_ip = host.parse::<IpAddr>().is_ok();
            let ending = host.rsplit('.').next().unwrap_or_default();
            let labels = host.split('.').count();
            let known = ENDING.is_match(ending) || !ending.is_ascii() && !ending.chars().any(yingda_language::is_han);
            if !is_ip && (!known || labels < 2) || host.chars().any(yingda_language::is_han) {
                continue;
            }
            // v2.0, 3.5.
            if !is_ip && ending.bytes().all(|b| b.is_ascii_digit()) {
                continue;
            }
        }
        if matches!(scheme, Some(scheme) if matches!(scheme, "tel" | "sms")) {
            continue;
        }
        links.push(Link { span, host, mail });
    }
    links
}

/// Whether a link to `host` may be said: it is one of the allowed or below one. Characters that only look like
/// Latin letters make another host.
pub(crate) fn is_allowed<'a>(host: &str, mut allowed: impl Iterator<Item = &'a str>) -> bool {
    let host = host.strip_prefix("www.").unwrap_or(host);
    allowed.any(|allowed| {
        let allowed = allowed.trim().trim_start_matches("https://").trim_start_matches("www.").to_lowercase();
        !allowed.is_empty() && (host == allowed || host.strip_suffix(&allowed).is_some_and(|rest| rest.ends_with('.')))
    })
}

/// Checks the links of a sentence.
pub(crate) fn check(piece: &Piece, allowed: &[&str], broken: &mut Vec<Broken>) {
    for link in links(&piece.folded.text) {
        if link.mail || is_allowed(&link.host, allowed.iter().copied()) {
            continue;
        }
        let (zh, en) = if link.host.is_ascii() {
            ("链接的主机不在允许之列", "the link leads to a host that is not allowed")
        } else {
            ("链接里有形似拉丁字母的字符", "the link holds characters that only look like Latin letters")
        };
        broken.push(Broken::new(Rule::Link, link.span, zh, en));
    }
}

#[cfg(test)]
mod tests {
    use super::{is_allowed, links};

    #[test]
    fn links_are_found_however_they_are_written() {
        for (text, host) in [
            ("见 https://help.qinghe.example/a?b=1。", "help.qinghe.example"),
            ("[点这里](http://evil.cc/x)", "evil.cc"),
            ("evil[.]com/x", "evil.com"),
            ("https://qinghe.example@pay.cc/x", "pay.cc"),
            ("http://192.168.4.20/plans", "192.168.4.20"),
            ("10.0.0.1:8080/x", "10.0.0.1"),
            ("visit www.shop.info now", "www.shop.info"),
        ] {
            let found = links(text);
            assert_eq!(found.first().map(|link| link.host.as_str()), Some(host), "{text}: {found:?}");
        }
        for text in ["一共 3.5 元", "版本 v2.0 已发布", "Hello.World", "e.g. this", "9:00-18:00"] {
            assert_eq!(links(text), [], "{text}");
        }
    }

    #[test]
    fn only_the_host_and_what_is_below_it_is_allowed() {
        let allowed = || ["qinghe.example"].into_iter();
        assert!(is_allowed("help.qinghe.example", allowed()));
        assert!(is_allowed("www.qinghe.example", allowed()));
        assert!(!is_allowed("evilqinghe.example", allowed()));
        assert!(!is_allowed("qinghe.example.evil.cc", allowed()));
        assert!(!is_allowed("help.qіnghe.example", allowed()));
    }
}
