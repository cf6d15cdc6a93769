//! PDF (ISO 32000), page by page.

mod bombs;
mod flow;
mod frame;
mod glyphs;
mod layout;
mod table;

use std::collections::HashMap;
use std::time::Instant;

use hayro_interpret::hayro_syntax::metadata::Metadata;
use hayro_interpret::hayro_syntax::object::{self, Array, Dict, Object};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use hayro_interpret::kurbo::Rect;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, RectExt, TransformExt, interpret_page};

use crate::error::Fault;
use crate::markdown::{Block, Writer, link_target};
use crate::{Content, Limits, Notice, Place, Reason, Unread, UnreadReason, Warning};
use glyphs::{Collector, TooHeavy};
use layout::PageText;

/// The library recurses into objects inside of objects; threads have too little room for the deepest that it allows.
const STACK: usize = 64 << 20;

/// Most links of one page that are kept.
const LINKS: usize = 1000;

/// # Errors
/// An encrypted or broken file, or one that goes beyond a limit.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Content, Fault> {
    let broken = |detail: &str| Fault::broken(Place::File, detail);
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().name("pdf".to_owned()).stack_size(STACK);
        let reader =
            reader.spawn_scoped(scope, || read_here(bytes, limits)).map_err(|error| broken(&error.to_string()))?;
        reader.join().unwrap_or_else(|_| Err(broken("the reader stopped")))
    })
}

fn read_here(bytes: &[u8], limits: &Limits) -> Result<Content, Fault> {
    let deadline = Instant::now() + limits.pdf_time;
    bombs::check_file(bytes, limits)?;
    let pdf = Pdf::new(bytes.to_vec()).map_err(|error| match error {
        LoadPdfError::Decryption(_) => Fault::file(Reason::Encrypted),
        LoadPdfError::Invalid => Fault::broken(Place::File, "no pages were found"),
    })?;
    let root = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    if bytes.windows(8).any(|window| window == b"/Encrypt") {
        check_decrypted(&pdf, limits)?;
    }
    let count = pdf.pages().len();
    if count == 0 {
        return Err(Fault::broken(Place::File, "no pages were found"));
    }
    if count > limits.pages as usize {
        return Err(Fault::file(Reason::TooManyPages { count, limit: limits.pages }));
    }

    let mut reader =
        Reader { limits, deadline, operations: 0, contents: 0, unread: Vec::new(), dropped_links: 0, images: 0 };
    let mut pages: Vec<PageText> = Vec::with_capacity(count);
    let cache = InterpreterCache::new();
    for (index, page) in pdf.pages().iter().enumerate() {
        pages.push(reader.page(index as u32 + 1, page, &pdf, &cache));
    }

    let mut warnings = Vec::new();
    let repeated = frame::drop_repeated(&mut pages);
    for (count, warning) in [
        (repeated, Warning::RepeatedLinesDropped { count: repeated }),
        (reader.images, Warning::PicturesIgnored { count: reader.images }),
        (reader.dropped_links, Warning::LinksDropped { count: reader.dropped_links }),
    ] {
        if count > 0 {
            warnings.push(Notice { place: Place::File, warning });
        }
    }
    let sizes = layout::Sizes::of(&pages);
    let mut writer = Writer::new(limits.markdown_bytes);
    for (index, page) in pages.into_iter().enumerate() {
        if writer.is_full() {
            break;
        }
        writer.push(Block::Marker(format!("page {}", index + 1)));
        flow::write(page, &sizes, &mut writer);
    }
    let lang = root.and_then(|root| root.get::<object::String<'_>>("Lang")).map(|lang| text_string(lang.as_bytes()));
    let markdown = writer.finish(&mut warnings);
    Ok(Content {
        title: title(pdf.metadata()),
        lang,
        markdown,
        pages: Some(count as u32),
        unread: reader.unread,
        warnings,
    })
}

/// Streams of an encrypted file can be looked at only once it is open.
fn check_decrypted(pdf: &Pdf, limits: &Limits) -> Result<(), Fault> {
    let mut total = 0;
    for object in pdf.objects() {
        if let Object::Stream(stream) = object {
            bombs::check_stream(stream.dict().data(), &stream.raw_data(), &mut total, limits)?;
        }
    }
    Ok(())
}

struct Reader<'l> {
    limits: &'l Limits,
    deadline: Instant,
    operations: u64,
    /// Bytes of all pages' drawing programs.
    contents: u64,
    unread: Vec<Unread>,
    dropped_links: usize,
    images: usize,
}

