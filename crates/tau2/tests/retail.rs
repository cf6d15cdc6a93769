//! The back end's tools on a small shop.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use yingda_tau2::{Database, ErrorCode, Retail, ToolError, difference, violations};

fn fresh() -> Database {
    serde_json::from_str(include_str!("fixture.json")).unwrap()
}

/// Calls a tool on a fresh shop: it works, and breaks nothing.
fn done(tool: &str, arguments: Value) -> (Value, Database) {
    let mut retail = Retail::new(fresh());
    let answer = retail.call(tool, &arguments).unwrap();
    assert_eq!(violations(&fresh(), retail.database()), Vec::<String>::new());
    (answer, retail.database().clone())
}

/// Calls a tool on a fresh shop: it fails, and changes nothing.
fn failed(tool: &str, arguments: Value) -> ToolError {
    let mut retail = Retail::new(fresh());
    let error = retail.call(tool, &arguments).unwrap_err();
    assert_eq!(difference(&fresh(), retail.database()), []);
    error
}

#[test]
fn a_customer_is_found_by_mail_or_by_name_and_zip() {
    assert_eq!(done("find_user_id_by_email", json!({"email": "Lin.Hart@example.com"})).0, "lin_hart_1");
    let by_name = json!({"first_name": "lin", "last_name": "HART", "zip": "02110"});
    assert_eq!(done("find_user_id_by_name_zip", by_name).0, "lin_hart_1");
    let elsewhere = json!({"first_name": "Lin", "last_name": "Hart", "zip": "04101"});
    assert_eq!(failed("find_user_id_by_name_zip", elsewhere).code, ErrorCode::NotFound);
}

