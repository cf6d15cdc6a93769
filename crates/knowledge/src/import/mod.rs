//! Reads entries from CSV, XLSX, JSONL and Markdown files, and says line by line what it refused and why.

mod collect;
mod delimited;
mod jsonl;
mod markdown;
mod reason;
mod table;
mod xlsx;

use std::fmt;

use serde::{Serialize, Serializer};
use thiserror::Error;

use crate::Entry;
pub use collect::given_id;
pub(crate) use jsonl::{object as jsonl_object, required as jsonl_text, type_of as jsonl_type};
pub use reason::Reason;

/// Largest file that is read, in bytes.
pub const MAX_FILE_BYTES: usize = 50_000_000;
/// Most entries of one file, refused lines included.
pub const MAX_ENTRIES: usize = 100_000;
/// Longest question or variant, in characters.
pub const MAX_QUESTION: usize = 500;
/// Longest answer, in characters.
pub const MAX_ANSWER: usize = 10_000;
/// Most variants of an entry.
pub const MAX_VARIANTS: usize = 200;
/// Most bytes that an XLSX file may unpack to.
pub const MAX_UNPACKED_BYTES: u64 = 50_000_000;

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Parsed {
    /// The entries that may be stored, in the order of the file.
    pub entries: Vec<(Place, Entry)>,
    /// What was refused, in the order of the file.
    pub refused: Vec<Refusal>,
}

/// Where in a file something stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// A line, from 1.
    Line(u64),
    /// A row of a sheet, from 1 as spreadsheet programs count.
    Row {
        /// The sheet's name.
        sheet: String,
        /// The row.
        row: u32,
    },
}

impl Place {
    /// The place in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Place::Line(line) => format!("第 {line} 行"),
            Place::Row { sheet, row } => format!("工作表“{sheet}”第 {row} 行"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Line(line) => write!(f, "line {line}"),
            Place::Row { sheet, row } => write!(f, "sheet {sheet:?}, row {row}"),
        }
    }
}

impl Serialize for Place {
    /// As the text of [`Place::to_string`].
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A line that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where it stands.
    pub place: Place,
    /// Why.
    pub reason: Reason,
}

impl Refusal {
    /// Place and reason in Chinese.
    pub fn zh(&self) -> String {
        format!("{}：{}", self.place.zh(), self.reason.zh())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.reason)
    }
}

impl Serialize for Refusal {
    /// `{"place": "line 3", "code": "empty_question", "zh": "…", "en": "…"}`
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut out = serializer.serialize_struct("Refusal", 4)?;
        out.serialize_field("place", &self.place)?;
        out.serialize_field("code", self.reason.code())?;
        out.serialize_field("zh", &self.reason.zh())?;
        out.serialize_field("en", &self.reason.to_string())?;
        out.end()
    }
}

/// The whole file was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ImportError {
    /// The name does not say what the file is.
    #[error("{name:?} is not a kind of file that is read here; give a .csv, .tsv, .xlsx, .jsonl or .md file")]
    UnknownFormat {
        /// The name as given.
        name: String,
    },
    /// The file is larger than [`MAX_FILE_BYTES`], or unpacks to more than [`MAX_UNPACKED_BYTES`].
    #[error("the file holds {bytes} bytes or more and at most {limit} are read; split it")]
    TooLarge {
        /// Bytes counted until it was given up.
        bytes: u64,
        /// The limit that was passed.
        limit: u64,
    },
    /// The file holds more than [`MAX_ENTRIES`] entries, refused lines included.
    #[error("the file holds more than {MAX_ENTRIES} entries (refused lines included); split it")]
    TooManyEntries,
    /// The file is not what its name says.
    #[error("the file cannot be read as {format}: {detail}; save it anew and try again")]
    Unreadable {
        /// The format that was expected.
        format: &'static str,
        /// What is wrong.
        detail: String,
    },
    /// A table has no column for the question or the answer.
    #[error(
        "no column is named {missing:?}; the first row must name the columns question and answer (问题, 答案), it names {found:?}"
    )]
    MissingColumn {
        /// The column.
        missing: &'static str,
        /// The columns that there are.
        found: Vec<String>,
    },
}

impl ImportError {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            ImportError::UnknownFormat { .. } => "unknown_format",
            ImportError::TooLarge { .. } => "too_large",
            ImportError::TooManyEntries => "too_many_entries",
            ImportError::Unreadable { .. } => "unreadable",
            ImportError::MissingColumn { .. } => "missing_column",
        }
    }

    /// The error in Chinese.
    pub fn zh(&self) -> String {
        match self {
            ImportError::UnknownFormat { name } => {
                format!("无法识别文件“{name}”的格式；请提供 .csv、.tsv、.xlsx、.jsonl 或 .md 文件")
            }
            ImportError::TooLarge { bytes, limit } => {
                format!("文件至少有 {bytes} 字节，最多读取 {limit} 字节；请拆分后再导入")
            }
            ImportError::TooManyEntries => {
                format!("文件中的条目（含被拒绝的行）超过 {MAX_ENTRIES} 条；请拆分后再导入")
            }
            ImportError::Unreadable { format, detail } => {
                format!("无法按 {format} 格式读取文件：{detail}；请重新保存后再试")
            }
            ImportError::MissingColumn { missing, found } => format!(
                "缺少“{missing}”列；首行须写明列名 question 和 answer（或 问题、答案），实际为：{}",
                found.join("、")
            ),
        }
    }
}

/// Reads a file. The format follows from the ending of `name`: `.csv`, `.tsv`, `.xlsx`, `.jsonl`
/// (`.ndjson`), `.md` (`.markdown`).
///
/// - Tables name their columns in the first row: `question`, `answer`, and if there are any `variants`
///   (separated by `|` or line breaks), `lang`, `category`, `id`; 问题, 答案, 相似问, 语言, 分类, 编号 are understood as well.
/// - JSONL has an object a line with these fields, `variants` being a list; other fields are ignored.
/// - Markdown has a heading `## Question`, the answer below it, and variants as a list under a line
///   `Variants:` or `相似问：`. `# Heading` names the category of what follows.
///
/// Text is UTF-8 (a byte order mark is allowed); tables may be GB18030 or UTF-16 as spreadsheet programs
/// save them. An entry without an id gets one made from its question, the same whenever it is read.
///
/// # Errors
/// When nothing of the file can be used. A bad line is no error: it is in [`Parsed::refused`].
pub fn parse(name: &str, bytes: &[u8]) -> Result<Parsed, ImportError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(ImportError::TooLarge { bytes: bytes.len() as u64, limit: MAX_FILE_BYTES as u64 });
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "csv" | "tsv" => delimited::parse(bytes),
        "xlsx" => xlsx::parse(bytes),
        "jsonl" | "ndjson" => jsonl::parse(bytes),
        "md" | "markdown" => markdown::parse(bytes),
        _ => Err(ImportError::UnknownFormat { name: name.to_owned() }),
    }
}

/// The lines of a text file with their numbers from 1; a byte order mark and line ends are cut.
pub(crate) fn lines(bytes: &[u8]) -> impl Iterator<Item = (Place, &[u8])> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.split(|&b| b == b'\n').enumerate().map(|(at, line)| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        (Place::Line(at as u64 + 1), line)
    })
}
