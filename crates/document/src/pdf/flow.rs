//! Rows in reading order, as blocks.

use super::layout::{PageText, Part, Row, Sizes, bullet, is_wide};
use super::table;
use crate::markdown::{Block, Emphasis, Inline, Style, Writer};

/// Columns inside of columns.
const DEPTH: usize = 3;

/// A column has at least so many rows.
const COLUMN_ROWS: usize = 4;

/// Writes a page.
pub(super) fn write(page: PageText, sizes: &Sizes, out: &mut Writer) {
    for flow in flows(page.rows, DEPTH) {
        write_flow(&flow, &page.links, sizes, out);
    }
}

/// Parts rows into stretches that are read one after the other: a page of two columns gives the left, then the right.
fn flows(rows: Vec<Row>, depth: usize) -> Vec<Vec<Row>> {
    let Some(gutter) = (depth > 0).then(|| gutter(&rows)).flatten() else { return vec![rows] };
    let mut flows = Vec::new();
    let mut across: Vec<Row> = Vec::new();
    let (mut left, mut right): (Vec<Row>, Vec<Row>) = (Vec::new(), Vec::new());
    for row in rows {
        if crosses(&row, gutter) {
            close_band(&mut across, &mut left, &mut right, &mut flows, depth);
            across.push(row);
            continue;
        }
        let (one, other): (Vec<Part>, Vec<Part>) =
            row.parts.iter().cloned().partition(|part| part.right <= gutter + 1.0);
        for (parts, side) in [(one, &mut left), (other, &mut right)] {
            if !parts.is_empty() {
                side.push(Row { parts, ..row });
            }
        }
    }
    close_band(&mut across, &mut left, &mut right, &mut flows, depth);
    flows.push(across);
    flows.retain(|flow| !flow.is_empty());
    flows
}

/// Ends a stretch of two columns. One that is too short for columns, such as a line with a date at its right, goes back to the
/// rows around it.
fn close_band(
    across: &mut Vec<Row>,
    left: &mut Vec<Row>,
    right: &mut Vec<Row>,
    flows: &mut Vec<Vec<Row>>,
    depth: usize,
) {
    let (left, right) = (std::mem::take(left), std::mem::take(right));
    if left.len() >= COLUMN_ROWS && right.len() >= COLUMN_ROWS {
        flows.push(std::mem::take(across));
        flows.extend(self::flows(left, depth - 1));
        flows.extend(self::flows(right, depth - 1));
        return;
    }
    let mut rows: Vec<Row> = left.into_iter().chain(right).collect();
    rows.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.left().total_cmp(&b.left())));
    for row in rows {
        match across.last_mut() {
            Some(last) if last.y == row.y && last.right() <= row.left() => last.parts.extend(row.parts),
            _ => across.push(row),
        }
    }
}

fn crosses(row: &Row, x: f32) -> bool {
    row.parts.iter().any(|part| part.left < x - 1.0 && part.right > x + 1.0)
}

/// The middle of the gap between two columns of running text, if there are two.
fn gutter(rows: &[Row]) -> Option<f32> {
    let start = rows.iter().map(Row::left).reduce(f32::min)?;
    let end = rows.iter().map(Row::right).reduce(f32::max)?;
    let width = end - start;
    let mut candidates: Vec<f32> = Vec::new();
    for pair in rows.iter().flat_map(|row| row.parts.windows(2)) {
        let middle = (pair[0].right + pair[1].left) / 2.0;
        if (start + width * 0.2..start + width * 0.8).contains(&middle)
            && !candidates.iter().any(|c| (c - middle).abs() < 2.0)
        {
            candidates.push(middle);
        }
    }
    // Columns whose lines do not stand side by side share no row; the gap then is where the right one begins.
    let mut starts: Vec<f32> = rows.iter().map(|row| row.left() - 4.0).filter(|x| *x > start + width * 0.35).collect();
    starts.sort_by(f32::total_cmp);
    starts.dedup_by(|a, b| (*a - *b).abs() < 2.0);
    candidates.truncate(60);
    candidates.extend(starts.into_iter().take(20));
    let mut best: Option<(usize, f32)> = None;
    for x in candidates {
        let side = |on_left: bool| -> (usize, f32, usize) {
            let (mut count, mut widths, mut parts) = (0, 0.0, 0);
            for row in rows.iter().filter(|row| !crosses(row, x)) {
                let here: Vec<&Part> = row.parts.iter().filter(|part| (part.right <= x + 1.0) == on_left).collect();
                if let (Some(first), Some(last)) = (here.first(), here.last()) {
                    count += 1;
                    widths += last.right - first.left;
                    parts += here.len();
                }
            }
            (count, widths / count.max(1) as f32, parts)
        };
        let (left, right) = (side(true), side(false));
        let crossing = rows.iter().filter(|row| crosses(row, x)).count();
        let prose = |(count, mean, parts): (usize, f32, usize), room: f32| {
            count >= COLUMN_ROWS && mean > room * 0.55 && parts * 10 <= count * 14
        };
        let fits = prose(left, x - start) && prose(right, end - x) && crossing * 2 <= left.0 + right.0;
        if fits && best.is_none_or(|(least, _)| crossing < least) {
            best = Some((crossing, x));
        }
    }
    best.map(|(_, x)| x)
}

