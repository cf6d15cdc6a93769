//! What a site asks of programs: robots.txt (RFC 9309).

use std::time::Duration;

use reqwest::Url;

use crate::path::{PathPattern, path_of};

/// So much of a robots.txt is read; RFC 9309 §2.5 asks for at least 500 KiB.
pub const MAX_ROBOTS_BYTES: u64 = 512 * 1024;
/// More rules than that are no longer for people.
const MAX_RULES: usize = 10_000;
const LONGEST_LINE: usize = 4_096;

/// The rules of a robots.txt for one program.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Robots {
    rules: Vec<Rule>,
    /// Time between two requests that the site asks for.
    pub crawl_delay: Option<Duration>,
    /// URLs of sitemaps, as written.
    pub sitemaps: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
struct Rule {
    path: PathPattern,
    verdict: Verdict,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Allow,
    Disallow,
}

/// The rules of one or more `User-agent` lines.
#[derive(Default)]
struct Group {
    rules: Vec<Rule>,
    crawl_delay: Option<Duration>,
}

impl Robots {
    /// Everything is allowed: what a site without a robots.txt says (4xx, RFC 9309 §2.3.1.3).
    pub fn allow_all() -> Self {
        Self::default()
    }

    /// Reads a robots.txt for the program whose product token is `agent`, such as `Yingda`. Lines that are not understood are left
    /// out; nothing makes it fail.
    pub fn parse(text: &[u8], agent: &str) -> Self {
        let text = &text[..text.len().min(MAX_ROBOTS_BYTES as usize)];
        let text = String::from_utf8_lossy(text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text));
        let (mut ours, mut everybodys) = (Group::default(), Group::default());
        let (mut found_ours, mut sitemaps) = (false, Vec::new());
        // Whom the rules that follow are for.
        let (mut for_us, mut for_all, mut naming) = (false, false, false);
        for line in text.split(['\n', '\r']) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((name, value)) = line.split_once(':') else { continue };
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
            if value.len() > LONGEST_LINE {
                continue;
            }
            match &*name {
                "user-agent" | "useragent" | "user agent" => {
                    if !naming {
                        (for_us, for_all, naming) = (false, false, true);
                    }
                    for_us |= product_token(value).eq_ignore_ascii_case(agent);
                    for_all |= value.starts_with('*');
                    found_ours |= for_us;
                }
                "sitemap" => sitemaps.push(value.to_owned()),
                "allow" | "disallow" | "crawl-delay" => {
                    naming = false;
                    let groups = [(for_us, &mut ours), (for_all, &mut everybodys)];
                    for (_, group) in groups.into_iter().filter(|(applies, _)| *applies) {
                        group.add(&name, value);
                    }
                }
                _ => {}
            }
        }
        let Group { rules, crawl_delay } = if found_ours { ours } else { everybodys };
        Self { rules, crawl_delay, sitemaps }
    }

    /// Says whether a URL may be read. The longest rule that fits decides; of two as long, the one that allows.
    pub fn allows(&self, url: &Url) -> bool {
        let path = path_of(url);
        if path == "/robots.txt" {
            return true;
        }
        let fitting = self.rules.iter().filter(|rule| rule.path.matches_path(&path));
        let decides = fitting.max_by_key(|rule| (rule.path.precision(), rule.verdict == Verdict::Allow));
        decides.is_none_or(|rule| rule.verdict == Verdict::Allow)
    }
}

impl Group {
    fn add(&mut self, name: &str, value: &str) {
        let verdict = match name {
            "crawl-delay" => {
                let seconds = value.parse::<f64>().ok().filter(|seconds| (0.0..=1e9).contains(seconds));
                self.crawl_delay = seconds.map(Duration::from_secs_f64).or(self.crawl_delay);
                return;
            }
            "allow" => Verdict::Allow,
            _ => Verdict::Disallow,
        };
        // `Disallow:` with nothing forbids nothing.
        if !value.is_empty() && self.rules.len() < MAX_RULES {
            self.rules.push(Rule { path: PathPattern::new(value), verdict });
        }
    }
}

