//! What expressions mean, and what they refuse.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};
use yingda_expression::{EvalError, Expression, Names};

fn slots() -> BTreeMap<String, Value> {
    let slots = json!({
        "order": {"status": "paid", "cents": 12550, "paid_at": "2026-11-20T09:30:00+08:00", "items": [
            {"name": "茶杯", "price": 12.5, "count": 2}, {"name": "茶壶", "price": 88, "count": 1}]},
        "contact": {"known": true, "name": "王芳"},
        "text": "我要 Refund，谢谢",
        "empty": [],
        "nothing": null,
        "now": "2026-11-22T21:00:00+08:00",
    });
    serde_json::from_value(slots).unwrap()
}

fn value(source: &str) -> Result<Value, EvalError> {
    let slots = slots();
    let declared = BTreeSet::from(["declared".to_owned()]);
    let mut names = Names::new();
    names.over(&slots).declare(&declared);
    Expression::parse(source).unwrap_or_else(|error| panic!("{source}: {error}")).value(&names)
}

#[track_caller]
fn gives(source: &str, expected: Value) {
    assert_eq!(value(source), Ok(expected), "{source}");
}

#[track_caller]
fn refused(source: &str) -> yingda_expression::SyntaxError {
    Expression::parse(source).expect_err(source)
}

fn names(source: &str) -> Vec<String> {
    Expression::parse(source).unwrap().names().iter().cloned().collect()
}

#[test]
fn conditions_and_values_are_computed() {
    gives("order.status == 'paid' && contact.known", json!(true));
    gives("order.cents + 450", json!(13000));
    gives("order.items.map(item, item.name)", json!(["茶杯", "茶壶"]));
    gives("order.items.filter(item, item.count > 1).size()", json!(1));
    gives("{'to': contact.name, 'n': size(order.items)}", json!({"to": "王芳", "n": 2}));
    gives("contact.known ? '您好，' + contact.name : '您好'", json!("您好，王芳"));
    gives("order", slots()["order"].clone());
    gives("1 == 1.0 && 2 > 1.5", json!(true));
    gives("order.status in ['paid', 'sent']", json!(true));
    gives("'status' in order", json!(true));
    gives("text.matches('(?i)refund')", json!(true));
}

#[test]
fn what_is_declared_and_has_no_value_is_null() {
    gives("declared == null", json!(true));
    gives("nothing == null && declared != 5", json!(true));
    assert_eq!(value("unknown == null"), Err(EvalError::UnknownName { name: "unknown".into() }));
}

#[test]
fn has_never_fails() {
    gives("has(order.status)", json!(true));
    gives("has(order.refund)", json!(false));
    gives("has(order.refund.state)", json!(false));
    gives("has(order.status.deeper)", json!(false));
    gives("has(nothing.at_all)", json!(false));
    gives("has(declared.field)", json!(false));
    gives("has(unknown.field)", json!(false));
    gives("has(unknown.field) && unknown.field > 3", json!(false));
    gives("order.items.exists(item, has(item.discount))", json!(false));
    gives("has(contact.name) && contact.name.startsWith('王')", json!(true));
    assert_eq!(value("order.refund"), Err(EvalError::MissingKey { key: "refund".into() }));
}

#[test]
fn a_condition_that_is_no_bool_says_what_came() {
    let slots = slots();
    let mut names = Names::new();
    names.over(&slots);
    let is = |source: &str| Expression::parse(source).unwrap().is_true(&names);
    assert_eq!(is("order.cents > 5"), Ok(true));
    assert_eq!(is("order.status"), Err(EvalError::NotBool { came: "a text" }));
    assert_eq!(is("nothing"), Err(EvalError::NotBool { came: "null" }));
}

#[test]
fn our_functions_compute() {
    gives("days_between(order.paid_at, now)", json!(2));
    gives("days_between('2026-11-22', '2026-11-20')", json!(-2));
    gives("lower('ABC 中')", json!("abc 中"));
    gives("round(2.345, 2)", json!(2.35));
    gives("round(7, 2)", json!(7));
    gives("money(order.cents)", json!("125.50"));
    gives("money(-5)", json!("-0.05"));
    gives("matches_any(text, ['退款', 'refund'])", json!(true));
    gives("matches_any(text, ['换货'])", json!(false));
    gives("sum(order.items.map(item, item.count))", json!(3));
    gives("sum(order.items.map(item, item.price))", json!(100.5));
    gives("sum([])", json!(0));
    gives("max(order.items.map(item, item.price))", json!(88));
    gives("min([3, 1, 2])", json!(1));
    gives("join(order.items.map(item, item.name), '、')", json!("茶杯、茶壶"));
    gives("['a', 'b'].contains('b')", json!(true));
    gives("order.status.contains('ai')", json!(true));
}

#[test]
fn now_is_a_timestamp() {
    gives("now - timestamp(order.paid_at) > duration('48h')", json!(true));
    gives("now.getHours('Asia/Shanghai')", json!(21));
    gives("now", json!("2026-11-22T21:00:00+08:00"));
}

#[test]
fn errors_hold_no_values() {
    for source in [
        "contact.name + 1",
        "lower(contact)",
        "money(contact.name)",
        "max([contact.name, 1])",
        "contact.name < 3",
        "sum([contact.name])",
        "int(contact.name)",
        "timestamp(contact.name)",
        "days_between(contact.name, now)",
        "contact[contact.name]",
    ] {
        let error = value(source).unwrap_err();
        assert!(!error.to_string().contains("王芳"), "{source}: {error}");
    }
}

