//! E-mail addresses, web addresses, IP addresses.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::LazyLock;

use regex::Regex;

use crate::fixed;
use crate::kind::{By, Kind};
use crate::message::{Hit, Message, is_word};

static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"[A-Za-z0-9._%+\-]{1,64}(?:\s?@\s?|\s?[(\[](?i:at)[)\]]\s?)(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}",
    )
});
static URL: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)(?:(?:https?|ftp)://|www\.)[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+|[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?)*\.(?:com|net|org|cn|edu|gov|io|co|info|biz|me|tv|top|xyz|shop|store|app|dev|uk|de|fr|jp|hk|tw|us|ca|au|eu|ru|nl|es|it|ch|se|no|fi|dk|br|in|kr|sg)(?:\.[a-z]{2})?(?:/[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]*)?",
    )
});
static IPV4: LazyLock<Regex> = LazyLock::new(|| fixed(r"\d{1,3}(?:\.\d{1,3}){3}"));
static IPV6: LazyLock<Regex> = LazyLock::new(|| fixed(r"(?i)[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}"));

/// Finds addresses of the network.
pub(crate) fn find(message: &Message, hits: &mut Vec<Hit>) {
    if message.has('@') || message.has('(') || message.has('[') {
        emails(message, hits);
    }
    if message.letters > 3 && message.has('.') {
        urls(message, hits);
    }
    if message.has('.') && message.digits >= 4 {
        for found in IPV4.find_iter(&message.text) {
            if message.stands_alone(found.start(), found.end())
                && let Ok(ip) = found.as_str().parse::<Ipv4Addr>()
            {
                hits.push(Hit::text(Kind::Ip, (found.start(), found.end()), ip.to_string(), 0.95, By::Pattern));
            }
        }
    }
    if message.has(':') && message.digits + message.letters >= 2 {
        for found in IPV6.find_iter(&message.text) {
            if message.stands_alone(found.start(), found.end())
                && found.len() > 4
                && let Ok(ip) = found.as_str().parse::<Ipv6Addr>()
            {
                hits.push(Hit::text(Kind::Ip, (found.start(), found.end()), ip.to_string(), 0.95, By::Pattern));
            }
        }
    }
}

fn emails(message: &Message, hits: &mut Vec<Hit>) {
    for found in EMAIL.find_iter(&message.text) {
        let spaces = found.as_str().contains(' ');
        // A full stop before the name belongs to the sentence.
        let start = found.start() + found.as_str().find(|c: char| !matches!(c, '.' | '-' | '%')).unwrap_or(0);
        let address: String = message.text[start..found.end()].split_whitespace().collect();
        // (at) keeps machines from collecting the address.
        let parts = address.split_once('@').or_else(|| {
            let (user, host) = address.split_once(['(', '['])?;
            Some((user, host.get(3..)?))
        });
        if let Some((user, host)) = parts
            && !user.is_empty()
        {
            let value = format!("{user}@{}", host.to_lowercase());
            let confidence = if spaces { 0.8 } else { 0.98 };
            hits.push(Hit::text(Kind::Email, (start, found.end()), value, confidence, By::Pattern));
        }
    }
}

fn urls(message: &Message, hits: &mut Vec<Hit>) {
    for found in URL.find_iter(&message.text) {
        let text = found.as_str();
        // Marks of the sentence, and a closing bracket that opens before the address.
        let mut end = text.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '"', '*']).len();
        if text[..end].ends_with(')') && text[..end].matches(')').count() > text[..end].matches('(').count() {
            end -= 1;
        }
        let (start, end) = (found.start(), found.start() + end);
        let text = &message.text[start..end];
        let before = message.before(start).next();
        let after = message.after(end).next();
        if before.is_some_and(|c| is_word(c) || c == '@' || c == '.') || after.is_some_and(|c| c == '@' || is_word(c)) {
            continue;
        }
        let scheme =
            text.get(..4).is_some_and(|start| ["http", "ftp:", "www."].iter().any(|s| start.eq_ignore_ascii_case(s)));
        let host = text.split_once("://").map_or(text, |(_, host)| host);
        if host.chars().all(|c| c.is_ascii_digit() || c == '.') || !host.contains('.') {
            continue;
        }
        hits.push(Hit::text(Kind::Url, (start, end), text, if scheme { 0.97 } else { 0.8 }, By::Pattern));
    }
}
