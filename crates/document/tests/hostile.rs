//! Files that are broken, mislabelled, or made to harm.
#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use proptest::prelude::*;
use yingda_document::{Format, Limits, Place, read};

#[test]
fn a_file_that_is_too_large_or_empty_says_so() {
    let limits = Limits { input_bytes: 1 << 20, ..Limits::default() };
    let error = read("手册.pdf", &vec![0; 3 << 20], &limits).unwrap_err();
    assert_eq!(error.code(), "too_large");
    assert_eq!(error.zh(), "手册.pdf：文件大小为 3 MB，最多 1 MB；请拆分或压缩图片后再上传");
    assert_eq!(refused("a.txt", b"").code(), "empty_file");
}

#[test]
fn the_bytes_say_what_a_file_is_and_the_name_is_warned_about() {
    let document = read_ok("a.pdf", &docx(&paragraph("", "文字")));
    assert_eq!(document.format, Format::Docx);
    assert_eq!(document.warnings[0].to_string(), "the name ends in .pdf but the file is DOCX; it was read as DOCX");
    let document = read_ok("a.docx", b"just text");
    assert_eq!((document.format, warnings(&document)), (Format::Text, vec!["mislabelled"]));
    let document = read_ok("a.txt", b"<!doctype html><p>x");
    assert_eq!((document.format, warnings(&document)), (Format::Html, vec!["mislabelled"]));
    for (bytes, found) in [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), "image/png"),
        (b"\x01\x02\x03\0\xff\xfe garbage \0\0", "of an unknown kind"),
        (b"{\\rtf1\\ansi hello}", "RTF"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0", "application/vnd.microsoft.portable-executable"),
    ] {
        let error = refused("a.docx", bytes);
        assert_eq!(error.code(), "unsupported_format");
        assert!(error.to_string().contains(found), "{error}");
    }
    assert_eq!(refused("a.docx", &archive(&[("readme.txt", b"x")])).code(), "unsupported_format");
}

#[test]
fn bytes_that_are_text_only_at_a_guess_are_refused_under_a_name_that_promises_another_kind() {
    let pattern: Vec<u8> = (0..20_000u32).map(|number| (0x81 + number * 7 % 0x7d) as u8).collect();
    for name in ["手册.pdf", "a.DOCX", "a.png"] {
        let error = refused(name, &pattern);
        assert_eq!(error.code(), "mislabelled", "{error}");
    }
    assert_eq!(
        refused("手册.pdf", &pattern).zh(),
        "手册.pdf：文件名后缀为 .pdf，内容却不是；请检查文件，用原程序重新保存后再上传"
    );
    let table = encoding_rs::GBK.encode("型号\t价格\n青山八号\t二千九百九十九元\n").0.into_owned();
    let document = read_ok("导出.xls", &table);
    assert_eq!(document.format, Format::Text);
    assert!(document.markdown.contains("青山八号"), "{}", document.markdown);
    assert!(read_ok("a.txt", &table).markdown.contains("型号"));
    assert!(read_ok("a.pdf", "只是文字".as_bytes()).markdown.contains("只是文字"));
}

#[test]
fn encrypted_office_files_are_refused_clearly() {
    let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    file.create_stream("/EncryptionInfo").unwrap();
    file.create_stream("/EncryptedPackage").unwrap();
    let bytes = file.into_inner().into_inner();
    let error = refused("工资.xlsx", &bytes);
    assert_eq!(
        (error.code(), error.zh().as_str()),
        ("encrypted", "工资.xlsx：文件已加密，需要密码；请去除密码后再上传")
    );
    let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    file.create_stream("/WordDocument").unwrap();
    assert!(refused("a.doc", &file.into_inner().into_inner()).to_string().contains("DOC"));
}

#[test]
fn macros_are_named_and_left_alone() {
    let file = docx_with(&paragraph("", "文字"), &[("word/vbaProject.bin", b"\xd0\xcf\x11\xe0")]);
    let document = read_ok("a.docm", &file);
    assert_eq!((document.markdown.as_str(), warnings(&document)), ("文字\n", vec!["macros_ignored"]));
}

