//! Flows that call, link and check who the customer is.

use serde_json::json;
use yingda_dialogue::{Command, HandOver, Needs};
use yingda_model::FlowOutcome::{Cancelled, Done, Failed};

use crate::shop::{IDENTITY, POINTS};
use crate::talk::{Talk, correct, failed, fill, ok, start};

const OUTER: &str = "flow: outer
title: {zh: 外, en: the whole}
starts: {phrases: {zh: [外], en: [outer]}}
slots: {order_no: {type: order_number, title: {zh: 单, en: order}}}
steps:
  - collect: order_no
    ask: {zh: 单, en: Which order?}
  - confirm: {zh: 办, en: 'Make it for {{ order_no }}?'}
  - do: shop.make
    with: {order_no: order_no}
    into: made
    undo: {do: shop.unmake, with: {ref: made.ref}}
  - call: inner
    with: {a: order_no}
    into: got
  - say: {zh: 得, en: 'Got {{ got.b }} for {{ got.a }}.'}
  - do: shop.finish
  - say: {zh: 完, en: Over.}
";
const INNER: &str = "flow: inner
title: {zh: 内, en: the part}
slots:
  a: {type: order_number}
  b: {type: integer, title: {zh: 数, en: number}}
steps:
  - collect: b
    ask: {zh: 几, en: 'How many of {{ a }}?'}
  - confirm: {zh: 好, en: 'So {{ b }}?'}
  - do: shop.book
    with: {a: a}
    into: booked
    undo: {do: shop.unbook, with: {ref: booked.ref}}
";

fn inside() -> Talk {
    let mut talk = Talk::new(&[OUTER, INNER]);
    talk.start("outer");
    talk.fill("order_no", "QH1");
    talk.yes().says("How many of QH1?");
    talk
}

#[test]
fn a_called_flow_gives_its_slots_back() {
    let mut talk = inside();
    talk.fill("b", 3).says("So 3?");
    talk.yes().says("Got 3 for QH1.").says("Over.").ends(&[("inner", Done), ("outer", Done)]);
}

#[test]
fn a_result_holds_slots_only() {
    let mut talk = inside();
    talk.fill("b", 3);
    talk.answer("shop.finish", failed("broken"));
    let flow = talk.release.flow("inner").unwrap();
    assert!(flow.result.is_none());
    talk.release = crate::talk::release(&[&OUTER.replace("{{ got.b }} for {{ got.a }}", "{{ got | length }}"), INNER]);
    talk.yes().says("Got 2.");
}

#[test]
fn what_a_called_flow_did_is_taken_back_too_when_a_later_step_fails_the_latest_first() {
    let mut talk = inside();
    talk.fill("b", 3);
    talk.answer("shop.finish", failed("broken"));
    let turn = talk.yes();
    turn.calls(&["shop.book", "shop.finish", "shop.unbook", "shop.unmake"]).hands_over(HandOver::ToolFailed);
    assert!(turn.calls[2].is_undo && turn.calls[3].is_undo);
    assert_eq!(turn.calls[3].input, json!({"ref": "R1"}));
    turn.says("Failed and undone.");
}

#[test]
fn a_failure_in_a_called_flow_takes_back_what_its_callers_did() {
    let mut talk = inside();
    talk.fill("b", 3);
    talk.answer("shop.book", failed("broken"));
    talk.yes()
        .calls(&["shop.book", "shop.unmake"])
        .hands_over(HandOver::ToolFailed)
        .ends(&[("inner", Failed), ("outer", Failed)]);
}

#[test]
fn a_failure_two_calls_deep_reaches_the_flow_that_did_something() {
    let middle = "flow: middle
title: {zh: 中, en: the middle}
slots: {a: {type: order_number}}
steps: [{call: deep, with: {a: a}}]
";
    let outer = OUTER.replace("call: inner", "call: middle").replace("{{ got.b }} for {{ got.a }}", "it");
    let mut talk = Talk::new(&[&outer, middle, &INNER.replace("flow: inner", "flow: deep")]);
    talk.start("outer");
    talk.fill("order_no", "QH1");
    talk.yes();
    talk.fill("b", 3);
    talk.answer("shop.book", failed("broken"));
    talk.yes().calls(&["shop.book", "shop.unmake"]).hands_over(HandOver::ToolFailed);
}

#[test]
fn no_inside_a_called_flow_ends_the_whole_and_takes_back_what_was_done() {
    let mut talk = inside();
    talk.fill("b", 3);
    talk.no()
        .calls(&["shop.unmake"])
        .ends(&[("inner", Cancelled), ("outer", Cancelled)])
        .says("Stopped and undone the whole.");
    assert!(talk.state.is_idle());
}

#[test]
fn a_called_flow_that_ends_cancelled_ends_its_caller_after_taking_back() {
    let inner = INNER.replace(
        "  - confirm: {zh: 好, en: 'So {{ b }}?'}\n",
        "  - if: b == 0\n    end: cancelled\n  - confirm: {zh: 好, en: 'So {{ b }}?'}\n",
    );
    let mut talk = Talk::new(&[OUTER, &inner]);
    talk.start("outer");
    talk.fill("order_no", "QH1");
    talk.yes();
    talk.fill("b", 0).calls(&["shop.unmake"]).ends(&[("inner", Cancelled), ("outer", Cancelled)]);
}

#[test]
fn a_correction_reaches_through_a_called_flow() {
    let mut talk = inside();
    talk.fill("b", 3);
    let turn = talk.say([correct("order_no", Some(json!("QH2")))]);
    turn.executes_all().calls(&["shop.unmake"]).says("Make it for QH2?").ends(&[("inner", Cancelled)]);
    assert_eq!(talk.flows(), ["outer"]);
    talk.yes().calls(&["shop.make"]).says("How many of QH2?");
}

