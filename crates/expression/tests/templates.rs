//! What templates write, and what they refuse.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};
use yingda_expression::{Names, RenderError, Template};

fn slots() -> BTreeMap<String, Value> {
    let slots = json!({
        "name": "王 <芳>", "cents": 129900, "phone": "13812345678", "at": "2026-11-22T09:30:00+08:00",
        "items": ["茶杯", "茶壶"], "nothing": null, "lang": "zh", "order": {"no": "QH1"},
    });
    serde_json::from_value(slots).unwrap()
}

fn render(source: &str) -> Result<String, RenderError> {
    let slots = slots();
    let declared = BTreeSet::from(["declared".to_owned()]);
    let mut names = Names::new();
    names.declare(&declared).over(&slots);
    Template::parse(source).unwrap_or_else(|error| panic!("{source}: {error}")).render(&names)
}

#[track_caller]
fn writes(source: &str, expected: &str) {
    assert_eq!(render(source).as_deref(), Ok(expected), "{source}");
}

#[test]
fn gaps_are_filled_and_nothing_is_escaped() {
    writes("您好，{{ name }}。", "您好，王 <芳>。");
    writes("plain", "plain");
    writes("{% if cents > 100 %}{{ items | join('、') }}{% else %}-{% endif %}", "茶杯、茶壶");
    writes("{% for item in items %}{{ loop.index }}.{{ item }} {% endfor %}", "1.茶杯 2.茶壶 ");
}

#[test]
fn filters_write_amounts_dates_and_masked_numbers() {
    writes("¥{{ cents | money }}", "¥1299.00");
    writes("{{ at | date }} {{ at | date('long') }} {{ at | date('time') }}", "11月22日 2026年11月22日 11月22日 09:30");
    writes("{{ phone | mask_phone }}", "138****5678");
    writes("{{ nothing | default('无') }}{{ declared | default('-') }}{{ other | default('*') }}", "无-*");
    let mut names = Names::new();
    names.set("at", json!("2026-11-22")).set("lang", json!("en"));
    assert_eq!(Template::parse("{{ at | date }}").unwrap().render(&names).as_deref(), Ok("22 Nov"));
}

#[test]
fn what_has_no_value_is_named() {
    let missing = |name: &str, line| Err(RenderError::Missing { name: name.into(), line });
    assert_eq!(render("a\n{{ unknown }}"), missing("unknown", 2));
    assert_eq!(render("{{ nothing }}"), missing("nothing", 1));
    assert_eq!(render("{{ order.state }}"), missing("order.state", 1));
    assert_eq!(render("{{ nothing | money }}"), missing("nothing", 1));
    assert_eq!(render("{{- unknown.field -}}"), missing("unknown.field", 1));
    assert_eq!(render("{{ name.x.y | upper }}"), missing("name.x.y", 1));
    assert_eq!(render("{{ name }} {% if unknown.x %}{% endif %}"), missing("if unknown.x", 1));
    writes("{% if order.state is defined %}x{% endif %}{% if declared %}y{% endif %}.", ".");
}

#[test]
fn errors_hold_no_values() {
    for source in [
        "{{ name | money }}",
        "{{ name | date }}",
        "{{ name + 1 }}",
        "{{ name | abs }}",
        "{{ name.x.y }}",
        "{{ name() }}",
    ] {
        let error = render(source).unwrap_err();
        assert!(!error.to_string().contains('芳'), "{source}: {error}");
    }
}

#[test]
fn the_names_are_the_free_ones() {
    let template =
        Template::parse("{% for item in items %}{{ item }}{{ a.b }}{% endfor %}{{ c | default(d) }}").unwrap();
    assert_eq!(template.names().iter().collect::<Vec<_>>(), ["a", "c", "d", "items"]);
}

#[test]
fn what_is_no_template_is_refused_with_its_place() {
    for (source, line) in
        [("a\n{{ x", 2), ("{% include 'x' %}", 1), ("{% set a = 1 %}", 1), ("{{ x | nofilter }}", 1), ("{% if a %}", 1)]
    {
        match Template::parse(source) {
            Err(error) => {
                assert_eq!(error.line, line, "{source}");
            }
            Ok(template) => {
                panic!("{source} was taken, as {template:?}");
            }
        }
    }
}

#[test]
fn work_and_output_are_limited() {
    let loops = "{% for a in items %}".repeat(18) + "x" + &"{% endfor %}".repeat(18);
    assert_eq!(render(&loops), Err(RenderError::TooMuchWork));
    for huge in ["{{ 'x' * 1000000000 }}", "{{ [1] * 1000000000 }}", "{{ 10 ** 10 ** 10 }}", "{{ range(1000000000) }}"]
    {
        assert!(
            Template::parse(huge).map(|template| template.render(&Names::new())).is_ok_and(|text| text.is_err()),
            "{huge}"
        );
    }
    let long = json!("x".repeat(40_000));
    let mut names = Names::new();
    names.borrow("long", &long);
    let twice = Template::parse("{{ long }}{{ long }}").unwrap();
    assert_eq!(twice.render(&names).unwrap_err().code(), "too_long");
    for hostile in [
        "{{".repeat(4000),
        "{{ (".to_owned() + &"(".repeat(10_000),
        "{{ a".to_owned() + &".b".repeat(7000) + " }}",
        "{% if a %}".repeat(1500),
    ] {
        let _ = Template::parse(&hostile).map(|template| template.render(&names).map(|_| ()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_source_makes_the_parser_panic(source in "\\PC{0,60}", jinja in "[{}% a-c|.()'\\[\\]+~=if-]{0,60}") {
        for source in [source, jinja] {
            if let Ok(template) = Template::parse(&source) {
                let _ = template.render(&Names::new());
            }
        }
    }
}
