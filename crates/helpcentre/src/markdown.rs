//! Markdown of entries as HTML that is safe to show, and as plain text.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use ammonia::Builder;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::anchor::Anchors;
use crate::decorate::decorate;
use crate::links::{SCHEMES, is_our_file};
use crate::place::Place;
use crate::texts::Texts;

/// An entry's text as HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rendered {
    pub html: String,
    /// In the order of the text.
    pub headings: Vec<Heading>,
}

/// A heading of an entry, or the beginning of a page of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heading {
    /// 2 to 6 as shown: the title is 1.
    pub level: u8,
    pub text: String,
    pub anchor: String,
}

/// Whether headings can be linked to: several texts on one page would have the same anchors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchoring {
    On,
    Off,
}

/// The Markdown that entries are written in; anchors depend on it.
fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

/// Renders an entry's Markdown under its title: headings begin at level `top` and skip none, a first heading that only repeats
/// the title is left out, pictures that are not our files become links, and nothing active is left.
pub(crate) fn render(
    markdown: &str,
    title: &str,
    top: u8,
    anchoring: Anchoring,
    place: &Place,
    texts: &Texts,
) -> Rendered {
    let events: Vec<_> = Parser::new_ext(markdown, options()).collect();
    let mut writer = Writer {
        out: Vec::with_capacity(events.len()),
        depth: 0,
        raw_depth: 0,
        raw_bytes: 0,
        headings: vec![],
        anchors: Anchors::default(),
        open: vec![],
        top,
        texts,
        place,
    };
    writer.write(events, title);
    let Writer { out, headings, .. } = writer;

    let mut raw = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut raw, out.into_iter());
    // The writer says the alignment of a column by a style, which the policy of the pages forbids.
    for side in ["left", "center", "right"] {
        raw = raw.replace(&format!(" style=\"text-align: {side}\""), &format!(" class=\"{side}\""));
    }
    let ids = match anchoring {
        Anchoring::On => headings.iter().map(|heading| heading.anchor.clone()).collect(),
        Anchoring::Off => HashSet::new(),
    };
    Rendered { html: decorate(&clean(&raw, ids, place), place, texts), headings }
}

/// How deep blocks, emphasis and raw tags may stand in each other. A person needs five; reading thousands takes a parser of HTML
/// time that grows with their square.
const DEEPEST: usize = 48;
/// Most raw HTML in an entry, in bytes. Reading the attributes of one tag takes a parser time that grows with their square.
const MOST_RAW: usize = 32 * 1024;
/// Ends whatever tag or value raw HTML may have left open, so that the text after it is never read as attributes. Where nothing
/// is open it is an end without a beginning, which is passed over.
const CLOSED: &str = "</x \"'>";

struct Writer<'a> {
    out: Vec<Event<'a>>,
    /// How deep the next event is in Markdown, and how many raw tags are open.
    depth: usize,
    raw_depth: usize,
    /// Bytes of raw HTML so far.
    raw_bytes: usize,
    headings: Vec<Heading>,
    anchors: Anchors,
    /// Levels, as written, of the headings that the current one stands under.
    open: Vec<HeadingLevel>,
    top: u8,
    texts: &'a Texts,
    place: &'a Place,
}