#[test]
fn a_correction_after_a_called_flow_takes_back_what_that_did_as_well() {
    let outer = OUTER.replace("  - do: shop.finish\n", "  - confirm: {zh: 完, en: Finish?}\n  - do: shop.finish\n");
    let mut talk = Talk::new(&[&outer, INNER]);
    talk.start("outer");
    talk.fill("order_no", "QH1");
    talk.yes();
    talk.fill("b", 3);
    talk.yes().says("Finish?");
    talk.say([correct("order_no", Some(json!("QH2")))]).calls(&["shop.unbook", "shop.unmake"]).says("for QH2?");
}

#[test]
fn a_link_does_not_come_back_and_takes_slots_of_the_same_name_and_type_along() {
    let mut talk = Talk::new(&[
        "flow: one
title: {zh: 一, en: one}
slots:
  order_no: {type: order_number, carry: false, title: {zh: 单, en: order}}
  n: {type: integer, title: {zh: 数, en: number}}
steps:
  - collect: order_no
    ask: {zh: 单, en: Which order?}
  - collect: n
    ask: {zh: 几, en: How many?}
  - confirm: {zh: 办, en: Make?}
  - do: shop.make
    into: made
    undo: {do: shop.unmake, with: {ref: made.ref}}
  - link: two
",
        "flow: two
title: {zh: 二, en: two}
slots:
  order_no: {type: order_number, carry: false, title: {zh: 单, en: order}}
  n: {type: text, title: {zh: 名, en: name}}
steps:
  - collect: order_no
    ask: {zh: 单, en: Which order?}
  - collect: n
    ask: {zh: 名, en: 'Name for {{ order_no }}?'}
  - confirm: {zh: 办, en: Finish?}
  - do: shop.finish
",
    ]);
    talk.start("one");
    talk.fill("order_no", "QH1");
    talk.fill("n", 2);
    talk.yes().says("Name for QH1?").ends(&[("one", Done)]);
    assert_eq!(talk.flows(), ["two"]);
    talk.answer("shop.finish", failed("broken"));
    talk.fill("n", "A");
    talk.yes().calls(&["shop.finish", "shop.unmake"]).hands_over(HandOver::ToolFailed);
}

#[test]
fn who_the_customer_is_is_found_out_first_and_only_once() {
    let mut talk = Talk::new(&[IDENTITY, POINTS]);
    talk.answer("shop.get", ok(json!({"id": "cust-1"})));
    talk.say([start("points"), fill("year", 2026)]).executes_all().says("phone number?");
    assert_eq!(talk.flows(), ["points", "identity"]);
    talk.fill("phone", "13800000000").says("3 points in 2026.").ends(&[("identity", Done), ("points", Done)]);
    assert_eq!(talk.state.identity.as_ref().unwrap().external_id.as_deref(), Some("cust-1"));
    talk.start("points").says("Which year?").never("phone");
    talk.say([Command::Cancel]);
    talk.state.identity = None;
    talk.customer = Needs::Verified;
    talk.start("points").says("Which year?");
}

#[test]
fn an_identity_check_that_fails_ends_what_needed_it_as_failed() {
    let mut talk = Talk::new(&[IDENTITY, POINTS]);
    talk.start("points");
    talk.nonsense();
    let turn = talk.nonsense();
    turn.ends(&[("identity", Failed), ("points", Failed)]).never("points in");
    assert!(talk.state.identity.is_none() && talk.state.stack.is_empty());
}

#[test]
fn an_identity_check_that_ends_without_saying_who_it_is_has_failed() {
    let mut talk = Talk::new(&[IDENTITY, POINTS]);
    talk.answer("shop.get", failed("not_found"));
    talk.start("points");
    talk.fill("phone", "13800000000").ends(&[("identity", Done), ("points", Failed)]).never("points in");
    assert!(talk.state.identity.is_none());
}

#[test]
fn an_identity_check_that_is_called_off_ends_what_needed_it() {
    let mut talk = Talk::new(&[IDENTITY, POINTS]);
    talk.start("points");
    talk.say([Command::Cancel]).ends(&[("identity", Cancelled), ("points", Cancelled)]).says("points");
}

#[test]
fn a_trigger_begins_a_flow_with_the_values_that_fit() {
    let mut talk = Talk::new(&[OUTER, INNER]);
    talk.trigger("outer", &[("order_no", json!(17)), ("made", json!({"ref": "X"}))]).says("Which order?");
    talk.trigger("outer", &[]).ends(&[]);
    assert_eq!(talk.flows(), ["outer"]);
    talk.say([Command::Cancel]);
    talk.trigger("outer", &[("order_no", json!("QH9"))]).says("Make it for QH9?");
    let unknown = talk.trigger("nothing", &[]);
    assert!(unknown.lines.is_empty());
}

#[test]
fn who_proved_who_they_are_is_known_in_the_same_turn() {
    let own = "flow: own
title: {zh: 我的, en: my page}
starts: {phrases: {zh: [我的], en: [mine]}}
needs: verified
result: \"{'id': contact.external_id}\"
steps:
  - do: shop.get
    with: {a: contact.external_id}
  - say: {zh: '{{ contact.external_id }}', en: 'You are {{ contact.external_id }}.'}
    if: contact.verified
";
    let mut talk = Talk::new(&[own, IDENTITY]);
    talk.start("own");
    let turn = talk.fill("phone", "13800000000");
    turn.says("You are cust-1.").calls(&["shop.get", "shop.get"]);
    assert_eq!(turn.calls[1].input, json!({"a": "cust-1"}));
}
