//! What a file is, by its bytes.

use std::io::Cursor;

use crate::error::Fault;
use crate::package::Package;
use crate::{Limits, Reason, Warning, text};

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Portable Document Format, 1.0 to 2.0.
    Pdf,
    /// Word, 2007 and later; also with macros.
    Docx,
    /// Excel, 2007 and later; also with macros.
    Xlsx,
    /// Excel, 97 to 2003.
    Xls,
    /// OpenDocument spreadsheet.
    Ods,
    /// PowerPoint, 2007 and later; also with macros.
    Pptx,
    /// HTML.
    Html,
    /// Markdown.
    Markdown,
    /// Plain text.
    Text,
}

impl Format {
    /// A stable code: `pdf`, `docx`, `xlsx`, `xls`, `ods`, `pptx`, `html`, `markdown`, `text`.
    pub fn code(self) -> &'static str {
        match self {
            Format::Pdf => "pdf",
            Format::Docx => "docx",
            Format::Xlsx => "xlsx",
            Format::Xls => "xls",
            Format::Ods => "ods",
            Format::Pptx => "pptx",
            Format::Html => "html",
            Format::Markdown => "markdown",
            Format::Text => "text",
        }
    }

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Format::Pdf => "PDF",
            Format::Docx => "DOCX",
            Format::Xlsx => "XLSX",
            Format::Xls => "XLS",
            Format::Ods => "ODS",
            Format::Pptx => "PPTX",
            Format::Html => "HTML",
            Format::Markdown => "Markdown",
            Format::Text => "TXT",
        }
    }

    /// Endings of names that go with the format.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Format::Pdf => &["pdf"],
            Format::Docx => &["docx", "docm", "dotx", "dotm"],
            Format::Xlsx => &["xlsx", "xlsm", "xltx", "xltm"],
            Format::Xls => &["xls", "xlt", "et"],
            Format::Ods => &["ods", "ots"],
            Format::Pptx => &["pptx", "pptm", "ppsx", "ppsm", "potx", "potm"],
            Format::Html => &["html", "htm", "xhtml", "shtml", "php", "asp", "aspx", "jsp"],
            Format::Markdown => &["md", "markdown", "mdown", "mkd"],
            Format::Text => &["txt", "text", "log", "csv", "tsv"],
        }
    }
}

/// Endings that promise a kind of text. Many programs save tables of plain text as `.xls`.
const WRITTEN: &[&str] = &["html", "htm", "xhtml", "md", "markdown", "txt", "rtf", "json", "xml", "csv", "xls"];
/// Endings that promise a kind that is never text. A name with neither says nothing.
const BINARY: &[&str] = &[
    "pdf", "docx", "docm", "dotx", "dotm", "doc", "xlsx", "xlsm", "xltx", "xltm", "xlsb", "ods", "pptx", "pptm",
    "ppsx", "potx", "ppt", "odt", "odp", "zip", "png", "jpg", "jpeg", "gif", "exe",
];

/// A format, found.
pub(crate) struct Detected {
    pub(crate) format: Format,
}

impl Detected {
    /// The warning that the name says another kind.
    pub(crate) fn mislabelled(&self, name: &str) -> Option<Warning> {
        let ending = ending(name);
        let known = WRITTEN.contains(&ending.as_str()) || BINARY.contains(&ending.as_str());
        let wrong = known && !self.format.endings().contains(&ending.as_str());
        wrong.then_some(Warning::Mislabelled { named: ending, is: self.format.name() })
    }
}

fn ending(name: &str) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
}

