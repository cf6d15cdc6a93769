//! `flow check`, `flow graph`, and files that are wrong.

use std::fs;

use serde_json::{Value, json};

use super::{change, flow, shop, tours_in};
use crate::support::{Place, run};

#[test]
fn good_files_are_counted() {
    let place = Place::empty();
    let ran = flow(&place, &["check", &shop()]).expect(0);
    assert!(ran.stdout.contains("0 errors"), "{}", ran.stdout);
    let told = flow(&place, &["check", &shop(), "--json"]).expect(0).json();
    assert_eq!(told["errors"], 0);
    assert!(told["flows"].as_u64() > Some(15) && told["tests"].as_u64() >= Some(60), "{told}");
    assert!(!place.path("data").exists(), "a check needs no installation");
}

const WRONG: &str = "flow: book_tour
title: {zh: 预约参观, en: book a tour}
starts:
  phrases: {zh: [预约参观], en: [book a tour]}
slots:
  guests: {type: integer, title: {zh: 人数, en: number of guests}}
  room: {type: romm, title: {zh: 展厅, en: room}}
stpes: []
steps:
  - collect: guest
    ask: {zh: 一共几位参观？, en: How many of you will come?}
  - say: {zh: 只有中文}
  - if: \"guests > 'many'\"
    say: {zh: 好, en: fine}
  - call: pay
";
const CIRCLE: &str = "flow: pay
title: {zh: 付款, en: pay}
steps:
  - call: book_tour
";

/// Cycles, unknown slots, wrong types, missing translations: each with its place and what to do.
#[test]
fn everything_wrong_is_told_at_once_with_line_column_and_advice() {
    let place = Place::empty();
    tours_in(&place, "tours");
    place.file("tours/flows/book_tour.yml", WRONG);
    place.file("tours/flows/pay.yml", CIRCLE);
    let ran = flow(&place, &["check", "tours"]).expect(3);
    for line in [
        "flows/book_tour.yml:7:16: error: there is no slot type `romm`",
        "flows/book_tour.yml:8:1: error: a flow has no key `stpes`\n  hint: did you mean `steps`?",
        "flows/book_tour.yml:10:14: error: there is no slot `guest`\n  hint: did you mean `guests`?",
        "flows/book_tour.yml:12:10: error: the text has no English (`en`)",
        "flows/book_tour.yml:13:9: error: `guests > 'many'` does not fit its types",
        "in a circle without a question: book_tour → pay → book_tour",
    ] {
        assert!(ran.stdout.contains(line), "{line}\n--\n{}", ran.stdout);
    }
    assert!(ran.stderr.contains("6 errors"), "{}", ran.stderr);

    let mut chinese = place.command(&["flow", "check", "tours"]);
    let ran = run(chinese.env("LANG", "zh_CN.UTF-8"), "").expect(3);
    for line in [
        "flows/book_tour.yml:7:16: 错误：没有“romm”这种槽位类型",
        "flows/book_tour.yml:8:1: 错误：流程里没有“stpes”这一项\n  建议：是不是想写“steps”？",
        "flows/book_tour.yml:12:10: 错误：这句话缺少英文（“en”）",
        "错误 6 个",
    ] {
        assert!(ran.stdout.contains(line), "{line}\n--\n{}", ran.stdout);
    }
    assert!(ran.stderr.contains("有 6 个错误"), "{}", ran.stderr);

    let ran = flow(&place, &["check", "tours", "--json"]).expect(3);
    assert_eq!(ran.error()["code"], "refused");
    let told = ran.json();
    let slip = told["problems"].as_array().unwrap().iter().find(|problem| problem["line"] == 8).unwrap();
    assert_eq!(
        (&slip["file"], &slip["column"], &slip["fatal"], &slip["hint"]),
        (
            &json!("flows/book_tour.yml"),
            &json!(1),
            &json!(true),
            &json!({"zh": "是不是想写“steps”？", "en": "did you mean `steps`?"})
        )
    );
}

#[test]
fn wrong_files_are_neither_tried_out_nor_published() {
    let place = Place::new();
    tours_in(&place, "tours");
    change(&place, "tours/flows/book_tour.yml", "collect: guests", "collect: guest");
    for arguments in [&["test", "tours"][..], &["simulate", "tours"], &["walk", "tours"], &["publish", "tours"]] {
        let ran = flow(&place, arguments).expect(3);
        assert!(ran.stderr.contains("did you mean `guests`?"), "{arguments:?}: {}", ran.stderr);
    }
    assert_eq!(flow(&place, &["list", "--json"]).expect(0).json(), json!({"releases": []}));
}

#[test]
fn a_test_conversation_that_names_what_is_not_there_is_warned_of() {
    let place = Place::empty();
    tours_in(&place, "tours");
    change(&place, "tours/tests/book.yml", "asks: guests", "asks: gusts");
    let told = flow(&place, &["check", "tours", "--json"]).expect(0).json();
    assert_eq!((&told["errors"], &told["warnings"]), (&json!(0), &json!(1)), "{told}");
    assert_eq!(told["problems"][0]["file"], "tests/book.yml");
    place.file("tours/tests/book.yml", "conversation: [\n");
    let ran = flow(&place, &["check", "tours"]).expect(3);
    assert!(ran.stdout.contains("tests/book.yml:1:15: error: not YAML"), "{}", ran.stdout);
}

#[test]
fn a_folder_that_is_none_or_empty_is_wrong_use() {
    let place = Place::empty();
    assert!(flow(&place, &["check", "nowhere"]).expect(2).stderr.contains("nowhere"));
    fs::create_dir(place.path("empty")).unwrap();
    assert!(flow(&place, &["check", "empty"]).expect(2).stderr.contains("flows/"));
    place.file("empty/Bad Name.yml", "flow: x\n");
    flow(&place, &["check", "empty"]).expect(2);
}

#[test]
fn a_flow_is_drawn_in_the_language_asked_for() {
    let place = Place::empty();
    tours_in(&place, "tours");
    let file = "tours/flows/book_tour.yml";
    let chinese = flow(&place, &["graph", file]).expect(0).stdout;
    assert!(chinese.starts_with("<svg") && chinese.contains("一共几位参观") && chinese.ends_with("</svg>\n"));
    let told = flow(&place, &["graph", file, "--lang", "en", "--out", "tour.svg", "--json"]).expect(0).json();
    let drawn = fs::read_to_string(place.path("tour.svg")).unwrap();
    assert_eq!(told["bytes"].as_u64(), Some(drawn.len() as u64));
    assert!(drawn.contains("How many of you"), "{drawn}");
    flow(&place, &["graph", file, "--out", "tour.svg"]).expect(2);
    flow(&place, &["graph", file, "--out", "tour.svg", "--force"]).expect(0);

    assert!(flow(&place, &["graph", &shop()]).expect(2).stderr.contains("--out"));
    let told: Value = flow(&place, &["graph", &shop(), "--out", "drawings", "--json"]).expect(0).json();
    assert!(told["files"].as_array().unwrap().len() > 15, "{told}");
    assert!(place.path("drawings/return_goods.svg").exists());

    place.file("broken.yml", "flow: [\n");
    assert!(flow(&place, &["graph", "broken.yml"]).expect(3).stderr.contains("not YAML"));
    flow(&place, &["graph", "missing.yml"]).expect(1);
}
