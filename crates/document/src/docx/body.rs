//! Paragraphs, runs and tables.

use std::collections::HashMap;

use super::numbering::{Mark, Numbering};
use super::styles::{Kind, Styles, list, outline_level};
use crate::markdown::{Block, Emphasis, Inline, Style, Writer, escape, link_target, repeatable};
use crate::package::Relation;
use crate::xml::{Element, Tree};
use crate::{Notice, Place, Warning};

/// The state of reading a document's body.
pub(super) struct Body<'a> {
    styles: &'a Styles,
    numbering: Numbering,
    relations: &'a HashMap<String, Relation>,
    /// Whether the file holds where Word broke the pages.
    pub(super) paged: bool,
    pub(super) page: u32,
    /// The page of the last marker.
    marked: u32,
    pictures: usize,
    merged: usize,
    dropped_links: usize,
    /// Whether the paragraph at hand has text boxes, which are read after it.
    has_boxes: bool,
    noted: Vec<String>,
    code: String,
}

impl<'a> Body<'a> {
    pub(super) fn new(styles: &'a Styles, numbering: Numbering, relations: &'a HashMap<String, Relation>) -> Self {
        Self {
            styles,
            numbering,
            relations,
            paged: false,
            page: 1,
            marked: 1,
            pictures: 0,
            merged: 0,
            dropped_links: 0,
            has_boxes: false,
            noted: Vec::new(),
            code: String::new(),
        }
    }

    /// Reads everything in `parent` that stands in a line of its own.
    pub(super) fn blocks(&mut self, parent: Element<'_, '_>, out: &mut Writer) {
        for child in parent.children() {
            if out.is_full() {
                return;
            }
            match child.name() {
                "p" => self.paragraph(child, out),
                "tbl" => {
                    self.flush_code(out);
                    self.table(child, out);
                }
                "sdt" => {
                    if let Some(content) = child.child("sdtContent") {
                        self.blocks(content, out);
                    }
                }
                "AlternateContent" => {
                    if let Some(content) = child.child("Choice").or_else(|| child.child("Fallback")) {
                        self.blocks(content, out);
                    }
                }
                "ins" | "moveTo" | "customXml" | "smartTag" => self.blocks(child, out),
                _ => {}
            }
        }
        self.flush_code(out);
    }

    fn paragraph(&mut self, paragraph: Element<'_, '_>, out: &mut Writer) {
        let properties = paragraph.child("pPr");
        let style = properties
            .and_then(|p| p.child("pStyle"))
            .and_then(|style| style.attribute("val"))
            .map(|id| self.styles.get(id))
            .unwrap_or_default();
        if style.kind == Kind::Contents {
            return;
        }
        let mut inline = Inline::default();
        self.runs(paragraph, &Style::default(), &mut inline);
        let boxes = std::mem::take(&mut self.has_boxes);
        // A break inside of a table is marked after it.
        if self.page != self.marked && self.paged {
            self.marked = self.page;
            self.flush_code(out);
            out.push(Block::Marker(format!("page {}", self.page)));
        }
        if !inline.is_blank() {
            if style.kind == Kind::Code {
                self.code.push_str(&inline.plain());
                self.code.push('\n');
            } else {
                self.flush_code(out);
                self.write(properties, &style, &inline, out);
            }
        }
        if boxes {
            for content in outer_boxes(paragraph) {
                self.blocks(content, out);
            }
        }
    }

    fn write(
        &mut self,
        properties: Option<Element<'_, '_>>,
        style: &super::styles::Style,
        inline: &Inline,
        out: &mut Writer,
    ) {
        let outline = properties.and_then(|p| p.child("outlineLvl")).and_then(outline_level);
        let (own_list, own_depth) = properties.map(list).unwrap_or_default();
        let depth = own_depth.or(style.list.1).unwrap_or(0);
        let mark = own_list.or_else(|| style.list.0.clone()).and_then(|list| self.numbering.next(&list, depth));
        if let Some(level) = style.heading.or(outline) {
            let text = inline.markdown(Emphasis::None);
            let text = match mark {
                Some(Mark::Text(mark)) => format!("{} {text}", escape(&mark)),
                Some(Mark::Number(number)) => format!("{number}. {text}"),
                _ => text,
            };
            out.push(Block::Heading { level, text });
            return;
        }
        let text = inline.markdown(Emphasis::Keep);
        out.push(match mark {
            Some(Mark::Bullet) => Block::Item { depth, number: None, text },
            Some(Mark::Number(number)) => Block::Item { depth, number: Some(number), text },
            Some(Mark::Text(mark)) => Block::Paragraph(format!("{} {text}", escape(&mark))),
            None if style.kind == Kind::Quote => Block::Quote(text),
            None => Block::Paragraph(text),
        });
    }

