//! Files of every format are read, and what is bad in them is named line by line.
#![allow(clippy::unwrap_used)]

use std::io::Write;

use proptest::prelude::*;
use yingda_exchange::{Format, ImportError, ItemState, Options, Parsed, Place, Reason};
use yingda_model::{Audience, EntryContent, EntryKind, EntryStatus, TeamId, UserId};

fn parse(name: &str, bytes: &[u8]) -> Result<Parsed, ImportError> {
    yingda_exchange::parse(name, bytes, &Options::default())
}

fn read(name: &str, text: &str) -> Parsed {
    parse(name, text.as_bytes()).unwrap()
}

fn entries(parsed: &Parsed) -> Vec<&EntryContent> {
    parsed.items.iter().map(|item| &item.content).collect()
}

fn notes(parsed: &Parsed) -> Vec<(String, &'static str)> {
    parsed.notes.iter().map(|note| (note.place.to_string(), note.code())).collect()
}

fn refusals(parsed: &Parsed) -> Vec<(String, &'static str)> {
    parsed.refused.iter().map(|refusal| (refusal.place.to_string(), refusal.code())).collect()
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
fn jsonl_is_read_and_unknown_fields_are_passed_over_with_a_note() {
    let parsed = read(
        "faq.jsonl",
        "\u{feff}{\"key\":\"a\",\"question\":\" 怎么退款？ \",\"answer\":\"这样。\",\"variants\":[\"退钱\",\"退钱\",\"\"],\"lang\":\"zh\",\"category\":\"refunds\"}\r\n\n\
         {\"faq_id\":7,\"question\":\"What?\",\"answer\":\"That.\",\"source\":\"WHO\",\"colour\":\"red\"}\n",
    );
    assert_eq!(parsed.refused, []);
    let entries = entries(&parsed);
    assert_eq!(entries[0].key.as_deref(), Some("a"));
    assert_eq!(entries[0].question, "怎么退款？");
    assert_eq!(entries[0].variants, ["退钱"]);
    assert_eq!(entries[0].category.as_deref(), Some("refunds"));
    assert_eq!(entries[1].source.url.as_deref(), Some("WHO"));
    assert_eq!(parsed.items[1].id.as_deref(), Some("7"));
    assert_eq!(parsed.items[1].place, Place::line(3));
    assert_eq!(notes(&parsed), [("line 3".to_owned(), "unknown_field")]);
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
    assert_eq!(parsed.refused[8].reason, Reason::DuplicateQuestion { earlier: Place::line(1) });
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
        [("sheet \"FAQ\", cell B5".to_owned(), "wrong_type"), ("sheet \"FAQ\", cell B6".to_owned(), "empty_answer")]
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
fn a_file_read_twice_gives_the_same_names() {
    let text = "question,answer\nHow?,So.\n";
    assert_eq!(read("a.csv", text), read("a.csv", text));
    let moved = read("a.csv", "question,answer\nWhy?,Because.\nhow？,Otherwise.\n");
    assert_eq!(moved.items[1].name(), read("a.csv", text).items[0].name());
}

#[test]
fn control_characters_do_not_get_in() {
    let parsed = read("a.jsonl", r#"{"question":"a\u0000b","answer":"x\u0007\ny"}"#);
    assert_eq!(entries(&parsed)[0].question, "ab");
    assert_eq!(entries(&parsed)[0].answer, "x\ny");
    assert_eq!(
        notes(&parsed),
        [("line 1".to_owned(), "control_characters"), ("line 1".to_owned(), "control_characters")]
    );
    assert_eq!(parsed.notes[1].zh(), "第 1 行：从字段 answer 中去掉了 1 个控制字符");
}

#[test]
fn every_field_of_an_entry_is_read_from_jsonl() {
    let parsed = read(
        "a.jsonl",
        r#"{"type":"entry","id":"x1","kind":"article","key":"k","question":"T","answer":"A","variants":["v"],"answers":[{"channel":"web","audience":"signed_in","answer":"W"}],"follow_ups":["f"],"lang":"zh","category":"a/b","tags":["t"],"status":"archived","audience":{"team":"01930000-0000-7000-8000-000000000001"},"valid_from":"2026-01-01","valid_until":"2026-12-31","owner_id":"01930000-0000-7000-8000-000000000002","source":{"url":"https://example.com/"},"version":3,"created_at":"2026-01-02T03:04:05Z","updated_at":"2026-01-02T03:04:06Z"}"#,
    );
    assert_eq!(parsed.refused, []);
    let item = &parsed.items[0];
    let content = &item.content;
    assert_eq!((content.kind, content.status), (EntryKind::Article, EntryStatus::Archived));
    assert_eq!(content.audience, Audience::Team(TeamId("01930000-0000-7000-8000-000000000001".parse().unwrap())));
    assert_eq!(content.owner_id, Some(UserId("01930000-0000-7000-8000-000000000002".parse().unwrap())));
    assert_eq!(content.valid_from.unwrap().to_string(), "2025-12-31T16:00:00Z");
    assert_eq!(content.valid_until.unwrap().to_string(), "2026-12-31T16:00:00Z");
    assert_eq!(content.answers[0].audience, Some(Audience::SignedIn));
    assert_eq!((content.follow_ups.len(), content.tags.len()), (1, 1));
    assert_eq!((item.version, item.id.as_deref()), (Some(3), Some("x1")));
    assert_eq!(item.updated_at.unwrap().to_string(), "2026-01-02T03:04:06Z");
}

#[test]
fn what_contradicts_itself_or_is_unknown_is_refused_with_the_reason() {
    let line = |rest: &str| format!("{{\"question\":\"q{}\",\"answer\":\"a\",{rest}}}\n", rest.len());
    let text = [
        line(r#""valid_from":"2026-02-01","valid_until":"2026-01-01""#),
        line(r#""valid_from":"soon""#),
        line(r#""lang":"klingon""#),
        line(r#""audience":"friends""#),
        line(r#""audience":"team:blue""#),
        line(r#""kind":"poem","x":1"#),
        line(r#""status":"gone""#),
        line(r#""owner_id":"Wang""#),
        line(r#""version":0"#),
        line(r#""type":"poem""#),
        line(r#""answers":[{"text":"x"}]"#),
        line(r#""source":{"url":"javascript:alert(1)"}"#),
        line(r#""key":"same","lang":"zh""#),
        line(r#""key":"same","lang":"zh","tags":[]"#),
        line(r#""key":"same","lang":"en","tags":[],"id":1"#),
    ]
    .concat();
    let parsed = read("a.jsonl", &text);
    assert_eq!(entries(&parsed).len(), 2);
    let codes: Vec<&str> = parsed.refused.iter().map(|refusal| refusal.code()).collect();
    assert_eq!(
        codes,
        [
            "validity_reversed",
            "bad_date",
            "unknown_language",
            "unknown_audience",
            "unknown_audience",
            "unknown_value",
            "unknown_value",
            "unknown_value",
            "unknown_value",
            "unknown_type",
            "wrong_type",
            "unknown_value",
            "duplicate_key",
        ]
    );
    assert_eq!(
        parsed.refused[0].to_string(),
        "line 1: valid_until 2026-01-01T16:00:00Z is not after valid_from 2026-01-31T16:00:00Z; mend one of them"
    );
    assert_eq!(parsed.refused[2].zh(), "第 3 行：语言应为 zh、en 之类的语言代码（BCP 47），实际为“klingon”");
    assert_eq!(parsed.refused[12].place, Place::line(14));
}

#[test]
fn the_same_question_twice_is_taken_when_an_id_or_audience_tells_the_two_apart() {
    let parsed = read("a.csv", "id,question,answer,audience\n1,Q?,a,\n2,Q?,b,\n,Q?,c,内部\n,Q?,d,\n");
    assert_eq!(entries(&parsed).len(), 3);
    assert_eq!(refusals(&parsed), [("line 5".to_owned(), "duplicate_question")]);
}

#[test]
fn an_article_may_be_longer_than_an_answer() {
    let text = "长".repeat(10_001);
    let table = format!("kind,question,answer\nfaq,a,{text}\narticle,b,{text}\n");
    let parsed = read("a.csv", &table);
    assert_eq!(entries(&parsed)[0].kind, EntryKind::Article);
    assert_eq!(refusals(&parsed), [("line 2".to_owned(), "too_long")]);
}

#[test]
fn tables_take_chinese_names_for_what_an_entry_may_be() {
    let parsed = read(
        "a.csv",
        "问题,答案,语言,受众,状态,生效日期,失效日期,标签,后续问题,备注\n怎么退款？,这样。,中文,登录用户,草稿,2026年1月1日,2026/12/31,退款、售后,多久到账？|在哪里看？,内部\n",
    );
    assert_eq!(parsed.refused, []);
    let content = entries(&parsed)[0];
    assert_eq!((content.lang.as_deref(), content.audience), (Some("zh"), Audience::SignedIn));
    assert_eq!(content.tags, ["退款", "售后"]);
    assert_eq!(content.follow_ups, ["多久到账？", "在哪里看？"]);
    assert_eq!(content.valid_until.unwrap().to_string(), "2026-12-31T16:00:00Z");
    assert_eq!(parsed.items[0].state, ItemState::Draft);
    assert_eq!(notes(&parsed), [("line 1".to_owned(), "unknown_column")]);
    assert_eq!(parsed.notes[0].zh(), "第 1 行：列“备注”无法识别，已忽略");
}

#[test]
fn cells_that_reach_over_several_rows_stand_for_each_of_them() {
    let rows = format!(
        r#"<row r="1">{}{}{}</row><row r="2">{}{}{}</row><row r="3">{}{}<c r="C3"/></row><row r="4">{}{}</row>"#,
        text_cell("A1", "question"),
        text_cell("B1", "answer"),
        text_cell("C1", "category"),
        text_cell("A2", "q1"),
        text_cell("B2", "a1"),
        text_cell("C2", "returns"),
        text_cell("A3", "q2"),
        text_cell("B3", "a2"),
        text_cell("A4", "q3"),
        text_cell("B4", "a3"),
    );
    let merged = rows + r#"</sheetData><mergeCells count="1"><mergeCell ref="C2:C3"/></mergeCells><sheetData>"#;
    let parsed = parse("m.xlsx", &workbook(&merged)).unwrap();
    let categories: Vec<_> = entries(&parsed).iter().map(|entry| entry.category.as_deref()).collect();
    assert_eq!(categories, [Some("returns"), Some("returns"), None]);
}

#[test]
fn lines_of_other_types_are_handed_on() {
    let parsed = read(
        "a.jsonl",
        "{\"type\":\"graph\",\"name\":\"phone\"}\n{\"type\":\"thing\"}\n{\"type\":\"version\",\"entry_id\":5}\n",
    );
    let kinds: Vec<&str> = parsed.others.iter().map(|line| line.kind.as_str()).collect();
    assert_eq!(kinds, ["graph"]);
    assert_eq!(parsed.others[0].fields["name"], "phone");
    assert_eq!(refusals(&parsed).len(), 2, "a type that nobody knows, and a version that is none");
}

#[test]
fn a_markdown_file_with_front_matter_or_without_questions_is_an_article() {
    let parsed = read(
        "a.md",
        "---\ntitle: 退货\nlang: zh\ntags: [a, 2026]\ndraft: true\nweight: 3\n---\n\n## 步骤\n\n1. 打开\n",
    );
    assert_eq!(parsed.refused, []);
    let content = entries(&parsed)[0];
    assert_eq!((content.question.as_str(), content.kind), ("退货", EntryKind::Article));
    assert_eq!(content.answer, "## 步骤\n\n1. 打开");
    assert_eq!(content.tags, ["a", "2026"]);
    assert_eq!(parsed.items[0].state, ItemState::Draft);
    assert_eq!(notes(&parsed), [("line 6".to_owned(), "unknown_field")]);
    let plain = read("b.md", "# Returns\n\nSend it back.\n");
    assert_eq!(entries(&plain)[0].question, "Returns");
    assert_eq!(entries(&plain)[0].answer, "Send it back.");
    assert_eq!(plain.format, Format::Markdown);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        for name in ["a.csv", "a.jsonl", "a.md", "a.xlsx", "a.zip", "a.json", "a"] {
            let _ = parse(name, &bytes);
        }
    }

    #[test]
    fn random_text_never_panics(text in "(question|answer|问题|答案|variants|## |# |```|Variants:|- |---\n|[,;|\\t\\n\\r\"'{}\\[\\]:]|[a-z\u{4e00}-\u{4e20}\u{0}]){0,80}") {
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
