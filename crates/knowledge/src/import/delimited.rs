//! Comma, semicolon or tab separated values (RFC 4180), in the encodings that spreadsheet programs write.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030};

use super::collect::Collector;
use super::table::Columns;
use super::{ImportError, Parsed, Place, Reason};

const FORMAT: &str = "CSV";

pub(super) fn parse(bytes: &[u8]) -> Result<Parsed, ImportError> {
    let text = decode(bytes)?;
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
    let mut collector = Collector::default();
    let mut lines = Lines::new(text.as_bytes());
    for record in records {
        match record {
            Ok(record) => {
                let place = lines.place(record.position());
                let row = cells(&record);
                if row.iter().any(|cell| !cell.trim().is_empty()) {
                    collector.add(place, columns.draft(&row))?;
                }
            }
            Err(error) => {
                let place = lines.place(error.position());
                collector.refuse(place, Reason::BadRow { detail: error.to_string() })?;
            }
        }
    }
    Ok(collector.finish())
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
        Place::Line(self.line)
    }
}

fn cells(record: &csv::StringRecord) -> Vec<String> {
    record.iter().map(str::to_owned).collect()
}

/// UTF-8, UTF-16 with a byte order mark, else GB18030 (GBK is part of it).
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ImportError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, damaged) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return if damaged { Err(unreadable(format!("broken {} text", encoding.name()))) } else { Ok(text) };
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    GB18030
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or_else(|| unreadable("the text is neither UTF-8 nor GB18030".to_owned()))
}

fn unreadable(detail: String) -> ImportError {
    ImportError::Unreadable { format: FORMAT, detail }
}

/// The separator that the first line has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: u8| first.bytes().filter(|&b| b == separator).count();
    [b'\t', b';', b','].into_iter().max_by_key(|&separator| count(separator)).unwrap_or(b',')
}