fn write_flow(rows: &[Row], links: &[Option<String>], sizes: &Sizes, out: &mut Writer) {
    let left = rows.iter().map(Row::left).reduce(f32::min).unwrap_or(0.0);
    let right = rows.iter().map(Row::right).reduce(f32::max).unwrap_or(0.0);
    let pitch = line_pitch(rows);
    let mut text = Text::default();
    let mut at = 0;
    while at < rows.len() {
        let row = &rows[at];
        if let Some(table) = table::at_start(&rows[at..], links) {
            text.flush(out);
            out.push(Block::Table(table.cells));
            at += table.rows;
            continue;
        }
        let level = sizes.level(row);
        let before = at.checked_sub(1).map(|index| &rows[index]);
        let goes_on = before.is_some_and(|before| {
            let same = (before.size - row.size).abs() <= row.size * 0.12;
            let gap = row.y - before.y;
            let close = gap > 0.0 && gap <= pitch.max(row.size * 1.2) * 1.3;
            let full = before.right() > left + (right - left) * 0.75;
            let indented = row.left() > before.left() + row.size * 1.2;
            let starts = bullet(&row.text()).is_some() || is_numbered(&row.text());
            same && close && level == text.level && !starts && (level.is_some() || full && (text.bullet || !indented))
        });
        if !goes_on {
            text.flush(out);
            text.level = level;
        }
        text.add(row, links);
        at += 1;
    }
    text.flush(out);
}

/// The usual distance of two lines.
fn line_pitch(rows: &[Row]) -> f32 {
    let mut gaps: Vec<f32> = rows.windows(2).map(|pair| pair[1].y - pair[0].y).filter(|gap| *gap > 1.0).collect();
    if gaps.is_empty() {
        return 0.0;
    }
    let middle = gaps.len() / 2;
    *gaps.select_nth_unstable_by(middle, f32::total_cmp).1
}

/// Whether a line begins as an item of a numbered list or as a clause does: `1. `, `（一）`, `第三条`.
fn is_numbered(text: &str) -> bool {
    let text = text.trim_start();
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    if (1..=3).contains(&digits) {
        let rest = &text[digits..];
        return rest.starts_with(['、', '．', '）']) || rest.starts_with(". ") || rest.starts_with(") ");
    }
    let chinese = |c: char| "一二三四五六七八九十百零".contains(c);
    if let Some(rest) = text.strip_prefix('第') {
        let rest = rest.trim_start_matches(chinese);
        return rest.starts_with(['条', '章', '节', '款']);
    }
    let inner = text.strip_prefix(['（', '(']).unwrap_or(text);
    let rest = inner.trim_start_matches(|c: char| chinese(c) || c.is_ascii_digit());
    rest.len() < inner.len() && inner.len() - rest.len() <= 9 && rest.starts_with(['）', ')', '、'])
}

/// A paragraph as it grows.
#[derive(Default)]
struct Text {
    inline: Inline,
    level: Option<u8>,
    bullet: bool,
}

impl Text {
    fn add(&mut self, row: &Row, links: &[Option<String>]) {
        let mut parts = row.parts.clone();
        if self.inline.is_blank()
            && self.level.is_none()
            && let Some(rest) = bullet(&row.text())
        {
            self.bullet = true;
            drop_front(&mut parts, row.text().chars().count() - rest.chars().count());
        }
        for part in parts {
            let next = part.text();
            match (self.inline.last(), next.chars().next()) {
                (Some('-'), Some(next)) if next.is_lowercase() && self.inline.ends_with_word_hyphen() => {
                    self.inline.pop()
                }
                (Some(before), Some(next)) if !(is_wide(before) && is_wide(next)) => {
                    self.inline.push(" ", &Style::default())
                }
                _ => {}
            }
            part.add_to(&mut self.inline, links);
        }
    }

    fn flush(&mut self, out: &mut Writer) {
        let text = std::mem::take(self);
        if text.inline.is_blank() {
            return;
        }
        out.push(match (text.level, text.bullet) {
            (Some(level), _) => Block::Heading { level, text: text.inline.markdown(Emphasis::None) },
            (None, true) => Block::Item { depth: 0, number: None, text: text.inline.markdown(Emphasis::Keep) },
            (None, false) => Block::Paragraph(text.inline.markdown(Emphasis::Keep)),
        });
    }
}

/// Takes characters off the front of the first parts.
fn drop_front(parts: &mut [Part], mut count: usize) {
    for part in parts {
        count = part.drop_front(count);
        if count == 0 {
            return;
        }
        // The space between two parts.
        count = count.saturating_sub(1);
    }
}