impl<'a> Writer<'a> {
    fn write(&mut self, events: Vec<Event<'a>>, title: &str) {
        let mut events = events.into_iter();
        let mut links = 0_usize;
        while let Some(event) = events.next() {
            match event {
                Event::Start(Tag::Heading { level, .. }) => {
                    let inside: Vec<_> =
                        events.by_ref().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_)))).collect();
                    self.heading(level, inside, title);
                }
                Event::Start(Tag::Image { dest_url, title, id, link_type }) => {
                    let mut depth = 1;
                    let inside: Vec<_> = events
                        .by_ref()
                        .take_while(|event| {
                            match event {
                                Event::Start(Tag::Image { .. }) => depth += 1,
                                Event::End(TagEnd::Image) => depth -= 1,
                                _ => {}
                            }
                            depth > 0
                        })
                        .collect();
                    if is_our_file(&dest_url, self.place) {
                        self.out.push(Event::Start(Tag::Image { dest_url, title, id, link_type }));
                        self.out.push(Event::Text(text_of(&inside).into()));
                        self.out.push(Event::End(TagEnd::Image));
                    } else {
                        self.link_to_picture(dest_url, &inside, links > 0);
                    }
                }
                Event::TaskListMarker(done) => self.out.push(Event::Text(if done { "☑ " } else { "☐ " }.into())),
                Event::Start(Tag::HtmlBlock) => {
                    let inside = events.by_ref().take_while(|event| *event != Event::End(TagEnd::HtmlBlock));
                    self.raw_block(inside);
                }
                Event::Html(text) | Event::InlineHtml(text) => self.raw(&text),
                Event::Start(ref tag) if nests(&tag.to_end()) => {
                    links += usize::from(matches!(tag, Tag::Link { .. }));
                    self.depth += 1;
                    if self.depth <= DEEPEST {
                        self.out.push(event);
                    }
                }
                Event::End(tag) if nests(&tag) => {
                    links = links.saturating_sub(usize::from(tag == TagEnd::Link));
                    if self.depth <= DEEPEST {
                        self.out.push(event);
                    }
                    self.depth = self.depth.saturating_sub(1);
                }
                event => self.out.push(event),
            }
        }
    }

    /// Lines of raw HTML: judged together, since a tag may go over several.
    fn raw_block(&mut self, inside: impl Iterator<Item = Event<'a>>) {
        let mut lines = String::new();
        for event in inside {
            let (Event::Html(text) | Event::InlineHtml(text) | Event::Text(text)) = event else { continue };
            match mark(&text) {
                Some((kind, name)) => {
                    self.raw(&std::mem::take(&mut lines));
                    self.mark(kind, name);
                }
                None => lines.push_str(&text),
            }
        }
        self.raw(&lines);
    }

    /// Raw HTML is left to the sanitiser, but shown as text when there is too much of it or too many tags are open.
    fn raw(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let mut rest = text;
        let mut deepest = self.raw_depth;
        while let Some(at) = rest.find('<') {
            rest = &rest[at + 1..];
            let closes = rest.starts_with('/');
            let name: String = rest.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
            // These have no end, or end where the next begins.
            let ends = ["", "br", "hr", "img", "wbr", "p", "li", "td", "th", "tr", "dt", "dd"];
            if ends.contains(&name.to_ascii_lowercase().as_str()) {
                continue;
            }
            self.raw_depth = if closes { self.raw_depth.saturating_sub(1) } else { self.raw_depth + 1 };
            deepest = deepest.max(self.raw_depth);
        }
        self.raw_bytes = self.raw_bytes.saturating_add(text.len());
        if deepest <= DEEPEST && self.raw_bytes <= MOST_RAW {
            self.out.push(Event::InlineHtml(text.to_owned().into()));
            self.out.push(Event::InlineHtml(CLOSED.into()));
        } else {
            self.out.push(Event::Text(text.to_owned().into()));
        }
    }

    fn heading(&mut self, level: HeadingLevel, inside: Vec<Event<'a>>, title: &str) {
        let text = text_of(&inside);
        let anchor = self.anchors.next(&text);
        if self.headings.is_empty() && self.out.is_empty() && text.trim() == title.trim() {
            self.out.push(Event::Html(format!("<p id=\"{anchor}\"></p>").into()));
            self.headings.push(Heading { level: 0, text, anchor });
            return;
        }
        while self.open.last().is_some_and(|&last| last >= level) {
            self.open.pop();
        }
        let shown = u8::try_from(self.open.len()).unwrap_or(6).saturating_add(self.top).min(6);
        self.open.push(level);
        // An anchor is letters, digits and '-': nothing to escape.
        self.out.push(Event::Html(format!("<h{shown} id=\"{anchor}\">").into()));
        // Pictures in a heading are their words.
        self.out.extend(inside.into_iter().filter(|event| {
            !matches!(event, Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) | Event::TaskListMarker(_))
        }));
        self.out.push(Event::Html(format!("</h{shown}>\n").into()));
        self.headings.push(Heading { level: shown, text: text.trim().to_owned(), anchor });
    }

    fn link_to_picture(&mut self, dest_url: CowStr<'a>, inside: &[Event<'a>], in_link: bool) {
        let alt = text_of(inside);
        let words = if alt.trim().is_empty() { dest_url.to_string() } else { alt };
        if in_link {
            self.out.push(Event::Text(words.into()));
            return;
        }
        let link = Tag::Link { link_type: pulldown_cmark::LinkType::Inline, dest_url, title: "".into(), id: "".into() };
        self.out.push(Event::Start(link));
        self.out.push(Event::Text(words.into()));
        self.out.push(Event::End(TagEnd::Link));
    }

    fn mark(&mut self, kind: &str, name: &str) {
        let anchor = self.anchors.next(&format!("{kind} {name}"));
        let text = self.texts.mark(kind, name);
        self.out.push(Event::Html(format!("<p class=\"mark\" id=\"{anchor}\">").into()));
        self.out.push(Event::Text(text.clone().into()));
        self.out.push(Event::Html("</p>\n".into()));
        // Headings of the next page begin anew.
        self.open.clear();
        self.headings.push(Heading { level: 0, text, anchor });
    }
}

