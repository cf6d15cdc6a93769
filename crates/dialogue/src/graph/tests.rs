#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use super::*;
use crate::read_flow;

fn drawn(text: &str, style: &GraphStyle) -> String {
    let (flow, problems) = read_flow("flows/f.yml", text);
    assert!(problems.is_empty(), "{problems:?}");
    svg(&flow.unwrap(), Lang::En, style)
}

const HOSTILE: &str = r#"
flow: f
title: {zh: "<甲>", en: "<script>alert('x')</script> & more"}
steps:
  - id: first
    say: {zh: "\u0001</title><b>", en: "a \u0007</text></svg><script>b"}
  - branch:
      - if: "1 < 2 && 'x' != \"</desc>\""
        then: [{end: failed}]
"#;

#[test]
fn what_a_flow_says_stays_text() {
    let svg = drawn(HOSTILE, &GraphStyle::default());
    assert!(!svg.contains("<script") && !svg.contains("<b>"));
    assert!(!svg.contains(['\u{1}', '\u{7}']));
    assert!(svg.contains("&lt;script&gt;alert(&#39;x&#39;)"));
    assert_eq!(svg.matches("</svg>").count(), 1);
}

#[test]
fn readers_of_screens_hear_what_it_is() {
    let svg = drawn(HOSTILE, &GraphStyle::default());
    assert!(svg.contains("role=\"img\"") && svg.contains("aria-labelledby=\"flow-f-title flow-f-about\""));
    assert!(svg.contains("has 3 steps"));
}

#[test]
fn steps_that_were_passed_stand_out_and_the_theme_can_be_set() {
    let style = GraphStyle { theme: Theme::Dark, passed: BTreeSet::from(["first".to_owned()]) };
    let svg = drawn(HOSTILE, &style);
    assert_eq!(svg.matches(" passed\"").count(), 1);
    assert!(svg.contains("data-theme=\"dark\" role"));
}

#[test]
fn nothing_is_drawn_over_something_else() {
    let arms = "      - if: \"lang == 'zh'\"\n        then: [{do: a.b, on_error: {not_found: [{say: {zh: 好, en: Good}}], any: [{end: failed}]}}, {say: {zh: 好, en: Good}}]\n";
    let steps =
        "  - do: a.b\n    on_error: {timeout: [{say: {zh: 好, en: Good}}, {end: failed}], any: [{hand_over: upset}]}\n";
    let text = format!(
        "flow: f\ntitle: {{zh: 甲, en: A}}\nsteps:\n{steps}{steps}  - branch:\n{arms}{arms}{steps}  - for: x\n    in: contact.orders\n    most: 5\n    steps:\n      - say: {{zh: 好, en: Good}}\n{steps}"
    );
    let (flow, problems) = read_flow("flows/f.yml", &text);
    assert!(problems.is_empty(), "{problems:?}");
    let passed = BTreeSet::new();
    let whole = Layout { flow: &flow.unwrap(), lang: Lang::En, passed: &passed }.flow();
    let nodes: Vec<_> = whole
        .shapes
        .iter()
        .filter_map(|shape| match shape {
            Shape::Node { area, .. } | Shape::Label { area, .. } => Some(*area),
            _ => None,
        })
        .collect();
    assert!(nodes.len() > 30);
    for (index, a) in nodes.iter().enumerate() {
        for b in &nodes[index + 1..] {
            let apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
            assert!(apart, "{a:?} {b:?}");
        }
    }
}
