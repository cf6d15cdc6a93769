//! Silence, other channels, other releases.

use serde_json::json;
use yingda_dialogue::{Command, HandOver, Next};
use yingda_model::FlowOutcome::{Cancelled, Expired};
use yingda_model::Question;

use crate::shop::{HOURS, RETURN, STATUS};
use crate::talk::{Talk, fill, start};

fn at_confirm() -> Talk {
    let mut talk = Talk::new(&[RETURN, STATUS, HOURS]);
    talk.say([start("return_goods"), fill("order_no", "QH1"), fill("reason", "unwanted")]);
    talk
}

#[test]
fn after_a_silence_the_customer_is_asked_whether_to_go_on() {
    let mut talk = at_confirm();
    let turn = talk.wait(31).nonsense();
    assert_eq!(turn.options, ["resume:yes", "resume:no"]);
    turn.says("return");
    talk.yes().calls(&[]).says("Return QH1 (unwanted)?");
    assert_eq!(talk.asked(), "confirm");
    talk.yes().calls(&["shop.make"]);
}

#[test]
fn a_yes_after_a_silence_shows_again_what_is_agreed_to() {
    for command in [Command::Affirm, fill("confirm", true)] {
        let mut talk = at_confirm();
        talk.wait(60 * 24).say([command.clone()]).calls(&[]).says("Return QH1 (unwanted)?");
        talk.say([command]).calls(&["shop.make"]);
    }
}

#[test]
fn a_yes_on_another_channel_shows_it_again_too() {
    let mut talk = at_confirm();
    talk.state.elsewhere = true;
    talk.yes().calls(&[]).says("Return QH1 (unwanted)?");
    assert!(!talk.state.elsewhere);
    talk.yes().calls(&["shop.make"]);
}

#[test]
fn a_greeting_on_another_channel_asks_whether_to_go_on() {
    let mut talk = at_confirm();
    talk.state.elsewhere = true;
    let turn = talk.say([Command::ChitChat { answer: 0 }]);
    turn.says("<answer 0>").says("return");
    assert_eq!(talk.state.question, Some(Question::Resume));
    talk.no().ends(&[("return_goods", Cancelled)]);
    assert!(talk.state.is_idle());
}

#[test]
fn something_else_after_a_silence_begins_the_other() {
    let mut talk = at_confirm();
    talk.wait(60).nonsense();
    talk.say([Command::Deny, start("status")]).executes_all().says("Which parcel?");
    assert_eq!(talk.flows(), ["status"]);
}

#[test]
fn an_answer_that_fits_after_a_silence_goes_on_without_asking() {
    let mut talk = Talk::new(&[RETURN]);
    talk.start("return_goods");
    talk.wait(60).fill("order_no", "QH1").says("Why?");
}

#[test]
fn what_is_too_old_is_over_and_said_so_to_whoever_goes_on_with_it() {
    let mut talk = at_confirm();
    let turn = talk.wait(8 * 24 * 60).yes();
    turn.ends(&[("return_goods", Expired)]).calls(&[]).says("return");
    assert_eq!(turn.next, Next::Customer);
    assert!(talk.state.known.is_empty() && talk.state.is_idle());
    let mut talk = at_confirm();
    assert_eq!(talk.wait(8 * 24 * 60).nonsense().next, Next::Nobody);
    let mut talk = at_confirm();
    talk.wait(8 * 24 * 60).start("status").says("Which parcel?");
}

#[test]
fn a_flow_that_the_release_does_not_have_goes_to_people() {
    let mut talk = at_confirm();
    talk.release = crate::talk::release(&[STATUS]);
    talk.nonsense().hands_over(HandOver::ToolFailed);
    let mut talk = at_confirm();
    talk.release = crate::talk::release(&[STATUS]);
    talk.yes().refuses("affirm").hands_over(HandOver::ToolFailed);
    assert!(talk.state.is_idle());
}

#[test]
fn a_place_that_the_flow_does_not_have_goes_to_people() {
    let mut talk = at_confirm();
    talk.state.stack[0].at = 900;
    talk.say([Command::Answer { answer: 0 }]).hands_over(HandOver::ToolFailed);
}

#[test]
fn what_one_flow_learnt_the_next_need_not_ask() {
    let mut talk = at_confirm();
    talk.no();
    talk.start("return_goods").never("Which order?").says("Why?");
    assert_eq!(talk.value("order_no"), json!("QH1"));
}
