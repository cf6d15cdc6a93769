//! What files of tools may say, and how their faults are told.
#![allow(clippy::unwrap_used)]

mod support;

use proptest::prelude::*;
use yingda_tool::{Customer, Effect, Need, Problem, Toolbox};

fn problems(text: &str) -> Vec<String> {
    let found = Toolbox::read([("tools/shop.yml", text)]).err().unwrap_or_default();
    for problem in &found {
        let hint = problem.hint.as_ref();
        assert!(problem.message.is_in_both() && hint.is_none_or(|hint| hint.is_in_both()), "{problem:?}");
    }
    found.iter().map(Problem::to_string).collect()
}

#[track_caller]
fn tells(text: &str, expected: &[&str]) {
    let found = problems(text);
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.contains(expected), "{found}\nshould have\n{expected}");
    }
}

#[test]
fn tools_are_listed_for_flows() {
    let toolbox = Toolbox::read([("tools/shop.yml", support::FILE)]).unwrap();
    assert_eq!(
        toolbox.tools().map(|tool| tool.name.as_str()).collect::<Vec<_>>(),
        ["shop.get_order", "shop.refund", "shop.search"]
    );
    let tool = toolbox.get("shop.get_order").unwrap();
    assert_eq!((tool.title_zh.as_str(), tool.title_en.as_str()), ("查订单", "Look up an order"));
    assert_eq!(
        (tool.effect, tool.needs, tool.scope.as_deref()),
        (Effect::Read, Customer::Verified, Some("orders:read"))
    );
    let input = tool.input.as_ref().unwrap();
    assert_eq!((input["order_no"].need, input["lang"].need), (Need::Required, Need::Optional));
    assert_eq!(input["order_no"].kind.as_deref(), Some("string"));
    assert_eq!(tool.output.as_ref().unwrap().len(), 2);
}

#[test]
fn every_problem_is_told_with_its_place_and_what_is_meant() {
    let text = r#"backend: shop
kind: http
base_ur: https://shop.example.com
tools:
  get:
    method: GTE
    path: /orders/{order}
    input: {type: object, properties: {order_no: {type: strin}}}
    needs: verify
    owner: "output.id == contct.id"
    limit: {value: "input.x +", most: many}
    errors: {a: notfound}
    outputs: {}
"#;
    tells(
        text,
        &[
            "tools/shop.yml:1:1: error: a file of tools needs `base_url`",
            "3:1: error: a file of tools has no key `base_ur`\n  hint: did you mean `base_url`?",
            "5:3: error: a tool needs “effect”",
            "6:13: error: expected one of `GET`, `POST`, `PUT`, `PATCH`, `DELETE`, but `GTE` came\n  hint: did you mean `GET`?",
            "8:12: error: “input”: this is no JSON Schema",
            "9:12: error: expected one of `none`, `known`, `verified`, but `verify` came",
            "10:12: error: “owner” uses `contct`, which there is not\n  hint: did you mean `contact`?",
            "11:20: error: the value of “limit”: more is expected here",
            "11:39: error: “most” must be a number",
            "12:17: error: expected one of `not_found`",
            "13:5: error: a tool has no key `outputs`\n  hint: did you mean `output`?",
        ],
    );
}

#[test]
fn rules_of_http_and_of_paths_are_kept() {
    let text = |tool: &str| {
        format!(
            "backend: shop\nkind: http\nbase_url: https://a.example\ntools:\n  t: {{input: {{type: object, required: [a], properties: {{a: {{}}, b: {{}}}}}}, {tool}}}\n"
        )
    };
    assert_eq!(problems(&text("method: GET, path: '/{a}'")), [""; 0]);
    tells(&text("method: GET, path: '/{a}', effect: write"), &["GET must not change anything"]);
    tells(&text("method: GET, path: '/{a}', body: {x: 1}"), &["GET has no body"]);
    tells(&text("method: GET, path: '/{c}'"), &["“{c}” is no input: there are a, b"]);
    tells(&text("method: GET, path: '/{b}'"), &["must require it"]);
    tells(&text("method: GET, path: 'orders'"), &["a path begins with “/”"]);
    tells(&text("method: GET, path: '/a?b=c'"), &["no “?”"]);
    tells(&text("method: POST, path: '/a'"), &["needs “effect”"]);
    tells(
        &text("method: POST, path: '/a', effect: write, output: {required: [x]}, example: {}"),
        &["“example” is not as “output” says"],
    );
}

#[test]
fn broken_yaml_and_doubled_names_are_told() {
    tells("backend: [", &["not YAML"]);
    tells("- a", &["1:1: error: expected a file of tools as a mapping"]);
    tells(
        "backend: desk\nkind: http\nbase_url: https://a.example\ntools: {}\n",
        &["“tools” has no tool", "“desk” is the program's own"],
    );
    let file = "backend: a\nkind: mcp\nurl: https://a.example\ntools: {t: {effect: read}}\n";
    assert!(Toolbox::read([("1.yml", file)]).is_ok());
    let twice = Toolbox::read([("1.yml", file), ("2.yml", file)]).unwrap_err();
    assert_eq!(
        twice[0].to_string(),
        "2.yml:1:10: error: the back end “a” is in 1.yml already: give this one another name"
    );
}

#[test]
fn the_examples_of_the_documentation_are_read() {
    let text = include_str!("../../../docs/tools.md");
    let files: Vec<&str> = text.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(files.len(), 2);
    let toolbox = Toolbox::read(files.into_iter().map(|file| ("docs/tools.md", file)));
    let names: Vec<String> = toolbox.unwrap().tools().map(|tool| tool.name.clone()).collect();
    assert_eq!(names, ["shop.get_order", "shop.refund", "stock.look", "stock.reserve"]);
}

#[test]
fn an_alias_bomb_is_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let inner = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
    }
    assert!(!problems(&text).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_file_makes_reading_panic(text in "\\PC{0,120}", yaml in "(backend|kind|tools|input|path|[a-z{}:,\\[\\] \"'|>&*\n-]){0,60}") {
        let _ = Toolbox::read([("a.yml", text.as_str()), ("b.yml", yaml.as_str())]);
    }
}
