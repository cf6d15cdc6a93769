//! Plain text and Markdown, in the encodings that people save them in.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::error::Fault;
use crate::markdown::{Block, Writer, escape, link_target};
use crate::{Content, Limits, Notice, Place, Warning};

/// As much as the guess of an encoding looks at.
const SAMPLE: usize = 256 << 10;

/// The text of `bytes`, with warnings about its encoding. `declared` is an encoding that the file names itself.
pub(crate) fn decode(bytes: &[u8], declared: Option<&'static Encoding>, warnings: &mut Vec<Notice>) -> String {
    let sure =
        Encoding::for_bom(bytes).map(|(encoding, _)| encoding).or_else(|| utf16_without_mark(bytes)).or(declared);
    let (encoding, guessed) = match sure {
        Some(encoding) => (encoding, false),
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, false),
        None => (guess(bytes), true),
    };
    let (text, encoding, replaced) = encoding.decode(bytes);
    if guessed {
        warnings.push(Notice { place: Place::File, warning: Warning::Guessed { encoding: encoding.name() } });
    }
    if replaced {
        let line = 1 + text.split('\u{fffd}').next().unwrap_or_default().matches('\n').count();
        warnings.push(Notice { place: Place::Line(line), warning: Warning::Replaced { encoding: encoding.name() } });
    }
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Whether the bytes are text for sure: UTF-8 or UTF-16, a few broken bytes notwithstanding.
pub(crate) fn is_unicode(bytes: &[u8]) -> bool {
    Encoding::for_bom(bytes).is_some()
        || utf16_without_mark(bytes).is_some()
        || std::str::from_utf8(bytes).is_ok()
        || guess(bytes) == UTF_8
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    // One broken byte does not make UTF-8 something else.
    let lossy = String::from_utf8_lossy(sample);
    let wrong = lossy.matches('\u{fffd}').count();
    if lossy.chars().any(|c| c > '\u{7f}' && c != '\u{fffd}')
        && wrong * 50 < lossy.chars().filter(|c| *c > '\u{7f}').count()
    {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let found = detector.guess(None, Utf8Detection::Deny);
    if found == encoding_rs::GBK {
        return GB18030;
    }
    // Short Chinese texts are taken for languages of the West; a text that is wholly Chinese in one of the two is that.
    if found != BIG5 && found.is_single_byte() {
        for encoding in [GB18030, BIG5] {
            let (text, _, broken) = encoding.decode(sample);
            let foreign: Vec<char> = text.chars().filter(|c| *c > '\u{7f}').collect();
            let common = foreign.iter().filter(|c| is_common(**c)).count();
            if !broken && foreign.len() >= 2 && common * 10 >= foreign.len() * 9 {
                return encoding;
            }
        }
    }
    found
}

/// Characters of everyday Chinese text.
fn is_common(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fa5}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' | '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}

/// UTF-16 that does not say so: every other byte of most of it is zero.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096) & !1];
    if sample.len() < 4 {
        return None;
    }
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let half = sample.len() / 2;
    if odd * 10 > half * 3 && even == 0 {
        Some(UTF_16LE)
    } else if even * 10 > half * 3 && odd == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The beginning of the text in lower case, or nothing when the bytes are no text.
pub(crate) fn looks_like_text(bytes: &[u8]) -> Option<String> {
    let sample = &bytes[..bytes.len().min(8192)];
    let encoding = Encoding::for_bom(bytes).map(|(encoding, _)| encoding).or_else(|| utf16_without_mark(bytes));
    let start = match encoding {
        Some(encoding) => encoding.decode(sample).0.into_owned(),
        None => {
            let control = |b: &&u8| matches!(**b, 0..=8 | 11 | 14..=26 | 28..=31 | 127);
            let controls = sample.iter().filter(control).count();
            if sample.contains(&0) || controls * 50 > sample.len() {
                return None;
            }
            String::from_utf8_lossy(sample).into_owned()
        }
    };
    Some(start.trim_start_matches('\u{feff}').trim_start().to_lowercase())
}

/// Reads plain text: paragraphs stay, what would be markup is escaped.
///
/// # Errors
/// None so far.
pub(crate) fn read_text(bytes: &[u8], limits: &Limits) -> Result<Content, Fault> {
    let mut warnings = Vec::new();
    let text = decode(bytes, None, &mut warnings);
    let mut writer = Writer::new(limits.markdown_bytes);
    let mut paragraph = String::new();
    for line in text.split(['\n', '\u{c}']).chain([""]) {
        let line = line.trim();
        if line.is_empty() {
            writer.push(Block::Paragraph(std::mem::take(&mut paragraph)));
            if writer.is_full() {
                break;
            }
            continue;
        }
        if !paragraph.is_empty() {
            paragraph.push('\n');
        }
        paragraph.push_str(&escape(line));
    }
    Ok(Content { markdown: writer.finish(&mut warnings), warnings, ..Content::default() })
}