    fn flush_code(&mut self, out: &mut Writer) {
        if !self.code.is_empty() {
            out.push(Block::Code(std::mem::take(&mut self.code)));
        }
    }

    /// Reads the text of a paragraph, a link, an insertion, …
    fn runs(&mut self, parent: Element<'_, '_>, style: &Style, inline: &mut Inline) {
        for child in parent.children() {
            match child.name() {
                "r" => self.run(child, style, inline),
                "hyperlink" => {
                    let target = child.attribute("id").and_then(|id| self.relations.get(id)).map(|r| r.target.as_str());
                    let link = target.and_then(link_target);
                    if target.is_some() && link.is_none() {
                        self.dropped_links += 1;
                    }
                    self.runs(child, &Style { link: link.or_else(|| style.link.clone()), ..style.clone() }, inline);
                }
                "ins" | "moveTo" | "smartTag" | "customXml" | "fldSimple" | "dir" | "bdo" => {
                    self.runs(child, style, inline)
                }
                "sdt" => {
                    if let Some(content) = child.child("sdtContent") {
                        self.runs(content, style, inline);
                    }
                }
                "AlternateContent" => {
                    if let Some(content) = child.child("Choice").or_else(|| child.child("Fallback")) {
                        self.runs(content, style, inline);
                    }
                }
                "oMath" | "oMathPara" => {
                    let text: String = child.all("t").into_iter().map(Element::all_text).collect();
                    inline.push(&text, style);
                }
                _ => {}
            }
        }
    }

