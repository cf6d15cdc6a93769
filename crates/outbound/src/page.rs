//! What a page says of itself and of others: links, its canonical address, whether it wants to be found.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use reqwest::Url;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use crate::robots::product_token;

/// No page for people has more links.
const MAX_LINKS: usize = 5_000;
/// Links behind so much HTML are not looked for.
const MAX_HTML: usize = 5_000_000;
/// A tokenizer compares every attribute of a tag with every other, so a tag with a million of them costs hours. What was found by
/// then counts.
const PATIENCE: Duration = Duration::from_secs(3);

/// What matters for a crawl of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageHead {
    /// `<link rel="canonical">`, in full.
    pub canonical: Option<Url>,
    pub wishes: Wishes,
    /// http and https links that may be followed, in the page's order, each once, without fragments.
    pub links: Vec<Url>,
}

/// What a page asks of programs (`<meta name="robots">`, `X-Robots-Tag`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Not to be found by search.
    pub noindex: bool,
    /// None of its links is to be followed.
    pub nofollow: bool,
}

impl Wishes {
    /// Adds what `content` asks for, such as `noindex, nofollow` or `none`.
    fn add(&mut self, content: &str) {
        for wish in content.split(',').map(|wish| wish.trim().to_ascii_lowercase()) {
            self.noindex |= matches!(&*wish, "noindex" | "none");
            self.nofollow |= matches!(&*wish, "nofollow" | "none");
        }
    }

    /// Reads all `X-Robots-Tag` headers that are for everybody or for `agent`: `noindex`, `yingda: none`.
    pub fn of_headers(headers: &HeaderMap, agent: &str) -> Self {
        let mut wishes = Self::default();
        for value in headers.get_all("x-robots-tag").iter().filter_map(|value| value.to_str().ok()) {
            match value.split_once(':') {
                // `unavailable_after: DATE` is a wish with a colon, not a program.
                Some((name, content)) if name.trim().eq_ignore_ascii_case(agent) => wishes.add(content),
                Some((name, _)) if !name.contains([',', '_']) => {}
                _ => wishes.add(value),
            }
        }
        wishes
    }
}

impl PageHead {
    /// Reads the HTML at `url`, for the program whose product token is `agent`. Nothing makes it fail.
    ///
    /// `headers` tell the encoding, and may hold wishes too.
    pub fn read(html: &[u8], url: &Url, headers: &HeaderMap, agent: &str) -> Self {
        let seen = Seen { agent: product_token(agent).to_ascii_lowercase(), ..Seen::default() };
        let tokenizer = Tokenizer::new(Sink(RefCell::new(seen)), TokenizerOpts::default());
        let queue = BufferQueue::default();
        let begun = Instant::now();
        let html = decode(&html[..html.len().min(MAX_HTML)], headers);
        for piece in pieces(&html) {
            queue.push_back(StrTendril::from(piece));
            // Only a sink that wants to run a script makes the tokenizer stop before the end; this one does not.
            let _ = tokenizer.feed(&queue);
            if begun.elapsed() > PATIENCE {
                break;
            }
        }
        tokenizer.end();
        let seen = tokenizer.sink.0.into_inner();
        let base = seen.base.and_then(|base| url.join(&base).ok()).unwrap_or_else(|| url.clone());
        let mut wishes = Self::default().wishes;
        for content in &seen.wishes {
            wishes.add(content);
        }
        let by_header = Wishes::of_headers(headers, agent);
        wishes.noindex |= by_header.noindex;
        wishes.nofollow |= by_header.nofollow;
        let mut known = std::collections::HashSet::new();
        let links = match wishes.nofollow {
            true => Vec::new(),
            false => seen
                .links
                .iter()
                .filter_map(|link| web(&base, link))
                .filter(|link| known.insert(link.clone()))
                .collect(),
        };
        Self { canonical: seen.canonical.and_then(|link| web(&base, &link)), wishes, links }
    }
}

/// A link in full, without its fragment, when it is one that can be read.
fn web(base: &Url, link: &str) -> Option<Url> {
    let mut link = base.join(link.trim()).ok()?;
    link.set_fragment(None);
    let plain = link.username().is_empty() && link.password().is_none();
    (matches!(link.scheme(), "http" | "https") && plain).then_some(link)
}

