//! How far a refund is, and when the money arrives.

use time::{Date, Duration, OffsetDateTime, Weekday};

use crate::pack::{Order, ReturnKind, ReturnStatus, Status};
use crate::problem::Problem;
use crate::rules::status_at;

/// An order that was cancelled before it shipped is refunded within 2 hours.
const DAYS_TO_REFUND_CANCELLED: f64 = 2.0 / 24.0;

/// Where money comes back from, and how far it is. Times are days ago.
#[derive(Clone, Debug, PartialEq)]
pub struct Refund {
    /// `cancel`, `return` or `exchange`.
    pub kind: &'static str,
    /// `requested`, `approved`, `in_transit`, `inspecting`, `refunding` or `refunded`.
    pub step: &'static str,
    /// 0 for an exchange.
    pub amount_cents: i64,
    pub asked_days_ago: f64,
    pub refunded_days_ago: Option<f64>,
}

/// The refund of an order.
///
/// # Errors
/// `no_refund` when nothing is paid back.
pub fn of(order: &Order, present: f64) -> Result<Refund, Problem> {
    if let Some(returned) = &order.returned {
        let step = match returned.status {
            ReturnStatus::Requested => "requested",
            ReturnStatus::Approved => "approved",
            ReturnStatus::InTransit => "in_transit",
            ReturnStatus::Inspecting => "inspecting",
            ReturnStatus::Refunded => "refunded",
        };
        return Ok(Refund {
            kind: if returned.kind == ReturnKind::Exchange { "exchange" } else { "return" },
            step,
            amount_cents: returned.refund_cents,
            asked_days_ago: returned.requested_days_ago,
            refunded_days_ago: returned.refunded_days_ago,
        });
    }
    let cents = order.refund_cents.unwrap_or(0);
    match (status_at(order, present), order.cancelled_days_ago) {
        (Status::Cancelled, Some(cancelled)) if cents > 0 => {
            let refunded = Some(cancelled - DAYS_TO_REFUND_CANCELLED).filter(|days_ago| *days_ago >= present);
            let step = if refunded.is_some() { "refunded" } else { "refunding" };
            Ok(Refund {
                kind: "cancel",
                step,
                amount_cents: cents,
                asked_days_ago: cancelled,
                refunded_days_ago: refunded,
            })
        }
        _ => Err(Problem::missing(
            "no_refund",
            "Nothing of this order is paid back: it has no return, and was not cancelled after payment.",
            "该订单没有退款：没有退货申请，也没有付款后取消。",
        )),
    }
}

/// How long money takes after it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    pub from_days: i64,
    pub to_days: i64,
    /// Whether Saturdays and Sundays do not count.
    pub days: Days,
}

/// What counts as a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    All,
    Working,
}

/// How long money takes to a way of payment.
pub fn arrival(payment: &str) -> Arrival {
    match payment {
        "unionpay" => Arrival { from_days: 1, to_days: 5, days: Days::Working },
        "huabei" => Arrival { from_days: 1, to_days: 3, days: Days::All },
        "giftcard" => Arrival { from_days: 0, to_days: 0, days: Days::All },
        _ => Arrival { from_days: 0, to_days: 1, days: Days::All },
    }
}

/// The moment by which money that was sent at `sent` has arrived.
pub fn arrives_by(sent: OffsetDateTime, arrival: Arrival) -> OffsetDateTime {
    let rests = |date: Date| matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    let (mut at, mut left) = (sent, arrival.to_days);
    while left > 0 {
        at += Duration::DAY;
        if arrival.days == Days::All || !rests(at.date()) {
            left -= 1;
        }
    }
    at
}
