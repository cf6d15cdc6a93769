//! Spreadsheets (Office Open XML). The archive is measured before anything is unpacked into memory.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, Xlsx};
use zip::ZipArchive;

use super::collect::Collector;
use super::table::Columns;
use super::{ImportError, MAX_ENTRIES, MAX_UNPACKED_BYTES, Parsed, Place, Reason};

const FORMAT: &str = "XLSX";
/// Columns beyond are not looked at.
const MAX_COLUMNS: usize = 64;
/// Files in the archive.
const MAX_FILES: usize = 2_000;

pub(super) fn parse(bytes: &[u8]) -> Result<Parsed, ImportError> {
    // Both readers meet bytes that somebody may have made to break them; a panic in them must not become ours.
    catch_unwind(AssertUnwindSafe(|| {
        measure(bytes)?;
        read(bytes)
    }))
    .unwrap_or_else(|_| Err(unreadable("the workbook is damaged")))
}

/// Unpacks every part into nothing, counting: sizes that an archive declares may lie.
fn measure(bytes: &[u8]) -> Result<(), ImportError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    if archive.len() > MAX_FILES {
        return Err(unreadable(format!("it holds {} parts", archive.len())));
    }
    let mut unpacked = 0;
    for number in 0..archive.len() {
        let mut part = archive.by_index(number).map_err(unreadable)?;
        let left = MAX_UNPACKED_BYTES - unpacked;
        let declared = part.size();
        if declared > left {
            return Err(too_large(unpacked.saturating_add(declared)));
        }
        let read = std::io::copy(&mut part.by_ref().take(left + 1), &mut std::io::sink()).map_err(unreadable)?;
        unpacked += read;
        if unpacked > MAX_UNPACKED_BYTES {
            return Err(too_large(unpacked));
        }
    }
    Ok(())
}

/// Reads every sheet whose first row names the columns.
fn read(bytes: &[u8]) -> Result<Parsed, ImportError> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut collector = Collector::default();
    let mut first_error = None;
    let mut found = false;
    for sheet in book.sheet_names() {
        match read_sheet(&mut book, &sheet, &mut collector) {
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
        _ => Ok(collector.finish()),
    }
}

fn read_sheet(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str, collector: &mut Collector) -> Result<(), ImportError> {
    // Cell by cell: a range would take memory for every cell between the first and the last, and a sheet of
    // two cells can span seventeen thousand million.
    let mut cells = book.worksheet_cells_reader(sheet).map_err(unreadable)?;
    let mut columns = None;
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
                row.finish(sheet, &mut columns, collector)?;
            }
            row = Row { number: at.unwrap_or_default(), ..Row::default() };
        }
        match cell {
            Some(cell) => row.set(cell.get_position().1 as usize, cell.get_value()),
            None => break,
        }
    }
    match columns {
        Some(_) => Ok(()),
        None => Columns::read(&[]).map(drop),
    }
}

/// The cells of a row as text.
#[derive(Default)]
struct Row {
    number: u32,
    cells: Vec<String>,
    has_error: bool,
}

impl Row {
    fn set(&mut self, column: usize, value: &DataRef<'_>) {
        if column >= MAX_COLUMNS {
            return;
        }
        let text = match value {
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::Int(number) => number.to_string(),
            DataRef::Float(number) => number.to_string(),
            DataRef::Bool(value) => value.to_string(),
            DataRef::DateTime(value) => value.to_string(),
            DataRef::Error(_) => {
                self.has_error = true;
                String::new()
            }
            DataRef::Empty => return,
        };
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = text;
    }

    fn is_blank(&self) -> bool {
        !self.has_error && self.cells.iter().all(|cell| cell.trim().is_empty())
    }

    /// The first row that is not blank names the columns, every other is an entry.
    fn finish(&self, sheet: &str, columns: &mut Option<Columns>, collector: &mut Collector) -> Result<(), ImportError> {
        let Some(columns) = columns else {
            *columns = Some(Columns::read(&self.cells)?);
            return Ok(());
        };
        let place = Place::Row { sheet: sheet.to_owned(), row: self.number.saturating_add(1) };
        if self.has_error {
            let reason = Reason::WrongType { field: "cell", expected: "text", got: "an error value" };
            return collector.refuse(place, reason);
        }
        collector.add(place, columns.draft(&self.cells))
    }
}

fn unreadable(detail: impl std::fmt::Display) -> ImportError {
    ImportError::Unreadable { format: FORMAT, detail: detail.to_string() }
}

fn too_large(bytes: u64) -> ImportError {
    ImportError::TooLarge { bytes, limit: MAX_UNPACKED_BYTES }
}
