//! Writes entries into files.

use std::borrow::Borrow;
use std::io::Write;

use yingda_model::KbEntry;

use crate::jsonl::{Line, write_line};
use crate::{ExportError, Format, delimited, folder, workbook};

/// Writes entries in a format that [`Format::is_written`], one after the other; only XLSX keeps them until the last has come.
///
/// Every format holds all of an entry, and [`parse`](crate::parse) gives it back; texts come back from tables and Markdown
/// without white space at their ends and with line ends of one kind. For versions and proposals there are the lines of JSONL:
/// [`write_line`].
///
/// # Errors
/// The format is only read, an entry does not fit into a sheet, or writing fails.
pub fn export<E: Borrow<KbEntry>>(
    format: Format,
    entries: impl IntoIterator<Item = E>,
    mut out: impl Write,
) -> Result<(), ExportError> {
    match format {
        Format::Jsonl => {
            for entry in entries {
                write_line(&Line::Entry(entry.borrow()), &mut out)?;
            }
        }
        Format::Csv => delimited::write(entries, &mut out)?,
        Format::Xlsx => workbook::write(entries, &mut out)?,
        Format::MarkdownFolder => folder::write(entries, &mut out)?,
        Format::Markdown | Format::Chatwoot | Format::Zendesk => return Err(ExportError::ReadOnly(format)),
    }
    Ok(out.flush()?)
}
