//! Comma, semicolon or tab separated values (RFC 4180), in the encodings that spreadsheet programs write.

use std::borrow::Borrow;
use std::io::Write;

use yingda_language::{safe_cell, shown_cell};
use yingda_model::KbEntry;

use crate::check::Collector;
use crate::table::{self, Columns};
use crate::text::decode;
use crate::{ExportError, Format, ImportError, Options, Parsed, Place, Reason};

pub(crate) fn parse(bytes: &[u8], options: &Options<'_>) -> Result<Parsed, ImportError> {
    let unreadable = |detail: String| ImportError::unreadable(Format::Csv, detail);
    let text = decode(bytes).map_err(unreadable)?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(&text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let header = match records.next() {
        Some(Ok(record)) => cells(&record),
        Some(Err(error)) => return Err(unreadable(error.to_string())),
        None => Vec::new(),
    };
    let columns = Columns::read(&header)?;
    let mut collector = Collector::new(Format::Csv, options);
    Columns::note_unknown(&header, &Place::line(1), &mut collector);
    let mut lines = Lines::new(text.as_bytes());
    for record in records {
        match record {
            Ok(record) => {
                let place = lines.place(record.position());
                let row = cells(&record);
                if row.iter().all(|cell| cell.trim().is_empty()) {
                    continue;
                }
                match columns.draft(&row) {
                    Ok(draft) => collector.add(place, draft)?,
                    Err(reason) => collector.refuse(place, reason)?,
                }
            }
            Err(error) => {
                let place = lines.place(error.position());
                collector.refuse(place, Reason::BadRow { detail: error.to_string() })?;
            }
        }
    }
    Ok(collector.parsed)
}

/// Counts lines while records are read. The reader's own count stops before blank lines and at the first
/// half of a CRLF, so the line where a record starts is looked up in the text.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The line of the first byte of the record read at `position`.
    fn place(&mut self, position: Option<&csv::Position>) -> Place {
        let reached = position.map_or(0, |position| position.byte() as usize);
        while let Some(&byte) = self.text.get(self.at) {
            if self.at >= reached && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(byte == b'\n');
            self.at += 1;
        }
        Place::line(self.line)
    }
}

fn cells(record: &csv::StringRecord) -> Vec<String> {
    record.iter().map(|cell| shown_cell(cell).to_owned()).collect()
}

/// The separator that the first line has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: u8| first.bytes().filter(|&b| b == separator).count();
    [b'\t', b';', b','].into_iter().max_by_key(|&separator| count(separator)).unwrap_or(b',')
}

/// Writes a table in UTF-8 with a byte order mark, without which spreadsheet programs read Chinese as something else.
pub(crate) fn write<E: Borrow<KbEntry>>(
    entries: impl IntoIterator<Item = E>,
    mut out: impl Write,
) -> Result<(), ExportError> {
    out.write_all(b"\xef\xbb\xbf")?;
    let mut table = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    let io = |error: csv::Error| ExportError::Io(error.into());
    table.write_record(table::header()).map_err(io)?;
    for entry in entries {
        let row = table::row(entry.borrow());
        table.write_record(row.iter().map(|cell| safe_cell(cell).into_owned())).map_err(io)?;
    }
    Ok(table.flush()?)
}
