//! The cells of a sheet as Markdown.

use std::collections::{BTreeMap, BTreeSet};

use crate::markdown::{Block, Writer, escape};
use crate::{Limits, Notice, Place, Warning};

/// Cells that have something in them, as they are read.
pub(super) struct Grid {
    /// Row → column and escaped text, in the order of columns.
    rows: BTreeMap<u32, Vec<(u32, String)>>,
    merged: usize,
    bytes: usize,
    steps: u64,
    cut_rows: bool,
    cut_columns: bool,
    limits: Limits,
}

/// Cells of joined areas that get the value of their first cell.
const REPEATS: usize = 200_000;

/// Cells that are looked at, kept or not.
const STEPS: u64 = 50_000_000;

/// A single cell below a table that is longer than this is a remark, not a row.
const REMARK: usize = 15;

/// Whether more cells are wanted.
#[derive(PartialEq, Eq)]
pub(super) enum More {
    Yes,
    No,
}

impl Grid {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            rows: BTreeMap::new(),
            merged: 0,
            bytes: 0,
            steps: 0,
            cut_rows: false,
            cut_columns: false,
            limits: limits.clone(),
        }
    }

    /// Adds a cell with text as it came; rows and columns from 0.
    pub(super) fn cell(&mut self, row: u32, column: u32, text: &str) -> More {
        let text = text.trim();
        if text.is_empty() {
            return More::Yes;
        }
        self.steps += 1;
        if self.steps > STEPS {
            self.cut_rows = true;
            return More::No;
        }
        if column as usize >= self.limits.columns {
            self.cut_columns = true;
            return More::Yes;
        }
        if !self.rows.contains_key(&row) && self.rows.len() >= self.limits.rows
            || self.bytes > self.limits.markdown_bytes
        {
            self.cut_rows = true;
            return More::No;
        }
        let text = escape(text);
        self.bytes += text.len();
        put(self.rows.entry(row).or_default(), column, text);
        More::Yes
    }

    /// Joins the cells from `start` to `end` (row, column): the value is repeated down the first column, where rows have
    /// something else, so that every row says what it is about.
    pub(super) fn merge(&mut self, start: (u32, u32), end: (u32, u32)) {
        self.merged += 1;
        let value = self.rows.get(&start.0).and_then(|row| row.iter().find(|(column, _)| *column == start.1));
        let Some((_, value)) = value.cloned() else { return };
        if end.0 <= start.0 || self.merged > REPEATS {
            return;
        }
        let mut repeats = 0;
        for (_, row) in self.rows.range_mut(start.0 + 1..=end.0) {
            repeats += 1;
            self.bytes += value.len();
            if repeats > 10_000 || self.bytes > self.limits.markdown_bytes {
                break;
            }
            put(row, start.1, value.clone());
        }
    }

    /// Writes the sheet: runs of rows as tables, single cells before and after them as paragraphs.
    pub(super) fn write(self, sheet: &str, out: &mut Writer, warnings: &mut Vec<Notice>) {
        let place = || Place::Sheet(sheet.to_owned());
        if self.merged > 0 {
            warnings.push(Notice { place: place(), warning: Warning::MergedCells { count: self.merged } });
        }
        if self.cut_rows {
            let warning = Warning::Cut { what: "rows", limit: self.rows.len() };
            warnings.push(Notice { place: place(), warning });
        }
        if self.cut_columns {
            let warning = Warning::Cut { what: "columns", limit: self.limits.columns };
            warnings.push(Notice { place: place(), warning });
        }
        let mut part: Vec<Vec<(u32, String)>> = Vec::new();
        let mut last = None;
        for (number, row) in self.rows {
            let gap = last.map_or(0, |last: u32| number - last - 1);
            // One empty row stands in many tables; a title after it begins another.
            if gap >= 2 || gap == 1 && row.len() == 1 {
                write_part(std::mem::take(&mut part), out);
            }
            last = Some(number);
            part.push(row);
        }
        write_part(part, out);
    }
}

fn put(row: &mut Vec<(u32, String)>, column: u32, text: String) {
    match row.binary_search_by_key(&column, |(column, _)| *column) {
        Ok(at) => row[at].1 = text,
        Err(at) => row.insert(at, (column, text)),
    }
}

fn write_part(rows: Vec<Vec<(u32, String)>>, out: &mut Writer) {
    let wide = |row: &Vec<(u32, String)>| row.len() > 1;
    let Some(first) = rows.iter().position(wide) else {
        for (_, text) in rows.into_iter().flatten() {
            out.push(Block::Paragraph(text));
        }
        return;
    };
    let remark = |row: &Vec<(u32, String)>| !wide(row) && row.iter().all(|(_, text)| text.chars().count() > REMARK);
    let end = rows.iter().rposition(|row| !remark(row)).map_or(rows.len(), |at| at + 1).max(first + 1);
    let columns: BTreeSet<u32> = rows[first..end].iter().flatten().map(|(column, _)| *column).collect();
    let columns: Vec<u32> = columns.into_iter().collect();
    let mut table = Vec::with_capacity(end - first);
    for (index, row) in rows.into_iter().enumerate() {
        if index < first || index >= end {
            if index == end {
                out.push(Block::Table(std::mem::take(&mut table)));
            }
            for (_, text) in row {
                out.push(Block::Paragraph(text));
            }
            continue;
        }
        let mut cells = vec![String::new(); columns.len()];
        for (column, text) in row {
            if let Ok(at) = columns.binary_search(&column) {
                cells[at] = text;
            }
        }
        table.push(cells);
    }
    if !table.is_empty() {
        out.push(Block::Table(table));
    }
}
