//! The scripted customer: says what its instructions say, and answers what it is asked.

#![allow(clippy::unwrap_used)]

use serde_json::json;
use yingda_tau2::{Customer, Task, WishKind};

fn customer(known: &str, reason: &str) -> Customer {
    let task: Task = serde_json::from_value(json!({
        "id": "1",
        "user_scenario": {"instructions": {"known_info": known, "reason_for_call": reason, "task_instructions": "You are brief."}},
        "evaluation_criteria": {}
    }))
    .unwrap();
    Customer::new(&task)
}

fn kinds(customer: &Customer) -> Vec<WishKind> {
    customer.script().wishes.iter().map(|wish| wish.kind).collect()
}

#[test]
fn wishes_are_told_apart_and_come_in_order() {
    let customer = customer(
        "You are Lin Hart in zip code 02110.",
        "You want to return the tray, and exchange the mug for a large one. Also, you want to change your address to 1 Quay. \
         Lastly, you want to know the total.",
    );
    assert_eq!(kinds(&customer), [WishKind::Return, WishKind::Change, WishKind::Address, WishKind::Information]);
    assert_eq!(customer.script().wishes[0].text, "I want to return the tray.");
}

#[test]
fn the_customer_proves_who_it_is_as_far_as_it_remembers() {
    let mut customer = customer("You are Lin Hart in zip code 02110.", "You want to return the tray.");
    assert_eq!(customer.first_message(), "Hi! I want to return the tray.");
    assert_eq!(customer.reply("What is your email?", &[]).unwrap(), "I don't remember my email address.");
    let who = customer.reply("Then your full name and zip code, please.", &[]).unwrap();
    assert_eq!(who, "My name is Lin Hart. My zip code is 02110.");
}

#[test]
fn a_refusal_brings_out_what_was_kept_for_it() {
    let mut customer = customer(
        "You are Lin Hart in zip code 02110.",
        "You want to change the mug to a green one. If that is not possible, cancel the whole order. You want to return the tray.",
    );
    customer.first_message();
    let answer = customer.reply("I'm sorry, there is no available green one.", &[]).unwrap();
    assert_eq!(answer, "Cancel the whole order.");
    assert_eq!(customer.reply("Done. Anything else?", &[]).unwrap(), "I want to return the tray.");
    assert_eq!(customer.reply("Done. Anything else?", &[]), None);
}

#[test]
fn a_confirmation_is_given_unless_the_customer_changes_its_mind() {
    let mut customer = customer(
        "You are Lin Hart in zip code 02110.",
        "You want to return the mug and the tray. If the agent asks for confirmation, only return the tray. Use PayPal.",
    );
    customer.first_message();
    assert_eq!(customer.reply("Which payment method?", &[]).unwrap(), "My PayPal, please.");
    assert_eq!(customer.reply("Shall I go ahead (yes/no)?", &[]).unwrap(), "Wait. Only return the tray.");
    let card = customer.reply("I refund it to your credit card. Shall I go ahead (yes/no)?", &[]).unwrap();
    assert_eq!(card, "No, please use my PayPal.");
    assert_eq!(customer.reply("I refund it to PayPal. Shall I go ahead (yes/no)?", &[]).unwrap(), "Yes, please.");
}

#[test]
fn wishes_of_a_kind_are_told_when_asked_for_more() {
    let mut customer = customer(
        "You are Lin Hart in zip code 02110.",
        "You want to return the mug. You also want to return the tray. You want to know the total.",
    );
    customer.first_message();
    assert_eq!(customer.reply("Any other items?", &[]).unwrap(), "I also want to return the tray.");
    assert_eq!(customer.reply("Any other items?", &[]).unwrap(), "No, that is all.");
}

#[test]
fn the_customer_does_not_tell_what_it_should_keep_to_itself() {
    let customer = customer(
        "You are Lin Hart in zip code 02110.",
        "You want to return the mug. The item id is 101 (do not share this with the agent).",
    );
    assert!(customer.script().wishes.iter().all(|wish| !wish.text.contains("101")));
}

#[test]
fn a_customer_who_cannot_be_helped_goes_in_the_end() {
    let mut customer = customer("You are Lin Hart in zip code 02110.", "You want to return the mug.");
    customer.first_message();
    let turns = (0..50).take_while(|_| customer.reply("Which order number is it?", &[]).is_some()).count();
    assert!(turns < 10, "{turns}");
}
