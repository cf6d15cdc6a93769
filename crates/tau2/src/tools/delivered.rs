//! Tools that change delivered orders.

use serde::Deserialize;
use serde_json::Value;

use super::{Answer, answer, input, order, order_mut, payment_method, swaps};
use crate::{Database, Status, ToolError};

/// Notes what will be exchanged; money and stock move when the items have come back.
pub(crate) fn exchange_delivered_order_items(database: &mut Database, arguments: &Value) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        order_id: String,
        item_ids: Vec<String>,
        new_item_ids: Vec<String>,
        payment_method_id: String,
    }
    let Input { order_id, item_ids, new_item_ids, payment_method_id } = input(arguments)?;
    let order = order(database, &order_id)?;
    if order.status != Status::Delivered {
        return Err(ToolError::refused("Non-delivered order cannot be exchanged"));
    }
    let (_, difference) = swaps(database, order, &item_ids, &new_item_ids)?;
    if !payment_method(database, &order.user_id, &payment_method_id)?.covers(difference) {
        return Err(ToolError::refused("Insufficient gift card balance to pay for the price difference"));
    }
    let order = order_mut(database, &order_id)?;
    order.status = Status::ExchangeRequested;
    order.exchange_items = Some(sorted(item_ids));
    order.exchange_new_items = Some(sorted(new_item_ids));
    order.exchange_payment_method_id = Some(payment_method_id);
    order.exchange_price_difference = Some(difference);
    answer(order)
}

/// Notes what will be returned; money moves when the items have come back.
pub(crate) fn return_delivered_order_items(database: &mut Database, arguments: &Value) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        order_id: String,
        item_ids: Vec<String>,
        payment_method_id: String,
    }
    let Input { order_id, item_ids, payment_method_id } = input(arguments)?;
    let order = order(database, &order_id)?;
    if order.status != Status::Delivered {
        return Err(ToolError::refused("Non-delivered order cannot be returned"));
    }
    let method = self::payment_method(database, &order.user_id, &payment_method_id)?;
    let original = order.payment_history.first().is_some_and(|paid| paid.payment_method_id == payment_method_id);
    if !original && !method.is_gift_card() {
        return Err(ToolError::refused("Payment method should be the original payment method or a gift card"));
    }
    if !order.has_all(&item_ids) {
        return Err(ToolError::not_found("Some item"));
    }
    let order = order_mut(database, &order_id)?;
    order.status = Status::ReturnRequested;
    order.return_items = Some(sorted(item_ids));
    order.return_payment_method_id = Some(payment_method_id);
    answer(order)
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}
