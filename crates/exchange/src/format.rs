//! The kinds of files.

use serde::{Deserialize, Serialize};

/// A kind of file that knowledge is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// JSON Lines: an object a line. Everything goes in and comes out.
    Jsonl,
    /// Comma, semicolon or tab separated values (RFC 4180).
    Csv,
    /// A spreadsheet (Office Open XML).
    Xlsx,
    /// One Markdown file: questions and answers under headings, or one article with front matter. Only read.
    Markdown,
    /// A ZIP archive of Markdown files with front matter.
    MarkdownFolder,
    /// Articles as the API of Chatwoot gives them. Only read.
    Chatwoot,
    /// Articles as the API of Zendesk's help centre gives them. Only read.
    Zendesk,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Jsonl, Self::Csv, Self::Xlsx, Self::Markdown, Self::MarkdownFolder, Self::Chatwoot, Self::Zendesk];

    /// The format of that code, such as `jsonl` or `markdown_folder`.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.code() == code)
    }

    /// The code for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Markdown => "markdown",
            Self::MarkdownFolder => "markdown_folder",
            Self::Chatwoot => "chatwoot",
            Self::Zendesk => "zendesk",
        }
    }

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "JSONL",
            Self::Csv => "CSV",
            Self::Xlsx => "XLSX",
            Self::Markdown => "Markdown",
            Self::MarkdownFolder => "Markdown (ZIP)",
            Self::Chatwoot => "Chatwoot",
            Self::Zendesk => "Zendesk",
        }
    }

    /// How a file's name ends, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Markdown => "md",
            Self::MarkdownFolder => "zip",
            Self::Chatwoot | Self::Zendesk => "json",
        }
    }

    /// What a server calls it.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jsonl => "application/jsonl; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::MarkdownFolder => "application/zip",
            Self::Chatwoot | Self::Zendesk => "application/json",
        }
    }

    /// Whether [`export`](crate::export) writes it.
    pub fn is_written(self) -> bool {
        matches!(self, Self::Jsonl | Self::Csv | Self::Xlsx | Self::MarkdownFolder)
    }
}
