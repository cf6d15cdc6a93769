//! What is exported comes back from the import as it was, in every format that is written.
#![allow(clippy::unwrap_used)]

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use yingda_exchange::{ExportError, Format, ItemState, Line, Options, export, parse, parse_as, write_line};
use yingda_model::{
    Actor, Audience, ChangeId, ChangeOrigin, ChangeState, EntryContent, EntryId, EntryKind, EntrySource, EntryStatus,
    EntryVersion, FileId, KbChange, KbEntry, SpecialAnswer, TeamId, Timestamp, UserId,
};

const LAST_MS: i64 = 253_402_300_799_999;
const WRITTEN: [Format; 4] = [Format::Jsonl, Format::Csv, Format::Xlsx, Format::MarkdownFolder];

/// What breaks formats that are put together carelessly.
const PIECES: [&str; 56] = [
    "\n",
    "\n\n",
    "\t",
    " ",
    "  ",
    "\"",
    "'",
    "\\",
    "\\n",
    "|",
    "｜",
    ",",
    "，",
    "、",
    ";",
    "---",
    "\n---\n",
    "...",
    "# ",
    "\n# ",
    "## Q\n",
    "```\n",
    "Variants:\n- a\n",
    "相似问：",
    "=1+1",
    "+",
    "-",
    "@",
    "＝",
    "[\"a\"]",
    "{\"a\":1}",
    "key: value",
    "- ",
    "!!x ",
    "&a ",
    "*a ",
    "%",
    "`",
    "${a}",
    "<b>",
    "&amp;",
    "]]>",
    "<!-- page 3 -->",
    "_x000D_",
    "_x005F_",
    "null",
    "~",
    "yes",
    "012",
    "1e3",
    "😀",
    "怎么退款？",
    "word",
    "\u{2028}",
    "\u{feff}",
    "\u{fffe}",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => vec(select(&PIECES[..]), 1..8).prop_map(|pieces| pieces.concat()),
        1 => "\\PC{1,60}",
    ]
}

fn is_margin(c: char) -> bool {
    c.is_whitespace() || c.is_control() || c == '\u{feff}'
}

/// A text of one line or more without white space at its ends.
fn line() -> impl Strategy<Value = String> {
    text().prop_map(|text| text.trim_matches(is_margin).to_owned()).prop_filter("empty", |text| !text.is_empty())
}

fn short() -> impl Strategy<Value = String> {
    line().prop_map(|text| text.chars().take(90).collect::<String>().trim_matches(is_margin).to_owned())
}

/// Markdown without blank lines before and white space after it.
fn long() -> impl Strategy<Value = String> {
    let long = prop_oneof![20 => text(), 1 => (text(), 9_000..70_000_usize).prop_map(|(text, more)| text + &"长_x000D_ab".repeat(more / 10))];
    long.prop_map(|text| {
        let mut text = text.trim_start_matches('\u{feff}');
        while let Some((first, rest)) = text.split_once('\n')
            && first.trim().is_empty()
        {
            text = rest.trim_start_matches('\u{feff}');
        }
        text.trim_end_matches(is_margin).to_owned()
    })
    .prop_filter("empty", |text| !text.is_empty())
}

fn list() -> impl Strategy<Value = Vec<String>> {
    vec(short(), 0..4).prop_map(|texts| {
        let mut list: Vec<String> = Vec::new();
        for text in texts {
            if !list.contains(&text) {
                list.push(text);
            }
        }
        list
    })
}

fn uuid() -> impl Strategy<Value = uuid::Uuid> {
    any::<u128>().prop_map(uuid::Uuid::from_u128)
}

fn audience() -> impl Strategy<Value = Audience> {
    prop_oneof![
        Just(Audience::Public),
        Just(Audience::SignedIn),
        Just(Audience::Agents),
        uuid().prop_map(|id| Audience::Team(TeamId(id))),
    ]
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0..=LAST_MS).prop_map(Timestamp)
}

fn source() -> impl Strategy<Value = EntrySource> {
    let url = option::of(prop_oneof![Just("https://example.com/a?b=c#d".to_owned()), short()]);
    (url, option::of(uuid().prop_map(FileId)), option::of(short()), option::of(short()), list())
        .prop_map(|(url, file_id, name, sha256, unread)| EntrySource { url, file_id, name, sha256, unread })
        .prop_filter("a script", |source| !source.url.as_deref().unwrap_or_default().starts_with("data"))
}

