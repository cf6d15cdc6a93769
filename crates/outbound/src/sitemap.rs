//! Lists of a site's pages (sitemaps.org): XML, an index of others, plain text, any of them as gzip.

use quick_xml::Reader;
use quick_xml::events::Event;
use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

use crate::body::{BodyFault, gunzip};

/// A sitemap names at most so many URLs.
pub const MAX_SITEMAP_URLS: usize = 50_000;
/// A sitemap is at most so large, unpacked.
pub const MAX_SITEMAP_BYTES: u64 = 50 * 1024 * 1024;
/// A URL is at most so long.
const LONGEST_URL: usize = 2_048;

/// What a sitemap names, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sitemap {
    pub pages: Vec<SitemapEntry>,
    /// Other sitemaps, of an index.
    pub sitemaps: Vec<SitemapEntry>,
    /// Why some of it was not read. What is named before counts all the same.
    pub fault: Option<SitemapFault>,
}

/// A URL that a sitemap names, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitemapEntry {
    pub url: String,
    /// When the page was last changed, as the site says.
    pub last_modified: Option<OffsetDateTime>,
}

/// What is wrong with a sitemap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SitemapFault {
    /// Neither a list of URLs nor an index; often a page that says "not found".
    NotASitemap { found: String },
    /// The XML is broken at this byte.
    BrokenXml { at: u64, why: String },
    /// The gzip file is broken.
    BrokenGzip { why: String },
    /// More than [`MAX_SITEMAP_BYTES`].
    TooLarge,
    /// More than [`MAX_SITEMAP_URLS`]; the rest is left out.
    TooManyUrls,
    /// An index in an index in an index: deeper ones are left out.
    TooDeep,
}

impl SitemapFault {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotASitemap { .. } => "not_a_sitemap",
            Self::BrokenXml { .. } => "broken_xml",
            Self::BrokenGzip { .. } => "broken_gzip",
            Self::TooLarge => "sitemap_too_large",
            Self::TooManyUrls => "too_many_urls",
            Self::TooDeep => "sitemap_too_deep",
        }
    }

    pub fn en(&self) -> String {
        match self {
            Self::NotASitemap { found } => {
                format!("this is not a sitemap: it begins with {found} in place of <urlset> or <sitemapindex>")
            }
            Self::BrokenXml { at, why } => {
                format!("the sitemap's XML is broken at byte {at} ({why}); what is before it was read")
            }
            Self::BrokenGzip { why } => format!("the sitemap's gzip file cannot be unpacked ({why})"),
            Self::TooLarge => "the sitemap is larger than 50 MB: split it and name the parts in an index".into(),
            Self::TooManyUrls => "the sitemap names more than 50,000 URLs: only these were read. Split it".into(),
            Self::TooDeep => "sitemaps are nested more than 3 deep: deeper ones were not read".into(),
        }
    }

    pub fn zh(&self) -> String {
        match self {
            Self::NotASitemap { found } => {
                format!("这不是站点地图：它以 {found} 开头，而不是 <urlset> 或 <sitemapindex>")
            }
            Self::BrokenXml { at, why } => format!("站点地图的 XML 在第 {at} 字节处损坏（{why}）；之前的内容已读取"),
            Self::BrokenGzip { why } => format!("站点地图的 gzip 文件无法解压（{why}）"),
            Self::TooLarge => "站点地图超过 50 MB：请拆分，并用索引列出各部分".into(),
            Self::TooManyUrls => "站点地图的网址超过 50,000 个：只读取了这些。请拆分".into(),
            Self::TooDeep => "站点地图嵌套超过 3 层：更深的没有读取".into(),
        }
    }
}

impl Sitemap {
    /// Reads a sitemap. Nothing makes it fail: what is wrong is in [`Sitemap::fault`].
    pub fn parse(bytes: &[u8]) -> Self {
        if bytes.starts_with(&[0x1f, 0x8b]) {
            return match gunzip(bytes, MAX_SITEMAP_BYTES) {
                Ok(unpacked) => Self::parse_plain(&unpacked),
                Err(BodyFault::TooLarge) => Self::faulty(SitemapFault::TooLarge),
                Err(BodyFault::NotGzip(why)) => Self::faulty(SitemapFault::BrokenGzip { why }),
            };
        }
        if bytes.len() as u64 > MAX_SITEMAP_BYTES {
            return Self::faulty(SitemapFault::TooLarge);
        }
        Self::parse_plain(bytes)
    }

