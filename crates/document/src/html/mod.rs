//! HTML: the main content of a page.

mod convert;
mod tree;

use encoding_rs::Encoding;

use crate::error::Fault;
use crate::markdown::{Writer, one_line};
use crate::{Content, Limits, Notice, Place, Warning, text};
use convert::Converter;
use tree::Tree;

/// # Errors
/// More elements than there may be.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Content, Fault> {
    let mut warnings = Vec::new();
    let source = text::decode(bytes, declared_encoding(bytes), &mut warnings);
    let tree = Tree::parse(&source, limits)?;
    if tree.flattened {
        warnings.push(Notice { place: Place::File, warning: Warning::Flattened { limit: limits.depth } });
    }
    if tree.scripts {
        warnings.push(Notice { place: Place::File, warning: Warning::ScriptsIgnored });
    }
    let mut writer = Writer::new(limits.markdown_bytes);
    let mut converter = Converter::new(&tree, &mut writer);
    converter.main_content();
    let (pictures, links) = (converter.pictures, converter.dropped_links);
    for (count, warning) in
        [(pictures, Warning::PicturesIgnored { count: pictures }), (links, Warning::LinksDropped { count: links })]
    {
        if count > 0 {
            warnings.push(Notice { place: Place::File, warning });
        }
    }
    let markdown = writer.finish(&mut warnings);
    if markdown.is_empty() {
        warnings.push(Notice { place: Place::File, warning: Warning::NoText });
    }
    let lang = tree.first("html").and_then(|html| tree.attribute(html, "lang")).map(str::to_owned);
    Ok(Content { title: title(&tree), lang, markdown, warnings, ..Content::default() })
}

/// The page's title; its one `h1` when the title is that and the site's name.
fn title(tree: &Tree) -> Option<String> {
    let text = |name| tree.first(name).map(|at| one_line(&tree.text(at), 300)).filter(|text| !text.is_empty());
    match (text("title"), text("h1")) {
        (Some(title), Some(heading)) if title.contains(&heading) => Some(heading),
        (Some(title), _) => Some(title),
        (None, heading) => heading,
    }
}

/// The encoding that a page names in its first kilobyte.
fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_ascii_lowercase();
    let (_, rest) = head.split_once("charset=").or_else(|| head.split_once("encoding="))?;
    let label: String = rest
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))
        .collect();
    let encoding = Encoding::for_label(label.as_bytes())?;
    // A page that can be read up to here is not in UTF-16, whatever it says.
    Some(if encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE {
        encoding_rs::UTF_8
    } else {
        encoding
    })
}
