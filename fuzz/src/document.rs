//! Documents from outside are refused or become plain Markdown, within bounds.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use pulldown_cmark::{Event, Parser};
use yingda_document::{Limits, read};
use zip::write::SimpleFileOptions;

/// Files that edits are made of.
const WHOLE: [(&str, &[u8]); 8] = [
    ("policy-zh.pdf", include_bytes!("../../crates/document/tests/fixtures/policy-zh.pdf")),
    ("two-columns.pdf", include_bytes!("../../crates/document/tests/fixtures/two-columns.pdf")),
    ("owner-password.pdf", include_bytes!("../../crates/document/tests/fixtures/owner-password.pdf")),
    ("handbook.docx", include_bytes!("../../crates/document/tests/fixtures/handbook.docx")),
    ("prices.xlsx", include_bytes!("../../crates/document/tests/fixtures/prices.xlsx")),
    ("launch.pptx", include_bytes!("../../crates/document/tests/fixtures/launch.pptx")),
    ("prices.xls", include_bytes!("../../crates/document/tests/fixtures/prices.xls")),
    ("prices.ods", include_bytes!("../../crates/document/tests/fixtures/prices.ods")),
];

/// Parts that bytes are put into the place of.
const PARTS: [&str; 9] = [
    "word/document.xml",
    "word/styles.xml",
    "word/numbering.xml",
    "word/_rels/document.xml.rels",
    "xl/workbook.xml",
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "ppt/slides/slide1.xml",
    "content.xml",
];

fn limits() -> Limits {
    Limits {
        unpacked_bytes: 16 << 20,
        nodes: 200_000,
        page_operations: 20_000,
        operations: 100_000,
        markdown_bytes: 1 << 20,
        ..Limits::default()
    }
}

fn check(name: &str, bytes: &[u8]) {
    let start = Instant::now();
    match read(name, bytes, &limits()) {
        Ok(document) => {
            // Escaping makes text longer.
            assert!(document.markdown.len() <= 5 << 20);
            for event in Parser::new(&document.markdown) {
                if let Event::Html(html) | Event::InlineHtml(html) = event {
                    let html = html.trim();
                    assert!(html.starts_with("<!-- ") && html.ends_with(" -->"), "{html:?} in {:?}", document.markdown);
                }
            }
        }
        Err(error) => assert!(!error.code().is_empty() && !error.zh().is_empty() && !error.to_string().is_empty()),
    }
    assert!(start.elapsed() < Duration::from_secs(20), "took {:?}", start.elapsed());
}

/// A file: the bytes themselves, or edits of a whole one.
pub fn file(bytes: &[u8]) {
    let Some((which, rest)) = bytes.split_first() else { return };
    let (name, whole) = WHOLE[usize::from(*which) % WHOLE.len()];
    check(name, &crate::edited(whole, rest));
}

/// An Office file in which the bytes are one part.
pub fn part(bytes: &[u8]) {
    let Some((which, rest)) = bytes.split_first() else { return };
    let part = PARTS[usize::from(*which) % PARTS.len()];
    let (name, whole) = match part.split('/').next() {
        Some("word") => WHOLE[3],
        Some("xl") => WHOLE[4],
        Some("ppt") => WHOLE[5],
        _ => WHOLE[7],
    };
    if let Some(file) = with_part(whole, part, rest) {
        check(name, &file);
    }
}

fn with_part(whole: &[u8], part: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(whole)).ok()?;
    let mut file = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let old = archive.by_index_raw(index).ok()?;
        if old.name().ok()? != part {
            file.raw_copy_file(old).ok()?;
        }
    }
    file.start_file(part, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored)).ok()?;
    file.write_all(bytes).ok()?;
    Some(file.finish().ok()?.into_inner())
}

/// A page, Markdown or plain text.
pub fn text(bytes: &[u8]) {
    let Some((which, rest)) = bytes.split_first() else { return };
    check(["a.html", "a.md", "a.txt"][usize::from(*which) % 3], rest);
}
