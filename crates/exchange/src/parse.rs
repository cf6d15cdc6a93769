//! Finds out what a file is, and reads it.

use std::fs;
use std::path::Path;

use crate::archive::{self, BadFile, File};
use crate::{
    Format, ImportError, MAX_ENTRIES, MAX_FILE_BYTES, Parsed, chatwoot, delimited, folder, jsonl, markdown, page, xlsx,
    zendesk,
};

/// How to read.
pub struct Options<'a> {
    /// Makes Markdown of the HTML of other programs' articles.
    pub html_to_markdown: &'a dyn Fn(&str) -> String,
    /// A date that names no zone is of this one: so many minutes east of UTC. 480 (China) by default.
    pub utc_offset_minutes: i32,
    /// Most bytes of a file, and most that an archive may unpack to. [`MAX_FILE_BYTES`] by default.
    pub max_bytes: u64,
}

impl Default for Options<'_> {
    /// HTML stays as it is, which Markdown allows.
    fn default() -> Self {
        Self { html_to_markdown: &str::to_owned, utc_offset_minutes: 480, max_bytes: MAX_FILE_BYTES }
    }
}

/// Reads a file. What it is follows from the ending of `name` (`.csv`, `.tsv`, `.xlsx`, `.jsonl`, `.ndjson`, `.md`,
/// `.markdown`, `.zip`, `.json`), and for the last two from what is in it.
///
/// - Tables name their columns in the first row: `question`, `answer`, and if there are any those that [`export`](crate::export)
///   writes, such as `variants` (parted by `|` or line breaks); 问题, 答案, 相似问, 语言, 分类, 编号 and so on are understood as well.
/// - JSONL has an object a line with the fields of an entry; fields that are not known are passed over with a [`Note`](crate::Note).
///   Lines of the types `version`, `change` and `graph` are handed on.
/// - One Markdown file has headings `## Question`, the answer below each, and variants as a list under a line `Variants:` or
///   `相似问：`; `# Heading` names the category of what follows. A file with front matter, or without such headings, is one
///   article.
/// - A ZIP archive or folder of Markdown files has an article a file, with front matter in YAML; the folders are the category.
/// - Chatwoot's and Zendesk's articles are read as their APIs give them: pages of JSON, in one file, an archive or a folder.
///
/// Text is UTF-8 (a byte order mark is allowed); tables may be GB18030 or UTF-16 as spreadsheet programs save them.
///
/// # Errors
/// When nothing of the file can be used. A bad line is no error: it is in [`Parsed::refused`].
pub fn parse(name: &str, bytes: &[u8], options: &Options<'_>) -> Result<Parsed, ImportError> {
    fits(bytes.len() as u64, options)?;
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "csv" | "tsv" => parse_as(Format::Csv, bytes, options),
        "xlsx" => parse_as(Format::Xlsx, bytes, options),
        "jsonl" | "ndjson" => parse_as(Format::Jsonl, bytes, options),
        "md" | "markdown" => parse_as(Format::Markdown, bytes, options),
        "json" => files_of(name, vec![File { name: String::new(), bytes: Ok(bytes.to_vec()) }], options),
        "zip" => files_of(name, unpack(Format::MarkdownFolder, bytes, options)?, options),
        _ => Err(ImportError::UnknownFormat { name: name.to_owned() }),
    }
}

/// Reads a file of a known format. Chatwoot's and Zendesk's may be JSON or a ZIP archive of JSON files.
///
/// # Errors
/// As [`parse`].
pub fn parse_as(format: Format, bytes: &[u8], options: &Options<'_>) -> Result<Parsed, ImportError> {
    fits(bytes.len() as u64, options)?;
    match format {
        Format::Jsonl => jsonl::parse(bytes, options),
        Format::Csv => delimited::parse(bytes, options),
        Format::Xlsx => xlsx::parse(bytes, options),
        Format::Markdown => markdown::parse(bytes, options),
        Format::MarkdownFolder => folder::parse(unpack(format, bytes, options)?, options),
        Format::Chatwoot | Format::Zendesk => {
            let is_archive = bytes.starts_with(b"PK");
            let files = if is_archive {
                unpack(format, bytes, options)?
            } else {
                vec![File { name: String::new(), bytes: Ok(bytes.to_vec()) }]
            };
            let pages = page::read(format, files)?;
            if format == Format::Chatwoot { chatwoot::parse(pages, options) } else { zendesk::parse(pages, options) }
        }
    }
}

/// Reads a folder with everything in it, as [`parse`] reads an archive. Links to elsewhere are not followed.
///
/// # Errors
/// A file cannot be read, or as [`parse`].
pub fn parse_folder(path: &Path, options: &Options<'_>) -> Result<Parsed, ImportError> {
    let mut files = Vec::new();
    let mut left = options.max_bytes;
    let mut folders = vec![(path.to_owned(), String::new())];
    let io = |path: &Path, error: std::io::Error| ImportError::Io {
        path: path.display().to_string(),
        detail: error.to_string(),
    };
    while let Some((folder, prefix)) = folders.pop() {
        for found in fs::read_dir(&folder).map_err(|error| io(&folder, error))? {
            let found = found.map_err(|error| io(&folder, error))?;
            let path = found.path();
            let kind = found.file_type().map_err(|error| io(&path, error))?;
            let name = format!("{prefix}{}", found.file_name().to_string_lossy());
            if archive::is_hidden(&name) {
                continue;
            }
            if files.len() > MAX_ENTRIES {
                return Err(ImportError::TooManyEntries);
            }
            if kind.is_dir() {
                folders.push((path, format!("{name}/")));
            } else if kind.is_file() && is_text(&name) {
                let bytes = found.metadata().map_err(|error| io(&path, error))?.len();
                left = left.checked_sub(bytes).ok_or(ImportError::TooLarge {
                    bytes: (options.max_bytes - left).saturating_add(bytes),
                    limit: options.max_bytes,
                })?;
                let bytes = fs::read(&path).map_err(|error| io(&path, error))?;
                files.push(File { name, bytes: Ok(bytes) });
            } else {
                files.push(File { name, bytes: Err(BadFile::NotRead) });
            }
        }
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    files_of(&path.display().to_string(), files, options)
}

fn fits(bytes: u64, options: &Options<'_>) -> Result<(), ImportError> {
    let limit = options.max_bytes;
    if bytes > limit { Err(ImportError::TooLarge { bytes, limit }) } else { Ok(()) }
}

/// Files that are looked into.
fn is_text(name: &str) -> bool {
    folder::is_markdown(name) || page::is_json(name)
}

fn unpack(format: Format, bytes: &[u8], options: &Options<'_>) -> Result<Vec<File>, ImportError> {
    archive::unpack(format, bytes, options.max_bytes, is_text)
}

/// Articles in Markdown, if there are any; else pages of another program.
fn files_of(name: &str, files: Vec<File>, options: &Options<'_>) -> Result<Parsed, ImportError> {
    if files.is_empty() || files.iter().any(|file| folder::is_markdown(&file.name)) {
        return folder::parse(files, options);
    }
    let pages = page::read(Format::Chatwoot, files)?;
    if zendesk::knows(&pages) {
        zendesk::parse(pages, options)
    } else if chatwoot::knows(&pages) {
        chatwoot::parse(pages, options)
    } else {
        Err(ImportError::UnknownFormat { name: name.to_owned() })
    }
}
