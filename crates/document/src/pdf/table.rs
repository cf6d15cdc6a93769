//! Tables: rows whose stretches of text stand below each other.

use super::layout::{Part, Row};
use crate::markdown::{Emphasis, Inline};

/// A table found in rows.
pub(super) struct Table {
    /// How many rows it takes.
    pub(super) rows: usize,
    pub(super) cells: Vec<Vec<String>>,
}

/// Most rows between two that have several cells, as in a cell of several lines.
const WRAPPED: usize = 6;

/// The table that begins with the first of `rows`, if one does.
pub(super) fn at_start(rows: &[Row], links: &[Option<String>]) -> Option<Table> {
    if rows.first()?.parts.len() < 2 {
        return None;
    }
    let mut columns: Vec<(f32, f32)> = Vec::new();
    let mut end = 0;
    let mut full = 0;
    let mut last_full = 0;
    for (index, row) in rows.iter().enumerate() {
        if index > 0 && (row.y - rows[index - 1].y > row.size * 4.0 || row.y < rows[index - 1].y) {
            break;
        }
        let Some(joined) = join_columns(&columns, &row.parts) else { break };
        if row.parts.len() < 2 {
            if index - last_full > WRAPPED {
                break;
            }
            continue;
        }
        if joined.len() < 2 || columns.len() > joined.len() {
            break;
        }
        columns = joined;
        full += 1;
        last_full = index;
        end = index + 1;
    }
    // Lines that belong to the last row's cells.
    while let Some(row) = rows.get(end) {
        let close = row.y - rows[end - 1].y < row.size * 1.6;
        if !(close && row.parts.len() == 1 && row.left() > columns.first()?.1)
            || join_columns(&columns, &row.parts).is_none()
        {
            break;
        }
        end += 1;
    }
    if full < 2 || columns.len() < 2 || full == 2 && columns.len() == 2 && end > 4 {
        return None;
    }
    Some(Table { rows: end, cells: fill(&rows[..end], &columns, links) })
}

/// The columns with those of another row; nothing when a stretch of the row lies in several columns, as running text does.
fn join_columns(columns: &[(f32, f32)], parts: &[Part]) -> Option<Vec<(f32, f32)>> {
    let mut joined = columns.to_vec();
    for part in parts {
        let touched: Vec<usize> =
            (0..joined.len()).filter(|&at| joined[at].0 < part.right - 0.5 && part.left + 0.5 < joined[at].1).collect();
        match touched.as_slice() {
            [] => joined.push((part.left, part.right)),
            [at] => joined[*at] = (joined[*at].0.min(part.left), joined[*at].1.max(part.right)),
            _ => return None,
        }
    }
    joined.sort_by(|a, b| a.0.total_cmp(&b.0));
    let apart = joined.windows(2).all(|pair| pair[0].1 <= pair[1].0 + 0.5);
    apart.then_some(joined)
}

fn fill(rows: &[Row], columns: &[(f32, f32)], links: &[Option<String>]) -> Vec<Vec<String>> {
    let mut cells: Vec<Vec<Inline>> = Vec::new();
    let mut before: Option<&Row> = None;
    for row in rows {
        let close = before.is_some_and(|before| row.y - before.y < row.size * 1.45);
        // A line without anything in the first column goes on with the row above.
        let wraps = close && row.left() > columns[0].1 && !cells.is_empty();
        if !wraps {
            cells.push(columns.iter().map(|_| Inline::default()).collect());
        }
        before = Some(row);
        let Some(line) = cells.last_mut() else { continue };
        for part in &row.parts {
            let at = columns.iter().position(|column| part.left < column.1).unwrap_or(columns.len() - 1);
            if !line[at].plain().is_empty() {
                line[at].push(" ", &crate::markdown::Style::default());
            }
            part.add_to(&mut line[at], links);
        }
    }
    cells.iter().map(|row| row.iter().map(|cell| cell.markdown(Emphasis::Keep)).collect()).collect()
}
