//! Archives and files that somebody made to do harm, or that are broken.
#![allow(clippy::unwrap_used)]

use std::io::Write;

use proptest::prelude::*;
use yingda_exchange::{ImportError, MAX_FILE_BYTES, Options, Parsed, parse, parse_folder};
use zip::write::SimpleFileOptions;

fn read(name: &str, bytes: &[u8]) -> Result<Parsed, ImportError> {
    parse(name, bytes, &Options::default())
}

fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn told(parsed: &Parsed) -> Vec<(String, &'static str)> {
    parsed.refused.iter().map(|refusal| (refusal.place.to_string(), refusal.code())).collect()
}

#[test]
fn names_that_lead_out_of_an_archive_are_refused() {
    let names = ["../up.md", "/etc/passwd.md", "a/../../b.md", "C:\\x.md", "a\\..\\b.md", "./c.md"];
    let files: Vec<(&str, &str)> =
        names.iter().map(|name| (*name, "# T\n\ntext")).chain([("fine.md", "# T\n\ntext")]).collect();
    let parsed = read("a.zip", &archive(&files)).unwrap();
    assert_eq!(parsed.items.len(), 1);
    assert_eq!(told(&parsed), names.map(|name| (name.to_owned(), "bad_path")));
}

#[test]
fn an_archive_that_unpacks_to_too_much_is_given_up() {
    let bomb = archive(&[("a.md", "# T\n\n"), ("b.md", &"x".repeat(60_000_000))]);
    assert!(bomb.len() < 200_000);
    assert_eq!(read("a.zip", &bomb).unwrap_err().code(), "too_large");
    let many: Vec<(String, String)> = (0..60).map(|number| (format!("{number}.md"), " ".repeat(1_000_000))).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert_eq!(read("a.zip", &archive(&many)).unwrap_err().code(), "too_large");
}

#[test]
fn an_archive_that_lies_about_its_sizes_is_measured() {
    let mut bomb = archive(&[("b.md", &"x".repeat(60_000_000))]);
    // The size in the central directory (APPNOTE 4.3.12) says ten bytes.
    let at = bomb.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    bomb[at + 24..at + 28].copy_from_slice(&10_u32.to_le_bytes());
    match read("a.zip", &bomb) {
        Err(error) => assert!(["too_large", "unreadable"].contains(&error.code()), "{error}"),
        Ok(parsed) => assert_eq!(told(&parsed), [("b.md".to_owned(), "not_unpacked")]),
    }
}

#[test]
fn a_limit_may_be_set() {
    let options = Options { max_bytes: MAX_FILE_BYTES * 3, ..Options::default() };
    let text = format!("---\nkind: document\n---\n{}", "x".repeat(60_000_000));
    let parsed = parse("a.zip", &archive(&[("b.md", &text)]), &options).unwrap();
    assert_eq!(told(&parsed), [("b.md".to_owned(), "too_long")]);
}

#[test]
fn pictures_are_counted_and_what_systems_leave_behind_is_not() {
    let parsed = read(
        "a.zip",
        &archive(&[
            ("docs/a.md", "# T\n\n![x](img/a.png) and [b](../b.md#c)"),
            ("docs/img/a.png", "png"),
            ("docs/b.pdf", "pdf"),
            ("__MACOSX/docs/._a.md", "x"),
            (".git/config.md", "x"),
        ]),
    )
    .unwrap();
    assert_eq!(parsed.items[0].content.answer, "![x](img/a.png) and [b](../b.md#c)");
    assert_eq!(parsed.items[0].content.category.as_deref(), Some("docs"));
    assert_eq!(parsed.notes.len(), 1);
    assert_eq!(
        parsed.notes[0].zh(),
        "docs/img/a.png：有 2 个图片或附件未存储（例如 docs/img/a.png、docs/b.pdf）；正文中的链接保持不变"
    );
}

#[test]
fn broken_front_matter_is_named_with_file_and_line() {
    let parsed = read(
        "a.zip",
        &archive(&[
            ("yaml.md", "---\ntitle: a\ntags: [a, b\n---\ntext"),
            ("date.md", "---\ntitle: a\nvalid_from: soon\n---\ntext"),
            ("type.md", "---\ntitle: b\n\nkey:\n  deep: 1\n---\ntext"),
            ("rule.md", "---\njust a rule above\n---\ntext"),
            ("bomb.md", "---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\ntitle: c\n---\ntext"),
        ]),
    )
    .unwrap();
    let told = told(&parsed);
    assert!(told[0].0.starts_with("yaml.md, line "), "{told:?}");
    assert_eq!(told[0].1, "bad_front_matter");
    assert_eq!(told[1], ("date.md, line 3".to_owned(), "bad_date"));
    assert_eq!(told[2], ("type.md, line 4".to_owned(), "wrong_type"));
    assert_eq!(told[3].1, "bad_front_matter");
    assert_eq!(parsed.items.len(), 1);
    assert_eq!(parsed.items[0].content.question, "rule");
}

