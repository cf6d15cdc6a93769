//! The tree of a page as Markdown.

use super::tree::Tree;
use crate::markdown::{Block, Emphasis, Inline, Style, Writer, link_target, repeatable};

/// Writes a page, or a part of it.
pub(super) struct Converter<'a> {
    tree: &'a Tree,
    out: &'a mut Writer,
    inline: Inline,
    block: Kind,
    list_depth: usize,
    frame: Frame,
    pub(super) pictures: usize,
    pub(super) dropped_links: usize,
}

/// What the text at hand becomes.
#[derive(Clone, Copy)]
enum Kind {
    Paragraph,
    Heading(u8),
    Item(Option<u32>),
    Quote,
}

/// What becomes of the parts around the content.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// Navigation, headers, footers and side columns are left out.
    LeftOut,
    /// Reading began inside of the main content: only navigation is left out.
    Outside,
    Kept,
}

/// Most columns that one cell may span.
const SPAN: usize = 64;

/// Most rows that one cell may span.
const ROWS: usize = 1000;

/// Columns of a table; cells beyond them are left out.
const COLUMNS: usize = 200;

impl<'a> Converter<'a> {
    pub(super) fn new(tree: &'a Tree, out: &'a mut Writer) -> Self {
        Self {
            tree,
            out,
            inline: Inline::default(),
            block: Kind::Paragraph,
            list_depth: 0,
            frame: Frame::LeftOut,
            pictures: 0,
            dropped_links: 0,
        }
    }

    /// Writes the main content: what the page says is main, when it holds a fair part of its words, else the page without its
    /// frame, else everything.
    pub(super) fn main_content(&mut self) {
        let tree = self.tree;
        let body = tree.first("body").unwrap_or(0);
        let all = tree.text_length(body);
        let is_main = |at: u32| tree.name(at) == "main" || tree.attribute(at, "role") == Some("main");
        let enough = |at: &u32| !tree.is_hidden(*at) && tree.text_length(*at) * 5 >= all.max(1);
        let main = tree.all(is_main).into_iter().find(enough);
        let articles = tree.all(|at| tree.name(at) == "article");
        let article = || (articles.len() == 1).then(|| articles[0]).filter(enough);
        let root = main.or_else(article);
        if root.is_some() {
            self.frame = Frame::Outside;
        }
        self.children(root.unwrap_or(body), &Style::default());
        self.flush();
        if root.is_none() && !self.out.has_text() && all > 0 {
            self.frame = Frame::Kept;
            self.children(body, &Style::default());
            self.flush();
        }
    }

    fn children(&mut self, parent: u32, style: &Style) {
        let tree = self.tree;
        for child in tree.children(parent) {
            if self.out.is_full() {
                return;
            }
            self.node(child, style);
        }
    }

