//! Files of every format are read, and what is bad in them is named line by line.
#![allow(clippy::unwrap_used)]

use std::io::Write;

use proptest::prelude::*;
use yingda_knowledge::Entry;
use yingda_knowledge::import::{ImportError, Parsed, Place, Reason, parse};

fn read(name: &str, text: &str) -> Parsed {
    parse(name, text.as_bytes()).unwrap()
}

fn entries(parsed: &Parsed) -> Vec<&Entry> {
    parsed.entries.iter().map(|(_, entry)| entry).collect()
}

fn refusals(parsed: &Parsed) -> Vec<(String, &'static str)> {
    parsed.refused.iter().map(|refusal| (refusal.place.to_string(), refusal.reason.code())).collect()
}

/// A workbook with one sheet, written by hand so that tests can break it.
fn workbook(rows: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in [
        ("[Content_Types].xml", r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#),
        (
            "_rels/.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="FAQ" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
    ] {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let sheet = format!(
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    );
    zip.write_all(sheet.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

fn text_cell(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

#[test]
fn jsonl_is_read_and_unknown_fields_are_ignored() {
    let parsed = read(
        "faq.jsonl",
        "\u{feff}{\"key\":\"a\",\"question\":\" 怎么退款？ \",\"answer\":\"这样。\",\"variants\":[\"退钱\",\"退钱\",\"\"],\"lang\":\"zh\",\"category\":\"refunds\"}\r\n\n\
         {\"faq_id\":7,\"question\":\"What?\",\"answer\":\"That.\",\"source\":\"WHO\"}\n",
    );
    assert_eq!(parsed.refused, []);
    let entries = entries(&parsed);
    assert_eq!(entries[0].id, "a");
    assert_eq!(entries[0].question, "怎么退款？");
    assert_eq!(entries[0].variants, ["退钱"]);
    assert_eq!(entries[0].category.as_deref(), Some("refunds"));
    assert_eq!(entries[1].id, "7");
    assert_eq!(parsed.entries[1].0, Place::Line(3));
}

#[test]
fn bad_lines_of_jsonl_are_named_and_the_others_kept() {
    let mut bytes = Vec::new();
    for line in [
        &br#"{"question":"q1","answer":"a"}"#[..],
        br#"{"question":"","answer":"a"}"#,
        br#"{"question":"q2","answer":" "}"#,
        br#"{"question":5,"answer":"a"}"#,
        br#"{"question":"q3"}"#,
        br#"{"question":"q4","answer":"a","variants":"x|y"}"#,
        br#"["question"]"#,
        br#"{"question":"#,
        b"{\"question\":\"\xff\",\"answer\":\"a\"}",
        "{\"question\":\"Ｑ1\",\"answer\":\"b\"}".as_bytes(),
        br#"{"id":"same","question":"q5","answer":"a"}"#,
        br#"{"id":"same","question":"q6","answer":"a"}"#,
    ] {
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
    }
    bytes.extend_from_slice(format!("{{\"question\":\"{}\",\"answer\":\"a\"}}\n", "长".repeat(501)).as_bytes());
    let parsed = parse("x.jsonl", &bytes).unwrap();
    assert_eq!(entries(&parsed).len(), 2);
    let expected = [
        ("line 2", "empty_question"),
        ("line 3", "empty_answer"),
        ("line 4", "wrong_type"),
        ("line 5", "missing_field"),
        ("line 6", "wrong_type"),
        ("line 7", "not_json"),
        ("line 8", "not_json"),
        ("line 9", "not_utf8"),
        ("line 10", "duplicate_question"),
        ("line 12", "duplicate_id"),
        ("line 13", "too_long"),
    ];
    assert_eq!(refusals(&parsed), expected.map(|(place, code)| (place.to_owned(), code)));
    assert_eq!(parsed.refused[8].reason, Reason::DuplicateQuestion { earlier: Place::Line(1) });
    assert_eq!(parsed.refused[8].zh(), "第 10 行：问题与第 1 行重复；请合并为一条");
}

#[test]
fn csv_understands_chinese_headers_quotes_and_many_lines_in_a_cell() {
    let parsed = read(
        "表.CSV",
        "编号,问题,答案,相似问,分类\r\n1,怎么退款,\"打开“我的订单”,\n点退款\",退钱|怎么退钱,退款\r\n\r\n,没有答案,,,\r\n",
    );
    let entries = entries(&parsed);
    assert_eq!(entries[0].answer, "打开“我的订单”,\n点退款");
    assert_eq!(entries[0].variants, ["退钱", "怎么退钱"]);
    assert_eq!(entries[0].category.as_deref(), Some("退款"));
    assert_eq!(refusals(&parsed), [("line 5".to_owned(), "empty_answer")]);
}

#[test]
fn csv_is_read_in_the_encodings_of_spreadsheet_programs() {
    let text = "问题;答案\n怎么退款;这样\n";
    let (gb, _, _) = encoding_rs::GB18030.encode(text);
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(text.replace(';', "\t").encode_utf16().flat_map(u16::to_le_bytes));
    let mut marked = b"\xef\xbb\xbf".to_vec();
    marked.extend_from_slice(text.as_bytes());
    for bytes in [gb.to_vec(), utf16, marked] {
        let parsed = parse("faq.csv", &bytes).unwrap();
        assert_eq!(entries(&parsed)[0].question, "怎么退款");
    }
}

#[test]
fn a_table_without_question_or_answer_is_refused_as_a_whole() {
    assert_eq!(
        parse("a.csv", b"title,answer\nx,y\n"),
        Err(ImportError::MissingColumn { missing: "question", found: vec!["title".to_owned(), "answer".to_owned()] })
    );
    assert_eq!(parse("a.csv", b"").unwrap_err().code(), "missing_column");
    assert_eq!(parse("a.docx", b"").unwrap_err().code(), "unknown_format");
    assert_eq!(parse("a.xlsx", b"no zip").unwrap_err().code(), "unreadable");
}

#[test]
fn a_workbook_is_read_with_numbers_and_formulas_as_their_values() {
    let rows = format!(
        r#"<row r="1">{}{}{}</row><row r="3">{}<c r="B3"><v>42</v></c>{}</row><row r="4">{}<c r="B4" t="str"><f>HYPERLINK("x")</f><v>link</v></c></row><row r="5">{}<c r="B5" t="e"><v>#REF!</v></c></row><row r="6">{}</row>"#,
        text_cell("A1", "Question"),
        text_cell("B1", "Answer"),
        text_cell("C1", "Variants"),
        text_cell("A3", "How many?"),
        text_cell("C3", "Count?|Number?"),
        text_cell("A4", "Where?"),
        text_cell("A5", "Broken?"),
        text_cell("A6", "Unanswered?"),
    );
    let parsed = parse("faq.xlsx", &workbook(&rows)).unwrap();
    let entries = entries(&parsed);
    assert_eq!(entries[0].answer, "42");
    assert_eq!(entries[0].variants, ["Count?", "Number?"]);
    assert_eq!(entries[1].answer, "link");
    assert_eq!(
        refusals(&parsed),
        [("sheet \"FAQ\", row 5".to_owned(), "wrong_type"), ("sheet \"FAQ\", row 6".to_owned(), "empty_answer")]
    );
}

#[test]
fn a_workbook_that_spans_the_whole_sheet_takes_no_memory_for_what_is_between() {
    let rows = format!(
        r#"<row r="1">{}{}</row><row r="2">{}{}</row><row r="1048576">{}</row>"#,
        text_cell("A1", "question"),
        text_cell("B1", "answer"),
        text_cell("A2", "q"),
        text_cell("B2", "a"),
        text_cell("XFD1048576", "far")
    );
    assert_eq!(entries(&parse("w.xlsx", &workbook(&rows)).unwrap()).len(), 1);
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_refused_unread() {
    let bomb = workbook(&" ".repeat(60_000_000));
    assert!(bomb.len() < 200_000);
    assert_eq!(parse("bomb.xlsx", &bomb).unwrap_err().code(), "too_large");
}

#[test]
fn a_file_that_is_too_large_is_refused_unread() {
    let bytes = vec![b'\n'; 50_000_001];
    for name in ["a.csv", "a.jsonl", "a.md", "a.xlsx"] {
        assert_eq!(parse(name, &bytes).unwrap_err().code(), "too_large");
    }
}

#[test]
fn a_file_of_nothing_but_bad_lines_is_given_up() {
    assert_eq!(parse("a.jsonl", "x\n".repeat(100_001).as_bytes()), Err(ImportError::TooManyEntries));
}

#[test]
fn markdown_headings_ask_and_what_is_below_answers() {
    let parsed = read(
        "faq.md",
        "# Returns\n\nIntroduction.\n\n## How do I return it?\n\nOpen *My orders*.\n\n- press Return\n\nVariants:\n- send back\n- give it back\n\nMore.\n\
         ```\n## not a question\n```\n# 退款\n## 怎么退款？ ##\n相似问：\n1. 退钱\n2. 怎么退钱\n\n这样退。\n## 空的\n",
    );
    let entries = entries(&parsed);
    assert_eq!(entries[0].question, "How do I return it?");
    assert_eq!(entries[0].variants, ["send back", "give it back"]);
    assert_eq!(entries[0].answer, "Open *My orders*.\n\n- press Return\n\nMore.\n```\n## not a question\n```");
    assert_eq!(entries[0].category.as_deref(), Some("Returns"));
    assert_eq!(entries[1].question, "怎么退款？");
    assert_eq!(entries[1].variants, ["退钱", "怎么退钱"]);
    assert_eq!(entries[1].answer, "这样退。");
    assert_eq!(refusals(&parsed), [("line 26".to_owned(), "empty_answer")]);
}

#[test]
fn a_file_read_twice_gives_the_same_ids() {
    let text = "question,answer\nHow?,So.\n";
    assert_eq!(read("a.csv", text), read("a.csv", text));
    let moved = read("a.csv", "question,answer\nWhy?,Because.\nhow？,Otherwise.\n");
    assert_eq!(entries(&moved)[1].id, entries(&read("a.csv", text))[0].id);
}

#[test]
fn control_characters_do_not_get_in() {
    let parsed = read("a.jsonl", r#"{"question":"a\u0000b","answer":"x\u0007\ny"}"#);
    assert_eq!(entries(&parsed)[0].question, "ab");
    assert_eq!(entries(&parsed)[0].answer, "x\ny");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        for name in ["a.csv", "a.jsonl", "a.md", "a.xlsx", "a"] {
            let _ = parse(name, &bytes);
        }
    }

    #[test]
    fn random_text_never_panics(text in "(question|answer|问题|答案|variants|## |# |```|Variants:|- |[,;|\\t\\n\\r\"'{}\\[\\]:]|[a-z\u{4e00}-\u{4e20}\u{0}]){0,80}") {
        for name in ["a.csv", "a.jsonl", "a.md"] {
            let _ = parse(name, text.as_bytes());
        }
    }

    #[test]
    fn a_damaged_workbook_never_panics(at in 0_usize..10_000, byte in any::<u8>(), cut in 0_usize..10_000) {
        let mut bytes = workbook(&format!("<row r=\"1\">{}</row>", text_cell("A1", "question")));
        let length = bytes.len();
        bytes[at % length] = byte;
        let _ = parse("a.xlsx", &bytes);
        bytes.truncate(cut % length);
        let _ = parse("a.xlsx", &bytes);
    }
}
