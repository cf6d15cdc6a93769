//! The rules of the shop, as its help texts tell them.
//!
//! `present` is the present time on the scale of the `…_days_ago` fields (see [`crate::shop::Shop::present`]),
//! so `days_ago - present` is how many days have passed since.

pub mod advice;
pub mod complaints;
pub mod identity;
pub mod invoices;
pub mod orders;
pub mod points;
pub mod price;
pub mod refunds;
pub mod returns;

use crate::pack::{Order, Sale, Status, Step};

/// An unpaid order closes after 30 minutes.
pub const DAYS_TO_PAY: f64 = 30.0 / (24.0 * 60.0);

/// The freight of an order in cents: ¥8, free from ¥59; Xinjiang and Tibet ¥18, free from ¥199;
/// Hong Kong, Macau and Taiwan ¥30.
pub fn freight_cents(goods_cents: i64, province: &str) -> i64 {
    let is_one_of = |names: &[&str]| names.iter().any(|name| province.starts_with(name));
    if is_one_of(&["香港", "澳门", "台湾"]) {
        3000
    } else if is_one_of(&["新疆", "西藏"]) {
        if goods_cents >= 19_900 { 0 } else { 1800 }
    } else if goods_cents >= 5900 {
        0
    } else {
        800
    }
}

/// The status with the closing of unpaid orders taken into account.
pub fn status_at(order: &Order, present: f64) -> Status {
    let unpaid_too_long = order.status == Status::PendingPayment && order.placed_days_ago - present > DAYS_TO_PAY;
    if unpaid_too_long { Status::Cancelled } else { order.status }
}

/// When the parcel was signed for, in days ago.
pub fn received(order: &Order) -> Option<f64> {
    let events = &order.parcel.as_ref()?.events;
    events.iter().rev().find(|event| event.step == Step::Signed).map(|event| event.days_ago)
}

/// What may be done with the order now: any of `cancel`, `change_address`, `return`, `exchange`, `withdraw_return`,
/// `invoice`, `price_protection`. A return may still be refused for the condition or the kind of the goods.
pub fn allowed(order: &Order, sales: &[Sale], present: f64) -> Vec<&'static str> {
    let mut allowed = Vec::new();
    let mut add = |what, may: bool| {
        if may {
            allowed.push(what);
        }
    };
    let unshipped = orders::may_cancel(order, present).is_ok();
    let since_receipt = returns::may_come_back(order, present);
    add("cancel", unshipped);
    add("change_address", unshipped && order.address_changes == 0);
    add("return", since_receipt.as_ref().is_ok_and(|since| *since <= returns::DAYS_TO_RETURN_FAULTY));
    add("exchange", since_receipt.as_ref().is_ok_and(|since| *since <= returns::DAYS_TO_EXCHANGE_FAULTY));
    add("withdraw_return", returns::may_withdraw(order).is_ok());
    add("invoice", invoices::may_have_invoice(order, present).is_ok());
    add("price_protection", price::check(order, sales, present).is_ok());
    allowed
}
