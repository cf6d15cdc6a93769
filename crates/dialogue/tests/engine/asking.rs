//! Questions: slots, choices, lists, loops, branches.

use serde_json::json;
use yingda_dialogue::{Command, HandOver, Next};
use yingda_model::FlowOutcome::{Done, HandedOver};

use crate::shop::{HOURS, RETURN, STATUS};
use crate::talk::{Talk, correct, failed, fill, ok, start};

#[test]
fn what_is_asked_is_filled_and_the_flow_goes_on() {
    let mut talk = Talk::new(&[STATUS]);
    talk.start("status").says("Which parcel?");
    assert_eq!(talk.asked(), "parcel");
    talk.fill("parcel", "SF1").calls(&["shop.get"]).says("on its way").ends(&[("status", Done)]);
    assert!(talk.state.stack.is_empty());
}

#[test]
fn what_does_not_fit_is_asked_twice_more_and_then_goes_to_people() {
    let mut talk = Talk::new(&[STATUS]);
    talk.start("status");
    for _ in 0..2 {
        let turn = talk.nonsense();
        turn.says("Which parcel?");
        assert_eq!(turn.next, Next::Customer);
    }
    talk.nonsense().hands_over(HandOver::RepeatedFailure).ends(&[("status", HandedOver)]);
    assert!(talk.state.is_idle());
}