#[test]
fn a_line_of_a_megabyte_is_read_or_refused_with_its_place() {
    let long = "长".repeat(400_000);
    let line = format!(
        "{{\"kind\":\"article\",\"question\":\"q\",\"answer\":\"{long}\"}}\n{{\"question\":\"p\",\"answer\":\"{long}\"}}\n"
    );
    let parsed = read("a.jsonl", line.as_bytes()).unwrap();
    assert_eq!(parsed.items.len(), 1);
    assert_eq!(told(&parsed), [("line 2".to_owned(), "too_long")]);
    let many: String = (0..200_000).map(|number| format!("{number}|")).collect();
    let table = format!("question,answer,variants\nq,a,{many}\n");
    assert_eq!(told(&read("a.csv", table.as_bytes()).unwrap()), [("line 2".to_owned(), "too_many_variants")]);
}

#[test]
fn json_nested_too_deep_is_refused() {
    let line =
        format!("{{\"question\":\"q\",\"answer\":\"a\",\"x\":{}1{}}}\n", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(told(&read("a.jsonl", line.as_bytes()).unwrap()), [("line 1".to_owned(), "not_json")]);
}

#[test]
fn unknown_fields_by_the_thousand_give_few_notes() {
    let fields: String = (0..5_000).map(|number| format!(",\"f{number}\":1")).collect();
    let line = format!("{{\"question\":\"q\",\"answer\":\"a\"{fields}}}\n");
    let parsed = read("a.jsonl", line.as_bytes()).unwrap();
    assert_eq!((parsed.items.len(), parsed.notes.len()), (1, 100));
}

#[test]
fn names_written_in_gbk_are_read() {
    let mut bytes = archive(&[("XXXX.md", "text of it")]);
    let (name, _, _) = encoding_rs::GBK.encode("退货");
    for at in 0..bytes.len() - 4 {
        if &bytes[at..at + 4] == b"XXXX" {
            bytes[at..at + 4].copy_from_slice(&name);
        }
    }
    assert_eq!(read("a.zip", &bytes).unwrap().items[0].content.question, "退货");
}

#[test]
fn an_encrypted_archive_is_named_file_by_file() {
    let mut bytes = archive(&[("a.md", "# T\n\ntext")]);
    // Bit 0 of the flags, in both headers (APPNOTE 4.4.4).
    bytes[6] |= 1;
    let at = bytes.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    bytes[at + 8] |= 1;
    assert_eq!(told(&read("a.zip", &bytes).unwrap()), [("a.md".to_owned(), "not_unpacked")]);
}

#[cfg(unix)]
#[test]
fn links_out_of_a_folder_are_not_followed() {
    let secret = tempfile::tempdir().unwrap();
    std::fs::write(secret.path().join("secret.md"), "# S\n\nsecret").unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(secret.path(), folder.path().join("more")).unwrap();
    std::os::unix::fs::symlink(secret.path().join("secret.md"), folder.path().join("b.md")).unwrap();
    std::fs::write(folder.path().join("a.zh.md"), "文字").unwrap();
    let parsed = parse_folder(folder.path(), &Options::default()).unwrap();
    let found: Vec<_> =
        parsed.items.iter().map(|item| (item.content.question.as_str(), item.content.lang.as_deref())).collect();
    assert_eq!(found, [("a", Some("zh"))]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_damaged_archive_never_panics(at in 0_usize..10_000, byte in any::<u8>(), cut in 0_usize..10_000) {
        let mut bytes = archive(&[("a/b.md", "---\ntitle: x\n---\ntext"), ("c.json", "{}")]);
        let length = bytes.len();
        bytes[at % length] = byte;
        let _ = read("a.zip", &bytes);
        bytes.truncate(cut % length);
        let _ = read("a.zip", &bytes);
    }

    #[test]
    fn random_json_never_panics(text in "(\"(articles|payload|translations|id|title|body|content|section_id|locale|category)\"|[0-9]{1,20}|null|true|[\\[\\]{}:,]|\"[a-z]{0,3}\"){0,60}") {
        let _ = read("a.json", text.as_bytes());
    }
}