/// A text in pieces of about a kilobyte.
fn pieces(mut text: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let (piece, rest) = text.split_at(text.floor_char_boundary(1_024));
        text = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

/// Text of a page: by its byte order mark, its header, its `<meta>`, or UTF-8.
fn decode(html: &[u8], headers: &HeaderMap) -> String {
    let header = headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let beginning = String::from_utf8_lossy(&html[..html.len().min(2_048)]);
    let label = header.as_deref().and_then(charset).or_else(|| charset(&beginning));
    let encoding = label.and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
    // `decode` lets a byte order mark win.
    encoding.unwrap_or(encoding_rs::UTF_8).decode(html).0.into_owned()
}

/// `gbk` of `text/html; charset="gbk"` and of `<meta charset=gbk>`.
fn charset(text: &str) -> Option<&str> {
    let at = text.as_bytes().windows(8).position(|window| window.eq_ignore_ascii_case(b"charset="))?;
    let rest = text[at + 8..].trim_start_matches([' ', '"', '\'']);
    let end = rest.find(|sign: char| !sign.is_ascii_alphanumeric() && !"-_:".contains(sign)).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

/// What was met so far.
#[derive(Default)]
struct Seen {
    agent: String,
    base: Option<String>,
    canonical: Option<String>,
    wishes: Vec<String>,
    links: Vec<String>,
}

struct Sink(RefCell<Seen>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else { return TokenSinkResult::Continue };
        if tag.kind == TagKind::EndTag {
            return TokenSinkResult::Continue;
        }
        self.0.borrow_mut().meet(&tag);
        // What looks like a tag inside these is text. A tree builder would say so to the tokenizer; there is none here.
        match &*tag.name {
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" | "xmp" | "iframe" | "noembed" | "noframes" => TokenSinkResult::RawData(RawKind::Rawtext),
            "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            "plaintext" => TokenSinkResult::Plaintext,
            _ => TokenSinkResult::Continue,
        }
    }
}

impl Seen {
    fn meet(&mut self, tag: &Tag) {
        match &*tag.name {
            "a" | "area" if !has_word(tag, "rel", "nofollow") => self.link(attribute(tag, "href")),
            "base" if self.base.is_none() => self.base = attribute(tag, "href").map(str::to_owned),
            "link" => {
                if has_word(tag, "rel", "canonical") && self.canonical.is_none() {
                    self.canonical = attribute(tag, "href").map(str::to_owned);
                } else if has_word(tag, "rel", "next")
                    || has_word(tag, "rel", "prev")
                    || has_word(tag, "rel", "alternate") && attribute(tag, "hreflang").is_some()
                {
                    self.link(attribute(tag, "href"));
                }
            }
            "meta" => self.meta(tag),
            _ => {}
        }
    }

    fn meta(&mut self, tag: &Tag) {
        let Some(content) = attribute(tag, "content") else { return };
        if let Some(name) = attribute(tag, "name").map(|name| name.trim().to_ascii_lowercase())
            && (name == "robots" || name == self.agent)
            && self.wishes.len() < 100
        {
            self.wishes.push(content.to_owned());
        }
        if attribute(tag, "http-equiv").is_some_and(|kind| kind.eq_ignore_ascii_case("refresh")) {
            let target = content.split_once([';', ',']).map(|(_, target)| target.trim());
            let target = target.and_then(|target| {
                let named = target.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("url="));
                if named { target.get(4..) } else { None }
            });
            self.link(target.map(|target| target.trim_matches(['"', '\''])));
        }
    }

    fn link(&mut self, link: Option<&str>) {
        if let Some(link) = link.filter(|link| self.links.len() < MAX_LINKS && link.len() <= 2_048) {
            self.links.push(link.to_owned());
        }
    }
}

fn attribute<'tag>(tag: &'tag Tag, name: &str) -> Option<&'tag str> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
}

