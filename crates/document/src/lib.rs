//! Reads PDF, Office, HTML and text files into Markdown.
//!
//! [`read`] takes a file's name and bytes and gives a [`Document`]. What the file is, its bytes say; the name is only compared
//! with them. The Markdown is plain: no HTML but marker lines such as `<!-- page 3 -->`, and no link that could run a program.
//!
//! Every file is hostile until it was read: what is unpacked, nested, repeated and drawn is bounded by [`Limits`], nothing is
//! fetched, no macro or script runs, no entity of XML is expanded. What cannot be read is either a [`DocumentError`] (nothing
//! of the file is used) or an [`Unread`] place of a document whose rest is good.

mod detect;
mod docx;
mod error;
mod html;
mod limits;
mod markdown;
mod notice;
mod package;
mod pdf;
mod place;
mod pptx;
mod sheet;
mod text;
mod xml;

pub use detect::Format;
pub use error::{DocumentError, Reason};
pub use limits::Limits;
pub use notice::{Notice, Unread, UnreadReason, Warning};
pub use place::Place;

use error::Fault;

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What the file is, by its bytes.
    pub format: Format,
    /// The title that the file declares, else its first heading.
    pub title: Option<String>,
    /// The language that the file declares, a BCP 47 tag such as `zh-CN`. A hint: many programs write their own language here.
    pub lang: Option<String>,
    /// The text. Lines of only `<!-- page 3 -->`, `<!-- sheet 价格 -->` and `<!-- slide 4 -->` begin a page, sheet and slide.
    pub markdown: String,
    /// Pages of a PDF, of a DOCX whose last layout is in the file, or slides.
    pub pages: Option<u32>,
    /// Places whose words are not in the Markdown.
    pub unread: Vec<Unread>,
    /// What an editor should know.
    pub warnings: Vec<Notice>,
}

/// What a reader of one format gives.
#[derive(Default)]
struct Content {
    title: Option<String>,
    lang: Option<String>,
    markdown: String,
    pages: Option<u32>,
    unread: Vec<Unread>,
    warnings: Vec<Notice>,
}

/// Reads a file.
///
/// `name` is the file's name, with or without folders; it appears in errors and tells Markdown from plain text. The same bytes
/// and limits give the same document, unless a PDF takes longer than [`Limits::pdf_time`].
///
/// # Errors
/// When the file is empty, too large, encrypted, broken, of an unknown kind, or goes beyond a limit.
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, DocumentError> {
    read_bytes(name, bytes, limits).map_err(|fault| fault.of(name))
}

fn read_bytes(name: &str, bytes: &[u8], limits: &Limits) -> Result<Document, Fault> {
    if bytes.is_empty() {
        return Err(Fault::file(Reason::Empty));
    }
    if bytes.len() as u64 > limits.input_bytes {
        return Err(Fault::file(Reason::TooLarge { bytes: bytes.len() as u64, limit: limits.input_bytes }));
    }
    let detected = detect::detect(name, bytes, limits)?;
    let mut content = match detected.format {
        Format::Pdf => pdf::read(bytes, limits)?,
        Format::Docx => docx::read(bytes, limits)?,
        Format::Pptx => pptx::read(bytes, limits)?,
        Format::Xlsx => sheet::read_xlsx(bytes, limits)?,
        Format::Xls => sheet::read_xls(bytes, limits)?,
        Format::Ods => sheet::read_ods(bytes, limits)?,
        Format::Html => html::read(bytes, limits)?,
        Format::Markdown => text::read_markdown(bytes, limits)?,
        Format::Text => text::read_text(bytes, limits)?,
    };
    if let Some(warning) = detected.mislabelled(name) {
        content.warnings.insert(0, Notice { place: Place::File, warning });
    }
    let title =
        content.title.filter(|title| !title.trim().is_empty()).or_else(|| markdown::first_heading(&content.markdown));
    Ok(Document {
        format: detected.format,
        title: title.map(|title| markdown::one_line(&title, 300)),
        lang: content.lang.filter(|lang| is_language_tag(lang)),
        markdown: content.markdown,
        pages: content.pages,
        unread: content.unread,
        warnings: content.warnings,
    })
}

/// Whether `tag` looks like a BCP 47 tag: `zh`, `en-US`, `zh-Hant-TW`.
fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Runs `work` so that a panic in a library becomes a fault at `place`.
fn guarded<T>(place: Place, work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)) {
        Ok(result) => result,
        Err(_) => Err(Fault { place, reason: Reason::Broken { detail: "the reader stopped".to_owned() } }),
    }
}
