//! Why a whole file is refused, or cannot be written.

use thiserror::Error;

use crate::{Format, MAX_ENTRIES};

/// The whole file was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ImportError {
    /// Neither its name nor its content says what the file is.
    #[error(
        "{name:?} is not a kind of file that is read here; give a .csv, .tsv, .xlsx, .jsonl or .md file, a .zip of .md files, or the .json of Chatwoot or Zendesk"
    )]
    UnknownFormat {
        /// The name as given.
        name: String,
    },
    /// The file is larger than is read, or unpacks to more.
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
    /// A file or folder could not be opened.
    #[error("{path} cannot be read: {detail}")]
    Io { path: String, detail: String },
}

impl ImportError {
    pub(crate) fn unreadable(format: Format, detail: impl std::fmt::Display) -> Self {
        Self::Unreadable { format: format.name(), detail: detail.to_string() }
    }

    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownFormat { .. } => "unknown_format",
            Self::TooLarge { .. } => "too_large",
            Self::TooManyEntries => "too_many_entries",
            Self::Unreadable { .. } => "unreadable",
            Self::MissingColumn { .. } => "missing_column",
            Self::Io { .. } => "io",
        }
    }

    /// The error in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::UnknownFormat { name } => format!(
                "无法识别文件“{name}”的格式；请提供 .csv、.tsv、.xlsx、.jsonl 或 .md 文件，由 .md 文件组成的 .zip，或 Chatwoot、Zendesk 导出的 .json"
            ),
            Self::TooLarge { bytes, limit } => {
                format!("文件至少有 {bytes} 字节，最多读取 {limit} 字节；请拆分后再导入")
            }
            Self::TooManyEntries => format!("文件中的条目（含被拒绝的行）超过 {MAX_ENTRIES} 条；请拆分后再导入"),
            Self::Unreadable { format, detail } => {
                format!("无法按 {format} 格式读取文件：{detail}；请重新保存后再试")
            }
            Self::MissingColumn { missing, found } => format!(
                "缺少“{missing}”列；首行须写明列名 question 和 answer（或 问题、答案），实际为：{}",
                found.join("、")
            ),
            Self::Io { path, detail } => format!("无法读取 {path}：{detail}"),
        }
    }
}

/// Knowledge could not be written.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The format is one that is only read.
    #[error("{} is read here and not written; export as jsonl, csv, xlsx or markdown_folder", .0.name())]
    ReadOnly(Format),
    /// An entry does not fit into the format.
    #[error("entry {id} does not fit into {format}: {detail}; export as jsonl")]
    DoesNotFit { id: String, format: &'static str, detail: String },
    #[error("the export cannot be written: {0}")]
    Io(#[from] std::io::Error),
}
