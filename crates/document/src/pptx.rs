//! PowerPoint presentations (ECMA-376 part 1, PresentationML).

use std::collections::HashMap;

use crate::error::Fault;
use crate::markdown::{Block, Emphasis, Inline, Style, Writer, link_target, repeatable};
use crate::package::{Package, Relation};
use crate::xml::{Element, Tree};
use crate::{Content, Limits, Notice, Place, Reason, Unread, UnreadReason, Warning};

/// # Errors
/// A broken package, or one that goes beyond a limit.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Content, Fault> {
    let package = Package::open(bytes, limits)?;
    let top = package.relations("")?;
    let main = top.values().find(|relation| relation.kind == "officeDocument").map(|relation| relation.target.as_str());
    let main = main.filter(|name| package.has(name)).unwrap_or("ppt/presentation.xml").to_owned();
    let relations = package.relations(&main)?;
    let presentation = package.required(&main)?;
    let presentation = Tree::parse(&main, &presentation, limits)?;
    let slides: Vec<&str> = presentation
        .root()
        .child("sldIdLst")
        .into_iter()
        .flat_map(Element::children)
        .filter(|slide| slide.name() == "sldId")
        // Both `id` and `r:id` are called `id`; the one of relations is no number.
        .filter_map(|slide| slide.attributes().filter(|(key, _)| *key == "id").find_map(|(_, id)| relations.get(id)))
        .map(|relation| relation.target.as_str())
        .collect();
    if slides.len() > limits.pages as usize {
        return Err(Fault::file(Reason::TooManyPages { count: slides.len(), limit: limits.pages }));
    }

    let mut warnings = package.warnings();
    let mut unread = Vec::new();
    let mut writer = Writer::new(limits.markdown_bytes);
    let mut counts = Counts::default();
    for (index, name) in slides.iter().enumerate() {
        let number = index as u32 + 1;
        let relations = package.relations(name)?;
        counts.notes += usize::from(relations.values().any(|relation| relation.kind == "notesSlide"));
        let bytes = package.required(name)?;
        let tree = Tree::parse(name, &bytes, limits)?;
        writer.push(Block::Marker(format!("slide {number}")));
        if matches!(tree.root().attribute("show"), Some("0" | "false")) {
            unread.push(Unread { place: Place::Slide(number), reason: UnreadReason::Hidden });
            continue;
        }
        let mut slide = Slide { relations: &relations, counts: &mut counts, title: false, words: 0, pictures: 0 };
        if let Some(shapes) = tree.root().path(&["cSld", "spTree"]) {
            slide.shapes(shapes, &mut writer);
        }
        if slide.words == 0 && slide.pictures > 0 {
            unread.push(Unread { place: Place::Slide(number), reason: UnreadReason::Scanned });
        } else {
            counts.pictures += slide.pictures;
        }
    }
    for (count, warning) in [
        (counts.merged, Warning::MergedCells { count: counts.merged }),
        (counts.pictures, Warning::PicturesIgnored { count: counts.pictures }),
        (counts.notes, Warning::NotesIgnored { count: counts.notes }),
        (counts.links, Warning::LinksDropped { count: counts.links }),
    ] {
        if count > 0 {
            warnings.push(Notice { place: Place::File, warning });
        }
    }
    let (title, lang) = package.properties()?;
    // What PowerPoint calls a presentation that nobody named.
    let title = title.filter(|title| !title.starts_with("PowerPoint ") && !title.starts_with("幻灯片"));
    let markdown = writer.finish(&mut warnings);
    Ok(Content { title, lang, markdown, pages: Some(slides.len() as u32), unread, warnings })
}

#[derive(Default)]
struct Counts {
    merged: usize,
    pictures: usize,
    notes: usize,
    links: usize,
}

struct Slide<'a> {
    relations: &'a HashMap<String, Relation>,
    counts: &'a mut Counts,
    /// Whether the title was written.
    title: bool,
    words: usize,
    pictures: usize,
}

