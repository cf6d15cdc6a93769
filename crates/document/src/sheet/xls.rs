//! XLS (MS-XLS, BIFF 5 and 8). The library keeps a cell for every place of the used area, so that area is measured first.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, SheetType, SheetVisible, Xls};

use super::grid::{Grid, More};
use super::number::{NumberFormat, show_date};
use crate::error::Fault;
use crate::markdown::{Block, Writer};
use crate::{Content, Limits, Notice, Place, Reason, Unread, UnreadReason, Warning, guarded};

/// Cells that all sheets may span, full or empty.
const CELLS: u64 = 4_000_000;

/// # Errors
/// An encrypted or broken file, or one that goes beyond a limit.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Content, Fault> {
    let macros = guarded(Place::File, || measure(bytes, limits))?;
    let mut warnings = Vec::new();
    if macros {
        warnings.push(Notice { place: Place::File, warning: Warning::MacrosIgnored });
    }
    let mut unread = Vec::new();
    let mut writer = Writer::new(limits.markdown_bytes);
    guarded(Place::File, || {
        let mut book = Xls::new(Cursor::new(bytes)).map_err(|error| Fault::broken(Place::File, error))?;
        for sheet in book.sheets_metadata().to_vec().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
            let place = Place::Sheet(sheet.name.clone());
            if sheet.visible != SheetVisible::Visible {
                unread.push(Unread { place, reason: UnreadReason::Hidden });
                continue;
            }
            let range = book.worksheet_range(&sheet.name).map_err(|error| Fault::broken(place, error))?;
            let (top, left) = range.start().unwrap_or_default();
            let mut grid = Grid::new(limits);
            for (row, column, data) in range.used_cells() {
                if grid.cell(top + row as u32, left + column as u32, &show(data)) == More::No {
                    break;
                }
            }
            for area in book.merge_cells_by_sheet_name(&sheet.name).unwrap_or_default() {
                grid.merge(area.start, area.end);
            }
            writer.push(Block::Marker(format!("sheet {}", sheet.name)));
            grid.write(&sheet.name, &mut writer, &mut warnings);
        }
        Ok(())
    })?;
    let markdown = writer.finish(&mut warnings);
    Ok(Content { markdown, unread, warnings, ..Content::default() })
}

fn show(data: &Data) -> String {
    match data {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => NumberFormat::default().show(*number),
        Data::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
        Data::DateTime(date) => show_date(date),
    }
}

/// Walks the records of the workbook: adds up the areas, finds encryption. Gives whether there are macros.
fn measure(bytes: &[u8], limits: &Limits) -> Result<bool, Fault> {
    let broken = |error: std::io::Error| Fault::broken(Place::File, error);
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(broken)?;
    let macros = file.exists("/_VBA_PROJECT_CUR") || file.exists("/_VBA_PROJECT");
    let name = if file.exists("/Workbook") { "/Workbook" } else { "/Book" };
    let stream = file.open_stream(name).map_err(broken)?;
    let mut book = Vec::new();
    stream.take(limits.unpacked_bytes + 1).read_to_end(&mut book).map_err(broken)?;
    if book.len() as u64 > limits.unpacked_bytes {
        return Err(Fault::file(Reason::UnpackedTooLarge { limit: limits.unpacked_bytes }));
    }
    let mut cells = 0_u64;
    let mut area = Area::default();
    let mut at = 0;
    while let Some([a, b, c, d]) = book.get(at..at + 4) {
        let (kind, length) = (u16::from_le_bytes([*a, *b]), usize::from(u16::from_le_bytes([*c, *d])));
        let body = book.get(at + 4..at + 4 + length).unwrap_or_default();
        match kind {
            // FILEPASS
            0x002F => return Err(Fault::file(Reason::Encrypted)),
            // BOF and EOF of a sheet
            0x0809 | 0x000A => {
                cells = cells.saturating_add(area.cells());
                area = Area::default();
            }
            // Cells of every kind begin with row and column; MULRK and MULBLANK end with the last column.
            0x0006 | 0x00BD | 0x00BE | 0x00D6 | 0x00FD | 0x0201 | 0x0203 | 0x0204 | 0x0205 | 0x027E | 0x0406
            | 0x0206 => {
                if let [a, b, c, d, ..] = body {
                    let (row, column) = (u16::from_le_bytes([*a, *b]), u16::from_le_bytes([*c, *d]));
                    area.add(row, column);
                    if matches!(kind, 0x00BD | 0x00BE)
                        && let [.., a, b] = body
                    {
                        area.add(row, u16::from_le_bytes([*a, *b]));
                    }
                }
            }
            _ => {}
        }
        at += 4 + length;
    }
    cells = cells.saturating_add(area.cells());
    if cells > CELLS {
        return Err(Fault::file(Reason::TooManyNodes { limit: CELLS as usize }));
    }
    Ok(macros)
}

/// The smallest rectangle around cells.
#[derive(Default)]
struct Area(Option<[u16; 4]>);

impl Area {
    fn add(&mut self, row: u16, column: u16) {
        let [top, left, bottom, right] = self.0.unwrap_or([row, column, row, column]);
        self.0 = Some([top.min(row), left.min(column), bottom.max(row), right.max(column)]);
    }

    fn cells(&self) -> u64 {
        self.0.map_or(0, |[top, left, bottom, right]| (u64::from(bottom - top) + 1) * (u64::from(right - left) + 1))
    }
}
