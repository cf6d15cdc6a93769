//! How much of a file is read.

use std::time::Duration;

/// What a file may have at most. The defaults suit manuals, contracts and price lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub input_bytes: u64,
    /// Bytes of everything that is unpacked from it: parts of Office files, streams of a PDF.
    pub unpacked_bytes: u64,
    /// How many times larger than packed one part may be, once it is larger than a megabyte.
    pub ratio: u64,
    /// Parts of an Office file.
    pub parts: usize,
    /// Nesting of XML and HTML. Beyond it XML is refused and HTML is flattened.
    pub depth: usize,
    /// Elements and texts of one XML or HTML part.
    pub nodes: usize,
    /// Pages of a PDF, slides, sheets.
    pub pages: u32,
    /// Rows of one sheet that have something in them; more are left out, and a warning says so.
    pub rows: usize,
    /// Columns of one sheet; more are left out, and a warning says so.
    pub columns: usize,
    /// Things that one page of a PDF draws: glyphs, paths, pictures. A page with more is left unread.
    pub page_operations: u64,
    /// The same for the whole PDF. Pages after it are left unread.
    pub operations: u64,
    /// Time for a whole PDF. A net below the other limits, which stop hostile files long before; pages after it are left unread.
    pub pdf_time: Duration,
    /// Bytes of the Markdown; what comes after is left out, and a warning says so.
    pub markdown_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            input_bytes: 100 << 20,
            unpacked_bytes: 400 << 20,
            ratio: 200,
            parts: 20_000,
            depth: 200,
            nodes: 6_000_000,
            pages: 10_000,
            rows: 200_000,
            columns: 256,
            page_operations: 1_000_000,
            operations: 50_000_000,
            pdf_time: Duration::from_secs(60),
            markdown_bytes: 64 << 20,
        }
    }
}
