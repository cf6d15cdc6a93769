//! Word documents (ECMA-376 part 1, WordprocessingML).

mod body;
mod numbering;
mod styles;

use crate::error::Fault;
use crate::markdown::{Block, Writer};
use crate::package::Package;
use crate::xml::Tree;
use crate::{Content, Limits, Notice, Place, Warning};

/// # Errors
/// A broken package, or one that goes beyond a limit.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Content, Fault> {
    let package = Package::open(bytes, limits)?;
    let top = package.relations("")?;
    let main = top.values().find(|relation| relation.kind == "officeDocument").map(|relation| relation.target.as_str());
    let main = main.filter(|name| package.has(name)).unwrap_or("word/document.xml").to_owned();
    let relations = package.relations(&main)?;
    let related = |kind: &str| relations.values().find(|relation| relation.kind == kind).map(|r| r.target.clone());

    let styles = match related("styles").map(|name| Ok((package.bytes(&name)?, name))).transpose()? {
        Some((Some(bytes), name)) => styles::Styles::new(&Tree::parse(&name, &bytes, limits)?),
        _ => styles::Styles::default(),
    };
    let numbering = match related("numbering").map(|name| Ok((package.bytes(&name)?, name))).transpose()? {
        Some((Some(bytes), name)) => numbering::Numbering::new(&Tree::parse(&name, &bytes, limits)?),
        _ => numbering::Numbering::default(),
    };
    let mut warnings = package.warnings();
    let mut writer = Writer::new(limits.markdown_bytes);

    let bytes = package.required(&main)?;
    let tree = Tree::parse(&main, &bytes, limits)?;
    let mut body = body::Body::new(&styles, numbering, &relations);
    if let Some(content) = tree.root().child("body") {
        body.paged = !content.all("lastRenderedPageBreak").is_empty();
        if body.paged {
            writer.push(Block::Marker("page 1".to_owned()));
        }
        body.blocks(content, &mut writer);
    }
    let pages = body.paged.then_some(body.page);

    for (kind, element, prefix) in [("footnotes", "footnote", ""), ("endnotes", "endnote", "e")] {
        let Some(name) = related(kind) else { continue };
        let Some(bytes) = package.bytes(&name)? else { continue };
        let tree = Tree::parse(&name, &bytes, limits)?;
        let relations = package.relations(&name)?;
        body.notes(&tree, element, prefix, &relations, &mut writer);
    }
    body.warnings(&mut warnings);
    let (title, lang) = package.properties()?;
    let markdown = writer.finish(&mut warnings);
    if markdown.lines().all(|line| line.is_empty() || line.starts_with("<!--")) {
        warnings.push(Notice { place: Place::File, warning: Warning::NoText });
    }
    Ok(Content { title, lang: lang.or(styles.lang), markdown, pages, warnings, ..Content::default() })
}
