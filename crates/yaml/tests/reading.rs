//! Whatever a file holds, reading it ends, with a tree or with problems that have places in it.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use serde_json::json;
use yingda_yaml::{Is, MOST_BYTES, Node, Problem, Reader, parse, said};

fn read(text: &str) -> (Option<Node>, Vec<Problem>) {
    let mut problems = Vec::new();
    let root = parse("a.yml", text, &mut problems);
    (root, problems)
}

#[track_caller]
fn tells(text: &str, message: &str) {
    let (root, problems) = read(text);
    assert!(root.is_none(), "{text:.80}");
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].to_string().contains(message), "{}", problems[0]);
    assert!(problems[0].hint.is_some() || text.is_empty());
}

#[test]
fn everything_knows_its_place() {
    let (root, problems) = read("a: 1\nb:\n  - x\n  - 好: {c: d}\n");
    assert!(problems.is_empty());
    let root = root.unwrap();
    let Is::Map(map) = &root.is else { panic!() };
    let Is::List(items) = &map.get("b").unwrap().is else { panic!() };
    let Is::Map(inner) = &items[1].is else { panic!() };
    let place = |node: &Node| (node.place.line, node.place.column);
    assert_eq!((place(&items[0]), place(&items[1])), ((3, 5), (4, 5)));
    assert_eq!(place(inner.get("好").unwrap()), (4, 8));
    assert_eq!(map.key("b").unwrap().place.line, 2);
}

#[test]
fn what_stands_without_quotes_is_what_it_looks_like_and_no_more() {
    let (root, _) = read("[1, -2.5, '3', true, 'true', no, on, ~, null, '', 007, 1e3, 2026-11-20, 12:30, {a: [b]}]");
    let expected = json!([
        1, -2.5, "3", true, "true", "no", "on", null, null, "", "007", 1e3, "2026-11-20", "12:30", {"a": ["b"]}
    ]);
    assert_eq!(root.unwrap().json(), expected);
}

#[test]
fn what_is_not_needed_is_refused_with_advice() {
    tells("a: &x 1\n", "anchors");
    tells("a: *x\n", "aliases");
    tells("a: !x 1\n", "tags");
    tells("", "the file is empty");
    tells("a: [", "not YAML");
    tells("a:\n\tb: 1\n", "not with tabs");
    tells(&"[".repeat(100_000), "not YAML");
    tells(&format!("{}{}", "[".repeat(70), "]".repeat(70)), "within one another");
    tells(&format!("# {}", "x".repeat(MOST_BYTES)), "larger than 256 kB");
    tells("a: 1\n---\nb: 2\n", "a second document");
}

#[test]
fn a_second_key_is_told_and_the_first_stays() {
    let (root, problems) = read("a: 1\nb: 2\na: 3\n");
    assert_eq!(
        problems[0].to_string(),
        "a.yml:3:1: error: `a` stands here a second time\n  hint: the first is in line 1: keep one of them"
    );
    assert_eq!(root.unwrap().json(), json!({"a": 1, "b": 2}));
}

#[test]
fn a_bomb_of_aliases_is_refused_at_its_first_anchor() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let inner = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
    }
    tells(&text, "anchors");
}

#[test]
fn a_reader_tells_what_was_expected_what_came_and_what_is_meant() {
    let (root, mut problems) =
        read("kind: htpp\nmost: 900\nshare: 2\nname: Shop\nflag: yes\nlist: x\nwords: [a, {}]\n");
    let mut reader = Reader::new("a.yml", &mut problems);
    let root = root.unwrap();
    let map = reader
        .map(&root, &said!("东西", "a thing"), &["kind", "most", "share", "name", "flag", "list", "words"])
        .unwrap();
    assert_eq!(reader.one_of(map.get("kind").unwrap(), &[("http", 1), ("mcp", 2)]), None);
    assert_eq!(reader.number(map.get("most").unwrap(), 1..=50), None);
    assert_eq!(reader.decimal(map.get("share").unwrap(), 0.0..=1.0), None);
    assert_eq!(reader.name(map.get("name").unwrap(), &said!("名称", "a name")), None);
    assert_eq!(reader.flag(map.get("flag").unwrap()), None);
    assert!(reader.list(map.get("list").unwrap(), &said!("东西的列表", "a list of things")).is_none());
    assert_eq!(reader.words(map.get("words").unwrap(), &said!("词", "a word")), ["a"]);
    assert!(reader.required(map, root.place, &said!("东西", "a thing"), "url").is_none());
    let told: Vec<String> = problems.iter().map(|problem| problem.to_string().replace("a.yml:", "")).collect();
    assert_eq!(
        told,
        [
            "1:7: error: expected one of `http`, `mcp`, but `htpp` came\n  hint: did you mean `http`?",
            "2:7: error: expected a whole number from 1 to 50, but `900` came",
            "3:8: error: expected a number from 0 to 1, but `2` came",
            "4:7: error: `Shop` cannot be a name\n  hint: names begin with a letter and have only a-z, 0-9 and _, at most 64 of them",
            "5:7: error: expected `true` or `false`, but `yes` came",
            "6:7: error: expected a list of things, but `x` came",
            "7:12: error: expected a word, but a mapping came",
            "1:1: error: a thing needs `url`",
        ]
    );
    let told: Vec<&str> = problems.iter().map(|problem| problem.message.zh.as_str()).collect();
    assert_eq!(
        told,
        [
            "应为以下之一：“http”、“mcp”，实际是“htpp”",
            "应为从 1 到 50 的整数，实际是“900”",
            "应为从 0 到 1 的数字，实际是“2”",
            "“Shop”不能用作名称",
            "应为“true”或“false”，实际是“yes”",
            "应为东西的列表，实际是“x”",
            "应为词，实际是一组“名称: 值”",
            "东西缺少“url”",
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_reading_fail_badly(text in "\\PC{0,200}|[\\[\\]{}:,&*!|>'\"%@`#?a\\n\\t -]{0,200}") {
        let (root, problems) = read(&text);
        prop_assert!(root.is_some() || !problems.is_empty());
        let lines = text.lines().count() as u32 + 1;
        for problem in problems {
            prop_assert!(problem.line <= lines && !problem.message.en.is_empty() && !problem.message.zh.is_empty());
        }
        root.map(|root| root.json());
    }
}