fn answers() -> impl Strategy<Value = Vec<SpecialAnswer>> {
    let answer = (option::of(short()), option::of(audience()), long())
        .prop_filter("for everybody", |(channel, audience, _)| channel.is_some() || audience.is_some());
    vec(answer.prop_map(|(channel, audience, answer)| SpecialAnswer { channel, audience, answer }), 0..3)
}

prop_compose! {
    fn content()(
        (kind, status) in (
            select(vec![EntryKind::Article, EntryKind::Document, EntryKind::Page, EntryKind::Faq]),
            select(vec![EntryStatus::Published, EntryStatus::Archived]),
        ),
        key in option::of(short()),
        (question, answer) in (line(), long()),
        (variants, answers, follow_ups) in (list(), answers(), list()),
        lang in option::of(select(vec!["zh", "en", "zh-TW", "pt-BR"])),
        category in option::of(prop_oneof![short(), Just("orders/returns".to_owned()), Just("../up".to_owned()), Just("con/nul".to_owned())]),
        tags in list(),
        (audience, owner_id, source) in (audience(), option::of(uuid().prop_map(UserId)), source()),
        (from, until) in (option::of(moment()), option::of(moment())),
    ) -> EntryContent {
        let limit = if kind == EntryKind::Faq { 9_990 } else { 999_000 };
        let cut = |text: String| text.chars().take(limit).collect::<String>().trim_end_matches(is_margin).to_owned();
        let (valid_from, valid_until) = match (from, until) {
            (Some(from), Some(until)) if from >= until => (Some(from), None),
            both => both,
        };
        let answers = answers.into_iter().map(|one| SpecialAnswer { answer: cut(one.answer), ..one }).collect();
        EntryContent {
            kind, key, question, answer: cut(answer), variants, answers, follow_ups, lang: lang.map(str::to_owned), category, tags,
            status, audience, valid_from, valid_until, owner_id, source,
        }
    }
}

/// Entries with ids and keys of their own.
fn entries() -> impl Strategy<Value = Vec<KbEntry>> {
    vec((content(), 1..9_999_i64, moment(), moment()), 0..5).prop_map(|contents| {
        let entries =
            contents.into_iter().zip(1_u128..).map(|((mut content, version, created_at, updated_at), number)| {
                content.key = content.key.map(|key| format!("{number}{key}"));
                KbEntry { id: EntryId(uuid::Uuid::from_u128(number)), content, version, created_at, updated_at }
            });
        entries.collect()
    })
}

fn written(format: Format, entries: &[KbEntry]) -> Vec<u8> {
    let mut out = Vec::new();
    export(format, entries, &mut out).unwrap();
    out
}

#[track_caller]
fn comes_back(format: Format, entries: &[KbEntry]) {
    let name = format!("export.{}", format.ending());
    let parsed = parse(&name, &written(format, entries), &Options::default()).unwrap();
    assert_eq!(parsed.refused, [], "{format:?}");
    assert_eq!(parsed.notes, [], "{format:?}");
    assert_eq!(parsed.items.len(), entries.len(), "{format:?}");
    for entry in entries {
        let item = parsed.items.iter().find(|item| item.id == Some(entry.id.to_string())).unwrap();
        assert_eq!(item.content, entry.content, "{format:?}");
        assert_eq!(item.state, ItemState::Ready);
        assert_eq!(item.version, Some(entry.version));
        assert_eq!((item.created_at, item.updated_at), (Some(entry.created_at), Some(entry.updated_at)));
    }
}

fn entry(content: EntryContent) -> KbEntry {
    let id = EntryId(uuid::Uuid::from_u128(7));
    KbEntry { id, content, version: 1, created_at: Timestamp(5), updated_at: Timestamp(6) }
}