/// Whether such a part can stand in itself.
fn nests(tag: &TagEnd) -> bool {
    use TagEnd::{BlockQuote, Emphasis, Item, Link, List, Strikethrough, Strong};
    matches!(tag, BlockQuote(_) | List(_) | Item | Emphasis | Strong | Strikethrough | Link)
}

/// `("page", "3")` of a line of only `<!-- page 3 -->`.
fn mark(html: &str) -> Option<(&str, &str)> {
    let inner = html.trim().strip_prefix("<!--")?.strip_suffix("-->")?.trim();
    let (kind, name) = inner.split_once(char::is_whitespace)?;
    ["page", "sheet", "slide"].contains(&kind).then_some((kind, name.trim()))
}

/// The words of inline Markdown.
fn text_of(events: &[Event<'_>]) -> String {
    let mut text = String::new();
    for event in events {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    text
}

/// Markdown as plain text: blocks on lines of their own, marks and raw HTML left out.
pub(crate) fn plain(markdown: &str) -> String {
    let mut text = String::new();
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::End(TagEnd::TableCell) => text.push(' '),
            Event::HardBreak
            | Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::CodeBlock
                | TagEnd::TableRow
                | TagEnd::TableHead,
            ) => text.push('\n'),
            _ => {}
        }
    }
    let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// The beginning of a text on one line, cut at a gap or after a sentence where there is one, with `…` when something is left out.
pub(crate) fn excerpt(text: &str, characters: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((end, _)) = line.char_indices().nth(characters) else { return line };
    let cut = &line[..end];
    let joint =
        cut.char_indices().filter(|&(_, c)| c == ' ' || "。，；、！？".contains(c)).map(|(at, _)| at).next_back();
    let at = joint.filter(|&at| at > end / 2).unwrap_or(end);
    format!("{}…", cut[..at].trim_end_matches([' ', ',', '，', '；', '、', ';', ':']))
}

