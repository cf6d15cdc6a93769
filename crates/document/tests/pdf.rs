//! PDF.
#![allow(clippy::unwrap_used)]

mod common;

use common::*;
use yingda_document::{Format, Limits, Place, UnreadReason, read};

#[test]
fn chinese_is_read_through_the_map_of_the_font() {
    let text = "七天内可以退货退款";
    let codes: String = (1..=text.chars().count()).map(|code| format!("{code:04x}")).collect();
    let content = format!("BT /F1 12 Tf 72 700 Td <{codes}> Tj ET");
    let document = read_ok("a.pdf", &pdf_page(content.as_bytes(), "", &cmap(text)));
    assert_eq!(document.format, Format::Pdf);
    assert_eq!(document.markdown, format!("<!-- page 1 -->\n\n{text}\n"));
    assert_eq!((document.pages, document.unread.len()), (Some(1), 0));
}

#[test]
fn a_policy_keeps_headings_table_link_and_bullets_and_loses_header_and_footer() {
    let document = read_fixture("policy-zh.pdf");
    let text = &document.markdown;
    assert_eq!(document.title.as_deref(), Some("退换货政策"));
    assert_eq!(document.lang.as_deref(), Some("zh-CN"));
    assert_eq!(document.pages, Some(3));
    assert!(text.starts_with("<!-- page 1 -->\n\n# 退换货政策\n\n## 一、适用范围\n\n收到商品之日起七天内，"), "{text}");
    assert!(text.contains("到账时间以银行为准。生鲜、定制类商品不支持无理由退货。\n\n收到"), "{text}");
    assert!(text.contains("| 地区 | 首重 | 续重 |\n| --- | --- | --- |\n| 江浙沪 | 8 元 | 2 元/公斤 |"), "{text}");
    assert!(
        text.contains("<!-- page 2 -->\n\n## 三、联系我们\n\n访问[帮助中心](https://example.com/help)或致电客服。"),
        "{text}"
    );
    assert!(text.contains("- 周一至周五 9:00–18:00\n- 周末 10:00–17:00"), "{text}");
    assert!(!text.contains("内部资料") && !text.contains("第 2 页"), "{text}");
    assert_eq!(warnings(&document), ["repeated_lines_dropped"]);
}

#[test]
fn two_columns_are_read_one_after_the_other() {
    let text = read_fixture("two-columns.pdf").markdown;
    let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} in {text}"));
    assert!(at("# Router Guide for Everybody") < at("The left column tells how to set up the router."));
    assert!(at("Left end.") < at("The right column lists what the warranty covers."));
    assert!(text.contains("Plug in the power cable and wait until the light turns green."), "{text}");
}

#[test]
fn a_scanned_page_is_marked_unread() {
    let document = read_fixture("scanned.pdf");
    assert!(document.markdown.contains("words that were typed"));
    assert_eq!(document.unread.len(), 1);
    assert_eq!((&document.unread[0].place, document.unread[0].reason), (&Place::Page(2), UnreadReason::Scanned));
}

#[test]
fn a_password_is_asked_for_only_when_one_is_needed() {
    let error = refused("合同.pdf", &fixture("password.pdf"));
    assert_eq!(error.code(), "encrypted");
    assert_eq!(error.to_string(), "合同.pdf: the file is encrypted; remove its password and upload it again");
    assert!(read_fixture("owner-password.pdf").markdown.contains("anybody may read this"));
}

#[test]
fn a_stream_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked() {
    use std::io::Write;
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..60 {
        packed.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let packed = packed.finish().unwrap();
    let limits = Limits { unpacked_bytes: 50 << 20, ..Limits::default() };
    let error = read("b.pdf", &pdf_page(&packed, "/Filter /FlateDecode", &cmap("x")), &limits).unwrap_err();
    assert_eq!(error.code(), "unpacked_too_large");
    // The same, packed twice.
    let mut twice = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    twice.write_all(&packed).unwrap();
    let file = pdf_page(&twice.finish().unwrap(), "/Filter [/FlateDecode /FlateDecode]", &cmap("x"));
    assert_eq!(read("b.pdf", &file, &limits).unwrap_err().code(), "unpacked_too_large");
}

#[test]
fn a_page_that_draws_without_end_is_left_unread() {
    // Forms that draw the next one ten times each, ten deep.
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>".to_vec(),
        stream("", b"/X Do"),
    ];
    for next in 6..16 {
        let head =
            format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {next} 0 R >> >>");
        objects.push(stream(&head, &b"/X Do ".repeat(10)));
    }
    objects.push(stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", b"0 0 5 5 re f"));
    let limits = Limits { page_operations: 10_000, ..Limits::default() };
    let document = read("a.pdf", &pdf(&objects), &limits).unwrap();
    assert_eq!(document.unread[0].reason, UnreadReason::TooHeavy);
}

#[test]
fn deep_nesting_and_loops_do_not_overflow() {
    let deep = [b"[".repeat(200_000), b"]".repeat(200_000)].concat();
    let file = pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R /X 3 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>".to_vec(),
        deep,
    ]);
    assert!(matches!(read("a.pdf", &file, &Limits::default()), Err(error) if error.code() == "broken"));
    let content = [b"[".repeat(100_000), b" TJ ".to_vec(), b"q ".repeat(100_000)].concat();
    let _ = read("a.pdf", &pdf_page(&content, "", &cmap("x")), &Limits::default());
}

#[test]
fn a_broken_file_is_refused_or_mended() {
    let whole = fixture("policy-zh.pdf");
    let error = refused("a.pdf", b"%PDF-1.4\nnothing here");
    assert_eq!(error.code(), "broken");
    assert!(error.zh().starts_with("a.pdf：文件已损坏"));
    for length in (0..whole.len()).step_by(97) {
        let _ = read("a.pdf", &whole[..length], &Limits::default());
    }
}