    fn faulty(fault: SitemapFault) -> Self {
        Self { fault: Some(fault), ..Self::default() }
    }

    fn parse_plain(bytes: &[u8]) -> Self {
        // Sitemaps are UTF-8 by their definition; what is not shows as signs that no URL has.
        let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
        let text = text.trim_start();
        if text.starts_with('<') { Self::parse_xml(text) } else { Self::parse_text(text) }
    }

    /// A URL a line.
    fn parse_text(text: &str) -> Self {
        let mut sitemap = Self::default();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if !line.starts_with("http://") && !line.starts_with("https://") {
                if sitemap.pages.is_empty() {
                    let found = line.chars().take(20).collect::<String>();
                    return Self::faulty(SitemapFault::NotASitemap { found: format!("“{found}”") });
                }
                continue;
            }
            if !sitemap.add(Place::Page, line, "") {
                break;
            }
        }
        sitemap
    }

    fn parse_xml(text: &str) -> Self {
        let mut sitemap = Self::default();
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = false;
        // The names of the open elements that matter: the root, the entry in it, the field in that.
        let mut open: Vec<Place> = Vec::new();
        let (mut url, mut last_modified) = (String::new(), String::new());
        loop {
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(why) => {
                    sitemap.fault = Some(SitemapFault::BrokenXml { at: reader.error_position(), why: why.to_string() });
                    return sitemap;
                }
            };
            let field = match open.last() {
                Some(Place::Url) => Some(&mut url),
                Some(Place::LastModified) => Some(&mut last_modified),
                _ => None,
            };
            match event {
                Event::Start(tag) => {
                    let name = tag.local_name();
                    let place = place(name.as_ref(), &open);
                    if open.is_empty() && place == Place::Other {
                        let found = crate::error::given(name.as_ref());
                        return Self::faulty(SitemapFault::NotASitemap { found: format!("<{found}>") });
                    }
                    if matches!(place, Place::Page | Place::Sitemap) {
                        (url, last_modified) = (String::new(), String::new());
                    }
                    open.push(place);
                    if open.len() > 100 {
                        let why = "elements are nested too deep".to_owned();
                        sitemap.fault = Some(SitemapFault::BrokenXml { at: reader.buffer_position(), why });
                        return sitemap;
                    }
                }
                Event::Text(text) => append(field, &text),
                Event::CData(text) => append(field, &text),
                Event::GeneralRef(name) => {
                    let sign = name.resolve_char_ref().ok().flatten().or(match &*name {
                        "amp" => Some('&'),
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "quot" => Some('"'),
                        "apos" => Some('\''),
                        _ => None,
                    });
                    append(field, sign.unwrap_or('\u{fffd}').encode_utf8(&mut [0; 4]));
                }
                Event::End(_) => {
                    let Some(closed @ (Place::Page | Place::Sitemap)) = open.pop() else { continue };
                    if !sitemap.add(closed, url.trim(), last_modified.trim()) {
                        return sitemap;
                    }
                }
                Event::Eof if open.is_empty() => return sitemap,
                Event::Eof => {
                    let why = "it ends in the middle".to_owned();
                    sitemap.fault = Some(SitemapFault::BrokenXml { at: reader.buffer_position(), why });
                    return sitemap;
                }
                _ => {}
            }
        }
    }

    /// Gives `false` when the sitemap is full.
    fn add(&mut self, place: Place, url: &str, last_modified: &str) -> bool {
        if url.is_empty() || url.len() > LONGEST_URL {
            return true;
        }
        if self.pages.len() + self.sitemaps.len() == MAX_SITEMAP_URLS {
            self.fault = Some(SitemapFault::TooManyUrls);
            return false;
        }
        let list = if place == Place::Sitemap { &mut self.sitemaps } else { &mut self.pages };
        list.push(SitemapEntry { url: url.to_owned(), last_modified: w3c_time(last_modified) });
        true
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Pages,
    Sitemaps,
    Page,
    Sitemap,
    Url,
    LastModified,
    Other,
}

