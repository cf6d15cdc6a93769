//! Characters of a page as rows of stretches of text.

use std::collections::HashMap;

use super::glyphs::Char;
use super::most;
use crate::markdown::{Inline, Style};

/// A gap as wide as this many times the size of the text parts stretches: columns, cells.
const PART: f32 = 1.0;

/// A gap as wide as this is a space.
const SPACE: f32 = 0.17;

/// A page's rows from top to bottom.
#[derive(Default)]
pub(super) struct PageText {
    pub(super) rows: Vec<Row>,
    pub(super) links: Vec<Option<String>>,
    pub(super) height: f32,
}

/// Text on one baseline.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) y: f32,
    pub(super) size: f32,
    /// From left to right; never empty.
    pub(super) parts: Vec<Part>,
}

/// Text without a wide gap.
#[derive(Clone)]
pub(super) struct Part {
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) size: f32,
    /// Text and the link that it belongs to, 0 for none.
    spans: Vec<(String, u16)>,
}

impl Part {
    pub(super) fn text(&self) -> String {
        self.spans.iter().map(|(text, _)| text.as_str()).collect()
    }

    /// Adds the part's text to a paragraph.
    pub(super) fn add_to(&self, inline: &mut Inline, links: &[Option<String>]) {
        for (text, link) in &self.spans {
            let target = usize::from(*link).checked_sub(1).and_then(|index| links.get(index)).cloned().flatten();
            inline.push(text, &Style { link: target, ..Style::default() });
        }
    }

    fn push(&mut self, c: char, link: u16) {
        match self.spans.last_mut() {
            Some((text, same)) if *same == link => text.push(c),
            _ => self.spans.push((c.to_string(), link)),
        }
    }

    /// Takes characters off the front; gives how many are still to go.
    pub(super) fn drop_front(&mut self, mut count: usize) -> usize {
        for (text, _) in &mut self.spans {
            let end = text.char_indices().nth(count).map_or(text.len(), |(at, _)| at);
            count -= text[..end].chars().count();
            text.drain(..end);
        }
        count
    }

    /// Joins with the part to its right.
    pub(super) fn join(&mut self, other: Part) {
        self.push(' ', 0);
        self.right = other.right;
        self.size = self.size.max(other.size);
        self.spans.extend(other.spans);
    }
}

impl Row {
    pub(super) fn left(&self) -> f32 {
        self.parts.first().map_or(0.0, |part| part.left)
    }

    pub(super) fn right(&self) -> f32 {
        self.parts.last().map_or(0.0, |part| part.right)
    }

    pub(super) fn text(&self) -> String {
        self.parts.iter().map(Part::text).collect::<Vec<_>>().join(" ")
    }
}

impl PageText {
    pub(super) fn new(mut chars: Vec<Char>, links: Vec<Option<String>>, height: f32) -> Self {
        chars.retain(|char| {
            char.x.is_finite() && char.y.is_finite() && char.width.is_finite() && !char.c.is_whitespace()
        });
        chars.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
        let mut rows: Vec<Vec<Char>> = Vec::new();
        let mut base = (f32::NEG_INFINITY, 0.0_f32);
        for char in chars {
            // Small marks above and below the line belong to it.
            let near = 0.4 * char.size.max(base.1);
            match rows.last_mut() {
                Some(row) if char.y - base.0 <= near => {
                    if char.size > base.1 * 1.2 {
                        base = (char.y.max(base.0), char.size);
                    }
                    row.push(char);
                }
                _ => {
                    base = (char.y, char.size);
                    rows.push(vec![char]);
                }
            }
        }
        // Dots that draw a line, and bullets without a text.
        let says = |row: &Row| row.text().chars().any(|c| !c.is_whitespace() && !".…·•●○◦▪■_-–—".contains(c));
        Self { rows: rows.into_iter().map(row).filter(says).collect(), links, height }
    }
}