/// # Errors
/// Of a kind that is not read, not what its name promises and nothing else for sure, or encrypted.
pub(crate) fn detect(name: &str, bytes: &[u8], limits: &Limits) -> Result<Detected, Fault> {
    let found = |format| Ok(Detected { format });
    let head = &bytes[..bytes.len().min(1024)];
    if head.windows(5).any(|window| window == b"%PDF-") {
        return found(Format::Pdf);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return found(archive(bytes, limits)?);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return found(container(bytes)?);
    }
    if bytes.starts_with(b"{\\rtf") {
        return Err(unsupported("RTF"));
    }
    if let Some(kind) = infer::get(bytes)
        && !matches!(kind.matcher_type(), infer::MatcherType::Text)
    {
        return Err(unsupported(kind.mime_type()));
    }
    let Some(start) = text::looks_like_text(bytes) else { return Err(unsupported("data")) };
    if is_html(&start) {
        return found(Format::Html);
    }
    if start.starts_with("<?xml") || start.starts_with("<svg") {
        return Err(unsupported("XML"));
    }
    let ending = ending(name);
    if Format::Markdown.endings().contains(&ending.as_str()) {
        return found(Format::Markdown);
    }
    // A piece of a page has no head; its name says what it is.
    if Format::Html.endings().contains(&ending.as_str()) && start.contains("</") {
        return found(Format::Html);
    }
    // Almost any bytes are text in some encoding of the East: the name has to allow it.
    if BINARY.contains(&ending.as_str()) && !text::is_unicode(bytes) {
        return Err(Fault::file(Reason::Mislabelled { named: ending }));
    }
    found(Format::Text)
}

fn unsupported(found: &str) -> Fault {
    Fault::file(Reason::Unsupported { found: found.to_owned() })
}

/// Whether the first characters of a text, in lower case, begin a page.
fn is_html(start: &str) -> bool {
    let mut rest = start.trim_start();
    loop {
        let end = if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<?xml") {
            "?>"
        } else {
            break;
        };
        let Some(at) = rest.find(end) else { return false };
        rest = rest[at + end.len()..].trim_start();
    }
    ["<!doctype html", "<html", "<head", "<body", "<title", "<meta"].iter().any(|tag| rest.starts_with(tag))
}

/// What a ZIP archive is.
fn archive(bytes: &[u8], limits: &Limits) -> Result<Format, Fault> {
    let package = Package::open(bytes, limits)?;
    if package.has("word/document.xml") {
        return Ok(Format::Docx);
    }
    if package.has("xl/workbook.xml") {
        return Ok(Format::Xlsx);
    }
    if package.has("ppt/presentation.xml") {
        return Ok(Format::Pptx);
    }
    if package.has("xl/workbook.bin") {
        return Err(unsupported("XLSB"));
    }
    if let Some(kind) = package.bytes("mimetype")? {
        let kind = String::from_utf8_lossy(&kind[..kind.len().min(200)]).trim().to_owned();
        if kind.starts_with("application/vnd.oasis.opendocument.spreadsheet") {
            return Ok(Format::Ods);
        }
        return Err(unsupported(&kind));
    }
    // Strict and odd writers choose other names; the list of types knows.
    if let Some(types) = package.bytes("[Content_Types].xml")? {
        let types = String::from_utf8_lossy(&types).to_ascii_lowercase();
        for (word, format) in [
            ("wordprocessingml.document.main", Format::Docx),
            ("spreadsheetml.sheet.main", Format::Xlsx),
            ("presentationml.presentation.main", Format::Pptx),
        ] {
            if types.contains(word) {
                return Ok(format);
            }
        }
    }
    Err(unsupported("ZIP"))
}

/// What an OLE container is: encrypted Office, or a format of before 2007.
fn container(bytes: &[u8]) -> Result<Format, Fault> {
    let names: Vec<String> = crate::guarded(crate::Place::File, || {
        let file =
            cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|error| Fault::broken(crate::Place::File, error))?;
        Ok(file.read_root_storage().take(1000).map(|entry| entry.name().to_owned()).collect())
    })?;
    let has = |name: &str| names.iter().any(|n| n.eq_ignore_ascii_case(name));
    if has("EncryptedPackage") || has("EncryptionInfo") {
        return Err(Fault::file(Reason::Encrypted));
    }
    if has("Workbook") || has("Book") {
        return Ok(Format::Xls);
    }
    Err(unsupported(if has("WordDocument") {
        "DOC"
    } else if has("PowerPoint Document") {
        "PPT"
    } else {
        "OLE"
    }))
}