/// Only what cannot do anything but be read. `ids`: the anchors that may stand in the text, each once.
fn clean(html: &str, ids: HashSet<String>, place: &Place) -> String {
    const TAGS: [&str; 48] = [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "small",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ];
    const WITH_ID: [&str; 6] = ["h2", "h3", "h4", "h5", "h6", "p"];
    let mut attributes: HashMap<&str, HashSet<&str>> =
        WITH_ID.iter().map(|&tag| (tag, HashSet::from(["id"]))).collect();
    attributes.insert("a", HashSet::from(["href", "title"]));
    attributes.insert("img", HashSet::from(["src", "alt", "title", "width", "height"]));
    attributes.insert("ol", HashSet::from(["start"]));
    for tag in ["td", "th"] {
        attributes.insert(tag, HashSet::from(["colspan", "rowspan"]));
    }
    let sides = HashSet::from(["left", "center", "right"]);
    let classes = HashMap::from([("td", sides.clone()), ("th", sides), ("p", HashSet::from(["mark"]))]);
    let free = Mutex::new(ids);
    let files = place.clone();
    Builder::empty()
        .tags(HashSet::from(TAGS))
        .clean_content_tags(HashSet::from([
            "script", "style", "title", "textarea", "template", "noscript", "iframe", "object",
        ]))
        .tag_attributes(attributes)
        .generic_attributes(HashSet::from(["lang", "dir"]))
        .allowed_classes(classes)
        .url_schemes(HashSet::from(SCHEMES))
        .link_rel(None)
        .attribute_filter(move |tag, attribute, value| match (tag, attribute) {
            ("img", "src") => is_our_file(value, &files).then_some(Cow::Borrowed(value)),
            (_, "id") => {
                let mut free = free.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                free.remove(value).then_some(Cow::Borrowed(value))
            }
            _ => Some(Cow::Borrowed(value)),
        })
        .clean(html)
        .to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place::new("https://help.example.com", "", &["/files/"]).unwrap()
    }

    fn shown(markdown: &str) -> String {
        render(markdown, "Title", 2, Anchoring::On, &place(), Texts::of("en")).html
    }

    fn anchors(markdown: &str) -> Vec<(u8, String)> {
        let rendered = render(markdown, "Title", 2, Anchoring::On, &place(), Texts::of("en"));
        rendered.headings.into_iter().map(|heading| (heading.level, heading.anchor)).collect()
    }

    #[test]
    fn headings_stand_under_the_title_and_skip_no_level() {
        let got = anchors("# A\n\n### B\n\n## C\n\n# D\n\nE\n---\n");
        let expected = [(2, "a"), (3, "b"), (3, "c"), (2, "d"), (3, "e")];
        assert_eq!(got, expected.map(|(level, anchor)| (level, anchor.to_owned())));
        assert!(shown("# A\n\n### B").contains("<h2 id=\"a\">A</h2>\n<h3 id=\"b\">B</h3>"));
    }

    #[test]
    fn anchors_are_those_of_the_rule() {
        let got = anchors("# What's **new** in v2.0?\n\n## `cargo run` – how\n\n> # FAQ\n\n- # FAQ\n\n# x {#y}\n");
        let got: Vec<_> = got.iter().map(|(_, anchor)| anchor.as_str()).collect();
        assert_eq!(got, ["what-s-new-in-v2-0", "cargo-run-how", "faq", "faq-2", "x-y"]);
        let got = anchors("<!-- page 3 -->\n\n# Page 3\n\ntext\n<!-- sheet Preise -->\n<!-- note -->\n");
        let got: Vec<_> = got.iter().map(|(_, anchor)| anchor.as_str()).collect();
        assert_eq!(got, ["page-3", "page-3-2", "sheet-preise"]);
    }

    #[test]
    fn a_first_heading_that_repeats_the_title_is_left_out_but_its_anchor_stays() {
        let html = shown("# Title\n\nText");
        assert!(!html.contains("<h"), "{html}");
        assert!(html.contains("id=\"title\""), "{html}");
    }

    #[test]
    fn only_links_off_the_site_say_so() {
        let html = shown(
            "[a](https://evil.com/?a=1&b=2) [b](/zh/) [c](#x) <a href=//evil.com>d</a> [e](https://help.example.com/en/)",
        );
        assert_eq!(html.matches("rel=\"nofollow noopener\"").count(), 2, "{html}");
        assert!(html.contains("<a href=\"https://evil.com/?a=1&amp;b=2\" rel=\"nofollow noopener\">a</a>"), "{html}");
    }

    #[test]
    fn pictures_from_elsewhere_become_links() {
        let html = shown(
            "![ours](/files/1.png) ![theirs](https://evil.com/p.png) [![in a link](http://x/y.png)](/z) <img src=https://evil.com/p.png alt=raw>",
        );
        assert_eq!(html.matches("<img").count(), 1, "{html}");
        assert!(html.contains("<img src=\"/files/1.png\" alt=\"ours\" loading=\"lazy\" decoding=\"async\">"), "{html}");
        assert!(html.contains(">theirs</a>") && html.contains(">in a link</a>") && html.contains("raw"), "{html}");
    }

    #[test]
    fn tables_scroll_by_themselves_and_say_what_heads_a_column() {
        let html = shown("| a | b |\n|---|--:|\n| 1 | 2 |\n");
        assert!(
            html.contains("<div class=\"table\" role=\"group\" aria-label=\"Table\" tabindex=\"0\"><table>"),
            "{html}"
        );
        assert!(html.contains("<th scope=\"col\">a</th>"), "{html}");
        assert!(html.contains("<td class=\"right\">2</td>"), "{html}");
        assert!(html.contains("</table></div>"), "{html}");
    }

    #[test]
    fn plain_text_has_the_words_and_nothing_else() {
        let text =
            plain("# A *b*\n\n- one\n- two `c`\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n<b>raw</b> [link](http://x)\n");
        assert_eq!(text, "A b\none\ntwo c\nx y\n1 2\nraw link");
    }

    #[test]
    fn excerpts_end_between_words() {
        assert_eq!(excerpt("one two  three", 40), "one two three");
        assert_eq!(excerpt("one two three four", 11), "one two…");
        assert_eq!(excerpt("签收后七天内可以退货，商品须完好", 13), "签收后七天内可以退货…");
    }

    #[test]
    fn a_tag_with_very_many_attributes_takes_no_time() {
        let many: String = (0..100_000).map(|n| format!("a{n} ")).collect();
        let lines = many.replace(' ', "\n");
        for markdown in [
            format!("<a {many}>x</a>"),
            format!("<div {lines}>x</div>"),
            // A value that is left open, and closed by what follows.
            format!("<div b='\n\nx' {many}"),
            format!("<div b=\"\n\nx\" {many}"),
            format!("<div b='\n\n[x](y \"' {many}\")"),
            format!("a <![CDATA[ > <a b=' ]]> x' {many}"),
            format!("<div\n\nx {many}"),
            format!("<div c='\n<!-- page 3 -->\n' {many}>x"),
            format!("{}<div \n{many}>x", "<b>\n".repeat(60)),
        ] {
            let started = std::time::Instant::now();
            let html = shown(&markdown);
            let took = started.elapsed();
            assert!(took.as_secs() < 4, "{took:?} for {}…", &markdown[..20]);
            assert!(html.contains('x'));
        }
        let html = shown("<details>\n<summary>a</summary>\n\ntext **b**\n\n</details>\n\nafter");
        let html = html.replace('\n', "");
        let expected = "<details><summary>a</summary><p>text <strong>b</strong></p></details><p>after</p>";
        assert!(html.contains(expected), "{html}");
    }

    #[test]
    fn deep_nesting_takes_no_time_and_loses_no_words() {
        let started = std::time::Instant::now();
        for markdown in [
            format!("{}x", "> ".repeat(5_000)),
            format!("{}x", "- ".repeat(5_000)),
            format!("{}x", "<div>".repeat(50_000)),
            format!("{}x", "<b>a\n".repeat(20_000)),
            format!("{}x{}", "*a **a ".repeat(5_000), " a** a*".repeat(5_000)),
            format!("{}x", "[".repeat(20_000)),
        ] {
            let before = started.elapsed();
            let html = shown(&markdown);
            assert!(html.contains('x'));
            let took = started.elapsed() - before;
            assert!(took.as_secs() < 5, "{took:?} for {}…", &markdown[..20]);
        }
        assert!(
            shown("<div><p>a<br>b</p><ul><li>c</ul></div>").contains("<div><p>a<br>b</p><ul><li>c</li></ul></div>")
        );
    }
}
