//! Tools that change pending orders and profiles.

use serde::Deserialize;
use serde_json::Value;

use super::{Answer, answer, input, order, order_mut, payment_method, payment_method_mut, swaps};
use crate::{Address, Database, Payment, Status, ToolError, Transaction};

/// What a customer may say about a cancellation.
const REASONS: [&str; 2] = ["no longer needed", "ordered by mistake"];

/// The order is cancelled, and everything paid for it is refunded to where it came from.
pub(crate) fn cancel_pending_order(database: &mut Database, arguments: &Value) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        order_id: String,
        reason: String,
    }
    let Input { order_id, reason } = input(arguments)?;
    let order = order(database, &order_id)?;
    if order.status != Status::Pending {
        return Err(ToolError::refused("Non-pending order cannot be cancelled"));
    }
    if !REASONS.contains(&reason.as_str()) {
        return Err(ToolError::refused("Invalid reason: only 'no longer needed' or 'ordered by mistake'"));
    }
    let user_id = order.user_id.clone();
    let refunds: Vec<Payment> = order
        .payment_history
        .iter()
        .map(|payment| Payment { transaction_type: Transaction::Refund, ..payment.clone() })
        .collect();
    for refund in &refunds {
        payment_method(database, &user_id, &refund.payment_method_id)?;
    }
    for refund in &refunds {
        payment_method_mut(database, &user_id, &refund.payment_method_id)?.refund(refund.amount);
    }
    let order = order_mut(database, &order_id)?;
    order.status = Status::Cancelled;
    order.cancel_reason = Some(reason);
    order.payment_history.extend(refunds);
    answer(order)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderAddress {
    order_id: String,
    address1: String,
    address2: String,
    city: String,
    state: String,
    country: String,
    zip: String,
}

/// Possible also after the items were changed.
pub(crate) fn modify_pending_order_address(database: &mut Database, arguments: &Value) -> Answer {
    let OrderAddress { order_id, address1, address2, city, state, country, zip } = input(arguments)?;
    let order = order_mut(database, &order_id)?;
    if !matches!(order.status, Status::Pending | Status::ItemsModified) {
        return Err(ToolError::refused("Non-pending order cannot be modified"));
    }
    order.address = Address { address1, address2, city, country, state, zip };
    answer(order)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserAddress {
    user_id: String,
    address1: String,
    address2: String,
    city: String,
    state: String,
    country: String,
    zip: String,
}

/// The default address; orders keep theirs.
pub(crate) fn modify_user_address(database: &mut Database, arguments: &Value) -> Answer {
    let UserAddress { user_id, address1, address2, city, state, country, zip } = input(arguments)?;
    let user = database.users.get_mut(&user_id).ok_or_else(|| ToolError::not_found("User"))?;
    user.address = Address { address1, address2, city, country, state, zip };
    answer(user)
}

/// Each item becomes the new one at the same place of the list; the difference is paid or refunded at once.
pub(crate) fn modify_pending_order_items(database: &mut Database, arguments: &Value) -> Answer {
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
    if order.status != Status::Pending {
        return Err(ToolError::refused("Non-pending order cannot be modified"));
    }
    if item_ids.iter().zip(&new_item_ids).any(|(old, new)| old == new) {
        return Err(ToolError::refused("The new item id should be different from the old item id"));
    }
    let (variants, difference) = swaps(database, order, &item_ids, &new_item_ids)?;
    let method = payment_method(database, &order.user_id, &payment_method_id)?;
    if !method.covers(difference) {
        return Err(ToolError::refused("Insufficient gift card balance to pay for the new item"));
    }

    let mut order = order.clone();
    let mut open: Vec<_> = order.items.iter_mut().collect();
    for (old, new) in item_ids.iter().zip(variants) {
        // Each item is changed once, also where a new id is another item's old one.
        let Some(at) = open.iter().position(|item| item.item_id == *old) else { continue };
        let item = open.swap_remove(at);
        item.item_id.clone_from(&new.item_id);
        item.price = new.price;
        item.options.clone_from(&new.options);
    }
    let transaction_type = if difference.cents() > 0 { Transaction::Payment } else { Transaction::Refund };
    order.payment_history.push(Payment {
        transaction_type,
        amount: difference.abs(),
        payment_method_id: payment_method_id.clone(),
    });
    order.status = Status::ItemsModified;
    payment_method_mut(database, &order.user_id, &payment_method_id)?.refund(-difference);
    let written = answer(&order);
    database.orders.insert(order_id, order);
    written
}

/// The whole order is paid with another method, and the first one is refunded.
pub(crate) fn modify_pending_order_payment(database: &mut Database, arguments: &Value) -> Answer {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Input {
        order_id: String,
        payment_method_id: String,
    }
    let Input { order_id, payment_method_id } = input(arguments)?;
    let order = order(database, &order_id)?;
    if !matches!(order.status, Status::Pending | Status::ItemsModified) {
        return Err(ToolError::refused("Non-pending order cannot be modified"));
    }
    let user_id = order.user_id.clone();
    let method = self::payment_method(database, &user_id, &payment_method_id)?;
    let [payment] = order.payment_history.as_slice() else {
        return Err(ToolError::refused("There should be exactly one payment for a pending order"));
    };
    if payment.transaction_type != Transaction::Payment {
        return Err(ToolError::refused("There should be exactly one payment for a pending order"));
    }
    let old = payment.payment_method_id.clone();
    if old == payment_method_id {
        return Err(ToolError::refused("The new payment method should be different from the current one"));
    }
    let amount = payment.amount;
    if !method.covers(amount) {
        return Err(ToolError::refused("Insufficient gift card balance to pay for the order"));
    }
    self::payment_method(database, &user_id, &old)?;

    payment_method_mut(database, &user_id, &payment_method_id)?.refund(-amount);
    payment_method_mut(database, &user_id, &old)?.refund(amount);
    let order = order_mut(database, &order_id)?;
    order.payment_history.extend([
        Payment { transaction_type: Transaction::Payment, amount, payment_method_id },
        Payment { transaction_type: Transaction::Refund, amount, payment_method_id: old },
    ]);
    answer(order)
}
