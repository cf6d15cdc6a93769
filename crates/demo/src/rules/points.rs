//! Membership: level, what is missing to the next, points and when they expire.

use crate::pack::{Customer, Level, Order, Status};
use crate::rules::received;

/// The next level and what must be spent in 12 months for it, in cents; none above black.
pub fn next_level(level: Level) -> Option<(Level, i64)> {
    match level {
        Level::Seed => Some((Level::Silver, 50_000)),
        Level::Silver => Some((Level::Gold, 200_000)),
        Level::Gold => Some((Level::Black, 800_000)),
        Level::Black => None,
    }
}

/// The points that completed orders brought, newest first: order, points, when in days ago.
pub fn earned<'a>(orders: &'a [Order], customer: &Customer) -> Vec<(&'a Order, i64, f64)> {
    let of_customer = orders.iter().filter(|order| order.customer.external_id == customer.external_id);
    of_customer
        .filter(|order| order.status == Status::Completed)
        .filter_map(|order| Some((order, (order.total_cents - order.freight_cents) / 100, received(order)?)))
        .collect()
}