/// Says whether an attribute that is a list of words has this one.
fn has_word(tag: &Tag, name: &str, word: &str) -> bool {
    attribute(tag, name).is_some_and(|value| value.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    use super::*;

    fn read(html: &str) -> PageHead {
        read_bytes(html.as_bytes(), &HeaderMap::new())
    }

    fn read_bytes(html: &[u8], headers: &HeaderMap) -> PageHead {
        PageHead::read(html, &Url::parse("https://a.example/dir/page").unwrap(), headers, "Yingda")
    }

    fn links(html: &str) -> Vec<String> {
        read(html).links.into_iter().map(String::from).collect()
    }

    #[test]
    fn links_are_given_in_full_once_and_in_order() {
        let html = "<a href='b'>B</a><A HREF=/c?x=1&amp;y=2#top>C</A><a href=\"//other.example/\">O</a><a href='b#x'>B</a>\
            <area href=d><link rel=alternate hreflang=en href='/en/'><link rel=stylesheet href=s.css>\
            <meta http-equiv=Refresh content='5; URL=/later'>";
        assert_eq!(
            links(html),
            [
                "https://a.example/dir/b",
                "https://a.example/c?x=1&y=2",
                "https://other.example/",
                "https://a.example/dir/d",
                "https://a.example/en/",
                "https://a.example/later",
            ]
        );
    }

    #[test]
    fn what_is_no_web_address_is_no_link() {
        let html = "<a href='mailto:a@b.example'>M</a><a href='javascript:x()'>J</a><a href='tel:1'>T</a><a name=x>N</a>\
            <a href='https://u:p@a.example/'>P</a><a href='http://'>H</a><a href='data:text/html,x'>D</a>";
        assert_eq!(links(html), Vec::<String>::new());
    }

    #[test]
    fn scripts_comments_and_text_fields_hold_no_links() {
        let html = "<script>document.write('<a href=\"/s\">');</script><style><a href=/t></style><!-- <a href=/c> -->\
            <textarea><a href=/x></textarea><title><a href=/y></title><a href=/real>R</a>";
        assert_eq!(links(html), ["https://a.example/real"]);
    }

    #[test]
    fn a_base_moves_all_links() {
        assert_eq!(links("<base href='/other/'><a href=b>"), ["https://a.example/other/b"]);
    }

    #[test]
    fn the_canonical_address_and_the_wishes_are_read() {
        let page = read("<link href='/canon#x' rel='Canonical'><meta name=ROBOTS content='NoIndex, follow'><a href=b>");
        assert_eq!(page.canonical.unwrap().as_str(), "https://a.example/canon");
        assert_eq!((page.wishes, page.links.len()), (Wishes { noindex: true, nofollow: false }, 1));
        let page = read("<meta name=robots content=nofollow><a href=b>");
        assert_eq!((page.wishes, page.links.len()), (Wishes { noindex: false, nofollow: true }, 0));
        assert_eq!(read("<meta name=yingda content=none>").wishes, Wishes { noindex: true, nofollow: true });
        assert_eq!(read("<meta name=otherbot content=none>").wishes, Wishes::default());
        assert_eq!(links("<a rel='nofollow ugc' href=b><a href=c>"), ["https://a.example/dir/c"]);
    }

    #[test]
    fn a_header_can_wish_too() {
        let wishes = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("x-robots-tag", HeaderValue::from_static(value));
            }
            Wishes::of_headers(&headers, "Yingda")
        };
        assert!(wishes(&["noindex"]).noindex);
        assert!(wishes(&["otherbot: noindex", "yingda: none"]).nofollow);
        assert!(!wishes(&["otherbot: noindex"]).noindex);
        assert!(wishes(&["noindex, unavailable_after: 2026-01-01"]).noindex);
    }

    #[test]
    fn pages_in_older_encodings_are_read() {
        let (gbk, _, _) = encoding_rs::GBK.encode("<meta charset='gbk'><a href='/帮助'>帮助</a>");
        assert_eq!(read_bytes(&gbk, &HeaderMap::new()).links[0].path(), "/%E5%B8%AE%E5%8A%A9");
        let (gbk, _, _) = encoding_rs::GBK.encode("<a href='/帮助'>帮助</a>");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=GB2312"))]);
        assert_eq!(read_bytes(&gbk, &headers).links[0].path(), "/%E5%B8%AE%E5%8A%A9");
    }

    #[test]
    fn a_tag_with_a_million_attributes_costs_no_more_than_our_patience() {
        let attributes: String = (0..400_000).map(|number| format!(" a{number}")).collect();
        let begun = Instant::now();
        let page = read(&format!("<a href=/before>B</a><a{attributes} href=/x>"));
        assert_eq!(page.links[0].path(), "/before");
        assert!(begun.elapsed() < PATIENCE * 4, "{:?}", begun.elapsed());
    }

    #[test]
    fn a_text_is_cut_between_its_signs() {
        let text = "退货".repeat(2_000);
        assert_eq!(pieces(&text).collect::<String>(), text);
    }

    proptest! {
        #[test]
        fn nothing_makes_reading_fail(html in prop::collection::vec(any::<u8>(), 0..300), tags in "[<>/a-z=\"'! -]{0,120}") {
            let _ = read_bytes(&html, &HeaderMap::new());
            let _ = read(&tags);
        }
    }
}
