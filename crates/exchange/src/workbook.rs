//! A spreadsheet (Office Open XML, ECMA-376) is written: one sheet of texts, row by row.

use std::borrow::Borrow;
use std::fmt::Write as _;
use std::io::Write;

use yingda_model::KbEntry;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::xlsx::{escape_at, letters};
use crate::{ExportError, table};

/// Most UTF-16 units that spreadsheet programs take in a cell.
const MAX_CELL: usize = 32_767;
/// Most columns, those that go on with a long text included.
const MAX_COLUMNS: usize = 250;
/// Styles of cells, see [`STYLES`].
const WRAPPED: u8 = 1;
const BOLD: u8 = 2;

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;
const RELS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Knowledge" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const WORKBOOK_RELS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
/// Style 1 is text that wraps (number format 49: text, so that typing over `1-2` does not make a date); style 2 is bold.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"#;
const SHEET_HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>"#;

pub(crate) fn write<E: Borrow<KbEntry>>(
    entries: impl IntoIterator<Item = E>,
    out: impl Write,
) -> Result<(), ExportError> {
    let entries: Vec<E> = entries.into_iter().collect();
    let columns = columns(&entries)?;
    let mut zip = ZipWriter::new_stream(out);
    let options = SimpleFileOptions::default();
    for (name, text) in [
        ("[Content_Types].xml", CONTENT_TYPES),
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", WORKBOOK_RELS),
        ("xl/styles.xml", STYLES),
    ] {
        zip.start_file(name, options).map_err(std::io::Error::from)?;
        zip.write_all(text.as_bytes())?;
    }
    zip.start_file("xl/worksheets/sheet1.xml", options.large_file(true)).map_err(std::io::Error::from)?;
    zip.write_all(SHEET_HEAD.as_bytes())?;
    zip.write_all(widths(&columns).as_bytes())?;
    let titles: Vec<String> = columns.iter().map(Column::title).collect();
    zip.write_all(row(1, BOLD, titles.iter().map(String::as_str)).as_bytes())?;
    for (number, entry) in (2_u32..).zip(&entries) {
        let cells = table::row(entry.borrow());
        let pieces: Vec<Vec<&str>> = cells.iter().map(|cell| pieces(cell)).collect();
        let parts = columns.iter().map(|column| pieces[column.field].get(column.part).copied().unwrap_or_default());
        zip.write_all(row(number, WRAPPED, parts).as_bytes())?;
    }
    zip.write_all(b"</sheetData></worksheet>")?;
    zip.finish().map_err(std::io::Error::from)?;
    Ok(())
}

/// A column of the sheet.
struct Column {
    name: &'static str,
    /// Which of [`table::header`] it is, from 0.
    field: usize,
    /// Which piece of a text that is too long for one cell, from 0.
    part: usize,
}

impl Column {
    fn title(&self) -> String {
        match self.part {
            0 => self.name.to_owned(),
            part => format!("{} ({})", self.name, part + 1),
        }
    }
}

/// As many columns for each field as its longest text needs.
fn columns<E: Borrow<KbEntry>>(entries: &[E]) -> Result<Vec<Column>, ExportError> {
    let names: Vec<&'static str> = table::header().collect();
    let mut parts = vec![1; names.len()];
    for entry in entries {
        let entry = entry.borrow();
        for (most, cell) in parts.iter_mut().zip(table::row(entry)) {
            *most = pieces(&cell).len().max(*most);
        }
        if parts.iter().sum::<usize>() > MAX_COLUMNS {
            let detail = format!("its texts need more than {MAX_COLUMNS} cells of {MAX_CELL} characters");
            return Err(ExportError::DoesNotFit { id: entry.id.to_string(), format: "XLSX", detail });
        }
    }
    let column =
        |(field, name, parts): (usize, &'static str, usize)| (0..parts).map(move |part| Column { name, field, part });
    let fields = names.into_iter().zip(parts).enumerate().map(|(field, (name, parts))| (field, name, parts));
    Ok(fields.flat_map(column).collect())
}

/// Cuts a text into pieces that a cell holds, as written: an escape takes its seven characters.
fn pieces(text: &str) -> Vec<&str> {
    if text.len() <= MAX_CELL / 7 {
        return vec![text];
    }
    let mut pieces = Vec::new();
    let (mut from, mut units) = (0, 0);
    for (at, c) in text.char_indices() {
        let long = if needs_escape(text, at, c) { 7 } else { c.len_utf16() };
        if units + long > MAX_CELL {
            pieces.push(&text[from..at]);
            (from, units) = (at, 0);
        }
        units += long;
    }
    pieces.push(&text[from..]);
    pieces
}

/// Whether the character cannot stand in XML as it is, or would be taken for the beginning of an escape.
fn needs_escape(text: &str, at: usize, c: char) -> bool {
    match c {
        '\t' | '\n' => false,
        '\r' | '\u{fffe}' | '\u{ffff}' => true,
        '_' => escape_at(&text[at..]).is_some(),
        c => c.is_control(),
    }
}

fn widths(columns: &[Column]) -> String {
    let mut out = String::from("<cols>");
    for (number, column) in (1..).zip(columns) {
        let width = match column.name {
            "question" | "variants" | "follow_ups" => 40,
            "answer" => 70,
            "id" | "valid_from" | "valid_until" | "created_at" | "updated_at" => 22,
            _ => 12,
        };
        let _ = write!(out, r#"<col min="{number}" max="{number}" width="{width}" customWidth="1"/>"#);
    }
    out + "</cols><sheetData>"
}

fn row<'a>(number: u32, style: u8, cells: impl Iterator<Item = &'a str>) -> String {
    let mut out = format!(r#"<row r="{number}">"#);
    for (column, text) in cells.enumerate().filter(|(_, text)| !text.is_empty()) {
        let at = letters(column);
        let _ = write!(out, r#"<c r="{at}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">"#);
        for (at, c) in text.char_indices() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                c if needs_escape(text, at, c) => {
                    let _ = write!(out, "_x{:04X}_", u32::from(c));
                }
                c => out.push(c),
            }
        }
        out.push_str("</t></is></c>");
    }
    out + "</row>"
}
