//! Spreadsheets (Office Open XML, ECMA-376) are read. The archive is measured before anything is unpacked into memory.

use std::collections::HashMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};

use crate::check::Collector;
use crate::table::Columns;
use crate::{Format, ImportError, MAX_ENTRIES, Options, Parsed, Place, Reason, Spot, archive};

/// Columns beyond are not looked at.
const MAX_COLUMNS: usize = 256;

pub(crate) fn parse(bytes: &[u8], options: &Options<'_>) -> Result<Parsed, ImportError> {
    // Both readers meet bytes that somebody may have made to break them; a panic in them must not become ours.
    catch_unwind(AssertUnwindSafe(|| {
        archive::measure(Format::Xlsx, bytes, options.max_bytes)?;
        read(bytes, options)
    }))
    .unwrap_or_else(|_| Err(unreadable("the workbook is damaged")))
}

/// Reads every sheet whose first row names the columns.
fn read(bytes: &[u8], options: &Options<'_>) -> Result<Parsed, ImportError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut collector = Collector::new(Format::Xlsx, options);
    let mut first_error = None;
    let mut found = false;
    for name in book.sheet_names() {
        match Sheet::new(&mut book, name).read(&mut book, &mut collector) {
            Ok(()) => found = true,
            Err(error @ ImportError::MissingColumn { .. }) => {
                first_error.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    match first_error {
        Some(error) if !found => Err(error),
        None if !found => Err(unreadable("it has no sheet")),
        _ => Ok(collector.parsed),
    }
}

/// A sheet while it is read.
struct Sheet {
    name: String,
    columns: Option<Columns>,
    /// Cells that reach over several rows, by their first row and column: the last row.
    merged: HashMap<(u32, usize), u32>,
    /// By column, the text of a merged cell and the last row that it stands for.
    reaching: HashMap<usize, (String, u32)>,
}

impl Sheet {
    fn new(book: &mut Xlsx<Cursor<&[u8]>>, name: String) -> Self {
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let merged = merged
            .into_iter()
            .filter(|area| area.end.0 > area.start.0)
            .map(|area| ((area.start.0, area.start.1 as usize), area.end.0))
            .collect();
        Self { name, columns: None, merged, reaching: HashMap::new() }
    }

    fn read(mut self, book: &mut Xlsx<Cursor<&[u8]>>, collector: &mut Collector) -> Result<(), ImportError> {
        // Cell by cell: a range would take memory for every cell between the first and the last, and a sheet of
        // two cells can span seventeen thousand million.
        let mut cells = book.worksheet_cells_reader(&self.name).map_err(unreadable)?;
        let mut row = Row::default();
        let mut rows = 0_usize;
        loop {
            let cell = cells.next_cell().map_err(unreadable)?;
            let at = cell.as_ref().map(|cell| cell.get_position().0);
            if at != Some(row.number) {
                if !row.is_blank() {
                    rows += 1;
                    if rows > MAX_ENTRIES {
                        return Err(ImportError::TooManyEntries);
                    }
                    self.take(row, collector)?;
                }
                row = Row { number: at.unwrap_or_default(), ..Row::default() };
            }
            match cell {
                Some(cell) => row.set(cell.get_position().1 as usize, cell.get_value()),
                None => break,
            }
        }
        match self.columns {
            Some(_) => Ok(()),
            None => Columns::read(&[]).map(drop),
        }
    }

    /// The first row that is not blank names the columns, every other is an entry.
    fn take(&mut self, mut row: Row, collector: &mut Collector) -> Result<(), ImportError> {
        let number = row.number.saturating_add(1);
        let place = Place { file: None, spot: Spot::Row { sheet: self.name.clone(), row: number } };
        let Some(columns) = &self.columns else {
            self.columns = Some(Columns::read(&row.cells)?);
            Columns::note_unknown(&row.cells, &place, collector);
            return Ok(());
        };
        fill_merged(&self.merged, &mut self.reaching, &mut row);
        let cell = |column: usize| Place {
            file: None,
            spot: Spot::Cell { sheet: self.name.clone(), cell: format!("{}{number}", letters(column)) },
        };
        if let Some(column) = row.error {
            let reason = Reason::WrongType { field: "cell", expected: "text", got: "an error value" };
            return collector.refuse(cell(column), reason);
        }
        let find = |field| columns.of(field).map_or_else(|| place.clone(), cell);
        match columns.draft(&row.cells) {
            Ok(draft) => collector.add_found(place.clone(), draft, find),
            Err(reason) => collector.refuse(reason.field().map_or_else(|| place.clone(), find), reason),
        }
    }
}

/// A cell that reaches over several rows stands for each of them.
fn fill_merged(merged: &HashMap<(u32, usize), u32>, reaching: &mut HashMap<usize, (String, u32)>, row: &mut Row) {
    if merged.is_empty() {
        return;
    }
    reaching.retain(|_, (_, last)| *last >= row.number);
    for (&column, (text, _)) in reaching.iter() {
        row.put(column, text.clone());
    }
    for (column, text) in row.cells.iter().enumerate() {
        if let Some(&last) = merged.get(&(row.number, column)) {
            reaching.insert(column, (text.clone(), last));
        }
    }
}

/// The cells of a row as text.
#[derive(Default)]
struct Row {
    number: u32,
    cells: Vec<String>,
    /// The column of a cell with an error value.
    error: Option<usize>,
}

impl Row {
    fn set(&mut self, column: usize, value: &DataRef<'_>) {
        let text = match value {
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::Int(number) => number.to_string(),
            DataRef::Float(number) => number.to_string(),
            DataRef::Bool(value) => value.to_string(),
            DataRef::DateTime(value) => date(value),
            DataRef::Error(_) => {
                self.error.get_or_insert(column);
                String::new()
            }
            DataRef::Empty => return,
        };
        self.put(column, text);
    }

    fn put(&mut self, column: usize, text: String) {
        if column >= MAX_COLUMNS {
            return;
        }
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = text;
    }

    fn is_blank(&self) -> bool {
        self.error.is_none() && self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// A date as people write it; a length of time stays a number.
fn date(value: &ExcelDateTime) -> String {
    if !value.is_datetime() {
        return value.to_string();
    }
    match value.to_ymd_hms_milli() {
        (year, month, day, 0, 0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        (year, month, day, hour, minute, second, _) => {
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
        }
    }
}

/// The character of an escape such as `_x000D_` that the text begins with, by which characters are written that XML cannot hold
/// (ECMA-376 part 1, 22.9.2.19).
pub(crate) fn escape_at(text: &str) -> Option<char> {
    let code = text.get(..7)?.strip_prefix("_x")?.strip_suffix('_')?;
    let is_code = code.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_code.then(|| u32::from_str_radix(code, 16).ok().and_then(char::from_u32)).flatten()
}

/// `A`, `B` … `Z`, `AA` … for the columns from 0.
pub(crate) fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    letters.iter().rev().collect()
}

fn unreadable(detail: impl std::fmt::Display) -> ImportError {
    ImportError::unreadable(Format::Xlsx, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_as_spreadsheet_programs_do() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
        {
            assert_eq!(letters(column), name);
        }
    }

    #[test]
    fn an_escape_is_four_digits_between_marks() {
        assert_eq!(escape_at("_x000D_b"), Some('\r'));
        for text in ["_x000D", "_xZZZZ_", "_x中_", "x000D_", "_xD800_"] {
            assert_eq!(escape_at(text), None, "{text}");
        }
    }
}