/// `Yingda` of `Yingda/1.0 (+https://…)`.
pub(crate) fn product_token(agent: &str) -> &str {
    let end = agent.find(|sign: char| !sign.is_ascii_alphabetic() && !"_-".contains(sign)).unwrap_or(agent.len());
    &agent[..end]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn allows(robots: &str, path: &str) -> bool {
        let url = Url::parse("https://a.example").unwrap().join(path).unwrap();
        Robots::parse(robots.as_bytes(), "Yingda").allows(&url)
    }

    #[test]
    fn the_longest_rule_decides_and_allow_wins_a_tie() {
        let text = "User-agent: *\nDisallow: /shop\nAllow: /shop/help\nDisallow: /shop/help/old\n";
        assert!(!allows(text, "/shop/cart"));
        assert!(allows(text, "/shop/help/a"));
        assert!(!allows(text, "/shop/help/old/a"));
        assert!(allows(text, "/"));
        assert!(allows("User-agent: *\nDisallow: /a\nAllow: /a", "/a"));
        assert!(!allows("User-agent: *\nAllow: /\nDisallow: /*.gif$", "/x.gif"));
    }

    #[test]
    fn our_own_group_is_ours_alone_and_several_are_one() {
        let text =
            "user-agent: yingda\ndisallow: /a\n\nUser-Agent: *\nDisallow: /\n\nUSER-AGENT: Yingda/1.0\nDisallow: /b";
        assert!(!allows(text, "/a"));
        assert!(!allows(text, "/b"));
        assert!(allows(text, "/c"));
        let shared = "User-agent: other\nUser-agent: yingda\nDisallow: /x\nUser-agent: third\nDisallow: /y";
        assert!(!allows(shared, "/x"));
        assert!(allows(shared, "/y"));
        assert!(allows("User-agent: Yingdabot\nDisallow: /", "/a"), "another program's group");
        assert!(allows("User-agent: Yingda\n\nUser-agent: *\nDisallow: /x", "/y"));
    }

    #[test]
    fn an_own_empty_group_frees_from_everybodys() {
        assert!(allows("User-agent: *\nDisallow: /\n\nUser-agent: Yingda\nDisallow:\n", "/a"));
    }

    #[test]
    fn the_rest_of_the_file_is_read_with_patience() {
        let text = "\u{feff}Disallow: /before\r\nSitemap: https://a.example/s.xml\r\nUser-agent: * # all\r\nCrawl-delay: 2.5\r\n\
                    Host: a.example\r\nDisallow: /p # private\r\n\r\nDisallow: /q\r\nnonsense";
        let robots = Robots::parse(text.as_bytes(), "Yingda");
        assert_eq!(robots.crawl_delay, Some(Duration::from_millis(2_500)));
        assert_eq!(robots.sitemaps, ["https://a.example/s.xml"]);
        assert!(allows(text, "/before") && !allows(text, "/p") && !allows(text, "/q"));
        assert!(allows("<html>Not found</html>", "/a"));
        assert!(allows("User-agent: *\nDisallow: /", "/robots.txt"));
        for delay in ["-1", "NaN", "inf", "1e99", "soon"] {
            let text = format!("User-agent: *\nCrawl-delay: {delay}");
            assert_eq!(Robots::parse(text.as_bytes(), "Yingda").crawl_delay, None, "{delay}");
        }
    }

    #[test]
    fn queries_are_part_of_the_path() {
        assert!(!allows("User-agent: *\nDisallow: /*?print=", "/a?print=1"));
        assert!(allows("User-agent: *\nDisallow: /*?print=", "/a"));
    }

    proptest! {
        #[test]
        fn nothing_makes_reading_fail(text in prop::collection::vec(any::<u8>(), 0..400)) {
            let robots = Robots::parse(&text, "Yingda");
            let _ = robots.allows(&Url::parse("https://a.example/b?c").unwrap());
        }
    }
}
