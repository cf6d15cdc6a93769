//! What customers' words mean, on a small shop.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use yingda_tau2::{Database, ErrorCode, Retail};

fn aid(name: &str, mut arguments: Value) -> Value {
    let fresh: Database = serde_json::from_str(include_str!("fixture.json")).unwrap();
    if name != "match_variant" && name != "order_totals" {
        arguments["user_id"] = "lin_hart_1".into();
    }
    Retail::new(fresh).aid(name, &arguments).unwrap()
}

fn plan(kind: &str, said: Value) -> Value {
    aid("plan_items", json!({"kind": kind, "said": said}))
}

#[test]
fn a_wish_becomes_items_and_variants_order_by_order() {
    let plan = plan("change", json!("I want to exchange the red mug in my pending order to a large one"));
    let group = &plan["groups"][0];
    assert_eq!(group["order_id"], "#W1");
    assert_eq!(group["item_ids"], json!(["101"]));
    assert_eq!(group["new_item_ids"], json!(["103"]), "the large red one is not available");
    assert_eq!(group["price_difference"], 20.5);
}

#[test]
fn what_could_be_several_things_is_unclear_until_said() {
    let wish = json!("I want to modify the mug in order #W1 to a large one");
    let unclear = plan("change", wish.clone());
    assert_eq!(unclear["unclear"][0]["candidates"].as_array().unwrap().len(), 2);
    let clear = aid("plan_items", json!({"kind": "change", "said": wish, "which": "the blue one"}));
    assert_eq!(clear["groups"][0]["item_ids"], json!(["102"]));
}

#[test]
fn a_wish_that_nothing_available_meets_is_told() {
    let plan = plan("change", json!("Exchange the red mug in order #W1 for the same one but large"));
    assert_eq!(plan["unavailable"][0]["item"]["item_id"], "101");
    assert_eq!(plan["groups"], json!([]));
}

#[test]
fn a_wish_without_what_it_should_become_is_incomplete() {
    let plan = plan("change", json!("I want to change the blue mug"));
    assert_eq!(plan["incomplete"][0]["item_id"], "102");
}

#[test]
fn everything_leaves_out_what_is_excepted() {
    let plan = plan("return", json!("I want to return everything except the tray"));
    assert_eq!(plan["groups"][0]["item_ids"], json!(["101", "101"]), "two equal mugs were bought");
    assert_eq!(plan["groups"][0]["order_id"], "#W2");
}

#[test]
fn a_later_sentence_narrows_an_earlier_one() {
    let plan = plan("return", json!(["I want to return the mug and the tray", "Only return the tray"]));
    assert_eq!(plan["groups"][0]["item_ids"], json!(["201"]));
}

#[test]
fn the_cheapest_is_found_and_the_order_is_read_from_its_number() {
    let matched = aid("match_variant", json!({"item_id": "103", "wishes": "the cheapest one"}));
    assert_eq!(matched["item_id"], "101");
    let orders = aid("find_orders", json!({"text": "order W1, please", "statuses": ["pending"]}));
    assert_eq!(orders["order_ids"], json!(["#W1"]));
}

#[test]
fn a_way_to_pay_is_found_or_known_to_be_missing() {
    let meant = |text: &str| aid("find_payment_method", json!({"text": text, "paid_with": "paypal_1"}));
    assert_eq!(meant("my gift card, please")["payment_method_ids"], json!(["gift_card_1"]));
    assert_eq!(meant("the original payment method")["payment_method_ids"], json!(["paypal_1"]));
    assert_eq!(meant("my visa")["payment_method_ids"], json!(["credit_card_1"]));
    assert_eq!(meant("my amex"), json!({"payment_method_ids": [], "named": true}));
    assert_eq!(meant("hm"), json!({"payment_method_ids": [], "named": false}));
}

#[test]
fn an_address_is_written_out_or_known() {
    let meant = |text: &str| aid("find_address", json!({"text": text}))["address"].clone();
    let written = meant("It is 5 Oak Lane, Apt 3, Salem, Oregon, 97301.");
    assert_eq!(
        (&written["address2"], &written["state"], &written["zip"]),
        (&json!("Apt 3"), &json!("OR"), &json!("97301"))
    );
    assert_eq!(meant("send it to my Portland address")["address1"], "9 Pier");
    assert_eq!(meant("to my default address")["address1"], "1 Quay");
    assert_eq!(meant("to the moon"), Value::Null);
}

#[test]
fn questions_are_answered_from_the_data() {
    let told = |text: &str| aid("look_up", json!({"text": text}))["sentences"].to_string();
    assert!(told("What is the tracking number of order #W2?").contains("777"));
    assert!(told("How many mug options are available?").contains("3 available"));
    assert!(told("What is my gift card balance?").contains("15.00"));
    assert_eq!(told("Do you like poems?"), "[]");
}

#[test]
fn a_function_that_does_not_exist_is_an_error() {
    let fresh: Database = serde_json::from_str(include_str!("fixture.json")).unwrap();
    assert_eq!(Retail::new(fresh).aid("guess", &json!({})).unwrap_err().code, ErrorCode::Input);
}