#[test]
fn what_is_asked_for_is_shown() {
    assert_eq!(done("get_order_details", json!({"order_id": "#W1"})).0["status"], "pending");
    assert_eq!(done("get_item_details", json!({"item_id": "103"})).0["price"], 31.0);
    assert_eq!(done("get_product_details", json!({"product_id": "200"})).0["name"], "Tray");
    assert_eq!(done("list_all_product_types", json!({})).0, r#"{"Mug":"100","Tray":"200"}"#);
    assert_eq!(failed("get_order_details", json!({"order_id": "W1"})).message, "Order not found");
    // An item's id is not a product's.
    assert_eq!(failed("get_product_details", json!({"product_id": "101"})).code, ErrorCode::NotFound);
}

#[test]
fn a_cancelled_order_is_refunded_at_once_to_a_gift_card() {
    let (order, after) = done("cancel_pending_order", json!({"order_id": "#W1", "reason": "no longer needed"}));
    assert_eq!(order["status"], "cancelled");
    assert_eq!(order["cancel_reason"], "no longer needed");
    assert_eq!(order["payment_history"][1]["transaction_type"], "refund");
    let user = serde_json::to_value(&after.users["lin_hart_1"]).unwrap();
    assert_eq!(user["payment_methods"]["gift_card_1"]["balance"], 37.75);
}

#[test]
fn only_a_pending_order_is_cancelled_and_only_for_two_reasons() {
    for order in ["#W2", "#W3"] {
        let error = failed("cancel_pending_order", json!({"order_id": order, "reason": "no longer needed"}));
        assert_eq!(error.code, ErrorCode::Refused);
    }
    assert_eq!(
        failed("cancel_pending_order", json!({"order_id": "#W1", "reason": "too slow"})).code,
        ErrorCode::Refused
    );
}

#[test]
fn items_of_a_pending_order_change_once_and_the_difference_is_paid() {
    let mut retail = Retail::new(fresh());
    let change = json!({"order_id": "#W1", "item_ids": ["101", "102"], "new_item_ids": ["102", "103"],
                        "payment_method_id": "credit_card_1"});
    let order = retail.call("modify_pending_order_items", &change).unwrap();
    assert_eq!(order["status"], "pending (items modifed)");
    // The first became what the second was: each is changed once, each to its own price.
    assert_eq!(order["items"][0]["item_id"], "102");
    assert_eq!(order["items"][1]["item_id"], "103");
    assert_eq!(order["payment_history"][1]["amount"], 20.5);
    assert_eq!(violations(&fresh(), retail.database()), Vec::<String>::new());
    let again =
        json!({"order_id": "#W1", "item_ids": ["103"], "new_item_ids": ["101"], "payment_method_id": "paypal_1"});
    assert_eq!(retail.call("modify_pending_order_items", &again).unwrap_err().code, ErrorCode::Refused);
    // The address may still change.
    let address = json!({"order_id": "#W1", "address1": "2 Quay", "address2": "", "city": "Boston", "state": "MA",
                         "country": "USA", "zip": "02110"});
    assert_eq!(retail.call("modify_pending_order_address", &address).unwrap()["address"]["address1"], "2 Quay");
}

#[test]
fn a_gift_card_pays_no_more_than_is_left_on_it() {
    let change = |new: &str| json!({"order_id": "#W1", "item_ids": ["101"], "new_item_ids": [new], "payment_method_id": "gift_card_1"});
    assert_eq!(failed("modify_pending_order_items", change("103")).code, ErrorCode::Refused);
    let (_, after) = done("modify_pending_order_items", change("102"));
    assert_eq!(
        serde_json::to_value(&after.users["lin_hart_1"].payment_methods["gift_card_1"]).unwrap()["balance"],
        13.25
    );
}

#[test]
fn a_change_of_items_names_things_that_are_there() {
    let change = |old: Value, new: Value| {
        let arguments =
            json!({"order_id": "#W1", "item_ids": old, "new_item_ids": new, "payment_method_id": "paypal_1"});
        failed("modify_pending_order_items", arguments).code
    };
    assert_eq!(change(json!(["101"]), json!(["104"])), ErrorCode::Refused, "not available");
    assert_eq!(change(json!(["101"]), json!(["201"])), ErrorCode::NotFound, "another product");
    assert_eq!(change(json!(["103"]), json!(["101"])), ErrorCode::NotFound, "not in the order");
    assert_eq!(change(json!(["101", "101"]), json!(["103", "103"])), ErrorCode::NotFound, "not as often in the order");
    assert_eq!(change(json!(["101"]), json!(["101"])), ErrorCode::Refused, "the same");
    assert_eq!(change(json!(["101"]), json!([])), ErrorCode::Refused, "lists of other lengths");
}

#[test]
fn a_pending_order_is_paid_with_another_method() {
    let (order, after) =
        done("modify_pending_order_payment", json!({"order_id": "#W1", "payment_method_id": "paypal_1"}));
    assert_eq!(order["status"], "pending");
    assert_eq!(order["payment_history"].as_array().unwrap().len(), 3);
    assert_eq!(
        serde_json::to_value(&after.users["lin_hart_1"].payment_methods["gift_card_1"]).unwrap()["balance"],
        37.75
    );
    let same = json!({"order_id": "#W1", "payment_method_id": "gift_card_1"});
    assert_eq!(failed("modify_pending_order_payment", same).code, ErrorCode::Refused);
    let unknown = json!({"order_id": "#W1", "payment_method_id": "paypal_2"});
    assert_eq!(failed("modify_pending_order_payment", unknown).code, ErrorCode::NotFound);
}

#[test]
fn a_delivered_order_is_returned_to_the_first_method_or_a_gift_card() {
    let back = |items: Value, to: &str| json!({"order_id": "#W2", "item_ids": items, "payment_method_id": to});
    let (order, _) = done("return_delivered_order_items", back(json!(["201", "101"]), "paypal_1"));
    assert_eq!(order["status"], "return requested");
    assert_eq!(order["return_items"], json!(["101", "201"]));
    done("return_delivered_order_items", back(json!(["101", "101"]), "gift_card_1"));
    let card = failed("return_delivered_order_items", back(json!(["101"]), "credit_card_1"));
    assert_eq!(card.code, ErrorCode::Refused);
    let thrice = failed("return_delivered_order_items", back(json!(["101", "101", "101"]), "paypal_1"));
    assert_eq!(thrice.code, ErrorCode::NotFound);
}

#[test]
fn a_delivered_order_is_exchanged_once() {
    let mut retail = Retail::new(fresh());
    let swap = json!({"order_id": "#W2", "item_ids": ["101", "101"], "new_item_ids": ["103", "102"],
                      "payment_method_id": "credit_card_1"});
    let order = retail.call("exchange_delivered_order_items", &swap).unwrap();
    assert_eq!(order["status"], "exchange requested");
    assert_eq!(order["exchange_new_items"], json!(["102", "103"]));
    assert_eq!(order["exchange_price_difference"], 22.25);
    assert_eq!(violations(&fresh(), retail.database()), Vec::<String>::new());
    assert_eq!(retail.call("exchange_delivered_order_items", &swap).unwrap_err().code, ErrorCode::Refused);
}

#[test]
fn a_call_of_another_form_is_refused() {
    assert_eq!(failed("delete_order", json!({"order_id": "#W1"})).code, ErrorCode::Input);
    assert_eq!(failed("get_order_details", json!({})).code, ErrorCode::Input);
    assert_eq!(failed("get_order_details", json!({"order_id": 1})).code, ErrorCode::Input);
    assert_eq!(failed("get_order_details", json!({"order_id": "#W1", "also": 1})).code, ErrorCode::Input);
    assert_eq!(failed("get_order_details", json!("#W1")).code, ErrorCode::Input);
}

#[test]
fn a_state_that_breaks_the_rules_is_found_out() {
    let mut bad = fresh();
    let order = bad.orders.get_mut("#W1").unwrap();
    order.items[0].price = yingda_tau2::Money::from_cents(1);
    assert!(!violations(&fresh(), &bad).is_empty());
}

#[test]
fn equal_states_have_equal_hashes() {
    let (_, one) = done(
        "return_delivered_order_items",
        json!({"order_id": "#W2", "item_ids": ["201", "101"], "payment_method_id": "paypal_1"}),
    );
    let (_, other) = done(
        "return_delivered_order_items",
        json!({"order_id": "#W2", "item_ids": ["101", "201"], "payment_method_id": "paypal_1"}),
    );
    assert_eq!(one.state_hash(), other.state_hash());
    assert_ne!(one.state_hash(), fresh().state_hash());
}
