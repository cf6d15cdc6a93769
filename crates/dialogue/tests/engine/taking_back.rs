//! Failures, compensation and calling off.

use serde_json::json;
use yingda_dialogue::{Called, Command, HandOver, Next};
use yingda_model::FlowOutcome::{Cancelled, Done, Failed};

use crate::shop::{RETURN, STATUS};
use crate::talk::{Talk, failed, fill, ok, start, uncertain};

fn booked() -> Talk {
    let mut talk = Talk::new(&[RETURN, STATUS]);
    talk.say([start("return_goods"), fill("order_no", "QH1"), fill("reason", "unwanted")]);
    talk.yes();
    talk.fill("pickup", "2026-11-30");
    talk
}

#[test]
fn a_failure_takes_back_what_was_done_the_latest_first() {
    let mut talk = booked();
    talk.answer("shop.finish", failed("broken"));
    let turn = talk.yes();
    turn.calls(&["shop.book", "shop.finish", "shop.unbook", "shop.unmake"])
        .says("Failed and undone.")
        .hands_over(HandOver::ToolFailed)
        .ends(&[("return_goods", Failed)]);
    assert!(talk.state.is_idle() && talk.state.failure.is_none());
}

#[test]
fn a_failure_before_anything_was_done_says_that_nothing_was() {
    let mut talk = Talk::new(&[STATUS]);
    talk.answer("shop.get", failed("timeout"));
    talk.start("status");
    talk.fill("parcel", "SF1").says("Failed and unchanged.").hands_over(HandOver::ToolFailed);
}

#[test]
fn a_compensation_that_fails_is_not_told_as_done_and_the_others_go_on() {
    let mut talk = booked();
    talk.answer("shop.finish", failed("broken")).answer("shop.unbook", failed("timeout"));
    talk.yes()
        .calls(&["shop.book", "shop.finish", "shop.unbook", "shop.unmake"])
        .never("undone")
        .says("Uncertain.")
        .hands_over(HandOver::ToolFailed);
}

#[test]
fn what_was_done_and_has_nothing_that_takes_it_back_is_not_denied() {
    let without = RETURN.replace("    undo: {do: shop.unmake, with: {ref: made.ref}}\n", "");
    let mut talk = Talk::new(&[&without]);
    talk.say([start("return_goods"), fill("order_no", "QH1"), fill("reason", "unwanted")]);
    talk.yes();
    talk.fill("pickup", "2026-11-30");
    talk.answer("shop.book", failed("broken"));
    talk.yes().calls(&["shop.book"]).says("Uncertain.").hands_over(HandOver::ToolFailed);
}

#[test]
fn an_uncertain_write_is_told_as_uncertain() {
    let mut talk = booked();
    talk.answer("shop.book", uncertain());
    talk.yes().calls(&["shop.book", "shop.unmake"]).says("Uncertain.").hands_over(HandOver::ToolFailed);
}

#[test]
fn a_write_whose_compensation_cannot_be_computed_is_known_to_be_done() {
    let mut talk = Talk::new(&[RETURN]);
    talk.say([start("return_goods"), fill("order_no", "QH1"), fill("reason", "unwanted")]);
    talk.answer("shop.make", ok(json!({"other": 1})));
    talk.yes().calls(&["shop.make"]).says("Uncertain.").hands_over(HandOver::ToolFailed);
}

#[test]
fn arms_are_taken_by_code_and_any_takes_the_rest() {
    let flow = "flow: f
title: {zh: 一, en: one}
steps:
  - do: shop.get
    into: got
    on_error:
      refused: [{say: {zh: 拒, en: 'Refused: {{ error.message }}.'}}]
      any: [{say: {zh: 别, en: 'Other: {{ error.code }}.'}}, {end: failed}]
  - say: {zh: 完, en: Over.}
";
    let mut talk = Talk::new(&[flow]);
    talk.answer("shop.get", failed("refused")).answer("shop.get", failed("timeout"));
    talk.start("f").says("Refused: no luck.").says("Over.").ends(&[("f", Done)]);
    talk.start("f").says("Other: timeout.").never("Over").ends(&[("f", Failed)]);
}

#[test]
fn undo_all_takes_back_and_goes_on() {
    let flow = RETURN.replace("  - do: shop.finish\n", "  - undo: all\n  - say: {zh: 撤, en: All taken back.}\n");
    let mut talk = Talk::new(&[&flow]);
    talk.say([start("return_goods"), fill("order_no", "QH1"), fill("reason", "unwanted")]);
    talk.yes();
    talk.fill("pickup", "2026-11-30");
    talk.yes()
        .calls(&["shop.book", "shop.unbook", "shop.unmake"])
        .says("All taken back.")
        .ends(&[("return_goods", Done)]);

    talk.say([start("return_goods"), fill("order_no", "QH1"), fill("reason", "unwanted")]);
    talk.yes();
    talk.fill("pickup", "2026-11-30");
    talk.answer("shop.unbook", failed("timeout"));
    talk.yes()
        .calls(&["shop.book", "shop.unbook", "shop.unmake"])
        .never("All taken back")
        .hands_over(HandOver::ToolFailed);
}

