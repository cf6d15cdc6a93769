//! Digressions, several wishes, clarifying, and people.

use serde_json::json;
use yingda_dialogue::{Command, HandOver, Next};
use yingda_model::FlowOutcome::{Cancelled, Done, HandedOver};
use yingda_model::{HandOverReason, Question};

use crate::shop::{HOURS, IDENTITY, POINTS, RETURN, STATUS};
use crate::talk::{Talk, fill, person, start};

#[test]
fn a_question_in_the_middle_is_answered_and_the_flow_goes_on() {
    let mut talk = Talk::new(&[RETURN]);
    talk.start("return_goods");
    let turn = talk.say([fill("order_no", "QH1"), Command::Answer { answer: 0 }]);
    assert!(turn.said.starts_with("<answer 0>"), "{}", turn.said);
    turn.says("Why?");
    for _ in 0..5 {
        // Answers are no misses.
        let turn = talk.say([Command::Answer { answer: 1 }]);
        turn.says("<answer 1>").says("return").says("Why?");
        assert_eq!(turn.next, Next::Customer);
    }
}

#[test]
fn another_flow_in_the_middle_is_done_first_and_the_first_goes_on() {
    let mut talk = Talk::new(&[RETURN, STATUS, HOURS]);
    talk.start("return_goods");
    let turn = talk.start("hours");
    turn.says("We open at nine.").says("return").says("Which order?").ends(&[("hours", Done)]);
    talk.start("status").says("Which parcel?");
    talk.fill("parcel", "SF1").says("on its way").says("Which order?").ends(&[("status", Done)]);
}

#[test]
fn a_value_and_another_wish_in_one_message_are_both_taken() {
    let mut talk = Talk::new(&[RETURN, STATUS]);
    talk.start("return_goods");
    talk.say([fill("order_no", "QH1"), start("status")]).executes_all().says("Which parcel?");
    talk.fill("parcel", "SF1").says("Why?");
    assert_eq!(talk.value("order_no"), json!("QH1"));
}

#[test]
fn several_wishes_are_done_one_after_the_other_in_the_order_of_the_message() {
    let mut talk = Talk::new(&[RETURN, STATUS, HOURS]);
    talk.say([start("status"), start("hours"), start("return_goods"), fill("reason", "faulty")]).executes_all();
    assert_eq!(talk.state.waiting.len(), 2);
    let turn = talk.fill("parcel", "SF1");
    turn.says("on its way").says("nine").says("Which order?").ends(&[("status", Done), ("hours", Done)]);
    talk.fill("order_no", "QH1").never("Why?").says("(faulty)?");
}

#[test]
fn a_value_for_a_flow_that_waits_must_fit_it() {
    let mut talk = Talk::new(&[RETURN, STATUS]);
    talk.say([start("status"), start("return_goods"), fill("reason", "rubbish")]).refuses("fill_slot");
    assert!(talk.state.waiting[0].values.is_empty());
    talk.state = Default::default();
    talk.say([start("return_goods"), fill("reason", json!({"a": 1}))]).refuses("fill_slot");
}

#[test]
fn only_so_many_flows_wait_or_are_under_way() {
    let flows: Vec<String> = (0..12).map(|n| STATUS.replace("flow: status", &format!("flow: s{n}"))).collect();
    let flows: Vec<&str> = flows.iter().map(String::as_str).collect();
    let mut talk = Talk::new(&flows);
    let turn = talk.say((0..12).map(|n| start(&format!("s{n}"))));
    assert_eq!((turn.executed.len(), turn.refused.len()), (7, 5));
    talk.state = Default::default();
    for n in 0..8 {
        talk.start(&format!("s{n}")).executes_all();
    }
    let turn = talk.say([start("s8"), start("s9")]);
    assert_eq!(turn.refused.len(), 2);
    assert!(talk.state.waiting.is_empty());
}

