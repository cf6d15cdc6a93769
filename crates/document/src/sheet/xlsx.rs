//! XLSX (ECMA-376 part 1, SpreadsheetML), cell by cell: what a sheet declares as its size is never believed.

use std::io::Cursor;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};

use super::grid::{Grid, More};
use super::number::{NumberFormat, show_date};
use crate::error::Fault;
use crate::markdown::{Block, Writer};
use crate::package::Package;
use crate::{Content, Limits, Place, Reason, Unread, UnreadReason, guarded};

/// # Errors
/// A broken package, or one that goes beyond a limit.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Content, Fault> {
    let package = Package::open(bytes, limits)?;
    package.check()?;
    let mut warnings = package.warnings();
    let (title, lang) = package.properties()?;
    let mut book =
        guarded(Place::File, || Xlsx::new(Cursor::new(bytes)).map_err(|error| Fault::broken(Place::File, error)))?;
    let sheets: Vec<_> = book.sheets_metadata().to_vec();
    if sheets.len() > limits.pages as usize {
        return Err(Fault::file(Reason::TooManyPages { count: sheets.len(), limit: limits.pages }));
    }
    let mut unread = Vec::new();
    let mut writer = Writer::new(limits.markdown_bytes);
    for sheet in sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        let place = Place::Sheet(sheet.name.clone());
        if sheet.visible != SheetVisible::Visible {
            unread.push(Unread { place, reason: UnreadReason::Hidden });
            continue;
        }
        if writer.is_full() {
            break;
        }
        let grid = guarded(place.clone(), || {
            let mut grid = Grid::new(limits);
            cells(&mut book, &sheet.name, &mut grid)?;
            let merged = book.merge_cells_by_sheet_name(&sheet.name).map_err(|error| Fault::broken(place, error))?;
            for area in merged {
                grid.merge(area.start, area.end);
            }
            Ok(grid)
        })?;
        writer.push(Block::Marker(format!("sheet {}", sheet.name)));
        grid.write(&sheet.name, &mut writer, &mut warnings);
    }
    let markdown = writer.finish(&mut warnings);
    Ok(Content { title, lang, markdown, unread, warnings, ..Content::default() })
}

fn cells(book: &mut Xlsx<Cursor<&[u8]>>, sheet: &str, grid: &mut Grid) -> Result<(), Fault> {
    let broken = |error| Fault::broken(Place::Sheet(sheet.to_owned()), error);
    let mut reader = match book.worksheet_cells_reader(sheet) {
        Ok(reader) => reader,
        // A chart in the place of a sheet.
        Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok(()),
        Err(error) => return Err(broken(error)),
    };
    let styles = reader.styles().iter();
    let formats: Vec<NumberFormat> = styles
        .map(|style| style.number_format.as_ref().map(|f| NumberFormat::new(&f.format_code)).unwrap_or_default())
        .collect();
    let plain = NumberFormat::default();
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(broken)? {
        let (row, column) = cell.get_position();
        let format = formats.get(style).unwrap_or(&plain);
        let more = match cell.get_value() {
            DataRef::Empty | DataRef::Error(_) => More::Yes,
            DataRef::SharedString(text) => grid.cell(row, column, text),
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                grid.cell(row, column, text)
            }
            DataRef::Int(number) => grid.cell(row, column, &format.show(*number as f64)),
            DataRef::Float(number) => grid.cell(row, column, &format.show(*number)),
            DataRef::Bool(value) => grid.cell(row, column, if *value { "TRUE" } else { "FALSE" }),
            DataRef::DateTime(date) => grid.cell(row, column, &show_date(date)),
        };
        if more == More::No {
            break;
        }
    }
    Ok(())
}