fn row(mut chars: Vec<Char>) -> Row {
    chars.sort_by(|a, b| a.x.total_cmp(&b.x));
    let mut parts: Vec<Part> = Vec::new();
    let mut last: Option<Char> = None;
    for char in chars {
        if let Some(last) = last
            && last.c == char.c
            && (char.x - last.x).abs() < 0.2 * char.width.max(0.2 * char.size)
            && (char.y - last.y).abs() < 0.2 * char.size
        {
            // Drawn twice to look bold.
            continue;
        }
        let gap = last.map_or(0.0, |last| char.x - (last.x + last.width));
        let size = last.map_or(char.size, |last| char.size.min(last.size).max(char.size.max(last.size) * 0.6));
        match parts.last_mut() {
            Some(part) if gap <= PART * size => {
                let wide = last.is_some_and(|last| is_wide(last.c)) && is_wide(char.c);
                if gap > size * if wide { 0.6 } else { SPACE } {
                    part.push(' ', 0);
                }
                part.push(char.c, char.link);
                part.right = part.right.max(char.x + char.width);
                part.size = part.size.max(char.size);
            }
            _ => {
                let mut part = Part { left: char.x, right: char.x + char.width, size: char.size, spans: Vec::new() };
                part.push(char.c, char.link);
                parts.push(part);
            }
        }
        last = Some(char);
    }
    let mut sizes: HashMap<i32, usize> = HashMap::new();
    for part in &parts {
        *sizes.entry((part.size * 10.0) as i32).or_default() += part.text().len();
    }
    let size = most(&sizes).map_or(10.0, |size| size as f32 / 10.0);
    // The baseline of the largest text: `y` of the row's first character may be a mark above it.
    let y = last.map_or(0.0, |last| last.y);
    let mut row = Row { y, size, parts };
    join_list_mark(&mut row);
    row
}

/// A bullet or number stands apart from its text, but is no column of its own.
fn join_list_mark(row: &mut Row) {
    if row.parts.len() < 2 || !is_list_mark(&row.parts[0].text()) {
        return;
    }
    if row.parts[1].left - row.parts[0].right < row.size * 4.0 {
        let text = row.parts.remove(1);
        row.parts[0].join(text);
    }
}

/// `•`, `1.`, `(2)`, `3、`, `a)`.
fn is_list_mark(text: &str) -> bool {
    let text = text.trim();
    if text.chars().count() > 5 {
        return false;
    }
    if bullet(text).is_some_and(str::is_empty) {
        return true;
    }
    let inner = text.trim_start_matches(['(', '（']);
    let core = inner.trim_end_matches(['.', ')', '）', '、', '．']);
    core.len() < text.len() && !core.is_empty() && core.chars().all(char::is_alphanumeric)
}

/// The text after a bullet.
pub(super) fn bullet(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(['•', '●', '○', '◦', '▪', '■', '□', '‣', '➢', '✓', '◆', '◇', '·', '∙', '–', '-'])?;
    let dash = text.starts_with(['–', '-', '·']);
    (!dash || rest.is_empty() || rest.starts_with(' ')).then_some(rest.trim_start())
}

/// Whether a character belongs to a script that is written without spaces.
pub(super) fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// The sizes of text in a document: which is body, which are headings.
pub(super) struct Sizes {
    body: f32,
    /// From large to small.
    headings: Vec<f32>,
}

impl Sizes {
    pub(super) fn of(pages: &[PageText]) -> Self {
        let mut counts: HashMap<i32, usize> = HashMap::new();
        let key = |size: f32| (size * 2.0).round() as i32;
        for row in pages.iter().flat_map(|page| &page.rows) {
            *counts.entry(key(row.size)).or_default() += row.text().chars().count();
        }
        let body = most(&counts).unwrap_or(20);
        let mut headings: Vec<i32> = counts.keys().copied().filter(|size| *size as f32 >= body as f32 * 1.14).collect();
        headings.sort_unstable_by(|a, b| b.cmp(a));
        // When much of the text is large, size says nothing.
        let large: usize = headings.iter().filter_map(|size| counts.get(size)).sum();
        let all: usize = counts.values().sum();
        if large * 2 > all || pages.iter().map(|page| page.rows.len()).sum::<usize>() < 3 {
            headings.clear();
        }
        Self { body: body as f32 / 2.0, headings: headings.into_iter().map(|size| size as f32 / 2.0).collect() }
    }

    /// The level of a heading in text of this size.
    pub(super) fn level(&self, row: &Row) -> Option<u8> {
        if row.size < self.body * 1.1 || row.text().chars().count() > 120 {
            return None;
        }
        let at = self.headings.iter().position(|size| (size - row.size).abs() <= 0.3)?;
        Some((at as u8 + 1).min(4))
    }
}