/// What an element is, by its name and where it is. The `<loc>` of an `<image:image>` is not the page's.
fn place(name: &str, open: &[Place]) -> Place {
    match (open.last(), name) {
        (None, "urlset") => Place::Pages,
        (None, "sitemapindex") => Place::Sitemaps,
        (Some(Place::Pages), "url") => Place::Page,
        (Some(Place::Sitemaps), "sitemap") => Place::Sitemap,
        (Some(Place::Page | Place::Sitemap), "loc") => Place::Url,
        (Some(Place::Page | Place::Sitemap), "lastmod") => Place::LastModified,
        _ => Place::Other,
    }
}

fn append(field: Option<&mut String>, text: &str) {
    if let Some(field) = field.filter(|field| field.len() <= LONGEST_URL) {
        field.push_str(text);
    }
}

/// Reads a date of the W3C profile of ISO 8601: `2026`, `2026-11`, `2026-11-22`, `2026-11-22T10:00+08:00`,
/// `2026-11-22T10:00:00.5Z`. What is not said is the earliest it can be; without an offset it is UTC.
pub(crate) fn w3c_time(text: &str) -> Option<OffsetDateTime> {
    let (date, rest) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let mut numbers = date.splitn(3, '-');
    let year = numbers.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let month = numbers.next().map_or(Some(1), |month| month.parse::<u8>().ok())?;
    let day = numbers.next().map_or(Some(1), |day| day.parse().ok())?;
    let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
    if rest.is_empty() {
        return Some(date.midnight().assume_utc());
    }
    let split = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(split);
    let mut numbers = clock.split(':');
    let hour = numbers.next()?.parse().ok()?;
    let minute = numbers.next()?.parse().ok()?;
    let second = numbers.next().map_or(Some(0), |second| second.split('.').next()?.parse().ok())?;
    let clock = Time::from_hms(hour, minute, second).ok()?;
    let offset = match zone.split_at_checked(1) {
        None | Some(("Z" | "z", _)) => UtcOffset::UTC,
        Some((sign, zone)) => {
            let (hours, minutes) = zone.split_once(':').or_else(|| zone.split_at_checked(2))?;
            let factor = if sign == "-" { -1 } else { 1 };
            let (hours, minutes): (i8, i8) = (hours.parse().ok()?, minutes.parse().unwrap_or(0));
            UtcOffset::from_hms(hours.checked_mul(factor)?, minutes.checked_mul(factor)?, 0).ok()?
        }
    };
    Some(date.with_time(clock).assume_offset(offset))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::Write;

    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    fn urls(entries: &[SitemapEntry]) -> Vec<&str> {
        entries.iter().map(|entry| entry.url.as_str()).collect()
    }

    #[test]
    fn a_list_gives_its_pages_in_order() {
        let xml = "\u{feff}<?xml version='1.0' encoding='UTF-8'?>\n<!-- made by hand -->\
            <urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'>\
            <url><loc> https://a.example/1?a=1&amp;b=2 </loc><lastmod>2026-11-22</lastmod>\
            <image:image><image:loc>https://a.example/x.png</image:loc></image:image></url>\
            <url><loc><![CDATA[https://a.example/帮助]]></loc></url><url><priority>1</priority></url></urlset>";
        let sitemap = Sitemap::parse(xml.as_bytes());
        assert_eq!(sitemap.fault, None);
        assert_eq!(urls(&sitemap.pages), ["https://a.example/1?a=1&b=2", "https://a.example/帮助"]);
        assert_eq!(sitemap.pages[0].last_modified, Some(datetime!(2026-11-22 0:00 UTC)));
    }

    #[test]
    fn an_index_gives_sitemaps_also_with_a_prefix_on_every_name() {
        let xml = "<s:sitemapindex xmlns:s='x'><s:sitemap><s:loc>https://a.example/1.xml.gz</s:loc></s:sitemap></s:sitemapindex>";
        let sitemap = Sitemap::parse(xml.as_bytes());
        assert_eq!((urls(&sitemap.sitemaps), sitemap.pages.len()), (vec!["https://a.example/1.xml.gz"], 0));
    }

    #[test]
    fn plain_text_and_gzip_are_read() {
        let text = "https://a.example/1\r\n\r\nhttps://a.example/2\r\n";
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(text.as_bytes()).unwrap();
        for bytes in [text.as_bytes().to_vec(), gzip.finish().unwrap()] {
            assert_eq!(urls(&Sitemap::parse(&bytes).pages), ["https://a.example/1", "https://a.example/2"]);
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let fault = |bytes: &[u8]| Sitemap::parse(bytes).fault.map(|fault| fault.code());
        assert_eq!(fault(b"<!doctype html><html><body>Not found</body></html>"), Some("not_a_sitemap"));
        assert_eq!(fault(b"Not found"), Some("not_a_sitemap"));
        assert_eq!(fault(b"\x1f\x8b\x08\x00broken"), Some("broken_gzip"));
        assert_eq!(fault(&vec![b' '; 50 * 1024 * 1024 + 1]), Some("sitemap_too_large"));
        let torn = Sitemap::parse(b"<urlset><url><loc>https://a.example/1</loc></url><url><loc>https://a.exa");
        assert_eq!((urls(&torn.pages), torn.fault.unwrap().code()), (vec!["https://a.example/1"], "broken_xml"));
    }

    #[test]
    fn a_bomb_of_gzip_is_too_large() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&vec![b' '; 60 * 1024 * 1024]).unwrap();
        assert_eq!(Sitemap::parse(&gzip.finish().unwrap()).fault, Some(SitemapFault::TooLarge));
    }

    #[test]
    fn entities_are_never_expanded() {
        let xml = "<!DOCTYPE u [<!ENTITY a 'x'><!ENTITY b SYSTEM 'file:///etc/passwd'>]>\
            <urlset><url><loc>https://a.example/&a;&b;</loc></url></urlset>";
        assert_eq!(urls(&Sitemap::parse(xml.as_bytes()).pages), ["https://a.example/\u{fffd}\u{fffd}"]);
    }

    #[test]
    fn at_most_fifty_thousand_urls_are_taken() {
        let lines: String = (0..60_000).map(|number| format!("https://a.example/{number}\n")).collect();
        let sitemap = Sitemap::parse(lines.as_bytes());
        assert_eq!((sitemap.pages.len(), sitemap.fault), (MAX_SITEMAP_URLS, Some(SitemapFault::TooManyUrls)));
    }

    #[test]
    fn dates_are_read_in_all_their_precisions() {
        for (text, time) in [
            ("2026", datetime!(2026-01-01 0:00 UTC)),
            ("2026-11", datetime!(2026-11-01 0:00 UTC)),
            ("2026-11-22T10:30+08:00", datetime!(2026-11-22 10:30 +8)),
            ("2026-11-22T10:30:05.123-0430", datetime!(2026-11-22 10:30:05 -4:30)),
            ("2026-11-22T10:30:05Z", datetime!(2026-11-22 10:30:05 UTC)),
            ("2026-11-22 10:30", datetime!(2026-11-22 10:30 UTC)),
        ] {
            assert_eq!(w3c_time(text), Some(time), "{text}");
        }
        for text in ["", "yesterday", "2026-13-01", "26-1-1", "2026-11-22T25:00Z", "2026-11-22T10:30+é"] {
            assert_eq!(w3c_time(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_reading_fail(bytes in prop::collection::vec(any::<u8>(), 0..300), xml in "[<>/a-z&;! \\[\\]-]{0,80}") {
            let _ = Sitemap::parse(&bytes);
            let _ = Sitemap::parse(format!("<urlset>{xml}").as_bytes());
        }

        #[test]
        fn no_text_is_a_date_that_fails(text in "\\PC{0,30}", digits in "[0-9TZ:+.é-]{0,30}") {
            let _ = (w3c_time(&text), w3c_time(&digits));
        }
    }
}
