//! Who somebody is: an order number and the phone number it was placed with.

use std::collections::HashMap;

use crate::pack::Order;
use crate::problem::Problem;

/// So many wrong answers for one order or one phone number …
const MOST_WRONG: usize = 5;
/// … within this time close both for as long.
const WINDOW_MS: i64 = 15 * 60 * 1000;

/// The wrong answers of late, by order number and by phone number.
#[derive(Default)]
pub struct Attempts {
    wrong: HashMap<String, Vec<i64>>,
}

impl Attempts {
    /// The customer's id when `order_no` and `phone` belong together.
    ///
    /// # Errors
    /// `identity_not_confirmed` whichever of the two was wrong; `too_many_attempts` after five wrong answers for one
    /// order or one phone number within 15 minutes, even when this one is right.
    pub fn check(&mut self, orders: &[Order], order_no: &str, phone: &str, now: i64) -> Result<String, Problem> {
        let (order_no, phone) = (order_no.trim().to_ascii_uppercase(), plain_phone(phone));
        self.wrong.retain(|_, times| {
            times.retain(|at| now - at < WINDOW_MS);
            !times.is_empty()
        });
        let keys = [format!("order {order_no}"), format!("phone {phone}")];
        let closed = keys.iter().filter_map(|key| self.wrong.get(key)).filter(|times| times.len() >= MOST_WRONG);
        if let Some(opens) = closed.filter_map(|times| times.first()).map(|first| first + WINDOW_MS).max() {
            return Err(Problem::too_many(u32::try_from((opens - now + 999) / 1000).unwrap_or(u32::MAX)));
        }
        let order = orders.iter().find(|order| order.order_no == order_no && order.customer.phone == phone);
        if let Some(order) = order {
            return Ok(order.customer.external_id.clone());
        }
        for key in keys {
            self.wrong.entry(key).or_default().push(now);
        }
        Err(Problem::refused(
            "identity_not_confirmed",
            "Order number and phone number do not belong together; check both.",
            "订单号和手机号不匹配，请核对后再试。",
        ))
    }
}

/// A phone number without blanks, hyphens and the country code of China.
pub fn plain_phone(phone: &str) -> String {
    let plain: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let without = plain.strip_prefix("+86").or_else(|| plain.strip_prefix("0086"));
    without.map_or_else(|| plain.trim_start_matches('+').to_owned(), str::to_owned)
}
