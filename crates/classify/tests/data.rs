//! The files that examples are read from.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use yingda_classify::{DataError, Example, parse, read};

fn parsed(name: &str, text: &str) -> Vec<Example> {
    parse(name, text.as_bytes().to_vec()).unwrap()
}

fn pairs(examples: &[Example]) -> Vec<(&str, Vec<&str>)> {
    examples.iter().map(|one| (one.text.as_str(), one.labels.iter().map(String::as_str).collect())).collect()
}

#[track_caller]
fn refused(name: &str, text: &str) -> String {
    parse(name, text.as_bytes().to_vec()).unwrap_err().to_string()
}

#[test]
fn json_lines_have_a_text_and_an_intent_or_several() {
    let read = parsed(
        "a.jsonl",
        "\u{feff}{\"text\":\"怎么退款\",\"intent\":\"refund\"}\r\n\n{\"text\":\"both\",\"intents\":[\"b\",\"a\",\"b\"]}\n\
         {\"text\":\"what\",\"intent\":\"oos\"}\n{\"text\":\"none\",\"intents\":[]}",
    );
    assert_eq!(
        pairs(&read),
        [("怎么退款", vec!["refund"]), ("both", vec!["a", "b"]), ("what", vec![]), ("none", vec![])]
    );
}

#[test]
fn a_cell_that_was_kept_from_being_a_formula_is_read_as_it_was() {
    let read = parsed("a.csv", "text,intent\n'=1+1,sums\n'+86 10 1234,phone\n'tis so,talk\n");
    assert_eq!(pairs(&read), [("=1+1", vec!["sums"]), ("+86 10 1234", vec!["phone"]), ("'tis so", vec!["talk"])]);
}

#[test]
fn labels_may_stand_under_the_names_that_public_sets_use() {
    let read = parsed(
        "sets.jsonl",
        r#"{"conv":"x","turn":1,"text":"a","slots":"O","intents":["openinggreeting"]}
           {"text":"b","labels":["joy","love"]}
           {"text":"c","label":1,"topic":"race"}
           {"text":"d","label":0}
           {"id":6,"text":"e","queue":"Hardware"}
           {"text":"f","intent":"cancel_order","category":"ORDER"}
           {"text":"g","emotion":"angry"}"#,
    );
    let labels: Vec<String> = read.iter().map(|one| one.labels.join("+")).collect();
    assert_eq!(labels, ["openinggreeting", "joy+love", "1", "0", "Hardware", "cancel_order", "angry"]);
}

#[test]
fn tables_have_named_columns_and_labels_parted_by_a_bar() {
    let read = parsed("a.csv", "id,Text,INTENT\n1,\"我要退款，\n快点\",refund\n2,two,a | b\n3,three,oos\n");
    assert_eq!(pairs(&read), [("我要退款，\n快点", vec!["refund"]), ("two", vec!["a", "b"]), ("three", vec![])]);
    let read = parsed("a.tsv", "intent\ttext\nrefund\t退款, 谢谢\n");
    assert_eq!(pairs(&read), [("退款, 谢谢", vec!["refund"])]);
}

#[test]
fn rasa_files_lose_their_entity_marks_and_what_is_no_intent() {
    let read = parsed(
        "nlu.yml",
        r#"
version: "3.1"
nlu:
- intent: order/status
  answer: order.status
  name_zh: 订单状态
  examples: |
    - 我的订单[QH2611050123](order)到哪了
    - where is [my parcel]{"entity": "thing", "role": "own"} [now](time)?
    - 看看【尺码】和[颜色] 再说
- synonym: 顺丰
  examples: |
    - sf
- intent: refund+invoice
  examples:
  - text: |
      退款并开发票
  - 一起处理
- intent: oos
  examples: |
    - tell me a joke
- regex: order
  examples: |
    - QH\d{10}
"#,
    );
    assert_eq!(
        pairs(&read),
        [
            ("我的订单QH2611050123到哪了", vec!["order/status"]),
            ("where is my parcel now?", vec!["order/status"]),
            ("看看【尺码】和[颜色] 再说", vec!["order/status"]),
            ("退款并开发票", vec!["invoice", "refund"]),
            ("一起处理", vec!["invoice", "refund"]),
            ("tell me a joke", vec![]),
        ]
    );
}

#[test]
fn a_wrong_line_is_named_with_what_was_expected() {
    for (line, expected) in [
        ("not json", "a JSON object"),
        ("{\"intent\":\"x\"}", "a string `text`"),
        ("{\"text\":7,\"intent\":\"x\"}", "a string `text`"),
        ("{\"text\":\"x\"}", "one of intents"),
        ("{\"text\":\"x\",\"intent\":null}", "a label or a list of labels, got null"),
        ("{\"text\":\"x\",\"intent\":{\"a\":1}}", "a label or a list of labels"),
        ("[1]", "a string `text`"),
    ] {
        let told = refused("bad.jsonl", &format!("{{\"text\":\"ok\",\"intent\":\"a\"}}\n\n{line}\n"));
        assert!(told.starts_with("bad.jsonl, line 3: ") && told.contains(expected), "{line}: {told}");
    }
    let told = refused("bad.csv", "text,intent\na,x\nonly text\n");
    assert!(told.starts_with("bad.csv, line 3: expected 2 columns, got 1"), "{told}");
    let told = refused("bad.yml", "nlu:\n- intent: a\n  examples: |\n    - ok\n- intent: [b\n");
    assert!(told.contains("bad.yml") && told.contains("line"), "{told}");
    assert!(refused("bad.yml", "nlu: 7").contains("`intent` and `examples`"));
}

#[test]
fn columns_that_are_missing_are_named() {
    assert!(refused("a.csv", "question,intent\nx,y\n").contains("a column `text`"));
    assert!(refused("a.tsv", "text\tanswer\nx\ty\n").contains("a column `intent`"));
}

#[test]
fn a_file_without_examples_is_refused() {
    for (name, text) in [("a.jsonl", ""), ("a.jsonl", "\n\n"), ("a.csv", "text,intent\n"), ("a.yml", "nlu: []")] {
        assert!(refused(name, text).contains("at least one example"), "{name}");
    }
}

#[test]
fn a_file_that_is_not_utf8_or_not_there_is_named() {
    let told = parse("gbk.csv", b"text,intent\n\xcd\xcb\xbf\xee,refund\n".to_vec()).unwrap_err().to_string();
    assert!(told.contains("gbk.csv: expected UTF-8, but byte 12"), "{told}");
    let missing = read("no/such/file.jsonl".as_ref()).unwrap_err();
    assert!(matches!(missing, DataError::Io { .. }) && missing.to_string().contains("no/such/file.jsonl"));
}

proptest! {
    #[test]
    fn any_bytes_are_examples_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for name in ["a.jsonl", "a.csv", "a.tsv", "a.yml"] {
            let _ = parse(name, bytes.clone());
        }
    }

    #[test]
    fn any_text_in_a_rasa_file_is_read_or_refused(text in "[\\[\\](){}a退 \"-]{0,40}") {
        let _ = parse("a.yml", format!("nlu:\n- intent: a\n  examples: |\n    - {text}\n").into_bytes());
    }

    #[test]
    fn any_text_in_json_is_read_as_it_is(text in any::<String>()) {
        let line = serde_json::json!({"text": text, "intent": "a"}).to_string();
        let read = parse("a.jsonl", line.into_bytes()).unwrap();
        prop_assert_eq!(&read[0].text, &text);
    }
}