fn faq(question: &str, answer: &str) -> EntryContent {
    EntryContent { question: question.into(), answer: answer.into(), ..EntryContent::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn jsonl_comes_back_as_it_was(entries in entries()) {
        comes_back(Format::Jsonl, &entries);
    }

    #[test]
    fn csv_comes_back_as_it_was(entries in entries()) {
        comes_back(Format::Csv, &entries);
    }

    #[test]
    fn a_workbook_comes_back_as_it_was(entries in entries()) {
        comes_back(Format::Xlsx, &entries);
    }

    #[test]
    fn a_markdown_folder_comes_back_as_it_was(entries in entries()) {
        comes_back(Format::MarkdownFolder, &entries);
    }
}

#[test]
fn the_longest_texts_come_back() {
    let mut content = faq("q", &"=长\u{1f600}_x0041_\n".repeat(90_000));
    content.kind = EntryKind::Document;
    content.variants = (0..200).map(|number| format!("{number}|{}", "变".repeat(490))).collect();
    for format in WRITTEN {
        let mut content = content.clone();
        content.answer.truncate(content.answer.trim_end().len());
        comes_back(format, &[entry(content)]);
    }
}

#[test]
fn jsonl_keeps_margins_and_line_ends_of_answers() {
    comes_back(Format::Jsonl, &[entry(faq("q", "\r\n  code\r\n\n"))]);
}

#[test]
fn versions_proposals_and_lines_of_others_come_back_in_jsonl() {
    let content = faq("怎么退款？", "这样。");
    let (entry_id, by) = (EntryId(uuid::Uuid::from_u128(7)), Actor::Bot);
    let version = EntryVersion {
        entry_id,
        version: 1,
        content: content.clone(),
        at: Timestamp(9),
        by,
        note: Some("first".into()),
    };
    let change = KbChange {
        id: ChangeId(uuid::Uuid::from_u128(8)),
        entry_id: Some(entry_id),
        based_on: Some(1),
        content: EntryContent::default(),
        origin: ChangeOrigin::Gap,
        state: ChangeState::Draft,
        evidence: Vec::new(),
        effect: None,
        fingerprint: None,
        by,
        note: None,
        created_at: Timestamp(1),
        updated_at: Timestamp(2),
        decided_by: None,
        decided_at: None,
    };
    let thing = serde_json::json!({"name": "phone"});
    let mut out = Vec::new();
    let entry = entry(content);
    for line in [Line::Entry(&entry), Line::Version(&version), Line::Change(&change), Line::Other("graph", &thing)] {
        write_line(&line, &mut out).unwrap();
    }
    let parsed = parse_as(Format::Jsonl, &out, &Options::default()).unwrap();
    assert_eq!(parsed.refused, []);
    assert_eq!(parsed.items[0].content, entry.content);
    assert_eq!(parsed.versions[0].1, version);
    assert_eq!(parsed.changes[0].1, change);
    assert_eq!(parsed.others[0].fields["name"], "phone");
}

#[test]
fn no_cell_of_a_table_is_a_formula() {
    let content = EntryContent { variants: vec!["@x".into()], ..faq("=cmd|' /C calc'!A0", "\t=1") };
    let bytes = written(Format::Csv, &[entry(content)]);
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with('\u{feff}'), "{text}");
    for formula in [",'=cmd|", ",'\t=1", ",'@x,"] {
        assert!(text.contains(formula), "{text}");
    }
}

#[test]
fn names_in_an_archive_are_safe_and_of_their_own() {
    let content =
        |question: &str, category: &str| EntryContent { category: Some(category.into()), ..faq(question, "a") };
    let contents = [
        content("../../etc", "../.."),
        content("A?", "x"),
        content("a!", "x"),
        content("NUL", ""),
        content("???", "C:\\x"),
    ];
    let entries: Vec<KbEntry> = contents
        .into_iter()
        .zip(1..)
        .map(|(content, number)| KbEntry { id: EntryId(uuid::Uuid::from_u128(number)), ..entry(content) })
        .collect();
    let bytes = written(Format::MarkdownFolder, &entries);
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["entry/entry/etc.md", "x/a.md", "x/a-2.md", "nul-entry.md", "c-x/entry.md"]);
}

#[test]
fn formats_that_are_only_read_are_not_written() {
    for format in [Format::Markdown, Format::Chatwoot, Format::Zendesk] {
        let error = export(format, [entry(faq("q", "a"))], Vec::new()).unwrap_err();
        assert!(matches!(error, ExportError::ReadOnly(_)), "{error}");
    }
}
