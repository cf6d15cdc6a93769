//! What is added to sanitised HTML: where links lead, pictures that load late, tables that scroll.

use crate::links::leaves;
use crate::place::Place;
use crate::texts::Texts;

/// Adds `rel` to links off the site, late loading to pictures (pictures without an address become their words), a frame that
/// scrolls to tables, and `scope` to their heads. The HTML must come from the sanitiser: every tag is whole, text is escaped, and
/// values stand in double quotes.
pub(crate) fn decorate(html: &str, place: &Place, texts: &Texts) -> String {
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    let mut in_head = false;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tag = &rest[at..at + tag_length(&rest[at..])];
        rest = &rest[at + tag.len()..];
        match name(tag) {
            "a" if value(tag, "href").is_some_and(|href| leaves(&href, place)) => {
                add(&mut out, tag, " rel=\"nofollow noopener\"")
            }
            "img" if value(tag, "src").is_none() => {
                out.push_str(&quoted(tag, "alt").unwrap_or_default().replace('<', "&lt;"))
            }
            "img" => {
                let alt = if quoted(tag, "alt").is_some() { "" } else { " alt=\"\"" };
                add(&mut out, tag, &format!("{alt} loading=\"lazy\" decoding=\"async\""));
            }
            "table" => {
                out.push_str("<div class=\"table\" role=\"group\" aria-label=\"");
                out.push_str(texts.table);
                out.push_str("\" tabindex=\"0\">");
                out.push_str(tag);
            }
            "/table" => {
                out.push_str(tag);
                out.push_str("</div>");
            }
            "th" if in_head && !rest.starts_with("</th>") => add(&mut out, tag, " scope=\"col\""),
            name => {
                match name {
                    "thead" => in_head = true,
                    "/thead" => in_head = false,
                    _ => {}
                }
                out.push_str(tag);
            }
        }
    }
    out.push_str(rest);
    out
}

/// Bytes of the tag that the text begins with.
fn tag_length(text: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// `a`, `/a`: the name of a tag.
fn name(tag: &str) -> &str {
    let inner = tag.trim_start_matches('<');
    &inner[..inner.find([' ', '>']).unwrap_or(inner.len())]
}

/// The value of an attribute as it is written.
fn quoted<'a>(tag: &'a str, attribute: &str) -> Option<&'a str> {
    let mut rest = tag;
    // Values alternate with what is between them, so a name inside a value is not taken for an attribute.
    while let Some(open) = rest.find('"') {
        let between = &rest[..open];
        let after = &rest[open + 1..];
        let close = after.find('"')?;
        if between.strip_suffix('=').is_some_and(|before| {
            before.ends_with(attribute) && before[..before.len() - attribute.len()].ends_with(' ')
        }) {
            return Some(&after[..close]);
        }
        rest = &after[close + 1..];
    }
    None
}

/// The value of an attribute.
fn value(tag: &str, attribute: &str) -> Option<String> {
    let text = quoted(tag, attribute)?;
    Some(
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&nbsp;", "\u{a0}")
            .replace("&amp;", "&"),
    )
}

/// Writes a tag with more attributes.
fn add(out: &mut String, tag: &str, attributes: &str) {
    out.push_str(tag.strip_suffix('>').unwrap_or(tag));
    out.push_str(attributes);
    out.push('>');
}