/// Reads Markdown: it stays as it is but for HTML, which is shown as text, and unsafe links, which lose their address.
///
/// # Errors
/// None so far.
pub(crate) fn read_markdown(bytes: &[u8], limits: &Limits) -> Result<Content, Fault> {
    let mut warnings = Vec::new();
    let text = decode(bytes, None, &mut warnings);
    let (title, lang, body) = front_matter(&text);
    let mut body = body;
    if body.len() > limits.markdown_bytes {
        let end = (0..=limits.markdown_bytes).rev().find(|&at| body.is_char_boundary(at)).unwrap_or(0);
        body = &body[..end];
        let warning = Warning::Cut { what: "bytes", limit: limits.markdown_bytes };
        warnings.push(Notice { place: Place::File, warning });
    }
    let mut links = 0;
    let markdown = without_html(body, &mut links);
    if links > 0 {
        warnings.push(Notice { place: Place::File, warning: Warning::LinksDropped { count: links } });
    }
    Ok(Content { title, lang, markdown, warnings, ..Content::default() })
}

/// Title and language from a head between two lines of `---`, and what follows it.
fn front_matter(text: &str) -> (Option<String>, Option<String>, &str) {
    let Some(rest) = text.strip_prefix("---\n") else { return (None, None, text) };
    let Some((head, body)) = rest.split_once("\n---\n") else { return (None, None, text) };
    if head.len() > 10_000
        || !head.lines().all(|line| line.trim().is_empty() || line.starts_with([' ', '-', '#']) || line.contains(':'))
    {
        return (None, None, text);
    }
    let value = |name: &str| {
        let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        Some(line.trim().trim_matches(['"', '\'']).to_owned()).filter(|value| !value.is_empty())
    };
    (value("title"), value("lang").or_else(|| value("language")), body)
}

/// How often the text is looked through for HTML. Escaping a tag can make code of what follows, and the reverse.
const PASSES: usize = 8;

/// Markdown with every tag and every unsafe link made text, seen as CommonMark sees them, so that code stays as it is.
fn without_html(text: &str, links: &mut usize) -> String {
    let mut text = text.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for _ in 0..PASSES {
        let mut edits = Vec::new();
        let with_tables = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
        for options in [Options::empty(), with_tables] {
            find_unsafe(&text, options, &mut edits);
        }
        if edits.is_empty() {
            return text;
        }
        edits.sort();
        edits.dedup();
        *links += edits.iter().filter(|(_, edit)| *edit == Edit::Link).count();
        let mut out = String::with_capacity(text.len() + edits.len() * 3);
        let mut from = 0;
        for (at, edit) in edits {
            out.push_str(&text[from..at]);
            from = at;
            match edit {
                Edit::Tag => {
                    out.push_str("&lt;");
                    from += 1;
                }
                Edit::Link => out.push('\\'),
            }
        }
        out.push_str(&text[from..]);
        text = out;
    }
    // It changes with every look: no `<` stays.
    text.lines().map(|line| if is_marker(line) { line.to_owned() } else { line.replace('<', "&lt;") } + "\n").collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Edit {
    /// A `<` becomes a reference.
    Tag,
    /// The bracket of a link is escaped.
    Link,
}

fn find_unsafe(text: &str, options: Options, edits: &mut Vec<(usize, Edit)>) {
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Html(_) => {
                let piece = &text[range.clone()];
                let line_start = range.start == 0 || text[..range.start].ends_with('\n');
                if !(line_start && is_marker(piece)) {
                    // One a line ends the block; what else is in it is seen by the next look.
                    let mut at = range.start;
                    for line in piece.split_inclusive('\n') {
                        edits.extend(line.find('<').map(|offset| (at + offset, Edit::Tag)));
                        at += line.len();
                    }
                }
            }
            Event::InlineHtml(_) => edits.push((range.start, Edit::Tag)),
            Event::Start(Tag::Link { dest_url, .. }) if link_target(&dest_url).is_none() && !dest_url.is_empty() => {
                let autolink = text[range.start..].starts_with('<');
                edits.push((range.start, if autolink { Edit::Tag } else { Edit::Link }));
            }
            Event::Start(Tag::Image { dest_url, .. }) if link_target(&dest_url).is_none() && !dest_url.is_empty() => {
                // `![` is two marks; the second one makes it a link.
                edits.push((range.start, Edit::Link));
                edits.push((range.start + 1, Edit::Link));
            }
            _ => {}
        }
    }
}

/// Whether a line is one of this crate's own: `<!-- page 3 -->`.
fn is_marker(line: &str) -> bool {
    let inner = line.trim().strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
    inner.is_some_and(|inner| {
        ["page ", "slide ", "sheet "].iter().any(|kind| inner.starts_with(kind))
            && !inner.contains(['<', '>', '\n'])
            && !inner.contains("--")
    })
}