impl Slide<'_> {
    fn shapes(&mut self, parent: Element<'_, '_>, out: &mut Writer) {
        // The title stands first, wherever it is drawn.
        let is_title = |shape: &Element<'_, '_>| matches!(placeholder(*shape), Some("title" | "ctrTitle"));
        let (titles, others): (Vec<_>, Vec<_>) = parent.children().partition(is_title);
        for shape in titles.into_iter().chain(others) {
            match shape.name() {
                "sp" => self.shape(shape, out),
                "grpSp" => self.shapes(shape, out),
                "graphicFrame" => {
                    for table in shape.all("tbl") {
                        self.table(table, out);
                    }
                }
                "pic" => self.pictures += 1,
                "AlternateContent" => {
                    if let Some(content) = shape.child("Choice").or_else(|| shape.child("Fallback")) {
                        self.shapes(content, out);
                    }
                }
                _ => {}
            }
        }
    }

    fn shape(&mut self, shape: Element<'_, '_>, out: &mut Writer) {
        let kind = placeholder(shape);
        if matches!(kind, Some("sldNum" | "dt" | "ftr" | "hdr")) {
            return;
        }
        let Some(body) = shape.child("txBody") else { return };
        if matches!(kind, Some("title" | "ctrTitle")) {
            let text: Vec<String> = paragraphs(body).map(|p| self.inline(p).markdown(Emphasis::None)).collect();
            let text = text.join(" ");
            if !text.trim().is_empty() {
                self.words += 1;
                let level = if self.title { 2 } else { 1 };
                self.title = true;
                out.push(Block::Heading { level, text });
            }
            return;
        }
        // Bodies of layouts have bullets unless they say otherwise; text boxes have them only when they say so.
        let bulleted = matches!(kind, Some("body" | "")) || kind.is_some_and(|kind| kind == "obj");
        for paragraph in paragraphs(body) {
            let inline = self.inline(paragraph);
            if inline.is_blank() {
                continue;
            }
            self.words += 1;
            let properties = paragraph.child("pPr");
            let has = |name: &str| properties.is_some_and(|p| p.child(name).is_some());
            let depth = properties.and_then(|p| p.attribute("lvl")).and_then(|l| l.parse::<usize>().ok()).unwrap_or(0);
            let text = inline.markdown(Emphasis::Keep);
            let item = !has("buNone") && (bulleted || has("buChar") || has("buAutoNum"));
            out.push(if item { Block::Item { depth, number: None, text } } else { Block::Paragraph(text) });
        }
    }

    fn inline(&mut self, paragraph: Element<'_, '_>) -> Inline {
        let mut inline = Inline::default();
        for child in paragraph.children() {
            match child.name() {
                "r" | "fld" => {
                    let properties = child.child("rPr");
                    let on = |name: &str| matches!(properties.and_then(|p| p.attribute(name)), Some("1" | "true"));
                    let target = properties
                        .and_then(|p| p.child("hlinkClick"))
                        .and_then(|link| link.attributes().find(|(key, _)| *key == "id"))
                        .and_then(|(_, id)| self.relations.get(id))
                        .filter(|relation| relation.kind == "hyperlink");
                    let link = target.and_then(|relation| link_target(&relation.target));
                    self.counts.links += usize::from(target.is_some() && link.is_none());
                    let style = Style { bold: on("b"), italic: on("i"), link, ..Style::default() };
                    if let Some(text) = child.child("t") {
                        inline.push(&text.all_text(), &style);
                    }
                }
                "br" => inline.push("\n", &Style::default()),
                _ => {}
            }
        }
        inline
    }

    fn table(&mut self, table: Element<'_, '_>, out: &mut Writer) {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for row in table.children().filter(|child| child.name() == "tr") {
            let mut cells: Vec<String> = Vec::new();
            for cell in row.children().filter(|child| child.name() == "tc") {
                let is = |name: &str| matches!(cell.attribute(name), Some("1" | "true"));
                let spans = |name: &str| cell.attribute(name).is_some_and(|n| n != "1");
                self.counts.merged += usize::from(spans("gridSpan") || spans("rowSpan"));
                let text = if is("vMerge") {
                    rows.last().and_then(|row| row.get(cells.len())).map(|text| repeatable(text)).unwrap_or_default()
                } else if is("hMerge") {
                    String::new()
                } else {
                    let body = cell.child("txBody");
                    let texts = body.into_iter().flat_map(paragraphs).map(|p| self.inline(p).markdown(Emphasis::Keep));
                    texts.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join(" ")
                };
                cells.push(text);
            }
            rows.push(cells);
        }
        if rows.iter().flatten().any(|cell| !cell.is_empty()) {
            self.words += 1;
            out.push(Block::Table(rows));
        }
    }
}

/// What a shape stands for in its layout; empty for its text.
fn placeholder<'t>(shape: Element<'t, '_>) -> Option<&'t str> {
    let holder = shape.path(&["nvSpPr", "nvPr", "ph"])?;
    Some(holder.attribute("type").unwrap_or_default())
}

fn paragraphs<'t, 'a>(body: Element<'t, 'a>) -> impl Iterator<Item = Element<'t, 'a>> {
    body.children().filter(|child| child.name() == "p")
}