#[test]
fn which_is_meant_is_asked_and_answered_by_tap_yes_or_no() {
    let mut talk = Talk::new(&[RETURN, STATUS]);
    let both = || Command::Clarify { flows: vec!["return_goods".into(), "status".into(), "status".into()] };
    let turn = talk.say([both()]);
    assert_eq!(turn.options, ["flow:return_goods", "flow:status", "flow:"]);
    talk.start("status").says("Which parcel?");
    talk.state = Default::default();
    talk.say([both()]);
    talk.no().executes_all();
    assert!(talk.state.is_idle());
    talk.say([Command::Clarify { flows: vec!["status".into()] }]);
    talk.yes().says("Which parcel?");
}

#[test]
fn none_of_those_in_the_middle_of_a_flow_goes_on_with_it() {
    let mut talk = Talk::new(&[RETURN, STATUS, HOURS]);
    talk.start("return_goods");
    talk.say([Command::Clarify { flows: vec!["status".into(), "hours".into()] }]);
    assert!(matches!(talk.state.question, Some(Question::Clarify { .. })));
    talk.no().executes_all().says("Which order?");
    talk.say([Command::Clarify { flows: vec!["status".into(), "hours".into()] }]);
    talk.nonsense().says("Which order?");
}

#[test]
fn nothing_is_clarified_where_something_was_understood() {
    let mut talk = Talk::new(&[RETURN, STATUS]);
    talk.start("return_goods");
    talk.say([fill("order_no", "QH1"), Command::Clarify { flows: vec!["status".into()] }])
        .refuses("clarify")
        .says("Why?");
}

#[test]
fn no_to_clarifying_and_a_wish_in_one_message_begins_the_wish() {
    let mut talk = Talk::new(&[RETURN, STATUS, HOURS]);
    talk.say([Command::Clarify { flows: vec!["status".into(), "hours".into()] }]);
    talk.say([Command::Deny, start("return_goods")]).executes_all().says("Which order?");
}

#[test]
fn thanks_and_another_wish_in_one_message_begin_the_wish() {
    let mut talk = Talk::new(&[HOURS, STATUS]);
    talk.start("hours");
    assert_eq!(talk.state.question, Some(Question::Helped));
    talk.say([Command::Affirm, start("status")]).executes_all().says("Which parcel?");
}

#[test]
fn whether_it_helped_is_known_only_right_after_a_flow_was_done() {
    let mut talk = Talk::new(&[HOURS]);
    talk.start("hours");
    talk.yes().executes_all();
    assert_eq!(talk.state.question, None);
    talk.yes().refuses("affirm");
    talk.start("hours");
    talk.nonsense();
    talk.yes().refuses("affirm");
}

#[test]
fn after_a_flow_that_only_told_something_it_is_asked_if_it_helped() {
    let mut talk = Talk::new(&[STATUS, HOURS, RETURN]);
    talk.start("status");
    let turn = talk.fill("parcel", "SF1");
    assert_eq!(turn.options, ["helped:yes", "helped:no"]);
    assert_eq!(talk.state.question, Some(Question::Helped));
    // Neither after words that nobody asked for, nor after something was done, nor while something goes on.
    assert!(talk.trigger("hours", &[]).options.is_empty());
    talk.say([start("return_goods"), fill("order_no", "QH1"), fill("reason", "faulty")]);
    talk.yes();
    talk.fill("pickup", "2026-12-01");
    assert!(talk.yes().says("All done.").options.is_empty());
    talk.state = Default::default();
    talk.start("return_goods");
    talk.start("status");
    talk.fill("parcel", "SF1").says("Which order?");
    assert_eq!(talk.state.question, None);
}

#[test]
fn whoever_was_not_helped_is_offered_a_person() {
    let mut talk = Talk::new(&[HOURS]);
    talk.start("hours");
    assert_eq!(talk.no().executes_all().options, ["person:yes", "person:no"]);
    talk.no().executes_all();
    assert!(talk.state.is_idle() && talk.state.question.is_none());
    talk.start("hours");
    talk.no();
    talk.nonsense();
    talk.yes().refuses("affirm");
    talk.start("hours");
    talk.no();
    talk.yes().hands_over(HandOver::Requested);
}