    fn node(&mut self, at: u32, style: &Style) {
        let tree = self.tree;
        let name = tree.name(at);
        if name.is_empty() {
            self.text(tree.own_text(at), style);
            return;
        }
        if tree.is_hidden(at) || self.is_frame(at) {
            return;
        }
        match name {
            "head" | "title" | "input" | "datalist" | "map" => {}
            "br" => self.inline.push("\n", &Style::default()),
            "hr" => self.flush(),
            "img" | "picture" => self.pictures += 1,
            "b" | "strong" => self.children(at, &Style { bold: true, ..style.clone() }),
            "i" | "em" | "cite" => self.children(at, &Style { italic: true, ..style.clone() }),
            "code" | "kbd" | "samp" => self.children(at, &Style { code: true, ..style.clone() }),
            "a" => self.anchor(at, style),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = name.as_bytes()[1] - b'0';
                self.inside(Kind::Heading(level), at, style);
            }
            "pre" => {
                self.flush();
                self.out.push(Block::Code(tree.text(at)));
            }
            "blockquote" => self.inside(Kind::Quote, at, style),
            "ul" | "ol" | "menu" => self.list(at, style),
            "dt" => self.inside(Kind::Paragraph, at, &Style { bold: true, ..style.clone() }),
            "table" => self.table(at, style),
            "p" | "div" | "section" | "article" | "main" | "header" | "footer" | "aside" | "nav" | "figure"
            | "figcaption" | "address" | "dl" | "dd" | "details" | "summary" | "form" | "fieldset" | "body" | "li"
            | "tr" | "caption" | "center" => {
                self.flush();
                self.children(at, style);
                self.flush();
            }
            "td" | "th" => {
                self.children(at, style);
                self.inline.push(" ", &Style::default());
            }
            _ => self.children(at, style),
        }
    }

    /// Whether an element is around the content rather than content.
    fn is_frame(&self, at: u32) -> bool {
        if self.frame == Frame::Kept {
            return false;
        }
        let role = self.tree.attribute(at, "role");
        let name = self.tree.name(at);
        if name == "nav" || matches!(role, Some("navigation" | "search" | "menu" | "menubar" | "toolbar")) {
            return true;
        }
        if self.frame == Frame::Outside {
            return false;
        }
        match name {
            // A header with the page's heading is worth more than none.
            "header" => !self.contains_heading(at),
            "footer" | "aside" => true,
            _ => matches!(role, Some("banner" | "contentinfo" | "complementary")),
        }
    }

    fn contains_heading(&self, at: u32) -> bool {
        let mut open: Vec<u32> = self.tree.children(at).collect();
        while let Some(at) = open.pop() {
            if self.tree.name(at) == "h1" {
                return true;
            }
            open.extend(self.tree.children(at));
        }
        false
    }

    /// Reads an element as text of one kind.
    fn inside(&mut self, kind: Kind, at: u32, style: &Style) {
        self.flush();
        let around = std::mem::replace(&mut self.block, kind);
        self.children(at, style);
        self.flush();
        self.block = around;
    }

    fn anchor(&mut self, at: u32, style: &Style) {
        let Some(href) = self.tree.attribute(at, "href") else {
            self.children(at, style);
            return;
        };
        let link = link_target(href);
        if link.is_none() && !href.trim().is_empty() {
            self.dropped_links += 1;
        }
        // A place on the same page is nothing outside of it.
        let link = link.filter(|link| !link.starts_with('#'));
        self.children(at, &Style { link: link.or_else(|| style.link.clone()), ..style.clone() });
    }

    fn list(&mut self, at: u32, style: &Style) {
        self.flush();
        let around = self.block;
        self.list_depth += 1;
        let ordered = self.tree.name(at) == "ol";
        let start = self.tree.attribute(at, "start").and_then(|start| start.trim().parse::<u32>().ok()).unwrap_or(1);
        let mut number = start.min(1_000_000);
        for child in self.tree.children(at) {
            if self.tree.name(child) == "li" && !self.tree.is_hidden(child) {
                self.block = Kind::Item(ordered.then_some(number));
                self.children(child, style);
                self.flush();
                number += 1;
            } else {
                self.node(child, style);
            }
        }
        self.flush();
        self.list_depth -= 1;
        self.block = around;
    }

    fn text(&mut self, text: &str, style: &Style) {
        if style.code {
            self.inline.push(text, style);
            return;
        }
        let mut out = String::with_capacity(text.len());
        let mut before = if self.inline.ends_with_space() { ' ' } else { 'x' };
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if !c.is_ascii_whitespace() {
                out.push(c);
                before = c;
                continue;
            }
            let mut line_break = c == '\n';
            while let Some(next) = chars.next_if(char::is_ascii_whitespace) {
                line_break |= next == '\n';
            }
            // Chinese has no spaces between words: a line break of the source is none.
            let joins = line_break && is_wide(before) && chars.peek().is_some_and(|next| is_wide(*next));
            if before != ' ' && !joins {
                out.push(' ');
                before = ' ';
            }
        }
        self.inline.push(&out, style);
    }

    /// Writes the text at hand.
    fn flush(&mut self) {
        let inline = std::mem::take(&mut self.inline);
        if inline.is_blank() {
            return;
        }
        let text = || {
            let text = inline.markdown(Emphasis::Keep);
            text.lines().map(str::trim).collect::<Vec<_>>().join("\n").trim().to_owned()
        };
        match self.block {
            Kind::Paragraph => self.out.push(Block::Paragraph(text())),
            Kind::Heading(level) => self.out.push(Block::Heading { level, text: inline.markdown(Emphasis::None) }),
            Kind::Quote => self.out.push(Block::Quote(text())),
            Kind::Item(number) => {
                self.out.push(Block::Item { depth: self.list_depth.saturating_sub(1), number, text: text() });
                // What follows in the same item has no mark of its own.
                self.block = Kind::Paragraph;
            }
        }
    }

    fn table(&mut self, table: u32, style: &Style) {
        self.flush();
        let rows = self.rows(table);
        let nested = self.has_inside(table, "table");
        let columns = rows.iter().map(|row| self.cells(*row).len()).max().unwrap_or(0);
        for caption in self.tree.children(table).filter(|&at| self.tree.name(at) == "caption") {
            self.inside(Kind::Paragraph, caption, style);
        }
        // What stands between the cells is shown before the table.
        for stray in self.between_cells(table, &rows) {
            self.node(stray, style);
        }
        self.flush();
        // A table that lays out a page.
        if nested || columns < 2 {
            for row in rows {
                for cell in self.cells(row) {
                    self.flush();
                    self.children(cell, style);
                    self.flush();
                }
            }
            return;
        }
        let mut grid: Vec<Vec<String>> = Vec::new();
        // Column → rows that its cell still covers, and its text.
        let mut covered: Vec<(usize, String)> = Vec::new();
        for row in rows {
            let mut line: Vec<String> = Vec::new();
            let fill = |line: &mut Vec<String>, covered: &mut Vec<(usize, String)>| {
                while let Some((left, text)) = covered.get_mut(line.len()).filter(|(left, _)| *left > 0) {
                    *left -= 1;
                    line.push(text.clone());
                }
            };
            for cell in self.cells(row) {
                fill(&mut line, &mut covered);
                let number =
                    |key| self.tree.attribute(cell, key).and_then(|n| n.trim().parse::<usize>().ok()).unwrap_or(1);
                let (wide, high) = (number("colspan").clamp(1, SPAN), number("rowspan").clamp(1, ROWS));
                let text = self.cell(cell);
                for column in 0..wide {
                    let at = line.len();
                    let text = if column == 0 { text.clone() } else { String::new() };
                    if high > 1 {
                        covered.resize(covered.len().max(at + 1), (0, String::new()));
                        covered[at] = (high - 1, repeatable(&text));
                    }
                    line.push(text);
                }
                if line.len() > COLUMNS {
                    break;
                }
            }
            fill(&mut line, &mut covered);
            if line.iter().any(|cell| !cell.is_empty()) {
                grid.push(line);
            }
        }
        self.out.push(Block::Table(grid));
    }

    /// The rows of a table, the header's first.
    fn rows(&self, table: u32) -> Vec<u32> {
        let mut rows = Vec::new();
        for child in self.tree.children(table) {
            match self.tree.name(child) {
                "tr" => rows.push(child),
                "thead" | "tbody" | "tfoot" => {
                    rows.extend(self.tree.children(child).filter(|&at| self.tree.name(at) == "tr"));
                }
                _ => {}
            }
        }
        rows.retain(|row| !self.tree.is_hidden(*row));
        rows
    }

    /// What is in a table but in none of its cells.
    fn between_cells(&self, table: u32, rows: &[u32]) -> Vec<u32> {
        const PARTS: [&str; 9] = ["tr", "thead", "tbody", "tfoot", "caption", "colgroup", "col", "td", "th"];
        let groups = self.tree.children(table).filter(|&at| matches!(self.tree.name(at), "thead" | "tbody" | "tfoot"));
        let parents = std::iter::once(table).chain(groups).chain(rows.iter().copied());
        parents.flat_map(|at| self.tree.children(at)).filter(|&at| !PARTS.contains(&self.tree.name(at))).collect()
    }

    fn cells(&self, row: u32) -> Vec<u32> {
        let cells =
            self.tree.children(row).filter(|&at| matches!(self.tree.name(at), "td" | "th") && !self.tree.is_hidden(at));
        cells.collect()
    }

    fn has_inside(&self, at: u32, name: &str) -> bool {
        let mut open: Vec<u32> = self.tree.children(at).collect();
        while let Some(at) = open.pop() {
            if self.tree.name(at) == name {
                return true;
            }
            open.extend(self.tree.children(at));
        }
        false
    }

    /// A cell's text on one line.
    fn cell(&mut self, cell: u32) -> String {
        let mut inner = Writer::new(1 << 20);
        let mut converter = Converter { frame: self.frame, ..Converter::new(self.tree, &mut inner) };
        converter.children(cell, &Style::default());
        converter.flush();
        let (pictures, links) = (converter.pictures, converter.dropped_links);
        self.pictures += pictures;
        self.dropped_links += links;
        let text = inner.finish(&mut Vec::new());
        let lines = text.lines().map(|line| line.trim().trim_start_matches('#').trim()).filter(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join(" ")
    }
}

/// Whether a character belongs to a script that is written without spaces.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}
