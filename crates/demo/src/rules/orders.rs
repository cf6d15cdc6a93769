//! Cancelling an order and sending it elsewhere.

use crate::pack::{Address, Order, Status};
use crate::problem::Problem;
use crate::rules::{freight_cents, status_at};

/// Whether an order may still be cancelled: until it ships.
///
/// # Errors
/// `already_cancelled`, `already_shipped`.
pub fn may_cancel(order: &Order, present: f64) -> Result<(), Problem> {
    match status_at(order, present) {
        Status::PendingPayment | Status::Paid => Ok(()),
        Status::Cancelled => Err(Problem::rule(
            "already_cancelled",
            "The order is cancelled already; nothing needs to be done.",
            "订单已经取消，无需再操作。",
        )),
        _ => Err(Problem::rule(
            "already_shipped",
            "The order has shipped, so it cannot be cancelled or changed; the customer may refuse the parcel or return the goods after receipt.",
            "订单已发货，不能取消或修改；可以拒收包裹，或收货后申请退货。",
        )),
    }
}

/// Cancels an order. A paid order is refunded in full within 2 hours.
///
/// # Errors
/// `already_cancelled`, `already_shipped`.
pub fn cancel(order: &mut Order, present: f64) -> Result<(), Problem> {
    may_cancel(order, present)?;
    order.refund_cents = Some(if order.status == Status::Paid { order.total_cents } else { 0 });
    order.status = Status::Cancelled;
    order.cancelled_days_ago = Some(present);
    Ok(())
}

/// Whether an order may go to another address: once, only before it ships, and only where the freight is the same.
/// Without an address it says whether it may go anywhere else at all.
///
/// # Errors
/// `already_cancelled`, `already_shipped`, `address_already_changed`, `freight_would_change`.
pub fn may_change_address(order: &Order, address: Option<&Address>, present: f64) -> Result<(), Problem> {
    may_cancel(order, present)?;
    if order.address_changes > 0 {
        return Err(Problem::rule(
            "address_already_changed",
            "The address of an order can be changed once; cancel the order and order again.",
            "每个订单只能修改一次地址，如需再改，请取消后重新下单。",
        ));
    }
    let goods = order.total_cents - order.freight_cents;
    match address {
        Some(address) if freight_cents(goods, &address.province) != order.freight_cents => Err(Problem::rule(
            "freight_would_change",
            "The freight to this address differs from what was paid; cancel the order and order again.",
            "寄往该地址的运费与已付运费不同，请取消后重新下单。",
        )),
        _ => Ok(()),
    }
}

/// Sends an order to another address.
///
/// # Errors
/// Those of [`may_change_address`].
pub fn change_address(order: &mut Order, address: Address, present: f64) -> Result<(), Problem> {
    may_change_address(order, Some(&address), present)?;
    order.address = address;
    order.address_changes += 1;
    Ok(())
}