    fn run(&mut self, run: Element<'_, '_>, around: &Style, inline: &mut Inline) {
        let properties = run.child("rPr");
        let on = |name: &str| {
            let found = properties.and_then(|p| p.child(name));
            found.is_some_and(|e| !matches!(e.attribute("val"), Some("0" | "false" | "off")))
        };
        if on("vanish") {
            return;
        }
        let style = Style { bold: on("b"), italic: on("i"), ..around.clone() };
        for child in run.children() {
            match child.name() {
                "t" => inline.push(&child.all_text(), &style),
                "tab" | "ptab" => inline.push(" ", &style),
                "br" | "cr" => inline.push(if child.attribute("type").is_none() { "\n" } else { " " }, &style),
                "noBreakHyphen" => inline.push("-", &style),
                "sym" => {
                    // Symbol fonts show other signs than their characters say.
                    inline.push("•", &style);
                }
                "lastRenderedPageBreak" => self.page = self.page.saturating_add(1),
                "footnoteReference" => self.note(child, "", inline),
                "endnoteReference" => self.note(child, "e", inline),
                "drawing" | "pict" | "object" => self.drawing(child),
                "AlternateContent" => {
                    if let Some(content) = child.child("Choice").or_else(|| child.child("Fallback")) {
                        for drawing in content.children() {
                            self.drawing(drawing);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn drawing(&mut self, drawing: Element<'_, '_>) {
        self.has_boxes |= !outer_boxes(drawing).is_empty();
        if !drawing.all("blip").is_empty() || !drawing.all("imagedata").is_empty() {
            self.pictures += 1;
        }
    }

    fn note(&mut self, reference: Element<'_, '_>, prefix: &str, inline: &mut Inline) {
        let Some(id) = reference.attribute("id").filter(|id| id.parse::<u32>().is_ok()) else { return };
        let name = format!("{prefix}{id}");
        inline.push(&name, &Style { note: true, ..Style::default() });
        self.noted.push(name);
    }

    fn table(&mut self, table: Element<'_, '_>, out: &mut Writer) {
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut above: HashMap<usize, String> = HashMap::new();
        let mut count = 0;
        for row in rows_of(table) {
            let mut cells = Vec::new();
            for cell in cells_of(row) {
                let properties = cell.child("tcPr");
                let span = properties.and_then(|p| p.child("gridSpan")).and_then(|s| s.attribute("val"));
                let span = span.and_then(|s| s.parse::<usize>().ok()).unwrap_or(1).clamp(1, 64);
                let span = if count < CELLS { span } else { 1 };
                count += span;
                let merge = properties.and_then(|p| p.child("vMerge"));
                let column = cells.len();
                let text = match merge {
                    Some(merge) if merge.attribute("val") != Some("restart") => {
                        above.get(&column).cloned().unwrap_or_default()
                    }
                    Some(_) => {
                        self.merged += 1;
                        let text = self.cell(cell);
                        above.insert(column, repeatable(&text));
                        text
                    }
                    None => self.cell(cell),
                };
                if span > 1 {
                    self.merged += 1;
                }
                cells.push(text);
                cells.extend(std::iter::repeat_n(String::new(), span - 1));
            }
            rows.push(cells);
        }
        rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
        if rows.iter().all(|row| row.iter().filter(|cell| !cell.is_empty()).count() <= 1) && rows.len() <= 1 {
            // A frame around a text.
            for cell in rows.into_iter().flatten() {
                out.push(Block::Paragraph(cell));
            }
            return;
        }
        out.push(Block::Table(rows));
    }

    /// The text of a cell on one line; tables inside of it too.
    fn cell(&mut self, cell: Element<'_, '_>) -> String {
        let mut parts = Vec::new();
        self.cell_parts(cell, &mut parts);
        parts.join(" ")
    }

    fn cell_parts(&mut self, parent: Element<'_, '_>, parts: &mut Vec<String>) {
        for child in parent.children() {
            match child.name() {
                "p" => {
                    let mut inline = Inline::default();
                    self.runs(child, &Style::default(), &mut inline);
                    let boxes = std::mem::take(&mut self.has_boxes);
                    if !inline.is_blank() {
                        parts.push(inline.markdown(Emphasis::Keep).trim().to_owned());
                    }
                    if boxes {
                        for content in outer_boxes(child) {
                            self.cell_parts(content, parts);
                        }
                    }
                }
                "tbl" => {
                    for row in rows_of(child) {
                        for cell in cells_of(row) {
                            self.cell_parts(cell, parts);
                        }
                    }
                }
                "sdt" => {
                    if let Some(content) = child.child("sdtContent") {
                        self.cell_parts(content, parts);
                    }
                }
                "ins" | "moveTo" | "customXml" | "smartTag" => self.cell_parts(child, parts),
                _ => {}
            }
        }
    }

    /// Writes the notes that the text refers to.
    pub(super) fn notes(
        &mut self,
        tree: &Tree<'_>,
        element: &str,
        prefix: &str,
        relations: &HashMap<String, Relation>,
        out: &mut Writer,
    ) {
        let noted = self.noted.clone();
        let mut inner = Body { paged: false, ..Body::new(self.styles, Numbering::default(), relations) };
        for note in tree.root().children().filter(|child| child.name() == element) {
            let Some(id) = note.attribute("id") else { continue };
            let name = format!("{prefix}{id}");
            if noted.contains(&name) {
                out.push(Block::Paragraph(format!("[^{name}]: {}", inner.cell(note))));
            }
        }
        self.dropped_links += inner.dropped_links;
        self.pictures += inner.pictures;
    }

    pub(super) fn warnings(&self, warnings: &mut Vec<Notice>) {
        for (count, warning) in [
            (self.merged, Warning::MergedCells { count: self.merged }),
            (self.pictures, Warning::PicturesIgnored { count: self.pictures }),
            (self.dropped_links, Warning::LinksDropped { count: self.dropped_links }),
        ] {
            if count > 0 {
                warnings.push(Notice { place: Place::File, warning });
            }
        }
    }
}

/// Cells of one table that may come from wide cells.
const CELLS: usize = 1_000_000;

/// The text boxes in an element, without those inside of them. Word writes each box twice, for itself and for older programs:
/// only the first is taken.
fn outer_boxes<'t, 'a>(element: Element<'t, 'a>) -> Vec<Element<'t, 'a>> {
    let mut found = Vec::new();
    let mut open = vec![element];
    while let Some(element) = open.pop() {
        match element.name() {
            "txbxContent" => found.push(element),
            "AlternateContent" => open.extend(element.child("Choice").or_else(|| element.child("Fallback"))),
            _ => {
                let inside = open.len();
                open.extend(element.children());
                open[inside..].reverse();
            }
        }
    }
    found
}

fn rows_of<'t, 'a>(table: Element<'t, 'a>) -> Vec<Element<'t, 'a>> {
    unwrapped(table, "tr")
}

fn cells_of<'t, 'a>(row: Element<'t, 'a>) -> Vec<Element<'t, 'a>> {
    unwrapped(row, "tc")
}

/// Children of this name, also of wrappers around them.
fn unwrapped<'t, 'a>(parent: Element<'t, 'a>, name: &str) -> Vec<Element<'t, 'a>> {
    let mut found = Vec::new();
    for child in parent.children() {
        match child.name() {
            child_name if child_name == name => found.push(child),
            "sdt" => {
                if let Some(content) = child.child("sdtContent") {
                    found.extend(unwrapped(content, name));
                }
            }
            "ins" | "customXml" => found.extend(unwrapped(child, name)),
            _ => {}
        }
    }
    found
}