#[test]
fn what_comes_first_is_said_where_something_else_has_to_wait() {
    let mut talk = Talk::new(&[RETURN, STATUS, HOURS, POINTS, IDENTITY]);
    let turn = talk.say([start("status"), start("hours"), start("return_goods")]);
    assert_eq!(turn.lines.len(), 2, "{}", turn.said);
    assert!(turn.said.lines().next().unwrap().contains("opening hours and return"), "{}", turn.said);
    talk.fill("parcel", "SF1").says("Which order?");
    talk.state = Default::default();
    talk.start("status");
    let turn = talk.start("return_goods");
    turn.says("return").says("order status").says("Which order?");
    assert_eq!(turn.lines.len(), 2, "{}", turn.said);
    // What only tells something is told at once.
    let turn = talk.start("hours");
    assert!(turn.said.starts_with("We open at nine."), "{}", turn.said);
}

#[test]
fn a_person_is_to_be_had_from_every_state() {
    let states: [fn(&mut Talk); 8] = [
        |_| {},
        |talk| drop(talk.start("return_goods")),
        |talk| drop(talk.say([start("return_goods"), fill("order_no", "QH1"), fill("reason", "faulty")])),
        |talk| {
            talk.say([start("return_goods"), fill("order_no", "QH1"), fill("reason", "faulty")]);
            talk.yes();
        },
        |talk| drop(talk.say([start("points"), start("status")])),
        |talk| {
            talk.start("return_goods");
            talk.start("status");
        },
        |talk| drop(talk.say([Command::Clarify { flows: vec!["status".into(), "points".into()] }])),
        |talk| {
            talk.start("return_goods");
            talk.wait(60);
            talk.say([Command::Answer { answer: 0 }]);
        },
    ];
    for (number, prepare) in states.into_iter().enumerate() {
        for beside in [vec![], vec![Command::Affirm, start("status")], vec![Command::Cancel, fill("order_no", "QH9")]] {
            let mut talk = Talk::new(&[RETURN, STATUS, POINTS, IDENTITY]);
            prepare(&mut talk);
            let open = talk.flows().len();
            let count = beside.len() + 1;
            let turn = talk.say(beside.into_iter().chain([person()]));
            turn.hands_over(HandOver::Requested).calls(&[]);
            assert_eq!(turn.executed, ["hand_over"], "state {number}");
            assert_eq!(turn.refused.len() + 1, count);
            assert_eq!(turn.ended.iter().filter(|(_, how)| *how == HandedOver).count(), open);
            assert!(talk.state.is_idle() && talk.state.failure.is_none());
        }
    }
}

#[test]
fn why_a_person_is_needed_is_told_on() {
    let mut talk = Talk::new(&[STATUS]);
    let upset = Command::HandOver { reason: HandOverReason::Upset, detail: "angry".into() };
    talk.say([upset]).hands_over(HandOver::Upset);
}

#[test]
fn a_flow_may_hand_over_with_a_note() {
    let mut talk = Talk::new(&["flow: f
title: {zh: 一, en: one}
slots: {n: {type: integer, title: {zh: 数, en: number}}}
steps:
  - collect: n
    ask: {zh: 几, en: How much?}
  - hand_over: {reason: high_value, note: {zh: '值 {{ n }}', en: 'Worth {{ n }}'}}
"]);
    talk.start("f");
    let turn = talk.fill("n", 9);
    let Next::HandOver { reason: HandOver::HighValue, detail, note } = &turn.next else { panic!("{:?}", turn.next) };
    assert_eq!((detail.as_str(), note.as_deref()), ("f", Some("Worth 9")));
}

#[test]
fn what_is_called_off_is_the_flow_that_is_spoken_of() {
    let mut talk = Talk::new(&[RETURN, STATUS, POINTS, IDENTITY]);
    talk.start("return_goods");
    talk.start("points").says("phone number?");
    talk.say([Command::Cancel]).ends(&[("identity", Cancelled), ("points", Cancelled)]).says("Which order?");
}