#[test]
fn a_zip_bomb_is_refused_by_the_part_that_is_one() {
    let bomb = [b"<w:document><w:body>".to_vec(), vec![b' '; 40 << 20], b"</w:body></w:document>".to_vec()].concat();
    let file = archive(&[("word/document.xml", &bomb)]);
    assert!(file.len() < 100_000);
    let error = refused("a.docx", &file);
    assert_eq!((error.code(), error.place), ("bomb", Place::Part("word/document.xml".to_owned())));
    let limits = Limits { ratio: u64::MAX / (1 << 30), unpacked_bytes: 10 << 20, ..Limits::default() };
    assert_eq!(read("a.docx", &file, &limits).unwrap_err().code(), "unpacked_too_large");
    // Also when a library unpacks: the strings of a workbook.
    let file = archive(&[("xl/workbook.xml", b"<workbook/>"), ("xl/sharedStrings.xml", &bomb)]);
    assert_eq!(refused("a.xlsx", &file).code(), "bomb");
    let many: Vec<(String, Vec<u8>)> = (0..200).map(|n| (format!("word/{n}.xml"), Vec::new())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let limits = Limits { parts: 100, ..Limits::default() };
    assert_eq!(read("a.docx", &docx_with("", &many), &limits).unwrap_err().code(), "too_many_parts");
}

#[test]
fn xml_is_refused_with_its_line_when_it_is_broken_nested_or_declares_entities() {
    let error =
        refused("a.docx", &archive(&[("word/document.xml", b"<w:document>\n<w:body>\n<w:p></w:body></w:document>")]));
    assert_eq!(error.place, Place::PartLine { part: "word/document.xml".to_owned(), line: 3 });
    assert!(error.zh().starts_with("a.docx，部件 word/document.xml 第 3 行：文件已损坏"), "{}", error.zh());
    let bomb =
        b"<!DOCTYPE a [<!ENTITY b \"xxxx\"><!ENTITY c \"&b;&b;&b;\">]><w:document><w:body>&c;</w:body></w:document>";
    assert_eq!(refused("a.docx", &archive(&[("word/document.xml", bomb)])).code(), "document_type");
    assert_eq!(refused("a.docx", &docx(&"<w:sdt><w:sdtContent>".repeat(100_000))).code(), "too_deep");
    let limits = Limits { nodes: 1000, ..Limits::default() };
    assert_eq!(read("a.docx", &docx(&"<w:p/>".repeat(2000)), &limits).unwrap_err().code(), "too_many_elements");
}

#[test]
fn boxes_in_boxes_are_read_once() {
    let inner = (0..30).fold(paragraph("", "innen"), |inner, _| {
        format!("<w:p><w:r><w:pict><w:txbxContent>{inner}</w:txbxContent></w:pict></w:r></w:p>")
    });
    assert_eq!(read_ok("a.docx", &docx(&inner)).markdown, "innen\n");
}

#[test]
fn names_that_lead_out_of_the_archive_are_ignored() {
    let relations =
        b"<Relationships><Relationship Id='a' Type='x/styles' Target='../../../../etc/passwd'/></Relationships>";
    let file =
        docx_with(&paragraph("", "文字"), &[("../../evil.txt", b"x"), ("word/_rels/document.xml.rels", relations)]);
    let document = read_ok("a.docx", &file);
    assert_eq!((document.markdown.as_str(), warnings(&document)), ("文字\n", vec!["unsafe_part_names"]));
}

#[test]
fn what_is_longer_than_the_limit_is_cut_with_a_warning() {
    let limits = Limits { markdown_bytes: 1000, rows: 2, ..Limits::default() };
    let document = read("a.docx", &docx(&paragraph("", "很长的文字").repeat(500)), &limits).unwrap();
    assert!(document.markdown.len() <= 1001);
    assert_eq!(warnings(&document), ["cut"]);
    let document = read("a.xlsx", &fixture("prices.xlsx"), &limits).unwrap();
    assert!(document.warnings.iter().any(|warning| warning.zh() == "工作表“价格”：超过 2 行，其余未读取"));
}

#[test]
fn a_torn_file_of_any_kind_is_refused_or_read_in_part() {
    for name in ["handbook.docx", "prices.xlsx", "launch.pptx", "prices.xls", "prices.ods", "policy-zh.pdf"] {
        let whole = fixture(name);
        for part in [1, 10, 50, 90, 99] {
            let _ = read(name, &whole[..whole.len() * part / 100], &Limits::default());
        }
    }
}

/// Tight limits: the more a file gets around them, the longer it takes.
fn tight() -> Limits {
    Limits {
        unpacked_bytes: 8 << 20,
        nodes: 200_000,
        page_operations: 20_000,
        markdown_bytes: 1 << 20,
        ..Limits::default()
    }
}

/// The line that no text may hold unescaped: a tag.
fn is_plain(markdown: &str) -> bool {
    use pulldown_cmark::{Event, Parser};
    Parser::new(markdown).all(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => {
            html.trim_start().starts_with("<!-- ") && html.trim_end().ends_with(" -->")
        }
        _ => true,
    })
}

const NAMES: [&str; 8] = [
    "handbook.docx",
    "prices.xlsx",
    "launch.pptx",
    "prices.xls",
    "prices.ods",
    "policy-zh.pdf",
    "two-columns.pdf",
    "owner-password.pdf",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn mutated_files_never_panic_and_never_take_long(
        file in 0..NAMES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = fixture(NAMES[file]);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let start = std::time::Instant::now();
        if let Ok(document) = read(NAMES[file], &bytes, &tight()) {
            prop_assert!(is_plain(&document.markdown), "{}", document.markdown);
        }
        prop_assert!(start.elapsed().as_secs() < 20);
    }

    #[test]
    fn changed_parts_of_word_documents_never_panic(
        body in "(<w:(p|r|t|tbl|tr|tc|hyperlink|drawing|txbxContent|AlternateContent|Choice|sdt|sdtContent|lastRenderedPageBreak/)>|</w:(p|r|t|tbl|tr|tc)>|[a-z<>&*_\\[\\]()|`# \u{4e00}-\u{4e10}]){0,60}",
    ) {
        if let Ok(document) = read("a.docx", &docx(&body), &tight()) {
            prop_assert!(is_plain(&document.markdown), "{}", document.markdown);
        }
    }

    #[test]
    fn random_text_and_markup_become_plain_markdown(
        name in "a\\.(txt|md|html)",
        text in "(<(script|b|div|!--|/script|table|td|a href=javascript:x|p)>?|-->|```|~~~|\\[x\\]|\\(javascript:x\\)|    |\n|\n\n|[`<>&*_|#\\\\ a-z\u{4e00}-\u{4e10}]){0,60}",
    ) {
        if let Ok(document) = read(&name, text.as_bytes(), &tight()) {
            prop_assert!(is_plain(&document.markdown), "{:?}", document.markdown);
        }
    }

    #[test]
    fn random_bytes_never_panic(start in prop::sample::select(vec![
        b"".as_slice(), b"PK\x03\x04", b"%PDF-1.7\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"<html>",
    ]), bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = read("a", &[start, &bytes].concat(), &tight());
    }
}