impl Reader<'_> {
    fn page<'a>(&mut self, number: u32, page: &Page<'a>, pdf: &'a Pdf, cache: &InterpreterCache<'a>) -> PageText {
        let mut fail = |reason| {
            self.unread.push(Unread { place: Place::Page(number), reason });
            PageText::default()
        };
        if self.operations >= self.limits.operations || Instant::now() > self.deadline {
            return fail(UnreadReason::TooHeavy);
        }
        let transform = page.initial_transform(true).to_kurbo();
        let size = page.render_dimensions();
        let guarded = std::panic::AssertUnwindSafe(|| {
            let (rects, targets) = links(page);
            let contents = page.page_stream().map_or(0, <[u8]>::len) as u64;
            let mut collector = Collector::new(size, &rects, transform, self.limits.page_operations, self.deadline);
            if contents + self.contents > self.limits.unpacked_bytes {
                return (collector, targets, Some(UnreadReason::TooHeavy), contents);
            }
            let bounds = Rect::new(0.0, 0.0, f64::from(size.0), f64::from(size.1));
            let mut context = Context::new(transform, bounds, cache, pdf.xref(), InterpreterSettings::default());
            let drawn = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                interpret_page(page, &mut context, &mut collector);
            }));
            let reason = drawn.err().map(|thrown| match thrown.is::<TooHeavy>() {
                true => UnreadReason::TooHeavy,
                false => UnreadReason::Broken,
            });
            (collector, targets, reason, contents)
        });
        let Ok((collector, targets, stopped, contents)) = std::panic::catch_unwind(guarded) else {
            return fail(UnreadReason::Broken);
        };
        self.contents += contents;
        self.operations += collector.operations;
        let (unknown, images, share, paths) =
            (collector.unknown, collector.images, collector.image_share, collector.paths);
        let chars = collector.into_chars();
        let seen = chars.iter().filter(|char| !char.c.is_whitespace()).count();
        let reason = match stopped {
            Some(reason) => Some(reason),
            None if unknown > 5 && unknown * 2 > seen => Some(UnreadReason::NoCharacters),
            None if seen == 0 && (images > 0 || paths > 100) => Some(UnreadReason::Scanned),
            // A number stamped on a scan is not its text.
            None if seen < 40 && share > 0.5 => Some(UnreadReason::Scanned),
            None => None,
        };
        match reason {
            Some(reason) => self.unread.push(Unread { place: Place::Page(number), reason }),
            None => self.images += images,
        }
        if matches!(reason, Some(UnreadReason::TooHeavy | UnreadReason::NoCharacters)) {
            return PageText::default();
        }
        self.dropped_links += targets.iter().filter(|target| target.is_none()).count();
        PageText::new(chars, targets, size.1)
    }
}

/// Where a page's links are and what they lead to; nothing for what must not be linked to. Links inside of the file are left
/// out.
fn links(page: &Page<'_>) -> (Vec<Rect>, Vec<Option<String>>) {
    let mut rects = Vec::new();
    let mut targets = Vec::new();
    let Some(annotations) = page.raw().get::<Array<'_>>("Annots") else { return (rects, targets) };
    for annotation in annotations.iter::<Dict<'_>>().take(LINKS) {
        let uri = annotation.get::<Dict<'_>>("A").and_then(|action| action.get::<object::String<'_>>("URI"));
        if let (Some(uri), Some(rect)) = (uri, annotation.get::<object::Rect>("Rect")) {
            rects.push(rect.to_kurbo());
            targets.push(link_target(&text_string(uri.as_bytes())));
        }
    }
    (rects, targets)
}

/// A string of the file's own data: UTF-16 or UTF-8 with their marks, else one byte a character.
fn text_string(bytes: &[u8]) -> String {
    let text = match bytes {
        [0xfe, 0xff, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        [0xff, 0xfe, rest @ ..] => encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0.into_owned(),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
        },
    };
    text.chars().filter(|c| !c.is_control()).collect()
}

/// The declared title, unless a program put the name of a file there.
fn title(metadata: &Metadata) -> Option<String> {
    let title = text_string(metadata.title.as_deref()?);
    let title = title.trim();
    let lower = title.to_lowercase();
    let endings = [
        ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".indd", ".wps", ".pdf", ".dvi", ".tex", ".qxd", ".cdr",
        ".ai",
    ];
    let junk = lower.starts_with("microsoft ")
        || matches!(lower.as_str(), "untitled" | "anonymous" | "无标题" | "未命名" | "(anonymous)")
        || lower.starts_with("powerpoint ")
        || endings.iter().any(|ending| lower.ends_with(ending));
    (!title.is_empty() && !junk).then(|| title.to_owned())
}

/// How often something was counted, most first.
fn most<K: std::hash::Hash + Eq + Ord + Copy>(counts: &HashMap<K, usize>) -> Option<K> {
    counts.iter().max_by_key(|(key, count)| (**count, **key)).map(|(key, _)| *key)
}