#[test]
fn a_flow_may_go_another_way_after_the_retries() {
    let mut talk = Talk::new(&["flow: f
title: {zh: 一, en: one}
slots: {n: {type: integer, title: {zh: 数, en: number}}}
steps:
  - collect: n
    ask: {zh: 几, en: How many?}
    retries: 0
    otherwise:
      - say: {zh: 算一个, en: One then.}
      - set: {n: '1'}
  - say: {zh: 好, en: 'It is {{ n }}.'}
"]);
    talk.start("f");
    talk.nonsense().says("One then.").says("It is 1.").ends(&[("f", Done)]);
}

#[test]
fn a_value_of_another_type_is_refused_and_counts_as_a_miss() {
    let mut talk = Talk::new(&[STATUS]);
    talk.start("status");
    talk.fill("parcel", 5).refuses("fill_slot").says("Which parcel?");
    talk.fill("parcel", "  ").refuses("fill_slot");
    talk.fill("parcel", json!({"a": 1})).refuses("fill_slot").hands_over(HandOver::RepeatedFailure);
}

const CHECKED: &str = "flow: f
title: {zh: 一, en: one}
slots: {n: {type: order_number, title: {zh: 单号, en: number}}}
steps:
  - collect: n
    ask: {zh: 几, en: Which?}
    check: n.startsWith('QH')
    invalid: {zh: 不对, en: '{{ n }} is no number of ours.'}
  - say: {zh: 好, en: 'It is {{ n }}.'}
";

#[test]
fn a_value_that_fails_its_check_is_told_by_name_and_asked_again() {
    let mut talk = Talk::new(&[CHECKED]);
    talk.start("f");
    talk.fill("n", "X1").says("X1 is no number of ours.").says("Which?");
    talk.fill("n", "QH1").says("It is QH1.");
}

#[test]
fn a_known_value_that_fails_the_check_is_asked_without_blame() {
    let mut talk = Talk::new(&[CHECKED]);
    talk.state.known.insert("n".into(), json!("X1"));
    talk.start("f").never("X1").says("Which?");
    talk.state = Default::default();
    talk.state.known.insert("n".into(), json!("QH7"));
    talk.start("f").says("It is QH7.");
}

#[test]
fn a_check_without_words_says_all_the_same_that_something_was_wrong() {
    let mut talk = Talk::new(&[&CHECKED.replace("    invalid: {zh: 不对, en: '{{ n }} is no number of ours.'}\n", "")]);
    talk.start("f");
    let turn = talk.fill("n", "X1");
    assert!(turn.lines.len() > 1, "{}", turn.said);
    turn.says("Which?");
}

#[test]
fn several_slots_of_one_message_are_all_filled_whatever_their_order() {
    let mut talk = Talk::new(&[RETURN]);
    talk.say([fill("reason", "faulty"), fill("order_no", "QH1"), start("return_goods")])
        .executes_all()
        .says("Return QH1 (faulty)?");
    assert_eq!(talk.asked(), "confirm");
}

#[test]
fn the_customer_fills_no_slot_that_nobody_asks_for() {
    let mut talk = Talk::new(&["flow: f
title: {zh: 一, en: one}
slots:
  price: {type: money}
  n: {type: integer, title: {zh: 数, en: number}}
steps:
  - set: {price: '100'}
  - collect: n
    ask: {zh: 几, en: 'How many at {{ price }}?'}
  - say: {zh: 好, en: 'That makes {{ n * price }}.'}
"]);
    talk.start("f");
    talk.say([fill("price", 1), fill("n", 2)]).refuses("fill_slot").says("That makes 200.");
    talk.say([start("f"), fill("price", 1)]).refuses("fill_slot").says("at 100");
}

const CHOICE: &str = "flow: f
title: {zh: 一, en: one}
steps:
  - choice: {zh: 怎么办, en: What now?}
    into: how
    options:
      - {id: a, label: {zh: 甲, en: The first}, then: [{say: {zh: 甲, en: First it is.}}]}
      - {id: b, label: {zh: 乙, en: The second}, then: [{say: {zh: 乙, en: Second it is.}}]}
  - confirm: {zh: 好吗, en: 'So {{ how }}?'}
  - say: {zh: 完, en: Over.}
";

#[test]
fn a_choice_goes_the_way_that_was_chosen_and_no_other() {
    let mut talk = Talk::new(&[CHOICE]);
    let turn = talk.start("f");
    assert_eq!(turn.options, ["how:a", "how:b"]);
    talk.fill("how", "c").refuses("fill_slot").says("What now?");
    talk.fill("how", "b").says("Second it is.").never("First").says("So b?");
}

#[test]
fn a_choice_can_be_corrected_before_it_is_too_late() {
    let mut talk = Talk::new(&[CHOICE]);
    talk.start("f");
    talk.fill("how", "b");
    talk.say([correct("how", Some(json!("a")))]).executes_all().says("The first").says("First it is.").says("So a?");
}

const PICK: &str = "flow: f
title: {zh: 一, en: one}
slots:
  skus:
    type: pick
    title: {zh: 商品, en: items}
    from: order.items
    label: {zh: '{{ item.name }}', en: '{{ item.name }}'}
    value: item.sku
    many: true
    kind: product
steps:
  - do: shop.get
    into: order
  - collect: skus
    ask: {zh: 哪些, en: Which items?}
  - say: {zh: 好, en: 'Taken: {{ skus | join(\"+\") }}.'}
";

fn items(names: &[&str]) -> yingda_dialogue::Called {
    let items: Vec<_> = names.iter().map(|name| json!({"sku": format!("S-{name}"), "name": name})).collect();
    ok(json!({"items": items}))
}

#[test]
fn several_of_a_list_can_be_picked_and_one_is_a_list_too() {
    let mut talk = Talk::new(&[PICK]);
    talk.answer("shop.get", items(&["cup", "pot", "pan"])).answer("shop.get", items(&["cup", "pot"]));
    let turn = talk.start("f");
    assert_eq!(turn.options, ["skus:0", "skus:1", "skus:2"]);
    assert_eq!(talk.state.listed.len(), 3);
    talk.fill("skus", json!(["S-cup", "S-pan"])).says("Taken: S-cup+S-pan.");
    assert_eq!(talk.state.mentioned[0].kind, "product");
    talk.start("f");
    talk.fill("skus", "S-pot").says("Taken: S-pot.");
}

#[test]
fn what_is_not_in_the_list_is_not_picked() {
    let mut talk = Talk::new(&[PICK]);
    talk.answer("shop.get", items(&["cup", "pot"]));
    talk.start("f");
    talk.fill("skus", json!(["S-cup", "S-car"])).refuses("fill_slot").says("Which items?");
    talk.fill("skus", json!([])).refuses("fill_slot");
}

#[test]
fn the_only_one_of_a_list_is_not_asked() {
    let mut talk = Talk::new(&[PICK]);
    talk.answer("shop.get", items(&["cup"]));
    talk.start("f").says("Taken: S-cup.");
}

#[test]
fn an_empty_list_goes_to_people() {
    let mut talk = Talk::new(&[PICK]);
    talk.answer("shop.get", items(&[]));
    talk.start("f").hands_over(HandOver::RepeatedFailure);
}

const LOOP: &str = "flow: f
title: {zh: 一, en: one}
slots:
  n: {type: integer, title: {zh: 数, en: number}}
  name: {type: text, carry: true, title: {zh: 名, en: name}}
steps:
  - collect: n
    ask: {zh: 几, en: How many?}
  - for: item
    in: \"n == 3 ? ['x', 'y', 'z'] : ['v', 'w']\"
    most: 2
    steps:
      - collect: name
        ask: {zh: 名, en: 'Name of {{ item }}?'}
      - confirm: {zh: 好, en: 'Make {{ name }} of {{ item }}?'}
      - do: shop.make
        with: {item: item, a: name}
        into: made
        undo: {do: shop.unmake, with: {ref: made.ref}}
  - confirm: {zh: 好, en: All right?}
  - say: {zh: 完, en: Over.}
";

#[test]
fn a_loop_asks_for_each_item_anew_and_keeps_its_limit() {
    let mut talk = Talk::new(&[LOOP]);
    talk.start("f");
    talk.fill("n", 3).says("Name of x?");
    talk.fill("name", "A").says("Make A of x?");
    talk.yes().calls(&["shop.make"]).says("Name of y?");
    talk.fill("name", "B").says("Make B of y?");
    talk.yes().calls(&["shop.make"]).says("All right?").never("of z");
    talk.yes().says("Over.");
}

#[test]
fn a_correction_in_a_round_leaves_the_earlier_rounds_alone() {
    let mut talk = Talk::new(&[LOOP]);
    talk.start("f");
    talk.fill("n", 3);
    talk.fill("name", "A");
    talk.yes();
    talk.fill("name", "B");
    talk.say([correct("name", Some(json!("C")))]).executes_all().calls(&[]).says("Make C of y?");
    talk.yes().calls(&["shop.make"]).says("All right?");
}

#[test]
fn a_correction_before_a_loop_takes_all_rounds_back() {
    let mut talk = Talk::new(&[LOOP]);
    talk.start("f");
    talk.fill("n", 3);
    talk.fill("name", "A");
    talk.yes();
    talk.fill("name", "B");
    talk.yes();
    let turn = talk.say([correct("n", Some(json!(2)))]);
    turn.calls(&["shop.unmake", "shop.unmake"]).says("Name of v?");
    assert_eq!(turn.calls[0].input, json!({"ref": "R2"}));
    assert_eq!(turn.calls[1].input, json!({"ref": "R1"}));
}

#[test]
fn a_correction_into_a_loop_that_is_over_begins_the_loop_anew() {
    let mut talk = Talk::new(&[LOOP]);
    talk.start("f");
    talk.fill("n", 3);
    for name in ["A", "B"] {
        talk.fill("name", name);
        talk.yes();
    }
    assert_eq!(talk.asked(), "confirm");
    talk.say([correct("name", Some(json!("C")))]).calls(&["shop.unmake", "shop.unmake"]).says("Name of x?");
    talk.fill("name", "C").says("Make C of x?");
    talk.yes().says("Name of y?");
}

#[test]
fn an_empty_loop_is_passed_by() {
    let mut talk = Talk::new(&["flow: f
title: {zh: 一, en: one}
steps:
  - for: item
    in: '[]'
    most: 5
    steps: [{say: {zh: '{{ item }}', en: '{{ item }}'}}]
  - for: a
    in: '[1, 2]'
    most: 5
    steps:
      - for: b
        in: '[3, 4]'
        most: 5
        steps: [{say: {zh: '{{ a }}{{ b }}', en: '{{ a }}{{ b }}'}}]
  - say: {zh: 完, en: Over.}
"]);
    talk.start("f").says("13\n14\n23\n24\nOver.");
}

#[test]
fn a_branch_takes_the_first_arm_that_holds_and_a_step_may_be_skipped() {
    let mut talk = Talk::new(&["flow: f
title: {zh: 一, en: one}
slots: {n: {type: integer, carry: false, title: {zh: 数, en: number}}}
steps:
  - collect: n
    ask: {zh: 几, en: How many?}
  - branch:
      - if: n > 10
        then: [{say: {zh: 多, en: Many.}}]
      - if: n > 1
        then: [{say: {zh: 几, en: Some.}}]
      - else: [{say: {zh: 少, en: Few.}}]
  - if: n == 5
    say: {zh: 五, en: Five.}
"]);
    for (n, said) in [(20, "Many.\n"), (5, "Some.\nFive.\n"), (1, "Few.\n")] {
        talk.start("f");
        assert_eq!(talk.fill("n", n).said, said);
    }
}

#[test]
fn again_asks_anew_and_stops_after_the_retries() {
    let mut talk = Talk::new(&[RETURN]);
    for _ in 0..4 {
        talk.answer("shop.get_order", failed("not_found"));
    }
    talk.start("return_goods");
    talk.fill("order_no", "QH1").says("There is no QH1.").says("Which order?");
    talk.fill("order_no", "QH2").says("There is no QH2.").says("Which order?");
    talk.fill("order_no", "QH3").says("There is no QH3.").hands_over(HandOver::RepeatedFailure);
}

#[test]
fn nothing_under_way_and_nothing_understood_is_left_to_the_caller() {
    let mut talk = Talk::new(&[HOURS]);
    assert_eq!(talk.nonsense().next, Next::Nobody);
    assert_eq!(talk.yes().next, Next::Nobody);
    assert_eq!(talk.say([]).next, Next::Nobody);
    let turn = talk.say([Command::Answer { answer: 3 }]);
    assert_eq!((turn.said.as_str(), turn.next), ("<answer 3>\n", Next::Customer));
}

#[test]
fn a_flow_whose_condition_is_false_does_not_begin() {
    let mut talk = Talk::new(&["flow: f
title: {zh: 一, en: one}
starts: {phrases: {zh: [一], en: [one]}, when: channel == 'sms'}
steps: [{say: {zh: 一, en: One.}}]
"]);
    let turn = talk.start("f");
    turn.refuses("start_flow");
    assert_eq!(turn.next, Next::Nobody);
    talk.say([Command::Clarify { flows: vec!["f".into()] }]).refuses("clarify");
}

#[test]
fn a_flow_that_is_asked_for_again_is_not_begun_twice_and_counts_as_a_miss() {
    let mut talk = Talk::new(&[STATUS]);
    talk.start("status");
    for _ in 0..2 {
        let turn = talk.start("status");
        turn.refuses("start_flow").says("Which parcel?");
        // Once, and not that one comes back to it as well.
        assert_eq!(turn.lines.len(), 2, "{}", turn.said);
        assert_eq!((turn.next, talk.flows()), (Next::Customer, vec!["status"]));
    }
    talk.start("status").hands_over(HandOver::RepeatedFailure).ends(&[("status", HandedOver)]);
    // Beside an answer it is none.
    talk.start("status");
    for _ in 0..5 {
        talk.say([start("status"), Command::Answer { answer: 0 }]).says("Which parcel?");
    }
}