#[test]
fn the_names_are_the_free_ones() {
    assert_eq!(names("order.items.exists(item, item.price > limit) && size(order.note) > 0"), ["limit", "order"]);
    assert_eq!(names("[1, 2].map(x, x + y).size() > 1 ? a : b"), ["a", "b", "y"]);
    assert_eq!(names("has(a.b.c) || type(d) == string"), ["a", "d"]);
    assert_eq!(names("true"), [""; 0]);
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let error = refused("order.status ==");
    assert_eq!(error.line, 1);
    let error = refused("a == 1 &&\n  b = 2");
    assert_eq!((error.line, error.column), (2, 5));
    let error = refused("'中文' == x && lowr(x) == 'a'");
    assert_eq!(error.message.en, "there is no function “lowr”; is “lower” meant?");
    assert_eq!(error.message.zh, "没有函数“lowr”；是不是想写“lower”？");
    assert_eq!((error.line, error.column), (1, 14));
    let error = refused("'中文' == = 1");
    assert_eq!((error.line, error.column), (1, 9));
    for (source, message) in [
        ("a +", "line 1, column 4: more is expected here, and the expression ends"),
        ("a b", "line 1, column 3: “b” is not expected here"),
        ("  ", "line 1, column 1: an expression is expected, and nothing came"),
    ] {
        assert_eq!(refused(source).to_string(), message);
    }
    refused("'open");
    refused("Message{a: 1}");
}

#[test]
fn hostile_sources_are_refused_in_time() {
    let hostile = [
        "(".repeat(4000),
        "[".repeat(24) + &"]".repeat(24) + &"(".repeat(3000),
        "-".repeat(4000) + "1",
        "!".repeat(4000) + "true",
        "a".to_owned() + &".b".repeat(2000),
        "1".to_owned() + &"+1".repeat(2000),
        "a".to_owned() + &"?a:a".repeat(1000),
        "a".to_owned() + &"[0]".repeat(1300),
        "f(".repeat(24) + &")".repeat(24),
        "a".to_owned() + &"&&a".repeat(1300),
        "\\".repeat(4000),
        "'".repeat(3999),
        "{".repeat(20) + &":".repeat(3000),
        "has(a".to_owned() + &".b".repeat(2000) + ")",
        "l.map(a, l.map(b, l.map(c, 1)))".to_owned(),
        "x".repeat(5000),
    ];
    for source in hostile {
        let start = std::time::Instant::now();
        let parsed = Expression::parse(&source);
        let took = start.elapsed();
        if let Ok(expression) = parsed {
            let _ = expression.value(&Names::new());
        }
        assert!(took.as_secs() < 10, "{source:.30} took {took:?}");
    }
}

#[test]
fn the_deepest_expression_is_computed_on_a_small_stack() {
    let chain = "1".to_owned() + &"+1".repeat(39);
    let nested = "[".repeat(23) + "1" + &"]".repeat(23) + &"[0]".repeat(14);
    let small = std::thread::Builder::new().stack_size(1024 * 1024).spawn(move || {
        assert_eq!(value(&chain), Ok(json!(40)));
        assert_eq!(value(&nested), Ok(json!([[[[[[[[[1]]]]]]]]])));
    });
    small.unwrap().join().unwrap();
}

#[test]
fn values_that_are_too_large_are_refused_and_fields_beside_them_are_not_looked_at() {
    let big = json!({"all": vec![0; 20_000], "status": "paid"});
    let mut names = Names::new();
    names.borrow("big", &big);
    let value = |source: &str| Expression::parse(source).unwrap().value(&names);
    assert_eq!(value("big.status"), Ok(json!("paid")));
    assert_eq!(value("size(big.all)").unwrap_err().code(), "too_large");
}

#[test]
fn later_layers_hide_earlier_ones() {
    let slots = slots();
    let mut outer = Names::new();
    outer.over(&slots).set("lang", json!("zh"));
    let mut inner = Names::new();
    inner.over(&outer).set("text", json!("inner"));
    let value = |source: &str| Expression::parse(source).unwrap().value(&inner);
    assert_eq!(value("text + lang"), Ok(json!("innerzh")));
    assert_eq!(outer.get("text"), Some(&json!("我要 Refund，谢谢")));
}

#[test]
fn an_evaluation_takes_microseconds() {
    let slots = slots();
    let mut names = Names::new();
    names.over(&slots);
    let expression = Expression::parse("order.status == 'paid' && contact.known && order.cents > 100").unwrap();
    let start = std::time::Instant::now();
    for _ in 0..1000 {
        assert_eq!(expression.is_true(&names), Ok(true));
    }
    assert!(start.elapsed().as_millis() < 1000, "1000 evaluations took {:?}", start.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_source_makes_the_parser_panic(source in "\\PC{0,60}", cel in "[a-c0-9.()\\[\\]{}:?!&|+*/<>=,'\" \\-in]{0,60}") {
        for source in [source, cel] {
            if let Ok(expression) = Expression::parse(&source) {
                let _ = expression.value(&Names::new());
            }
        }
    }

    #[test]
    fn amounts_keep_their_cents(cents in -1_000_000_000_000i64..1_000_000_000_000) {
        let text = yingda_expression::money(cents);
        prop_assert_eq!(text.replace('.', "").parse::<i64>().unwrap(), cents);
    }
}