#[test]
fn calling_off_before_anything_was_done_ends_at_once() {
    let mut talk = Talk::new(&[RETURN, STATUS]);
    talk.start("return_goods");
    let turn = talk.say([Command::Cancel]);
    turn.calls(&[]).says("Stopped return.").ends(&[("return_goods", Cancelled)]);
    assert_eq!(turn.next, Next::Customer);
    talk.say([Command::Cancel]).refuses("cancel");
}

#[test]
fn calling_off_takes_back_what_was_done() {
    let mut talk = booked();
    talk.say([Command::Cancel])
        .calls(&["shop.unmake"])
        .says("Stopped and undone return.")
        .ends(&[("return_goods", Cancelled)]);
    assert!(talk.state.is_idle() && talk.state.failure.is_none());
}

#[test]
fn calling_off_what_stays_says_so() {
    let without = RETURN.replace("    undo: {do: shop.unmake, with: {ref: made.ref}}\n", "");
    let mut talk = Talk::new(&[&without]);
    talk.say([start("return_goods"), fill("order_no", "QH1"), fill("reason", "unwanted")]);
    talk.yes();
    talk.say([Command::Cancel]).calls(&[]).says("Stopped but stays return.").ends(&[("return_goods", Cancelled)]);
}

#[test]
fn calling_off_that_cannot_be_taken_back_goes_to_people() {
    let mut talk = booked();
    talk.answer("shop.unmake", failed("timeout"));
    talk.say([Command::Cancel]).calls(&["shop.unmake"]).hands_over(HandOver::ToolFailed);
}

#[test]
fn calling_off_a_digression_returns_to_what_was_before_and_does_not_speak_of_its_deeds() {
    let mut talk = booked();
    talk.start("status").says("Which parcel?");
    talk.say([Command::Cancel]).calls(&[]).ends(&[("status", Cancelled)]).says("Book 2026-11-30?");
    assert_eq!(talk.flows(), ["return_goods"]);
}

#[test]
fn another_wish_beside_the_calling_off_is_not_forgotten() {
    let mut talk = Talk::new(&[RETURN, STATUS]);
    talk.start("return_goods");
    talk.say([Command::Cancel, start("status")])
        .executes_all()
        .ends(&[("return_goods", Cancelled)])
        .says("Which parcel?");
    let mut talk = booked();
    talk.say([Command::Cancel, start("status")]).executes_all().calls(&["shop.unmake"]).says("Which parcel?");
}

#[test]
fn no_to_a_confirmation_after_a_write_does_not_say_that_nothing_was_done() {
    let mut talk = booked();
    talk.no().calls(&["shop.unmake"]).says("Stopped and undone return.").ends(&[("return_goods", Cancelled)]);
    let mut talk = Talk::new(&[RETURN]);
    talk.say([start("return_goods"), fill("order_no", "QH1"), fill("reason", "unwanted")]);
    talk.no().calls(&[]).says("Not done.").ends(&[("return_goods", Cancelled)]);
}

#[test]
fn an_earlier_yes_does_not_stand_for_a_later_question() {
    let flow = "flow: f
title: {zh: 一, en: one}
steps:
  - confirm: {zh: 一, en: First?}
  - do: shop.make
  - confirm: {zh: 二, en: Second?}
    no: [{say: {zh: 不, en: Not that.}}]
  - do: shop.get
";
    let mut talk = Talk::new(&[flow]);
    talk.start("f");
    assert!(talk.yes().calls[0].confirmed);
    let turn = talk.no();
    turn.says("Not that.").calls(&["shop.get"]);
    assert!(!turn.calls[0].confirmed);
}

#[test]
fn a_result_of_another_call_changes_nothing_and_doubles_nothing() {
    use yingda_dialogue::{resume, take};
    let mut talk = Talk::new(&[STATUS]);
    talk.start("status");
    let names = yingda_expression::Names::new();
    let turn = yingda_dialogue::Circumstances {
        lang: Default::default(),
        tone: Default::default(),
        now: yingda_model::Timestamp(talk.now),
        customer: Default::default(),
        names: &names,
        seed: 0,
    };
    let proposed =
        yingda_dialogue::Proposed { command: fill("parcel", "SF1"), by: "t".into(), score: 1.0, start: 0, end: 1 };
    let first = take(&talk.release, &mut talk.state, &turn, vec![proposed]);
    let Next::Call(call) = first.next else { panic!("{first:?}") };
    let stale = resume(&talk.release, &mut talk.state, &turn, 99, Called::Ok { output: json!({}) });
    let Next::Call(again) = stale.next else { panic!("{stale:?}") };
    assert_eq!(again, call);
    let done = resume(&talk.release, &mut talk.state, &turn, call.number, Called::Ok { output: json!({}) });
    assert_eq!(done.next, Next::Customer);
    let late = resume(&talk.release, &mut talk.state, &turn, call.number, Called::Ok { output: json!({}) });
    assert!(late.lines.is_empty() && late.next == Next::Customer);
}
