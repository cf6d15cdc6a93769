//! Other values for what was said, before and after it was acted upon.

use serde_json::json;
use yingda_dialogue::{Command, HandOver};

use crate::shop::{RETURN, STATUS};
use crate::talk::{Talk, correct, failed, fill, start};

fn at_confirm() -> Talk {
    let mut talk = Talk::new(&[RETURN, STATUS]);
    talk.say([start("return_goods"), fill("order_no", "QH1"), fill("reason", "unwanted")]).says("(unwanted)?");
    talk
}

#[test]
fn a_correction_goes_back_and_keeps_what_else_was_said() {
    let mut talk = at_confirm();
    let turn = talk.say([correct("order_no", Some(json!("QH2")))]);
    turn.executes_all().calls(&["shop.get_order"]).says("QH2").says("Return QH2 (unwanted)?").never("Why?");
}

#[test]
fn a_filled_slot_that_is_filled_otherwise_is_a_correction() {
    let mut talk = at_confirm();
    talk.fill("reason", "faulty").executes_all().says("Faulty").says("Return QH1 (faulty)?");
    talk.fill("reason", "faulty").refuses("fill_slot");
}

#[test]
fn what_was_wrong_without_what_is_right_is_asked_again() {
    let mut talk = at_confirm();
    talk.say([correct("order_no", None)]).executes_all().says("Which order?").never("Why?");
    talk.fill("order_no", "QH3").says("Return QH3 (unwanted)?");
}

#[test]
fn a_correction_that_does_not_fit_changes_nothing() {
    let mut talk = at_confirm();
    let before = talk.state.stack.clone();
    talk.say([correct("reason", Some(json!("whatever")))]).refuses("correct_slot").says("Return QH1 (unwanted)?");
    talk.say([correct("pickup", Some(json!("2026-11-11")))]).refuses("correct_slot");
    assert_eq!(talk.state.stack[0].values, before[0].values);
}

#[test]
fn yes_and_a_correction_in_one_breath_is_no_yes() {
    let mut talk = at_confirm();
    talk.say([Command::Affirm, correct("reason", Some(json!("faulty")))]).calls(&[]).says("Return QH1 (faulty)?");
}

#[test]
fn a_correction_after_a_write_takes_that_back_first() {
    let mut talk = at_confirm();
    talk.yes().calls(&["shop.make"]).says("When shall we come?");
    let turn = talk.say([correct("reason", Some(json!("faulty")))]);
    turn.executes_all().calls(&["shop.unmake"]).says("Return QH1 (faulty)?");
    assert_eq!(turn.calls[0].input, json!({"ref": "R2"}));
    assert!(turn.calls[0].is_undo);
    talk.yes().calls(&["shop.make"]).says("When shall we come?");
}

#[test]
fn only_what_followed_is_taken_back() {
    let mut talk = at_confirm();
    talk.yes();
    talk.fill("pickup", "2026-11-30").says("Book 2026-11-30?");
    talk.say([correct("pickup", Some(json!("2026-12-01")))]).calls(&[]).says("Book 2026-12-01?");
    talk.answer("shop.finish", failed("broken"));
    talk.yes().calls(&["shop.book", "shop.finish", "shop.unbook", "shop.unmake"]);
}

#[test]
fn when_it_cannot_be_taken_back_the_customer_is_not_told_that_it_was() {
    let mut talk = at_confirm();
    talk.yes();
    talk.answer("shop.unmake", failed("broken"));
    talk.say([correct("reason", Some(json!("faulty")))])
        .calls(&["shop.unmake"])
        .hands_over(HandOver::ToolFailed)
        .says("Uncertain.");
    assert!(talk.state.is_idle());
}

#[test]
fn what_cannot_be_taken_back_is_not_corrected_any_more() {
    let without = RETURN.replace("    undo: {do: shop.unmake, with: {ref: made.ref}}\n", "");
    let mut talk = Talk::new(&[&without, STATUS]);
    talk.say([start("return_goods"), fill("order_no", "QH1"), fill("reason", "unwanted")]);
    talk.yes();
    for _ in 0..4 {
        // However often it is asked: that is no answer that was not understood.
        let turn = talk.say([correct("reason", Some(json!("faulty")))]);
        turn.refuses("correct_slot").calls(&[]).says("When shall we come?");
    }
    // Beside another flow, that one stays.
    talk.start("status").says("Which parcel?");
    talk.say([correct("reason", Some(json!("faulty")))]).refuses("correct_slot").says("Which parcel?");
    assert_eq!(talk.flows(), ["return_goods", "status"]);
}

#[test]
fn a_correction_during_a_digression_returns_to_what_is_corrected() {
    let mut talk = at_confirm();
    talk.start("status").says("Which parcel?");
    talk.say([correct("reason", Some(json!("faulty")))]).executes_all().says("Return QH1 (faulty)?");
    assert_eq!(talk.flows(), ["return_goods"]);
    assert_eq!(talk.state.ended.last().unwrap().flow, "status");
}

#[test]
fn two_corrections_in_one_message_both_hold() {
    let mut talk = at_confirm();
    talk.say([correct("order_no", Some(json!("QH2"))), correct("reason", Some(json!("faulty")))])
        .executes_all()
        .says("Return QH2 (faulty)?");
}

#[test]
fn a_corrected_value_is_what_later_flows_know() {
    let mut talk = at_confirm();
    assert_eq!(talk.state.known["order_no"], "QH1");
    talk.say([correct("order_no", Some(json!("QH2")))]);
    assert_eq!(talk.state.known["order_no"], "QH2");
    talk.say([correct("order_no", None)]);
    assert!(!talk.state.known.contains_key("order_no"));
}
